//! A query in the first line, an article in the rest: what the query finds, SQLite's full-text index finds as well.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presswatch::query::{Document, Matcher, Query, Watch, fold};
use presswatch_fuzz::short;
use rusqlite::{Connection, params};

thread_local! {
    static INDEX: Connection = Connection::open_in_memory()
        .and_then(|index| {
            let table = "CREATE VIRTUAL TABLE texts USING fts5(a, b, c, tokenize = 'unicode61 remove_diacritics 0')";
            index.execute_batch(table).map(|()| index)
        })
        .expect("a table in memory");
}

fuzz_target!(|data: &[u8]| {
    let Some(Ok(input)) = short(data).map(std::str::from_utf8) else { return };
    let Some((text, article)) = input.split_once('\n') else { return };
    let Ok(query) = Query::parse(text) else { return };
    let Some(expression) = query.fts5() else { return };
    let (title, body) = article.split_once('\n').unwrap_or(("", article));
    let document = Document { title, text: body, ..Document::default() };
    let matches = !Matcher::new(&[Watch::new("", query)]).matches(&document).is_empty();
    let found: i64 = INDEX.with(|index| {
        index.execute("DELETE FROM texts", []).expect("an emptied table");
        let row = params![fold(title), "", fold(body)];
        index.execute("INSERT INTO texts (rowid, a, b, c) VALUES (1, ?, ?, ?)", row).expect("a row");
        let question = "SELECT count(*) FROM texts WHERE texts MATCH ?";
        // An error would be one of syntax: the expression is ours.
        index
            .query_row(question, [&expression], |row| row.get(0))
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    });
    assert!(found == 1 || !matches, "{expression} does not find {article:?}");
});
