//! Progress of a run on a terminal: a few lines of stderr that are written over.

use std::time::{Duration, Instant};

use crate::crawl::News;
use crate::output::paint::Paint;
use crate::output::{fitted, size};
use crate::printable::one_line;

/// Sources that have a line of their own at once.
const MOST_ROWS: usize = 6;
/// No two drawings come closer: a terminal over a slow line must not slow the run.
const PAUSE: Duration = Duration::from_millis(100);

/// One source that is waited for.
struct Row {
    source: String,
    done: usize,
    of: usize,
    bytes: u64,
    found: usize,
}

/// What is told of a run while it goes on.
pub(super) struct Progress {
    /// Columns of the terminal; `None`: nobody watches.
    width: Option<usize>,
    paint: Paint,
    doing: &'static str,
    finds: &'static str,
    rows: Vec<Row>,
    /// Lines on the screen that are to be written over.
    drawn: usize,
    last: Option<Instant>,
}

impl Progress {
    pub(super) fn new(width: Option<usize>, paint: Paint) -> Self {
        Self { width, paint, doing: "", finds: "", rows: Vec::new(), drawn: 0, last: None }
    }

    /// Takes note of what happened, and shows it.
    pub(super) fn hear(&mut self, news: &News) {
        if self.width.is_none() {
            return;
        }
        match news {
            News::Polling(sources) => self.begin("asking channels", "new items", sources),
            News::Reading(sources) => self.begin("reading articles", "new mentions", sources),
            News::Back { source, bytes, found } => {
                if let Some(row) = self.rows.iter_mut().find(|row| row.source == *source) {
                    row.done += 1;
                    row.bytes += bytes;
                    row.found += found;
                }
            }
        }
        let begins = !matches!(news, News::Back { .. });
        if begins || self.last.is_none_or(|last| last.elapsed() >= PAUSE) {
            self.draw();
        }
    }

    fn begin(&mut self, doing: &'static str, finds: &'static str, sources: &[&str]) {
        (self.doing, self.finds) = (doing, finds);
        self.rows.clear();
        for source in sources {
            match self.rows.iter_mut().find(|row| row.source == *source) {
                Some(row) => row.of += 1,
                None => self.rows.push(Row { source: (*source).to_owned(), done: 0, of: 1, bytes: 0, found: 0 }),
            }
        }
    }

    fn draw(&mut self) {
        let Some(width) = self.width else { return };
        let lines = self.lines(width.saturating_sub(1).max(20));
        let mut text = self.erasing();
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        say_as_is(&text);
        self.drawn = lines.len();
        self.last = Some(Instant::now());
    }

    /// What the lines say: all together, then the sources that are waited for.
    fn lines(&self, width: usize) -> Vec<String> {
        let sum = |of: fn(&Row) -> usize| self.rows.iter().map(of).sum::<usize>();
        let bytes: u64 = self.rows.iter().map(|row| row.bytes).sum();
        let (done, of, found) = (sum(|row| row.done), sum(|row| row.of), sum(|row| row.found));
        let head = format!("{}: {done} of {of}, {}, {found} {}", self.doing, size(bytes), self.finds);
        let mut lines = vec![self.paint.strong(fitted(&head, width).trim_end())];
        let waited: Vec<&Row> = self.rows.iter().filter(|row| row.done < row.of).collect();
        let name = (width / 2).min(36);
        for row in waited.iter().take(MOST_ROWS) {
            let source = fitted(&one_line(&row.source), name);
            let line = format!(
                "  {source} {:>9} {:>9} {:>5} found",
                format!("{}/{}", row.done, row.of),
                size(row.bytes),
                row.found
            );
            lines.push(fitted(&line, width).trim_end().to_owned());
        }
        if waited.len() > MOST_ROWS {
            lines.push(format!("  and {} more", waited.len() - MOST_ROWS));
        }
        lines
    }

    /// Moves back to where the last drawing began, and erases it.
    fn erasing(&self) -> String {
        if self.drawn == 0 { String::new() } else { format!("\x1b[{}A\r\x1b[J", self.drawn) }
    }

    /// Leaves the screen as it was.
    pub(super) fn end(&mut self) {
        say_as_is(&self.erasing());
        self.drawn = 0;
    }
}

#[expect(clippy::print_stderr, reason = "progress is for people")]
fn say_as_is(text: &str) {
    eprint!("{text}");
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn the_sources_that_are_waited_for_are_shown() {
        let mut progress = Progress::new(Some(80), Paint(false));
        progress.begin("asking channels", "new items", &["Gazet", "Phare", "Gazet", "\x1b[31m東京新聞"]);
        assert_eq!(
            progress.lines(79),
            [
                "asking channels: 0 of 4, 0 B, 0 new items",
                "  Gazet                                      0/2       0 B     0 found",
                "  Phare                                      0/1       0 B     0 found",
                "  [31m東京新聞                               0/1       0 B     0 found",
            ]
        );
        for (source, bytes) in [("Gazet", 120_000), ("Phare", 400)] {
            if let Some(row) = progress.rows.iter_mut().find(|row| row.source == source) {
                (row.done, row.bytes, row.found) = (1, bytes, 7);
            }
        }
        assert_eq!(progress.lines(79)[0], "asking channels: 2 of 4, 120 KB, 14 new items");
        assert_eq!(progress.lines(79).len(), 3, "Phare is no longer waited for");
        let many: Vec<String> = (0..50).map(|n| format!("Gazet van een lange naam nummer {n}")).collect();
        progress.begin("reading articles", "new mentions", &many.iter().map(String::as_str).collect::<Vec<_>>());
        let lines = progress.lines(39);
        assert_eq!((lines.len(), lines[7].as_str()), (8, "  and 44 more"));
        assert!(lines.iter().all(|line| line.width() <= 39), "{lines:#?}");
    }
}
