//! How long `presswatch search` takes among 100,000 stored articles: `cargo bench --bench search [-- ARTICLES]`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a table on a terminal")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use presswatch::article::{Article, Item};
use presswatch::config;
use presswatch::crawl::{document, rematch, watch_specs};
use presswatch::politeness::Wishes;
use presswatch::query::{Matcher, Query, Watch};
use presswatch::store::{
    ChannelSpec, Extent, ItemState, Mode, Move, NewItem, Outcome, PollNote, Reading, Sought, Store,
};
use url::Url;

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// Small numbers are frequent, as the common words of a language are.
    fn skewed(&mut self, bound: usize) -> usize {
        let a = self.below(bound) + 1;
        let b = self.below(a) + 1;
        self.below(b)
    }
}

/// Word number `n` of a made-up language; small numbers are short words.
fn word(n: usize) -> String {
    const SYLLABLES: [&str; 25] = [
        "ba", "ré", "ti", "mol", "en", "beek", "ex", "écu", "tion", "sche", "straat", "ver", "ge", "heid", "ment",
        "ou", "iran", "ze", "ka", "lier", "nis", "do", "pra", "él", "su",
    ];
    let mut word = String::new();
    let mut rest = n;
    loop {
        word.push_str(SYLLABLES[rest % SYLLABLES.len()]);
        rest /= SYLLABLES.len();
        if rest == 0 {
            return word;
        }
    }
}

const VOCABULARY: usize = 300_000;
const BATCH: usize = 1_000;
const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_791_703_800, 0);

fn main() {
    let count = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    let store = Store::open(&path, Mode::Write).unwrap();
    let start = Instant::now();
    fill(&store, count);
    let took = start.elapsed();
    let size = std::fs::metadata(&path).unwrap().len();
    println!(
        "{count} articles of 400 words stored and indexed in {took:.1?}, {} MB on disk; {:.0?} an article\n",
        size / 1_000_000,
        took / u32::try_from(count).unwrap()
    );
    let rare = word(250_007);
    let (name, other) = (word(20_011), word(31_013));
    println!("{:>8} {:>8} {:>10} {:>10}  query", "found", "asked", "first", "median");
    for query in [
        rare.clone(),
        format!("\"{name} {}\" OR {rare}", word(3)),
        format!("{name} {other}"),
        format!("{name} NEAR/20 ({other} OR {})", word(40_017)),
        format!("{}*", rare.chars().take(9).collect::<String>()),
        format!("{name} NOT {}", word(2)),
        format!("title:{name}"),
        format!("={name} OR ={rare}"),
        word(9_001),
        format!("{} {}", word(1), word(2)),
    ] {
        let parsed = Query::parse(&query).unwrap();
        let mut found = (0, 0);
        let times: Vec<Duration> = (0..15)
            .map(|_| {
                // As a command does: a connection of its own.
                let store = Store::open(&path, Mode::Read).unwrap();
                let start = Instant::now();
                found = search(&store, &parsed);
                start.elapsed()
            })
            .collect();
        let first = times[0];
        let mut times = times;
        times.sort_unstable();
        println!("{:>8} {:>8} {first:>10.2?} {:>10.2?}  {query}", found.0, found.1, times[times.len() / 2]);
    }
    println!("\na new watch finds the past:");
    for query in [format!("{rare} OR {name}"), format!("{} NOT {rare}", word(1))] {
        let watch = Watch::new(query.clone(), Query::parse(&query).unwrap());
        store.sync(&[], &[], &watch_specs(std::slice::from_ref(&watch)), NOW).unwrap();
        let start = Instant::now();
        let new = rematch(&store, &[watch], std::slice::from_ref(&query), NOW).unwrap();
        println!("{new:>8} mentions in {:.2?}  {query}", start.elapsed());
    }
}

/// What `presswatch search` does: how many articles match, and how many were asked.
fn search(store: &Store, query: &Query) -> (usize, usize) {
    let sought = Sought { need: query.need(), ..Sought::default() };
    let matcher = Matcher::new(&[Watch::new("", query.clone())]);
    let ids = store.candidates(&sought).unwrap();
    let matching = ids.iter().filter(|id| {
        let candidate = store.candidate(**id).unwrap().unwrap();
        !matcher.matches(&document(&candidate.article)).is_empty()
    });
    (matching.count(), ids.len())
}

fn fill(store: &Store, count: usize) {
    let words: Vec<String> = (0..VOCABULARY).map(word).collect();
    let mut numbers = Numbers(11);
    let now = NOW;
    let text = "[[source]]\nname = 'Gazette'\nfeeds = ['http://a.example/']";
    let config = config::parse(text, "sources.toml".as_ref()).unwrap();
    let channel = ChannelSpec { source: "Gazette".into(), kind: "feed", url: "http://a.example/".into(), watch: None };
    store.sync(&config.sources, &[channel], &[], now).unwrap();
    let run = store.begin_run("bench", now).unwrap();
    for batch in 0..count.div_ceil(BATCH) {
        let at = |n: usize| Url::parse(&format!("http://a.example/{batch}/{n}")).unwrap();
        let items: Vec<NewItem> = (0..BATCH.min(count - batch * BATCH))
            .map(|n| NewItem {
                key: at(n).to_string(),
                url: at(n),
                item: Item::default(),
                state: ItemState::Pending,
                reason: None,
            })
            .collect();
        let note = PollNote {
            run,
            channel: 1,
            at: now,
            outcome: Outcome::Ok,
            status: Some(200),
            bytes: 0,
            entries: items.len(),
            dropped: 0,
            reason: None,
            items: &items,
            validators: None,
            moved: Move::Unsaid,
            pace: None,
            next_at: now,
            nested: &[],
            gap: None,
        };
        store.note_poll(&note).unwrap();
        for pending in store.pending(now, true, 0, BATCH).unwrap() {
            let mut text = String::new();
            for i in 0..400 {
                let _ = write!(text, "{}{}", words[numbers.skewed(VOCABULARY)], if i % 15 == 14 { ".\n" } else { " " });
            }
            let title: Vec<&str> = (0..8).map(|_| words[numbers.skewed(VOCABULARY)].as_str()).collect();
            let url = Url::parse(&pending.url).unwrap();
            let hours = i64::try_from(numbers.below(24 * 365)).unwrap();
            let article = Article {
                url: url.clone(),
                canonical_url: url,
                title: title.join(" "),
                author: String::new(),
                credit: String::new(),
                published_at: now.checked_sub(jiff::SignedDuration::from_hours(hours)).ok(),
                modified_at: None,
                language: "fr".into(),
                summary: String::new(),
                text,
                paywalled: false,
                image: None,
                section: String::new(),
                original_outlet: None,
                original_url: None,
            };
            let reading = Reading {
                item: pending.id,
                key: &pending.key,
                address: &pending.key,
                article: &article,
                extent: Extent::Full,
                fingerprint: None,
                original_address: None,
                wishes: &Wishes::default(),
                mentions: &[],
                at: now,
            };
            store.save(&reading, None).unwrap();
        }
    }
}
