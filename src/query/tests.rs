//! Queries against articles in five languages.

#![expect(clippy::unwrap_used, reason = "a test may fail so")]

mod matching;
mod syntax;
mod watches;

use super::*;

const FR: Document = Document {
    title: "Iran: Toomaj Salehi condamné à mort",
    summary: "Le rappeur iranien risque la pendaison.",
    text: "La justice a prononcé la peine capitale contre le rappeur Toomaj Salehi.\nDes exécutions ont lieu chaque jour \
           en Iran, selon l’opposition. Aujourd'hui, M. Dupont parle de l'Iran et de l’Œuvre au noir. Il cite l'IRGC.",
    author: "Marie Dupont, Jean Le Pen",
    outlet: "Le Phare",
    url: "https://www.phare.example/monde/2024/05/04/iran-toomaj_salehi/",
    language: "fr",
    published_at: None,
    facts: None,
};

const NL: Document = Document {
    title: "Betoging in Sint-Jans-Molenbeek tegen terechtstellingen",
    summary: "",
    text: "Honderden mensen betoogden zaterdag tegen de executies in Iran. De terechtstelling van 1.000 mensen werd \
           aangekondigd door de regering.",
    author: "",
    outlet: "KADE",
    url: "https://www.kade.example/actua/betoging",
    language: "nl-be",
    published_at: None,
    facts: None,
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
    facts: None,
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
    facts: None,
};

const EN: Document = Document {
    title: "Who watches the watchmen?",
    summary: "The WHO says AIDS aid is at risk",
    text: "The executioner was late. U.S. officials told us about the R&D of naïve cafés. The WHO, the who and the Who. \
           Visit kade.example. Crowds a b c d e f g h i j gathered.",
    author: "",
    outlet: "",
    url: "",
    language: "",
    published_at: None,
    facts: None,
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
