//! When it was published and last changed.

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

/// Clocks of outlets run a little ahead of ours.
const AHEAD_MINUTES: i64 = 10;

/// A date of the page.
#[derive(Debug, Clone, Copy)]
pub struct PageDate {
    /// What it says.
    pub moment: Moment,
    /// Whether the page names it as that of its article. Else it may be that of something else on the page, or be what the
    /// article is about: it yields to the channel's date, and no article is skipped for it.
    pub is_sure: bool,
}

/// The times of publication and of the last change.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageDates {
    /// Of publication.
    pub published: Option<Moment>,
    /// The same where the page is sure of it.
    pub sure: Option<Timestamp>,
    /// Of the last change.
    pub modified: Option<Moment>,
}

/// A date, the rule that gave it, and the words it was read from.
pub type DateCandidate = FieldCandidate<PageDate>;

/// What the dates are read from.
pub struct DateSources<'a> {
    /// The page as a list.
    pub tree: &'a Tree,
    /// Its lines.
    pub blocks: &'a Blocks,
    /// Its JSON-LD.
    pub json: &'a JsonLd,
    /// What was known before.
    pub context: &'a PageContext<'a>,
    /// Where the headline stands, `NONE` when unknown.
    pub headline: u32,
    /// The page's path.
    pub path: &'a str,
    /// The page as it came.
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

/// The times of publication and of the last change, with the source's own selector first.
pub fn dates(given: &Given, headline: u32, language: &str, findings: &mut Findings) -> PageDates {
    let Given { document, tree, blocks, json, page, context, .. } = given;
    let tags = [tree.language.as_str(), tree.meta(&["og:locale"]).unwrap_or(""), json.language.as_str()];
    let month_first = language == "en" && month_first(&tags, page.url.host_str().unwrap_or(""));
    let habits = Habits { zone: context.zone, language, month_first };
    let asked = DateSources { tree, blocks, json, context, headline, path: page.url.path(), html: &page.text, habits };
    let mut found = date_candidates(&asked);
    if let Some(text) = selected::date(document, context.select.date.as_deref())
        && let Some(chosen) = asked.found("select.date", &text)
    {
        found.published.insert(0, chosen);
    }
    let nth = choose(&found.published);
    let published = findings.choose("published_at", &found.published, nth).map(|date| date.moment);
    let is_sure = found.published.first().is_some_and(|first| first.value.is_sure);
    let modified = findings.choose("modified_at", &found.modified, 0).map(|date| date.moment);
    PageDates { published, sure: published.filter(|_| is_sure).map(|moment| moment.instant), modified }
}

/// All that speaks of the two dates; dates in the future left out.
///
/// JSON-LD stands first: it is written by the same program as the page and nearly always has time and zone. `meta` comes from
/// the same place but is oftener the time of the last change. Microdata and `time` near the headline may belong to a teaser. Then
/// the channel, whose date may be that of the last edit. Weaker are lines without a word that says what their date is, and the
/// address, which has the day only and may have the one that the article is about. What is left is better than nothing: the
/// last change where no other date is given, a date far from the headline.
fn date_candidates(asked: &DateSources) -> Dates {
    let mut dates = Dates::default();
    dates.published.extend(asked.found("JSON-LD datePublished", &asked.json.published));
    dates.modified.extend(asked.found("JSON-LD dateModified", &asked.json.modified));
    meta::add(asked, &mut dates);
    seen::add_marks(asked, &mut dates);
    // It may be that of a film in the page.
    let mut weak: Vec<DateCandidate> = Vec::new();
    weak.extend(asked.found("JSON-LD of the page", &asked.json.page_published));
    let scope = if dates.published.is_empty() && weak.is_empty() { LineScope::All } else { LineScope::Near };
    let near = seen::visible_dates(asked, scope);
    let (sure, lines): (Vec<_>, Vec<_>) = near.published.into_iter().partition(|found| found.value.is_sure);
    dates.published.extend(sure);
    if let Some(item) = asked.context.item {
        let channel = |value| asked.told("date of the channel", value);
        dates.published.extend(item.published_at.and_then(channel));
        dates.modified.extend(item.modified_at.and_then(channel));
    }
    let day = date::day_in_path(asked.path);
    let in_address = day.and_then(|day| asked.found("day in the address", &day.date.to_string()));
    // A day that is a path of its own is never that of another article, nor today's at the head of the page.
    let own = in_address.as_ref().filter(|_| day.is_some_and(|day| day.is_own_path));
    let is_far = |found: &DateCandidate| {
        let hours = |own: &DateCandidate| own.instant().duration_until(found.instant()).as_hours().abs();
        own.is_some_and(|own| hours(own) > 72)
    };
    weak.extend(lines.into_iter().filter(|found| !is_far(found)));
    weak.extend(in_address);
    weak.extend(near.elsewhere);
    if dates.published.is_empty() && weak.is_empty() {
        weak.extend(script::day(asked.html).and_then(|text| asked.found("date in a script", text)));
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

/// The best of the candidates: the first, but one of the same day that has a time of day rather than one that has none.
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

    /// The same as a date that the page is not sure of.
    pub fn unsure(mut self) -> Self {
        self.value.is_sure = false;
        self
    }
}

impl DateSources<'_> {
    fn place(&self) -> Surroundings<'_> {
        Surroundings { tree: self.tree, blocks: self.blocks, headline: self.headline }
    }

    /// A candidate, when the text is a date that may be believed.
    pub fn found(&self, rule: &str, text: &str) -> Option<DateCandidate> {
        let text = cut(text.trim(), 200);
        let moment = self.believed(date::read_line(text, &self.habits)?)?;
        let value = PageDate { moment, is_sure: true };
        Some(DateCandidate { rule: rule.to_owned(), shown: text.to_owned(), value })
    }

    fn told(&self, rule: &str, instant: Timestamp) -> Option<DateCandidate> {
        let offset = self.context.zone.to_offset(instant);
        let moment = self.believed(Moment { instant, offset, timed: true })?;
        // It was judged when the channel announced it.
        let value = PageDate { moment, is_sure: false };
        Some(DateCandidate { rule: rule.to_owned(), shown: instant.to_string(), value })
    }

    /// Refuses what lies in the future, and what stands for no date.
    pub fn believed(&self, moment: Moment) -> Option<Moment> {
        is_plausible(moment.instant, self.context).then_some(moment)
    }
}

/// Reads a date that a document gives in a field of its own.
pub fn parse_date(text: &str, context: &PageContext) -> Option<Timestamp> {
    date::read(text, context.zone).filter(|instant| is_plausible(*instant, context))
}

fn is_plausible(instant: Timestamp, context: &PageContext) -> bool {
    let limit = context.now.checked_add(AHEAD_MINUTES.minutes());
    limit.is_ok_and(|limit| instant <= limit) && !date::is_unset(instant)
}

/// Whether `5/4/2024` on this page is the fourth of May: by the region that it declares, else by its domain.
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
