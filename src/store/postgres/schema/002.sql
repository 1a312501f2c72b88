-- presswatch, PostgreSQL schema 2: what a run looks for, it finds in an index, however many items are stored.

-- Items that a clock which was wrong found too old.
CREATE INDEX item_too_old ON item (ended_at) WHERE state = 'too_old';
-- Articles that may have to be read again, because a channel announces a change.
CREATE INDEX item_changed ON item (changed_at) WHERE changed_at IS NOT NULL;
-- Which texts the runs before have deleted.
CREATE INDEX run_texts ON run (texts_before) WHERE texts_before IS NOT NULL;
-- The channels of a host, whether or not they are active: of an index on some rows the server uses no statistics, and takes a host for one of
-- two hundred.
DROP INDEX channel_lane;
CREATE INDEX channel_lane ON channel (split_part(split_part(url, '://', 2), '/', 1));
