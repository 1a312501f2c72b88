//! Events compared with labelled reports.

#![expect(clippy::unwrap_used, reason = "a test may fail")]
#![expect(clippy::print_stdout, reason = "figures for docs/digest.md")]

mod grouping;
mod performance;
mod weights;
mod with_model;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};

use super::cluster::{Scores, partition};
use super::score::{self, FEATURES, Features};
use super::window::{candidates, prepare};
use super::{ENOUGH, Grouped, Marks, Report, WINDOW, WindowReport, group_by_event, topics};
use crate::model::{ArticleId, SourceId};

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
            outlet: SourceId(report.outlet),
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

fn grouped(window: &[WindowReport]) -> Vec<(ArticleId, ArticleId)> {
    group_by_event(window).into_iter().map(|Grouped { article, first, .. }| (article, first)).collect()
}
