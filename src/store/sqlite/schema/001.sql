-- presswatch, schema 1. Times are UTC text, 2024-05-04T14:30:00Z. Flags are 0 or 1.
-- Scripts should read the view `coverage`. They may also read the tables below, which gain columns but never lose any.

-- An outlet of sources.toml. Its row stays when the file no longer names it, because its articles stay.
CREATE TABLE source (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    site     TEXT,                           -- its home page
    language TEXT,                           -- the hint of sources.toml
    active   INTEGER NOT NULL DEFAULT 1,     -- 0: no longer in sources.toml, or not enabled
    added_at TEXT NOT NULL
) STRICT;

-- One URL that is polled, with its health, its validators and the time of its next poll.
CREATE TABLE channel (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source,
    kind            TEXT NOT NULL,           -- feed, sitemap, page, search
    url             TEXT NOT NULL,           -- as in sources.toml; for a search, with the query filled in
    watch           TEXT,                    -- for a search: the watch that it searches for
    parent_id       INTEGER REFERENCES channel, -- for a sitemap named by a sitemap index: the index
    active          INTEGER NOT NULL DEFAULT 1,
    moved_to        TEXT,                    -- the URL it moved to permanently (301, 308)
    moved_at        TEXT,
    etag            TEXT,                    -- the validators of the last response,
    last_modified   TEXT,                    -- stored only together with its items,
    validated       TEXT,                    -- and the URL that gave them
    state           TEXT NOT NULL DEFAULT 'new', -- new, ok, empty, failing, blocked, disallowed, gone
    reason          TEXT,                    -- why it is not ok, in English
    cause           TEXT,                    -- the same for programs: its kind, then its values, each on a line
    since           TEXT,                    -- since when it is in this state
    failures        INTEGER NOT NULL DEFAULT 0, -- in a row
    interval_s      INTEGER,                 -- the poll interval, adapted to how often it changes
    window_s        INTEGER,                 -- the period that its items covered last
    skips           TEXT NOT NULL DEFAULT '', -- hours (0 to 23, UTC) and days (mon ... sun) in which it does not want to be polled
    checked_at      TEXT,                    -- last polled
    answered_at     TEXT,                    -- last useful response (200 or 304)
    changed_at      TEXT,                    -- last new item
    next_at         TEXT,                    -- not polled before
    entries         INTEGER,                 -- how many items it listed last
    UNIQUE (source_id, kind, url)
) STRICT;

-- One crawl.
CREATE TABLE run (
    id               INTEGER PRIMARY KEY,
    started_at       TEXT NOT NULL,
    finished_at      TEXT,                   -- null: still running, or interrupted
    version          TEXT NOT NULL,
    channels         INTEGER NOT NULL DEFAULT 0,
    channels_failed  INTEGER NOT NULL DEFAULT 0,
    items_new        INTEGER NOT NULL DEFAULT 0,
    articles_read    INTEGER NOT NULL DEFAULT 0,
    articles_failed  INTEGER NOT NULL DEFAULT 0,
    mentions_new     INTEGER NOT NULL DEFAULT 0,
    texts_before     TEXT                    -- the texts of unmatched articles read before then are deleted
) STRICT;

-- One poll of a channel: the evidence of the ledger.
CREATE TABLE poll (
    id         INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES run,
    channel_id INTEGER NOT NULL REFERENCES channel,
    at         TEXT NOT NULL,
    outcome    TEXT NOT NULL,                -- ok, unchanged, empty, failing, blocked, disallowed, gone
    status     INTEGER,                      -- of HTTP; null without a response
    bytes      INTEGER NOT NULL DEFAULT 0,
    entries    INTEGER NOT NULL DEFAULT 0,   -- items listed
    items_new  INTEGER NOT NULL DEFAULT 0,   -- of these, never seen before
    dropped    INTEGER NOT NULL DEFAULT 0,   -- entries that could not be used
    reason     TEXT,
    gap_since  TEXT,                         -- items of this period may have been missed:
    gap_until  TEXT                          -- all listed items were new, and the oldest is from then
) STRICT;
CREATE INDEX poll_channel ON poll (channel_id, at);
CREATE INDEX poll_run ON poll (run_id, channel_id);

-- A URL that a channel announced. Each ends in one state; `pending` is the queue.
CREATE TABLE item (
    id            INTEGER PRIMARY KEY,
    source_id     INTEGER NOT NULL REFERENCES source,
    channel_id    INTEGER NOT NULL REFERENCES channel, -- the first to announce it
    key           TEXT NOT NULL,             -- identifies the article within its source
    url           TEXT NOT NULL,
    title         TEXT NOT NULL,
    summary       TEXT NOT NULL,
    author        TEXT NOT NULL,
    language      TEXT NOT NULL,
    outlet        TEXT NOT NULL,             -- the outlet named by an aggregator
    published_at  TEXT,
    modified_at   TEXT,
    first_seen_at TEXT NOT NULL,
    state         TEXT NOT NULL,             -- pending, read, copy, too_old, out_of_scope, disallowed, not_article, given_up
    reason        TEXT,                      -- of the state, or of the last failure
    tries         INTEGER NOT NULL DEFAULT 0,
    next_try_at   TEXT,                      -- while pending
    ended_at      TEXT,                      -- when it reached its final state
    article_id    INTEGER REFERENCES article,
    changed_at    TEXT,                      -- when its channel last gave it another headline or a newer date after it was read
    UNIQUE (source_id, key)
) STRICT;
CREATE INDEX item_pending ON item (next_try_at) WHERE state = 'pending';
CREATE INDEX item_seen ON item (source_id, first_seen_at, state);
CREATE INDEX item_article ON item (article_id);
CREATE INDEX item_state ON item (source_id, state, ended_at);

-- The article that was read at the URL of an item.
CREATE TABLE article (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source,
    key             TEXT NOT NULL,           -- identifies it within its source
    address         TEXT NOT NULL,           -- canonical URL without scheme: the same in every source
    url             TEXT NOT NULL,
    title           TEXT NOT NULL,
    author          TEXT NOT NULL,
    credit          TEXT NOT NULL,           -- the agency it is credited to
    section         TEXT NOT NULL,
    published_at    TEXT,
    modified_at     TEXT,
    read_at         TEXT NOT NULL,           -- when it was first read; a mentioned article is read again later
    revisited_at    TEXT,                    -- when it was last requested again
    etag            TEXT,                    -- the validators of the last response,
    last_modified   TEXT,
    validated       TEXT,                    -- and the URL that gave them
    language        TEXT NOT NULL,           -- ISO 639-1
    summary         TEXT NOT NULL,
    extent          TEXT NOT NULL,           -- full, preview (the rest is for subscribers), headline (only what the channel says)
    paywalled       INTEGER NOT NULL,
    image           TEXT,
    noarchive       INTEGER NOT NULL DEFAULT 0, -- the publisher does not allow copies of the text to be shown
    nosnippet       INTEGER NOT NULL DEFAULT 0, -- the publisher does not allow excerpts
    tdm_reserved    INTEGER NOT NULL DEFAULT 0, -- the publisher reserves text and data mining,
    tdm_policy      TEXT,                    -- and states the terms at this URL
    original_outlet TEXT,                    -- the outlet it was copied from, if known
    original_url    TEXT,
    original_address TEXT,                   -- original_url in the form of `address`
    fingerprint     TEXT,                    -- equal for equal texts; null for texts too short to compare
    story_id        INTEGER NOT NULL,        -- the same for all copies of one text: the id of the first of them
    likeness        REAL,                    -- share of runs of four words in common with the text by which it was recognised as a copy
    -- Last, because SQLite reads columns after a long text slowly.
    text            TEXT NOT NULL,           -- one paragraph per line; deleted after keep_text if no watch matches
    UNIQUE (source_id, key)
) STRICT;
CREATE INDEX article_address ON article (address);
CREATE INDEX article_original ON article (original_address) WHERE original_address IS NOT NULL;
CREATE INDEX article_fingerprint ON article (fingerprint) WHERE fingerprint IS NOT NULL;
-- The articles of a text, the likely original first.
CREATE INDEX article_story ON article (story_id, original_outlet IS NOT NULL, coalesce(published_at, read_at));
CREATE INDEX article_read ON article (read_at);
CREATE INDEX article_of_source ON article (source_id, read_at, extent);
CREATE INDEX article_facts ON article (id, source_id, read_at, extent); -- for the ledger, without the texts
CREATE INDEX article_reserved ON article (source_id) WHERE tdm_reserved;

-- A mentioned article as it was first read, and each time that a later reading found another headline or text.
-- Headlines changed after publication:
--   SELECT a.url, v.seen_at, v.title FROM version v JOIN article a ON a.id = v.article_id
--   WHERE (SELECT count(DISTINCT title) FROM version WHERE article_id = a.id) > 1 ORDER BY a.id, v.seen_at;
CREATE TABLE version (
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    seen_at    TEXT NOT NULL,
    title      TEXT NOT NULL,
    text_hash  TEXT NOT NULL,                -- equal for texts with equal words
    text       TEXT NOT NULL,                -- of an earlier version; empty for the current one, whose text is in `article`
    PRIMARY KEY (article_id, seen_at)
) STRICT, WITHOUT ROWID;

-- Internal: texts with which new articles are compared to detect copies, the first and the fullest text of each story of the last 30
-- days. Scripts read the view `stories`.
CREATE TABLE story_text (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    at         TEXT NOT NULL,                -- when it was read
    words      BLOB NOT NULL                 -- sorted 32-bit hashes of its less common words
) STRICT;
CREATE INDEX story_text_at ON story_text (at);

-- Internal: the index of these texts. Copies have at least one band in common. The newest texts are in a list; when it is full, their
-- bands move to the first tier, and from each full tier to the next. So they are written in order, many to a page.
CREATE TABLE story_list (
    article_id INTEGER PRIMARY KEY,          -- as in story_text
    bands      BLOB NOT NULL                 -- sorted 32-bit hashes of runs of four words
) STRICT;
CREATE TABLE story_band (
    tier       INTEGER NOT NULL,
    band       INTEGER NOT NULL,
    article_id INTEGER NOT NULL,             -- as in story_text, or of a text that has been removed from it
    PRIMARY KEY (tier, band, article_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE story_tier (
    tier  INTEGER PRIMARY KEY,               -- from 1
    texts INTEGER NOT NULL                   -- how many texts it has
) STRICT;

-- Internal: the full-text index of `presswatch search`. Words are folded to lower case without accents; a prefix marks those of headline,
-- author, outlet and URL, the language, and stems. Only row numbers can be read from it: they are those of `article`.
CREATE VIRTUAL TABLE article_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

-- A named query. Its row stays when the file no longer names it, because its mentions stay.
CREATE TABLE watch (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,         -- the current one: a renamed watch keeps its row and its mentions
    key        TEXT UNIQUE,                  -- the `id` of sources.toml, by which a renamed watch is recognised
    heading    TEXT,                         -- the `group` under which digests print it
    position   INTEGER NOT NULL DEFAULT 0,   -- its place in sources.toml
    definition TEXT NOT NULL,                -- the query and its limits, as last applied to the stored articles
    active     INTEGER NOT NULL DEFAULT 1,   -- 0: no longer in sources.toml
    added_at   TEXT NOT NULL
) STRICT;

-- An article that a watch matches. It stays when a changed watch no longer matches it, because a digest may have printed it.
CREATE TABLE mention (
    id         INTEGER PRIMARY KEY,
    watch_id   INTEGER NOT NULL REFERENCES watch,
    article_id INTEGER NOT NULL REFERENCES article,
    found_at   TEXT NOT NULL,
    terms      TEXT NOT NULL,                -- what matched, as written in the article, separated by ", "
    snippet    TEXT NOT NULL,                -- the sentence that shows the match
    hits       TEXT NOT NULL,                -- JSON: [{"field","start","end","term"}], offsets in characters; once gone_at is set, in an earlier version
    late       INTEGER NOT NULL DEFAULT 0,   -- 1: found by a new or changed watch in an article stored earlier
    gone_at    TEXT,                         -- since when the article contains none of the terms; an earlier version did
    told_at    TEXT,                         -- when `digest --new` printed it
    UNIQUE (watch_id, article_id)
) STRICT;
CREATE INDEX mention_found ON mention (found_at, article_id);
CREATE INDEX mention_article ON mention (article_id);
CREATE INDEX mention_untold ON mention (id) WHERE told_at IS NULL;

-- Mentioned articles that report one event, in whatever language: a looser level than stories, by names, numbers and places that survive
-- translation. Scripts read the view `events`.
CREATE TABLE event (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    event_id   INTEGER NOT NULL,             -- the same for all reports of one event: the id of the first article
    evidence   TEXT NOT NULL                 -- what it has in common with an earlier report: "Toomaj Salehi, 72, Bruxelles/Brussel";
                                             -- empty for the first report, and for copies of a text
) STRICT;
CREATE INDEX event_event ON event (event_id);

-- Internal: the names, cities and numbers by which reports of the last weeks are found, and the articles whose event is not decided yet.
CREATE TABLE event_name (
    name       TEXT NOT NULL,
    at         TEXT NOT NULL,
    article_id INTEGER NOT NULL,             -- as in event
    PRIMARY KEY (name, at, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_name_at ON event_name (at);
CREATE TABLE event_queue (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE
) STRICT;

-- A host: its robots.txt, its reservations, and its back-off.
CREATE TABLE host (
    name           TEXT PRIMARY KEY,         -- scheme://host[:port]
    robots_state   TEXT,                     -- of the last usable response: rules, none, unknown (no such response yet)
    robots         TEXT,                     -- the rules as fetched
    robots_next_at TEXT,                     -- not requested before
    robots_failing_since TEXT,               -- since when it cannot be read: the host is skipped then, for a day at most
    robots_failures INTEGER NOT NULL DEFAULT 0, -- in a row
    tdm            TEXT NOT NULL DEFAULT '', -- /.well-known/tdmrep.json as fetched; empty if there is none
    tdm_etag       TEXT,
    tdm_last_modified TEXT,
    tdm_next_at    TEXT,                     -- not requested before; null: never requested
    rest_until     TEXT,                     -- not requested before: from 429 or 503, with or without Retry-After
    rest_asked_for INTEGER NOT NULL DEFAULT 0, -- 1: the host named the time in Retry-After
    rest_reason    TEXT NOT NULL DEFAULT '',
    rest_strikes   INTEGER NOT NULL DEFAULT 0  -- such responses in a row
) STRICT;

-- Coverage: one row for each watch and article. The part that scripts depend on.
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
       event.event_id          AS event         -- the same for reports of one event, in whatever language; null if none was looked for
FROM mention
JOIN watch   ON watch.id   = mention.watch_id
JOIN article ON article.id = mention.article_id
JOIN source  ON source.id  = article.source_id
LEFT JOIN event ON event.article_id = article.id;

-- Stories: one row for each text. Its original is the article published first among those that do not name another outlet as their
-- source; without a time of publication, the time it was read counts.
-- The most copied texts: SELECT * FROM stories WHERE outlets > 1 ORDER BY outlets DESC;
-- Of one watch: SELECT * FROM stories WHERE story IN (SELECT story FROM coverage WHERE watch = 'NCRI') ORDER BY first_at;
CREATE VIEW stories AS
SELECT a.story_id                                AS story,        -- as in coverage
       (SELECT s.name FROM article f JOIN source s ON s.id = f.source_id WHERE f.story_id = a.story_id
         ORDER BY f.original_outlet IS NOT NULL, coalesce(f.published_at, f.read_at), f.id LIMIT 1) AS first_outlet,
       min(coalesce(a.published_at, a.read_at))  AS first_at,
       max(nullif(a.credit, ''))                 AS agency,       -- the agency that wrote it, where one is named
       count(DISTINCT a.source_id)               AS outlets,      -- how many outlets carried it
       count(*) - 1                              AS copies,       -- articles besides the first
       (SELECT f.title FROM article f WHERE f.story_id = a.story_id
         ORDER BY length(f.text) DESC, f.id LIMIT 1) AS title,    -- the headline of the longest text
       max(length(a.text))                       AS longest_text, -- in characters
       group_concat(DISTINCT nullif(a.language, '')) AS languages -- separated by commas
FROM article a
GROUP BY a.story_id;

-- Copies: one row for each article that shares its text with another, including the original.
-- How a text spread: SELECT * FROM copies WHERE story = 7 ORDER BY place;
CREATE VIEW copies AS
SELECT story, place, outlet, title, url, published_at,
       round((julianday(at) - julianday(first_value(at) OVER (PARTITION BY story ORDER BY place))) * 1440) AS minutes_later, -- than the original
       likeness                                                   -- 1: the same words; null for the article that was stored first
FROM (SELECT a.story_id AS story, s.name AS outlet, a.title AS title, a.url AS url, a.published_at AS published_at,
             coalesce(a.published_at, a.read_at) AS at, a.likeness AS likeness,
             row_number() OVER (PARTITION BY a.story_id
               ORDER BY a.original_outlet IS NOT NULL, coalesce(a.published_at, a.read_at), a.id) AS place,
             count(*) OVER (PARTITION BY a.story_id) AS carried
      FROM article a JOIN source s ON s.id = a.source_id)
WHERE carried > 1;

-- Events: one row for each event, in whatever language it was reported.
-- The most widely reported: SELECT * FROM events WHERE outlets > 1 ORDER BY outlets DESC;
-- Of one watch: SELECT * FROM events WHERE event IN (SELECT event FROM coverage WHERE watch = 'NCRI') ORDER BY first_at;
CREATE VIEW events AS
SELECT e.event_id                                AS event,        -- as in coverage
       min(coalesce(a.published_at, a.read_at))  AS first_at,
       (SELECT s.name FROM event o JOIN article f ON f.id = o.article_id JOIN source s ON s.id = f.source_id
         WHERE o.event_id = e.event_id ORDER BY coalesce(f.published_at, f.read_at), f.id LIMIT 1) AS first_outlet,
       count(DISTINCT a.source_id)               AS outlets,      -- how many outlets reported it
       count(DISTINCT a.story_id)                AS stories,      -- in how many texts
       count(*)                                  AS articles,
       group_concat(DISTINCT nullif(a.language, '')) AS languages, -- separated by commas
       (SELECT evidence FROM event o WHERE o.event_id = e.event_id ORDER BY length(evidence) DESC, article_id LIMIT 1)
                                                 AS evidence      -- what two of the reports have in common
FROM event e
JOIN article a ON a.id = e.article_id
GROUP BY e.event_id;
