//! Drawings of coverage, each with its figures in words.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::markup::Markup;
use super::words::Frame;
use crate::digest::{Digest, Mention, Story};
use crate::language::fill;
use crate::printable::one_line;

/// The most bars side by side; a longer time has more days to a bar.
const BARS: i64 = 62;

/// For each watch a bar for each day.
pub(super) fn timeline(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let (texts, zone) = (frame.texts(), &frame.zone);
    let day = |mention: &Mention| zone.to_datetime(mention.time()).date();
    let (Some(first), Some(last)) = (digest.mentions().map(day).min(), digest.mentions().map(day).max()) else {
        return;
    };
    // The days of the period without coverage belong to the picture.
    let date = |time| zone.to_datetime(time).date();
    let first = digest.period.since.map_or(first, |since| date(since).min(first));
    let last = date(digest.period.until).max(last);
    let place = |day: Date| day.duration_since(first).as_hours() / 24;
    let step = place(last) / BARS + 1;
    let bars = place(last) / step + 1;
    html.open("section", &[]);
    html.element("h2", &[], texts.over_time);
    for watch in &digest.watches {
        let mut counts: BTreeMap<i64, (Date, usize)> = BTreeMap::new();
        for mention in watch.stories.iter().flat_map(Story::mentions) {
            let day = day(mention);
            let bar = counts.entry(place(day) / step).or_insert((day, 0));
            *bar = (bar.0.min(day), bar.1 + 1);
        }
        let Some((most_day, most)) =
            counts.values().copied().max_by_key(|(day, count)| (*count, std::cmp::Reverse(*day)))
        else {
            continue;
        };
        let total: usize = counts.values().map(|(_, count)| count).sum();
        let said = fill(
            texts.days_drawn,
            &[
                ("mentions", &frame.count(total, &texts.mentions)),
                ("day", &frame.day(most_day)),
                ("most", &frame.figure(most)),
            ],
        );
        html.open("figure", &[]);
        html.element("figcaption", &[], &one_line(&watch.name));
        html.element("p", &[("class", "about")], &said);
        html.open(
            "svg",
            &[
                ("viewBox", &format!("0 0 {} 100", bars * 10)),
                ("preserveAspectRatio", "none"),
                ("role", "img"),
                ("aria-label", &said),
            ],
        );
        for (bar, (day, count)) in &counts {
            let height = (100 * count).div_ceil(most);
            html.open(
                "rect",
                &[
                    ("x", &(bar * 10 + 1).to_string()),
                    ("y", &(100 - height).to_string()),
                    ("width", "8"),
                    ("height", &height.to_string()),
                ],
            );
            html.element("title", &[], &format!("{}: {}", frame.day(*day), frame.figure(*count)));
            html.close();
        }
        html.close();
        html.open("p", &[("class", "ends")]);
        html.element("span", &[], &frame.day(first));
        if step > 1 {
            html.element("span", &[], &fill(texts.days_a_bar, &[("n", &step.to_string())]));
        }
        html.element("span", &[], &frame.day(last));
        html.close();
        html.close();
        html.line();
    }
    html.close();
    html.line();
}

/// For each outlet a bar: the one with most articles first.
pub(super) fn outlets(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mention in digest.mentions() {
        *counts.entry(&mention.outlet).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let Some(most) = counts.first().map(|(_, count)| *count) else { return };
    html.open("section", &[]);
    let texts = frame.texts();
    html.element("h2", &[], texts.by_outlet);
    html.open("table", &[("class", "bars")]);
    html.constant("<thead><tr>");
    html.element("th", &[("scope", "col")], texts.outlet);
    html.constant("<td></td>");
    html.element("th", &[("scope", "col")], texts.mentions_name);
    html.constant("</tr></thead>");
    html.open("tbody", &[]);
    for (outlet, count) in counts {
        html.line();
        html.open("tr", &[]);
        html.element("th", &[("scope", "row")], &one_line(outlet));
        html.open("td", &[]);
        // The figure stands beside it in words.
        html.open("svg", &[("viewBox", "0 0 100 10"), ("preserveAspectRatio", "none"), ("aria-hidden", "true")]);
        html.empty("rect", &[("width", &(100 * count).div_ceil(most).to_string()), ("height", "10")]);
        html.close();
        html.close();
        html.element("td", &[], &frame.figure(count));
        html.close();
    }
    html.close();
    html.close();
    html.close();
    html.line();
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;
    use crate::output::samples::{frame, kind};

    fn drawn(digest: &Digest) -> Document {
        let mut html = Markup::default();
        timeline(&mut html, digest, &frame());
        outlets(&mut html, digest, &frame());
        Document::from(html.finish())
    }

    #[test]
    fn bars_and_their_words() {
        let page = drawn(&kind());
        assert_eq!(page.select("figure").length(), 1, "a watch without coverage is not drawn");
        assert_eq!(page.select("svg").attr("aria-label").as_deref(), Some("3 mentions, most from 10 Oct 2026 (3)"));
        assert_eq!(page.select("figure svg").attr("viewBox").as_deref(), Some("0 0 20 100"));
        assert_eq!(page.select("figure rect title").text().as_ref(), "10 Oct 2026: 3");
        assert_eq!(page.select(".bars tbody tr").first().text().trim(), "Le Phare2");
    }

    #[test]
    fn a_long_time_has_few_bars() {
        let mut digest = kind();
        digest.watches[0].stories[1].first.published_at = "1990-01-01T00:00:00Z".parse().ok();
        let page = drawn(&digest);
        assert_eq!(page.select("figure svg").attr("viewBox").as_deref(), Some("0 0 620 100"));
        assert_eq!(page.select("figure rect").length(), 2);
        assert_eq!(drawn(&Digest { watches: Vec::new(), ..kind() }).select("svg").length(), 0);
    }
}
