//! The table of words: how near in meaning the frequent words of four languages are to each other.
//!
//! `scripts/words-table.py` makes it, and tells its sources and its format.

use std::sync::LazyLock;

static TABLE: LazyLock<Vec<Language>> =
    LazyLock::new(|| parsed(include_bytes!("../../tables/words.bin")).unwrap_or_default());

/// How many numbers stand for a word.
pub(super) const DIMENSIONS: usize = 64;
const PACKED: usize = DIMENSIONS / 2;

/// A key has so many bits.
const KEY: u64 = 0x3fff_ffff;

/// The words of one language, in order of their keys.
struct Language {
    code: &'static str,
    keys: &'static [u8],
    rarities: &'static [u8],
    groups: &'static [u8],
    vectors: &'static [u8],
}

/// A word of the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableWord {
    /// The negative logarithm of its share of all words: 3 for an article, 10 for "strike".
    pub rarity: f32,
    /// The same for words of one meaning, in all languages.
    pub group: u16,
    packed: &'static [u8],
}

impl TableWord {
    /// The numbers that stand for its meaning, from -7 to 7.
    pub fn vector(self) -> [i16; DIMENSIONS] {
        let mut vector = [0; DIMENSIONS];
        for (two, packed) in vector.chunks_exact_mut(2).zip(self.packed) {
            let number = |half: u8| i16::from(half) - 8;
            two.copy_from_slice(&[number(packed & 15), number(packed >> 4)]);
        }
        vector
    }
}

/// The key of a folded word, in any language.
pub(super) fn key(word: &str) -> u32 {
    let hash = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    u32::try_from((hash ^ (hash >> 30)) & KEY).unwrap_or_default()
}

/// The digits of keys that are stored: in base 64, none of which separates fields.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// A key has so many of them, …
pub(super) const KEY_DIGITS: usize = 5;
/// … and that of a stem, which is compared with those of a window only, so many.
pub(super) const STEM_DIGITS: usize = 4;

/// The key of a stem.
pub(super) fn stem_key(stem: &str) -> u32 {
    key(stem) & ((1 << (6 * STEM_DIGITS)) - 1)
}

/// A key as text of so many digits.
pub(super) fn shown_key(key: u32, digits: usize) -> String {
    (0..digits).rev().map(|digit| char::from(DIGITS[(key >> (6 * digit)) as usize & 63])).collect()
}

/// The key that a text of so many digits stands for.
pub(super) fn read_key(text: &[u8], digits: usize) -> Option<u32> {
    let digit = |byte: &u8| DIGITS.iter().position(|known| known == byte).and_then(|digit| u32::try_from(digit).ok());
    (text.len() == digits).then_some(())?;
    text.iter().try_fold(0, |key, byte| Some(key << 6 | digit(byte)?))
}

/// Whether the table has words of a language.
pub(super) fn has_table(language: &str) -> bool {
    TABLE.iter().any(|known| language.starts_with(known.code))
}

/// The word with this key in a language; `None` for a rare word, a name, and in other languages.
pub(super) fn table_word(language: &str, key: u32) -> Option<TableWord> {
    let of = TABLE.iter().find(|known| language.starts_with(known.code))?;
    let key_at = |at: usize| Some(u32::from_le_bytes(*of.keys.get(at * 4..)?.first_chunk()?));
    let (mut from, mut until) = (0, of.rarities.len());
    while from < until {
        let middle = usize::midpoint(from, until);
        if key_at(middle)? < key {
            from = middle + 1;
        } else {
            until = middle;
        }
    }
    (key_at(from)? == key).then_some(())?;
    Some(TableWord {
        rarity: f32::from(*of.rarities.get(from)?) / 12.0,
        group: u16::from_le_bytes(*of.groups.get(from * 2..)?.first_chunk()?),
        packed: of.vectors.get(from * PACKED..(from + 1) * PACKED)?,
    })
}

/// No word of the table, and no compound of two, is longer, in bytes.
pub(super) const LONGEST: usize = 60;

/// The two words of the table that make a compound: "stroompanne", "Gemeindewahl".
pub(super) fn compound(word: &str, language: &str) -> Option<[u32; 2]> {
    const SHORTEST: usize = 4;
    if word.len() > LONGEST {
        return None;
    }
    let ends = word.char_indices().map(|(at, _)| at).skip(SHORTEST);
    let parts = ends.filter_map(|at| {
        let (first, last) = word.split_at(at);
        if last.chars().count() < SHORTEST {
            return None;
        }
        // "veiligheidsraad".
        let bare = first.strip_suffix('s').filter(|bare| bare.chars().count() >= SHORTEST);
        let known = |part: &str| Some(key(part)).filter(|key| table_word(language, *key).is_some());
        let first_key = known(first).or_else(|| known(bare?))?;
        Some((first.len().min(last.len()), [first_key, known(last)?]))
    });
    parts.max_by_key(|(shorter, _)| *shorter).map(|(_, parts)| parts)
}

/// The longest word of the table of which a word may be a form: "remboursements", "betogingen".
pub(super) fn inflected(word: &str, language: &str) -> Option<u32> {
    const SHORTEST: usize = 5;
    const LONGEST_ENDING: usize = 4;
    if word.len() > LONGEST {
        return None;
    }
    let ends: Vec<usize> = word.char_indices().skip(SHORTEST).map(|(at, _)| at).collect();
    let beginnings = ends.iter().rev().take(LONGEST_ENDING).filter_map(|end| word.get(..*end));
    beginnings.map(key).find(|key| table_word(language, *key).is_some())
}

fn parsed(bytes: &'static [u8]) -> Option<Vec<Language>> {
    let mut rest = bytes.strip_prefix(b"words1")?;
    let mut take = |count: usize| {
        let (taken, behind) = rest.split_at_checked(count)?;
        rest = behind;
        Some(taken)
    };
    let mut head = || Some(usize::from(u16::from_le_bytes(take(2)?.try_into().ok()?)));
    let (dimensions, _, languages) = (head()?, head()?, head()?);
    if dimensions != DIMENSIONS {
        return None;
    }
    let mut counts = Vec::new();
    for _ in 0..languages {
        let code = str::from_utf8(take(2)?).ok()?;
        counts.push((code, usize::try_from(u32::from_le_bytes(take(4)?.try_into().ok()?)).ok()?));
    }
    let language = |(code, count): (&'static str, usize)| {
        let (keys, rarities) = (take(count * 4)?, take(count)?);
        Some(Language { code, keys, rarities, groups: take(count * 2)?, vectors: take(count * PACKED)? })
    };
    counts.into_iter().map(language).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    fn nearness(a: (&str, &str), b: (&str, &str)) -> f64 {
        let vector = |(word, language): (&str, &str)| table_word(language, key(word)).unwrap().vector();
        let (a, b) = (vector(a), vector(b));
        let dot =
            |a: &[i16], b: &[i16]| f64::from(a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>());
        dot(&a[..], &b[..]) / (dot(&a[..], &a[..]) * dot(&b[..], &b[..])).sqrt()
    }

    #[test]
    fn words_of_one_meaning_are_near_each_other_in_all_languages() {
        for (nl, fr, de, en) in [
            ("ziekenhuis", "hopital", "krankenhaus", "hospital"),
            ("regering", "gouvernement", "regierung", "government"),
            ("gevangenis", "prison", "gefangnis", "prison"),
        ] {
            let words = [(nl, "nl"), (fr, "fr"), (de, "de"), (en, "en")];
            for (at, one) in words.iter().enumerate() {
                for other in &words[at + 1..] {
                    assert!(nearness(*one, *other) > 0.4, "{one:?} {other:?}: {}", nearness(*one, *other));
                }
                assert!(nearness(*one, ("fromage", "fr")) < 0.3, "{one:?}");
            }
        }
    }

    #[test]
    fn rare_words_are_told_from_frequent_ones() {
        let rarity = |word: &str| table_word("nl", key(word)).unwrap().rarity;
        assert!(rarity("het") < 5.0 && rarity("ziekenhuis") > 8.0);
        assert!(table_word("nl", key("claerhoudt")).is_none());
        assert!(table_word("xx", key("het")).is_none() && table_word("", 0).is_none());
    }

    #[test]
    fn compounds_are_two_words() {
        assert_eq!(compound("gevangenisdirecteur", "nl"), Some([key("gevangenis"), key("directeur")]));
        assert_eq!(compound("vakantie", "fr"), None);
        assert_eq!(compound("xyz", "nl"), None);
        assert_eq!(compound("", "de"), None);
    }

    #[test]
    fn forms_of_a_word_count_as_the_word() {
        assert_eq!(inflected("ziekenhuizenen", "nl"), Some(key("ziekenhuizen")));
        assert_eq!(inflected("hopitauxxxxxx", "fr"), None, "too much is left");
        assert_eq!(inflected("fromagesque", "fr"), Some(key("fromages")));
        assert_eq!(inflected("", "fr"), None);
        assert_eq!(inflected(&"é".repeat(1000), "fr"), None);
    }
}
