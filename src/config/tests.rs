//! Whole configuration files: their meaning, or how their problems are reported.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::query::Field;
use crate::source::{ChannelKind, OutletFacts, SearchSign, SearchSyntax, Select};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The problems of each `tests/fixtures/config/NAME.toml` are reported as in `NAME.txt`.
///
/// To add a case, add a file. `REWRITE_FIXTURES=1 cargo test config` writes the current output: read the diff.
#[test]
fn problems_are_reported_as_in_the_fixtures() {
    let mut names: Vec<PathBuf> = fs::read_dir(root().join("tests/fixtures/config"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    names.sort();
    assert!(names.len() >= 25, "only {} fixtures", names.len());
    let mut wrong = Vec::new();
    for path in names {
        let text = fs::read_to_string(&path).unwrap();
        let Err(problems) = parse(&text, Path::new("sources.toml")) else {
            wrong.push(format!("{}: nothing was found wrong", path.display()));
            continue;
        };
        let told = problems.render(Path::new("sources.toml"), &text, false).to_string();
        let expected = path.with_extension("txt");
        if std::env::var_os("REWRITE_FIXTURES").is_some() {
            fs::write(&expected, &told).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != told {
            wrong.push(format!("{}:\n{told}", path.display()));
        }
        for line in told.lines().filter(|line| line.contains(" | ")) {
            let width = unicode_width::UnicodeWidthStr::width(line);
            assert!(width <= 120, "{}: {width} columns: {line}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const EVERYTHING: &str = r#"
database = "data/press.db"
timezone = "Europe/Brussels"

[http]
contact = "https://example.org/press"
timeout = "1m30s"
max_body = "5MiB"
per_host_delay = "250ms"
concurrency = 4
respect_robots = false
allow_private = ["127.0.0.0/8", "::1", "Intranet.example"]

[crawl]
max_age = "2w"
keep_text = "0d"
events = false

[[watch]]
name = "Executions"
query = '"Toomaj Salehi" OR iran*'

[[watch]]
name = "NCRI"
keywords = ["National Council", "Rajavi"]
languages = ["fr", "nl"]
sources = ["KADE"]
search = '"Toomaj Salehi"'
id = "ncri"
group = "Campaign"
since = "2026-05-04"
in = ["title", "summary"]
min_words = 50

[[source]]
name = "KADE"
site = "https://www.kade.example"
language = "nl"
kind = "broadcaster"
region = "Brussels"
tier = 2
reach = 400_000
tags = ["public service", "local"]
feeds = ["https://www.kade.example/rss.xml"]
sitemaps = ["https://www.kade.example/sitemap.xml"]
pages = [
  { url = "https://www.kade.example/actua", link = "article h2 a" }, # TOML 1.1 allows the comma
]
searches = ["https://example.org/?q={query}", { url = "https://example.org/s/{query}", knows = ["OR", "phrases"] }]
only = ["VITRINE.example"]
identity = '-([A-Z2-7]{26})/?$'
select = { text = "div.body", title = "h1", author = ".by", date = "time", remove = ".ad" }
enabled = false

[source.api]
match = '/(?<locale>[a-z]{2}-[a-z]{2})/.*/ar-(?<id>[A-Za-z0-9]+)'
url = "https://assets.example.org/{locale}/{id}"
title = "/title"
text = "/body"
summary = "/abstract"
author = "/authors/0/name"
published = "/publishedDateTime"
original_outlet = "/provider/name"
original_url = "/sourceHref"

[[source]]
name = "Second"
feeds = ["http://127.0.0.1:8080/feed"]
"#;

#[test]
fn every_key_is_read() {
    let config = match parse(EVERYTHING, Path::new("/etc/press/sources.toml")) {
        Ok(config) => config,
        Err(problems) => panic!("{}", problems.render(Path::new("x"), EVERYTHING, false)),
    };
    assert_eq!(config.database.file(), Some(Path::new("/etc/press/data/press.db")));
    assert_eq!(config.timezone.as_ref().and_then(TimeZone::iana_name), Some("Europe/Brussels"));
    assert_eq!(
        config.http,
        Http {
            contact: Some("https://example.org/press".to_owned()),
            timeout: Duration::from_secs(90),
            max_body: 5 << 20,
            per_host_delay: Duration::from_millis(250),
            concurrency: 4,
            respect_robots: false,
            allow_private: vec!["127.0.0.0/8".to_owned(), "::1".to_owned(), "intranet.example".to_owned()],
        }
    );
    assert_eq!(
        config.crawl,
        Crawl { max_age: Duration::from_hours(14 * 24), keep_text: Duration::ZERO, events: false, ..Crawl::default() }
    );
    let watches: Vec<_> = config.watches.iter().map(|watch| watch.name.as_str()).collect();
    assert_eq!(watches, ["Executions", "NCRI"]);
    assert_eq!(config.watches[1].languages, ["fr", "nl"]);
    assert_eq!(config.watches[1].sources, ["KADE"]);
    assert_eq!(config.watches[1].search.as_deref(), Some("\"Toomaj Salehi\""));
    let ncri = &config.watches[1];
    assert_eq!((ncri.id.as_deref(), ncri.group.as_deref()), (Some("ncri"), Some("Campaign")));
    // The day begins in Brussels.
    assert_eq!(ncri.since.map(|since| since.to_string()).as_deref(), Some("2026-05-03T22:00:00Z"));
    assert_eq!((ncri.fields.as_slice(), ncri.min_words), ([Field::Title, Field::Summary].as_slice(), 50));
    let [kade, second] = config.sources.as_slice() else { panic!("{:?}", config.sources) };
    assert_eq!(kade.name, "KADE");
    assert_eq!(kade.site.as_ref().map(url::Url::as_str), Some("https://www.kade.example/"));
    assert_eq!(kade.language.as_deref(), Some("nl"));
    let facts = OutletFacts {
        kind: Some("broadcaster".into()),
        region: Some("Brussels".into()),
        tier: Some(2),
        reach: Some(400_000),
        tags: vec!["public service".into(), "local".into()],
    };
    assert_eq!((&kade.facts, &second.facts), (&facts, &OutletFacts::default()));
    let channels: Vec<_> = kade.channels.iter().map(|c| (c.kind.clone(), c.url.as_str())).collect();
    assert_eq!(
        channels,
        [
            (ChannelKind::Feed, "https://www.kade.example/rss.xml"),
            (ChannelKind::Sitemap, "https://www.kade.example/sitemap.xml"),
            (ChannelKind::Page { link: "article h2 a".to_owned() }, "https://www.kade.example/actua"),
            (ChannelKind::Search(SearchSyntax::default()), "https://example.org/?q={query}"),
            (
                ChannelKind::Search(SearchSyntax::new(vec![SearchSign::Or, SearchSign::Phrases])),
                "https://example.org/s/{query}",
            ),
        ]
    );
    assert_eq!(kade.only, ["vitrine.example"]);
    assert_eq!(kade.identity.as_ref().map(regex::Regex::as_str), Some("-([A-Z2-7]{26})/?$"));
    let text = |text: &str| Some(text.to_owned());
    let select = Select {
        text: text("div.body"),
        title: text("h1"),
        author: text(".by"),
        date: text("time"),
        remove: text(".ad"),
    };
    assert_eq!(kade.select, select);
    assert!(!kade.enabled);
    let api = kade.api.as_ref().unwrap();
    assert_eq!(api.url, "https://assets.example.org/{locale}/{id}");
    let pointers =
        [&api.title, &api.text, &api.summary, &api.author, &api.published, &api.original_outlet, &api.original_url];
    let pointers: Vec<_> = pointers.into_iter().flatten().collect();
    assert_eq!(
        pointers,
        ["/title", "/body", "/abstract", "/authors/0/name", "/publishedDateTime", "/provider/name", "/sourceHref"]
    );
    assert!(second.enabled && second.api.is_none());
}

#[test]
fn an_empty_file_yields_the_defaults() {
    for text in ["", "\u{feff}", "# nothing\r\n"] {
        let config = parse(text, Path::new("sources.toml")).unwrap();
        assert_eq!(config.database.file(), Some(Path::new("presswatch.db")));
        assert!(config.timezone.is_none() && config.sources.is_empty() && config.watches.is_empty());
        assert_eq!((config.http, config.crawl), (Http::default(), Crawl::default()));
    }
    assert_eq!(
        parse("database = '/x/y.db'", Path::new("/etc/s.toml")).unwrap().database.file(),
        Some(Path::new("/x/y.db"))
    );
}

#[test]
fn values_may_be_written_in_several_ways() {
    let read = |text: &str| parse(text, Path::new("sources.toml")).unwrap();
    assert_eq!(read("[http]\nconcurrency = 0x10").http.concurrency, 16);
    assert_eq!(read("http = { concurrency = 1_0, timeout = '1m' }").http.timeout, Duration::from_mins(1));
    assert_eq!(read("language = 'nl'").language, Language::Dutch);
    assert_eq!(read("").language, Language::English);
    assert_eq!(read("timezone = 'UTC'").timezone.unwrap().iana_name(), Some("UTC"));
    assert_eq!(read("timezone = 'europe/brussels'").timezone.unwrap().iana_name(), Some("Europe/Brussels"));
    assert_eq!(read("source = [{ name = 'a', feeds = ['http://localhost:1/'] }]").sources.len(), 1);
    let later = "[[source]]\nname = 'a'\nenabled = false\n[source.select]\ntext = 'p'\n[[source.pages]]\nurl = 'http://a.example/'\nlink = 'a'";
    assert_eq!(read(later).sources[0].channels.len(), 1);
    assert_eq!(read(later).sources[0].select.text.as_deref(), Some("p"));
}

#[test]
fn since_accepts_a_day_or_a_time() {
    for (since, expected) in [
        ("'2026-05-04'", "2026-05-04T00:00:00Z"),
        ("2026-05-04", "2026-05-04T00:00:00Z"),
        ("'2026-05-04T14:30:00+02:00'", "2026-05-04T12:30:00Z"),
        ("2026-05-04T14:30:00Z", "2026-05-04T14:30:00Z"),
        ("2026-05-04T14:30:00", "2026-05-04T14:30:00Z"),
    ] {
        let text = format!("[[watch]]\nname = 'a'\nquery = 'b'\nsince = {since}\n");
        let config = parse(&text, Path::new("sources.toml")).unwrap();
        assert_eq!(config.watches[0].since.map(|since| since.to_string()).as_deref(), Some(expected), "{since}");
    }
}

fn including(files: &[(&str, &str)], text: &str) -> Result<Config, String> {
    let included: Vec<Included> = includes(text)
        .into_iter()
        .map(|pattern| {
            let of = |(path, _): &&(&str, &str)| {
                let path = Path::new("/etc/press").join(path);
                let folder = path
                    .parent()
                    .is_some_and(|folder| folder.join("") == pattern.folder(Path::new("/etc/press/s.toml")));
                folder && pattern.fits(path.file_name().unwrap().to_str().unwrap())
            };
            let files = files.iter().filter(of).map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect();
            Included { pattern, files }
        })
        .collect();
    parse_all(text, Path::new("s.toml"), &included).map_err(|faulty| {
        let told = faulty.iter().map(|file| file.problems.render(&file.path, &file.text, false).to_string());
        told.collect::<Vec<_>>().join("\n")
    })
}

#[test]
fn included_files_add_watches_and_sources() {
    let files = [
        ("watches/b.toml", "[[watch]]\nname = 'B'\nquery = 'b'\nsources = ['Two']\n"),
        ("watches/a.txt", "not TOML at all"),
        ("two.toml", "[[source]]\nname = 'Two'\nfeeds = ['http://two.example/']\n"),
    ];
    let text = "include = ['watches/*.toml', 'two.toml']\n[[watch]]\nname = 'A'\nquery = 'a'\n";
    let config = including(&files, text).unwrap();
    assert_eq!(config.watches.iter().map(|watch| watch.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    assert_eq!(config.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["Two"]);
}

#[test]
fn each_error_of_included_files_names_its_own_file() {
    let files = [
        ("a.toml", "database = 'x.db'\ninclude = ['c.toml']\n[crawl]\nmax_age = '1d'\n"),
        ("b.toml", "[[watch]]\nname = 'A'\nid = '1'\nquery = 'b AND'\n\n[[watch]\nname = 'C'\nquery = 'c'\n"),
    ];
    let text = "include = ['a.toml', 'b.toml', 'c/*.toml']\n[[watch]]\nname = 'A'\nid = '1'\nquery = 'a'\n";
    let told = including(&files, text).unwrap_err();
    insta::assert_snapshot!(told);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_accepted() {
    let text = format!("\u{feff}{}", EVERYTHING.replace('\n', "\r\n"));
    assert_eq!(parse(&text, Path::new("sources.toml")).unwrap().sources.len(), 2);
    let problems = parse("\u{feff}x = 1\r\n[http]\r\nq = 2\r\n", Path::new("sources.toml")).unwrap_err();
    let places: Vec<_> = problems.0.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, [(1, 1), (3, 1)]);
}

#[test]
fn colours_do_not_change_the_text() {
    let text = "[htp]\n";
    let problems = parse(text, Path::new("sources.toml")).unwrap_err();
    let plain = problems.render(Path::new("a.toml"), text, false).to_string();
    let color = problems.render(Path::new("a.toml"), text, true).to_string();
    assert!(color.starts_with("\u{1b}[1m\u{1b}[31merror\u{1b}[0m"), "{color:?}");
    let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    assert_eq!(codes.replace_all(&color, ""), plain);
}

fn sound(text: &str) {
    let path = Path::new("sources.toml");
    if let Err(problems) = parse(text, path) {
        assert!(!problems.0.is_empty());
        for problem in &problems.0 {
            assert!(problem.line >= 1 && problem.column >= 1);
            assert!(text.get(problem.span.clone()).is_some(), "{problem:?}");
            assert!(!problem.message.contains(char::is_control), "{problem:?}");
            let line = text.split('\n').nth(problem.line - 1).expect("the line exists");
            assert!(problem.column <= line.chars().count() + 1, "{problem:?}");
        }
        let told = problems.render(path, text, false).to_string();
        assert!(!told.contains(|c: char| c.is_control() && c != '\n'), "{told:?}");
    }
}

#[test]
fn positions_end_at_character_boundaries() {
    // proptest found it.
    sound("\u{2028} ጒ");
}

/// Valid and invalid fragments of configuration files.
fn scrap() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(EVERYTHING.lines().map(str::to_owned).collect::<Vec<_>>()),
        2 => prop::sample::select(vec![
            "[[source]]", "[source]", "[[watch]]", "[http]", "[source.api]", "[[sources]]", "[http", "[[source", "name = ",
            "feeds = [", "]", "}", "{", "'''", "\"\"\"", "\"", "'", "= 5", "a", "a.b.c = 1", "source.name = 1", "query = \"\\u00e9 (\"",
            "query = '''\n a (", "timeout = 20", "\u{feff}", "\r", "\t", "#", "\u{202e}", "é = 1", "http = 3", "select = 1",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,20}",
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(scraps in prop::collection::vec(scrap(), 0..25), crlf in any::<bool>()) {
        sound(&scraps.join(if crlf { "\r\n" } else { "\n" }));
    }

    #[test]
    fn arbitrary_edits_never_panic(from in 0..EVERYTHING.len(), length in 0..60_usize, put in scrap()) {
        let mut text = EVERYTHING.to_owned();
        let until = (from + length).min(text.len());
        if text.is_char_boundary(from) && text.is_char_boundary(until) {
            text.replace_range(from..until, &put);
        }
        sound(&text);
    }
}

#[test]
fn control_characters_in_a_quoted_query_are_removed() {
    let text = "[[watch]]\nname = \"N\"\nkeywords = [\"==\\u202e==\"]\n";
    let rendered =
        parse(text, Path::new("sources.toml")).unwrap_err().render(Path::new("sources.toml"), text, false).to_string();
    assert!(rendered.contains("there is no word"), "{rendered}");
    assert!(!rendered.contains('\u{202e}'), "{rendered:?}");
}
