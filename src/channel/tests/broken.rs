//! Malformed and truncated documents, and documents of another kind.

use super::*;

#[test]
fn truncated_documents_are_detected() {
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
        assert_eq!(
            parse_channel(&page, &ChannelKind::Sitemap, &TimeZone::UTC).unwrap().is_cut,
            expected,
            "{}",
            page.text
        );
    }
}

#[test]
fn malformed_feeds_are_parsed_as_far_as_possible() {
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
fn documents_of_another_kind_are_refused_and_named() {
    let kind = |text: &str, url: &str| {
        parse_channel(&page(url, text), &ChannelKind::Feed, &TimeZone::UTC).unwrap_err().to_string()
    };
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
    let sitemap =
        parse_channel(&page(at, "<html></html>"), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap_err().to_string();
    assert_eq!(sitemap, "an HTML page, not a sitemap");
}
