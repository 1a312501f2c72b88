//! Places that languages spell differently, and words with a capital that name nobody.

/// A place under its English name, whether it is a city, and how it is spelt, folded; two words at most.
pub(super) struct Place {
    pub name: &'static str,
    pub is_city: bool,
    forms: &'static [&'static str],
}

const fn city(name: &'static str, forms: &'static [&'static str]) -> Place {
    Place { name, is_city: true, forms }
}

const fn land(name: &'static str, forms: &'static [&'static str]) -> Place {
    Place { name, is_city: false, forms }
}

/// The place that these folded words spell; `words`: one, or two with a blank between.
pub(super) fn place(words: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.forms.contains(&words))
}

/// Cities and countries of which our four languages do not agree on the name.
const PLACES: [Place; 86] = [
    city(
        "Brussels",
        &[
            "brussels",
            "brussel",
            "bruxelles",
            "brussels capital",
            "brusselse",
            "bruxellois",
            "bruxelloise",
            "brusseler",
        ],
    ),
    city(
        "Antwerp",
        &["antwerp", "antwerpen", "anvers", "antwerps", "antwerpse", "antwerpener", "anversois", "anversoise"],
    ),
    city("Ghent", &["ghent", "gent", "gand", "gents", "gentse", "genter", "gantois", "gantoise"]),
    city("Bruges", &["bruges", "brugge", "brugs", "brugse", "brugger", "brugeois", "brugeoise"]),
    city("Liège", &["liege", "luik", "luttich", "luiks", "luikse", "liegeois", "liegeoise", "lutticher"]),
    city("Leuven", &["leuven", "louvain", "lowen", "leuvens", "leuvense", "louvaniste"]),
    city("Mechelen", &["mechelen", "malines", "mecheln", "mechels", "mechelse", "malinois", "malinoise"]),
    city("Namur", &["namur", "namen", "naamse", "namurois", "namuroise", "namurer"]),
    city("Mons", &["mons", "bergen", "bergense", "montois", "montoise"]),
    city("Kortrijk", &["kortrijk", "courtrai", "kortrijks", "kortrijkse", "courtraisien"]),
    city("Ostend", &["ostend", "oostende", "ostende", "oostends", "oostendse", "ostendais", "ostendaise"]),
    city("Ypres", &["ypres", "ieper", "ypern"]),
    city("Charleroi", &["charleroi", "carolo", "carolos"]),
    city("Hasselt", &["hasselt"]),
    city("Paris", &["paris", "parijs", "parijse", "parisien", "parisienne", "pariser"]),
    city("Lille", &["lille", "rijsel"]),
    city("Dunkirk", &["dunkirk", "duinkerke", "dunkerque", "dunkirchen"]),
    city("Strasbourg", &["strasbourg", "straatsburg", "strassburg"]),
    city("Marseille", &["marseille"]),
    city("Lyon", &["lyon"]),
    city("London", &["london", "londen", "londres", "londense", "londonien", "londonienne", "londoner"]),
    city("Berlin", &["berlin", "berlijn", "berlijnse", "berlinois", "berlinoise", "berliner"]),
    city("Cologne", &["cologne", "keulen", "koln"]),
    city("Munich", &["munich", "munchen"]),
    city("Hamburg", &["hamburg", "hambourg"]),
    city("Frankfurt", &["frankfurt", "francfort"]),
    city("Aachen", &["aachen", "aken"]),
    city("Vienna", &["vienna", "wenen", "vienne", "wien"]),
    city("Rome", &["rome", "rom", "roma"]),
    city("Milan", &["milan", "milaan", "mailand"]),
    city("Venice", &["venice", "venetie", "venise", "venedig"]),
    city("Athens", &["athens", "athene", "athenes", "athen"]),
    city("The Hague", &["the hague", "den haag", "la haye", "haag", "haye", "hague"]),
    city("Amsterdam", &["amsterdam"]),
    city("Rotterdam", &["rotterdam"]),
    city("Geneva", &["geneva", "geneve", "genf"]),
    city("Zurich", &["zurich"]),
    city("Lisbon", &["lisbon", "lissabon", "lisbonne"]),
    city("Madrid", &["madrid"]),
    city("Copenhagen", &["copenhagen", "kopenhagen", "copenhague"]),
    city("Stockholm", &["stockholm"]),
    city("Oslo", &["oslo"]),
    city("Warsaw", &["warsaw", "warschau", "varsovie"]),
    city("Prague", &["prague", "praag", "prag"]),
    city("Budapest", &["budapest", "boedapest"]),
    city("Moscow", &["moscow", "moskou", "moscou", "moskau"]),
    city("Kyiv", &["kyiv", "kiev", "kiew"]),
    city("Istanbul", &["istanbul", "istanboel"]),
    city("Tehran", &["tehran", "teheran"]),
    city("Isfahan", &["isfahan", "ispahan", "esfahan"]),
    city("Baghdad", &["baghdad", "bagdad"]),
    city("Damascus", &["damascus", "damas", "damaskus"]),
    city("Jerusalem", &["jerusalem", "jeruzalem"]),
    city("Beirut", &["beirut", "beiroet", "beyrouth"]),
    city("Cairo", &["cairo", "caire", "le caire", "kairo"]),
    city("Luxembourg", &["luxembourg", "luxemburg"]),
    land("Flanders", &["flanders", "vlaanderen", "flandre", "flandern"]),
    land("Wallonia", &["wallonia", "wallonie", "wallonien"]),
    land("Belgium", &["belgium", "belgie", "belgique", "belgien"]),
    land("Netherlands", &["netherlands", "nederland", "pays bas", "niederlande", "niederlanden"]),
    land("Germany", &["germany", "duitsland", "allemagne", "deutschland"]),
    land("France", &["france", "frankrijk", "frankreich"]),
    land("United Kingdom", &["united kingdom", "verenigd koninkrijk", "royaume uni", "britain", "grossbritannien"]),
    land("United States", &["united states", "verenigde staten", "etats unis", "vereinigten staaten", "usa", "vs"]),
    land("European Union", &["eu", "ue", "european union", "europese unie", "union europeenne"]),
    land("Spain", &["spain", "spanje", "espagne", "spanien"]),
    land("Italy", &["italy", "italie", "italien"]),
    land("Austria", &["austria", "oostenrijk", "autriche", "osterreich"]),
    land("Switzerland", &["switzerland", "zwitserland", "suisse", "schweiz"]),
    land("Poland", &["poland", "polen", "pologne"]),
    land("Hungary", &["hungary", "hongarije", "hongrie", "ungarn"]),
    land("Greece", &["greece", "griekenland", "grece", "griechenland"]),
    land("Turkey", &["turkey", "turkije", "turquie", "turkei", "turkiye"]),
    land("Russia", &["russia", "rusland", "russie", "russland"]),
    land("Ukraine", &["ukraine", "oekraine"]),
    land("Norway", &["norway", "noorwegen", "norvege", "norwegen"]),
    land("Sweden", &["sweden", "zweden", "suede", "schweden"]),
    land("Iran", &["iran"]),
    land("Iraq", &["iraq", "irak"]),
    land("Israel", &["israel"]),
    land("Syria", &["syria", "syrie", "syrien"]),
    land("Lebanon", &["lebanon", "libanon", "liban"]),
    land("Egypt", &["egypt", "egypte", "agypten"]),
    land("Morocco", &["morocco", "marokko", "maroc"]),
    land("China", &["china", "chine"]),
    land("Afghanistan", &["afghanistan"]),
];

/// Days of the week, Monday first, as our four languages write them.
pub(super) fn weekday(word: &str) -> Option<u8> {
    const DAYS: [[&str; 4]; 7] = [
        ["monday", "maandag", "lundi", "montag"],
        ["tuesday", "dinsdag", "mardi", "dienstag"],
        ["wednesday", "woensdag", "mercredi", "mittwoch"],
        ["thursday", "donderdag", "jeudi", "donnerstag"],
        ["friday", "vrijdag", "vendredi", "freitag"],
        ["saturday", "zaterdag", "samedi", "samstag"],
        ["sunday", "zondag", "dimanche", "sonntag"],
    ];
    // "zaterdagmiddag", "Samstagabend", "maandagochtend".
    (0..7).zip(DAYS).find(|(_, day)| day.iter().any(|name| word.starts_with(name))).map(|(number, _)| number)
}

/// Months, by which a number is known for a date.
pub(super) fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 36] = [
        "january",
        "januari",
        "janvier",
        "januar",
        "february",
        "februari",
        "fevrier",
        "februar",
        "march",
        "maart",
        "mars",
        "marz",
        "april",
        "avril",
        "may",
        "mei",
        "mai",
        "june",
        "juni",
        "juin",
        "july",
        "juli",
        "juillet",
        "august",
        "augustus",
        "aout",
        "september",
        "septembre",
        "october",
        "oktober",
        "octobre",
        "november",
        "novembre",
        "december",
        "decembre",
        "dezember",
    ];
    MONTHS.contains(&word)
}

/// Words that have a capital and name nobody in particular: titles, peoples, institutions that every report names, agencies.
pub(super) fn is_common(word: &str) -> bool {
    const STEMS: [&str; 42] = [
        "belgi",
        "franc",
        "frans",
        "duits",
        "deutsch",
        "german",
        "allemand",
        "brit",
        "engl",
        "iran",
        "palest",
        "israel",
        "oekra",
        "ukrain",
        "syri",
        "afghan",
        "marok",
        "turks",
        "vlaams",
        "flam",
        "nederlands",
        "dutch",
        "europ",
        "brussel",
        "bruxell",
        "brussler",
        "europa",
        "afp",
        "reuters",
        "belga",
        "anp",
        "dpa",
        "twitter",
        "facebook",
        "polit",
        "poliz",
        "polic",
        "minist",
        "premi",
        "president",
        "parlement",
        "parlament",
    ];
    const BODIES: [&str; 14] = [
        "mivb", "stib", "nmbs", "sncb", "infrabel", "ocmw", "cpas", "navo", "otan", "nato", "onu", "uno", "kmi", "irm",
    ];
    word.chars().count() < 3
        || BODIES.contains(&word)
        || is_month(word)
        || weekday(word).is_some()
        || STEMS.iter().any(|stem| word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::{PLACES, is_common, place, weekday};

    #[test]
    fn a_place_is_known_by_all_its_names() {
        for (a, b) in [("brussel", "bruxelles"), ("den haag", "la haye"), ("keulen", "koln"), ("irak", "iraq")] {
            assert_eq!(place(a).map(|place| place.name), place(b).map(|place| place.name));
            assert!(place(a).is_some());
        }
        assert!(place("molenbeek").is_none());
        for place in PLACES.iter().flat_map(|place| place.forms) {
            assert_eq!(crate::text::fold::fold(place), *place);
            assert!(place.split(' ').count() <= 2, "{place}");
        }
    }

    #[test]
    fn days_are_known_in_four_languages() {
        assert_eq!(weekday("zaterdagmiddag"), weekday("samedi"));
        assert_eq!(weekday("sunday"), Some(6));
        assert_eq!(weekday("salehi"), None);
        assert!(is_common("oktober") && is_common("belgische") && !is_common("salehi"));
    }
}
