//! "Did you mean …?": the nearest of some known words.

/// The known word that is nearest to `word`, when near enough to be a slip: case, `-` for `_`, a singular, a letter
/// or two.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = plain(word)?;
    let limit = (word.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let Some(plain) = plain(candidate) else { continue };
        if plain.len().abs_diff(word.len()) > limit {
            continue;
        }
        let distance = distance(&word, &plain);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Long words are nobody's slip, and would take long.
fn plain(word: &str) -> Option<Vec<char>> {
    (word.len() <= 256)
        .then(|| word.chars().flat_map(char::to_lowercase).map(|c| if c == '-' { '_' } else { c }).collect())
}

/// Letters to insert, drop, replace, or swap with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j + 1] + 1).min(row[j] + 1).min(above[j] + usize::from(x != y));
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_and_another_word_is_not() {
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
