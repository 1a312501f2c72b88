//! Watches: which row is which watch of the configuration, and what a new or changed one finds in the past.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::mentions::mention_in;
use super::search::{StoredArticle, expression, stored};
use super::{MentionNote, Store, utc};
use crate::error::Error;
use crate::query::Need;

/// A watch as the configuration has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchSpec {
    /// Unique among those of the configuration.
    pub name: String,
    /// What it stays by when it is renamed; unique too.
    pub key: Option<String>,
    /// The heading under which digests tell it.
    pub group: Option<String>,
    /// All that decides what it matches.
    pub definition: String,
}

/// A mention as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMention {
    /// The row of its watch.
    pub watch: i64,
    /// The row of its article.
    pub article: i64,
    /// What matched, separated by ", ".
    pub terms: String,
    /// The sentence that shows it.
    pub snippet: String,
}

/// A row of the table.
#[derive(Debug)]
struct Row {
    id: i64,
    name: String,
    key: Option<String>,
    definition: String,
    active: bool,
}

impl Store {
    /// The row of each of these watches; `None` for a new one. A renamed watch is found by its key, or, when it is the only
    /// one that vanished and came with this definition, by that.
    pub fn find_watches(&self, specs: &[WatchSpec]) -> Result<Vec<Option<i64>>, Error> {
        self.read("read the watches of", |c| {
            let rows = rows(c)?;
            Ok(pair(&rows, specs).into_iter().map(|at| rows.get(at?).map(|row| row.id)).collect())
        })
    }

    /// The watches of the configuration, in its order.
    pub fn watches(&self) -> Result<Vec<String>, Error> {
        self.read("read the watches of", |c| {
            let mut query = c.prepare("SELECT name FROM watch WHERE active ORDER BY position, id")?;
            query.query_map([], |row| row.get(0))?.collect()
        })
    }

    /// The group of each watch that has one.
    pub fn groups(&self) -> Result<HashMap<String, String>, Error> {
        self.read("read the watches of", |c| {
            let mut query = c.prepare("SELECT name, heading FROM watch WHERE active AND heading IS NOT NULL")?;
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
    }

    /// Stored articles after the row `after`, at most `most`, that have what is needed; without those whose text was
    /// forgotten: half an article would match what the whole did not (`a NOT b`).
    pub fn stored_articles(&self, after: i64, most: usize, need: Option<&Need>) -> Result<Vec<StoredArticle>, Error> {
        let (from, condition) = match need {
            Some(_) => {
                ("article_words w JOIN article a ON a.id = w.rowid", "w.article_words MATCH ?3 AND w.rowid > ?1")
            }
            None => ("article a", "?3 IS NULL AND a.id > ?1"),
        };
        self.read("read the articles of", |c| {
            let mut query = c.prepare_cached(&format!(
                "SELECT a.id, s.name, a.title, a.summary, a.text, a.author, a.url, a.language, a.published_at, a.nosnippet
                 FROM {from} JOIN source s ON s.id = a.source_id
                 WHERE {condition} AND (a.text <> '' OR a.extent = 'headline') ORDER BY a.id LIMIT ?2",
            ))?;
            let most = i64::try_from(most).unwrap_or(i64::MAX);
            query.query_map(params![after, most, need.map(expression)], stored)?.collect()
        })
    }

    /// The mentions of the articles from row `first` to row `last`.
    pub fn stored_mentions(&self, first: i64, last: i64) -> Result<Vec<StoredMention>, Error> {
        self.read("read the coverage of", |c| {
            let mut query = c.prepare_cached(
                "SELECT watch_id, article_id, terms, snippet FROM mention WHERE article_id BETWEEN ?1 AND ?2",
            )?;
            let rows = query.query_map([first, last], |row| {
                Ok(StoredMention { watch: row.get(0)?, article: row.get(1)?, terms: row.get(2)?, snippet: row.get(3)? })
            })?;
            rows.collect()
        })
    }

    /// Keeps mentions that a new or changed watch found in stored articles, by the row of the article; returns how many are
    /// new. What a changed watch no longer finds stays: it may have been told.
    pub fn add_mentions(&self, found: &[(i64, Vec<MentionNote>)], at: Timestamp) -> Result<usize, Error> {
        self.unit("write to", |c| {
            let mut added = 0;
            for (article, mentions) in found {
                for mention in mentions {
                    added += usize::from(mention_in(c, *article, mention, at, true)?);
                }
            }
            Ok(added)
        })
    }

    /// Notes that a watch has been applied to all that is stored.
    pub fn watch_applied(&self, name: &str, definition: &str) -> Result<(), Error> {
        self.unit("write to", |c| {
            c.execute("UPDATE watch SET definition = ?2 WHERE name = ?1", [name, definition]).map(drop)
        })
    }
}

/// Brings the watches in line with the configuration; returns the names of those that are new or changed since they were
/// last applied.
pub(super) fn sync(c: &Connection, specs: &[WatchSpec], now: Timestamp) -> rusqlite::Result<Vec<String>> {
    let rows = rows(c)?;
    let paired = pair(&rows, specs);
    let kept: HashSet<i64> = paired.iter().filter_map(|at| rows.get((*at)?).map(|row| row.id)).collect();
    // Names and keys may change places: first all are taken away. No name of a configuration has a line break.
    c.execute("UPDATE watch SET active = 0", [])?;
    for row in rows.iter().filter(|row| kept.contains(&row.id)) {
        c.execute("UPDATE watch SET key = NULL, name = char(10) || id WHERE id = ?1", [row.id])?;
    }
    let mut taken: HashSet<String> = rows.iter().map(|row| row.name.clone()).collect();
    taken.extend(specs.iter().map(|spec| spec.name.clone()));
    for row in rows.iter().filter(|row| !kept.contains(&row.id) && specs.iter().any(|spec| spec.name == row.name)) {
        // A watch that was removed had this name before.
        let mut name = format!("{} (earlier)", row.name);
        let mut count = 2;
        while !taken.insert(name.clone()) {
            name = format!("{} (earlier, {count})", row.name);
            count += 1;
        }
        c.execute("UPDATE watch SET name = ?2 WHERE id = ?1", params![row.id, name])?;
    }
    let mut changed = Vec::new();
    for ((position, spec), at) in (1i64..).zip(specs).zip(paired) {
        let known = at.and_then(|at| rows.get(at));
        // A watch that comes back has missed what was stored without it: it is as new.
        let applied = known.filter(|row| row.active).map_or("", |row| row.definition.as_str());
        if applied != spec.definition {
            changed.push(spec.name.clone());
        }
        match known {
            Some(row) => c.execute(
                "UPDATE watch SET name = ?2, key = ?3, heading = ?4, position = ?5, definition = ?6, active = 1 WHERE id = ?1",
                params![row.id, spec.name, spec.key, spec.group, position, applied],
            )?,
            None => c.execute(
                "INSERT INTO watch (name, key, heading, position, definition, added_at) VALUES (?1, ?2, ?3, ?4, '', ?5)",
                params![spec.name, spec.key, spec.group, position, utc(now)],
            )?,
        };
    }
    Ok(changed)
}

fn rows(c: &Connection) -> rusqlite::Result<Vec<Row>> {
    let mut query = c.prepare("SELECT id, name, key, definition, active FROM watch ORDER BY id")?;
    let rows = query.query_map([], |row| {
        Ok(Row { id: row.get(0)?, name: row.get(1)?, key: row.get(2)?, definition: row.get(3)?, active: row.get(4)? })
    })?;
    rows.collect()
}

/// For each watch the place of its row in `rows`: by its key, else by its name, else by its definition.
fn pair(rows: &[Row], specs: &[WatchSpec]) -> Vec<Option<usize>> {
    let mut paired: Vec<Option<usize>> = vec![None; specs.len()];
    let mut used = HashSet::new();
    let by_key: HashMap<&str, usize> =
        rows.iter().enumerate().filter_map(|(at, row)| Some((row.key.as_deref()?, at))).collect();
    let by_name: HashMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row.name.as_str(), at)).collect();
    for (spec, place) in specs.iter().zip(&mut paired) {
        *place = spec.key.as_deref().and_then(|key| by_key.get(key)).copied();
        used.extend(*place);
    }
    for (spec, place) in specs.iter().zip(&mut paired).filter(|(_, place)| place.is_none()) {
        *place = by_name.get(spec.name.as_str()).copied().filter(|at| !used.contains(at));
        used.extend(*place);
    }
    // Renamed: of each definition exactly one watch went and exactly one came.
    let mut gone: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        if row.active && !row.definition.is_empty() && !used.contains(&at) {
            gone.entry(row.definition.as_str()).or_default().push(at);
        }
    }
    let mut came: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, spec) in specs.iter().enumerate().filter(|(at, _)| paired.get(*at).is_some_and(Option::is_none)) {
        came.entry(spec.definition.as_str()).or_default().push(at);
    }
    for (definition, came) in came {
        if let ([new], Some([old])) = (came.as_slice(), gone.get(definition).map(Vec::as_slice))
            && let (Some(spec), Some(row), Some(place)) = (specs.get(*new), rows.get(*old), paired.get_mut(*new))
            && (spec.key.is_none() || row.key.is_none())
        {
            *place = Some(*old);
        }
    }
    paired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, key: Option<&str>, definition: &str, active: bool) -> Row {
        Row { id: 0, name: name.into(), key: key.map(Into::into), definition: definition.into(), active }
    }

    fn spec(name: &str, key: Option<&str>, definition: &str) -> WatchSpec {
        WatchSpec { name: name.into(), key: key.map(Into::into), group: None, definition: definition.into() }
    }

    #[test]
    fn a_watch_is_known_by_its_key_its_name_or_its_definition() {
        let rows = [
            row("A", None, "a", true),
            row("B", Some("b"), "b", true),
            row("C", None, "c", true),
            row("D", None, "c", true),
            row("E", None, "e", false),
            row("F", None, "", true),
        ];
        for (specs, expected) in [
            // Nothing changed but the definitions.
            (vec![spec("A", None, "x"), spec("B", Some("b"), "y")], vec![Some(0), Some(1)]),
            // Renamed by definition, renamed by key with another definition.
            (vec![spec("New", None, "a"), spec("Beta", Some("b"), "x")], vec![Some(0), Some(1)]),
            // Two went with this definition, or two came: nobody knows which is which.
            (vec![spec("New", None, "c")], vec![None]),
            (vec![spec("New", None, "a"), spec("Newer", None, "a")], vec![None, None]),
            (vec![spec("D", None, "c"), spec("New", None, "c")], vec![Some(3), Some(2)]),
            // A watch that was removed long ago, and one that was never applied.
            (vec![spec("New", None, "e"), spec("Other", None, "")], vec![None, None]),
            (vec![spec("E", None, "x")], vec![Some(4)]),
            // An id that is given later, changed, or taken away.
            (vec![spec("A", Some("a"), "a"), spec("B", None, "b")], vec![Some(0), Some(1)]),
            (vec![spec("B", Some("z"), "b")], vec![Some(1)]),
            (vec![spec("New", Some("z"), "b")], vec![None]),
            // The key goes before the name.
            (vec![spec("B", None, "x"), spec("A", Some("b"), "b")], vec![None, Some(1)]),
        ] {
            assert_eq!(pair(&rows, &specs), expected, "{specs:?}");
        }
    }
}
