//! Items: what channels announced, and the queue of items still to be read.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use url::Url;

use super::Store;
use super::sql::{absurd, natural, time, utc};
use crate::answer::Validators;
use crate::article::Item;
use crate::decide::{Ending, ItemChange, ItemReason, KnownItem};
use crate::error::Error;
use crate::model::{ArticleId, ChannelId, ItemId, ItemState, SourceId};
use crate::politeness::schedule::Readings;
use crate::store::{PendingItem, Revisit};
use crate::text::clean::one_line;

/// The columns of an item to request.
const PENDING: &str = "i.id, s.name AS source, i.key, i.url, i.title, i.summary, i.author, i.published_at, i.modified_at, i.language, \
    i.outlet, i.tries";

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
    /// At most `most` items to read now, oldest first, after the item `after`. `force` ignores the time of the next try.
    pub fn pending(&self, now: Timestamp, force: bool, after: ItemId, most: usize) -> Result<Vec<PendingItem>, Error> {
        self.read("read the queue of the database", |c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT {PENDING}
                 FROM item i JOIN source s ON s.id = i.source_id
                 WHERE i.state = 'pending' AND s.active AND i.id > ?3 AND (?2 OR i.next_try_at IS NULL OR i.next_try_at <= ?1 OR i.next_try_at > ?5)
                 ORDER BY i.id LIMIT ?4"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let rows = query.query_map(params![utc(now), force, after, most, absurd(now)], pending_item)?;
            rows.collect()
        })
    }

    /// The mentioned articles that were first read at `since` or later, oldest first.
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

    /// Ends an item without an article, or schedules another try.
    pub fn end_item(&self, item: ItemId, ending: &Ending, at: Timestamp) -> Result<(), Error> {
        self.unit("write to the database", |c| end(c, item, ending, None, at))
    }

    /// Records that an article was requested again.
    pub fn note_revisit(&self, article: ArticleId, at: Timestamp) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            c.prepare_cached("UPDATE article SET revisited_at = ?2 WHERE id = ?1")?
                .execute(params![article, utc(at)])
                .map(drop)
        })
    }

    /// The number of items in each state: (source, state, count), in the order of the configuration.
    pub fn item_states(&self) -> Result<Vec<(String, ItemState, u64)>, Error> {
        self.read("read the items of the database", |c| {
            let mut query = c.prepare(
                "SELECT s.name, i.state, count(*) FROM item i JOIN source s ON s.id = i.source_id
                 WHERE s.active GROUP BY s.id, i.state ORDER BY s.id, i.state = 'read' DESC, i.state",
            )?;
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, natural(row, 2)?)))?.collect()
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

/// The validators in the columns `validated`, `etag` and `last_modified`.
pub(super) fn validators(row: &Row) -> rusqlite::Result<Option<Validators>> {
    let of: Option<String> = row.get("validated")?;
    let (etag, last_modified) = (row.get("etag")?, row.get("last_modified")?);
    Ok(of.map(|of| Validators { of, etag, last_modified }))
}

/// The stored items of a source with these keys.
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

/// The reason for the state of an item, in English.
fn reason(reason: &ItemReason) -> String {
    one_line(&reason.to_string())
}

/// Applies the decision about an item.
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
