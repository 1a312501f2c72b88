//! "Did you mean …?": finds the nearest known word.

/// The known word nearest to `word`, if the difference may be a typing error: case, `-` for `_`, a singular, a letter
/// or two.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = plain(word)?;
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let Some(plain) = plain(candidate) else { continue };
        // Letters to insert, drop, replace, or swap with their neighbour.
        let distance = strsim::osa_distance(&word, &plain);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Long words are not typing errors, and would take long to compare.
fn plain(word: &str) -> Option<String> {
    (word.len() <= 256)
        .then(|| word.chars().flat_map(char::to_lowercase).map(|c| if c == '-' { '_' } else { c }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_are_recognised_and_other_words_are_not() {
        let known = ["feeds", "sitemaps", "pages", "searches", "max_body", "timezone"];
        let table = [
            ("feed", Some("feeds")),
            ("fedes", Some("feeds")),
            ("Feeds", Some("feeds")),
            ("max-body", Some("max_body")),
            ("search", Some("searches")),
            ("sitemap", Some("sitemaps")),
            ("timeout", None),
            ("x", None),
            ("", None),
        ];
        for (word, expected) in table {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
