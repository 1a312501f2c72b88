//! How well copies are told, and what telling them costs as the store grows.
//!
//! `cargo bench --bench stories` measures up to 100,000 stored articles; `-- growth 1000000` the growth only, up to a million, with
//! 2 GB of disk. What was measured stands in docs/quality.md.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

mod texts;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use presswatch::answer::{Answer, Response};
use presswatch::article::{Article, Item, KeptArticle};
use presswatch::channel::{Announced, PageKind};
use presswatch::crawl::save;
use presswatch::database::DatabaseAddress;
use presswatch::decide::{Held, KnownChannel, Limits, Listing, Reading, decide_poll, poll_result};
use presswatch::model::{ChannelType, Extent, ItemId, RunId};
use presswatch::politeness::Wishes;
use presswatch::source::{OutletFacts, Select, Source};
use presswatch::store::{ChannelSpec, Mode, Store};
use presswatch::story;
use rusqlite::Connection;
use texts::{Dice, Language, Wrapping, copy, lookalikes};
use url::Url;

const OUTLETS: usize = 40;

/// As SQLite takes it.
fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap()
}

/// A database in a folder that goes away, with the time that saving took.
struct Bench {
    folder: tempfile::TempDir,
    store: Store,
    run: RunId,
    channels: HashMap<String, KnownChannel>,
    now: Timestamp,
    count: usize,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseAddress::File(folder.path().join("stories.db")), Mode::Write).unwrap();
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
                facts: OutletFacts::default(),
                poll: None,
                enabled: true,
            })
            .collect();
        let channels: Vec<ChannelSpec> = sources
            .iter()
            .map(|source| ChannelSpec {
                source: source.name.clone(),
                kind: ChannelType::Feed,
                url: "https://outlet.example/rss".to_owned(),
                watch: None,
            })
            .collect();
        store.sync(&sources, &channels, &[], now).unwrap();
        let run = store.begin_run("bench", now).unwrap();
        let channels = store.due(run, now, true, None).unwrap();
        let channels = channels.into_iter().map(|channel| (channel.source.clone(), channel)).collect();
        Self { folder, store, run, channels, now, count: 0 }
    }

    /// Has these texts read at these outlets; gives the time that fingerprints took, and that saving took.
    fn read(&mut self, texts: &[(usize, String)]) -> (Duration, Duration) {
        let from = self.count;
        for (outlet, _) in texts {
            let url: Url = format!("https://outlet{outlet}.example/{}", self.count).parse().unwrap();
            self.count += 1;
            self.announce(*outlet, url);
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
                advertorial: false,
                image: None,
                section: String::new(),
                original_outlet: None,
                original_url: None,
            };
            let article = KeptArticle::from(article);
            let started = Instant::now();
            save(
                &self.store,
                &Reading {
                    item: ItemId(number(from + at + 1)),
                    owner: None,
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

    /// Has an outlet's feed announce this URL.
    fn announce(&self, outlet: usize, url: Url) {
        let channel = &self.channels[&format!("Outlet {outlet}")];
        let response = Response {
            status: 200,
            url: url.clone(),
            body: Vec::new(),
            complete: true,
            content_type: None,
            etag: None,
            last_modified: None,
            links: None,
            fresh_for: None,
            wishes: Wishes::default(),
        };
        let answer = Answer { id: 0, result: Ok(response), moved_to: None, requests: 1, bytes: 0 };
        let announced = Announced {
            kind: PageKind::Feed,
            title: String::new(),
            items: vec![Item { url: Some(url), ..Item::default() }],
            dropped: Vec::new(),
            nested: Vec::new(),
            is_cut: false,
            poll_after: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            language: String::new(),
        };
        let listing = Listing::Announced(Box::new(announced), 0);
        let limits = Limits {
            zone: &jiff::tz::TimeZone::UTC,
            max_age: jiff::SignedDuration::MAX,
            owners: &presswatch::source::Owners::default(),
        };
        let result = poll_result(channel, &Source::default(), &answer, &listing, &limits, self.now).unwrap();
        let changes = decide_poll(channel, &result, Vec::new(), &[], Held::default(), self.now);
        self.store.apply_poll(self.run, channel, &changes).unwrap();
    }

    /// Writes rows of so many articles as saving them leaves them.
    fn fill(&self, count: usize, dice: &mut Dice) {
        const BANDS: usize = 30;
        let file = Connection::open(self.folder.path().join("stories.db")).unwrap();
        let first: usize =
            file.query_row("SELECT max(id) + 1 FROM article", [], |row| row.get::<_, u32>(0)).unwrap() as usize;
        file.execute_batch("BEGIN").unwrap();
        let mut article = file
            .prepare(
                "INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, published_at, read_at,
                                      language, summary, text, extent, paywalled, fingerprint, story_id)
                 VALUES (?1, ?2, ?3, ?3, ?3, '', '', '', '', ?4, ?4, '', '', ?3, 'full', 0, ?5, ?1)",
            )
            .unwrap();
        let mut words = file.prepare("INSERT INTO article_words (rowid, words) VALUES (?1, ?2)").unwrap();
        let mut text = file.prepare("INSERT INTO story_text (article_id, at, words) VALUES (?1, ?2, ?3)").unwrap();
        let at = self.now.to_string();
        for id in first..first + count {
            let mut roll = |most| dice.between(0, most);
            let address = format!("outlet.example/{:08x}", roll(usize::MAX - 1));
            let print = format!("{:016x}{:016x}", roll(usize::MAX - 1), roll(usize::MAX - 1));
            article.execute((number(id), number(roll(OUTLETS - 1) + 1), &address, &at, print)).unwrap();
            let vocabulary = (0..100).map(|_| {
                let rank = 1 << roll(16);
                format!("w{}", roll(rank))
            });
            let vocabulary = vocabulary.collect::<Vec<_>>().join(" ");
            words.execute((number(id), vocabulary)).unwrap();
            let marks: Vec<u8> = (0..400).map(|n| u8::try_from(roll(255) ^ (n & 1)).unwrap()).collect();
            text.execute((number(id), &at, marks)).unwrap();
        }
        // In the order of bands, as tiers are written.
        let mut band =
            file.prepare("INSERT OR IGNORE INTO story_band (tier, band, article_id) VALUES (3, ?1, ?2)").unwrap();
        let step = (1_usize << 32) / (count * BANDS);
        for n in 0..count * BANDS {
            let place = n * step + dice.between(0, step - 1);
            band.execute((number(place), number(first + dice.between(0, count - 1)))).unwrap();
        }
        file.execute(
            "INSERT INTO story_tier (tier, texts) VALUES (3, ?1) ON CONFLICT DO UPDATE SET texts = texts + ?1",
            [number(count)],
        )
        .unwrap();
        file.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
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

/// What this process needed so far, where the system says so: milliseconds of computing (on a busy machine the rest is
/// waiting), and megabytes of memory at most.
fn needed() -> (u128, u64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let computing = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u128>().ok()).sum::<u128>() * 10;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    (computing, peak.unwrap_or(0_u64) / 1000)
}

/// News as they come: one of five texts is a copy of another of the last thousand.
struct Wire {
    dice: Dice,
    language: Language,
    wrappings: Vec<Wrapping>,
    recent: Vec<Vec<String>>,
}

impl Wire {
    fn texts(&mut self, count: usize) -> Vec<(usize, String)> {
        let Self { dice, language, wrappings, recent } = self;
        let texts = (0..count).map(|_| {
            let text = if recent.len() > 100 && dice.percent(20) {
                let at = dice.between(0, recent.len() - 1);
                copy(&recent[at], language, dice)
            } else {
                language.article(dice)
            };
            let outlet = dice.between(0, OUTLETS - 1);
            let shown = wrappings[outlet].around(&text);
            recent.push(text);
            (outlet, shown)
        });
        let texts = texts.collect();
        recent.drain(..recent.len().saturating_sub(1000));
        texts
    }
}

/// The cost of one more article as the store grows. Up to 30,000 articles all are saved; larger stores are filled by writing
/// rows as saving leaves them (short texts, thirty random bands each), then 5,000 are saved.
fn growth(most: usize) {
    let mut dice = Dice(7);
    let language = Language::new(&mut dice);
    let wrappings: Vec<Wrapping> = (0..OUTLETS).map(|_| Wrapping::new(&language, &mut dice)).collect();
    let mut wire = Wire { dice, language, wrappings, recent: Vec::new() };
    let mut bench = Bench::new();
    println!("a new article, on average since the line before:");
    println!(
        "stored articles | fingerprint | save | computing, all told | one that its outlet announces again | file | peak memory"
    );
    let mut stored = 0;
    for next in [1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000] {
        if next > most {
            return;
        }
        if next > 30_000 {
            bench.fill(next - 5000 - stored, &mut wire.dice);
            stored = next - 5000;
        }
        let saved = next - stored;
        let (mut reading, mut saving, mut computed) = (Duration::ZERO, Duration::ZERO, 0);
        let mut texts = Vec::new();
        while stored < next {
            texts = wire.texts(500);
            let before = needed().0;
            let took = bench.read(&texts);
            computed += needed().0 - before;
            reading += took.0;
            saving += took.1;
            stored += texts.len();
        }
        let each = |time: Duration| time.as_micros() / saved as u128;
        let again = bench.read(&texts).1.as_micros() / texts.len() as u128;
        println!(
            "{next:9} | {:5} µs | {:5} µs | {:5} µs | {again:5} µs | {} MB | {} MB",
            each(reading),
            each(saving),
            computed * 1000 / saved as u128,
            bench.bytes() / 1_000_000,
            needed().1,
        );
    }
}

/// `cargo bench --bench stories -- growth 1000000` measures the growth only.
fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let most = words.iter().find_map(|word| word.parse().ok()).unwrap_or(100_000);
    if !words.iter().any(|word| word == "growth") {
        for seed in 1..=2 {
            quality(seed);
        }
    }
    growth(most);
}
