//! Round 2: read what is pending, from this run or from one that was ended last week.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::found::mentions;
use super::headline::{completed, headline_of, is_told, not_a_page};
use super::poll::later;
use super::{Crawl, Knowledge, News, Summary};
use crate::article::{Article, Page};
use crate::canonical_url;
use crate::charset;
use crate::error::Error;
use crate::extract::{self, Context};
use crate::fetch::{Accept, Answer, Event, Failure, FailureKind, Request};
use crate::language::Cause;
use crate::politeness::schedule::{self, Mishap};
use crate::politeness::{Reservation, Wishes};
use crate::source::Source;
use crate::store::{Ending, Extent, ItemState, MentionNote, PendingItem, Reading, Validators, as_kept};
use crate::story::{self, Fingerprint};

/// Items that are asked for at once: bounds the memory of a run, whatever waits.
const BATCH: usize = 1000;

/// A preview of fewer words is not compared with other texts.
const PREVIEW_WORDS: usize = 60;

/// What the reading threads make of an item's answer, ready to be kept.
pub(super) struct Read {
    item: i64,
    pub(super) requests: u64,
    pub(super) bytes: u64,
    pub(super) outcome: Outcome,
}

pub(super) enum Outcome {
    Article(Box<Kept>),
    /// `again`: for what another try may be worth it.
    NotArticle {
        reason: String,
        headline: Option<Box<Kept>>,
        again: Option<Mishap>,
    },
    Failed {
        failure: Failure,
        headline: Box<Kept>,
    },
}

/// An article with all that the store wants to know of it.
pub(super) struct Kept {
    key: String,
    address: String,
    own_key: String,
    own_address: String,
    is_sure: bool,
    original_address: Option<String>,
    fingerprint: Option<Fingerprint>,
    extent: Extent,
    wishes: Wishes,
    article: Article,
    mentions: Vec<MentionNote>,
    validators: Option<Validators>,
    story_window: SignedDuration,
}

impl Crawl<'_> {
    pub(super) fn read(
        &self,
        knowledge: &Arc<Knowledge>,
        summary: &mut Summary,
        tell: &mut dyn FnMut(&News),
    ) -> Result<(), Error> {
        let started = (self.clock)();
        let mut after = 0;
        loop {
            let batch = self.store.pending(started, self.options.force, after, BATCH)?;
            let Some(last) = batch.last() else { return Ok(()) };
            after = last.id;
            let wanted: Vec<PendingItem> = batch.into_iter().filter(|item| self.is_wanted(&item.source)).collect();
            if !wanted.is_empty() {
                self.read_batch(knowledge, wanted, summary, tell)?;
            }
            if self.fetcher.stop().is_set() {
                return Ok(());
            }
        }
    }

    fn read_batch(
        &self,
        knowledge: &Arc<Knowledge>,
        batch: Vec<PendingItem>,
        summary: &mut Summary,
        tell: &mut dyn FnMut(&News),
    ) -> Result<(), Error> {
        tell(&News::Reading(&batch.iter().map(|item| item.source.as_str()).collect::<Vec<_>>()));
        let requests = batch.iter().filter_map(|item| request(knowledge, item)).collect();
        let items: Arc<HashMap<i64, PendingItem>> = Arc::new(batch.into_iter().map(|item| (item.id, item)).collect());
        let (known, waiting, clock) = (Arc::clone(knowledge), Arc::clone(&items), Arc::clone(&self.clock));
        let mut events = self.fetcher.ask(requests, self.hosts()?, move |answer| {
            waiting.get(&answer.id).map(|item| make(&known, item, answer, clock()))
        });
        while let Some(event) = events.blocking_recv() {
            match event {
                Event::Host(host) => self.store.keep_host(&host)?,
                Event::Answer(None) => {}
                Event::Answer(Some(read)) => {
                    summary.requests += read.requests;
                    summary.bytes += read.bytes;
                    if let Some(item) = items.get(&read.item) {
                        let before = summary.mentions_new;
                        self.keep(knowledge, item, read.outcome, summary)?;
                        let found = usize::try_from(summary.mentions_new - before).unwrap_or_default();
                        tell(&News::Back { source: &item.source, bytes: read.bytes, found });
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps what came of one item: one transaction.
    fn keep(
        &self,
        knowledge: &Knowledge,
        item: &PendingItem,
        outcome: Outcome,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let now = (self.clock)();
        match outcome {
            Outcome::Article(kept) => {
                if let Some(published) = kept.article.published_at
                    && now.duration_since(published) > knowledge.max_age
                {
                    let reason = format!("published {}, seen only when read", crate::store::utc(published));
                    summary.end(ItemState::TooOld);
                    return self.store.end_item(item.id, &Ending::In(ItemState::TooOld, Some(reason)), now);
                }
                let saved = self.store.save(&reading(item, &kept, now), None)?;
                summary.end(if saved.is_copy { ItemState::Copy } else { ItemState::Read });
                summary.articles_read += 1;
                summary.duplicates += u64::from(saved.known);
                summary.mentions_new += saved.mentions as u64;
            }
            Outcome::NotArticle { reason, headline, again: mishap } => {
                summary.articles_failed += u64::from(mishap == Some(Mishap::Refused));
                let ending = match mishap.map(|mishap| again(item, reason.clone(), mishap, None, now)) {
                    Some(ending @ Ending::Again(..)) => ending,
                    Some(ending) if mishap == Some(Mishap::Refused) => ending,
                    _ => Ending::In(ItemState::NotArticle, Some(reason)),
                };
                self.keep_headline(item, headline, &ending, now, summary)?;
            }
            Outcome::Failed { failure, headline } => {
                let Some(ending) = after_failure(item, &failure, now) else { return Ok(()) };
                summary.articles_failed += u64::from(failure.kind != FailureKind::Resting);
                self.keep_headline(item, Some(headline), &ending, now, summary)?;
            }
        }
        Ok(())
    }

    /// What the channel said is kept where a watch matches it, so that nothing is lost when a page cannot be read.
    fn keep_headline(
        &self,
        item: &PendingItem,
        headline: Option<Box<Kept>>,
        ending: &Ending,
        now: Timestamp,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        if let Ending::In(state, _) = ending {
            summary.end(*state);
        }
        match headline.filter(|kept| !kept.mentions.is_empty()) {
            Some(kept) => {
                let saved = self.store.save(&reading(item, &kept, now), Some(ending))?;
                summary.mentions_new += saved.mentions as u64;
                Ok(())
            }
            None => self.store.end_item(item.id, ending, now),
        }
    }
}

pub(super) fn reading<'a>(item: &PendingItem, kept: &'a Kept, at: Timestamp) -> Reading<'a> {
    Reading {
        item: item.id,
        key: &kept.key,
        address: &kept.address,
        own_key: &kept.own_key,
        own_address: &kept.own_address,
        is_sure: kept.is_sure,
        article: &kept.article,
        extent: kept.extent,
        fingerprint: kept.fingerprint.as_ref(),
        original_address: kept.original_address.as_deref(),
        wishes: &kept.wishes,
        mentions: &kept.mentions,
        validators: kept.validators.as_ref(),
        story_window: kept.story_window,
        at,
    }
}

pub(super) fn request(knowledge: &Knowledge, item: &PendingItem) -> Option<Request> {
    let page = Url::parse(&item.url).ok()?;
    let source = knowledge.sources.get(&item.source)?;
    let document = source.api.as_ref().and_then(|api| api.address(&page));
    let accept = if document.is_some() { Accept::Json } else { Accept::Article };
    Some(Request {
        id: item.id,
        url: document.unwrap_or(page),
        accept,
        validated: None,
        etag: None,
        last_modified: None,
    })
}

/// How an item goes on after a failure; `None` leaves it as it was, to be asked for in the next run.
fn after_failure(item: &PendingItem, failure: &Failure, now: Timestamp) -> Option<Ending> {
    let reason = failure.cause.to_string();
    let wait = failure.retry_after;
    Some(match failure.kind {
        FailureKind::Resting => Ending::Later(later(now, wait?), reason),
        FailureKind::Stopped => return None,
        FailureKind::Disallowed => Ending::In(ItemState::Disallowed, Some(reason)),
        FailureKind::Gone | FailureKind::Forbidden => Ending::In(ItemState::GivenUp, Some(reason)),
        FailureKind::NotFound => again(item, reason, Mishap::Missing, wait, now),
        FailureKind::Blocked => again(item, reason, Mishap::Refused, wait, now),
        FailureKind::TooLarge => again(item, reason, Mishap::Large, wait, now),
        FailureKind::Busy | FailureKind::Unreachable => again(item, reason, Mishap::Passing, wait, now),
    })
}

fn again(item: &PendingItem, reason: String, mishap: Mishap, wait: Option<Duration>, now: Timestamp) -> Ending {
    let tries = item.tries + 1;
    // The item's number spreads the tries: what failed together must not come back together.
    let jitter = f64::from(u32::try_from(item.id.rem_euclid(97)).unwrap_or(0)) / 97.0;
    match schedule::item_retry(mishap, tries, jitter) {
        Some(pause) => Ending::Again(later(now, pause.max(wait.unwrap_or_default())), reason),
        None => Ending::In(ItemState::GivenUp, Some(format!("tried {tries} times; last: {reason}"))),
    }
}

/// Turns an answer into what is kept. Runs on the reading threads: no database, no network.
pub(super) fn make(knowledge: &Knowledge, item: &PendingItem, answer: Answer, now: Timestamp) -> Read {
    let Answer { id, result, requests, bytes, .. } = answer;
    let done = |outcome| Read { item: id, requests, bytes, outcome };
    let (Some(source), Ok(announced)) = (knowledge.sources.get(&item.source), Url::parse(&item.url)) else {
        return done(Outcome::NotArticle {
            reason: "its source is no longer known".into(),
            headline: None,
            again: None,
        });
    };
    let headline = || Box::new(keep(knowledge, source, item, headline_of(item, &announced), Extent::Headline));
    let response = match result {
        Ok(response) if response.complete => response,
        Ok(_) => {
            let failure = Failure {
                kind: FailureKind::Unreachable,
                status: None,
                cause: Cause::from("the answer broke off".to_owned()),
                retry_after: None,
            };
            return done(Outcome::Failed { failure, headline: headline() });
        }
        Err(failure) => return done(Outcome::Failed { failure, headline: headline() }),
    };
    let context = Context {
        select: &source.select,
        language: source.language.as_deref(),
        zone: &knowledge.zone,
        now,
        item: Some(&item.item),
        outlet: &source.name,
    };
    let wishes = response.wishes;
    let validators =
        Validators { of: response.url.to_string(), etag: response.etag, last_modified: response.last_modified };
    let text = charset::decode(&response.body, response.content_type.as_deref());
    // One copy of a large page in memory is enough.
    drop(response.body);
    if let Some(reason) = not_a_page(response.content_type.as_deref(), &text) {
        return done(Outcome::NotArticle { reason: reason.into(), headline: Some(headline()), again: None });
    }
    let report = match source.api.as_ref().filter(|api| api.address(&announced).is_some()) {
        Some(api) => extract::read_json(&Page { url: announced.clone(), text }, api, &context),
        None => extract::read(&Page { url: response.url, text }, &context),
    };
    done(match report.verdict {
        extract::PageVerdict::Article(article) => {
            let extent = if article.paywalled { Extent::Preview } else { Extent::Full };
            let mut kept = keep(knowledge, source, item, *article, extent);
            kept.validators = Some(validators);
            kept.wishes = wishes.and(Wishes {
                noarchive: report.robots.noarchive,
                nosnippet: report.robots.nosnippet,
                tdm: report.robots.tdm.as_ref().and_then(|(said, policy)| Reservation::read(said, policy.as_deref())),
            });
            Outcome::Article(Box::new(kept))
        }
        extract::PageVerdict::Wall(reason) => {
            Outcome::NotArticle { reason, headline: Some(headline()), again: Some(Mishap::Refused) }
        }
        extract::PageVerdict::Bare(reason) => {
            let page = report.article_as_far_as_known.as_deref();
            let article = completed(headline_of(item, &announced), page);
            let is_old = article.published_at.is_some_and(|at| now.duration_since(at) > knowledge.max_age);
            let headline = || Box::new(keep(knowledge, source, item, article, Extent::Headline));
            let again = (!is_old).then_some(Mishap::Bare);
            Outcome::NotArticle { reason, headline: (!is_old).then(headline), again }
        }
        extract::PageVerdict::NotArticle(reason) => {
            let headline = is_told(&item.item).then(headline);
            Outcome::NotArticle { reason, headline, again: None }
        }
    })
}

fn keep(knowledge: &Knowledge, source: &Source, item: &PendingItem, mut article: Article, extent: Extent) -> Kept {
    if article.title.is_empty() {
        article.title.clone_from(&item.item.title);
    }
    if article.language.is_empty() {
        article.language = source.language.clone().unwrap_or_default();
    }
    // Before the watches look at it: they tell where in the stored text they match.
    let mut article = as_kept(article);
    // The identity of the announced address holds whatever the page says; else the page's own canonical address does.
    let by_identity = source
        .identity
        .as_ref()
        .is_some_and(|identity| identity.captures(&item.url).is_some_and(|found| found.get(1).is_some()));
    let key_of =
        |url: &Url| if by_identity { item.key.clone() } else { canonical_url::key(url, source.identity.as_ref()) };
    let (key, own_key) = (key_of(&article.canonical_url), key_of(&article.url));
    // A short preview is often one sentence for all subscriber articles of an outlet: it tells nothing of this one.
    let tells = match extent {
        Extent::Full => true,
        Extent::Preview => article.text.split_whitespace().nth(PREVIEW_WORDS).is_some(),
        Extent::Headline => false,
    };
    let fingerprint = tells.then(|| story::fingerprint(&article.text));
    article.url = canonical_url::clean(&article.url);
    Kept {
        key,
        address: canonical_url::key(&article.canonical_url, None),
        own_address: canonical_url::key(&article.url, None),
        own_key,
        is_sure: by_identity,
        original_address: article.original_url.as_ref().map(|url| canonical_url::key(url, None)),
        fingerprint,
        extent,
        wishes: Wishes::default(),
        mentions: mentions(knowledge, source, &article),
        validators: None,
        story_window: knowledge.story_window,
        article,
    }
}
