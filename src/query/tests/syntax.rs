//! How a query is parsed and printed, and what its errors say.

use super::*;

/// The query, the text under the carets, part of the message, part of the hint.
#[test]
fn errors_have_a_position_and_a_hint() {
    for (query, marked, message, hint) in [
        ("", "", "the query is empty", ""),
        ("-sport", "-sport", "only excludes", "NOT sport"),
        ("NOT (a OR b)", "NOT (a OR b)", "only excludes", "iran NOT"),
        ("NOT a -b", "NOT a -b", "only excludes", ""),
        ("(iran OR irak", "(", "not closed", "write a )"),
        ("((iran) OR irak", "(", "not closed", "write a )"),
        ("iran OR irak)", ")", "closes nothing", "write a ("),
        ("iran \"peine capitale", "\"", "not closed", "second \""),
        ("«peine capitale", "«", "not closed", "second «"),
        ("„Todesstrafe", "„", "not closed", ""),
        ("\"\"", "\"\"", "between the quotes", ""),
        ("iran NEAR5 mort", "NEAR5", "NEAR/ and a number", "write NEAR/5"),
        ("iran NEAR:5 mort", "NEAR:", "NEAR/ and a number", "write NEAR/5"),
        ("iran NEAR 7 mort", "NEAR 7", "NEAR/ and a number", "write NEAR/7"),
        ("iran near/5 mort", "near/5", "NEAR/ and a number", "write NEAR/5"),
        ("iran NEAR(7) mort", "NEAR(7", "NEAR/ and a number", "write NEAR/7"),
        ("iran W/7 mort", "W/7", "there is no operator `W`", "write NEAR/7"),
        ("iran pre/3 mort", "pre/3", "there is no operator `pre`", "write ONEAR/3"),
        ("iran ONEAR/ mort", "ONEAR/", "ONEAR/ and a number", "write ONEAR/5"),
        ("iran NEAR/0 mort", "NEAR/0", "from 1", "neighbours are 1 apart"),
        ("iran NEAR/5 (mort AND peine)", "(mort AND peine)", "not AND", "a NEAR/5 b AND a NEAR/5 c"),
        ("iran NEAR NOT mort", "NOT mort", "not NOT", "NOT c"),
        ("iran NOT sport NEAR mort", "NOT sport NEAR mort", "not NOT", "NOT (a NEAR/5 b)"),
        ("a NEAR b NEAR c", "NEAR", "two sides", "AND b NEAR/5 c"),
        ("title:a NEAR text:b", "title:a NEAR text:b", "one field into another", "AND"),
        ("ATLEAST mort", "ATLEAST", "ATLEAST/ and a number", "ATLEAST/3 word"),
        ("ATLEAST/3 (a AND b)", "(a AND b)", "not AND", "ATLEAST/3 a AND"),
        ("ATLEAST/0 a", "ATLEAST/0", "from 1", ""),
        ("iran OR e*", "*", "at least 2 letters", "more of the word"),
        ("*ation", "*", "letters before the `*`", "execut*"),
        ("a*b", "*", "only at the end", "execut*"),
        ("\"exec* iran\"", "*", "only at the end", ""),
        ("\"iran exec\"*", "*", "before the closing quote", "\"iran exec*\""),
        ("foo:bar", "foo:", "no field `foo`: expected title:, summary:", "leave the colon out"),
        ("tilte:bar", "tilte:", "no field", "did you mean title:"),
        ("language:fr", "language:", "no field", "did you mean lang:"),
        ("iran AND", "AND", "after AND", "quote it"),
        ("OR iran", "OR", "before OR", "quote it"),
        ("iran OR OR irak", "OR", "after OR, found OR", "leave one"),
        ("iran AND OR irak", "OR", "after AND, found OR", "leave one"),
        ("iran NOT", "NOT", "after NOT", ""),
        ("iran - sport", "-", "right after `-`", "a -b"),
        ("iran –sport", "–", "found a dash", "NOT"),
        ("iran && irak", "&&", "found `&&`", "write AND"),
        ("iran || irak", "||", "found `||`", "write OR"),
        ("!iran", "!", "found `!`", "NOT"),
        ("lang:french", "french", "code of a language", "lang:fr"),
        ("title:", "title:", "after title:", "title:(a OR b)"),
        ("= IRGC", "=", "compared exactly", "=word"),
        ("€", "€", "no word in `€`", "letters and digits"),
        ("()", "()", "between the brackets", ""),
    ] {
        let error = Query::parse(query).unwrap_err();
        assert_eq!(query.get(error.at.clone()), Some(marked), "{query}");
        assert!(error.message.contains(message), "{query}: {}", error.message);
        assert!(error.hint.clone().unwrap_or_default().contains(hint), "{query}: {:?}", error.hint);
    }
}

#[test]
fn carets_are_aligned_with_wide_characters() {
    let query = "用語 OR\n(e\u{301}te\u{301} OR";
    let shown = Query::parse(query).unwrap_err().render(query, false).to_string();
    assert_eq!(
        shown,
        "error: could not read the query\n |\n | 用語 OR (e\u{301}te\u{301} OR\n |              ^^ expected a word, a phrase or a bracket after OR\n |\n = hint: for the word itself, quote it: \"OR\"\n"
    );
    let query = format!("{} AND OR x {}", "mot ".repeat(1000), "mot ".repeat(1000));
    let shown = Query::parse(&query).unwrap_err().render(&query, false).to_string();
    assert!(shown.contains(" | …") && shown.lines().all(|line| line.chars().count() <= 120), "{shown}");
}

#[test]
fn depth_and_length_are_bounded() {
    for query in ["(".repeat(90_000), "NOT ".repeat(20_000), "-(".repeat(40_000), "title:".repeat(15_000)] {
        assert!(Query::parse(&query).is_err());
    }
    assert!(Query::parse(&format!("{}iran{}", "(".repeat(99), ")".repeat(99))).is_ok());
    assert!(Query::parse(&"mot ".repeat(30_000)).is_err());
    let many = (0..9_000).map(|i| format!("mot{i}")).collect::<Vec<_>>().join(" OR ");
    assert!(matches(&format!("{many} OR iran"), &FR));
    assert!(Query::parse(&format!("\"{}\"", "mot ".repeat(101))).is_err());
}

#[test]
fn a_query_prints_in_its_canonical_spelling() {
    for (query, printed) in [
        ("a b", "a AND b"),
        ("a -b", "a NOT b"),
        ("a AND NOT b", "a NOT b"),
        ("NOT b a", "NOT b AND a"),
        ("a OR b c", "a OR b AND c"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("„Toomaj Sal*“", "\"Toomaj Sal*\""),
        ("Sint-Jans-Molenbeek", "\"Sint Jans Molenbeek\""),
        ("title:( a OR \"b c\" )", "title:(a OR \"b c\")"),
        ("a NEAR (b OR c*de)", ""),
        ("a NEAR (b OR cde*)", "a NEAR/5 (b OR cde*)"),
        ("ATLEAST/3 a ONEAR/2 b", ""),
        ("ATLEAST/3 (a OR b)", "ATLEAST/3 (a OR b)"),
        ("-(a b) c", "NOT (a AND b) AND c"),
        ("\"AND\" x", "\"AND\" AND x"),
        ("a ATLEAST_2, NEAR_5,", "a AND \"ATLEAST 2\" AND \"NEAR 5\""),
        ("O.N.U. \"J.R.R. Tolkien\"", "O.N.U AND \"J.R.R Tolkien\""),
        ("\"1 100\" 1.100 1'100", "\"1 100\" AND 1.100 AND 1'100"),
        ("=\"Le Pen\" OR ~exécution", "=\"Le Pen\" OR ~exécution"),
        ("c OR (a AND b)", "c OR a AND b"),
        ("a AND -b", "a NOT b"),
        ("-a AND b", "NOT a AND b"),
        ("a OR -b", "a OR NOT b"),
        ("((a OR b) AND NOT c) OR d", "(a OR b) NOT c OR d"),
        ("+term -term term", "term NOT term AND term"),
        ("term　term\nAND term", "term AND term AND term"),
        ("aaa a OR b ", "aaa AND a OR b"),
        ("(  a OR  abc) (* )", ""),
        ("NOTa title: a", "NOTa AND title:a"),
        ("--abc title:toto", ""),
        ("abc +    ", ""),
        ("LANG:FR-be x", "lang:fr AND x"),
    ] {
        let found = Query::parse(query).map(|query| query.to_string()).unwrap_or_default();
        assert_eq!(found, printed, "{query}");
    }
}

#[test]
fn keywords_match_any_of_their_words_and_phrases() {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let query =
        Query::from_keywords(&words(&["iran", "peine capitale", "pend*", "AND", "iran", "„Le Phare“"])).unwrap();
    assert_eq!(query.to_string(), "iran OR \"peine capitale\" OR pend* OR \"AND\" OR \"Le Phare\"");
    assert_eq!(Query::from_keywords(&words(&["CNRI"])), Query::parse("CNRI"));
    assert!(Query::from_keywords(&[]).is_err());
    let error = Query::from_keywords(&words(&["iran", " ", "x"])).unwrap_err();
    assert_eq!(error.at, 6..7);
    let error = Query::from_keywords(&words(&["iran", "é*"])).unwrap_err();
    assert_eq!(error.at, 8..9);
}

#[test]
fn lower_case_and_is_an_ordinary_word() {
    assert!(matches("iran and", &Document { text: "Iran and Iraq", ..EN }));
    assert_eq!(Query::advice("iran and \"or\" mort"), ["`and` is looked for as a word: the operator is AND"]);
    assert!(Query::advice("iran AND mort").is_empty());
    assert_eq!(Query::advice("‘Toomaj Salehi’ OR x").len(), 1);
    assert!(Query::advice("'s morgens OR aujourd'hui").is_empty());
}
