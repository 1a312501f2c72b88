//! Layouts of news pages in many languages, cut down to one trap each: `tests/fixtures/layouts.txt`.

use std::{fmt::Write as _, path::Path};

use jiff::tz::TimeZone;
use presswatch::{
    article::Page,
    extract::{self, PageContext, PageVerdict},
    source::Select,
};

/// Puts the sentences in for their names, the later ones first: `@e12` is not `@e1` and a 2.
fn filled(text: &str, sentences: &[(&str, &str)]) -> String {
    sentences.iter().rev().fold(text.to_owned(), |text, (name, sentence)| text.replace(name, sentence))
}

fn text_of(html: &str) -> String {
    let page = Page {
        url: "https://news.example/2026/10/06/vote-on-the-quay-1234".parse().unwrap(),
        text: format!("<!DOCTYPE html><html><head><title>De Kering</title></head><body>{html}</body></html>"),
    };
    let select = Select::default();
    let context = PageContext {
        select: &select,
        language: None,
        zone: &TimeZone::UTC,
        now: "2026-11-23T12:00:00Z".parse().unwrap(),
        item: None,
        outlet: "",
    };
    match extract::read_page(&page, &context).verdict {
        PageVerdict::Article(article) => article.text,
        PageVerdict::NotArticle(reason) => format!("({reason})"),
    }
}

#[test]
fn each_layout_is_extracted_as_a_person_reads_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/layouts.txt");
    let text = std::fs::read_to_string(file).unwrap();
    let (head, cases) = text.split_once("\n=== ").unwrap();
    let sentences: Vec<(&str, &str)> =
        head.lines().filter(|line| line.starts_with('@')).map(|line| line.split_once(' ').unwrap()).collect();
    assert!(sentences.len() >= 30);
    let (mut count, mut wrong) = (0, String::new());
    for case in cases.split("\n=== ") {
        let (name, rest) = case.split_once('\n').unwrap();
        let (html, expected) = rest.split_once("\n---\n").unwrap();
        let found = text_of(&filled(html, &sentences));
        let expected = filled(expected.trim_end(), &sentences);
        count += 1;
        if found != expected {
            writeln!(wrong, "\n{name}\n  found").unwrap();
            found.lines().for_each(|line| writeln!(wrong, "    {line}").unwrap());
            writeln!(wrong, "  expected").unwrap();
            expected.lines().for_each(|line| writeln!(wrong, "    {line}").unwrap());
        }
    }
    assert!(count >= 48, "{count}");
    assert!(wrong.is_empty(), "{wrong}");
}
