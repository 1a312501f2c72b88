//! Coverage: the mentions of a period.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::connection::{Connection, SqlStatement};
use super::facts::{OUTLET_FACTS, outlet_facts};
use super::marks::{self, JOINED, RELEVANT};
use super::row::{OptionalRow as _, Row, SqlResult, natural, time};
use super::sql::{SqlValue, array, params};
use super::{MOST_REPEATS, PostgresStore};
use crate::digest::{Carrier, DEFAULT_READER, Exported, Mention, Period};
use crate::error::Error;
use crate::model::{ArticleId, MentionId, SourceId, WatchId};
use crate::source::OutletFacts;
use crate::store::first::{self, Carried};
use crate::store::time::utc;
use crate::store::units::{CoverageUnits, Reach};
use crate::store::{Wanted, hits};
use crate::text::headline::headline_key;

/// The columns of a mention, each with its SQL, so that rows are read by name at the speed of numbers.
macro_rules! columns {
    ($name:ident { $first:ident = $first_sql:literal, $($column:ident = $sql:literal,)+ }) => {
        #[derive(Clone, Copy)]
        enum $name { $first, $($column,)+ }

        impl $name {
            const SQL: &'static str = concat!($first_sql, $(", ", $sql,)+);

            fn at(self) -> usize {
                self as usize
            }
        }
    };
}

columns! { Column {
    Id = "m.id",
    Watch = "m.watch_id",
    Source = "a.source_id",
    Article = "a.id",
    Title = "a.title",
    Url = "a.url",
    PublishedAt = "a.published_at",
    FoundAt = "m.found_at",
    Language = "a.language",
    Snippet = "CASE WHEN a.nosnippet = 1 THEN '' ELSE m.snippet END",
    Terms = "m.terms",
    Paywalled = "a.paywalled",
    Advertorial = "a.advertorial",
    HeadlineOnly = "a.extent = 'headline'",
    StillTried = "a.extent = 'headline' AND EXISTS (SELECT 1 FROM item i WHERE i.article_id = a.id AND i.state = 'pending')",
    Hits = "m.hits",
    Story = "a.story_id",
    OriginalOutlet = "a.original_outlet",
    Credit = "a.credit",
    Author = "a.author",
    Late = "m.late",
    IsReadAgain = "EXISTS (SELECT 1 FROM version v WHERE v.article_id = a.id AND v.seen_at > a.read_at)",
    GoneAt = "m.gone_at",
    TakenDownAt = "(SELECT b.missing_since FROM absence b WHERE b.article_id = a.id AND b.confirmed_at IS NOT NULL)",
    Event = "e.event_id",
    Evidence = "coalesce(e.evidence, '')",
    Regrouped = "(SELECT r.change FROM event_regrouped r WHERE r.event_id = e.event_id)",
    ReadAt = "a.read_at",
    Carriers = "(SELECT count(*) FROM article o WHERE o.story_id = a.story_id)",
    IsMarked = "own.article_id IS NOT NULL OR every.article_id IS NOT NULL",
    Relevant = "coalesce(own.relevant, every.relevant, 1)",
    Tone = "coalesce(own.tone, every.tone)",
    Tags = "coalesce(every.tags || CASE WHEN every.tags <> '' AND own.tags <> '' THEN ', ' ELSE '' END || own.tags, own.tags, every.tags, '')",
    Note = "coalesce(nullif(own.note, ''), every.note, '')",
} }

/// The tables.
const MENTIONS: &str = "mention m JOIN article a ON a.id = m.article_id LEFT JOIN event e ON e.article_id = a.id";
/// The watches that are wanted: those of these names, else those of the configuration.
const CHOSEN: &str =
    "SELECT id FROM watch WHERE CASE WHEN $3::text[] IS NULL THEN active = 1 ELSE name = ANY($3::text[]) END";
/// Whether no digest has printed the mention for the reader $4; always true without one.
const UNPRINTED: &str = "CASE WHEN $4::text IS NULL THEN true WHEN $4 = 'default' THEN m.told_at IS NULL ELSE NOT EXISTS \
    (SELECT 1 FROM printed p JOIN reader r ON r.id = p.reader_id WHERE p.mention_id = m.id AND r.name = $4) END";
/// The articles of a story.
const CARRIERS: &str = "SELECT id, source_id, published_at, read_at, original_outlet IS NOT NULL AS names_original, credit \
    FROM article WHERE story_id = $1";

/// The headlines of an article that was read again, oldest first.
const HEADLINES: &str = "SELECT title FROM version WHERE article_id = $1 ORDER BY seen_at";

/// So many lines of an export are read at once.
const EXPORTED_AT_ONCE: usize = 200;

/// Interned strings, because many rows have the same ones.
#[derive(Default)]
struct Shared(HashSet<Arc<str>>);

impl Shared {
    fn text(&mut self, row: &Row, column: usize) -> SqlResult<Arc<str>> {
        let text = row.text(column)?;
        if let Some(known) = self.0.get(text) {
            return Ok(Arc::clone(known));
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        Ok(new)
    }
}

/// The name of a source, and what it is.
type NamedOutlet = (Arc<str>, Arc<OutletFacts>);

/// Data needed to read mentions, besides their rows.
struct MentionRows<'c> {
    watches: HashMap<WatchId, Arc<str>>,
    outlets: HashMap<SourceId, NamedOutlet>,
    headlines: SqlStatement<'c>,
    shared: Shared,
}

impl<'c> MentionRows<'c> {
    fn new(c: &'c Connection) -> SqlResult<Self> {
        Ok(Self {
            watches: watch_names(c)?,
            outlets: outlets(c)?,
            headlines: c.prepare(HEADLINES)?,
            shared: Shared::default(),
        })
    }

    fn mention(&mut self, row: &Row, period: &Period) -> SqlResult<Mention> {
        let Self { watches, outlets, headlines, shared } = self;
        let (outlet, facts) = outlets.get(&row.get(Column::Source.at())?).cloned().unwrap_or_default();
        let found = row.text(Column::Hits.at())?;
        let mut mention = Mention {
            id: row.get(Column::Id.at())?,
            watch: watches.get(&row.get(Column::Watch.at())?).cloned().unwrap_or_default(),
            outlet,
            title: row.get(Column::Title.at())?,
            url: row.get(Column::Url.at())?,
            published_at: time(row, Column::PublishedAt.at())?,
            found_at: time(row, Column::FoundAt.at())?.unwrap_or(period.until),
            language: shared.text(row, Column::Language.at())?,
            snippet: row.get(Column::Snippet.at())?,
            terms: row.get(Column::Terms.at())?,
            paywalled: row.get(Column::Paywalled.at())?,
            advertorial: row.get(Column::Advertorial.at())?,
            headline_only: row.get(Column::HeadlineOnly.at())?,
            still_tried: row.get(Column::StillTried.at())?,
            in_headline: hits::are_in(found, "title"),
            feed_headline: hits::are_in(found, "channel_title"),
            feed_lead: hits::are_in(found, "channel_summary"),
            story: row.get(Column::Story.at())?,
            original_outlet: match row.value(Column::OriginalOutlet.at())? {
                SqlValue::Null => None,
                _ => Some(shared.text(row, Column::OriginalOutlet.at())?),
            },
            credit: shared.text(row, Column::Credit.at())?,
            author: shared.text(row, Column::Author.at())?,
            late: row.get(Column::Late.at())?,
            headline_changes: 0,
            last_title: Arc::default(),
            gone_at: time(row, Column::GoneAt.at())?,
            taken_down_at: time(row, Column::TakenDownAt.at())?,
            event: row.get(Column::Event.at())?,
            evidence: shared.text(row, Column::Evidence.at())?,
            regrouped: row.get(Column::Regrouped.at())?,
            first: None,
            facts,
            article: row.get(Column::Article.at())?,
            mark: marks::user_mark(
                row,
                [Column::IsMarked, Column::Relevant, Column::Tone, Column::Tags, Column::Note].map(Column::at),
            )?,
        };
        if row.get(Column::IsReadAgain.at())? {
            let read = headlines.query_map([row.get::<ArticleId>(Column::Article.at())?], |row| row.get(0))?;
            let read: Vec<Box<str>> = read.collect::<Result<_, _>>()?;
            let is_change = |two: &&[Box<str>]| matches!(two, [one, next] if headline_key(one) != headline_key(next));
            let changes = read.windows(2).filter(is_change).count();
            if changes > 0 {
                mention.headline_changes = changes as u64;
                mention.last_title = Arc::from(mention.title);
            }
            mention.title = read.into_iter().next().unwrap_or_default();
        }
        Ok(mention)
    }

    /// A row of [`CARRIERS`].
    fn carrier(&mut self, row: &Row) -> SqlResult<Carrier> {
        let outlet = self.outlets.get(&row.get("source_id")?);
        Ok(Carrier {
            article: row.get("id")?,
            names_original: row.get("names_original")?,
            at: time(row, "published_at")?.or(time(row, "read_at")?),
            outlet: outlet.map(|(name, _)| Arc::clone(name)).unwrap_or_default(),
            credit: row.get::<String>("credit")?.into(),
        })
    }
}

/// Calls `each` with the lines of an export until it says that it is enough. Few of them are in memory at once.
fn export(
    c: &Connection,
    wanted: &Wanted,
    newest_first: bool,
    each: &mut dyn FnMut(&Exported) -> bool,
) -> SqlResult<()> {
    let period = wanted.period;
    let columns = Column::SQL;
    let column = if period.by_published { "published" } else { "found" };
    let order = if newest_first { "found DESC, id DESC" } else { "published, id" };
    // Ranks over all coverage, so that a line is the same in every exported period; what is not relevant is ranked apart, so that the
    // other lines are the same with it and without it.
    c.execute(
        &format!(
            "DECLARE exported NO SCROLL CURSOR FOR WITH placed AS (
               SELECT m.id, m.watch_id, m.found_at AS found, coalesce(a.published_at, m.found_at) AS published,
                      row_number() OVER (PARTITION BY m.watch_id, a.story_id, {RELEVANT}
                        ORDER BY a.original_outlet IS NOT NULL, coalesce(a.published_at, m.found_at), s.name, a.url) AS place,
                      count(*) OVER (PARTITION BY m.watch_id, a.story_id, {RELEVANT}) AS carried
               FROM mention m JOIN article a ON a.id = m.article_id JOIN source s ON s.id = a.source_id
               WHERE $4 OR {RELEVANT})
             SELECT id, place, carried FROM placed
             WHERE ($1::text IS NULL OR {column} >= $1) AND {column} <= $2 AND watch_id IN ({CHOSEN})
             ORDER BY {order}"
        ),
        params![period.since.map(utc), utc(period.until), wanted.watches.map(array), wanted.with_irrelevant],
    )?;
    let next = c.prepare(&format!("FETCH {EXPORTED_AT_ONCE} FROM exported"))?;
    let some = c.prepare(&format!(
        "SELECT {columns}, w.heading FROM {MENTIONS} {JOINED} JOIN watch w ON w.id = m.watch_id
         JOIN unnest($1::bigint[]) WITH ORDINALITY AS chosen (id, at) ON m.id = chosen.id ORDER BY chosen.at"
    ))?;
    let mut reader = MentionRows::new(c)?;
    loop {
        let places: Vec<(MentionId, (i64, i64))> = next
            .query_map((), |row| Ok((row.get("id")?, (row.get("place")?, row.get("carried")?))))?
            .collect::<SqlResult<_>>()?;
        if places.is_empty() {
            return Ok(());
        }
        let ids = array(places.iter().map(|(id, _)| *id));
        let places: HashMap<MentionId, (i64, i64)> = places.into_iter().collect();
        for row in &some.query(params![ids])? {
            let mention = reader.mention(row, period)?;
            let (place, carried) = places.get(&mention.id).copied().unwrap_or((1, 1));
            let line = Exported {
                mention,
                group: row.get("heading")?,
                is_original: place == 1,
                copies: u64::try_from(carried - 1).unwrap_or(0),
            };
            if !each(&line) {
                return Ok(());
            }
        }
    }
}

/// The names of the watches.
fn watch_names(c: &Connection) -> SqlResult<HashMap<WatchId, Arc<str>>> {
    let names = c.prepare("SELECT id, name FROM watch")?;
    names.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The names of the sources, and what they are.
fn outlets(c: &Connection) -> SqlResult<HashMap<SourceId, NamedOutlet>> {
    let outlets = c.prepare(&format!("SELECT s.id, s.name, {OUTLET_FACTS} FROM source s"))?;
    let outlet = |row: &Row| Ok((row.get("id")?, (row.get("name")?, Arc::new(outlet_facts(row)?))));
    outlets.query_map((), outlet)?.collect()
}

impl CoverageUnits for PostgresStore {
    fn mentions(&self, wanted: &Wanted) -> Result<Vec<Box<Mention>>, Error> {
        let period = wanted.period;
        let columns = Column::SQL;
        let column = if period.by_published { "coalesce(a.published_at, m.found_at)" } else { "m.found_at" };
        self.read("read the coverage of the database", |c| {
            let query = c.prepare(&format!(
                "SELECT {columns} FROM {MENTIONS} {JOINED}
                 WHERE {column} >= $1 AND {column} <= $2 AND m.watch_id IN ({CHOSEN})
                   AND {UNPRINTED} AND ($5 OR coalesce(own.relevant, every.relevant, 1) = 1)"
            ))?;
            let mut reader = MentionRows::new(c)?;
            let (mut mentions, mut carried) = (Vec::new(), Vec::new());
            let rows = query.query(params![
                period.since.map_or_else(String::new, utc),
                utc(period.until),
                wanted.watches.map(array),
                period.new_for,
                wanted.with_irrelevant,
            ])?;
            for row in &rows {
                let mention = reader.mention(row, period)?;
                let carriers = natural(row, Column::Carriers.at())?;
                if carriers > 1 {
                    let read_at = time(row, Column::ReadAt.at())?;
                    carried.push(Carried {
                        carriers,
                        place: mentions.len(),
                        carrier: first::carrier(&mention, read_at),
                        story: mention.story,
                    });
                }
                mentions.push(Box::new(mention));
            }
            let stored = c.prepare(CARRIERS)?;
            first::name(&mut mentions, carried, |story| {
                stored.query_map([story], |row| reader.carrier(row))?.collect::<SqlResult<_>>()
            })?;
            Ok(mentions)
        })
    }

    fn export(
        &self,
        wanted: &Wanted,
        newest_first: bool,
        each: &mut dyn FnMut(&Exported) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let reach = self.reach();
        // All lines are of one moment.
        let (begin, end) = match reach {
            Reach::Whole => ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK"),
            Reach::Within => ("SAVEPOINT exporting", "ROLLBACK TO exporting; RELEASE exporting"),
        };
        let mut lines = 0_u64;
        for repeats in 0.. {
            let mut ending = Ok(());
            let exported = self.execute_or_reconnect(begin).and_then(|()| {
                export(&self.conn, wanted, newest_first, &mut |line| {
                    lines += 1;
                    ending = each(line);
                    ending.is_ok()
                })
            });
            let ended = self.conn.execute_batch(end);
            match exported {
                Ok(()) => return ending,
                Err(e) => {
                    if ended.is_err() && reach == Reach::Whole {
                        self.conn.forget_transaction();
                    }
                    // What was written cannot be written again.
                    if !e.is_lost_connection() || lines > 0 || repeats == MOST_REPEATS || reach == Reach::Within {
                        return Err(self.error("read the coverage of the database", &e));
                    }
                }
            }
        }
        Ok(())
    }

    fn former_watches(&self, period: &Period) -> Result<Vec<String>, Error> {
        let (from, column) = if period.by_published {
            ("mention m JOIN article a ON a.id = m.article_id", "coalesce(a.published_at, m.found_at)")
        } else {
            ("mention m", "m.found_at")
        };
        self.read("read the coverage of the database", |c| {
            c.prepare(&format!(
                "SELECT w.name FROM watch w WHERE w.active = 0 AND $3::text IS NULL AND EXISTS (
                   SELECT 1 FROM {from} WHERE m.watch_id = w.id AND {column} >= $1 AND {column} <= $2
                     AND {UNPRINTED} AND {RELEVANT}) ORDER BY w.id"
            ))?
            .query_map(
                params![period.since.map_or_else(String::new, utc), utc(period.until), None::<String>, period.new_for],
                |row| row.get(0),
            )?
            .collect()
        })
    }

    fn mark_printed(
        &self,
        reader: &str,
        mentions: &mut dyn Iterator<Item = MentionId>,
        at: Timestamp,
    ) -> Result<(), Error> {
        let mentions: Vec<MentionId> = mentions.collect();
        self.unit("write to the database", |c| {
            let id: i64 = c
                .prepare(
                    "INSERT INTO reader (name, last_at) VALUES ($1, $2)
                     ON CONFLICT (name) DO UPDATE SET last_at = $2 RETURNING id",
                )?
                .query_row(params![reader, utc(at)], |row| row.get(0))?;
            if reader == DEFAULT_READER {
                let update = c.prepare("UPDATE mention SET told_at = $2 WHERE id = $1 AND told_at IS NULL")?;
                for id in &mentions {
                    update.execute(params![id, utc(at)])?;
                }
                return Ok(());
            }
            // A mention may be gone by now.
            let insert = c.prepare(
                "INSERT INTO printed (reader_id, mention_id, printed_at) SELECT $1, id, $3 FROM mention WHERE id = $2 ON CONFLICT DO NOTHING",
            )?;
            for mention in &mentions {
                insert.execute(params![id, mention, utc(at)])?;
            }
            Ok(())
        })
    }

    fn readers(&self) -> Result<Vec<String>, Error> {
        self.read("read the coverage of the database", |c| {
            let names = c.prepare("SELECT name FROM reader WHERE name <> $1 ORDER BY id")?;
            names.query_map([DEFAULT_READER], |row| row.get(0))?.collect()
        })
    }

    fn last_printed_at(&self, reader: &str) -> Result<Option<Timestamp>, Error> {
        self.read("read the coverage of the database", |c| {
            let last = c.prepare("SELECT last_at FROM reader WHERE name = $1")?;
            let last: Option<Option<Timestamp>> = last.query_row([reader], |row| time(row, "last_at")).optional()?;
            Ok(last.flatten())
        })
    }
}
