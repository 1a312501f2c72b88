//! The day in the path of a URL: `/2024/05/04/`, `-2024-05-04`, `/20240504/`.

use jiff::civil::Date;

/// A day in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathDay {
    /// The day.
    pub date: Date,
    /// Whether it is a path segment of its own, as in `/2024/05/04/` or `/2024-05-04/`, where systems file what they
    /// publish that day. Within a longer name it may be the day that the article is about, or the number of a version
    /// or an article.
    pub is_own_path: bool,
}

/// The day in a path, from 1995 to 2099: the first that is a segment of its own, or else the first.
pub fn day_in_path(path: &str) -> Option<PathDay> {
    let mut first = None;
    for at in 0..path.len() {
        match day_at(path.as_bytes(), at) {
            Some(day) if day.is_own_path => return Some(day),
            Some(day) => first = first.or(Some(day)),
            None => {}
        }
    }
    first
}

/// The day at a byte offset of a path.
fn day_at(bytes: &[u8], at: usize) -> Option<PathDay> {
    let digits = |from: usize, count: usize| -> Option<u32> {
        let run = bytes.get(from..from + count)?;
        run.iter().all(u8::is_ascii_digit).then(|| run.iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0')))
    };
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    if at > 0 && is_digit(at - 1) {
        return None;
    }
    let year = digits(at, 4).filter(|year| (1995..2100).contains(year))?;
    let separator = bytes.get(at + 4).copied().filter(|b| matches!(b, b'/' | b'-' | b'_' | b'.'));
    let step = usize::from(separator.is_some());
    // `/2024/5/4/`: single digits count only between slashes, where they are unambiguous.
    let short = separator == Some(b'/');
    let part = |from: usize, most: u32| {
        let wide = digits(from, 2).map(|value| (value, 2));
        let narrow = || digits(from, 1).filter(|_| short && !is_digit(from + 1)).map(|value| (value, 1));
        wide.or_else(narrow).filter(|(value, _)| (1..=most).contains(value))
    };
    let (month, month_width) = part(at + 4 + step, 12)?;
    let after = at + 4 + step + month_width;
    if step == 1 && bytes.get(after).copied() != separator {
        return None;
    }
    let (day, width) = part(after + step, 31)?;
    let end = after + step + width;
    if is_digit(end) {
        return None;
    }
    let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let begins = at > 0 && bytes.get(at - 1) == Some(&b'/');
    let ends = matches!(bytes.get(end), None | Some(b'/'));
    let is_whole = matches!(separator, Some(b'/' | b'-')) && month_width == 2 && width == 2;
    Some(PathDay { date, is_own_path: is_whole && begins && ends })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_paths() {
        for (path, expected) in [
            ("/2024/05/04/story", Some("2024-05-04")),
            ("/2024/5/4/story", Some("2024-05-04")),
            ("/actua/12026-10-03", None),
            ("/2024/02/31/2024/03/01/", Some("2024-03-01")),
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
            ("/x-2016-03-22/2024/05/04", Some("2024-05-04")),
            ("/2024-05-04/story", Some("2024-05-04")),
            ("/2024-05-04-story", Some("2024-05-04")),
            ("/x/2024/05/04-story", Some("2024-05-04")),
            ("/", None),
            ("", None),
        ] {
            let found = day_in_path(path);
            assert_eq!(found.map(|found| found.date.to_string()).as_deref(), expected, "{path}");
            let own = ["/2024/05/04/story", "/2024/02/31/2024/03/01/", "/x-2016-03-22/2024/05/04", "/2024-05-04/story"];
            assert_eq!(found.is_some_and(|found| found.is_own_path), own.contains(&path), "{path}");
        }
    }
}
