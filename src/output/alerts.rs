//! How alerts fare, and what became of messages.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::when;
use crate::alert::{Alert, AlertMessage};
use crate::date::utc;
use crate::deliver::AlertTally;
use crate::i18n::Language;
use crate::store::AlertHealth;
use crate::text::clean::one_line;
use crate::text::count::counted;

/// All alerts, a paragraph each.
pub fn list(alerts: &[Alert], health: &[AlertHealth], zone: &TimeZone, now: Timestamp) -> String {
    if alerts.is_empty() {
        return "no alert is configured: docs/alerts.md shows how\n".to_owned();
    }
    let mut out = String::new();
    for (alert, health) in alerts.iter().zip(health) {
        let sent = health.last_sent_at.map_or_else(
            || "nothing sent yet".to_owned(),
            |at| format!("last sent {}, {}", when(at, now, zone), counted(health.sent, "message", "messages")),
        );
        let waiting = match health.waiting {
            0 => "nothing waits".to_owned(),
            n => format!("{} {}", counted(n, "mention", "mentions"), if n == 1 { "waits" } else { "wait" }),
        };
        let (name, to) = (one_line(&alert.name), one_line(&alert.to.to_string()));
        let _ = writeln!(out, "{name} ({}, {to}): {sent}; {waiting}", alert.kind.name());
        for trouble in troubles(health, zone, now) {
            let _ = writeln!(out, "  {trouble}");
        }
    }
    out
}

/// What is wrong with an alert, one line each; nothing if it works.
fn troubles(health: &AlertHealth, zone: &TimeZone, now: Timestamp) -> Vec<String> {
    let time = |at: Timestamp| when(at, now, zone);
    let mut lines = Vec::new();
    if let Some(since) = health.failing_since {
        let problem = health.problem.as_deref().unwrap_or("unknown");
        let again = health.paused_until.filter(|at| *at > now);
        let again = again.map_or_else(String::new, |at| format!("; tried again {}", time(at)));
        lines.push(one_line(&format!("failing since {}: {problem}{again}", time(since))));
    }
    if let Some(at) = health.given_up_at.filter(|_| health.given_up > 0) {
        let (messages, verb) =
            (counted(health.given_up, "message", "messages"), if health.given_up == 1 { "was" } else { "were" });
        lines.push(format!("{messages} {verb} given up in the last 7 days, the last one {}", time(at)));
    }
    lines
}

/// The alerts that do not work, for `sources`; empty if all do.
pub fn troubled(health: &[AlertHealth], zone: &TimeZone, now: Timestamp) -> String {
    let mut out = String::new();
    for alert in health {
        for trouble in troubles(alert, zone, now) {
            let _ = writeln!(out, "alert {}: {trouble}", one_line(&alert.name));
        }
    }
    out
}

/// The same for programs.
pub fn health_json(alerts: &[Alert], health: &[AlertHealth]) -> Value {
    let row = |(alert, health): (&Alert, &AlertHealth)| {
        json!({
            "name": alert.name,
            "kind": alert.kind.name(),
            "to": alert.to.to_string(),
            "watches": alert.watches,
            "last_sent_at": health.last_sent_at.map(utc),
            "sent": health.sent,
            "waiting": health.waiting,
            "failing_since": health.failing_since.map(utc),
            "paused_until": health.paused_until.map(utc),
            "problem": health.problem,
            "given_up": health.given_up,
            "given_up_at": health.given_up_at.map(utc),
        })
    };
    Value::Array(alerts.iter().zip(health).map(row).collect())
}

/// What a run says of its messages: once when a receiver begins to fail, and when messages are given up.
pub fn warnings(tallies: &[AlertTally]) -> Vec<String> {
    let mut lines = Vec::new();
    for tally in tallies {
        let (alert, problem) = (one_line(&tally.alert), one_line(tally.problem.as_deref().unwrap_or("unknown")));
        if tally.given_up > 0 {
            let (messages, verb) =
                (counted(tally.given_up, "message", "messages"), if tally.given_up == 1 { "was" } else { "were" });
            lines.push(format!("alert {alert}: {messages} {verb} given up after a day: {problem}"));
        } else if tally.began_to_fail && tally.failed > 0 {
            lines.push(format!("alert {alert}: could not be sent: {problem}; it is tried again for a day"));
        }
    }
    lines
}

/// What `alert send` did.
pub fn sent(tallies: &[AlertTally]) -> String {
    if tallies.is_empty() {
        return "nothing is due\n".to_owned();
    }
    let mut out = String::new();
    for tally in tallies {
        let _ = write!(out, "{}: {} sent", one_line(&tally.alert), counted(tally.sent, "message", "messages"));
        if let Some(problem) = tally.problem.as_deref().filter(|_| tally.failed > 0) {
            let _ = write!(out, ", {} failed: {}", tally.failed, one_line(problem));
        }
        out.push('\n');
    }
    out
}

/// What `alert send` would send.
pub fn due(messages: &[AlertMessage], language: Language) -> String {
    if messages.is_empty() {
        return "nothing waits\n".to_owned();
    }
    let line = |message: &AlertMessage| format!("{}: {}\n", one_line(&message.alert), message.title(language));
    messages.iter().map(line).collect()
}
