//! What is known of hosts: robots.txt and rests asked for.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::params;

use super::{Store, time, utc};
use crate::error::Error;
use crate::politeness::{Host, Rest, RobotsFile};

impl Store {
    /// All hosts that are known, by name.
    pub fn hosts(&self) -> Result<HashMap<String, Host>, Error> {
        self.read("read the hosts of", |c| {
            let mut query = c.prepare_cached(
                "SELECT name, robots_state, robots, robots_at, rest_until, rest_asked_for, rest_reason, rest_strikes FROM host",
            )?;
            let rows = query.query_map([], |row| {
                let name: String = row.get(0)?;
                let state: Option<String> = row.get(1)?;
                let rules: Option<String> = row.get(2)?;
                let at = time(row.get(3)?).unwrap_or(Timestamp::UNIX_EPOCH);
                let robots = match state.as_deref() {
                    Some("rules") => Some(RobotsFile::Rules(rules.unwrap_or_default(), at)),
                    Some("none") => Some(RobotsFile::None(at)),
                    Some("unreachable") => Some(RobotsFile::Unreachable(at)),
                    _ => None,
                };
                let rest = match time(row.get(4)?) {
                    Some(until) => Some(Rest { until, asked_for: row.get(5)?, reason: row.get(6)?, strikes: row.get(7)? }),
                    None => None,
                };
                Ok((name.clone(), Host { name, robots, rest }))
            })?;
            rows.collect()
        })
    }

    /// Keeps what was learnt of a host.
    pub fn keep_host(&self, host: &Host) -> Result<(), Error> {
        let (state, rules, at) = match &host.robots {
            Some(RobotsFile::Rules(text, at)) => (Some("rules"), Some(text), Some(*at)),
            Some(RobotsFile::None(at)) => (Some("none"), None, Some(*at)),
            Some(RobotsFile::Unreachable(at)) => (Some("unreachable"), None, Some(*at)),
            None => (None, None, None),
        };
        let rest = host.rest.as_ref();
        self.unit("write to", |c| {
            c.prepare_cached(
                "INSERT OR REPLACE INTO host (name, robots_state, robots, robots_at, rest_until, rest_asked_for, rest_reason, rest_strikes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                host.name,
                state,
                rules,
                at.map(utc),
                rest.map(|r| utc(r.until)),
                rest.is_some_and(|r| r.asked_for),
                rest.map_or("", |r| r.reason.as_str()),
                rest.map_or(0, |r| r.strikes),
            ])
            .map(drop)
        })
    }
}
