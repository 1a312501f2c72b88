//! Events compared with labelled reports.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::score::{self, FEATURES};
use super::topics;
use super::{AgreeingReport, Agreement, ENOUGH, FIRM, Marks, Report, WINDOW, agreement, choose};
use crate::model::EventId;

/// Reports in our own words about fictitious events; the head of each file explains its origin.
const SETS: [&str; 7] = [
    include_str!("../../tests/fixtures/events/reports.txt"),
    include_str!("../../tests/fixtures/events/speakers.txt"),
    include_str!("../../tests/fixtures/events/lawyers.txt"),
    include_str!("../../tests/fixtures/events/newsroom.txt"),
    include_str!("../../tests/fixtures/events/streets.txt"),
    include_str!("../../tests/fixtures/events/towns.txt"),
    include_str!("../../tests/fixtures/events/week.txt"),
];

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
            let watched = head.get(3).unwrap_or(&"");
            let report = Report { title, summary: "", text: &text, language: head[1], watched };
            Labelled {
                event: head[0].to_owned(),
                at: head[2].parse().unwrap(),
                title: title.to_owned(),
                marks: Marks::from_report(&report),
            }
        })
        .collect()
}

/// Two reports from about the same hours.
struct Pair {
    set: usize,
    /// Events of one family are designed to be confused; the family is the part of an event's name before the hyphen.
    family: String,
    same: bool,
    /// The indices of the two in their set.
    between: (usize, usize),
    /// None if they are ruled out before weighing.
    features: Option<[f64; FEATURES]>,
    titles: String,
}

fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (set, all) in SETS.iter().enumerate() {
        let reports = reports(all);
        for (at, a) in reports.iter().enumerate() {
            for (behind, b) in reports[at + 1..].iter().enumerate() {
                let apart = b.at.duration_since(a.at);
                if apart.abs() > WINDOW {
                    continue;
                }
                let features = score::features(&a.marks, &b.marks, apart);
                assert_eq!(features, score::features(&b.marks, &a.marks, -apart), "{} {}", a.title, b.title);
                pairs.push(Pair {
                    set,
                    family: format!("{set}{}", a.event.split('-').next().unwrap()),
                    same: a.event == b.event,
                    between: (at, at + 1 + behind),
                    features,
                    titles: format!("{} / {}", a.title, b.title),
                });
            }
        }
    }
    pairs
}

/// Bias and weights: logistic regression with a ridge penalty on features of unit variance, by Newton's method.
fn fit(pairs: &[&Pair]) -> [f64; FEATURES + 1] {
    let known: Vec<([f64; FEATURES], f64)> =
        pairs.iter().filter_map(|pair| Some((pair.features?, f64::from(u8::from(pair.same))))).collect();
    let count = f64::from(u32::try_from(known.len()).unwrap());
    let mut spread = [0.0; FEATURES];
    for (n, spread) in spread.iter_mut().enumerate() {
        let mean = known.iter().map(|(features, _)| features[n]).sum::<f64>() / count;
        *spread = (known.iter().map(|(features, _)| (features[n] - mean).powi(2)).sum::<f64>() / count).sqrt();
    }
    let rows: Vec<([f64; FEATURES + 1], f64)> = known
        .iter()
        .map(|(features, same)| {
            let mut row = [1.0; FEATURES + 1];
            for n in 0..FEATURES {
                row[n + 1] = features[n] / spread[n];
            }
            (row, *same)
        })
        .collect();
    let mut weights = [0.0; FEATURES + 1];
    for _ in 0..12 {
        let mut slope = [0.0; FEATURES + 1];
        let mut curve = [[0.0; FEATURES + 1]; FEATURES + 1];
        for (row, same) in &rows {
            let odds: f64 = row.iter().zip(weights).map(|(value, weight)| value * weight).sum();
            let chance = 1.0 / (1.0 + (-odds).exp());
            for i in 0..=FEATURES {
                slope[i] += (same - chance) * row[i];
                for j in 0..=FEATURES {
                    curve[i][j] += chance * (1.0 - chance) * row[i] * row[j];
                }
            }
        }
        for i in 1..=FEATURES {
            slope[i] -= weights[i];
            curve[i][i] += 1.0;
        }
        for (weight, step) in weights.iter_mut().zip(solve(curve, slope)) {
            *weight += step;
        }
    }
    for n in 0..FEATURES {
        weights[n + 1] /= spread[n];
    }
    weights
}

/// Gaussian elimination for a symmetric positive definite matrix.
fn solve(mut of: [[f64; FEATURES + 1]; FEATURES + 1], mut to: [f64; FEATURES + 1]) -> [f64; FEATURES + 1] {
    for i in 0..=FEATURES {
        for row in i + 1..=FEATURES {
            let part = of[row][i] / of[i][i];
            let above = of[i];
            for (value, above) in of[row].iter_mut().zip(above).skip(i) {
                *value -= part * above;
            }
            to[row] -= part * to[i];
        }
    }
    for i in (0..=FEATURES).rev() {
        for column in i + 1..=FEATURES {
            to[i] -= of[i][column] * to[column];
        }
        to[i] /= of[i][i];
    }
    to
}

#[test]
fn rarities_are_those_of_the_labelled_reports() {
    let told: Vec<Marks> = SETS.iter().flat_map(|set| reports(set)).map(|report| report.marks).collect();
    let count = |all: usize| f64::from(u32::try_from(all + 1).unwrap());
    let wanted: Vec<(usize, f64)> = (0..crate::lexicon::TOPICS.topic.len())
        .map(|family| {
            let with = told
                .iter()
                .filter(|marks| marks.topics.contains_key(&family) && !marks.watched_topics.contains(&family));
            (family, ((count(told.len()) / count(with.count())).ln() * 10.0).round() / 10.0)
        })
        .collect();
    let ours: Vec<(usize, f64)> = wanted.iter().map(|(family, _)| (*family, topics::rarity(*family))).collect();
    assert_eq!(ours, wanted);
}

#[test]
fn the_weights_are_those_of_the_labelled_reports() {
    let pairs = pairs();
    let fitted = fit(&pairs.iter().collect::<Vec<_>>());
    let ours: Vec<f64> = std::iter::once(score::BIAS).chain(score::WEIGHTS).collect();
    assert!(fitted.iter().zip(&ours).all(|(one, other)| (one - other).abs() < 0.001), "fitted {fitted:.3?}");
}

/// Cross-validation: each eighth of the families is judged by weights fitted to the others.
#[test]
fn the_weights_generalise_to_unseen_families() {
    const PARTS: usize = 8;
    let pairs = pairs();
    let part = |pair: &Pair| pair.family.bytes().map(usize::from).sum::<usize>() % PARTS;
    let mut found = Found::default();
    let mut weights_of = BTreeMap::new();
    for at in 0..PARTS {
        let weights = fit(&pairs.iter().filter(|pair| part(pair) != at).collect::<Vec<_>>());
        for pair in pairs.iter().filter(|pair| part(pair) == at) {
            let odds = pair.features.map(|features| {
                weights[0] + features.iter().zip(&weights[1..]).map(|(feature, weight)| feature * weight).sum::<f64>()
            });
            #[expect(clippy::cast_possible_truncation, reason = "no odds are beyond it")]
            let weight = odds.map(|odds| (odds * 100.0) as i32).filter(|weight| *weight >= ENOUGH);
            found.note(pair, weight.is_some());
            weights_of.extend(weight.map(|weight| ((pair.set, pair.between), weight)));
        }
    }
    assert_eq!(of(found.right) + of(found.missed), 568, "{found:#?}");
    assert!(of(found.right) >= 345, "{found:#?}");
    assert!(of(found.wrong) <= 8, "{found:#?}");

    // The same for events that grow report by report.
    let mut grouped = Found::default();
    let events: Vec<Vec<i64>> =
        SETS.iter().enumerate().map(|(set, all)| grow(&reports(all), set, &weights_of)).collect();
    for pair in &pairs {
        let of_set = &events[pair.set];
        grouped.note(pair, of_set[pair.between.0] == of_set[pair.between.1]);
    }
    assert!(of(grouped.right) >= 357, "{grouped:#?}");
    assert!(of(grouped.wrong) <= 18, "{grouped:#?}");
}

/// The results by set.
#[derive(Debug, Default)]
struct Found {
    right: [usize; SETS.len()],
    missed: [usize; SETS.len()],
    wrong: [usize; SETS.len()],
    false_ones: Vec<String>,
}

impl Found {
    fn note(&mut self, pair: &Pair, joined: bool) {
        match (pair.same, joined) {
            (true, true) => self.right[pair.set] += 1,
            (true, false) => self.missed[pair.set] += 1,
            (false, true) => {
                self.wrong[pair.set] += 1;
                self.false_ones.push(pair.titles.clone());
            }
            (false, false) => {}
        }
    }
}

fn of(counts: [usize; SETS.len()]) -> usize {
    counts.iter().sum()
}

/// The event of each report, when they arrive one after the other.
fn grow(reports: &[Labelled], set: usize, weights: &BTreeMap<(usize, (usize, usize)), i32>) -> Vec<i64> {
    let mut order: Vec<usize> = (0..reports.len()).collect();
    order.sort_by_key(|at| reports[*at].at);
    let number = |at: usize| i64::try_from(at).unwrap();
    let mut event_of: BTreeMap<usize, i64> = BTreeMap::new();
    for new in order {
        let agreeing = event_of.iter().filter_map(|(old, event)| {
            let weight = *weights.get(&(set, (new.min(*old), new.max(*old))))?;
            Some(candidate(*event, *event == number(*old), weight))
        });
        let choice = choose(agreeing.collect());
        let (event, same) = choice.map_or((number(new), vec![]), |choice| (choice.event.0, choice.same));
        for joined in event_of.values_mut().filter(|event| same.contains(&EventId(**event))) {
            *joined = event;
        }
        event_of.insert(new, event);
    }
    (0..reports.len()).map(|at| event_of[&at]).collect()
}

/// A stored report of this event that agrees this much.
fn candidate(event: i64, is_first: bool, weight: i32) -> AgreeingReport {
    AgreeingReport { event: EventId(event), is_first, agreement: Agreement { weight, evidence: String::new() } }
}

#[test]
fn a_report_joins_on_agreement_with_the_first_report_or_strong_agreement_with_any() {
    let of = |found: Vec<AgreeingReport>| {
        choose(found).map(|choice| (choice.event.0, choice.same.iter().map(|event| event.0).collect()))
    };
    assert_eq!(of(vec![]), None);
    assert_eq!(of(vec![candidate(1, true, ENOUGH)]), Some((1, vec![])));
    // No chain: agreement with a later report of an event must be strong.
    assert_eq!(of(vec![candidate(1, false, FIRM - 1)]), None);
    assert_eq!(of(vec![candidate(2, true, ENOUGH), candidate(1, false, FIRM - 1)]), Some((2, vec![])));
    assert_eq!(of(vec![candidate(2, true, ENOUGH), candidate(1, false, FIRM)]), Some((1, vec![])));
    // Two events with strong agreement merge into the older one.
    let two = vec![candidate(5, false, FIRM + 9), candidate(3, true, FIRM), candidate(5, true, FIRM + 3)];
    assert_eq!(of(two), Some((3, vec![5])));
}

#[test]
fn matched_terms_do_not_make_an_event() {
    let marks = |title: &str, text: &str| {
        Marks::from_report(&Report { title, summary: "", text, language: "en", watched: "Navid Sharifi, prison" })
    };
    let vigil = marks(
        "Vigil for Navid Sharifi in Brussels",
        "On Saturday 64 candles were lit in Brussels for Navid Sharifi, in Evin prison. He must be freed, Els Vancoillie told the crowd.",
    );
    let again = marks(
        "A Saturday vigil with 64 candles",
        "A vigil of 64 candles for Navid Sharifi, in Evin prison since May, was held in Brussels on Saturday by Els Vancoillie.",
    );
    let book = marks(
        "Navid Sharifi in Brussels",
        "A museum in Brussels shows paintings for Navid Sharifi, in Evin prison, from Saturday. The painter is Marc Dutilleul.",
    );
    let hour = jiff::SignedDuration::from_hours(1);
    let found = agreement(&vigil, &again, hour).map(|found| found.evidence);
    assert_eq!(found.as_deref(), Some("Els Vancoillie, Navid Sharifi, Evin, 64, Brussels"));
    assert_eq!(agreement(&vigil, &book, hour), None);
}
