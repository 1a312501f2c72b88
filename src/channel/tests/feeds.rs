//! RSS, Atom and JSON Feed.

use super::*;

#[test]
fn rss_is_parsed_with_its_common_extensions() {
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
            ("https://q.example/vrai", "Un titre", "Corps", "Le Phare"),
            (
                "http://s.example/apiclick.aspx?ref=x&url=https%3a%2f%2fwww.n.example%2far-AA1&c=1",
                "Trouvé",
                "",
                "Quay via N"
            ),
            ("https://b.example/y", "Sans chapeau", "", "Le Phare"),
            ("https://a.example/guid-only", "Bare & broken title", "", ""),
        ]
    );
    assert_eq!(found.items[0].author, "Ann Peeters, Bob Maes");
    assert_eq!(found.items[0].id, "https://a.example/autre");
    assert_eq!(found.items[0].published_at, "2026-10-03T17:04:50Z".parse().ok());
    assert_eq!(found.items[1].published_at, None, "lastBuildDate is not an item's date");
}

#[test]
fn atom_and_json_feeds_are_parsed() {
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
fn a_single_atom_entry_is_a_valid_document() {
    for prefix in ["", "a:"] {
        let open = if prefix.is_empty() { "xmlns" } else { "xmlns:a" };
        let text = format!(
            "<?xml version=\"1.0\"?><{prefix}entry {open}=\"http://www.w3.org/2005/Atom\" xml:lang=\"nl\"><{prefix}title>2 &lt;b> 3</{prefix}title>\
             <{prefix}id>urn:1</{prefix}id><{prefix}link href=\"/a/1\"/><{prefix}updated>2026-10-03T15:00:00Z</{prefix}updated></{prefix}entry>"
        );
        assert_eq!(sniff(&page("https://a.example/1", &text)), Some(PageKind::Feed));
        let found = feed(&text);
        let item = &found.items[0];
        // Atom declares how text is encoded: this is not HTML.
        assert_eq!((item.title.as_str(), item.id.as_str(), item.language.as_str()), ("2 <b> 3", "urn:1", "nl"));
        assert_eq!(item.url.as_ref().unwrap().as_str(), "https://a.example/a/1");
        assert_eq!((found.items.len(), found.is_cut, found.title.as_str()), (1, false, ""));
        assert!(feed(text.rsplit_once("</").unwrap().0).is_cut);
    }
    let other = page("https://a.example/1", "<dictionary><entry><title>A word</title></entry></dictionary>");
    assert!(parse_channel(&other, &ChannelKind::Feed, &TimeZone::UTC).is_err());
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
fn a_guid_is_a_link_only_if_it_is_a_complete_url() {
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
fn an_entry_without_a_page_links_to_its_recording_or_video() {
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
fn a_post_without_a_title_gets_its_first_words_as_headline() {
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
fn an_entry_that_links_to_the_home_page_uses_its_id_or_is_dropped_with_a_reason() {
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
