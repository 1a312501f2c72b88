-- presswatch, schema 8: the events of a window are decided anew when reports come.

-- Internal: what is compared of the mentioned articles of the last weeks.
CREATE TABLE event_features (
    article_id INTEGER PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    at         TEXT NOT NULL,                -- when it was published, or else read
    features   TEXT NOT NULL
) STRICT;
CREATE INDEX event_features_at ON event_features (at);

-- The events of the last days are decided anew, so that what is about to come finds them.
INSERT OR IGNORE INTO event_queue (article_id)
SELECT DISTINCT a.id FROM event_name n JOIN article a ON a.id = n.article_id
WHERE n.at >= strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(at) FROM event_name), '-2 days');
DROP TABLE event_name;
