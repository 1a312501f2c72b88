//! Notes on `lang:` and `outlet:` whose value nothing can have.

use super::ast::{Field, Node, Term};
use crate::lexicon::ORDER;
use crate::text::fold::fold;
use crate::text::suggest::nearest;
use crate::text::words::words;

/// More notes on one query would not be read.
const MAX_NOTES: usize = 8;

/// The note on a code that is no language's; `None` if it is one. Codes of three letters are not listed.
pub(super) fn unknown_language(code: &str) -> Option<String> {
    (code.len() == 2 && !ORDER.codes.contains(&code))
        .then(|| format!("no language has the code `{code}` (ISO 639-1), so no article will be in it"))
}

/// The notes on a query, given the names of the sources.
pub(super) fn advice(node: &Node, sources: &[&str]) -> Vec<String> {
    let mut terms = Vec::new();
    collect(node, None, &mut terms);
    let mut notes = Vec::new();
    for (field, term) in terms {
        let found = match field {
            Field::Lang => unknown_language(&term.words.concat()),
            Field::Outlet => unknown_outlet(term, sources),
            _ => None,
        };
        notes.extend(found.filter(|found| !notes.contains(found)));
        if notes.len() == MAX_NOTES {
            break;
        }
    }
    notes
}

fn collect<'q>(node: &'q Node, field: Option<Field>, terms: &mut Vec<(Field, &'q Term)>) {
    match node {
        Node::Term(term) => terms.extend(field.map(|field| (field, term))),
        Node::Not(node) | Node::AtLeast { of: node, .. } => collect(node, field, terms),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| collect(node, field, terms)),
        Node::Near { left, right, .. } => {
            collect(left, field, terms);
            collect(right, field, terms);
        }
        Node::In { field, node } => collect(node, Some(*field), terms),
    }
}

/// Compares more loosely than matching does: a note on what is found would be wrong, no note on what is not is no harm.
fn unknown_outlet(term: &Term, sources: &[&str]) -> Option<String> {
    let wanted: Vec<String> = term.words.iter().map(|word| fold(word)).collect();
    let is_named = |name: &&str| {
        let name: Vec<String> = words(name).into_iter().filter_map(|range| name.get(range)).map(fold).collect();
        let (last, before) = wanted.split_last()?;
        name.windows(wanted.len())
            .any(|part| part.starts_with(before) && part.last().is_some_and(|word| word.starts_with(last.as_str())))
            .then_some(())
    };
    if sources.is_empty() || sources.iter().any(|name| is_named(name).is_some()) {
        return None;
    }
    let hint = match nearest(&term.written, sources.iter().copied()) {
        Some(near) => format!("did you mean outlet:\"{near}\"?"),
        None => "`presswatch sources` lists the names".to_owned(),
    };
    Some(format!("no source has a name with `{}` in it: {hint}", term.written))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use crate::query::Query;

    #[test]
    fn values_that_nothing_has_get_a_note() {
        let sources = ["Le Phare", "L'Éclat", "De Lantaarnen", "KADE NWS"];
        let notes = |query: &str| Query::parse(query).unwrap().advice_on_values(&sources).join("|");
        for (query, note) in [
            ("tram lang:xx", "no language has the code `xx`"),
            ("tram lang:(fr OR cz)", "the code `cz`"),
            ("tram outlet:\"Le Phase\"", "did you mean outlet:\"Le Phare\"?"),
            ("tram NOT outlet:Lantern", "`presswatch sources`"),
            ("tram outlet:(eclat OR kiste)", "`kiste`"),
            ("tram outlet:NWS*", ""),
            ("tram outlet:lant*", ""),
            ("tram outlet:\"l'eclat\" lang:fr lang:fra", ""),
            ("outlet:phare title:xx", ""),
        ] {
            let found = notes(query);
            assert!(if note.is_empty() { found.is_empty() } else { found.contains(note) }, "{query}: {found}");
        }
        assert_eq!(Query::parse("outlet:x").unwrap().advice_on_values(&[]), [""; 0]);
    }
}
