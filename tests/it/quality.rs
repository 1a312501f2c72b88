//! How well pages are read may only rise: the scores below are a floor, and the table that shows them is right.

use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};

#[path = "../../examples/quality/cases.rs"]
mod cases;
#[path = "../../src/text/corpora.rs"]
mod corpora;
#[path = "../../examples/quality/score.rs"]
mod score;
#[path = "../../examples/quality/table.rs"]
mod table;

use table::Table;

fn of(folder: &Path) -> Table {
    let zone = TimeZone::get("Europe/Brussels").unwrap();
    Table::of(folder, &zone, "2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap(), true).unwrap()
}

fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn our_own_pages_are_extracted_without_errors() {
    let table = of(&own("tests/fixtures/articles"));
    assert!(table.pages >= 42, "{}", table.pages);
    assert_eq!(table.wrong, "");
    assert!(table.score().f1() > 0.9999, "{}", table.line());
    assert!(table.empty.is_empty(), "{:?}", table.empty);
    for share in [table.titles, table.authors, table.dates, table.languages, table.kinds] {
        assert!(share.of >= 10 && share.right == share.of, "{}", table.line());
    }
}

#[test]
fn our_own_pages_cover_the_documented_languages() {
    let told: Vec<String> =
        cases::of(&own("tests/fixtures/articles")).unwrap().into_iter().filter_map(|c| c.language).collect();
    for language in ["nl", "fr", "de", "en", "fa", "ar"] {
        assert!(told.iter().any(|own| own == language), "no page in {language}");
    }
}

/// Pages of other publishers under free licences.
#[test]
fn extraction_of_public_pages_has_not_regressed() {
    let Some(folder) = corpora::corpus("pages-cc") else { return };
    let table = of(&folder);
    assert_eq!(table.pages, 31);
    let told = format!("{}\n{}\n{}", table::HEAD, table.line(), table.wrong);
    assert!(table.phrases() >= 0.978, "{told}");
    assert!(table.titles.right >= 30, "{told}");
    assert!(table.authors.right >= 16, "{told}");
    assert!(table.dates.right >= 27, "{told}");
    assert!(table.kinds.right >= 31 && table.empty.is_empty(), "{told}");
}

#[test]
fn the_table_lists_the_errors() {
    let folder = tempfile::tempdir().unwrap();
    let paragraph = "The harbour board met on Monday and put off the vote on the new quay for another week.";
    let page = format!(
        "<title>Quay</title><meta property=og:type content=article><article><h1>Vote on the quay is put off</h1>\n<p>{paragraph}</p></article>"
    );
    std::fs::write(folder.path().join("a.html"), &page).unwrap();
    let expected = serde_json::json!({
        "text": format!("{paragraph}\nNobody knows what the eight members will do next Monday."),
        "title": "Another headline", "author": "Ann Roe; Joe Doe", "published": "2026-10-06", "language": "en",
    });
    std::fs::write(folder.path().join("a.json"), expected.to_string()).unwrap();
    std::fs::write(folder.path().join("b.html"), "<p>x").unwrap();
    std::fs::write(folder.path().join("b.json"), "{\"not_article\": \"no text\"}").unwrap();
    let table = of(folder.path());
    assert_eq!((table.pages, table.kinds.right, table.titles.of, table.titles.right), (2, 2, 1, 0));
    assert_eq!(
        table.wrong,
        "a: text 0.750 (P 1.000, R 0.600)\n    - Nobody knows what the eight members will do next Monday.; \
         title \"Vote on the quay is put off\" for \"Another headline\"; author \"\" for \"Ann Roe, Joe Doe\"; \
         published none for 2026-10-06\n"
    );

    let listed =
        serde_json::json!([{ "file": "a.html", "with": ["put off the vote"], "without": ["vote on the new"] }]);
    std::fs::write(folder.path().join("cases.json"), listed.to_string()).unwrap();
    let table = of(folder.path());
    assert_eq!((table.pages, table.with.right, table.without.right), (1, 1, 0));
    assert!((table.phrases() - 2.0 / 3.0).abs() < 1e-9, "{}", table.phrases());
}

#[test]
fn runs_of_four_words_are_counted() {
    for (found, expected, precision, recall) in [
        ("", "", 1.0, 1.0),
        ("a b c d", "", 0.0, 0.0),
        ("A, b: c (d)", "a b c d", 1.0, 1.0),
        ("a b c d e", "a b c d", 0.5, 1.0),
        ("a b", "a b", 1.0, 1.0),
        ("a b c d x a b c d", "a b c d", 1.0 / 6.0, 1.0),
        ("今日の", "今日の雨", 0.0, 0.0),
        ("今日の雨", "今日の雨 が", 1.0, 0.5),
    ] {
        let score = score::texts(found, expected);
        assert!((score.precision - precision).abs() < 1e-9, "{found:?} {score:?}");
        assert!((score.recall - recall).abs() < 1e-9, "{found:?} {score:?}");
    }
}
