//! Authors: names without "By", jobs and outlets, with agencies kept apart.

use crate::text::cut::cut;
use crate::text::fold;
use crate::text::markup;
use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

use aho_corasick::AhoCorasick;

use crate::date::{self, Habits};
use crate::extract::body::phrases::BYLINE_STARTS;
use crate::lexicon::{self, List};
use jiff::tz::TimeZone;

mod agency;

pub use agency::{agency, credit, credited};

/// Dashes that separate names in any language.
const DASHES: [&str; 3] = [" – ", " - ", " — "];
static NAME_JOINERS: List = List::new(|| lexicon::all(|language| &language.byline.joiners));
static SHORT_JOINERS: List = List::new(|| lexicon::all(|language| &language.byline.short_joiners));
static NAME_TAILS: List = List::new(|| lexicon::all(|language| &language.byline.tails));
static PERSONS_JOBS: List = List::new(|| lexicon::all(|language| &language.byline.jobs));
static ROOMS: List = List::new(|| lexicon::all(|language| &language.byline.rooms));
static OTHER_WORK: List = List::new(|| lexicon::all(|language| &language.byline.other_work));
static GENRES: List = List::new(|| lexicon::all(|language| &language.byline.genres));
static BY: List = List::new(|| lexicon::all(|language| &language.byline.by));
static DEGREES: List = List::new(|| lexicon::all(|language| &language.byline.degrees));

/// The names in one or several bylines.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Byline {
    /// Names in order of appearance, each once.
    pub names: Vec<String>,
    /// Agencies, in their own spelling.
    pub agencies: Vec<String>,
}

impl Byline {
    /// Adds the names of one byline; `outlets` are names that are not authors.
    pub fn add(&mut self, text: &str, outlets: &[String]) {
        let text = markup::untagged(cut(text, 1_000));
        let text = without_addresses(&text);
        let text = agency::without_services(&text);
        let text = without_dates(&text);
        let text = without_kind(without_start(without_label(text)));
        // In "Anne Roe (with Jan Boon)" the bracket adds a name; in "Roe (Belga)" it does not.
        let joined = text.contains('(').then(|| join_brackets(text));
        let text = joined.as_deref().unwrap_or(text);
        for piece in split_names(text) {
            if !(is_place_behind(piece, text) && self.names.iter().any(|name| name.contains(' '))) {
                self.add_piece(piece, outlets);
            }
        }
    }

    fn add_piece(&mut self, piece: &str, outlets: &[String]) {
        let mut piece = piece.trim();
        // A handle or a mail address and what follows it; also a number after a name: "Jane Roe 4 hours ago".
        let is_mail = |word: &str| word.contains('@') || word.contains("(at)") || word.contains("[at]");
        let is_end =
            |nth: usize, word: &str| is_mail(word) || nth >= 2 && word.starts_with(|c: char| c.is_ascii_digit());
        if let Some((_, (at, _))) = words_with_positions(piece).enumerate().find(|(nth, (_, word))| is_end(*nth, word))
        {
            piece = piece.get(..at).unwrap_or("").trim();
        }
        if let Some((before, after)) = piece.split_once(['(', '[', '<']) {
            let (inner, rest) = after.split_once([')', ']', '>']).unwrap_or((after, ""));
            if let Some(agency) = agency(inner) {
                self.add_agency(&agency);
            }
            // A middle name in brackets stays: "Bruno (Luís) Roe".
            if !is_like_a_person(&format!("{before}{rest}")) || rest.trim().is_empty() {
                piece = before.trim();
            }
        }
        for tail in NAME_TAILS.iter() {
            // "Organization for the Canal": a tail may only follow a name of several words.
            piece = piece.split(tail).next().filter(|head| head.trim().contains(' ')).unwrap_or(piece);
        }
        piece = without_start(piece);
        if let Some((label, rest)) =
            piece.split_once([':', '：']).filter(|(label, _)| label.contains(char::is_alphabetic))
        {
            let label = label.to_lowercase();
            if OTHER_WORK.iter().any(|work| label.contains(work)) {
                return;
            }
            piece = rest;
        }
        piece = piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '’' && c != '\'');
        if let Some(agency) = agency(piece) {
            self.add_agency(&agency);
            return;
        }
        piece = self.without_affiliation(piece, outlets);
        piece = self.without_affiliation(without_job(piece), outlets);
        let key = fold::key(piece);
        // "All posts by Jane Roe" after "Jane Roe".
        let is_known = DEGREES.contains(&key.as_str()) || self.names.iter().any(|name| key.contains(&fold::key(name)));
        let is_known = is_known || BYLINE_STARTS.contains(&piece.to_lowercase().as_str());
        if !is_known && self.names.len() < 20 && is_name(piece, outlets) {
            self.names.push(piece.to_owned());
        }
    }

    /// A name without the outlet, agency or place after it: "Jane Roe Associated Press", "Jane Roe Brussels".
    fn without_affiliation<'t>(&mut self, piece: &'t str, outlets: &[String]) -> &'t str {
        let starts: Vec<usize> = words_with_positions(piece).map(|(at, _)| at).collect();
        for at in starts.iter().skip(2).take(6) {
            let (head, tail) = piece.split_at(*at);
            let head = head.trim_end();
            if head.ends_with(|c: char| !c.is_alphanumeric() && c != '.') {
                continue;
            }
            if let Some(agency) = agency::agency_named(tail) {
                self.add_agency(agency);
                return head;
            }
            if outlets.iter().any(|outlet| outlet.eq_ignore_ascii_case(tail)) {
                return head;
            }
        }
        piece
    }

    fn add_agency(&mut self, name: &str) {
        if !self.agencies.iter().any(|known| fold::key(known) == fold::key(name)) {
            self.agencies.push(name.to_owned());
        }
    }
}

/// Whether a piece is a single word at the end of a text, after a comma: "Jane Roe, Bern".
fn is_place_behind(piece: &str, text: &str) -> bool {
    let at = piece.as_ptr() as usize - text.as_ptr() as usize;
    let (before, behind) = (text.get(..at).unwrap_or(""), text.get(at + piece.len()..).unwrap_or(""));
    before.ends_with(',')
        && behind.trim().is_empty()
        && words_with_positions(piece).count() == 1
        && agency(piece).is_none()
}

/// The text before a date: "Jane Roe, 4 May 2026".
fn without_dates(text: &str) -> &str {
    let habits = Habits { zone: &TimeZone::UTC, language: "", month_first: false };
    let found = if text.bytes().any(|byte| byte.is_ascii_digit()) { date::search(text, &habits) } else { Vec::new() };
    let Some((first, last)) = found.first().zip(found.last()) else { return text };
    let before = text.get(..first.at.start).unwrap_or("").trim();
    if before.chars().filter(|c| c.is_alphabetic()).count() > 4 {
        before
    } else {
        text.get(last.at.end..).unwrap_or("")
    }
}

/// Turns "(with …)", "(avec …)" into further parts of the list.
fn join_brackets(text: &str) -> String {
    let mut joined = text.to_owned();
    for start in ["(with ", "(avec ", "(met ", "(mit ", "(con ", "(com ", "(and ", "(et "] {
        if let Some((before, after)) = joined.split_once(start)
            && let Some((inner, rest)) = after.split_once(')')
        {
            joined = format!("{before}, {inner}{rest}");
        }
    }
    joined
}

/// Whether a text is shaped like a person's name: two to five capitalised words, none of them an article or a job.
pub fn is_like_a_person(text: &str) -> bool {
    static PARTICLES: List = List::new(|| lexicon::all(|language| &language.byline.particles));
    static NOT_FIRST: List = List::new(|| lexicon::all(|language| &language.byline.not_first));
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase() || !(c.is_lowercase() || c.is_ascii()));
    let capitals = words.iter().filter(|word| is_capital(word)).count();
    (2..=5).contains(&words.len())
        && capitals >= 2
        && words.iter().all(|word| is_capital(word) || PARTICLES.contains(word))
        && words.first().is_some_and(|word| !NOT_FIRST.contains(&word.to_lowercase().as_str()))
        && text
            .chars()
            .all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '.' | '\'' | '’' | '(' | ')'))
        && without_job(text) == text
        && agency(text).is_none()
}

/// The text without words that are URLs.
fn without_addresses(text: &str) -> Cow<'_, str> {
    let is_address = |word: &str| {
        word.contains("://")
            || word.starts_with("www.")
            || word.split_once('/').is_some_and(|(host, _)| host.contains('.') && host.is_ascii())
    };
    if !text.contains("www.") && !text.contains('/') {
        return text.into();
    }
    let words: Vec<&str> = text.split_whitespace().filter(|word| !is_address(word)).collect();
    words.join(" ").into()
}

/// Removes a label that begins like a byline: "Text und Fotos: Anna Berg".
fn without_label(text: &str) -> &str {
    let Some((label, rest)) = text.split_once(':').filter(|(label, _)| label.len() < 40) else { return text };
    if BYLINE_STARTS.iter().any(|start| cut_start(label.trim(), start).is_some()) { rest } else { text }
}

/// Removes the kind of text and its "by" before a name: "Reporting by", "Ein Kommentar von", "Servizio di".
fn without_kind(text: &str) -> &str {
    let starts_name = |rest: &&str| rest.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
    if let Some((before, rest)) =
        text.split_once(" by ").filter(|(before, rest)| before.len() < 30 && starts_name(rest))
        && !before.contains([',', '|'])
        && !is_like_a_person(without_job(before))
    {
        return rest;
    }
    let first = text.split([' ', ':']).next().unwrap_or("").to_lowercase();
    if !GENRES.contains(&first.as_str()) {
        // "de Ana Ruiz", "Της Άννας Πέτρου": names do not begin with such a word.
        let after = ["de ", "του ", "της ", "Του ", "Της "].iter().find_map(|by| text.strip_prefix(by));
        return after.filter(|rest| is_like_a_person(rest)).unwrap_or(text);
    }
    let cut = BY.iter().filter_map(|by| text.find(by).map(|at| (at, at + by.len()))).min();
    cut.and_then(|(_, end)| text.get(end..)).filter(starts_name).unwrap_or(text)
}

fn split_names(text: &str) -> Vec<&str> {
    let signs = [',', ';', '|', '/', '•', '·', '\n', '&', '+', '、', '،', '，', '／'];
    let mut pieces: Vec<&str> = text.split(signs).collect();
    for joiner in NAME_JOINERS.iter().chain(&DASHES) {
        pieces = pieces.into_iter().flat_map(|piece| piece.split(joiner)).collect();
    }
    for joiner in SHORT_JOINERS.iter() {
        let halves = |piece: &'_ str| piece.split(joiner).all(|half| half.split_whitespace().count() >= 2);
        pieces = pieces
            .into_iter()
            .flat_map(|piece| if halves(piece) { piece.split(joiner).collect() } else { vec![piece] })
            .collect();
    }
    pieces
}

/// Removes "By", "Door", "Propos recueillis par" … from the start.
fn without_start(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..3 {
        let Some(rest) = BYLINE_STARTS.iter().find_map(|start| cut_start(text, start)) else { break };
        text = rest;
    }
    text
}

/// What follows `start` in `text`, ignoring case; `start` must end at the end of a word.
fn cut_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let rest = fold::after(text, start)?;
    let is_end = |c: char| c.is_whitespace() || matches!(c, ':' | '.' | ',' | '/' | '：' | '／');
    rest.starts_with(is_end).then(|| rest.trim_start_matches(is_end))
}

fn is_name(piece: &str, outlets: &[String]) -> bool {
    let words = piece.split_whitespace().count();
    let key = fold::key(piece);
    if piece.len() < 2 || key == "last" || piece.chars().count() > 50 || words > 6 || key.is_empty() {
        return false;
    }
    if piece.contains(['@', '=', '{', '#', '?', '!'])
        || piece.starts_with(|c: char| c.is_ascii_digit())
        || piece.contains("http")
        || piece.contains("www.")
        || piece.contains(".com")
    {
        return false;
    }
    if piece.bytes().filter(u8::is_ascii_digit).count() > 4 || outlets.iter().any(|outlet| fold::key(outlet) == key) {
        return false;
    }
    true
}

/// Words that no person's name contains, by the way they are compared.
struct Jobs {
    words: HashSet<&'static str>,
    /// Stems of jobs and parts of the names of editorial offices; `None` if the automaton could not be built.
    parts: Option<AhoCorasick>,
    /// For each stem: whether it may occur anywhere in a word.
    counts: Vec<bool>,
    phrases: Vec<&'static str>,
}

/// Stems of at least this many letters are also searched inside compounds: "Auslandskorrespondent".
const LONG_STEM: usize = 7;

static JOBS: LazyLock<Jobs> = LazyLock::new(|| {
    let (stems, whole): (Vec<&str>, Vec<&str>) =
        lexicon::all(|language| &language.byline.not_names).into_iter().partition(|phrase| phrase.ends_with('*'));
    let (phrases, words): (Vec<&str>, Vec<&str>) = whole.into_iter().partition(|phrase| phrase.contains(' '));
    let stems = stems.iter().map(|stem| stem.trim_end_matches('*')).chain(PERSONS_JOBS.iter().copied());
    let stems = stems.map(|stem| (stem, stem.chars().count() >= LONG_STEM));
    let (parts, counts): (Vec<&str>, Vec<bool>) = stems.chain(ROOMS.iter().map(|room| (*room, true))).unzip();
    Jobs { words: words.into_iter().collect(), parts: AhoCorasick::new(parts).ok(), counts, phrases }
});

/// The text before the first word that is a job; empty unless it is a whole name.
fn without_job(piece: &str) -> &str {
    for (nth, (at, word)) in words_with_positions(piece).enumerate() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let rest = || piece.get(at..).unwrap_or("").to_lowercase();
        if is_job(&word) || JOBS.phrases.iter().any(|phrase| phrase.starts_with(&word) && rest().starts_with(phrase)) {
            let before = piece.get(..at).unwrap_or("").trim_end();
            // Han and Korean names are a single word.
            let whole = nth >= 2 || nth == 1 && before.starts_with(|c: char| c >= '\u{2e80}');
            let last = before.split_whitespace().next_back().unwrap_or("");
            if whole && !last.starts_with(char::is_lowercase) && !word.starts_with("bericht") {
                return without_place(before);
            }
            return named_after(piece, at);
        }
    }
    piece
}

/// A name without the place that belongs to a job: given the part of "Jane Roe Europe correspondent" before the job.
fn without_place(name: &str) -> &str {
    let places = &lexicon::PLACES;
    let Some((head, last)) = name.rsplit_once(' ').filter(|(head, _)| head.trim().contains(' ')) else { return name };
    let last = fold::fold(last);
    let is_place = places.cities.values().chain(places.lands.values()).any(|forms| forms.contains(&last.as_str()));
    if is_place { head.trim_end() } else { name }
}

/// Whether a word is a job or an editorial office: "correspondent", "Brüssel-Korrespondentin", "Chefredakteur".
fn is_job(word: &str) -> bool {
    JOBS.words.contains(word) || JOBS.parts.as_ref().is_some_and(|parts| holds_stem(parts, &JOBS.counts, word))
}

/// Whether a word is the job of a single person, so that a name may stand next to it.
fn is_persons_job(word: &str) -> bool {
    let is_long = |stem: &str| stem.chars().count() >= LONG_STEM && word.contains(stem);
    PERSONS_JOBS.iter().any(|job| word.split('-').any(|part| part.starts_with(job)) || is_long(job))
}

/// Whether a word, or a hyphenated part of it, begins with a stem. Stems that count anywhere may also end a compound.
fn holds_stem(stems: &AhoCorasick, counts_anywhere: &[bool], word: &str) -> bool {
    stems.find_overlapping_iter(word).any(|found| {
        let before = found.start().checked_sub(1).and_then(|at| word.as_bytes().get(at));
        before.is_none_or(|byte| *byte == b'-')
            || counts_anywhere.get(found.pattern().as_usize()).is_some_and(|anywhere| *anywhere)
    })
}

/// The name after jobs: "our special correspondent Jane Roe", "Senior Political Reporter Jane Roe".
fn named_after(piece: &str, job: usize) -> &str {
    let rest = piece.get(job..).unwrap_or("");
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let (mut is_person, mut name) = (false, rest.len());
    for (at, word) in words_with_positions(rest).take(12) {
        if is_job(&bare(word)) {
            is_person |= is_persons_job(&bare(word));
            name = rest.len();
        } else if name == rest.len() && !word.starts_with(char::is_lowercase) {
            name = at;
        }
    }
    rest.get(name..).filter(|name| is_person && is_like_a_person(name)).unwrap_or("")
}

/// Words with their positions.
fn words_with_positions(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests;
