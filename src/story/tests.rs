//! Texts that are copies, and texts that are not.

use super::*;

const TEXT: &str = "Le sit-in « Souffle de rue » a bloqué samedi la petite ceinture de Bruxelles à hauteur de Sainctelette, \
    a indiqué la police. L’action s’est terminée dans le calme vers dix-sept heures.";

#[test]
fn quotes_accents_and_layout_do_not_count() {
    let other = TEXT.replace('’', "'").replace(['«', '»'], "\"").replace(". L", ".\n\nL").to_uppercase();
    assert!(fingerprint(TEXT).exact.is_some());
    assert_eq!(fingerprint(TEXT), fingerprint(&other));
}

#[test]
fn one_other_word_is_another_text() {
    assert_ne!(fingerprint(TEXT).exact, fingerprint(&TEXT.replace("samedi", "dimanche")).exact);
}

#[test]
fn short_texts_are_not_compared() {
    let short = fingerprint("Le tram 51 est à l’arrêt.");
    assert_eq!((short.exact, short.words.len(), short.bands.len()), (None, 0, 0));
}
