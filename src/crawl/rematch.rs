//! Applies new or changed watches to the stored articles.

use std::collections::HashMap;

use jiff::Timestamp;

use super::mentions::notes;
use super::{definition, watch_specs};
use crate::decide::NewMentions;
use crate::error::Error;
use crate::model::{ArticleId, WatchId};
use crate::pipeline::matches_beside;
use crate::query::{Document, Matcher, Need, Watch};
use crate::source::{OutletFacts, Source};
use crate::store::{SharedTurn, Store, StoredArticle, StoredMention};

/// The number of articles that are matched in one go.
const BATCH: usize = 500;

/// The number of mentions that are judged again while the other workers wait.
const AT_A_TURN: usize = 50;

/// Applies the watches with these names to every stored article, and returns the number of new mentions. Mentions that a changed watch no
/// longer finds stay.
pub fn rematch(
    store: &Store,
    watches: &[Watch],
    sources: &[Source],
    names: &[String],
    now: Timestamp,
) -> Result<NewMentions, Error> {
    let chosen: Vec<Watch> = watches.iter().filter(|watch| names.contains(&watch.name)).cloned().collect();
    let matcher = Matcher::new(&chosen);
    // Skips articles that contain none of the words: with a single new watch, these are most articles.
    let need = Need::of_any(chosen.iter().map(|watch| &watch.query));
    let mut new = NewMentions::default();
    let mut after = ArticleId::default();
    loop {
        let batch = store.stored_articles(after, BATCH, need.as_ref())?;
        let Some(last) = batch.last() else { break };
        after = last.id;
        let found: Vec<_> = batch
            .iter()
            .map(|stored| (stored.id, notes(&chosen, matches_beside(&matcher, &document(stored), &stored.said))))
            .filter(|(_, mentions)| !mentions.is_empty())
            .collect();
        if !found.is_empty() {
            new += store.add_mentions(&found, now)?;
        }
    }
    for watch in &chosen {
        store.watch_applied(&watch.name, &definition(watch, sources))?;
    }
    Ok(new)
}

/// Replaces the entries of the full-text index that an earlier version wrote by other rules, of at most so many articles, unless it is stopped.
pub fn renew_index(store: &Store, most: usize, is_stopped: &dyn Fn() -> bool) -> Result<(), Error> {
    let mut left = most;
    while left > 0 && !is_stopped() {
        let batch = left.min(BATCH);
        if store.renew_index(batch)? < batch {
            return Ok(());
        }
        left -= batch;
    }
    Ok(())
}

/// A mention that the current watches find and the store does not have, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchChange {
    /// Whether it is found now.
    pub gained: bool,
    /// The watch's name, as configured.
    pub watch: String,
    /// The source's name.
    pub outlet: String,
    /// The headline.
    pub title: String,
    /// What matched, separated by ", ".
    pub terms: String,
    /// The sentence that shows it.
    pub snippet: String,
    /// The row of the article.
    pub article: ArticleId,
    /// The rows of the watch and the article, of a mention that is stored.
    pub stored: Option<(WatchId, ArticleId)>,
}

/// The mentions that [`rematch`] would add, and those that the current watches no longer find, neither in the article nor in an earlier
/// version of it. Leaves out what is marked as not relevant, which no output shows; writes nothing.
pub fn compare(store: &Store, watches: &[Watch], sources: &[Source]) -> Result<Vec<WatchChange>, Error> {
    let matcher = Matcher::new(watches);
    let configured = configured_facts(sources);
    let rows = store.find_watches(&watch_specs(watches, sources))?;
    let mut changes = Vec::new();
    let mut after = ArticleId::default();
    loop {
        let mut batch = store.stored_articles(after, BATCH, None)?;
        for stored in &mut batch {
            take_configured_facts(stored, &configured);
        }
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { break };
        after = last.id;
        let mut known: HashMap<(ArticleId, WatchId), StoredMention> = HashMap::new();
        for mention in store.stored_mentions(first.id, last.id)? {
            known.insert((mention.article, mention.watch), mention);
        }
        for stored in &batch {
            let change = |row: Option<WatchId>, watch: usize, terms, snippet| WatchChange {
                gained: row.is_none(),
                watch: watches[watch].name.clone(),
                outlet: stored.outlet.clone(),
                title: stored.title.clone(),
                terms,
                snippet: if stored.nosnippet { String::new() } else { snippet },
                article: stored.id,
                stored: row.map(|row| (row, stored.id)),
            };
            for found in matches_beside(&matcher, &document(stored), &stored.said) {
                let row = rows.get(found.watch).copied().flatten();
                let is_new = row.and_then(|row| known.remove(&(stored.id, row))).is_none();
                if is_new && store.is_relevant(stored.id, row)? {
                    changes.push(change(None, found.watch, found.terms.join(", "), found.snippet));
                }
            }
            for (watch, row) in rows.iter().enumerate() {
                let unfound = row.and_then(|row| known.remove(&(stored.id, row)));
                if let Some(unfound) = unfound
                    && store.is_relevant(stored.id, *row)?
                    && !is_in_earlier_version(store, &matcher, stored, watch)?
                {
                    changes.push(change(*row, watch, unfound.terms, unfound.snippet));
                }
            }
        }
    }
    let place: HashMap<&str, usize> = watches.iter().enumerate().map(|(at, watch)| (watch.name.as_str(), at)).collect();
    let key = |change: &WatchChange| {
        let at = place.get(change.watch.as_str()).copied();
        (at, change.gained, change.outlet.clone(), change.title.clone())
    };
    changes.sort_by_cached_key(key);
    Ok(changes)
}

/// Takes away those of the lost mentions in `shown` that are still what was shown, and that the watches still do not find; returns how many.
///
/// Each is judged again while no other worker stores a reading: one that was read again since may match.
pub fn remove_lost(
    store: &Store,
    watches: &[Watch],
    sources: &[Source],
    shown: &[WatchChange],
) -> Result<usize, Error> {
    let matcher = Matcher::new(watches);
    let configured = configured_facts(sources);
    let rows = store.find_watches(&watch_specs(watches, sources))?;
    let lost: Vec<&WatchChange> = shown.iter().filter(|change| !change.gained).collect();
    let mut removed = 0;
    for some in lost.chunks(AT_A_TURN) {
        removed += store.together(|| {
            store.take_turn(SharedTurn::Stories)?;
            let mut still_lost = Vec::new();
            for change in some {
                let Some((watch, article)) = change.stored else { continue };
                let Some(at) = rows.iter().position(|row| *row == Some(watch)) else { continue };
                let mut batch = store.stored_articles(ArticleId(article.0 - 1), 1, None)?;
                let Some(stored) = batch.first_mut().filter(|stored| stored.id == article) else { continue };
                take_configured_facts(stored, &configured);
                let mentions = store.stored_mentions(article, article)?;
                let is_same = mentions.iter().any(|mention| mention.watch == watch && mention.terms == change.terms);
                let found = matches_beside(&matcher, &document(stored), &stored.said);
                if is_same
                    && !found.iter().any(|found| found.watch == at)
                    && store.is_relevant(article, Some(watch))?
                    && !is_in_earlier_version(store, &matcher, stored, at)?
                {
                    still_lost.push((watch, article));
                }
            }
            store.remove_mentions(&still_lost)
        })?;
    }
    Ok(removed)
}

fn configured_facts(sources: &[Source]) -> HashMap<&str, &OutletFacts> {
    sources.iter().map(|source| (source.name.as_str(), &source.facts)).collect()
}

/// As they will be stored: `rematch` first brings the configuration into the database.
fn take_configured_facts(stored: &mut StoredArticle, configured: &HashMap<&str, &OutletFacts>) {
    if let Some(facts) = configured.get(stored.outlet.as_str()) {
        stored.facts.clone_from(facts);
    }
}

/// Whether a watch matches an earlier version of an article: then it is the article that changed, not the watch.
fn is_in_earlier_version(
    store: &Store,
    matcher: &Matcher,
    stored: &StoredArticle,
    watch: usize,
) -> Result<bool, Error> {
    let versions = store.earlier_versions(stored.id)?;
    Ok(versions.iter().any(|version| {
        let document = Document { title: &version.title, text: &version.text, ..document(stored) };
        matches_beside(matcher, &document, &stored.said).iter().any(|found| found.watch == watch)
    }))
}

/// A stored article in the form for queries.
pub fn document(stored: &StoredArticle) -> Document<'_> {
    Document {
        title: &stored.title,
        summary: &stored.summary,
        text: &stored.text,
        author: &stored.author,
        outlet: &stored.outlet,
        url: &stored.url,
        language: &stored.language,
        published_at: stored.published_at,
        facts: Some(&stored.facts),
    }
}
