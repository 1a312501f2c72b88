//! A query in the first line, the article in the rest: the query's spelling, its errors, and where it is found.
#![no_main]

use libfuzzer_sys::fuzz_target;
use presswatch::query::{Document, Field, Matcher, Need, Query, Watch, index_words};
use presswatch::source::SearchSyntax;
use presswatch_fuzz::short;

fuzz_target!(|data: &[u8]| {
    let Some(Ok(input)) = short(data).map(std::str::from_utf8) else { return };
    let (text, article) = input.split_once('\n').unwrap_or((input, input));
    let _ = Query::advice(text);
    let keywords: Vec<String> = text.split(',').map(str::to_owned).collect();
    let mut queries = Vec::new();
    match Query::from_keywords(&keywords) {
        Ok(query) => queries.push(query),
        Err(error) => assert!(!error.render(&keywords.join(", "), false).to_string().is_empty()),
    }
    match Query::parse(text) {
        Ok(query) => queries.push(query),
        Err(error) => {
            assert!(error.at.start <= error.at.end && error.at.end <= text.len(), "{error:?} of {text:?}");
            assert!(text.get(error.at.clone()).is_some(), "{error:?} cuts a character of {text:?}");
            let shown = error.render(text, false).to_string();
            assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
            assert!(shown.chars().count() < 2_000, "{shown:?}");
        }
    }
    for query in &queries {
        let spelt = query.to_string();
        match Query::parse(&spelt) {
            Ok(again) => assert_eq!(&again, query, "{text:?} is spelt {spelt:?}"),
            Err(error) => panic!("{text:?} is spelt {spelt:?}: {error}"),
        }
        let _ = query.searches(&SearchSyntax::default(), &|words| words.len() < 1_500);
    }
    matching(queries, text, article);
});

fn matching(queries: Vec<Query>, text: &str, article: &str) {
    let mut watches: Vec<Watch> = queries.into_iter().map(|query| Watch::new("", query)).collect();
    watches.extend(watches.last().cloned().map(|watch| Watch { fields: vec![Field::Title, Field::Text], ..watch }));
    let (title, rest) = article.split_once('\n').unwrap_or((text, article));
    let (summary, body) = rest.split_once('\n').unwrap_or(("", rest));
    let language = ["", "fr", "nl", "de", "ar"][article.len() % 5];
    let document = Document {
        title,
        summary,
        text: body,
        author: "Jeanne Dupont, An Peeters",
        outlet: "De Krant",
        url: "https://paper.example/news/1",
        language,
        published_at: None,
        facts: None,
    };
    let matcher = Matcher::new(&watches);
    let matches = matcher.matches(&document);
    let misses = matcher.misses(&document);
    let mut told: Vec<usize> = matches.iter().map(|m| m.watch).chain(misses.iter().map(|m| m.watch)).collect();
    told.sort_unstable();
    assert!(told.iter().copied().eq(0..watches.len()), "each watch matches or misses: {told:?}");
    assert!(misses.iter().all(|miss| !miss.why.is_empty()));
    let words = index_words(&document);
    let words: Vec<&str> = words.split_ascii_whitespace().collect();
    for found in &matches {
        let need = watches[found.watch].query.need();
        assert!(need.as_ref().is_none_or(|need| has(need, &words)), "{need:?} is not in the index: {words:?}");
        assert!(found.hits.len() <= 1_000);
        assert!(found.snippet.chars().count() <= 200, "{:?}", found.snippet);
        for hit in &found.hits {
            let field = document.field(hit.field);
            assert!(hit.start < hit.end, "{hit:?}");
            let stands: String = field.chars().skip(hit.start).take(hit.end - hit.start).collect();
            assert_eq!(stands.chars().count(), hit.end - hit.start, "{hit:?} is outside");
            assert!(hit.field != Field::Lang);
            let folded = stands.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(hit.term.split_whitespace().collect::<Vec<_>>().join(" "), folded, "{hit:?}");
        }
        let places = |field: Field| found.hits.iter().filter(move |hit| hit.field == field).map(|hit| hit.start);
        for field in [Field::Title, Field::Summary, Field::Text] {
            assert!(places(field).is_sorted(), "hits are in order");
        }
    }
}

/// Whether an index of these words would say that the need is met.
fn has(need: &Need, words: &[&str]) -> bool {
    match need {
        Need::Word(word) => words.contains(&word.as_str()),
        Need::Beginning(word) => words.iter().any(|other| other.starts_with(word)),
        Need::All(needs) => needs.iter().all(|need| has(need, words)),
        Need::Any(needs) => needs.iter().any(|need| has(need, words)),
    }
}
