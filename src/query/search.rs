//! Translates a query for search services.

use std::collections::HashSet;

use super::Query;
use super::ast::{Field, How, Node, Term};
use super::lexer::reads_as_operator;
use crate::source::{SearchSign, SearchSyntax};

/// Without brackets, `(a OR b) AND (c OR d)` takes four requests; beyond this limit only some of the groups are
/// searched.
const MAX_COMBINATIONS: usize = 24;

impl Query {
    /// The requests to a service with this `syntax`. Together, their results include everything that the query matches,
    /// as far as the service allows. `fits` says whether a request may be so long.
    ///
    /// AND and NOT are kept, NEAR and ONEAR become AND. What services cannot search by (author, language) is omitted,
    /// because the articles found are matched again.
    pub fn searches(&self, syntax: &SearchSyntax, fits: &dyn Fn(&str) -> bool) -> Vec<String> {
        let Some(wanted) = Wanted::from_node(&self.node) else { return Vec::new() };
        let alternatives = match wanted {
            Wanted::Any(alternatives) => alternatives,
            other => vec![other],
        };
        let service = Service { syntax, fits };
        let mut requests = Requests::new(&service);
        for alternative in &alternatives {
            requests.add_wanted(alternative);
        }
        requests.finish()
    }
}

/// The part of a query that a service can search by.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Words(String),
    /// Two or more.
    All(Vec<Wanted>),
    /// Two or more.
    Any(Vec<Wanted>),
    /// Excluding these terms.
    Without(Box<Wanted>, Vec<String>),
}

impl Wanted {
    /// `None` if a service cannot search by it.
    fn from_node(node: &Node) -> Option<Wanted> {
        match node {
            Node::Term(term) => Some(Wanted::Words(whole_words(term))),
            Node::Or(nodes) => Wanted::join(nodes.iter().filter_map(Wanted::from_node).collect(), Wanted::Any),
            Node::Near { left, right, .. } => Wanted::join(
                [left, right].into_iter().filter_map(|node| Wanted::from_node(node)).collect(),
                Wanted::All,
            ),
            Node::And(nodes) => {
                let parts = nodes.iter().filter_map(Wanted::from_node).collect();
                let mut excluded = Vec::new();
                for node in nodes {
                    if let Node::Not(node) = node {
                        exclude(node, &mut excluded);
                    }
                }
                let all = Wanted::join(parts, Wanted::All)?;
                Some(if excluded.is_empty() { all } else { Wanted::Without(Box::new(all), excluded) })
            }
            Node::AtLeast { of, .. } => Wanted::from_node(of),
            Node::In { field, .. } if !Field::BODY.contains(field) => None,
            Node::In { node, .. } => Wanted::from_node(node),
            Node::Not(node) => match &**node {
                Node::Not(node) => Wanted::from_node(node),
                _ => None,
            },
        }
    }

    fn join(mut parts: Vec<Wanted>, several: fn(Vec<Wanted>) -> Wanted) -> Option<Wanted> {
        let mut seen: Vec<Wanted> = Vec::new();
        if parts.len() <= MAX_COMBINATIONS {
            parts.retain(|part| {
                let is_new = !seen.contains(part);
                seen.extend(is_new.then(|| part.clone()));
                is_new
            });
        }
        if parts.len() > 1 { Some(several(parts)) } else { parts.pop() }
    }
}

/// The phrase without its last word if that is only a prefix; a single prefix is kept.
fn whole_words(term: &Term) -> String {
    let cut = term.written.rsplit_once(' ').filter(|_| term.prefix);
    cut.map_or(&*term.written, |(whole, _)| whole).to_owned()
}

/// Adds the terms of an excluded `node`. Excluding too little is harmless, excluding too much is not.
fn exclude(node: &Node, excluded: &mut Vec<String>) {
    match node {
        // Services fold case and accents, and do not search the title separately.
        Node::Term(Term { how: How::Folded | How::Stem, written, .. }) if !excluded.contains(written) => {
            excluded.push(written.clone());
        }
        Node::Or(nodes) => nodes.iter().for_each(|node| exclude(node, excluded)),
        _ => {}
    }
}

/// The service's syntax.
struct Service<'a> {
    syntax: &'a SearchSyntax,
    fits: &'a dyn Fn(&str) -> bool,
}

impl Service<'_> {
    fn knows(&self, sign: SearchSign) -> bool {
        self.syntax.knows(sign)
    }

    /// The words as written, in quotes unless they are one word that cannot be taken for an operator.
    fn quoted_words(&self, written: &str) -> String {
        let is_bare = written.chars().all(|c| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c));
        if self.knows(SearchSign::Phrases) && (!is_bare || reads_as_operator(written)) {
            format!("\"{written}\"")
        } else {
            written.to_owned()
        }
    }

    fn and(&self) -> &'static str {
        if self.knows(SearchSign::And) { " AND " } else { " " }
    }

    /// ` NOT a NOT b`; empty if the service has no such operator.
    fn without(&self, excluded: &[String]) -> String {
        let sign = match (self.knows(SearchSign::Not), self.knows(SearchSign::Minus)) {
            (true, _) => " NOT ",
            (_, true) => " -",
            _ => return String::new(),
        };
        excluded.iter().flat_map(|written| [sign.to_owned(), self.quoted_words(written)]).collect()
    }

    /// The query for `wanted`, with brackets.
    fn render(&self, wanted: &Wanted, is_inner: bool) -> String {
        let joined = |parts: &[Wanted], with: &str| {
            parts.iter().map(|part| self.render(part, true)).collect::<Vec<_>>().join(with)
        };
        let text = match wanted {
            Wanted::Words(written) => return self.quoted_words(written),
            Wanted::All(parts) => joined(parts, self.and()),
            Wanted::Any(parts) => joined(parts, " OR "),
            Wanted::Without(wanted, excluded) => {
                // AND and NOT bind alike in all services.
                let is_any = matches!(**wanted, Wanted::Any(_));
                self.render(wanted, is_any) + &self.without(excluded)
            }
        };
        if is_inner { format!("({text})") } else { text }
    }
}

/// Words that must all occur, and words that must not.
#[derive(Clone, Default)]
struct Combination {
    all: Vec<String>,
    excluded: Vec<String>,
}

impl Combination {
    fn with(&self, other: &Combination) -> Combination {
        let mut both = self.clone();
        both.all.extend(other.all.iter().filter(|word| !self.all.contains(word)).cloned());
        both.excluded.extend(other.excluded.iter().filter(|word| !self.excluded.contains(word)).cloned());
        both
    }

    fn render(&self, service: &Service) -> String {
        let words: Vec<String> = self.all.iter().map(|written| service.quoted_words(written)).collect();
        words.join(service.and()) + &service.without(&self.excluded)
    }
}

/// Expands `wanted` to alternatives without brackets. If they would be too many, the larger groups are left out, which
/// finds more.
fn combinations(wanted: &Wanted) -> Vec<Combination> {
    match wanted {
        Wanted::Words(written) => vec![Combination { all: vec![written.clone()], excluded: Vec::new() }],
        Wanted::Any(parts) => parts.iter().flat_map(combinations).collect(),
        Wanted::All(parts) => {
            let mut groups: Vec<(usize, Vec<Combination>)> = parts.iter().map(combinations).enumerate().collect();
            groups.sort_by_key(|(at, group)| (group.len(), *at));
            let mut taken = 1;
            groups.retain(|(_, group)| {
                let fits = taken == 1 || taken * group.len() <= MAX_COMBINATIONS;
                taken *= if fits { group.len() } else { 1 };
                fits
            });
            groups.sort_by_key(|(at, _)| *at);
            groups.iter().fold(vec![Combination::default()], |all, (_, group)| {
                all.iter().flat_map(|left| group.iter().map(move |right| left.with(right))).collect()
            })
        }
        Wanted::Without(wanted, excluded) => {
            let excluded = Combination { all: Vec::new(), excluded: excluded.clone() };
            combinations(wanted).iter().map(|combination| combination.with(&excluded)).collect()
        }
    }
}

/// One of several alternatives.
struct Alternative {
    /// As a request of its own.
    alone: String,
    /// Within a request with others; `None` if it cannot be.
    inner: Option<String>,
}

/// Combines alternatives into as few requests as possible.
struct Requests<'a> {
    service: &'a Service<'a>,
    done: Vec<String>,
    /// A request that may take more alternatives: as it is now, and as it is continued.
    open: Option<(String, String)>,
}

impl<'a> Requests<'a> {
    fn new(service: &'a Service<'a>) -> Self {
        Requests { service, done: Vec::new(), open: None }
    }

    fn add_wanted(&mut self, wanted: &Wanted) {
        let service = self.service;
        let nests = service.knows(SearchSign::Brackets) && service.knows(SearchSign::Or);
        let whole = service.render(wanted, false);
        if matches!(wanted, Wanted::Words(_)) || (nests && (service.fits)(&whole)) {
            return self.add(Alternative { alone: whole, inner: Some(service.render(wanted, true)) });
        }
        for combination in combinations(wanted) {
            let mut alone = combination.render(service);
            if !(service.fits)(&alone) {
                // Without the exclusions, more is found.
                alone = Combination { excluded: Vec::new(), ..combination.clone() }.render(service);
            }
            let is_single = combination.all.len() == 1 && combination.excluded.is_empty();
            let inner = if is_single { Some(alone.clone()) } else { nests.then(|| format!("({alone})")) };
            self.add(Alternative { alone, inner });
        }
    }

    fn add(&mut self, alternative: Alternative) {
        let Some(inner) = alternative.inner.as_ref().filter(|_| self.service.knows(SearchSign::Or)) else {
            return self.done.push(alternative.alone);
        };
        let joined = self.open.as_ref().map(|(_, open)| format!("{open} OR {inner}"));
        if let Some(joined) = joined.filter(|joined| (self.service.fits)(joined)) {
            self.open = Some((joined.clone(), joined));
        } else {
            let inner = inner.clone();
            self.close();
            self.open = Some((alternative.alone, inner));
        }
    }

    fn close(&mut self) {
        self.done.extend(self.open.take().map(|(request, _)| request));
    }

    fn finish(mut self) -> Vec<String> {
        self.close();
        let mut seen = HashSet::new();
        self.done.retain(|request| seen.insert(request.clone()));
        self.done
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail so")]

    use super::{SearchSign, SearchSyntax};
    use crate::query::Query;

    fn requests_for(query: &str, syntax: &SearchSyntax, most: usize) -> String {
        Query::parse(query).unwrap().searches(syntax, &|text| text.len() <= most).join(" | ")
    }

    #[test]
    fn searches_ask_for_everything_that_the_query_matches() {
        for (query, expected) in [
            ("\"Toomaj Salehi\" OR Rajavi", "\"Toomaj Salehi\" OR Rajavi"),
            ("iran AND mort", "iran AND mort"),
            ("iran mort NOT sport -(a OR b)", "iran AND mort NOT sport NOT a NOT b"),
            ("iran* NEAR/15 (execution* OR pendaison*)", "iran AND (execution OR pendaison)"),
            ("a ONEAR/2 b OR c", "(a AND b) OR c"),
            (
                "\"AT&T\" OR C&A OR Sint-Jans-Molenbeek OR l'Iran",
                "\"AT&T\" OR \"C&A\" OR \"Sint-Jans-Molenbeek\" OR \"l'Iran\"",
            ),
            ("O.N.U. OR #brug OR =IRGC OR ~exécution", "\"O.N.U\" OR brug OR IRGC OR exécution"),
            ("\"National Council of Resist*\" \"AND\"", "\"National Council of\" AND \"AND\""),
            // Terms that a service cannot search by do not narrow the request.
            ("title:grève lang:fr author:x NOT url:sport", "grève"),
            ("grève tier:1 kind:(radio OR newspaper) NOT tag:sport", "grève"),
            ("grève NOT (a AND b) NOT =US NOT title:c", "grève"),
            ("ATLEAST/3 wolf (a OR lang:fr)", "wolf AND a"),
            ("(a NOT b) OR c", "(a NOT b) OR c"),
            ("lang:fr", ""),
        ] {
            assert_eq!(requests_for(query, &SearchSyntax::default(), 1000), expected, "{query}");
        }
    }

    #[test]
    fn unsupported_operators_become_separate_requests() {
        use SearchSign::{And, Brackets, Minus, Not, Or, Phrases};
        let query = "(grève OR \"arrêt de travail\") (bus OR tram) NOT sport";
        for (signs, expected) in [
            (vec![And, Or, Not, Phrases, Brackets], "(grève OR \"arrêt de travail\") AND (bus OR tram) NOT sport"),
            (
                vec![And, Or, Minus, Phrases],
                "grève AND bus -sport | grève AND tram -sport | \"arrêt de travail\" AND bus -sport | \"arrêt de travail\" AND tram -sport",
            ),
            (vec![], "grève bus | grève tram | arrêt de travail bus | arrêt de travail tram"),
        ] {
            assert_eq!(requests_for(query, &SearchSyntax::new(signs.clone()), 1000), expected, "{signs:?}");
        }
        assert_eq!(requests_for("a OR b c OR d", &SearchSyntax::new(vec![Or]), 1000), "b c | a OR d");
        assert_eq!(requests_for("a OR \"b c\"", &SearchSyntax::new(vec![Phrases]), 1000), "a | \"b c\"");
        // Four hundred combinations are too many: one of the groups is searched.
        let group = (0..20).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" OR ");
        let shown =
            requests_for(&format!("x ({group}) ({})", group.replace('w', "v")), &SearchSyntax::new(vec![]), 1000);
        assert_eq!(shown.split(" | ").count(), 20, "{shown}");
    }

    #[test]
    fn long_searches_are_split() {
        let words: Vec<String> = (0..60).map(|n| format!("\"quartier numéro {n}\"")).collect();
        let query = Query::parse(&words.join(" OR ")).unwrap();
        let asked = query.searches(&SearchSyntax::default(), &|text| text.len() <= 300);
        assert!(asked.len() > 4 && asked.iter().all(|text| text.len() <= 300), "{asked:?}");
        assert_eq!(asked.join(" OR "), words.join(" OR "));
        let long = format!("brug ({})", words.join(" OR "));
        let asked = Query::parse(&long).unwrap().searches(&SearchSyntax::default(), &|text| text.len() <= 300);
        assert!(asked.len() > 1 && asked.iter().all(|text| text.len() <= 300 && text.contains("brug")), "{asked:?}");
        assert!(words.iter().all(|word| asked.iter().any(|text| text.contains(word))), "{asked:?}");
        // A single word is searched however long it is.
        assert_eq!(query.searches(&SearchSyntax::default(), &|_| false).len(), 60);
    }
}
