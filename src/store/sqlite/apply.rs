//! Applies the changes that a reading makes.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{SqliteStore, events, items, marks, outbox, search, stories};
use crate::date::utc;
use crate::decide::{ArticleRef, ArticleRow, Change, Ending, MentionChange};
use crate::error::Error;
use crate::model::{ArticleId, ItemState};
use crate::store::units::ChangeUnits;

impl ChangeUnits for SqliteStore {
    fn apply(&self, changes: &[Change]) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            let mut new = ArticleId::default();
            changes.iter().try_for_each(|change| apply(c, change, &mut new))
        })
    }
}

fn apply(c: &Connection, change: &Change, new: &mut ArticleId) -> rusqlite::Result<()> {
    let inserted = *new;
    let id = |target: &ArticleRef| match target {
        ArticleRef::New => inserted,
        ArticleRef::Known(id) => *id,
    };
    match change {
        Change::ReleaseKey(source, key) => c
            .prepare_cached(
                "UPDATE article SET key = coalesce((SELECT i.key FROM item i WHERE i.article_id = article.id AND i.key <> article.key
                      AND NOT EXISTS (SELECT 1 FROM article o WHERE o.source_id = ?1 AND o.key = i.key) ORDER BY i.id LIMIT 1),
                    key || '#' || id)
                 WHERE source_id = ?1 AND key = ?2",
            )?
            .execute(params![source, key])
            .map(drop),
        Change::Insert(source, row) => {
            *new = c
                .prepare_cached(
                    // Not an id that an article had which was merged into another one: it still leads there.
                    "INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, read_at, language, summary, text,
                                          extent, paywalled, story_id)
                     VALUES (1 + max(coalesce((SELECT max(id) FROM article), 0), coalesce((SELECT max(id) FROM former_article), 0)),
                             ?1, ?2, ?3, '', '', '', '', '', ?4, '', '', '', 'headline', 0, 0) RETURNING id",
                )?
                .query_row(params![source, row.reading.key, row.reading.address, utc(row.read_at)], |row| row.get(0))?;
            write(c, *new, row)
        }
        Change::Update(article, row) => write(c, *article, row),
        Change::ArchiveText(article, seen_at) => c
            .prepare_cached(
                "UPDATE version SET text = (SELECT text FROM article WHERE id = ?1) WHERE article_id = ?1 AND seen_at = ?2",
            )?
            .execute(params![article, seen_at])
            .map(drop),
        Change::AddVersion { of, title, text_hash, at } => c
            .prepare_cached(
                "INSERT INTO version (article_id, seen_at, title, text_hash, text) VALUES (?1, ?2, ?3, ?4, '')
                 ON CONFLICT DO UPDATE SET title = ?3, text_hash = ?4",
            )?
            .execute(params![id(of), utc(*at), title, text_hash])
            .map(drop),
        Change::MergeStories(from, into) => stories::merge(c, *from, *into),
        Change::SetStory(article, story, likeness) => {
            let article = id(article);
            c.prepare_cached("UPDATE article SET story_id = ?2, likeness = ?3 WHERE id = ?1")?
                .execute(params![article, story.unwrap_or(article.story()), likeness])
                .map(drop)
        }
        Change::DropText(article) => stories::drop_text(c, *article),
        Change::KeepText { of, words, bands, at } => stories::keep_text(c, id(of), words, bands, *at),
        Change::NoteRevisit(article, at) => c
            .prepare_cached("UPDATE article SET revisited_at = ?2 WHERE id = ?1")?
            .execute(params![article, utc(*at)])
            .map(drop),
        Change::NoteAbsence(article, None) => {
            c.prepare_cached("DELETE FROM absence WHERE article_id = ?1")?.execute([article]).map(drop)
        }
        Change::NoteAbsence(article, Some(absence)) => c
            .prepare_cached("INSERT OR REPLACE INTO absence (article_id, missing_since, confirmed_at) VALUES (?1, ?2, ?3)")?
            .execute(params![article, utc(absence.since), absence.confirmed_at.map(utc)])
            .map(drop),
        Change::Absorb(other, article) => absorb(c, *other, id(article)),
        Change::Mention(article, change, at) => mention(c, id(article), change, *at),
        Change::EndItem(item, ending, article, at) => {
            let article = article.as_ref().map(id);
            items::end(c, *item, ending, article, *at)?;
            match (ending, article) {
                (Ending::In(ItemState::Copy, _), Some(article)) => search::index(c, article, None),
                _ => Ok(()),
            }
        }
    }
}

fn write(c: &Connection, id: ArticleId, row: &ArticleRow) -> rusqlite::Result<()> {
    let (reading, article) = (&row.reading, row.reading.article);
    c.prepare_cached(
        "UPDATE article SET address = ?2, url = ?3, title = ?4, author = ?5, credit = ?6, section = ?7, published_at = ?8,
                modified_at = ?9, read_at = ?10, language = ?11, summary = ?12, text = ?13, extent = ?14, paywalled = ?15,
                image = ?16, original_outlet = ?17, original_url = ?18, original_address = ?19, fingerprint = ?20,
                noarchive = ?21, nosnippet = ?22, tdm_reserved = ?23, tdm_policy = ?24,
                etag = ?25, last_modified = ?26, validated = ?27, advertorial = ?28
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
        row.published_at.map(utc),
        article.modified_at.map(utc),
        utc(row.read_at),
        article.language,
        article.summary,
        article.text,
        reading.extent,
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
        article.advertorial,
    ])?;
    search::index(c, id, Some(reading.item))
}

/// Merges another article into this one: its items, mentions, marks and story.
fn absorb(c: &Connection, other: ArticleId, article: ArticleId) -> rusqlite::Result<()> {
    // What a digest printed of one of the two is not printed again.
    c.prepare_cached(
        "UPDATE mention SET told_at = coalesce(told_at,
             (SELECT o.told_at FROM mention o WHERE o.article_id = ?1 AND o.watch_id = mention.watch_id)) WHERE article_id = ?2",
    )?
    .execute([other, article])?;
    c.prepare_cached(
        "INSERT OR IGNORE INTO printed (reader_id, mention_id, printed_at)
         SELECT p.reader_id, kept.id, p.printed_at FROM mention gone JOIN printed p ON p.mention_id = gone.id
         JOIN mention kept ON kept.article_id = ?2 AND kept.watch_id = gone.watch_id WHERE gone.article_id = ?1",
    )?
    .execute([other, article])?;
    let moved = c
        .prepare_cached("UPDATE OR IGNORE mention SET article_id = ?2 WHERE article_id = ?1")?
        .execute([other, article])?;
    if moved > 0 {
        events::wait(c, article)?;
    }
    c.prepare_cached("DELETE FROM mention WHERE article_id = ?1")?.execute([other])?;
    c.prepare_cached("UPDATE item SET article_id = ?2 WHERE article_id = ?1")?.execute([other, article])?;
    let stories = c
        .prepare_cached(
            "SELECT h.story_id AS other, a.story_id AS own FROM article h, article a WHERE h.id = ?1 AND a.id = ?2",
        )?
        .query_row([other, article], |row| Ok((row.get("other")?, row.get("own")?)))?;
    marks::hand_over(c, other, article)?;
    outbox::hand_over(c, other, article)?;
    c.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([other])?;
    search::forget(c, other)?;
    search::index(c, article, None)?;
    stories::merge(c, stories.0, stories.1)
}

fn mention(c: &Connection, article: ArticleId, change: &MentionChange, at: Timestamp) -> rusqlite::Result<()> {
    match change {
        MentionChange::Add(note) => super::watches::add_mention(c, article, note, at, false).map(drop),
        MentionChange::Renew(note) => super::watches::renew_mention(c, article, note),
        MentionChange::Gone(watch, since) => c
            .prepare_cached(
                "UPDATE mention SET gone_at = ?3 WHERE article_id = ?2 AND watch_id = (SELECT id FROM watch WHERE name = ?1)",
            )?
            .execute(params![watch, article, since.map(utc)])
            .map(drop),
    }
}
