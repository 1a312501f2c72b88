//! Items: what channels announced, and the queue of those that are still to be read.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use url::Url;

use super::Store;
use super::sql::{absurd, natural, time, utc};
use crate::answer::Validators;
use crate::article::Item;
use crate::decide::{Ending, ItemChange, ItemReason, KnownItem, MOST_WAITING};
use crate::error::Error;
use crate::model::{ArticleId, ChannelId, ItemId, ItemState, SourceId};
use crate::politeness::schedule::Readings;
use crate::store::{Order, PendingItem, Queue, Revisit};
use crate::text::clean::one_line;

/// What is read of an item that is to be requested.
const PENDING: &str = "i.id, s.name AS source, i.key, i.url, i.title, i.summary, i.author, i.published_at, i.modified_at, i.language, \
    i.outlet, i.tries";

/// Whether an item may be requested: now is ?1, ?2 ignores the time of the next try, and a next try beyond ?3 is the work of a clock that was wrong.
const DUE: &str = "(?2 OR i.next_try_at IS NULL OR i.next_try_at <= ?1 OR i.next_try_at > ?3)";

fn pending_item(row: &Row) -> rusqlite::Result<PendingItem> {
    let url: String = row.get("url")?;
    Ok(PendingItem {
        id: row.get("id")?,
        source: row.get("source")?,
        key: row.get("key")?,
        item: Item {
            url: Url::parse(&url).ok(),
            title: row.get("title")?,
            summary: row.get("summary")?,
            author: row.get("author")?,
            published_at: time(row, "published_at")?,
            modified_at: time(row, "modified_at")?,
            id: String::new(),
            language: row.get("language")?,
            outlet: row.get("outlet")?,
        },
        url,
        tries: row.get("tries")?,
    })
}

impl Store {
    /// Items of a source that may be read now, but for those of `taken`; at most `most`, the newest first or the oldest first.
    pub fn pending(
        &self,
        queue: &Queue,
        order: Order,
        taken: &[ItemId],
        most: usize,
    ) -> Result<Vec<PendingItem>, Error> {
        // Items announced together stand in the order of the channel, which names the newest first.
        let order = match order {
            Order::NewestFirst => "DESC, i.id",
            Order::OldestFirst => ", i.id DESC",
        };
        self.read("read the queue of the database", |c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT {PENDING}
                 FROM source s JOIN item i ON i.source_id = s.id
                 WHERE s.name = ?4 AND s.active AND i.state = 'pending' AND {DUE} AND i.id NOT IN (SELECT value FROM json_each(?5))
                 ORDER BY coalesce(i.published_at, i.first_seen_at) {order} LIMIT ?6"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let taken = serde_json::json!(taken.iter().map(|item| item.0).collect::<Vec<_>>()).to_string();
            let Queue { source, now, force } = queue;
            let rows = query.query_map(params![utc(*now), force, absurd(*now), source, taken, most], pending_item)?;
            rows.collect()
        })
    }

    /// The sources that have items to be read now, each with how many. `force` ignores the time of the next try.
    pub fn queues(&self, now: Timestamp, force: bool) -> Result<Vec<(String, u64)>, Error> {
        self.read("read the queue of the database", |c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT s.name, count(*) FROM source s JOIN item i ON i.source_id = s.id
                 WHERE s.active AND i.state = 'pending' AND {DUE} GROUP BY s.id ORDER BY s.id"
            ))?;
            query.query_map(params![utc(now), force, absurd(now)], |row| Ok((row.get(0)?, natural(row, 1)?)))?.collect()
        })
    }

    /// The articles that a watch mentions and that were first read at `since` or later, oldest first.
    pub fn revisits(&self, since: Timestamp, now: Timestamp) -> Result<Vec<Revisit>, Error> {
        self.read("read the articles of the database", |c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT {PENDING}, a.id AS article, a.read_at, a.revisited_at, max(i.changed_at) AS changed_at, a.validated, a.etag, a.last_modified
                 FROM article a JOIN item i ON i.article_id = a.id AND i.state = 'read' JOIN source s ON s.id = a.source_id
                 WHERE a.read_at >= ?1 AND a.extent <> 'headline' AND s.active
                   AND EXISTS (SELECT 1 FROM mention m WHERE m.article_id = a.id)
                 GROUP BY a.id ORDER BY a.id"
            ))?;
            let rows = query.query_map([utc(since)], |row| {
                Ok(Revisit {
                    id: row.get("article")?,
                    item: pending_item(row)?,
                    readings: Readings {
                        first: time(row, "read_at")?.unwrap_or(now),
                        last: time(row, "revisited_at")?,
                        changed: time(row, "changed_at")?,
                    },
                    validators: validators(row)?,
                })
            })?;
            rows.collect()
        })
    }

    /// How many items are still to be read, now or later.
    pub fn count_pending(&self) -> Result<u64, Error> {
        self.read("read the queue of the database", |c| {
            c.query_row(
                "SELECT count(*) FROM item i JOIN source s ON s.id = i.source_id WHERE i.state = 'pending' AND s.active",
                [],
                |row| natural(row, 0),
            )
        })
    }
}

/// What became of items: (source, state, count), in the order of the configuration.
pub(super) fn states(c: &Connection) -> rusqlite::Result<Vec<(String, ItemState, u64)>> {
    let mut query = c.prepare(
        "SELECT s.name, i.state, count(*) FROM item i JOIN source s ON s.id = i.source_id
         WHERE s.active GROUP BY s.id, i.state ORDER BY s.id, i.state = 'read' DESC, i.state",
    )?;
    query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, natural(row, 2)?)))?.collect()
}

/// The validators in the columns `validated`, `etag` and `last_modified`.
pub(super) fn validators(row: &Row) -> rusqlite::Result<Option<Validators>> {
    let of: Option<String> = row.get("validated")?;
    let (etag, last_modified) = (row.get("etag")?, row.get("last_modified")?);
    Ok(of.map(|of| Validators { of, etag, last_modified }))
}

/// Those items of a source that are stored, by their keys.
pub(super) fn known<'k>(
    c: &Connection,
    source: SourceId,
    keys: impl Iterator<Item = &'k str>,
) -> rusqlite::Result<Vec<KnownItem>> {
    let mut query = c.prepare_cached(
        "SELECT key, state, channel_id, title, summary, published_at, modified_at, changed_at FROM item
         WHERE source_id = ?1 AND key = ?2",
    )?;
    let mut items = Vec::new();
    for key in keys {
        let item = query.query_row(params![source, key], |row| {
            Ok(KnownItem {
                key: row.get("key")?,
                state: row.get("state")?,
                channel: row.get("channel_id")?,
                title: row.get("title")?,
                summary: row.get("summary")?,
                published_at: time(row, "published_at")?,
                modified_at: time(row, "modified_at")?,
                changed_at: time(row, "changed_at")?,
            })
        });
        items.extend(item.optional()?);
    }
    Ok(items)
}

pub(super) fn apply(
    c: &Connection,
    source: SourceId,
    channel: ChannelId,
    change: &ItemChange,
    at: Timestamp,
) -> rusqlite::Result<()> {
    match change {
        ItemChange::Add(new) => {
            let item = &new.item;
            let is_final = new.state.is_final();
            c.prepare_cached(
                "INSERT INTO item (source_id, channel_id, key, url, title, summary, author, language, outlet, published_at, modified_at,
                                   first_seen_at, state, reason, next_try_at, ended_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            )?
            .execute(params![
                source,
                channel,
                new.key,
                new.url.as_str(),
                item.title,
                item.summary,
                item.author,
                item.language,
                item.outlet,
                item.published_at.map(utc),
                item.modified_at.map(utc),
                utc(at),
                new.state,
                new.reason.as_ref().map(reason),
                (!is_final).then(|| utc(at)),
                is_final.then(|| utc(at)),
            ])
        }
        ItemChange::Update(item) => c
            .prepare_cached(
                "UPDATE item SET title = ?3, summary = ?4, published_at = ?5, modified_at = ?6, changed_at = ?7
                 WHERE source_id = ?1 AND key = ?2",
            )?
            .execute(params![
                source,
                item.key,
                item.title,
                item.summary,
                item.published_at.map(utc),
                item.modified_at.map(utc),
                item.changed_at.map(utc),
            ]),
    }
    .map(drop)
}

/// Gives up so many of the oldest items of a source that wait.
pub(super) fn give_up_oldest(c: &Connection, source: SourceId, most: usize, at: Timestamp) -> rusqlite::Result<()> {
    if most == 0 {
        return Ok(());
    }
    c.prepare_cached(
        "UPDATE item SET state = ?2, reason = ?3, ended_at = ?4, next_try_at = NULL WHERE id IN (
             SELECT id FROM item WHERE source_id = ?1 AND state = 'pending'
             ORDER BY coalesce(published_at, first_seen_at), id DESC LIMIT ?5)",
    )?
    .execute(params![
        source,
        ItemState::GivenUp,
        reason(&ItemReason::TooManyWait(MOST_WAITING)),
        utc(at),
        i64::try_from(most).unwrap_or(i64::MAX)
    ])
    .map(drop)
}

/// Why an item is where it is, in English.
fn reason(reason: &ItemReason) -> String {
    one_line(&reason.to_string())
}

/// Has an item go on as decided.
pub(super) fn end(
    c: &Connection,
    item: ItemId,
    ending: &Ending,
    article: Option<ArticleId>,
    at: Timestamp,
) -> rusqlite::Result<()> {
    match ending {
        Ending::In(state, why) => c
            .prepare_cached(
                "UPDATE item SET state = ?2, reason = ?3, ended_at = ?4, next_try_at = NULL, tries = tries + 1,
                        article_id = coalesce(?5, article_id) WHERE id = ?1",
            )?
            .execute(params![item, state, why.as_ref().map(reason), utc(at), article])?,
        Ending::Again(next, why) => c
            .prepare_cached(
                "UPDATE item SET next_try_at = ?2, reason = ?3, tries = tries + 1, article_id = coalesce(?4, article_id)
                 WHERE id = ?1",
            )?
            .execute(params![item, utc(*next), reason(why), article])?,
        Ending::Later(next, why) => c
            .prepare_cached("UPDATE item SET next_try_at = ?2, reason = ?3 WHERE id = ?1")?
            .execute(params![item, utc(*next), reason(why)])?,
    };
    Ok(())
}
