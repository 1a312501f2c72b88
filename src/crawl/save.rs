//! Passes values between the store and the decisions; each function is one unit of work.

use std::collections::HashMap;

use crate::decide::{self, Ending, MarkedReport, NearbyReport, Reading, Saved};
use crate::error::Error;
use crate::model::ArticleId;
use crate::store::{Revisit, Store};

/// The number of articles whose event is decided in one transaction.
const BATCH: usize = 50;
/// The most reports that are cached for comparison with later ones.
const KEPT: usize = 300;

/// Stores a reading, and ends its item.
pub fn save(store: &Store, reading: &Reading, headline: Option<&Ending>) -> Result<Saved, Error> {
    store.together(|| {
        let near = store.neighbours(reading)?;
        let found = decide::identify(reading, &near);
        let members = store.members(found.stories(), found.needs_siblings().then_some(near.source))?;
        let decided = decide::decide_reading(&found, &members, headline);
        store.apply(&decided.changes)?;
        Ok(decided.saved)
    })
}

/// Stores a repeated reading of a mentioned article.
pub(super) fn save_again(store: &Store, known: &Revisit, reading: &Reading) -> Result<Saved, Error> {
    store.together(|| {
        store.note_revisit(known.id, reading.at)?;
        let near = store.neighbours(reading)?;
        let Some(found) = decide::identify_again(reading, &near) else {
            return Ok(Saved { known: true, ..Saved::default() });
        };
        let members = store.members(found.stories(), None)?;
        let decided = decide::decide_again(&found, &members);
        store.apply(&decided.changes)?;
        Ok(decided.saved)
    })
}

/// Decides the event of each mentioned article in the queue; returns how many joined the event of another one.
pub fn join_events(store: &Store) -> Result<usize, Error> {
    let mut joined = 0;
    let mut kept: HashMap<ArticleId, MarkedReport> = HashMap::new();
    for batch in store.events_pending()?.chunks(BATCH) {
        joined += store.together(|| {
            let mut joined = 0;
            for article in batch {
                joined += usize::from(join_event(store, *article, &mut kept)?);
            }
            Ok(joined)
        })?;
    }
    Ok(joined)
}

fn join_event(store: &Store, article: ArticleId, kept: &mut HashMap<ArticleId, MarkedReport>) -> Result<bool, Error> {
    let Some(stored) = store.report(article)? else {
        return store.apply_event(article, None).map(|()| false);
    };
    let new = MarkedReport::from(&stored);
    let copy = store.event_of_story(new.story)?;
    let near = if copy.is_none() { store.near_reports(&new)? } else { Vec::new() };
    if kept.len() > KEPT {
        kept.clear();
    }
    for (other, _) in &near {
        if !kept.contains_key(other)
            && let Some(stored) = store.report(*other)?
        {
            kept.insert(*other, MarkedReport::from(&stored));
        }
    }
    let near: Vec<NearbyReport> =
        near.into_iter().filter_map(|(other, event)| Some(NearbyReport { report: kept.get(&other)?, event })).collect();
    let change = decide::decide_event(&new, copy, &near);
    store.apply_event(article, Some(&change))?;
    Ok(change.is_joined)
}
