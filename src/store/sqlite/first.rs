//! Which article of a text was the first.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::facts::NamedOutlet;
use super::sql::time;
use crate::digest::{Carrier, First, Mention};
use crate::model::{SourceId, StoryId};

/// The articles of a story.
const CARRIERS: &str = "SELECT id, source_id, published_at, read_at, original_outlet IS NOT NULL AS names_original, credit \
    FROM article WHERE story_id = ?1";

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
pub(super) fn name(
    c: &Connection,
    outlets: &HashMap<SourceId, NamedOutlet>,
    mentions: &mut [Box<Mention>],
    mut carried: Vec<Carried>,
) -> rusqlite::Result<()> {
    let mut stored = c.prepare(CARRIERS)?;
    carried.sort_by_key(|one| (one.story, one.carrier.article));
    for story in carried.chunk_by(|a, b| a.story == b.story) {
        let Some(any) = story.first() else { continue };
        let mut known: Vec<&Carrier> = story.iter().map(|one| &one.carrier).collect();
        known.dedup_by_key(|carrier| carrier.article);
        let first = if known.len() as u64 == any.carriers {
            First::of(known)
        } else {
            let rows = stored.query_map([any.story], |row| stored_carrier(row, outlets))?;
            First::of(&rows.collect::<rusqlite::Result<Vec<_>>>()?)
        };
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

fn stored_carrier(row: &Row, outlets: &HashMap<SourceId, NamedOutlet>) -> rusqlite::Result<Carrier> {
    let outlet = outlets.get(&row.get("source_id")?);
    Ok(Carrier {
        article: row.get("id")?,
        names_original: row.get("names_original")?,
        at: time(row, "published_at")?.or(time(row, "read_at")?),
        outlet: outlet.map(|(name, _)| Arc::clone(name)).unwrap_or_default(),
        credit: row.get::<_, String>("credit")?.into(),
    })
}
