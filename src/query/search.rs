//! A query as search services are asked for it.

use std::collections::HashSet;

use super::Query;
use super::ast::{Field, How, Node, Term};
use super::lexer::reads_as_operator;
use crate::source::{SearchSign, SearchSyntax};

/// Without brackets, `(a OR b) AND (c OR d)` is four requests; of more only some of its groups are asked for.
const MAX_COMBINATIONS: usize = 24;

impl Query {
    /// What a service that understands `syntax` is asked, in one request or several: what any of them finds holds all
    /// that the query finds, as far as a service can be asked. `fits` says whether one request may be so long.
    ///
    /// AND and NOT stay, NEAR and ONEAR become AND. What services cannot be asked (an author, a language) is left out:
    /// the articles that they find are matched again.
    pub fn searches(&self, syntax: &SearchSyntax, fits: &dyn Fn(&str) -> bool) -> Vec<String> {
        let Some(wanted) = Wanted::of(&self.node) else { return Vec::new() };
        let alternatives = match wanted {
            Wanted::Any(alternatives) => alternatives,
            other => vec![other],
        };
        let service = Service { syntax, fits };
        let mut requests = Requests::new(&service);
        for alternative in &alternatives {
            requests.ask(alternative);
        }
        requests.finish()
    }
}

/// What is looked for, without what a service cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Words(String),
    /// Two or more.
    All(Vec<Wanted>),
    /// Two or more.
    Any(Vec<Wanted>),
    /// Nothing of these.
    Without(Box<Wanted>, Vec<String>),
}

impl Wanted {
    /// `None`: a service cannot be asked for it.
    fn of(node: &Node) -> Option<Wanted> {
        match node {
            Node::Term(term) => Some(Wanted::Words(whole_words(term))),
            Node::Or(nodes) => Wanted::join(nodes.iter().filter_map(Wanted::of).collect(), Wanted::Any),
            Node::Near { left, right, .. } => {
                Wanted::join([left, right].into_iter().filter_map(|node| Wanted::of(node)).collect(), Wanted::All)
            }
            Node::And(nodes) => {
                let parts = nodes.iter().filter_map(Wanted::of).collect();
                let mut excluded = Vec::new();
                for node in nodes {
                    if let Node::Not(node) = node {
                        exclude(node, &mut excluded);
                    }
                }
                let all = Wanted::join(parts, Wanted::All)?;
                Some(if excluded.is_empty() { all } else { Wanted::Without(Box::new(all), excluded) })
            }
            Node::AtLeast { of, .. } => Wanted::of(of),
            Node::In { field: Field::Author | Field::Outlet | Field::Url | Field::Lang, .. } => None,
            Node::In { node, .. } => Wanted::of(node),
            Node::Not(node) => match &**node {
                Node::Not(node) => Wanted::of(node),
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

/// A phrase without its last word where that is only a beginning; of one word the beginning is all there is.
fn whole_words(term: &Term) -> String {
    let cut = term.written.rsplit_once(' ').filter(|_| term.prefix);
    cut.map_or(&*term.written, |(whole, _)| whole).to_owned()
}

/// Adds the terms without which `node` cannot be: of what is excluded, less may be asked for, and never more.
fn exclude(node: &Node, excluded: &mut Vec<String>) {
    match node {
        // Services fold case and accents, and know no other title than the text.
        Node::Term(Term { how: How::Folded | How::Stem, written, .. }) if !excluded.contains(written) => {
            excluded.push(written.clone());
        }
        Node::Or(nodes) => nodes.iter().for_each(|node| exclude(node, excluded)),
        _ => {}
    }
}

/// Whom we ask.
struct Service<'a> {
    syntax: &'a SearchSyntax,
    fits: &'a dyn Fn(&str) -> bool,
}

impl Service<'_> {
    fn knows(&self, sign: SearchSign) -> bool {
        self.syntax.knows(sign)
    }

    /// As written: in quotes unless it is one word that nobody takes for an operator.
    fn words(&self, written: &str) -> String {
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

    /// ` NOT a NOT b`; nothing where the service knows no such thing.
    fn without(&self, excluded: &[String]) -> String {
        let sign = match (self.knows(SearchSign::Not), self.knows(SearchSign::Minus)) {
            (true, _) => " NOT ",
            (_, true) => " -",
            _ => return String::new(),
        };
        excluded.iter().flat_map(|written| [sign.to_owned(), self.words(written)]).collect()
    }

    /// The query for `wanted`, with brackets.
    fn spelled(&self, wanted: &Wanted, is_inner: bool) -> String {
        let joined = |parts: &[Wanted], with: &str| {
            parts.iter().map(|part| self.spelled(part, true)).collect::<Vec<_>>().join(with)
        };
        let text = match wanted {
            Wanted::Words(written) => return self.words(written),
            Wanted::All(parts) => joined(parts, self.and()),
            Wanted::Any(parts) => joined(parts, " OR "),
            Wanted::Without(wanted, excluded) => {
                // AND and NOT bind alike everywhere.
                let is_any = matches!(**wanted, Wanted::Any(_));
                self.spelled(wanted, is_any) + &self.without(excluded)
            }
        };
        if is_inner { format!("({text})") } else { text }
    }
}

/// Words that must all be there, and words that must not.
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

    fn spelled(&self, service: &Service) -> String {
        let words: Vec<String> = self.all.iter().map(|written| service.words(written)).collect();
        words.join(service.and()) + &service.without(&self.excluded)
    }
}

/// `wanted` as alternatives without brackets. Where they would be too many, the larger groups are left out: more is found then.
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

/// One of several that would do.
struct Alternative {
    /// In a request of its own.
    alone: String,
    /// Beside others; `None`: it cannot stand there.
    inner: Option<String>,
}

/// Alternatives, put together in as few requests as they fit into.
struct Requests<'a> {
    service: &'a Service<'a>,
    done: Vec<String>,
    /// A request that may take more alternatives: as it is now, and as it goes on.
    open: Option<(String, String)>,
}

impl<'a> Requests<'a> {
    fn new(service: &'a Service<'a>) -> Self {
        Requests { service, done: Vec::new(), open: None }
    }

    fn ask(&mut self, wanted: &Wanted) {
        let service = self.service;
        let nests = service.knows(SearchSign::Brackets) && service.knows(SearchSign::Or);
        let whole = service.spelled(wanted, false);
        if matches!(wanted, Wanted::Words(_)) || (nests && (service.fits)(&whole)) {
            return self.add(Alternative { alone: whole, inner: Some(service.spelled(wanted, true)) });
        }
        for combination in combinations(wanted) {
            let mut alone = combination.spelled(service);
            if !(service.fits)(&alone) {
                // More is found without what is excluded.
                alone = Combination { excluded: Vec::new(), ..combination.clone() }.spelled(service);
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

    fn asked(query: &str, syntax: &SearchSyntax, most: usize) -> String {
        Query::parse(query).unwrap().searches(syntax, &|text| text.len() <= most).join(" | ")
    }

    #[test]
    fn a_search_asks_what_the_query_means() {
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
            // What a service cannot be asked makes no request smaller than the watch.
            ("title:grève lang:fr author:x NOT url:sport", "grève"),
            ("grève NOT (a AND b) NOT =US NOT title:c", "grève"),
            ("ATLEAST/3 wolf (a OR lang:fr)", "wolf AND a"),
            ("(a NOT b) OR c", "(a NOT b) OR c"),
            ("lang:fr", ""),
        ] {
            assert_eq!(asked(query, &SearchSyntax::default(), 1000), expected, "{query}");
        }
    }

    #[test]
    fn what_a_service_does_not_know_becomes_requests_of_their_own() {
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
            assert_eq!(asked(query, &SearchSyntax::new(signs.clone()), 1000), expected, "{signs:?}");
        }
        assert_eq!(asked("a OR b c OR d", &SearchSyntax::new(vec![Or]), 1000), "b c | a OR d");
        assert_eq!(asked("a OR \"b c\"", &SearchSyntax::new(vec![Phrases]), 1000), "a | \"b c\"");
        // Four hundred combinations are too many: one of the groups is asked for.
        let group = (0..20).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" OR ");
        let shown = asked(&format!("x ({group}) ({})", group.replace('w', "v")), &SearchSyntax::new(vec![]), 1000);
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
        // A single word is asked for however long it is.
        assert_eq!(query.searches(&SearchSyntax::default(), &|_| false).len(), 60);
    }
}
