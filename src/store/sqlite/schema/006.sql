-- presswatch, schema 6: facts of outlets, and several readers of what is new.

ALTER TABLE source ADD COLUMN kind TEXT;                     -- such as newspaper; null: not stated in sources.toml
ALTER TABLE source ADD COLUMN region TEXT;                   -- such as Brussels; null: not stated
ALTER TABLE source ADD COLUMN tier INTEGER;                  -- 1: front rank; null: not stated
ALTER TABLE source ADD COLUMN reach INTEGER;                 -- readers, listeners or viewers; null: not stated
ALTER TABLE source ADD COLUMN tags TEXT NOT NULL DEFAULT ''; -- separated by ", "

-- A reader of what is new: the NAME of `digest --new=NAME`, or `default`.
CREATE TABLE reader (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    last_at TEXT NOT NULL                    -- when the last digest was printed for it
) STRICT;
INSERT INTO reader (name, last_at) SELECT 'default', max(told_at) FROM mention HAVING max(told_at) IS NOT NULL;

-- What these digests have printed. For the default reader, that of plain `--new`, this is `told_at` of `mention`.
CREATE TABLE printed (
    reader_id  INTEGER NOT NULL REFERENCES reader ON DELETE CASCADE,
    mention_id INTEGER NOT NULL REFERENCES mention ON DELETE CASCADE,
    printed_at TEXT NOT NULL,
    PRIMARY KEY (reader_id, mention_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX printed_mention ON printed (mention_id);

-- Coverage: one row for each watch and article. The part that scripts depend on.
-- What digests count: SELECT * FROM coverage WHERE relevant AND watch_active;
DROP VIEW coverage;
CREATE VIEW coverage AS
SELECT watch.name              AS watch,
       source.name             AS outlet,
       article.title           AS title,
       article.url             AS url,
       article.published_at    AS published_at,
       mention.found_at        AS found_at,
       article.language        AS language,
       coalesce(nullif(article.author, ''), article.credit) AS author,
       iif(article.nosnippet, '', article.summary) AS summary,
       iif(article.nosnippet, '', mention.snippet) AS snippet,
       mention.terms           AS terms,
       article.paywalled       AS paywalled,
       article.story_id        AS story,
       article.original_outlet AS original_outlet,
       iif(article.noarchive, '', article.text)    AS text,
       mention.late            AS late,         -- 1: found by a new or changed watch in an article stored earlier
       watch.heading           AS watch_group,   -- the `group` of the watch; null when it has none
       event.event_id          AS event,        -- the same for reports of one event, in whatever language; null if none was looked for
       mention.gone_at         AS gone_at,      -- since when the article contains none of the terms; null while it contains one
       iif(absence.confirmed_at IS NULL, NULL, absence.missing_since)
                               AS taken_down_at, -- since when its page is gone; null while it is there
       article.id              AS id,           -- of the article: the number by which digests name it and `presswatch mark` takes it
       watch.active            AS watch_active, -- 0: the watch is no longer in sources.toml
       coalesce(own.relevant, every.relevant, 1) AS relevant, -- 0: marked as not relevant
       coalesce(own.tone, every.tone) AS tone,  -- negative, neutral, positive; null: not marked
       coalesce(every.tags || iif(every.tags <> '' AND own.tags <> '', ', ', '') || own.tags, own.tags, every.tags, '')
                               AS tags,         -- separated by ", "; empty without any
       coalesce(nullif(own.note, ''), every.note, '') AS note, -- empty without one
       article.advertorial     AS advertorial,  -- 1: the page says that somebody paid for it
       source.kind             AS outlet_kind,  -- the facts of the outlet in sources.toml; null: not stated
       source.region           AS outlet_region,
       source.tier             AS outlet_tier,  -- 1: front rank
       source.reach            AS outlet_reach,
       source.tags             AS outlet_tags   -- separated by ", "; empty without any
FROM mention
JOIN watch   ON watch.id   = mention.watch_id
JOIN article ON article.id = mention.article_id
JOIN source  ON source.id  = article.source_id
LEFT JOIN event ON event.article_id = article.id
LEFT JOIN absence ON absence.article_id = article.id
LEFT JOIN mark own   ON own.article_id   = article.id AND own.watch_id = watch.id
LEFT JOIN mark every ON every.article_id = article.id AND every.watch_id IS NULL;
