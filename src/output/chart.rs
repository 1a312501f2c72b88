//! Charts of coverage, each with its figures in words.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::markup::Markup;
use super::words::Frame;
use crate::digest::{Digest, Mention, Story, WatchNews};
use crate::i18n::fill;
use crate::text::clean::one_line;

/// The most bars in a chart; a longer period has several days per bar.
const BARS: i64 = 62;

/// Mentions over time: for each watch, a bar for each day.
pub(super) fn timeline(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let (texts, zone) = (frame.texts(), &frame.zone);
    let day = |mention: &Mention| zone.to_datetime(mention.time()).date();
    let (Some(first), Some(last)) = (digest.mentions().map(day).min(), digest.mentions().map(day).max()) else {
        return;
    };
    // Days without coverage are part of the chart.
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
        let mentions = frame.count(total, &texts.mentions);
        let is_most = counts.values().filter(|(_, count)| *count == most).count() == 1;
        let (day, figure) = (frame.day(most_day), frame.figure(most));
        let drawn = fill(texts.days_drawn, &[("mentions", &mentions), ("day", &day), ("most", &figure)]);
        let said = if is_most { drawn } else { mentions };
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

/// Mentions by hour of the week, as a heat map.
pub(super) fn heat(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let texts = frame.texts();
    let mut counts: BTreeMap<(u8, u8), usize> = BTreeMap::new();
    for mention in digest.mentions() {
        let local = frame.zone.to_datetime(mention.time());
        let day = local.weekday().to_monday_zero_offset().unsigned_abs();
        *counts.entry((day, local.hour().unsigned_abs())).or_default() += 1;
    }
    let Some(((most_day, most_hour), most)) =
        counts.iter().max_by_key(|(at, count)| (**count, std::cmp::Reverse(**at)))
    else {
        return;
    };
    let day_name = |day: u8| texts.weekdays[usize::from(day) % 7];
    let mentions = frame.count(counts.values().sum(), &texts.mentions);
    let is_most = counts.values().filter(|count| *count == most).count() == 1;
    let drawn = fill(
        texts.hours_drawn,
        &[
            ("mentions", &mentions),
            ("day", day_name(*most_day)),
            ("from", &format!("{most_hour:02}:00")),
            ("to", &format!("{:02}:00", most_hour + 1)),
            ("most", &frame.figure(*most)),
        ],
    );
    let said = if is_most { drawn } else { mentions };
    html.open("section", &[]);
    html.element("h2", &[], texts.by_hour);
    html.element("p", &[("class", "about")], &said);
    html.open("figure", &[("class", "heat")]);
    // Screen readers get the text above instead of these labels.
    html.open("p", &[("class", "days"), ("aria-hidden", "true")]);
    for day in texts.weekdays {
        html.element("span", &[], day);
    }
    html.close();
    html.open(
        "svg",
        &[("viewBox", "0 0 240 70"), ("preserveAspectRatio", "none"), ("role", "img"), ("aria-label", &said)],
    );
    for ((day, hour), count) in &counts {
        html.open(
            "rect",
            &[
                ("x", &(u32::from(*hour) * 10).to_string()),
                ("y", &(u32::from(*day) * 10).to_string()),
                ("width", "9"),
                ("height", "9"),
                ("fill-opacity", &format!("{}%", 25 + 75 * count / most)),
            ],
        );
        html.element("title", &[], &format!("{} {hour:02}:00: {}", day_name(*day), frame.figure(*count)));
        html.close();
    }
    html.close();
    html.open("p", &[("class", "ends"), ("aria-hidden", "true")]);
    for hour in ["00:00", "06:00", "12:00", "18:00", "24:00"] {
        html.element("span", &[], hour);
    }
    html.close();
    html.close();
    html.close();
    html.line();
}

/// Mentions by outlet, the most first.
pub(super) fn outlets(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mention in digest.mentions() {
        *counts.entry(&mention.outlet).or_default() += 1;
    }
    let texts = frame.texts();
    bars(html, texts.by_outlet, texts.outlet, counts.into_iter().collect(), frame);
}

/// For each group with coverage, the share of each watch.
pub(super) fn shares(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let texts = frame.texts();
    let mut watches = digest.watches.as_slice();
    while let Some(first) = watches.first() {
        let same = watches.iter().take_while(|watch| watch.group == first.group).count();
        let (together, rest) = watches.split_at(same);
        watches = rest;
        let count = |watch: &WatchNews| watch.stories.iter().flat_map(Story::mentions).count();
        let counts: Vec<(&str, usize)> = together.iter().map(|watch| (watch.name.as_str(), count(watch))).collect();
        if let Some(group) = first.group.as_ref().filter(|_| counts.len() > 1 && counts.iter().any(|(_, n)| *n > 0)) {
            let heading = fill(texts.shares, &[("group", &one_line(group))]);
            bars(html, &heading, texts.watch, counts, frame);
        }
    }
}

/// A table of names with their counts and percentages, the greatest first.
fn bars(html: &mut Markup, heading: &str, column: &str, mut counts: Vec<(&str, usize)>, frame: &Frame) {
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let Some(most) = counts.first().map(|(_, count)| *count) else { return };
    let all: usize = counts.iter().map(|(_, count)| count).sum();
    html.open("section", &[]);
    html.element("h2", &[], heading);
    html.open("table", &[("class", "bars")]);
    html.constant("<thead><tr>");
    html.element("th", &[("scope", "col")], column);
    html.constant("<td></td>");
    html.element("th", &[("scope", "col")], frame.texts().mentions_name);
    html.constant("<th scope=\"col\">%</th></tr></thead>");
    html.open("tbody", &[]);
    for (name, count) in counts {
        html.line();
        html.open("tr", &[]);
        html.element("th", &[("scope", "row")], &one_line(name));
        html.open("td", &[]);
        // The figure is in the next cell.
        html.open("svg", &[("viewBox", "0 0 100 10"), ("preserveAspectRatio", "none"), ("aria-hidden", "true")]);
        html.empty("rect", &[("width", &(100 * count).div_ceil(most.max(1)).to_string()), ("height", "10")]);
        html.close();
        html.close();
        html.element("td", &[], &frame.figure(count));
        html.element("td", &[], &((200 * count + all) / (2 * all.max(1))).to_string());
        html.close();
    }
    html.close();
    html.close();
    html.close();
    html.line();
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;
    use crate::output::samples::{frame, kind, texts, values};

    fn drawn(digest: &Digest) -> Html {
        let mut html = Markup::default();
        timeline(&mut html, digest, &frame());
        outlets(&mut html, digest, &frame());
        Html::parse_document(&html.finish())
    }

    #[test]
    fn bars_and_their_words() {
        let page = drawn(&kind());
        assert_eq!(texts(&page, "figure").len(), 1, "a watch without coverage is not drawn");
        assert_eq!(values(&page, "svg", "aria-label")[0], "3 mentions, most on 10 Oct 2026 (3)");
        assert_eq!(values(&page, "figure svg", "viewBox"), ["0 0 20 100"]);
        assert_eq!(texts(&page, "figure rect title"), ["10 Oct 2026: 3"]);
        assert_eq!(texts(&page, ".bars tbody tr")[0].trim(), "Le Phare267");
    }

    #[test]
    fn a_long_time_has_few_bars() {
        let mut digest = kind();
        digest.watches[0].stories[1].first.published_at = "1990-01-01T00:00:00Z".parse().ok();
        let page = drawn(&digest);
        assert_eq!(values(&page, "figure svg", "viewBox"), ["0 0 620 100"]);
        assert_eq!(texts(&page, "figure rect").len(), 2);
        assert_eq!(texts(&drawn(&Digest { watches: Vec::new(), ..kind() }), "svg").len(), 0);
    }

    #[test]
    fn hours_of_a_week() {
        let mut html = Markup::default();
        heat(&mut html, &kind(), &frame());
        let page = Html::parse_document(&html.finish());
        let said = "3 mentions, most on Sat between 17:00 and 18:00 (2)";
        assert_eq!(values(&page, "svg", "aria-label"), [said]);
        assert_eq!(texts(&page, ".about"), [said]);
        assert_eq!(texts(&page, "rect"), ["Sat 16:00: 1", "Sat 17:00: 2"]);
        assert_eq!(values(&page, "rect", "fill-opacity"), ["62%", "100%"]);
        // Where several have most, none is said to.
        let mut digest = kind();
        digest.watches[0].stories[0].copies.clear();
        let mut html = Markup::default();
        heat(&mut html, &digest, &frame());
        timeline(&mut html, &digest, &frame());
        let page = Html::parse_document(&html.finish());
        assert_eq!(values(&page, "svg", "aria-label"), ["2 mentions", "2 mentions, most on 10 Oct 2026 (2)"]);
        let mut html = Markup::default();
        heat(&mut html, &Digest { watches: Vec::new(), ..kind() }, &frame());
        assert_eq!(html.finish(), "");
    }

    #[test]
    fn a_group_has_shares() {
        let drawn = |groups: [Option<&str>; 2]| {
            let mut digest = kind();
            for (watch, group) in digest.watches.iter_mut().zip(groups) {
                watch.group = group.map(str::to_owned);
            }
            let mut html = Markup::default();
            shares(&mut html, &digest, &frame());
            Html::parse_document(&html.finish())
        };
        let page = drawn([Some("Harbour"), Some("Harbour")]);
        assert_eq!(texts(&page, "h2"), ["Share of voice: Harbour"]);
        let rows: Vec<String> = texts(&page, "tbody tr").iter().map(|row| row.trim().to_owned()).collect();
        assert_eq!(rows, ["Quayside strike3100", "Herons00"]);
        for alone in [[None, None], [Some("Harbour"), None], [Some("Harbour"), Some("Birds")]] {
            assert_eq!(texts(&drawn(alone), "h2").len(), 0, "{alone:?}");
        }
    }
}
