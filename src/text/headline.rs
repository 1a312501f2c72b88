//! Headlines as readers compare them.

use unicode_normalization::UnicodeNormalization;

/// Equal for headlines that differ only in typography: quotes, dashes, white space and capitals. Accents, question
/// marks and all other characters count.
pub fn headline_key(title: &str) -> String {
    let lower = title.nfkc().flat_map(char::to_lowercase);
    let kept = lower.filter(|c| !c.is_whitespace() && !is_quote(*c) && !is_invisible(*c));
    kept.map(|c| if is_dash(c) { '-' } else { c }).collect::<String>().replace("--", "-")
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '\'' | '"' | '`' | '´' | '‘'..='‟' | '«' | '»' | '‹' | '›' | 'ʻ'..='ʽ' | '′' | '″' | '「'..='』' | '〝'..='〟'
    )
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_does_not_change_a_headline() {
        for (one, other) in [
            ("Brand: 'alles weg', zegt eigenaar", "Brand: ‘alles weg’, zegt eigenaar"),
            ("Incendie: \"tout est parti\"", "Incendie : «\u{a0}tout est parti\u{a0}»"),
            ("„Alles weg“", "»Alles weg«"),
            ("Brand - alles weg", "Brand – alles weg"),
            ("Brand -- alles weg", "Brand — alles weg"),
            ("Brand in loods", "BRAND  IN LOODS "),
            ("Brand...", "Brand…"),
            ("Caf\u{e9} dicht", "Cafe\u{301} dicht"),
        ] {
            assert_eq!(headline_key(one), headline_key(other));
        }
    }

    #[test]
    fn other_words_and_characters_change_a_headline() {
        for (one, other) in [
            ("Minister stapt op?", "Minister stapt op"),
            ("Un homme tue à Liège", "Un homme tué à Liège"),
            ("Brand in loods", "Zware brand verwoest loods"),
            ("3 doden", "4 doden"),
        ] {
            assert_ne!(headline_key(one), headline_key(other));
        }
    }
}
