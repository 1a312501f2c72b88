-- presswatch, schema 2: what channels say of an item, each time.

ALTER TABLE item ADD COLUMN content TEXT NOT NULL DEFAULT '';         -- the text that the feed holds, while pending; then empty
ALTER TABLE item ADD COLUMN other_titles TEXT NOT NULL DEFAULT '';    -- headlines that channels gave besides `title`, a line each
ALTER TABLE item ADD COLUMN other_summaries TEXT NOT NULL DEFAULT ''; -- leads that channels gave besides `summary`, a line each
ALTER TABLE item ADD COLUMN outlet_url TEXT;                          -- the address of the outlet that an aggregator names

-- An aggregator gives one article another address at each poll: it is found by its headline.
CREATE INDEX item_title ON item (source_id, title);

-- Whose turn it is: the newest and the oldest that wait of a source.
CREATE INDEX item_waiting ON item (source_id, coalesce(published_at, first_seen_at)) WHERE state = 'pending';
CREATE INDEX channel_parent ON channel (parent_id) WHERE parent_id IS NOT NULL;
