-- presswatch, schema 4: marks.

-- What you say of an article with `presswatch mark`: for all watches, or for one. A mark belongs to the article, not to a mention: later
-- readings, changed watches and merged articles leave it in place.
CREATE TABLE mark (
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    watch_id   INTEGER REFERENCES watch,     -- null: for all watches. What is said for one watch takes precedence there; its tags are added
    relevant   INTEGER,                      -- 0: not relevant; 1: relevant for this watch, though not for all; null: not said
    tone       TEXT,                         -- negative, neutral, positive; null: not said
    tags       TEXT NOT NULL DEFAULT '',     -- separated by ", "
    note       TEXT NOT NULL DEFAULT '',
    marked_at  TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX mark_of ON mark (article_id, coalesce(watch_id, 0));

-- The ids of articles that turned out to be the same as another one, and were merged into it. A digest may have printed such an id, so it
-- leads to that article, and no other article gets it.
CREATE TABLE former_article (
    id         INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE -- the article it is now
) STRICT;
CREATE INDEX former_article_of ON former_article (article_id);

-- With the watch, so that the ledger counts without reading the mentions.
DROP INDEX mention_found;
CREATE INDEX mention_found ON mention (found_at, article_id, watch_id);
