//! Runs and polls: which channels are due, and what asking them brought.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use url::Url;

use super::items::{self, ItemState, NewItem};
use super::{Store, absurd, time, utc};
use crate::digest::Gap;
use crate::error::Error;
use crate::language::Cause;
use crate::politeness::schedule::MOVE_DOUBTED_AFTER;
use crate::politeness::{Pace, Skips};
use crate::text::clean::{one_line, printable};

/// A channel that may be asked now.
#[derive(Debug, Clone)]
pub struct DueChannel {
    /// Its row.
    pub id: i64,
    /// Its source's name.
    pub source: String,
    /// feed, sitemap, page or search.
    pub kind: String,
    /// As configured.
    pub configured: String,
    /// Where it is asked: as configured, or where it moved to.
    pub url: String,
    /// The validators of its last answer at that address.
    pub etag: Option<String>,
    /// See `etag`.
    pub last_modified: Option<String>,
    /// Its pace, as of the last answer.
    pub pace: Pace,
    /// Failures in a row.
    pub failures: u32,
    /// How many items it listed last.
    pub entries: Option<i64>,
    /// ok, empty, failing … as of the last poll.
    pub state: String,
    /// When it last answered usefully.
    pub answered_at: Option<Timestamp>,
    /// The address that gave the validators.
    pub validated: Option<String>,
    /// Whether an index of sitemaps names it.
    pub nested: bool,
}

/// How asking a channel ended; the words stand in `channel.state` and `poll.outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It listed items.
    Ok,
    /// 304: nothing changed. The channel's state stays what it was.
    Unchanged,
    /// It answered, and listed nothing.
    Empty,
    /// It could not be asked or read.
    Failing,
    /// It refuses us: 401, 403, a bot wall.
    Blocked,
    /// Its robots.txt asks us not to.
    Disallowed,
    /// 410: never asked again.
    Gone,
}

impl Outcome {
    /// The word for it in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unchanged => "unchanged",
            Self::Empty => "empty",
            Self::Failing => "failing",
            Self::Blocked => "blocked",
            Self::Disallowed => "disallowed",
            Self::Gone => "gone",
        }
    }

    /// Whether the channel did what it is for.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failing | Self::Blocked | Self::Disallowed | Self::Gone)
    }
}

/// What an answer says of a channel's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Nothing: what is known stays known.
    Unsaid,
    /// It is where the configuration says.
    None,
    /// It moved there for good (301, 308).
    To(Url),
}

/// What is sent back with the next request, so that an unchanged answer need not be sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The address that gave them, after redirects.
    pub of: String,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What one poll brought: kept in one transaction.
#[derive(Debug)]
pub struct PollNote<'a> {
    /// The run it belongs to.
    pub run: i64,
    /// The channel that was asked.
    pub channel: i64,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: Outcome,
    /// HTTP's status.
    pub status: Option<u16>,
    /// Bytes of the answer.
    pub bytes: u64,
    /// How many entries it listed, whether usable or not.
    pub entries: usize,
    /// Entries that could not be used.
    pub dropped: usize,
    /// Why it is not ok.
    pub cause: Option<Cause>,
    /// The usable entries.
    pub items: &'a [NewItem],
    /// The validators to send next time; `None` leaves those that are stored.
    pub validators: Option<Validators>,
    /// What the answer says of its address.
    pub moved: Move,
    /// Its pace from now on; `None`: as before.
    pub pace: Option<Pace>,
    /// Not asked again before.
    pub next_at: Timestamp,
    /// Sitemaps that it names, with the time of their last change.
    pub nested: &'a [(Url, Option<Timestamp>)],
    /// What its window may have moved past: told when none of its items was seen before.
    pub gap: Option<Gap>,
}

impl Store {
    /// Notes that a run begins, and returns its number.
    pub fn begin_run(&self, version: &str, now: Timestamp) -> Result<i64, Error> {
        self.unit("write to", |c| {
            c.query_row(
                "INSERT INTO run (started_at, version) VALUES (?1, ?2) RETURNING id",
                params![utc(now), version],
                |row| row.get(0),
            )
        })
    }

    /// Notes that a run came to its end.
    pub fn finish_run(&self, run: i64, now: Timestamp, counts: [u64; 6]) -> Result<(), Error> {
        self.unit("write to", |c| {
            let counts = counts.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
            c.execute(
                "UPDATE run SET finished_at = ?2, channels = ?3, channels_failed = ?4, items_new = ?5,
                        articles_read = ?6, articles_failed = ?7, mentions_new = ?8 WHERE id = ?1",
                params![run, utc(now), counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]],
            )
            .map(drop)
        })
    }

    /// The channels that may be asked now and have not been asked in this run, the longest unasked first; `force` ignores intervals and back-off.
    pub fn due(&self, run: i64, now: Timestamp, force: bool) -> Result<Vec<DueChannel>, Error> {
        let doubted = SignedDuration::try_from(MOVE_DOUBTED_AFTER).unwrap_or(SignedDuration::ZERO);
        self.read("read the channels of", |c| {
            let mut query = c.prepare_cached(
                "SELECT h.id, s.name, h.kind, h.url, h.moved_to, h.moved_at, h.etag, h.last_modified, h.interval_s, h.failures,
                        h.entries, h.state, h.answered_at, h.parent_id IS NOT NULL, h.validated,
                        h.window_s, h.skips
                 FROM channel h JOIN source s ON s.id = h.source_id LEFT JOIN channel p ON p.id = h.parent_id
                 WHERE h.active AND s.active AND coalesce(p.active, 1) AND h.state <> 'gone'
                   AND (?3 OR h.next_at IS NULL OR h.next_at <= ?2 OR h.next_at > ?4)
                   AND NOT EXISTS (SELECT 1 FROM poll WHERE poll.run_id = ?1 AND poll.channel_id = h.id)
                 ORDER BY h.checked_at IS NOT NULL, h.checked_at, h.id",
            )?;
            let rows = query.query_map(params![run, utc(now), force, utc(absurd(now))], |row| {
                let configured: String = row.get(3)?;
                let moved_to: Option<String> = row.get(4)?;
                let trusted = time(row.get(5)?).is_some_and(|at| now.duration_since(at) < doubted);
                let span = |seconds: Option<i64>| seconds.and_then(|s| u64::try_from(s).ok()).map(Duration::from_secs);
                Ok(DueChannel {
                    id: row.get(0)?,
                    source: row.get(1)?,
                    kind: row.get(2)?,
                    url: moved_to.filter(|_| trusted).unwrap_or_else(|| configured.clone()),
                    configured,
                    etag: row.get(6)?,
                    last_modified: row.get(7)?,
                    pace: Pace {
                        interval: span(row.get(8)?),
                        window: span(row.get(15)?),
                        skips: Skips::read(&row.get::<_, String>(16)?),
                    },
                    failures: row.get(9)?,
                    entries: row.get(10)?,
                    state: row.get(11)?,
                    answered_at: time(row.get(12)?),
                    nested: row.get(13)?,
                    validated: row.get(14)?,
                })
            })?;
            rows.collect()
        })
    }

    /// Keeps what a poll brought, and returns how many of its items were never seen before.
    pub fn note_poll(&self, note: &PollNote) -> Result<Vec<ItemState>, Error> {
        self.unit("write to", |c| {
            let source: i64 =
                c.query_row("SELECT source_id FROM channel WHERE id = ?1", [note.channel], |row| row.get(0))?;
            let mut new = Vec::new();
            for item in note.items {
                if items::note(c, source, note.channel, item, note.at)? {
                    new.push(item.state);
                }
            }
            let fresh = new.len();
            let gap = note.gap.as_ref().filter(|_| fresh > 0 && fresh == note.items.len());
            c.prepare_cached(
                "INSERT INTO poll (run_id, channel_id, at, outcome, status, bytes, entries, items_new, dropped, reason, gap_since, gap_until)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                note.run,
                note.channel,
                utc(note.at),
                note.outcome.name(),
                note.status,
                count(note.bytes),
                count(note.entries as u64),
                count(fresh as u64),
                count(note.dropped as u64),
                note.cause.as_ref().map(|cause| one_line(&cause.to_string())),
                gap.map(|gap| utc(gap.since)),
                gap.map(|gap| utc(gap.until)),
            ])?;
            keep_channel(c, note, fresh)?;
            keep_nested(c, source, note)?;
            Ok(new)
        })
    }
}

fn keep_channel(c: &Connection, note: &PollNote, fresh: usize) -> rusqlite::Result<()> {
    let at = utc(note.at);
    let unchanged = note.outcome == Outcome::Unchanged;
    // After a 304 the channel is what it was before, unless it was failing in between.
    c.prepare_cached(
        "UPDATE channel SET
            checked_at  = ?2,
            next_at     = ?3,
            answered_at = CASE WHEN ?4 THEN answered_at ELSE ?2 END,
            changed_at  = CASE WHEN ?5 > 0 THEN ?2 ELSE changed_at END,
            failures    = CASE WHEN ?4 THEN failures + 1 ELSE 0 END,
            entries     = CASE WHEN ?4 OR ?6 THEN entries ELSE ?7 END,
            since       = CASE WHEN state = ?8 OR (?6 AND state IN ('ok', 'empty')) THEN since ELSE ?2 END,
            reason      = CASE WHEN (?6 AND state IN ('ok', 'empty')) OR (state = 'empty' AND ?8 = 'empty') THEN reason ELSE ?9 END,
            cause       = CASE WHEN (?6 AND state IN ('ok', 'empty')) OR (state = 'empty' AND ?8 = 'empty') THEN cause ELSE ?10 END,
            state       = CASE WHEN NOT ?6 THEN ?8 WHEN state IN ('ok', 'empty') THEN state ELSE 'ok' END
         WHERE id = ?1",
    )?
    .execute(params![
        note.channel,
        at,
        utc(note.next_at),
        note.outcome.is_failure(),
        count(fresh as u64),
        unchanged,
        count(note.entries as u64),
        note.outcome.name(),
        note.cause.as_ref().map(|cause| one_line(&cause.to_string())),
        note.cause.as_ref().map(|cause| printable(&cause.kept()).into_owned()),
    ])?;
    if let Some(pace) = &note.pace {
        let seconds = |span: Option<Duration>| span.map(|span| count(span.as_secs()));
        c.prepare_cached("UPDATE channel SET interval_s = ?2, window_s = ?3, skips = ?4 WHERE id = ?1")?
            .execute(params![note.channel, seconds(pace.interval), seconds(pace.window), pace.skips.to_string()])?;
    }
    if let Some(Validators { of, etag, last_modified }) = &note.validators {
        c.prepare_cached("UPDATE channel SET etag = ?2, last_modified = ?3, validated = ?4 WHERE id = ?1")?
            .execute(params![note.channel, etag, last_modified, of])?;
    }
    let place = match &note.moved {
        Move::Unsaid => return Ok(()),
        Move::None => None,
        Move::To(place) => Some(place.as_str()),
    };
    c.prepare_cached("UPDATE channel SET moved_to = ?2, moved_at = ?3 WHERE id = ?1")?.execute(params![
        note.channel,
        place,
        place.map(|_| at)
    ])?;
    Ok(())
}

/// An index of sitemaps: what it names is polled like a channel; what it no longer names rests.
fn keep_nested(c: &Connection, source: i64, note: &PollNote) -> rusqlite::Result<()> {
    if note.outcome != Outcome::Ok && note.outcome != Outcome::Empty {
        return Ok(());
    }
    c.prepare_cached("UPDATE channel SET active = 0 WHERE parent_id = ?1")?.execute([note.channel])?;
    for (url, modified_at) in note.nested {
        c.prepare_cached(
            "INSERT INTO channel (source_id, kind, url, parent_id) VALUES (?1, 'sitemap', ?2, ?3)
             ON CONFLICT (source_id, kind, url) DO UPDATE SET active = 1,
                next_at = CASE WHEN ?4 > checked_at THEN NULL ELSE next_at END
             WHERE channel.parent_id IS NOT NULL",
        )?
        .execute(params![source, url.as_str(), note.channel, modified_at.map(utc)])?;
    }
    Ok(())
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
