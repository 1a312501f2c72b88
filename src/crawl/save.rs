//! Passes values between the store and the decisions; each function is one unit of work.

use std::collections::HashMap;

use crate::decide::{
    self, Change, Ending, Identified, MarkedReport, Members, NearbyReport, Placed, Reading, Related, Saved,
};
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
        let (placed, members) = place(store, found)?;
        let decided = decide::decide_reading(&placed, &members, headline);
        store.apply(&decided.changes)?;
        Ok(decided.saved)
    })
}

/// Stores a repeated reading of a mentioned article.
pub(super) fn save_again(store: &Store, known: &Revisit, reading: &Reading) -> Result<Saved, Error> {
    store.together(|| {
        store.apply(&[Change::NoteRevisit(known.id, reading.at)])?;
        let near = store.neighbours(reading)?;
        let Some(found) = decide::identify_again(reading, &near) else {
            return Ok(Saved { known: true, ..Saved::default() });
        };
        let (placed, members) = place(store, found)?;
        let decided = decide::decide_again(&placed, &members);
        store.apply(&decided.changes)?;
        Ok(decided.saved)
    })
}

/// Finds the story of an article; a copy is not written, and nothing is looked for.
fn place<'a, 'n>(store: &Store, found: Identified<'a, 'n>) -> Result<(Placed<'a, 'n>, Members), Error> {
    let related = match found.story_lookup() {
        Some(lookup) => store.related(&lookup)?,
        None => Related::default(),
    };
    let placed = found.place(&related);
    let members = match (placed.stories(), placed.siblings()) {
        ([], None) => Members::default(),
        (stories, siblings) => store.members(stories, siblings)?,
    };
    Ok((placed, members))
}

/// Decides the event of each mentioned article that waits for it; returns how many joined the event of another one.
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
    let near = store.near_events(&new)?;
    if kept.len() > KEPT {
        kept.clear();
    }
    for (other, _) in &near.reports {
        if !kept.contains_key(other)
            && let Some(stored) = store.report(*other)?
        {
            kept.insert(*other, MarkedReport::from(&stored));
        }
    }
    let reports = near.reports.into_iter();
    let nearby: Vec<NearbyReport> =
        reports.filter_map(|(other, event)| Some(NearbyReport { report: kept.get(&other)?, event })).collect();
    let change = decide::decide_event(&new, near.copy, &nearby);
    store.apply_event(article, Some(&change))?;
    Ok(change.is_joined)
}
