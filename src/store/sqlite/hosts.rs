//! Hosts: robots.txt, reservations and back-off.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::SqliteStore;
use super::sql::time;
use crate::date::utc;
use crate::error::Error;
use crate::model::RobotsState;
use crate::politeness::{BackOff, Host, RobotsFile, Rules, TdmFile};
use crate::store::units::HostUnits;

impl HostUnits for SqliteStore {
    fn hosts(&self) -> Result<HashMap<String, Host>, Error> {
        self.read("read the hosts of the database", |c| {
            let mut query = c.prepare_cached("SELECT * FROM host")?;
            query.query_map([], |row| read(row).map(|host| (host.name.clone(), host)))?.collect()
        })
    }

    fn keep_host(&self, host: &Host) -> Result<(), Error> {
        let robots = host.robots.as_ref();
        let (state, rules) = match robots.map(|file| &file.rules) {
            Some(Rules::Text(text)) => (Some(RobotsState::Rules), Some(text)),
            Some(Rules::Absent) => (Some(RobotsState::None), None),
            Some(Rules::Unknown) => (Some(RobotsState::Unknown), None),
            None => (None, None),
        };
        let tdm = host.tdm.as_ref();
        let rest = host.rest.as_ref();
        self.unit("write to the database", |c| {
            c.prepare_cached(
                "INSERT OR REPLACE INTO host (name, robots_state, robots, robots_next_at, robots_failing_since, robots_failures,
                    tdm, tdm_etag, tdm_last_modified, tdm_next_at, rest_until, rest_asked_for, rest_reason, rest_strikes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                host.name,
                state,
                rules,
                robots.map(|file| utc(file.next_at)),
                robots.and_then(|file| file.failing_since).map(utc),
                robots.map_or(0, |file| file.failures),
                tdm.map_or("", |file| file.text.as_str()),
                tdm.and_then(|file| file.etag.as_deref()),
                tdm.and_then(|file| file.last_modified.as_deref()),
                tdm.map(|file| utc(file.next_at)),
                rest.map(|r| utc(r.until)),
                rest.is_some_and(|r| r.asked_for),
                rest.map_or("", |r| r.reason.as_str()),
                rest.map_or(0, |r| r.strikes),
            ])
            .map(drop)
        })
    }
}

fn read(row: &Row) -> rusqlite::Result<Host> {
    let text: Option<String> = row.get("robots")?;
    let rules = row.get::<_, Option<RobotsState>>("robots_state")?.map(|state| match state {
        RobotsState::Rules => Rules::Text(text.unwrap_or_default()),
        RobotsState::None => Rules::Absent,
        RobotsState::Unknown => Rules::Unknown,
    });
    let robots = match rules {
        Some(rules) => Some(RobotsFile {
            rules,
            next_at: time(row, "robots_next_at")?.unwrap_or(Timestamp::UNIX_EPOCH),
            failing_since: time(row, "robots_failing_since")?,
            failures: row.get("robots_failures")?,
        }),
        None => None,
    };
    let tdm = match time(row, "tdm_next_at")? {
        Some(next_at) => Some(TdmFile {
            text: row.get("tdm")?,
            etag: row.get("tdm_etag")?,
            last_modified: row.get("tdm_last_modified")?,
            next_at,
        }),
        None => None,
    };
    let rest = match time(row, "rest_until")? {
        Some(until) => Some(BackOff {
            until,
            asked_for: row.get("rest_asked_for")?,
            reason: row.get("rest_reason")?,
            strikes: row.get("rest_strikes")?,
        }),
        None => None,
    };
    Ok(Host { name: row.get("name")?, robots, tdm, rest })
}
