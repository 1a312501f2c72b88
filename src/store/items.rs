//! Items: what channels announced, and the queue of those that are still to be read.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use url::Url;

use super::{Store, absurd, time, utc};
use crate::article::Item;
use crate::error::Error;
use crate::text::clean::{one_line, printable};
use crate::text::cut::shorten;

/// Where an item stands; every item ends in exactly one of the states after `Pending`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemState {
    /// Still to be read.
    Pending,
    /// Its article is stored.
    Read,
    /// Its article was already stored under another address.
    Copy,
    /// Older than `crawl.max_age`.
    TooOld,
    /// On a host that `only` does not name.
    OutOfScope,
    /// robots.txt asks us not to read it.
    Disallowed,
    /// What stands there is not an article.
    NotArticle,
    /// Could not be read, however often we tried.
    GivenUp,
}

impl ItemState {
    /// The word for it in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Read => "read",
            Self::Copy => "copy",
            Self::TooOld => "too_old",
            Self::OutOfScope => "out_of_scope",
            Self::Disallowed => "disallowed",
            Self::NotArticle => "not_article",
            Self::GivenUp => "given_up",
        }
    }
}

/// An item as a poll notes it.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// What names the article within its source.
    pub key: String,
    /// Where it is read.
    pub url: Url,
    /// What the channel says of it.
    pub item: Item,
    /// `Pending`, `TooOld` or `OutOfScope`.
    pub state: ItemState,
    /// Why it is not pending.
    pub reason: Option<String>,
}

/// An item that is to be read now.
#[derive(Debug, Clone)]
pub struct PendingItem {
    /// Its row.
    pub id: i64,
    /// Its source's name.
    pub source: String,
    /// What names the article within its source.
    pub key: String,
    /// Where it is read.
    pub url: String,
    /// What the channel says of it.
    pub item: Item,
    /// How often it was tried.
    pub tries: u32,
}

/// The longest texts that are kept of an item: title, summary, names.
const TITLE: usize = 1000;
const SUMMARY: usize = 5000;

/// Notes an item of a poll: new, or told again. Returns whether it is new.
pub(super) fn note(c: &Connection, source: i64, channel: i64, new: &NewItem, at: Timestamp) -> rusqlite::Result<bool> {
    let item = &new.item;
    let title = one_line(&shorten(&item.title, TITLE));
    let summary = printable(&shorten(&item.summary, SUMMARY)).into_owned();
    let pending = new.state == ItemState::Pending;
    let added = c
        .prepare_cached(
            "INSERT INTO item (source_id, channel_id, key, url, title, summary, author, language, outlet, published_at, modified_at,
                               first_seen_at, state, reason, next_try_at, ended_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (source_id, key) DO NOTHING",
        )?
        .execute(params![
            source,
            channel,
            new.key,
            new.url.as_str(),
            title,
            summary,
            one_line(&shorten(&item.author, TITLE)),
            one_line(&item.language),
            one_line(&shorten(&item.outlet, TITLE)),
            item.published_at.map(utc),
            item.modified_at.map(utc),
            utc(at),
            new.state.name(),
            new.reason,
            pending.then(|| utc(at)),
            (!pending).then(|| utc(at)),
        ])?;
    if added == 0 && pending {
        // Told again before it was read: the newer words are the better ones, an empty one is none.
        c.prepare_cached(
            "UPDATE item SET title = CASE WHEN ?3 = '' THEN title ELSE ?3 END,
                             summary = CASE WHEN ?4 = '' THEN summary ELSE ?4 END,
                             published_at = coalesce(published_at, ?5)
             WHERE source_id = ?1 AND key = ?2 AND state = 'pending'",
        )?
        .execute(params![source, new.key, title, summary, item.published_at.map(utc)])?;
    }
    if added == 0 && pending {
        // Told again after it was read: only the channel that told it first is asked, since each writes headlines its own way,
        // and no listing, where a headline may stand twice.
        c.prepare_cached(
            "UPDATE item SET title = iif(?4 = '', title, ?4), modified_at = coalesce(max(?5, modified_at), ?5, modified_at), changed_at = ?6
             WHERE source_id = ?1 AND key = ?2 AND channel_id = ?3 AND state = 'read'
               AND (SELECT kind FROM channel WHERE id = ?3) IN ('feed', 'sitemap')
               AND ((?4 <> '' AND title <> ?4) OR ?5 > coalesce(modified_at, published_at, ?5))",
        )?
        .execute(params![source, new.key, channel, title, item.modified_at.max(item.published_at).map(utc), utc(at)])?;
    }
    Ok(added > 0)
}

/// What is read of an item that is to be asked for, in the order in which [`pending_item`] takes it.
pub(super) const PENDING: &str = "i.id, s.name, i.key, i.url, i.title, i.summary, i.author, i.published_at, i.modified_at, i.language, \
    i.outlet, i.tries";

pub(super) fn pending_item(row: &Row) -> rusqlite::Result<PendingItem> {
    let url: String = row.get(3)?;
    Ok(PendingItem {
        id: row.get(0)?,
        source: row.get(1)?,
        key: row.get(2)?,
        item: Item {
            url: Url::parse(&url).ok(),
            title: row.get(4)?,
            summary: row.get(5)?,
            author: row.get(6)?,
            published_at: time(row.get(7)?),
            modified_at: time(row.get(8)?),
            id: String::new(),
            language: row.get(9)?,
            outlet: row.get(10)?,
        },
        url,
        tries: row.get(11)?,
    })
}

impl Store {
    /// Items to be read now, oldest first, after the item `after`; at most `most`.
    pub fn pending(&self, now: Timestamp, force: bool, after: i64, most: usize) -> Result<Vec<PendingItem>, Error> {
        self.read("read the queue of", |c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT {PENDING}
                 FROM item i JOIN source s ON s.id = i.source_id
                 WHERE i.state = 'pending' AND s.active AND i.id > ?3 AND (?2 OR i.next_try_at IS NULL OR i.next_try_at <= ?1 OR i.next_try_at > ?5)
                 ORDER BY i.id LIMIT ?4"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = query.query_map(params![utc(now), force, after, most, utc(absurd(now))], pending_item)?;
            rows.collect()
        })
    }

    /// How many of the items of a channel's answer were never seen before.
    pub fn count_new(&self, channel: i64, items: &[NewItem]) -> Result<usize, Error> {
        self.read("read the items of", |c| {
            let mut query = c.prepare_cached(
                "SELECT 1 FROM item WHERE key = ?2 AND source_id = (SELECT source_id FROM channel WHERE id = ?1)",
            )?;
            let mut new = 0;
            for item in items {
                new += usize::from(!query.exists(params![channel, item.key])?);
            }
            Ok(new)
        })
    }

    /// What became of items: (source, state, count), in the order of the configuration.
    pub fn item_states(&self) -> Result<Vec<(String, String, i64)>, Error> {
        self.read("read the items of", |c| {
            let mut query = c.prepare(
                "SELECT s.name, i.state, count(*) FROM item i JOIN source s ON s.id = i.source_id
                 WHERE s.active GROUP BY s.id, i.state ORDER BY s.id, i.state = 'read' DESC, i.state",
            )?;
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
        })
    }

    /// How many items are still to be read, now or later.
    pub fn count_pending(&self) -> Result<u64, Error> {
        self.read("read the queue of", |c| {
            c.query_row(
                "SELECT count(*) FROM item i JOIN source s ON s.id = i.source_id WHERE i.state = 'pending' AND s.active",
                [],
                |row| row.get::<_, i64>(0),
            )
        })
        .map(|n| u64::try_from(n).unwrap_or(0))
    }
}
