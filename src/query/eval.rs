//! Evaluates a compiled query against an article, and locates the matches.

use super::atoms::Atom;
use super::compile::CompiledNode;
use super::facts::has_value;
use super::reading::{DocumentReading, Span};
use super::scope::Scope;

/// The most places reported for one term.
pub(super) const MAX_HITS: usize = 1000;

impl DocumentReading<'_> {
    pub fn holds(&self, code: &CompiledNode) -> bool {
        match code {
            CompiledNode::Words { atoms, scope } => self.spans(atoms, *scope).next().is_some(),
            CompiledNode::Lang(language) => *self.language == **language,
            CompiledNode::Fact { field, key, is_prefix } => {
                self.document.facts.is_some_and(|known| has_value(known, *field, key, *is_prefix))
            }
            CompiledNode::Not(code) => !self.holds(code),
            CompiledNode::And(codes) => codes.iter().all(|code| self.holds(code)),
            CompiledNode::Or(codes) => codes.iter().any(|code| self.holds(code)),
            CompiledNode::Near { ordered, distance, left, right } => {
                self.holds(left)
                    && self.holds(right)
                    && self.nearest_distance(*ordered, left, right).is_some_and(|nearest| nearest <= *distance)
            }
            CompiledNode::AtLeast { times, of } => self.count(of) >= *times as usize,
        }
    }

    /// The places where the words occur in a row.
    pub fn spans<'s>(&'s self, atoms: &'s [Atom], scope: Scope) -> impl Iterator<Item = Span> + 's {
        let (first, more) = atoms.split_first().map_or((Atom::MAX, [].as_slice()), |(first, more)| (*first, more));
        let gap = scope.has_gap();
        let single = self.places(first, scope).iter().map(|(_, place)| Span { first: *place, last: *place });
        single.chain(self.joined(first, scope)).filter_map(move |Span { first, mut last }| {
            if gap && !scope.has(self.field_number(first)) {
                return None;
            }
            for atom in more {
                last = self.last_of(*atom, last.checked_add(1)?)?;
            }
            (more.is_empty() || self.same_field(first, last)).then_some(Span { first, last })
        })
    }

    /// The places where any term of an OR group occurs, sorted and without duplicates.
    fn all_spans(&self, code: &CompiledNode) -> Vec<Span> {
        let mut spans = Vec::new();
        code.terms(&mut |atoms, scope| spans.extend(self.spans(atoms, scope)));
        spans.sort_unstable();
        spans.dedup();
        spans
    }

    /// How often any term of an OR group occurs.
    pub fn count(&self, code: &CompiledNode) -> usize {
        match code {
            CompiledNode::Words { atoms, scope } if atoms.len() == 1 => self.spans(atoms, *scope).count(),
            _ => self.all_spans(code).len(),
        }
    }

    /// The distance in words of the nearest pair; `None` if no field has both.
    pub fn nearest_distance(&self, ordered: bool, left: &CompiledNode, right: &CompiledNode) -> Option<u32> {
        let (left, right) = (self.all_spans(left), self.all_spans(right));
        let forward = self.nearest(&left, &right);
        let backward = if ordered { None } else { self.nearest(&right, &left) };
        [forward, backward].into_iter().flatten().min()
    }

    fn nearest(&self, before: &[Span], after: &[Span]) -> Option<u32> {
        before.iter().filter_map(|span| self.distance_to_next(*span, after)).min()
    }

    /// The distance from `span` to the next of `after` in the same field.
    fn distance_to_next(&self, span: Span, after: &[Span]) -> Option<u32> {
        let next = after.get(after.partition_point(|other| other.first <= span.last))?;
        self.same_field(span.last, next.first).then(|| next.first - span.last)
    }

    /// The distance from `span` back to the last of `before` in the same field; `before` is sorted by end.
    fn distance_to_previous(&self, span: Span, before: &[Span]) -> Option<u32> {
        let previous = before.get(before.partition_point(|other| other.last < span.first).checked_sub(1)?)?;
        self.same_field(span.first, previous.last).then(|| span.first - previous.last)
    }

    /// Adds the places that make `code` hold: of alternatives those that hold, of pairs those that are near enough.
    pub fn collect(&self, code: &CompiledNode, hits: &mut Vec<Span>) {
        match code {
            CompiledNode::Words { atoms, scope } => hits.extend(self.spans(atoms, *scope).take(MAX_HITS)),
            CompiledNode::Lang(_) | CompiledNode::Fact { .. } => {}
            CompiledNode::Not(code) => {
                if let CompiledNode::Not(code) = &**code {
                    self.collect(code, hits);
                }
            }
            CompiledNode::And(codes) => codes.iter().for_each(|code| self.collect(code, hits)),
            CompiledNode::Or(codes) => {
                codes.iter().filter(|code| self.holds(code)).for_each(|code| self.collect(code, hits));
            }
            CompiledNode::AtLeast { of, .. } => self.collect(of, hits),
            CompiledNode::Near { ordered, distance, left, right } => {
                let (left, right) = (self.all_spans(left), self.all_spans(right));
                let by_end = |spans: &[Span]| {
                    let mut spans = spans.to_vec();
                    spans.sort_unstable_by_key(|span| span.last);
                    spans
                };
                let (left_ends, right_ends) = (by_end(&left), by_end(&right));
                let near = |apart: Option<u32>| apart.is_some_and(|apart| apart <= *distance);
                let lefts = left.iter().filter(|span| {
                    near(self.distance_to_next(**span, &right))
                        || (!ordered && near(self.distance_to_previous(**span, &right_ends)))
                });
                hits.extend(lefts.take(MAX_HITS));
                let rights = right.iter().filter(|span| {
                    near(self.distance_to_previous(**span, &left_ends))
                        || (!ordered && near(self.distance_to_next(**span, &left)))
                });
                hits.extend(rights.take(MAX_HITS));
            }
        }
    }
}
