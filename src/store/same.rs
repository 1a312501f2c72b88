//! Which stored article a reading is of. What a page says of its address is believed only as far as its text bears it out:
//! some sites name one address on all their pages.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::{Extent, Reading, time, utc};
use crate::story;
use crate::text::fold::fold;

/// Part of the shorter text's shingles that the longer one has, too, where the headlines are the same, and where not.
const ALIKE: f64 = 0.3;
const MUCH_ALIKE: f64 = 0.85;
/// Nearly equal texts of one outlet are one article for so long: a column comes back with much of its text.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Below this part two texts have nothing to do with each other.
const UNLIKE: f64 = 0.05;

// The plus keeps SQLite from going through all articles of the outlet instead of those with this text or address.
const KNOWN: &str = "SELECT id, extent, key, url, title, published_at, text, fingerprint FROM article a WHERE id IN (
        SELECT id FROM article WHERE source_id = ?1 AND key = ?2
        UNION ALL
        SELECT i.article_id FROM item i WHERE i.source_id = ?1 AND i.key = ?2
        UNION ALL
        SELECT i.article_id FROM item i WHERE i.id = ?4
        UNION ALL
        SELECT id FROM article WHERE fingerprint = ?3 AND +source_id = ?1 AND extent = 'full' AND ?7
           AND (title = ?5 OR published_at = ?6))
     ORDER BY extent <> 'headline' DESC, id";
const ORIGINAL: &str =
    "SELECT id, extent, key, url, title, published_at, text, fingerprint, source_id = ?2 FROM article
     WHERE (+source_id = ?2 AND original_address = ?1) OR address = ?1 LIMIT 20";

/// What was found of a reading.
pub(super) struct Found<'a> {
    /// The article that it is of, and how much of it was known.
    pub known: Option<(i64, Extent)>,
    /// The reading under the address that can be believed.
    pub reading: Reading<'a>,
}

/// An article of the source that may be the one that was read.
struct Candidate {
    id: i64,
    extent: Extent,
    key: String,
    url: String,
    title: String,
    published_at: Option<Timestamp>,
    text: String,
    fingerprint: Option<String>,
}

/// Finds the article that this reading is of, when the source has it already. `own`: the article that its item has.
pub(super) fn find<'a>(
    c: &Connection,
    source: i64,
    own: Option<i64>,
    reading: &Reading<'a>,
) -> rusqlite::Result<Found<'a>> {
    let mut reading = Reading { ..*reading };
    if !is_plausible_original(c, source, &reading)? {
        reading.original_address = None;
    }
    let (mut known, mut disputed) = search(c, source, own, &reading)?;
    if known.is_none() && disputed && reading.key != reading.own_key {
        reading = Reading { key: reading.own_key, address: reading.own_address, ..reading };
        (known, disputed) = search(c, source, own, &reading)?;
    }
    if known.is_none() && disputed {
        give_back(c, source, reading.key)?;
    }
    Ok(Found { known, reading })
}

/// The article under the same key, under a key that an item of it has, or with the same whole text and the same headline
/// or time. Also whether another article has the key.
fn search(
    c: &Connection,
    source: i64,
    own: Option<i64>,
    reading: &Reading,
) -> rusqlite::Result<(Option<(i64, Extent)>, bool)> {
    let mut query = c.prepare_cached(KNOWN)?;
    let candidates = query.query_map(
        params![
            source,
            reading.key,
            reading.exact(),
            reading.item,
            reading.article.title,
            reading.article.published_at.map(utc),
            reading.extent == Extent::Full,
        ],
        Candidate::read,
    )?;
    let mut disputed = false;
    for candidate in candidates {
        let candidate = candidate?;
        if reading.is_sure || own == Some(candidate.id) || candidate.is(reading) {
            return Ok((Some((candidate.id, candidate.extent)), false));
        }
        disputed |= candidate.key == reading.key;
    }
    Ok((None, disputed))
}

impl Candidate {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            extent: Extent::named(row.get_ref(1)?.as_str()?),
            key: row.get(2)?,
            url: row.get(3)?,
            title: row.get(4)?,
            published_at: time(row.get(5)?),
            text: row.get(6)?,
            fingerprint: row.get(7)?,
        })
    }

    /// Whether it and the reading are of one article: read at one address, or alike as two readings of one are.
    fn is(&self, reading: &Reading) -> bool {
        let article = reading.article;
        if self.url == article.url.as_str()
            || (self.fingerprint.is_some() && self.fingerprint.as_deref() == reading.exact())
        {
            return true;
        }
        let same_title = !self.title.is_empty() && fold(&self.title) == fold(&article.title);
        let times = self.published_at.zip(article.published_at);
        if same_title && times.is_some_and(|(a, b)| a == b) {
            return true;
        }
        // A text that was forgotten, and one that could not be read.
        if self.text.is_empty() || article.text.is_empty() {
            return same_title && times.is_none_or(|(a, b)| a == b);
        }
        let likeness = story::likeness(&words(&self.text), &words(&article.text));
        // Reports that are made from one template differ in their numbers.
        let renamed = digits(&self.title) == digits(&article.title) && likeness.shared > 0;
        (same_title && likeness.containment >= ALIKE) || (renamed && likeness.containment >= MUCH_ALIKE)
    }
}

/// The article of the same outlet that a new one turned out to be once its story was known: nearly the same text, published
/// within a day, under a headline with the same numbers. Both stay where a watch matches the new one alone, and where the source's `identity`
/// tells them apart.
pub(super) fn twin(c: &Connection, source: i64, article: i64, reading: &Reading) -> rusqlite::Result<Option<i64>> {
    let Some(new) = reading.fingerprint.filter(|_| reading.extent == Extent::Full && !reading.is_sure) else {
        return Ok(None);
    };
    let mut query = c.prepare_cached(
        "SELECT id, extent, key, url, title, coalesce(published_at, read_at), text, fingerprint FROM article
         WHERE story_id = (SELECT story_id FROM article WHERE id = ?1) AND +source_id = ?2 AND id <> ?1
           AND extent = 'full' AND text <> '' ORDER BY id LIMIT 5",
    )?;
    let at = reading.article.published_at.unwrap_or(reading.at);
    for old in query.query_map([article, source], Candidate::read)? {
        let old = old?;
        let soon = old.published_at.is_some_and(|then| at.duration_since(then).abs() <= A_DAY);
        if soon
            && digits(&old.title) == digits(&reading.article.title)
            && story::is_one_article(&words(&old.text), &new.words)
            && !tells_more(c, old.id, reading)?
        {
            return Ok(Some(old.id));
        }
    }
    Ok(None)
}

/// Whether a watch matches what was read now, and not what is stored of the article: then it is an update, and no mere copy.
pub(super) fn tells_more(c: &Connection, article: i64, reading: &Reading) -> rusqlite::Result<bool> {
    for mention in reading.mentions {
        if !is_mentioned(c, article, &mention.watch)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the watch of this name mentions the article.
pub(super) fn is_mentioned(c: &Connection, article: i64, watch: &str) -> rusqlite::Result<bool> {
    c.prepare_cached(
        "SELECT 1 FROM mention m JOIN watch w ON w.id = m.watch_id WHERE m.article_id = ?1 AND w.name = ?2",
    )?
    .exists(params![article, watch])
}

fn digits(title: &str) -> String {
    title.chars().filter(char::is_ascii_digit).collect()
}

fn words(text: &str) -> Vec<u32> {
    story::fingerprint(text).words
}

/// An article that only claimed this key gives it back to the page that has it as its address.
fn give_back(c: &Connection, source: i64, key: &str) -> rusqlite::Result<()> {
    c.prepare_cached(
        "UPDATE article SET key = coalesce((SELECT i.key FROM item i WHERE i.article_id = article.id AND i.key <> article.key
              AND NOT EXISTS (SELECT 1 FROM article o WHERE o.source_id = ?1 AND o.key = i.key) ORDER BY i.id LIMIT 1),
            key || '#' || id)
         WHERE source_id = ?1 AND key = ?2",
    )?
    .execute(params![source, key])
    .map(drop)
}

/// Whether the address on another site that the page names as its own can be the original's: not when other texts of the
/// outlet name it, too, nor when a quite different text stands there.
fn is_plausible_original(c: &Connection, source: i64, reading: &Reading) -> rusqlite::Result<bool> {
    let Some(original) = reading.original_address else { return Ok(true) };
    let mut query = c.prepare_cached(ORIGINAL)?;
    let others =
        query.query_map(params![original, source], |row| Ok((Candidate::read(row)?, row.get::<_, bool>(8)?)))?;
    for other in others {
        let (other, is_claim) = other?;
        if is_claim && !other.is(reading) {
            return Ok(false);
        }
        let (theirs, ours) = (words(&other.text), words(&reading.article.text));
        let tells = theirs.len().min(ours.len()) >= 2 * story::LEAST_WORDS;
        if !is_claim
            && tells
            && story::likeness(&theirs, &ours).containment < UNLIKE
            && language(c, other.id)? == reading.article.language
        {
            return Ok(false);
        }
    }
    Ok(true)
}

fn language(c: &Connection, article: i64) -> rusqlite::Result<String> {
    c.prepare_cached("SELECT language FROM article WHERE id = ?1")?.query_row([article], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;
    use crate::store::Store;

    #[test]
    fn an_article_is_found_without_going_through_its_outlet() {
        let store = Store::in_memory().unwrap();
        for sql in [KNOWN, ORIGINAL] {
            let mut query = store.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = query.raw_query().mapped(|row| row.get::<_, String>(3)).collect::<Result<Vec<_>, _>>().unwrap();
            // A step that looks for a whole key names each of its columns.
            let whole = |step: &String| !step.starts_with("SCAN") && !step.contains("article_of_source");
            assert!(steps.iter().all(whole), "{steps:#?}");
        }
    }
}
