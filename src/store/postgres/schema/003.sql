-- presswatch, PostgreSQL schema 3: which items a site refused for good, and why others wait, in a form for every language.

ALTER TABLE item ADD COLUMN refused integer NOT NULL DEFAULT 0; -- 1: given up at the first answer (410), which another announcement does not change
UPDATE item SET refused = 1
 WHERE state = 'given_up' AND reason NOT LIKE 'tried % times; last: %' AND reason NOT LIKE 'more than % newer items %';

ALTER TABLE item ADD COLUMN cause TEXT; -- of what waits: `reason` as the name of its kind and its values, a line each
