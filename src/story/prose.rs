//! The sentences of a text that was taken from a whole page, with its menus and teasers.

/// A dump has at least so many lines, of which so many in a hundred are entries of menus and teasers.
const LEAST_LINES: usize = 30;
const ENTRIES: usize = 60;
/// The shortest line that counts as a sentence, in characters.
const SENTENCE: usize = 80;
/// The most lines that are looked at.
const MOST_LINES: usize = 5_000;

/// Whether a text is that of a whole page: most of its lines are no sentences.
pub(super) fn is_dump(text: &str) -> bool {
    let (mut lines, mut entries) = (0, 0);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()).take(MOST_LINES) {
        lines += 1;
        entries += usize::from(!is_sentence(line));
    }
    lines >= LEAST_LINES && 100 * entries >= ENTRIES * lines
}

/// The lines of a dump that are sentences.
pub(super) fn prose(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| is_sentence(line)).collect::<Vec<_>>().join("\n")
}

/// Whether a line reads like a sentence: it ends as one does, or is long. Speech in a dialogue is short and ends as well.
fn is_sentence(line: &str) -> bool {
    let end = line.trim_end_matches(['"', '\'', '»', '”', '’', ')', ']', '」', '』', '）', ' ', '\u{a0}']);
    // Chinese and Japanese have no blanks between words.
    end.ends_with(['。', '！', '？'])
        || end.ends_with(['.', '!', '?', '…', '۔', '؟', '।']) && end.contains(char::is_whitespace)
        || line.chars().nth(SENTENCE).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_of_a_dump() {
        let menu =
            ["Home", "Regio", "Brussel", "Brand in loods van Eeklo", "Meer sport", "Genk wint", "Video", "Archief"];
        let body = "De brug over het kanaal gaat maandag dicht.\n‘Dat wordt rijden’, zegt de schepen.";
        let dump = format!("{}\n{body}\n{}", menu.repeat(2).join("\n"), menu.repeat(2).join("\n"));
        assert!(is_dump(&dump));
        assert_eq!(prose(&dump), body);
        assert!(!is_dump(&format!("{body}\n").repeat(20)));
        assert!(!is_dump(&menu.join("\n")));
        let chinese = "這座橋從星期一起關閉三個月。\n市長說：「大家都得繞路。」\n";
        assert!(!is_dump(&chinese.repeat(20)));
        assert_eq!(prose(&format!("{chinese}首頁\n新聞")), chinese.trim_end());
    }
}
