//! The set phrases of news pages, which reveal what a line is.

use std::{collections::HashSet, sync::LazyLock};

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};

use crate::lexicon::{self, LanguageWords, List};
use crate::text::fold;

/// Words that precede a name in a byline, in lower case, the longest first: in "text by Jane Roe", everything but the
/// name.
pub static BYLINE_STARTS: List = List::new(|| {
    let mut starts = lexicon::all(|language| &language.byline.starts);
    starts.sort_by_key(|start| std::cmp::Reverse(start.len()));
    starts
});

/// Whether a line is a set phrase of the page rather than part of the article.
pub fn is_boilerplate(line: &str) -> bool {
    if line.len() > 400 || line.chars().count() >= 160 {
        return false;
    }
    let start = line.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '(' | 'ⓒ'));
    let is_short = |rest: &str| rest.chars().count() <= 16 && !rest.ends_with(['.', '。', '।']);
    matching_start(&DROPPED, start).is_some_and(|(list, rest)| list == 0 || is_short(rest))
        || RIGHTS.as_ref().is_some_and(|rights| rights.is_match(line))
        || is_signature(line)
}

/// Whether a line is a mail address, alone or with a name, or several addresses: "Follow us at …".
fn is_signature(line: &str) -> bool {
    if line.match_indices("://").nth(1).is_some() {
        return true;
    }
    let mail = |word: &str| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    line.contains('@') && line.split_whitespace().count() <= 4 && line.split_whitespace().any(mail)
}

/// The kind of box that a short line is the heading of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// About the author or a subscription.
    Surely,
    /// Other articles, provided that the box consists of links.
    Links,
}

/// The kind of box that a short line is the heading of, if any.
pub fn opens_box(line: &str) -> Option<Opens> {
    let start = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    matching_start(&BOXES, start).map(|(list, _)| if list == 0 { Opens::Surely } else { Opens::Links })
}

/// Headings of readers' comments, in lower case and without the number.
static COMMENT_HEADINGS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| lexicon::set(|language| &language.page.comments));

/// Whether a line is the heading of the readers' comments: "Comments", "12 comments", "Kommentare (3)".
pub fn opens_comments(line: &str) -> bool {
    if line.len() > 80 {
        return false;
    }
    let bare = line.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    COMMENT_HEADINGS.contains(bare.as_str())
}

/// Position and total of a picture's counter: "3/24 The bridge by night".
pub fn picture_counter(line: &str) -> Option<(u32, u32)> {
    let (at, rest) = line.split_once('/')?;
    let at = at.trim();
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let of = rest.get(..end)?;
    let ends = rest.get(end..)?.chars().next().is_none_or(char::is_whitespace);
    if !ends || at.len() > 3 || of.len() > 3 || !at.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (at, of) = (at.parse().ok()?, of.parse().ok()?);
    (at >= 1 && at <= of && of >= 3).then_some((at, of))
}

/// Words that precede a date on a line of its own, in lower case.
static DATE_STARTS: List = List::new(|| lexicon::all(|language| &language.dates.starts));

/// How lines that name an author or a photographer begin, in lower case.
static LINES: List = List::new(|| lexicon::all(|language| &language.byline.lines));

/// Whether a short line says who wrote the article.
pub fn is_byline(line: &str) -> bool {
    if line.chars().count() > 80 || line.trim_end().ends_with(['.', '!', '?']) {
        return false;
    }
    let lower = line.trim().to_lowercase();
    LINES.iter().any(|start| lower.strip_prefix(start).is_some_and(|rest| rest.starts_with([' ', ':'])))
}

/// Whether a line near the headline gives a name: "By Jane Roe", "Door Jan van den Boon, correspondent".
pub fn is_signed(line: &str) -> bool {
    let line = line.trim();
    if line.ends_with(['.', '?', '!', ':']) {
        return false;
    }
    let after = |start: &&str| fold::after(line, start).filter(|rest| rest.starts_with([' ', ':', '：']));
    let Some(rest) = BYLINE_STARTS.iter().find_map(after) else { return false };
    let rest = rest.trim_start_matches([' ', ':', '：']);
    let name = rest.split([',', '|', '(']).next().unwrap_or("");
    // Scripts without capitals; Han names contain no blank.
    let han = name.starts_with(|c: char| c >= '\u{2e80}') && name.chars().count() <= 8;
    rest.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
        && (han || (2..=6).contains(&name.split_whitespace().count()))
}

/// Whether a short line gives the date of publication or the reading time.
pub fn is_dateline(line: &str) -> bool {
    let count = line.chars().count();
    if count > 140 {
        return false;
    }
    let lower = line.trim().to_lowercase();
    // "4 May 2026, 21:10 • Last updated on 5 May 2026 • 3 min read".
    let dated = lower.starts_with(char::is_numeric) && lower.bytes().filter(u8::is_ascii_digit).count() >= 10;
    if dated && DATE_STARTS.iter().any(|start| lower.contains(start)) {
        return true;
    }
    if count > 90 {
        return false;
    }
    if DATE_STARTS.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let words = lower.split_whitespace().count();
    digits >= 4 && words <= 9 && digits * 4 >= count.saturating_sub(12) && !lower.ends_with(['.', '!', '?'])
}

/// Whether a line is a paywall's notice.
pub fn is_wall(line: &str) -> bool {
    WALL.as_ref().is_some_and(|walls| walls.is_match(line))
}

/// Phrases of paywall notices.
static WALL: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| phrase_automaton(lexicon::all(|language| &language.page.walls)));
/// A short line that contains one of these is a copyright notice.
static RIGHTS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| phrase_automaton(lexicon::all(|language| &language.page.rights)));
static DROPPED: LazyLock<Option<Starts>> =
    LazyLock::new(|| Starts::new(|language| &language.page.dropped, |language| &language.page.lone));
static BOXES: LazyLock<Option<Starts>> =
    LazyLock::new(|| Starts::new(|language| &language.page.boxes, |language| &language.page.link_boxes));

fn phrase_automaton(phrases: Vec<&str>) -> Option<AhoCorasick> {
    AhoCorasick::builder().ascii_case_insensitive(true).build(phrases).ok()
}

/// Selects a list of phrases of a language.
type Phrases = fn(&'static LanguageWords) -> &'static Vec<&'static str>;

/// One automaton for two lists of phrases, because hundreds of lines are tested on every page.
struct Starts {
    phrases: AhoCorasick,
    /// How many of its patterns come from the first list.
    first: usize,
}

impl Starts {
    fn new(first: Phrases, second: Phrases) -> Option<Self> {
        let mut patterns = with_capitals(&lexicon::all(first));
        let first = patterns.len();
        patterns.extend(with_capitals(&lexicon::all(second)));
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).start_kind(StartKind::Anchored).match_kind(MatchKind::LeftmostLongest);
        Some(Self { phrases: builder.build(patterns).ok()?, first })
    }
}

/// The phrases with their capitalised forms: the automaton ignores case in ASCII only.
fn with_capitals(phrases: &[&str]) -> Vec<String> {
    let mut patterns: Vec<String> = Vec::new();
    for phrase in phrases {
        patterns.push((*phrase).to_owned());
        if !phrase.is_ascii() {
            patterns.push(phrase.to_uppercase());
            let mut chars = phrase.chars();
            patterns.extend(chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()));
        }
    }
    patterns
}

/// Which list (0 or 1) has a phrase that the line begins with, and the rest of the line. A phrase must not end inside a
/// word, in scripts that separate words by blanks.
fn matching_start<'a>(starts: &LazyLock<Option<Starts>>, line: &'a str) -> Option<(usize, &'a str)> {
    let starts = starts.as_ref()?;
    let found = starts.phrases.find(Input::new(line).anchored(Anchored::Yes))?;
    let (phrase, rest) = line.split_at_checked(found.end())?;
    let spaced = |c: char| c.is_alphabetic() && c < '\u{e00}';
    let within = phrase.ends_with(spaced) && rest.starts_with(spaced);
    (!within).then_some((usize::from(found.pattern().as_usize() >= starts.first), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_recognised_in_any_case() {
        for (line, expected) in [
            ("Lees ook: iets anders", true),
            ("LEES OOK", true),
            ("À LIRE AUSSI : autre chose", true),
            ("à lire aussi", true),
            ("– Publicité –", true),
            ("PUBLICITÉ", true),
            ("© 2026 De Kering", true),
            ("De lezers lezen ook kranten.", false),
            ("Anzeige", true),
            ("Anzeigen gegen drei Männer", false),
            ("Anzeige erstattete der Fahrer erst am Montag.", false),
            ("Subscribers of the old service must wait.", false),
            ("در این باره", true),
            ("در این باره سخنگوی شهرداری گفت که پل تازه تا پاییز آماده می‌شود.", false),
            ("広告", true),
            ("広告代理店の社長が月曜日に記者会見を開いた。", false),
            ("【関連記事】別の話", true),
            ("jan.jansen@kering.example", true),
            ("Write to us at jan@kering.example and tell us.", false),
            ("", false),
        ] {
            assert_eq!(is_boilerplate(line), expected, "{line:?}");
        }
    }

    #[test]
    fn comment_headings_and_picture_counters_are_recognised() {
        for (line, expected) in [
            ("15 Comentarios", true),
            ("Comments (3):", true),
            ("Kommentar verfassen", true),
            ("Comments on the plan may be sent until May", false),
            ("", false),
        ] {
            assert_eq!(opens_comments(line), expected, "{line:?}");
        }
        for (line, expected) in [
            ("3/24 The bridge", Some((3, 24))),
            ("3 / 24", Some((3, 24))),
            ("1/2 cup of sugar", None),
            ("24/3", None),
            ("3/24th", None),
            ("3/24/2026", None),
            ("and/or", None),
            ("/9", None),
        ] {
            assert_eq!(picture_counter(line), expected, "{line:?}");
        }
    }
}
