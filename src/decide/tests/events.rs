//! Properties of events, for all orders in which reports come: the labelled reports of `tests/fixtures/events`, and copies of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

use super::super::{MarkedReport, StoredReport, decide_events, regrouped_events};
use super::config;
use crate::event::Marks;
use crate::model::{ArticleId, EventId, Regrouping, SourceId, StoryId};

/// Sets of reports of the same days, as many of one event as of events that are easily mistaken for each other.
const SETS: [&str; 3] = [
    include_str!("../../../tests/fixtures/events/reports.txt"),
    include_str!("../../../tests/fixtures/events/newsroom.txt"),
    include_str!("../../../tests/fixtures/events/week.txt"),
];

/// The reports of each set, with what is compared of them.
static REPORTS: LazyLock<Vec<Vec<(StoredReport, MarkedReport)>>> =
    LazyLock::new(|| SETS.iter().map(|set| reports(set)).collect());

/// How many reports come in one case, of how many that stand together in their set: those of one event do.
const MOST: usize = 12;
const AMONG: usize = 18;

fn reports(set: &str) -> Vec<(StoredReport, MarkedReport)> {
    let reports = (1..).zip(set.split("\n== ").skip(1)).map(|(id, block)| {
        let mut lines = block.lines();
        let head: Vec<&str> = lines.next().unwrap().split(" | ").collect();
        let article = ArticleId(id);
        let stored = StoredReport {
            article,
            title: lines.next().unwrap().to_owned(),
            summary: String::new(),
            text: lines.collect::<Vec<_>>().join("\n"),
            language: head[1].to_owned(),
            watched: (*head.get(3).unwrap_or(&"")).to_owned(),
        };
        let (at, marks, evidence) = (head[2].parse().unwrap(), stored.marks(), String::new());
        (
            stored,
            MarkedReport {
                article,
                story: article.story(),
                source: SourceId(article.0),
                at,
                marks,
                event: None,
                evidence,
                is_told: false,
            },
        )
    });
    reports.collect()
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
            let mut new = report.1.clone();
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
                    new.marks = both.marks();
                }
                _ => {}
            }
            arrived.push(new);
        }
        arrived
    }
}

/// The reports of a window, as a store keeps them.
#[derive(Debug, Clone, Default)]
struct Kept(Vec<MarkedReport>);

impl Kept {
    /// Decides the window anew, and stores what changed; returns how many reports changed.
    fn decide(&mut self) -> usize {
        let changes = decide_events(&self.0);
        for change in &changes {
            let report = self.0.iter_mut().find(|report| report.article == change.article).unwrap();
            (report.event, report.evidence) = (Some(change.event), change.evidence.clone());
        }
        changes.len()
    }

    fn add(&mut self, new: &MarkedReport) {
        self.0.push(new.clone());
        self.decide();
    }

    /// The events, each as its reports.
    fn groups(&self) -> BTreeMap<EventId, BTreeSet<ArticleId>> {
        let mut groups: BTreeMap<EventId, BTreeSet<ArticleId>> = BTreeMap::new();
        for report in &self.0 {
            groups.entry(report.event.unwrap()).or_default().insert(report.article);
        }
        groups
    }

    /// How many events there are, by their reports alone: two events never have one number.
    fn first_reports(&self) -> usize {
        let mut fresh = Self(self.0.iter().map(|report| MarkedReport { event: None, ..report.clone() }).collect());
        fresh.decide();
        fresh.groups().len()
    }

    fn members(&self) -> BTreeSet<BTreeSet<ArticleId>> {
        self.groups().into_values().collect()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    #[ignore = "slow"]
    fn every_report_is_in_one_event_which_has_the_number_of_a_report(arrivals in arrivals()) {
        let mut kept = Kept::default();
        for new in &arrivals {
            kept.add(new);
            let known: BTreeSet<ArticleId> = kept.0.iter().map(|report| report.article).collect();
            for event in kept.groups().keys() {
                prop_assert!(known.contains(&ArticleId(event.0)), "{}", event);
            }
            prop_assert_eq!(kept.groups().len(), kept.first_reports());
        }
    }

    #[test]
    #[ignore = "slow"]
    fn it_does_not_matter_in_which_order_reports_come(arrivals in arrivals()) {
        let mut one_by_one = Kept::default();
        for new in &arrivals {
            one_by_one.add(new);
        }
        let mut together = Kept(arrivals.iter().rev().cloned().collect());
        together.decide();
        prop_assert_eq!(one_by_one.members(), together.members());
    }

    #[test]
    #[ignore = "slow"]
    fn an_event_that_grows_keeps_its_number(arrivals in arrivals()) {
        let mut kept = Kept::default();
        for new in &arrivals {
            let before = kept.groups();
            kept.add(new);
            for (event, reports) in kept.groups() {
                let known: BTreeSet<ArticleId> = reports.iter().copied().filter(|report| *report != new.article).collect();
                if let Some((number, _)) = before.iter().find(|(_, reports)| **reports == known) {
                    prop_assert_eq!(*number, event);
                }
            }
        }
    }

    #[test]
    #[ignore = "slow"]
    fn copies_of_one_text_are_of_one_event(arrivals in arrivals()) {
        let mut kept = Kept::default();
        for new in &arrivals {
            kept.add(new);
        }
        let mut of_story: BTreeMap<StoryId, Vec<&MarkedReport>> = BTreeMap::new();
        for report in &kept.0 {
            of_story.entry(report.story).or_default().push(report);
        }
        for copies in of_story.into_values() {
            prop_assert!(copies.iter().all(|copy| copy.event == copies[0].event));
            let original = copies.iter().min_by_key(|copy| (copy.at, copy.article)).unwrap().article;
            prop_assert!(copies.iter().all(|copy| copy.article == original || copy.evidence.is_empty()));
        }
    }

    #[test]
    fn a_window_that_is_decided_twice_does_not_change(arrivals in arrivals()) {
        let mut kept = Kept(arrivals);
        kept.decide();
        prop_assert_eq!(kept.decide(), 0);
    }
}

/// The properties would hold of events that never have two reports, and of events that never become one or come apart.
#[test]
#[ignore = "slow"]
fn the_labelled_reports_join_and_their_events_merge() {
    let (mut joined, mut merged) = (0, 0);
    for set in REPORTS.iter() {
        for step in 1..3 {
            let mut kept = Kept::default();
            let arrivals = (0..step).flat_map(|first| set.iter().skip(first).step_by(step).map(|(_, report)| report));
            for batch in arrivals.collect::<Vec<_>>().chunks(12) {
                let before = kept.members();
                kept.0.extend(batch.iter().copied().cloned());
                kept.decide();
                let after = kept.members();
                joined += batch
                    .iter()
                    .filter(|new| after.iter().any(|event| event.len() > 1 && event.contains(&new.article)))
                    .count();
                merged +=
                    after.iter().filter(|event| before.iter().filter(|old| old.is_subset(event)).count() > 1).count();
            }
        }
    }
    assert!(joined > 100 && merged > 0, "{joined} joined, {merged} merged");
}

fn kept(article: i64, title: &str, event: Option<i64>) -> MarkedReport {
    let text = format!(
        "{title}, says Els Vancoillie of Groenwacht in Ghent, where 64 trees fell and 3,200 people were without power."
    );
    let stored = StoredReport {
        article: ArticleId(article),
        title: title.to_owned(),
        summary: text,
        text: String::new(),
        language: "en".to_owned(),
        watched: String::new(),
    };
    MarkedReport {
        article: ArticleId(article),
        story: ArticleId(article).story(),
        source: SourceId(article),
        at: Timestamp::from_second(1_791_000_000 + article).unwrap(),
        marks: stored.marks(),
        event: event.map(EventId),
        evidence: String::new(),
        is_told: false,
    }
}

#[test]
fn of_two_events_that_become_one_the_larger_keeps_its_number() {
    let title = "Storm fells trees in Ghent";
    let numbers = |window: &[MarkedReport]| {
        let changes = decide_events(window);
        let event = |report: &MarkedReport| {
            let change = changes.iter().find(|change| change.article == report.article);
            change.map_or_else(|| report.event.unwrap(), |change| change.event).0
        };
        window.iter().map(event).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&[kept(1, title, None), kept(2, title, None)]), [1, 1], "the oldest");
    assert_eq!(numbers(&[kept(1, title, None), kept(2, title, Some(2))]), [2, 2], "the one it had");
    let two = [kept(1, title, Some(1)), kept(2, title, Some(2)), kept(3, title, Some(2))];
    assert_eq!(numbers(&two), [2, 2, 2], "the larger");
    let merged = [kept(1, title, Some(1)), kept(2, title, Some(2))];
    assert_eq!(numbers(&merged), [1, 1], "of equal ones the older");
    // The article with the number was merged into another one.
    assert_eq!(numbers(&[kept(2, title, Some(1)), kept(3, title, Some(1))]), [1, 1]);
    // It comes apart: the number stays with the larger part, even where the report with that number is in the other.
    let apart = [kept(1, "Choir sings in Ostend", Some(1)), kept(2, title, Some(1)), kept(3, title, Some(1))];
    let mut apart = apart.to_vec();
    apart[0].marks = choir();
    assert_eq!(numbers(&apart), [2, 1, 1]);
    // Of equal parts it stays with the report that has it.
    assert_eq!(numbers(&apart[..2]), [1, 2]);
}

fn choir() -> Marks {
    StoredReport {
        article: ArticleId(1),
        title: "Choir sings in Ostend".to_owned(),
        summary: "Marc Dutilleul conducts 80 singers on the beach of Ostend.".to_owned(),
        text: String::new(),
        language: "en".to_owned(),
        watched: String::new(),
    }
    .marks()
}

#[test]
fn what_was_shown_as_several_events_or_as_part_of_another_is_noted() {
    let title = "Storm fells trees in Ghent";
    let noted = |window: &[MarkedReport]| {
        let regrouped = regrouped_events(window, &decide_events(window));
        regrouped.into_iter().map(|one| (one.event.0, one.change)).collect::<Vec<_>>()
    };
    let told = |mut report: MarkedReport| {
        report.is_told = true;
        report
    };
    let mut choir_report = told(kept(1, "Choir sings in Ostend", Some(1)));
    choir_report.marks = choir();
    let (second, third) = (told(kept(2, title, Some(1))), told(kept(3, title, Some(1))));
    assert_eq!(
        noted(&[choir_report.clone(), second.clone(), third.clone()]),
        [(1, Regrouping::Split), (2, Regrouping::Split)]
    );
    assert_eq!(noted(&[kept(1, title, Some(1)), kept(2, title, Some(2))]), [], "no digest has shown them");
    assert_eq!(noted(&[told(kept(1, title, Some(1))), kept(2, title, Some(2))]), [], "one of them was not shown");
    assert_eq!(noted(&[told(kept(1, title, Some(1))), told(kept(2, title, Some(2)))]), [(1, Regrouping::Joined)]);
    assert_eq!(noted(&[second, third]), [], "nothing changed");
}
