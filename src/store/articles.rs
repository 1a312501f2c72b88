//! Articles and mentions: one transaction for each item that was read.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::mentions::{mention_in, note_gone};
use super::same::{Found, find, is_mentioned, tells_more, twin};
use super::stories::{join_story, merge};
use super::{Extent, ItemState, Reading, Store, search, utc, versions};
use crate::article::Article;
use crate::error::Error;
use crate::text::clean::{one_line, printable};
use crate::text::cut::shorten;

/// How an item goes on.
#[derive(Debug, Clone)]
pub enum Ending {
    /// Into a last state, with its reason.
    In(ItemState, Option<String>),
    /// Tried again at this time, because of this.
    Again(Timestamp, String),
    /// Not asked for yet, because of this, nor before this time.
    Later(Timestamp, String),
}

/// What became of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// The article was already stored, under another address or from an earlier try.
    pub known: bool,
    /// Whether its item is one more of an article that is there.
    pub is_copy: bool,
    /// Mentions that were not there before.
    pub mentions: usize,
}

/// The longest texts that are kept of an article.
const LINE: usize = 1000;
const SUMMARY: usize = 5000;
const TEXT: usize = 1_000_000;

impl Store {
    /// Keeps an article with its mentions, and ends its item: as read, as a copy of an article that is known already,
    /// or (for a mere headline) to be tried again.
    pub fn save(&self, reading: &Reading, headline: Option<&Ending>) -> Result<Saved, Error> {
        self.unit("write to", |c| {
            let (source, own): (i64, Option<i64>) = c
                .prepare_cached("SELECT source_id, article_id FROM item WHERE id = ?1")?
                .query_row([reading.item], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let Found { known, reading } = &find(c, source, own, reading)?;
            // Less than what is known, or as much without news, is a copy.
            let mut is_copy = match *known {
                Some((id, extent)) => {
                    reading.extent < extent || (reading.extent == extent && !tells_more(c, id, reading)?)
                }
                None => false,
            };
            let of = known.map(|(id, _)| id);
            let written = match of {
                Some(id) if is_copy => id,
                _ => write(c, source, reading, of)?,
            };
            let was_read = known.is_some_and(|(_, extent)| extent != Extent::Headline);
            let mut article = written;
            if !was_read && let Some(old) = twin(c, source, written, reading)? {
                absorb(c, written, old)?;
                (article, is_copy) = (old, true);
            }
            if let Some(own) = own.filter(|own| *own != article && *own != written) {
                absorb(c, own, article)?;
            }
            let mut mentions = 0;
            for mention in reading.mentions {
                if !is_copy || !is_mentioned(c, article, &mention.watch)? {
                    mentions += usize::from(mention_in(c, article, mention, reading.at, false)?);
                }
            }
            if was_read && !is_copy {
                note_gone(c, article, reading)?;
            }
            let ending = match headline {
                Some(ending) => ending.clone(),
                None if is_copy && own != Some(article) => Ending::In(ItemState::Copy, None),
                None => Ending::In(ItemState::Read, None),
            };
            end(c, reading.item, &ending, Some(article), reading.at)?;
            let is_copy = matches!(ending, Ending::In(ItemState::Copy, _));
            Ok(Saved { known: known.is_some() || is_copy, is_copy, mentions })
        })
    }

    /// Ends an item without an article, or puts it back for a later try.
    pub fn end_item(&self, item: i64, ending: &Ending, at: Timestamp) -> Result<(), Error> {
        self.unit("write to", |c| end(c, item, ending, None, at))
    }

    /// Empties the texts that no watch matched and that were read before `before`.
    pub fn forget_texts(&self, before: Timestamp) -> Result<usize, Error> {
        self.unit("write to", |c| {
            let mut query = c.prepare(
                "UPDATE article SET text = '' WHERE read_at < ?1 AND text <> ''
                   AND read_at >= coalesce((SELECT max(texts_before) FROM run), '')
                   AND NOT EXISTS (SELECT 1 FROM mention WHERE article_id = article.id) RETURNING id",
            )?;
            let forgotten: Vec<i64> = query.query_map([utc(before)], |row| row.get(0))?.collect::<Result<_, _>>()?;
            for id in &forgotten {
                search::index(c, *id)?;
            }
            // What is older has been gone through: the next run looks at what became old since.
            c.execute("UPDATE run SET texts_before = ?1 WHERE id = (SELECT max(id) FROM run)", [utc(before)])?;
            Ok(forgotten.len())
        })
    }
}

/// An article as it is kept: of bounded length, and without what can act. Where a watch matches is counted in this.
pub fn as_kept(article: Article) -> Article {
    let line = |text: String| one_line(&shorten(&text, LINE));
    Article {
        title: line(article.title),
        author: line(article.author),
        credit: line(article.credit),
        section: line(article.section),
        summary: printable(&shorten(&article.summary, SUMMARY)).into_owned(),
        text: printable(&shorten(&article.text, TEXT)).into_owned(),
        original_outlet: article.original_outlet.map(line),
        ..article
    }
}

pub(super) fn write(c: &Connection, source: i64, reading: &Reading, known: Option<i64>) -> rusqlite::Result<i64> {
    let article = as_kept(reading.article.clone());
    let id: i64 = match known {
        Some(id) => id,
        None => c
            .prepare_cached(
                "INSERT INTO article (source_id, key, address, url, title, author, credit, section, read_at, language, summary, text,
                                      extent, paywalled, story_id)
                 VALUES (?1, ?2, ?3, '', '', '', '', '', ?4, '', '', '', 'headline', 0, 0) RETURNING id",
            )?
            .query_row(params![source, reading.key, reading.address, utc(reading.at)], |row| row.get(0))?,
    };
    versions::note(c, id, &article.title, reading, known.is_some())?;
    // An article that is read again keeps the times of its first reading: by them it is told and put in order.
    c.prepare_cached(
        "UPDATE article SET address = ?2, url = ?3, title = ?4, author = ?5, credit = ?6, section = ?7, published_at = iif(extent = 'headline', ?8, coalesce(published_at, ?8)),
                modified_at = ?9, read_at = iif(extent = 'headline', ?10, read_at), language = ?11, summary = ?12, text = ?13, extent = ?14, paywalled = ?15,
                image = ?16, original_outlet = ?17, original_url = ?18, original_address = ?19, fingerprint = ?20,
                noarchive = ?21, nosnippet = ?22, tdm_reserved = ?23, tdm_policy = ?24,
                etag = ?25, last_modified = ?26, validated = ?27
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        reading.address,
        article.url.as_str(),
        article.title,
        article.author,
        article.credit,
        article.section,
        article.published_at.map(utc),
        article.modified_at.map(utc),
        utc(reading.at),
        article.language,
        article.summary,
        article.text,
        reading.extent.name(),
        article.paywalled,
        article.image.as_ref().map(url::Url::as_str),
        article.original_outlet,
        article.original_url.as_ref().map(url::Url::as_str),
        reading.original_address,
        reading.exact(),
        reading.wishes.noarchive,
        reading.wishes.nosnippet,
        reading.wishes.tdm.as_ref().is_some_and(|tdm| tdm.reserved),
        reading.wishes.tdm.as_ref().and_then(|tdm| tdm.policy.as_deref()),
        reading.validators.and_then(|known| known.etag.as_deref()),
        reading.validators.and_then(|known| known.last_modified.as_deref()),
        reading.validators.map(|known| known.of.as_str()),
    ])?;
    search::index(c, id)?;
    join_story(c, id, source, reading)?;
    Ok(id)
}

/// A headline that was kept while its page could not be read, or a page under another address, turned out to belong to an
/// article that is known.
fn absorb(c: &Connection, other: i64, article: i64) -> rusqlite::Result<()> {
    c.prepare_cached("UPDATE OR IGNORE mention SET article_id = ?2 WHERE article_id = ?1")?
        .execute([other, article])?;
    c.prepare_cached("DELETE FROM mention WHERE article_id = ?1")?.execute([other])?;
    c.prepare_cached("UPDATE item SET article_id = ?2 WHERE article_id = ?1")?.execute([other, article])?;
    let stories: (i64, i64) = c
        .prepare_cached("SELECT h.story_id, a.story_id FROM article h, article a WHERE h.id = ?1 AND a.id = ?2")?
        .query_row([other, article], |row| Ok((row.get(0)?, row.get(1)?)))?;
    c.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([other])?;
    search::forget(c, other)?;
    // What named the other's address as its original goes along.
    merge(c, stories.0, stories.1)?;
    Ok(())
}

fn end(c: &Connection, item: i64, ending: &Ending, article: Option<i64>, at: Timestamp) -> rusqlite::Result<()> {
    match ending {
        Ending::In(state, reason) => c
            .prepare_cached(
                "UPDATE item SET state = ?2, reason = ?3, ended_at = ?4, next_try_at = NULL, tries = tries + 1,
                        article_id = coalesce(?5, article_id) WHERE id = ?1",
            )?
            .execute(params![item, state.name(), reason.as_deref().map(one_line), utc(at), article])?,
        Ending::Again(next, reason) => c
            .prepare_cached(
                "UPDATE item SET next_try_at = ?2, reason = ?3, tries = tries + 1, article_id = coalesce(?4, article_id)
                 WHERE id = ?1",
            )?
            .execute(params![item, utc(*next), one_line(reason), article])?,
        Ending::Later(next, reason) => c
            .prepare_cached("UPDATE item SET next_try_at = ?2, reason = ?3 WHERE id = ?1")?
            .execute(params![item, utc(*next), one_line(reason)])?,
    };
    Ok(())
}
