//! How well copies are told, and what telling them costs as the store grows.
//!
//! `cargo bench --bench stories` measures up to 100,000 stored articles; `-- 1000000` up to a million.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

mod texts;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use presswatch::article::{Article, Item};
use presswatch::politeness::Wishes;
use presswatch::source::{Select, Source};
use presswatch::store::{ChannelSpec, Extent, ItemState, Mode, Move, NewItem, Outcome, PollNote, Reading, Store};
use presswatch::story;
use rusqlite::Connection;
use texts::{Dice, Language, Wrapping, copy, lookalikes};
use url::Url;

const OUTLETS: usize = 40;

/// A database in a folder that goes away, with the time that saving took.
struct Bench {
    folder: tempfile::TempDir,
    store: Store,
    run: i64,
    channels: HashMap<String, i64>,
    now: Timestamp,
    count: usize,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("stories.db"), Mode::Write).unwrap();
        let now: Timestamp = "2026-10-10T12:00:00Z".parse().unwrap();
        let sources: Vec<Source> = (0..OUTLETS)
            .map(|n| Source {
                name: format!("Outlet {n}"),
                site: None,
                language: None,
                channels: Vec::new(),
                only: Vec::new(),
                identity: None,
                select: Select::default(),
                api: None,
                enabled: true,
            })
            .collect();
        let channels: Vec<ChannelSpec> = sources
            .iter()
            .map(|source| ChannelSpec {
                source: source.name.clone(),
                kind: "feed",
                url: "https://outlet.example/rss".to_owned(),
                watch: None,
            })
            .collect();
        store.sync(&sources, &channels, &[], now).unwrap();
        let run = store.begin_run("bench", now).unwrap();
        let channels = store.due(run, now, true).unwrap().into_iter().map(|due| (due.source, due.id)).collect();
        Self { folder, store, run, channels, now, count: 0 }
    }

    /// Has these texts read at these outlets; gives the time that fingerprints took, and that saving took.
    fn read(&mut self, texts: &[(usize, String)]) -> (Duration, Duration) {
        let from = self.count;
        for (outlet, _) in texts {
            let url: Url = format!("https://outlet{outlet}.example/{}", self.count).parse().unwrap();
            self.count += 1;
            let item = NewItem {
                key: url.path().to_owned(),
                url,
                item: Item::default(),
                state: ItemState::Pending,
                reason: None,
            };
            self.store
                .note_poll(&PollNote {
                    run: self.run,
                    channel: self.channels[&format!("Outlet {outlet}")],
                    at: self.now,
                    outcome: Outcome::Ok,
                    status: Some(200),
                    bytes: 0,
                    entries: 1,
                    dropped: 0,
                    cause: None,
                    items: &[item],
                    validators: None,
                    moved: Move::Unsaid,
                    pace: None,
                    next_at: self.now,
                    nested: &[],
                    gap: None,
                })
                .unwrap();
        }
        let (mut reading, mut saving) = (Duration::ZERO, Duration::ZERO);
        for (at, (_, text)) in texts.iter().enumerate() {
            let started = Instant::now();
            let fingerprint = story::fingerprint(text);
            reading += started.elapsed();
            let address = format!("outlet.example/{}", from + at);
            let url: Url = format!("https://{address}").parse().unwrap();
            let article = Article {
                url: url.clone(),
                canonical_url: url,
                title: String::new(),
                author: String::new(),
                credit: String::new(),
                published_at: Some(self.now),
                modified_at: None,
                language: String::new(),
                summary: String::new(),
                text: text.clone(),
                paywalled: false,
                image: None,
                section: String::new(),
                original_outlet: None,
                original_url: None,
            };
            let started = Instant::now();
            self.store
                .save(
                    &Reading {
                        item: i64::try_from(from + at + 1).unwrap(),
                        key: &address,
                        address: &address,
                        own_key: &address,
                        own_address: &address,
                        is_sure: false,
                        article: &article,
                        extent: Extent::Full,
                        fingerprint: Some(&fingerprint),
                        original_address: None,
                        wishes: &Wishes::default(),
                        mentions: &[],
                        validators: None,
                        story_window: jiff::SignedDuration::from_hours(30 * 24),
                        at: self.now,
                    },
                    None,
                )
                .unwrap();
            saving += started.elapsed();
        }
        (reading, saving)
    }

    /// The story of each text that was read, in order.
    fn stories(&self) -> Vec<i64> {
        let file = Connection::open(self.folder.path().join("stories.db")).unwrap();
        let mut query =
            file.prepare("SELECT a.story_id FROM item i JOIN article a ON a.id = i.article_id ORDER BY i.id").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    fn bytes(&self) -> u64 {
        self.folder.path().read_dir().unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum()
    }
}

/// Copies and lookalikes, shuffled: how many pairs are told rightly.
fn quality(seed: u64) {
    let mut dice = Dice(seed);
    let language = Language::new(&mut dice);
    let wrappings: Vec<Wrapping> = (0..OUTLETS).map(|_| Wrapping::new(&language, &mut dice)).collect();
    let mut texts: Vec<(usize, usize, String)> = Vec::new();
    for original in 0..261 {
        let text = language.article(&mut dice);
        let mut outlets: Vec<usize> = (0..OUTLETS).collect();
        dice.shuffle(&mut outlets);
        for outlet in outlets.into_iter().take(8) {
            let copy = copy(&text, &language, &mut dice);
            texts.push((original, outlet, wrappings[outlet].around(&copy)));
        }
    }
    let others = (0..1500).map(|_| language.article(&mut dice)).collect::<Vec<_>>();
    for (n, text) in others.into_iter().chain(lookalikes(&language, &mut dice, 1700)).enumerate() {
        let outlet = dice.between(0, OUTLETS - 1);
        texts.push((1000 + n, outlet, wrappings[outlet].around(&text)));
    }
    dice.shuffle(&mut texts);
    let mut bench = Bench::new();
    bench.read(&texts.iter().map(|text| (text.1, text.2.clone())).collect::<Vec<_>>());
    let stories = bench.stories();
    let (mut right, mut wrong, mut missed) = (0u32, 0u32, 0u32);
    for (a, b) in (0..texts.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
        match (texts[a].0 == texts[b].0, stories[a] == stories[b]) {
            (true, true) => right += 1,
            (true, false) => missed += 1,
            (false, true) => {
                wrong += 1;
                if std::env::var_os("SHOW").is_some() {
                    println!(
                        "--- {} | {}\n{}\n--- {} | {}\n{}",
                        texts[a].0, texts[a].1, texts[a].2, texts[b].0, texts[b].1, texts[b].2
                    );
                }
            }
            (false, false) => {}
        }
    }
    println!(
        "seed {seed}: {} texts, pairs of copies found {right}, missed {missed}, false {wrong}: precision {:.5}, recall {:.4}",
        texts.len(),
        f64::from(right) / f64::from(right + wrong),
        f64::from(right) / f64::from(right + missed),
    );
}

/// Milliseconds that this process has computed so far, where the system says so; a busy machine makes waiting of the rest.
fn computing() -> u128 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u128>().ok()).sum::<u128>() * 10
}

/// The cost of one more article as the store grows: one of five texts is a copy of another of the last thousand.
fn growth(most: usize) {
    let mut dice = Dice(7);
    let language = Language::new(&mut dice);
    let wrappings: Vec<Wrapping> = (0..OUTLETS).map(|_| Wrapping::new(&language, &mut dice)).collect();
    let mut bench = Bench::new();
    let mut recent: Vec<Vec<String>> = Vec::new();
    println!("stored articles | fingerprint | save | computing, all told | file");
    let mut next = 1000;
    while bench.count < most {
        let texts: Vec<(usize, String)> = (0..500)
            .map(|_| {
                let text = if recent.len() > 100 && dice.percent(20) {
                    let at = dice.between(0, recent.len() - 1);
                    copy(&recent[at], &language, &mut dice)
                } else {
                    language.article(&mut dice)
                };
                let outlet = dice.between(0, OUTLETS - 1);
                let shown = wrappings[outlet].around(&text);
                recent.push(text);
                (outlet, shown)
            })
            .collect();
        recent.drain(..recent.len().saturating_sub(1000));
        let before = computing();
        let (reading, saving) = bench.read(&texts);
        let computed = computing() - before;
        if bench.count >= next {
            let bytes = bench.bytes() / 1_000_000;
            println!(
                "{:9} | {:5} µs | {:5} µs | {:5} µs | {bytes} MB",
                bench.count,
                reading.as_micros() / 500,
                saving.as_micros() / 500,
                computed * 2,
            );
            next = if next.to_string().starts_with('1') { next * 3 } else { next / 3 * 10 };
        }
    }
}

fn main() {
    let most = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(100_000);
    for seed in 1..=2 {
        quality(seed);
    }
    growth(most);
}
