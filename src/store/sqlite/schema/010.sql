-- presswatch, schema 10: alerts and their outbox.

-- An alert of sources.toml, and how its receiver fares. No address and no secret is stored.
CREATE TABLE alert (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    active        INTEGER NOT NULL DEFAULT 1, -- 0: no longer in sources.toml
    failures      INTEGER NOT NULL DEFAULT 0, -- in a row
    failing_since TEXT,
    paused_until  TEXT,                      -- nothing is sent before
    problem       TEXT NOT NULL DEFAULT '',  -- why it failed last; empty while it works
    last_sent_at  TEXT,
    added_at      TEXT NOT NULL
) STRICT;
CREATE TABLE alert_watch (
    alert_id INTEGER NOT NULL REFERENCES alert,
    watch_id INTEGER NOT NULL REFERENCES watch,
    PRIMARY KEY (alert_id, watch_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_watch_watch ON alert_watch (watch_id);

-- A message of an alert. Its id is the same at every try: receivers that know it have the message.
CREATE TABLE message (
    id             TEXT PRIMARY KEY,
    alert_id       INTEGER NOT NULL REFERENCES alert,
    made_at        TEXT NOT NULL,
    sums_up        INTEGER NOT NULL,         -- 1: it reports several articles
    state          TEXT NOT NULL,            -- waiting, sent, given_up, cancelled (nothing in it was relevant any more)
    tries          INTEGER NOT NULL DEFAULT 0,
    first_tried_at TEXT,
    next_at        TEXT NOT NULL,            -- not sent before
    claimed_until  TEXT,                     -- until then somebody is sending it
    problem        TEXT NOT NULL DEFAULT '', -- why the last try failed
    ended_at       TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX message_alert ON message (alert_id, state, made_at);

-- A mention that an alert reports: written together with the mention, and sent afterwards.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    alert_id   INTEGER NOT NULL REFERENCES alert,
    watch_id   INTEGER NOT NULL REFERENCES watch,
    article_id INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    queued_at  TEXT NOT NULL,
    message_id TEXT REFERENCES message,      -- null: no message reports it yet
    UNIQUE (alert_id, watch_id, article_id)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (alert_id, id) WHERE message_id IS NULL;
CREATE INDEX outbox_message ON outbox (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX outbox_article ON outbox (article_id);
