//! Applies the changes that a reading makes.

use jiff::Timestamp;

use super::connection::Connection;
use super::row::SqlResult;
use super::sql::{Param, ToParam as _, params};
use super::{PostgresStore, events, items, marks, outbox, search, stories};
use crate::date::utc;
use crate::decide::{ArticleRef, ArticleRow, Change, Ending, MentionChange};
use crate::error::Error;
use crate::model::{ArticleId, ItemState, StoryId};
use crate::store::units::ChangeUnits;

impl ChangeUnits for PostgresStore {
    fn apply(&self, changes: &[Change]) -> Result<(), Error> {
        self.unit("write to the database", |c| {
            for change in changes {
                if let Change::EndItem(item, ..) = change {
                    self.fence_item(c, *item)?;
                }
            }
            let mut new = NewArticle { id: ArticleId::default(), story: changes.iter().find_map(story_of_new) };
            changes.iter().try_for_each(|change| apply(c, change, &mut new))
        })
    }
}

/// The article that a list of changes inserts.
struct NewArticle {
    id: ArticleId,
    /// Its story, where that is another one's, and how alike they are: what a later change of the list says, so that the row is written once.
    story: Option<(Option<StoryId>, Option<f64>)>,
}

fn story_of_new(change: &Change) -> Option<(Option<StoryId>, Option<f64>)> {
    match change {
        Change::SetStory(ArticleRef::New, story, likeness) => Some((*story, *likeness)),
        _ => None,
    }
}

fn apply(c: &Connection, change: &Change, new: &mut NewArticle) -> SqlResult<()> {
    let inserted = new.id;
    let id = |target: &ArticleRef| match target {
        ArticleRef::New => inserted,
        ArticleRef::Known(id) => *id,
    };
    match change {
        Change::ReleaseKey(source, key) => c
            .prepare(
                "UPDATE article SET key = coalesce((SELECT i.key FROM item i WHERE i.article_id = article.id AND i.key <> article.key
                      AND NOT EXISTS (SELECT 1 FROM article o WHERE o.source_id = $1 AND md5(o.key) = md5(i.key) AND o.key = i.key)
                      ORDER BY i.id LIMIT 1), key || '#' || id)
                 WHERE source_id = $1 AND md5(key) = md5($2) AND key = $2",
            )?
            .execute(params![source, key])
            .map(drop),
        Change::Insert(source, row) => {
            let (story, likeness) = new.story.unwrap_or_default();
            let mut values = columns(row);
            values.extend(params![source, row.reading.key, story, likeness]);
            new.id = c
                .prepare(
                    // The sequence gives no id a second time: that of an article which was merged into another one still leads there.
                    "INSERT INTO article (id, address, url, title, author, credit, section, published_at, modified_at, read_at, language, summary,
                                          text, extent, paywalled, image, original_outlet, original_url, original_address, fingerprint,
                                          noarchive, nosnippet, tdm_reserved, tdm_policy, etag, last_modified, validated, advertorial,
                                          source_id, key, story_id, likeness)
                     SELECT new.id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                            $24, $25, $26, $27, $28, $29, coalesce($30::bigint, new.id), $31
                     FROM (SELECT nextval(pg_get_serial_sequence('article', 'id')) AS id) new RETURNING id",
                )?
                .query_row(values, |row| row.get(0))?;
            search::index_later(c, new.id)
        }
        Change::Update(article, row) => write(c, *article, row),
        Change::ArchiveText(article, seen_at) => c
            .prepare(
                "UPDATE version SET text = (SELECT text FROM article WHERE id = $1) WHERE article_id = $1 AND seen_at = $2",
            )?
            .execute(params![article, seen_at])
            .map(drop),
        Change::AddVersion { of, title, text_hash, at } => c
            .prepare(
                "INSERT INTO version (article_id, seen_at, title, text_hash, text) VALUES ($1, $2, $3, $4, '')
                 ON CONFLICT (article_id, seen_at) DO UPDATE SET title = $3, text_hash = $4",
            )?
            .execute(params![id(of), utc(*at), title, text_hash])
            .map(drop),
        Change::MergeStories(from, into) => stories::merge(c, *from, *into),
        // It was inserted so.
        Change::SetStory(ArticleRef::New, ..) => Ok(()),
        Change::SetStory(article, story, likeness) => {
            let article = id(article);
            c.prepare("UPDATE article SET story_id = $2, likeness = $3 WHERE id = $1")?
                .execute(params![article, story.unwrap_or(article.story()), likeness])
                .map(drop)
        }
        Change::DropText(article) => stories::drop_text(c, *article),
        Change::KeepText { of, words, bands, at } => stories::keep_text(c, id(of), words, bands, *at),
        Change::NoteRevisit(article, at) => c
            .prepare("UPDATE article SET revisited_at = $2 WHERE id = $1")?
            .execute(params![article, utc(*at)])
            .map(drop),
        Change::NoteAbsence(article, None) => {
            c.prepare("DELETE FROM absence WHERE article_id = $1")?.execute([article]).map(drop)
        }
        Change::NoteAbsence(article, Some(absence)) => c
            .prepare(
                "INSERT INTO absence (article_id, missing_since, confirmed_at) VALUES ($1, $2, $3)
                 ON CONFLICT (article_id) DO UPDATE SET missing_since = $2, confirmed_at = $3",
            )?
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

fn write(c: &Connection, id: ArticleId, row: &ArticleRow) -> SqlResult<()> {
    let mut values = columns(row);
    values.push(id.to_param());
    c.prepare(
        "UPDATE article SET address = $1, url = $2, title = $3, author = $4, credit = $5, section = $6, published_at = $7,
                modified_at = $8, read_at = $9, language = $10, summary = $11, text = $12, extent = $13, paywalled = $14,
                image = $15, original_outlet = $16, original_url = $17, original_address = $18, fingerprint = $19,
                noarchive = $20, nosnippet = $21, tdm_reserved = $22, tdm_policy = $23,
                etag = $24, last_modified = $25, validated = $26, advertorial = $27
         WHERE id = $28",
    )?
    .execute(values)?;
    search::index(c, id, Some(row.reading.item))
}

/// What a reading says of an article.
fn columns(row: &ArticleRow) -> Vec<Param> {
    let (reading, article) = (&row.reading, row.reading.article);
    params![
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
    ]
}

/// Merges another article into this one: its items, mentions, marks and story.
fn absorb(c: &Connection, other: ArticleId, article: ArticleId) -> SqlResult<()> {
    // What a digest printed of one of the two is not printed again.
    c.prepare(
        "UPDATE mention SET told_at = coalesce(told_at,
             (SELECT o.told_at FROM mention o WHERE o.article_id = $1 AND o.watch_id = mention.watch_id)) WHERE article_id = $2",
    )?
    .execute([other, article])?;
    c.prepare(
        "INSERT INTO printed (reader_id, mention_id, printed_at)
         SELECT p.reader_id, kept.id, p.printed_at FROM mention gone JOIN printed p ON p.mention_id = gone.id
         JOIN mention kept ON kept.article_id = $2 AND kept.watch_id = gone.watch_id WHERE gone.article_id = $1
         ON CONFLICT DO NOTHING",
    )?
    .execute([other, article])?;
    let moved = c
        .prepare(
            "UPDATE mention m SET article_id = $2 WHERE article_id = $1
               AND NOT EXISTS (SELECT 1 FROM mention o WHERE o.article_id = $2 AND o.watch_id = m.watch_id)",
        )?
        .execute([other, article])?;
    if moved > 0 {
        events::wait(c, article)?;
    }
    c.prepare("DELETE FROM mention WHERE article_id = $1")?.execute([other])?;
    c.prepare("UPDATE item SET article_id = $2 WHERE article_id = $1")?.execute([other, article])?;
    let stories = c
        .prepare(
            "SELECT h.story_id AS other, a.story_id AS own FROM article h, article a WHERE h.id = $1 AND a.id = $2",
        )?
        .query_row([other, article], |row| Ok((row.get("other")?, row.get("own")?)))?;
    marks::hand_over(c, other, article)?;
    outbox::hand_over(c, other, article)?;
    c.prepare("DELETE FROM article WHERE id = $1")?.execute([other])?;
    search::forget(c, other)?;
    search::index(c, article, None)?;
    stories::merge(c, stories.0, stories.1)
}

fn mention(c: &Connection, article: ArticleId, change: &MentionChange, at: Timestamp) -> SqlResult<()> {
    match change {
        MentionChange::Add(note) => super::watches::add_mention(c, article, note, at, false).map(drop),
        MentionChange::Renew(note) => super::watches::renew_mention(c, article, note),
        MentionChange::Gone(watch, since) => c
            .prepare(
                "UPDATE mention SET gone_at = $3 WHERE article_id = $2 AND watch_id = (SELECT id FROM watch WHERE name = $1)",
            )?
            .execute(params![watch, article, since.map(utc)])
            .map(drop),
    }
}
