//! The tones and tags that the user gave to articles, as tables of the press review.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::figure_table::figure_table;
use super::markup::Markup;
use super::words::Frame;
use crate::digest::{Digest, Mention};
use crate::i18n::fill;
use crate::model::{ArticleId, Tone};
use crate::text::clean::one_line;

/// How many articles have each tone, in the order of [`Tone::ALL`].
type Counts = [usize; 3];

/// The tones by outlet and by week, in articles; nothing if there are none.
pub(super) fn tones(html: &mut Markup, digest: &Digest, frame: &Frame) {
    let mut outlets: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut weeks: BTreeMap<Date, Counts> = BTreeMap::new();
    // An article may have a tone for each watch. It counts once for each tone.
    let mut seen: BTreeSet<(ArticleId, Tone)> = BTreeSet::new();
    for mention in digest.mentions() {
        let Some(tone) = mention.mark.as_deref().and_then(|mark| mark.tone) else { continue };
        if !seen.insert((mention.article, tone)) {
            continue;
        }
        let at = Tone::ALL.iter().position(|known| *known == tone).unwrap_or_default();
        for counts in [outlets.entry(&mention.outlet).or_default(), weeks.entry(monday(mention, frame)).or_default()] {
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        }
    }
    if seen.is_empty() {
        return;
    }
    let texts = frame.texts();
    let mut rows: Vec<(String, Counts)> = outlets.into_iter().map(|(name, n)| (one_line(name), n)).collect();
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<usize>()));
    html.open("section", &[]);
    html.element("h2", &[], texts.tone_heading);
    table(html, texts.outlet, &rows, frame);
    let week = |day| fill(texts.week_of, &[("day", &frame.day(day))]);
    let rows: Vec<(String, Counts)> = weeks.into_iter().map(|(day, n)| (week(day), n)).collect();
    table(html, texts.week, &rows, frame);
    html.close();
    html.line();
}

/// The Monday of the week in which an article appeared.
fn monday(mention: &Mention, frame: &Frame) -> Date {
    let day = frame.zone.to_datetime(mention.time()).date();
    let since = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(since.days()).unwrap_or(day)
}

/// Figures and shares of the three tones.
fn table(html: &mut Markup, column: &str, rows: &[(String, Counts)], frame: &Frame) {
    let columns: Vec<&str> = std::iter::once(column).chain(Tone::ALL.iter().map(|tone| frame.tone(*tone))).collect();
    let rows = rows.iter().map(|(name, counts)| {
        let all: usize = counts.iter().sum();
        let said = |count: &usize| match count {
            0 => "0".to_owned(),
            _ => format!("{} ({}\u{a0}%)", frame.figure(*count), (200 * count + all) / (2 * all.max(1))),
        };
        std::iter::once(name.clone()).chain(counts.iter().map(said)).collect()
    });
    figure_table(html, &columns, rows);
}

/// The tags with how many articles have each, the most frequent first; nothing if there are none.
pub(super) fn tags(html: &mut Markup, digest: &Digest, frame: &Frame) {
    // By the tag in lower case: how it is spelled first, and the articles.
    let mut tags: BTreeMap<String, (&str, BTreeSet<ArticleId>)> = BTreeMap::new();
    for mention in digest.mentions() {
        for tag in mention.mark.iter().flat_map(|mark| &mark.tags) {
            tags.entry(tag.to_lowercase()).or_insert((tag, BTreeSet::new())).1.insert(mention.article);
        }
    }
    if tags.is_empty() {
        return;
    }
    let mut rows: Vec<(&str, usize)> = tags.into_values().map(|(tag, articles)| (tag, articles.len())).collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let texts = frame.texts();
    html.open("section", &[]);
    html.element("h2", &[], texts.tag_heading);
    let rows = rows.into_iter().map(|(tag, count)| vec![one_line(tag), frame.figure(count)]);
    figure_table(html, &[texts.tag, texts.articles_name], rows);
    html.close();
    html.line();
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;
    use crate::digest::UserMark;
    use crate::output::samples::{frame, kind, texts, user_mark};

    fn drawn(digest: &Digest) -> Html {
        let mut html = Markup::default();
        tones(&mut html, digest, &frame());
        tags(&mut html, digest, &frame());
        Html::parse_document(&html.finish())
    }

    #[test]
    fn tones_by_outlet_and_week_and_tags() {
        let mut digest = kind();
        let stories = &mut digest.watches[0].stories;
        stories[0].first.mark = Some(Box::new(user_mark()));
        let mark = UserMark { tone: Some(Tone::Positive), tags: vec!["Opinion".into()], ..user_mark() };
        stories[0].copies[0].mark = Some(Box::new(mark));
        stories[1].first.mark =
            Some(Box::new(UserMark { tone: Some(Tone::Positive), tags: Vec::new(), ..user_mark() }));
        // The week before.
        stories[1].first.published_at = "2026-10-04T21:00:00Z".parse().ok();
        let page = drawn(&digest);
        assert_eq!(texts(&page, "h2"), ["Tone of the marked articles", "Tags"]);
        let rows: Vec<String> = texts(&page, "tr").iter().map(|row| row.trim().to_owned()).collect();
        assert_eq!(
            rows,
            [
                "Outletnegativeneutralpositive",
                "Le Phare1 (50\u{a0}%)01 (50\u{a0}%)",
                "Vitrine001 (100\u{a0}%)",
                "weeknegativeneutralpositive",
                "week of 28 Sep 2026001 (100\u{a0}%)",
                "week of 5 Oct 20261 (50\u{a0}%)01 (50\u{a0}%)",
                "tagarticles",
                "opinion2",
                "union1",
            ]
        );
        // What two watches match is one article, and where nothing is marked, nothing is said.
        let mut twice = digest.watches[0].clone();
        twice.name = "Herons".to_owned();
        digest.watches.push(twice);
        assert_eq!(texts(&drawn(&digest), "tr").len(), rows.len());
        assert_eq!(texts(&drawn(&digest), "tr")[1].trim(), rows[1]);
        assert_eq!(texts(&drawn(&kind()), "h2").len(), 0);
    }
}
