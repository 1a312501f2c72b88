//! A full-text question that finds every article a query can match, and some that it does not.

use super::ast::{Field, How, Node, Term};
use super::fold::fold;

/// An FTS5 expression for `node`, looked for in `field`; `None` where no words narrow it down.
pub(super) fn expression(node: &Node, field: Option<Field>) -> Option<String> {
    match node {
        Node::Term(term) => words(term, field),
        Node::Not(_) => None,
        Node::And(nodes) => joined(nodes.iter().filter_map(|node| expression(node, field)).collect(), " AND "),
        Node::Or(nodes) => {
            let all: Option<Vec<String>> = nodes.iter().map(|node| expression(node, field)).collect();
            joined(all?, " OR ")
        }
        Node::Near { left, right, .. } => {
            joined([left, right].into_iter().filter_map(|node| expression(node, field)).collect(), " AND ")
        }
        Node::AtLeast { of, .. } => expression(of, field),
        Node::In { field, node } => expression(node, Some(*field)),
    }
}

fn joined(mut parts: Vec<String>, operator: &str) -> Option<String> {
    if parts.len() < 2 {
        return parts.pop();
    }
    Some(format!("({})", parts.join(operator)))
}

fn words(term: &Term, field: Option<Field>) -> Option<String> {
    let in_text = matches!(field, None | Some(Field::Title | Field::Summary | Field::Text));
    if !in_text || term.how == How::Stem || term.words.iter().any(|word| word.chars().any(is_unspaced)) {
        return None;
    }
    let folded: Vec<String> = term.words.iter().map(|word| fold(word)).collect();
    if folded.iter().any(|word| !word.chars().any(char::is_alphanumeric) || word.contains(['"', '\0'])) {
        return None;
    }
    Some(format!("\"{}\"{}", folded.join(" "), if term.prefix { " *" } else { "" }))
}

/// Scripts written without spaces (Thai to Khmer, Chinese, Japanese): SQLite does not split them as we do.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1900}'..='\u{1AAF}'
        | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF65}'..='\u{FFDC}'
        | '\u{16000}'..='\u{1FFFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use crate::query::Query;

    #[test]
    fn a_query_is_narrowed_by_its_words() {
        for (query, expected) in [
            ("Exécution*", Some("\"execution\" *")),
            ("Sint-Jans-Molenbeek", Some("\"sint jans molenbeek\"")),
            ("iran (mort OR =Peine) NOT sport", Some("(\"iran\" AND (\"mort\" OR \"peine\"))")),
            ("iran NEAR/3 (mort OR \"peine cap*\")", Some("(\"iran\" AND (\"mort\" OR \"peine cap\" *))")),
            ("ATLEAST/2 title:iran", Some("\"iran\"")),
            ("iran ~mort lang:fr url:be", Some("\"iran\"")),
            ("iran OR ~mort", None),
            ("iran OR NOT mort", None),
            ("author:dupont", None),
            ("用語", None),
        ] {
            assert_eq!(Query::parse(query).unwrap().fts5().as_deref(), expected, "{query}");
        }
    }
}
