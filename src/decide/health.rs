//! Whether somebody must look after the crawl: what is wrong, given the last runs and the ledger of the last day and a half.

use jiff::{SignedDuration, Timestamp};

use crate::digest::{Checks, Period, Trouble, Unchecked};

/// Fewer runs say nothing of how often they begin.
const FEWEST_RUNS: usize = 4;
/// A run that was left out once or twice is no news.
const LEFT_OUT: i32 = 3;
/// A channel that fails for so long is no passing trouble, though the source has others.
const LONG_FAILING: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The longest run, with room to end.
const LONGEST_RUN: SignedDuration = SignedDuration::from_hours(2);

/// When a run began and ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunTimes {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None`: it goes on, or was interrupted.
    pub finished_at: Option<Timestamp>,
}

/// From when on something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// How long ago the last run may have ended; `None`: by how often runs began before.
    pub run_age: Option<SignedDuration>,
    /// How long a source may fail.
    pub failing: SignedDuration,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ailment {
    /// No run has ended yet.
    NoRun,
    /// The last run is too long ago.
    RunLate {
        /// When it ended.
        ended: Timestamp,
        /// After how long one should have ended.
        within: SignedDuration,
    },
    /// The last run began and did not end.
    RunUnfinished {
        /// When it began.
        started: Timestamp,
    },
    /// A source was not requested in the period.
    Unasked {
        /// Its name.
        source: String,
        /// When it was last requested.
        last: Option<Timestamp>,
    },
    /// No channel of a source can be read; or only some, for very long.
    Failing {
        /// Its name.
        source: String,
        /// One of the channels, as an example.
        trouble: Trouble,
        /// How many fail, where others do not.
        part: Option<usize>,
    },
    /// Messages of an alert could not be sent.
    Alert {
        /// Its name.
        alert: String,
        /// How many of its messages were given up in the period.
        given_up: u64,
        /// Since when its receiver fails, if it still does.
        since: Option<Timestamp>,
        /// Why.
        problem: Option<String>,
    },
    /// A source announces nothing, against its own past.
    Silent {
        /// Its name.
        source: String,
        /// When it last announced something new.
        last: Timestamp,
        /// How many items a day it announced before.
        daily: u64,
    },
}

/// What is wrong with the runs, the last one first, and with the sources.
pub fn ailments(runs: &[RunTimes], ledger: &[Checks], period: &Period, measures: &Measures) -> Vec<Ailment> {
    let now = period.until;
    let mut ailments: Vec<Ailment> = run_ailment(runs, measures, now).into_iter().collect();
    // Sources that no run has requested are what is wrong with the runs.
    let runs_are_well = ailments.is_empty();
    for row in ledger {
        ailments.extend(source_ailment(row, period, measures, runs_are_well));
    }
    ailments
}

fn run_ailment(runs: &[RunTimes], measures: &Measures, now: Timestamp) -> Option<Ailment> {
    let last = runs.first()?;
    let ended = runs.iter().find_map(|run| run.finished_at);
    let within = measures.run_age.unwrap_or_else(|| usual_interval(runs));
    if ended.is_some_and(|ended| now.duration_since(ended) <= within) {
        return None;
    }
    if last.finished_at.is_none() {
        let is_going_on = now.duration_since(last.started_at) <= LONGEST_RUN.min(within);
        return (!is_going_on).then_some(Ailment::RunUnfinished { started: last.started_at });
    }
    ended.map(|ended| Ailment::RunLate { ended, within })
}

/// After how long a run should have ended: a few times as long as usually lies between two, at least an hour; a day and two hours
/// where that is not known, or longer.
fn usual_interval(runs: &[RunTimes]) -> SignedDuration {
    let (shortest, longest) = (SignedDuration::from_hours(1), SignedDuration::from_hours(26));
    let mut gaps: Vec<SignedDuration> =
        runs.windows(2).map(|pair| pair[0].started_at.duration_since(pair[1].started_at)).collect();
    if runs.len() < FEWEST_RUNS {
        return longest;
    }
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(longest);
    usual.checked_mul(LEFT_OUT).unwrap_or(longest).clamp(shortest, longest)
}

fn source_ailment(row: &Checks, period: &Period, measures: &Measures, runs_are_well: bool) -> Option<Ailment> {
    let source = row.source.clone();
    let age = |trouble: &Trouble| trouble.since.map(|since| period.until.duration_since(since));
    let part = || {
        let failing = || row.troubles.iter().filter(|trouble| trouble.is_failure());
        let long = || failing().filter(|trouble| age(trouble).is_some_and(|age| age > LONG_FAILING));
        let trouble = long().next()?.clone();
        Some(Ailment::Failing { source: source.clone(), trouble, part: Some(long().count()) })
    };
    match row.unchecked(period) {
        Some(Unchecked::NotAsked | Unchecked::Stale(_)) => {
            runs_are_well.then_some(Ailment::Unasked { source, last: row.checked_at })
        }
        Some(Unchecked::Failing(trouble)) => (age(trouble).is_none_or(|age| age > measures.failing))
            .then(|| Ailment::Failing { source, trouble: trouble.clone(), part: None }),
        None => {
            let silent = row.silent.map(|(last, daily)| Ailment::Silent { source: source.clone(), last, daily });
            silent.or_else(part)
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::model::ChannelState;

    fn at(time: &str) -> Timestamp {
        format!("2026-10-{time}:00Z").parse().unwrap()
    }

    const MEASURES: Measures = Measures { run_age: None, failing: SignedDuration::from_hours(24) };

    fn period() -> Period {
        Period { since: None, until: at("11T07:30"), by_published: false, new_for: None }
    }

    /// Runs every `minutes`, the last of which ended `ago` minutes before now.
    fn runs(minutes: i64, ago: i64) -> Vec<RunTimes> {
        let before = |minutes: i64| at("11T07:30") - SignedDuration::from_mins(minutes);
        (0..6)
            .map(|n| RunTimes {
                started_at: before(ago + 1 + n * minutes),
                finished_at: Some(before(ago + n * minutes)),
            })
            .collect()
    }

    #[test]
    fn a_run_is_late_by_the_measure_of_those_before_it() {
        let is_late = |runs: &[RunTimes]| !ailments(runs, &[], &period(), &MEASURES).is_empty();
        for (minutes, ago, expected) in [
            (15, 14, false),
            (15, 59, false),
            (15, 61, true),
            (60, 170, false),
            (60, 190, true),
            (1_440, 1_500, false),
            (1_440, 1_600, true),
        ] {
            assert_eq!(is_late(&runs(minutes, ago)), expected, "every {minutes} minutes, {ago} ago");
        }
        // Two runs say nothing yet.
        assert!(!is_late(&runs(15, 600)[..2]) && is_late(&runs(15, 1_600)[..2]));
        let own = Measures { run_age: Some(SignedDuration::from_mins(10)), ..MEASURES };
        assert_eq!(ailments(&runs(15, 14), &[], &period(), &own).len(), 1);
    }

    #[test]
    fn a_run_that_goes_on_is_not_one_that_hangs() {
        let mut all = runs(15, 300);
        all.insert(0, RunTimes { started_at: at("11T07:00"), finished_at: None });
        assert_eq!(ailments(&all, &[], &period(), &MEASURES), []);
        all[0].started_at = at("11T05:00");
        assert_eq!(ailments(&all, &[], &period(), &MEASURES), [Ailment::RunUnfinished { started: at("11T05:00") }]);
        // An interrupted run among good ones is no news.
        let mut all = runs(15, 20);
        all.insert(0, RunTimes { started_at: at("11T07:15"), finished_at: None });
        assert_eq!(ailments(&all, &[], &period(), &MEASURES), []);
    }

    #[test]
    fn a_source_may_fail_for_a_day_and_one_channel_of_several_for_a_week() {
        let trouble = |since: &str| Trouble {
            url: "https://a.example/rss".to_owned(),
            state: ChannelState::Failing,
            cause: None,
            since: Some(at(since)),
        };
        let row = |channels: u64, failed: u64, troubles: Vec<Trouble>| Checks {
            source: "A".to_owned(),
            asked: 4,
            failed,
            channels,
            checked_at: Some(at("11T07:00")),
            troubles,
            ..Checks::default()
        };
        for (row, expected) in [
            (row(1, 0, Vec::new()), false),
            (row(1, 4, vec![trouble("10T08:00")]), false),
            (row(1, 4, vec![trouble("10T07:00")]), true),
            (row(2, 2, vec![trouble("10T07:00")]), false),
            (row(2, 2, vec![trouble("03T07:00")]), true),
            (Checks { silent: Some((at("08T07:00"), 9)), ..row(1, 0, Vec::new()) }, true),
            (Checks { asked: 0, ..row(1, 0, Vec::new()) }, true),
        ] {
            assert_eq!(
                ailments(&runs(15, 5), std::slice::from_ref(&row), &period(), &MEASURES).len(),
                usize::from(expected),
                "{row:?}"
            );
        }
        // Where no run has run, that is said once.
        let unasked = Checks { asked: 0, ..row(1, 0, Vec::new()) };
        assert!(matches!(ailments(&runs(15, 1_600), &[unasked], &period(), &MEASURES)[..], [Ailment::RunLate { .. }]));
    }
}
