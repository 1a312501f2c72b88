//! The restrictions of a watch, and the explanation of its matches and misses.

use super::super::Field::{Summary, Text, Title};
use super::*;

#[test]
fn watches_are_restricted_to_their_languages_and_sources() {
    let with = |languages: &[&str], sources: &[&str]| Watch {
        languages: languages.iter().map(|tag| (*tag).to_owned()).collect(),
        sources: sources.iter().map(|name| (*name).to_owned()).collect(),
        query: Query::parse("iran OR who").unwrap(),
        ..watch()
    };
    let watches = [
        with(&[], &[]),
        with(&["nl-BE", "FR"], &[]),
        with(&["fr", "en"], &["KADE"]),
        with(&["de"], &[]),
        with(&[], &["kade"]),
        with(&[], &["Le Phare", "KADE"]),
    ];
    let matcher = Matcher::new(&watches);
    let of = |document: &Document| matcher.matches(document).iter().map(|found| found.watch).collect::<Vec<_>>();
    assert_eq!(of(&NL), [0, 1, 5]);
    assert_eq!(of(&FR), [0, 1, 5]);
    assert_eq!(of(&EN), [0, 1, 3], "an unknown language passes");
    let misses = matcher.misses(&NL);
    let why: Vec<(usize, &str)> = misses.iter().map(|miss| (miss.watch, miss.why.as_str())).collect();
    assert_eq!(
        why,
        [
            (2, "language nl is not among fr, en"),
            (3, "language nl is not among de"),
            (4, "source KADE is not among kade"),
        ]
    );
}

#[test]
fn a_match_lists_its_terms_and_places() {
    let query = Query::parse("(iran* OR \"toomaj salehi\") AND author:dupont AND œuvre NOT sport").unwrap();
    let found = Matcher::new(&[Watch { query, ..watch() }]).matches(&FR);
    assert_eq!(found[0].terms, ["Iran", "Toomaj Salehi", "iranien", "Œuvre", "Dupont"]);
    let hits: Vec<(Field, usize, usize, &str)> =
        found[0].hits.iter().map(|hit| (hit.field, hit.start, hit.end, hit.term.as_str())).collect();
    assert_eq!(
        hits,
        [
            (Field::Title, 0, 4, "Iran"),
            (Field::Title, 6, 19, "Toomaj Salehi"),
            (Field::Summary, 11, 18, "iranien"),
            (Field::Text, 58, 71, "Toomaj Salehi"),
            (Field::Text, 112, 116, "Iran"),
            (Field::Text, 172, 176, "Iran"),
            (Field::Text, 185, 190, "Œuvre"),
            (Field::Author, 6, 12, "Dupont"),
        ]
    );
    assert_eq!(found[0].snippet, "Aujourd'hui, M. Dupont parle de l'Iran et de l’Œuvre au noir.");
}

#[test]
fn only_terms_that_cause_the_match_are_hits() {
    let terms = |query: &str, text: &str| {
        let document = Document { text, ..Document::default() };
        let watch = Watch { query: Query::parse(query).unwrap(), ..watch() };
        Matcher::new(&[watch]).matches(&document).first().map(|found| found.hits.len())
    };
    assert_eq!(terms("a NEAR/2 b", "a x x x a x b x x x b a"), Some(4));
    assert_eq!(terms("a ONEAR/2 b", "a x x x a x b x x x b a"), Some(2));
    assert_eq!(terms("(a AND z) OR b", "a b"), Some(1));
    assert_eq!(terms("ab OR ab*", "ab abc"), Some(2));
    assert_eq!(terms("a NOT b", "a c a"), Some(2));
    assert_eq!(terms("a", &"a ".repeat(5000)), Some(1000));
}

#[test]
fn a_miss_names_the_part_that_failed() {
    for (query, document, why) in [
        ("molenbeek", &FR, "no `molenbeek`"),
        ("iran molenbeek sport*", &FR, "no `molenbeek`, no `sport*`"),
        ("iran NOT rappeur", &FR, "excluded by NOT rappeur"),
        ("iran NOT (sport OR rappeur)", &FR, "excluded by NOT (sport OR rappeur)"),
        ("peine NEAR/2 toomaj", &FR, "NEAR/2: nearest pair is 5 words apart"),
        ("toomaj NEAR/2 peine", &FR, "NEAR/2: nearest pair is 5 words apart"),
        ("toomaj ONEAR/9 peine", &FR, "ONEAR/9: both occur, but never in this order"),
        ("pendaison NEAR capitale", &FR, "NEAR/5: both occur, but not in one field"),
        ("peine NEAR/2 molenbeek", &FR, "no `molenbeek`"),
        ("ATLEAST/9 iran", &FR, "ATLEAST/9: `iran` occurs 3 times only"),
        ("ATLEAST/2 capitale", &FR, "ATLEAST/2: `capitale` occurs once only"),
        ("title:pendaison", &FR, "no `pendaison` in the title"),
        ("title:(pendaison OR justice)", &FR, "none of `pendaison`, `justice` in the title"),
        ("lang:nl iran", &FR, "the language is fr, not nl"),
        ("lang:nl", &EN, "the language is unknown, not nl"),
        ("molenbeek OR (peine NEAR/2 toomaj)", &FR, "NEAR/2: nearest pair is 5 words apart"),
        ("a1 OR a2 OR a3 OR a4 OR a5 OR a6 OR a7", &FR, "none of `a1`, `a2`, `a3`, `a4`, `a5` and 2 more"),
    ] {
        let misses = Matcher::new(&[Watch { query: Query::parse(query).unwrap(), ..watch() }]).misses(document);
        assert_eq!(misses.first().map(|miss| miss.why.as_str()), Some(why), "{query}");
    }
}

#[test]
fn watches_can_be_restricted_by_date_length_and_field() {
    let day = |text: &str| Some(text.parse().unwrap());
    let article = Document {
        title: "Betoging in Molenbeek",
        summary: "Een mars door de stad.",
        text: "Vandaag was er een mars.",
        published_at: day("2026-05-04T00:00:00Z"),
        ..Document::default()
    };
    let undated = Document { published_at: None, ..article };
    let watch = |query: &str| Watch { query: Query::parse(query).unwrap(), ..watch() };
    let since = |text: &str| Watch { since: day(text), ..watch("mars") };
    let long = |min_words| Watch { min_words, ..watch("mars") };
    let within = |fields: &[Field], query: &str| Watch { fields: fields.to_vec(), ..watch(query) };
    for (watch, document, why) in [
        (since("2026-05-04T00:00:00Z"), &article, None),
        (since("2026-05-04T00:00:01Z"), &article, Some("published 2026-05-04T00:00:00Z, before 2026-05-04T00:00:01Z")),
        (since("2026-05-04T00:00:01Z"), &undated, None),
        (long(5), &article, None),
        (long(6), &article, Some("the text has 5 words, fewer than 6")),
        (within(&[Title], "mars"), &article, Some("no `mars` in the title")),
        (within(&[Title], "molenbeek"), &article, None),
        (within(&[Summary], "mars"), &article, None),
        (within(&[Title, Text], "mars"), &article, None),
        (within(&[Text, Title], "stad"), &article, Some("no `stad` in the title or text")),
        (within(&[Text, Title], "molenbeek vandaag"), &article, None),
        (within(&[Text, Title], "ATLEAST/2 mars"), &article, Some("ATLEAST/2: `mars` occurs once only")),
        (within(&[Text, Title], "een NEAR/2 door"), &article, Some("no `door` in the title or text")),
        // The query's own fields take precedence.
        (within(&[Title], "text:mars"), &article, None),
        (within(&[Title], "molenbeek NOT mars"), &article, None),
    ] {
        let matcher = Matcher::new(std::slice::from_ref(&watch));
        let misses = matcher.misses(document);
        assert_eq!(misses.first().map(|miss| miss.why.as_str()), why, "{}", watch.query);
        assert_eq!(matcher.matches(document).len(), usize::from(why.is_none()), "{}", watch.query);
    }
    let twice = Matcher::new(&[within(&[Text, Title], "mars")]).matches(&article);
    assert_eq!(twice[0].hits.iter().map(|hit| hit.field).collect::<Vec<_>>(), [Text]);
}

#[test]
fn threads_can_share_a_matcher() {
    fn shared<T: Send + Sync>() {}
    shared::<Matcher>();
    shared::<Query>();
}
