//! Queries against articles in five languages.
#![expect(clippy::unwrap_used, reason = "a test may fail so")]

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
};

const DE: Document = Document {
    title: "Demonstration auf der Straße",
    summary: "Hunderte gegen Hinrichtungen",
    text: "In Brüssel demonstrierten Hunderte. Die Hinrichtung von Gefangenen sei „eine Schande“, sagte Frau Müller.",
    author: "",
    outlet: "",
    url: "",
    language: "de",
};

const FA: Document = Document {
    title: "اعدام در ايران",
    summary: "",
    text: "مردم می\u{200c}خواهند که اعدام‌ها متوقف شود. كتاب‌های او ۱۲ جلد است.",
    author: "",
    outlet: "",
    url: "",
    language: "fa",
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
    Watch {
        name: String::new(),
        query: Query::parse("x").unwrap(),
        languages: Vec::new(),
        sources: Vec::new(),
        search: None,
    }
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
        (&DE, "=Müller", true),
        (&DE, "=Muller", false),
        (&FA, "ایران", true),
        (&FA, "کتاب*", true),
        (&FA, "میخواهند", true),
        (&FA, "خواهند", false),
        (&FA, "12", true),
        (&EN, "=WHO", true),
        (&EN, "=Who ATLEAST/3 who", true),
        (&EN, "=US", false),
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
fn zz_print() {
    for q in [
        "",
        "   ",
        "-a",
        "NOT a NOT b",
        "(a OR b",
        "a OR b)",
        "\"a b",
        "«a b",
        "a NEAR5 b",
        "a NEAR:5 b",
        "a NEAR 5 b",
        "a near/5 b",
        "a NEAR/ b",
        "ab* OR a*",
        "*ation",
        "a*b",
        "foo:bar",
        "titel:bar",
        "tilte:x",
        "a AND",
        "AND b",
        "a OR OR b",
        "a NEAR/0 b",
        "a NEAR (b AND c)",
        "a NEAR (b NOT c)",
        "a NEAR NOT b",
        "ATLEAST a",
        "ATLEAST/3",
        "ATLEAST/0 a",
        "ATLEAST 3 a",
        "ATLEAST3 a",
        "\"\"",
        "()",
        "a ()",
        "a NEAR b NEAR c",
        "a –b",
        "a - b",
        "--a",
        "= a",
        "~(a b)",
        "~ab*",
        "\"a* b\"",
        "\"a b\"*",
        "https://x.be/y",
        "10:30",
        "title:",
        "title: iran",
        "title:(a text:b)",
        "title:text:b",
        "title:a NEAR text:b",
        "lang:french",
        "lang:fr*",
        "lang:fr NEAR a",
        "ATLEAST/2 lang:fr",
        "!a",
        "a && b",
        "a || b",
        "€",
        "a NEAR",
        "NEAR b",
        "title:AND",
        "日本 AND (語",
        "a OR NOT b",
        "NOT (a OR b)",
        "-\"a\"",
        "ONEAR/x",
        "a ATLEAST/2 b",
        "(a AND b) ATLEAST/2 (c AND d)",
        "NOT",
        "-",
        "a OR",
        "a AND OR b",
        "a NOT AND b",
        "((a)",
        ")",
        "(",
        "near 5",
        "x\ty\u{301}z*",
        "ATLEAST/99999999999 a",
        "~a:b",
        "field : x",
    ] {
        match Query::parse(q) {
            Ok(query) => println!("OK {q}  ==> {query}   {:?}", query.positive_terms()),
            Err(e) => println!("{}", e.render(q)),
        }
        println!();
    }
}
