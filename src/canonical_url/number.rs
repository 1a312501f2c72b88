//! The number by which a content system names an article in its URLs, whatever the slug beside it says.

/// Shorter numbers are years, pages and parts of slugs.
const LEAST_DIGITS: usize = 5;

/// The longest number in the path of a URL, the last among equally long ones; none where only dates and short numbers stand.
pub fn article_number(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, path)| path);
    let numbers = path.split(|c: char| !c.is_ascii_digit());
    numbers.filter(|number| number.len() >= LEAST_DIGITS && !is_date(number)).max_by_key(|number| number.len())
}

/// Whether digits are a day (20261011) or a time with it (202610110730).
fn is_date(number: &str) -> bool {
    let part = |from: usize| number.get(from..from + 2).and_then(|part| part.parse::<u8>().ok());
    let is_day = matches!(part(4), Some(1..=12)) && matches!(part(6), Some(1..=31));
    matches!(number.len(), 8 | 12 | 14) && (number.starts_with("19") || number.starts_with("20")) && is_day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_an_article() {
        for (url, expected) in [
            ("https://a.example/id1191723/article/2026-09-10/bridge-closed", Some("1191723")),
            ("a.example/712345/article/2026-09-10/bridge", Some("712345")),
            ("https://a.example/bridge-closed~a778774.html?ref=9999999", Some("778774")),
            ("https://a.example/20261011/bridge-of-2026", None),
            ("https://a.example/202610110730/bridge", None),
            ("https://12345678.example/bridge", None),
            ("https://a.example/20269911_bridge", Some("20269911")),
            ("", None),
        ] {
            assert_eq!(article_number(url), expected, "{url}");
        }
    }
}
