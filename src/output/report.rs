//! The press review: one self-contained page, for the screen and for paper.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::html::{StoryMarks, coverage, head, ledger};
use super::link::on_paper;
use super::logo::Logo;
use super::markup::Markup;
use super::words::Frame;
use super::{Print, chart, tiers, tone};
use crate::digest::{Digest, Mention};
use crate::model::StoryId;
use crate::text::clean::one_line;

/// The styles: light, dark, and for A4.
const STYLE: &str = concat!(include_str!("digest.css"), include_str!("report.css"));
/// The filter; without scripts the whole list is shown.
const SCRIPT: &str = include_str!("report.js");
/// The hashes in the Content-Security-Policy, which allows nothing else.
const STYLE_HASH: &str = "sha256-dpykTcb49K9oixInoaplRYutuyjL3W41VY6fMMMUe+M=";
const SCRIPT_HASH: &str = "sha256-Xsw1jnXZj03Sapwb/3n5BkRDXYP04x6Z6iBYmzS8f9Y=";

/// What stands at the top of a press review.
#[derive(Debug, Clone, Default)]
pub struct Masthead {
    /// The title, in place of the usual one.
    pub title: Option<String>,
    /// A picture beside it.
    pub logo: Option<Logo>,
}

/// The press review of a period.
pub fn review(digest: &Digest, masthead: &Masthead, frame: &Frame, print: Print) -> io::Result<()> {
    let period = frame.headline(frame.texts().review, &digest.period);
    let own_title = masthead.title.as_deref().map(one_line).filter(|title| !title.is_empty());
    let title = own_title.as_ref().unwrap_or(&period);
    let images = if masthead.logo.is_some() { " img-src data:;" } else { "" };
    let policy = format!(
        "default-src 'none'; style-src '{STYLE_HASH}'; script-src '{SCRIPT_HASH}';{images} base-uri 'none'; form-action 'none'"
    );
    let outlets = numbered(digest.mentions().map(|mention| &*mention.outlet));
    let languages =
        numbered(digest.mentions().map(|mention| &*mention.language).filter(|language| !language.is_empty()));
    let mut html = Markup::default();
    head(&mut html, frame, title, &policy, STYLE);
    html.open("main", &[]);
    html.open("header", &[]);
    if let Some(logo) = &masthead.logo {
        html.logo(logo);
    }
    html.open("div", &[]);
    html.element("h1", &[], title);
    if own_title.is_some() {
        html.element("p", &[("class", "about")], &period);
    }
    html.close();
    html.close();
    html.line();
    filter(&mut html, digest, frame, &outlets, &languages);
    let watches = watches_of_stories(digest);
    coverage(&mut html, digest, frame, print, |story| {
        let list = |numbers: &BTreeMap<&str, usize>, word: fn(&Mention) -> &str| {
            let numbers = story.mentions().filter_map(|mention| numbers.get(word(mention)));
            numbers.map(usize::to_string).collect::<Vec<_>>().join(" ")
        };
        let watches = watches.get(&story.first.story).into_iter().flatten();
        StoryMarks {
            attributes: vec![
                ("data-watches", watches.map(usize::to_string).collect::<Vec<_>>().join(" ")),
                ("data-story", story.first.story.to_string()),
                ("data-outlets", list(&outlets, |mention| &mention.outlet)),
                ("data-languages", list(&languages, |mention| &mention.language)),
            ],
            printed_address: on_paper(&story.first.url),
        }
    })?;
    figures(&mut html, digest, frame, languages.len());
    chart::timeline(&mut html, digest, frame);
    chart::heat(&mut html, digest, frame);
    chart::outlets(&mut html, digest, frame);
    chart::shares(&mut html, digest, frame);
    tiers::tiers(&mut html, digest, frame);
    tone::tones(&mut html, digest, frame);
    tone::tags(&mut html, digest, frame);
    html.open("section", &[]);
    html.element("h2", &[], frame.texts().ledger_long);
    ledger(&mut html, &digest.ledger, frame);
    html.close();
    html.close();
    html.constant("\n<script>");
    html.constant(SCRIPT);
    html.constant("</script>\n");
    print(&(html.finish() + "\n"))
}

/// The numbers of the watches that match each story: it is shown under the first of them only.
fn watches_of_stories(digest: &Digest) -> BTreeMap<StoryId, Vec<usize>> {
    let mut watches: BTreeMap<StoryId, Vec<usize>> = BTreeMap::new();
    for (number, watch) in digest.watches.iter().enumerate() {
        for story in &watch.stories {
            watches.entry(story.first.story).or_default().push(number);
        }
    }
    watches
}

/// Numbers distinct words in sorted order; the filter uses these numbers.
fn numbered<'a>(words: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut numbers: BTreeMap<&str, usize> = words.map(|word| (word, 0)).collect();
    for (at, number) in numbers.values_mut().enumerate() {
        *number = at;
    }
    numbers
}

fn figures(html: &mut Markup, digest: &Digest, frame: &Frame, languages: usize) {
    let names = frame.texts();
    let texts = digest.mentions().map(|mention| mention.story).collect::<BTreeSet<_>>().len();
    html.line();
    html.open("dl", &[]);
    for (name, figure) in [
        (&names.articles_label, digest.tally.articles),
        (&names.texts_label, texts),
        (&names.outlets_reported, digest.tally.outlets),
        (&names.outlets_checked, digest.ledger.iter().filter(|row| row.asked > 0).count()),
        (&names.languages, languages),
    ] {
        html.open("div", &[]);
        html.element("dt", &[], &frame.count(figure, name));
        html.element("dd", &[], &frame.figure(figure));
        html.close();
    }
    html.close();
    html.line();
}

fn filter(
    html: &mut Markup,
    digest: &Digest,
    frame: &Frame,
    outlets: &BTreeMap<&str, usize>,
    languages: &BTreeMap<&str, usize>,
) {
    let texts = frame.texts();
    // Hidden, because it does nothing without the script, which shows it. Closed, because the news comes first.
    html.open("details", &[("id", "filter"), ("hidden", "hidden")]);
    html.open("summary", &[]);
    html.text(texts.filter);
    html.text(" ");
    html.element("output", &[("data-text", texts.shown)], "");
    html.close();
    html.open("form", &[]);
    let watches: Vec<(usize, &str)> = digest.watches.iter().map(|watch| watch.name.as_str()).enumerate().collect();
    let by_number = |numbers: &BTreeMap<&'_ str, usize>| numbers.values().copied().collect::<Vec<_>>();
    select(html, "watch", texts.watch, texts.all_watches, &watches);
    let pairs: Vec<(usize, &str)> = by_number(outlets).into_iter().zip(outlets.keys().copied()).collect();
    select(html, "outlet", texts.outlet, texts.all_outlets, &pairs);
    let pairs: Vec<(usize, &str)> = by_number(languages).into_iter().zip(languages.keys().copied()).collect();
    select(html, "language", texts.language, texts.all_languages, &pairs);
    html.open("label", &[]);
    html.text(texts.words);
    html.constant("<input type=\"search\" name=\"text\"/>");
    html.close();
    html.close();
    html.close();
    html.line();
}

fn select(html: &mut Markup, name: &str, label: &str, all: &str, choices: &[(usize, &str)]) {
    html.open("label", &[]);
    html.text(label);
    html.open("select", &[("name", name)]);
    html.element("option", &[("value", "")], all);
    for (number, choice) in choices {
        html.element("option", &[("value", &number.to_string())], &one_line(choice));
    }
    html.close();
    html.close();
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;
    use crate::output::samples::{HOSTILE, cannot_act, frame, hostile, kind, texts, values};
    use crate::output::{sha256, whole};

    #[test]
    fn the_policy_allows_style_and_script() {
        assert_eq!((STYLE_HASH, SCRIPT_HASH), (&*sha256(STYLE), &*sha256(SCRIPT)));
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</"));
    }

    #[test]
    fn it_tells_what_is_known() {
        let page = Html::parse_document(&whole(|print| review(&kind(), &Masthead::default(), &frame(), print)));
        let texts = |selector: &str| texts(&page, selector);
        assert_eq!(texts("dd"), ["3", "2", "2", "1", "1"]);
        assert_eq!(texts("dt"), ["articles", "texts", "outlets that reported", "outlet checked", "language"]);
        assert_eq!(texts("article h3"), ["Strike at the quay", "Cranes stand still"]);
        assert_eq!(values(&page, "article:first-of-type .carriers a", "title"), ["The same strike"]);
        assert_eq!(texts("select[name=outlet] option"), ["all", "Le Phare", "Vitrine"]);
        assert_eq!(values(&page, "article", "data-outlets")[0], "0 1");
        assert_eq!(values(&page, "article", "data-languages")[0], "0 0");
        assert_eq!(texts("h2").last().map(String::as_str), Some("Ledger: what was checked"));
        assert_eq!(texts(".remarks p").len(), 6);
    }

    #[test]
    fn a_title_and_a_logo_stand_at_the_top() {
        let title = Some(HOSTILE[0].to_owned());
        let logo = Logo::from_file(b"GIF89a.").ok();
        let html = whole(|print| review(&kind(), &Masthead { title, logo }, &frame(), print));
        let page = Html::parse_document(&html);
        assert_eq!(
            (&texts(&page, "h1")[0], &texts(&page, "title")[0]),
            (&HOSTILE[0].to_owned(), &HOSTILE[0].to_owned())
        );
        assert!(texts(&page, "header .about")[0].starts_with("Press review, Sat 10 Oct 09:30 to "));
        assert_eq!(values(&page, "header img", "src"), ["data:image/gif;base64,R0lGODlhLg=="]);
        assert_eq!((texts(&page, "script").len(), values(&page, "[src]", "src").len()), (1, 1));
        let policy = &values(&page, "meta[http-equiv]", "content")[0];
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("; img-src data:; "), "{policy}");
        let plain = whole(|print| review(&kind(), &Masthead::default(), &frame(), print));
        assert!(!plain.contains("img-src") && !plain.contains("<img"));
        assert_eq!(texts(&Html::parse_document(&plain), "header .about").len(), 0);
        assert_eq!(values(&page, "article:first-of-type h3", "data-address"), ["phare.example/1?a=1&b=(2)"]);
    }

    #[test]
    fn nothing_that_a_page_says_can_act() {
        let html = whole(|print| review(&hostile(), &Masthead::default(), &frame(), print));
        assert!(cannot_act(&html));
        let page = Html::parse_document(&html);
        assert_eq!(texts(&page, "script").len(), 1);
        assert_eq!(texts(&page, "img, iframe, b, base, link, [src], [style]").len(), 0);
        for target in values(&page, "[href]", "href") {
            assert!(target.starts_with("https://phare.example/"), "{target}");
        }
    }
}
