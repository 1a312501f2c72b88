//! Progress of a run on a terminal: a few lines on stderr that are redrawn in place.

use std::collections::HashMap;
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

/// One source that is waited for.
#[derive(Default)]
struct Row {
    source: String,
    /// Channels: how many came back, and of how many.
    channels: (usize, usize),
    /// Articles alike.
    articles: (usize, usize),
    bytes: u64,
    found: u64,
}

impl Row {
    fn is_waited_for(&self) -> bool {
        self.channels.0 < self.channels.1 || self.articles.0 < self.articles.1
    }

    /// What came back, and how much will.
    fn counts(&self) -> String {
        let ((channels, all), (articles, of)) = (self.channels, self.articles);
        let mut text = format!("{channels}/{all} channels, {articles}/{of} articles, {}", size(self.bytes));
        if self.found > 0 {
            let _ = write!(text, ", {} matched", self.found);
        }
        text
    }
}

/// What is shown of a run while it goes on.
pub(super) struct Progress {
    /// The width of the terminal; `None`: nothing is shown.
    width: Option<usize>,
    paint: Paint,
    rows: Vec<Row>,
    /// The places of the sources among them.
    places: HashMap<String, usize>,
    /// Lines on the screen that are to be written over.
    drawn: usize,
    last: Option<Instant>,
    /// When the run began.
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
        Self { width, paint, rows: Vec::new(), places: HashMap::new(), drawn: 0, last: None, begun: Instant::now() }
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
            RunEvent::Planned { source, channels, articles } => {
                let row = self.row(source);
                row.channels.1 += channels;
                row.articles.1 += articles;
            }
            RunEvent::Back { source, is_channel, bytes, found } => {
                let row = self.row(source);
                let done = if *is_channel { &mut row.channels.0 } else { &mut row.articles.0 };
                *done += 1;
                row.bytes += bytes;
                row.found += found;
            }
        }
        if self.last.is_none_or(|last| last.elapsed() >= PAUSE) {
            self.draw();
        }
    }

    fn row(&mut self, source: &str) -> &mut Row {
        let at = *self.places.entry(source.to_owned()).or_insert_with(|| {
            self.rows.push(Row { source: source.to_owned(), ..Row::default() });
            self.rows.len() - 1
        });
        &mut self.rows[at]
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
        let mut all = Row::default();
        for row in &self.rows {
            all.channels = (all.channels.0 + row.channels.0, all.channels.1 + row.channels.1);
            all.articles = (all.articles.0 + row.articles.0, all.articles.1 + row.articles.1);
            all.bytes += row.bytes;
            all.found += row.found;
        }
        let mut head = all.counts();
        if waited > TICK * 2 {
            let _ = write!(head, ", {} s", waited.as_secs());
        }
        let mut lines = vec![fitted(&head, width).trim_end().to_owned()];
        let name = (width / 2).min(32);
        for row in self.rows.iter().filter(|row| row.is_waited_for()).take(MOST_ROWS) {
            let line = format!("  {} {}", fitted(&one_line(&row.source), name), row.counts());
            lines.push(fitted(&line, width).trim_end().to_owned());
        }
        let waiting = self.rows.iter().filter(|row| row.is_waited_for()).count();
        if waiting > MOST_ROWS {
            lines.push(format!("  and {} more", waiting - MOST_ROWS));
        }
        lines
    }

    /// Leaves the screen as it was.
    fn end(&mut self) {
        redraw(self.drawn, &Painted::new(self.paint));
        self.drawn = 0;
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    fn planned(progress: &mut Progress, sources: &[&str]) {
        for source in sources {
            progress.show(&RunEvent::Planned { source, channels: 1, articles: 0 });
        }
    }

    fn progress() -> Progress {
        // As if just drawn, so that the test draws nothing.
        Progress { last: Some(Instant::now() + Duration::from_mins(10)), ..Progress::new(Some(80), Paint(false)) }
    }

    #[test]
    fn the_sources_that_are_waited_for_are_shown() {
        let mut progress = progress();
        planned(&mut progress, &["Gazet", "Phare", "Gazet", "\x1b[31m東京新聞"]);
        assert_eq!(
            progress.lines(79, Duration::ZERO),
            [
                "0/4 channels, 0/0 articles, 0 B",
                "  Gazet                            0/2 channels, 0/0 articles, 0 B",
                "  Phare                            0/1 channels, 0/0 articles, 0 B",
                "  東京新聞                         0/1 channels, 0/0 articles, 0 B",
            ]
        );
        progress.show(&RunEvent::Back { source: "Gazet", is_channel: true, bytes: 120_000, found: 0 });
        progress.show(&RunEvent::Planned { source: "Gazet", channels: 0, articles: 30 });
        progress.show(&RunEvent::Back { source: "Gazet", is_channel: false, bytes: 400, found: 7 });
        progress.show(&RunEvent::Back { source: "Phare", is_channel: true, bytes: 0, found: 0 });
        let lines = progress.lines(79, Duration::from_millis(12_900));
        assert_eq!(lines[0], "2/4 channels, 1/30 articles, 120 KB, 7 matched, 12 s");
        assert_eq!(lines[1], "  Gazet                            1/2 channels, 1/30 articles, 120 KB, 7 matc…");
        assert_eq!(lines.len(), 3, "Phare is no longer waited for");
    }

    #[test]
    fn many_sources_on_a_narrow_terminal() {
        let mut progress = progress();
        let many: Vec<String> = (0..50).map(|n| format!("Gazet van een lange naam nummer {n}")).collect();
        planned(&mut progress, &many.iter().map(String::as_str).collect::<Vec<_>>());
        let lines = progress.lines(39, Duration::ZERO);
        assert_eq!((lines.len(), lines[7].as_str()), (8, "  and 44 more"));
        assert!(lines.iter().all(|line| line.width() <= 39), "{lines:#?}");
    }
}
