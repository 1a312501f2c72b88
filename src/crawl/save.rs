//! Passes values between the store and the decisions; each function is one unit of work.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::decide::{self, Change, Ending, EventChange, Identified, Members, Placed, Reading, Related, Saved};
use crate::error::Error;
use crate::event::WINDOW;
use crate::model::ArticleId;
use crate::store::{PendingItem, Revisit, SharedTurn, Store};

/// Stores a reading, and ends its item.
pub fn save(store: &Store, reading: &Reading, headline: Option<&Ending>) -> Result<Saved, Error> {
    store.together(|| save_within(store, reading, headline))
}

/// The same of an item at a host of this worker.
pub(super) fn save_own(
    store: &Store,
    item: &PendingItem,
    reading: &Reading,
    headline: Option<&Ending>,
) -> Result<Saved, Error> {
    store.together(|| {
        // Before the turn, for which the others wait.
        store.confirm_hold(&item.url)?;
        save_within(store, reading, headline)
    })
}

fn save_within(store: &Store, reading: &Reading, headline: Option<&Ending>) -> Result<Saved, Error> {
    store.take_turn(SharedTurn::Stories)?;
    let near = store.neighbours(reading)?;
    let found = decide::identify(reading, &near);
    let (placed, members) = place(store, found)?;
    let decided = decide::decide_reading(&placed, &members, headline);
    store.apply(&decided.changes)?;
    Ok(decided.saved)
}

/// Stores a repeated reading of a mentioned article, as a part of a transaction.
pub(super) fn save_again(store: &Store, known: &Revisit, reading: &Reading) -> Result<Saved, Error> {
    store.take_turn(SharedTurn::Stories)?;
    store.apply(&[Change::NoteRevisit(known.id, reading.at)])?;
    let near = store.neighbours(reading)?;
    let Some(found) = decide::identify_again(reading, &near) else {
        return Ok(Saved { known: true, ..Saved::default() });
    };
    let (placed, members) = place(store, found)?;
    let decided = decide::decide_again(&placed, &members);
    store.apply(&decided.changes)?;
    Ok(decided.saved)
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

/// Decides the events of the hours from which mentioned articles wait; returns how many of these joined the event of another one.
pub fn join_events(store: &Store) -> Result<usize, Error> {
    let pending = store.events_pending()?;
    let mut joined = 0;
    let mut rest = pending.as_slice();
    while let Some((_, first)) = rest.first() {
        let end = first.checked_add(WINDOW).unwrap_or(Timestamp::MAX);
        let (near, later) = rest.split_at(rest.partition_point(|(_, at)| *at <= end).max(1));
        joined += store.together(|| join_events_of(store, near))?;
        rest = later;
    }
    Ok(joined)
}

/// Decides the events of the window around pending articles, which are in order of publication.
fn join_events_of(store: &Store, pending: &[(ArticleId, Timestamp)]) -> Result<usize, Error> {
    store.take_turn(SharedTurn::Events)?;
    for (article, at) in pending {
        if let Some(report) = store.report(*article)? {
            store.keep_features(*article, *at, &report.marks())?;
        }
    }
    let [Some((_, first)), Some((_, last))] = [pending.first(), pending.last()] else { return Ok(0) };
    let from = first.checked_sub(WINDOW).unwrap_or(Timestamp::MIN);
    let until = last.checked_add(WINDOW).unwrap_or(Timestamp::MAX);
    let window = store.event_window(from, until)?;
    let changes = decide::decide_events(&window);
    store.note_regrouped(&decide::regrouped_events(&window, &changes))?;
    let articles: HashSet<ArticleId> = pending.iter().map(|(article, _)| *article).collect();
    store.apply_events(&changes, &articles)?;
    let of_others =
        |change: &&EventChange| articles.contains(&change.article) && change.event != change.article.event();
    Ok(changes.iter().filter(of_others).count())
}
