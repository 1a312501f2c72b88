//! Names of months and days, and the words that stand around dates.

use crate::text::fold::fold;

/// Full names by month, without accents. A word names a month when it begins one of them and has three letters or more.
const MONTHS: [&[&str]; 12] = [
    &["january", "janvier", "januari", "januar", "janner", "enero", "gennaio", "janeiro", "ianuarie", "styczen"],
    &["february", "fevrier", "februari", "februar", "febrero", "febbraio", "fevereiro", "feber", "luty"],
    &["march", "mars", "maart", "mrt", "marz", "maerz", "marzo", "marco", "marcius", "marzec"],
    &["april", "avril", "abril", "aprile", "aprilis", "kwiecien"],
    &["may", "mai", "mei", "mayo", "maggio", "maio", "maj", "majus"],
    &["june", "juin", "juni", "junio", "giugno", "junho", "junius", "czerwiec"],
    &["july", "juillet", "juli", "julio", "luglio", "julho", "julius", "lipiec"],
    &["august", "aout", "augustus", "agosto", "augusti", "augusztus", "sierpien"],
    &["september", "septembre", "septiembre", "settembre", "setembro", "szeptember", "sept"],
    &["october", "octobre", "oktober", "octubre", "ottobre", "outubro"],
    &["november", "novembre", "noviembre", "novembro"],
    &["december", "decembre", "dezember", "diciembre", "dicembre", "dezembro"],
];

/// How Greek and Slavic names of months begin, whatever their case ending.
const STEMS: [(&str, i64); 26] = [
    ("ιαν", 1),
    ("φεβ", 2),
    ("μαρ", 3),
    ("μαρτ", 3),
    ("απρ", 4),
    ("μαι", 5),
    ("μαη", 5),
    ("ιουν", 6),
    ("ιουλ", 7),
    ("αυγ", 8),
    ("σεπ", 9),
    ("οκτ", 10),
    ("νοε", 11),
    ("δεκ", 12),
    ("янв", 1),
    ("фев", 2),
    ("мар", 3),
    ("апр", 4),
    ("мая", 5),
    ("июн", 6),
    ("июл", 7),
    ("авг", 8),
    ("сен", 9),
    ("окт", 10),
    ("ноя", 11),
    ("дек", 12),
];

/// Full names by day, Monday first. A word names a day when it begins one of them and has two letters or more.
const DAYS: [&[&str]; 7] = [
    &[
        "monday",
        "lundi",
        "maandag",
        "montag",
        "lunes",
        "lunedi",
        "segunda",
        "mandag",
        "hetfo",
        "poniedzialek",
        "δευτερα",
    ],
    &["tuesday", "mardi", "dinsdag", "dienstag", "martes", "martedi", "terca", "tirsdag", "kedd", "wtorek", "τριτη"],
    &[
        "wednesday",
        "mercredi",
        "woensdag",
        "mittwoch",
        "miercoles",
        "mercoledi",
        "quarta",
        "onsdag",
        "szerda",
        "τεταρτη",
    ],
    &["thursday", "jeudi", "donderdag", "donnerstag", "jueves", "giovedi", "quinta", "torsdag", "csutortok", "πεμπτη"],
    &["friday", "vendredi", "vrijdag", "freitag", "viernes", "venerdi", "sexta", "fredag", "pentek", "παρασκευη"],
    &["saturday", "samedi", "zaterdag", "samstag", "sonnabend", "sabado", "sabato", "lordag", "szombat", "σαββατο"],
    &["sunday", "dimanche", "zondag", "sonntag", "domingo", "domenica", "sondag", "vasarnap", "κυριακη"],
];

/// Words that may stand in a date and say nothing.
const FILLERS: [&str; 62] = [
    "mis",
    "jour",
    "bijgewerkt",
    "laatst",
    "aktualisiert",
    "stand",
    "last",
    "modified",
    "geplaatst",
    "mise",
    "t",
    "at",
    "on",
    "the",
    "of",
    "le",
    "la",
    "a",
    "op",
    "om",
    "um",
    "de",
    "den",
    "der",
    "am",
    "van",
    "vom",
    "del",
    "il",
    "st",
    "nd",
    "rd",
    "th",
    "er",
    "e",
    "eme",
    "ste",
    "uur",
    "uhr",
    "h",
    "heure",
    "heures",
    "publie",
    "gepubliceerd",
    "published",
    "veroffentlicht",
    "posted",
    "updated",
    "date",
    "time",
    "년",
    "월",
    "일",
    "시",
    "분",
    "초",
    "年",
    "月",
    "日",
    "오전",
    "오후",
    "г",
];

fn month(word: &str) -> Option<i64> {
    let stem = STEMS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, month)| *month);
    if stem.is_some() || word.chars().count() < 3 {
        return stem;
    }
    let mut found = None;
    for (names, number) in MONTHS.iter().zip(1..) {
        if names.contains(&word) {
            return Some(number);
        }
        if names.iter().any(|name| name.starts_with(word)) {
            if found.is_some() {
                return None;
            }
            found = Some(number);
        }
    }
    found
}

/// The day that a folded word names, Monday is 0.
pub fn weekday(word: &str) -> Option<i8> {
    if word.chars().count() < 2 {
        return None;
    }
    let exact = DAYS.iter().position(|names| names.iter().any(|name| name.starts_with(word)));
    exact.and_then(|day| i8::try_from(day).ok())
}

/// The month, and the day of the week (Monday is 0), that the words name; `None` when one of them belongs to no date.
pub fn month_and_weekday(words: &[String]) -> Option<(Option<i64>, Option<i8>)> {
    let words: Vec<String> = words.iter().map(|w| fold(w)).collect();
    let months = words.iter().filter(|w| month(w).is_some()).count();
    let (mut of_year, mut of_week) = (None, None);
    for word in &words {
        // "mar." is a Tuesday where another month follows, March where none does.
        let day = weekday(word);
        if let Some(number) = month(word)
            && !(months > 1 && day.is_some() && of_year.is_none() && of_week.is_none())
        {
            if of_year.is_some_and(|other| other != number) {
                return None;
            }
            of_year = Some(number);
        } else if day.is_some() {
            of_week = of_week.or(day);
        } else if !FILLERS.contains(&word.as_str()) {
            return None;
        }
    }
    Some((of_year, of_week))
}
