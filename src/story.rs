//! Telling copies: what makes two texts one story.

use std::fmt::Write as _;

use crate::query::fold;

/// Shorter texts say too little to be told apart: an alert of one sentence is written alike by everyone.
const WORDS: usize = 25;

/// Equal for texts whose words are equal, whatever their case, accents, quotes, punctuation and white space;
/// `None` for texts of fewer than 25 words.
///
/// 128 bits of FNV-1a over the folded words: among a billion texts two different ones meet with a chance below 10⁻²⁰.
pub fn fingerprint(text: &str) -> Option<String> {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let mut words = 0;
    let folded = fold(text);
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        words += 1;
        for byte in word.bytes().chain([b' ']) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    let mut name = String::with_capacity(32);
    let _ = write!(name, "{hash:032x}");
    (words >= WORDS).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Le sit-in « Souffle de rue » a bloqué samedi la petite ceinture de Bruxelles à hauteur de Sainctelette, \
        a indiqué la police. L’action s’est terminée dans le calme vers dix-sept heures.";

    #[test]
    fn quotes_accents_and_layout_do_not_count() {
        let other = TEXT.replace('’', "'").replace(['«', '»'], "\"").replace(". L", ".\n\nL").to_uppercase();
        assert!(fingerprint(TEXT).is_some());
        assert_eq!(fingerprint(TEXT), fingerprint(&other));
    }

    #[test]
    fn one_other_word_is_another_text() {
        assert_ne!(fingerprint(TEXT), fingerprint(&TEXT.replace("samedi", "dimanche")));
    }

    #[test]
    fn short_texts_have_none() {
        assert_eq!(fingerprint("Le tram 51 est à l’arrêt."), None);
    }
}
