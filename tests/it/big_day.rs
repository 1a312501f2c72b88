//! A day on which everybody reports: 25 outlets, 24 watches, one text of an agency at seventeen outlets.

use std::collections::BTreeSet;

use super::pages::{Entry, page_in, rss};
use super::server::Outlet;
use super::world::World;

/// The agency's text.
const AGENCY: [&str; 3] = [
    "BRUXELLES (BELGA) Plusieurs centaines de personnes se sont assises samedi sur la petite ceinture, à l’appel du collectif Kraanvogel.",
    "La police a dévié la circulation pendant trois heures, et aucun incident n’a été signalé, précise la zone de police.",
    "Les participants réclament que la qualité de l’air soit mesurée en permanence à cinq endroits du boulevard, et que les chiffres soient publiés.",
];

/// Texts that outlets wrote themselves: language, headline, paragraphs.
const OWN: [(&str, &str, [&str; 2]); 5] = [
    (
        "fr",
        "Kraanvogel prend la ville en otage",
        [
            "Il y a des manières de se faire entendre qui ne servent que ceux qui crient, et le collectif Kraanvogel vient d’en donner un exemple.",
            "Nos lecteurs qui voulaient rentrer chez eux samedi après-midi n’ont pas à payer pour les convictions des autres, si justes soient-elles.",
        ],
    ),
    (
        "nl",
        "Zitactie legt de Kleine Ring drie uur stil",
        [
            "De actiegroep Kraanvogel bezette zaterdagmiddag de Kleine Ring, en handelaars in de buurt zagen hun klanten thuisblijven.",
            "Volgens de politie namen zeshonderd mensen deel, volgens de groep zelf waren het er meer dan duizend.",
        ],
    ),
    (
        "de",
        "Sitzblockade auf dem Brüsseler Ring",
        [
            "Hunderte Menschen der Gruppe Kraanvogel haben am Samstag den kleinen Ring von Brüssel blockiert.",
            "Die Polizei sprach von einer friedlichen Aktion, und am Abend floss der Verkehr wieder ohne Behinderung.",
        ],
    ),
    (
        "fr",
        "« On a attendu une heure dans la voiture »",
        [
            "Bloqués par la manifestation de Kraanvogel, des automobilistes racontent leur samedi entre colère et sympathie.",
            "« Je comprends la cause, mais ma mère m’attendait à l’hôpital », dit une conductrice venue de Namur.",
        ],
    ),
    (
        "en",
        "What the air of a boulevard is made of",
        [
            "Samples that volunteers of Kraanvogel took for a year show how much soot a child breathes on the way to school.",
            "Researchers who looked at the figures call them sound, and wish that the city would measure at the same five places.",
        ],
    ),
];

/// The outlets, and the configuration of all watches.
pub struct BigDay {
    _outlets: Vec<Outlet>,
    pub world: World,
}

/// Opens the outlets and crawls them once.
pub fn big_day() -> BigDay {
    let mut outlets = Vec::new();
    let mut sources = String::new();
    for number in 1..=25 {
        let outlet = Outlet::open();
        let mut entries: Vec<(String, String)> = Vec::new();
        let mut print = |path: &str, title: &str, language: &str, paragraphs: &[&str]| {
            outlet.serve(
                path,
                page_in(language, title, &format!("2026-10-10T16:{:02}:00+02:00", 59 - number), paragraphs),
            );
            entries.push((title.to_owned(), outlet.url(path)));
        };
        if number <= 17 {
            print("/ceinture", &format!("Un sit-in bloque la petite ceinture, édition {number}"), "fr", &AGENCY);
        } else if let Some((language, title, paragraphs)) = OWN.get(number - 18) {
            print("/eigen", title, language, paragraphs);
        } else {
            print(
                "/x",
                "Rien à signaler au marché",
                "fr",
                &[
                    "Les poissonniers ont attendu les premiers clients jusqu’à dix heures, comme chaque samedi de l’année.",
                ],
            );
        }
        let entries: Vec<Entry> =
            entries.iter().map(|(title, link)| Entry { title, link, date: "", lead: "" }).collect();
        outlet.serve("/feed", crate::answer::Answer::of("application/rss+xml", rss(&entries)));
        sources += &format!("[[source]]\nname = \"Outlet {number:02}\"\nfeeds = [\"{}\"]\n", outlet.url("/feed"));
        outlets.push(outlet);
    }
    let mut watches = String::new();
    for number in 1..=24 {
        let query = match number {
            1 => "kraanvogel".to_owned(),
            2 => "ceinture OR ring".to_owned(),
            3 => "boulevard".to_owned(),
            _ => format!("nobody{number}"),
        };
        watches += &format!("[[watch]]\nname = \"Watch {number:02}\"\nquery = \"{query}\"\n");
    }
    let world = World::with(&format!("{watches}{sources}"));
    world.run();
    BigDay { _outlets: outlets, world }
}

#[test]
fn the_digest_of_a_big_day_begins_with_who_reported() {
    let day = big_day();
    let digest = day.world.presswatch(&["digest"]).expect(0).stdout;
    let lines: Vec<&str> = digest.lines().collect();
    assert_eq!(
        lines[1..9],
        [
            "",
            "WATCH 01",
            &"=".repeat(80),
            "22 outlets, 22 articles, 6 texts: 5 own texts, 17 outlets carry Belga’s",
            "Reported by: Outlet 18; Outlet 20; Outlet 19; Outlet 21; Outlet 22 – in own",
            "  texts",
            "",
            // The only own text with the term in its headline.
            "* Kraanvogel prend la ville en otage",
        ],
        "{digest}"
    );
    assert_eq!(digest.lines().filter(|line| line.contains("Same text: ")).count(), 1, "{digest}");
    assert!(digest.contains("\nNothing found: Watch 04; Watch 05; "), "{digest}");
    // Nothing stands there twice.
    let addresses: Vec<&str> = lines.iter().filter_map(|line| line.split("http://").nth(1)).collect();
    let distinct: BTreeSet<&&str> = addresses.iter().collect();
    assert_eq!((addresses.len(), distinct.len()), (22, 22), "{digest}");
}

#[test]
fn every_figure_of_a_big_day_can_be_counted_in_the_file() {
    let day = big_day();
    let world = &day.world;
    let json = world.presswatch(&["digest", "--format", "json"]).expect(0).json();
    let count = |what: &str, watch: &str| {
        world.one(&format!("SELECT count(DISTINCT {what}) FROM coverage WHERE watch LIKE '{watch}'"))
    };
    let figures = |figures: &serde_json::Value| [figures["articles"].to_string(), figures["outlets"].to_string()];
    assert_eq!(figures(&json["figures"]), [count("url", "%"), count("outlet", "%")]);
    let own = "SELECT count(DISTINCT story) FROM coverage JOIN article USING (id) WHERE credit = ''";
    assert_eq!(json["figures"]["own_texts"].to_string(), world.one(own));
    for watch in json["watches"].as_array().unwrap() {
        let name = watch["name"].as_str().unwrap();
        assert_eq!(figures(&watch["figures"]), [count("url", name), count("outlet", name)], "{name}");
    }
    let mail = ["digest", "--format", "eml", "--from", "a@b.example", "--to", "c@d.example"];
    let mail = world.presswatch(&mail).expect(0).stdout;
    assert!(mail.contains("\nSubject: Press coverage: 22 articles at 22 outlets, "), "{mail}");
}
