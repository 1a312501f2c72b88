//! Reads mentioned articles again some hours later, because headlines change and statements are withdrawn.

use jiff::SignedDuration;
use url::Url;

use super::mentions::notes;
use super::read::{ReadItem, read_answer, request};
use super::save::save_again;
use super::{Crawler, Summary};
use crate::answer::{Answer, FailureKind};
use crate::decide::{Change, NewMentions, Presence, decide_absence};
use crate::error::Error;
use crate::fetch::Request;
use crate::pipeline::{ItemOutcome, Knowledge};
use crate::politeness::schedule::is_revisit_due;
use crate::store::Revisit;

/// How long after its last due time an article is still read again, if there was no run in between.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What came of asking again.
pub(super) enum Again {
    Unchanged {
        requests: u64,
        bytes: u64,
    },
    Read(Box<ReadItem>, Presence),
    /// It was not requested, and stays due.
    Unasked,
}

impl Crawler<'_> {
    /// The mentioned articles that are due to be read again.
    pub(super) fn due_revisits(&self) -> Result<Vec<Revisit>, Error> {
        let ages = &self.config.crawl.revisit;
        let Some(longest) = ages.iter().max().and_then(|age| SignedDuration::try_from(*age).ok()) else {
            return Ok(Vec::new());
        };
        let now = (self.clock)();
        let Ok(since) = now.checked_sub(longest.saturating_add(LATE)) else { return Ok(Vec::new()) };
        let known = self.store.revisits(since, now)?.into_iter();
        let is_due = |known: &Revisit| self.is_wanted(&known.item.source) && is_revisit_due(&known.readings, ages, now);
        Ok(known.filter(is_due).collect())
    }

    /// Keeps what came of one article: one transaction.
    pub(super) fn note_again(
        &self,
        knowledge: &Knowledge,
        known: &Revisit,
        again: &Again,
        summary: &mut Summary,
    ) -> Result<(), Error> {
        let now = (self.clock)();
        match again {
            Again::Unasked => return Ok(()),
            Again::Unchanged { requests, bytes } => summary.count(*requests, *bytes),
            Again::Read(read, _) => summary.count(read.requests, read.bytes),
        }
        summary.articles_revisited += 1;
        let presence = match again {
            Again::Read(_, presence) => *presence,
            _ => Presence::There,
        };
        let absence = decide_absence(known.id, known.absence, presence, now);
        let read = match again {
            Again::Read(read, presence) => match &read.outcome {
                // The home page in place of the article is no version of it, nor is a part of its pages.
                ItemOutcome::Article(read) if *presence == Presence::There && !read.is_broken_off() => Some(read),
                // What was read stays: a page that is gone or closed today says nothing of what it said.
                _ => None,
            },
            _ => None,
        };
        let mentions = read.map(|read| notes(&knowledge.watches, read.matches.clone())).unwrap_or_default();
        let reading = read.map(|read| self.reading(&known.item, read, &mentions, now));
        summary.found += self.store.together(|| {
            self.store.confirm_hold(&known.item.url)?;
            self.store.apply(absence.as_slice())?;
            match &reading {
                Some(reading) => {
                    save_again(self.store, known, reading).map(|saved| NewMentions::of_article(saved.mentions))
                }
                None => self.store.apply(&[Change::NoteRevisit(known.id, now)]).map(|()| NewMentions::default()),
            }
        })?;
        Ok(())
    }
}

pub(super) fn again(knowledge: &Knowledge, known: &Revisit) -> Option<Request> {
    let request = request(knowledge, &known.item)?;
    let Some(validators) = known.validators.clone() else { return Some(request) };
    Some(Request {
        validated: Url::parse(&validators.of).ok(),
        etag: validators.etag,
        last_modified: validators.last_modified,
        ..request
    })
}

pub(super) fn again_read(knowledge: &Knowledge, known: &Revisit, answer: Answer, now: jiff::Timestamp) -> Again {
    match &answer.result {
        Ok(response) if response.status == 304 => Again::Unchanged { requests: answer.requests, bytes: answer.bytes },
        Err(failure) if matches!(failure.kind, FailureKind::Skipped | FailureKind::Stopped) => Again::Unasked,
        _ => {
            let page = Url::parse(&known.item.url).ok();
            let presence = page.map_or(Presence::Unknown, |page| Presence::of_page(&page, &answer.result));
            let Some(read) = read_answer(knowledge, &known.item, answer, now) else { return Again::Unasked };
            let is_article = matches!(read.outcome, ItemOutcome::Article(_));
            // A wall, or a page that says in words that it was not found, proves neither.
            let is_wall = matches!(&read.outcome, ItemOutcome::NotArticle { reason, .. } if reason.is_wall());
            let is_proved = if presence == Presence::There { is_article } else { !is_wall };
            Again::Read(Box::new(read), if is_proved { presence } else { Presence::Unknown })
        }
    }
}
