//! Compares every page in `tests/fixtures/articles` with what a person reads in it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{fmt::Write as _, path::Path};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{PageContext, PageVerdict, read_page};
use crate::{
    article::{Article, NotArticle, Page},
    source::Select,
};

/// Where an article differs from what is expected: field, found, expected.
fn differences(article: &Article, expected: &Value) -> Vec<String> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let found = [
        ("title", article.title.clone()),
        ("author", article.author.clone()),
        ("credit", article.credit.clone()),
        ("published_at", text(article.published_at.map(|time| time.to_string()))),
        ("modified_at", text(article.modified_at.map(|time| time.to_string()))),
        ("language", article.language.clone()),
        ("summary", article.summary.clone()),
        ("section", article.section.clone()),
        ("paywalled", article.paywalled.to_string()),
        ("canonical_url", article.canonical_url.to_string()),
        ("image", text(article.image.as_ref().map(ToString::to_string))),
        ("text", article.text.clone()),
    ];
    let mut differences = Vec::new();
    for (field, found) in found {
        let wanted = match expected.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => continue,
        };
        if wanted != found {
            differences.push(format!("{field}\n    found    {found:?}\n    expected {wanted:?}"));
        }
    }
    differences
}

#[test]
fn reads_every_page_of_the_folder_as_a_person_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/articles");
    let zone = TimeZone::get("Europe/Brussels").unwrap();
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let select = Select::default();
    let mut failures = String::new();
    let mut pages = 0;
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "html"));
    names.sort();
    for path in names {
        let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
        let page = Page {
            url: expected.get("url").and_then(Value::as_str).expect("every case has a url").parse().unwrap(),
            text: std::fs::read_to_string(&path).unwrap(),
        };
        let context = PageContext { select: &select, language: None, zone: &zone, now, item: None, outlet: "" };
        let found = match (read_page(&page, &context).verdict, expected.get("not_article").and_then(Value::as_str)) {
            (PageVerdict::Article(article), None) => differences(&article, &expected),
            (PageVerdict::NotArticle(reason), Some(wanted)) if reason.to_string() == wanted => Vec::new(),
            (PageVerdict::NotArticle(reason), _) => vec![format!("not an article: {reason}")],
            (PageVerdict::Article(article), Some(wanted)) => {
                vec![format!("an article, expected {wanted}: {:?}", article.text)]
            }
        };
        pages += 1;
        for difference in found {
            writeln!(failures, "{}: {difference}", path.file_stem().unwrap().to_string_lossy()).unwrap();
        }
    }
    assert!(pages >= 20, "only {pages} pages found in {}", folder.display());
    assert!(failures.is_empty(), "\n{failures}");
}

fn read_with(html: &str, select: &Select) -> super::PageReport {
    let zone = TimeZone::UTC;
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let page = Page { url: "https://www.news.example/a/story-1".parse().unwrap(), text: html.to_owned() };
    read_page(&page, &PageContext { select, language: None, zone: &zone, now, item: None, outlet: "News" })
}

#[test]
fn a_sources_selectors_come_first() {
    let html = "<h1>Wrong</h1><div class=t>Right</div><span class=w>Jane Roe</span><i class=d datetime=2026-05-01T10:00:00Z>x</i>\
        <div class=a><p>One line of text that is kept.</p><p class=ad>Bought words.</p></div><div><p>Another text that is longer than the one above, \
        by far, so that it would win if nobody had said a word about it.</p></div>";
    let select = Select {
        text: Some(".a".to_owned()),
        title: Some(".t".to_owned()),
        author: Some(".w".to_owned()),
        date: Some(".d".to_owned()),
        remove: Some(".ad".to_owned()),
    };
    let report = read_with(html, &select);
    let PageVerdict::Article(article) = &report.verdict else { unreachable!("{report:?}") };
    assert_eq!(article.title, "Right");
    assert_eq!(article.text, "One line of text that is kept.");
    assert_eq!(article.author, "Jane Roe");
    assert_eq!(article.published_at.unwrap().to_string(), "2026-05-01T10:00:00Z");
    let title = report.findings.iter().find(|finding| finding.field == "title").unwrap();
    assert_eq!(
        (title.rule.as_str(), title.runner_up.clone()),
        ("select.title", Some(("h1".to_owned(), "Wrong".to_owned())))
    );
}

#[test]
fn the_runner_up_for_the_text_is_reported() {
    let one =
        "The harbour board met on Monday and put off the vote on the new quay for another week, nobody knows why.";
    let two = "Rain is expected from the west by noon, with gusts along the coast and a dry evening further inland.";
    let prices = "<p>1.25</p>".repeat(40);
    let html = |class: &str| {
        format!(
            "<h1>Quay</h1><div {class}><p>{one}</p><p>{one} Again.</p></div>{prices}<section><p>{two}</p></section>"
        )
    };
    let text_rules = |html: &str, select: &Select| {
        let report = read_with(html, select);
        let text = report.findings.iter().find(|finding| finding.field == "text").unwrap();
        (text.rule.clone(), text.runner_up.clone().unwrap())
    };
    let elsewhere = ("densest element elsewhere".to_owned(), two.to_owned());
    assert_eq!(text_rules(&html(""), &Select::default()), ("densest element".to_owned(), elsewhere.clone()));
    let named = text_rules(&html("class=article-body"), &Select::default());
    assert_eq!(named, ("element named as the body".to_owned(), elsewhere));
    let select = Select { text: Some("section".to_owned()), ..Select::default() };
    let (rule, (other, value)) = text_rules(&html(""), &select);
    assert_eq!((rule.as_str(), other.as_str()), ("select.text", "densest element"));
    assert!(value.starts_with(one), "{value}");
}

#[test]
fn directives_for_robots_are_parsed() {
    let robots = |content: &str| {
        let report = read_with(&format!("<meta name=robots content='{content}'><p>Text"), &Select::default());
        (report.robots.noarchive, report.robots.nosnippet)
    };
    assert_eq!(robots("index, follow"), (false, false));
    assert_eq!(robots("NOARCHIVE"), (true, false));
    assert_eq!(robots("max-snippet:0,noarchive"), (true, true));
}

#[test]
fn dates_in_the_future_are_ignored() {
    let html = "<meta property='article:published_time' content='2027-01-01T00:00:00Z'><h1>Head line</h1><time datetime='2026-11-22T08:00:00Z'>x</time>";
    let report = read_with(html, &Select::default());
    let article = report.article_as_far_as_known.unwrap();
    assert_eq!(article.published_at.unwrap().to_string(), "2026-11-22T08:00:00Z");
}

#[test]
fn hostile_pages_end_quickly() {
    let text = "A sentence that is long enough to be taken for prose by whoever counts, and then some more of it.";
    let article = format!("<h1>Head line</h1><div class=article-body><p>{text}</p></div>");
    for (start, part, times, end) in [
        ("", "<div>", 12_000, ""),
        ("", "<div><p><a href=/x>Headline of another article</a></p></div>", 2_500, ""),
        ("<table>", "<tr><td>cell</td><td>value</td></tr>", 2_500, "</table>"),
        (&"<div>".repeat(900), "<i><img></i>", 600, ""),
        ("<h1>Head</h1>", &article, 600, ""),
        ("", "<span hidden>", 110, "\u{0}\u{fffe}&#0;&#xd800;<title>\u{202e}"),
        ("", "<h2 class=title>word</h2>", 2_500, &format!("<title>{}</title>", "word | ".repeat(50_000))),
        ("<title>", "word | ", 6_000, "</title>"),
    ] {
        crate::text::growth::assert_linear(part, |n| {
            let _ = read_with(&format!("{start}{}{end}", part.repeat(times * n)), &Select::default());
        });
    }
}

#[test]
fn text_outside_the_main_container_is_found() {
    const LINES: [&str; 3] = [
        "The council closes the bridge over the canal from Monday on, as its beams are badly damaged by rust and by age.",
        "Cyclists can take a ferry in the meantime; cars have to drive around by the next town, which takes half an hour.",
        "The agency promises a new bridge by the autumn, and does not say a word of what it is going to cost the town.",
    ];
    let prose = |more: &str| {
        format!("<h1>Bridge</h1><article><p>{}</p><p>{}</p>{more}<p>{}</p></article>", LINES[0], LINES[1], LINES[2])
    };
    let ld = |json: &str| format!("<script type='application/ld+json'>{json}</script>");
    let box_of = "Souffle de rue is a group of neighbours that has protested against the traffic in its quarter since 2019. It has two hundred members.";
    let live = ld(
        r#"{"@type":"LiveBlogPosting","headline":"Bridge","liveBlogUpdate":[{"@type":"BlogPosting","headline":"First words of Souffle","articleBody":"<p>The council closes the bridge over the canal from Monday on, as its beams are badly damaged.</p><p>No comment.</p>"},{"@id":"x:2"}]}"#,
    );
    let caption = "Members of Souffle de rue on the bridge on Saturday, before it was closed by the police";
    let film =
        |html: &str| format!("<meta property=og:type content=video.other><h1>Bridge</h1><video src=a></video>{html}");
    for (name, html, is_read) in [
        ("a box of prose in an aside", prose(&format!("<aside><h3>Who?</h3><p>{box_of}</p></aside>")), true),
        (
            "one that is named as a box of others",
            prose(&format!("<aside class=related><p>{box_of}</p></aside>")),
            false,
        ),
        ("one after the text", prose("") + &format!("<aside><p>{box_of}</p></aside>"), false),
        (
            "teasers",
            prose(
                "<aside><h3>More</h3><p><a href=/b>Souffle de rue sits down on a crossing, and the town promises to think of another plan</a></p></aside>",
            ),
            false,
        ),
        ("a field", prose(&format!("<aside><p>{box_of}</p><form><input type=email></form></aside>")), false),
        ("an update of a live blog", prose("") + &live, true),
        (
            "a live blog behind a wall",
            prose("") + &live.replace("\"headline\":\"Bridge\"", "\"isAccessibleForFree\":false"),
            false,
        ),
        (
            "a transcript",
            film("") + &ld(&format!(r#"{{"@type":"VideoObject","name":"Bridge","transcript":"{box_of}"}}"#)),
            true,
        ),
        (
            "a transcript beside a text",
            prose("") + &ld(&format!(r#"{{"@type":"VideoObject","name":"Bridge","transcript":"{box_of}"}}"#)),
            false,
        ),
        (
            "a caption in a gallery",
            film(&format!("<figure><img src=a><figcaption>{caption}</figcaption></figure>")),
            true,
        ),
        (
            "a caption beside a text",
            prose(&format!("<figure><img src=a><figcaption>{caption}</figcaption></figure>")),
            false,
        ),
        (
            "a shadow root",
            format!(
                "<h1>Bridge</h1><x-text><template shadowrootmode=open><p>{}</p><p>{box_of}</p></template></x-text>",
                LINES[0]
            ),
            true,
        ),
    ] {
        let report = read_with(&html, &Select::default());
        let article = match &report.verdict {
            PageVerdict::Article(article) => article,
            PageVerdict::NotArticle(_) => report.article_as_far_as_known.as_ref().unwrap(),
        };
        assert_eq!(article.text.contains("Souffle"), is_read, "{name}: {:?}", article.text);
        assert!(!article.text.contains("as its beams are badly damaged.\n"), "{name}: an update that the page shows");
    }
}

#[test]
fn a_pull_quote_in_an_aside_is_not_repeated() {
    let quote = "Nobody on the council had asked the people who live by the water what they think of lamps that burn all night long.";
    let html = format!(
        "<h1>Lamps</h1><article><p>{quote} They do now.</p><aside><p>“{quote}”</p></aside><p>Lamps are to be put up along the water before the winter begins, all the same.</p></article>"
    );
    let report = read_with(&html, &Select::default());
    let PageVerdict::Article(article) = &report.verdict else { unreachable!("{report:?}") };
    assert_eq!(article.text.matches("what they think of lamps").count(), 1, "{}", article.text);
}

#[test]
fn videos_recordings_and_galleries_are_described_in_their_own_words() {
    let ld = |kind: &str| {
        format!(
            r#"<script type="application/ld+json">{{"@type":"{kind}","name":"A","description":"How the bridge was closed, in an hour."}}</script><h1>Bridge</h1>"#
        )
    };
    let kind = |kind: &str| {
        format!(
            r#"<meta property="og:type" content="{kind}"><meta property="og:description" content="How the bridge was closed, in an hour."><h1>Bridge</h1>"#
        )
    };
    let player = r#"<meta property="og:description" content="How the bridge was closed, in an hour."><h1>Bridge</h1><audio src=a></audio>"#;
    for html in [
        ld("VideoObject"),
        ld("PodcastEpisode"),
        ld("ImageGallery"),
        kind("video.other"),
        kind("music.song"),
        player.to_owned(),
    ] {
        let report = read_with(&html, &Select::default());
        assert_eq!(report.verdict, PageVerdict::NotArticle(NotArticle::Video), "{html}");
        assert_eq!(report.article_as_far_as_known.unwrap().summary, "How the bridge was closed, in an hour.", "{html}");
    }
}
