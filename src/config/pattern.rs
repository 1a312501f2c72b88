//! Validates values with a syntax of their own: regexes, CSS selectors, JSON pointers, language codes, names.

use regex::Regex;
use scraper::Selector;

use super::problem::{Flaw, shown, visible};
use crate::diagnostic::acts_or_turns;

/// A longer selector is a mistake, and the selector parser recurses into brackets.
const LONGEST_SELECTOR: usize = 2_000;

/// The longest kind, region or tag of an outlet, in characters.
const LONGEST_FACT: usize = 60;

/// A name, which must be fit for terminals and command lines.
pub(super) fn name(text: &str) -> Result<String, Flaw> {
    const EXPECTED: &str = "a name of visible characters";
    if text.trim().is_empty() {
        return Err(Flaw::new("the name is empty").expected(EXPECTED));
    }
    if let Some((at, c)) = text.char_indices().find(|(_, c)| acts_or_turns(*c)) {
        let message = format!("the name holds the control character {}", c.escape_unicode());
        return Err(Flaw::new(message).at(at..at + c.len_utf8()).expected(EXPECTED));
    }
    if text.trim() != text {
        let hint = Some(format!("write \"{}\"", shown(text.trim())));
        return Err(Flaw::new("the name has blanks around it").expected("a name without them").hint(hint));
    }
    Ok(text.to_owned())
}

/// An ISO 639 code.
pub(super) fn language(text: &str) -> Result<String, Flaw> {
    let sound = |code: &str| (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
    if sound(text) {
        return Ok(text.to_owned());
    }
    let lower = text.trim().to_ascii_lowercase();
    let base = lower.split(['-', '_']).next().filter(|base| sound(base));
    Err(Flaw::new(format!("\"{}\" is not a language code", shown(text)))
        .expected("two or three small letters, such as \"fr\"")
        .hint(base.map(|base| format!("did you mean \"{base}\"?"))))
}

/// A short name of a kind, a region or a group of outlets.
pub(super) fn short_name(text: &str) -> Result<String, Flaw> {
    let found = name(text)?;
    let length = found.chars().count();
    if length > LONGEST_FACT {
        return Err(Flaw::new(format!("the name has {length} characters"))
            .expected(format!("a short name, of at most {LONGEST_FACT}")));
    }
    if !found.contains(char::is_alphanumeric) {
        return Err(
            Flaw::new("the name has neither a letter nor a digit").expected("a short name, such as \"newspaper\"")
        );
    }
    Ok(found)
}

/// A tag of an outlet. Tags are stored separated by commas.
pub(super) fn tag(text: &str) -> Result<String, Flaw> {
    if let Some(at) = text.find(',') {
        let apart: Vec<String> = text
            .split(',')
            .map(str::trim)
            .filter(|tag| !tag.is_empty())
            .map(|tag| format!("\"{}\"", shown(tag)))
            .collect();
        return Err(Flaw::new("a tag contains a comma")
            .at(at..at + 1)
            .expected("one tag in each pair of quotes")
            .hint(Some(format!("write {}", apart.join(", "))).filter(|_| !apart.is_empty())));
    }
    short_name(text)
}

/// A JSON pointer (RFC 6901) to something inside the document.
pub(super) fn pointer(text: &str) -> Result<String, Flaw> {
    let flaw = |message: String| Flaw::new(message).expected("a JSON pointer such as \"/authors/0/name\"");
    if !text.starts_with('/') {
        let path = text.trim_start_matches("$.").replace(['.', '['], "/").replace(']', "");
        let plain = !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || "/_-@".contains(c));
        let hint = plain.then(|| format!("did you mean \"/{}\"?", shown(path.trim_matches('/'))));
        return Err(flaw(format!("\"{}\" does not begin with \"/\"", shown(text))).hint(hint));
    }
    for (at, _) in text.match_indices('~') {
        if !matches!(text.as_bytes().get(at + 1), Some(b'0' | b'1')) {
            let hint = Some("in a pointer \"~0\" means \"~\" and \"~1\" means \"/\"".to_owned());
            return Err(flaw("a lone \"~\" means nothing in a JSON pointer".to_owned()).at(at..at + 1).hint(hint));
        }
    }
    Ok(text.to_owned())
}

/// A CSS selector, checked by the parser that will use it.
pub(super) fn selector(text: &str) -> Result<String, Flaw> {
    let flaw = |message: String| Flaw::new(message).expected("a CSS selector such as \"article h2 a\"");
    if text.trim().is_empty() {
        return Err(flaw("the selector is empty".to_owned()));
    }
    if text.len() > LONGEST_SELECTOR {
        return Err(flaw(format!("the selector is longer than {LONGEST_SELECTOR} characters")));
    }
    if Selector::parse(text).is_ok() {
        return Ok(text.to_owned());
    }
    let hint = if text.starts_with('/') {
        Some("this looks like XPath: write `article//a` as \"article a\"".to_owned())
    } else if text.matches('[').count() > text.matches(']').count() {
        Some("a `[` is not closed".to_owned())
    } else if text.matches('(').count() > text.matches(')').count() {
        Some("a `(` is not closed".to_owned())
    } else if text.contains(":contains(") || text.contains(":has-text(") {
        Some("CSS does not select by words: name a class, an id or a place, such as \".news > h2 a\"".to_owned())
    } else if text.contains("::") {
        Some("pseudo-elements such as `::text` select nothing in a document: leave them out".to_owned())
    } else if text.trim_end().ends_with([',', '>', '+', '~']) {
        Some("something must follow the last sign".to_owned())
    } else {
        None
    };
    Err(flaw(format!("\"{}\" is not a CSS selector", shown(text))).hint(hint))
}

/// A regular expression.
pub(super) fn regex(text: &str) -> Result<Regex, Flaw> {
    Regex::new(text).map_err(|error| {
        let (reason, at) = reason(&error, text);
        let hint = if text.contains("(?=") || text.contains("(?!") || text.contains("(?<=") || text.contains("(?<!") {
            Some("match the neighbouring part as well, and put a group around what is wanted".to_owned())
        } else {
            None
        };
        let flaw = Flaw::new(format!("this regular expression cannot be read: {reason}"));
        Flaw { at, ..flaw }.expected("a regular expression").hint(hint)
    })
}

/// A regular expression whose first group identifies an article.
pub(super) fn identity(text: &str) -> Result<Regex, Flaw> {
    let regex = regex(text)?;
    if regex.captures_len() < 2 {
        return Err(Flaw::new("`identity` has no group")
            .expected("round brackets around the part that names the article, such as \"/article/([0-9]+)\"")
            .hint(Some("`(?:…)` does not count as a group".to_owned()).filter(|_| text.contains("(?:"))));
    }
    Ok(regex)
}

/// The last line of a regex error gives the reason; the carets in the line above point at the pattern.
fn reason(error: &regex::Error, text: &str) -> (String, Option<std::ops::Range<usize>>) {
    let whole = error.to_string();
    let reason = whole
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("error: "))
        .map_or_else(|| "it is too large".to_owned(), |reason| visible(reason.trim()));
    // Only a single-line pattern is shown unchanged, indented by four blanks.
    let carets = whole.lines().find(|line| line.trim_start().starts_with('^')).filter(|_| !text.contains('\n'));
    let at = carets.and_then(|line| {
        let skipped = line.find('^')?.checked_sub(4)?;
        let length = line.trim_start().chars().take_while(|c| *c == '^').count();
        let mut places = text.char_indices().map(|(at, _)| at).chain([text.len()]).skip(skipped);
        let start = places.next()?;
        Some(start..places.nth(length.saturating_sub(1)).unwrap_or(text.len()))
    });
    (reason, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers() {
        let table =
            [("/a", true), ("/a~1b/~0", true), ("/", true), ("", false), ("a", false), ("/a~", false), ("/a~2", false)];
        for (text, sound) in table {
            assert_eq!(pointer(text).is_ok(), sound, "{text}");
        }
        let hint = |text| pointer(text).err().and_then(|flaw| flaw.hint);
        assert_eq!(hint("$.authors[0].name").as_deref(), Some("did you mean \"/authors/0/name\"?"));
        assert_eq!(hint(""), None);
    }

    #[test]
    fn a_regex_error_points_into_the_pattern() {
        let flaw = |text| regex(text).err().and_then(|flaw| flaw.at);
        assert_eq!(flaw("é(abc"), Some(2..3));
        assert_eq!(flaw("a[z-a]"), Some(2..5));
        assert_eq!(flaw("a**"), None);
        assert!(identity("a(b)").is_ok());
        assert!(identity("a(?:b)").is_err());
        assert!(identity("a(?<id>b)").is_ok());
        assert!(regex("(\\w{1000}){1000}").is_err_and(|flaw| flaw.message.ends_with("it is too large")));
    }

    #[test]
    fn selectors_of_words_get_a_hint() {
        let hint = |text| selector(text).err().and_then(|flaw| flaw.hint).unwrap_or_default();
        for text in ["a:contains('Sport')", "h2:has-text(\"Sport\") a", "div:has(h2:contains(Sport))"] {
            assert!(hint(text).starts_with("CSS does not select by words"), "{text}");
        }
        assert_eq!(hint("a["), "a `[` is not closed");
        assert_eq!(hint("a::text").split(' ').next(), Some("pseudo-elements"));
    }

    #[test]
    fn deep_selectors_are_rejected() {
        for text in
            [":not(".repeat(390), ":is(".repeat(490), "a>".repeat(990), "[".repeat(1_999), ":not(".repeat(9_999)]
        {
            let _ = selector(&text);
        }
        let closed = format!("{}a{}", ":is(".repeat(399), ")".repeat(399));
        let _ = selector(&closed);
        assert!(selector(&"a".repeat(LONGEST_SELECTOR + 1)).is_err());
        assert!(selector("article h2 a, .list > a[href*=\"/article/\"]:not(.ad)").is_ok());
    }
}
