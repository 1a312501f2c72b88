//! Limits the marks stacked on one letter to what scripts need, so that they cannot cover adjacent lines.

use unicode_normalization::char::is_combining_mark;

/// Marks of any kind on one letter: Hebrew with points and accents has six, Tibetan stacks up to eight.
const MOST: u8 = 8;
/// Of these, marks common to all scripts: Vietnamese has two, ancient Greek and phonetic notation up to four.
const MOST_COMMON: u8 = 4;

/// The marks since the last letter.
#[derive(Default)]
pub(super) struct MarkStack {
    all: u8,
    common: u8,
}

impl MarkStack {
    /// Takes the next character; false for an excess mark, which is to be removed.
    pub(super) fn takes(&mut self, c: char) -> bool {
        if !is_mark(c) {
            *self = Self::default();
            return true;
        }
        self.all = self.all.saturating_add(1);
        self.common = self.common.saturating_add(u8::from(is_common(c)));
        self.all <= MOST && self.common <= MOST_COMMON
    }
}

/// Whether a letter of the text carries more marks than any script needs.
pub(super) fn has_pile(text: &str) -> bool {
    // The first byte of U+0300.
    if text.bytes().fold(0, u8::max) < 0xcc {
        return false;
    }
    let mut stack = MarkStack::default();
    text.chars().any(|c| !stack.takes(c))
}

/// Whether a character modifies the one before it; joiners and direction marks count, because they do not end a run of
/// marks.
fn is_mark(c: char) -> bool {
    c >= '\u{300}' && (matches!(c, '\u{200c}'..='\u{200f}') || is_combining_mark(c))
}

/// Marks used with letters of any script.
fn is_common(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clean::{one_line, printable};

    #[test]
    fn no_script_loses_a_mark() {
        for text in [
            // Vietnamese and old Greek, decomposed.
            "Vie\u{323}\u{302}t Nam ke\u{302}\u{301}t thu\u{301}c",
            "\u{3b1}\u{304}\u{313}\u{301}\u{345}νθρωπος",
            // Thai, Hindi, Burmese, Khmer, Tamil.
            "ผู้ที่อยู่ใต้น้ำ กตัญญู",
            "क्षत्रिय राष्ट्रीय हूँ ज़ख़्मी",
            "ကျွန်ုပ်တို့ မြန်မာ",
            "ខ្ញុំស្រឡាញ់",
            "ஸ்ரீ கொக்கு",
            // Hebrew with points and accents, Arabic with all its marks, Persian with joiners.
            "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
            "שּׁ\u{5b8}\u{5bd}\u{596}",
            "بِسْمِ ٱللَّٰهِ ٱلرَّحْمَٰنِ",
            "می\u{200c}خواهم",
            // A stack of Tibetan, and an emoji of four people.
            "ཧྐྵྨླྺྼྻྂ",
            "👨\u{200d}👩\u{200d}👧\u{200d}👦 ❤\u{fe0f}\u{200d}🔥",
            "q\u{303}\u{2d0}\u{330} t\u{35c}s\u{32a}\u{2b7}",
        ] {
            assert!(!has_pile(text), "{text}");
            assert_eq!(printable(text), text);
            assert_eq!(one_line(text), text);
        }
    }

    #[test]
    fn a_pile_of_marks_is_cut() {
        let many = |mark: &str| mark.repeat(500);
        for (text, expected) in [
            (format!("Z{}algo", many("\u{335}")), "Z\u{335}\u{335}\u{335}\u{335}algo"),
            (many("\u{301}"), "\u{301}\u{301}\u{301}\u{301}"),
            (
                format!("a{}b{}", many("\u{489}"), many("\u{20dd}")),
                "a\u{489}\u{489}\u{489}\u{489}b\u{20dd}\u{20dd}\u{20dd}\u{20dd}",
            ),
            (format!("ส{}!", many("็")), "ส็็็็็็็็!"),
            // Invisible and removed characters do not reset the limit.
            (format!("a{}", many("\u{301}\u{34f}")), "a\u{301}\u{34f}\u{301}\u{34f}"),
            (format!("a{}", many("\u{301}\u{202e}")), "a\u{301}\u{301}\u{301}\u{301}"),
            (format!("a{}b", many("\u{200d}")), "a\u{200d}\u{200d}\u{200d}\u{200d}\u{200d}\u{200d}\u{200d}\u{200d}b"),
        ] {
            assert!(has_pile(&text) || text.contains('\u{202e}'));
            assert_eq!(printable(&text), expected);
            assert_eq!(one_line(&text), expected);
        }
    }
}
