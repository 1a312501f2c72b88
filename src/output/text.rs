//! The digest as plain text of at most 80 columns.

use std::fmt::Write as _;
use std::io;

use unicode_width::UnicodeWidthStr as _;

use super::link::{link, shown};
use super::marks::pieces;
use super::words::Frame;
use super::wrap::{cut, pad, wrap};
use super::{Print, pass, words};
use crate::digest::{Checks, Digest, Story, WatchNews};
use crate::text::clean::one_line;

/// The widest line, except for URLs.
pub const WIDTH: usize = 80;
/// The least width at which lines are wrapped.
const NARROW: usize = 50;

/// The style of plain text.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether headings and terms may be bold.
    pub color: bool,
    /// Whether URLs may be terminal hyperlinks (OSC 8).
    pub links: bool,
    /// The width of a line.
    pub width: usize,
}

impl Style {
    /// Without colours and links, for mail and pipes.
    pub const PLAIN: Self = Self { color: false, links: false, width: WIDTH };

    /// The style for a terminal of this width.
    #[must_use]
    pub fn on(self, columns: usize) -> Self {
        Self { width: columns.clamp(NARROW, WIDTH), ..self }
    }

    fn bold(self, text: &str) -> String {
        if self.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn address(self, url: &str) -> String {
        let shown = shown(url);
        let target = if self.links { link(url) } else { None };
        match target {
            Some(target) => format!("\x1b]8;;{target}\x1b\\{shown}\x1b]8;;\x1b\\"),
            None => shown,
        }
    }
}

/// The digest.
pub fn digest(digest: &Digest, frame: &Frame, style: Style, print: Print) -> io::Result<()> {
    let mut out = String::new();
    wrap(&mut out, &frame.headline(frame.texts().coverage, &digest.period), style.width, "", "");
    for line in frame.unchecked(digest) {
        wrap(&mut out, &line, style.width, "! ", "  ");
    }
    for placed in frame.grouped(&digest.watches) {
        out.push('\n');
        if let Some(heading) = placed.heading {
            let heading = cut(&heading, style.width.saturating_sub(20));
            let line = "#".repeat(style.width.saturating_sub(heading.width() + 3));
            let _ = writeln!(out, "{}\n", style.bold(&format!("# {heading} {line}")));
        }
        watch_news(&mut out, placed.watch, frame, style, print)?;
    }
    out.push('\n');
    ledger(&mut out, &digest.ledger, frame, style);
    print(&out)
}

fn watch_news(out: &mut String, watch: &WatchNews, frame: &Frame, style: Style, print: Print) -> io::Result<()> {
    let name = one_line(&watch.name);
    let _ = writeln!(out, "{}", style.bold(&cut(&name.to_uppercase(), style.width)));
    out.push_str(&"=".repeat(style.width));
    out.push('\n');
    if watch.stories.is_empty() {
        wrap(out, frame.texts().nothing, style.width, "", "");
        return Ok(());
    }
    wrap(out, &frame.reported_by(&watch.reporters), style.width, "", "  ");
    let _ = writeln!(out, "{}", frame.counts(watch));
    for (at, section) in watch.sections().iter().enumerate() {
        for (line, text) in frame.section(section, at == 0).iter().enumerate() {
            let mut lines = String::new();
            wrap(&mut lines, text, style.width, if line == 0 { "== " } else { "   " }, "   ");
            out.push_str(if line == 0 { "\n" } else { "" });
            for part in lines.lines() {
                let _ = writeln!(out, "{}", if line == 0 { style.bold(part) } else { part.to_owned() });
            }
        }
        for story in section.stories {
            out.push('\n');
            write_story(out, story, frame, style);
            pass(out, print)?;
        }
    }
    Ok(())
}

fn write_story(out: &mut String, story: &Story, frame: &Frame, style: Style) {
    let first = &story.first;
    let mut headline = String::new();
    wrap(&mut headline, &frame.title(first), style.width, "* ", "  ");
    for line in headline.lines() {
        let _ = writeln!(out, "{}", style.bold(line));
    }
    wrap(out, &frame.about(first), style.width, "  ", "  ");
    let _ = writeln!(out, "  {}", style.address(&first.url));
    sentence(out, &words::sentence_below(first), &first.terms, "  > ", style);
    if !story.copies.is_empty() {
        let _ = writeln!(out, "  {}", frame.texts().same_text);
    }
    for copy in &story.copies {
        wrap(out, &frame.about_copy(copy, first), style.width, "  - ", "    ");
        if copy.title != first.title {
            wrap(out, &frame.title(copy), style.width, "    ", "    ");
        }
        let _ = writeln!(out, "    {}", style.address(&copy.url));
        sentence(out, &words::sentence_of_copy(copy, first), &copy.terms, "    > ", style);
    }
}

/// Appends a hit sentence, with its terms in bold if colours are allowed.
fn sentence(out: &mut String, text: &str, terms: &str, indent: &str, style: Style) {
    // Zero-width markers that printable text never contains: lines are wrapped before the escapes replace them.
    const ON: char = '\u{2066}';
    const OFF: char = '\u{2069}';
    if text.is_empty() {
        return;
    }
    if !style.color {
        wrap(out, text, style.width, indent, indent);
        return;
    }
    let mut marked = String::new();
    for (piece, term) in pieces(text, terms) {
        if term {
            // A term of several words may be wrapped.
            let words: Vec<String> = piece.split(' ').map(|word| format!("{ON}{word}{OFF}")).collect();
            marked.push_str(&words.join(" "));
        } else {
            marked.push_str(piece);
        }
    }
    let mut lines = String::new();
    wrap(&mut lines, &marked, style.width, indent, indent);
    for c in lines.chars() {
        match c {
            ON => out.push_str("\x1b[1m"),
            OFF => out.push_str("\x1b[0m"),
            c => out.push(c),
        }
    }
}

/// Appends the ledger.
fn ledger(out: &mut String, ledger: &[Checks], frame: &Frame, style: Style) {
    // A narrow terminal gets narrower columns.
    let figure = if style.width < WIDTH { 8 } else { 10 };
    let width = style.width.saturating_sub(4 * (figure + 1));
    let texts = frame.texts();
    let _ = writeln!(out, "{}", style.bold(&texts.ledger.to_uppercase()));
    out.push_str(&"=".repeat(style.width));
    out.push('\n');
    let name = pad(texts.source, width);
    let _ = write!(out, "{name} {:>1$}", texts.checked, figure - 1);
    let _ = writeln!(out, " {:>figure$} {:>figure$} {:>figure$}", texts.seen, texts.read, texts.matched);
    for row in ledger {
        let name = pad(&cut(&one_line(&row.source), width), width);
        let [asked, seen, read, matched] =
            [row.asked, row.seen, row.read, row.matched].map(|n| frame.language.figure(n));
        let _ = writeln!(out, "{name} {asked:>0$}x {seen:>figure$} {read:>figure$} {matched:>figure$}", figure - 2);
        for line in frame.warnings(row) {
            wrap(out, &line, style.width, "  ! ", "    ");
        }
        for line in frame.became(row) {
            wrap(out, &line, style.width, "    ", "    ");
        }
    }
    if ledger.is_empty() {
        wrap(out, frame.texts().no_ledger, style.width, "", "");
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;
    use crate::output::samples::{cannot_act, event, frame, hostile, kind};
    use crate::output::whole;

    #[test]
    fn nothing_that_a_page_says_can_act() {
        let text = whole(|print| digest(&hostile(), &frame(), Style::PLAIN, print));
        assert!(cannot_act(&text));
        for line in text.lines().filter(|line| !line.contains("://")) {
            assert!(line.width() <= WIDTH, "{line}");
        }
        let loud = whole(|print| digest(&hostile(), &frame(), Style { color: true, links: true, width: WIDTH }, print));
        let mut bare = loud.replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b]8;;\x1b\\", "");
        while let Some(at) = bare.find("\x1b]8;;https://phare.example/") {
            let end = bare[at..].find("\x1b\\").map_or(bare.len(), |end| at + end + 2);
            bare.replace_range(at..end, "");
        }
        assert_eq!(bare, text);
    }

    #[test]
    fn a_narrow_terminal_breaks_no_line() {
        for digest in [kind(), event(), hostile()] {
            let text = |columns| whole(|print| super::digest(&digest, &frame(), Style::PLAIN.on(columns), print));
            for line in text(60).lines().filter(|line| !line.contains("://")) {
                assert!(line.width() <= 60, "{line}");
            }
            assert_eq!(text(120), text(80));
            assert_eq!(text(3), text(50));
        }
        let text = whole(|print| digest(&kind(), &frame(), Style::PLAIN.on(60), print));
        let lines: Vec<&str> = text.lines().skip_while(|line| *line != "LEDGER").skip(2).take(3).collect();
        assert_eq!(
            lines,
            [
                "source                   checked     seen     read  matched",
                "Le Phare                     24x        9        8        2",
                // What became of articles is no warning.
                "    9 seen: 8 read, 1 still to be read",
            ]
        );
    }

    #[test]
    fn a_terminal_shows_terms_and_links() {
        let text = whole(|print| digest(&kind(), &frame(), Style { color: true, links: true, width: WIDTH }, print));
        assert!(text.contains("  > The \x1b[1mstrike\x1b[0m at the \x1b[1mquay\x1b[0m goes on"), "{text}");
        let link = "\x1b]8;;https://phare.example/1?a=1&b=(2)\x1b\\https://phare.example/1?a=1&b=(2)\x1b]8;;\x1b\\";
        assert!(text.contains(link), "{text}");
        let plain = whole(|print| digest(&kind(), &frame(), Style::PLAIN, print));
        assert!(!plain.contains('\x1b'), "{plain}");
        assert!(plain.contains("  > The strike at the quay goes on, said the strikers.\n"), "{plain}");
    }
}
