-- presswatch, PostgreSQL schema 3: which items a site refused for good.

ALTER TABLE item ADD COLUMN refused integer NOT NULL DEFAULT 0; -- 1: given up at the first answer (410), which another announcement does not change
UPDATE item SET refused = 1
 WHERE state = 'given_up' AND reason NOT LIKE 'tried % times; last: %' AND reason NOT LIKE 'more than % newer items %';
