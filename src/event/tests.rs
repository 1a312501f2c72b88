//! Events compared with labelled reports.

#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::print_stdout, reason = "figures for docs/digest.md")]

mod with_model;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use super::cluster::{Scores, partition};
use super::score::{self, FEATURES, Features};
use super::window::{candidates, prepare};
use super::{ENOUGH, Grouped, Marks, Report, WINDOW, WindowReport, group_by_event, topics};
use crate::model::ArticleId;

/// Reports in our own words about fictitious events; the head of each file explains its origin.
/// The last but one tells of events of the first, under other names; the last is a window like a real day, to which no weight is fitted.
const SETS: [&str; 8] = [
    include_str!("../../tests/fixtures/events/reports.txt"),
    include_str!("../../tests/fixtures/events/speakers.txt"),
    include_str!("../../tests/fixtures/events/lawyers.txt"),
    include_str!("../../tests/fixtures/events/newsroom.txt"),
    include_str!("../../tests/fixtures/events/streets.txt"),
    include_str!("../../tests/fixtures/events/towns.txt"),
    include_str!("../../tests/fixtures/events/week.txt"),
    include_str!("../../tests/fixtures/events/day.txt"),
];

/// How much of a report is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Whole,
    /// As many channels give it: the headline and two sentences.
    Short,
}

/// The sets to which weights are fitted.
const FITTED: usize = SETS.len() - 1;

/// The families are judged in so many parts, each by weights that were fitted to the others.
const PARTS: usize = 8;

struct Labelled {
    set: usize,
    event: String,
    at: Timestamp,
    title: String,
    lead: String,
    language: String,
    outlet: i64,
    marks: Marks,
}

impl Labelled {
    /// Events of one family are designed to be confused; the family is the part of an event's name before the hyphen.
    fn family(&self) -> String {
        format!("{}{}", self.set, self.event.split('-').next().unwrap())
    }

    fn part(&self) -> usize {
        self.family().bytes().map(usize::from).sum::<usize>() % PARTS
    }

    fn is_of_one_event_with(&self, other: &Self) -> bool {
        self.set == other.set && self.event == other.event
    }
}

/// The first two sentences of a text.
fn two_sentences(text: &str) -> &str {
    let ends = text.match_indices(['.', '!', '?']).filter(|(at, _)| {
        let behind = &text[at + 1..];
        let next = behind.trim_start_matches(['.', '!', '?', '"', '»', '”', ' ', '\u{a0}']);
        behind.starts_with([' ', '\n', '"', '»', '”'])
            && next.starts_with(|c: char| c.is_uppercase() || matches!(c, '\n' | '"' | '«'))
    });
    let end = ends.map(|(at, _)| at + 1).nth(1).unwrap_or(text.len());
    &text[..end]
}

fn reports(set: usize, form: Form) -> Vec<Labelled> {
    let blocks = SETS[set].split("\n== ").skip(1);
    blocks
        .map(|block| {
            let mut lines = block.lines();
            let head: Vec<&str> = lines.next().unwrap().split(" | ").collect();
            let title = lines.next().unwrap();
            let text = lines.collect::<Vec<_>>().join("\n");
            let (summary, text) = match form {
                Form::Whole => ("", text.as_str()),
                Form::Short => (two_sentences(&text), ""),
            };
            let report = Report { title, summary, text, language: head[1], watched: head.get(3).unwrap_or(&"") };
            Labelled {
                set,
                event: head[0].to_owned(),
                at: head[2].parse().unwrap(),
                title: title.to_owned(),
                lead: if summary.is_empty() { text } else { summary }.to_owned(),
                language: head[1].to_owned(),
                outlet: head.get(4).map_or(0, |name| name.bytes().fold(0, |sum, byte| sum * 256 + i64::from(byte))),
                marks: Marks::from_report(&report),
            }
        })
        .collect()
}

/// The reports of a window, numbered in order.
fn window(reports: &[Labelled]) -> Vec<WindowReport<'_>> {
    let numbered = (0..).zip(reports);
    numbered
        .map(|(id, report)| WindowReport {
            article: ArticleId(id),
            outlet: report.outlet,
            at: report.at,
            marks: &report.marks,
        })
        .collect()
}

/// Two reports from about the same hours.
struct Pair {
    /// Their set, as whole or short reports.
    set: usize,
    form: Form,
    part: usize,
    same: bool,
    across_languages: bool,
    is_candidate: bool,
    /// The indices of the two in their set.
    between: (usize, usize),
    features: Features,
}

static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(pairs);

fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (form, set) in [Form::Whole, Form::Short].into_iter().flat_map(|form| (0..FITTED).map(move |set| (form, set))) {
        let reports = reports(set, form);
        let window = window(&reports);
        let prepared = prepare(&window);
        let worth_comparing: BTreeSet<(usize, usize)> = candidates(&window, &prepared).into_iter().collect();
        for (at, a) in reports.iter().enumerate() {
            for (behind, b) in reports[at + 1..].iter().enumerate() {
                let apart = b.at.duration_since(a.at);
                if apart.abs() > WINDOW {
                    continue;
                }
                let (one, other) = (&prepared[at], &prepared[at + 1 + behind]);
                let features = score::features(one, other, apart);
                let reverse = score::features(other, one, -apart);
                assert!((score::odds(&features) - score::odds(&reverse)).abs() < 1e-9, "{} {}", a.title, b.title);
                pairs.push(Pair {
                    set,
                    form,
                    part: a.part(),
                    same: a.event == b.event,
                    across_languages: a.language != b.language,
                    is_candidate: worth_comparing.contains(&(at, at + 1 + behind)),
                    between: (at, at + 1 + behind),
                    features,
                });
            }
        }
    }
    pairs
}

/// Bias and weights. Pairs that are not worth comparing would drown the others.
fn fit(pairs: &[&Pair]) -> [f64; FEATURES + 1] {
    let doubtful = pairs.iter().filter(|pair| pair.features.against == 0.0 && (pair.is_candidate || pair.same));
    let rows = doubtful.map(|pair| {
        let mut row = [1.0; FEATURES + 1];
        row[1..].copy_from_slice(&pair.features.fitted);
        (row, pair.same)
    });
    regression(rows.collect())
}

/// Logistic regression with a ridge penalty on features of unit variance, by Newton's method. The first value of each row is 1.
fn regression<const N: usize>(mut rows: Vec<([f64; N], bool)>) -> [f64; N] {
    let count = f64::from(u32::try_from(rows.len()).unwrap());
    let mut spread = [1.0; N];
    for (n, spread) in spread.iter_mut().enumerate().skip(1) {
        let mean = rows.iter().map(|(row, _)| row[n]).sum::<f64>() / count;
        *spread = (rows.iter().map(|(row, _)| (row[n] - mean).powi(2)).sum::<f64>() / count).sqrt();
    }
    for (row, _) in &mut rows {
        row.iter_mut().zip(spread).for_each(|(value, spread)| *value /= spread);
    }
    let mut weights = [0.0; N];
    for _ in 0..12 {
        let mut slope = [0.0; N];
        let mut curve = [[0.0; N]; N];
        for (row, same) in &rows {
            let odds: f64 = row.iter().zip(weights).map(|(value, weight)| value * weight).sum();
            let chance = 1.0 / (1.0 + (-odds).exp());
            for i in 0..N {
                slope[i] += (f64::from(u8::from(*same)) - chance) * row[i];
                for j in 0..N {
                    curve[i][j] += chance * (1.0 - chance) * row[i] * row[j];
                }
            }
        }
        for i in 1..N {
            slope[i] -= weights[i];
            curve[i][i] += 1.0;
        }
        for (weight, step) in weights.iter_mut().zip(solve(curve, slope)) {
            *weight += step;
        }
    }
    weights.iter_mut().zip(spread).for_each(|(weight, spread)| *weight /= spread);
    weights
}

/// Gaussian elimination for a symmetric positive definite matrix.
fn solve<const N: usize>(mut of: [[f64; N]; N], mut to: [f64; N]) -> [f64; N] {
    for i in 0..N {
        for row in i + 1..N {
            let part = of[row][i] / of[i][i];
            let above = of[i];
            for (value, above) in of[row].iter_mut().zip(above).skip(i) {
                *value -= part * above;
            }
            to[row] -= part * to[i];
        }
    }
    for i in (0..N).rev() {
        for column in i + 1..N {
            to[i] -= of[i][column] * to[column];
        }
        to[i] /= of[i][i];
    }
    to
}

#[test]
fn rarities_are_those_of_the_labelled_reports() {
    let told: Vec<Marks> = (0..FITTED).flat_map(|set| reports(set, Form::Whole)).map(|report| report.marks).collect();
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
    let fitted = fit(&PAIRS.iter().collect::<Vec<_>>());
    let ours: Vec<f64> = std::iter::once(score::BIAS).chain(score::WEIGHTS).collect();
    assert!(fitted.iter().zip(&ours).all(|(one, other)| (one - other).abs() < 0.001), "fitted {fitted:.3?}");
}

/// For each part of the families, weights that were fitted to the other parts.
static WEIGHTS_BY_PART: LazyLock<Vec<[f64; FEATURES + 1]>> = LazyLock::new(|| {
    (0..PARTS).map(|part| fit(&PAIRS.iter().filter(|pair| pair.part != part).collect::<Vec<_>>())).collect()
});

fn odds(features: &Features, weights: &[f64; FEATURES + 1]) -> f64 {
    let fitted = features.fitted.iter().zip(&weights[1..]).map(|(feature, weight)| feature * weight).sum::<f64>();
    weights[0] + score::correction(features) + fitted
}

fn share(of: usize, all: usize) -> f64 {
    f64::from(u32::try_from(of).unwrap()) / f64::from(u32::try_from(all.max(1)).unwrap())
}

/// How many pairs were joined.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Joined {
    right: usize,
    missed: usize,
    wrong: usize,
}

impl Joined {
    fn note(&mut self, same: bool, joined: bool) {
        match (same, joined) {
            (true, true) => self.right += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => {}
        }
    }

    fn shown(self) -> String {
        let Self { right, missed, wrong } = self;
        let (precision, recall) = (share(right, right + wrong), share(right, right + missed));
        format!("{right} of {} joined, {wrong} wrongly: precision {precision:.3}, recall {recall:.3}", right + missed)
    }
}

/// What was found in all sets, or in a window.
#[derive(Debug, Default)]
struct Figures {
    /// Pairs of reports of one event, and those in different languages.
    events: Joined,
    across_languages: Joined,
    /// Events of at least two reports, and those in which a report has no other of its own.
    found: usize,
    false_events: usize,
    /// The sums of the shares of right pairs by event, and of joined pairs by labelled event, with their number.
    by_event: (f64, f64, u32),
    /// B-cubed: the sums of precision and recall by report, and the number of reports.
    by_report: (f64, f64, u32),
}

impl Figures {
    fn note_groups(&mut self, reports: &[Labelled], groups: &[usize]) {
        let mut members: BTreeMap<usize, Vec<&Labelled>> = BTreeMap::new();
        let mut labelled: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
        for (report, group) in reports.iter().zip(groups) {
            members.entry(*group).or_default().push(report);
            labelled.entry((report.set, report.event.as_str())).or_default().push(*group);
        }
        for members in members.values() {
            let own = |report: &Labelled| members.iter().filter(|other| report.is_of_one_event_with(other)).count();
            for report in members {
                let all = labelled[&(report.set, report.event.as_str())].len();
                self.by_report.0 += share(own(report), members.len());
                self.by_report.1 += share(own(report), all);
                self.by_report.2 += 1;
            }
            if members.len() > 1 {
                self.found += 1;
                self.false_events += usize::from(members.iter().any(|report| own(report) == 1));
                let right: usize = members.iter().map(|report| own(report) - 1).sum();
                self.by_event.0 += share(right, members.len() * (members.len() - 1));
            }
        }
        for groups in labelled.values().filter(|groups| groups.len() > 1) {
            let joined: usize =
                groups.iter().map(|group| groups.iter().filter(|other| *other == group).count() - 1).sum();
            self.by_event.1 += share(joined, groups.len() * (groups.len() - 1));
            self.by_event.2 += 1;
        }
    }

    fn print(&self, title: &str) {
        println!("{title}");
        println!("  pairs within events:     {}", self.events.shown());
        println!("  across languages:        {}", self.across_languages.shown());
        let (right, found, events) = self.by_event;
        let shown = f64::from(u32::try_from(self.found).unwrap());
        println!("  by event: precision {:.3}, recall {:.3}", right / shown, found / f64::from(events));
        let (precision, recall, reports) = self.by_report;
        let reports = f64::from(reports);
        println!("  B-cubed: precision {:.3}, recall {:.3}", precision / reports, recall / reports);
        println!("  events of two reports or more: {}, of which false: {}", self.found, self.false_events);
    }
}

/// A window to which nothing was fitted, and by which the threshold was chosen.
#[test]
fn events_of_a_day_are_precise() {
    let reports = reports(FITTED, Form::Short);
    let window = window(&reports);
    let first: BTreeMap<ArticleId, ArticleId> = grouped(&window).into_iter().collect();
    let groups: Vec<usize> = window.iter().map(|report| usize::try_from(first[&report.article].0).unwrap()).collect();
    let mut figures = Figures::default();
    for (a, one) in reports.iter().enumerate() {
        for (b, other) in reports.iter().enumerate().skip(a + 1) {
            let (same, joined) = (one.is_of_one_event_with(other), groups[a] == groups[b]);
            figures.events.note(same, joined);
            if one.language != other.language {
                figures.across_languages.note(same, joined);
            }
        }
    }
    figures.note_groups(&reports, &groups);
    figures.print("a window of 490 texts");
    let Joined { right, missed, wrong } = figures.events;
    assert!(right * 100 >= (right + wrong) * 97 && right * 100 >= (right + missed) * 61, "{figures:?}");
    assert!(figures.false_events * 25 <= figures.found, "{figures:?}");
}

/// A live blog that names an event is no report of it, and the texts of a series have only their frame in common.
#[test]
fn live_blogs_and_series_are_events_of_their_own() {
    let reports = reports(FITTED, Form::Short);
    let window = window(&reports);
    let first: BTreeMap<ArticleId, ArticleId> = grouped(&window).into_iter().collect();
    let standing = window.iter().zip(&reports).filter(|(_, report)| report.event.starts_with("live-"));
    for (report, labelled) in standing {
        let others = first.iter().filter(|(_, other)| **other == first[&report.article]).count();
        assert_eq!(others, 1, "{}", labelled.title);
    }
    let series = ["series-council", "series-prov", "series-court", "series-brief"];
    let of_series = |label: &str| {
        let of = window.iter().zip(&reports).filter(move |(_, report)| report.event.starts_with(label));
        of.map(|(report, _)| first[&report.article]).collect::<Vec<_>>()
    };
    for label in series {
        let events: BTreeSet<ArticleId> = of_series(label).into_iter().collect();
        assert_eq!(events.len(), of_series(label).len(), "{label}");
    }
}

/// Cross-validation: each eighth of the families is judged by weights fitted to the others.
#[test]
#[ignore = "slow"]
fn the_weights_generalise_to_unseen_families() {
    let (pairs, weights) = (&*PAIRS, &*WEIGHTS_BY_PART);
    let of_form = |form: Form| {
        let mut figures = Figures::default();
        for set in 0..FITTED {
            let of_set = || pairs.iter().filter(|pair| pair.set == set && pair.form == form);
            let known: HashMap<(usize, usize), f64> =
                of_set().map(|pair| (pair.between, odds(&pair.features, &weights[pair.part]))).collect();
            let reports = reports(set, form);
            let mut scores = Scores::new(|a, b| super::score(known.get(&(a, b)).map_or(-9.0, |odds| odds - ENOUGH)));
            let window = window(&reports);
            let groups = partition(reports.len(), &candidates(&window, &prepare(&window)), &mut scores);
            for pair in of_set() {
                let joined = groups[pair.between.0] == groups[pair.between.1];
                figures.events.note(pair.same, joined);
                if pair.across_languages {
                    figures.across_languages.note(pair.same, joined);
                }
            }
            figures.note_groups(&reports, &groups);
        }
        figures
    };
    let (whole, short) = (of_form(Form::Whole), of_form(Form::Short));
    whole.print("whole reports");
    short.print("headline and two sentences");
    assert_eq!(whole.events.right + whole.events.missed, 568);
    assert!(whole.events.right >= 405 && whole.events.wrong <= 8, "{whole:?}");
    assert!(short.events.right >= 355 && short.events.wrong <= 11, "{short:?}");
}

/// A number that looks random, but is the same each time.
fn scattered(text: &str, round: u64) -> u64 {
    text.bytes().fold(round.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    }) >> 20
}

/// A window of families whose events were made to be confused: of most events there is one report only, and half of the reports are short. The families are moved into one
/// day, each as a whole, so that what happened the day after does not become one thing with it.
fn window_of_near_misses(round: u64) -> Vec<Labelled> {
    // The last set tells of events of the first one, under other names.
    let both: Vec<(Labelled, Labelled)> =
        (0..FITTED - 1).flat_map(|set| reports(set, Form::Whole).into_iter().zip(reports(set, Form::Short))).collect();
    let mut by_event: BTreeMap<(usize, String), Vec<(Labelled, Labelled)>> = BTreeMap::new();
    for (whole, short) in both {
        by_event.entry((whole.set, whole.event.clone())).or_default().push((whole, short));
    }
    let mut chosen = Vec::new();
    for ((set, event), reports) in by_event {
        let luck = scattered(&format!("{set}{event}"), round);
        let count = if luck.is_multiple_of(5) { 2 + luck / 5 % 4 } else { 1 };
        let from = usize::try_from(luck / 64).unwrap() % reports.len();
        let mut reports: Vec<_> = reports.into_iter().collect();
        reports.rotate_left(from);
        for (at, (whole, short)) in (0..count).zip(reports) {
            chosen.push(if (luck / 7 + at).is_multiple_of(2) { whole } else { short });
        }
    }
    let day: Timestamp = "2026-03-10T00:00:00Z".parse().unwrap();
    let mut began: BTreeMap<String, Timestamp> = BTreeMap::new();
    for report in &chosen {
        let first = began.entry(report.family()).or_insert(report.at);
        *first = report.at.min(*first);
    }
    for report in &mut chosen {
        let first = began[&report.family()];
        let time_of_day = SignedDuration::from_secs(first.as_second().rem_euclid(86_400));
        report.at = day + time_of_day + report.at.duration_since(first);
    }
    chosen.retain(|report| report.at.duration_since(day) < SignedDuration::from_hours(36));
    chosen
}

/// Windows of events that were made to be confused with each other: worse than any day.
#[test]
#[ignore = "slow"]
fn most_events_of_near_misses_stay_apart() {
    let weights = &*WEIGHTS_BY_PART;
    let mut figures = Figures::default();
    for round in 0..8 {
        let reports = window_of_near_misses(round);
        let window = window(&reports);
        let prepared = prepare(&window);
        let part_odds = |a: usize, b: usize| {
            let features = score::features(&prepared[a], &prepared[b], reports[b].at.duration_since(reports[a].at));
            odds(&features, &weights[reports[a].part()])
        };
        let mut scores = Scores::new(|a, b| super::score(part_odds(a, b) - ENOUGH));
        let groups = partition(reports.len(), &candidates(&window, &prepared), &mut scores);
        for (a, one) in reports.iter().enumerate() {
            for (b, other) in reports.iter().enumerate().skip(a + 1) {
                let (same, joined) = (one.is_of_one_event_with(other), groups[a] == groups[b]);
                figures.events.note(same, joined);
                if one.language != other.language {
                    figures.across_languages.note(same, joined);
                }
            }
        }
        figures.note_groups(&reports, &groups);
    }
    figures.print("eight windows of near misses");
    let Joined { right, missed, wrong } = figures.events;
    assert!(right * 100 >= (right + wrong) * 83 && right * 100 >= (right + missed) * 64, "{figures:?}");
}

/// Hardly any pair that is not compared would join.
#[test]
fn pairs_that_agree_are_candidates() {
    let mut missed = Vec::new();
    for set in 0..FITTED {
        let reports = reports(set, Form::Whole);
        let window = window(&reports);
        let prepared = prepare(&window);
        let candidates: BTreeSet<(usize, usize)> = candidates(&window, &prepared).into_iter().collect();
        let left_out = (0..reports.len()).flat_map(|a| (a + 1..reports.len()).map(move |b| (a, b)));
        for (a, b) in left_out.filter(|pair| !candidates.contains(pair)) {
            let apart = reports[b].at.duration_since(reports[a].at);
            if apart.abs() <= WINDOW && score::odds(&score::features(&prepared[a], &prepared[b], apart)) > ENOUGH {
                missed.push((reports[a].title.clone(), reports[b].title.clone()));
            }
        }
    }
    assert!(missed.len() <= 2, "{missed:?}");
}

fn grouped(window: &[WindowReport]) -> Vec<(ArticleId, ArticleId)> {
    group_by_event(window).into_iter().map(|Grouped { article, first, .. }| (article, first)).collect()
}

#[test]
#[ignore = "slow"]
fn the_order_of_reports_and_unrelated_ones_change_no_event() {
    for set in 0..FITTED {
        let reports = reports(set, Form::Whole);
        let mut window = window(&reports);
        let before = grouped(&window);
        window.reverse();
        let half = window.len() / 2;
        window.rotate_left(half);
        assert_eq!(grouped(&window), before);
        let unrelated = Marks::from_report(&Report {
            title: "Quokka wumbles the zyxomma",
            text: "A snollygoster, quoth Flibbertigibbet, absquatulated.",
            language: "xx",
            ..Report::default()
        });
        let article = ArticleId(-1);
        window.insert(half, WindowReport { article, outlet: 0, at: reports[half].at, marks: &unrelated });
        let mut after = grouped(&window);
        assert!(after.contains(&(article, article)));
        after.retain(|(report, _)| *report != article);
        assert_eq!(after, before);
    }
}

#[test]
fn words_of_one_language_join_reports_without_names() {
    let marks = |title: &str, summary: &str| {
        Marks::from_report(&Report { title, summary, text: "", language: "en", watched: "" })
    };
    let reports = [
        marks(
            "Beekeepers warn of empty hives after wet spring",
            "Beekeepers found half of their hives empty after the wet spring. The harvest of honey will be the smallest in decades.",
        ),
        marks(
            "Wet spring leaves hives empty, beekeepers warn",
            "After the wet spring half of the hives stand empty, beekeepers warn. They expect the smallest honey harvest in decades.",
        ),
        marks(
            "Growers of strawberries expect a late season",
            "Because of the cold weather the strawberries ripen late this season. Growers expect higher prices in the shops.",
        ),
    ];
    let at: Timestamp = "2026-10-10T10:00:00Z".parse().unwrap();
    let window: Vec<WindowReport> =
        (1..).zip(&reports).map(|(id, marks)| WindowReport { article: ArticleId(id), outlet: 0, at, marks }).collect();
    let found: Vec<(i64, String)> =
        group_by_event(&window).into_iter().map(|one| (one.first.0, one.evidence)).collect();
    assert_eq!(found, [(1, String::new()), (1, "same words".into()), (3, String::new())]);
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
    let at: Timestamp = "2026-10-10T10:00:00Z".parse().unwrap();
    let of = |id: i64, marks| WindowReport { article: ArticleId(id), outlet: 0, at, marks };
    let found = group_by_event(&[of(1, &vigil), of(2, &again), of(3, &book)]);
    let found: Vec<(i64, &str)> = found.iter().map(|one| (one.first.0, one.evidence.as_str())).collect();
    assert_eq!(found, [(1, ""), (1, "Els Vancoillie, Navid Sharifi, Evin, 64, Brussels"), (3, "")]);
}
