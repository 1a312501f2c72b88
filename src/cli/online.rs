//! `presswatch check --online`: every channel is asked once, and what answered is shown.

use std::collections::HashMap;

use serde_json::{Value, json};
use url::Url;

use super::asking::Asker;
use super::{Context, json_line, print, print_painted};
use crate::answer::{Answer, FailureKind};
use crate::config::Config;
use crate::error::Error;
use crate::fetch::Accept;
use crate::find::Look;
use crate::model::ChannelType;
use crate::output::channels::{Answered, Table};
use crate::source::ChannelKind;
use crate::store::utc;
use crate::text::clean::address;
use crate::{crawl, pipeline};

/// Asks all channels; returns 3 with `strict` when one could not be read.
pub(super) fn online(context: &Context, config: &Config, strict: bool, as_json: bool) -> Result<u8, Error> {
    let mut asker = Asker::new(context, config)?;
    let zone = context.zone(config);
    let specs = crawl::channels(config);
    let kinds: Vec<ChannelKind> = specs.iter().map(|spec| kind_of(config, spec)).collect();
    let mut wanted = Vec::new();
    let mut places = Vec::new();
    let mut rows: Vec<Option<Answered>> = specs.iter().map(|_| None).collect();
    for (at, spec) in specs.iter().enumerate() {
        if let Ok(url) = Url::parse(&spec.url) {
            wanted.push((url, if spec.kind == ChannelType::Page { Accept::Page } else { Accept::Feed }));
            places.push(at);
        }
    }
    let all = wanted.len();
    let mut done = 0;
    asker.ask(wanted, |place, answer| {
        let Some(at) = places.get(place) else { return };
        let (Some(spec), Some(kind), Some(row)) = (specs.get(*at), kinds.get(*at), rows.get_mut(*at)) else { return };
        done += 1;
        if context.is_watched() {
            super::say_over(&format!("{done} of {all} channels asked"));
        }
        let moved_to = answer.moved_to.as_ref().map(Url::to_string);
        let (status, holds) = read(answer, kind, &zone, context.now());
        *row = Some(Answered {
            source: spec.source.clone(),
            kind: spec.kind.name(),
            url: spec.url.clone(),
            status,
            holds,
            moved_to,
        });
    });
    if context.is_watched() {
        super::say_over("");
    }
    let rows: Vec<Answered> = rows.into_iter().flatten().collect();
    if as_json {
        let channels: Vec<Value> = rows.iter().map(object).collect();
        print(&json_line(&json!({ "channels": channels, "requests": asker.requests })))?;
    } else {
        let table =
            Table { width: context.stdout_columns(), paint: context.stdout_paint(), zone: &zone, now: context.now() };
        print("\n")?;
        print_painted(&table.answered(&rows))?;
    }
    code(context, &rows, strict)
}

fn kind_of(config: &Config, spec: &crate::store::ChannelSpec) -> ChannelKind {
    let source = config.sources.iter().find(|source| source.name == spec.source);
    let channel = source.and_then(|s| s.channels.iter().find(|c| c.url == spec.url && c.kind.plain() == spec.kind));
    // A search is found by its kind: its words are filled in.
    channel.map_or(ChannelKind::Search, |channel| channel.kind.clone())
}

/// A word for the answer, and what it holds.
fn read(
    answer: Answer,
    kind: &ChannelKind,
    zone: &jiff::tz::TimeZone,
    now: jiff::Timestamp,
) -> (String, Result<Look, String>) {
    match answer.result {
        Ok(response) => {
            let page = pipeline::page(response.url, response.body, response.content_type.as_deref());
            let holds = pipeline::read_channel(&page, kind, zone, now).map(|announced| Look::of(&announced, now));
            (response.status.to_string(), holds.map_err(|refusal| refusal.to_string()))
        }
        Err(failure) => {
            let word = match (failure.kind, failure.status) {
                (_, Some(status)) => status.to_string(),
                (FailureKind::Disallowed, None) => "robots".to_owned(),
                (FailureKind::Forbidden, None) => "guarded".to_owned(),
                _ => "none".to_owned(),
            };
            (word, Err(failure.cause.to_string()))
        }
    }
}

fn object(row: &Answered) -> Value {
    let look = row.holds.as_ref().ok();
    json!({
        "source": row.source,
        "kind": row.kind,
        "url": address(&row.url),
        "answer": row.status,
        "error": row.holds.as_ref().err(),
        "items": look.map(|look| look.items),
        "with_summary": look.map(|look| look.with_summary),
        "oldest": look.and_then(|look| look.oldest).map(utc),
        "newest": look.and_then(|look| look.newest).map(utc),
        "per_day": look.and_then(|look| look.per_day),
        "language": look.and_then(|look| look.language.as_ref()),
        "moved_to": row.moved_to,
    })
}

/// As a run would end: all sources failed, one channel failed, none did.
fn code(context: &Context, rows: &[Answered], strict: bool) -> Result<u8, Error> {
    let mut sources: HashMap<&str, bool> = HashMap::new();
    for row in rows {
        *sources.entry(&row.source).or_default() |= row.holds.is_ok();
    }
    if !rows.is_empty() && sources.values().all(|any| !any) {
        return Err(Error::failed("could not read any source").hint("is this computer connected?"));
    }
    let bad: Vec<&Answered> = rows.iter().filter(|row| row.holds.is_err()).collect();
    if !context.is_quiet() {
        for row in &bad {
            let why = row.holds.as_ref().err().map_or("", String::as_str);
            super::warn(&format!("could not read {} of {}: {why}", address(&row.url), row.source));
        }
    }
    Ok(if strict && !bad.is_empty() { 3 } else { 0 })
}
