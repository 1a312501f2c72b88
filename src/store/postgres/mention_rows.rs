//! Mentions as rows: their columns, and how these are read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::connection::{Connection, SqlStatement};
use super::facts::{OUTLET_FACTS, outlet_facts};
use super::marks;
use super::row::{Row, SqlResult, time};
use super::sql::SqlValue;
use crate::digest::{Carrier, Mention, Period};
use crate::model::{ArticleId, SourceId, WatchId};
use crate::source::OutletFacts;
use crate::store::hits;
use crate::text::headline::headline_key;

/// The columns of a mention, each with its SQL, so that rows are read by name at the speed of numbers.
macro_rules! columns {
    ($name:ident { $first:ident = $first_sql:literal, $($column:ident = $sql:literal,)+ }) => {
        #[derive(Clone, Copy)]
        pub(super) enum $name { $first, $($column,)+ }

        impl $name {
            pub(super) const SQL: &'static str = concat!($first_sql, $(", ", $sql,)+);

            pub(super) fn at(self) -> usize {
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
pub(super) const MENTIONS: &str =
    "mention m JOIN article a ON a.id = m.article_id LEFT JOIN event e ON e.article_id = a.id";
/// The watches that are wanted: those of these names, else those of the configuration.
pub(super) const CHOSEN: &str =
    "SELECT id FROM watch WHERE CASE WHEN $3::text[] IS NULL THEN active = 1 ELSE name = ANY($3::text[]) END";
/// The headlines of an article that was read again, oldest first.
const HEADLINES: &str = "SELECT title FROM version WHERE article_id = $1 ORDER BY seen_at";

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
pub(super) struct MentionRows<'c> {
    watches: HashMap<WatchId, Arc<str>>,
    outlets: HashMap<SourceId, NamedOutlet>,
    headlines: SqlStatement<'c>,
    shared: Shared,
}

impl<'c> MentionRows<'c> {
    pub(super) fn new(c: &'c Connection) -> SqlResult<Self> {
        Ok(Self {
            watches: watch_names(c)?,
            outlets: outlets(c)?,
            headlines: c.prepare(HEADLINES)?,
            shared: Shared::default(),
        })
    }

    pub(super) fn mention(&mut self, row: &Row, period: &Period) -> SqlResult<Mention> {
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

    /// An article of a story.
    pub(super) fn carrier(&mut self, row: &Row) -> SqlResult<Carrier> {
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
