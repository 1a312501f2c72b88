//! Watches that come, change, are renamed and go; what they find in the past, and why.

use crate::pages::{Entry, page_in, rss};
use crate::press::Press;
use crate::server::Outlet;
use crate::world::World;

pub const HERONS: &str = "name = \"Herons\"\nkeywords = [\"blauwe reiger\", \"héron\"]";
/// What the search engine of the press answers.
pub const SEARCH: &str = "search = '\"blauwe reiger\" OR héron'";

/// A press that was crawled once.
pub fn crawled() -> (Press, World) {
    crawled_in(|world| world)
}

pub fn crawled_in(place: impl FnOnce(World) -> World) -> (Press, World) {
    let press = Press::open();
    let world = place(World::with(&press.config()));
    world.run();
    (press, world)
}

#[test]
fn a_new_watch_reports_its_matches_in_stored_articles() {
    let (_press, world) = crawled();
    world.edit(HERONS, &format!("{HERONS}\n[[watch]]\nname = \"Helmets\"\nkeywords = [\"helm*\"]\n{SEARCH}"));
    let run = world.presswatch(&["run", "--json"]).expect(0);
    assert_eq!(run.json()["mentions_new"], 3);
    assert_eq!(
        world.sql("SELECT w.name, a.title, m.late FROM mention m JOIN watch w ON w.id = m.watch_id JOIN article a ON a.id = m.article_id
                   WHERE w.name <> 'Quayside strike' ORDER BY w.position, a.title"),
        [
            "Herons | Reiger nestelt op kraan 14 | 0",
            "Helmets | A crane stands still | 1",
            "Helmets | Docker am Ostkai streiken für neue Helme | 1",
            "Helmets | Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’ | 1",
        ]
    );
    let digest = world.presswatch(&["digest", "--watch", "Helmets"]).expect(0);
    assert_eq!(digest.stdout.matches("found later").count(), 3, "{}", digest.stdout);
    let digest = world.presswatch(&["digest", "--watch", "Herons"]).expect(0);
    assert!(!digest.stdout.contains("found later"), "{}", digest.stdout);
}

#[test]
fn a_changed_watch_keeps_its_mentions() {
    let (_press, world) = crawled();
    world.edit(HERONS, &format!("name = \"Herons\"\nquery = 'helmen'\n{SEARCH}"));
    let dry = world.presswatch(&["rematch", "--dry-run"]).expect(0);
    let id = |title: &str| world.one(&format!("SELECT id FROM article WHERE title LIKE '{title}%'"));
    let (heron, strike) = (id("Reiger"), id("Dokwerkers"));
    assert_eq!(
        dry.stdout,
        format!(
            "- Herons · De Kade · Reiger nestelt op kraan 14 · blauwe reiger · #{heron}\n\
         -   > Een blauwe reiger heeft zijn nest gebouwd op de arm van kraan 14, op zestig meter boven het water van de haven.\n\
         + Herons · De Kade · Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’ · helmen · #{strike}\n\
         +   > Zij vragen nieuwe helmen en een uur extra rust.\n\
         1 gained, 1 lost (earlier mentions stay in coverage)\n"
        )
    );
    let herons = "SELECT title FROM coverage WHERE watch = 'Herons' ORDER BY title";
    assert_eq!(world.sql(herons), ["Reiger nestelt op kraan 14"]);
    assert_eq!(world.presswatch(&["rematch"]).expect(0).stdout, "1 article newly matched\n");
    let both = ["Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’", "Reiger nestelt op kraan 14"];
    assert_eq!(world.sql(herons), both);
    assert_eq!(world.presswatch(&["rematch"]).expect(0).stdout, "0 articles newly matched\n");
    assert_eq!(world.sql(herons), both);
    world.run();
    assert_eq!(world.sql(herons), both);
}

#[test]
fn mentions_are_updated_when_a_watch_changes() {
    let (_press, world) = crawled();
    let terms = "SELECT title, terms FROM coverage WHERE watch = 'Herons'";
    assert_eq!(world.sql(terms), ["Reiger nestelt op kraan 14 | blauwe reiger"]);
    world.edit(HERONS, &format!("name = \"Herons\"\nquery = 'nest AND zestig'\n{SEARCH}"));
    assert_eq!(world.presswatch(&["rematch"]).expect(0).stdout, "0 articles newly matched\n");
    assert_eq!(world.sql(terms), ["Reiger nestelt op kraan 14 | nest, zestig"]);
}

#[test]
fn every_limit_of_a_watch_counts_as_a_change() {
    let (_press, world) = crawled();
    for (limit, lost) in
        [("since = 2026-10-10", 1), ("in = ['title']", 1), ("min_words = 500", 1), ("languages = ['nl']", 0)]
    {
        world.edit(HERONS, &format!("{HERONS}\n{limit}"));
        let dry = world.presswatch(&["rematch", "--dry-run"]).expect(0).stdout;
        assert!(
            dry.ends_with(&format!(
                "0 gained, {lost} lost{}\n",
                if lost > 0 { " (earlier mentions stay in coverage)" } else { "" }
            )),
            "{limit}: {dry}"
        );
        let before = world.one("SELECT definition FROM watch WHERE name = 'Herons'");
        world.run();
        assert_ne!(world.one("SELECT definition FROM watch WHERE name = 'Herons'"), before, "{limit}");
        world.edit(&format!("{HERONS}\n{limit}"), HERONS);
        world.run();
        assert_eq!(world.one("SELECT definition FROM watch WHERE name = 'Herons'"), before, "{limit}");
    }
}

#[test]
fn a_renamed_watch_keeps_its_mentions() {
    let (_press, world) = crawled();
    let all = "SELECT watch, count(*) FROM coverage GROUP BY watch ORDER BY watch";
    let before = world.sql(all);
    assert_eq!(before, ["Herons | 1", "Quayside strike | 8"]);
    // Without an id by its definition, which is the same.
    world.edit("name = \"Herons\"", "name = \"Birds\"");
    assert_eq!(world.presswatch(&["rematch", "--dry-run"]).expect(0).stdout, "0 gained, 0 lost\n");
    assert_eq!(world.presswatch(&["run", "--json"]).expect(0).json()["mentions_new"], 0);
    assert_eq!(world.sql(all), ["Birds | 1", "Quayside strike | 8"]);
    // With an id also when the definition changes at the same time.
    world.edit("name = \"Birds\"", "name = \"Birds\"\nid = \"b\"");
    world.run();
    world.edit(
        "name = \"Birds\"\nid = \"b\"\nkeywords = [",
        &format!("name = \"Harbour birds\"\nid = \"b\"\n{SEARCH}\nkeywords = [\"helmen\", "),
    );
    world.run();
    assert_eq!(world.sql(all), ["Harbour birds | 2", "Quayside strike | 8"]);
    // Two watches that change names.
    world.edit("name = \"Quayside strike\"", "id = \"q\"\nname = \"Quayside strike\"");
    world.run();
    world.edit("name = \"Quayside strike\"", "name = \"\"\"temporary\"\"\"");
    world.edit("name = \"Harbour birds\"", "name = \"Quayside strike\"");
    world.edit("name = \"\"\"temporary\"\"\"", "name = \"Harbour birds\"");
    world.run();
    assert_eq!(world.sql(all), ["Harbour birds | 8", "Quayside strike | 2"]);
}

#[test]
fn a_removed_watch_keeps_its_mentions() {
    let (_press, world) = crawled();
    world.edit(&format!("[[watch]]\n{HERONS}"), "");
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE watch = 'Herons'"), "1");
    assert_eq!(world.one("SELECT active FROM watch WHERE name = 'Herons'"), "0");
    // Its name goes to another watch: by the id that is another one.
    world.edit("name = \"Quayside strike\"", "id = \"q\"\nname = \"Quayside strike\"");
    world.run();
    world.edit("name = \"Quayside strike\"", "name = \"Herons\"");
    world.run();
    assert_eq!(
        world.sql("SELECT watch, count(*) FROM coverage GROUP BY watch ORDER BY watch"),
        ["Herons | 8", "Herons (earlier) | 1"]
    );
}

#[test]
fn a_watch_that_comes_back_finds_what_it_missed() {
    let press = Press::open();
    let world = World::with(&press.config());
    world.presswatch(&["run", "--source", "Kiste"]).expect(0);
    world.edit(&format!("[[watch]]\n{HERONS}"), "");
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE watch = 'Herons'"), "0");
    world.edit("[[watch]]", &format!("[[watch]]\n{HERONS}\n{SEARCH}\n[[watch]]"));
    world.presswatch(&["run", "--source", "Kiste"]).expect(0);
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE watch = 'Herons'"), "1");
}

#[test]
fn rematch_leaves_a_run_alone() {
    let press = Press::open();
    let world = World::with(&press.config()).in_file();
    assert!(world.presswatch(&["rematch"]).expect(1).stderr.contains("presswatch run"));
    press.post.hold_at(2);
    let run = world.start(&["run"]);
    assert!(press.post.wait_for(2));
    let refused = world.presswatch(&["rematch"]).expect(75);
    assert!(refused.stderr.contains("another run is using"), "{}", refused.stderr);
    press.post.let_go();
    assert!(run.wait_with_output().unwrap().status.success());
    assert_eq!(world.presswatch(&["rematch"]).expect(0).stdout, "0 articles newly matched\n");
}

#[test]
fn watches_of_one_group_stand_together() {
    let (_press, world) = crawled();
    world.edit(HERONS, &format!("{HERONS}\ngroup = \"Nature\"\n[[watch]]\nname = \"Wages\"\nquery = 'casque*'\n{SEARCH}\n[[watch]]\nname = \"Cranes\"\nquery = 'kraan'\ngroup = \"Nature\"\n{SEARCH}"));
    world.run();
    let digest = world.presswatch(&["digest", "--since", "7d"]).expect(0).stdout;
    let headings: Vec<&str> = digest
        .lines()
        .filter(|line| line.starts_with("# ") || ["QUAYSIDE STRIKE", "HERONS", "WAGES", "CRANES"].contains(line))
        .map(|line| line.trim_end_matches('#').trim_end())
        .collect();
    assert_eq!(headings, ["QUAYSIDE STRIKE", "# Nature", "HERONS", "CRANES", "# Other watches", "WAGES"]);
    assert!(digest.lines().filter(|line| line.starts_with('#')).all(|line| line.chars().count() == 80));
    // A group is chosen by its name, a watch in whatever capitals, several in the order of the configuration.
    let told = |args: &[&str]| {
        let digest = world.presswatch(&[&["digest", "--since", "7d"], args].concat()).expect(0).stdout;
        let names = ["QUAYSIDE STRIKE", "HERONS", "WAGES", "CRANES"];
        digest.lines().filter(|line| names.contains(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(told(&["--watch", "Nature"]), ["HERONS", "CRANES"]);
    assert_eq!(told(&["--watch", "nature", "--watch", "wages"]), ["HERONS", "CRANES", "WAGES"]);
    assert_eq!(told(&["--watch", "Wages", "--watch", "Wages"]), ["WAGES"]);
    let csv = |watch| world.presswatch(&["export", "--format", "csv", "--watch", watch]).expect(0).stdout;
    assert_eq!(csv("Nature").lines().count() + 1, csv("Herons").lines().count() + csv("Cranes").lines().count());
    let wrong = world.presswatch(&["digest", "--watch", "Culture"]).expect(2).stderr;
    assert!(wrong.contains("; the groups are: Nature"), "{wrong}");
    let markdown = world.presswatch(&["digest", "--since", "7d", "--format", "markdown"]).expect(0).stdout;
    let headings: Vec<&str> =
        markdown.lines().filter(|line| line.starts_with("## ") || line.contains("# Cr")).collect();
    assert_eq!(headings, ["## Quayside strike", "## Nature", "### Cranes", "## Other watches", "## Ledger"]);
    assert!(
        markdown.contains("\n### Herons\n")
            && markdown.contains("\n### Wages\n")
            && markdown.contains("\n#### [Reiger nestelt"),
        "{markdown}"
    );
    world.presswatch(&["report", "review.html"]).expect(0);
    let html = world.presswatch(&["digest", "--since", "7d", "--format", "html"]).expect(0).stdout;
    for page in [html, std::fs::read_to_string(world.path("review.html")).unwrap()] {
        let page = scraper::Html::parse_document(&page);
        let texts = |selector: &str| -> Vec<String> {
            let selector = scraper::Selector::parse(selector).unwrap();
            page.root_element().select(&selector).map(|element| element.text().collect()).collect()
        };
        assert_eq!(
            texts(".group, .watch"),
            ["Quayside strike", "Nature", "Herons", "Cranes", "Other watches", "Wages"]
        );
        assert_eq!(texts("h2.group + section > h3.watch"), ["Herons", "Wages"]);
        assert_eq!(texts("h3.watch ~ article > h4, h3.watch ~ .above + ul > li").len(), 4);
    }
    let json = world.presswatch(&["digest", "--since", "7d", "--format", "json"]).expect(0).json();
    let groups: Vec<_> = json["watches"].as_array().unwrap().iter().map(|watch| watch["group"].as_str()).collect();
    assert_eq!(groups, [None, Some("Nature"), Some("Nature"), None]);
    // Cranes and Wages are new; their mentions are found later in every format, and in the view.
    let late = "SELECT DISTINCT watch, watch_group, late FROM coverage ORDER BY watch";
    let expected = ["Cranes | Nature | 1", "Herons | Nature | 0", "Quayside strike | NULL | 0", "Wages | NULL | 1"];
    assert_eq!(world.sql(late), expected);
    let export = world.presswatch(&["export", "--format", "jsonl"]).expect(0).stdout;
    let mut lines: Vec<String> = export
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| format!("{} {} {}", line["watch"], line["group"], line["found_later"]))
        .collect();
    lines.sort();
    lines.dedup();
    assert_eq!(
        lines,
        [
            "\"Cranes\" \"Nature\" true",
            "\"Herons\" \"Nature\" false",
            "\"Quayside strike\" null false",
            "\"Wages\" null true"
        ]
    );
    let csv = world.presswatch(&["export", "--format", "csv", "--watch", "Cranes"]).expect(0).stdout;
    assert!(csv.lines().skip(1).all(|line| line.contains(",Nature,yes,")), "{csv}");
    for format in ["rss", "atom"] {
        let feed = world.presswatch(&["export", "--format", format]).expect(0).stdout;
        let late = world.one("SELECT count(*) FROM coverage WHERE late = 1");
        assert_eq!(feed.matches("found later").count().to_string(), late, "{feed}");
    }
    let later: Vec<bool> = json["watches"][2]["stories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|story| story["first"]["found_later"].as_bool().unwrap())
        .collect();
    assert_eq!(later, [true, true]);
}

#[test]
fn watches_can_be_in_files_of_their_own() {
    let press = Press::open();
    let world = World::with(&press.config());
    std::fs::create_dir(world.path("watches")).unwrap();
    world.edit(&format!("[[watch]]\n{HERONS}"), "");
    world.edit("timezone =", "include = [\"watches/*.toml\"]\ntimezone =");
    let failed = world.presswatch(&["check"]).expect(2);
    assert!(failed.stderr.contains("no file matches \"watches/*.toml\""), "{}", failed.stderr);
    world.write("watches/herons.toml", format!("[[watch]]\n{HERONS}\n"));
    world.write("watches/.herons.toml.swp", "\0");
    world.write("watches/notes.txt", "no TOML");
    let checked = world.presswatch(&["check"]).expect(0).stdout;
    assert!(checked.contains("watch Herons: "), "{checked}");
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM coverage WHERE watch = 'Herons'"), "1");
    world.write("watches/ibis.toml", "\n[[watch]]\nname = \"Herons\"\nquery = 'ibis'\n");
    let failed = world.presswatch(&["run"]).expect(2).stderr;
    assert!(failed.contains("watches/ibis.toml:3:8") && failed.contains("line 2 of watches/herons.toml"), "{failed}");
    world.write("watches/ibis.toml", b"\xff");
    let failed = world.presswatch(&["run"]).expect(2).stderr;
    assert!(failed.contains("watches/ibis.toml: line 1 is not UTF-8"), "{failed}");
}

#[test]
fn an_ambiguous_query_gets_a_note() {
    let world = World::with("[[watch]]\nname = \"A\"\nquery = 'reiger and kraan'\n");
    let checked = world.presswatch(&["check"]).expect(0).stdout;
    assert!(checked.contains("\n  note: `and` is looked for as a word: the operator is AND\n"), "{checked}");
    world.write("page.html", crate::pages::page_in("nl", "Reiger", "2026-10-09T09:00:00+02:00", &["Een reiger."]));
    let told = world.presswatch(&["explain", "--query", "reiger or kraan", "page.html"]).expect(0);
    assert_eq!(told.stderr, "warning: `or` is looked for as a word: the operator is OR\n");
    // A query may begin with a minus.
    let told = world.presswatch(&["explain", "--query", "-reiger", "page.html"]).expect(2);
    assert!(told.stderr.contains(" | -reiger\n | ^^^^^^^ this only excludes"), "{}", told.stderr);
    let told = world.presswatch(&["explain", "--query", "-sport reiger", "page.html"]).expect(0);
    assert!(told.stdout.contains("+ --query: matches: Reiger"), "{}", told.stdout);
    let told = world.presswatch(&["search", "-reiger"]).expect(2);
    assert!(told.stderr.contains("this only excludes"), "{}", told.stderr);
}

#[test]
fn explain_lists_every_watch() {
    let world = World::with(
        "[[watch]]\nname = \"A\"\nquery = 'reiger OR kraan'\n[[watch]]\nname = \"B\"\nquery = 'reiger NEAR/2 kraan'\n\
         [[watch]]\nname = \"C\"\nquery = 'reiger'\nin = ['title']\nsince = 2026-10-10\n[[watch]]\nname = \"D\"\nquery = 'zestig'\nin = ['title']\n",
    );
    let page = crate::pages::page_in(
        "nl",
        "Reiger nestelt op kraan 14",
        "2026-10-09T09:00:00+02:00",
        &[
            "Een blauwe reiger heeft zijn nest gebouwd op de arm van kraan 14, op zestig meter boven het water van de haven.",
            "De kraanman laat hem zitten tot het voorjaar, want er is volgens hem nog een andere kraan die dit werk kan doen.",
        ],
    );
    world.write("page.html", page);
    let told = world.presswatch(&["explain", "page.html"]).expect(0).stdout;
    let watches = told.split("\nwatches\n").nth(1).unwrap_or_default();
    assert_eq!(
        watches,
        "  + A: matches: Reiger, kraan (title 2x, text 3x)\n    \
           > Een blauwe reiger heeft zijn nest gebouwd op de arm van kraan 14, op\n    \
           > zestig meter boven het water van de haven.\n  \
         - B: no match: NEAR/2: nearest pair is 3 words apart\n  \
         - C: no match: published 2026-10-09T07:00:00Z, before 2026-10-09T22:00:00Z\n  \
         - D: no match: no `zestig` in the title\n"
    );
    let json = world.presswatch(&["explain", "--json", "page.html"]).expect(0).json();
    assert_eq!(
        json["matches"][0]["hits"][1],
        serde_json::json!({"field": "title", "start": 18, "end": 23, "term": "kraan"})
    );
}

#[test]
fn a_mention_has_the_positions_of_its_matches() {
    let outlet = Outlet::open();
    let (title, link) = ("Kraan\u{202e}vogels in Molen\u{200b}beek \u{1f600}", outlet.url("/h/1"));
    let entry = Entry { title, link: &link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" };
    outlet.serve("/feed", rss(&[entry]));
    let paragraphs = [
        "\u{2067}متن\u{2069} Toomaj\u{202e} Salehi\u{202c} \u{feff}kwam op \u{1f468}\u{200d}\u{1f469}\u{fe0f} zaterdag naar de kade om de kraanvogels te zien.",
        "Een e\u{301}xe\u{301}cution van 1.000 ｋｒａａｎｖｏｇｅｌｓ \u{61c}en de ﬁnale\u{2028}van Toomaj\u{a0}Salehi, het zij zo.",
        "می\u{200c}خواهند و كتاب مُـحَمَّد \u{2066}kraanvogel\u{2069}s in Brussel: het werd nacht en de stad was stil, zoals altijd.",
    ];
    outlet.serve("/h/1", page_in("nl", title, "2026-10-10T10:00:00+02:00", &paragraphs));
    let query =
        "kraanvogels OR \"toomaj salehi\" OR execution OR finale OR میخواهند OR کتاب OR محمد OR molenbeek OR brussel";
    let world = World::with(&format!(
        "[[watch]]\nname = \"All\"\nquery = '{query}'\n{}",
        super::gazette::source("Gazette", &outlet)
    ));
    world.run();
    let [title, text, hits] = ["title", "text", "hits"]
        .map(|column| world.one(&format!("SELECT {column} FROM mention m JOIN article a ON a.id = m.article_id")));
    let row = serde_json::json!({ "title": title, "text": text });
    let hits: serde_json::Value = serde_json::from_str(&hits).unwrap();
    let hits = hits.as_array().unwrap();
    for hit in hits {
        let text: Vec<char> = row[hit["field"].as_str().unwrap()].as_str().unwrap().chars().collect();
        let place = |name: &str| usize::try_from(hit[name].as_u64().unwrap()).unwrap();
        let there: String = text[place("start")..place("end")].iter().collect();
        assert_eq!(there.split_whitespace().collect::<Vec<_>>().join(" "), hit["term"], "{hit}");
    }
    assert_eq!(hits.len(), 13, "{hits:#?}");
}
