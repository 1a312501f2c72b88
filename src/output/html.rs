//! The digest as one self-contained HTML page, for a browser or as the body of a mail.

use std::io;

use super::Print;
use super::grouped::Placed;
use super::marks::pieces;
use super::markup::Markup;
use super::words::{self, Frame};
use crate::digest::{Checks, Digest, Mention, Story};
use crate::text::clean::one_line;

/// The styles, light and dark.
const STYLE: &str = include_str!("digest.css");
/// The hash of the styles in the page's Content-Security-Policy, which allows nothing else.
const STYLE_HASH: &str = "sha256-ZKgJuOTs8ovCAoSdtbtPU0NDfHwerISi1JiiVTBRsPY=";

/// The digest.
pub fn digest(digest: &Digest, frame: &Frame, print: Print) -> io::Result<()> {
    let title = frame.headline(frame.texts().coverage, &digest.period);
    let mut html = Markup::default();
    head(&mut html, frame, &title, &format!("default-src 'none'; style-src '{STYLE_HASH}'"), STYLE);
    html.open("main", &[]);
    html.element("h1", &[], &title);
    html.line();
    unchecked(&mut html, digest, frame);
    coverage(&mut html, digest, frame, print, |_, _| Vec::new())?;
    html.open("section", &[]);
    html.element("h2", &[], frame.texts().ledger);
    ledger(&mut html, &digest.ledger, frame);
    html.close();
    print(&(html.finish() + "\n"))
}

/// Writes which sources could not be checked: at the top, because mail programs cut off long mails.
pub(super) fn unchecked(html: &mut Markup, digest: &Digest, frame: &Frame) {
    for line in frame.unchecked(digest) {
        html.element("p", &[("class", "warning")], &line);
        html.line();
    }
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

/// Writes the coverage, each group in its own section; `marks` returns the attributes of a story, given the number of its watch.
pub(super) fn coverage(
    html: &mut Markup,
    digest: &Digest,
    frame: &Frame,
    print: Print,
    marks: impl Fn(usize, &Story) -> Vec<(&'static str, String)>,
) -> io::Result<()> {
    let mut in_group = false;
    for (number, placed) in frame.grouped(&digest.watches).enumerate() {
        if let Some(heading) = &placed.heading {
            if std::mem::replace(&mut in_group, true) {
                html.close();
                html.line();
            }
            html.open("section", &[]);
            html.element("h2", &[("class", "group")], heading);
            html.line();
        }
        watch_news(html, &placed, frame, print, |story| marks(number, story))?;
    }
    if in_group {
        html.close();
        html.line();
    }
    Ok(())
}

/// The element of a heading; level 1 is the title of the page.
fn heading(level: usize) -> &'static str {
    ["h1", "h2", "h3", "h4"].get(level.saturating_sub(1)).unwrap_or(&"h5")
}

/// Writes the coverage of one watch; `marks` returns the attributes of a story.
fn watch_news(
    html: &mut Markup,
    placed: &Placed,
    frame: &Frame,
    print: Print,
    marks: impl Fn(&Story) -> Vec<(&'static str, String)>,
) -> io::Result<()> {
    let watch = placed.watch;
    html.open("section", &[]);
    html.element(heading(2 + placed.depth), &[("class", "watch")], &one_line(&watch.name));
    html.line();
    if watch.stories.is_empty() {
        html.element("p", &[], frame.texts().nothing);
    } else {
        html.element("p", &[], &frame.reported_by(&watch.reporters));
        html.element("p", &[("class", "about")], &frame.counts(watch));
        html.line();
        for (at, section) in watch.sections().iter().enumerate() {
            let lines = frame.section(section, at == 0);
            html.open("section", &[]);
            begin_section(html, heading(3 + placed.depth), &lines);
            // The heading of an event, like that of a group, makes the headings below it one level deeper.
            let level = heading(3 + placed.depth + usize::from(!lines.is_empty()));
            for story in section.stories {
                let marks = marks(story);
                let marks: Vec<(&str, &str)> = marks.iter().map(|(name, value)| (*name, value.as_str())).collect();
                html.open("article", &marks);
                write_story(html, story, level, frame);
                html.close();
                html.line();
                html.pass(print)?;
            }
            html.close();
        }
    }
    html.close();
    html.line();
    Ok(())
}

/// Writes the event of the stories that follow, and the outlets that reported it.
fn begin_section(html: &mut Markup, heading: &'static str, lines: &[String]) {
    for (at, line) in lines.iter().enumerate() {
        if at == 0 {
            html.element(heading, &[("class", "event")], line);
        } else {
            html.element("p", &[], line);
        }
        html.line();
    }
}

/// Writes one text: headline, facts, hit sentence, and its copies.
fn write_story(html: &mut Markup, story: &Story, heading: &'static str, frame: &Frame) {
    let first = &story.first;
    html.open(heading, &[("class", "headline"), ("dir", "auto")]);
    // Without a `dir` of its own: the heading takes its direction from these words.
    headline(html, first, frame, &[]);
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
        headline(html, copy, frame, &[("dir", "auto")]);
        sentence(html, copy, &words::sentence_of_copy(copy, first));
        html.close();
    }
    html.close();
    html.line();
}

fn headline(html: &mut Markup, mention: &Mention, frame: &Frame, attributes: &[(&'static str, &str)]) {
    let language = &mention.language;
    let is_tag = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut attributes = attributes.to_vec();
    attributes.extend(is_tag.then_some(("lang", &**language)));
    html.link(&mention.url, &attributes);
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
        assert_eq!(texts("h2"), ["Quayside strike", "Herons", "Ledger"]);
        assert_eq!(texts("h3"), ["Strike at the quay", "Cranes stand still"]);
        assert_eq!(
            texts("h3 + .about"),
            ["Le Phare · Sat 10 Oct 16:31 · fr · #1", "Le Phare · found Sat 10 Oct 17:00 · subscribers only · #3"]
        );
        assert_eq!(
            texts("li .about"),
            [
                "Vitrine · Sat 10 Oct 17:11, 40 min later · fr · credit Belga · from Le Phare · headline and lead only · #2"
            ]
        );
        assert_eq!(texts("article:first-of-type > blockquote mark"), ["strike", "quay"]);
        assert_eq!(values(&page, "h3 a", "href")[0], "https://phare.example/1?a=1&b=(2)");
        assert_eq!(texts("h2 + p")[1], "Nothing found. The ledger below shows what was checked.");
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
                "h4 One event, 2 texts: Phare, 312",
                "h5 Strike at the quay",
                "h5 إضراب في الميناء",
                "h4 Other reports",
                "h5 Cranes stand still",
                "h2 Other watches",
                "h3 Herons",
                "h2 Ledger",
            ]
        );
        // A filter takes a heading away together with all that stands under it.
        let [section, event] = ["section:has(h5)", ":scope > .event"].map(|css| Selector::parse(css).unwrap());
        let parts: Vec<(String, String)> = page
            .root_element()
            .select(&section)
            .flat_map(|section| {
                section.select(&event).map(move |event| (event.text().collect(), section.text().collect()))
            })
            .collect();
        let of = |title: &str| {
            parts.iter().filter(|(_, all)| all.contains(title)).map(|(event, _)| &**event).collect::<Vec<_>>()
        };
        assert_eq!(
            (of("Cranes stand"), of("Strike at")),
            (vec!["Other reports"], vec!["One event, 2 texts: Phare, 312"])
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
