//! The digest as one self-contained HTML page, for a browser or as the body of a mail.

use std::io;

use super::Print;
use super::figures::around;
use super::grouped::Placed;
use super::marks::pieces;
use super::markup::Markup;
use super::words::{self, Frame};
use crate::digest::{Checks, Digest, Mention, Story, WatchNews};
use crate::text::clean::one_line;

/// The styles, light and dark.
const STYLE: &str = include_str!("digest.css");
/// The hash of the styles in the page's Content-Security-Policy, which allows nothing else.
const STYLE_HASH: &str = "sha256-FnMwoGwDYv2c6/LPO/hC3idajN3jZ/Qd+VfO5QWAjc4=";

/// What a page adds to a story.
#[derive(Debug, Default)]
pub(super) struct StoryMarks {
    /// Attributes of its element.
    pub attributes: Vec<(&'static str, String)>,
    /// The address that is printed behind its headline on paper.
    pub printed_address: Option<String>,
}

/// The digest.
pub fn digest(digest: &Digest, frame: &Frame, print: Print) -> io::Result<()> {
    let title = frame.headline(frame.texts().coverage, &digest.period);
    let mut html = Markup::default();
    head(&mut html, frame, &title, &format!("default-src 'none'; style-src '{STYLE_HASH}'"), STYLE);
    html.open("main", &[]);
    html.element("h1", &[], &title);
    html.line();
    coverage(&mut html, digest, frame, print, |_| StoryMarks::default())?;
    html.open("section", &[]);
    html.element("h2", &[], &frame.ledger_heading(digest));
    ledger(&mut html, &digest.ledger, frame);
    html.close();
    print(&(html.finish() + "\n"))
}

/// Writes everything up to the beginning of the body, which stays open.
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

/// Writes the lines above the news, then the coverage, each group in its own section; `marks` returns what is added to a story.
pub(super) fn coverage(
    html: &mut Markup,
    digest: &Digest,
    frame: &Frame,
    print: Print,
    marks: impl Fn(&Story) -> StoryMarks,
) -> io::Result<()> {
    // What could not be checked stands at the top, because mail programs cut off long mails.
    for line in frame.unchecked(digest) {
        html.element("p", &[("class", "warning")], &line);
        html.line();
    }
    for (class, line) in [("about", frame.older_articles(digest)), ("figures", frame.figures_in_all(digest))] {
        if let Some(line) = line {
            html.element("p", &[("class", class)], &line);
            html.line();
        }
    }
    let nothing_for = frame.nothing_for(digest);
    let mut in_group = false;
    for placed in frame.grouped(&digest.watches, nothing_for.is_some()) {
        if let Some(heading) = &placed.heading {
            if std::mem::replace(&mut in_group, true) {
                html.close();
                html.line();
            }
            html.open("section", &[]);
            html.element("h2", &[("class", "group")], heading);
            html.line();
        }
        watch_news(html, &placed, frame, print, &marks)?;
    }
    if in_group {
        html.close();
        html.line();
    }
    if let Some(line) = nothing_for {
        html.element("p", &[("class", "nothing")], &line);
        html.line();
    }
    Ok(())
}

/// The element of a heading; level 1 is the title of the page.
fn heading(level: usize) -> &'static str {
    ["h1", "h2", "h3", "h4"].get(level.saturating_sub(1)).unwrap_or(&"h5")
}

/// Writes the coverage of one watch; `marks` returns what is added to a story.
fn watch_news(
    html: &mut Markup,
    placed: &Placed,
    frame: &Frame,
    print: Print,
    marks: impl Fn(&Story) -> StoryMarks,
) -> io::Result<()> {
    let watch = placed.watch;
    html.open("section", &[]);
    html.element(heading(2 + placed.depth), &[("class", "watch")], &one_line(&watch.name));
    html.line();
    if watch.stories.is_empty() {
        html.element("p", &[], frame.texts().nothing);
    } else {
        html.element("p", &[("class", "figures")], &frame.figures(&watch.tally));
        html.element("p", &[("class", "who")], &frame.who_reported(watch));
        html.line();
        let mut write = |html: &mut Markup, story: &Story, level| {
            let marks = marks(story);
            let attributes: Vec<(&str, &str)> =
                marks.attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
            html.open("article", &attributes);
            let address = marks.printed_address.as_deref();
            write_story(html, story, heading(level + placed.depth), address, frame);
            html.close();
            html.line();
            html.pass(print)
        };
        for section in watch.sections() {
            let Some(event) = frame.event(&section) else {
                write(html, section.lead, 3)?;
                continue;
            };
            html.open("section", &[("class", "event")]);
            write(html, section.lead, 3)?;
            html.element("p", &[("class", "about")], &event);
            html.line();
            for story in section.others {
                write(html, story, 4)?;
            }
            html.close();
            html.line();
        }
        write_shown_above(html, watch, frame);
    }
    html.close();
    html.line();
    Ok(())
}

/// Writes one text: headline, facts, hit sentence, and the outlets that carried it.
fn write_story(html: &mut Markup, story: &Story, heading: &'static str, address: Option<&str>, frame: &Frame) {
    let first = &story.first;
    let mut attributes = vec![("class", "headline"), ("dir", "auto")];
    attributes.extend(address.map(|address| ("data-address", address)));
    html.open(heading, &attributes);
    // Without a `dir` of its own: the heading takes its direction from these words.
    headline(html, first, frame);
    html.close();
    html.line();
    html.element("p", &[("class", "about")], &frame.about(story));
    sentence(html, first, &words::sentence_below(first));
    if !story.copies.is_empty() {
        html.open("p", &[("class", "carriers")]);
        carriers(html, frame.texts().same_text, "{outlets}", story.copies.iter().map(AsRef::as_ref), first, frame);
        html.close();
        html.line();
    }
}

/// Writes the outlets that carried a text, each as a link with its time, in place of the placeholder of a text.
fn carriers<'a>(
    html: &mut Markup,
    text: &'static str,
    placeholder: &str,
    copies: impl Iterator<Item = &'a Mention>,
    first: &Mention,
    frame: &Frame,
) {
    let (before, after) = around(text, placeholder);
    html.text(before);
    for (at, copy) in copies.enumerate() {
        if at > 0 {
            html.text(frame.texts().between_outlets);
        }
        let title = frame.title(copy);
        let own_title = (!words::reads_alike(&copy.title, &first.title)).then_some(("title", title.as_str()));
        html.link(&copy.url, own_title.as_slice());
        html.text(&one_line(&copy.outlet));
        html.close();
        html.text(&format!(" {} ", frame.carried_at(copy, first)));
        html.element("small", &[], &format!("#{}", copy.article));
    }
    html.text(after);
}

/// Writes the texts that earlier watches show.
fn write_shown_above(html: &mut Markup, watch: &WatchNews, frame: &Frame) {
    let (above, more) = frame.shown_above(watch);
    for part in above {
        html.element("p", &[("class", "above")], &part.heading);
        html.open("ul", &[]);
        for (story, rest) in part.stories {
            html.open("li", &[]);
            html.element("span", &[("dir", "auto")], &frame.title(&story.first));
            html.text(&format!(" ({})", one_line(&story.first.outlet)));
            if !rest.is_empty() {
                html.text("; ");
                carriers(html, frame.texts().only_here, "{articles}", rest.into_iter(), &story.first, frame);
            }
            html.close();
            html.line();
        }
        html.close();
        html.line();
    }
    if let Some(more) = more {
        html.element("p", &[("class", "about")], &more);
        html.line();
    }
}

fn headline(html: &mut Markup, mention: &Mention, frame: &Frame) {
    let language = &mention.language;
    let is_tag = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    html.link(&mention.url, is_tag.then_some(("lang", &**language)).as_slice());
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

/// Writes the ledger.
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
        let (warnings, facts) = (frame.warnings(row), frame.became(row));
        if !(warnings.is_empty() && facts.is_empty()) {
            html.open("tr", &[("class", "remarks")]);
            html.open("td", &[("colspan", "5")]);
            for warning in warnings {
                html.element("p", &[("class", "warning")], &warning);
            }
            for fact in facts {
                html.element("p", &[], &fact);
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
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use scraper::{Html, Selector};

    use super::*;
    use crate::output::samples::{HOSTILE, cannot_act, event, frame, hostile, kind, texts, values};
    use crate::output::{sha256, whole};

    #[test]
    fn the_policy_allows_the_style() {
        assert_eq!(STYLE_HASH, sha256(STYLE));
    }

    #[test]
    fn it_tells_what_is_known() {
        let page = Html::parse_document(&whole(|print| digest(&kind(), &frame(), print)));
        let texts = |selector: &str| texts(&page, selector);
        assert_eq!(texts("title"), ["Press coverage, Sat 10 Oct 09:30 to Sun 11 Oct 09:30 (Europe/Brussels)"]);
        assert_eq!(texts("h2"), ["Quayside strike", "Ledger"]);
        assert_eq!(texts(".figures"), ["2 outlets, 3 articles, 2 texts: 2 own texts, 1 outlet copies another"]);
        assert_eq!(texts(".who"), ["Reported by: Le Phare (2) – in own texts"]);
        assert_eq!(texts("h3"), ["Strike at the quay", "Cranes stand still"]);
        assert_eq!(
            texts("h3 + .about"),
            ["Le Phare · Sat 10 Oct 16:31 · fr · #1", "Le Phare · found Sat 10 Oct 17:00 · subscribers only · #3"]
        );
        assert_eq!(texts(".carriers"), ["Same text: Vitrine 17:11 (credit Belga, headline and lead only) #2"]);
        assert_eq!(values(&page, ".carriers a", "title"), ["The same strike"]);
        assert_eq!(texts("article:first-of-type > blockquote mark"), ["strike", "quay"]);
        assert_eq!(values(&page, "h3 a", "href")[0], "https://phare.example/1?a=1&b=(2)");
        assert_eq!(texts(".nothing"), ["Nothing found: Herons. The ledger below shows what was checked."]);
        assert_eq!(texts(".remarks p:not(.warning)").len(), 2, "what became of items is no warning");
        assert_eq!(
            texts(".remarks p"),
            [
                "9 seen: 8 read, 1 still to be read",
                "not checked in this period",
                "blocked since Fri 9 Oct 08:00: it refuses our requests (HTTP 403) · https://kade.example/rss",
                "silent: nothing new since Thu 1 Oct 08:00, although it had 12 items a day before",
                "may have missed items between Sat 10 Oct 08:00 and Sat 10 Oct 09:00; poll at least every 30 min",
                "seen earlier: 1 closed by robots.txt, 1 given up",
            ]
        );
    }

    #[test]
    fn groups_and_events_are_headings() {
        let page = Html::parse_document(&whole(|print| super::digest(&event(), &frame(), print)));
        let heads = Selector::parse("h1, h2, h3, h4, h5").unwrap();
        let told: Vec<String> = page
            .root_element()
            .select(&heads)
            .skip(1)
            .map(|head| format!("{} {}", head.value().name(), head.text().collect::<String>()))
            .collect();
        assert_eq!(
            told,
            [
                "h2 Harbour",
                "h3 Quayside strike",
                "h4 Strike at the quay",
                "h5 إضراب في الميناء",
                "h4 Cranes stand still",
                "h2 Ledger",
            ]
        );
        let event = ".event > article :is(h4, h5), .event > .about";
        assert_eq!(
            texts(&page, event),
            ["Strike at the quay", "One event: 2 texts, 2 articles at 1 outlet", "إضراب في الميناء"]
        );
        assert_eq!(texts(&page, "h5[dir=auto] [dir]").len(), 0, "it would hide the direction of its words");
    }

    #[test]
    fn nothing_that_a_page_says_can_act() {
        let html = whole(|print| digest(&hostile(), &frame(), print));
        assert!(cannot_act(&html));
        let page = Html::parse_document(&html);
        assert_eq!(texts(&page, "script, img, svg, iframe, form, b, base, link").len(), 0);
        assert_eq!(texts(&page, "style, title").len(), 2);
        for target in values(&page, "[href]", "href") {
            assert!(target.starts_with("https://phare.example/"), "{target}");
        }
        for element in page.root_element().descendent_elements() {
            for (name, value) in element.value().attrs() {
                assert!(!name.starts_with("on"), "{name}={value}");
            }
        }
        let titles = texts(&page, "h3");
        assert!(titles.contains(&HOSTILE[1].to_owned()), "{titles:?}");
        assert!(titles.contains(&"(no headline)".to_owned()), "{titles:?}");
    }
}
