//! Whether somebody must look after the crawl.

use jiff::{SignedDuration, Timestamp};

use crate::decide::{Ailment, Measures, ailments};
use crate::digest::{Period, Unchecked};
use crate::error::Error;
use crate::store::{Store, Wanted};

/// A source is polled at least once a day, with some delay after a failure.
const PERIOD: SignedDuration = SignedDuration::from_hours(36);
/// So many runs say how often they begin.
const RUNS: u32 = 24;

/// What an examination found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// What is damaged in the file.
    pub damage: Vec<String>,
    /// What is wrong with runs and sources.
    pub ailments: Vec<Ailment>,
    /// How many sources there are.
    pub sources: usize,
    /// How many of them cannot be read, though not for so long that it is an ailment.
    pub failing: usize,
    /// Since when the first of these cannot.
    pub failing_since: Option<Timestamp>,
}

impl Examined {
    /// Whether nothing is wrong.
    pub fn is_well(&self) -> bool {
        self.damage.is_empty() && self.ailments.is_empty()
    }
}

/// Examines a database.
pub fn examine(store: &Store, measures: &Measures, now: Timestamp) -> Result<Examined, Error> {
    let damage = store.damage()?;
    let runs = store.last_runs(RUNS)?;
    let since = now.checked_sub(PERIOD).ok();
    let period = Period { since, until: now, by_published: false, new_for: None };
    let ledger = store.ledger(&Wanted { period: &period, watches: None, with_irrelevant: false })?;
    let mut ailments = ailments(&runs, &ledger, &period, measures);
    if runs.is_empty() {
        ailments = vec![Ailment::NoRun];
    }
    let given_up = store.alert_health(period.since.unwrap_or(Timestamp::MIN))?;
    ailments.extend(given_up.into_iter().filter_map(|alert| {
        let is_lasting = alert.failing_since.is_some_and(|since| now.duration_since(since) > measures.failing);
        (is_lasting || alert.given_up > 0).then_some(Ailment::Alert {
            alert: alert.name,
            given_up: alert.given_up,
            since: alert.failing_since,
            problem: alert.problem,
        })
    }));
    let failing = || {
        ledger.iter().filter_map(|row| match row.unchecked(&period) {
            Some(Unchecked::Failing(trouble)) => Some(trouble),
            _ => None,
        })
    };
    Ok(Examined {
        damage,
        ailments,
        sources: ledger.len(),
        failing: failing().count(),
        failing_since: failing().filter_map(|trouble| trouble.since).min(),
    })
}
