//! Where the terms that matched stand in a sentence.

/// The sentence in pieces, each with whether it is a term; together they are the sentence.
///
/// `terms` is the list of a mention, separated by ", ". Case does not count, word borders do.
pub(super) fn pieces<'t>(text: &'t str, terms: &str) -> Vec<(&'t str, bool)> {
    let letters: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, lower(c))).collect();
    let byte = |at: usize| letters.get(at).map_or(text.len(), |(byte, _)| *byte);
    let is_word = |at: usize| letters.get(at).is_some_and(|(_, c)| c.is_alphanumeric());
    let mut marked = vec![false; letters.len()];
    for term in terms.split(", ") {
        let term: Vec<char> = term.trim().chars().map(lower).collect();
        let Some(first) = term.first().filter(|_| term.len() <= letters.len()) else { continue };
        for start in 0..=letters.len() - term.len() {
            if letters[start].1 != *first {
                continue;
            }
            let end = start + term.len();
            let here = letters[start..end].iter().map(|(_, c)| c).eq(&term);
            if here && !(start > 0 && is_word(start - 1)) && !is_word(end) {
                marked[start..end].fill(true);
            }
        }
    }
    let mut pieces = Vec::new();
    let mut start = 0;
    for at in 1..=marked.len() {
        if at == marked.len() || marked[at] != marked[start] {
            pieces.push((&text[byte(start)..byte(at)], marked[start]));
            start = at;
        }
    }
    pieces
}

fn lower(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { c.to_lowercase().next().unwrap_or(c) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, terms: &str) -> String {
        pieces(text, terms)
            .into_iter()
            .map(|(piece, term)| if term { format!("[{piece}]") } else { piece.into() })
            .collect()
    }

    #[test]
    fn terms_are_whole_words_in_any_case() {
        for (text, terms, expected) in [
            ("The strike at the quay. Strikes!", "Strike", "The [strike] at the quay. Strikes!"),
            ("L’air de Molenbeek", "air, molenbeek", "L’[air] de [Molenbeek]"),
            ("Souffle de rue bloque la rue", "Souffle de rue", "[Souffle de rue] bloque la rue"),
            ("ÉTÉ, été", "été", "[ÉTÉ], [été]"),
            ("a b", "a b, b", "[a b]"),
            ("İstanbul", "istanbul", "[İstanbul]"),
            ("nothing here", "", "nothing here"),
            ("short", "a much longer term", "short"),
            ("", "x", ""),
        ] {
            assert_eq!(shown(text, terms), expected, "{text} / {terms}");
        }
    }
}
