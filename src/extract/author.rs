//! Who wrote it: names without "By", jobs, outlets; agencies apart.

use std::{collections::HashSet, sync::LazyLock};

use super::phrases::{AGENCIES, BYLINE_STARTS, NAME_JOINERS, NAME_TAILS, NOT_NAMES, SOURCE_STARTS};
use super::plain;
use crate::date::{self, Habits};
use jiff::tz::TimeZone;

/// What a byline holds.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Byline {
    /// Names, in order, each once.
    pub names: Vec<String>,
    /// Agencies, as printed.
    pub agencies: Vec<String>,
}

impl Byline {
    /// Reads one more byline; `outlets` are names that are no authors.
    pub fn add(&mut self, text: &str, outlets: &[String]) {
        let text = plain::untagged(plain::cut(text, 1_000));
        if text.contains("://") || text.starts_with("www.") {
            return;
        }
        let text = without_dates(&text);
        let text = without_start(text);
        // "Anne Roe (with Jan Boon)": the bracket joins; "Roe (Belga)" does not.
        let joined = text.contains('(').then(|| join_brackets(text));
        for piece in pieces(joined.as_deref().unwrap_or(text)) {
            self.add_piece(piece, outlets);
        }
    }

    fn add_piece(&mut self, piece: &str, outlets: &[String]) {
        let mut piece = piece.trim();
        // A handle or a mail address, and what follows it.
        if let Some((at, _)) = words(piece).find(|(_, word)| word.contains('@')) {
            piece = piece.get(..at).unwrap_or("").trim();
        }
        if let Some((before, after)) = piece.split_once(['(', '[', '<']) {
            let (inner, rest) = after.split_once([')', ']', '>']).unwrap_or((after, ""));
            if let Some(agency) = agency(inner) {
                self.add_agency(agency);
            }
            // A second name in the middle stays: "Bruno (Luís) Roe".
            if !is_like_a_person(&format!("{before}{rest}")) || rest.trim().is_empty() {
                piece = before.trim();
            }
        }
        for tail in NAME_TAILS {
            piece = piece.split(tail).next().unwrap_or(piece);
        }
        piece = without_start(piece).trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '’' && c != '\'');
        if let Some(agency) = agency(piece) {
            self.add_agency(agency);
            return;
        }
        piece = without_job(piece);
        let key = plain::key(piece);
        // "All posts by Jane Roe" after "Jane Roe".
        let told = DEGREES.contains(&key.as_str()) || self.names.iter().any(|name| key.contains(&plain::key(name)));
        if !told && self.names.len() < 20 && is_name(piece, outlets) {
            self.names.push(piece.to_owned());
        }
    }

    fn add_agency(&mut self, name: &str) {
        if !self.agencies.iter().any(|known| plain::key(known) == plain::key(name)) {
            self.agencies.push(name.to_owned());
        }
    }
}

/// What follows a name and is a degree or a generation; keys.
const DEGREES: &[&str] =
    &["ma", "md", "phd", "msc", "bsc", "mph", "rn", "mba", "jd", "jr", "sr", "ii", "iii", "dds", "rd", "esq", "drphil"];

/// What stands before the date: "Jane Roe, 4 May 2026".
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

/// "(with …)", "(avec …)" become parts of the list.
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

/// Two to five words that begin with capitals, none of them an article or a job: as names of persons are written.
pub fn is_like_a_person(text: &str) -> bool {
    const SMALL: &[&str] = &[
        "van", "von", "de", "der", "den", "du", "da", "di", "del", "la", "le", "ten", "ter", "zu", "bin", "al", "el",
        "y", "dos",
    ];
    const FIRST: &[&str] = &[
        "the", "le", "la", "les", "de", "het", "der", "die", "das", "el", "los", "il", "lo", "o", "a", "read",
        "follow", "see", "more", "all",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase() || !(c.is_lowercase() || c.is_ascii()));
    let capitals = words.iter().filter(|word| is_capital(word)).count();
    (2..=5).contains(&words.len())
        && capitals >= 2
        && words.iter().all(|word| is_capital(word) || SMALL.contains(word))
        && words.first().is_some_and(|word| !FIRST.contains(&word.to_lowercase().as_str()))
        && text
            .chars()
            .all(|c| c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '.' | '\'' | '’' | '(' | ')'))
        && without_job(text) == text
        && agency(text).is_none()
}

fn pieces(text: &str) -> Vec<&str> {
    let mut pieces: Vec<&str> = text.split([',', ';', '|', '/', '•', '·', '\n', '&']).collect();
    for joiner in NAME_JOINERS {
        pieces = pieces.into_iter().flat_map(|piece| piece.split(joiner)).collect();
    }
    pieces
}

/// Cuts "By", "Door", "Propos recueillis par" … from the start.
fn without_start(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..3 {
        let Some(rest) = BYLINE_STARTS.iter().find_map(|start| cut_start(text, start)) else { break };
        text = rest;
    }
    text
}

/// What follows `start` in `text`, without regard to case; the start must end where a word ends.
fn cut_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let rest = plain::after(text, start)?;
    let ends = rest.starts_with(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | ','));
    ends.then(|| rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '.' | ',')))
}

fn is_name(piece: &str, outlets: &[String]) -> bool {
    let words = piece.split_whitespace().count();
    let key = plain::key(piece);
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
    if piece.bytes().filter(u8::is_ascii_digit).count() > 4 || outlets.iter().any(|outlet| plain::key(outlet) == key) {
        return false;
    }
    true
}

/// The words of `NOT_NAMES` by how they are compared.
struct Jobs {
    words: HashSet<&'static str>,
    stems: Vec<&'static str>,
    phrases: Vec<&'static str>,
}

static JOBS: LazyLock<Jobs> = LazyLock::new(|| {
    let (stems, whole): (Vec<&str>, Vec<&str>) = NOT_NAMES.iter().partition(|phrase| phrase.ends_with('*'));
    let (phrases, words): (Vec<&str>, Vec<&str>) = whole.into_iter().partition(|phrase| phrase.contains(' '));
    Jobs {
        words: words.into_iter().collect(),
        stems: stems.iter().map(|stem| stem.trim_end_matches('*')).collect(),
        phrases,
    }
});

/// What stands before the first word that tells a job; nothing when that is no whole name.
fn without_job(piece: &str) -> &str {
    for (nth, (at, word)) in words(piece).enumerate() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let rest = || piece.get(at..).unwrap_or("").to_lowercase();
        if JOBS.words.contains(word.as_str())
            || JOBS.stems.iter().any(|stem| word.starts_with(stem))
            || JOBS.phrases.iter().any(|phrase| phrase.starts_with(&word) && rest().starts_with(phrase))
        {
            return if nth >= 2 { piece.get(..at).unwrap_or("").trim_end() } else { "" };
        }
    }
    piece
}

/// Words and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// The agency that a text is the name of, as printed there.
pub fn agency(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if text.is_empty() || text.len() > 60 {
        return None;
    }
    let key = plain::key(text);
    let known = |key: &str| AGENCIES.contains(&key);
    let parts = || text.split(['/', '-', '–', ',', '+', '&']).map(plain::key).filter(|k| !k.is_empty());
    let stripped =
        key.strip_prefix("agence").or_else(|| key.strip_prefix("persbureau")).or_else(|| key.strip_prefix("the"));
    (known(&key) || stripped.is_some_and(known) || (parts().count() > 1 && parts().all(|part| known(&part))))
        .then_some(text)
}

/// The agency credited at the end or the start of a text: "(Belga)", "Bron: Belga", "BRUSSEL (AFP) –".
pub fn credit(lines: &[&str]) -> Option<String> {
    for line in lines.iter().rev().take(3) {
        let line = line.trim().trim_end_matches('.');
        if line.chars().count() < 60 {
            let bare = SOURCE_STARTS.iter().find_map(|start| cut_start(line, start)).unwrap_or(line);
            if let Some(agency) = agency(bare) {
                return Some(agency.to_owned());
            }
        }
        if let Some((_, inner)) = line.trim_end_matches([')', ']']).rsplit_once(['(', '['])
            && line.ends_with([')', ']'])
            && let Some(agency) = agency(inner)
        {
            return Some(agency.to_owned());
        }
    }
    let first = lines.first()?;
    let head = plain::cut(first, 80);
    let (_, inner) = head.split_once('(')?;
    let (inner, rest) = inner.split_once(')')?;
    if rest.trim_start().starts_with(['-', '–', '—']) { agency(inner).map(str::to_owned) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_by_jobs_and_outlets() {
        let outlets = ["De Kering".to_owned()];
        for (text, names, agencies) in [
            ("By Jane Roe", "Jane Roe", ""),
            ("Door Els Verhaegen en Jan Boon", "Els Verhaegen, Jan Boon", ""),
            ("Par Belga", "", "Belga"),
            ("Jan Boon, politiek redacteur", "Jan Boon", ""),
            ("Von Sandra Egli, Redaktorin", "Sandra Egli", ""),
            ("Anne Dupont (avec AFP)", "Anne Dupont", "AFP"),
            ("Martin Roe (avec Anne Boon et Jan Lac)", "Martin Roe, Anne Boon, Jan Lac", ""),
            ("By Jane Roe March 11, 2026 3:46 PM", "Jane Roe", ""),
            ("March 11, 2026 by Jane Roe", "Jane Roe", ""),
            ("by, Jane Roe", "Jane Roe", ""),
            ("Jane Roe, MA", "Jane Roe", ""),
            ("Bruno (Luís) Roe", "Bruno (Luís) Roe", ""),
            ("jane_roe", "jane_roe", ""),
            ("Written by Jane Roe Edited by Jan Boon", "Jane Roe", ""),
            ("Jane Read", "Jane Read", ""),
            ("Text: Jane Roe | Fotos: Jan Boon", "Jane Roe", ""),
            ("Jane Roe, 8h", "Jane Roe", ""),
            ("Von Jane Roe (dpa)", "Jane Roe", "dpa"),
            ("RTL avec Belga", "RTL", "Belga"),
            ("Anne Dupont (AFP)", "Anne Dupont", "AFP"),
            ("De Kering", "", ""),
            ("https://example.org/author/jane", "", ""),
            ("@janeroe", "", ""),
            ("jane@example.org", "", ""),
            ("Tom Asher, Transport Correspondent", "Tom Asher", ""),
            ("Dana Wells Staff Writer", "Dana Wells", ""),
            ("Jane Roe and AP", "Jane Roe", "AP"),
            ("belga/anp", "", "belga, anp"),
            ("La rédaction", "", ""),
            ("Jane Roe; Jane Roe", "Jane Roe", ""),
            ("Jean-Marie d&#8217;Ursel", "Jean-Marie d’Ursel", ""),
            ("", "", ""),
        ] {
            let mut byline = Byline::default();
            byline.add(text, &outlets);
            assert_eq!(
                (byline.names.join(", ").as_str(), byline.agencies.join(", ").as_str()),
                (names, agencies),
                "{text:?}"
            );
        }
    }

    #[test]
    fn agencies_are_credited_in_lines_of_their_own() {
        for (lines, expected) in [
            (&["Text.", "(Belga)"][..], Some("Belga")),
            (&["Text.", "Bron: Belga"], Some("Belga")),
            (&["Text. (belga/mk)"], None),
            (&["Text. (AFP)"], Some("AFP")),
            (&["BRUSSEL (ANP) - Text."], Some("ANP")),
            (&["Il a parlé à Belga."], None),
            (&[], None),
        ] {
            assert_eq!(credit(lines).as_deref(), expected, "{lines:?}");
        }
    }
}
