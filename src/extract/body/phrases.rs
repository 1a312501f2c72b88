//! The set phrases of news pages, by language: a list to extend.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Anchored, Input, MatchKind, StartKind};

use super::stock::{BOX_STARTS, DROPPED_STARTS, LONE_WORDS, SURE_BOX_STARTS};
use crate::extract::plain;

/// What precedes a name in a byline; lower case.
#[rustfmt::skip]
pub const BYLINE_STARTS: &[&str] = &[
    "by", "written by", "story by", "reported by", "text by", "author", "posted by", "published by", "from",
    "words by", "par", "propos recueillis par", "texte", "auteur", "écrit par", "publié par", "un article de", "avec",
    "door", "tekst", "geschreven door", "auteurs", "redactie", "von", "text", "autor", "autorin", "geschrieben von",
    "ein artikel von", "ein beitrag von", "por", "escrito por", "di", "a cura di", "scritto da", "av", "af",
    "blogbeitrag von", "blog beitrag von", "beitrag von", "gastbeitrag von", "ein gastbeitrag von", "tekst av",
    "przez", "opracował", "autorka", "texto", "texte de", "text von", "tekst van", "gespeichert von", "submitted by",
    "soumis par", "verfasst von", "erstellt von", "gepostet von", "geplaatst door", "posté par", "publicado por",
    "pubblicato da", "publicerad av", "kirjoittaja", "napsala", "autore", "yazar", "haber", "текст", "автор", "συντάκτης",
    "scris de", "írta", "szerző", "autor:", "skriven av", "napsal", "autoři", "yazan", "توسط", "بقلم", "نویسنده",
    "words", "teksti", "penulis", "autors", "автори", "автор статьи", "كتب", "كتبت", "إعداد", "מאת", "作者", "记者", "記者", "撰文", "文",
    "piše", "oprac.", "oprac", "opracowała", "rozmawiał", "rozmawiała", "připravil", "připravila", "pripravil", "pripravila",
    "γράφει ο", "γράφει η", "autor articol", "parašė", "tekstas", "kirjoittanut", "bài", "tác giả",
];

/// News agencies: each as it spells itself, then the keys (letters and digits, lower case) of its other names.
#[rustfmt::skip]
pub const AGENCIES: &[(&str, &[&str])] = &[
    ("Belga", &["belganews"]), ("AFP", &["agencefrancepresse", "francepresse"]), ("ANP", &[]),
    ("Reuters", &["thomsonreuters"]), ("dpa", &["deutschepresseagentur"]), ("AP", &["associatedpress", "apnews"]),
    ("Keystone-SDA", &["keystonesda", "keystoneats"]), ("Keystone", &[]), ("ATS", &[]), ("SDA", &[]),
    ("EFE", &["agenciaefe"]), ("ANSA", &[]), ("APA", &[]), ("TT", &[]), ("NTB", &[]), ("Ritzau", &[]), ("Lusa", &[]),
    ("PA Media", &["pamedia", "pa", "pressassociation"]), ("PTI", &[]), ("ANI", &[]), ("IANS", &[]), ("Xinhua", &[]),
    ("TASS", &["itartass"]), ("Interfax", &[]), ("RIA Novosti", &["rianovosti", "ria"]), ("IRNA", &[]), ("ISNA", &[]),
    ("Kyodo", &[]), ("Jiji", &[]), ("Anadolu", &["aa"]), ("Bloomberg", &["bloombergnews"]), ("KNA", &[]), ("epd", &[]),
    ("CNA", &[]), ("Europa Press", &[]), ("PAP", &[]), ("ČTK", &["ctk"]), ("MTI", &[]), ("STT", &[]), ("UPI", &[]),
    ("BNS", &[]), ("ELTA", &[]), ("LETA", &[]), ("Tanjug", &[]), ("HINA", &[]), ("STA", &[]), ("Adnkronos", &[]),
    ("AGI", &[]), ("Askanews", &[]), ("LaPresse", &[]), ("SID", &[]), ("dpa-AFX", &[]), ("AWP", &[]), ("Yonhap", &[]),
    ("The Canadian Press", &["canadianpress"]), ("AAP", &[]), ("Télam", &["telam"]), ("Ukrinform", &[]), ("UNIAN", &[]),
    ("BTA", &[]), ("Agerpres", &[]), ("Mediafax", &[]), ("TASR", &[]), ("SITA", &[]), ("DHPA", &[]),
    ("AFP Relaxnews", &["relaxnews"]), ("ddp", &[]), ("ZENIT", &[]), ("SPA", &[]), ("WAM", &[]), ("KUNA", &[]),
    ("MENA", &[]), ("Petra", &[]), ("Colpisa", &[]), ("Novum", &[]),
];

/// What precedes the name of an agency in a closing line; lower case.
#[rustfmt::skip]
pub const SOURCE_STARTS: &[&str] = &[
    "bron", "source", "sources", "quelle", "quellen", "fuente", "fonte", "avec", "met", "mit", "with", "källa",
    "kilde", "źródło", "zdroj", "منبع", "المصدر",
];

/// Whether a line is a set phrase of the page and not of the article.
pub fn is_boilerplate(line: &str) -> bool {
    if line.len() > 400 || line.chars().count() >= 160 {
        return false;
    }
    let start = line.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '©' | '(' | 'ⓒ'));
    let is_short = |rest: &str| rest.chars().count() <= 16 && !rest.ends_with(['.', '。', '।']);
    begins(&DROPPED, start).is_some_and(|(list, rest)| list == 0 || is_short(rest))
        || RIGHTS.as_ref().is_some_and(|rights| rights.is_match(line))
        || is_signature(line)
}

/// A mail address alone or with a name, or several addresses: "Follow us at …".
fn is_signature(line: &str) -> bool {
    if line.match_indices("://").nth(1).is_some() {
        return true;
    }
    let mail = |word: &str| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    line.contains('@') && line.split_whitespace().count() <= 4 && line.split_whitespace().any(mail)
}

/// What a short line is the heading of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    /// A box about the author or a subscription.
    Surely,
    /// A box of other articles, if it is made of links.
    Links,
}

/// Whether a short line is the heading of a box of other things.
pub fn opens_box(line: &str) -> Option<Opens> {
    let start = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    begins(&BOXES, start).map(|(list, _)| if list == 0 { Opens::Surely } else { Opens::Links })
}

/// Headings of the readers' comments; lower case, without number.
#[rustfmt::skip]
const COMMENT_HEADINGS: &[&str] = &[
    "comments", "comment", "leave a comment", "leave a reply", "post a comment", "add a comment", "add comment",
    "reader comments", "commentaires", "commentaire", "laisser un commentaire", "vos commentaires", "reageer", "reageren",
    "geef een reactie", "plaats een reactie", "laat een reactie achter", "kommentare", "kommentar", "kommentar verfassen",
    "schreibe einen kommentar", "schreiben sie einen kommentar", "kommentieren", "leserkommentare", "comentarios",
    "comentários", "comentaris", "deja un comentario", "deja una respuesta", "deixe um comentário", "deixe uma resposta",
    "commenti", "lascia un commento", "comentarii", "lasă un comentariu", "komentarze", "dodaj komentarz", "komentáře",
    "komentáre", "komentari", "komentarji", "kommentarer", "skriv en kommentar", "legg igjen en kommentar", "kommentit",
    "hozzászólások", "yorumlar", "yorum yap", "комментарии", "оставить комментарий", "коментарі", "коментари", "σχόλια",
    "التعليقات", "تعليقات", "اترك تعليقا", "نظرات", "دیدگاه‌ها", "コメント", "评论", "評論", "댓글", "bình luận", "komentar", "תגובות",
];

/// Whether a line is the heading of the readers' comments: "Comments", "12 comments", "Kommentare (3)".
pub fn opens_comments(line: &str) -> bool {
    if line.len() > 80 {
        return false;
    }
    let bare = line.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    COMMENT_HEADINGS.contains(&bare.as_str())
}

/// The place and the number of pictures of "3/24 The bridge by night".
pub fn counter(line: &str) -> Option<(u32, u32)> {
    let (at, rest) = line.split_once('/')?;
    let at = at.trim();
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let of = rest.get(..end)?;
    let ends = rest.get(end..)?.chars().next().is_none_or(char::is_whitespace);
    if !ends || at.len() > 3 || of.len() > 3 || !at.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (at, of) = (at.parse().ok()?, of.parse().ok()?);
    (at >= 1 && at <= of && of >= 3).then_some((at, of))
}

/// What precedes a date in a line of its own; lower case.
#[rustfmt::skip]
const DATE_STARTS: &[&str] = &[
    "published", "updated", "last updated", "posted", "publié", "mis à jour", "modifié", "gepubliceerd", "bijgewerkt",
    "laatst", "geüpdatet", "veröffentlicht", "aktualisiert", "stand:", "erstellt", "publicado", "actualizado",
    "pubblicato", "aggiornato", "publicerad", "uppdaterad", "publisert", "oppdatert", "udgivet", "opublikowano",
    "aktualizacja", "publikováno", "temps de lecture", "leestijd", "lesezeit", "reading time", "min read",
];

/// Whether a short line tells who wrote the article.
pub fn is_byline(line: &str) -> bool {
    if line.chars().count() > 80 || line.trim_end().ends_with(['.', '!', '?']) {
        return false;
    }
    let lower = line.trim().to_lowercase();
    let starts = |start: &str| lower.strip_prefix(start).is_some_and(|rest| rest.starts_with([' ', ':']));
    [
        "by", "par", "door", "von", "por", "di", "av", "af", "text", "tekst", "texte", "author", "auteur", "autor",
        "foto", "photo", "photos", "foto's", "fotos", "beeld", "bild", "image",
    ]
    .iter()
    .any(|s| starts(s))
}

/// Whether a line near the headline gives a name: "By Jane Roe", "Door Jan van den Boon, correspondent".
pub fn is_signed(line: &str) -> bool {
    let line = line.trim();
    if line.ends_with(['.', '?', '!', ':']) {
        return false;
    }
    let after = |start: &&str| plain::after(line, start).filter(|rest| rest.starts_with([' ', ':', '：']));
    let Some(rest) = BYLINE_STARTS.iter().find_map(after) else { return false };
    let rest = rest.trim_start_matches([' ', ':', '：']);
    let name = rest.split([',', '|', '(']).next().unwrap_or("");
    // Scripts without capitals; Han names stand without a blank.
    let han = name.starts_with(|c: char| c >= '\u{2e80}') && name.chars().count() <= 8;
    rest.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
        && (han || (2..=6).contains(&name.split_whitespace().count()))
}

/// Whether a short line tells when the article was published, or how long it takes to read.
pub fn is_dateline(line: &str) -> bool {
    let count = line.chars().count();
    if count > 140 {
        return false;
    }
    let lower = line.trim().to_lowercase();
    // "4 May 2026, 21:10 • Last updated on 5 May 2026 • 3 min read".
    let dated = lower.starts_with(char::is_numeric) && lower.bytes().filter(u8::is_ascii_digit).count() >= 10;
    if dated && DATE_STARTS.iter().any(|start| lower.contains(start)) {
        return true;
    }
    if count > 90 {
        return false;
    }
    if DATE_STARTS.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    let digits = lower.bytes().filter(u8::is_ascii_digit).count();
    let words = lower.split_whitespace().count();
    digits >= 4 && words <= 9 && digits * 4 >= count.saturating_sub(12) && !lower.ends_with(['.', '!', '?'])
}

/// What a wall for those who do not subscribe says; lower case.
#[rustfmt::skip]
const WALLS: &[&str] = &[
    "subscribe to continue reading", "subscribe to read", "to continue reading, subscribe", "this article is for subscribers",
    "subscribers only", "for subscribers only", "already a subscriber? log in", "to read the full article",
    "exclusief voor abonnees", "alleen voor abonnees", "enkel voor abonnees", "voorbehouden voor abonnees",
    "lees verder met een abonnement", "abonneer je om verder te lezen", "réservé aux abonnés",
    "réservé à nos abonnés", "réservée aux abonnés", "abonnez-vous pour lire", "la suite est réservée",
    "nur für abonnenten", "nur mit abo", "bereits abonnent",
    "exklusiv für abonnenten", "weiterlesen mit", "diesen artikel weiterlesen", "mit einem abo weiterlesen",
    "solo para suscriptores", "contenido exclusivo para suscriptores", "suscríbete para seguir leyendo",
    "contenuto riservato agli abbonati", "riservato agli abbonati", "abbonati per continuare", "exclusivo para assinantes",
    "exclusivo para subscritores", "assine para continuar", "för prenumeranter", "for abonnenter", "kun for abonnenter",
    "tylko dla subskrybentów", "tylko dla prenumeratorów", "jen pro předplatitele", "pouze pro předplatitele",
    "vain tilaajille", "csak előfizetőknek", "doar pentru abonați", "abonelere özel", "только для подписчиков",
];

/// A short line that holds one of these is a notice of rights; lower case.
#[rustfmt::skip]
const RIGHTS_RESERVED: &[&str] = &[
    "all rights reserved", "tous droits réservés", "alle rechten voorbehouden", "alle rechte vorbehalten",
    "todos los derechos reservados", "todos os direitos reservados", "tots els drets reservats", "tutti i diritti riservati",
    "riproduzione riservata", "wszelkie prawa zastrzeżone", "všechna práva vyhrazena", "все права защищены",
    "toate drepturile rezervate", "tüm hakları saklıdır", "무단 전재", "무단전재", "無断転載", "禁止转载", "未经授权不得转载",
];

/// Whether a line is that of a wall for those who do not subscribe.
pub fn is_wall(line: &str) -> bool {
    WALL.as_ref().is_some_and(|walls| walls.is_match(line))
}

static WALL: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(WALLS).ok());
static RIGHTS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(RIGHTS_RESERVED).ok());
static DROPPED: LazyLock<Option<Starts>> = LazyLock::new(|| Starts::of(DROPPED_STARTS, LONE_WORDS));
static BOXES: LazyLock<Option<Starts>> = LazyLock::new(|| Starts::of(SURE_BOX_STARTS, BOX_STARTS));

/// One automaton for the phrases of two lists: hundreds of lines are tried on every page.
struct Starts {
    phrases: AhoCorasick,
    /// How many of its patterns are of the first list.
    first: usize,
}

impl Starts {
    fn of(first: &[&str], second: &[&str]) -> Option<Self> {
        let mut patterns = spelled(first);
        let first = patterns.len();
        patterns.extend(spelled(second));
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).start_kind(StartKind::Anchored).match_kind(MatchKind::LeftmostLongest);
        Some(Self { phrases: builder.build(patterns).ok()?, first })
    }
}

/// Only ASCII is matched without regard to case: other capitals are spelled out.
fn spelled(phrases: &[&str]) -> Vec<String> {
    let mut patterns: Vec<String> = Vec::new();
    for phrase in phrases {
        patterns.push((*phrase).to_owned());
        if !phrase.is_ascii() {
            patterns.push(phrase.to_uppercase());
            let mut chars = phrase.chars();
            patterns.extend(chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()));
        }
    }
    patterns
}

/// The list (0 or 1) of the phrase that a line begins with, and what follows it; no phrase ends within a word, where a
/// script has blanks.
fn begins<'a>(starts: &LazyLock<Option<Starts>>, line: &'a str) -> Option<(usize, &'a str)> {
    let starts = starts.as_ref()?;
    let found = starts.phrases.find(Input::new(line).anchored(Anchored::Yes))?;
    let (phrase, rest) = line.split_at_checked(found.end())?;
    let spaced = |c: char| c.is_alphabetic() && c < '\u{e00}';
    let within = phrase.ends_with(spaced) && rest.starts_with(spaced);
    (!within).then_some((usize::from(found.pattern().as_usize() >= starts.first), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_known_in_any_case() {
        for (line, expected) in [
            ("Lees ook: iets anders", true),
            ("LEES OOK", true),
            ("À LIRE AUSSI : autre chose", true),
            ("à lire aussi", true),
            ("– Publicité –", true),
            ("PUBLICITÉ", true),
            ("© 2026 De Kering", true),
            ("De lezers lezen ook kranten.", false),
            ("Anzeige", true),
            ("Anzeigen gegen drei Männer", false),
            ("Anzeige erstattete der Fahrer erst am Montag.", false),
            ("Subscribers of the old service must wait.", false),
            ("در این باره", true),
            ("در این باره سخنگوی شهرداری گفت که پل تازه تا پاییز آماده می‌شود.", false),
            ("広告", true),
            ("広告代理店の社長が月曜日に記者会見を開いた。", false),
            ("【関連記事】別の話", true),
            ("jan.jansen@kering.example", true),
            ("Write to us at jan@kering.example and tell us.", false),
            ("", false),
        ] {
            assert_eq!(is_boilerplate(line), expected, "{line:?}");
        }
    }

    #[test]
    fn headings_of_comments_and_counters_of_pictures_are_told() {
        for (line, expected) in [
            ("15 Comentarios", true),
            ("Comments (3):", true),
            ("Kommentar verfassen", true),
            ("Comments on the plan may be sent until May", false),
            ("", false),
        ] {
            assert_eq!(opens_comments(line), expected, "{line:?}");
        }
        for (line, expected) in [
            ("3/24 The bridge", Some((3, 24))),
            ("3 / 24", Some((3, 24))),
            ("1/2 cup of sugar", None),
            ("24/3", None),
            ("3/24th", None),
            ("3/24/2026", None),
            ("and/or", None),
            ("/9", None),
        ] {
            assert_eq!(counter(line), expected, "{line:?}");
        }
    }
}
