//! The digest as one HTML page without anything remote: for a browser, or as the body of a mail.

use std::io;

use super::Print;
use super::marks::pieces;
use super::markup::Markup;
use super::words::{self, Frame};
use crate::digest::{Checks, Digest, Mention, Story, WatchNews};
use crate::printable::one_line;

/// The look, light and dark.
const STYLE: &str = include_str!("digest.css");
/// Its SHA-256, by which the page's policy allows it and nothing else.
const STYLE_HASH: &str = "sha256-D4OxOjAjftx28chJI5bclMW5ZIo+kxBLU5xgbvtGQ8k=";

/// The digest.
pub fn digest(digest: &Digest, frame: &Frame, print: Print) -> io::Result<()> {
    let title = frame.headline(frame.texts().coverage, &digest.period);
    let mut html = Markup::default();
    head(&mut html, frame, &title, &format!("default-src 'none'; style-src '{STYLE_HASH}'"), STYLE);
    html.open("main", &[]);
    html.element("h1", &[], &title);
    html.line();
    let mut group = None;
    for watch in &digest.watches {
        begin_group(&mut html, &mut group, watch);
        watch_news(&mut html, watch, frame, print, |_| Vec::new())?;
    }
    html.open("section", &[]);
    html.element("h2", &[], frame.texts().ledger);
    ledger(&mut html, &digest.ledger, frame);
    html.close();
    print(&(html.finish() + "\n"))
}

/// Everything up to the beginning of the body, which stays open.
pub(super) fn head(html: &mut Markup, frame: &Frame, title: &str, policy: &str, style: &'static str) {
    html.constant("<!DOCTYPE html>\n");
    html.open("html", &[("lang", frame.language.code())]);
    html.open("head", &[]);
    html.constant("<meta charset=\"utf-8\"/>\n");
    html.empty("meta", &[("http-equiv", "Content-Security-Policy"), ("content", policy)]);
    html.constant("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    html.constant(
        "<meta name=\"color-scheme\" content=\"light dark\"/>\n<meta name=\"referrer\" content=\"no-referrer\"/>\n",
    );
    html.element("title", &[], title);
    html.constant("\n<style>");
    html.constant(style);
    html.constant("</style>\n");
    html.close();
    html.line();
    html.open("body", &[]);
    html.line();
}

/// The heading of the group that `watch` begins.
pub(super) fn begin_group<'a>(html: &mut Markup, group: &mut Option<&'a str>, watch: &'a WatchNews) {
    if *group != watch.group.as_deref() {
        *group = watch.group.as_deref();
        if let Some(name) = group {
            html.element("h2", &[("class", "group")], &one_line(name));
            html.line();
        }
    }
}

/// The name of a watch; below the heading of a group all stands a level deeper.
fn name(html: &mut Markup, watch: &WatchNews) {
    let level = if watch.group.is_some() { "h3" } else { "h2" };
    html.element(level, &[("class", "watch")], &one_line(&watch.name));
}

/// What one watch found; `marks`: the attributes of a story.
pub(super) fn watch_news(
    html: &mut Markup,
    watch: &WatchNews,
    frame: &Frame,
    print: Print,
    marks: impl Fn(&Story) -> Vec<(&'static str, String)>,
) -> io::Result<()> {
    html.open("section", &[]);
    name(html, watch);
    html.line();
    if watch.stories.is_empty() {
        html.element("p", &[], frame.texts().nothing);
    } else {
        html.element("p", &[], &frame.reported_by(&watch.reporters));
        html.element("p", &[("class", "about")], &frame.counts(watch));
        html.line();
        for (at, section) in watch.sections().iter().enumerate() {
            begin_section(html, &frame.section(section, at == 0));
            for story in section.stories {
                let marks = marks(story);
                let marks: Vec<(&str, &str)> = marks.iter().map(|(name, value)| (*name, value.as_str())).collect();
                html.open("article", &marks);
                tell(html, story, watch.group.is_some(), frame);
                html.close();
                html.line();
                html.pass(print)?;
            }
        }
    }
    html.close();
    html.line();
    Ok(())
}

/// The event that the stories below tell, and who reported it.
fn begin_section(html: &mut Markup, lines: &[String]) {
    for (at, line) in lines.iter().enumerate() {
        html.open("p", &[]);
        html.element(if at == 0 { "strong" } else { "span" }, &[], line);
        html.close();
        html.line();
    }
}

/// One text: headline, facts, hit sentence, and who else carried it.
fn tell(html: &mut Markup, story: &Story, grouped: bool, frame: &Frame) {
    let first = &story.first;
    html.open(if grouped { "h4" } else { "h3" }, &[("dir", "auto")]);
    headline(html, first, frame);
    html.close();
    html.line();
    html.element("p", &[("class", "about")], &frame.about(first));
    sentence(html, first, &words::sentence_below(first));
    if story.copies.is_empty() {
        return;
    }
    html.element("p", &[], frame.texts().same_text);
    html.open("ol", &[]);
    for copy in &story.copies {
        html.line();
        html.open("li", &[]);
        html.element("span", &[("class", "about")], &frame.about_copy(copy, first));
        html.constant("<br/>");
        headline(html, copy, frame);
        sentence(html, copy, &words::sentence_of_copy(copy, first));
        html.close();
    }
    html.close();
    html.line();
}

fn headline(html: &mut Markup, mention: &Mention, frame: &Frame) {
    let language = &mention.language;
    let is_tag = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let attributes = [("dir", "auto"), ("lang", &**language)];
    html.link(&mention.url, if is_tag { &attributes } else { &attributes[..1] });
    html.text(&frame.title(mention));
    html.close();
}

fn sentence(html: &mut Markup, mention: &Mention, text: &str) {
    if text.is_empty() {
        return;
    }
    html.open("blockquote", &[("dir", "auto")]);
    for (piece, term) in pieces(text, &mention.terms) {
        if term {
            html.element("mark", &[], piece);
        } else {
            html.text(piece);
        }
    }
    html.close();
    html.line();
}

/// What was checked, so that "nothing found" is evidence.
pub(super) fn ledger(html: &mut Markup, ledger: &[Checks], frame: &Frame) {
    html.line();
    if ledger.is_empty() {
        html.element("p", &[], frame.texts().no_ledger);
        return;
    }
    let texts = frame.texts();
    html.constant("<table><thead><tr>");
    for name in [texts.source, texts.checked, texts.seen, texts.read, texts.matched] {
        html.element("th", &[("scope", "col")], name);
    }
    html.constant(
        "</tr></thead><tbody>
",
    );
    for row in ledger {
        html.open("tr", &[]);
        html.element("th", &[("scope", "row")], &one_line(&row.source));
        html.element("td", &[], &format!("{}×", frame.language.figure(row.asked)));
        for figure in [row.seen, row.read, row.matched] {
            html.element("td", &[], &frame.language.figure(figure));
        }
        html.close();
        html.line();
        let remarks = frame.remarks(row);
        if !remarks.is_empty() {
            html.open("tr", &[("class", "remarks")]);
            html.open("td", &[("colspan", "5")]);
            for remark in remarks {
                html.element("p", &[], &remark);
            }
            html.close();
            html.close();
            html.line();
        }
    }
    html.constant("</tbody></table>\n");
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;
    use crate::output::samples::{HOSTILE, cannot_act, frame, hostile, kind};
    use crate::output::{sha256, whole};

    #[test]
    fn the_policy_allows_the_style() {
        assert_eq!(STYLE_HASH, sha256(STYLE));
    }

    #[test]
    fn it_tells_what_is_known() {
        let page = Document::from(whole(|print| digest(&kind(), &frame(), print)));
        let texts =
            |selector: &str| page.select(selector).iter().map(|node| node.text().to_string()).collect::<Vec<_>>();
        assert_eq!(texts("title"), ["Press coverage, Sat 10 Oct 09:30 to Sun 11 Oct 09:30 (Europe/Brussels)"]);
        assert_eq!(texts("h2"), ["Quayside strike", "Herons", "Ledger"]);
        assert_eq!(texts("h3"), ["Strike at the quay", "Cranes stand still"]);
        assert_eq!(
            texts("h3 + .about"),
            ["Le Phare · Sat 10 Oct 16:31 · fr", "Le Phare · found Sat 10 Oct 17:00 · subscribers only"]
        );
        assert_eq!(
            texts("li .about"),
            ["Vitrine · Sat 10 Oct 17:11, 40 min later · fr · credit Belga · from Le Phare · headline and lead only"]
        );
        assert_eq!(texts("article:first-of-type > blockquote mark"), ["strike", "quay"]);
        assert_eq!(page.select("h3 a").attr("href").as_deref(), Some("https://phare.example/1?a=1&b=(2)"));
        assert_eq!(texts("h2 + p")[1], "Nothing found. What was checked stands in the ledger below.");
        assert_eq!(
            texts(".remarks p"),
            [
                "9 seen: 8 read, 1 still to be read",
                "not checked in this period",
                "blocked since Fri 9 Oct 08:00: it refuses our requests (HTTP 403) · https://kade.example/rss",
                "silent: nothing new since Thu 1 Oct 08:00, though it had 12 items a day",
                "may have missed items between Sat 10 Oct 08:00 and Sat 10 Oct 09:00; poll at least every 30 min",
                "seen earlier: 1 closed by robots.txt, 1 given up",
            ]
        );
    }

    #[test]
    fn nothing_that_a_page_says_can_act() {
        let html = whole(|print| digest(&hostile(), &frame(), print));
        assert!(cannot_act(&html));
        let page = Document::from(html);
        assert_eq!(page.select("script, img, svg, iframe, form, b, base, link").length(), 0);
        assert_eq!(page.select("style, title").length(), 2);
        for link in &page.select("[href]") {
            let target = link.attr("href").unwrap_or_default();
            assert!(target.starts_with("https://phare.example/"), "{target}");
        }
        for node in &page.select("*") {
            for attribute in node.attrs() {
                assert!(!attribute.name.local.starts_with("on"), "{attribute:?}");
            }
        }
        let titles: Vec<String> = page.select("h3").iter().map(|node| node.text().to_string()).collect();
        assert!(titles.contains(&HOSTILE[1].to_owned()), "{titles:?}");
        assert!(titles.contains(&"(no headline)".to_owned()), "{titles:?}");
    }
}
