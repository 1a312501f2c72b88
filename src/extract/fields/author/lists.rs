//! The words around names in bylines, by language: lists to extend.

/// What stands between two names.
#[rustfmt::skip]
pub const NAME_JOINERS: &[&str] = &[
    " and ", " et ", " en ", " und ", " og ", " och ", " ja ", " with ", " avec ", " met ", " mit ",
    " con ", " AND ", " – ", " - ", " — ", " و ", " u. ", " și ", " şi ", " и ", " та ", " και ", " és ", " ve ",
];

/// The same, of letters that also stand inside names ("Ortega y Gasset"): only between two whole names.
pub const SHORT_JOINERS: &[&str] = &[" y ", " e ", " i ", " a ", " o "];

/// What follows a name and is none.
#[rustfmt::skip]
pub const NAME_TAILS: &[&str] = &[
    " for ", " pour ", " voor ", " für ", " in ", " à ", " is ", " est ", " Edited by", " edited by", " Updated",
    " Published", " Photo", " Foto", " Fotos", " @ ", " Last updated", " last updated", " Follow", " Bild:", " Kuva",
];

/// Words that no name of a person holds; lower case, `*` for any ending.
#[rustfmt::skip]
pub const NOT_NAMES: &[&str] = &[
    "redakt*", "redact*", "rédact*", "redaç*", "journalist*", "periodist*", "giornalist*", "dziennikar*", "correspon*",
    "korrespond*", "reporter*", "verslag*", "editor*", "newsroom*",
    "admin", "administrator", "editor", "editors", "editorial", "staff", "reporter", "reporters", "correspondent",
    "correspondents", "newsroom", "team", "news", "desk", "agency", "agencies", "agences", "contributor",
    "contributors", "journalist", "journaliste", "journalistes", "redactie", "rédaction", "redaction", "redaktion",
    "redacción", "redaktor*", "redactor*", "redakteur*", "journalist*", "periodist*", "giornalist*", "correspon*", "korrespond*", "reporter*", "verslag*", "redacao", "redação", "redazione", "redaktor", "redacteur", "redactrice", "rédacteur", "rédactrice",
    "redakteur", "redakteurin", "correspondant", "correspondante", "korrespondent", "korrespondentin", "verslaggever",
    "politiek verslaggever", "chef", "chief", "politics", "sport", "sports", "web", "online", "webmaster", "unknown", "onbekend", "photographer", "photographe", "fotograf", "fotograaf", "photo", "photos", "foto",
    "fotos", "video", "updated", "published", "copyright", "minutes", "subscribe", "twitter",
    "facebook", "email", "director", "head of", "senior", "political", "writer", "columnist", "columniste",
    "producer", "press", "releases", "en ligne", "service", "services", "rubrik", "ressort", "publisher", "author",
    "null", "none", "undefined", "cheffe", "freie", "freier", "freelance", "autorin", "volontär*", "presenter", "guest", "gast",
    "inviat*", "envoyé*", "enviad*", "berichtet", "berichten", "dopisovatel*", "zpravodaj*", "korespondent*", "obozrevatel*",
    "корреспондент*", "кореспондент*", "журналист*", "журналіст*", "ανταποκρ*", "δημοσιογράφ*", "muhabir*", "gazeteci*", "újságíró*",
    "toimittaja*", "toimitus", "خبرنگار", "صحفي", "مراسل", "كاتب", "기자", "特派员", "tudósító*", "szerkesztő*", "تحرير", "التحرير",
    "تحریریه", "voorlichter", "newsdesk",
];

/// Of those the ones that stand with the name of one person: "our correspondent Jane Roe".
#[rustfmt::skip]
pub const PERSONS_JOBS: &[&str] = &[
    "correspon", "korrespond", "korespondent", "reporter", "journalist", "periodist", "giornalist", "dziennikar", "redacteur",
    "redactrice", "rédacteur", "rédactrice", "redakteur", "redaktor", "redactor", "inviat", "envoyé", "enviad", "verslaggever",
    "columnist", "berichte", "zpravodaj", "корреспондент", "кореспондент", "журналист", "журналіст", "ανταποκρ", "δημοσιογράφ",
    "muhabir", "újságíró", "toimittaja", "خبرنگار", "صحفي", "مراسل", "كاتب", "writer", "tudósító",
];

/// What the names of editors' offices hold, alone or inside longer words.
pub const ROOMS: &[&str] = &[
    "redakt",
    "redact",
    "rédact",
    "redaç",
    "redacci",
    "redazion",
    "redakc",
    "szerkesztő",
    "редакц",
    "редакці",
    "uredni",
    "toimitus",
    "redaksj",
];

/// Labels of work that is not the writing: photos, editing, translation; lower case.
#[rustfmt::skip]
pub const OTHER_WORK: &[&str] = &[
    "foto", "photo", "kuva", "bild", "beeld", "image", "imag", "video", "edit", "eindredactie", "lektor", "übersetz", "translat",
    "traduc", "traduz", "vertaling", "zdjęcia", "fotografi", "φωτ", "фото", "تصوير", "عکس", "摄影", "攝影", "撮影", "責任編輯",
    "责任编辑", "編輯", "编辑", "사진", "grafik", "graphic", "illustr", "montage", "camera", "audio", "updated", "published",
];

/// What a text of some kind is called, before "by" in the language: "Interview von", "Servizio di".
#[rustfmt::skip]
pub const GENRES: &[&str] = &[
    "ein", "eine", "een", "un", "une", "una", "en", "et", "interview", "kommentar", "gastkommentar", "analyse", "reportage",
    "essay", "kolumne", "servizio", "intervista", "entrevista", "crónica", "chronique", "tribune", "porträt", "bericht",
    "mehr", "meer", "more", "read", "lees", "fotoreportage", "análisis", "análise", "artículo", "artigo", "articolo", "column",
    "opinie", "recensie", "rezension", "verhaal",
];

/// "By" after the name of a kind.
pub const BY: &[&str] = &[" von ", " van ", " door ", " di ", " de ", " par ", " av ", " af ", " from ", " por "];
