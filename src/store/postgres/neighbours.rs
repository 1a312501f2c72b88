//! The stored articles related to a reading: those with the same key, URL or text.

use jiff::Timestamp;

use super::connection::Connection;
use super::row::{OptionalRow as _, Row, SqlResult, time};
use super::sql::{FromField, params};
use super::{PostgresStore, items, stories};
use crate::date::utc;
use crate::decide::{
    KnownMention, KnownVersion, Members, Neighbour, Neighbours, Original, Reading, Related, SameBy, Standing,
    StoryLookup, are_nearly_equal,
};
use crate::error::Error;
use crate::model::{ArticleId, Extent, SourceId, StoryId};
use crate::store::limits::{HEADLINE_WINDOW, MOST_WITH_HEADLINE};
use crate::store::units::NeighbourUnits;
use crate::story::Fingerprint;

/// The columns of a neighbour.
const NEIGHBOUR: &str = "a.id, a.extent, a.key, a.url, a.title, a.published_at, a.read_at, a.language, a.summary, a.text, a.fingerprint, a.story_id";

// The sum keeps the planner from going through all articles of the outlet instead of those with this text or address.
const SAME: &str = "WITH hit (id, by_key, by_own_key, by_content, by_relay) AS (
        SELECT id, 1, 0, 0, 0 FROM article WHERE source_id = $1 AND md5(key) = md5($2) AND key = $2
        UNION ALL
        SELECT i.article_id, 1, 0, 0, 0 FROM item i WHERE i.source_id = $1 AND md5(i.key) = md5($2) AND i.key = $2
        UNION ALL
        SELECT id, 0, 1, 0, 0 FROM article WHERE source_id = $1 AND md5(key) = md5($3) AND key = $3
        UNION ALL
        SELECT i.article_id, 0, 1, 0, 0 FROM item i WHERE i.source_id = $1 AND md5(i.key) = md5($3) AND i.key = $3
        UNION ALL
        SELECT id, (address = $9)::int, (address <> $9)::int, 0, 0
          FROM (SELECT id, address FROM article WHERE address IN ($9, $10) AND source_id + 0 = $1 LIMIT 20) placed
        UNION ALL
        SELECT i.article_id, 0, 0, 1, 0 FROM item i WHERE i.id = $5
        UNION ALL
        SELECT article_id, 0, 0, 0, 1 FROM (
            SELECT i.article_id FROM item own JOIN item i ON i.source_id = $1 AND md5(i.title) IN (md5($6), md5(own.title)) AND i.title IN ($6, own.title)
             WHERE own.id = $5 AND i.id <> $5 AND i.title <> '' AND (i.outlet <> '' OR own.outlet <> '')
               AND (i.outlet = own.outlet OR i.outlet = '' OR own.outlet = '') AND i.article_id IS NOT NULL
             ORDER BY i.id DESC LIMIT 20) relayed
        UNION ALL
        SELECT id, 0, 0, 1, 0 FROM (
            SELECT id FROM article WHERE fingerprint = $4 AND source_id + 0 = $1 AND extent = 'full' AND $8
               AND (title = $6 OR published_at = $7) LIMIT 20) equal)
     SELECT max(by_key) AS by_key, max(by_own_key) AS by_own_key, max(by_content) AS by_content, max(by_relay) AS by_relay, {NEIGHBOUR}
     FROM hit JOIN article a ON a.id = hit.id GROUP BY a.id ORDER BY a.extent <> 'headline' DESC, a.id";

/// The articles of a source that were read in full or in part around a time; `$4`: which of the two.
const LATELY: &str =
    "SELECT id, title FROM article WHERE source_id = $1 AND read_at BETWEEN $2 AND $3 AND extent IN ($4, 'full')
     ORDER BY read_at DESC LIMIT 500";

const ONE: &str = "SELECT {NEIGHBOUR} FROM article a WHERE a.id = $1";

/// The article at the URL of the original, or an article of the source that names the same original.
const ORIGINALS: &str = "SELECT a.source_id = $2 AS is_claim, {NEIGHBOUR} FROM article a
     WHERE (a.source_id + 0 = $2 AND a.original_address = $1) OR a.address = $1 LIMIT 20";

/// The first fully read articles of a story at a source.
const SIBLINGS: &str = "SELECT {NEIGHBOUR} FROM article a
     WHERE a.story_id = $1 AND a.source_id + 0 = $2 AND a.extent = 'full' AND a.text <> '' ORDER BY a.id LIMIT 6";

fn with_columns(sql: &str) -> String {
    sql.replace("{NEIGHBOUR}", NEIGHBOUR)
}

impl NeighbourUnits for PostgresStore {
    fn neighbours(&self, reading: &Reading) -> Result<Neighbours, Error> {
        self.read("read the articles of the database", |c| {
            let (source, own): (SourceId, Option<ArticleId>) = c
                .prepare("SELECT source_id, article_id FROM item WHERE id = $1")?
                .query_row([reading.item], |row| Ok((row.get("source_id")?, row.get("article_id")?)))?;
            let source = items::owner(c, source, reading.owner)?.unwrap_or(source);
            Ok(Neighbours {
                source,
                own,
                same: same_or_by_headline(c, source, reading)?,
                originals: match reading.original_address {
                    Some(original) => originals(c, source, original)?,
                    None => Vec::new(),
                },
            })
        })
    }

    fn related(&self, lookup: &StoryLookup) -> Result<Related, Error> {
        let StoryLookup { address, original_address, fingerprint, .. } = *lookup;
        self.read("read the stories of the database", |c| {
            let exact = fingerprint.and_then(Fingerprint::exact);
            let equal: Vec<ArticleId> = column(c, "SELECT id FROM article WHERE fingerprint = $1 LIMIT 2", exact)?;
            let mut stories: Vec<StoryId> = Vec::new();
            for (sql, text) in [
                ("SELECT DISTINCT story_id FROM article WHERE fingerprint = $1", exact.filter(|_| !equal.is_empty())),
                ("SELECT DISTINCT story_id FROM article WHERE address = $1", original_address),
                ("SELECT DISTINCT story_id FROM article WHERE original_address = $1", Some(address)),
            ] {
                stories.extend(column::<StoryId>(c, sql, text)?);
            }
            let near = match fingerprint {
                Some(fingerprint) => stories::candidates(c, lookup, fingerprint)?,
                None => Vec::new(),
            };
            Ok(Related { equal, stories, near })
        })
    }

    fn members(&self, stories: &[StoryId], siblings: Option<(SourceId, &[StoryId])>) -> Result<Members, Error> {
        self.read("read the stories of the database", |c| {
            let mut members = Members::default();
            let texts = c.prepare(
                "SELECT t.article_id, length(t.words) AS bytes FROM article a JOIN story_text t ON t.article_id = a.id
                 WHERE a.story_id = $1",
            )?;
            for story in stories {
                let rows = texts.query_map([story], |row| {
                    Ok(Standing { article: row.get("article_id")?, words: row.get::<u32>("bytes")? as usize / 4 })
                })?;
                for text in rows {
                    members.standing.push(text?);
                }
            }
            let (source, among) = siblings.unzip();
            let query = c.prepare(&with_columns(SIBLINGS))?;
            for story in among.unwrap_or_default() {
                let rows = query.query(params![story, source])?;
                for row in &rows {
                    members.of_source.push(neighbour(c, row)?);
                }
            }
            members.standing.sort_unstable_by_key(|text| text.article);
            members.of_source.sort_unstable_by_key(|article| article.id);
            Ok(members)
        })
    }
}

fn same_or_by_headline(c: &Connection, source: SourceId, reading: &Reading) -> SqlResult<Vec<(SameBy, Neighbour)>> {
    let mut found = same(c, source, reading)?;
    for id in by_headline(c, source, reading)? {
        if let Some((by, _)) = found.iter_mut().find(|(_, article)| article.id == id) {
            by.headline = true;
            continue;
        }
        let query = c.prepare(&with_columns(ONE))?;
        let other = query.query_row([id], |row| neighbour(c, row))?;
        found.push((SameBy { headline: true, ..SameBy::default() }, other));
    }
    Ok(found)
}

/// The articles with nearly the same headline of which one may be the whole where another is a preview, or a later version.
fn by_headline(c: &Connection, source: SourceId, reading: &Reading) -> SqlResult<Vec<ArticleId>> {
    let other = match reading.extent {
        Extent::Full => Extent::Preview,
        Extent::Preview => Extent::Full,
        Extent::Headline => return Ok(Vec::new()),
    };
    if reading.is_sure || reading.article.title.is_empty() {
        return Ok(Vec::new());
    }
    let since = reading.at.checked_sub(HEADLINE_WINDOW).unwrap_or(Timestamp::MIN);
    let query = c.prepare(LATELY)?;
    let rows = query.query_map(params![source, utc(since), utc(reading.at), other], |row| {
        Ok((row.get::<ArticleId>(0)?, are_nearly_equal(row.text(1)?, &reading.article.title)))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (id, is_near) = row?;
        if is_near && found.len() < MOST_WITH_HEADLINE {
            found.push(id);
        }
    }
    Ok(found)
}

fn same(c: &Connection, source: SourceId, reading: &Reading) -> SqlResult<Vec<(SameBy, Neighbour)>> {
    let query = c.prepare(&with_columns(SAME))?;
    let rows = query.query(params![
        source,
        reading.key,
        (reading.own_key != reading.key).then_some(reading.own_key),
        reading.exact(),
        reading.item,
        reading.article.title,
        reading.article.published_at.map(utc),
        reading.extent == Extent::Full,
        (!reading.is_sure).then_some(reading.address),
        (!reading.is_sure).then_some(reading.own_address),
    ])?;
    let mut found = Vec::new();
    for row in &rows {
        let by = SameBy {
            key: row.get("by_key")?,
            own_key: row.get("by_own_key")?,
            content: row.get("by_content")?,
            relayed: row.get("by_relay")?,
            headline: false,
        };
        found.push((by, neighbour(c, row)?));
    }
    Ok(found)
}

fn originals(c: &Connection, source: SourceId, original: &str) -> SqlResult<Vec<Original>> {
    let query = c.prepare(&with_columns(ORIGINALS))?;
    let rows = query.query(params![original, source])?;
    let mut found = Vec::new();
    for row in &rows {
        found.push(Original { is_claim: row.get("is_claim")?, article: neighbour(c, row)? });
    }
    Ok(found)
}

fn neighbour(c: &Connection, row: &Row) -> SqlResult<Neighbour> {
    let id: ArticleId = row.get("id")?;
    let mentions = c
        .prepare(
            "SELECT w.name, m.terms, m.gone_at, m.hits LIKE '%\"field\":\"channel\\_%' ESCAPE '\\' AS is_beside FROM mention m JOIN watch w ON w.id = m.watch_id WHERE m.article_id = $1",
        )?
        .query_map([id], |row| {
            Ok(KnownMention {
                watch: row.get("name")?,
                terms: row.get("terms")?,
                is_beside: row.get("is_beside")?,
                gone_at: time(row, "gone_at")?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let last_version = c
        .prepare("SELECT seen_at, title, text_hash FROM version WHERE article_id = $1 ORDER BY seen_at DESC LIMIT 1")?
        .query_row([id], |row| {
            Ok(KnownVersion {
                seen_at: row.get("seen_at")?,
                title: row.get("title")?,
                text_hash: row.get("text_hash")?,
            })
        })
        .optional()?;
    Ok(Neighbour {
        id,
        extent: row.get("extent")?,
        key: row.get("key")?,
        url: row.get("url")?,
        title: row.get("title")?,
        published_at: time(row, "published_at")?,
        read_at: time(row, "read_at")?.unwrap_or(Timestamp::UNIX_EPOCH),
        language: row.get("language")?,
        summary: row.get("summary")?,
        text: row.get("text")?,
        fingerprint: row.get("fingerprint")?,
        story: row.get("story_id")?,
        mentions,
        last_version,
    })
}

/// The values of one column for a text; empty without a text.
fn column<T: FromField>(c: &Connection, sql: &str, text: Option<&str>) -> SqlResult<Vec<T>> {
    let Some(text) = text else { return Ok(Vec::new()) };
    c.prepare(sql)?.query_map([text], |row| row.get(0))?.collect()
}
