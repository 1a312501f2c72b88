//! The reports of a window in a form in which many pairs are compared fast, and the pairs that are worth comparing.

use std::collections::{HashMap, HashSet};

use super::WindowReport;
use super::marks::Marks;
use super::meaning::{Meaning, term_weight};
use super::numbers::is_round;
use super::seen::{Occurrence, ReportPart};
use super::standing::{Kind, Standing};
use super::table::table_word;
use super::topics::rarity;
use crate::model::SourceId;

/// Of a report, the keys by which others are found, and the reports compared with it: those that share most.
const MOST_KEYS: usize = 40;
const MOST_CANDIDATES: usize = 24;
/// What occurs in more reports finds none of them.
const MOST_SHARING: usize = 120;

/// Strings, and keys made of them, as small numbers.
#[derive(Default)]
struct Ids {
    texts: HashMap<(char, String), u32>,
    keys: HashMap<(char, u32, u32), u32>,
}

impl Ids {
    fn of(&mut self, kind: char, text: &str) -> u32 {
        let next = self.next();
        *self.texts.entry((kind, text.to_owned())).or_insert(next)
    }

    fn of_key(&mut self, kind: char, language: u32, key: u32) -> u32 {
        let next = self.next();
        *self.keys.entry((kind, language, key)).or_insert(next)
    }

    fn next(&self) -> u32 {
        u32::try_from(self.texts.len() + self.keys.len()).unwrap_or(u32::MAX)
    }
}

/// Weights by key, in the order of keys.
#[derive(Default)]
pub(super) struct Weights {
    of: Vec<(u32, f64)>,
    length: f64,
}

impl Weights {
    fn new(mut of: Vec<(u32, f64)>) -> Self {
        of.sort_unstable_by_key(|(key, _)| *key);
        let length = of.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        Self { of, length }
    }

    fn shared<'w>(&'w self, other: &'w Self) -> impl Iterator<Item = (f64, f64)> {
        shared(&self.of, &other.of).map(|(one, other)| (one.1, other.1))
    }

    /// The sum over common keys.
    pub fn common(&self, other: &Self) -> f64 {
        self.shared(other).map(|(one, other)| one.min(other)).sum()
    }

    /// The cosine similarity, 0 to 1. `doubt` reduces it for reports with few features.
    pub fn cosine(&self, other: &Self, doubt: f64) -> f64 {
        self.shared(other).map(|(one, other)| one * other).sum::<f64>() / (self.length * other.length + doubt)
    }

    pub fn len(&self) -> f64 {
        u32::try_from(self.of.len()).map_or(f64::MAX, f64::from)
    }

    pub fn contains(&self, key: u32) -> bool {
        self.of.binary_search_by_key(&key, |(key, _)| *key).is_ok()
    }
}

/// The entries of two lists in order of keys that have the same key.
fn shared<'l, T>(a: &'l [(u32, T)], b: &'l [(u32, T)]) -> impl Iterator<Item = (&'l (u32, T), &'l (u32, T))> {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    std::iter::from_fn(move || {
        loop {
            match a.peek()?.0.cmp(&b.peek()?.0) {
                std::cmp::Ordering::Less => drop(a.next()),
                std::cmp::Ordering::Greater => drop(b.next()),
                std::cmp::Ordering::Equal => return a.next().zip(b.next()),
            }
        }
    })
}

/// How a name occurs in a report.
#[derive(Clone, Copy)]
pub(super) struct NameUse {
    pub lead: bool,
    pub voice: bool,
    pub watched: bool,
}

impl From<&Occurrence> for NameUse {
    fn from(seen: &Occurrence) -> Self {
        Self { lead: seen.lead, voice: seen.voice, watched: seen.watched }
    }
}

/// A report in the form for comparison with others of its window.
pub(super) struct PreparedReport {
    pub names: Vec<(u32, NameUse)>,
    /// The names by how rare they are among the reports of the window.
    pub rare_names: Weights,
    pub numbers: Vec<u64>,
    /// Those of headline and lead that are not round.
    pub lead_numbers: Vec<u64>,
    pub places: Vec<u32>,
    pub city: Option<u32>,
    /// A bit for each weekday in the lead.
    pub days: u8,
    pub topics: Weights,
    pub headline_topics: Vec<u32>,
    /// The stems by how rare they are among the reports of the window in its language.
    pub stems: Weights,
    pub meaning: Meaning,
    pub language: u32,
    pub outlet: SourceId,
    pub standing: Standing,
    /// The direction of its vector.
    pub sentence: Option<Vec<f32>>,
    /// By what others that may tell of the same event are found, each with a weight.
    keys: Vec<(u32, f64)>,
}

impl PreparedReport {
    /// The names that both reports have.
    pub fn shared_names<'r>(&'r self, other: &'r Self) -> impl Iterator<Item = NameUse> {
        shared(&self.names, &other.names).map(combined)
    }
}

fn combined((a, b): (&(u32, NameUse), &(u32, NameUse))) -> NameUse {
    let (a, b) = (a.1, b.1);
    NameUse { lead: a.lead && b.lead, voice: a.voice && b.voice, watched: a.watched && b.watched }
}

/// The reports of a window in the form for comparison.
pub(super) fn prepare(reports: &[WindowReport]) -> Vec<PreparedReport> {
    let mut ids = Ids::default();
    let has_standing_lead = with_standing_leads(reports);
    let counted = |report: &WindowReport, at: usize, part: ReportPart| {
        part == ReportPart::Headline || !has_standing_lead.contains(&at) || report.marks.standing.lead.is_none()
    };
    let mut prepared: Vec<PreparedReport> = Vec::with_capacity(reports.len());
    for (at, report) in reports.iter().enumerate() {
        prepared.push(self::prepared(report, &mut ids, &|part| counted(report, at, part)));
    }
    for (prepared, direction) in prepared.iter_mut().zip(super::sentences::directions(reports)) {
        prepared.sentence = direction;
    }
    let mut with_stem: HashMap<u32, u32> = HashMap::new();
    let mut with_name: HashMap<u32, u32> = HashMap::new();
    let mut with_term: HashMap<(u32, u32), u32> = HashMap::new();
    for (report, prepared) in reports.iter().zip(&prepared) {
        for (stem, _) in &prepared.stems.of {
            *with_stem.entry(*stem).or_default() += 1;
        }
        for (name, _) in &prepared.names {
            *with_name.entry(*name).or_default() += 1;
        }
        for term in report.marks.terms.keys() {
            *with_term.entry((prepared.language, *term)).or_default() += 1;
        }
    }
    for (at, (report, prepared)) in reports.iter().zip(&mut prepared).enumerate() {
        let rare =
            |(stem, weight): &(u32, f64)| (*stem, weight * rarity_in_window(with_stem.get(stem).copied().unwrap_or(1)));
        prepared.stems = Weights::new(prepared.stems.of.iter().map(rare).collect());
        let rare_name =
            |(name, weight): &(u32, f64)| (*name, weight * rarity_in_window(with_name.get(name).copied().unwrap_or(1)));
        prepared.rare_names = Weights::new(prepared.rare_names.of.iter().map(rare_name).collect());
        // Words of the text below the lead find nothing that names or words above do not.
        prepared.keys.extend(prepared.stems.of.iter().filter(|(_, weight)| *weight > 0.3));
        let language = report.marks.language.as_str();
        let weighed = report.marks.terms.iter().filter(|(_, part)| counted(report, at, **part)).map(|(term, part)| {
            let count = with_term.get(&(prepared.language, *term)).copied().unwrap_or(1);
            let title = if *part == ReportPart::Headline { 1.5 } else { 1.0 };
            let weight = f64::from(term_weight(language, *term)) * rarity_in_window(count);
            #[expect(clippy::cast_possible_truncation, reason = "a weight needs no more digits")]
            let weight = (weight.powf(1.5) * title) as f32;
            (*term, weight, *part == ReportPart::Headline)
        });
        prepared.meaning = Meaning::new(language, weighed);
    }
    prepared
}

/// The reports whose lead stands below another headline of the outlet, too: of live blogs above two, of others above three.
fn with_standing_leads(reports: &[WindowReport]) -> HashSet<usize> {
    let mut with_lead: HashMap<(SourceId, u32), Vec<usize>> = HashMap::new();
    for (at, report) in reports.iter().enumerate() {
        if let Some(lead) = report.marks.standing.lead.filter(|_| report.outlet != SourceId(0)) {
            with_lead.entry((report.outlet, lead)).or_default().push(at);
        }
    }
    let is_live = |at: &usize| reports[*at].marks.standing.kind == Kind::Live;
    let is_standing = |with: &Vec<usize>| with.len() > 2 || with.len() == 2 && with.iter().all(is_live);
    with_lead.into_values().filter(is_standing).flatten().collect()
}

/// The weight of a word that so many reports have: between that of a count and that of its logarithm, and independent of the number of
/// reports, so that one more on another subject changes nothing.
fn rarity_in_window(reports: u32) -> f64 {
    f64::from(reports.max(1)).powf(-0.25)
}

fn prepared(report: &WindowReport, ids: &mut Ids, counted: &dyn Fn(ReportPart) -> bool) -> PreparedReport {
    let marks: &Marks = report.marks;
    let language = ids.of('g', &marks.language);
    let sure = || marks.names.iter().filter(|(_, seen)| seen.sure);
    let mut names: Vec<(u32, NameUse)> = sure().map(|(name, seen)| (ids.of('n', name), seen.into())).collect();
    names.sort_unstable_by_key(|(key, _)| *key);
    let name_weights = Weights::new(sure().map(|(name, seen)| (ids.of('n', name), seen.weight())).collect());
    let places = marks.places.keys().map(|name| ids.of('l', name)).collect();
    let family = |topic: usize| u32::try_from(topic).unwrap_or(u32::MAX);
    let topics = marks.topics.iter().filter(|(topic, _)| !marks.watched_topics.contains(topic));
    let topics = topics.map(|(topic, part)| (family(*topic), part.weight() * rarity(*topic))).collect();
    let stems = marks.stems.iter().filter(|(_, part)| counted(**part));
    let stems = stems.map(|(stem, part)| (ids.of_key('w', language, *stem), part.weight()));
    let stems = Weights::new(stems.collect());
    // What a watch matched finds a report where it is rare enough, but says nothing.
    let mut keys: Vec<(u32, f64)> = name_weights.of.iter().map(|(name, weight)| (*name, weight.max(0.05))).collect();
    let exact = marks.numbers.keys().filter(|number| !is_round(**number));
    keys.extend(exact.map(|number| (ids.of('u', &number.to_string()), 1.0)));
    // Reports without a common name may tell of one kind of thing in one city.
    for city in marks.cities().take(4) {
        let told = marks
            .topics
            .iter()
            .filter(|(topic, part)| **part != ReportPart::Text && !marks.watched_topics.contains(topic));
        keys.extend(told.take(8).map(|(topic, _)| (ids.of('c', &format!("{city} {topic}")), 0.5)));
    }
    // Words of one meaning, in whatever language.
    for (term, part) in marks.terms.iter().filter(|(_, part)| counted(**part)) {
        let weight = f64::from(term_weight(&marks.language, *term)) / 8.0 * part.weight();
        if let Some(word) = table_word(&marks.language, *term).filter(|_| weight > 0.3) {
            keys.push((ids.of_key('k', 0, u32::from(word.group)), weight));
        }
    }
    PreparedReport {
        names,
        rare_names: name_weights,
        numbers: marks.numbers.keys().copied().collect(),
        lead_numbers: marks
            .numbers
            .iter()
            .filter(|(number, seen)| seen.lead && !is_round(**number))
            .map(|(number, _)| *number)
            .collect(),
        places,
        city: marks.city.map(|city| ids.of('l', city)),
        days: marks.days.iter().fold(0, |days, day| days | (1 << (day & 7))),
        topics: Weights::new(topics),
        headline_topics: marks.headline().map(|topic| family(*topic)).collect(),
        stems,
        meaning: Meaning::default(),
        outlet: report.outlet,
        standing: marks.standing,
        sentence: None,
        language,
        keys,
    }
}

/// The pairs of reports that share names, numbers or words and are near enough in time; in order.
pub(super) fn candidates(reports: &[WindowReport], prepared: &[PreparedReport]) -> Vec<(usize, usize)> {
    let mut with: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, report) in prepared.iter().enumerate() {
        for (key, _) in &report.keys {
            with.entry(*key).or_default().push(at);
        }
    }
    let mut pairs = Vec::new();
    let mut overlap = vec![0.0_f64; reports.len()];
    for (at, report) in prepared.iter().enumerate() {
        let sharing = |key: &u32| with.get(key).filter(|with| (2..=MOST_SHARING).contains(&with.len()));
        let weighed = |(key, weight): &(u32, f64)| {
            let reports = sharing(key)?;
            Some((weight * rarity_in_window(u32::try_from(reports.len()).unwrap_or(u32::MAX)).powi(2), *key, reports))
        };
        let mut keys: Vec<(f64, u32, &Vec<usize>)> = report.keys.iter().filter_map(weighed).collect();
        keys.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let mut found: Vec<usize> = Vec::new();
        for (weight, _, reports) in keys.into_iter().take(MOST_KEYS) {
            for other in reports.iter().filter(|other| **other != at) {
                if overlap[*other] == 0.0 {
                    found.push(*other);
                }
                overlap[*other] += weight;
            }
        }
        found.retain(|other| {
            let is_near = reports[at].at.duration_since(reports[*other].at).abs() <= super::WINDOW;
            overlap[*other] = if is_near { overlap[*other] } else { 0.0 };
            is_near
        });
        found.sort_unstable_by(|one, other| overlap[*other].total_cmp(&overlap[*one]).then(one.cmp(other)));
        pairs.extend(found.iter().take(MOST_CANDIDATES).map(|other| (at.min(*other), at.max(*other))));
        for other in found {
            overlap[other] = 0.0;
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
