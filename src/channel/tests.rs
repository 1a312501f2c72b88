//! The published feeds and sitemaps, and pages of our own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::PathBuf;

use serde_json::Value;

use super::*;
use crate::charset;
use crate::text::markup;

fn corpus(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora").join(name);
    path.exists().then_some(path)
}

fn page(url: &str, text: &str) -> Page {
    Page { url: Url::parse(url).unwrap(), text: text.to_owned() }
}

fn feed(text: &str) -> Announced {
    read(&page("https://a.example/feed/rss.xml", text), &ChannelKind::Feed, &TimeZone::UTC).unwrap()
}

/// The fields of feedparser's suite that we have, and how ours compare: `None` where we have no such field.
fn ours(found: &Announced, path: &str) -> Option<String> {
    let item = found.items.first();
    Some(match path {
        "feed.title" => found.title.clone(),
        "feed.language" => found.language.clone(),
        "entries.0.title" => item?.title.clone(),
        "entries.0.link" => item?.url.as_ref()?.to_string(),
        "entries.0.id" => item?.id.clone(),
        "entries.0.summary" | "entries.0.content" => item?.summary.clone(),
        "entries.0.author" => item?.author.clone(),
        "entries.0.published" => item?.published_at?.as_second().to_string(),
        "entries.0.updated" => item?.modified_at.or(item?.published_at)?.as_second().to_string(),
        _ => return None,
    })
}

/// Counts how many of a file's expectations hold, of those that concern our fields; a list of the others.
fn score(file: &str) -> Option<(usize, usize, Vec<String>)> {
    let text = std::fs::read_to_string(corpus(file)?).unwrap();
    let (mut right, mut all, mut wrong) = (0, 0, Vec::new());
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let body = crate::base64::bytes(case["body_b64"].as_str().unwrap()).unwrap();
        let base = case["content_location"].as_str().or(case["base"].as_str()).unwrap_or("http://a.example/feed");
        let content_type = case["content_type"].as_str().or(case["headers"]["content-type"].as_str());
        let page = page(base, &charset::decode(&body, content_type));
        let found = read(&page, &ChannelKind::Feed, &TimeZone::UTC);
        let expectations =
            case["expect"].as_array().map(|list| list.iter().map(|e| (e[0].clone(), e[1].clone())).collect());
        let checks = || {
            let checks = case["checks"].as_array().into_iter().flatten().filter(|check| check["op"] == "eq");
            checks.map(|check| (check["path"].clone(), check["value"].clone())).collect::<Vec<_>>()
        };
        for (path, expected) in expectations.unwrap_or_else(checks) {
            let parts = path
                .as_array()
                .map(|parts| parts.iter().map(|p| p.to_string().replace('"', "")).collect::<Vec<_>>().join("."));
            let path = parts.unwrap_or_else(|| path.as_str().unwrap().to_owned());
            let path = path.replace("entries.0.description", "entries.0.summary").replace("content.0.value", "content");
            // We have no such fields: the feed's own description and dates, and categories.
            if ![
                "entries.0.title",
                "entries.0.link",
                "entries.0.id",
                "entries.0.summary",
                "entries.0.content",
                "entries.0.author",
                "entries.0.published",
                "entries.0.updated",
                "feed.title",
                "feed.language",
            ]
            .contains(&path.as_str())
            {
                continue;
            }
            all += 1;
            let expected = expected.as_str().map_or_else(|| expected.to_string(), str::to_owned);
            // The suite has HTML 4's bracket for `&rang;`; HTML has another one since.
            let expected = expected.replace('\u{232a}', "\u{27e9}");
            let got = found.as_ref().ok().and_then(|found| ours(found, &path)).unwrap_or_default();
            // Their strings are cleaned HTML, ours are plain text.
            let same = match path.as_str() {
                "entries.0.link" => Url::parse(&expected).map(String::from).is_ok_and(|e| e == got),
                "entries.0.id" | "entries.0.published" | "entries.0.updated" => expected == got,
                _ => markup::from_html(&expected, 5_000) == got || one_line_up_to(&expected, 5_000) == got,
            };
            if same {
                right += 1;
            } else {
                wrong.push(format!("{} {path}: {got:?}, expected {expected:?} {:?}", case["id"], found.as_ref().err()));
            }
        }
    }
    Some((right, all, wrong))
}

#[test]
fn a_page_that_breaks_off_is_told() {
    let item = "<item><title>A</title><link>https://a.example/1</link></item>";
    for (text, expected) in [
        (format!("<rss><channel>{item}</channel></rss>"), false),
        (format!("<rss><channel>{item}</rss>\n<!-- served -->"), false),
        (format!("<rss><channel><title>a<br>b</title>{item}</channel></rss><img>"), false),
        (format!("<rss><channel>{item}"), true),
        (format!("<rss><channel>{item}<item><title>Half a h"), true),
        (format!("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">{item}"), true),
        ("<feed><entry><title>A</title><link href=\"/1\"/></entry></feed>".to_owned(), false),
        ("<feed><entry><title>A</title><link href=\"/1\"/></entry><ent".to_owned(), true),
    ] {
        assert_eq!(feed(&text).is_cut, expected, "{text}");
    }
    let url = "<url><loc>https://a.example/1</loc></url>";
    for (text, expected) in [
        (format!("<urlset>{url}</urlset>"), false),
        (format!("<urlset>{url}"), true),
        (format!("<urlset>{url}<url><lo"), true),
    ] {
        let page = Page { url: Url::parse("https://a.example/sitemap.xml").unwrap(), text };
        assert_eq!(read(&page, &ChannelKind::Sitemap, &TimeZone::UTC).unwrap().is_cut, expected, "{}", page.text);
    }
}

#[test]
fn the_published_feeds_are_read() {
    for (file, floor) in [
        ("feeds/feed_core_dev.jsonl", 312),
        ("feeds/sanitize_dev.jsonl", 309),
        ("charset/feedparser_encoding_dev.jsonl", 5),
    ] {
        if let Some((right, all, wrong)) = score(file) {
            assert!(right >= floor, "{right} of {all}, not {floor}: {wrong:#?}");
        }
    }
}

#[test]
fn the_published_sitemaps_are_read() {
    let Some(folder) = corpus("sitemaps") else { return };
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected_by_usp.json")).unwrap()).unwrap();
    for case in expected.as_array().unwrap() {
        let name = case["file"].as_str().unwrap();
        let mut body = std::fs::read(folder.join("files").join(name)).unwrap();
        if body.starts_with(&[0x1f, 0x8b]) {
            let mut plain = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(body.as_slice()), &mut plain).unwrap();
            body = plain;
        }
        let page = page("http://www.example.com/sitemap.xml", &charset::decode(&body, None));
        let found = read(&page, &ChannelKind::Sitemap, &TimeZone::UTC).unwrap_or_else(|why| panic!("{name}: {why}"));
        let got: Vec<String> = found.items.iter().filter_map(|i| Some(i.url.as_ref()?.to_string())).collect();
        let wanted: Vec<String> = case["pages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| Url::parse(p["url"].as_str().unwrap()).unwrap().into())
            .collect();
        let mut got_sorted = got.clone();
        let mut wanted_sorted = wanted.clone();
        got_sorted.sort();
        got_sorted.dedup();
        wanted_sorted.sort();
        wanted_sorted.dedup();
        assert_eq!(got_sorted, wanted_sorted, "{name}");
        for wanted in case["pages"].as_array().unwrap() {
            let url: String = Url::parse(wanted["url"].as_str().unwrap()).unwrap().into();
            let item = found.items.iter().find(|i| i.url.as_ref().is_some_and(|u| u.as_str() == url)).unwrap();
            if let Some(title) = wanted["title"].as_str() {
                assert_eq!(item.title, markup::from_text(title, 1_000), "{name}");
            }
            let date = |key: &str| wanted[key].as_str().and_then(|text| crate::date::read(text, &TimeZone::UTC));
            assert_eq!(item.published_at, date("pub"), "{name} {url}");
            if date("lastmod").is_some() {
                assert_eq!(item.modified_at, date("lastmod"), "{name} {url}");
            }
        }
        let nested = case["sub"].as_array().unwrap();
        assert!(found.nested.len() >= nested.len(), "{name}");
    }
}

#[test]
fn hostile_documents_do_nothing() {
    let Some(folder) = corpus("hostile/xml") else { return };
    for file in std::fs::read_dir(folder).unwrap() {
        let body = std::fs::read(file.unwrap().path()).unwrap();
        let page = page("http://www.example.com/", &charset::decode(&body, None));
        let feed = page.text.replace("<root", "<rss").replace("</root", "</rss");
        for kind in [ChannelKind::Feed, ChannelKind::Sitemap, ChannelKind::Page { link: "a".into() }] {
            let _ = read(&page, &kind, &TimeZone::UTC);
            let _ = read(&Page { text: feed.clone(), url: page.url.clone() }, &kind, &TimeZone::UTC);
        }
    }
}

const RSS: &str = r#"<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:News="https://s.example/search?q=tram&format=rss"
  xmlns:media="http://search.yahoo.com/mrss/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
<channel><title>Le Journal &amp;amp; Co</title><link>https://a.example</link><language>fr-BE</language>
<lastBuildDate>Sat, 10 Oct 2026 10:00:00 +0000</lastBuildDate><ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>
<sy:updateFrequency>4</sy:updateFrequency><skipHours><hour>1</hour><hour>24</hour></skipHours><skipDays><day>Saturday</day><day> sunday </day><day>Someday</day></skipDays>
<image><title>Logo</title><url>/logo.png</url><link>https://a.example/logo</link></image>
<item><title><![CDATA[Gr&egrave;ve des <em>trams</em>: l'impasse]]></title>
  <link>/belgique/2026/10/03/greve-A1/</link><guid isPermaLink="true">https://a.example/autre</guid>
  <dc:creator><![CDATA[Ann Peeters, Bob Maes]]></dc:creator><pubDate>hier</pubDate><pubDate>Sat, 03 Oct 2026 18:04:50 +0100</pubDate>
  <description>&lt;p&gt;Premier paragraphe.&lt;/p&gt;&lt;p&gt;Second&amp;nbsp;&amp;amp;eacute;.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</description>
  <content:encoded>Tout le texte</content:encoded>
  <media:content url="https://a.example/p.jpg"><media:title>Photo</media:title><media:description>Légende</media:description></media:content></item>
<item><title></title><link>https://www.a.example</link><pubDate>Sat, 03 Oct 2026 18:04:50 +0100</pubDate></item>
<item><title>Un titre - Le Quotidien</title><link>https://b.example/x</link><source url="https://q.example">Le Quotidien</source>
  <feedburner:origLink>https://q.example/vrai</feedburner:origLink><description></description><content:encoded><![CDATA[<b>Corps</b>]]></content:encoded></item>
<item><title>Trouvé</title><link>http://s.example/apiclick.aspx?ref=x&amp;url=https%3a%2f%2fwww.n.example%2far-AA1&amp;c=1</link><News:Source>Fortune via N</News:Source></item>
<item><title>Sans chapeau - Le Quotidien</title><link>https://b.example/y</link><source>Le Quotidien</source>
  <description>&lt;a href="https://b.example/y"&gt;Sans chapeau&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font&gt;Le Quotidien&lt;/font&gt;</description></item>
<item><guid>https://a.example/guid-only</guid><title>Bare & broken <b>title</title></item>
</channel></rss>"#;

#[test]
fn rss_with_all_its_habits() {
    let found = feed(RSS);
    assert_eq!(found.title, "Le Journal & Co");
    assert_eq!(found.language, "fr-be");
    assert_eq!(found.poll_after, Some(Duration::from_mins(30)));
    assert_eq!(found.skip_hours, [1, 0]);
    assert_eq!(found.skip_days, [jiff::civil::Weekday::Saturday, jiff::civil::Weekday::Sunday]);
    assert_eq!(
        found.dropped,
        [Dropped { what: "https://www.a.example/".into(), why: Cause::new(CauseCode::HomePage, &[]) }]
    );
    let short: Vec<_> = found
        .items
        .iter()
        .map(|i| (i.url.as_ref().map_or("", Url::as_str), i.title.as_str(), i.summary.as_str(), i.outlet.as_str()))
        .collect();
    assert_eq!(
        short,
        [
            (
                "https://a.example/belgique/2026/10/03/greve-A1/",
                "Grève des trams: l'impasse",
                "Premier paragraphe. Second é.",
                ""
            ),
            ("https://q.example/vrai", "Un titre", "Corps", "Le Quotidien"),
            (
                "http://s.example/apiclick.aspx?ref=x&url=https%3a%2f%2fwww.n.example%2far-AA1&c=1",
                "Trouvé",
                "",
                "Fortune via N"
            ),
            ("https://b.example/y", "Sans chapeau", "", "Le Quotidien"),
            ("https://a.example/guid-only", "Bare & broken title", "", ""),
        ]
    );
    assert_eq!(found.items[0].author, "Ann Peeters, Bob Maes");
    assert_eq!(found.items[0].id, "https://a.example/autre");
    assert_eq!(found.items[0].published_at, "2026-10-03T17:04:50Z".parse().ok());
    assert_eq!(found.items[1].published_at, None, "lastBuildDate is nobody's date");
}

#[test]
fn atom_and_json() {
    let found = feed(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/nl/" xml:lang="nl"><title type="text">B &lt;3</title>
        <link rel="self" href="/feed"/><entry><title type="html">Staking &amp;lt; week</title><id>urn:1</id>
        <link rel="enclosure" href="/a.mp3"/><link rel="alternate" type="text/html" href="a/1"/>
        <published>2026-10-03T14:15:53+02:00</published><updated>2026-10-03T15:00:00+02:00</updated>
        <author><name>Els</name><email>e@b.example</email></author><author><name>Jan</name></author>
        <source><title>Agentschap</title><id>x</id></source>
        <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Een <b>lead</b>.<br/>Nog een.</div></summary></entry>
        <entry><title>Alleen bijgewerkt</title><link href="a/2"/><updated>2026-10-03T15:00:00+02:00</updated></entry></feed>"#,
    );
    assert_eq!((found.title.as_str(), found.language.as_str()), ("B <3", "nl"));
    let item = &found.items[0];
    assert_eq!(item.url.as_ref().unwrap().as_str(), "https://b.example/nl/a/1");
    assert_eq!(item.title, "Staking < week");
    assert_eq!(item.summary, "Een lead. Nog een.");
    assert_eq!((item.author.as_str(), item.id.as_str(), item.outlet.as_str()), ("Els, Jan", "urn:1", "Agentschap"));
    assert_eq!(item.published_at, "2026-10-03T12:15:53Z".parse().ok());
    assert_eq!(item.modified_at, "2026-10-03T13:00:00Z".parse().ok());
    assert_eq!(found.items[1].published_at, "2026-10-03T13:00:00Z".parse().ok());

    let found = feed(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"J","language":"en","home_page_url":"https://j.example/",
        "items":[{"id":7,"url":"/one","title":"Tram &amp; bus","content_html":"<p>Some <b>text</b></p>","date_published":"2026-10-03T10:00:00Z",
        "authors":[{"name":"A"},{"name":"B"}]},{"id":"https://j.example/two","content_text":"2 < 3"},"junk",{"title":""}]}"#,
    );
    let item = &found.items[0];
    assert_eq!(
        (item.id.as_str(), item.title.as_str(), item.summary.as_str(), item.author.as_str()),
        ("7", "Tram & bus", "Some text", "A, B")
    );
    assert_eq!(item.url.as_ref().unwrap().as_str(), "https://a.example/one");
    assert_eq!(found.items[1].url.as_ref().unwrap().as_str(), "https://j.example/two");
    assert_eq!(found.items[1].summary, "2 < 3");
    assert_eq!(found.dropped.len(), 2);
}

#[test]
fn an_atom_entry_is_a_document_too() {
    for prefix in ["", "a:"] {
        let open = if prefix.is_empty() { "xmlns" } else { "xmlns:a" };
        let text = format!(
            "<?xml version=\"1.0\"?><{prefix}entry {open}=\"http://www.w3.org/2005/Atom\" xml:lang=\"nl\"><{prefix}title>2 &lt;b> 3</{prefix}title>\
             <{prefix}id>urn:1</{prefix}id><{prefix}link href=\"/a/1\"/><{prefix}updated>2026-10-03T15:00:00Z</{prefix}updated></{prefix}entry>"
        );
        assert_eq!(sniff(&page("https://a.example/1", &text)), Some(PageKind::Feed));
        let found = feed(&text);
        let item = &found.items[0];
        // Atom says how a text is written: this one is no HTML.
        assert_eq!((item.title.as_str(), item.id.as_str(), item.language.as_str()), ("2 <b> 3", "urn:1", "nl"));
        assert_eq!(item.url.as_ref().unwrap().as_str(), "https://a.example/a/1");
        assert_eq!((found.items.len(), found.is_cut, found.title.as_str()), (1, false, ""));
        assert!(feed(text.rsplit_once("</").unwrap().0).is_cut);
    }
    let other = page("https://a.example/1", "<dictionary><entry><title>A word</title></entry></dictionary>");
    assert!(read(&other, &ChannelKind::Feed, &TimeZone::UTC).is_err());
}

#[test]
fn items_of_a_json_feed_inherit_its_authors() {
    for shared in [r#""authors":[{"name":"A"},{"name":"B"}]"#, r#""author":{"name":"A, B"}"#] {
        let found = feed(&format!(
            r#"{{"version":"https://jsonfeed.org/version/1.1","title":"J",{shared},"items":[{{"id":"1","title":"One"}},
            {{"id":"2","title":"Two","author":{{"name":"C"}}}},{{"id":"3","title":"Three","authors":[]}}]}}"#
        ));
        assert_eq!(found.items.iter().map(|item| item.author.as_str()).collect::<Vec<_>>(), ["A, B", "C", "A, B"]);
    }
}

#[test]
fn what_is_broken_is_read_as_far_as_it_goes() {
    let titles = |text: &str| feed(text).items.into_iter().map(|i| i.title).collect::<Vec<_>>();
    let item = |n: u8| format!("<item><title>T{n}</title><link>https://a.example/{n}</link></item>");
    let (one, two) = (item(1), item(2));
    for (text, expected) in [
        (format!("\u{feff}\n junk <?xml version='1.0'?><rss><channel>{one}{two}</channel></rss>"), "T1 T2"),
        (format!("<rss><channel>{one}{two}<item><title>T3</title><link>https://a.exa"), "T1 T2 T3"),
        (format!("<rss><channel>{one}{two}<item><title>Half a head"), "T1 T2"),
        (
            format!("<rss><channel>{one}<item><title>T2<link>https://a.example/2</link><item><title>T3</title>"),
            "T1 T2 T3",
        ),
        (format!("<rss><channel><item><foo><bar></item>{one}</baz></foo>{two}"), "T1 T2"),
        (format!("<RSS><CHANNEL>{}</CHANNEL></RSS>", one.to_uppercase()), "T1"),
        (format!("<!DOCTYPE rss [<!ENTITY t \"T9\">]><rss><channel>{}", one.replace("T1", "&t;")), "T9"),
        (format!("<rss><channel><!-- {one} -->{two}<!-- {one}"), "T2"),
        (format!("<rss><channel><image><title>No<link>x</image>{one}<textInput><title>No</title>{two}"), "T1 T2"),
        (
            format!(
                "<x:rss xmlns:x='http://backend.userland.com/rss2'>{}",
                one.replace('<', "<x:").replace("<x:/", "</x:")
            ),
            "T1",
        ),
    ] {
        assert_eq!(titles(&text).join(" "), expected, "{text}");
    }
    for (title, expected) in [
        ("<![CDATA[<![CDATA[Twice wrapped]]>]]&gt;", "Twice wrapped"),
        ("<![CDATA[Ends </item> not]]>", "Ends not"),
        ("Why &lt;canvas&gt; matters", "Why <canvas> matters"),
        ("1 &lt; 2 &amp;amp; 3 > 2", "1 < 2 & 3 > 2"),
        ("Tom &amp;#8217;s, d&amp;eacute;j&amp;agrave;&#160;vu", "Tom ’s, déjà vu"),
        ("&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;br/&gt;C&lt;/p&gt;", "A B C"),
        ("<b>Naked</b> <i>tags", "Naked tags"),
    ] {
        let text = format!(
            "<x:rss xmlns:x='urn:odd'><x:channel><x:item><x:title>{title}</x:title><x:link>/1</x:link></x:item>"
        );
        assert_eq!(titles(&text), [expected], "{title}");
    }
    assert_eq!(feed("<rss version='2.0'><channel><title>Empty</title></channel></rss>").items, []);
}

#[test]
fn pages_that_are_something_else_are_refused_by_name() {
    let kind =
        |text: &str, url: &str| read(&page(url, text), &ChannelKind::Feed, &TimeZone::UTC).unwrap_err().to_string();
    let at = "https://a.example/x";
    assert_eq!(kind("", at), "an empty response");
    assert_eq!(kind("  \n", at), "an empty response");
    assert_eq!(kind("<!DOCTYPE html><title>x</title>", at), "an HTML page, not a feed");
    assert_eq!(
        kind("<html><head><LINK REL='alternate' type='application/rss+xml' href='/rss.xml'>", at),
        "an HTML page, not a feed; the page names the feed https://a.example/rss.xml"
    );
    assert_eq!(kind("<html>", "https://privacy.a.example/consent?x=1"), "a consent page, not a feed");
    assert_eq!(kind("{\"a\":1}", at), "a JSON document, but not a JSON Feed");
    assert!(kind("{\"a\":", at).starts_with("a JSON document that cannot be read: "));
    assert_eq!(kind("<opml><body/></opml>", at), "an XML document whose root is <opml>, not a feed");
    assert_eq!(kind("<soap:Envelope>", at), "an XML document whose root is <envelope>, not a feed");
    assert_eq!(kind("\u{1f}\u{8b}binary", at), "neither XML nor JSON, so not a feed");
    assert_eq!(kind("<urlset></urlset>", at), "a sitemap, not a feed");
    let sitemap = read(&page(at, "<html></html>"), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap_err().to_string();
    assert_eq!(sitemap, "an HTML page, not a sitemap");
}

#[test]
fn news_sitemaps() {
    let text = r#"<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
      xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><image:image><image:loc>https://a.example/p.jpg</image:loc><image:title>Photo</image:title></image:image>
        <loc> https://a.example/1 </loc><lastmod>2026-10-05T14:28:25.674Z</lastmod><n:news><n:publication><n:name>A</n:name>
        <n:language>FR</n:language></n:publication><n:publication_date>2026-10-05T16:28:25+02:00</n:publication_date>
        <n:title><![CDATA[L'été & l'hiver]]></n:title></n:news></url>
      <url><loc>https://a.example/2</loc><lastmod>2026-10-05T14:28:25Z</lastmod>
        <n:news><n:publication_date>2026-10-05T10:00:00Z</n:publication_date></n:news></url>
      <url><loc>ftp://a.example/3</loc></url><url><loc>https://a.example/4</loc><url><loc>https://a.exam"#;
    let found = read(&page("https://a.example/s.xml", text), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap();
    let urls: Vec<_> = found.items.iter().map(|i| i.url.as_ref().unwrap().path()).collect();
    assert_eq!(urls, ["/1", "/2", "/4"]);
    assert_eq!((found.items[0].title.as_str(), found.items[0].language.as_str()), ("L'été & l'hiver", "fr"));
    assert_eq!(found.items[0].published_at, None, "it may be the date of the last edit");
    assert_eq!(found.items[0].modified_at, "2026-10-05T14:28:25Z".parse().ok());
    assert_eq!(found.items[1].published_at, "2026-10-05T10:00:00Z".parse().ok());
    assert_eq!(found.dropped.len(), 2);

    let odd = "<s:urlset xmlns:s='urn:odd'><s:url><s:loc>https://a.example/1</s:loc></s:url></s:urlset>";
    let found = read(&page("https://a.example/s.xml", odd), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap();
    assert_eq!(found.items.len(), 1);

    let index = "<sitemapindex><sitemap><loc>/a.xml.gz</loc><lastmod>2026-10-05</lastmod></sitemap><sitemap><loc>b.xml</loc></sitemap>";
    let found = read(&page("https://a.example/i/s.xml", index), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap();
    let nested: Vec<_> = found.nested.iter().map(|n| (n.url.as_str(), n.modified_at.is_some())).collect();
    assert_eq!(nested, [("https://a.example/a.xml.gz", true), ("https://a.example/i/b.xml", false)]);
    assert_eq!(found.items, []);
}

#[test]
fn listings() {
    let text = r##"<!DOCTYPE html><html lang="fr-BE"><head><base href="/actu/"><title>Belgique &amp; monde</title></head><body>
      <nav><a href="/actu/belgique">Belgique</a></nav>
      <article><a href="politique/un/2026-10-03/article/1"><img src="x.jpg" alt="Photo du jour"></a>
        <a class="sec" href="politique/un/2026-10-03/article/1#c">Les réactions des lecteurs, une à une</a>
        <a href="politique/un/2026-10-03/article/1"><time>3 octobre 2026</time></a><a href="politique/un/2026-10-03/article/1">Lire la suite…</a>
        <h2><a href="/actu/politique/un/2026-10-03/article/1">Un <b>premier</b> titre</a></h2>
        <time datetime="2026-10-03T10:08:11">Hier</time></article>
      <article><a href="deux/2026-10-03/article/2"><span class="tag">Sport</span><h3>Deuxième titre</h3><p>Un chapeau.</p></a>
        <span data-timestamp="1790000000"></span></article>
      <article><a href="trois/2026-10-02/article/3" title="Troisième titre"></a></article>
      <article><a href="quatre/article/4"></a><h3>Quatrième titre</h3></article>
      <article><a href="javascript:x()">x</a><a href="#top">top</a><a href="mailto:a@b.example">m</a></article>
      </body></html>"##;
    let at = page("https://r.example/actu/belgique?page=1", text);
    let list = |link: &str| {
        read(
            &at,
            &ChannelKind::Page { link: link.into() },
            &jiff::tz::TimeZoneDatabase::bundled().get("Europe/Brussels").unwrap(),
        )
    };
    let found = list("article a").unwrap();
    let short: Vec<_> = found
        .items
        .iter()
        .map(|i| {
            (
                i.url.as_ref().unwrap().path(),
                i.title.as_str(),
                i.published_at.map(|t| t.to_string()).unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        short,
        [
            ("/actu/politique/un/2026-10-03/article/1", "Un premier titre", "2026-10-03T08:08:11Z".into()),
            ("/actu/deux/2026-10-03/article/2", "Deuxième titre", "2026-09-21T14:13:20Z".into()),
            ("/actu/trois/2026-10-02/article/3", "Troisième titre", String::new()),
            ("/actu/quatre/article/4", "Quatrième titre", String::new()),
        ]
    );
    assert_eq!((found.title.as_str(), found.language.as_str()), ("Belgique & monde", "fr-be"));
    let by_card = list("article").unwrap();
    assert_eq!(
        by_card.items.iter().map(|i| i.title.as_str()).collect::<Vec<_>>(),
        short.iter().map(|s| s.1).collect::<Vec<_>>()
    );
    assert_eq!(list("h3").unwrap().items.len(), 1, "the link around a heading");
    assert_eq!(list("div.none").unwrap().items, []);
    assert!(list("a[").unwrap_err().to_string().contains("not a valid CSS selector"));
    let feed = read(&page("https://r.example/", RSS), &ChannelKind::Page { link: "a".into() }, &TimeZone::UTC);
    assert_eq!(feed.unwrap_err().to_string(), "a feed, not a page with links");
}

#[test]
fn labels_beside_a_headline_are_words_of_their_own() {
    let kicker = "<span class=\"kicker\">Infrastructuur</span><span>Brug in <b>M</b>aldegem dicht</span>";
    let listing = page("https://r.example/nieuws", &format!("<h2><a href=\"/a-1\">{kicker}</a></h2>"));
    let listed = read(&listing, &ChannelKind::Page { link: "h2 a".into() }, &TimeZone::UTC).unwrap();
    let told = feed(&format!(
        "<rss><item><title><![CDATA[{kicker}]]></title><description><![CDATA[<p><strong>MALDEGEM</strong>De brug</p>]]></description></item>"
    ));
    assert_eq!(listed.items[0].title, "Infrastructuur Brug in Maldegem dicht");
    assert_eq!(told.items[0].title, "Infrastructuur Brug in Maldegem dicht");
    assert_eq!(told.items[0].summary, "MALDEGEM De brug");
}

#[test]
fn limits_hold() {
    let many: String = (0..51_000)
        .map(|n| format!("<item><title>{n}</title><link>https://a.example/{n}</link></item>"))
        .collect::<Vec<_>>()
        .concat();
    let found = feed(&format!("<rss><channel>{many}"));
    assert_eq!(found.items.len(), MAX_ITEMS);
    assert_eq!(found.dropped[0].what, "1000 more entries");
    let long = feed(&format!(
        "<rss><item><title>{}</title><description>{}</description>",
        "é".repeat(9_000),
        "word ".repeat(9_000)
    ));
    assert_eq!(long.items[0].title.chars().count(), 1_000);
    assert!(long.items[0].summary.chars().count() <= 5_000);
    let only_content =
        feed(&format!("<rss><item><title>t</title><content:encoded>{}</content:encoded>", "word ".repeat(9_000)));
    assert!(only_content.items[0].summary.ends_with("word…") && only_content.items[0].summary.chars().count() <= 1_000);
    let control = feed("<rss><item><title>a\u{1b}[31m\u{202e}b&#27;&#x202e;c</title>");
    assert_eq!(control.items[0].title, "abc");
}

/// Ten seconds in a debug build stand for one in a release build.
#[test]
fn no_text_takes_long() {
    let start = std::time::Instant::now();
    let million = 1_000_000;
    for text in [
        "<rss>".to_owned() + &"<a>".repeat(million / 4),
        "<rss>".to_owned() + &"<item>".repeat(million / 4),
        "<rss><item><title>".to_owned() + &"<title>".repeat(million / 4),
        "<rss><item><description>".to_owned() + &"<!--".repeat(million / 2),
        "<rss><item><description>".to_owned() + &"<![CDATA[".repeat(million / 4),
        "<rss><item><description>".to_owned() + &"&lt;!--".repeat(million / 4),
        "<rss><item><description>".to_owned() + &"&lt;a b=\"".repeat(million / 4),
        "<rss><item><description>".to_owned() + &"<a b=\"".repeat(million / 4),
        "<rss><item a=\"".to_owned() + &"<a b='>".repeat(million / 4),
        "<rss><item><description>".to_owned() + &"&lt;ol>&lt;li>&lt;a href=".repeat(million / 20),
        "<rss><item><content:encoded>".to_owned() + &"&lt;/p ".repeat(million / 4),
        "<rss><item><link>".to_owned() + &"&".repeat(million),
        "<rss><item>".to_owned() + &"<?".repeat(million / 2),
        "<rss ".to_owned() + &"xmlns:a='b' ".repeat(million / 10),
        "<urlset><url><loc>".to_owned() + &"<loc>".repeat(million / 4),
        "{\"items\":".to_owned() + &"[".repeat(million),
        "<rss>".to_owned() + &"</x>".repeat(million / 2),
        "<html>".to_owned() + &"<div>".repeat(million / 4),
        "<html>".to_owned() + &"<p><a href=/x>y</a>".repeat(million / 100),
        "<html><div>".to_owned() + &"<a href=/x></a><i></i>".repeat(million / 100),
        "<html><a href=/x></a><div>".to_owned() + &"<i></i>".repeat(million / 20),
    ] {
        let before = start.elapsed();
        for kind in [ChannelKind::Feed, ChannelKind::Sitemap, ChannelKind::Page { link: "a".into() }] {
            let _ = read(&page("https://a.example/", &text), &kind, &TimeZone::UTC);
        }
        let took = start.elapsed().saturating_sub(before);
        assert!(took.as_secs() < 10, "{took:?} for {:?}", &text[..30]);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(100))]

    #[test]
    fn nothing_is_too_odd(text in "\\PC{0,300}", tags in "(<|</|<!|<!--|-->|<!\\[CDATA\\[|\\]\\]>|rss|item|title|link|url|loc|a|>|/>|\"|'|=|&|;|é|#x|<\\?|xmlns:|:| |<rss><item>|<title>|</title>|<urlset><url>|\\{\"items\":\\[)*") {
        for text in [&text, &tags, &format!("<rss><item>{tags}"), &format!("<urlset><url>{tags}"), &format!("<html>{tags}")] {
            let at = page("https://a.example/", text);
            for kind in [ChannelKind::Feed, ChannelKind::Sitemap, ChannelKind::Page { link: "a".into() }] {
                if let Ok(found) = read(&at, &kind, &TimeZone::UTC) {
                    for item in found.items {
                        proptest::prop_assert!(!item.title.chars().any(char::is_control));
                        proptest::prop_assert!(item.url.is_none_or(|u| matches!(u.scheme(), "http" | "https")));
                    }
                }
            }
            let _ = sniff(&at);
        }
    }

    #[test]
    fn what_is_written_is_read(titles in proptest::collection::vec("[A-Za-zàéüç0-9&<>'\"…-]( ?[A-Za-zàéüç0-9<>'\"…-]){0,30}", 0..8)) {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let entries = titles
            .iter()
            .enumerate()
            .map(|(n, t)| format!("<entry><title>{}</title><link href='/{n}'/></entry>", escape(t)))
            .collect::<Vec<_>>().concat();
        let found = feed(&format!("<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"));
        let read: Vec<_> = found.items.iter().map(|i| i.title.clone()).collect();
        proptest::prop_assert_eq!(read, titles);
    }
}

#[test]
fn a_guid_is_a_link_only_where_it_is_an_address_to_its_end() {
    let link = |guid: &str| {
        let found = feed(&format!("<rss><channel><item><title>Crane</title>{guid}"));
        found.items.first().and_then(|item| item.url.as_ref().map(Url::to_string))
    };
    let at = |path: &str| Some(format!("https://a.example{path}"));
    assert_eq!(link("<guid>/news/1</guid></item>"), at("/news/1"));
    assert_eq!(link("<guid>https://a.example/news/1</guid></item>"), at("/news/1"));
    assert_eq!(link("<guid isPermaLink='false'>/news/1</guid></item>"), None);
    assert_eq!(link("<guid>4711</guid></item>"), None);
    assert_eq!(link("<guid>https://a.example/news/1"), None, "it may have been 12");
}

#[test]
fn an_entry_without_a_page_leads_to_its_sound_or_film() {
    let rss = |inner: &str| {
        format!(
            "<rss xmlns:media=\"http://search.yahoo.com/mrss/\"><channel><item><title>Episode 12</title><guid isPermaLink=\"false\">pod-12</guid>{inner}</item></channel></rss>"
        )
    };
    let atom = |inner: &str| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>Episode 12</title><id>tag:a.example,2026:12</id>{inner}</entry></feed>"
        )
    };
    let sound = "<enclosure url=\"/12.mp3\" length=\"3\" type=\"audio/mpeg\"/>";
    for (text, expected) in [
        (rss(sound), Some("https://a.example/12.mp3")),
        (rss("<media:content url=\"/12.mp4\" medium=\"video\"/>"), Some("https://a.example/12.mp4")),
        (rss("<media:content url=\"/12.jpg\" type=\"image/jpeg\"/>"), None),
        (rss(&format!("{sound}<link>https://a.example/12</link>")), Some("https://a.example/12")),
        (rss("<enclosure url=\"file:///etc/passwd\"/><enclosure/>"), None),
        (atom("<link rel=\"enclosure\" href=\"/12.mp3\"/>"), Some("https://a.example/12.mp3")),
        (atom("<link rel=\"enclosure\" href=\"/12.mp3\"/><link href=\"/12\"/>"), Some("https://a.example/12")),
        (
            r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"12","title":"Episode 12","attachments":[{"url":"/12.mp3","mime_type":"audio/mpeg"}]}]}"#.to_owned(),
            Some("https://a.example/12.mp3"),
        ),
    ] {
        let found = feed(&text);
        assert_eq!(found.items[0].url.as_ref().map(Url::as_str), expected, "{text}");
    }
}

#[test]
fn the_first_words_of_a_post_are_its_headline() {
    let long = "The lamps by the canal are on again after three weeks in the dark, says the harbour master, who had bought candles".to_owned();
    for (post, expected) in [
        ("The lamps by the canal are on again. Nobody knows why.", "The lamps by the canal are on again"),
        ("The lamps by the canal are on again! Nobody knows why.", "The lamps by the canal are on again!"),
        ("Mr. Roe has turned on the lamps by the canal", "Mr. Roe has turned on the lamps by the canal"),
        (&long, "The lamps by the canal are on again after three weeks in the dark, says the harbour master, who…"),
        ("", ""),
    ] {
        let text = format!(
            "<rss><channel><item><link>https://a.example/1</link><description>{post}</description></item></channel></rss>"
        );
        let found = feed(&text);
        assert_eq!((found.items[0].title.as_str(), found.items[0].summary.as_str()), (expected, post));
    }
}

#[test]
fn an_entry_that_links_to_the_home_page_is_taken_by_its_id_or_dropped_with_the_reason() {
    let found = feed(
        r#"<rss version="2.0"><channel><title>Kade</title><link>https://a.example/</link>
<item><title>By its id</title><link>https://a.example/</link><guid isPermaLink="false">https://a.example/?p=7</guid></item>
<item><title>By nothing</title><link>https://a.example/</link><guid>7</guid></item>
<item><title>Another site's id</title><link>https://a.example/</link><guid>https://b.example/7</guid></item>
</channel></rss>"#,
    );
    let urls: Vec<_> = found.items.iter().filter_map(|item| Some(item.url.as_ref()?.as_str())).collect();
    assert_eq!(urls, ["https://a.example/?p=7"]);
    let why = Cause::new(CauseCode::HomePage, &[]);
    assert_eq!(found.dropped.iter().map(|dropped| &dropped.why).collect::<Vec<_>>(), [&why, &why]);
}
