//! What marks of an article become when its reader marks it again, or when it is merged with another one.
//!
//! A mark for one watch takes precedence over the mark for all watches; its tags are added to those. What is said for all watches replaces
//! what was said for single ones.

use jiff::Timestamp;

use crate::model::{Tone, WatchId};

/// What is said of an article, for all watches or for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleMark {
    /// `None`: for all watches.
    pub watch: Option<WatchId>,
    /// `Some(true)` only for one watch, where the article is not relevant for the others.
    pub relevant: Option<bool>,
    /// Its tone.
    pub tone: Option<Tone>,
    /// Its tags, none twice.
    pub tags: Vec<String>,
    /// Empty if there is none.
    pub note: String,
    /// When it was last changed.
    pub marked_at: Timestamp,
}

/// What is said anew; the rest stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MarkChange {
    /// Whether it is relevant.
    pub relevant: Option<bool>,
    /// Its tone; `Some(None)` takes it away.
    pub tone: Option<Option<Tone>>,
    /// Tags to add.
    pub tags: Vec<String>,
    /// Tags to take away.
    pub untags: Vec<String>,
    /// The note; empty takes it away.
    pub note: Option<String>,
}

impl MarkChange {
    /// Whether it says anything.
    pub fn says_anything(&self) -> bool {
        *self != Self::default()
    }
}

/// The marks of an article after a change, for all watches or for one. Marks that say nothing are left out.
pub fn decide_marks(
    known: &[ArticleMark],
    change: &MarkChange,
    watch: Option<WatchId>,
    now: Timestamp,
) -> Vec<ArticleMark> {
    let mut marks = known.to_vec();
    if !marks.iter().any(|mark| mark.watch == watch) {
        marks.push(ArticleMark {
            watch,
            relevant: None,
            tone: None,
            tags: Vec::new(),
            note: String::new(),
            marked_at: now,
        });
    }
    let is_hidden = marks.iter().any(|mark| mark.watch.is_none() && mark.relevant == Some(false));
    for mark in &mut marks {
        if mark.watch == watch {
            set(mark, change, is_hidden);
        } else if watch.is_none() {
            clear(mark, change);
        }
    }
    let mut marks = tidied(marks);
    marks.iter_mut().filter(|mark| !known.contains(mark)).for_each(|mark| mark.marked_at = now);
    marks
}

/// The marks of an article into which another one is merged. Where both say something, the later one counts; both notes are kept.
pub fn merge_marks(of_article: Vec<ArticleMark>, of_other: Vec<ArticleMark>) -> Vec<ArticleMark> {
    let mut marks = of_article;
    for other in of_other {
        match marks.iter_mut().find(|mark| mark.watch == other.watch) {
            None => marks.push(other),
            Some(mark) => {
                let known = mark.clone();
                let (older, newer) = if other.marked_at > known.marked_at { (known, other) } else { (other, known) };
                *mark = ArticleMark {
                    watch: newer.watch,
                    relevant: newer.relevant.or(older.relevant),
                    tone: newer.tone.or(older.tone),
                    tags: with_tags(older.tags, &newer.tags),
                    note: both_notes(older.note, newer.note),
                    marked_at: newer.marked_at,
                };
            }
        }
    }
    tidied(marks)
}

fn set(mark: &mut ArticleMark, change: &MarkChange, is_hidden: bool) {
    match change.relevant {
        None => {}
        Some(false) => mark.relevant = Some(false),
        // Where nothing hides the article, there is nothing to say.
        Some(true) => mark.relevant = (mark.watch.is_some() && is_hidden).then_some(true),
    }
    if let Some(tone) = change.tone {
        mark.tone = tone;
    }
    mark.tags = with_tags(std::mem::take(&mut mark.tags), &change.tags);
    mark.tags.retain(|tag| !has(&change.untags, tag));
    if let Some(note) = &change.note {
        mark.note.clone_from(note);
    }
}

/// Takes away from the mark of one watch what is now said for all.
fn clear(mark: &mut ArticleMark, change: &MarkChange) {
    if change.relevant.is_some() {
        mark.relevant = None;
    }
    if change.tone.is_some() {
        mark.tone = None;
    }
    mark.tags.retain(|tag| !has(&change.untags, tag));
    if change.note.is_some() {
        mark.note.clear();
    }
}

/// Without tags that are said for all watches anyway, and without marks that say nothing; that for all watches first.
fn tidied(mut marks: Vec<ArticleMark>) -> Vec<ArticleMark> {
    let general: Vec<String> =
        marks.iter().find(|mark| mark.watch.is_none()).map(|mark| mark.tags.clone()).unwrap_or_default();
    for mark in marks.iter_mut().filter(|mark| mark.watch.is_some()) {
        mark.tags.retain(|tag| !has(&general, tag));
    }
    marks.retain(|mark| {
        mark.relevant.is_some() || mark.tone.is_some() || !mark.tags.is_empty() || !mark.note.is_empty()
    });
    marks.sort_by_key(|mark| mark.watch);
    marks
}

fn with_tags(mut tags: Vec<String>, more: &[String]) -> Vec<String> {
    for tag in more {
        if !has(&tags, tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

/// Whether a tag is among others, in whatever case.
fn has(tags: &[String], tag: &str) -> bool {
    tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase())
}

fn both_notes(older: String, newer: String) -> String {
    if older.is_empty() || newer.contains(&older) {
        newer
    } else if older.contains(&newer) {
        older
    } else {
        format!("{older}; {newer}")
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    const HERONS: Option<WatchId> = Some(WatchId(1));
    const CRANES: Option<WatchId> = Some(WatchId(2));

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).unwrap()
    }

    /// Applies changes written as options, one an hour.
    fn after(changes: &[(&str, Option<WatchId>)]) -> Vec<ArticleMark> {
        (1..).zip(changes).fold(Vec::new(), |marks, (hour, (words, watch))| {
            let mut change = MarkChange::default();
            for word in words.split(' ') {
                match word.split_once('=').unwrap_or((word, "")) {
                    ("relevant", _) => change.relevant = Some(true),
                    ("irrelevant", _) => change.relevant = Some(false),
                    ("tone", tone) => change.tone = Some(Tone::named(tone)),
                    ("tag", tag) => change.tags.push(tag.to_owned()),
                    ("untag", tag) => change.untags.push(tag.to_owned()),
                    (_, note) => change.note = Some(note.to_owned()),
                }
            }
            decide_marks(&marks, &change, *watch, at(hour))
        })
    }

    fn shown(marks: &[ArticleMark]) -> Vec<String> {
        let one = |mark: &ArticleMark| {
            let relevant = match mark.relevant {
                None => "",
                Some(true) => "relevant",
                Some(false) => "irrelevant",
            };
            let watch = mark.watch.map_or("all".to_owned(), |watch| watch.to_string());
            format!("{watch}: {relevant}/{}/{}/{}", mark.tone.map_or("", Tone::name), mark.tags.join("+"), mark.note)
        };
        marks.iter().map(one).collect()
    }

    #[test]
    fn a_mark_is_said_and_taken_back() {
        for (changes, expected) in [
            (&[("irrelevant", None)][..], &["all: irrelevant///"][..]),
            (&[("irrelevant", None), ("relevant", None)], &[]),
            (&[("irrelevant", HERONS)], &["1: irrelevant///"]),
            // For all watches: the single ones, too.
            (&[("irrelevant", HERONS), ("relevant", None)], &[]),
            (&[("irrelevant", None), ("relevant", HERONS)], &["all: irrelevant///", "1: relevant///"]),
            (&[("irrelevant", None), ("relevant", HERONS), ("irrelevant", None)], &["all: irrelevant///"]),
            // It was relevant all the time.
            (&[("relevant", HERONS)], &[]),
            (&[("relevant", None)], &[]),
            (&[("tone=positive", None), ("tone=negative", HERONS)], &["all: /positive//", "1: /negative//"]),
            (&[("tone=positive", None), ("tone=negative", HERONS), ("tone=none", HERONS)], &["all: /positive//"]),
            (&[("tone=positive", HERONS), ("tone=neutral", None)], &["all: /neutral//"]),
            (&[("tag=a tag=b", None), ("tag=A tag=c", None)], &["all: //a+b+c/"]),
            (&[("tag=a", None), ("tag=a tag=d", CRANES)], &["all: //a/", "2: //d/"]),
            (&[("tag=a", HERONS), ("tag=a", None)], &["all: //a/"]),
            (&[("tag=a", HERONS), ("tag=b", CRANES), ("untag=A", None)], &["2: //b/"]),
            (&[("note=x", None), ("note=y", None)], &["all: ///y"]),
            (&[("note=x", HERONS), ("note=", None)], &[]),
        ] {
            assert_eq!(shown(&after(changes)), expected, "{changes:?}");
        }
    }

    #[test]
    fn only_what_changes_gets_a_new_time() {
        let marks = after(&[("tone=positive", None), ("tag=a", HERONS), ("tag=b", CRANES), ("untag=b", None)]);
        assert_eq!(marks.iter().map(|mark| mark.marked_at).collect::<Vec<_>>(), [at(1), at(2)]);
    }

    #[test]
    fn merged_articles_keep_the_marks_of_both() {
        for (article, other, expected) in [
            (&[][..], &[("irrelevant", None)][..], &["all: irrelevant///"][..]),
            (&[("irrelevant", None)], &[], &["all: irrelevant///"]),
            // The later one counts.
            (
                &[("tone=positive", None)],
                &[("tag=a", HERONS), ("tone=negative tag=b", None)],
                &["all: /negative/b/", "1: //a/"],
            ),
            (&[("note=old", None)], &[("tag=x", HERONS), ("note=new", None)], &["all: ///old; new", "1: //x/"]),
            (&[("note=same tag=a", None)], &[("note=same tag=a", None)], &["all: //a/same"]),
            (&[("tag=a", None)], &[("tag=a", HERONS)], &["all: //a/"]),
        ] {
            assert_eq!(shown(&merge_marks(after(article), after(other))), expected, "{article:?} {other:?}");
        }
    }
}
