//! Coverage as people take it away: digests and exports.

use super::gazette;
use super::pages::{Entry, page_in, rss};
use super::server::Outlet;
use super::world::World;

/// Headlines that try to be something else, as an outlet may print them.
const HOSTILE: [&str; 5] = [
    "Kraanvogel <script>alert('1')</script> & \"so\"",
    "](javascript:alert(1)) Kraanvogel **x**",
    "=HYPERLINK(\"https://evil.example\";\"Kraanvogel\")",
    "@Kraanvogel \u{202e}gnp.exe, and\u{9b}31m more",
    "+Kraanvogel; 'three' `x`",
];

/// An outlet with these headlines, crawled.
fn crawled() -> (Outlet, World) {
    let outlet = Outlet::open();
    let links: Vec<String> = (0..HOSTILE.len()).map(|n| outlet.url(&format!("/h/{n}"))).collect();
    let entries: Vec<Entry> = HOSTILE
        .iter()
        .zip(&links)
        .map(|(title, link)| Entry { title, link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" })
        .collect();
    outlet.serve("/feed", rss(&entries));
    for (n, title) in HOSTILE.iter().enumerate() {
        let text =
            format!("Number {n} of the birds came down on the quay at noon, and {n} people went there to see it.");
        outlet.serve(&format!("/h/{n}"), page_in("en", title, "2026-10-10T10:00:00+02:00", &[&text, title]));
    }
    let world = World::with(&gazette::config(&outlet));
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage"), HOSTILE.len().to_string());
    (outlet, world)
}

/// Whether no control character and no override of direction is in it.
fn cannot_act(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\n' | '\r') || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}')))
}

#[test]
fn hostile_headlines_in_every_digest() {
    let (_outlet, world) = crawled();
    for format in ["text", "markdown", "html", "json"] {
        let told = world.presswatch(&["digest", "--format", format]).expect(0).stdout;
        assert!(cannot_act(&told), "{told}");
        assert!(!told.contains("<script>alert('1')") || matches!(format, "text" | "json"), "{told}");
        assert!(
            !told.replace("\\]", "").contains("](javascript:") || matches!(format, "text" | "json" | "html"),
            "{told}"
        );
        assert!(told.contains("Gazette") && told.to_lowercase().contains("ledger"), "{told}");
    }
    let json = world.presswatch(&["digest", "--format", "json"]).expect(0).json();
    assert_eq!(json["watches"][0]["articles"], HOSTILE.len());
    assert_eq!(json["ledger"][0]["matched"], HOSTILE.len());
}

#[test]
fn quiet_if_empty_is_silent_only_without_coverage() {
    let (_outlet, mut world) = crawled();
    let told = world.presswatch(&["digest", "--quiet-if-empty"]).expect(0);
    assert!(told.stdout.contains("Kraanvogel"), "{}", told.stdout);
    world.hours_pass(48);
    for format in ["text", "html"] {
        let told = world.presswatch(&["digest", "--quiet-if-empty", "--format", format]).expect(0);
        assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("", ""));
    }
    let told = world.presswatch(&["digest"]).expect(0);
    assert!(told.stdout.contains("Nothing found"), "{}", told.stdout);
}

#[test]
fn new_is_told_once_in_any_format() {
    let (_outlet, world) = crawled();
    let told = world.presswatch(&["digest", "--new", "--format", "markdown"]).expect(0);
    assert!(told.stdout.contains("Kraanvogel"), "{}", told.stdout);
    let told = world.presswatch(&["digest", "--new", "--format", "json"]).expect(0);
    assert_eq!(told.json()["watches"][0]["articles"], 0);
}
