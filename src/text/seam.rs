//! Decides whether two adjacent elements without white space between them form one word or two.
//!
//! Usually styling separates them, but style sheets are seldom part of the page. So the elements, their classes and the
//! change of letters between them are weighed. A word with a bold, linked or large part stays whole.

use crate::lexicon::CLASSES;

/// The element that ends after one text run, or begins before the next.
#[derive(Debug, Clone, Copy, Default)]
pub struct Edge<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its `class`.
    pub class: &'a str,
    /// Its `style`.
    pub style: &'a str,
    /// Its `href`.
    pub href: &'a str,
}

/// The kind of line in which the elements stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Sentences: a paragraph, a list item, a cell.
    Prose,
    /// Labels: a heading, a byline, a box.
    Labels,
}

/// Two text runs and the elements that end and begin between them.
#[derive(Debug)]
pub struct Seam<'a> {
    /// The line so far, or its last part if it is long.
    pub line: &'a str,
    /// The run before.
    pub before: &'a str,
    /// The run after.
    pub after: &'a str,
    /// The elements that end, innermost first.
    pub closed: &'a [Edge<'a>],
    /// The elements that begin, innermost first.
    pub opened: &'a [Edge<'a>],
    /// The kind of line.
    pub kind: LineKind,
    /// Whether a style sheet separates the two.
    pub in_boxes: bool,
}

/// Elements that only format letters.
const FORMATS: [&str; 26] = [
    "b", "i", "em", "strong", "u", "mark", "small", "big", "font", "s", "strike", "del", "ins", "code", "kbd", "q",
    "cite", "dfn", "var", "abbr", "acronym", "bdi", "bdo", "tt", "samp", "nobr",
];

/// Framework classes that separate an element from its neighbours.
const APART: &[&str] = &["block", "flex", "grid", "inline-block", "inline-flex", "table"];
const SIDES: &[&str] = &["mr-", "ml-", "me-", "ms-", "mx-", "pr-", "pl-", "pe-", "ps-", "px-"];

impl Edge<'_> {
    fn is_one(self, names: &[&str]) -> bool {
        names.iter().any(|name| self.name.eq_ignore_ascii_case(name))
    }

    fn is_format(self) -> bool {
        self.is_one(&FORMATS)
    }

    fn says(self, words: &[&str]) -> bool {
        let class = self.class.to_ascii_lowercase();
        words.iter().any(|word| class.contains(word))
    }

    fn is_part(self) -> bool {
        if self.is_one(&["mark"]) {
            return true;
        }
        let is_word = || {
            let mut words = self.class.split(|c: char| !c.is_ascii_alphanumeric());
            words.any(|word| CLASSES.part_words.iter().any(|part| word.eq_ignore_ascii_case(part)))
        };
        !self.class.is_empty() && (self.says(&CLASSES.parts) || is_word())
    }

    /// Whether its class marks labels, such as those of a byline or a date.
    pub fn names_labels(self) -> bool {
        !self.class.is_empty() && self.says(&CLASSES.labels)
    }

    /// Whether its own style or framework classes separate it.
    fn stands_alone(self) -> bool {
        let utility = |class: &str| {
            let class = class.rsplit(':').next().unwrap_or(class);
            APART.contains(&class.strip_prefix("d-").unwrap_or(class))
                || SIDES.iter().any(|side| class.strip_prefix(side).is_some_and(|rest| rest != "0" && rest.len() < 4))
        };
        lines_up(self.style) || self.class.split_ascii_whitespace().any(utility)
    }
}

/// Whether declarations make an element a box: `display: block`, `flex` and the like.
pub fn lines_up(style: &str) -> bool {
    declared(style, "display", |value| {
        APART.contains(&value)
            || matches!(value, "list-item" | "inline-grid" | "inline-table" | "flow-root" | "table-cell")
    })
}

/// Whether declarations lay out the children of an element side by side, each as a box.
pub fn is_row(style: &str, class: &str) -> bool {
    let is_row = |value: &str| matches!(value, "flex" | "grid" | "inline-flex" | "inline-grid");
    declared(style, "display", is_row)
        || class.split_ascii_whitespace().any(|class| is_row(class.strip_prefix("d-").unwrap_or(class)))
}

/// Whether a declaration with this name has a matching value.
fn declared(style: &str, name: &str, fits: impl Fn(&str) -> bool) -> bool {
    style.split(';').any(|rule| {
        let Some((key, value)) = rule.split_once(':') else { return false };
        let value = value.trim().trim_end_matches("!important").trim_end();
        key.trim().eq_ignore_ascii_case(name) && fits(&value.to_ascii_lowercase())
    })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '‹' | '›')
}

/// Whether a script separates words without blanks.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{abff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether the characters on the two sides can belong to different words at all.
pub fn may_part(before: char, after: char) -> bool {
    (before.is_alphanumeric()
        || is_quote(before)
        || matches!(before, '.' | '!' | '?' | ':' | ';' | ',' | '…' | ')' | ']' | '%' | '؟' | '،'))
        && (after.is_alphanumeric() || is_quote(after))
}

/// Whether a run has more than one word.
fn is_phrase(run: &str) -> bool {
    run.trim().contains(|c: char| c.is_whitespace() || c == ':')
}

/// Whether a blank belongs between the two runs.
pub fn is_apart(seam: &Seam) -> bool {
    let (Some(a), Some(b)) = (seam.before.chars().next_back(), seam.after.chars().next()) else { return false };
    if seam.closed.is_empty() && seam.opened.is_empty() || !may_part(a, b) {
        return false;
    }
    let edges = || seam.closed.iter().chain(seam.opened);
    if edges().any(|edge| edge.is_one(&["sub", "sup", "ruby", "rt", "rb", "rp"])) {
        return false;
    }
    let is_opening = |c: char, next: Option<char>| is_quote(c) && next.is_some_and(char::is_alphanumeric);
    // A quote closes after a word or a sentence; an apostrophe joins: "l’Union".
    let ends = |c: char| c.is_alphanumeric() || matches!(c, '.' | '!' | '?' | '…' | ')' | '%');
    let a_closes = !is_quote(a) || !matches!(a, '’' | '‘') && seam.line.chars().rev().nth(1).is_some_and(ends);
    let b_opens = !is_quote(b) || is_opening(b, seam.after.chars().nth(1)) && !matches!(b, '’' | '‘' | '”');
    if !a_closes || !b_opens {
        return false;
    }
    if edges().any(|edge| edge.is_one(&["time"])) {
        return true;
    }
    if edges().any(|edge| edge.is_part()) || is_part_of_word(seam, b) {
        return false;
    }
    if seam.in_boxes || edges().any(|edge| edge.stands_alone()) {
        return true;
    }
    let change = Change::between(seam, a, b);
    if is_unspaced(a) && is_unspaced(b) {
        return seam.kind == LineKind::Labels && edges().any(|edge| edge.names_labels());
    }
    if edges().any(|edge| edge.names_labels()) && (seam.kind == LineKind::Labels || change != Change::None) {
        return true;
    }
    match (seam.closed.last(), seam.opened.last()) {
        (Some(closed), Some(opened)) => are_siblings_apart(seam, *closed, *opened, change),
        (Some(closed), None) => match change {
            Change::None | Change::Figures => false,
            Change::Sentence | Change::Capitals => true,
            // "LinkedIn" with a bold first part is one word; a place or a label at the start of a line is not.
            Change::Case if closed.is_format() => begins_line(seam),
            Change::Case => seam.kind == LineKind::Labels || begins_line(seam) || is_phrase(seam.before),
            Change::Number => !closed.is_format() || begins_line(seam),
        },
        (None, Some(opened)) => match change {
            Change::None | Change::Figures => false,
            Change::Sentence => true,
            Change::Case | Change::Capitals | Change::Number => {
                is_phrase(seam.after) || seam.kind == LineKind::Labels && !opened.is_format()
            }
        },
        (None, None) => false,
    }
}

/// Whether two sibling elements are separate words.
fn are_siblings_apart(seam: &Seam, closed: Edge, opened: Edge, change: Change) -> bool {
    let are_links = closed.is_one(&["a"]) && opened.is_one(&["a"]);
    if are_links && closed.href != opened.href || !matches!(change, Change::None | Change::Figures) {
        return true;
    }
    let is_format = closed.is_format() || opened.is_format();
    let differ = closed.class != opened.class || !closed.is_one(&[opened.name]);
    let are_phrases = is_phrase(seam.before) && is_phrase(seam.after);
    let is_figure = change == Change::Figures && (is_phrase(seam.before) || is_phrase(seam.after));
    is_figure || seam.kind == LineKind::Labels && !is_format && (differ || are_phrases)
}

/// Whether the first run is a drop cap, or each run is a single letter.
fn is_part_of_word(seam: &Seam, next: char) -> bool {
    let single = |run: &str| run.trim().chars().count() == 1;
    let word = seam.line.rsplit(char::is_whitespace).next().unwrap_or("");
    let word = word.trim_start_matches(is_quote);
    single(word) && !next.is_uppercase() || single(seam.before) && single(seam.after)
}

/// Whether the run is the first of its line.
fn begins_line(seam: &Seam) -> bool {
    let words = seam.before.trim();
    let is_word = seam.after.chars().nth(1).is_none_or(|c| !c.is_uppercase());
    is_word && seam.line.trim() == words && words.chars().filter(|c| c.is_alphabetic()).count() >= 4
}

/// How the letters change between the two runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// As within a word.
    None,
    /// A new sentence or list item: a stop, then a capital.
    Sentence,
    /// From a lower-case letter to a capital.
    Case,
    /// From capitals to a capitalised word: `MALDEGEMDe`.
    Capitals,
    /// Between letters and a number of several digits.
    Number,
    /// From one number to another.
    Figures,
}

impl Change {
    fn between(seam: &Seam, a: char, b: char) -> Self {
        let word = seam.line.rsplit(char::is_whitespace).next().unwrap_or("");
        let second = seam.after.chars().nth(1);
        let starts = b.is_uppercase() || is_quote(b);
        if !a.is_alphanumeric() {
            // Initials and parts of URLs: "U.S.", "www.Example".
            let bare = word.trim_end_matches(a);
            let is_initial = bare.chars().count() < 2 || bare.contains('.') || bare.contains("//") || bare == "www";
            let goes_on = match a {
                ',' | ';' | '،' => b.is_alphabetic() || is_quote(b),
                '%' | ']' => false,
                _ if is_quote(a) => b.is_uppercase(),
                '.' => starts && !is_initial,
                ':' if b.is_numeric() => bare.ends_with(char::is_alphabetic),
                _ => starts || a != ':' && !has_case(b) && b.is_alphabetic(),
            };
            return if goes_on { Self::Sentence } else { Self::None };
        }
        let figures = word.chars().rev().take_while(|c| c.is_numeric()).count();
        if a.is_numeric() {
            let is_long = figures >= 4 || is_phrase(seam.before);
            return match b {
                b if b.is_numeric() => Self::Figures,
                b if is_long && (b.is_uppercase() || is_quote(b) || !has_case(b)) => Self::Number,
                _ => Self::None,
            };
        }
        if b.is_numeric() {
            let is_long = is_phrase(seam.after) || seam.after.chars().take_while(|c| c.is_numeric()).count() >= 4;
            return if is_long { Self::Number } else { Self::None };
        }
        if a.is_lowercase() && starts {
            return if word.chars().count() < 2 { Self::None } else { Self::Case };
        }
        let capitals = word.chars().rev().take_while(|c| c.is_uppercase()).count();
        let is_word = starts && second.is_some_and(|c| c.is_lowercase() || c.is_whitespace() || is_quote(b));
        if capitals >= 2 && is_word { Self::Capitals } else { Self::None }
    }
}

fn has_case(c: char) -> bool {
    c.is_uppercase() || c.is_lowercase()
}
