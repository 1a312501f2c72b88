//! Texts that all formats of the digest share. Control sequences are removed; each format escapes the rest.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::digest::{Checks, Gap, Mention, Origin, Period, Story, Trouble};
use crate::i18n::{Cause, Counted, Language, Texts, fill};
use crate::model::{ChannelState, ItemState, Tone};
use crate::text::clean::{address, one_line};
use crate::text::cut::shorten;

/// The longest hit sentence, in characters.
const SENTENCE: usize = 200;
/// The longest headline shown, in characters: real ones are shorter.
const HEADLINE: usize = 300;
/// The states of items, in the order in which they are printed.
const FATES: [ItemState; 8] = [
    ItemState::Read,
    ItemState::Copy,
    ItemState::TooOld,
    ItemState::OutOfScope,
    ItemState::NotArticle,
    ItemState::Disallowed,
    ItemState::GivenUp,
    ItemState::Pending,
];

/// The language and the times of an output.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The language of labels, dates and counts.
    pub language: Language,
    /// The time zone of all dates and times.
    pub zone: TimeZone,
    /// The current time; times of this year are printed without the year.
    pub now: Timestamp,
}

impl Frame {
    /// The texts of its language.
    pub(super) fn texts(&self) -> &'static Texts {
        self.language.texts()
    }

    /// A time for people.
    pub(super) fn when(&self, time: Timestamp) -> String {
        self.language.when(time, self.now, &self.zone)
    }

    /// A day for people.
    pub(super) fn day(&self, day: Date) -> String {
        self.language.day(day)
    }

    /// So many of something.
    pub(super) fn count(&self, n: usize, of: &Counted) -> String {
        self.language.count(n as u64, of)
    }

    /// A figure for people.
    pub(super) fn figure(&self, n: usize) -> String {
        self.language.figure(n as u64)
    }

    /// What the document is, of which period and by whose clock.
    pub(super) fn headline(&self, what: &str, period: &Period) -> String {
        let mut title = self.period(what, period);
        if let Some(name) = self.zone.iana_name() {
            let _ = write!(title, " ({name})");
        }
        if period.by_published {
            title.push_str(self.texts().by_publication);
        }
        title
    }

    /// Something and its period.
    pub(super) fn period(&self, what: &str, period: &Period) -> String {
        let texts = self.texts();
        let (since, until) = (period.since.map(|since| self.when(since)), self.when(period.until));
        let form = match since {
            Some(_) => texts.between,
            None if period.new_for.is_some() => texts.new,
            None => texts.up_to,
        };
        let since = since.unwrap_or_default();
        fill(form, &[("what", what), ("since", &since), ("until", &until)])
    }

    /// Outlet, time, and what a reader must know before clicking.
    pub(super) fn about(&self, story: &Story) -> String {
        let mention = &story.first;
        let mut about = one_line(&mention.outlet);
        let mut add = |part: &str| {
            about.push_str(" · ");
            about.push_str(part);
        };
        add(&match mention.published_at {
            Some(at) => self.when(at),
            None => fill(self.texts().found, &[("at", &self.when(mention.found_at))]),
        });
        if !mention.language.is_empty() {
            add(&one_line(&mention.language));
        }
        // Of a text that stood elsewhere first, the article itself need not say so.
        match story.origin(mention) {
            Origin::Copy(of) if mention.original_outlet.is_none() => {
                for outlet in of {
                    add(&fill(self.texts().from, &[("outlet", &one_line(&outlet))]));
                }
            }
            Origin::Agency(agency) if mention.credit.is_empty() => {
                add(&fill(self.texts().credit, &[("agency", &one_line(&agency))]));
            }
            _ => {}
        }
        self.origin(mention).iter().chain(&self.marks(mention)).for_each(|part| add(part));
        // By which `presswatch mark` takes it.
        let _ = write!(about, " · #{}", mention.article);
        about
    }

    /// What the user says of an article: tone, tags and note.
    pub(super) fn marks(&self, mention: &Mention) -> Vec<String> {
        let Some(mark) = &mention.mark else { return Vec::new() };
        let texts = self.texts();
        let mut parts = Vec::new();
        if let Some(tone) = mark.tone {
            parts.push(fill(texts.tone, &[("tone", self.tone(tone))]));
        }
        if !mark.tags.is_empty() {
            parts.push(fill(texts.tags, &[("tags", &one_line(&mark.tags.join(", ")))]));
        }
        if !mark.note.is_empty() {
            parts.push(fill(texts.note, &[("note", &one_line(&mark.note))]));
        }
        parts
    }

    /// The word for a tone.
    pub(super) fn tone(&self, tone: Tone) -> &'static str {
        let texts = self.texts();
        match tone {
            Tone::Negative => texts.negative,
            Tone::Neutral => texts.neutral,
            Tone::Positive => texts.positive,
        }
    }

    /// Remarks on an article: its origin, how much of it could be read, whether it was found later, and what changed since.
    pub(super) fn origin(&self, mention: &Mention) -> Vec<String> {
        self.remarks_on(mention, &mention.credit, mention.original_outlet.as_deref())
    }

    /// The same, with only so much of its origin.
    pub(super) fn remarks_on(&self, mention: &Mention, credit: &str, original: Option<&str>) -> Vec<String> {
        let texts = self.texts();
        let mut parts = Vec::new();
        if !credit.is_empty() {
            parts.push(fill(texts.credit, &[("agency", &one_line(credit))]));
        }
        if let Some(original) = original {
            parts.push(fill(texts.from, &[("outlet", &one_line(original))]));
        }
        if mention.advertorial {
            parts.push(texts.advertorial.to_owned());
        }
        if mention.paywalled {
            parts.push(texts.subscribers_only.to_owned());
        }
        if mention.headline_only {
            parts.push(if mention.still_tried { texts.still_tried } else { texts.headline_only }.to_owned());
        }
        if mention.feed_headline {
            parts.push(texts.feed_headline.to_owned());
        }
        if mention.feed_lead {
            parts.push(texts.feed_lead.to_owned());
        }
        if mention.late {
            parts.push(texts.found_later.to_owned());
        }
        if mention.headline_changes > 0 {
            let form = match mention.headline_changes {
                1 => texts.headline_once.to_owned(),
                2 => texts.headline_twice.to_owned(),
                n => self.language.count(n, &texts.headline_changed),
            };
            parts.push(fill(&form, &[("last", &one_line(&mention.last_title))]));
        }
        if let Some(at) = mention.gone_at {
            parts.push(fill(texts.term_gone, &[("at", &self.when(at))]));
        }
        if let Some(at) = mention.taken_down_at {
            parts.push(fill(texts.taken_down, &[("at", &self.when(at))]));
        }
        parts
    }

    /// The headline, or a placeholder for a missing one.
    pub(super) fn title(&self, mention: &Mention) -> String {
        let title = one_line(&mention.title);
        if title.is_empty() { self.texts().no_headline.to_owned() } else { shorten(&title, HEADLINE).into_owned() }
    }

    /// All remarks on a source.
    pub(super) fn remarks(&self, row: &Checks) -> Vec<String> {
        let mut lines = self.warnings(row);
        lines.extend(self.became(row));
        lines
    }

    /// Problems of a source because of which "nothing found" may be wrong.
    pub(super) fn warnings(&self, row: &Checks) -> Vec<String> {
        let texts = self.texts();
        let mut lines = Vec::new();
        if row.asked == 0 {
            lines.push(texts.not_checked.to_owned());
        }
        lines.extend(self.troubles(&row.troubles));
        if let Some((at, daily)) = row.silent {
            let items = self.language.count(daily, &texts.items);
            lines.push(fill(texts.silent, &[("at", &self.when(at)), ("items", &items)]));
        }
        lines.extend(row.gaps.iter().map(|gap| self.gap(gap)));
        if let Some(daily) = row.settled_a_day {
            let waiting = self.language.count(row.pending, &texts.items);
            lines.push(fill(texts.backlog, &[("items", &waiting), ("daily", &self.language.figure(daily))]));
        }
        lines
    }

    /// What happened to the items seen, where the figures alone could be misread.
    pub(super) fn became(&self, row: &Checks) -> Vec<String> {
        let texts = self.texts();
        let mut lines = Vec::new();
        if row.fates.iter().any(|(state, _)| *state != ItemState::Read) {
            let seen = self.language.figure(row.seen);
            lines.push(fill(texts.of_seen, &[("seen", &seen), ("fates", &self.fates(&row.fates))]));
        }
        if !row.earlier.is_empty() {
            lines.push(fill(texts.of_earlier, &[("fates", &self.fates(&row.earlier))]));
        }
        if !row.waiting.is_empty() {
            let of = |(cause, n): &(Cause, u64)| {
                let waiting = self.language.fate(ItemState::Pending.name(), *n).unwrap_or_else(|| n.to_string());
                format!("{waiting}: {}", one_line(&self.language.cause(cause)))
            };
            lines.push(row.waiting.iter().map(of).collect::<Vec<_>>().join("; "));
        }
        if row.matched > row.read {
            let reasons =
                [(row.matched_headline, &texts.matched_headline), (row.matched_earlier, &texts.matched_earlier)];
            let told = reasons.into_iter().filter(|(n, _)| *n > 0).map(|(n, of)| self.language.count(n, of));
            let told: Vec<String> = told.collect();
            if !told.is_empty() {
                lines.push(fill(texts.of_matched, &[("why", &told.join(", "))]));
            }
        }
        lines
    }

    /// What happened to items: "5 read, 1 too old".
    fn fates(&self, fates: &[(ItemState, u64)]) -> String {
        let known = FATES.iter().filter_map(|state| {
            let (_, n) = fates.iter().find(|(known, _)| known == state)?;
            self.language.fate(state.name(), *n)
        });
        known.collect::<Vec<_>>().join(", ")
    }

    fn gap(&self, gap: &Gap) -> String {
        let every = self.span(gap.minutes_between_polls());
        let ends = [self.when(gap.since), self.when(gap.until)];
        fill(self.texts().gap, &[("from", &ends[0]), ("to", &ends[1]), ("every", &every)])
    }

    /// A rounded duration: `40 min`, `3 h`, `2 days`.
    fn span(&self, minutes: u64) -> String {
        let texts = self.texts();
        match minutes {
            0..60 | 61..120 => self.language.count(minutes, &texts.minutes),
            60 | 120..2880 => self.language.count((minutes + 30) / 60, &texts.hours),
            _ => self.language.count((minutes + 720) / 1440, &texts.days),
        }
    }

    /// The state of a channel, and since when.
    pub(super) fn state_since(&self, trouble: &Trouble) -> String {
        let (texts, state) = (self.texts(), trouble.state.name());
        let said = texts.states.get(state).map_or_else(|| state.to_owned(), |said| (*said).to_owned());
        match trouble.since {
            Some(at) => fill(texts.since, &[("state", &said), ("at", &self.when(at))]),
            None => said,
        }
    }

    /// The channels that are not as they should be: one line for those of which the same is to be said, such as the sitemaps of an
    /// index; it names the first.
    fn troubles(&self, troubles: &[Trouble]) -> Vec<String> {
        let alike = |one: &Trouble, other: &Trouble| one.state == other.state && one.cause == other.cause;
        let mut told: Vec<(Trouble, usize)> = Vec::new();
        for trouble in troubles {
            match told.iter_mut().find(|(first, _)| alike(first, trouble)) {
                Some((first, more)) => {
                    first.since = first.since.min(trouble.since).or(first.since).or(trouble.since);
                    *more += 1;
                }
                None => told.push((trouble.clone(), 0)),
            }
        }
        let line = |(trouble, more): &(Trouble, usize)| match more {
            0 => self.trouble(trouble),
            more => format!("{}; {}", self.trouble(trouble), self.count(*more, &self.texts().more_sources)),
        };
        told.iter().map(line).collect()
    }

    /// The state of a channel, since when, why, and its URL.
    fn trouble(&self, trouble: &Trouble) -> String {
        let Trouble { url, state, cause, .. } = trouble;
        let texts = self.texts();
        let said = self.state_since(trouble);
        let reason = cause.as_ref().map_or_else(String::new, |cause| one_line(&self.language.cause(cause)));
        if *state == ChannelState::Ok {
            return format!("{reason} · {}", one_line(&address(url)));
        }
        // "blocked since Saturday: blocked: …" says it twice.
        let word = texts.states.get(state.name()).copied().unwrap_or_default();
        let rest = reason.strip_prefix(word).filter(|_| !word.is_empty());
        let reason = rest.map_or(reason.as_str(), |rest| rest.trim_start_matches([':', ' ', '\u{a0}', '\u{202f}']));
        let said = if reason.is_empty() { said } else { fill(texts.because, &[("state", &said), ("reason", reason)]) };
        format!("{said} · {}", one_line(&address(url)))
    }
}

/// The hit sentence below a headline: empty if there is none, or if it only repeats the headline.
pub(super) fn sentence_below(mention: &Mention) -> String {
    let repeats = |headline: &str| reads_alike(&mention.snippet, headline);
    if repeats(&mention.title) || repeats(&mention.last_title) { String::new() } else { sentence(mention) }
}

/// The hit sentence; empty if there is none.
pub(super) fn sentence(mention: &Mention) -> String {
    shorten(&one_line(&mention.snippet), SENTENCE).into_owned()
}

/// Whether two sentences differ only in quotes, spaces and punctuation.
pub(super) fn reads_alike(a: &str, b: &str) -> bool {
    a == b || a.chars().filter(|c| c.is_alphanumeric()).eq(b.chars().filter(|c| c.is_alphanumeric()))
}

/// The terms that matched.
pub(super) fn terms(mention: &Mention) -> Vec<String> {
    mention.terms.split(", ").map(one_line).filter(|term| !term.is_empty()).collect()
}

/// `None` for an empty text.
pub(super) fn non_empty(text: &str) -> Option<String> {
    Some(one_line(text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
