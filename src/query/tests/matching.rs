//! Which articles a query matches.

use super::*;

#[test]
fn queries_match_as_documented() {
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
        (&FR, "outlet:\"Le Phare\"", true),
        (&FR, "phare", false),
        (&FR, "url:example", true),
        (&FR, "url:salehi", true),
        (&FR, "url:\"toomaj salehi\"", true),
        (&FR, "url:toomaj_salehi", true),
        (&FR, "url:www.phare.example/monde", true),
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
        (&EN, "kade", true),
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
fn words_are_found_in_every_spelling() {
    let found = |query: &str, text: &str| matches(query, &Document { text, language: "de", ..Document::default() });
    // Each spelling finds the others.
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
                // For umlauts, dropping the mark and spelling it out are two different spellings.
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
fn hits_in_other_spellings_are_located() {
    let text = "Été 2024 : l’O.N.U. et les étudiant·e·s de Müller disent « 1\u{202f}100 tonnes de CO₂ »";
    let query = Query::parse("ONU étudiant Mueller 1100 CO2").unwrap();
    let found = Matcher::new(&[Watch { query, ..watch() }]).matches(&Document { text, ..Document::default() });
    let hits: Vec<(usize, usize, &str)> =
        found[0].hits.iter().map(|hit| (hit.start, hit.end, hit.term.as_str())).collect();
    let expected = [(13, 18, "O.N.U"), (27, 35, "étudiant"), (43, 49, "Müller"), (59, 64, "1 100"), (75, 78, "CO₂")];
    assert_eq!(hits, expected);
    assert_eq!(found[0].terms, ["O.N.U", "étudiant", "Müller", "1 100", "CO₂"]);
}
