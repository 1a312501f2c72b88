-- presswatch, schema 5: articles that somebody paid for.

ALTER TABLE article ADD COLUMN advertorial INTEGER NOT NULL DEFAULT 0; -- 1: the page says that somebody paid for it

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
       article.advertorial     AS advertorial   -- 1: the page says that somebody paid for it
FROM mention
JOIN watch   ON watch.id   = mention.watch_id
JOIN article ON article.id = mention.article_id
JOIN source  ON source.id  = article.source_id
LEFT JOIN event ON event.article_id = article.id
LEFT JOIN absence ON absence.article_id = article.id
LEFT JOIN mark own   ON own.article_id   = article.id AND own.watch_id = watch.id
LEFT JOIN mark every ON every.article_id = article.id AND every.watch_id IS NULL;
