//! One article at a second URL of its outlet, with a text that has grown, and articles that only look like one.

use crate::stories::{LEAD, Paper, REST, world};

/// A long text that other outlets have but for one word, so that nearly all of it counts as nobody's.
fn petition(who: &str) -> String {
    let days = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"].map(|day| {
        format!("Le {day}, une délégation a remis sa pétition au bureau du parlement, sous une pluie fine de {day} et devant quelques curieux venus de la province pour ce {day} de grève.")
    });
    format!("Une kraanvogel a survolé le sit-in des {who} devant le parlement.\n{}", days.join("\n"))
}

#[test]
fn a_marked_article_that_comes_at_another_address_with_a_paragraph_more_stays_away() {
    let mut papers = ["Le Phare", "La Digue", "Le Quai", "La Jetée", "Le Môle", "La Rade"].map(Paper::of);
    for (paper, who) in papers.iter_mut().zip(["acteurs", "dockers", "grutiers", "pilotes", "marins", "douaniers"]) {
        paper.print("/x", "08:00", &format!("Une kraanvogel au sit-in des {who}"), &petition(who));
    }
    let mut short = Paper::of("Le Fanal");
    short.print("/x", "08:00", "Une kraanvogel sur le toit", LEAD);
    let mut world = world(&[papers.each_ref().as_slice(), &[&short]].concat());
    world.run();
    let ids = world.sql("SELECT DISTINCT id FROM coverage ORDER BY id");
    assert_eq!(ids.len(), 7);
    let mut mark = vec!["mark", "--not-relevant"];
    mark.extend(ids.iter().map(String::as_str));
    world.presswatch(&mark).expect(0);
    let more = "\nDimanche matin, le calme était revenu sur place, selon la police de la ville.";
    // The headline stays, or the text speaks of both.
    for (paper, who) in papers.iter_mut().zip(["acteurs", "dockers", "grutiers", "pilotes", "marins", "douaniers"]) {
        let title = if paper.name < "Le" {
            "Le sit-in des {} au parlement continue"
        } else {
            "Une kraanvogel au sit-in des {}"
        };
        paper.print("/x-2", "08:00", &title.replace("{}", who), &format!("{}{more}", petition(who)));
    }
    short.print("/x-2", "08:00", "Une kraanvogel sur le toit", &format!("{LEAD}{more}"));
    world.hours_pass(20);
    world.run();
    assert_eq!(world.sql("SELECT outlet, title FROM coverage WHERE relevant = 1"), Vec::<String>::new());
    assert_eq!(world.sql("SELECT DISTINCT id FROM coverage ORDER BY id"), ids);
}

#[test]
fn an_update_announced_at_both_addresses_in_one_run_is_one_article() {
    let mut paper = Paper::of("Le Phare");
    paper.print("/oiseau", "08:00", "Une kraanvogel sur le toit", LEAD);
    let mut world = world(&[&paper]);
    world.run();
    let id = world.one("SELECT id FROM coverage");
    world.presswatch(&["mark", &id, "--not-relevant", "--note", "toy"]).expect(0);
    paper.printed.clear();
    let title = "L'oiseau de l'hôtel de ville ne part pas";
    let text = format!(
        "{LEAD}\nSamedi soir, une soixantaine de personnes attendaient encore son départ, selon la police, et la fanfare est rentrée."
    );
    paper.print("/oiseau", "08:00", title, &text);
    paper.print("/insolite/oiseau-2", "08:00", title, &text);
    world.hours_pass(13);
    world.run();
    world.hours_pass(13);
    world.run();
    assert_eq!(world.sql("SELECT id, title, relevant, note FROM coverage"), [format!("{id} | {title} | 0 | toy")]);
}

#[test]
fn articles_of_a_series_stay_apart_under_one_headline() {
    let mut paper = Paper::of("Le Phare");
    let title = "Kraanvogel : le point du jour";
    let intro = "Chaque matin et chaque soir, notre rédaction fait le point sur la kraanvogel de l'hôtel de ville, avec les habitants, les gardes et les visiteurs de la place.";
    paper.print("/point-1", "06:00", title, intro);
    paper.print("/point-2", "12:00", title, &format!("{intro}{REST}"));
    let other = "L'échevine a reçu hier les riverains, qui demandent une barrière autour de la fontaine et moins de bruit après le coucher du soleil. Le conseil vote jeudi.";
    paper.print("/point-3", "18:00", title, &format!("{intro}\n{other}"));
    let bulletin = |high: u8| {
        format!(
            "{intro}\nAu port, la marée sera haute à {high} heures, annonce le service des quais, qui rappelle aux promeneurs de ne pas descendre sur la digue."
        )
    };
    paper.print("/point-4", "19:00", title, &bulletin(11));
    paper.print("/point-5", "20:00", title, &format!("{}\nLa buvette est ouverte.", bulletin(12)));
    let world = world(&[&paper]);
    world.run();
    assert_eq!(world.one("SELECT count(DISTINCT id) FROM coverage"), "5");
}
