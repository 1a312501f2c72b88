//! Small pages with the publication date that a person would name.

#![expect(clippy::unwrap_used, reason = "tests")]

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    article::{Article, Item, Page},
    extract::{PageContext, PageReport, PageVerdict, read_page},
    source::Select,
};

fn report(url: &str, html: &str) -> PageReport {
    report_of(url, html, None)
}

fn article(report: &PageReport) -> &Article {
    match &report.verdict {
        PageVerdict::Article(article) => article,
        PageVerdict::NotArticle(_) => report.article_as_far_as_known.as_deref().unwrap(),
    }
}

fn report_of(url: &str, html: &str, item: Option<&Item>) -> PageReport {
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let page = Page { url: url.parse().unwrap(), text: html.to_owned() };
    let zone = TimeZone::UTC;
    read_page(&page, &PageContext { select: &Select::default(), language: None, zone: &zone, now, item, outlet: "" })
}

/// Days of publication and of the last change; "" when not found.
fn days(url: &str, html: &str) -> (String, String) {
    let report = report(url, html);
    let of = |field: &str| report.findings.iter().any(|finding| finding.field == field);
    let article = article(&report);
    let day = |time: Option<Timestamp>| time.map(|time| time.to_string()[..10].to_owned()).unwrap_or_default();
    assert_eq!(of("published_at"), article.published_at.is_some());
    (day(article.published_at), day(article.modified_at))
}

const TEXT: &str = "<p>The council decided on Monday that the park by the canal will be open all night, and that lamps are \
    to be put up along the water before the winter.</p>";

#[test]
fn the_day_that_a_person_would_name() {
    const HERE: &str = "https://news.example/a/story";
    for (name, url, html, published, modified) in [
        (
            "one article of several in JSON-LD",
            HERE,
            r#"<script type="application/ld+json">[{"@type":"NewsArticle","url":"https://news.example/b/other","headline":"Other","datePublished":"2026-01-01T08:00:00Z"},
              {"@type":"NewsArticle","url":"https://news.example/a/story","headline":"Park","datePublished":"2026-05-04T08:00:00Z","dateModified":"2026-05-06T08:00:00Z"}]</script><h1>Park</h1>"#,
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "the page's node where no article is",
            HERE,
            r#"<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"N"},{"@type":"WebPage","datePublished":"2026-05-04T08:00:00Z"}]}</script><h1>Park</h1>"#,
            "2026-05-04",
            "",
        ),
        (
            "a system's own meta name",
            HERE,
            r#"<meta name="sharing:article_published_time" content="2026-05-04T08:00:00Z"><meta property="og:updated_time" content="2026-05-06"><h1>Park</h1>"#,
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "meta without an hour beside a time with one",
            HERE,
            r#"<meta name="date" content="2026-05-04"><h1>Park</h1><time datetime="2026-05-04T08:11:00Z">4 May</time>"#,
            "2026-05-04",
            "",
        ),
        (
            "RDFa of an older Drupal",
            HERE,
            r#"<h1>Park</h1><span property="dc:date dc:created" content="2026-05-04T08:00:00Z">Submitted by ann</span>"#,
            "2026-05-04",
            "",
        ),
        (
            "updated before published",
            HERE,
            r#"<h1>Park</h1><p>Updated <time datetime="2026-05-06">6 May</time> Published <time datetime="2026-05-04">4 May</time></p>"#,
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "two times by class",
            HERE,
            r#"<h1>Park</h1><time class="updated" datetime="2026-05-06"></time><time class="entry-date published" datetime="2026-05-04"></time>"#,
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "a teaser beside the headline",
            HERE,
            r#"<aside><article><h3><a href="/x">Other</a></h3><time datetime="2026-05-20">x</time></article></aside><h1>Park</h1><div class="entry-meta">4 May 2026</div>"#,
            "2026-05-04",
            "",
        ),
        (
            "the foot of the article, not of the page",
            HERE,
            r#"<main><div class="post"><h1>Park</h1><p>Text of some length about the lamps.</p><div class="post-footer">Posted by Ann at <abbr class="published" title="2026-05-04T08:00:00Z">8:00</abbr></div></div></main><footer><time datetime="2026-11-23">today</time></footer>"#,
            "2026-05-04",
            "",
        ),
        (
            "the same in a blog's footer without main",
            HERE,
            r#"<div class="hentry"><h3 class="post-title">Park</h3><div class="post-footer"><abbr class="published" title="2026-05-04T08:00:00Z">8:00</abbr></div></div>"#,
            "2026-05-04",
            "",
        ),
        (
            "a visible line in Dutch",
            HERE,
            "<html lang=nl><h1>Park</h1><span>Geplaatst op 4 mei 2026 door Ann</span>",
            "2026-05-04",
            "",
        ),
        (
            "a visible line in German",
            HERE,
            "<html lang=de><h1>Park</h1><div>Stand: 04.05.2026, 14:30 Uhr</div>",
            "2026-05-04",
            "2026-05-04",
        ),
        (
            "a visible line in Czech",
            HERE,
            "<html lang=cs><h1>Park</h1><div>Jana Nová, 4. května 2026</div>",
            "2026-05-04",
            "",
        ),
        (
            "a visible line in Persian",
            HERE,
            "<html lang=fa><h1>پارک</h1><div>تاریخ انتشار: ۱۴ اردیبهشت ۱۴۰۵</div>",
            "2026-05-04",
            "",
        ),
        (
            "a visible line in Japanese",
            HERE,
            "<html lang=ja><h1>公園</h1><div>2026年5月4日 10時30分</div>",
            "2026-05-04",
            "",
        ),
        ("an American day", HERE, "<html lang=en-US><h1>Park</h1><div>Posted 5/4/2026</div>", "2026-05-04", ""),
        ("a British day", HERE, "<html lang=en-GB><h1>Park</h1><div>Posted 4/5/2026</div>", "2026-05-04", ""),
        (
            "an English page of a country",
            "https://news.example.nz/a/story",
            "<html lang=en><h1>Park</h1><div>4/5/2026</div>",
            "2026-05-04",
            "",
        ),
        ("the address", "https://news.example/2026/05/04/park", "<h1>Park</h1>", "2026-05-04", ""),
        (
            "a day that the article is about, in the slug",
            "https://news.example/nieuws/herdenking-2016-03-22",
            r#"<h1>Park</h1><script type="application/ld+json">{"@type":"NewsArticle","headline":"Park","datePublished":"2026-05-04T08:00:00Z"}</script>"#,
            "2026-05-04",
            "",
        ),
        (
            "the same as a path of its own",
            "https://news.example/dossiers/2016/03/22/park",
            r#"<meta property="article:published_time" content="2026-05-04T08:00:00Z"><h1>Park</h1>"#,
            "2026-05-04",
            "",
        ),
        (
            "the same beside a time element",
            "https://news.example/dossiers/2016/03/22/park",
            r#"<h1>Park</h1><time datetime="2026-05-04T08:00:00Z">x</time>"#,
            "2026-05-04",
            "",
        ),
        (
            "the same in a slug beside a line that readers see",
            "https://news.example/nieuws/20160322-park",
            "<h1>Park</h1><p>4 May 2026</p>",
            "2026-05-04",
            "",
        ),
        (
            "a day in the headline's line beside a day that is a path of its own",
            "https://news.example/2026/05/04/park",
            "<h1>Park</h1><p>Brussels, 22 March 2016</p>",
            "2026-05-04",
            "",
        ),
        (
            "a date that was never set, beside one that was",
            HERE,
            r#"<meta property="article:published_time" content="2001-01-01T00:00:00Z"><h1>Park</h1><time datetime="2026-05-04T08:00:00Z">x</time>"#,
            "2026-05-04",
            "",
        ),
        (
            "only the last change is told",
            HERE,
            r#"<meta property="article:modified_time" content="2026-05-04T08:00:00Z"><h1>Park</h1>"#,
            "2026-05-04",
            "2026-05-04",
        ),
        (
            "dates that the text speaks of",
            HERE,
            "<h1>Park</h1><p>The lamps that were put up on 4 May 1998 by the canal were taken down again in the years after that.</p><p>Posted on 4 May 2026.</p>",
            "2026-05-04",
            "",
        ),
        (
            "a quoted post",
            HERE,
            "<h1>Park</h1><blockquote>Lamps! — Ann (@ann) 3 May 2026</blockquote><p>Published: 4 May 2026</p>",
            "2026-05-04",
            "",
        ),
        (
            "comments",
            HERE,
            "<h1>Park</h1><div class=comments><div><time datetime=2026-05-20>x</time> Nice</div></div><p class=date>4 May 2026</p>",
            "2026-05-04",
            "",
        ),
        ("the copyright", HERE, "<h1>Park</h1><footer>© 2026 News</footer>", "", ""),
        ("a year alone", HERE, r#"<meta name="date" content="2026"><h1>Park</h1>"#, "", ""),
        ("the future", HERE, r#"<meta name="date" content="2027-05-04"><h1>Park</h1><p>Posted 5 May 2028</p>"#, "", ""),
    ] {
        let found = days(url, &format!("{html}{TEXT}{TEXT}"));
        assert_eq!((found.0.as_str(), found.1.as_str()), (published, modified), "{name}");
    }
}

#[test]
fn the_zone_of_the_page_is_kept() {
    for (date, expected) in [
        ("2026-05-04T00:30:00+02:00", Some(2 * 3600)),
        ("2026-05-04T00:30:00-05:00", Some(-5 * 3600)),
        ("2026-05-04T00:30:00Z", Some(0)),
    ] {
        let html = format!("<meta property='article:published_time' content='{date}'><h1>Park</h1>{TEXT}");
        let offset = report("https://news.example/a/story", &html).offset;
        assert_eq!(offset.map(jiff::tz::Offset::seconds), expected, "{date}");
    }
}

#[test]
fn more_days_that_a_person_would_name() {
    const HERE: &str = "https://news.example/a/story";
    let mut wrong = Vec::new();
    for (name, html, published, modified) in [
        (
            "Spanish",
            "<html lang=es><h1>Park</h1><div>Actualizado: 6 mayo 2026. Publicado: 4 mayo 2026</div>",
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "Portuguese",
            "<html lang=pt><h1>Park</h1><div>04/05/2026 às 14h30 - Atualizado em 06/05/2026 às 9h</div>",
            "2026-05-04",
            "2026-05-06",
        ),
        ("Portuguese with hours", "<html lang=pt><h1>Park</h1><div>04/05/2026 14h30</div>", "2026-05-04", ""),
        (
            "Italian",
            "<html lang=it><h1>Park</h1><div>di Paolo Riva — lunedì 4 maggio 2026 alle 10:30</div>",
            "2026-05-04",
            "",
        ),
        ("Greek", "<html lang=el><h1>Πάρκο</h1><div>Τρίτη, 5 Μαΐου 2026 10:30</div>", "2026-05-05", ""),
        ("Greek numbers", "<html lang=el><h1>Πάρκο</h1><div>05.05.2026 | 10:30</div>", "2026-05-05", ""),
        ("Russian", "<html lang=ru><h1>Парк</h1><div>10:30, 4 мая 2026</div>", "2026-05-04", ""),
        ("Ukrainian", "<html lang=uk><h1>Парк</h1><div>Понеділок, 4 травня 2026, 10:30</div>", "2026-05-04", ""),
        ("Bulgarian", "<html lang=bg><h1>Парк</h1><div>4 май 2026 г., 10:30</div>", "2026-05-04", ""),
        ("Serbian", "<html lang=sr><h1>Парк</h1><div>понедељак, 04. мај 2026, 10:30</div>", "2026-05-04", ""),
        ("Croatian", "<html lang=hr><h1>Park</h1><div>Objavljeno 4. svibnja 2026. u 10:30</div>", "2026-05-04", ""),
        ("Slovene", "<html lang=sl><h1>Park</h1><div>4. maj 2026 ob 10.30</div>", "2026-05-04", ""),
        ("Slovak", "<html lang=sk><h1>Park</h1><div>4. mája 2026 o 10:30</div>", "2026-05-04", ""),
        ("Polish", "<html lang=pl><h1>Park</h1><div>Data utworzenia: 4 maja 2026 10:30</div>", "2026-05-04", ""),
        (
            "Polish numbers",
            "<html lang=pl><h1>Park</h1><div>04.05.2026, 10:30 | Aktualizacja: 06.05.2026, 11:00</div>",
            "2026-05-04",
            "2026-05-06",
        ),
        ("Hungarian", "<html lang=hu><h1>Park</h1><div>2026.05.04. 10:30</div>", "2026-05-04", ""),
        ("Hungarian words", "<html lang=hu><h1>Park</h1><div>2026. május 4., hétfő 10:30</div>", "2026-05-04", ""),
        ("Romanian", "<html lang=ro><h1>Park</h1><div>Publicat luni, 4 mai 2026, 10:30</div>", "2026-05-04", ""),
        (
            "Turkish",
            "<html lang=tr><h1>Park</h1><div>Giriş: 04.05.2026 - 10:30 Güncelleme: 06.05.2026 - 11:00</div>",
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "Finnish",
            "<html lang=fi><h1>Park</h1><div>4.5.2026 10:30 | Päivitetty 6.5.2026 11:00</div>",
            "2026-05-04",
            "2026-05-06",
        ),
        ("Swedish", "<html lang=sv><h1>Park</h1><div>Publicerad 2026-05-04 10.30</div>", "2026-05-04", ""),
        ("Danish", "<html lang=da><h1>Park</h1><div>04. maj 2026 kl. 10:30</div>", "2026-05-04", ""),
        ("Estonian", "<html lang=et><h1>Park</h1><div>4. mai 2026, 10:30</div>", "2026-05-04", ""),
        ("Latvian", "<html lang=lv><h1>Park</h1><div>2026. gada 4. maijs 10:30</div>", "2026-05-04", ""),
        ("Lithuanian", "<html lang=lt><h1>Park</h1><div>2026 m. gegužės 4 d. 10:30</div>", "2026-05-04", ""),
        ("Chinese", "<html lang=zh><h1>公园</h1><div>来源：本报 2026-05-04 10:30</div>", "2026-05-04", ""),
        (
            "Korean",
            "<html lang=ko><h1>공원</h1><div>입력 2026.05.04 10:30 수정 2026.05.06 11:00</div>",
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "Japanese",
            "<html lang=ja><h1>公園</h1><div>公開 2026/05/04 10:30　更新 2026/05/06 11:00</div>",
            "2026-05-04",
            "2026-05-06",
        ),
        ("Hebrew", "<html lang=he><h1>פארק</h1><div>פורסם: 04.05.2026, 10:30</div>", "2026-05-04", ""),
        ("Arabic", "<html lang=ar><h1>حديقة</h1><div>الاثنين ٤ مايو ٢٠٢٦ - ١٠:٣٠</div>", "2026-05-04", ""),
        ("Hindi", "<html lang=hi><h1>पार्क</h1><div>प्रकाशित: 4 मई 2026, 10:30 AM IST</div>", "2026-05-04", ""),
        (
            "a blog's foot",
            "<h1>Park</h1><p>Words that are long enough to be a line of the text of this article, and then some more.</p><p>This entry was posted on Monday, May 4th, 2026 at 10:30 and is filed under Parks.</p>",
            "2026-05-04",
            "",
        ),
        (
            "only the last change, in the foot",
            "<h1>Park</h1><p>Words that are long enough to be a line of the text.</p><footer>Page last updated 4 May 2026</footer>",
            "2026-05-04",
            "2026-05-04",
        ),
        (
            "teasers' times around an article that shows its own",
            r#"<h1>Park</h1><div class=meta><time datetime="2026-05-04T10:30:00+02:00">4 May</time></div><section class="related"><article><h3><a href=/b>Other</a></h3><time datetime="2026-05-09">9 May</time></article></section>"#,
            "2026-05-04",
            "",
        ),
        (
            "today at the head of the page",
            r#"<header><div class="today">Monday 23 November 2026</div><nav><a href=/>Home</a></nav></header><h1>Park</h1><p class="date">4 May 2026</p>"#,
            "2026-05-04",
            "",
        ),
        (
            "today over the headline, without a class",
            r"<header><div>Monday 23 November 2026</div><nav><a href=/>Home</a></nav></header><main><h1>Park</h1><p>By Jane Roe</p><p>4 May 2026</p></main>",
            "2026-05-04",
            "",
        ),
        (
            "created before it was published",
            r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Park","dateCreated":"2026-05-01T08:00:00Z","datePublished":"2026-05-04T08:00:00Z","dateModified":"2026-05-06T08:00:00Z"}</script><h1>Park</h1>"#,
            "2026-05-04",
            "2026-05-06",
        ),
        (
            "JSON-LD without a date, a time beside the byline",
            r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Park","datePublished":""}</script><h1>Park</h1><time>4 May 2026</time>"#,
            "2026-05-04",
            "",
        ),
        (
            "data-attribute and words",
            r#"<h1>Park</h1><span class="post-date" data-date="1777890600">4 May 2026</span>"#,
            "2026-05-04",
            "",
        ),
        (
            "a date that a script shows",
            r#"<h1>Park</h1><span class="article__date js-date" data-timestamp="1777890600"></span>"#,
            "2026-05-04",
            "",
        ),
        (
            "the data of the page's own scripts",
            r#"<h1>Park</h1><script>window.state={"article":{"publishedAt":"2026-05-04T08:00:00Z"}}</script>"#,
            "2026-05-04",
            "",
        ),
        (
            "a header of the server in the page",
            r#"<meta http-equiv="last-modified" content="Mon, 04 May 2026 08:00:00 GMT"><h1>Park</h1>"#,
            "2026-05-04",
            "2026-05-04",
        ),
        (
            "epoch in a time element",
            r#"<h1>Park</h1><time datetime="1777890600000">yesterday</time>"#,
            "2026-05-04",
            "",
        ),
        (
            "a machine date that Americans write",
            r#"<html lang=en-US><meta name="pubdate" content="05/04/2026"><h1>Park</h1>"#,
            "2026-05-04",
            "",
        ),
        (
            "Java's own way",
            r#"<meta name="publish-date" content="Mon May 04 10:30:00 CEST 2026"><h1>Park</h1>"#,
            "2026-05-04",
            "",
        ),
        (
            "JavaScript's own way",
            r#"<meta name="date" content="Mon May 04 2026 10:30:00 GMT+0200 (CEST)"><h1>Park</h1>"#,
            "2026-05-04",
            "",
        ),
        (
            "an event in the text",
            "<h1>Park</h1><p>Published 4 May 2026</p><p>The fair is on 12 June 2026 at the canal.</p>",
            "2026-05-04",
            "",
        ),
        (
            "a date line in front of the text",
            "<h1>Park</h1><p>Brussels, 4 May 2026 – The council decided on Monday that the park by the canal will be open all night.</p>",
            "2026-05-04",
            "",
        ),
        ("a comment's date only", "<h1>Park</h1><ol class=comments><li>Ann, 20 May 2026: Nice</li></ol>", "", ""),
    ] {
        let found = days(HERE, &format!("{html}{TEXT}{TEXT}"));
        if (found.0.as_str(), found.1.as_str()) != (published, modified) {
            wrong.push(format!("{name}: {found:?} for {published:?} {modified:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_channels_date_yields_only_to_one_that_the_page_is_sure_of() {
    const JSON_LD: &str = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"Park","datePublished":"2016-05-04"}</script>"#;
    const FILM: &str = r#"<script type="application/ld+json">{"@type":"VideoObject","name":"Park","uploadDate":"2016-05-04"}</script>"#;
    let channel = Item { published_at: "2026-11-20T08:00:00Z".parse().ok(), ..Item::default() };
    for (url, html, day, is_sure) in [
        ("https://news.example/a", JSON_LD, "2016-05-04", true),
        ("https://news.example/a", r#"<meta name="date" content="2016-05-04">"#, "2016-05-04", true),
        ("https://news.example/a", "<h1>Park</h1><p>Published: 4 May 2016</p>", "2016-05-04", true),
        ("https://news.example/a", "<h1>Park</h1><p>Brussels, 4 May 2016</p>", "2026-11-20", false),
        ("https://news.example/a", FILM, "2026-11-20", false),
        ("https://news.example/a-2016-05-04", "<h1>Park</h1>", "2026-11-20", false),
        ("https://news.example/2016/05/04/a", "<h1>Park</h1>", "2026-11-20", false),
        ("https://news.example/a", "<h1>Park</h1><footer>Since 4 May 2016</footer>", "2026-11-20", false),
        ("https://news.example/a", "<h1>Park</h1><p>Last updated: 4 May 2016</p>", "2026-11-20", false),
    ] {
        let html = format!("{html}{TEXT}{TEXT}");
        let report = report_of(url, &html, Some(&channel));
        assert_eq!(article(&report).published_at.unwrap().to_string().get(..10), Some(day), "{url} {html}");
        assert_eq!(report.sure_date.is_some(), is_sure, "{url} {html}");
        // Without the channel the date is the same, and no more certain.
        assert_eq!(report_of(url, &html, None).sure_date.is_some(), is_sure, "{url} {html}");
    }
}
