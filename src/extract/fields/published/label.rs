//! What the words before a date say about it.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::lexicon;

/// The kind of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Publication.
    Published,
    /// Last change.
    Modified,
    /// Not stated.
    None,
}

/// The kind of date that the last words before it announce.
pub fn label_before_date(before: &str) -> Label {
    let before: String = {
        let tail: Vec<char> = before.chars().rev().take(48).collect();
        tail.into_iter().rev().flat_map(char::to_lowercase).collect()
    };
    let Some((words, of_publication)) = WORDS.as_ref() else { return Label::None };
    // The last such word decides.
    let (mut published, mut modified) = (None, None);
    for found in words.find_overlapping_iter(&before) {
        let inside = before.get(..found.start()).is_some_and(|head| head.ends_with(char::is_alphabetic));
        let word = before.get(found.range()).unwrap_or("");
        if inside && word.is_ascii() {
            continue;
        }
        let last = if found.pattern().as_usize() < *of_publication { &mut published } else { &mut modified };
        *last = (*last).max(Some(found.start()));
    }
    match (published, modified) {
        (None, None) => Label::None,
        (published, modified) if modified >= published => Label::Modified,
        _ => Label::Published,
    }
}

/// How words before dates begin, those of publication first, and how many of them are of publication.
static WORDS: LazyLock<Option<(AhoCorasick, usize)>> = LazyLock::new(|| {
    let published = lexicon::all(|language| &language.dates.published);
    let modified = lexicon::all(|language| &language.dates.modified);
    Some((AhoCorasick::new(published.iter().chain(&modified)).ok()?, published.len()))
});

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
            assert_eq!(label_before_date(before), expected, "{before:?}");
        }
    }
}
