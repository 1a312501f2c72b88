//! When the article was published and last changed.

mod label;
mod meta;
mod script;
mod seen;

use crate::text::cut::cut;
use jiff::{Timestamp, ToSpan};

use super::findings::{Findings, Given};
use seen::LineScope;

use crate::date::{self, Habits, Moment};
use crate::extract::{
    FieldCandidate, PageContext,
    page::{blocks::Blocks, json_ld::JsonLd, selected, surroundings::Surroundings, tree::Tree},
};

/// Outlets' clocks may run this far ahead of ours.
const AHEAD_MINUTES: i64 = 10;

/// A date found on the page.
#[derive(Debug, Clone, Copy)]
pub struct PageDate {
    /// The moment that it names.
    pub moment: Moment,
    /// Whether the page gives it as the date of its article. Otherwise it may belong to something else on the page or
    /// be what the article is about: the channel's date takes precedence, and no article is skipped because of it.
    pub is_sure: bool,
}

/// The times of publication and of the last change.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageDates {
    /// Of publication.
    pub published: Option<Moment>,
    /// The same, if the page is certain of it.
    pub sure: Option<Timestamp>,
    /// Of the last change.
    pub modified: Option<Moment>,
}

/// A date, the rule that found it, and the words it was parsed from.
pub type DateCandidate = FieldCandidate<PageDate>;

/// The inputs for finding dates.
pub struct DateSources<'a> {
    /// The page as a flat list.
    pub tree: &'a Tree,
    /// Its blocks.
    pub blocks: &'a Blocks,
    /// Its JSON-LD.
    pub json: &'a JsonLd,
    /// What was known before the page was read.
    pub context: &'a PageContext<'a>,
    /// The node of the headline; `NONE` when unknown.
    pub headline: u32,
    /// The path of the page's URL.
    pub path: &'a str,
    /// The page as received.
    pub html: &'a str,
    /// How the page writes dates.
    pub habits: Habits<'a>,
}

/// Both dates, best candidates first.
#[derive(Debug, Default)]
pub struct Dates {
    /// Of publication.
    pub published: Vec<DateCandidate>,
    /// Of the last change.
    pub modified: Vec<DateCandidate>,
}

/// The times of publication and of the last change; the source's own selector takes precedence.
pub fn dates(given: &Given, headline: u32, language: &str, findings: &mut Findings) -> PageDates {
    let Given { document, tree, blocks, json, page, context, .. } = given;
    let tags = [tree.language.as_str(), tree.meta(&["og:locale"]).unwrap_or(""), json.language.as_str()];
    let month_first = language == "en" && month_first(&tags, page.url.host_str().unwrap_or(""));
    let habits = Habits { zone: context.zone, language, month_first };
    let sources =
        DateSources { tree, blocks, json, context, headline, path: page.url.path(), html: &page.text, habits };
    let mut found = date_candidates(&sources);
    if let Some(text) = selected::date(document, context.select.date.as_deref())
        && let Some(chosen) = sources.candidate("select.date", &text)
    {
        found.published.insert(0, chosen);
    }
    let nth = choose(&found.published);
    let published = findings.choose("published_at", &found.published, nth).map(|date| date.moment);
    let is_sure = found.published.first().is_some_and(|first| first.value.is_sure);
    let modified = findings.choose("modified_at", &found.modified, 0).map(|date| date.moment);
    PageDates { published, sure: published.filter(|_| is_sure).map(|moment| moment.instant), modified }
}

/// All candidates for the two dates, without dates in the future.
///
/// JSON-LD comes first: it is generated together with the page and nearly always has time and zone. `meta` comes from
/// the same place but is more often the time of the last change. Microdata and `time` near the headline may belong to a
/// teaser. Next is the channel, whose date may be that of the last edit. Weaker are lines without a word that labels
/// the date, and the URL, which gives only the day and may name the day that the article is about. The rest is a last
/// resort: the time of the last change, and dates far from the headline.
fn date_candidates(sources: &DateSources) -> Dates {
    let mut dates = Dates::default();
    dates.published.extend(sources.candidate("JSON-LD datePublished", &sources.json.published));
    dates.modified.extend(sources.candidate("JSON-LD dateModified", &sources.json.modified));
    meta::add_meta_dates(sources, &mut dates);
    seen::add_marks(sources, &mut dates);
    // This date may belong to a video on the page.
    let mut weak: Vec<DateCandidate> = Vec::new();
    weak.extend(sources.candidate("JSON-LD of the page", &sources.json.page_published));
    let scope = if dates.published.is_empty() && weak.is_empty() { LineScope::All } else { LineScope::Near };
    let near = seen::visible_dates(sources, scope);
    let (sure, lines): (Vec<_>, Vec<_>) = near.published.into_iter().partition(|found| found.value.is_sure);
    dates.published.extend(sure);
    if let Some(item) = sources.context.item {
        let channel = |value| sources.channel_candidate("date of the channel", value);
        dates.published.extend(item.published_at.and_then(channel));
        dates.modified.extend(item.modified_at.and_then(channel));
    }
    let day = date::day_in_path(sources.path);
    let in_address = day.and_then(|day| sources.candidate("day in the address", &day.date.to_string()));
    // A day that is a path segment of its own is never another article's, nor today's date in the masthead.
    let own = in_address.as_ref().filter(|_| day.is_some_and(|day| day.is_own_path));
    let is_far = |found: &DateCandidate| {
        let hours = |own: &DateCandidate| own.instant().duration_until(found.instant()).as_hours().abs();
        own.is_some_and(|own| hours(own) > 72)
    };
    weak.extend(lines.into_iter().filter(|found| !is_far(found)));
    weak.extend(in_address);
    weak.extend(near.elsewhere);
    if dates.published.is_empty() && weak.is_empty() {
        weak.extend(script::published_day(sources.html).and_then(|text| sources.candidate("date in a script", text)));
    }
    dates.modified.extend(near.modified);
    let changed = dates
        .modified
        .iter()
        .map(|found| DateCandidate { rule: format!("{}, no other date", found.rule), ..found.clone() });
    weak.extend(changed);
    weak.extend(near.unsure);
    dates.published.extend(weak.into_iter().map(DateCandidate::unsure));
    dates
}

/// The index of the best candidate: the first, unless it lacks a time of day and another of the same day has one.
fn choose(found: &[DateCandidate]) -> usize {
    let Some(first) = found.first().map(|first| first.value.moment).filter(|first| !first.timed) else { return 0 };
    found
        .iter()
        .map(|other| other.value.moment)
        .position(|other| other.timed && other.day() == first.day())
        .unwrap_or(0)
}

impl DateCandidate {
    fn instant(&self) -> Timestamp {
        self.value.moment.instant
    }

    /// The same date, marked as uncertain.
    pub fn unsure(mut self) -> Self {
        self.value.is_sure = false;
        self
    }
}

impl DateSources<'_> {
    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings { tree: self.tree, blocks: self.blocks, headline: self.headline }
    }

    /// A candidate, if the text is a plausible date.
    pub fn candidate(&self, rule: &str, text: &str) -> Option<DateCandidate> {
        let text = cut(text.trim(), 200);
        let moment = self.plausible(date::read_line(text, &self.habits)?)?;
        let value = PageDate { moment, is_sure: true };
        Some(DateCandidate { rule: rule.to_owned(), shown: text.to_owned(), value })
    }

    fn channel_candidate(&self, rule: &str, instant: Timestamp) -> Option<DateCandidate> {
        let offset = self.context.zone.to_offset(instant);
        let moment = self.plausible(Moment { instant, offset, timed: true })?;
        // The age limit was applied when the channel announced it.
        let value = PageDate { moment, is_sure: false };
        Some(DateCandidate { rule: rule.to_owned(), shown: instant.to_string(), value })
    }

    /// Rejects dates in the future and placeholders.
    pub fn plausible(&self, moment: Moment) -> Option<Moment> {
        is_plausible(moment.instant, self.context).then_some(moment)
    }
}

/// Parses a date that a document gives in a field of its own.
pub fn parse_date(text: &str, context: &PageContext) -> Option<Timestamp> {
    date::parse_date(text, context.zone).filter(|instant| is_plausible(*instant, context))
}

fn is_plausible(instant: Timestamp, context: &PageContext) -> bool {
    let limit = context.now.checked_add(AHEAD_MINUTES.minutes());
    limit.is_ok_and(|limit| instant <= limit) && !date::is_unset(instant)
}

/// Whether `5/4/2024` on this page means the fourth of May in month-first order, judged by the declared region or else
/// the domain.
fn month_first(tags: &[&str], host: &str) -> bool {
    let tags: Vec<String> = tags.iter().map(|tag| tag.trim().to_ascii_lowercase().replace('_', "-")).collect();
    if tags.iter().any(|tag| matches!(tag.as_str(), "en-us" | "es-us" | "en-ph")) {
        return true;
    }
    let english = tags.iter().find(|tag| !tag.is_empty()).is_some_and(|tag| tag == "en" || tag == "english");
    let top = host.rsplit('.').next().unwrap_or("");
    english
        && !tags.iter().any(|tag| tag.starts_with("en-"))
        && (top.len() != 2 || matches!(top, "us" | "io" | "co" | "me" | "tv"))
}

#[cfg(test)]
mod tests;
