//! Watches, and the stored articles that a new or changed one matches.

use std::collections::HashSet;
use std::fmt::Write as _;

use jiff::Timestamp;

use super::connection::Connection;
use super::marks::RELEVANT;
use super::row::{OptionalRow as _, SqlResult, natural};
use super::search::{ARTICLE, expression, old_below, stored};
use super::sql::{array, count, params};
use super::{PostgresStore, events, outbox};
use crate::date::utc;
use crate::decide::{KnownWatch, MentionNote, NewMentions, WatchChange, WatchSpec, decide_watches, pair};
use crate::error::Error;
use crate::model::{ArticleId, MentionId, WatchId};
use crate::query::Need;
use crate::store::units::WatchUnits;
use crate::store::{EarlierVersion, NamedWatch, StoredArticle, StoredMention};
use crate::text::clean::one_line;

/// In place of the definition of a watch that is being applied to the stored articles, or will be.
const UNAPPLIED: &str = "";

/// The watches that this process brought into the database.
#[derive(Clone)]
pub(super) struct OwnWatches {
    /// Equal for equal watches.
    fingerprint: String,
    /// Whether a worker with other watches was there at that moment.
    were_others: bool,
}

impl WatchUnits for PostgresStore {
    fn find_watches(&self, specs: &[WatchSpec]) -> Result<Vec<Option<WatchId>>, Error> {
        self.read("read the watches of the database", |c| {
            let rows = rows(c)?;
            Ok(pair(&rows, specs).into_iter().map(|at| rows.get(at?).map(|row| row.id)).collect())
        })
    }

    fn watches(&self) -> Result<Vec<NamedWatch>, Error> {
        self.read("read the watches of the database", |c| {
            let query = c.prepare("SELECT name, heading FROM watch WHERE active = 1 ORDER BY position, id")?;
            let rows =
                query.query_map((), |row| Ok(NamedWatch { name: row.get("name")?, group: row.get("heading")? }))?;
            rows.collect()
        })
    }

    fn stored_articles(&self, after: ArticleId, most: usize, need: Option<&Need>) -> Result<Vec<StoredArticle>, Error> {
        self.read("read the articles of the database", |c| {
            // As far as the index is an earlier version's, it is not asked.
            let old = old_below(c)?;
            let need = need.filter(|_| old == ArticleId(0) || after >= old);
            let (from, condition) = match need {
                Some(_) => (
                    "article_words w JOIN article a ON a.id = w.article_id",
                    "(w.words IS NULL OR w.words @@ $3::text::tsquery) AND w.article_id > $1",
                ),
                None => ("article a", "$3::text IS NULL AND a.id > $1"),
            };
            let query = c.prepare(&format!(
                "SELECT {ARTICLE} FROM {from} JOIN source s ON s.id = a.source_id
                 WHERE {condition} AND (a.text <> '' OR a.extent = 'headline') ORDER BY a.id LIMIT $2",
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            query.query_map(params![after, most, need.map(expression)], stored)?.collect()
        })
    }

    fn stored_mentions(&self, first: ArticleId, last: ArticleId) -> Result<Vec<StoredMention>, Error> {
        self.read("read the coverage of the database", |c| {
            let query = c.prepare(
                "SELECT watch_id, article_id, terms, snippet FROM mention WHERE article_id BETWEEN $1 AND $2",
            )?;
            let rows = query.query_map([first, last], |row| {
                Ok(StoredMention {
                    watch: row.get("watch_id")?,
                    article: row.get("article_id")?,
                    terms: row.get("terms")?,
                    snippet: row.get("snippet")?,
                })
            })?;
            rows.collect()
        })
    }

    fn mentioning(&self, article: ArticleId) -> Result<Vec<String>, Error> {
        self.read("read the coverage of the database", |c| {
            c.prepare("SELECT w.name FROM mention m JOIN watch w ON w.id = m.watch_id WHERE m.article_id = $1")?
                .query_map([article], |row| row.get(0))?
                .collect()
        })
    }

    fn add_mentions(&self, found: &[(ArticleId, Vec<MentionNote>)], at: Timestamp) -> Result<NewMentions, Error> {
        self.unit("write to the database", |c| {
            let mut new = NewMentions::default();
            let is_there = c.prepare("SELECT 1 FROM article WHERE id = $1 FOR KEY SHARE")?;
            for (article, mentions) in found {
                let mut added = 0;
                // It may have turned out to be another one since it was read.
                if is_there.query_row([*article], |_| Ok(())).optional()?.is_none() {
                    continue;
                }
                for mention in mentions {
                    let is_new = add_mention(c, *article, mention, at, true)?;
                    added += usize::from(is_new);
                    if !is_new {
                        renew_mention(c, *article, mention)?;
                    }
                }
                new += NewMentions::of_article(added);
            }
            Ok(new)
        })
    }

    fn last_mention(&self) -> Result<MentionId, Error> {
        self.read("read the coverage of the database", |c| {
            c.query_row("SELECT coalesce(max(id), 0) FROM mention", (), |row| row.get(0))
        })
    }

    fn mentions_since(&self, last: MentionId) -> Result<NewMentions, Error> {
        self.read("read the coverage of the database", |c| {
            let sql = format!(
                "SELECT count(*) AS mentions, count(DISTINCT article_id) AS articles FROM mention m WHERE m.id > $1 AND {RELEVANT}"
            );
            c.query_row(&sql, [last], |row| {
                Ok(NewMentions { mentions: natural(row, "mentions")?, articles: natural(row, "articles")? })
            })
        })
    }

    fn earlier_versions(&self, article: ArticleId) -> Result<Vec<EarlierVersion>, Error> {
        self.read("read the articles of the database", |c| {
            c.prepare(
                "SELECT v.title, CASE WHEN v.text = '' THEN a.text ELSE v.text END AS text FROM version v JOIN article a ON a.id = v.article_id
                 WHERE v.article_id = $1 ORDER BY v.seen_at",
            )?
            .query_map([article], |row| Ok(EarlierVersion { title: row.get("title")?, text: row.get("text")? }))?
            .collect()
        })
    }

    fn remove_mentions(&self, mentions: &[(WatchId, ArticleId)]) -> Result<usize, Error> {
        self.unit("write to the database", |c| {
            let mut removed = 0;
            for (watch, article) in mentions {
                removed += c
                    .prepare("DELETE FROM mention WHERE watch_id = $1 AND article_id = $2")?
                    .execute(params![watch, article])?;
                // Events are of mentioned articles.
                for table in ["event", "event_queue", "event_features"] {
                    c.prepare(&format!(
                        "DELETE FROM {table} WHERE article_id = $1 AND NOT EXISTS (SELECT 1 FROM mention WHERE article_id = $1)"
                    ))?
                    .execute([article])?;
                }
            }
            Ok(removed)
        })
    }

    fn watch_applied(&self, name: &str, definition: &str) -> Result<(), Error> {
        let own = self.own_watches.borrow().clone();
        // That worker may have stored an article after this process had passed it, however it ended since.
        if own.as_ref().is_some_and(|own| own.were_others) {
            return Ok(());
        }
        self.unit("write to the database", |c| {
            // A worker that brings in other watches after this finds this one applied, and says that it no longer is.
            take_configuration(c)?;
            if let Some(own) = &own
                && self.is_beside_others(c, &own.fingerprint)?
            {
                return Ok(());
            }
            let sql = format!("UPDATE watch SET definition = $2 WHERE name = $1 AND definition = '{UNAPPLIED}'");
            c.execute(&sql, [name, definition]).map(drop)
        })
    }
}

impl PostgresStore {
    /// Writes down which watches this process has, as the last step of bringing them in.
    pub(super) fn note_own_watches(&self, c: &Connection, specs: &[WatchSpec]) -> SqlResult<()> {
        let fingerprint = fingerprint(specs);
        let were_others = self.is_beside_others(c, &fingerprint)?;
        if let Some(worker) = &self.worker {
            c.execute(
                "UPDATE lease SET owner = $2 || ' ' || regexp_replace(owner, '^.* ', '') WHERE name = $1",
                params![worker.name, fingerprint],
            )?;
        }
        self.own_watches.replace(Some(OwnWatches { fingerprint, were_others }));
        Ok(())
    }

    /// Whether there is a worker with other watches than those of this fingerprint. One that is gone counts until its hosts are taken from
    /// it; one that has not brought in its watches yet has stored nothing.
    fn is_beside_others(&self, c: &Connection, fingerprint: &str) -> SqlResult<bool> {
        c.query_row(
            "SELECT EXISTS (SELECT 1 FROM lease WHERE name LIKE 'worker %' AND name <> $1
                AND owner LIKE '% %' AND split_part(owner, ' ', 1) <> $2)",
            [self.worker.as_ref().map_or("", |worker| worker.name.as_str()), fingerprint],
            |row| row.get(0),
        )
    }
}

/// Waits for other processes that bring in a configuration.
pub(super) fn take_configuration(c: &Connection) -> SqlResult<()> {
    c.query_row("SELECT 1 FROM turn WHERE name = 'configuration' FOR UPDATE", (), |_| Ok(()))
}

/// Equal for equal watches, in whatever order.
fn fingerprint(specs: &[WatchSpec]) -> String {
    let mut lines: Vec<String> = specs.iter().map(|spec| format!("{:?} {:?}\n", spec.name, spec.definition)).collect();
    lines.sort_unstable();
    let hash = ring::digest::digest(&ring::digest::SHA256, lines.concat().as_bytes());
    hash.as_ref().iter().take(16).fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Updates the watches from the configuration; returns the names of those that are new or have changed since they were last applied.
pub(super) fn sync(c: &Connection, specs: &[WatchSpec], now: Timestamp) -> SqlResult<Vec<String>> {
    let (mut changes, unapplied) = decide_watches(&rows(c)?, specs);
    let kept = |change: &WatchChange| match change {
        WatchChange::Set(id, ..) => Some(*id),
        WatchChange::Rename(..) | WatchChange::Add(..) => None,
    };
    c.execute(
        "UPDATE watch SET active = 0 WHERE active <> 0 AND id <> ALL($1::bigint[])",
        params![array(changes.iter().filter_map(kept))],
    )?;
    // Rows that say the same already are left alone.
    let mut same: HashSet<WatchId> = HashSet::new();
    let is_same = c.prepare(
        "SELECT id FROM watch WHERE id = $1 AND (name, key, heading, position, definition, active)
           IS NOT DISTINCT FROM ($2, $3, $4, $5::bigint, $6, 1)",
    )?;
    for change in &changes {
        if let WatchChange::Set(id, position, spec, definition) = change {
            let definition = applied(definition, spec);
            let values = params![id, spec.name, spec.key, spec.group, count(*position as u64), definition];
            same.extend(is_same.query_map(values, |row| row.get(0))?.collect::<SqlResult<Vec<WatchId>>>()?);
        }
    }
    changes.retain(|change| kept(change).is_none_or(|id| !same.contains(&id)));
    // Names and keys may be swapped, so all are replaced by placeholders first. No configured name contains a line break.
    for change in &changes {
        if let WatchChange::Set(id, ..) = change {
            c.execute("UPDATE watch SET key = NULL, name = chr(10) || id WHERE id = $1", [id])?;
        }
    }
    for change in changes {
        match change {
            WatchChange::Rename(id, name) => c.execute("UPDATE watch SET name = $2 WHERE id = $1", params![id, name])?,
            WatchChange::Set(id, position, spec, ref definition) => c.execute(
                "UPDATE watch SET name = $2, key = $3, heading = $4, position = $5, definition = $6, active = 1 WHERE id = $1",
                params![id, spec.name, spec.key, spec.group, count(position as u64), applied(definition, spec)],
            )?,
            WatchChange::Add(position, spec) => c.execute(
                "INSERT INTO watch (name, key, heading, position, definition, added_at) VALUES ($1, $2, $3, $4, '', $5)",
                params![spec.name, spec.key, spec.group, count(position as u64), utc(now)],
            )?,
        };
    }
    Ok(unapplied)
}

/// What the row of a watch says once the watch stands in the configuration as `spec`.
fn applied<'a>(definition: &'a str, spec: &WatchSpec) -> &'a str {
    if definition == spec.definition { definition } else { UNAPPLIED }
}

/// Adds a mention; returns `false` if it exists. `late`: found in an article that was stored before the watch was applied.
pub(super) fn add_mention(
    c: &Connection,
    article: ArticleId,
    mention: &MentionNote,
    at: Timestamp,
    late: bool,
) -> SqlResult<bool> {
    let added = c
        .prepare(
            "INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits, late)
             SELECT id, $2, $3, $4, $5, $6, $7 FROM watch WHERE name = $1
             ON CONFLICT (watch_id, article_id) DO NOTHING",
        )?
        .execute(params![
            mention.watch,
            article,
            utc(at),
            one_line(&mention.terms),
            one_line(&mention.snippet),
            mention.hits,
            late,
        ])?;
    if added > 0 {
        events::wait(c, article)?;
        // What a changed watch finds in the past must wake nobody.
        if !late {
            outbox::put(c, article, &mention.watch, at)?;
        }
    }
    Ok(added > 0)
}

/// Updates a mention with a later match.
pub(super) fn renew_mention(c: &Connection, article: ArticleId, mention: &MentionNote) -> SqlResult<()> {
    c.prepare(
        "UPDATE mention SET terms = $3, snippet = $4, hits = $5
         WHERE article_id = $2 AND watch_id = (SELECT id FROM watch WHERE name = $1)",
    )?
    .execute(params![mention.watch, article, one_line(&mention.terms), one_line(&mention.snippet), mention.hits])
    .map(drop)
}

fn rows(c: &Connection) -> SqlResult<Vec<KnownWatch>> {
    let query = c.prepare("SELECT id, name, key, definition, active FROM watch ORDER BY id")?;
    let rows = query.query_map((), |row| {
        Ok(KnownWatch {
            id: row.get("id")?,
            name: row.get("name")?,
            key: row.get("key")?,
            definition: row.get("definition")?,
            active: row.get("active")?,
        })
    })?;
    rows.collect()
}
