-- presswatch, schema 1. Times are UTC text, 2024-05-04T14:30:00Z. Flags are 0 or 1.
-- Scripts should read the view `coverage`; the tables below may be read too, and only grow.

-- An outlet of sources.toml. It stays when the file no longer names it: its articles do.
CREATE TABLE source (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    site     TEXT,                           -- its home page
    language TEXT,                           -- the hint of sources.toml
    active   INTEGER NOT NULL DEFAULT 1,     -- 0: no longer in sources.toml, or not enabled
    added_at TEXT NOT NULL
) STRICT;

-- One URL that is polled, with what is needed to ask politely again.
CREATE TABLE channel (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source,
    kind            TEXT NOT NULL,           -- feed, sitemap, page, search
    url             TEXT NOT NULL,           -- as sources.toml says; for a search with the query filled in
    watch           TEXT,                    -- for a search: the watch it asks for
    parent_id       INTEGER REFERENCES channel, -- for a sitemap that an index names: the index
    active          INTEGER NOT NULL DEFAULT 1,
    moved_to        TEXT,                    -- the address it moved to for good (301, 308)
    moved_at        TEXT,
    etag            TEXT,                    -- the validators of the last answer,
    last_modified   TEXT,                    -- stored only together with its items,
    validated       TEXT,                    -- and the address that gave them
    state           TEXT NOT NULL DEFAULT 'new', -- new, ok, empty, failing, blocked, disallowed, gone
    reason          TEXT,                    -- why it is not ok, in English
    cause           TEXT,                    -- the same for programs: its kind, then its values, each in a line of its own
    since           TEXT,                    -- since when it is in this state
    failures        INTEGER NOT NULL DEFAULT 0, -- in a row
    interval_s      INTEGER,                 -- the pause between two polls, adapted to how often it changes
    window_s        INTEGER,                 -- the time that its items covered last
    skips           TEXT NOT NULL DEFAULT '', -- hours (0 to 23, UTC) and days (mon ... sun) in which it asks not to be asked
    checked_at      TEXT,                    -- last asked
    answered_at     TEXT,                    -- last answered usefully (200 or 304)
    changed_at      TEXT,                    -- last announced something new
    next_at         TEXT,                    -- not asked again before
    entries         INTEGER,                 -- how many items it listed last
    UNIQUE (source_id, kind, url)
) STRICT;

-- One crawl.
CREATE TABLE run (
    id               INTEGER PRIMARY KEY,
    started_at       TEXT NOT NULL,
    finished_at      TEXT,                   -- null: it was ended before its end
    version          TEXT NOT NULL,
    channels         INTEGER NOT NULL DEFAULT 0,
    channels_failed  INTEGER NOT NULL DEFAULT 0,
    items_new        INTEGER NOT NULL DEFAULT 0,
    articles_read    INTEGER NOT NULL DEFAULT 0,
    articles_failed  INTEGER NOT NULL DEFAULT 0,
    mentions_new     INTEGER NOT NULL DEFAULT 0,
    texts_before     TEXT                    -- the texts of unmatched articles read before then are forgotten
) STRICT;

-- Each time that a channel was asked: the ledger's evidence.
CREATE TABLE poll (
    id         INTEGER PRIMARY KEY,
    run_id     INTEGER NOT NULL REFERENCES run,
    channel_id INTEGER NOT NULL REFERENCES channel,
    at         TEXT NOT NULL,
    outcome    TEXT NOT NULL,                -- ok, unchanged, empty, failing, blocked, disallowed, gone
    status     INTEGER,                      -- of HTTP; null when there was no answer
    bytes      INTEGER NOT NULL DEFAULT 0,
    entries    INTEGER NOT NULL DEFAULT 0,   -- items listed
    items_new  INTEGER NOT NULL DEFAULT 0,   -- of these never seen before
    dropped    INTEGER NOT NULL DEFAULT 0,   -- entries that could not be used
    reason     TEXT,
    gap_since  TEXT,                         -- items of this time may have come and gone unseen:
    gap_until  TEXT                          -- all that was listed was new, and the oldest is of then
) STRICT;
CREATE INDEX poll_channel ON poll (channel_id, at);
CREATE INDEX poll_run ON poll (run_id, channel_id);

-- What a channel announced. Each ends in one state; `pending` is the queue.
CREATE TABLE item (
    id            INTEGER PRIMARY KEY,
    source_id     INTEGER NOT NULL REFERENCES source,
    channel_id    INTEGER NOT NULL REFERENCES channel, -- that announced it first
    key           TEXT NOT NULL,             -- what names the article within its source
    url           TEXT NOT NULL,
    title         TEXT NOT NULL,
    summary       TEXT NOT NULL,
    author        TEXT NOT NULL,
    language      TEXT NOT NULL,
    outlet        TEXT NOT NULL,             -- the outlet that an aggregator names
    published_at  TEXT,
    modified_at   TEXT,
    first_seen_at TEXT NOT NULL,
    state         TEXT NOT NULL,             -- pending, read, copy, too_old, out_of_scope, disallowed, not_article, given_up
    reason        TEXT,                      -- of the state, or of the last failure
    tries         INTEGER NOT NULL DEFAULT 0,
    next_try_at   TEXT,                      -- while pending
    ended_at      TEXT,                      -- when it came into its last state
    article_id    INTEGER REFERENCES article,
    changed_at    TEXT,                      -- when its channel last gave it another headline or a newer date after it was read
    UNIQUE (source_id, key)
) STRICT;
CREATE INDEX item_pending ON item (next_try_at) WHERE state = 'pending';
CREATE INDEX item_seen ON item (source_id, first_seen_at, state);
CREATE INDEX item_article ON item (article_id);
CREATE INDEX item_state ON item (source_id, state, ended_at);

-- What was read at an item's URL.
CREATE TABLE article (
    id              INTEGER PRIMARY KEY,
    source_id       INTEGER NOT NULL REFERENCES source,
    key             TEXT NOT NULL,           -- what names it within its source
    address         TEXT NOT NULL,           -- canonical address without scheme: the same in every source
    url             TEXT NOT NULL,
    title           TEXT NOT NULL,
    author          TEXT NOT NULL,
    credit          TEXT NOT NULL,           -- the agency it is credited to
    section         TEXT NOT NULL,
    published_at    TEXT,
    modified_at     TEXT,
    read_at         TEXT NOT NULL,           -- first; a mentioned article is read again later
    revisited_at    TEXT,                    -- when it was last asked for again
    etag            TEXT,                    -- the validators of the last answer,
    last_modified   TEXT,
    validated       TEXT,                    -- and the address that gave them
    language        TEXT NOT NULL,           -- ISO 639-1
    summary         TEXT NOT NULL,
    extent          TEXT NOT NULL,           -- full, preview (the rest is for subscribers), headline (only what the channel said)
    paywalled       INTEGER NOT NULL,
    image           TEXT,
    noarchive       INTEGER NOT NULL DEFAULT 0, -- the publisher asks to show no copy of the text
    nosnippet       INTEGER NOT NULL DEFAULT 0, -- the publisher asks to show no excerpt
    tdm_reserved    INTEGER NOT NULL DEFAULT 0, -- the publisher reserves text and data mining,
    tdm_policy      TEXT,                    -- and says here on which terms it may be done
    original_outlet TEXT,                    -- known to be taken over from
    original_url    TEXT,
    original_address TEXT,                   -- original_url as `address` would be
    fingerprint     TEXT,                    -- equal for equal texts; null for texts too short to tell
    story_id        INTEGER NOT NULL,        -- the same for all copies of one text: the id of the first of them
    likeness        REAL,                    -- how much of their words, in runs of four, it and the text that it was told by have in common
    -- Last, because what stands behind a long text is slow to read.
    text            TEXT NOT NULL,           -- one paragraph a line; emptied after keep_text when no watch matches
    UNIQUE (source_id, key)
) STRICT;
CREATE INDEX article_address ON article (address);
CREATE INDEX article_original ON article (original_address) WHERE original_address IS NOT NULL;
CREATE INDEX article_fingerprint ON article (fingerprint) WHERE fingerprint IS NOT NULL;
-- The articles of a text in the order in which they may have been first.
CREATE INDEX article_story ON article (story_id, original_outlet IS NOT NULL, coalesce(published_at, read_at));
CREATE INDEX article_read ON article (read_at);
CREATE INDEX article_of_source ON article (source_id, read_at, extent);
CREATE INDEX article_facts ON article (id, source_id, read_at, extent); -- what a ledger asks, without the texts
CREATE INDEX article_reserved ON article (source_id) WHERE tdm_reserved;

-- What an article was at its first reading, and each time that a later reading found another headline or text.
-- Headlines that were changed after publication:
--   SELECT a.url, v.seen_at, v.title FROM version v JOIN article a ON a.id = v.article_id
--   WHERE (SELECT count(DISTINCT title) FROM version WHERE article_id = a.id) > 1 ORDER BY a.id, v.seen_at;
CREATE TABLE version (
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    seen_at    TEXT NOT NULL,
    title      TEXT NOT NULL,
    text_hash  TEXT NOT NULL,                -- equal for texts of equal words
    text       TEXT NOT NULL,                -- of a mentioned article before it changed; else empty: see `article`
    PRIMARY KEY (article_id, seen_at)
) STRICT, WITHOUT ROWID;

-- Texts that new articles are compared with to tell copies: of each story of the last 30 days the first text and the fullest.
-- For the program's own use; scripts read the view `stories`.
CREATE TABLE story_text (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    at         TEXT NOT NULL,                -- when it was read
    words      BLOB NOT NULL                 -- a hash of 32 bits for each word that not many stories have in common, in order
) STRICT;
CREATE INDEX story_text_at ON story_text (at);

-- Where these texts are found: copies have at least one band in common. The newest texts wait in a list; when it is full, their
-- bands go on into the first tier, and in the same way from tier to tier: so each is written in order, many to a page.
CREATE TABLE story_list (
    article_id INTEGER PRIMARY KEY,          -- as in story_text
    bands      BLOB NOT NULL                 -- the hashes of four words in a row, 32 bits each, in order
) STRICT;
CREATE TABLE story_band (
    tier       INTEGER NOT NULL,
    band       INTEGER NOT NULL,
    article_id INTEGER NOT NULL,             -- as in story_text, or of a text that was kept there once
    PRIMARY KEY (tier, band, article_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE story_tier (
    tier  INTEGER PRIMARY KEY,               -- from 1
    texts INTEGER NOT NULL                   -- in it
) STRICT;

-- The words of each article for `presswatch search`, folded: no accents, small letters; with a mark before them those of
-- its headline, author, outlet and address, its language, and stems.
-- Only its row numbers can be read: they are those of `article`.
CREATE VIRTUAL TABLE article_words USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

-- A named query. It stays when the file no longer names it: its mentions do.
CREATE TABLE watch (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,         -- as sources.toml has it now: a renamed watch keeps its row and its mentions
    key        TEXT UNIQUE,                  -- the `id` of sources.toml: by it a watch stays itself when it is renamed
    heading    TEXT,                         -- the `group` under which digests tell it
    position   INTEGER NOT NULL DEFAULT 0,   -- its place in sources.toml
    definition TEXT NOT NULL,                -- the query and its limits, as applied last to all that is stored
    active     INTEGER NOT NULL DEFAULT 1,   -- 0: no longer in sources.toml
    added_at   TEXT NOT NULL
) STRICT;

-- An article that a watch matches. It stays when the watch is changed so that it no longer does: it may have been told.
CREATE TABLE mention (
    id         INTEGER PRIMARY KEY,
    watch_id   INTEGER NOT NULL REFERENCES watch,
    article_id INTEGER NOT NULL REFERENCES article,
    found_at   TEXT NOT NULL,
    terms      TEXT NOT NULL,                -- what matched, as it stands in the article, separated by ", "
    snippet    TEXT NOT NULL,                -- the sentence that shows it
    hits       TEXT NOT NULL,                -- JSON: [{"field","start","end","term"}], offsets in characters; once gone_at is set, in an earlier version
    late       INTEGER NOT NULL DEFAULT 0,   -- 1: found by a new or changed watch in an article that was stored before
    gone_at    TEXT,                         -- since when none of its terms stands in the article any more; they stood in an earlier version
    told_at    TEXT,                         -- when `digest --new` printed it
    UNIQUE (watch_id, article_id)
) STRICT;
CREATE INDEX mention_found ON mention (found_at, article_id);
CREATE INDEX mention_article ON mention (article_id);
CREATE INDEX mention_untold ON mention (id) WHERE told_at IS NULL;

-- Which mentioned articles tell of one event, in whatever language: a looser level above stories, by names, numbers and places
-- that survive translation. For people: the view `events`.
CREATE TABLE event (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    event_id   INTEGER NOT NULL,             -- the same for all reports of one event: the article that began it
    evidence   TEXT NOT NULL                 -- what it agrees on with a report before it: "Toomaj Salehi, 72, Bruxelles/Brussel";
                                             -- empty for the first report, and for copies of a text
) STRICT;
CREATE INDEX event_event ON event (event_id);

-- The names, cities and numbers by which reports of the last weeks are found, and the articles that wait to be judged. For the program's own use.
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

-- What is known of a host: its robots.txt, what it reserves, and until when it asked to be left alone.
CREATE TABLE host (
    name           TEXT PRIMARY KEY,         -- scheme://host[:port]
    robots_state   TEXT,                     -- of the last usable answer: rules, none, unknown (there was no such answer)
    robots         TEXT,                     -- the rules as fetched
    robots_next_at TEXT,                     -- not asked for again before
    robots_failing_since TEXT,               -- since when it cannot be had: nothing else is asked for then, for a day at most
    robots_failures INTEGER NOT NULL DEFAULT 0, -- in a row
    tdm            TEXT NOT NULL DEFAULT '', -- /.well-known/tdmrep.json as fetched; empty: there is none
    tdm_etag       TEXT,
    tdm_last_modified TEXT,
    tdm_next_at    TEXT,                     -- not asked for again before; null: never asked
    rest_until     TEXT,                     -- not asked before: from Retry-After, 429 or 503
    rest_asked_for INTEGER NOT NULL DEFAULT 0, -- 1: the host named the time itself
    rest_reason    TEXT NOT NULL DEFAULT '',
    rest_strikes   INTEGER NOT NULL DEFAULT 0  -- answers in a row that asked for a rest
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
       mention.late            AS late,         -- 1: found by a new or changed watch in an article that was stored before
       watch.heading           AS watch_group,   -- the `group` of the watch; null when it has none
       event.event_id          AS event         -- the same for reports of one event, in whatever language; null when none was sought
FROM mention
JOIN watch   ON watch.id   = mention.watch_id
JOIN article ON article.id = mention.article_id
JOIN source  ON source.id  = article.source_id
LEFT JOIN event ON event.article_id = article.id;

-- Stories: one row for each text, whoever carried it. Its original is the first to publish of those that name no other
-- outlet as their source; where an outlet gives no time, that at which it was read counts.
-- Who copied most: SELECT * FROM stories WHERE outlets > 1 ORDER BY outlets DESC;
-- Of one watch: SELECT * FROM stories WHERE story IN (SELECT story FROM coverage WHERE watch = 'NCRI') ORDER BY first_at;
CREATE VIEW stories AS
SELECT a.story_id                                AS story,        -- as in coverage
       (SELECT s.name FROM article f JOIN source s ON s.id = f.source_id WHERE f.story_id = a.story_id
         ORDER BY f.original_outlet IS NOT NULL, coalesce(f.published_at, f.read_at), f.id LIMIT 1) AS first_outlet,
       min(coalesce(a.published_at, a.read_at))  AS first_at,
       max(nullif(a.credit, ''))                 AS agency,       -- the agency that wrote it, where one is named
       count(DISTINCT a.source_id)               AS outlets,      -- how many carried it
       count(*) - 1                              AS copies,       -- articles besides the first
       (SELECT f.title FROM article f WHERE f.story_id = a.story_id
         ORDER BY length(f.text) DESC, f.id LIMIT 1) AS title,    -- the headline of the longest text
       max(length(a.text))                       AS longest_text, -- in characters
       group_concat(DISTINCT nullif(a.language, '')) AS languages -- separated by commas
FROM article a
GROUP BY a.story_id;

-- Copies: one row for each article whose text another article has too, the original included.
-- How a text travelled: SELECT * FROM copies WHERE story = 7 ORDER BY place;
CREATE VIEW copies AS
SELECT story, place, outlet, title, url, published_at,
       round((julianday(at) - julianday(first_value(at) OVER (PARTITION BY story ORDER BY place))) * 1440) AS minutes_later, -- than the original
       likeness                                                   -- 1: the same words; null: what it was compared with came later
FROM (SELECT a.story_id AS story, s.name AS outlet, a.title AS title, a.url AS url, a.published_at AS published_at,
             coalesce(a.published_at, a.read_at) AS at, a.likeness AS likeness,
             row_number() OVER (PARTITION BY a.story_id
               ORDER BY a.original_outlet IS NOT NULL, coalesce(a.published_at, a.read_at), a.id) AS place,
             count(*) OVER (PARTITION BY a.story_id) AS carried
      FROM article a JOIN source s ON s.id = a.source_id)
WHERE carried > 1;

-- Events: one row for each, whoever reported it in whatever language.
-- The widest: SELECT * FROM events WHERE outlets > 1 ORDER BY outlets DESC;
-- Of one watch: SELECT * FROM events WHERE event IN (SELECT event FROM coverage WHERE watch = 'NCRI') ORDER BY first_at;
CREATE VIEW events AS
SELECT e.event_id                                AS event,        -- as in coverage
       min(coalesce(a.published_at, a.read_at))  AS first_at,
       (SELECT s.name FROM event o JOIN article f ON f.id = o.article_id JOIN source s ON s.id = f.source_id
         WHERE o.event_id = e.event_id ORDER BY coalesce(f.published_at, f.read_at), f.id LIMIT 1) AS first_outlet,
       count(DISTINCT a.source_id)               AS outlets,      -- how many reported it
       count(DISTINCT a.story_id)                AS stories,      -- in how many texts
       count(*)                                  AS articles,
       group_concat(DISTINCT nullif(a.language, '')) AS languages, -- separated by commas
       (SELECT evidence FROM event o WHERE o.event_id = e.event_id ORDER BY length(evidence) DESC, article_id LIMIT 1)
                                                 AS evidence      -- what one of the reports agrees on with another
FROM event e
JOIN article a ON a.id = e.article_id
GROUP BY e.event_id;
