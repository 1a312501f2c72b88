//! Words by which a report tells who said something: such a person speaks of many events of a day.

/// Whether the folded word tells that somebody said something, or names an office whose holder speaks for others.
pub(super) fn is_speech(word: &str, language: &str) -> bool {
    const WORDS: [&str; 24] = [
        "zegt",
        "zei",
        "aldus",
        "volgens",
        "meldt",
        "bevestigt",
        "verklaart", // nl
        "selon",
        "indique",
        "precise",
        "annonce",
        "confirme",
        "explique",
        "declare",
        "affirme",
        "parole", // fr
        "said",
        "says",
        "told",
        "according", // en
        "sagte",
        "sagt",
        "laut",
        "zufolge", // de
    ];
    const STEMS: [&str; 13] = [
        "woordvoer",
        "burgemeester",
        "korpschef",
        "procureur",
        "parket",
        "parquet",
        "bourgmestre",
        "spokes",
        "mayor",
        "prosecutor",
        "sprecher",
        "burgermeister",
        "staatsanwalt",
    ];
    // In Dutch "this".
    WORDS.contains(&word)
        || (word == "dit" && language.starts_with("fr"))
        || STEMS.iter().any(|stem| word.starts_with(stem))
}
