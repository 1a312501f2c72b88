//! Shortens text.

use std::borrow::Cow;

/// At most `bytes` bytes, cut between characters.
pub fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// At most `most` characters, cut at a word where one ends nearby, with `…` where cut.
pub fn shorten(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return Cow::Borrowed(text);
    }
    let Some((end, _)) = text.char_indices().nth(most) else {
        return Cow::Borrowed(text);
    };
    let room = text.char_indices().nth(most.saturating_sub(1)).map_or(end, |(at, _)| at);
    let head = &text[..room];
    let cut = head.rfind(char::is_whitespace).filter(|at| *at >= room / 2).unwrap_or(room);
    Cow::Owned(format!("{}…", head[..cut].trim_end()))
}

#[cfg(test)]
mod tests {
    use super::{cut, shorten};

    #[test]
    fn long_text_is_cut_at_a_word() {
        assert_eq!(shorten("een twee drie vier", 10), "een twee…");
        assert_eq!(shorten("kort", 10), "kort");
        assert_eq!(shorten("ééééééééééééé", 5), "éééé…");
    }

    #[test]
    fn a_cut_is_between_characters() {
        assert_eq!((cut("één", 3), cut("één", 9), cut("één", 1)), ("é", "één", ""));
    }
}
