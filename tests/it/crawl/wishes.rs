//! Publishers' directives against excerpts and copies of the text are respected in every output.

use crate::answer::Answer;
use crate::gazette::{WATCH, gazette, source};
use crate::outputs::{coverage, printed};
use crate::pages::{Entry, page, rss};
use crate::server::Outlet;
use crate::world::World;

/// Words that occur only in the text near the hit, and only in the lead.
const TEXT: &str = "bergamot";
const LEAD: &str = "zilverling";

fn outlet(answer: impl Fn(&str) -> Answer) -> Outlet {
    let outlet = Outlet::open();
    let link = outlet.url("/a/1");
    outlet.serve("/feed", rss(&[Entry { title: "A bird on the quay", link: &link, date: "", lead: "" }]));
    let first =
        format!("The kraanvogel ate a {TEXT} on the quay at noon, and thirty people stood there to look at it.");
    let text = page(
        "A bird on the quay",
        "2026-10-10T10:00:00+02:00",
        &[&first, "Nobody had expected it before the evening."],
    );
    let lead = format!(
        "<meta name=\"description\" content=\"What a {LEAD} it was, said those who had seen it there.\"></head>"
    );
    outlet.serve("/a/1", answer(&text.replacen("</head>", &lead, 1)));
    outlet
}

/// All that the program prints or writes of its coverage, by name.
fn outputs(world: &World) -> Vec<(String, String)> {
    let mut all = coverage(world);
    for args in printed("search") {
        all.push((args.join(" "), world.presswatch(&[args, vec!["kraanvogel".to_owned()]].concat()).expect(0).stdout));
    }
    for (name, output) in &all {
        assert!(output.contains("A bird on the quay"), "{name}: {output}");
    }
    all.push(("coverage".into(), world.sql("SELECT summary, snippet, text FROM coverage").concat()));
    all
}

#[test]
fn nosnippet_and_noarchive_hold_in_every_output() {
    let meta = |content: &'static str| {
        outlet(move |text| {
            Answer::html(&text.replacen("</head>", &format!("<meta name=\"robots\" content=\"{content}\"></head>"), 1))
        })
    };
    let header = |value: &'static str| outlet(move |text| Answer::html(text).header("x-robots-tag", value));
    for (outlet, hides_snippet, hides_text) in [
        (outlet(Answer::html), false, false),
        (meta("nosnippet"), true, false),
        (meta("noarchive, max-snippet: 0"), true, true),
        (header("nosnippet, noarchive"), true, true),
        (header("presswatch: noarchive"), false, true),
        (header("otherbot: noarchive, nosnippet"), false, false),
    ] {
        let world = World::with(&format!("{WATCH}{}", source("Gazette", &outlet)));
        world.run();
        assert_eq!(
            world.one("SELECT count(*), min(terms) FROM coverage"),
            "1 | kraanvogel",
            "it is matched all the same"
        );
        for (name, output) in outputs(&world) {
            let shows_text = output.contains(TEXT);
            if hides_snippet && (name != "coverage" || hides_text) {
                assert!(!shows_text && !output.contains(LEAD), "{name}: {output}");
            } else if name.starts_with("digest") || (name == "coverage" && !hides_text) {
                assert!(shows_text, "{name}: {output}");
            }
        }
        assert_eq!(world.one(&format!("SELECT text LIKE '%{TEXT}%' FROM coverage")), u8::from(!hides_text).to_string());
        assert_eq!(
            world.one("SELECT summary = '' AND snippet = '' FROM coverage"),
            u8::from(hides_snippet).to_string()
        );
    }
}

#[test]
fn a_password_in_a_url_is_used_and_never_shown() {
    let (good, shut) = (gazette(1), gazette(1));
    shut.serve("/feed", Answer::error(500));
    let locked = |name: &str, outlet: &Outlet| source(name, outlet).replace("http://", "http://reader:s3cret@");
    let world = World::with(&format!("{WATCH}{}{}", locked("Good", &good), locked("Shut", &shut)));
    let run = world.presswatch(&["run", "-v", "--json"]).expect(0);
    assert!(good.asked_for("/feed")[0].header("authorization").is_some());
    assert_eq!(good.asked_for("/a/1")[0].header("authorization"), None, "it is for that address alone");
    let mut all = vec![run.stdout, run.stderr];
    for args in [&["sources"][..], &["digest"], &["digest", "--format", "json"], &["digest", "--format", "html"]] {
        let done = world.presswatch(args).expect(0);
        all.extend([done.stdout, done.stderr]);
    }
    assert!(all.iter().any(|text| text.contains("/feed")));
    for text in &all {
        assert!(!text.contains("s3cret"), "{text}");
    }
}
