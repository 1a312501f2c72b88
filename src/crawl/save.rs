//! Passes values between the store and the decisions; each function is one unit of work.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::vectors::{add_vectors, missing_vectors};
use crate::decide::{self, Change, Ending, EventChange, Identified, Members, Placed, Reading, Related, Saved};
use crate::error::Error;
use crate::event::WINDOW;
use crate::model::ArticleId;
use crate::sentence::{SentenceModel, SentenceVector};
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

/// What was decided of articles whose event was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JoinedEvents {
    /// How many joined the event of another one.
    pub joined: usize,
    /// How many still wait, because another process was deciding events for longer than we wait.
    pub left: usize,
}

/// Decides the events of the hours from which mentioned articles wait.
pub fn join_events(store: &Store) -> Result<JoinedEvents, Error> {
    join_events_of_all(store, None, &store.events_pending()?)
}

/// As [`join_events`], with the vectors of a sentence model.
pub fn join_events_with(store: &Store, model: &SentenceModel) -> Result<JoinedEvents, Error> {
    join_events_of_all(store, Some(model), &store.events_pending()?)
}

/// As [`join_events_with`], also for reports of the last weeks that have no vector of this model.
pub fn join_earlier_events_with(store: &Store, model: &SentenceModel) -> Result<JoinedEvents, Error> {
    let mut pending = store.events_pending()?;
    pending.extend(store.features_without(model.fingerprint())?);
    pending.sort_unstable_by_key(|(article, at)| (*at, *article));
    pending.dedup();
    join_events_of_all(store, Some(model), &pending)
}

fn join_events_of_all(
    store: &Store,
    model: Option<&SentenceModel>,
    pending: &[(ArticleId, Timestamp)],
) -> Result<JoinedEvents, Error> {
    let mut done = JoinedEvents::default();
    let mut rest = pending;
    while let Some((_, first)) = rest.first() {
        let end = first.checked_add(WINDOW).unwrap_or(Timestamp::MAX);
        let (near, later) = rest.split_at(rest.partition_point(|(_, at)| *at <= end).max(1));
        // Outside the transaction, because it may take a minute.
        let vectors = match (model, span(near)) {
            (Some(model), Some((from, until))) => {
                missing_vectors(store, model, rest, near.len(), &store.event_window(from, until)?)?
            }
            _ => HashMap::new(),
        };
        let Some(joined) = store.together(|| join_events_of(store, model, &vectors, near))? else {
            // They stay in the queue.
            done.left = rest.len();
            break;
        };
        done.joined += joined;
        rest = later;
    }
    Ok(done)
}

/// The window around pending articles, which are in order of publication.
fn span(pending: &[(ArticleId, Timestamp)]) -> Option<(Timestamp, Timestamp)> {
    let (from, until) = (pending.first()?.1.checked_sub(WINDOW), pending.last()?.1.checked_add(WINDOW));
    Some((from.unwrap_or(Timestamp::MIN), until.unwrap_or(Timestamp::MAX)))
}

/// Decides the events of the window around pending articles; `None` where another process is at it.
fn join_events_of(
    store: &Store,
    model: Option<&SentenceModel>,
    vectors: &HashMap<ArticleId, SentenceVector>,
    pending: &[(ArticleId, Timestamp)],
) -> Result<Option<usize>, Error> {
    if !store.take_turn(SharedTurn::Events)? {
        return Ok(None);
    }
    for (article, at) in pending {
        if let Some(report) = store.report(*article)? {
            store.keep_features(*article, *at, &report.marks())?;
        }
    }
    let Some((from, until)) = span(pending) else { return Ok(Some(0)) };
    let mut window = store.event_window(from, until)?;
    add_vectors(store, model, vectors, &mut window)?;
    let changes = decide::decide_events(&window);
    store.note_regrouped(&decide::regrouped_events(&window, &changes))?;
    let articles: HashSet<ArticleId> = pending.iter().map(|(article, _)| *article).collect();
    store.apply_events(&changes, &articles)?;
    let of_others =
        |change: &&EventChange| articles.contains(&change.article) && change.event != change.article.event();
    Ok(Some(changes.iter().filter(of_others).count()))
}
