//! Reports of one event, whatever their language.

use crate::gazette;
use crate::pages::{Entry, page_in, rss};
use crate::server::Outlet;
use crate::world::{Done, World, rows};

#[test]
fn the_protest_of_the_demo_is_one_event_in_two_languages() {
    let world = World::empty();
    Done::of(&mut world.bare_command(&["demo"])).expect(0);
    let db = world.path("demo.db");
    let reports = rows(
        &db,
        "SELECT group_concat(DISTINCT outlet ORDER BY outlet) FROM coverage
         WHERE event = (SELECT event FROM coverage WHERE title LIKE 'Straatadem bezet%' LIMIT 1)",
    );
    assert_eq!(reports, ["BRUZZ,La Libre,MSN,RTL Info"]);
    let evidence =
        "SELECT evidence FROM events WHERE languages LIKE '%nl%' AND languages LIKE '%fr%' ORDER BY first_at";
    let evidence = rows(&db, evidence);
    assert_eq!(evidence.len(), 3, "{evidence:?}");
    assert!(evidence[0].contains("Noé Raeymaekers") && evidence[0].contains("85"), "{evidence:?}");
    assert!(evidence[1].contains("Lieselot Grauwels") && evidence[1].contains("Sainctelette"), "{evidence:?}");
    // What was announced two days before is another one, and so is the campaign in schools.
    let others =
        "SELECT count(DISTINCT event) FROM coverage WHERE title LIKE 'Buurtbewoners%' OR title LIKE 'Des capteurs%'";
    assert_eq!(rows(&db, others), ["2"]);
    assert_eq!(rows(&db, "SELECT count(*) FROM event_queue"), ["0"]);
}

#[test]
fn a_setting_disables_events() {
    let outlet = Outlet::open();
    let (one, other) = (outlet.url("/a/1"), outlet.url("/a/2"));
    let entries = [
        Entry { title: "Staking in Zaventem", link: &one, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" },
        Entry { title: "Grève à Zaventem", link: &other, date: "Sat, 10 Oct 2026 11:00:00 +0200", lead: "" },
    ];
    outlet.serve("/feed", rss(&entries));
    let dutch = "Op de luchthaven van Zaventem vallen 240 vluchten weg. Vakbondsman Koen Maldegem vreest een lange dag zonder kraanvogel.";
    let french = "À l'aéroport de Zaventem, 240 vols sont annulés. Le syndicaliste Koen Maldegem craint une longue journée, sans kraanvogel.";
    outlet.serve("/a/1", page_in("nl", "Staking in Zaventem", "2026-10-10T10:00:00+02:00", &[dutch]));
    outlet.serve("/a/2", page_in("fr", "Grève à Zaventem", "2026-10-10T11:00:00+02:00", &[french]));
    let world = World::with(&format!("[crawl]\nevents = false\n{}", gazette::config(&outlet)));
    world.run();
    assert_eq!(world.sql("SELECT count(*), count(event) FROM coverage"), ["2 | 0"]);
    assert_eq!(world.one("SELECT count(*) FROM events"), "0");
    world.edit("events = false", "events = true");
    world.run();
    assert_eq!(
        world.sql("SELECT first_outlet, articles, stories, evidence FROM events"),
        ["Gazette | 2 | 2 | Koen Maldegem, Zaventem, 240"]
    );
}

/// Every report that a watch finds has its words: they do not make an event.
#[test]
fn matched_terms_do_not_make_an_event() {
    let outlet = Outlet::open();
    let reports = [
        (
            "nl",
            "Wake voor Navid Sharifi op het Muntplein",
            "Op het Muntplein in Brussel is zaterdag gewaakt voor Navid Sharifi, die vastzit in Evin. Els Vancoillie telde 64 kaarsen.",
        ),
        (
            "fr",
            "Navid Sharifi au musée",
            "Une exposition à Bruxelles montre depuis samedi les poèmes que Navid Sharifi a écrits à Evin. Le peintre Marc Dutilleul l'a montée.",
        ),
        (
            "fr",
            "Veillée à la Monnaie pour Navid Sharifi",
            "À Bruxelles, 64 bougies ont été allumées samedi au Muntplein pour Navid Sharifi, détenu à Evin, compte Els Vancoillie.",
        ),
    ];
    let links: Vec<String> = (0..reports.len()).map(|n| outlet.url(&format!("/a/{n}"))).collect();
    let entries: Vec<Entry> = reports
        .iter()
        .zip(&links)
        .map(|((_, title, _), link)| Entry { title, link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" })
        .collect();
    outlet.serve("/feed", rss(&entries));
    for (n, (language, title, text)) in reports.iter().enumerate() {
        outlet.serve(&format!("/a/{n}"), page_in(language, title, "2026-10-10T10:00:00+02:00", &[text]));
    }
    let world = World::with(&gazette::config(&outlet).replace("kraanvogel", "Navid Sharifi"));
    world.run();
    assert_eq!(
        world.sql("SELECT articles, evidence FROM events ORDER BY articles"),
        ["1 | ", "2 | Els Vancoillie, Navid Sharifi, Evin, Muntplein, 64, Brussel/Bruxelles"]
    );
}
