//! Queries against articles in five languages.
#![expect(clippy::unwrap_used, reason = "a test may fail so")]

use super::Field::{Summary, Text, Title};
use super::*;

const FR: Document = Document {
    title: "Iran: Toomaj Salehi condamné à mort",
    summary: "Le rappeur iranien risque la pendaison.",
    text: "La justice a prononcé la peine capitale contre le rappeur Toomaj Salehi.\nDes exécutions ont lieu chaque jour \
           en Iran, selon l’opposition. Aujourd'hui, M. Dupont parle de l'Iran et de l’Œuvre au noir. Il cite l'IRGC.",
    author: "Marie Dupont, Jean Le Pen",
    outlet: "La Libre",
    url: "https://www.lalibre.be/monde/2024/05/04/iran-toomaj_salehi/",
    language: "fr",
    published_at: None,
};

const NL: Document = Document {
    title: "Betoging in Sint-Jans-Molenbeek tegen terechtstellingen",
    summary: "",
    text: "Honderden mensen betoogden zaterdag tegen de executies in Iran. De terechtstelling van 1.000 mensen werd \
           aangekondigd door de regering.",
    author: "",
    outlet: "BRUZZ",
    url: "https://www.bruzz.be/actua/betoging",
    language: "nl-be",
    published_at: None,
};

const DE: Document = Document {
    title: "Demonstration auf der Straße",
    summary: "Hunderte gegen Hinrichtungen",
    text: "In Brüssel demonstrierten Hunderte. Die Hinrichtung von Gefangenen sei „eine Schande“, sagte Frau Müller.",
    author: "",
    outlet: "",
    url: "",
    language: "de",
    published_at: None,
};

const FA: Document = Document {
    title: "اعدام در ايران",
    summary: "",
    text: "مردم می\u{200c}خواهند که اعدام‌ها متوقف شود. كتاب‌های او ۱۲ جلد است.",
    author: "",
    outlet: "",
    url: "",
    language: "fa",
    published_at: None,
};

const EN: Document = Document {
    title: "Who watches the watchmen?",
    summary: "The WHO says AIDS aid is at risk",
    text: "The executioner was late. U.S. officials told us about the R&D of naïve cafés. The WHO, the who and the Who. \
           Visit bruzz.be. Crowds a b c d e f g h i j gathered.",
    author: "",
    outlet: "",
    url: "",
    language: "",
    published_at: None,
};

fn matches(query: &str, document: &Document) -> bool {
    let watch = Watch { query: Query::parse(query).unwrap(), ..watch() };
    let (found, missed) = {
        let matcher = Matcher::new(&[watch]);
        (matcher.matches(document), matcher.misses(document))
    };
    assert_eq!(found.len() + missed.len(), 1, "{query}");
    found.len() == 1
}

fn watch() -> Watch {
    Watch::new("", Query::parse("x").unwrap())
}

#[test]
fn queries_match_as_the_language_says() {
    for (document, query, expected) in [
        (&FR, "execution*", true),
        (&FR, "execution", false),
        (&FR, "EXECUTIONS", true),
        (&FR, "exécut*", true),
        (&EN, "execution", false),
        (&FR, "iran", true),
        (&FR, "hui", true),
        (&FR, "aujourd’hui", true),
        (&FR, "oeuvre", true),
        (&FR, "\"toomaj salehi\"", true),
        (&FR, "“Toomaj Sale*”", true),
        (&FR, "„Salehi Toomaj“", false),
        (&FR, "« peine capitale »", true),
        (&FR, "iran pendaison", true),
        (&FR, "iran AND sport", false),
        (&FR, "iran OR sport", true),
        (&FR, "iran NOT sport", true),
        (&FR, "iran -rappeur", false),
        (&FR, "sport iran OR rappeur", true),
        (&FR, "(sport OR iran) rappeur", true),
        (&FR, "sport OR iran rappeur -justice", false),
        (&FR, "NOT sport iran", true),
        (&FR, "iran and justice", false),
        (&FR, "peine NEAR/1 capitale", true),
        (&FR, "capitale NEAR/1 peine", true),
        (&FR, "capitale ONEAR/1 peine", false),
        (&FR, "peine ONEAR capitale", true),
        (&FR, "peine NEAR/2 contre", true),
        (&FR, "peine NEAR/1 contre", false),
        (&FR, "(sport OR peine) NEAR/3 \"toomaj salehi\"", false),
        (&FR, "(sport OR peine) NEAR/5 \"toomaj salehi\"", true),
        (&FR, "mort NEAR le", false),
        (&FR, "\"mort le\"", false),
        (&FR, "a NEAR/3 mort NOT sport", true),
        (&FR, "ATLEAST/3 iran", true),
        (&FR, "ATLEAST/4 iran", false),
        (&FR, "ATLEAST/4 iran*", true),
        (&FR, "ATLEAST/5 (iran OR iranien)", false),
        (&FR, "title:iran", true),
        (&FR, "title:rappeur", false),
        (&FR, "text:rappeur", true),
        (&FR, "summary:rappeur", true),
        (&FR, "title:(sport OR \"à mort\")", true),
        (&FR, "title:\"à la\"", false),
        (&FR, "author:dupont", true),
        (&FR, "dupont", true),
        (&FR, "author:\"le pen\"", true),
        (&FR, "pen", false),
        (&FR, "outlet:\"La Libre\"", true),
        (&FR, "libre", false),
        (&FR, "url:be", true),
        (&FR, "url:salehi", true),
        (&FR, "url:\"toomaj salehi\"", true),
        (&FR, "url:toomaj_salehi", true),
        (&FR, "url:www.lalibre.be/monde", true),
        (&FR, "lang:fr", true),
        (&FR, "lang:(nl OR fr-be) iran", true),
        (&FR, "lang:nl", false),
        (&NL, "lang:NL", true),
        (&FR, "=IRGC", true),
        (&FR, "=irgc", false),
        (&FR, "=\"Le Pen\"", false),
        (&FR, "author:=\"Le Pen\"", true),
        (&FR, "=IRG*", true),
        (&FR, "~exécution", true),
        (&FR, "~condamner", true),
        (&FR, "~sport", false),
        (&NL, "molenbeek", true),
        (&NL, "Sint-Jans-Molenbeek", true),
        (&NL, "Sint-Jans-Mol*", true),
        (&NL, "Jans-Sint", false),
        (&NL, "~executie", true),
        (&NL, "ATLEAST/2 ~terechtstelling", true),
        (&NL, "1.000", true),
        (&NL, "000", false),
        (&DE, "strasse", true),
        (&DE, "muller", true),
        (&DE, "bruss*", true),
        (&DE, "ATLEAST/2 ~Hinrichtung", true),
        (&DE, "Mueller", true),
        (&DE, "Mül*", true),
        (&DE, "Muel*", true),
        (&DE, "\"Frau Mueller\"", true),
        (&DE, "title:strasse Bruessel", true),
        (&DE, "=Mueller", false),
        (&DE, "=Müller", true),
        (&DE, "=Muller", false),
        (&FA, "ایران", true),
        (&FA, "کتاب*", true),
        (&FA, "میخواهند", true),
        (&FA, "خواهند", false),
        (&FA, "12", true),
        (&EN, "=WHO", true),
        (&EN, "=Who ATLEAST/3 who", true),
        (&EN, "=US", true),
        (&EN, "=Us", false),
        (&EN, "\"US officials\"", true),
        (&EN, "\"U.S. offic*\"", true),
        (&EN, "\"U S officials\"", true),
        (&EN, "=us", true),
        (&EN, "U.S.", true),
        (&EN, "R&D", true),
        (&EN, "naive cafes", true),
        (&EN, "bruzz", true),
        (&EN, "~crowd", false),
        (&EN, "~crowds", true),
        (&EN, "lang:en", false),
        (&EN, "a NEAR/9 j", true),
        (&EN, "a NEAR/8 j", false),
        (&EN, "crowds NEAR/10 i", true),
        (&EN, "crowds NEAR/9 j", false),
    ] {
        assert_eq!(matches(query, document), expected, "{query} in {}", document.title);
    }
}

#[test]
fn words_are_found_as_readers_write_them() {
    let found = |query: &str, text: &str| matches(query, &Document { text, language: "de", ..Document::default() });
    // Each finds the others.
    for same in [
        "CO2|CO₂|co2|ＣＯ２",
        "m²|m2",
        "H₂O|H2O",
        "O.N.U.|ONU|O.N.U",
        "U.S.A.|USA|U.S.A",
        "1100|1.100|1,100|1 100|1\u{a0}100|1\u{202f}100|1'100|1’100",
        "1.234.567|1234567|1 234 567",
        "col·lecció|collecció|coŀlecció",
        "étudiant·es|étudiant-es|étudiant_es|étudiant*es",
        "Straße|STRASSE",
        "ﬁnancer|financer",
        "Müller|Mueller",
        "Müller|Muller",
        "Göteborg|Goeteborg",
        "Løkke|Loekke|Lokke",
        "Århus|Aarhus",
    ] {
        let all: Vec<&str> = same.split('|').collect();
        for wanted in all.iter().filter(|wanted| !wanted.contains(['*', '_'])) {
            for text in &all {
                // Of umlauts, what drops them and what spells them out are two spellings.
                if text.contains("oekk") && *wanted == "Lokke" || *text == "Lokke" && wanted.contains("oekk") {
                    continue;
                }
                let text = format!("Dort ist ({text}). Und mehr.");
                assert!(found(&format!("\"{wanted}\""), &text), "{wanted} in {text}");
            }
        }
    }
    for (query, text) in [
        ("Mueller", "Muller"),
        ("Muller", "Mueller"),
        ("Israel", "isral"),
        ("neu", "neue"),
        ("ouinon", "oui.Non"),
        ("ONU", "o n u"),
        ("15", "1,5 und 1.5"),
        ("1100", "1.1.100 und 01 100 und 1100,5 und 21 100"),
        ("105", "10⁵"),
        ("=Mueller", "Müller"),
        ("=onu", "O.N.U."),
        ("collecio", "col·lecció"),
    ] {
        assert!(!found(query, text), "{query} in {text}");
    }
    for (query, text) in [
        ("=ONU", "l'O.N.U."),
        ("=CO2", "CO₂"),
        ("Iran", "Iran¹ und mehr"),
        ("~Haus", "die Haeuser"),
        ("~Häuser", "die Haeuser"),
        ("~Haeuser", "die Häuser"),
        ("\"die ONU sagt\"", "die O.N.U. sagt"),
        ("ONU NEAR/1 sagt", "die O.N.U. sagt"),
        ("\"J. R. R. Tolkien\"", "J.R.R. Tolkien"),
        ("\"J.R.R. Tolkien\"", "J. R. R. Tolkien"),
        ("100", "1 100"),
        ("Fueh* Führung", "Führung"),
    ] {
        assert!(found(query, text), "{query} in {text}");
    }
    assert!(matches("url:o.n.u", &Document { url: "https://a.example/o-n-u", ..Document::default() }));
}

#[test]
fn other_spellings_are_shown_where_they_stand() {
    let text = "Été 2024 : l’O.N.U. et les étudiant·e·s de Müller disent « 1\u{202f}100 tonnes de CO₂ »";
    let query = Query::parse("ONU étudiant Mueller 1100 CO2").unwrap();
    let found = Matcher::new(&[Watch { query, ..watch() }]).matches(&Document { text, ..Document::default() });
    let hits: Vec<(usize, usize, &str)> =
        found[0].hits.iter().map(|hit| (hit.start, hit.end, hit.term.as_str())).collect();
    let expected = [(13, 18, "O.N.U"), (27, 35, "étudiant"), (43, 49, "Müller"), (59, 64, "1 100"), (75, 78, "CO₂")];
    assert_eq!(hits, expected);
    assert_eq!(found[0].terms, ["O.N.U", "étudiant", "Müller", "1 100", "CO₂"]);
}

/// The query, what the carets stand under, a part of the message, a part of the hint.
#[test]
fn errors_name_the_place_and_what_to_write() {
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
fn an_error_is_shown_under_its_place_however_wide_the_letters_are() {
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
fn a_query_prints_back_in_one_spelling() {
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
fn keywords_are_any_of_words_and_phrases() {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let query = Query::from_keywords(&words(&["iran", "peine capitale", "pend*", "AND", "iran", "„Le Soir“"])).unwrap();
    assert_eq!(query.to_string(), "iran OR \"peine capitale\" OR pend* OR \"AND\" OR \"Le Soir\"");
    assert_eq!(Query::from_keywords(&words(&["CNRI"])), Query::parse("CNRI"));
    assert!(Query::from_keywords(&[]).is_err());
    let error = Query::from_keywords(&words(&["iran", " ", "x"])).unwrap_err();
    assert_eq!(error.at, 6..7);
    let error = Query::from_keywords(&words(&["iran", "é*"])).unwrap_err();
    assert_eq!(error.at, 8..9);
}

#[test]
fn watches_look_at_their_languages_and_sources_only() {
    let with = |languages: &[&str], sources: &[&str]| Watch {
        languages: languages.iter().map(|tag| (*tag).to_owned()).collect(),
        sources: sources.iter().map(|name| (*name).to_owned()).collect(),
        query: Query::parse("iran OR who").unwrap(),
        ..watch()
    };
    let watches = [
        with(&[], &[]),
        with(&["nl-BE", "FR"], &[]),
        with(&["fr", "en"], &["BRUZZ"]),
        with(&["de"], &[]),
        with(&[], &["bruzz"]),
        with(&[], &["La Libre", "BRUZZ"]),
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
            (4, "source BRUZZ is not among bruzz"),
        ]
    );
}

#[test]
fn a_match_says_what_was_found_where() {
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
fn only_what_made_it_match_is_a_hit() {
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
fn a_miss_says_what_failed() {
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
fn a_watch_may_look_at_new_long_articles_and_some_fields_only() {
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
        // What a query says itself holds.
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
fn the_lower_case_word_and_is_only_a_word() {
    assert!(matches("iran and", &Document { text: "Iran and Iraq", ..EN }));
    assert_eq!(Query::advice("iran and \"or\" mort"), ["`and` is looked for as a word: the operator is AND"]);
    assert!(Query::advice("iran AND mort").is_empty());
    assert_eq!(Query::advice("‘Toomaj Salehi’ OR x").len(), 1);
    assert!(Query::advice("'s morgens OR aujourd'hui").is_empty());
}

#[test]
fn threads_can_share_a_matcher() {
    fn shared<T: Send + Sync>() {}
    shared::<Matcher>();
    shared::<Query>();
}
