-- presswatch, schema 9: the digest says that an event which it showed before was split or joined.

-- Internal: the events of the last weeks of which a digest with --new showed reports before their grouping changed.
CREATE TABLE event_regrouped (
    event_id INTEGER PRIMARY KEY,
    change   TEXT NOT NULL CHECK (change IN ('joined', 'split')),
    at       TEXT NOT NULL                   -- when its newest report was published, or else read
) STRICT;
