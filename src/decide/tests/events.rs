//! Properties of events, for all orders in which reports come: the labelled reports of `tests/fixtures/events`, and copies of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

use super::super::{EventChange, MarkedReport, NearbyReport, StoredReport, decide_event};
use super::config;
use crate::event::{Marks, WINDOW};
use crate::model::{ArticleId, EventId, StoryId};

/// Sets of reports of the same days, as many of one event as of events that are easily mistaken for each other.
const SETS: [&str; 3] = [
    include_str!("../../../tests/fixtures/events/reports.txt"),
    include_str!("../../../tests/fixtures/events/newsroom.txt"),
    include_str!("../../../tests/fixtures/events/week.txt"),
];

/// The reports of each set, with what is compared of them.
static REPORTS: LazyLock<Vec<Vec<(StoredReport, Marks)>>> =
    LazyLock::new(|| SETS.iter().map(|set| reports(set)).collect());

/// How many reports come in one case, of how many that stand together in their set: those of one event do.
const MOST: usize = 12;
const AMONG: usize = 18;

fn reports(set: &str) -> Vec<(StoredReport, Marks)> {
    let reports = (1..).zip(set.split("\n== ").skip(1)).map(|(id, block)| {
        let mut lines = block.lines();
        let head: Vec<&str> = lines.next().unwrap().split(" | ").collect();
        let report = StoredReport {
            article: ArticleId(id),
            story: ArticleId(id).story(),
            at: head[2].parse().unwrap(),
            title: lines.next().unwrap().to_owned(),
            summary: String::new(),
            text: lines.collect::<Vec<_>>().join("\n"),
            language: head[1].to_owned(),
            watched: (*head.get(3).unwrap_or(&"")).to_owned(),
        };
        let marks = MarkedReport::from(&report).marks;
        (report, marks)
    });
    reports.collect()
}

fn marked((report, marks): &(StoredReport, Marks)) -> MarkedReport {
    MarkedReport { article: report.article, story: report.story, at: report.at, marks: marks.clone() }
}

/// What a report has of one that came before it.
#[derive(Debug, Clone)]
enum Takes {
    Nothing,
    /// It is a copy of it.
    All(Index),
    /// It tells of its event, too: so two events turn out to be one.
    News(Index),
}

fn takes() -> impl Strategy<Value = Takes> {
    prop_oneof![
        5 => Just(Takes::Nothing),
        1 => any::<Index>().prop_map(Takes::All),
        1 => any::<Index>().prop_map(Takes::News),
    ]
}

prop_compose! {
    /// Some reports of one set, in any order.
    fn arrivals()(set in 0..SETS.len(), from in any::<Index>())(
        chosen in subsequence(REPORTS[set].iter().skip(from.index(REPORTS[set].len() + 1 - AMONG)).take(AMONG).collect::<Vec<_>>(), 0..=MOST)
            .prop_shuffle(),
        takes in proptest::collection::vec(takes(), MOST),
    ) -> Vec<MarkedReport> {
        let mut arrived: Vec<MarkedReport> = Vec::new();
        for (at, (report, takes)) in chosen.iter().zip(takes).enumerate() {
            let mut new = marked(report);
            match takes {
                Takes::All(of) if at > 0 => {
                    let original = of.get(&arrived);
                    (new.story, new.marks) = (original.story, original.marks.clone());
                }
                Takes::News(of) if at > 0 => {
                    let other = &of.get(&chosen[..at]).0;
                    let mut both = report.0.clone();
                    both.title = format!("{}. {}", both.title, other.title);
                    both.text = format!("{}\n{}", both.text, other.text);
                    new = MarkedReport::from(&both);
                }
                _ => {}
            }
            arrived.push(new);
        }
        arrived
    }
}

/// The events of reports, as a store keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Kept(BTreeMap<ArticleId, EventId>);

impl Kept {
    /// What is decided of a report from all that is kept of others.
    fn decide(&self, new: &MarkedReport, all: &[MarkedReport]) -> EventChange {
        let mut others: Vec<&MarkedReport> = all.iter().filter(|report| report.article != new.article).collect();
        others.sort_by_key(|report| report.article);
        let event_of = |report: &MarkedReport| self.0.get(&report.article).copied();
        let copy = others.iter().filter(|report| report.story == new.story).find_map(|report| event_of(report));
        let is_near = |at: Timestamp| at.duration_since(new.at).abs() <= WINDOW;
        let nearby: Vec<NearbyReport> = others
            .iter()
            .filter(|report| is_near(report.at))
            .filter_map(|report| Some(NearbyReport { report, event: event_of(report)? }))
            .filter(|near| all.iter().any(|first| first.article.event() == near.event && is_near(first.at)))
            .collect();
        decide_event(new, copy, &nearby)
    }

    fn apply(&mut self, change: &EventChange) {
        for event in self.0.values_mut().filter(|event| change.merged.contains(event)) {
            *event = change.event;
        }
        self.0.insert(change.article, change.event);
    }

    /// The events, each as its reports.
    fn groups(&self) -> Vec<BTreeSet<ArticleId>> {
        let mut groups: BTreeMap<EventId, BTreeSet<ArticleId>> = BTreeMap::new();
        for (article, event) in &self.0 {
            groups.entry(*event).or_default().insert(*article);
        }
        groups.into_values().collect()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_report_is_in_one_event_and_none_is_lost(arrivals in arrivals()) {
        let mut kept = Kept::default();
        for (count, new) in arrivals.iter().enumerate() {
            let before = kept.clone();
            let change = kept.decide(new, &arrivals);
            prop_assert_eq!((change.article, change.at), (new.article, new.at));
            kept.apply(&change);
            prop_assert_eq!(kept.0.len(), count + 1);
            prop_assert!(before.0.keys().all(|article| kept.0.contains_key(article)), "a report was lost");
            for group in before.groups() {
                prop_assert!(kept.groups().iter().any(|now| now.is_superset(&group)), "an event came apart: {:?}", group);
            }
            for event in kept.0.values() {
                prop_assert_eq!(kept.0.get(&ArticleId(event.0)), Some(event), "an event without the report that began it");
            }
            let has_others = kept.0.values().filter(|event| **event == change.event).count() > 1;
            prop_assert_eq!(change.is_joined, has_others);
        }
    }

    #[test]
    fn events_that_turn_out_to_be_one_take_the_id_of_the_oldest(arrivals in arrivals()) {
        let mut kept = Kept::default();
        for new in &arrivals {
            let change = kept.decide(new, &arrivals);
            let merged: BTreeSet<EventId> = change.merged.iter().copied().collect();
            prop_assert_eq!(merged.len(), change.merged.len(), "one event twice: {:?}", change.merged);
            prop_assert!(merged.iter().all(|event| *event > change.event), "{:?} into {}", change.merged, change.event);
            prop_assert!(merged.iter().all(|event| kept.0.values().any(|known| known == event)));
            kept.apply(&change);
            prop_assert!(!kept.0.values().any(|event| merged.contains(event)));
        }
    }

    #[test]
    fn copies_of_one_text_are_of_one_event(arrivals in arrivals()) {
        let mut kept = Kept::default();
        for new in &arrivals {
            let change = kept.decide(new, &arrivals);
            let is_copy = arrivals.iter().any(|other| other.story == new.story && kept.0.contains_key(&other.article));
            prop_assert!(!is_copy || (change.names.is_empty() && change.evidence.is_empty() && change.merged.is_empty()));
            kept.apply(&change);
        }
        let mut of_story: BTreeMap<StoryId, BTreeSet<EventId>> = BTreeMap::new();
        for report in &arrivals {
            of_story.entry(report.story).or_default().insert(kept.0[&report.article]);
        }
        prop_assert!(of_story.values().all(|events| events.len() == 1), "{:?}", of_story);
    }

    #[test]
    fn a_report_that_is_judged_twice_changes_nothing(arrivals in arrivals()) {
        let mut kept = Kept::default();
        for new in &arrivals {
            let first = kept.decide(new, &arrivals);
            kept.apply(&first);
            let once = kept.clone();
            let second = kept.decide(new, &arrivals);
            prop_assert_eq!(&second, &EventChange { merged: Vec::new(), ..first });
            kept.apply(&second);
            prop_assert_eq!(&kept, &once);
        }
    }
}

/// The properties would hold of events that never have two reports, and of reports that never join two events.
#[test]
fn the_labelled_reports_join_and_their_events_merge() {
    let (mut joined, mut merged) = (0, 0);
    for set in REPORTS.iter() {
        let all: Vec<MarkedReport> = set.iter().map(marked).collect();
        for step in 1..6 {
            let mut kept = Kept::default();
            for new in (0..step).flat_map(|first| all.iter().skip(first).step_by(step)) {
                let change = kept.decide(new, &all);
                joined += usize::from(change.is_joined);
                merged += change.merged.len();
                kept.apply(&change);
            }
        }
    }
    assert!(joined > 100 && merged > 0, "{joined} joined, {merged} merged");
}
