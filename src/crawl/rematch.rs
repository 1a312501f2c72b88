//! A new or changed watch looks at the past.

use jiff::Timestamp;

use super::{definition, read};
use crate::error::Error;
use crate::query::{Document, Matcher, Watch};
use crate::store::Store;

/// Articles that are looked at in one go.
const BATCH: usize = 500;

/// Applies the watches of these names to every stored article, and returns how many mentions are new.
pub fn rematch(store: &Store, watches: &[Watch], names: &[String], now: Timestamp) -> Result<u64, Error> {
    let chosen: Vec<Watch> = watches.iter().filter(|watch| names.contains(&watch.name)).cloned().collect();
    let matcher = Matcher::new(&chosen);
    let mut new = 0;
    let mut after = 0;
    loop {
        let batch = store.stored_articles(after, BATCH)?;
        let Some(last) = batch.last() else { break };
        after = last.id;
        for stored in &batch {
            let document = Document {
                title: &stored.title,
                summary: &stored.summary,
                text: &stored.text,
                author: &stored.author,
                outlet: &stored.outlet,
                url: &stored.url,
                language: &stored.language,
                published_at: stored.published_at,
            };
            let mentions: Vec<_> = matcher
                .matches(&document)
                .into_iter()
                .map(|found| read::note(&chosen[found.watch].name, found))
                .collect();
            if !mentions.is_empty() {
                new += store.add_mentions(stored.id, &mentions, now)? as u64;
            }
        }
    }
    for watch in &chosen {
        store.watch_applied(&watch.name, &definition(watch))?;
    }
    Ok(new)
}
