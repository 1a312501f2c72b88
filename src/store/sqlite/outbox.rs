//! The outbox of alerts: what is to be sent is written together with the mention, and sent afterwards.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::SqliteStore;
use super::marks::RELEVANT;
use super::sql::{natural, time};
use crate::alert::{AlertMessage, AlertedMention, MessageType};
use crate::date::utc;
use crate::decide::{Composed, DeliveryChange, MessageFate, NewMessage, ReceiverState, WaitingMention, WaitingMessage};
use crate::error::Error;
use crate::model::{AlertId, ArticleId, MessageId};
use crate::store::limits::{MOST_MENTIONS, MOST_MESSAGES, MOST_RECENT, RECENT};
use crate::store::time::absurd;
use crate::store::units::OutboxUnits;
use crate::store::{AlertHealth, AlertQueue, AlertSpec};

const DOING: &str = "write to the database";
const READING: &str = "read the alerts of the database";

impl OutboxUnits for SqliteStore {
    fn sync_alerts(&self, specs: &[AlertSpec], now: Timestamp) -> Result<(), Error> {
        self.unit(DOING, |c| {
            c.execute("UPDATE alert SET active = 0", [])?;
            c.execute("DELETE FROM alert_watch", [])?;
            for spec in specs {
                let id: AlertId = c.query_row(
                    "INSERT INTO alert (name, added_at) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET active = 1 RETURNING id",
                    params![spec.name, utc(now)],
                    |row| row.get(0),
                )?;
                for watch in &spec.watches {
                    c.execute(
                        "INSERT INTO alert_watch (alert_id, watch_id) SELECT ?1, id FROM watch WHERE name = ?2",
                        params![id, watch],
                    )?;
                }
            }
            c.execute(
                "DELETE FROM outbox WHERE message_id IS NULL AND alert_id IN (SELECT id FROM alert WHERE active = 0)",
                [],
            )?;
            c.execute(
                "UPDATE message SET state = 'cancelled', ended_at = ?1
                 WHERE state = 'waiting' AND alert_id IN (SELECT id FROM alert WHERE active = 0)",
                [utc(now)],
            )
            .map(drop)
        })
    }

    fn alert_queue(&self, name: &str, now: Timestamp) -> Result<Option<AlertQueue>, Error> {
        self.read(READING, |c| {
            let mut alert =
                c.prepare_cached("SELECT id, failures, failing_since, paused_until FROM alert WHERE name = ?1")?;
            let found = alert
                .query_row([name], |row| {
                    let receiver = ReceiverState {
                        failures: row.get("failures")?,
                        failing_since: time(row, "failing_since")?,
                        paused_until: time(row, "paused_until")?,
                    };
                    Ok((row.get::<_, AlertId>("id")?, receiver))
                })
                .optional()?;
            let Some((id, receiver)) = found else { return Ok(None) };
            let (mentions, messages) = (waiting_mentions(c, id)?, waiting_messages(c, id)?);
            let since = utc(now.checked_sub(RECENT).unwrap_or(Timestamp::MIN));
            let recent = c
                .prepare_cached(
                    "SELECT made_at FROM message WHERE alert_id = ?1 AND state <> 'cancelled' AND made_at > ?2
                     ORDER BY made_at DESC LIMIT ?3",
                )?
                .query_map(params![id, since, MOST_RECENT], |row| time(row, "made_at"))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Some(AlertQueue { id, receiver, mentions, messages, recent: recent.into_iter().flatten().collect() }))
        })
    }

    fn add_messages(
        &self,
        alert: AlertId,
        composed: &Composed,
        ids: &[MessageId],
        now: Timestamp,
    ) -> Result<(), Error> {
        self.unit(DOING, |c| {
            for (NewMessage { mentions, sums_up }, id) in composed.messages.iter().zip(ids) {
                c.prepare_cached(
                    "INSERT INTO message (id, alert_id, made_at, sums_up, state, next_at) VALUES (?1, ?2, ?3, ?4, 'waiting', ?3)",
                )?
                .execute(params![id, alert, utc(now), sums_up])?;
                let mut told = 0;
                for mention in mentions {
                    told += c
                        .prepare_cached("UPDATE outbox SET message_id = ?2 WHERE id = ?1 AND message_id IS NULL")?
                        .execute(params![mention, id])?;
                }
                // Another worker was faster.
                if told == 0 {
                    c.execute("DELETE FROM message WHERE id = ?1", [id])?;
                }
            }
            for mention in &composed.dropped {
                c.prepare_cached("DELETE FROM outbox WHERE id = ?1 AND message_id IS NULL")?.execute([mention])?;
            }
            Ok(())
        })
    }

    fn claim_message(&self, id: &MessageId, until: Timestamp, now: Timestamp) -> Result<bool, Error> {
        self.unit(DOING, |c| {
            c.prepare_cached(
                "UPDATE message SET claimed_until = ?2, tries = tries + 1, first_tried_at = coalesce(first_tried_at, ?3)
                 WHERE id = ?1 AND state = 'waiting' AND (claimed_until IS NULL OR claimed_until <= ?3 OR claimed_until > ?4)",
            )?
            .execute(params![id, utc(until), utc(now), absurd(now)])
            .map(|changed| changed == 1)
        })
    }

    fn free_claims(&self) -> Result<(), Error> {
        self.unit(DOING, |c| {
            c.execute(
                "UPDATE message SET claimed_until = NULL WHERE state = 'waiting' AND claimed_until IS NOT NULL",
                [],
            )
            .map(drop)
        })
    }

    fn release_message(&self, id: &MessageId) -> Result<(), Error> {
        self.unit(DOING, |c| {
            c.execute(
                "UPDATE message SET claimed_until = NULL, tries = max(tries - 1, 0) WHERE id = ?1 AND state = 'waiting'",
                [id],
            )
            .map(drop)
        })
    }

    fn alert_message(&self, id: &MessageId) -> Result<Option<AlertMessage>, Error> {
        self.read(READING, |c| {
            let head = c
                .prepare_cached(
                    "SELECT a.name, m.made_at, m.sums_up FROM message m JOIN alert a ON a.id = m.alert_id WHERE m.id = ?1",
                )?
                .query_row([id], |row| {
                    let kind = if row.get("sums_up")? { MessageType::Summary } else { MessageType::Mention };
                    Ok((row.get("name")?, time(row, "made_at")?.unwrap_or(Timestamp::UNIX_EPOCH), kind))
                })
                .optional()?;
            let Some((alert, made_at, kind)) = head else { return Ok(None) };
            let mut query = c.prepare_cached(
                "SELECT c.* FROM outbox o JOIN watch w ON w.id = o.watch_id
                 JOIN coverage c ON c.id = o.article_id AND c.watch = w.name
                 WHERE o.message_id = ?1 AND c.relevant ORDER BY o.id",
            )?;
            let mentions = query.query_map([id], alerted)?.collect::<rusqlite::Result<_>>()?;
            Ok(Some(AlertMessage { id: id.clone(), kind, alert, made_at, mentions }))
        })
    }

    fn end_delivery(&self, alert: AlertId, change: &DeliveryChange) -> Result<(), Error> {
        let DeliveryChange { message, fate, receiver, problem, given_up, at } = change;
        let (state, next_at) = fate.state();
        let ended_at = next_at.is_none().then(|| utc(*at));
        let problem = problem.as_deref().unwrap_or_default();
        self.unit(DOING, |c| {
            c.prepare_cached(
                "UPDATE message SET state = ?2, next_at = coalesce(?3, next_at), claimed_until = NULL, problem = ?4, ended_at = ?5
                 WHERE id = ?1 AND state = 'waiting'",
            )?
            .execute(params![message, state, next_at.map(utc), problem, ended_at])?;
            for other in given_up {
                c.prepare_cached(
                    "UPDATE message SET state = 'given_up', problem = ?2, ended_at = ?3 WHERE id = ?1 AND state = 'waiting'",
                )?
                .execute(params![other, problem, utc(*at)])?;
            }
            if *fate == MessageFate::Cancelled {
                return Ok(());
            }
            c.prepare_cached(
                "UPDATE alert SET failures = ?2, failing_since = ?3, paused_until = ?4, problem = ?5, last_sent_at = coalesce(?6, last_sent_at)
                 WHERE id = ?1",
            )?
            .execute(params![
                alert,
                receiver.failures,
                receiver.failing_since.map(utc),
                receiver.paused_until.map(utc),
                problem,
                (*fate == MessageFate::Sent).then(|| utc(*at)),
            ])
            .map(drop)
        })
    }

    fn alert_health(&self, given_up_since: Timestamp) -> Result<Vec<AlertHealth>, Error> {
        self.read(READING, |c| {
            let mut query = c.prepare(
                "SELECT a.name, a.failing_since, a.paused_until, a.problem, a.last_sent_at,
                        (SELECT count(*) FROM outbox o WHERE o.alert_id = a.id AND o.message_id IS NULL)
                          + (SELECT count(*) FROM outbox o JOIN message m ON m.id = o.message_id
                             WHERE m.alert_id = a.id AND m.state = 'waiting') AS waiting,
                        (SELECT count(*) FROM message m WHERE m.alert_id = a.id AND m.state = 'sent') AS sent,
                        (SELECT count(*) FROM message m WHERE m.alert_id = a.id AND m.state = 'given_up' AND m.ended_at >= ?1) AS given_up,
                        (SELECT max(m.ended_at) FROM message m WHERE m.alert_id = a.id AND m.state = 'given_up') AS given_up_at
                 FROM alert a WHERE a.active = 1 ORDER BY a.id",
            )?;
            let rows = query.query_map([utc(given_up_since)], |row| {
                Ok(AlertHealth {
                    name: row.get("name")?,
                    failing_since: time(row, "failing_since")?,
                    paused_until: time(row, "paused_until")?,
                    problem: Some(row.get::<_, String>("problem")?).filter(|problem| !problem.is_empty()),
                    last_sent_at: time(row, "last_sent_at")?,
                    waiting: natural(row, "waiting")?,
                    sent: natural(row, "sent")?,
                    given_up: natural(row, "given_up")?,
                    given_up_at: time(row, "given_up_at")?,
                })
            })?;
            rows.collect()
        })
    }

    fn expire_messages(&self, before: Timestamp) -> Result<(), Error> {
        self.unit(DOING, |c| {
            c.execute(
                "DELETE FROM outbox WHERE message_id IN (SELECT id FROM message WHERE ended_at < ?1)",
                [utc(before)],
            )?;
            c.execute("DELETE FROM message WHERE ended_at < ?1", [utc(before)]).map(drop)
        })
    }
}

fn waiting_mentions(c: &Connection, alert: AlertId) -> rusqlite::Result<Vec<WaitingMention>> {
    let mut query = c.prepare_cached(&format!(
        "SELECT o.id, o.article_id, a.story_id, o.queued_at, a.published_at,
                EXISTS (SELECT 1 FROM mention m WHERE m.article_id = o.article_id AND m.watch_id = o.watch_id AND {RELEVANT}) AS is_relevant,
                EXISTS (SELECT 1 FROM article b JOIN outbox t ON t.article_id = b.id JOIN message s ON s.id = t.message_id
                        WHERE b.story_id = a.story_id AND t.alert_id = o.alert_id AND s.state <> 'cancelled') AS is_told
         FROM outbox o JOIN article a ON a.id = o.article_id
         WHERE o.alert_id = ?1 AND o.message_id IS NULL ORDER BY o.id LIMIT ?2",
    ))?;
    let rows = query.query_map(params![alert, MOST_MENTIONS], |row| {
        Ok(WaitingMention {
            id: row.get("id")?,
            article: row.get("article_id")?,
            story: row.get("story_id")?,
            queued_at: time(row, "queued_at")?.unwrap_or(Timestamp::UNIX_EPOCH),
            published_at: time(row, "published_at")?,
            is_relevant: row.get("is_relevant")?,
            is_story_told: row.get("is_told")?,
        })
    })?;
    rows.collect()
}

/// In the order in which their first mentions were found.
fn waiting_messages(c: &Connection, alert: AlertId) -> rusqlite::Result<Vec<WaitingMessage>> {
    let mut query = c.prepare_cached(
        "SELECT m.id, m.made_at, m.next_at, m.tries, m.first_tried_at, m.claimed_until,
                (SELECT min(o.id) FROM outbox o WHERE o.message_id = m.id) AS first
         FROM message m WHERE m.alert_id = ?1 AND m.state = 'waiting' ORDER BY m.tries, m.made_at, first LIMIT ?2",
    )?;
    let rows = query.query_map(params![alert, MOST_MESSAGES], |row| {
        let made_at = time(row, "made_at")?.unwrap_or(Timestamp::UNIX_EPOCH);
        Ok(WaitingMessage {
            id: row.get("id")?,
            made_at,
            next_at: time(row, "next_at")?.unwrap_or(made_at),
            tries: row.get("tries")?,
            first_tried_at: time(row, "first_tried_at")?,
            claimed_until: time(row, "claimed_until")?,
        })
    })?;
    rows.collect()
}

/// A row of `coverage`.
fn alerted(row: &Row) -> rusqlite::Result<AlertedMention> {
    let terms: String = row.get("terms")?;
    Ok(AlertedMention {
        watch: row.get("watch")?,
        group: row.get("watch_group")?,
        outlet: row.get("outlet")?,
        title: row.get("title")?,
        url: row.get("url")?,
        published_at: time(row, "published_at")?,
        found_at: time(row, "found_at")?,
        language: row.get("language")?,
        author: row.get("author")?,
        summary: row.get("summary")?,
        snippet: row.get("snippet")?,
        terms: terms.split(", ").filter(|term| !term.is_empty()).map(str::to_owned).collect(),
        paywalled: row.get("paywalled")?,
        original_outlet: row.get("original_outlet")?,
        story: row.get("story")?,
        article: row.get("id")?,
    })
}

/// Puts a new mention into the outbox of every alert that reports its watch.
pub(super) fn put(c: &Connection, article: ArticleId, watch: &str, at: Timestamp) -> rusqlite::Result<()> {
    c.prepare_cached(
        "INSERT INTO outbox (alert_id, watch_id, article_id, queued_at)
         SELECT t.alert_id, w.id, ?2, ?3 FROM watch w JOIN alert_watch t ON t.watch_id = w.id WHERE w.name = ?1
         ON CONFLICT (alert_id, watch_id, article_id) DO NOTHING",
    )?
    .execute(params![watch, article, utc(at)])
    .map(drop)
}

/// What alerts reported, or will report, of an article that turned out to be another one.
pub(super) fn hand_over(c: &Connection, other: ArticleId, article: ArticleId) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE outbox SET article_id = ?2 WHERE article_id = ?1 AND NOT EXISTS
         (SELECT 1 FROM outbox o WHERE o.alert_id = outbox.alert_id AND o.watch_id = outbox.watch_id AND o.article_id = ?2)",
    )?
    .execute([other, article])
    .map(drop)
}
