-- presswatch, schema 5: articles that somebody paid for.

ALTER TABLE article ADD COLUMN advertorial INTEGER NOT NULL DEFAULT 0; -- 1: the page says that somebody paid for it
