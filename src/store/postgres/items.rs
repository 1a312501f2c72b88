//! Items: what channels announced, and the queue of items still to be read.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::PostgresStore;
use super::connection::Connection;
use super::lanes::ITEM_LANE;
use super::row::{OptionalRow as _, Row, SqlResult, natural, time};
use super::search::{ARTICLE, index, stored};
use super::sql::{Param, array, params};
use crate::answer::Validators;
use crate::article::Item;
use crate::date::utc;
use crate::decide::{Absence, AnnouncedItem, Ending, ItemChange, ItemReason, KnownChannel, KnownItem, MOST_WAITING};
use crate::error::Error;
use crate::model::{ArticleId, ChannelId, ItemId, ItemState, SourceId};
use crate::politeness::schedule::Readings;
use crate::store::time::absurd;
use crate::store::units::ItemUnits;
use crate::store::{Order, PendingItem, Queue, Revisit, StoredArticle};
use crate::text::clean::one_line;

/// The columns of an item to request.
const PENDING: &str = "i.id, s.name AS source, i.key, i.url, i.title, i.summary, i.author, i.published_at, i.modified_at, i.language, \
    i.outlet, i.outlet_url, i.content, i.other_titles, i.other_summaries, i.tries, i.state, i.changed_at AS anew_at, \
    (SELECT p.name FROM channel h JOIN source p ON p.id = h.source_id WHERE h.id = i.channel_id) AS announced_by";

/// Whether an item may be requested: now is $1, $2 ignores the time of the next try, and a next try beyond $3 is the work of a clock that was wrong.
const DUE: &str = "($2 OR i.next_try_at IS NULL OR i.next_try_at <= $1 OR i.next_try_at > $3)";

/// Whether an item is one that one of the sources in $4 owns or announced; all are, if it is empty.
const WANTED: &str = "(cardinality($4::text[]) = 0 OR s.name = ANY($4::text[])
    OR (SELECT p.name FROM channel h JOIN source p ON p.id = h.source_id WHERE h.id = i.channel_id) = ANY($4::text[]))";

fn pending_item(row: &Row) -> SqlResult<PendingItem> {
    let url: String = row.get("url")?;
    let outlet_url: Option<String> = row.get("outlet_url")?;
    Ok(PendingItem {
        id: row.get("id")?,
        source: row.get("source")?,
        announced_by: row.get("announced_by")?,
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
            outlet_url: outlet_url.and_then(|url| Url::parse(&url).ok()),
            content: row.get("content")?,
            other_titles: row.get("other_titles")?,
            other_summaries: row.get("other_summaries")?,
        },
        url,
        state: row.get("state")?,
        anew_at: time(row, "anew_at")?,
        tries: row.get("tries")?,
    })
}

impl ItemUnits for PostgresStore {
    fn pending(&self, queue: &Queue, order: Order, taken: &[ItemId], most: usize) -> Result<Vec<PendingItem>, Error> {
        // Items announced together stand in the order of the channel, which names the newest first.
        let order = match order {
            Order::NewestFirst => "DESC, i.id",
            Order::OldestFirst => ", i.id DESC",
        };
        let of_lanes = match self.own_lanes() {
            Some(_) => format!("{ITEM_LANE} = ANY($9::text[])"),
            None => "$9::text[] IS NULL".to_owned(),
        };
        self.read("read the queue of the database", |c| {
            let query = c.prepare(&format!(
                "SELECT {PENDING}
                 FROM source s JOIN item i ON i.source_id = s.id
                 WHERE s.name = $5 AND s.active = 1 AND i.state = 'pending' AND {DUE} AND {WANTED}
                   AND i.id <> ALL($6::bigint[]) AND {of_lanes} AND (cardinality($7::text[]) = 0 OR {ITEM_LANE} <> ALL($7::text[]))
                 ORDER BY coalesce(i.published_at, i.first_seen_at) {order} LIMIT $8"
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            let Queue { source, now, force, of, except } = queue;
            let rows = query.query_map(
                params![utc(*now), force, absurd(*now), array(*of), source, array(taken), array(*except), most, self.own_lanes()],
                pending_item,
            )?;
            rows.collect()
        })
    }

    fn queues(&self, now: Timestamp, force: bool, of: &[String]) -> Result<Vec<(String, u64)>, Error> {
        self.read("read the queue of the database", |c| {
            let query = c.prepare(&queues(false))?;
            let rows =
                query.query_map(queue_params(now, force, of, None), |row| Ok((row.get(0)?, natural(row, 1)?)))?;
            rows.collect()
        })
    }

    fn revisits(&self, since: Timestamp, now: Timestamp) -> Result<Vec<Revisit>, Error> {
        // Of articles that were merged, a mention may be older than the reading: by as long as a reading is tried.
        let found = since.checked_sub(SignedDuration::from_hours(7 * 24)).unwrap_or(Timestamp::MIN);
        self.read("read the articles of the database", |c| {
            let query = c.prepare(&format!(
                "WITH lately (id) AS (SELECT article_id FROM mention WHERE found_at >= $2 UNION SELECT article_id FROM item WHERE changed_at >= $1)
                 SELECT DISTINCT ON (a.id) {PENDING}, a.id AS article, a.read_at, a.revisited_at, i.changed_at, a.validated, a.etag, a.last_modified,
                        (SELECT max(v.seen_at) FROM version v WHERE v.article_id = a.id) AS renewed_at,
                        EXISTS (SELECT 1 FROM mention m WHERE m.article_id = a.id) AS is_mentioned, b.missing_since, b.confirmed_at
                 FROM lately CROSS JOIN LATERAL (SELECT * FROM article WHERE id = lately.id OFFSET 0) a JOIN item i ON i.article_id = a.id AND i.state = 'read'
                 JOIN source s ON s.id = a.source_id LEFT JOIN absence b ON b.article_id = a.id
                 WHERE a.read_at >= $1 AND a.extent <> 'headline' AND s.active = 1
                   AND ((SELECT m.id FROM mention m WHERE m.article_id = a.id LIMIT 1) IS NOT NULL OR i.changed_at > coalesce(a.revisited_at, a.read_at))
                 ORDER BY a.id, coalesce(i.changed_at, '') DESC, (i.url = a.url) DESC, i.id"
            ))?;
            let rows = query.query_map([utc(since), utc(found)], |row| {
                let confirmed_at = time(row, "confirmed_at")?;
                let absence = time(row, "missing_since")?.map(|since| Absence { since, confirmed_at });
                Ok(Revisit {
                    id: row.get("article")?,
                    item: pending_item(row)?,
                    readings: Readings {
                        first: time(row, "read_at")?.unwrap_or(now),
                        last: time(row, "revisited_at")?,
                        changed: time(row, "changed_at")?,
                        renewed: time(row, "renewed_at")?,
                        is_mentioned: row.get("is_mentioned")?,
                        is_doubtful: absence.is_some_and(|absence| absence.confirmed_at.is_none()),
                    },
                    validators: validators(row)?,
                    absence,
                })
            })?;
            rows.collect()
        })
    }

    fn heard(
        &self,
        channel: &KnownChannel,
        owned_by: Option<&str>,
        key: &str,
    ) -> Result<Option<(PendingItem, Option<StoredArticle>)>, Error> {
        self.read("read the items of the database", |c| {
            let Some(source) = owner(c, channel.source_id, owned_by)? else { return Ok(None) };
            let item = c
                .prepare(&format!(
                    "SELECT {PENDING} FROM item i JOIN source s ON s.id = i.source_id WHERE i.source_id = $1 AND md5(i.key) = md5($2) AND i.key = $2"
                ))?
                .query_row(params![source, key], pending_item)
                .optional()?;
            let Some(item) = item else { return Ok(None) };
            let article = c
                .prepare(&format!(
                    "SELECT {ARTICLE} FROM article a JOIN source s ON s.id = a.source_id
                     WHERE a.id = (SELECT article_id FROM item WHERE id = $1)"
                ))?
                .query_row([item.id], stored)
                .optional()?;
            Ok(Some((item, article)))
        })
    }

    fn count_pending(&self) -> Result<u64, Error> {
        self.read("read the queue of the database", |c| {
            c.query_row(
                "SELECT count(*) FROM item i JOIN source s ON s.id = i.source_id WHERE i.state = 'pending' AND s.active = 1",
                (),
                |row| natural(row, 0),
            )
        })
    }
}

/// The SQL of the items to be read now, by source; of the hosts `$5`, by these first.
pub(super) fn queues(is_by_lane: bool) -> String {
    let all = "item i JOIN source s ON $5::text[] IS NULL AND s.id = i.source_id".to_owned();
    // Host by host: the planner expects too much of one, and would read all items that wait, and all sources.
    let at_lanes = format!(
        "unnest($5::text[]) AS wanted (lane) CROSS JOIN LATERAL (SELECT * FROM item i WHERE {ITEM_LANE} = wanted.lane AND i.state = 'pending' OFFSET 0) i CROSS JOIN LATERAL (SELECT * FROM source WHERE id = i.source_id OFFSET 0) s"
    );
    let (by, of) = if is_by_lane { ("wanted.lane, ", at_lanes) } else { ("", all) };
    format!(
        "SELECT {by}s.name, count(*) AS items FROM {of} WHERE s.active = 1 AND i.state = 'pending' AND {DUE} AND {WANTED} GROUP BY {by}s.id, s.name ORDER BY s.id"
    )
}

/// Its parameters.
pub(super) fn queue_params(now: Timestamp, force: bool, of: &[String], lanes: Option<&Param>) -> Vec<Param> {
    params![utc(now), force, absurd(now), array(of), lanes]
}

/// What became of items: (source, state, count), in the order of the configuration.
pub(super) fn states(c: &Connection) -> SqlResult<Vec<(String, ItemState, u64)>> {
    let query = c.prepare(
        "SELECT s.name, i.state, count(*) FROM item i JOIN source s ON s.id = i.source_id
         WHERE s.active = 1 GROUP BY s.id, i.state ORDER BY s.id, i.state = 'read' DESC, i.state",
    )?;
    query.query_map((), |row| Ok((row.get(0)?, row.get(1)?, natural(row, 2)?)))?.collect()
}

/// The validators in the columns `validated`, `etag` and `last_modified`.
pub(super) fn validators(row: &Row) -> SqlResult<Option<Validators>> {
    let of: Option<String> = row.get("validated")?;
    let (etag, last_modified) = (row.get("etag")?, row.get("last_modified")?);
    Ok(of.map(|of| Validators { of, etag, last_modified }))
}

/// The row of the source to which an item belongs: that of its channel, or of this name.
pub(super) fn owner(c: &Connection, source: SourceId, name: Option<&str>) -> SqlResult<Option<SourceId>> {
    let Some(name) = name else { return Ok(Some(source)) };
    c.prepare("SELECT id FROM source WHERE name = $1")?.query_row([name], |row| row.get(0)).optional()
}

pub(super) fn apply(
    c: &Connection,
    source: SourceId,
    channel: ChannelId,
    change: &ItemChange,
    at: Timestamp,
) -> SqlResult<()> {
    let (ItemChange::Update(KnownItem { owner: name, .. })
    | ItemChange::Reopen(KnownItem { owner: name, .. })
    | ItemChange::Add(AnnouncedItem { owner: name, .. })) = change;
    let Some(source) = owner(c, source, name.as_deref())? else { return Ok(()) };
    match change {
        ItemChange::Add(new) => {
            let item = &new.item;
            let is_final = new.state.is_final();
            c.prepare(
                "INSERT INTO item (source_id, channel_id, key, url, title, summary, author, language, outlet, published_at, modified_at,
                                   first_seen_at, state, reason, next_try_at, ended_at, outlet_url, content)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
                 ON CONFLICT (source_id, md5(key)) DO NOTHING",
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
                item.outlet_url.as_ref().map(Url::as_str),
                if is_final { "" } else { &item.content },
            ])
        }
        ItemChange::Update(item) | ItemChange::Reopen(item) => {
            let is_reopened = matches!(change, ItemChange::Reopen(_));
            c.prepare(
                "UPDATE item SET title = $3, summary = $4, other_titles = $5, other_summaries = $6, published_at = $7, modified_at = $8,
                        changed_at = $9, content = coalesce($10, content),
                        state = CASE WHEN $11 THEN 'pending' ELSE state END, reason = CASE WHEN $11 THEN NULL ELSE reason END,
                        tries = CASE WHEN $11 THEN 0 ELSE tries END, next_try_at = CASE WHEN $11 THEN $12 ELSE next_try_at END,
                        ended_at = CASE WHEN $11 THEN NULL ELSE ended_at END
                 WHERE source_id = $1 AND md5(key) = md5($2) AND key = $2",
            )?
            .execute(params![
                source,
                item.key,
                item.title,
                item.summary,
                item.other_titles,
                item.other_summaries,
                item.published_at.map(utc),
                item.modified_at.map(utc),
                item.changed_at.map(utc),
                item.content,
                is_reopened,
                utc(at),
            ])?;
            // What channels say is searched, too.
            let article: Option<ArticleId> = c
                .prepare("SELECT article_id FROM item WHERE source_id = $1 AND md5(key) = md5($2) AND key = $2")?
                .query_row(params![source, item.key], |row| row.get(0))?;
            return article.map_or(Ok(()), |article| index(c, article, None));
        }
    }
    .map(drop)
}

/// Gives up so many of the oldest items of a source that wait.
pub(super) fn give_up_oldest(c: &Connection, source: SourceId, most: usize, at: Timestamp) -> SqlResult<()> {
    if most == 0 {
        return Ok(());
    }
    c.prepare(
        "UPDATE item SET state = $2, reason = $3, ended_at = $4, next_try_at = NULL WHERE id IN (
             SELECT id FROM item WHERE source_id = $1 AND state = 'pending'
             ORDER BY coalesce(published_at, first_seen_at), id DESC LIMIT $5)",
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

/// Applies the decision about an item.
pub(super) fn end(
    c: &Connection,
    item: ItemId,
    ending: &Ending,
    article: Option<ArticleId>,
    at: Timestamp,
) -> SqlResult<()> {
    match ending {
        Ending::In(state, why) => c
            .prepare(
                "UPDATE item SET state = $2, reason = $3, ended_at = $4, next_try_at = NULL, tries = tries + 1, content = '',
                        article_id = coalesce($5, article_id), refused = $6 WHERE id = $1",
            )?
            .execute(params![item, state, why.as_ref().map(reason), utc(at), article, ending.is_refusal()])?,
        Ending::Again(next, why) => c
            .prepare(
                "UPDATE item SET next_try_at = $2, reason = $3, cause = $5, tries = tries + 1, article_id = coalesce($4, article_id)
                 WHERE id = $1",
            )?
            .execute(params![item, utc(*next), reason(why), article, why.cause().kept()])?,
        Ending::Later(next, why) => c
            .prepare("UPDATE item SET next_try_at = $2, reason = $3, cause = $4 WHERE id = $1")?
            .execute(params![item, utc(*next), reason(why), why.cause().kept()])?,
        Ending::Stays => c
            .prepare("UPDATE item SET article_id = coalesce($2, article_id) WHERE id = $1")?
            .execute(params![item, article])?,
    };
    Ok(())
}
