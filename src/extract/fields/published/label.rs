//! What the words before a date say of it.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Of publication.
    Published,
    /// Of the last change.
    Modified,
    /// Nothing is said.
    None,
}

/// Beginnings of words, lower case, without the full stop.
#[rustfmt::skip]
const PUBLISHED: &[&str] = &[
    "publi", "post", "posted", "created", "written", "filed", "released", "submitted", "issued", "date:", "on:",
    "mis en ligne", "paru", "posté", "écrit", "rédigé", "créé", "gepubliceerd", "geplaatst", "verschenen", "geschreven",
    "toegevoegd", "datum", "veröffentlicht", "erstellt", "geschrieben", "verfasst", "eingestellt", "gespeichert",
    "erschienen", "eingetragen", "gepostet", "online seit", "fecha", "escrito", "creado", "pubblicat", "scritto", "inserito",
    "data:", "criado", "dodano", "data publikacji", "utworzono", "opublik", "zveřejněno", "vydáno", "vloženo", "zverejnené",
    "publicer", "skapad", "upplagd", "udgivet", "oprettet", "lagt ud", "julkaist", "luotu", "megjelen", "közzét", "létrehoz",
    "adăugat", "data publicării", "yayın", "eklenme", "oluşturulma", "опубл", "дата", "размещ", "создан", "публик", "оприлюд",
    "додано", "δημοσ", "αναρτ", "نشر", "تاريخ النشر", "انتشار", "منتشر", "تاریخ", "发布", "發布", "发表", "發表", "公開", "掲載",
    "配信", "投稿", "时间", "時間", "입력", "등록", "게시", "作成", "פורסם", "objavljeno", "diterbitkan", "dipublikasikan", "đăng",
    "avaldatud", "publicēts", "paskelbta",
];

#[rustfmt::skip]
const MODIFIED: &[&str] = &[
    "updat", "modified", "revised", "edited", "last change", "last edit", "amended", "corrected", "reviewed", "mis à jour",
    "mise à jour", "modifié", "màj", "actualisé", "bijgewerkt", "gewijzigd", "aangepast", "laatst", "geüpdatet", "geupdatet",
    "aktualis", "geändert", "bearbeitet", "überarbeitet", "letzte", "zuletzt", "stand:", "stand ", "actualiz", "modificad",
    "última", "aggiorn", "modifica", "atualiz", "alterad", "uppdater", "ändrad", "oppdater", "sist endret", "opdater",
    "sidst", "päivitet", "muokattu", "aktualiz", "zmodyf", "upraven", "změn", "frissít", "módosít", "actualizat", "güncel",
    "обновл", "измен", "оновл", "змін", "ενημερ", "تحديث", "تعديل", "به روز", "به‌روز", "ویرایش", "更新", "修改", "編集",
    "改訂", "수정", "최종", "עודכן", "ažurirano", "diperbarui", "cập nhật",
];

/// What the last words before a date say.
pub fn of(before: &str) -> Label {
    let before: String = {
        let tail: Vec<char> = before.chars().rev().take(48).collect();
        tail.into_iter().rev().flat_map(char::to_lowercase).collect()
    };
    let Some(words) = WORDS.as_ref() else { return Label::None };
    // Where a word of either kind stands last.
    let (mut published, mut modified) = (None, None);
    for found in words.find_overlapping_iter(&before) {
        let inside = before.get(..found.start()).is_some_and(|head| head.ends_with(char::is_alphabetic));
        let word = before.get(found.range()).unwrap_or("");
        if inside && word.is_ascii() {
            continue;
        }
        let last = if found.pattern().as_usize() < PUBLISHED.len() { &mut published } else { &mut modified };
        *last = (*last).max(Some(found.start()));
    }
    match (published, modified) {
        (None, None) => Label::None,
        (published, modified) if modified >= published => Label::Modified,
        _ => Label::Published,
    }
}

/// Both lists, the first of them first.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(PUBLISHED.iter().chain(MODIFIED)).ok());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_before_dates() {
        for (before, expected) in [
            ("Published on ", Label::Published),
            ("By Jane Roe. Last updated: ", Label::Modified),
            ("Published 4 May 2024, updated ", Label::Modified),
            ("Updated 6 May 2024. First published ", Label::Published),
            ("Publié le ", Label::Published),
            ("Mis à jour le ", Label::Modified),
            ("Gepubliceerd op ", Label::Published),
            ("Laatste update: ", Label::Modified),
            ("Veröffentlicht am ", Label::Published),
            ("Stand: ", Label::Modified),
            ("Gespeichert von rasos am ", Label::Published),
            ("Ultimo aggiornamento: ", Label::Modified),
            ("Data publikacji: ", Label::Published),
            ("Опубликовано: ", Label::Published),
            ("نشر في: ", Label::Published),
            ("发布时间：", Label::Published),
            ("最終更新日：", Label::Modified),
            ("BRUSSELS, ", Label::None),
            ("", Label::None),
        ] {
            assert_eq!(of(before), expected, "{before:?}");
        }
    }
}
