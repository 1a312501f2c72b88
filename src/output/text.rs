//! The digest as plain text of at most 80 columns.

use std::fmt::Write as _;
use std::io;

use unicode_width::UnicodeWidthStr as _;

use super::link::{link, shown};
use super::marks::pieces;
use super::words::Frame;
use super::wrap::{cut, pad, wrap};
use super::{Print, pass, words};
use crate::digest::{Digest, Mention, Story, WatchNews};
use crate::i18n::fill;
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
    for line in [frame.older_articles(digest), frame.figures_in_all(digest)].into_iter().flatten() {
        wrap(&mut out, &line, style.width, "", "");
    }
    let nothing_for = frame.nothing_for(digest);
    for placed in frame.grouped(&digest.watches, nothing_for.is_some()) {
        out.push('\n');
        if let Some(heading) = placed.heading {
            let heading = cut(&heading, style.width.saturating_sub(20));
            let line = "#".repeat(style.width.saturating_sub(heading.width() + 3));
            let _ = writeln!(out, "{}\n", style.bold(&format!("# {heading} {line}")));
        }
        WatchText { out: &mut out, carriers: Vec::new(), frame, style }.write(placed.watch, print)?;
    }
    out.push('\n');
    if let Some(line) = nothing_for {
        wrap(&mut out, &line, style.width, "", "");
        out.push('\n');
    }
    ledger(&mut out, digest, frame, style);
    print(&out)
}

/// The text of one watch.
struct WatchText<'a> {
    out: &'a mut String,
    /// The copies named so far, each with its first article; their links stand in a list below the texts.
    carriers: Vec<(&'a Mention, &'a Mention)>,
    frame: &'a Frame,
    style: Style,
}

impl<'a> WatchText<'a> {
    fn write(mut self, watch: &'a WatchNews, print: Print) -> io::Result<()> {
        let (frame, style) = (self.frame, self.style);
        let name = one_line(&watch.name);
        let _ = writeln!(self.out, "{}", style.bold(&cut(&name.to_uppercase(), style.width)));
        self.out.push_str(&"=".repeat(style.width));
        self.out.push('\n');
        if watch.stories.is_empty() {
            wrap(self.out, frame.texts().nothing, style.width, "", "");
            return Ok(());
        }
        wrap(self.out, &frame.figures(&watch.tally), style.width, "", "  ");
        wrap(self.out, &frame.who_reported(watch), style.width, "", "  ");
        for section in watch.sections() {
            self.story(section.lead, ["* ", "  "]);
            if let Some(event) = frame.event(&section) {
                wrap(self.out, &event, style.width, "  == ", "     ");
            }
            pass(self.out, print)?;
            for story in section.others {
                self.story(story, ["  * ", "    "]);
                pass(self.out, print)?;
            }
        }
        self.shown_above(watch);
        self.links();
        pass(self.out, print)
    }

    /// Writes one text; the first indent is that of its first line.
    fn story(&mut self, story: &'a Story, [bullet, indent]: [&str; 2]) {
        let (frame, style, first) = (self.frame, self.style, &story.first);
        let mut headline = String::new();
        wrap(&mut headline, &frame.title(first), style.width, bullet, indent);
        self.out.push('\n');
        for line in headline.lines() {
            let _ = writeln!(self.out, "{}", style.bold(line));
        }
        wrap(self.out, &frame.about(story), style.width, indent, indent);
        let _ = writeln!(self.out, "{indent}{}", style.address(&first.url));
        sentence(self.out, &words::sentence_below(first), &first.terms, &format!("{indent}> "), style);
        if !story.copies.is_empty() {
            let carriers = self.carriers(story.copies.iter().map(AsRef::as_ref), first);
            let line = fill(frame.texts().same_text, &[("outlets", &carriers)]);
            wrap(self.out, &line, style.width, indent, indent);
        }
    }

    /// The outlets that carried a text, each with its time and the number of its link.
    fn carriers(&mut self, copies: impl Iterator<Item = &'a Mention>, first: &'a Mention) -> String {
        let frame = self.frame;
        let carriers = copies.map(|copy| {
            self.carriers.push((copy, first));
            let (outlet, at) = (one_line(&copy.outlet), frame.carried_at(copy, first));
            // The number stays on the line of the time.
            format!("{outlet} {at}\u{a0}[{}]", self.carriers.len())
        });
        carriers.collect::<Vec<_>>().join(frame.texts().between_outlets)
    }

    /// Writes the texts that earlier watches show.
    fn shown_above(&mut self, watch: &'a WatchNews) {
        let (frame, width) = (self.frame, self.style.width);
        let (above, more) = frame.shown_above(watch);
        for part in above {
            self.out.push('\n');
            wrap(self.out, &part.heading, width, "", "");
            for (story, rest) in part.stories {
                let mut line = format!("{} ({})", frame.title(&story.first), one_line(&story.first.outlet));
                if !rest.is_empty() {
                    let carriers = self.carriers(rest.into_iter(), &story.first);
                    line.push_str("; ");
                    line.push_str(&fill(frame.texts().only_here, &[("articles", &carriers)]));
                }
                wrap(self.out, &line, width, "- ", "  ");
            }
        }
        if let Some(more) = more {
            wrap(self.out, &more, width, "- ", "  ");
        }
    }

    /// Writes the links of the copies, with the headlines that differ from that of the first article.
    fn links(&mut self) {
        for (at, (copy, first)) in self.carriers.iter().enumerate() {
            self.out.push_str(if at == 0 { "\n" } else { "" });
            let has_own_title = !words::reads_alike(&copy.title, &first.title);
            let title = if has_own_title { format!(": {}", self.frame.title(copy)) } else { String::new() };
            let line = format!("{} #{}{title}", one_line(&copy.outlet), copy.article);
            wrap(self.out, &line, self.style.width, &format!("[{}] ", at + 1), "    ");
            let _ = writeln!(self.out, "    {}", self.style.address(&copy.url));
        }
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
fn ledger(out: &mut String, digest: &Digest, frame: &Frame, style: Style) {
    let ledger = &digest.ledger;
    // A narrow terminal gets narrower columns.
    let figure = if style.width < WIDTH { 8 } else { 10 };
    let width = style.width.saturating_sub(4 * (figure + 1));
    let texts = frame.texts();
    let _ = writeln!(out, "{}", style.bold(&frame.ledger_heading(digest).to_uppercase()));
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
    use crate::model::{EventId, Regrouping};
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
    fn an_event_that_an_earlier_digest_showed_otherwise_says_so() {
        let mut digest = event();
        let stories = &mut digest.watches[0].stories;
        for story in stories.iter_mut().filter(|story| story.first.event.is_none()) {
            (story.first.event, story.first.regrouped) = (Some(EventId(3)), Some(Regrouping::Split));
        }
        for story in stories.iter_mut().filter(|story| story.first.event == Some(EventId(1))) {
            story.first.regrouped = Some(Regrouping::Joined);
        }
        let text = whole(|print| super::digest(&digest, &frame(), Style::PLAIN.on(200), print));
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("  == ")).collect();
        assert_eq!(
            lines,
            [
                "  == One event: 2 texts, 2 articles at 1 outlet. An earlier digest showed it as",
                "  == An earlier digest showed it as part of a larger event",
            ]
        );
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
