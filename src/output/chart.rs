//! Charts of coverage, each with its figures in words.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::markup::Markup;
use super::words::Frame;
use crate::digest::{Digest, Story, WatchNews};
use crate::i18n::fill;
use crate::text::clean::one_line;

/// The most bars in a chart; a longer period has several days per bar.
const BARS: i64 = 62;
/// The most bars whose days are named below a chart.
const NAMED_BARS: i64 = 10;

/// The bars of a chart of days; days without coverage are part of it.
struct Days {
    first: Date,
    last: Date,
    /// How many days a bar stands for.
    step: i64,
}

/// The articles of a watch in each bar that has some: the first day with one, and how many.
type Bars = BTreeMap<i64, (Date, usize)>;

impl Days {
    /// The days of a digest; `None` where it has no coverage.
    fn of(digest: &Digest, zone: &TimeZone) -> Option<Self> {
        let day = |time: Timestamp| zone.to_datetime(time).date();
        let (mut first, mut last) = (digest.period.since.map(day), day(digest.period.until));
        digest.mentions().next()?;
        for at in digest.mentions().map(|mention| day(mention.time())) {
            first = Some(first.map_or(at, |first| first.min(at)));
            last = last.max(at);
        }
        let mut days = Self { first: first?, last, step: 1 };
        days.step = days.place(last) / BARS + 1;
        Some(days)
    }

    /// How many days a day is after the first.
    fn place(&self, day: Date) -> i64 {
        day.duration_since(self.first).as_hours() / 24
    }

    /// How many bars there are.
    fn bars(&self) -> i64 {
        self.place(self.last) / self.step + 1
    }

    /// The first day of a bar.
    fn day(&self, bar: i64) -> Date {
        self.first.saturating_add(Span::new().days(bar.saturating_mul(self.step).clamp(0, 3_000_000)))
    }

    /// The articles of a watch, each in its bar.
    fn of_watch(&self, watch: &WatchNews, zone: &TimeZone) -> Bars {
        let mut bars = Bars::new();
        for mention in watch.stories.iter().flat_map(Story::mentions) {
            let day = zone.to_datetime(mention.time()).date();
            let bar = bars.entry(self.place(day) / self.step).or_insert((day, 0));
            *bar = (bar.0.min(day), bar.1 + 1);
        }
        bars
    }
}

/// Articles over time: for each watch a bar for each day, all watches on one scale. A watch with a single bar is left out.
pub(super) fn timeline(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let texts = frame.texts();
    let Some(days) = Days::of(digest, &frame.zone) else { return };
    let watches = digest.watches.iter().map(|watch| (watch, days.of_watch(watch, &frame.zone)));
    let drawn: Vec<(&WatchNews, Bars)> = watches.filter(|(_, bars)| bars.len() > 1).collect();
    let Some(scale) = drawn.iter().flat_map(|(_, bars)| bars.values()).map(|(_, count)| *count).max() else { return };
    html.open("section", &[]);
    html.element("h2", &[], texts.over_time);
    for (watch, bars) in &drawn {
        let Some(said) = days_in_words(bars, frame) else { continue };
        html.open("figure", &[]);
        html.element("figcaption", &[], &one_line(&watch.name));
        html.element("p", &[("class", "about")], &said);
        draw_days(html, &days, bars, scale, &said, frame);
        html.close();
        html.line();
    }
    html.close();
    html.line();
}

/// "7 articles, most on 10 Oct 2026 (3)"; `None` for no articles.
fn days_in_words(bars: &Bars, frame: &Frame) -> Option<String> {
    let (most_day, most) = bars.values().copied().max_by_key(|(day, count)| (*count, std::cmp::Reverse(*day)))?;
    let articles = frame.count(bars.values().map(|(_, count)| count).sum(), &frame.texts().articles);
    if bars.values().filter(|(_, count)| *count == most).count() > 1 {
        return Some(articles);
    }
    let (day, figure) = (frame.day(most_day), frame.figure(most));
    Some(fill(frame.texts().days_drawn, &[("articles", &articles), ("day", &day), ("most", &figure)]))
}

/// Draws the bars of a watch with their axes; `scale` is the number of articles at the upper end.
fn draw_days(html: &mut Markup, days: &Days, bars: &Bars, scale: usize, said: &str, frame: &Frame) {
    html.open("div", &[("class", "axes")]);
    // Screen readers get the text above instead of these labels.
    html.open("p", &[("class", "scale"), ("aria-hidden", "true")]);
    html.element("span", &[], &frame.figure(scale));
    html.element("span", &[], "0");
    html.close();
    html.open(
        "svg",
        &[
            ("viewBox", &format!("0 0 {} 100", days.bars() * 10)),
            ("preserveAspectRatio", "none"),
            ("role", "img"),
            ("aria-label", said),
        ],
    );
    for (bar, (day, count)) in bars {
        let height = (100 * count).div_ceil(scale.max(1));
        html.open(
            "rect",
            &[
                ("x", &(bar * 10 + 1).to_string()),
                ("y", &100_usize.saturating_sub(height).to_string()),
                ("width", "8"),
                ("height", &height.to_string()),
            ],
        );
        html.element("title", &[], &format!("{}: {}", frame.day(*day), frame.figure(*count)));
        html.close();
    }
    html.close();
    html.open("p", &[("class", "ticks"), ("aria-hidden", "true")]);
    let named_each = (days.bars() - 1) / NAMED_BARS + 1;
    for bar in 0..days.bars() {
        let is_named = bar % named_each == 0;
        html.element("span", &[], &if is_named { days.day(bar).day().to_string() } else { String::new() });
    }
    html.close();
    html.open("p", &[("class", "ends")]);
    html.element("span", &[], &frame.day(days.first));
    if days.step > 1 {
        html.element("span", &[], &frame.language.count(days.step.unsigned_abs(), &frame.texts().days_a_bar));
    }
    html.element("span", &[], &frame.day(days.last));
    html.close();
    html.close();
}

/// Articles by hour of the week, as a heat map; nothing where all are of one weekday.
pub(super) fn heat(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let texts = frame.texts();
    let mut counts: BTreeMap<(u8, u8), usize> = BTreeMap::new();
    for article in digest.articles() {
        let local = frame.zone.to_datetime(article.time());
        let day = local.weekday().to_monday_zero_offset().unsigned_abs();
        *counts.entry((day, local.hour().unsigned_abs())).or_default() += 1;
    }
    let Some(((most_day, most_hour), most)) =
        counts.iter().max_by_key(|(at, count)| (**count, std::cmp::Reverse(**at)))
    else {
        return;
    };
    if counts.keys().all(|(day, _)| day == most_day) {
        return;
    }
    let day_name = |day: u8| texts.weekdays[usize::from(day) % 7];
    let articles = frame.count(counts.values().sum(), &texts.articles);
    let is_most = counts.values().filter(|count| *count == most).count() == 1;
    let drawn = fill(
        texts.hours_drawn,
        &[
            ("articles", &articles),
            ("day", day_name(*most_day)),
            ("from", &format!("{most_hour:02}:00")),
            ("to", &format!("{:02}:00", most_hour + 1)),
            ("most", &frame.figure(*most)),
        ],
    );
    let darkest = fill(texts.most_in_hour, &[("articles", &frame.count(*most, &texts.articles))]);
    let said = if is_most { drawn } else { format!("{articles}; {darkest}") };
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

/// Articles by outlet, the most first; nothing where all have as many.
pub(super) fn outlets(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for article in digest.articles() {
        *counts.entry(&article.outlet).or_default() += 1;
    }
    let texts = frame.texts();
    // One outlet, or as many articles at each, says no more than the figures above.
    if counts.values().min() < counts.values().max() {
        bars(html, texts.by_outlet, texts.outlet, counts.into_iter().collect(), digest.tally.articles, frame);
    }
}

/// For each group with coverage and several watches, the articles of each watch out of those of the group. What two watches match counts
/// for both, so that shares may add up to more than 100 %.
pub(super) fn shares(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let texts = frame.texts();
    for together in digest.watches.chunk_by(|a, b| a.group == b.group) {
        let Some(group) = together.first().and_then(|watch| watch.group.as_ref()) else { continue };
        let mentions = together.iter().flat_map(|watch| &watch.stories).flat_map(Story::mentions);
        let all = mentions.map(|mention| mention.article).collect::<HashSet<_>>().len();
        if together.len() > 1 && all > 0 {
            let counts = together.iter().map(|watch| (watch.name.as_str(), watch.tally.articles)).collect();
            let heading = fill(texts.shares, &[("group", &one_line(group))]);
            bars(html, &heading, texts.watch, counts, all, frame);
        }
    }
}

/// A table of names with their counts and percentages of `all`, the greatest first.
fn bars(html: &mut Markup, heading: &str, column: &str, mut counts: Vec<(&str, usize)>, all: usize, frame: &Frame) {
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let Some(most) = counts.first().map(|(_, count)| *count) else { return };
    html.open("section", &[]);
    html.element("h2", &[], heading);
    html.open("table", &[("class", "bars")]);
    html.constant("<thead><tr>");
    html.element("th", &[("scope", "col")], column);
    html.constant("<td></td>");
    html.element("th", &[("scope", "col")], frame.texts().articles_name);
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
    use crate::digest::Mention;
    use crate::output::samples::{compose, frame, kind, mention, texts, values};

    fn drawn(digest: &Digest) -> Html {
        let mut html = Markup::default();
        timeline(&mut html, digest, &frame());
        outlets(&mut html, digest, &frame());
        Html::parse_document(&html.finish())
    }

    /// Six articles of two days at three outlets: "Quayside strike" matches two of Friday and one of Saturday, "Herons" one of
    /// Friday and four of Saturday; both match one article of each day.
    fn two_days() -> Digest {
        let article = |watch: &str, outlet: &str, id: i64, at: &str| Mention {
            watch: watch.into(),
            published_at: at.parse().ok(),
            ..mention(id, "Strike").at(outlet)
        };
        let (friday, saturday) = ("2026-10-09T10:00:00Z", "2026-10-10T15:00:00Z");
        let strike = [("Le Phare", 1, friday), ("De Kade", 2, friday), ("Le Phare", 3, saturday)];
        let herons =
            [("Le Phare", 3, saturday), ("De Kade", 4, saturday), ("De Kade", 5, saturday), ("Kiste", 6, saturday)];
        let mut mentions: Vec<Mention> =
            strike.iter().map(|(outlet, id, at)| article("Quayside strike", outlet, *id, at)).collect();
        mentions.extend(herons.iter().map(|(outlet, id, at)| article("Herons", outlet, *id, at)));
        mentions.push(article("Herons", "Le Phare", 1, friday));
        compose(&[("Quayside strike", Some("Harbour")), ("Herons", Some("Harbour"))], mentions, Vec::new())
    }

    #[test]
    fn days_have_one_scale_and_axes() {
        let page = drawn(&two_days());
        let said = ["3 articles, most on 9 Oct 2026 (2)", "5 articles, most on 10 Oct 2026 (4)"];
        assert_eq!(values(&page, "figure svg", "aria-label"), said);
        assert_eq!(texts(&page, "figure .about"), said);
        assert_eq!(values(&page, "figure svg", "viewBox"), ["0 0 30 100"; 2]);
        assert_eq!(texts(&page, ".scale span"), ["4", "0", "4", "0"]);
        assert_eq!(values(&page, "figure rect", "height"), ["50", "25", "25", "100"]);
        assert_eq!(texts(&page, "figure:first-of-type .ticks span"), ["9", "10", "11"]);
        assert_eq!(texts(&page, "figure:first-of-type .ends span"), ["9 Oct 2026", "11 Oct 2026"]);
        assert_eq!(texts(&page, "figure:first-of-type rect title"), ["9 Oct 2026: 2", "10 Oct 2026: 1"]);
    }

    #[test]
    fn an_article_of_two_watches_counts_once() {
        let page = drawn(&two_days());
        assert_eq!(two_days().tally.articles, 6);
        let rows: Vec<String> = texts(&page, ".bars tbody tr").iter().map(|row| row.trim().to_owned()).collect();
        assert_eq!(rows, ["De Kade350", "Le Phare233", "Kiste117"]);
        let mut html = Markup::default();
        heat(&mut html, &two_days(), &frame());
        let page = Html::parse_document(&html.finish());
        assert_eq!(texts(&page, "rect"), ["Fri 12:00: 2", "Sat 17:00: 4"]);
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        // All on one day, though at two outlets.
        let mut digest = kind();
        let page = drawn(&digest);
        assert_eq!(texts(&page, "h2"), ["Articles by outlet"]);
        // As many articles at each.
        digest.watches[0].stories.truncate(1);
        assert_eq!(texts(&drawn(&digest), "h2"), [""; 0]);
        // One outlet, and a watch with one bar beside one with two.
        digest = two_days();
        digest.watches[0].stories.retain(|story| &*story.first.outlet == "De Kade");
        for watch in &mut digest.watches {
            for story in &mut watch.stories {
                *story.first = story.first.clone().at("De Kade");
            }
        }
        let page = drawn(&digest);
        assert_eq!(texts(&page, "h2"), ["Articles over time"]);
        assert_eq!(texts(&page, "figcaption"), ["Herons"]);
        assert_eq!(texts(&page, "svg").len(), 1);
        let mut html = Markup::default();
        heat(&mut html, &kind(), &frame());
        heat(&mut html, &Digest { watches: Vec::new(), ..kind() }, &frame());
        assert_eq!(html.finish(), "", "one weekday");
        assert_eq!(texts(&drawn(&Digest { watches: Vec::new(), ..kind() }), "svg").len(), 0);
    }

    #[test]
    fn a_long_time_has_few_bars() {
        let mut digest = kind();
        digest.watches[0].stories[1].first.published_at = "1990-01-01T00:00:00Z".parse().ok();
        let page = drawn(&digest);
        assert_eq!(values(&page, "figure svg", "viewBox"), ["0 0 620 100"]);
        assert_eq!(texts(&page, "figure rect").len(), 2);
        let named = texts(&page, ".ticks span").into_iter().filter(|day| !day.is_empty()).count();
        assert_eq!((texts(&page, ".ticks span").len(), named), (62, 9));
    }

    #[test]
    fn hours_of_a_week() {
        let mut digest = kind();
        digest.watches[0].stories[1].first.published_at = "2026-10-09T15:00:00Z".parse().ok();
        let page = |digest: &Digest| {
            let mut html = Markup::default();
            heat(&mut html, digest, &frame());
            Html::parse_document(&html.finish())
        };
        // Where several have most, none is said to.
        let several = page(&digest);
        let said = "3 articles; darkest square: 1 article";
        assert_eq!(values(&several, "svg", "aria-label"), [said]);
        assert_eq!(texts(&several, "rect"), ["Fri 17:00: 1", "Sat 16:00: 1", "Sat 17:00: 1"]);
        digest.watches[0].stories[0].first.published_at = "2026-10-10T15:00:00Z".parse().ok();
        let one = page(&digest);
        let said = "3 articles, most on Sat between 17:00 and 18:00 (2)";
        assert_eq!(values(&one, "svg", "aria-label"), [said]);
        assert_eq!(texts(&one, ".about"), [said]);
        assert_eq!(values(&one, "rect", "fill-opacity"), ["62%", "100%"]);
    }

    #[test]
    fn shares_are_of_the_articles_of_the_group() {
        let drawn = |digest: &Digest| {
            let mut html = Markup::default();
            shares(&mut html, digest, &frame());
            Html::parse_document(&html.finish())
        };
        let page = drawn(&two_days());
        assert_eq!(texts(&page, "h2"), ["Share of voice: Harbour"]);
        let rows: Vec<String> = texts(&page, "tbody tr").iter().map(|row| row.trim().to_owned()).collect();
        assert_eq!(rows, ["Herons583", "Quayside strike350"], "more than 100 % together");
        for groups in [[None, None], [Some("Harbour"), None], [Some("Harbour"), Some("Birds")]] {
            let mut alone = two_days();
            for (watch, group) in alone.watches.iter_mut().zip(groups) {
                watch.group = group.map(str::to_owned);
            }
            assert_eq!(texts(&drawn(&alone), "h2").len(), 0, "{groups:?}");
        }
    }
}
