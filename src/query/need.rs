//! Conditions that an article must fulfil for a query to match, which a search index can check cheaply.

use std::collections::HashMap;
use std::ops::Range;

use super::ast::{Field, How, Node, Term};
use super::{Document, Query, primary, stem};
use crate::text::fold::{exact, fold, fold_into};
use crate::text::spelling::{WordJoiner, normal_spelling, other_spellings, spelled_out};
use crate::text::words::{address_words, each_word};

/// Deeper or larger queries are not worth the effort; leaving conditions out only adds candidates.
const DEEPEST: usize = 12;
const MOST_WORDS: usize = 1000;

/// Precedes a stem in an index; words of the headline and of fields other than the text are preceded by [`field_mark`].
/// No word contains them.
const STEM: char = '\u{E00F}';

/// The number of the rules by which [`index_words`] splits and folds. Whoever changes what it returns for any text raises this number, so that
/// the index of stored articles is brought up to date.
pub const INDEX_RULES: i64 = 2;

/// A necessary but not sufficient condition for a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A word as written by [`index_words`].
    Word(String),
    /// A word with this prefix.
    Beginning(String),
    /// All of these; two or more.
    All(Vec<Need>),
    /// One of these; two or more.
    Any(Vec<Need>),
}

impl Query {
    /// The condition for this query; `None` if there is none that an index can check.
    pub fn need(&self) -> Option<Need> {
        let need = need_of_node(&self.node, DEEPEST, None)?;
        (size(&need) <= MOST_WORDS).then_some(need)
    }
}

impl Need {
    /// The condition for any of these queries to match; `None` if there is none, or it would be too large.
    pub fn of_any<'a>(queries: impl IntoIterator<Item = &'a Query>) -> Option<Need> {
        let mut words = MOST_WORDS;
        let mut needs = Vec::new();
        for query in queries {
            let need = query.need()?;
            words = words.checked_sub(size(&need))?;
            needs.push(need);
        }
        any(needs)
    }
}

/// The words of an article for a search index: folded, separated by blanks, without ASCII other than letters and
/// digits. The language and the words of headline, author, outlet and URL are repeated with their mark; stems that are
/// not words of the article follow.
pub fn index_words(document: &Document) -> String {
    let mut all = String::new();
    let mut folded = String::new();
    let algorithm = stem::algorithm(&primary(document.language)).map(|(_, algorithm)| algorithm);
    // Most words of a text repeat, and stemming is what costs most: what was written for each.
    let mut known: HashMap<&str, Range<usize>> = HashMap::new();
    for field in Field::BODY {
        let mut spelling = |all: &mut String, word: &str| {
            folded.clear();
            fold_into(word, &mut folded);
            add(all, None, &folded);
            if field == Field::Title {
                add(all, Some(field_mark(field)), &folded);
            }
            if let Some(algorithm) = algorithm {
                let (stem, other) = stem::stems(algorithm, word);
                for stem in std::iter::once(stem).chain(other).filter(|stem| *stem != folded) {
                    add(all, Some(STEM), &stem);
                }
            }
        };
        each_word_or_run(document.field(field), field, |word| match word {
            WordOrRun::Run(joined) => spelling(&mut all, &joined),
            WordOrRun::Word(word) => {
                if let Some(written) = known.get(word) {
                    return all.extend_from_within(written.clone());
                }
                let from = all.len();
                each_spelling(word, |word| spelling(&mut all, word));
                if field != Field::Title {
                    known.insert(word, from..all.len());
                }
            }
        });
    }
    for field in [Field::Author, Field::Outlet, Field::Url] {
        let mut spelling = |word: &str| add(&mut all, Some(field_mark(field)), &fold(word));
        each_word_or_run(document.field(field), field, |word| match word {
            WordOrRun::Run(joined) => spelling(&joined),
            WordOrRun::Word(word) => each_spelling(word, &mut spelling),
        });
    }
    add(&mut all, Some(field_mark(Field::Lang)), &primary(document.language));
    all
}

enum WordOrRun<'t> {
    Word(&'t str),
    /// The joined form of several words.
    Run(String),
}

/// Calls `found` with every word of a field, and with the joined form of several words.
fn each_word_or_run<'t>(text: &'t str, field: Field, mut found: impl FnMut(WordOrRun<'t>)) {
    let mut joiner = WordJoiner::default();
    let mut word = |range: Range<usize>| {
        let ended = if field == Field::Url { None } else { joiner.next(text, &range) };
        if let Some(run) = ended {
            found(WordOrRun::Run(run.text));
        }
        if let Some(word) = text.get(range) {
            found(WordOrRun::Word(word));
        }
    };
    match field {
        Field::Url => address_words(text).for_each(word),
        _ => each_word(text, &mut word),
    }
    if let Some(run) = joiner.finish(text) {
        found(WordOrRun::Run(run.text));
    }
}

/// Calls `found` with a word and its other spellings.
fn each_spelling(word: &str, mut found: impl FnMut(&str)) {
    found(word);
    // Some differ only in characters that the index drops.
    let kept = |word: &str| fold(word).chars().filter(is_kept).collect::<String>();
    other_spellings(word).iter().filter(|other| kept(&other.text) != kept(word)).for_each(|other| found(&other.text));
}

/// A private-use character for each field.
fn field_mark(field: Field) -> char {
    char::from_u32(0xE000 + field as u32).unwrap_or(STEM)
}

fn add(all: &mut String, mark: Option<char>, word: &str) {
    let before = all.len();
    all.extend(word.chars().filter(is_kept));
    if all.len() > before {
        if let Some(mark) = mark {
            all.insert(before, mark);
        }
        all.push(' ');
    }
}

/// Dropping these characters from words and queries alike only adds a few candidates.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "for `filter`")]
fn is_kept(c: &char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric()
}

/// `field`: the field searched for the terms of `node`.
fn need_of_node(node: &Node, depth: usize, field: Option<Field>) -> Option<Need> {
    let depth = depth.checked_sub(1)?;
    match node {
        Node::Term(term) => need_of_term(term, field),
        Node::And(nodes) => all(nodes.iter().filter_map(|node| need_of_node(node, depth, field)).collect()),
        Node::Near { left, right, .. } => {
            all([left, right].into_iter().filter_map(|node| need_of_node(node, depth, field)).collect())
        }
        Node::Or(nodes) => any(nodes.iter().map(|node| need_of_node(node, depth, field)).collect::<Option<_>>()?),
        Node::AtLeast { times, of: node } => need_of_node(node, depth, field).filter(|_| *times > 0),
        Node::In { field, node } => need_of_node(node, depth, Some(*field)),
        Node::Not(_) => None,
    }
}

fn need_of_term(term: &Term, field: Option<Field>) -> Option<Need> {
    // Facts of outlets change, and the index does not have them.
    if field.is_some_and(Field::is_fact) {
        return None;
    }
    if field == Some(Field::Url) {
        // URLs are split into smaller words.
        let words = term.words.iter().flat_map(|word| address_words(word).filter_map(|range| word.get(range)));
        return need_of_words(term, &words.collect::<Vec<_>>(), field);
    }
    let together = need_of_words(term, &term.words.iter().map(String::as_str).collect::<Vec<_>>(), field)?;
    match term.words_with_parts_split() {
        None => Some(together),
        Some(apart) => any(vec![together, need_of_words(term, &apart, field)?]),
    }
}

/// The condition for these words; the last may be a prefix.
fn need_of_words(term: &Term, words: &[&str], field: Option<Field>) -> Option<Need> {
    let marked = field.filter(|field| !matches!(field, Field::Summary | Field::Text)).map(field_mark);
    let need = |word: &str, is_beginning: bool| {
        let word: String = fold(word).chars().filter(is_kept).collect();
        let need = if is_beginning { Need::Beginning } else { Need::Word };
        (!word.is_empty()).then(|| need(marked.into_iter().chain(word.chars()).collect()))
    };
    let last = words.len().saturating_sub(1);
    let needs = words.iter().enumerate().filter_map(|(at, word)| {
        if term.how == How::Stem {
            // Stems of the headline are listed among those of the text; author, outlet and URL have none.
            return field.is_none_or(|field| Field::BODY.contains(&field)).then(|| need_of_stem(word)).flatten();
        }
        let word = normal_spelling(word);
        let second = spelled_out(&word).filter(|_| term.how == How::Folded);
        let is_beginning = term.prefix && at == last;
        any(std::iter::once(&*word).chain(second.as_deref()).filter_map(|word| need(word, is_beginning)).collect())
    });
    all(needs.collect())
}

/// The word itself, or any word that shares a stem with it in some language.
fn need_of_stem(word: &str) -> Option<Need> {
    let word = normal_spelling(word);
    let second = spelled_out(&word);
    let mut stems: Vec<String> = std::iter::once(&*word)
        .chain(second.as_deref())
        .flat_map(|word| {
            let word = exact(word).to_lowercase();
            let folded = fold(&word);
            let stems = stem::algorithms().flat_map(move |algorithm| {
                let (stem, other) = stem::stems(algorithm, &word);
                std::iter::once(stem).chain(other)
            });
            stems.chain(std::iter::once(folded))
        })
        .map(|stem| stem.chars().filter(is_kept).collect::<String>())
        .collect();
    stems.sort_unstable();
    stems.dedup();
    // A stem that is also a word is listed among the words.
    let needs = stems.into_iter().filter(|stem| !stem.is_empty()).flat_map(|stem| {
        let marked = Need::Word(std::iter::once(STEM).chain(stem.chars()).collect());
        [Need::Word(stem), marked]
    });
    any(needs.collect())
}

fn all(needs: Vec<Need>) -> Option<Need> {
    join(needs, Need::All)
}

fn any(needs: Vec<Need>) -> Option<Need> {
    join(needs, Need::Any)
}

fn join(mut needs: Vec<Need>, several: fn(Vec<Need>) -> Need) -> Option<Need> {
    if needs.len() > 1 { Some(several(needs)) } else { needs.pop() }
}

fn size(need: &Need) -> usize {
    match need {
        Need::Word(_) | Need::Beginning(_) => 1,
        Need::All(needs) | Need::Any(needs) => needs.iter().map(size).sum(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use proptest::prelude::*;

    use super::{Need, index_words};
    use crate::query::{Document, Field, Matcher, Query, Watch};
    use crate::source::OutletFacts;

    /// Replaces the marks by letters.
    fn readable(words: &str) -> String {
        let mut shown = words.replace(super::STEM, "S.");
        for (field, letter) in
            Field::ALL.into_iter().zip(["T.", "s.", "t.", "A.", "O.", "U.", "L.", "K.", "R.", "I.", "G."])
        {
            shown = shown.replace(super::field_mark(field), letter);
        }
        shown
    }

    fn shown(need: &Need) -> String {
        let joined = |needs: &[Need], with| format!("({})", needs.iter().map(shown).collect::<Vec<_>>().join(with));
        match need {
            Need::Word(word) => readable(word),
            Need::Beginning(word) => readable(word) + "*",
            Need::All(needs) => joined(needs, " & "),
            Need::Any(needs) => joined(needs, " | "),
        }
    }

    /// Whether the words of an index fulfil a condition.
    fn has(need: &Need, words: &[&str]) -> bool {
        match need {
            Need::Word(word) => words.contains(&word.as_str()),
            Need::Beginning(word) => words.iter().any(|other| other.starts_with(word)),
            Need::All(needs) => needs.iter().all(|need| has(need, words)),
            Need::Any(needs) => needs.iter().any(|need| has(need, words)),
        }
    }

    #[test]
    fn needs_of_queries() {
        for (query, expected) in [
            ("Exécution", "execution"),
            ("œuvre OR Straße", "(oeuvre | strasse)"),
            ("\"Sint-Jans Molen*\"", "(sint & jans & molen*)"),
            ("a NEAR/3 (b OR cc*) NOT d", "(a & (b | cc*))"),
            ("title:(a b) ATLEAST/2 c", "((T.a & T.b) & c)"),
            ("text:a summary:b", "(a & b)"),
            ("=IRGC lang:fr", "(irgc & L.fr)"),
            ("1.000", "1000"),
            ("Müller title:Öl*", "((muller | mueller) & (T.ol* | T.oel*))"),
            ("O.N.U. CO₂", "((onu | (o & n & u)) & co2)"),
            ("\"1 100\"", "(1100 | (1 & 100))"),
            ("a OR lang:fr", "(a | L.fr)"),
            ("a OR NOT b", "-"),
            ("author:\"Le Pen\" OR outlet:soir*", "((A.le & A.pen) | O.soir*)"),
            ("url:toomaj_sal*", "(U.toomaj & U.sal*)"),
            ("author:~dupont", "-"),
            ("tier:1", "-"),
            ("a tier:1", "a"),
            ("a OR tag:b", "-"),
            // Georgian has no stemmer: the others leave it alone.
            ("~ირანი title:~ირანი", "((ირანი | S.ირანი) & (ირანი | S.ირანი))"),
        ] {
            let need = Query::parse(query).unwrap().need();
            assert_eq!(need.as_ref().map_or_else(|| "-".to_owned(), shown), expected, "{query}");
        }
        let long = (0..1001).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" OR ");
        assert_eq!(Query::parse(&long).unwrap().need(), None);
        let deep = format!("{}a{}", "(b OR (c ".repeat(20), "))".repeat(20));
        let parsed = ["a b", "c* d", "cc*"].map(Query::parse);
        let need = Need::of_any(parsed.iter().flatten());
        assert_eq!(need.as_ref().map(shown).as_deref(), Some("((a & b) | cc*)"));
        let need = Query::parse(&deep).unwrap().need().unwrap();
        assert!((5..=12).contains(&shown(&need).matches('(').count()));
    }

    #[test]
    fn an_index_has_folded_words() {
        let words = |document: &Document| readable(&index_words(document));
        let document = Document {
            title: "L’Œuvre",
            summary: "de 1.000 Straßen",
            text: "free_iran — می\u{200c}خواهم",
            ..Document::default()
        };
        assert_eq!(words(&document), "l T.l oeuvre T.oeuvre de 1000 strassen free iran میخواهم ");
        let document = Document { title: "Müller", text: "L'O.N.U., CO₂ m² 1 100", ..Document::default() };
        assert_eq!(words(&document), "muller T.muller mueller T.mueller l o n u onu co2 m2 m 1 100 1100 ");
        let document = Document {
            title: "Exécution attribuée",
            author: "Zoé D'Hont",
            outlet: "La 7ème",
            url: "https://a.example/free_iran",
            language: "fr-BE",
            ..Document::default()
        };
        let expected = "execution T.execution S.execu S.execut attribuee T.attribuee S.attribu \
             A.zoe A.d A.hont O.la O.7eme U.https U.a U.example U.free U.iran L.fr ";
        assert_eq!(words(&document), expected);
        let document = Document { title: "Grèves", text: "grèves, grèves", language: "fr", ..Document::default() };
        assert_eq!(words(&document), "greves T.greves S.grev greves S.grev greves S.grev L.fr ");
        assert_eq!(words(&Document { title: "\u{fdfa} – …", ..Document::default() }).split_whitespace().count(), 2);
    }

    fn term() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[a-c]{1,2}",
            1 => "[ab]{2}\\*",
            1 => "\"[a-c]{1,2} [a-c]{1,2}\"",
            1 => "=[aAéE]",
            2 => "~[a-ce]{1,2}(s|nt|ution)?",
            2 => "(title|text|author|url|outlet|lang):=?[a-c]{1,2}",
            1 => "(kind|tag):[a-c]",
            1 => "(title|author):(~[a-c](s|nt)|\"[ab] [ab]\"|[ab]{2}\\*)",
            1 => "[éœß1ü₂]\\.?[a1]",
            1 => "(a\\.b\\.|a\\.b|ab|1 111|1\\.111|1111|bü|bue)",
        ]
    }

    fn query() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![3 => term(), 1 => (term(), term()).prop_map(|(a, b)| format!("({a} NEAR/2 {b})"))];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let joined = |with: &'static str| move |parts: Vec<String>| format!("({})", parts.join(with));
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(joined(" ")),
                prop::collection::vec(inner.clone(), 2..4).prop_map(joined(" OR ")),
                prop::collection::vec(inner.clone(), 2..3).prop_map(joined(" NOT ")),
                inner.prop_map(|inner| format!("({inner} OR NOT a)")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

        #[test]
        #[ignore = "slow"]
        fn every_match_fulfils_the_need(query in query(), title in "[a-cAéœß1. ’-]{0,12}", text in "([a-cAéœßü₂1. ’-]|s |nt |ution |a\\.b\\.| 1 111 |bü|bue){0,30}",
            author in "[a-c ]{0,4}", language in prop::sample::select(vec!["fr", "nl-BE", "de", "en", "c", "bb", ""])) {
            let Ok(query) = Query::parse(&query) else { return Ok(()) };
            let facts = OutletFacts { kind: Some("a".into()), tags: vec!["b".into(), "a c".into()], ..OutletFacts::default() };
            let document = Document { title: &title, text: &text, author: &author, language, url: "http://a.b/ab_c", outlet: "B ab", facts: Some(&facts), ..Document::default() };
            let words = index_words(&document);
            let words: Vec<&str> = words.split_whitespace().collect();
            let need = query.need();
            if let (Some(need), [_]) = (need, Matcher::new(&[Watch::new("", query.clone())]).matches(&document).as_slice()) {
                prop_assert!(has(&need, &words), "{} needs {:?}, and has {:?}", query, need, words);
            }
        }
    }
}
