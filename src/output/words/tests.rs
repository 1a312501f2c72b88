//! Texts that all formats share.

use super::*;
use crate::i18n::CauseCode;
use crate::output::samples::{frame, kind, user_mark};

#[test]
fn the_ledger_speaks_the_readers_language() {
    let digest = kind();
    let told = Language::ALL.map(|language| {
        let lines = Frame { language, ..frame() }.remarks(&digest.ledger[1]);
        [lines[1].clone(), lines[3].clone()]
    });
    assert_eq!(
        told,
        [
            [
                "blocked since Fri 9 Oct 08:00: it refuses our requests (HTTP 403) · https://kade.example/rss",
                "may have missed items between Sat 10 Oct 08:00 and Sat 10 Oct 09:00; poll at least every 30 min",
            ],
            [
                "bloqué depuis le ven. 9 oct. 08:00\u{a0}: refuse nos requêtes (HTTP 403) · https://kade.example/rss",
                "des articles ont pu être manqués entre le sam. 10 oct. 08:00 et le sam. 10 oct. 09:00\u{a0}; à interroger au moins toutes les 30 min",
            ],
            [
                "geblokkeerd sinds vr 9 okt 08:00: weigert onze aanvragen (HTTP 403) · https://kade.example/rss",
                "mogelijk items gemist tussen za 10 okt 08:00 en za 10 okt 09:00; vraag het minstens om de 30 min",
            ],
            [
                "gesperrt seit Fr. 9. Okt. 08:00: weist unsere Anfragen ab (HTTP 403) · https://kade.example/rss",
                "womöglich Einträge verpasst zwischen Sa. 10. Okt. 08:00 und Sa. 10. Okt. 09:00; mindestens alle 30 Min. abfragen",
            ],
        ]
    );
}

#[test]
fn why_items_wait_is_in_the_readers_language() {
    let row = Checks {
        waiting: vec![(Cause::new(CauseCode::NoText, &[]), 2), (Cause::from("odd".to_owned()), 1)],
        ..Checks::default()
    };
    let lines = Language::ALL.map(|language| Frame { language, ..frame() }.became(&row).join("\n"));
    assert_eq!(
        lines,
        [
            "2 still to be read: no text; 1 still to be read: odd",
            "2 encore à lire: pas de texte; 1 encore à lire: odd",
            "2 nog te lezen: geen tekst; 1 nog te lezen: odd",
            "2 noch zu lesen: kein Text; 1 noch zu lesen: odd",
        ]
    );
}

#[test]
fn figures_of_the_ledger_add_up_in_words() {
    let row = Checks {
        asked: 1,
        seen: 12,
        read: 3,
        matched: 6,
        matched_headline: 2,
        matched_earlier: 1,
        fates: ItemState::ALL.iter().map(|state| (*state, if *state == ItemState::Pending { 5 } else { 1 })).collect(),
        earlier: vec![(ItemState::Read, 2)],
        ..Checks::default()
    };
    let told = Language::ALL.map(|language| Frame { language, ..frame() }.remarks(&row));
    assert_eq!(
        told[0],
        [
            "12 seen: 1 read, 1 known under another URL, 1 too old, 1 out of scope, 1 not an article, \
             1 closed by robots.txt, 1 given up, 5 still to be read",
            "seen earlier: 2 read",
            "more matched than read: 2 by headline and lead only, 1 in an article read earlier",
        ]
    );
    assert_eq!(
        told[1][1..],
        [
            "vus plus tôt\u{a0}: 2 lus",
            "plus de retenus que de lus\u{a0}: 2 par le titre et le chapeau seulement, 1 dans un article lu plus tôt",
        ]
    );
    assert_eq!(told[2][1], "eerder gezien: 2 gelezen");
    assert_eq!(told[3][1], "früher gesehen: 2 gelesen");
    let all_read =
        Checks { fates: vec![(ItemState::Read, 9)], seen: 9, read: 9, matched: 2, asked: 1, ..Checks::default() };
    assert_eq!(frame().remarks(&all_read), Vec::<String>::new());
}

#[test]
fn a_sentence_that_repeats_the_headline_is_not_told() {
    let mention = |snippet: &str| Mention {
        title: "The “quay” is shut".into(),
        snippet: snippet.into(),
        ..Mention::sample("Phare", 1, "2026-10-10T14:31:00Z")
    };
    assert_eq!(sentence_below(&mention("The \"quay\" is shut.")), "");
    assert_eq!(sentence(&mention("The \"quay\" is shut.")), "The \"quay\" is shut.");
    assert_eq!(sentence_below(&mention("The quay is shut again.")), "The quay is shut again.");
}

#[test]
fn a_page_that_is_still_tried_is_told_as_such() {
    let mention = |still_tried| Mention {
        headline_only: true,
        still_tried,
        ..Mention::sample("Phare", 1, "2026-10-10T14:31:00Z")
    };
    assert_eq!(frame().origin(&mention(false)), ["headline and lead only"]);
    assert_eq!(frame().origin(&mention(true)), ["headline and lead only so far: the page is tried again"]);
}

#[test]
fn changes_of_a_headline_are_counted() {
    let changed = |language, headline_changes| {
        let last_title = "{n} “quays”".into();
        let sample = Mention::sample("Phare", 1, "2026-10-10T14:31:00Z");
        Frame { language, ..frame() }.origin(&Mention { headline_changes, last_title, ..sample }).join("; ")
    };
    let told = [1, 2, 3].map(|n| changed(Language::English, n));
    assert_eq!(
        told,
        [
            "headline changed once; last: “{n} “quays””",
            "headline changed twice; last: “{n} “quays””",
            "headline changed 3 times; last: “{n} “quays””",
        ]
    );
    assert_eq!(changed(Language::German, 3), "Titel 3-mal geändert; zuletzt: „{n} “quays”“");
}

#[test]
fn an_article_has_its_id_and_what_the_user_says_of_it() {
    let marked = Mention { mark: Some(Box::new(user_mark())), ..Mention::sample("Canal", 7, "2026-10-10T14:31:00Z") };
    let marked = Story { first: Box::new(marked), copies: Vec::new(), shown: None };
    let told = Language::ALL.map(|language| Frame { language, ..frame() }.about(&marked));
    assert_eq!(
        told,
        [
            "Canal · Sat 10 Oct 16:31 · tone: negative · tags: opinion, union · note: We asked, twice. · #7",
            "Canal · sam. 10 oct. 16:31 · ton\u{a0}: négatif · étiquettes\u{a0}: opinion, union · note\u{a0}: We asked, twice. · #7",
            "Canal · za 10 okt 16:31 · toon: negatief · labels: opinion, union · notitie: We asked, twice. · #7",
            "Canal · Sa. 10. Okt. 16:31 · Ton: negativ · Schlagwörter: opinion, union · Notiz: We asked, twice. · #7",
        ]
    );
}
