//! Decides whether a new text starts a story or joins one.

use std::collections::HashMap;

use super::LEAST_WORDS;
use super::likeness::{Likeness, Relation, ShingledText, common};
use super::shingles::shingles;
use crate::model::{ArticleId, StoryId};

/// A passage that this many stories share is nobody's text …
const COMMON: usize = 4;

/// … if it has this many shingles in a row, more than an idiom.
const RUN: usize = 8;

/// A new text that resembles two stories this much is a copy of both and merges them.
const SAME: f64 = 0.8;

/// A stored text that the new one may be a copy of: a story's first or its fullest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its article.
    pub article: ArticleId,
    /// The story that it represents.
    pub story: StoryId,
    /// Whether the new text is from the same outlet, and its URL does not identify the same article by number.
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
    /// A copy; the values describe the nearest of the texts that it copies.
    CopyOf {
        /// The article of that text.
        article: ArticleId,
        /// Its story.
        story: StoryId,
        /// The kind of copy.
        relation: Relation,
        /// How similar it is.
        likeness: Likeness,
    },
}

/// The result for a new text.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Whether it is a copy, and of what.
    pub verdict: Verdict,
    /// Other stories that turn out to be the same, because their texts are copies of this one.
    pub same: Vec<StoryId>,
    /// All candidates that it is a copy of, or that are copies of it.
    pub alike: Vec<ArticleId>,
    /// Its words, without passages that many stories share.
    pub words: Vec<u32>,
}

/// Compares a new text with the stored texts that share a band with it.
pub fn judge<'c>(words: &[u32], candidates: impl Iterator<Item = &'c Candidate>) -> Judgement {
    judge_among(words, candidates, |_| true)
}

/// The same if only some of the candidates may be copies. The others still reveal passages that many stories share.
pub fn judge_among<'c>(
    words: &[u32],
    candidates: impl Iterator<Item = &'c Candidate>,
    may_be_copy: impl Fn(&Candidate) -> bool,
) -> Judgement {
    let mut new = ShingledText::new(words.to_vec());
    // Most candidates share only an idiom with the new text; this check avoids sorting.
    let mut olds: Vec<(&Candidate, ShingledText)> = candidates
        .filter(|candidate| {
            shingles(&candidate.words).iter().filter(|one| new.set.binary_search(one).is_ok()).count() >= RUN
        })
        .map(|candidate| (candidate, ShingledText::new(candidate.words.clone())))
        .collect();
    let nobodys = shared_passages(&new, &olds);
    if !nobodys.is_empty() {
        new = new.without(&nobodys);
        for (_, old) in olds.iter_mut().filter(|(_, old)| common(&old.set, &nobodys).next().is_some()) {
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
    // Two texts are not one because they share an opening with the new text, because the new text lies between them, or
    // because it is a whole page that contains both: they must have something in common themselves.
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

/// The new text's shingles in long runs that several stories share, sorted.
fn shared_passages(new: &ShingledText, olds: &[(&Candidate, ShingledText)]) -> Vec<u64> {
    // For each shingle, the last story counted and the number of stories; texts of one story are adjacent.
    let mut counts: HashMap<u64, (StoryId, usize)> = HashMap::new();
    let mut by_story: Vec<&(&Candidate, ShingledText)> = olds.iter().collect();
    by_story.sort_by_key(|old| old.0.story);
    if by_story.chunk_by(|one, next| one.0.story == next.0.story).count() < COMMON {
        return Vec::new();
    }
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
