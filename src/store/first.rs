//! Which article of a text was the first: among the mentions, and among those that are looked up.

use std::sync::Arc;

use jiff::Timestamp;

use crate::digest::{Carrier, First, Mention};
use crate::model::StoryId;

/// A mention whose story has several articles.
pub(super) struct Carried {
    pub(super) story: StoryId,
    /// How many articles the story has.
    pub(super) carriers: u64,
    /// Which of the mentions it is.
    pub(super) place: usize,
    pub(super) carrier: Carrier,
}

/// Sets in each of these mentions which article of its story was the first. A story is looked up if not all of its articles are mentioned.
pub(super) fn name<E>(
    mentions: &mut [Box<Mention>],
    mut carried: Vec<Carried>,
    mut look_up: impl FnMut(StoryId) -> Result<Vec<Carrier>, E>,
) -> Result<(), E> {
    carried.sort_by_key(|one| (one.story, one.carrier.article));
    for story in carried.chunk_by(|a, b| a.story == b.story) {
        let Some(any) = story.first() else { continue };
        let mut known: Vec<&Carrier> = story.iter().map(|one| &one.carrier).collect();
        known.dedup_by_key(|carrier| carrier.article);
        let first = if known.len() as u64 == any.carriers { First::of(known) } else { First::of(&look_up(any.story)?) };
        let first = first.map(Arc::new);
        for one in story {
            if let Some(mention) = mentions.get_mut(one.place) {
                mention.first.clone_from(&first);
            }
        }
    }
    Ok(())
}

/// A mentioned article as one that carries its text.
pub(super) fn carrier(mention: &Mention, read_at: Option<Timestamp>) -> Carrier {
    Carrier {
        article: mention.article,
        names_original: mention.original_outlet.is_some(),
        at: mention.published_at.or(read_at),
        outlet: mention.outlet.clone(),
        credit: mention.credit.clone(),
    }
}
