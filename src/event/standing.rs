//! What kind of text a report is: one that an outlet prints again and again under a standing frame is no report of what it names.

use std::sync::LazyLock;

use super::table::{KEY_DIGITS, key, read_key, shown_key};
use crate::lexicon;
use crate::text::fold::fold;

/// A text that tells of more than one event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// A report.
    #[default]
    Report,
    /// It is written on, hour by hour.
    Live,
    /// It sums up the news of a day.
    Roundup,
}

const KINDS: [(Kind, &str); 3] = [(Kind::Report, ""), (Kind::Live, "l"), (Kind::Roundup, "r")];

/// What an outlet uses again in other texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub kind: Kind,
    /// The key of what stands before the colon of the headline: "Gemeenteraad Bree: …".
    label: Option<u32>,
    /// The key of the first three words of the headline.
    opening: Option<u32>,
    /// The key of the whole headline.
    headline: Option<u32>,
    /// The key of the first sentence below it.
    pub lead: Option<u32>,
}

/// The words that mark a live blog in its headline and below it, and those of a review of the news.
static LIVE: LazyLock<Vec<&str>> = LazyLock::new(|| lexicon::all(|language| &language.reports.live));
static FOLLOW: LazyLock<Vec<&str>> = LazyLock::new(|| lexicon::all(|language| &language.reports.follow));
static ROUNDUPS: LazyLock<Vec<&str>> = LazyLock::new(|| lexicon::all(|language| &language.reports.roundups));

/// A label has at most so many words.
const LABEL: usize = 5;
/// The first words of a headline and of a lead.
const OPENING: usize = 3;
const LEAD: usize = 9;
/// How many characters below a headline are searched for an invitation to follow a live blog.
const BELOW: usize = 500;
/// A headline of so many parts, each of so many words, reviews the news.
const PARTS: usize = 3;
const PART: usize = 3;

impl Standing {
    /// The frame of a text.
    pub fn of(title: &str, summary: &str, text: &str) -> Self {
        let title = fold(title);
        let words = |text: &str, count: usize| -> Vec<String> {
            let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            // "Day 3", "Division 2".
            words.take(count).map(|word| word.replace(|c: char| c.is_ascii_digit(), "0")).collect()
        };
        let whole = |words: Vec<String>, least: usize| (words.len() >= least).then(|| key(&words.join(" ")));
        let label =
            title.split_once(':').map(|(label, _)| words(label, LABEL + 1)).filter(|label| label.len() <= LABEL);
        let opening: Vec<String> = words(&title, OPENING);
        let below = if summary.is_empty() { text } else { summary };
        let below: String = fold(&below.chars().take(BELOW).collect::<String>());
        Self {
            kind: kind(&title, &below),
            label: label.and_then(|label| whole(label, 1)),
            opening: whole(opening, OPENING),
            headline: whole(words(&title, usize::MAX), 1),
            lead: whole(words(&below, LEAD), LEAD),
        }
    }

    /// Whether two headlines of one outlet begin alike.
    pub fn has_frame_of(&self, other: &Self) -> bool {
        let same = |one: Option<u32>, other: Option<u32>| one.is_some() && one == other;
        same(self.label, other.label) || same(self.opening, other.opening)
    }

    /// Whether two texts of a kind have the same headline and begin alike below it, as one that several outlets print.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        (self.kind, self.lead, self.headline) == (other.kind, other.lead, other.headline) && self.headline.is_some()
    }

    pub(super) fn fields(&self) -> [String; 5] {
        let shown = |key: Option<u32>| key.map(|key| shown_key(key, KEY_DIGITS)).unwrap_or_default();
        let kind = KINDS.iter().find(|(kind, _)| *kind == self.kind).map_or("", |(_, shown)| shown);
        [kind.to_owned(), shown(self.label), shown(self.opening), shown(self.headline), shown(self.lead)]
    }

    pub(super) fn from_fields(fields: &[&str]) -> Option<Self> {
        let &[kind, label, opening, headline, lead] = fields else { return None };
        let (kind, _) = KINDS.iter().find(|(_, shown)| *shown == kind)?;
        let key =
            |text: &str| if text.is_empty() { Some(None) } else { read_key(text.as_bytes(), KEY_DIGITS).map(Some) };
        Some(Self {
            kind: *kind,
            label: key(label)?,
            opening: key(opening)?,
            headline: key(headline)?,
            lead: key(lead)?,
        })
    }
}

/// The kind of a text by its folded headline and what stands below it.
fn kind(title: &str, below: &str) -> Kind {
    if is_live(title) || FOLLOW.iter().any(|words| has_words(below, words)) {
        return Kind::Live;
    }
    let parts = title.split(" | ").flat_map(|part| part.split(" • "));
    let long_parts = parts.filter(|part| part.split_whitespace().nth(PART - 1).is_some()).count();
    if long_parts >= PARTS || ROUNDUPS.iter().any(|words| title.contains(words)) {
        return Kind::Roundup;
    }
    Kind::Report
}

/// Whether a headline is marked as that of a live blog, at the beginning or end of its first part: "Live - …", "Middle East live: …".
fn is_live(title: &str) -> bool {
    let title = title.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_separator = |c: char| matches!(c, ':' | '|' | '–' | '—' | '.' | ',' | '(' | '[' | '+' | '•');
    let mut parts = title.split(is_separator).map(str::trim).filter(|part| !part.is_empty());
    let (first, has_more) = (parts.next().unwrap_or_default(), parts.next().is_some());
    // A hyphen may also stand before the name of the outlet: then more than the mark stands before it.
    let before_hyphen = first.split_once(" - ").map(|(before, _)| before);
    LIVE.iter().any(|mark| {
        let begins = first.strip_prefix(mark).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        let ends = first.strip_suffix(mark).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric));
        has_more && before_hyphen.is_none() && (begins || ends) || before_hyphen == Some(*mark)
    })
}

/// Whether a text has these words, and not as a part of others.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + words.len()..).unwrap_or_default());
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_blogs_and_roundups_are_detected() {
        for (title, expected) in [
            ("LIVE OEKRAÏNE. Veertien doden in Charkiv", Kind::Live),
            ("Direct – Guerre en Ukraine : frappe à Kharkiv", Kind::Live),
            ("EN DIRECT, grève du rail : suivez la journée", Kind::Live),
            ("Middle East live: aid convoy reaches Gaza", Kind::Live),
            ("Liveblog: ++ Angriff auf Charkiw ++", Kind::Live),
            ("Live - Elk uur dat fabrieken stilliggen kost een miljoen", Kind::Live),
            ("▶ Live - Zware rellen bij de betoging", Kind::Live),
            ("Where the rich live - and why", Kind::Report),
            ("Live from the studio - Harbour News", Kind::Report),
            ("Live optreden van Stella Marée afgelast", Kind::Report),
            ("Olivers Hund: Streit um Leine", Kind::Report),
            ("Directeur: \"Wij sluiten\"", Kind::Report),
            ("Avondoverzicht: dit was het nieuws van dinsdag", Kind::Roundup),
            ("Les cinq infos à retenir ce mardi matin", Kind::Roundup),
            ("Tuesday briefing: Kharkiv hit", Kind::Roundup),
            ("Boer wint beroep | Record aan de kust | 'Stad is failliet'", Kind::Roundup),
            ("Brand | Boer wint beroep | Kust", Kind::Report),
            ("Brand in Turnhout", Kind::Report),
            ("", Kind::Report),
        ] {
            assert_eq!(Standing::of(title, "", "").kind, expected, "{title}");
        }
        for (below, expected) in [
            ("De bonden betogen vandaag in Brussel. Volg hier de laatste ontwikkelingen.", Kind::Live),
            ("Bewoners volgen hier al jaren de plannen voor de brug.", Kind::Report),
            ("Als gevolg hiervan ligt de haven stil, met als gevolg allerlei files.", Kind::Report),
        ] {
            assert_eq!(Standing::of("Betoging in Brussel", below, "").kind, expected, "{below}");
        }
    }

    #[test]
    fn a_live_blog_that_two_outlets_print_is_one() {
        let of = |title: &str| Standing::of(title, "", "");
        assert!(of("LIVE. Toestel landt in Tel Aviv").is_copy_of(&of("Live: toestel landt in Tel Aviv!")));
        assert!(!of("LIVE. Toestel landt in Tel Aviv").is_copy_of(&of("LIVE. Toestel stort neer")));
        assert!(!of("").is_copy_of(&of("")));
        let below = |lead: &str| Standing::of("Ochtendoverzicht 29/11", lead, "");
        let (one, other) = (below(&"brand in de haven ".repeat(3)), below(&"staking bij de bus ".repeat(3)));
        assert!(one.is_copy_of(&one) && !one.is_copy_of(&other), "what a day brought");
    }

    #[test]
    fn the_frame_of_a_series_stands_before_the_colon_or_begins_the_headline() {
        let has_one_frame =
            |one: &str, other: &str| Standing::of(one, "", "").has_frame_of(&Standing::of(other, "", ""));
        assert!(has_one_frame("Gemeenteraad Bree: kerstmarkt", "Gemeenteraad Bree: zwembad"));
        assert!(has_one_frame("Résultats P1 Namur – Ciney battu", "Résultats P1 Namur – Gesves gagne"));
        assert!(!has_one_frame("Brand in Turnhout", "Brand in Lier"));
        assert!(!has_one_frame("", ""));
    }
}
