//! Names that our four languages do not share: towns, waters, unions and other bodies of Belgium and around it.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A line for each name, first as it counts, then what else it is called, folded.
const NAMES: &str = include_str!("exonyms.txt");

static EXONYMS: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut exonyms = HashMap::new();
    for line in NAMES.lines() {
        let mut words = line.split(' ');
        let Some(name) = words.next() else { continue };
        exonyms.insert(name, name);
        exonyms.extend(words.map(|other| (other, name)));
    }
    exonyms
});

/// The name that this folded word is another language's name for.
pub(super) fn exonym(word: &str) -> Option<&'static str> {
    EXONYMS.get(word).copied()
}

#[cfg(test)]
mod tests {
    use super::{EXONYMS, NAMES, exonym};
    use crate::text::fold::fold;

    #[test]
    fn each_word_is_of_one_name() {
        assert_eq!(exonym("ixelles"), exonym("elsene"));
        assert_eq!(exonym("abvv"), exonym("fgtb"));
        assert_eq!(exonym("salehi"), None);
        assert_eq!(fold(NAMES), NAMES);
        assert_eq!(EXONYMS.len(), NAMES.split_whitespace().count(), "a word stands twice");
        assert!(NAMES.lines().all(|line| line.split(' ').count() > 1), "a name without another");
    }
}
