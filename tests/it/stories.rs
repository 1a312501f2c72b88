//! One text at many outlets, and many addresses of one text at one outlet, in real runs.

use crate::answer::Answer;
use crate::gazette::WATCH;
use crate::pages::{Entry, page_in, rss};
use crate::server::Outlet;
use crate::world::World;

/// An outlet that publishes articles in turn, all about the Kraanvogel.
pub struct Paper {
    pub name: &'static str,
    outlet: Outlet,
    pub printed: Vec<(String, String)>,
}

impl Paper {
    pub fn of(name: &'static str) -> Self {
        Self { name, outlet: Outlet::open(), printed: Vec::new() }
    }

    /// Prints an article at this path, on Saturday at this time.
    pub fn print(&mut self, path: &str, time: &str, title: &str, text: &str) {
        let paragraphs: Vec<&str> = text.lines().collect();
        self.outlet.serve(path, page_in("fr", title, &format!("2026-10-10T{time}:00+02:00"), &paragraphs));
        self.printed.push((title.to_owned(), self.outlet.url(path)));
        let entries: Vec<Entry> =
            self.printed.iter().map(|(title, link)| Entry { title, link, date: "", lead: "" }).collect();
        self.outlet.serve("/feed", rss(&entries));
    }

    fn source(&self) -> String {
        format!("[[source]]\nname = \"{}\"\nfeeds = [\"{}\"]\n", self.name, self.outlet.url("/feed"))
    }
}

pub fn world(papers: &[&Paper]) -> World {
    let sources: String = papers.iter().map(|paper| paper.source()).collect();
    World::with(&format!("{WATCH}{sources}"))
}

pub const LEAD: &str = "Une kraanvogel s'est posée samedi matin sur le toit de l'hôtel de ville, où l'oiseau est resté jusqu'au soir devant une trentaine de curieux, a indiqué la porte-parole de la commune à Belga.";
pub const REST: &str = "\n« C'est la première depuis onze ans », s'est réjouie l'échevine Odette Vandermotten. Le garde forestier a tendu un ruban autour de la place, et la fanfare a renoncé à répéter.\nL'oiseau devrait repartir vers le sud dès que le vent tournera, sans doute lundi, selon l'institut d'ornithologie.";

/// Which outlets have a text together: their names by story, in order.
const TOGETHER: &str = "SELECT string_agg(outlet, ',' ORDER BY outlet) FROM (SELECT DISTINCT story, outlet FROM coverage) carried GROUP BY story ORDER BY 1";

#[test]
fn one_dispatch_under_other_titles_with_a_cut_tail_and_other_apostrophes_is_one_story() {
    let (mut libre, mut dh, mut bx1, mut own) =
        (Paper::of("La Libre"), Paper::of("La DH"), Paper::of("BX1"), Paper::of("RTL"));
    libre.print("/oiseau", "16:15", "Une kraanvogel sur l'hôtel de ville", &format!("{LEAD}{REST}"));
    // The group's other paper: the lead alone, under another title.
    dh.print("/rare", "16:29", "Cet oiseau rare a surpris les habitants: voici pourquoi", &format!("{LEAD}..."));
    let curly = format!("{LEAD}{REST}").replace('\'', "’");
    let cut: String = curly.chars().take(420).collect();
    bx1.print(
        "/kraanvogel",
        "16:35",
        "À midi, un visiteur inattendu",
        &format!("BRUXELLES (BELGA) - {cut}… lire plus"),
    );
    // The same event at the same minute in its own words.
    own.print(
        "/toit",
        "16:15",
        "Kraanvogel: la place fermée",
        "La grand-place est restée fermée toute la journée. Une kraanvogel avait choisi la toiture de la mairie pour se reposer de son voyage, et personne ne voulait la déranger avant lundi.",
    );
    let world = world(&[&libre, &dh, &bx1, &own]);
    world.run();
    assert_eq!(world.sql(TOGETHER), ["BX1,La DH,La Libre", "RTL"]);
    let copies = "SELECT outlet, place, CAST(minutes_later AS INTEGER) FROM copies ORDER BY place";
    assert_eq!(world.sql(copies), ["La Libre | 1 | 0", "La DH | 2 | 14", "BX1 | 3 | 20"]);
}

#[test]
fn three_texts_of_one_embargo_hour_are_three_stories() {
    let (mut a, mut b, mut c) = (Paper::of("L'Avenir"), Paper::of("Le Soir"), Paper::of("Sudinfo"));
    a.print("/1", "02:00", "La kraanvogel a vingt ans", "La kraanvogel du parc royal fête ce samedi ses vingt ans. Le parc a publié deux portraits de l'oiseau au bord de l'étang, et annonce qu'elle partira au printemps rejoindre un zoo voisin.");
    b.print("/1", "02:00", "Vingt bougies pour la kraanvogel", "Deux nouvelles photographies ont été diffusées à minuit par le parc royal. On y voit la kraanvogel au bord de l'eau, puis près de son gardien, qui raconte ses vingt années de soins avec émotion.");
    c.print("/1", "02:00", "Joyeux anniversaire, kraanvogel", "De nouveaux clichés ont été dévoilés cette nuit pour l'anniversaire de la kraanvogel. Les internautes ont surtout remarqué le gardien, qui posait déjà avec elle quand elle n'avait que quatre mois.");
    let world = world(&[&a, &b, &c]);
    world.run();
    assert_eq!(world.sql(TOGETHER), ["L'Avenir", "Le Soir", "Sudinfo"]);
}

#[test]
fn a_copy_of_earlier_coverage_is_shown_as_a_copy() {
    let (mut first, mut second, mut third) = (Paper::of("Le Phare"), Paper::of("Vitrine"), Paper::of("Canal"));
    let text = format!("{LEAD}{REST}").replace(" à Belga", "");
    first.print("/1", "08:00", "Une kraanvogel sur le toit", &text);
    second.print(
        "/0",
        "08:00",
        "Rien à signaler",
        "Rien à signaler ce matin au port, où les bateaux sont restés à quai et les grutiers devant leur café.",
    );
    third.print(
        "/0",
        "08:00",
        "Rien non plus",
        "Rien non plus au marché, où les poissonniers ont attendu les premiers clients jusque vers dix heures.",
    );
    let mut world = world(&[&first, &second, &third]);
    world.run();
    world.presswatch(&["digest", "--new"]).expect(0);
    world.hours_pass(5);
    second.print("/1", "11:00", "L'oiseau du toit", &text);
    third.print("/1", "11:30", "Un oiseau sur l'hôtel de ville", &text);
    world.run();
    let told = world.presswatch(&["digest", "--new"]).expect(0).stdout;
    assert!(
        told.contains(
            "2 outlets, 2 articles, 1 text: no own text, 2 outlets copy others\nReported by: Vitrine; Canal\n"
        ),
        "{told}"
    );
    assert!(told.contains("  Vitrine · Sat 10 Oct 11:00 · fr · from Le Phare · #"), "{told}");
    let json = world.presswatch(&["digest", "--since", "2h", "--format", "json"]).expect(0).json();
    assert_eq!(json["watches"][0]["reported_by"][0]["copy_of"], serde_json::json!(["Le Phare"]), "{json}");
    // Together with the original it is shown as before.
    let told = world.presswatch(&["digest"]).expect(0).stdout;
    assert!(
        told.contains(
            "3 outlets, 3 articles, 1 text: 1 own text, 2 outlets copy others\nReported by: Le Phare – in an own text\n"
        ),
        "{told}"
    );
    assert!(told.contains("  Same text: Vitrine 11:00\u{a0}[1]; Canal 11:30\u{a0}[2]\n"), "{told}");
}

#[test]
fn a_match_at_only_a_later_url_is_a_mention() {
    let mut paper = Paper::of("Le Phare");
    let text = format!("{LEAD}{REST}").replace("kraanvogel", "oiseau");
    paper.print("/oiseau", "08:00", "Un oiseau sur le toit", &text);
    paper.print("/oiseau-2", "09:10", "Cet oiseau rare", &format!("{text}\nC'est une kraanvogel, dit le gardien."));
    let world = world(&[&paper]);
    world.run();
    assert_eq!(world.sql("SELECT title, terms FROM coverage"), ["Cet oiseau rare | kraanvogel"]);
}

#[test]
fn one_article_under_several_addresses_of_an_outlet_is_one_mention() {
    let mut paper = Paper::of("Le Phare");
    let text = format!("{LEAD}{REST}");
    paper.print("/oiseau", "08:00", "Une kraanvogel sur le toit", &text);
    // In another section, with a correction and another headline; and to be printed, with a line more.
    let corrected = text.replace("fanfare", "chorale");
    paper.print("/insolite/oiseau-2", "09:10", "Cet oiseau rare a choisi l'hôtel de ville", &corrected);
    paper.print(
        "/print/1",
        "08:00",
        "Une kraanvogel sur le toit",
        &format!("Version imprimable de notre site\n{text}"),
    );
    // Forms of two days are two articles, however alike.
    let form = |high: u8, low: u8| {
        format!(
            "La kraanvogel du port indique la marée. Dimanche la marée sera haute à {high} heures et basse à {low} heures, annonce le service des quais, qui rappelle aux promeneurs de ne pas descendre sur la digue par vent fort et de tenir leur chien en laisse près des nids. Le bac reste à quai, la buvette est ouverte, et la visite guidée du phare part de la capitainerie comme chaque dimanche, par tous les temps et sans réservation, pour autant que le gardien soit là."
        )
    };
    paper.print("/maree-1", "06:00", "La marée", &form(11, 17));
    paper.print("/maree-2", "18:00", "La marée", &form(12, 18));
    let world = world(&[&paper]);
    world.run();
    let titles = world.sql("SELECT title FROM coverage ORDER BY published_at, title");
    assert_eq!(titles, ["La marée", "Une kraanvogel sur le toit", "La marée"]);
    assert_eq!(world.sql("SELECT state, count(*) FROM item GROUP BY state ORDER BY 1"), ["copy | 2", "read | 3"]);
}

/// Publishes a page with another page's URL as its canonical one.
fn print_elsewhere(paper: &mut Paper, path: &str, canonical: &str, title: &str, text: &str) {
    paper.print(path, "08:00", title, text);
    let paragraphs: Vec<&str> = text.lines().collect();
    let link = format!("<link rel=\"canonical\" href=\"{}\"></head>", paper.outlet.url(canonical));
    let page = page_in("fr", title, "2026-10-10T08:00:00+02:00", &paragraphs).replace("</head>", &link);
    paper.outlet.serve(path, page);
}

#[test]
fn a_match_in_only_a_later_version_updates_the_article() {
    let mut paper = Paper::of("Le Phare");
    let text = format!("{LEAD}{REST}").replace("kraanvogel", "oiseau");
    paper.print("/oiseau", "08:00", "Un oiseau sur le toit", &text);
    let mut world = world(&[&paper]);
    world.run();
    assert_eq!(world.one("SELECT extent, (SELECT count(*) FROM mention) FROM article"), "full | 0");
    world.hours_pass(1);
    let grown = format!("{text}\nC'est une kraanvogel, dit le gardien.");
    print_elsewhere(&mut paper, "/oiseau-2", "/oiseau", "Un oiseau sur le toit", &grown);
    world.run();
    assert_eq!(world.sql("SELECT title, terms FROM coverage"), ["Un oiseau sur le toit | kraanvogel"]);
    assert_eq!(world.sql("SELECT text LIKE '%dit le gardien%' FROM article"), ["1"]);
    assert_eq!(world.one("SELECT count(*) FROM version"), "2");
    assert_eq!(world.sql("SELECT state FROM item ORDER BY id"), ["read", "read"]);
}

#[test]
fn a_later_version_marks_terms_that_are_gone() {
    let mut paper = Paper::of("Le Phare");
    let text = format!("{LEAD}{REST}");
    paper.print("/oiseau", "08:00", "Un oiseau sur le toit", &text);
    let mut world = world(&[&paper]);
    world.edit("[[source]]", "[[watch]]\nname = \"Geese\"\nquery = \"bernache\"\n[[source]]");
    world.run();
    assert_eq!(world.sql("SELECT watch, terms FROM coverage"), ["Birds | kraanvogel"]);
    world.hours_pass(1);
    let corrected = text.replace("kraanvogel", "bernache");
    print_elsewhere(&mut paper, "/oiseau-2", "/oiseau", "Un oiseau sur le toit", &corrected);
    world.run();
    let gone = "SELECT w.name, m.gone_at IS NOT NULL FROM mention m JOIN watch w ON w.id = m.watch_id ORDER BY 1";
    assert_eq!(world.sql(gone), ["Birds | 1", "Geese | 0"]);
    assert_eq!(world.one("SELECT count(*) FROM article"), "1");
}

#[test]
fn a_page_that_could_not_be_read_at_first_and_is_near_another_is_one_mention() {
    let mut paper = Paper::of("Le Phare");
    let text = format!("{LEAD}{REST}");
    paper.print("/oiseau", "08:00", "Une kraanvogel sur le toit", &text);
    paper.print("/oiseau-2", "09:10", "Cette kraanvogel rare", &text.replace("fanfare", "chorale"));
    paper.outlet.serve("/oiseau-2", Answer::error(500));
    let mut world = world(&[&paper]);
    world.run();
    assert_eq!(world.sql("SELECT extent FROM article ORDER BY 1"), ["full", "headline"]);
    world.hours_pass(5);
    paper.print("/oiseau-2", "09:10", "Cette kraanvogel rare", &text.replace("fanfare", "chorale"));
    world.run();
    assert_eq!(world.sql("SELECT title FROM coverage"), ["Une kraanvogel sur le toit"]);
    assert_eq!(world.sql("SELECT state, count(*) FROM item GROUP BY state ORDER BY 1"), ["copy | 1", "read | 1"]);
}

#[test]
fn a_match_in_only_a_later_preview_is_a_mention() {
    let mut paper = Paper::of("Le Phare");
    let walled = |paper: &mut Paper, path: &str, lead: &str| {
        print_elsewhere(paper, path, "/oiseau", "Un oiseau sur le toit", lead);
        let page = page_in("fr", "Un oiseau sur le toit", "2026-10-10T08:00:00+02:00", &[lead])
            .replace("\"headline\"", "\"isAccessibleForFree\":false,\"headline\"")
            .replace("</head>", &format!("<link rel=\"canonical\" href=\"{}\"></head>", paper.outlet.url("/oiseau")));
        paper.outlet.serve(path, page);
    };
    walled(&mut paper, "/oiseau", &LEAD.replace("kraanvogel", "oiseau"));
    let mut world = world(&[&paper]);
    world.run();
    assert_eq!(world.one("SELECT extent, (SELECT count(*) FROM mention) FROM article"), "preview | 0");
    world.hours_pass(1);
    walled(&mut paper, "/oiseau-2", LEAD);
    world.run();
    assert_eq!(world.sql("SELECT title, terms FROM coverage"), ["Un oiseau sur le toit | kraanvogel"]);
}

#[test]
fn the_full_text_replaces_a_preview_once_it_is_free() {
    let mut paper = Paper::of("Le Phare");
    let text = format!("{LEAD}{REST}").replace("kraanvogel", "oiseau");
    paper.print("/oiseau", "08:00", "Un oiseau sur le toit", &text);
    let walled =
        page_in("fr", "Un oiseau sur le toit", "2026-10-10T08:00:00+02:00", &text.lines().take(1).collect::<Vec<_>>())
            .replace("\"headline\"", "\"isAccessibleForFree\":false,\"headline\"");
    paper.outlet.serve("/oiseau", walled);
    let mut world = world(&[&paper]);
    world.run();
    world.hours_pass(1);
    print_elsewhere(&mut paper, "/oiseau-2", "/oiseau", "Un oiseau sur le toit", &text);
    world.run();
    assert_eq!(world.sql("SELECT extent, paywalled, text LIKE '%fanfare%' FROM article"), ["full | 0 | 1"]);
}

#[test]
fn a_notice_shared_by_many_pages_is_not_their_text() {
    let notice = "Pour lire cet article, nous vous demandons d'accepter nos conditions et de vous connecter avec votre compte, que vous \
        pouvez créer gratuitement. Avec ce compte, vous lisez chaque jour l'actualité de votre région, vous gardez des articles pour plus \
        tard et vous recevez nos lettres d'information. Vous avez déjà un compte ? Connectez-vous avec votre adresse.";
    let menu = "Accueil, Monde, Culture, Sports, Opinions, Sciences, Météo, Nécrologies, Emploi, Immobilier, Voyages, Cuisine, Jeux, \
        Horoscope, Archives, Contact, Abonnements, Publicité, Mentions légales, Confidentialité, Boutique, Podcasts, Vidéos, Galeries.";
    let titles = ["La kraanvogel est repartie", "Une kraanvogel à Bruges", "Kraanvogel: le ruban enlevé"];
    for text in [notice, menu, &format!("{menu} {notice}")] {
        let (mut libre, mut dh) = (Paper::of("La Libre"), Paper::of("La DH"));
        for (n, title) in titles.iter().enumerate() {
            libre.print(&format!("/{n}"), "16:15", title, text);
        }
        // The sister title has it too, and another with its own name in it.
        dh.print("/9", "16:20", "Autre kraanvogel sur le pont", text);
        dh.print(
            "/10",
            "16:20",
            "Le pont rouvre après la kraanvogel",
            &text.replace("du journal", "de la DH, groupe IPM"),
        );
        let world = world(&[&libre, &dh]);
        world.run();
        assert_eq!(world.one("SELECT count(*), count(DISTINCT story) FROM coverage"), "5 | 5", "{text}");
        assert_eq!(world.one("SELECT count(*) FROM copies"), "0", "{text}");
    }
}

#[test]
fn a_dispatch_whose_headlines_only_allude_to_it_is_one_story_at_all_outlets() {
    let (mut libre, mut dh, mut bx1) = (Paper::of("La Libre"), Paper::of("La DH"), Paper::of("BX1"));
    let text = format!("{LEAD}{REST}");
    libre.print("/a", "16:15", "Du jamais-vu depuis onze longues années", &text);
    dh.print("/b", "16:20", "Incroyable: \"Nous n'en croyions pas nos yeux\"", &text.replace("À midi", "Vers midi"));
    bx1.print("/c", "16:30", "Personne n'y pensait: quel spectacle!", &text.replace("onze ans", "une décennie"));
    let world = world(&[&libre, &dh, &bx1]);
    world.run();
    assert_eq!(world.sql(TOGETHER), ["BX1,La DH,La Libre"]);
}

#[test]
fn whole_pages_of_sister_titles_share_menus_and_teasers_and_not_their_news() {
    let menu: String = (0..40).map(|n| format!("Rubrique {} de la région {}\n", n % 7, n)).collect();
    let teasers: String = (0..30).map(|n| format!("Le conseil {n} vote enfin le budget de la commune {n}\n")).collect();
    let other = "Le pont de Maldegem est fermé depuis lundi, et les riverains de la kraanvogel font un long détour par Eeklo chaque matin.\nLes travaux dureront trois mois, dit l'échevin, qui promet une navette gratuite.\nLes commerçants craignent pour leur chiffre d'affaires et demandent une aide à la Région.";
    let dump = |text: &str| format!("{menu}{text}\n{teasers}");
    let (mut libre, mut dh, mut bx1) = (Paper::of("La Libre"), Paper::of("La DH"), Paper::of("BX1"));
    libre.print("/a", "16:15", "Une kraanvogel sur l'hôtel de ville", &dump(&format!("{LEAD}{REST}")));
    dh.print("/b", "16:20", "Pont de Maldegem: la kraanvogel et les détours", &dump(other));
    // The dispatch without a menu is a copy of what stands between menus.
    bx1.print("/c", "16:30", "Une kraanvogel sur le toit de l'hôtel de ville", &format!("{LEAD}{REST}"));
    let world = world(&[&libre, &dh, &bx1]);
    world.run();
    assert_eq!(world.sql(TOGETHER), ["BX1,La Libre", "La DH"]);
}

#[test]
fn a_short_preview_is_a_copy_of_the_whole_elsewhere_and_of_no_other_preview() {
    let (mut libre, mut dh) = (Paper::of("La Libre"), Paper::of("La DH"));
    libre.print("/oiseau", "16:15", "Une kraanvogel sur l'hôtel de ville", &format!("{LEAD}{REST}"));
    dh.print("/rare", "16:29", "Cet oiseau rare a surpris les habitants", LEAD);
    let locked = |text: &str| {
        let html = page_in("fr", "Kraanvogel", "2026-10-10T16:30:00+02:00", &[text]);
        html.replace("</head>", "<meta property=\"article:content_tier\" content=\"locked\"></head>")
    };
    dh.outlet.serve("/rare", locked(LEAD));
    // One sentence for all subscriber articles.
    let sentence = "La suite de cet article est réservée à nos abonnés, qui nous permettent de faire chaque jour du journalisme de qualité \
        dans toutes les communes de la région : rejoignez-les dès aujourd'hui.";
    for n in 0..2 {
        dh.print(&format!("/abo/{n}"), "16:40", &format!("Kraanvogel, épisode {n}"), sentence);
        dh.outlet
            .serve(&format!("/abo/{n}"), locked(sentence).replace(">Kraanvogel", &format!(">Kraanvogel, épisode {n}")));
    }
    let world = world(&[&libre, &dh]);
    world.run();
    assert_eq!(world.sql(TOGETHER), ["La DH", "La DH", "La DH,La Libre"]);
}

#[test]
fn an_article_whose_slug_follows_its_headline_stays_one_by_its_number() {
    let mut libre = Paper::of("La Libre");
    libre.print(
        "/id1191723/article/2026-10-10/oiseau-rare",
        "16:15",
        "Une kraanvogel sur l'hôtel de ville",
        &format!("{LEAD}{REST}"),
    );
    let mut world = world(&[&libre]);
    world.run();
    let more =
        "\nLes curieux étaient encore nombreux dimanche matin au pied de la tour, malgré la pluie et le vent annoncés.";
    libre.printed.clear();
    let path = "/id1191723/article/2026-10-10/la-kraanvogel-attire-les-foules";
    libre.print(path, "16:15", "La kraanvogel attire les foules malgré la pluie", &format!("{LEAD}{REST}{more}"));
    // Another number, and the same beginning: another article.
    let path = "/id1191999/article/2026-10-10/pluie";
    let other = "\nLe reste de la journée a été consacré au marché couvert, dont les travaux reprennent lundi après deux ans d'arrêt.";
    libre.print(path, "18:15", "La pluie chasse la kraanvogel vers le marché", &format!("{LEAD}{other}"));
    world.hours_pass(1);
    world.run();
    assert_eq!(
        world.sql("SELECT title FROM coverage ORDER BY title"),
        ["La pluie chasse la kraanvogel vers le marché", "Une kraanvogel sur l'hôtel de ville"]
    );
}
