//! Explains why a watch does not match: the part that failed, the nearest miss first.

use jiff::Timestamp;

use super::ast::{Field, Node, Term};
use super::compile::{Compiled, CompiledNode};
use super::facts::term_key;
use super::reading::DocumentReading;
use super::scope::Scope;
use crate::date::utc;
use crate::text::count::counted;

/// How many words of a long list are named.
const NAMED: usize = 5;

/// Why `compiled` does not match; `None` if it does.
pub(super) fn explain_miss(reading: &DocumentReading, compiled: &Compiled) -> Option<String> {
    if !compiled.takes_source(reading.document.outlet) {
        return Some(format!("source {} is not among {}", reading.document.outlet, compiled.watch.sources.join(", ")));
    }
    if !compiled.takes_language(&reading.language) {
        return Some(format!("language {} is not among {}", reading.language, compiled.languages.join(", ")));
    }
    if !compiled.takes_age(reading.document.published_at) {
        let day = |at: Option<Timestamp>| at.map_or_else(String::new, utc);
        let (published, since) = (day(reading.document.published_at), day(compiled.watch.since));
        return Some(format!("published {published}, before {since}"));
    }
    if !compiled.takes_length(reading) {
        let words = counted(reading.text_length(), "word", "words");
        return Some(format!("the text has {words}, fewer than {}", compiled.watch.min_words));
    }
    if reading.holds(&compiled.code) {
        return None;
    }
    Some(reading.explain_node(&compiled.watch.query.node, &compiled.code, compiled.scope).0)
}

impl DocumentReading<'_> {
    /// Why `code`, compiled from `node`, does not hold, and the proportion of it that does (0 to 1).
    fn explain_node(&self, node: &Node, code: &CompiledNode, within: Scope) -> (String, f32) {
        match (node, code) {
            (Node::In { field, node }, code) => self.explain_node(node, code, Scope::single(*field)),
            (Node::Term(_), CompiledNode::Lang(language)) => {
                let found = if self.language.is_empty() { "unknown" } else { &self.language };
                (format!("the language is {found}, not {language}"), 0.0)
            }
            (Node::Term(term), CompiledNode::Fact { field, .. }) => (self.explain_fact(*field, term), 0.0),
            (Node::Term(term), _) => (format!("no `{term}`{}", within.description()), 0.0),
            (whole @ Node::Not(_), CompiledNode::Not(_)) => {
                (format!("excluded by {}{}", shortened(whole), within.description()), 0.9)
            }
            (Node::And(nodes), CompiledNode::And(codes)) => self.explain_all(nodes, codes, within),
            (Node::Or(nodes), CompiledNode::Or(codes)) => self.explain_any(nodes, codes, within),
            (
                Node::Near { ordered, distance, left, right },
                CompiledNode::Near { left: left_code, right: right_code, .. },
            ) => {
                let name = if *ordered { "ONEAR" } else { "NEAR" };
                for (side, side_code) in [(left, left_code), (right, right_code)] {
                    if !self.holds(side_code) {
                        let other = if std::ptr::eq(side, left) { right_code } else { left_code };
                        let (why, _) = self.explain_node(side, side_code, within);
                        return (why, if self.holds(other) { 0.4 } else { 0.0 });
                    }
                }
                let why = match self.nearest_distance(*ordered, left_code, right_code) {
                    Some(apart) => {
                        format!("{name}/{distance}: nearest pair is {} apart", counted(apart, "word", "words"))
                    }
                    None if *ordered && self.nearest_distance(false, left_code, right_code).is_some() => {
                        format!("{name}/{distance}: both occur, but never in this order")
                    }
                    None => format!("{name}/{distance}: both occur, but not in one field"),
                };
                (why, 0.8)
            }
            (Node::AtLeast { times, of }, CompiledNode::AtLeast { of: of_code, .. }) => match self.count(of_code) {
                0 => self.explain_node(of, of_code, within),
                1 => (format!("ATLEAST/{times}: `{}` occurs once only", shortened(of)), 0.5),
                count => (format!("ATLEAST/{times}: `{}` occurs {count} times only", shortened(of)), 0.7),
            },
            _ => ("it does not hold".to_owned(), 0.0),
        }
    }

    fn explain_fact(&self, field: Field, term: &Term) -> String {
        let known = self.document.facts.map_or_else(Vec::new, |facts| field.values(facts));
        let is_list = field == Field::Tag && !known.is_empty();
        let known = if known.is_empty() { "unknown".to_owned() } else { known.join(", ") };
        let name = if is_list { "tags are".to_owned() } else { format!("{} is", field.name()) };
        let mark = if term.prefix { "*" } else { "" };
        format!("the outlet's {name} {known}, not {}{mark}", term_key(term))
    }

    fn explain_all(&self, nodes: &[Node], codes: &[CompiledNode], within: Scope) -> (String, f32) {
        let failed: Vec<(&Node, &CompiledNode)> =
            nodes.iter().zip(codes).filter(|(_, code)| !self.holds(code)).collect();
        let wanted = nodes.iter().filter(|node| !matches!(node, Node::Not(_))).count();
        let lacking = failed.iter().filter(|(node, _)| !matches!(node, Node::Not(_))).count();
        let mut reasons: Vec<(String, f32)> = failed
            .iter()
            .filter(|(node, _)| lacking == 0 || !matches!(node, Node::Not(_)))
            .take(NAMED)
            .map(|(node, code)| self.explain_node(node, code, within))
            .collect();
        let more = if lacking > NAMED { format!(" and {} more", lacking - NAMED) } else { String::new() };
        let part: f32 = reasons.iter().map(|(_, part)| *part).sum::<f32>();
        let have = wanted.saturating_sub(lacking);
        #[expect(clippy::cast_precision_loss, reason = "a rough score of at most some thousand parts")]
        let score = if lacking == 0 { 0.95 } else { (have as f32 + part) / (wanted.max(1) as f32) };
        let why = reasons.drain(..).map(|(why, _)| why).collect::<Vec<_>>().join(", ");
        (why + &more, score.min(0.99))
    }

    fn explain_any(&self, nodes: &[Node], codes: &[CompiledNode], within: Scope) -> (String, f32) {
        let mut nearest: Option<(String, f32)> = None;
        let mut words = Vec::new();
        for (node, code) in nodes.iter().zip(codes) {
            let (why, score) = self.explain_node(node, code, within);
            if score > 0.0 && nearest.as_ref().is_none_or(|(_, best)| score > *best) {
                nearest = Some((why, score));
            } else if words.len() < NAMED {
                words.push(format!("`{}`", shortened(node)));
            }
        }
        nearest.unwrap_or_else(|| {
            let more = nodes.len().saturating_sub(words.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (format!("none of {}{more}{}", words.join(", "), within.description()), 0.0)
        })
    }
}

/// A part of a query, short enough to read at a glance.
fn shortened(node: &Node) -> String {
    let text = node.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
