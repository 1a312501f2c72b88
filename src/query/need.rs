//! What an article must have at least for a query to match: for an index, which then asks far fewer articles.

use super::ast::{Field, How, Node, Term};
use super::fold::fold_into;
use super::words::each_word;
use super::{Query, fold};

/// Deeper or larger queries are not worth an index's while; what is left out only makes more candidates.
const DEEPEST: usize = 12;
const MOST_WORDS: usize = 500;

/// What an article must have; every article that matches has it, but not the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A word as [`index_words`] writes it.
    Word(String),
    /// A word that begins so.
    Beginning(String),
    /// All of these; two or more.
    All(Vec<Need>),
    /// One of these; two or more.
    Any(Vec<Need>),
}

impl Query {
    /// What title, summary and text together must have; `None`: nothing is needed, or nothing an index can tell.
    pub fn need(&self) -> Option<Need> {
        let need = of(&self.node, DEEPEST)?;
        (size(&need) <= MOST_WORDS).then_some(need)
    }
}

impl Need {
    /// What an article must have for one of these queries to match; `None`: nothing, or more than is worth asking for.
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

/// The words of texts as an index keeps them: folded, separated by blanks, without any other ASCII than letters and digits.
pub fn index_words<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut all = String::new();
    let mut folded = String::new();
    for text in texts {
        each_word(text, |range| {
            let Some(word) = text.get(range) else { return };
            folded.clear();
            fold_into(word, &mut folded);
            let before = all.len();
            all.extend(folded.chars().filter(is_kept));
            if all.len() > before {
                all.push(' ');
            }
        });
    }
    all
}

/// Dropped from words and queries alike, a character makes no difference but a few candidates more.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "for `filter`")]
fn is_kept(c: &char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric()
}

fn of(node: &Node, depth: usize) -> Option<Need> {
    let depth = depth.checked_sub(1)?;
    match node {
        Node::Term(term) => of_term(term),
        Node::And(nodes) => all(nodes.iter().filter_map(|node| of(node, depth)).collect()),
        Node::Near { left, right, .. } => all([left, right].into_iter().filter_map(|node| of(node, depth)).collect()),
        Node::Or(nodes) => any(nodes.iter().map(|node| of(node, depth)).collect::<Option<_>>()?),
        Node::AtLeast { times, of: node } => of(node, depth).filter(|_| *times > 0),
        Node::In { field: Field::Title | Field::Summary | Field::Text, node } => of(node, depth),
        Node::In { .. } | Node::Not(_) => None,
    }
}

fn of_term(term: &Term) -> Option<Need> {
    // Which words share a stem only the language of the article says.
    if term.how == How::Stem {
        return None;
    }
    let last = term.words.len().saturating_sub(1);
    let words = term.words.iter().enumerate().filter_map(|(at, word)| {
        let word: String = fold(word).chars().filter(is_kept).collect();
        let need = if term.prefix && at == last { Need::Beginning } else { Need::Word };
        (!word.is_empty()).then(|| need(word))
    });
    all(words.collect())
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
    use crate::query::{Document, Matcher, Query, Watch};

    fn shown(need: &Need) -> String {
        let joined = |needs: &[Need], with| format!("({})", needs.iter().map(shown).collect::<Vec<_>>().join(with));
        match need {
            Need::Word(word) => word.clone(),
            Need::Beginning(word) => format!("{word}*"),
            Need::All(needs) => joined(needs, " & "),
            Need::Any(needs) => joined(needs, " | "),
        }
    }

    /// Whether the words of an index fulfil a need, as an index would say.
    fn has(need: &Need, words: &[&str]) -> bool {
        match need {
            Need::Word(word) => words.contains(&word.as_str()),
            Need::Beginning(word) => words.iter().any(|other| other.starts_with(word)),
            Need::All(needs) => needs.iter().all(|need| has(need, words)),
            Need::Any(needs) => needs.iter().any(|need| has(need, words)),
        }
    }

    #[test]
    fn what_a_query_needs() {
        for (query, expected) in [
            ("Exécution", "execution"),
            ("œuvre OR Straße", "(oeuvre | strasse)"),
            ("\"Sint-Jans Molen*\"", "(sint & jans & molen*)"),
            ("a NEAR/3 (b OR cc*) NOT d", "(a & (b | cc*))"),
            ("title:(a b) ATLEAST/2 c", "((a & b) & c)"),
            ("=IRGC lang:fr ~exécution", "irgc"),
            ("1.000", "1000"),
            ("a OR ~b", "-"),
            ("a OR lang:fr", "-"),
            ("a OR NOT b", "-"),
            ("author:dupont", "-"),
            ("lang:fr", "-"),
        ] {
            let need = Query::parse(query).unwrap().need();
            assert_eq!(need.as_ref().map_or_else(|| "-".to_owned(), shown), expected, "{query}");
        }
        let long = (0..600).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" OR ");
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
        assert_eq!(
            index_words(["L’Œuvre de 1.000 Straßen", "free_iran — می\u{200c}خواهم"]),
            "l oeuvre de 1000 strassen freeiran میخواهم "
        );
        assert_eq!(index_words(["\u{fdfa} – …"]).split_whitespace().count(), 1);
    }

    fn term() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => "[a-c]{1,2}",
            1 => "[ab]{2}\\*",
            1 => "\"[a-c]{1,2} [a-c]{1,2}\"",
            1 => "=[aAéE]",
            1 => "~[a-c]{1,2}",
            1 => "(title|text|author|lang):[a-c]",
            1 => "[éœß1]\\.?[a1]",
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
        fn what_matches_has_what_it_needs(query in query(), title in "[a-cAéœß1. ’-]{0,12}", text in "[a-cAéœß1. ’-]{0,30}") {
            let Ok(query) = Query::parse(&query) else { return Ok(()) };
            let document = Document { title: &title, text: &text, author: "a", language: "c", ..Document::default() };
            let words = index_words([title.as_str(), text.as_str()]);
            let words: Vec<&str> = words.split_whitespace().collect();
            let need = query.need();
            if let (Some(need), [_]) = (need, Matcher::new(&[Watch::new("", query.clone())]).matches(&document).as_slice()) {
                prop_assert!(has(&need, &words), "{} needs {:?}, and has {:?}", query, need, words);
            }
        }
    }
}
