//! The day in an address: `/2024/05/04/`, `-2024-05-04`, `/20240504/`.

/// As `2024-05-04`.
pub fn day(path: &str) -> Option<String> {
    let bytes = path.as_bytes();
    let digits = |from: usize, count: usize| -> Option<u32> {
        let run = bytes.get(from..from + count)?;
        run.iter().all(u8::is_ascii_digit).then(|| run.iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0')))
    };
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    for at in 0..bytes.len() {
        if at > 0 && is_digit(at - 1) {
            continue;
        }
        let Some(year) = digits(at, 4).filter(|year| (1995..2100).contains(year)) else { continue };
        let separator = bytes.get(at + 4).copied().filter(|b| matches!(b, b'/' | b'-' | b'_' | b'.'));
        let step = usize::from(separator.is_some());
        // `/2024/5/4/`: a digit alone only between slashes, where nothing else is meant.
        let short = separator == Some(b'/');
        let part = |from: usize, most: u32| {
            let wide = digits(from, 2).map(|value| (value, 2));
            let narrow = || digits(from, 1).filter(|_| short && !is_digit(from + 1)).map(|value| (value, 1));
            wide.or_else(narrow).filter(|(value, _)| (1..=most).contains(value))
        };
        let Some((month, width)) = part(at + 4 + step, 12) else { continue };
        let after = at + 4 + step + width;
        if step == 1 && bytes.get(after).copied() != separator {
            continue;
        }
        let Some((day, width)) = part(after + step, 31) else { continue };
        if !is_digit(after + step + width) {
            return Some(format!("{year:04}-{month:02}-{day:02}"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_addresses() {
        for (path, expected) in [
            ("/2024/05/04/story", Some("2024-05-04")),
            ("/2024/5/4/story", Some("2024-05-04")),
            ("/news/20240504/story", Some("2024-05-04")),
            ("/story-2024-05-04.html", Some("2024-05-04")),
            ("/story_2024_05_04", Some("2024-05-04")),
            ("/a/article2024.05.04", Some("2024-05-04")),
            ("/story-120240504", None),
            ("/story-2024050412", None),
            ("/2024/13/04/", None),
            ("/2024/05/story", None),
            ("/2024-5-4-reasons", None),
            ("/1066/10/14/", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(day(path).as_deref(), expected, "{path}");
        }
    }
}
