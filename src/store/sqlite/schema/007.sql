-- presswatch, schema 7: which part of the full-text index an earlier version wrote.

-- Internal, one row. Words are split and folded by rules that later versions improve. The entries in `article_words` that were made by
-- earlier rules are replaced by and by, the newest first; until then, a search reads these articles themselves.
CREATE TABLE article_words_state (
    rules     INTEGER NOT NULL,              -- the number of the rules by which the index was last brought up to date
    old_below INTEGER NOT NULL               -- the entries of articles with a smaller id are older; 0: none is
) STRICT;
INSERT INTO article_words_state SELECT 2, coalesce(max(id) + 1, 0) FROM article;
