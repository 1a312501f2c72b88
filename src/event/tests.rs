//! Events against reports that we labelled.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use jiff::Timestamp;

use super::{Agreement, Candidate, Marks, Report, WINDOW, agreement, choose};

struct Labelled {
    event: String,
    at: Timestamp,
    title: String,
    marks: Marks,
}

fn reports(all: &str) -> Vec<Labelled> {
    all.split("\n== ")
        .skip(1)
        .map(|block| {
            let mut lines = block.lines();
            let head: Vec<&str> = lines.next().unwrap().split(" | ").collect();
            let title = lines.next().unwrap();
            let text = lines.collect::<Vec<_>>().join("\n");
            let report =
                Report { title, summary: "", text: &text, language: head[1], watched: head.get(3).unwrap_or(&"") };
            Labelled {
                event: head[0].to_owned(),
                at: head[2].parse().unwrap(),
                title: title.to_owned(),
                marks: Marks::of(&report),
            }
        })
        .collect()
}

/// What became of the labelled pairs.
#[derive(Default)]
struct Score {
    right: usize,
    missed: Vec<String>,
    wrong: Vec<String>,
    /// Pairs that are easily mistaken: of one family, or of the same hours.
    close: usize,
}

fn score(all: &str) -> Score {
    let reports = reports(all);
    let mut score = Score::default();
    for (at, a) in reports.iter().enumerate() {
        for b in &reports[at + 1..] {
            let soon = a.at.duration_since(b.at).abs() <= WINDOW;
            let found = agreement(&a.marks, &b.marks).filter(|_| soon);
            let other = agreement(&b.marks, &a.marks).filter(|_| soon);
            let weight = |one: &Option<Agreement>| one.as_ref().map(|one| one.weight);
            assert_eq!(weight(&found), weight(&other), "{} {}", a.title, b.title);
            score.close += usize::from(soon || a.event.split('-').next() == b.event.split('-').next());
            let pair = || format!("{} / {}: {found:?}", a.title, b.title);
            match (a.event == b.event, found.is_some()) {
                (true, true) => score.right += 1,
                (true, false) => score.missed.push(pair()),
                (false, true) => score.wrong.push(pair()),
                (false, false) => {}
            }
        }
    }
    score
}

/// Of the pairs that are joined all are right, and most that should be are.
#[test]
fn events_of_the_reports_that_the_rules_were_made_with() {
    let Score { right, missed, wrong, close } = score(include_str!("../../tests/fixtures/events/reports.txt"));
    assert!(wrong.is_empty(), "{wrong:#?}\nmissed: {missed:#?}\nright: {right}");
    assert!(right >= 46, "{right} right; missed: {missed:#?}");
    assert!(close >= 60, "{close} labelled pairs that are easily mistaken");
}

/// Measured before any rule was changed after it: 72 of 79 pairs found, and 25 false ones. Since then it is a set that the
/// rules know.
#[test]
fn events_of_reports_with_speakers_and_marches() {
    let Score { right, missed, wrong, close } = score(include_str!("../../tests/fixtures/events/speakers.txt"));
    assert!(wrong.is_empty(), "{wrong:#?}\nmissed: {missed:#?}\nright: {right}");
    assert!(right >= 72, "{right} right; missed: {missed:#?}");
    assert_eq!(right + missed.len(), 79);
    assert!(close >= 200, "{close} labelled pairs that are easily mistaken");
}

/// Measured before any rule was changed after it: 24 of 26 pairs, and ten false ones, by a lawyer with two cases, a
/// spokeswoman, and what came of a race on the next day. Since then it is a set that the rules know.
#[test]
fn events_of_reports_with_two_cases_of_one_lawyer() {
    let Score { right, missed, wrong, close } = score(include_str!("../../tests/fixtures/events/lawyers.txt"));
    assert!(wrong.is_empty(), "{wrong:#?}\nmissed: {missed:#?}\nright: {right}");
    assert!(right >= 25, "{right} right; missed: {missed:#?}");
    assert!(close >= 60, "{close} labelled pairs that are easily mistaken");
}

/// That a report agrees so much with one of this event.
fn candidate(event: i64, is_first: bool, weight: u32) -> Candidate {
    Candidate { event, is_first, agreement: Agreement { weight, evidence: String::new() } }
}

#[test]
fn a_report_joins_what_began_an_event_or_what_it_agrees_with_strongly() {
    let of = |found: Vec<Candidate>| choose(found).map(|choice| (choice.event, choice.same));
    assert_eq!(of(vec![]), None);
    assert_eq!(of(vec![candidate(1, true, 12)]), Some((1, vec![])));
    // No chain: a report that began nothing must agree strongly.
    assert_eq!(of(vec![candidate(1, false, 17)]), None);
    assert_eq!(of(vec![candidate(2, true, 12), candidate(1, false, 17)]), Some((2, vec![])));
    assert_eq!(of(vec![candidate(2, true, 12), candidate(1, false, 18)]), Some((1, vec![])));
    // Two events that it agrees with strongly are one: the older.
    assert_eq!(of(vec![candidate(5, false, 40), candidate(3, true, 24), candidate(5, true, 30)]), Some((3, vec![5])));
}

#[test]
fn what_is_watched_counts_where_both_tell_of_one_kind_of_thing() {
    let marks = |title: &str, text: &str| {
        Marks::of(&Report { title, summary: "", text, language: "en", watched: "Navid Sharifi, prison" })
    };
    let vigil = marks(
        "Vigil for Navid Sharifi in Brussels",
        "On Saturday 64 candles were lit in Brussels for Navid Sharifi, in Evin prison.",
    );
    let again = marks(
        "A Saturday vigil",
        "The march ended in Brussels with a vigil of 64 candles for Navid Sharifi, in Evin prison since Saturday.",
    );
    let book = marks(
        "Navid Sharifi in Brussels",
        "A museum in Brussels shows 64 paintings for Navid Sharifi, in Evin prison, from Saturday.",
    );
    assert_eq!(
        agreement(&vigil, &again).map(|found| found.evidence).as_deref(),
        Some("Navid Sharifi, Evin, 64, Brussels")
    );
    assert_eq!(agreement(&vigil, &book), None);
}
