//! What a search found, for people.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::paint::{Paint, Painted};
use super::text::Style;
use super::when;
use super::wrap::wrap;
use crate::text::clean::{address, one_line};
use crate::text::cut::shorten;

/// An article that a query matches.
#[derive(Debug)]
pub struct Found<'a> {
    /// The source's name.
    pub outlet: &'a str,
    /// The headline.
    pub title: &'a str,
    /// Where it can be read.
    pub url: &'a str,
    /// When it was published, where known.
    pub published_at: Option<Timestamp>,
    /// When it was found, which is told where the outlet does not say when it published.
    pub read_at: Option<Timestamp>,
    /// What else a reader should know: language, credit, "subscribers only".
    pub notes: Vec<String>,
    /// The sentence that shows the match; empty where none may be shown.
    pub snippet: &'a str,
}

/// One article after the other.
pub fn text(found: &[Found], zone: &TimeZone, now: Timestamp, style: Style) -> Painted {
    let mut out = Painted::new(Paint(style.color));
    for article in found {
        let mut headline = String::new();
        wrap(&mut headline, &one_line(article.title), style.width, "* ", "  ");
        for line in headline.lines() {
            out.strong(line);
            out.plain("\n");
        }
        let mut about = one_line(article.outlet);
        if let Some(at) = article.published_at {
            let _ = write!(about, " · {}", when(at, now, zone));
        } else if let Some(at) = article.read_at {
            let _ = write!(about, " · found {}", when(at, now, zone));
        }
        for note in &article.notes {
            let _ = write!(about, " · {}", one_line(note));
        }
        out.wrap(&about, style.width, "  ", "  ");
        let _ = writeln!(out, "  {}", address(article.url));
        let snippet = one_line(article.snippet);
        if !snippet.is_empty() {
            out.wrap(&shorten(&snippet, 200), style.width, "  > ", "  > ");
        }
        out.plain("\n");
    }
    out
}
