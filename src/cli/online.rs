//! `presswatch check --online`: requests every channel once, and shows the responses.

use std::collections::HashMap;

use super::{Context, json_line, print, print_painted};
use crate::app::online::{self, ChannelAnswer};
use crate::config::Config;
use crate::error::Error;
use crate::output::channels::{TextTable, answered_json};
use crate::text::clean::address;

/// Requests all channels; returns 3 with `strict` when one could not be read.
pub(super) fn online(context: &Context, config: &Config, strict: bool, as_json: bool) -> Result<u8, Error> {
    let mut requester = context.requester(config)?;
    let zone = context.zone(config);
    let rows = online::check(&mut requester, config, &zone, context.now(), &mut |done, all| {
        if context.is_watched() {
            super::overwrite_line(&format!("{done} of {all} channels requested"));
        }
    });
    if context.is_watched() {
        super::overwrite_line("");
    }
    if as_json {
        print(&json_line(&answered_json(&rows, requester.requests)))?;
    } else {
        let table = TextTable {
            width: context.stdout_columns(),
            paint: context.stdout_paint(),
            zone: &zone,
            now: context.now(),
        };
        print("\n")?;
        print_painted(&table.answered(&rows))?;
    }
    code(context, &rows, strict)
}

/// The exit code, as for a run: an error if all sources failed, 3 with `strict` if one channel did.
fn code(context: &Context, rows: &[ChannelAnswer], strict: bool) -> Result<u8, Error> {
    let mut sources: HashMap<&str, bool> = HashMap::new();
    for row in rows {
        *sources.entry(&row.source).or_default() |= row.holds.is_ok();
    }
    if !rows.is_empty() && sources.values().all(|any| !any) {
        return Err(Error::failed("could not read any source").hint("check the network connection"));
    }
    let bad: Vec<&ChannelAnswer> = rows.iter().filter(|row| row.holds.is_err()).collect();
    if !context.is_quiet() {
        for row in &bad {
            let why = row.holds.as_ref().err().map_or("", String::as_str);
            super::warn(&format!("could not read {} of {}: {why}", address(&row.url), row.source));
        }
    }
    Ok(if strict && !bad.is_empty() { 3 } else { 0 })
}
