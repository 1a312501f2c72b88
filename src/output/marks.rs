//! The positions of matched terms in a sentence.

/// Splits a sentence into pieces, each with whether it is a term.
///
/// `terms` is the list of a mention, separated by ", ". Case is ignored; a term must be a whole word.
pub(super) fn pieces<'t>(text: &'t str, terms: &str) -> Vec<(&'t str, bool)> {
    let (lowered, is_aligned) = lowered(text);
    let mut found: Vec<(usize, usize)> = Vec::new();
    for term in terms.split(", ").map(|term| self::lowered(term.trim()).0).filter(|term| !term.is_empty()) {
        let mut from = 0;
        while let Some(start) = lowered.get(from..).and_then(|rest| rest.find(&term)).map(|at| from + at) {
            let end = start + term.len();
            let (before, behind) = (&lowered[..start], &lowered[end..]);
            if !before.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric) {
                found.push((start, end));
            }
            from = start + term.chars().next().map_or(1, char::len_utf8);
        }
    }
    found.sort_unstable();
    let mut pieces = Vec::with_capacity(2 * found.len() + 1);
    let mut done = 0;
    // Some letters have another length in lower case, so positions in both texts are needed.
    let mut letters = text.char_indices().zip(lowered.char_indices()).peekable();
    let mut push = |until: usize, term: bool| {
        let until = if is_aligned {
            until
        } else {
            while letters.next_if(|(_, (lowered, _))| *lowered < until).is_some() {}
            letters.peek().map_or(text.len(), |((at, _), _)| *at)
        };
        if until > done {
            pieces.push((&text[done..until], term));
            done = until;
        }
    };
    let mut terms = found.into_iter().peekable();
    while let Some((start, mut end)) = terms.next() {
        while let Some((_, further)) = terms.next_if(|(next, _)| *next <= end) {
            end = end.max(further);
        }
        push(start, false);
        push(end, true);
    }
    push(lowered.len(), false);
    pieces
}

/// The text in lower case, with one character for each character; and whether each stands where it stood.
fn lowered(text: &str) -> (String, bool) {
    if text.is_ascii() {
        return (text.to_ascii_lowercase(), true);
    }
    let mut is_aligned = true;
    let small = text.chars().map(|c| {
        let small = lower(c);
        is_aligned &= small.len_utf8() == c.len_utf8();
        small
    });
    (small.collect(), is_aligned)
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
            ("İİ x İİ, y", "x, y", "İİ [x] İİ, [y]"),
            ("na na na batman", "na na", "[na na na] batman"),
            ("ж жук Жук", "жук", "ж [жук] [Жук]"),
            ("short", "a much longer term", "short"),
            ("", "x", ""),
        ] {
            assert_eq!(shown(text, terms), expected, "{text} / {terms}");
        }
    }
}
