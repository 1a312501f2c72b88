//! Whether a new text starts a story or joins one.

use std::collections::HashMap;

use super::LEAST_WORDS;
use super::likeness::{Likeness, Relation, ShingledText, common};
use super::shingles::shingles;
use crate::model::{ArticleId, StoryId};

/// What this many stories have in common belongs to none of them …
const COMMON: usize = 4;

/// … if it is so many shingles in a row: an idiom is no boilerplate.
const RUN: usize = 8;

/// Two stories are one when each has so much in common with a new text that is a copy of both.
const SAME: f64 = 0.8;

/// A stored text that may be a copy: a story's first, or its fullest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its article.
    pub article: ArticleId,
    /// The story it stands for.
    pub story: StoryId,
    /// Whether the new text is of the same outlet, and its URL does not name the same article by its number.
    pub same_outlet: bool,
    /// Its headline.
    pub title: String,
    /// Its words, as [`Judgement::words`] gave them.
    pub words: Vec<u32>,
}

/// What a new text is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// A text of its own.
    New,
    /// A copy: the nearest of the texts that it copies.
    CopyOf {
        /// The article of that text.
        article: ArticleId,
        /// Its story.
        story: StoryId,
        /// In what way.
        relation: Relation,
        /// How near.
        likeness: Likeness,
    },
}

/// What became of a new text.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Whether it is a copy, and of what.
    pub verdict: Verdict,
    /// Other stories that turn out to be the same: their texts are copies of this one.
    pub same: Vec<StoryId>,
    /// All candidates that it is a copy of, or that are copies of it.
    pub alike: Vec<ArticleId>,
    /// Its words without those that many stories have in common.
    pub words: Vec<u32>,
}

/// Judges a new text by the stored texts that have a band in common with it.
pub fn judge<'c>(words: &[u32], candidates: impl Iterator<Item = &'c Candidate>) -> Judgement {
    judge_among(words, candidates, |_| true)
}

/// The same, where only some of the candidates may be copies. The others still show which passages many stories have in common.
pub fn judge_among<'c>(
    words: &[u32],
    candidates: impl Iterator<Item = &'c Candidate>,
    may_be_copy: impl Fn(&Candidate) -> bool,
) -> Judgement {
    let mut new = ShingledText::new(words.to_vec());
    // Most candidates have an idiom in common with the new text and nothing else: tell them without sorting.
    let mut olds: Vec<(&Candidate, ShingledText)> = candidates
        .filter(|candidate| {
            shingles(&candidate.words).iter().filter(|one| new.set.binary_search(one).is_ok()).count() >= RUN
        })
        .map(|candidate| (candidate, ShingledText::new(candidate.words.clone())))
        .collect();
    let nobodys = nobodys(&new, &olds);
    if !nobodys.is_empty() {
        new = new.without(&nobodys);
        for (_, old) in &mut olds {
            *old = old.without(&nobodys);
        }
    }
    let mut alike: Vec<(&Candidate, Relation, Likeness, &ShingledText)> = olds
        .iter()
        .filter(|(candidate, _)| may_be_copy(candidate))
        .filter_map(|(candidate, old)| {
            new.relation(old, candidate.same_outlet).map(|(relation, likeness)| (*candidate, relation, likeness, old))
        })
        .collect();
    alike.sort_by(|a, b| b.2.jaccard.total_cmp(&a.2.jaccard).then(a.0.article.cmp(&b.0.article)));
    let verdict = alike.first().map_or(Verdict::New, |(candidate, relation, likeness, _)| Verdict::CopyOf {
        article: candidate.article,
        story: candidate.story,
        relation: *relation,
        likeness: *likeness,
    });
    // A piece that two texts begin with is no reason to take the two for one, nor is a text half way between them, nor a whole page
    // that has both on it: they must have something in common themselves.
    let nearest = alike.first().map(|found| found.3);
    let mut same: Vec<StoryId> = alike
        .iter()
        .skip(1)
        .filter(|(_, relation, likeness, old)| {
            !matches!(relation, Relation::Cut | Relation::Core)
                && likeness.containment >= SAME
                && nearest.is_some_and(|nearest| nearest.has_much_in_common(old))
        })
        .map(|found| found.0.story)
        .collect();
    same.sort_unstable();
    same.dedup();
    if let Verdict::CopyOf { story, .. } = verdict {
        same.retain(|other| *other != story);
    }
    let words = if new.words.len() < LEAST_WORDS { Vec::new() } else { new.words };
    Judgement { verdict, same, alike: alike.iter().map(|found| found.0.article).collect(), words }
}

/// The shingles of the new text that several stories have, so many in a row; in the order of shingles.
fn nobodys(new: &ShingledText, olds: &[(&Candidate, ShingledText)]) -> Vec<u64> {
    // For each shingle the last story counted, and how many there were; one story's texts stand side by side.
    let mut counts: HashMap<u64, (StoryId, usize)> = HashMap::new();
    let mut by_story: Vec<&(&Candidate, ShingledText)> = olds.iter().collect();
    by_story.sort_by_key(|old| old.0.story);
    for (candidate, old) in by_story {
        for shingle in common(&new.set, &old.set) {
            let count = counts.entry(shingle).or_insert((candidate.story, 1));
            if count.0 != candidate.story {
                *count = (candidate.story, count.1 + 1);
            }
        }
    }
    let is_common = |shingle: &u64| counts.get(shingle).is_some_and(|(_, stories)| *stories >= COMMON);
    let mut nobodys: Vec<u64> = shingles(&new.words)
        .chunk_by(|one, next| is_common(one) == is_common(next))
        .filter(|run| run.len() >= RUN && run.first().is_some_and(is_common))
        .flatten()
        .copied()
        .collect();
    nobodys.sort_unstable();
    nobodys.dedup();
    nobodys
}
