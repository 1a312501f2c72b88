//! The contents of a channel in words, for `sources find` and `check --online`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::when;
use crate::site::Look;
use crate::text::clean::one_line;
use crate::text::count::counted;

/// [`holdings`] after the title of the channel, if it has one.
pub fn described(look: &Look, zone: &TimeZone, now: Timestamp) -> String {
    let title = one_line(&look.title);
    let held = holdings(look, zone, now);
    if title.is_empty() { held } else { format!("{title}: {held}") }
}

/// `40 items, back to Wed 7 Oct 08:00, newest Sun 11 Oct 09:12, about 10 a day, with summaries, nl`
pub fn holdings(look: &Look, zone: &TimeZone, now: Timestamp) -> String {
    let mut parts = vec![counted(look.items, "item", "items")];
    if look.sitemaps > 0 {
        parts.push(counted(look.sitemaps, "sitemap", "sitemaps"));
    }
    match (look.oldest, look.newest) {
        (Some(oldest), Some(newest)) if oldest != newest => {
            parts.push(format!("back to {}", when(oldest, now, zone)));
            parts.push(format!("newest {}", when(newest, now, zone)));
        }
        (_, Some(newest)) => parts.push(format!("newest {}", when(newest, now, zone))),
        _ if look.items > 0 => parts.push("without dates".to_owned()),
        _ => {}
    }
    if let Some(per_day) = look.per_day {
        parts.push(often(per_day));
    }
    if look.items > 0 {
        parts.push(match look.with_summary {
            0 if look.titled == 0 => "without headlines".to_owned(),
            0 => "without summaries".to_owned(),
            n if n == look.items => "with summaries".to_owned(),
            n => format!("{n} with summaries"),
        });
    }
    parts.extend(look.language.clone());
    parts.join(", ")
}

/// A frequency in words.
fn often(per_day: f64) -> String {
    match per_day {
        n if n >= 1.5 => format!("about {n:.0} a day"),
        n if n >= 0.75 => "about one a day".to_owned(),
        n if n * 7.0 >= 1.5 => format!("about {:.0} a week", n * 7.0),
        n => format!("about one in {:.0} days", (1.0 / n).max(2.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_is_said_as_people_say_it() {
        for (per_day, expected) in [
            (96.4, "about 96 a day"),
            (1.6, "about 2 a day"),
            (1.0, "about one a day"),
            (0.5, "about 4 a week"),
            (0.1, "about one in 10 days"),
            (0.001, "about one in 1000 days"),
        ] {
            assert_eq!(often(per_day), expected);
        }
    }
}
