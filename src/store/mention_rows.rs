//! Mentions as rows: their columns, and how these are read, whichever engine has them.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::first::{self, Carried};
use super::hits;
use crate::digest::{Carrier, Mention, UserMark};
use crate::model::{ArticleId, EventId, IdMap, MentionId, Regrouping, SourceId, StoryId, Tone, WatchId};
use crate::source::OutletFacts;
use crate::text::headline::headline_key;

/// The columns of a query, each with its SQL, so that rows are read by name at the speed of numbers.
macro_rules! columns {
    ($name:ident { $first:ident = $first_sql:literal, $($column:ident = $sql:literal,)+ }) => {
        #[derive(Debug, Clone, Copy)]
        pub(super) enum $name { $first, $($column,)+ }

        impl $name {
            pub(super) const SQL: &'static str = concat!($first_sql, $(", ", $sql,)+);
        }

        impl From<$name> for usize {
            fn from(column: $name) -> Self {
                column as Self
            }
        }
    };
}

// Of the tables `MENTIONS`.
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
    // Only `CASE` keeps SQLite from looking for items of articles that are known in full.
    StillTried = "CASE WHEN a.extent = 'headline' THEN EXISTS (SELECT 1 FROM item i WHERE i.article_id = a.id AND i.state = 'pending') ELSE FALSE END",
    Hits = "m.hits",
    Story = "a.story_id",
    OriginalOutlet = "a.original_outlet",
    Credit = "a.credit",
    Author = "a.author",
    Late = "m.late",
    IsReadAgain = "EXISTS (SELECT 1 FROM version v WHERE v.article_id = a.id AND v.seen_at > a.read_at)",
    GoneAt = "m.gone_at",
    TakenDownAt = "b.missing_since",
    Event = "e.event_id",
    Evidence = "coalesce(e.evidence, '')",
    Regrouped = "r.change",
    ReadAt = "a.read_at",
    Carriers = "(SELECT count(*) FROM article o WHERE o.story_id = a.story_id)",
    IsMarked = "own.article_id IS NOT NULL OR every.article_id IS NOT NULL",
    Relevant = "coalesce(own.relevant, every.relevant, 1)",
    Tone = "coalesce(own.tone, every.tone)",
    Tags = "coalesce(every.tags || CASE WHEN every.tags <> '' AND own.tags <> '' THEN ', ' ELSE '' END || own.tags, own.tags, every.tags, '')",
    Note = "coalesce(nullif(own.note, ''), every.note, '')",
} }

// Of the table `article`.
columns! { CarrierColumn {
    Article = "id",
    Source = "source_id",
    PublishedAt = "published_at",
    ReadAt = "read_at",
    NamesOriginal = "original_outlet IS NOT NULL",
    Credit = "credit",
} }

/// The tables of a mention; the marks of its article follow as `own` and `every`.
pub(super) const MENTIONS: &str = "mention m JOIN article a ON a.id = m.article_id LEFT JOIN event e ON e.article_id = a.id \
     LEFT JOIN event_regrouped r ON r.event_id = e.event_id \
     LEFT JOIN absence b ON b.article_id = a.id AND b.confirmed_at IS NOT NULL";

/// A row with such columns.
pub(super) trait MentionRow {
    type Error;

    /// The text in a column; `None` for null.
    fn text(&self, column: usize) -> Result<Option<&str>, Self::Error>;

    /// The number in a column; `None` for null.
    fn number(&self, column: usize) -> Result<Option<i64>, Self::Error>;
}

/// Interned strings, because many rows have the same ones.
#[derive(Default)]
struct Shared(HashSet<Arc<str>>);

impl Shared {
    fn text(&mut self, text: &str) -> Arc<str> {
        // Most articles have no credit, and no evidence of an event.
        if text.is_empty() {
            return Arc::default();
        }
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// The name of a source, and what it is.
pub(super) type NamedOutlet = (Arc<str>, Arc<OutletFacts>);

/// Reads mentions from their rows.
#[expect(clippy::vec_box, reason = "stories hold boxes, and a hundred thousand mentions are not moved twice")]
pub(super) struct MentionReader {
    watches: IdMap<WatchId, Arc<str>>,
    outlets: IdMap<SourceId, NamedOutlet>,
    shared: Shared,
    /// Of a mention without a readable time, the time at which it was found.
    until: Timestamp,
    mentions: Vec<Box<Mention>>,
    carried: Vec<Carried>,
}

impl MentionReader {
    /// `watches`: the names of the watches.
    pub(super) fn new(
        watches: IdMap<WatchId, Arc<str>>,
        outlets: IdMap<SourceId, NamedOutlet>,
        until: Timestamp,
    ) -> Self {
        Self { watches, outlets, shared: Shared::default(), until, mentions: Vec::new(), carried: Vec::new() }
    }

    /// Adds the mention of a row to those that [`Self::into_mentions`] returns.
    pub(super) fn add<R: MentionRow>(
        &mut self,
        row: &R,
        headlines: impl FnOnce(ArticleId) -> Result<Vec<Box<str>>, R::Error>,
    ) -> Result<(), R::Error> {
        let mention = self.mention(row, headlines)?;
        let carriers = row.number(Column::Carriers.into())?.unwrap_or_default();
        if carriers > 1 {
            let read_at = time(row, Column::ReadAt)?;
            self.carried.push(Carried {
                carriers: carriers.unsigned_abs(),
                place: self.mentions.len(),
                carrier: first::carrier(&mention, read_at),
                story: mention.story,
            });
        }
        self.mentions.push(Box::new(mention));
        Ok(())
    }

    /// The mentions, each with the first article of its story. `carriers` returns the articles of a story.
    #[expect(clippy::vec_box, reason = "see the struct")]
    pub(super) fn into_mentions<E>(
        mut self,
        mut carriers: impl FnMut(&Self, StoryId) -> Result<Vec<Carrier>, E>,
    ) -> Result<Vec<Box<Mention>>, E> {
        let (mut mentions, carried) = (std::mem::take(&mut self.mentions), std::mem::take(&mut self.carried));
        first::name(&mut mentions, carried, |story| carriers(&self, story))?;
        Ok(mentions)
    }

    /// A mention, but for the first article of its story. `headlines` returns those of an article that was read again, oldest first.
    pub(super) fn mention<R: MentionRow>(
        &mut self,
        row: &R,
        headlines: impl FnOnce(ArticleId) -> Result<Vec<Box<str>>, R::Error>,
    ) -> Result<Mention, R::Error> {
        let Self { watches, outlets, shared, .. } = self;
        let text = |column: Column| text(row, column);
        let number = |column: Column| number(row, column);
        let time = |column: Column| time(row, column);
        let is = |column: Column| Ok(number(column)? != 0);
        let [in_headline, feed_headline, feed_lead] =
            hits::are_in(text(Column::Hits)?, ["title", "channel_title", "channel_summary"]);
        let source = SourceId(number(Column::Source)?);
        let (outlet, facts) = outlets.get(&source).cloned().unwrap_or_default();
        let mut mention = Mention {
            id: MentionId(number(Column::Id)?),
            watch: watches.get(&WatchId(number(Column::Watch)?)).cloned().unwrap_or_default(),
            source,
            outlet,
            title: text(Column::Title)?.into(),
            url: text(Column::Url)?.into(),
            published_at: time(Column::PublishedAt)?,
            found_at: time(Column::FoundAt)?.unwrap_or(self.until),
            language: shared.text(text(Column::Language)?),
            snippet: text(Column::Snippet)?.into(),
            terms: text(Column::Terms)?.into(),
            paywalled: is(Column::Paywalled)?,
            advertorial: is(Column::Advertorial)?,
            headline_only: is(Column::HeadlineOnly)?,
            still_tried: is(Column::StillTried)?,
            in_headline,
            feed_headline,
            feed_lead,
            story: StoryId(number(Column::Story)?),
            original_outlet: row.text(Column::OriginalOutlet.into())?.map(|name| shared.text(name)),
            credit: shared.text(text(Column::Credit)?),
            author: shared.text(text(Column::Author)?),
            late: is(Column::Late)?,
            headline_changes: 0,
            last_title: Arc::default(),
            gone_at: time(Column::GoneAt)?,
            taken_down_at: time(Column::TakenDownAt)?,
            event: row.number(Column::Event.into())?.map(EventId),
            evidence: shared.text(text(Column::Evidence)?),
            regrouped: Regrouping::named(text(Column::Regrouped)?),
            first: None,
            facts,
            article: ArticleId(number(Column::Article)?),
            mark: None,
        };
        if is(Column::IsMarked)? {
            mention.mark = Some(Box::new(UserMark {
                relevant: is(Column::Relevant)?,
                tone: Tone::named(text(Column::Tone)?),
                tags: tags(text(Column::Tags)?),
                note: text(Column::Note)?.to_owned(),
            }));
        }
        if is(Column::IsReadAgain)? {
            let read = headlines(mention.article)?;
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

    /// An article of a story, from its [`CarrierColumn`]s.
    pub(super) fn carrier<R: MentionRow>(&self, row: &R) -> Result<Carrier, R::Error> {
        let outlet = self.outlets.get(&SourceId(number(row, CarrierColumn::Source)?));
        Ok(Carrier {
            article: ArticleId(number(row, CarrierColumn::Article)?),
            names_original: number(row, CarrierColumn::NamesOriginal)? != 0,
            at: time(row, CarrierColumn::PublishedAt)?.or(time(row, CarrierColumn::ReadAt)?),
            outlet: outlet.map(|(name, _)| Arc::clone(name)).unwrap_or_default(),
            credit: text(row, CarrierColumn::Credit)?.into(),
        })
    }
}

fn text<R: MentionRow>(row: &R, column: impl Into<usize>) -> Result<&str, R::Error> {
    row.text(column.into()).map(Option::unwrap_or_default)
}

fn number<R: MentionRow>(row: &R, column: impl Into<usize>) -> Result<i64, R::Error> {
    row.number(column.into()).map(Option::unwrap_or_default)
}

/// Null and malformed times are `None`.
fn time<R: MentionRow>(row: &R, column: impl Into<usize>) -> Result<Option<Timestamp>, R::Error> {
    Ok(row.text(column.into())?.and_then(|text| text.parse().ok()))
}

/// The tags of a mark, as stored.
pub(super) fn tags(joined: &str) -> Vec<String> {
    joined.split(", ").filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}
