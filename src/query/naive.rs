//! A slow and simple matcher, written from the description of the language alone, to verify the real one: random trees
//! are spelt as queries, and their matches are determined word by word.

use proptest::prelude::*;

use super::{Document, Field, Matcher, Query, Watch};
use crate::text::fold::fold;

#[derive(Debug, Clone)]
enum NaiveTree {
    /// The words; whether the last is a prefix; whether case and accents count.
    Words(Vec<&'static str>, bool, bool),
    Not(Box<NaiveTree>),
    And(Vec<NaiveTree>),
    Or(Vec<NaiveTree>),
    Near(bool, u32, Box<NaiveTree>, Box<NaiveTree>),
    AtLeast(u32, Box<NaiveTree>),
    In(&'static str, Box<NaiveTree>),
}

const VOCABULARY: [&str; 20] = [
    "iran", "Iran", "IRÁN", "iranien", "peine", "Peiné", "mort", "œuvre", "OEUVRE", "straße", "Müller", "Mueller",
    "muller", "O.N.U", "ONU", "CO₂", "CO2", "1.100", "1'100", "1100",
];

/// The vocabulary's words without case, accents and ligatures: listed, not computed.
fn plain(word: &str) -> &'static [&'static str] {
    match word {
        "iran" | "Iran" | "IRÁN" => &["iran"],
        "iranien" => &["iranien"],
        "peine" | "Peiné" => &["peine"],
        "mort" => &["mort"],
        "œuvre" | "OEUVRE" => &["oeuvre"],
        "straße" => &["strasse"],
        "Müller" => &["muller", "mueller"],
        "Mueller" => &["mueller"],
        "muller" => &["muller"],
        "O.N.U" | "ONU" => &["onu"],
        "CO₂" | "CO2" => &["co2"],
        "1.100" | "1'100" | "1100" => &["1100"],
        other => unreachable!("{other}"),
    }
}

/// The same with case and accents.
fn exact(word: &'static str) -> &'static str {
    match word {
        "O.N.U" => "ONU",
        "CO₂" => "CO2",
        "1.100" | "1'100" => "1100",
        other => other,
    }
}

/// How many words of a text a vocabulary word is: what NEAR counts.
fn width(word: &str) -> usize {
    match word {
        "O.N.U" => 3,
        "1'100" => 2,
        _ => 1,
    }
}

/// An article as words: title, summary, text.
type Words = [Vec<&'static str>; 3];

fn same(found: &'static str, wanted: &'static str, beginning: bool, exactly: bool) -> bool {
    let alike = |found: &str, wanted: &str| if beginning { found.starts_with(wanted) } else { found == wanted };
    if exactly {
        return alike(exact(found), exact(wanted));
    }
    plain(found).iter().any(|found| plain(wanted).iter().any(|wanted| alike(found, wanted)))
}

/// The first and last word of each place in `field` where a word, a phrase or a term of a group occurs.
fn places(tree: &NaiveTree, words: &Words, field: usize, only: Option<usize>) -> Vec<(usize, usize)> {
    if only.is_some_and(|only| only != field) {
        return Vec::new();
    }
    let before = |at: usize| words[field].iter().take(at).map(|word| width(word)).sum::<usize>();
    match tree {
        NaiveTree::Words(wanted, beginning, exactly) => (0..words[field].len())
            .filter(|start| {
                wanted.iter().enumerate().all(|(i, word)| {
                    words[field]
                        .get(start + i)
                        .is_some_and(|found| same(found, word, *beginning && i + 1 == wanted.len(), *exactly))
                })
            })
            .map(|start| (before(start), before(start + wanted.len()) - 1))
            .collect(),
        NaiveTree::Or(trees) => {
            let mut all: Vec<_> = trees.iter().flat_map(|tree| places(tree, words, field, only)).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        NaiveTree::In(name, tree) => places(tree, words, field, Some(number(name))),
        other => unreachable!("{other:?}"),
    }
}

fn number(name: &str) -> usize {
    ["title", "summary", "text"].iter().position(|other| *other == name).unwrap_or(9)
}

fn holds(tree: &NaiveTree, words: &Words, only: Option<usize>) -> bool {
    let fields = || 0..words.len();
    match tree {
        NaiveTree::Words(..) => fields().any(|field| !places(tree, words, field, only).is_empty()),
        NaiveTree::Not(tree) => !holds(tree, words, only),
        NaiveTree::And(trees) => trees.iter().all(|tree| holds(tree, words, only)),
        NaiveTree::Or(trees) => trees.iter().any(|tree| holds(tree, words, only)),
        NaiveTree::In(name, tree) => holds(tree, words, Some(number(name))),
        NaiveTree::AtLeast(times, tree) => {
            fields().map(|field| places(tree, words, field, only).len()).sum::<usize>() >= *times as usize
        }
        NaiveTree::Near(ordered, most, left, right) => fields().any(|field| {
            let rights = places(right, words, field, only);
            places(left, words, field, only).iter().any(|(left_first, left_last)| {
                rights.iter().any(|(right_first, right_last)| {
                    (right_first > left_last && right_first - left_last <= *most as usize)
                        || (!ordered && left_first > right_last && left_first - right_last <= *most as usize)
                })
            })
        }),
    }
}

/// The tree as a query with every group in brackets; `style` chooses among equivalent spellings.
fn spell(tree: &NaiveTree, style: u8) -> String {
    let group = |tree: &NaiveTree| match tree {
        NaiveTree::Words(..) | NaiveTree::In(..) => spell(tree, style),
        _ => format!("({})", spell(tree, style)),
    };
    match tree {
        NaiveTree::Words(words, beginning, exactly) => {
            let (equals, star) = (if *exactly { "=" } else { "" }, if *beginning { "*" } else { "" });
            match (words.as_slice(), style % 3) {
                ([word], 0 | 1) => format!("{equals}{word}{star}"),
                (words, 0) => format!("{equals}\"{}{star}\"", words.join(" ")),
                (words, 1) => format!("{equals}„{}{star}“", words.join(" ")),
                (words, _) => format!("{equals}« {}{star} »", words.join("-")),
            }
        }
        NaiveTree::Not(tree) if style.is_multiple_of(2) => format!("-{}", group(tree)),
        NaiveTree::Not(tree) => format!("NOT {}", group(tree)),
        NaiveTree::And(trees) => {
            trees.iter().map(group).collect::<Vec<_>>().join(if style.is_multiple_of(2) { " " } else { " AND " })
        }
        NaiveTree::Or(trees) => trees.iter().map(group).collect::<Vec<_>>().join(" OR "),
        NaiveTree::Near(ordered, most, left, right) => {
            let name = if *ordered { "ONEAR" } else { "NEAR" };
            let number = if *most == 5 && style.is_multiple_of(2) { String::new() } else { format!("/{most}") };
            format!("{} {name}{number} {}", group(left), group(right))
        }
        NaiveTree::AtLeast(times, tree) => format!("ATLEAST/{times} {}", group(tree)),
        NaiveTree::In(name, tree) => format!("{name}:{}", group(tree)),
    }
}

fn has_positive(tree: &NaiveTree, positive: bool) -> bool {
    match tree {
        NaiveTree::Not(tree) => has_positive(tree, !positive),
        NaiveTree::And(trees) | NaiveTree::Or(trees) => trees.iter().any(|tree| has_positive(tree, positive)),
        NaiveTree::Words(..) | NaiveTree::Near(..) | NaiveTree::AtLeast(..) => positive,
        NaiveTree::In(_, tree) => has_positive(tree, positive),
    }
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(VOCABULARY.as_slice())
}

fn words() -> impl Strategy<Value = NaiveTree> {
    (prop::collection::vec(word(), 1..3), any::<bool>(), prop::bool::weighted(0.2))
        .prop_map(|(words, beginning, exactly)| NaiveTree::Words(words, beginning, exactly))
}

fn group() -> impl Strategy<Value = NaiveTree> {
    prop_oneof![3 => words(), 1 => prop::collection::vec(words(), 2..4).prop_map(NaiveTree::Or)]
}

fn field() -> impl Strategy<Value = &'static str> {
    prop::sample::select(["title", "summary", "text"].as_slice())
}

/// A tree without fields.
fn inner() -> impl Strategy<Value = NaiveTree> {
    let leaf = prop_oneof![
        4 => words(),
        2 => (any::<bool>(), 1u32..7, group(), group())
            .prop_map(|(ordered, most, left, right)| NaiveTree::Near(ordered, most, Box::new(left), Box::new(right))),
        1 => (1u32..4, group()).prop_map(|(times, tree)| NaiveTree::AtLeast(times, Box::new(tree))),
    ];
    leaf.prop_recursive(3, 12, 3, |tree| {
        prop_oneof![
            tree.clone().prop_map(|tree| NaiveTree::Not(Box::new(tree))),
            prop::collection::vec(tree.clone(), 2..4).prop_map(NaiveTree::And),
            prop::collection::vec(tree, 2..4).prop_map(NaiveTree::Or),
        ]
    })
}

fn tree() -> impl Strategy<Value = NaiveTree> {
    let leaf =
        prop_oneof![3 => inner(), 1 => (field(), inner()).prop_map(|(name, tree)| NaiveTree::In(name, Box::new(tree)))];
    leaf.prop_recursive(2, 8, 3, |tree| {
        prop_oneof![
            tree.clone().prop_map(|tree| NaiveTree::Not(Box::new(tree))),
            prop::collection::vec(tree.clone(), 2..4).prop_map(NaiveTree::And),
            prop::collection::vec(tree, 2..4).prop_map(NaiveTree::Or),
        ]
    })
    .prop_filter("only negations", |tree| has_positive(tree, true))
}

fn article() -> impl Strategy<Value = Words> {
    let some = |most| prop::collection::vec(word(), 0..most);
    (some(4), some(5), some(14)).prop_map(|(title, summary, text)| [title, summary, text])
}

fn watch(query: Query) -> Watch {
    Watch::new("", query)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_naive_matcher_agrees(trees in prop::collection::vec((tree(), any::<u8>()), 1..6), article in article()) {
        let spelt: Vec<String> = trees.iter().map(|(tree, style)| spell(tree, *style)).collect();
        let mut watches = Vec::new();
        for text in &spelt {
            let query = Query::parse(text).map_err(|error| TestCaseError::fail(error.render(text, false).to_string()))?;
            let printed = query.to_string();
            prop_assert_eq!(Query::parse(&printed), Ok(query.clone()), "{}", printed);
            watches.push(watch(query));
        }
        let [title, summary, text] = article.clone().map(|words| words.join(" "));
        let document = Document { title: &title, summary: &summary, text: &text, ..Document::default() };
        let matcher = Matcher::new(&watches);
        let found = matcher.matches(&document);
        let expected: Vec<usize> =
            trees.iter().enumerate().filter(|(_, (tree, _))| holds(tree, &article, None)).map(|(i, _)| i).collect();
        prop_assert_eq!(found.iter().map(|found| found.watch).collect::<Vec<_>>(), expected.clone(), "{:?}", spelt);
        let missed: Vec<usize> = matcher.misses(&document).iter().map(|miss| miss.watch).collect();
        prop_assert_eq!(missed, (0..trees.len()).filter(|i| !expected.contains(i)).collect::<Vec<_>>());
    }

    #[test]
    fn hits_point_at_their_terms(text in "(?s).{0,80}", title in "\\PC{0,20}", word in "\\PC{1,12}") {
        // The article contains the search terms among arbitrary text.
        let text = format!("{text} {word} {text}");
        let Ok(query) = Query::from_keywords(std::slice::from_ref(&word)) else { return Ok(()) };
        let document = Document { title: &title, text: &text, ..Document::default() };
        let found = Matcher::new(&[watch(query.clone())]).matches(&document);
        prop_assert_eq!(found.len(), 1, "{}", query);
        for hit in &found[0].hits {
            let field: Vec<char> = document.field(hit.field).chars().collect();
            let slice: String = field[hit.start..hit.end].iter().collect();
            prop_assert_eq!(fold(&slice.split_whitespace().collect::<Vec<_>>().join(" ")), fold(&hit.term));
            prop_assert!(matches!(hit.field, Field::Title | Field::Text));
        }
        prop_assert!(found[0].snippet.chars().count() <= 200);
    }

    #[test]
    fn no_text_breaks_the_parser(text in "(?s).{0,60}") {
        if let Err(error) = Query::parse(&text) {
            prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error);
            error.render(&text, false);
        }
    }

    #[test]
    fn a_parsed_query_prints_to_an_equal_query(parts in prop::collection::vec(prop::sample::select(PARTS.as_slice()), 1..14)) {
        let text = parts.concat();
        match Query::parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                prop_assert_eq!(Query::parse(&printed), Ok(query), "{} → {}", text, printed);
            }
            Err(error) => {
                prop_assert!(text.get(error.at.clone()).is_some(), "{:?}", error);
                let shown = error.render(&text, false).to_string();
                // The expectation may be on a line below, as a hint is.
                let lines = shown.lines().count();
                let least = 4 + 2 * usize::from(error.hint.is_some());
                prop_assert!((least..=least + 2).contains(&lines), "{shown}");
            }
        }
    }
}

/// The ingredients of queries, valid and invalid.
const PARTS: [&str; 49] = [
    "O.N.U.",
    "1 100",
    "CO₂",
    "Mü",
    "_",
    "iran",
    "exécut*",
    "a",
    "AND",
    "OR",
    "NOT",
    "NEAR",
    "NEAR/3",
    "ONEAR/2",
    "ATLEAST/2",
    " ",
    " ",
    " ",
    " ",
    "(",
    ")",
    "\"",
    "“",
    "«",
    "»",
    "-",
    "–",
    "=",
    "~",
    "*",
    "title:",
    "lang:fr",
    "url:",
    ":",
    "'",
    "’",
    ".",
    "1.000",
    "Sint-Jans",
    "ایران",
    "می\u{200c}خواهم",
    "用語",
    "\u{301}",
    "\u{345}",
    "NEAR5",
    "/5",
    "\n",
    "foo:",
    "\u{200f}",
];
