//! Channels parsed from published collections and from pages written for the tests.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod broken;
mod corpora;
mod feeds;
mod limits;
mod pages;

use super::*;

fn page(url: &str, text: &str) -> Page {
    Page { url: Url::parse(url).unwrap(), text: text.to_owned() }
}

fn feed(text: &str) -> Announced {
    parse_channel(&page("https://a.example/feed/rss.xml", text), &ChannelKind::Feed, &TimeZone::UTC).unwrap()
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
<item><title>Un titre - Le Phare</title><link>https://b.example/x</link><source url="https://q.example">Le Phare</source>
  <feedburner:origLink>https://q.example/vrai</feedburner:origLink><description></description><content:encoded><![CDATA[<b>Corps</b>]]></content:encoded></item>
<item><title>Trouvé</title><link>http://s.example/apiclick.aspx?ref=x&amp;url=https%3a%2f%2fwww.n.example%2far-AA1&amp;c=1</link><News:Source>Quay via N</News:Source></item>
<item><title>Sans chapeau - Le Phare</title><link>https://b.example/y</link><source>Le Phare</source>
  <description>&lt;a href="https://b.example/y"&gt;Sans chapeau&lt;/a&gt;&amp;nbsp;&amp;nbsp;&lt;font&gt;Le Phare&lt;/font&gt;</description></item>
<item><guid>https://a.example/guid-only</guid><title>Bare & broken <b>title</title></item>
</channel></rss>"#;
