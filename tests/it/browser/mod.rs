//! The pages that we write as people see them: in a real browser, on a phone and on a screen, by day and by night.

mod chromium;

use std::path::{Path, PathBuf};

use chromium::{Chromium, show};
use serde_json::json;

use crate::big_day::big_day;
use crate::press::Press;
use crate::review;
use crate::telling;
use crate::world::{Done, World};

/// Widths of a phone and of a screen.
const WIDTHS: [u32; 2] = [360, 1280];
/// One white dot.
const LOGO: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// By day and by night.
const SCHEMES: [&str; 2] = ["light", "dark"];

/// A page in every look: nothing too wide, too faint, too small, unnamed, complaining or remote.
fn look(browser: &mut Chromium, page: &Path, name: &str) {
    for (width, scheme) in WIDTHS.iter().flat_map(|width| SCHEMES.map(|scheme| (*width, scheme))) {
        browser.open(page, width, scheme);
        let wrong = browser.value(include_str!("looks.js"));
        assert_eq!(wrong, json!([]), "{name}, {width} wide, {scheme}: {wrong:#}");
        assert_eq!(browser.complaints(), [""; 0], "{name}, {width} wide, {scheme}");
        browser.picture(&format!("{name}-{width}-{scheme}"));
    }
    for (role, name) in browser.names() {
        let is_told = ["link", "image", "combobox", "searchbox", "heading", "columnheader", "rowheader"];
        assert!(!is_told.contains(&role.as_str()) || !name.is_empty(), "a {role} without a name");
    }
}

/// The digest, the press review and the page in a mail.
fn pages(world: &World) -> [(&'static str, PathBuf); 3] {
    world.write("logo.gif", LOGO);
    let since = ["--since", "30d"];
    let digest = world.presswatch(&[&["digest", "--format", "html"], &since[..]].concat()).expect(0).stdout;
    let people = ["--format", "eml", "--from", "a@b.example", "--to", "c@d.example"];
    let mail = world.presswatch(&[&["digest"], &people[..], &since[..]].concat()).expect(0).stdout;
    let mail = mailparse::parse_mail(mail.as_bytes()).unwrap().subparts[1].get_body().unwrap();
    let masthead = ["--title", "Harbour press", "--logo", "logo.gif"];
    world.presswatch(&[&["report", "review.html"], &since[..], &masthead[..]].concat()).expect(0);
    [
        ("digest", world.write("digest.html", digest)),
        ("mail", world.write("mail.html", mail)),
        ("review", world.path("review.html")),
    ]
}

#[test]
#[ignore = "slow"]
fn pages_render_without_overflow_everywhere() {
    let Some(mut browser) = Chromium::start() else { return };
    let press = Press::open();
    let config = press.config().replace("name = \"Herons\"", "name = \"Herons\"\ngroup = \"Harbour\"");
    let world =
        World::with(&config.replace("name = \"Quayside strike\"", "name = \"Quayside strike\"\ngroup = \"Harbour\""));
    world.run();
    for (name, page) in pages(&world) {
        look(&mut browser, &page, name);
    }
}

#[test]
fn the_first_screen_of_a_phone_says_who_reported() {
    let Some(mut browser) = Chromium::start() else { return };
    let day = big_day();
    for (name, page) in pages(&day.world) {
        browser.open(&page, 360, "light");
        let below = "['.figures', '.who', 'article .headline', 'article .about', 'article blockquote']
            .filter((part) => document.querySelector(part).getBoundingClientRect().bottom > 740)";
        assert_eq!(browser.value(below), json!([]), "{name}");
        assert_eq!(
            browser.value("document.querySelector('article .headline').textContent"),
            "Kraanvogel prend la ville en otage"
        );
        look(&mut browser, &page, &format!("big-day-{name}"));
    }
}

#[test]
fn hostile_headlines_do_nothing_in_a_browser() {
    let Some(mut browser) = Chromium::start() else { return };
    let (_outlet, world) = telling::crawled();
    for (name, page) in pages(&world) {
        look(&mut browser, &page, &format!("hostile-{name}"));
        let headings = browser.value("[...document.querySelectorAll('article')].length");
        assert_eq!(headings, telling::headlines().len(), "{name}");
    }
}

#[test]
fn the_filter_of_a_review_works_by_keyboard() {
    let Some(mut browser) = Chromium::start() else { return };
    let press = Press::open();
    let world = World::with(&format!("{}\n[[watch]]\nname = \"Dockers\"\nquery = \"docker*\"\n", press.config()));
    world.run();
    let [.., (_, review)] = pages(&world);
    browser.open(&review, 1280, "light");
    // A text stands under the first watch that matches it, and is found by each.
    let shown = "new Set([...document.querySelectorAll('article')].filter((story) => story.checkVisibility())
        .map((story) => story.dataset.story)).size";
    let said = "document.querySelector('output').textContent";
    let at = "document.activeElement.name";
    let all = browser.value(shown).as_u64().unwrap();
    assert!(all >= 6, "{all}");
    assert_eq!(browser.value("Number(document.querySelectorAll('dd')[1].textContent)"), all, "the figure above");
    assert_eq!(browser.value("document.querySelectorAll('article').length"), all, "each text once");
    assert_eq!(browser.value(said), format!("{all} of {all} texts shown"));
    // The first stop opens the filter: nothing stands before it, and it takes one line.
    let is_open = "document.querySelector('form').checkVisibility()";
    browser.press("Tab", 9);
    assert_eq!(browser.value("document.activeElement.localName"), "summary");
    assert_eq!(browser.value("getComputedStyle(document.activeElement).outlineStyle"), "solid");
    assert!(browser.value("document.activeElement.offsetHeight").as_u64() < Some(40));
    assert!(browser.names().iter().any(|(role, name)| role == "DisclosureTriangle" && name.starts_with("Filter")));
    assert_eq!(browser.value(is_open), false);
    browser.press(" ", 32);
    assert_eq!(browser.value(is_open), true);
    let mut stops = Vec::new();
    for _ in 0..4 {
        browser.press("Tab", 9);
        stops.push(browser.value(at).as_str().unwrap_or_default().to_owned());
        let outline = browser.value("getComputedStyle(document.activeElement).outlineStyle");
        assert_eq!(outline, "solid", "where is the keyboard? {stops:?}");
    }
    assert_eq!(stops, ["watch", "outlet", "language", "text"]);
    browser.write("DOCKERS quai");
    let few = browser.value(shown).as_u64().unwrap();
    assert!((1..all).contains(&few), "{few}");
    assert_eq!(browser.value(said), format!("{few} of {all} texts shown"));
    browser.press("Enter", 13);
    assert_eq!(browser.value(shown), few);
    // Without accents, and with those that the text has not.
    browser.value("document.activeElement.select()");
    browser.write("döckers quaî");
    assert_eq!(browser.value(shown), few);
    browser.value("document.activeElement.select()");
    browser.press("Delete", 46);
    assert_eq!(browser.value(shown), all);
    // A choice by its first letters.
    browser.value("document.querySelector('select[name=outlet]').focus()");
    browser.press("ArrowDown", 40);
    let outlet = browser.value("document.activeElement.selectedOptions[0].textContent");
    let of_it = browser.value(shown).as_u64().unwrap();
    assert!(outlet != "all" && (1..all).contains(&of_it), "{outlet}: {of_it}");
    // A heading stays with what it heads.
    let bare = "[...document.querySelectorAll('section')].filter((part) => part.querySelector('article') && part.checkVisibility()
        && ![...part.querySelectorAll('article')].some((story) => story.checkVisibility())).length";
    browser.value("document.querySelector('select[name=watch]').focus()");
    browser.press("ArrowDown", 40);
    assert_eq!(browser.value(bare), 0, "a heading over nothing");
    let heads =
        browser.value("[...document.querySelectorAll('.watch')].filter((head) => head.checkVisibility()).length");
    assert!(heads.as_u64() < browser.value("document.querySelectorAll('.watch').length").as_u64());
    browser.press("ArrowUp", 38);
    let elsewhere = format!(
        "[...document.querySelectorAll('article')].filter((story) => story.checkVisibility()).every((story) => story.textContent.includes({outlet}))"
    );
    assert_eq!(browser.value(&elsewhere), true);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_review_is_complete_without_scripts_and_in_print() {
    let Some(mut browser) = Chromium::start() else { return };
    let (_outlet, world) = telling::crawled();
    let [.., (_, review)] = pages(&world);
    let filter = "document.querySelector('#filter').checkVisibility()";
    let shown = "[...document.querySelectorAll('article')].filter((story) => story.checkVisibility()).length";
    browser.open(&review, 1280, "dark");
    assert_eq!(browser.value(filter), true);
    browser.media("print", "dark");
    assert_eq!(browser.value(filter), false);
    assert_eq!(browser.value("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
    assert_eq!(browser.value(include_str!("looks.js")), json!([]));
    browser.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.open(&review, 1280, "light");
    assert_eq!((browser.value(filter), browser.value(shown)), (json!(false), json!(telling::headlines().len())));
}

#[test]
#[ignore = "slow"]
fn a_review_is_printed_by_chromium() {
    if Chromium::start().is_none() {
        return;
    }
    let (_outlets, world) = review::crawled();
    world.write("logo.gif", LOGO);
    let args = ["report", "review.PDF", "--since", "30d", "--title", "Harbour press", "--logo", "logo.gif"];
    std::fs::create_dir(world.path("tmp")).unwrap();
    let done = Done::of(world.command(&args).env("TMPDIR", world.path("tmp"))).expect(0);
    assert_eq!((&*done.stdout, &*done.stderr), ("", ""));
    let left: Vec<_> = std::fs::read_dir(world.path("tmp")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "what the browser left: {left:?}");
    let pdf = std::fs::read(world.path("review.PDF")).unwrap();
    show("big-day-review-a4.pdf", &pdf);
    let has = |what: &str| pdf.windows(what.len()).any(|part| part == what.as_bytes());
    assert!(pdf.starts_with(b"%PDF-") && has("%%EOF") && has("/Subtype /Image"), "{} bytes", pdf.len());
    // A4 is 595 by 842 points.
    assert!(has("/MediaBox [0 0 594.95996 841.91998]") || has("/MediaBox [0 0 595 842]") || has("/MediaBox [0 0 594"));
    assert!(has("/Linearized") || has("/Type /Page"), "pages");
    // A browser that does not work leaves the file as it was.
    for (program, why) in [("false", "Chromium ended"), ("nowhere", "no Chromium was found")] {
        let done = Done::of(world.command(&args).env("PRESSWATCH_CHROMIUM", program)).expect(1);
        assert!(done.stderr.contains(&format!("could not print review.PDF: {why}")), "{}", done.stderr);
        assert!(done.stderr.contains("print it from a browser"), "{}", done.stderr);
        assert!(std::fs::read(world.path("review.PDF")).unwrap() == pdf);
    }
    let left: Vec<_> = std::fs::read_dir(world.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains(".part")), "{left:?}");
}
