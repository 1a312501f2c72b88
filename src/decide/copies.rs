//! Which story an article belongs to, and which texts represent the story in later comparisons.

use std::collections::HashSet;

use super::{ArticleRef, Change, Members, Neighbour, Reading, Related};
use crate::model::{ArticleId, Extent, StoryId};
use crate::story::{self, Candidate, Fingerprint, Judgement, Subject, Verdict};
use crate::text::headline::headline_key;

/// A text becomes the fullest of its story if it is longer by a tenth.
const FULLER: (usize, usize) = (11, 10);

/// Texts with this part of their shingles in common are the same; and so many stories that have one are several.
const SHARED: f64 = 0.8;
const SEVERAL: usize = 2;

/// The most texts that a new one is compared with.
const MOST_CANDIDATES: usize = 20;

/// The story of a reading.
#[derive(Debug, Clone, Default)]
pub(super) struct Membership {
    /// All stories that are merged into this one; empty: the article begins a new story.
    pub stories: Vec<StoryId>,
    /// Its likeness to the text by which it was recognised as a copy.
    pub likeness: Option<f64>,
    /// These, and those to which texts of the same outlet belong that are compared with it.
    pub of_outlet: Vec<StoryId>,
    /// What its text says; none for a text that is not compared.
    pub judgement: Option<Judgement>,
}

/// The stories of an equal text, of the named original, of the articles that name this one as theirs, or of a near copy. A
/// story that a known article has already it keeps.
pub(super) fn membership(
    reading: &Reading,
    fingerprint: Option<&Fingerprint>,
    known: Option<&Neighbour>,
    related: &Related,
) -> Membership {
    let mut stories: Vec<StoryId> = known.map(|known| known.story).into_iter().collect();
    stories.extend(&related.stories);
    let id = known.map(|known| known.id);
    let is_equal = related.equal.iter().any(|other| Some(*other) != id);
    let mut found = Membership { stories, likeness: is_equal.then_some(1.0), of_outlet: Vec::new(), judgement: None };
    if let Some(fingerprint) = fingerprint.filter(|fingerprint| !fingerprint.words.is_empty()) {
        let others = related.near.iter().filter(|other| Some(other.article) != id).take(MOST_CANDIDATES);
        let is_shared = is_text_of_none(reading, fingerprint, others.clone());
        let judgement =
            story::judge_among(&fingerprint.words, others, |other| may_be_copy(reading, fingerprint, other, is_shared));
        if let Verdict::CopyOf { story, likeness, .. } = judgement.verdict {
            found.stories.push(story);
            found.likeness = found.likeness.or(Some(likeness.jaccard));
        }
        found.stories.extend(&judgement.same);
        found.judgement = Some(judgement);
    }
    found.stories.sort_unstable();
    found.stories.dedup();
    // Without the passages that many stories share, little of two texts may be left to compare; the whole texts may still be of one article.
    found.of_outlet.clone_from(&found.stories);
    found.of_outlet.extend(related.near.iter().filter(|other| other.same_outlet).map(|other| other.story));
    found.of_outlet.sort_unstable();
    found.of_outlet.dedup();
    found
}

/// Whether a text that does not speak of its headline stands in place of articles: it reads like a notice or a menu, or several stories
/// have it under headlines of which it does not speak either.
fn is_text_of_none<'c>(
    reading: &Reading,
    fingerprint: &Fingerprint,
    others: impl Iterator<Item = &'c Candidate>,
) -> bool {
    let (title, subject) = (&reading.article.title, &fingerprint.subject);
    if subject.is_about(title) {
        return false;
    }
    if subject.is_notice() {
        return true;
    }
    let alike = others.filter(|other| {
        !is_subject_of_both(&other.title, title, subject)
            && story::likeness(&fingerprint.words, &other.words).jaccard >= SHARED
    });
    let stories: HashSet<StoryId> = alike.map(|other| other.story).collect();
    stories.len() >= SEVERAL
}

/// Whether a likeness of two texts can make them copies. A notice or menu that stands in place of articles cannot, and a short preview
/// is only the beginning of a longer text elsewhere.
fn may_be_copy(reading: &Reading, fingerprint: &Fingerprint, other: &Candidate, is_shared: bool) -> bool {
    let subject = &fingerprint.subject;
    let is_equal_to_none = !fingerprint.has_equals;
    match (reading.extent, other.same_outlet) {
        (Extent::Full, true) => is_subject_of_both(&other.title, &reading.article.title, subject),
        // Elsewhere a dispatch has headlines that only allude to it; a notice has any.
        (_, false) if is_shared => subject.is_about(&other.title),
        (Extent::Full, false) => true,
        (_, same_outlet) if is_equal_to_none => !same_outlet && 2 * other.words.len() > 3 * fingerprint.words.len(),
        _ => true,
    }
}

/// Whether two articles with much the same text can be one: under one headline, or under two of which the text speaks.
pub(super) fn is_subject_of_both(one: &str, other: &str, subject: &Subject) -> bool {
    headline_key(one) == headline_key(other) || subject.is_about_both(one, other)
}

impl Membership {
    /// The story; merged stories get the number of the oldest. `None`: a new one.
    pub fn story(&self) -> Option<StoryId> {
        self.stories.first().copied()
    }

    /// Merges its stories.
    pub fn merges<'a>(&self) -> impl Iterator<Item = Change<'a>> {
        let into = self.story();
        self.stories.iter().skip(1).filter_map(move |from| Some(Change::MergeStories(*from, into?)))
    }
}

/// Which texts represent the story from now on: the new one if the story has none, or if it is the fullest and similar to the first.
pub(super) fn standing<'a>(
    reading: &Reading<'a>,
    target: ArticleRef,
    membership: &Membership,
    members: &Members,
) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    let own: Option<ArticleId> = match target {
        ArticleRef::Known(id) => {
            changes.push(Change::DropText(id));
            Some(id)
        }
        ArticleRef::New => None,
    };
    let (Some(judgement), Some(fingerprint)) = (&membership.judgement, reading.fingerprint) else { return changes };
    let words = &judgement.words;
    let texts: Vec<_> = members.standing.iter().filter(|text| Some(text.article) != own).collect();
    if let Some(first) = texts.first() {
        let fullest = texts.iter().map(|text| text.words).max().unwrap_or_default();
        if !judgement.alike.contains(&first.article) || words.len() * FULLER.1 < fullest * FULLER.0 {
            return changes;
        }
        let replaced = texts.iter().skip(1).filter(|text| judgement.alike.contains(&text.article));
        changes.extend(replaced.map(|text| Change::DropText(text.article)));
    }
    if !words.is_empty() {
        let bands = if *words == fingerprint.words { fingerprint.bands.clone() } else { story::bands(words) };
        changes.push(Change::KeepText { of: target, words: words.clone(), bands, at: reading.at });
    }
    changes
}
