//! Coverage as a feed: RSS 2.0 or Atom (RFC 4287).

use std::fmt::Write as _;

use jiff::Timestamp;

use super::link::link;
use super::marks::pieces;
use super::markup::Markup;
use super::words::{self, Frame};
use crate::date::utc;
use crate::digest::{Exported, Mention};
use crate::i18n::fill;
use crate::text::clean::one_line;

/// The format of a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedFormat {
    /// RSS 2.0.
    Rss,
    /// RFC 4287.
    Atom,
}

/// The metadata of a feed.
#[derive(Debug, Clone, Copy)]
pub struct Channel<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its description.
    pub description: &'a str,
    /// Its public URL, if known.
    pub place: Option<&'a str>,
    /// The URL of a page about it, if there is one.
    pub about: Option<&'a str>,
    /// The current time.
    pub now: Timestamp,
}

/// Placeholders for a missing URL. RFC 2606 reserves `.invalid`, so that they cannot collide with a real one.
const NOWHERE: &str = "https://presswatch.invalid/";
const NAMELESS: &str = "tag:presswatch.invalid,2026:coverage";

/// Everything before the first entry.
pub fn head(kind: FeedFormat, channel: &Channel) -> String {
    let mut xml = Markup::default();
    let place = channel.place.and_then(link);
    let about = channel.about.and_then(link);
    xml.constant("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    match kind {
        FeedFormat::Rss => {
            xml.constant(
                "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n",
            );
            xml.element("title", &[], channel.title);
            xml.element("link", &[], about.as_deref().or(place.as_deref()).unwrap_or(NOWHERE));
            xml.element("description", &[], channel.description);
            xml.element("lastBuildDate", &[], &rfc822(channel.now));
            xml.element("generator", &[], "presswatch");
            if let Some(place) = &place {
                xml.reference("atom:link", place, &[("rel", "self"), ("type", "application/rss+xml")]);
            }
        }
        FeedFormat::Atom => {
            xml.constant("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
            xml.element("title", &[], channel.title);
            xml.element("id", &[], place.as_deref().unwrap_or(NAMELESS));
            xml.element("updated", &[], &utc(channel.now));
            xml.element("generator", &[], "presswatch");
            if let Some(place) = &place {
                xml.reference("link", place, &[("rel", "self"), ("type", "application/atom+xml")]);
            }
            if let Some(about) = &about {
                xml.reference("link", about, &[("rel", "alternate")]);
            }
        }
    }
    xml.line();
    xml.finish()
}

/// One entry.
pub fn entry(kind: FeedFormat, line: &Exported, frame: &Frame) -> String {
    let mention = &line.mention;
    let mut xml = Markup::default();
    let title = format!("{}: {}", one_line(&mention.outlet), frame.title(mention));
    let address = link(&mention.url);
    let at = mention.published_at.unwrap_or(mention.found_at);
    let author = words::non_empty(&mention.author);
    match kind {
        FeedFormat::Rss => {
            xml.open("item", &[]);
            xml.element("title", &[], &without_tags(&title));
            if let Some(address) = &address {
                xml.element("link", &[], address);
            }
            xml.element("guid", &[("isPermaLink", "false")], &id(mention));
            xml.element("pubDate", &[], &rfc822(at));
            if let Some(author) = &author {
                xml.element("dc:creator", &[], author);
            }
            for category in categories(mention) {
                xml.element("category", &[], &category);
            }
            xml.element("description", &[], &description(line, frame));
        }
        FeedFormat::Atom => {
            xml.open("entry", &[]);
            xml.element("title", &[("type", "text")], &title);
            xml.element("id", &[], &id(mention));
            if let Some(address) = &address {
                xml.reference("link", address, &[("rel", "alternate"), ("type", "text/html")]);
            }
            xml.element("updated", &[], &utc(at));
            if let Some(at) = mention.published_at {
                xml.element("published", &[], &utc(at));
            }
            xml.open("author", &[]);
            let name = author.or_else(|| words::non_empty(&mention.outlet)).unwrap_or_else(|| "unknown".to_owned());
            xml.element("name", &[], &name);
            xml.close();
            for category in categories(mention) {
                xml.empty("category", &[("term", &category)]);
            }
            xml.element("content", &[("type", "html")], &description(line, frame));
        }
    }
    xml.close();
    xml.line();
    xml.finish()
}

/// The watch, and the user's tags. Tone and note are for the user's own outputs: a feed may be public.
fn categories(mention: &Mention) -> Vec<String> {
    let tags = mention.mark.iter().flat_map(|mark| &mark.tags);
    std::iter::once(&*mention.watch).chain(tags.map(String::as_str)).map(one_line).collect()
}

/// Everything after the last entry.
pub fn tail(kind: FeedFormat) -> &'static str {
    match kind {
        FeedFormat::Rss => "</channel>\n</rss>\n",
        FeedFormat::Atom => "</feed>\n",
    }
}

/// The content of an entry, as HTML.
fn description(line: &Exported, frame: &Frame) -> String {
    let mention = &line.mention;
    let mut facts = vec![one_line(&mention.outlet)];
    facts.extend(frame.origin(mention));
    if line.copies > 0 {
        facts.push(fill(frame.texts().copies, &[("n", &frame.language.figure(line.copies))]));
    }
    let mut html = Markup::default();
    html.element("p", &[], &facts.join(" · "));
    let sentence = words::sentence(mention);
    if !sentence.is_empty() {
        html.open("blockquote", &[]);
        for (piece, term) in pieces(&sentence, &mention.terms) {
            if term {
                html.element("b", &[], piece);
            } else {
                html.text(piece);
            }
        }
        html.close();
    }
    html.finish()
}

/// The id of an entry: the URL with the watch in its fragment, so that it is the same in every export and differs between watches.
pub(super) fn id(mention: &Mention) -> String {
    let Some(address) = link(&mention.url) else { return format!("{NAMELESS}/{}", mention.id) };
    let mut id = format!("{address}{}presswatch=", if address.contains('#') { '&' } else { '#' });
    for byte in mention.watch.bytes() {
        if byte.is_ascii_alphanumeric() {
            id.push(char::from(byte));
        } else {
            let _ = write!(id, "%{byte:02X}");
        }
    }
    id
}

/// Escapes what looks like a tag once more, because RSS does not say whether a title is text or HTML.
fn without_tags(title: &str) -> String {
    let mut safe = String::with_capacity(title.len());
    let mut rest = title.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '<' && rest.peek().is_some_and(|next| next.is_alphabetic() || matches!(next, '/' | '!' | '?')) {
            safe.push_str("&lt;");
        } else {
            safe.push(c);
        }
    }
    safe
}

pub(super) fn rfc822(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::output::samples::{HOSTILE, cannot_act, exported, frame, now};

    fn channel() -> Channel<'static> {
        Channel {
            title: "Press coverage: <Quay>",
            description: frame().texts().feed,
            place: Some("https://press.example/quay.xml?a=1&b=2"),
            about: Some("https://press.example/"),
            now: now(),
        }
    }

    fn feed(kind: FeedFormat, titles: &[&str]) -> String {
        let entries: String = titles.iter().map(|title| entry(kind, &exported(title), &frame())).collect();
        head(kind, &channel()) + &entries + tail(kind)
    }

    #[test]
    fn rss_says_what_is_known() {
        assert_eq!(
            feed(FeedFormat::Rss, &["Strike & \"quay\""]),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n\
             <title>Press coverage: &lt;Quay&gt;</title><link>https://press.example/</link>\
             <description>Articles that match the watches</description>\
             <lastBuildDate>Sun, 11 Oct 2026 07:30:00 +0000</lastBuildDate><generator>presswatch</generator>\
             <atom:link rel=\"self\" type=\"application/rss+xml\" href=\"https://press.example/quay.xml?a=1&amp;b=2\"/>\n\
             <item><title>Le Phare: Strike &amp; &quot;quay&quot;</title><link>https://phare.example/1?a=1&amp;b=(2)</link>\
             <guid isPermaLink=\"false\">https://phare.example/1?a=1&amp;b=(2)#presswatch=Quayside%20strike</guid>\
             <pubDate>Sat, 10 Oct 2026 14:31:00 +0000</pubDate><dc:creator>Nora Terwilgen</dc:creator>\
             <category>Quayside strike</category><category>opinion</category><category>union</category>\
             <description>&lt;p&gt;Le Phare · same text elsewhere: 2&lt;/p&gt;&lt;blockquote&gt;The &lt;b&gt;strike&lt;/b&gt; at the \
             &lt;b&gt;quay&lt;/b&gt; goes on, said the strikers.&lt;/blockquote&gt;</description></item>\n\
             </channel>\n</rss>\n"
        );
    }

    #[test]
    fn atom_says_what_is_known() {
        let atom = feed(FeedFormat::Atom, &["Strike"]);
        for part in [
            "<id>https://press.example/quay.xml?a=1&amp;b=2</id><updated>2026-10-11T07:30:00Z</updated>",
            "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://press.example/quay.xml?a=1&amp;b=2\"/>",
            "<id>https://phare.example/1?a=1&amp;b=(2)#presswatch=Quayside%20strike</id>",
            "<link rel=\"alternate\" type=\"text/html\" href=\"https://phare.example/1?a=1&amp;b=(2)\"/>",
            "<updated>2026-10-10T14:31:00Z</updated><published>2026-10-10T14:31:00Z</published>",
            "<author><name>Nora Terwilgen</name></author><category term=\"Quayside strike\"/><category term=\"opinion\"/><category term=\"union\"/><content type=\"html\">&lt;p&gt;Le Phare",
        ] {
            assert!(atom.contains(part), "{part}\n{atom}");
        }
    }

    #[test]
    fn hostile_headlines_are_text() {
        for kind in [FeedFormat::Rss, FeedFormat::Atom] {
            let text = feed(kind, &HOSTILE);
            assert!(cannot_act(&text), "{text}");
            // Without our own elements there is no markup left.
            let names =
                ["title", "link", "guid", "description", "content", "name", "id", "dc:creator", "category", "author"];
            let entry = text.split_once("<item>").or(text.split_once("<entry>")).unwrap().1;
            for tag in entry.split('<').skip(1) {
                let name = tag.trim_start_matches('/').split(['>', ' ', '/']).next().unwrap();
                let own = ["pubDate", "updated", "published", "item", "entry", "channel", "rss", "feed"];
                assert!(names.contains(&name) || own.contains(&name), "{tag}");
            }
        }
        assert_eq!(without_tags("a <b> 1 < 2 </b>"), "a &lt;b> 1 < 2 &lt;/b>");
    }

    #[test]
    fn a_mention_keeps_its_id() {
        let mut line = exported("Strike");
        assert_eq!(id(&line.mention), "https://phare.example/1?a=1&b=(2)#presswatch=Quayside%20strike");
        line.mention.url = format!("{}#top", line.mention.url).into();
        assert_eq!(id(&line.mention), "https://phare.example/1?a=1&b=(2)#top&presswatch=Quayside%20strike");
        line.mention.url = "javascript:alert(1)".into();
        assert_eq!(id(&line.mention), "tag:presswatch.invalid,2026:coverage/1");
        assert!(
            !entry(FeedFormat::Atom, &line, &frame()).contains("javascript"),
            "{}",
            entry(FeedFormat::Atom, &line, &frame())
        );
    }
}
