//! What is wrong with the crawl: one line each.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::when;
use crate::app::health::Examined;
use crate::decide::Ailment;
use crate::text::clean::{address, one_line};
use crate::text::count::counted;

/// One line, without its end.
pub fn line(ailment: &Ailment, zone: &TimeZone, now: Timestamp) -> String {
    let time = |at: Timestamp| when(at, now, zone);
    one_line(&match ailment {
        Ailment::NoRun => "run: none has ended yet".to_owned(),
        Ailment::RunLate { ended, within } => {
            format!("run: the last one ended {}; one was due within {}", time(*ended), span(*within))
        }
        Ailment::RunUnfinished { started } => {
            format!("run: the last one began {} and has not ended: it was interrupted, or hangs", time(*started))
        }
        Ailment::Unasked { source, last: Some(last) } => format!("source {source}: last checked {}", time(*last)),
        Ailment::Unasked { source, last: None } => format!("source {source}: never checked"),
        Ailment::Failing { source, trouble, part } => {
            let since = trouble.since.map_or_else(String::new, |since| format!(" since {}", time(since)));
            let cause = trouble.cause.as_ref().map_or_else(|| trouble.state.name().to_owned(), ToString::to_string);
            let what = match part {
                None => "cannot be read".to_owned(),
                Some(part) => format!("{} cannot be read", counted(*part, "channel", "channels")),
            };
            format!("source {source}: {what}{since}: {cause} ({})", address(&trouble.url))
        }
        Ailment::Alert { alert, given_up, since, problem } => {
            let since = since.map_or_else(String::new, |since| format!("failing since {}", time(since)));
            let lost = match given_up {
                0 => String::new(),
                n => format!("{} given up", counted(*n, "message", "messages")),
            };
            let both = [since, lost].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            let problem = problem.as_ref().map_or_else(String::new, |problem| format!(": {problem}"));
            format!("alert {alert}: {both}{problem}")
        }
        Ailment::Silent { source, last, daily } => format!(
            "source {source}: nothing new since {}; before, it announced {} a day",
            time(*last),
            counted(usize::try_from(*daily).unwrap_or(usize::MAX), "item", "items")
        ),
    })
}

/// How many sources could be read, and since when the others could not.
pub fn answered(examined: &Examined, zone: &TimeZone, now: Timestamp) -> String {
    let Examined { sources, failing, .. } = *examined;
    let all = counted(sources, "source", "sources");
    if failing == 0 {
        return format!("{all} checked");
    }
    let since = examined.failing_since.map_or_else(String::new, |since| format!(" since {}", when(since, now, zone)));
    let fail = if failing == 1 { "1 fails".to_owned() } else { format!("{failing} fail") };
    format!("{} of {all} answered, {fail}{since}", sources.saturating_sub(failing))
}

/// In the largest unit that leaves no half.
fn span(span: SignedDuration) -> String {
    let minutes = usize::try_from(span.as_mins()).unwrap_or_default();
    match minutes {
        0..120 => counted(minutes, "minute", "minutes"),
        _ => counted(minutes / 60, "hour", "hours"),
    }
}
