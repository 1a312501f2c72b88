//! Facts of outlets in queries: `tier:1`, `kind:newspaper`, `region:brussels`, `tag:quality`.

use super::ast::{Field, Node, Term};
use crate::source::OutletFacts;
use crate::text::fold::fold;
use crate::text::suggest::nearest;
use crate::text::words::words;

/// More notes on one query would not be read.
const MAX_NOTES: usize = 8;

impl Field {
    /// Whether it is a fact of the outlet: a whole value rather than words.
    pub fn is_fact(self) -> bool {
        matches!(self, Field::Kind | Field::Region | Field::Tier | Field::Tag)
    }

    /// Whether it is a value rather than words, so that nothing in it can be counted or measured.
    pub(super) fn is_value(self) -> bool {
        self == Field::Lang || self.is_fact()
    }

    /// The values of an outlet for this field, as queries compare them; none where nothing is stated.
    pub fn values(self, facts: &OutletFacts) -> Vec<String> {
        let keys = |texts: &mut dyn Iterator<Item = &str>| texts.map(value_key).filter(|key| !key.is_empty()).collect();
        match self {
            Field::Kind => keys(&mut facts.kind.as_deref().into_iter()),
            Field::Region => keys(&mut facts.region.as_deref().into_iter()),
            Field::Tag => keys(&mut facts.tags.iter().map(|tag| &**tag)),
            Field::Tier => facts.tier.iter().map(u8::to_string).collect(),
            _ => Vec::new(),
        }
    }
}

/// The words of a value, folded, so that case, accents and what stands between the words do not matter.
fn value_key(text: &str) -> String {
    let parts: Vec<String> = words(text).into_iter().filter_map(|range| text.get(range)).map(fold).collect();
    parts.join(" ")
}

/// The same of a term.
pub(super) fn term_key(term: &Term) -> String {
    value_key(&term.words.join(" "))
}

/// Whether an outlet has a value, or one that begins so.
pub(super) fn has_value(facts: &OutletFacts, field: Field, key: &str, is_prefix: bool) -> bool {
    field.values(facts).iter().any(|value| value == key || (is_prefix && value.starts_with(key)))
}

/// The facts that a query asks for, each once.
pub(super) fn fact_fields(node: &Node) -> Vec<Field> {
    let mut found = Vec::new();
    each_fact(node, None, &mut |field, _| found.push(field));
    found.sort_unstable();
    found.dedup();
    found
}

/// Notes on values that none of these outlets has.
pub(super) fn advice(node: &Node, outlets: &[&OutletFacts]) -> Vec<String> {
    let mut notes = Vec::new();
    each_fact(node, None, &mut |field, term| {
        let key = term_key(term);
        if outlets.iter().any(|facts| has_value(facts, field, &key, term.prefix)) || notes.len() == MAX_NOTES {
            return;
        }
        let mut known: Vec<String> = outlets.iter().flat_map(|facts| field.values(facts)).collect();
        known.sort_unstable();
        known.dedup();
        let name = field.name();
        // A number is no slip of another one.
        let near = nearest(&key, known.iter().map(String::as_str)).filter(|_| field != Field::Tier);
        let hint = match near {
            Some(near) if near.contains(' ') => format!("did you mean {name}:\"{near}\"?"),
            Some(near) => format!("did you mean {name}:{near}?"),
            None if known.is_empty() => format!("`{}` below a [[source]] gives it one", key_in_file(field)),
            None => {
                format!("the known ones are {}", known.iter().take(MAX_NOTES).cloned().collect::<Vec<_>>().join(", "))
            }
        };
        let message = format!("no source has the {name} `{}`: {hint}", term.written);
        if !notes.contains(&message) {
            notes.push(message);
        }
    });
    notes
}

/// The key of `[[source]]` for this field.
fn key_in_file(field: Field) -> &'static str {
    if field == Field::Tag { "tags" } else { field.name() }
}

/// Calls `found` with every value that is asked for, also those that are excluded.
fn each_fact<'q>(node: &'q Node, field: Option<Field>, found: &mut impl FnMut(Field, &'q Term)) {
    match node {
        Node::Term(term) => {
            if let Some(field) = field.filter(|field| field.is_fact()) {
                found(field, term);
            }
        }
        Node::Not(node) | Node::AtLeast { of: node, .. } => each_fact(node, field, found),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| each_fact(node, field, found)),
        Node::Near { left, right, .. } => {
            each_fact(left, field, found);
            each_fact(right, field, found);
        }
        Node::In { field, node } => each_fact(node, Some(*field), found),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::query::{Document, Matcher, Query, Watch};

    fn facts(kind: &str, region: &str, tier: Option<u8>, tags: &[&str]) -> OutletFacts {
        let known = |text: &str| (!text.is_empty()).then(|| text.into());
        let tags = tags.iter().map(|tag| (*tag).into()).collect();
        OutletFacts { kind: known(kind), region: known(region), tier, reach: None, tags }
    }

    #[test]
    fn queries_ask_for_facts_of_outlets() {
        let paper = facts("Newspaper", "Sint-Jans-Molenbeek", Some(1), &["Qualité", "public broadcaster", "C++"]);
        let found = |query: &str, facts: Option<&OutletFacts>| {
            let matcher = Matcher::new(&[Watch::new("", Query::parse(query).unwrap())]);
            let document = Document { title: "Tram", text: "tram 1 newspaper", facts, ..Document::default() };
            let is_found = !matcher.matches(&document).is_empty();
            assert_eq!(matcher.misses(&document).is_empty(), is_found, "{query}");
            is_found
        };
        for (query, expected) in [
            ("tram tier:1", true),
            ("tram tier:2", false),
            ("tier:(2 OR 1)", true),
            ("tram NOT tier:1", false),
            ("tram -tier:2", true),
            ("kind:newspaper", true),
            ("KIND:NEWSPAPER", true),
            ("kind:news*", true),
            // A whole value, not one of its words.
            ("region:molenbeek", false),
            ("region:sint-jans-molenbeek", true),
            ("region:\"sint jans molenbeek\"", true),
            ("region:sint*", true),
            ("tag:qualite", true),
            ("tag:public", false),
            ("tag:\"public broadcaster\"", true),
            ("tag:(a OR qualité) tram", true),
            ("tram OR tier:2", true),
            ("metro OR tier:2", false),
        ] {
            assert_eq!(found(query, Some(&paper)), expected, "{query}");
        }
        for query in ["tier:1", "kind:news*", "tag:a", "region:b"] {
            assert!(!found(query, None) && !found(query, Some(&OutletFacts::default())), "{query}");
        }
        assert!(found("tram NOT tier:1", None));
    }

    #[test]
    fn a_value_cannot_be_counted_or_measured() {
        for (query, expected) in [
            ("tier:one", "expected a number"),
            ("tier:=1", "expected a number"),
            ("kind:~paper", "expected a value"),
            ("kind:=Paper", "expected a value"),
            ("ATLEAST/2 kind:paper", "cannot be counted"),
            ("kind:paper NEAR/3 tram", "nothing to measure"),
            ("rank:1", "did you mean tier: ?"),
            ("country:be", "did you mean region: ?"),
        ] {
            let error = Query::parse(query).unwrap_err().render(query, false).to_string();
            assert!(error.contains(expected), "{query}: {error}");
        }
    }

    #[test]
    fn a_miss_says_what_the_outlet_is() {
        let paper = facts("Newspaper", "", Some(2), &["a", "b c"]);
        let why = |query: &str| {
            let document = Document { title: "Tram", facts: Some(&paper), ..Document::default() };
            Matcher::new(&[Watch::new("", Query::parse(query).unwrap())]).misses(&document)[0].why.clone()
        };
        assert_eq!(why("tram tier:1"), "the outlet's tier is 2, not 1");
        assert_eq!(why("tram kind:radio"), "the outlet's kind is newspaper, not radio");
        assert_eq!(why("tram region:bru*"), "the outlet's region is unknown, not bru*");
        assert_eq!(why("tram tag:d"), "the outlet's tags are a, b c, not d");
    }

    #[test]
    fn values_that_no_outlet_has_get_a_note() {
        let outlets = [facts("newspaper", "Brussels", Some(1), &["public service"]), facts("radio", "", Some(3), &[])];
        let outlets: Vec<&OutletFacts> = outlets.iter().collect();
        let notes = |query: &str| Query::parse(query).unwrap().advice_on_facts(&outlets).join("|");
        for (query, note) in [
            ("kind:newspapr", "did you mean kind:newspaper?"),
            ("tag:\"public servce\"", "did you mean tag:\"public service\"?"),
            ("tram NOT tier:2", "the known ones are 1, 3"),
            ("kind:(radio OR television)", "`television`"),
            ("tier:3 region:bru*", ""),
            ("tram outlet:x", ""),
        ] {
            let found = notes(query);
            assert!(if note.is_empty() { found.is_empty() } else { found.contains(note) }, "{query}: {found}");
        }
        let none = Query::parse("tag:a").unwrap().advice_on_facts(&[]);
        assert!(none[0].contains("`tags` below a [[source]]"), "{none:?}");
    }
}
