//! The feeds of sources as OPML 2.0, for feed readers and for `sources import`.

use jiff::Timestamp;

use super::feed::rfc822;
use super::markup::Markup;
use crate::site::Draft;
use crate::text::clean::{address, one_line};

/// One outline for each feed. A source with several feeds, or on the same site as another source, becomes a folder.
pub fn opml(sources: &[Draft], now: Timestamp) -> String {
    let mut out = Markup::default();
    out.constant("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.open("opml", &[("version", "2.0")]);
    out.open("head", &[]);
    out.element("title", &[], "Sources of presswatch");
    out.element("dateCreated", &[], &rfc822(now));
    out.close();
    out.line();
    out.open("body", &[]);
    out.line();
    for source in sources {
        let name = one_line(&source.name);
        let on_its_site = sources.iter().filter(|other| source.is_same_outlet(other.site.as_ref(), &[])).count();
        let folder = source.feeds.len() > 1 || on_its_site > 1;
        if folder {
            out.open("outline", &[("text", &name)]);
            out.line();
        }
        for feed in &source.feeds {
            let url = address(&feed.url);
            let site = source.site.as_ref().map(|site| address(site.as_str()));
            let mut attributes = vec![("type", "rss"), ("text", name.as_str()), ("title", &name), ("xmlUrl", &url)];
            attributes.extend(site.as_ref().map(|site| ("htmlUrl", &**site)));
            attributes.extend(source.language.as_ref().map(|language| ("language", language.as_str())));
            out.empty("outline", &attributes);
            out.line();
        }
        if folder {
            out.close();
            out.line();
        }
    }
    let mut text = out.finish();
    text.push('\n');
    text
}
