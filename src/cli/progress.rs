//! Progress of a run on a terminal: a few lines on stderr that are redrawn in place.

use std::fmt::Write as _;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::stream::redraw;
use crate::crawl::RunEvent;
use crate::output::paint::{Paint, Painted};
use crate::output::{fitted, size};
use crate::text::clean::one_line;

/// How many sources get a line of their own.
const MOST_ROWS: usize = 6;
/// The least time between two redraws, so that a slow terminal connection does not slow the run.
const PAUSE: Duration = Duration::from_millis(100);

/// How often it is redrawn when nothing happens, so that the user sees that the run is waiting.
const TICK: Duration = Duration::from_secs(1);

/// The progress of one source.
struct Row {
    source: String,
    done: usize,
    of: usize,
    bytes: u64,
    found: usize,
}

/// The progress of a run.
pub(super) struct Progress {
    /// The width of the terminal; `None`: nothing is shown.
    width: Option<usize>,
    paint: Paint,
    doing: &'static str,
    /// What is counted, in the singular and in the plural.
    finds: [&'static str; 2],
    rows: Vec<Row>,
    /// How many lines on the screen to redraw.
    drawn: usize,
    last: Option<Instant>,
    /// When the current phase began.
    begun: Instant,
}

/// Progress that a thread keeps redrawing while nothing happens.
pub(super) struct Watched {
    progress: Arc<Mutex<Progress>>,
    /// Dropping the sender stops the thread.
    clockwork: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Watched {
    pub(super) fn begin(width: Option<usize>, paint: Paint) -> Self {
        let progress = Arc::new(Mutex::new(Progress::new(width, paint)));
        let clockwork = width.map(|_| {
            let (stop, stopped) = mpsc::channel();
            let ticked = Arc::clone(&progress);
            let thread = std::thread::spawn(move || {
                while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    lock(&ticked).tick();
                }
            });
            (stop, thread)
        });
        Self { progress, clockwork }
    }

    /// Updates the progress with an event, and redraws it.
    pub(super) fn show(&self, event: &RunEvent) {
        lock(&self.progress).show(event);
    }

    /// Erases the progress.
    pub(super) fn end(self) {
        if let Some((stop, thread)) = self.clockwork {
            drop(stop);
            let _ = thread.join();
        }
        lock(&self.progress).end();
    }
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Progress {
    fn new(width: Option<usize>, paint: Paint) -> Self {
        Self { width, paint, doing: "", finds: [""; 2], rows: Vec::new(), drawn: 0, last: None, begun: Instant::now() }
    }

    /// Redraws if nothing was drawn for a while.
    fn tick(&mut self) {
        if !self.rows.is_empty() && self.last.is_some_and(|last| last.elapsed() >= TICK) {
            self.draw();
        }
    }

    /// Updates the progress with an event, and redraws it.
    fn show(&mut self, event: &RunEvent) {
        if self.width.is_none() {
            return;
        }
        match event {
            RunEvent::Polling(sources) => self.begin("polling channels", ["new item", "new items"], sources),
            RunEvent::Reading(sources) => self.begin("reading articles", ["new mention", "new mentions"], sources),
            RunEvent::Back { source, bytes, found } => {
                if let Some(row) = self.rows.iter_mut().find(|row| row.source == *source) {
                    row.done += 1;
                    row.bytes += bytes;
                    row.found += found;
                }
            }
        }
        let begins = !matches!(event, RunEvent::Back { .. });
        if begins || self.last.is_none_or(|last| last.elapsed() >= PAUSE) {
            self.draw();
        }
    }

    fn begin(&mut self, doing: &'static str, finds: [&'static str; 2], sources: &[&str]) {
        (self.doing, self.finds, self.begun) = (doing, finds, Instant::now());
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
        let lines = self.lines(width.saturating_sub(1).max(20), self.begun.elapsed());
        let mut text = Painted::new(self.paint);
        for (at, line) in lines.iter().enumerate() {
            let put = if at == 0 { Painted::strong } else { Painted::plain };
            put(&mut text, line);
            text.plain("\n");
        }
        redraw(self.drawn, &text);
        self.drawn = lines.len();
        self.last = Some(Instant::now());
    }

    /// The lines: the total, then the sources that are not finished.
    fn lines(&self, width: usize, waited: Duration) -> Vec<String> {
        let sum = |of: fn(&Row) -> usize| self.rows.iter().map(of).sum::<usize>();
        let bytes: u64 = self.rows.iter().map(|row| row.bytes).sum();
        let (done, of, found) = (sum(|row| row.done), sum(|row| row.of), sum(|row| row.found));
        let mut head = format!("{}: {done} of {of}, {}, {}", self.doing, size(bytes), self.found(found));
        if waited > TICK * 2 {
            let _ = write!(head, ", {} s", waited.as_secs());
        }
        let mut lines = vec![fitted(&head, width).trim_end().to_owned()];
        let waited: Vec<&Row> = self.rows.iter().filter(|row| row.done < row.of).collect();
        let name = (width / 2).min(36);
        for row in waited.iter().take(MOST_ROWS) {
            let source = fitted(&one_line(&row.source), name);
            let line = format!(
                "  {source} {:>9} {:>9}  {}",
                format!("{}/{}", row.done, row.of),
                size(row.bytes),
                self.found(row.found)
            );
            lines.push(fitted(&line, width).trim_end().to_owned());
        }
        if waited.len() > MOST_ROWS {
            lines.push(format!("  and {} more", waited.len() - MOST_ROWS));
        }
        lines
    }

    fn found(&self, n: usize) -> String {
        let [one, many] = self.finds;
        format!("{n} {}", if n == 1 { one } else { many })
    }

    /// Erases the progress.
    fn end(&mut self) {
        redraw(self.drawn, &Painted::new(self.paint));
        self.drawn = 0;
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn unfinished_sources_are_shown() {
        let mut progress = Progress::new(Some(80), Paint(false));
        progress.begin("polling channels", ["new item", "new items"], &["Gazet", "Phare", "Gazet", "\x1b[31m東京新聞"]);
        assert_eq!(
            progress.lines(79, Duration::ZERO),
            [
                "polling channels: 0 of 4, 0 B, 0 new items",
                "  Gazet                                      0/2       0 B  0 new items",
                "  Phare                                      0/1       0 B  0 new items",
                "  東京新聞                                   0/1       0 B  0 new items",
            ]
        );
        for (source, bytes) in [("Gazet", 120_000), ("Phare", 400)] {
            if let Some(row) = progress.rows.iter_mut().find(|row| row.source == source) {
                (row.done, row.bytes, row.found) = (1, bytes, 7);
            }
        }
        assert_eq!(progress.lines(79, Duration::ZERO)[0], "polling channels: 2 of 4, 120 KB, 14 new items");
        let head = &progress.lines(79, Duration::from_millis(12_900))[0];
        assert_eq!(head, "polling channels: 2 of 4, 120 KB, 14 new items, 12 s");
        progress.rows[0].found = 1;
        assert!(progress.lines(79, Duration::ZERO)[1].ends_with("1/2    120 KB  1 new item"));
        assert_eq!(progress.lines(79, Duration::ZERO).len(), 3, "Phare is no longer waited for");
        let many: Vec<String> = (0..50).map(|n| format!("Gazet van een lange naam nummer {n}")).collect();
        progress.begin(
            "reading articles",
            ["new mention", "new mentions"],
            &many.iter().map(String::as_str).collect::<Vec<_>>(),
        );
        let lines = progress.lines(39, Duration::ZERO);
        assert_eq!((lines.len(), lines[7].as_str()), (8, "  and 44 more"));
        assert!(lines.iter().all(|line| line.width() <= 39), "{lines:#?}");
    }
}
