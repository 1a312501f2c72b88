//! How the time and memory of matching grow with the number of watches: `cargo bench --bench matching`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a table on a terminal")]

use std::time::{Duration, Instant};

use presswatch::query::{Document, Matcher, Query, Watch};

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
        self.below(a)
    }
}

/// Made-up words, each once.
fn vocabulary(numbers: &mut Numbers, size: usize) -> Vec<String> {
    const SYLLABLES: [&str; 24] = [
        "ba", "ré", "ti", "mol", "en", "beek", "ex", "écu", "tion", "sche", "straat", "ver", "ge", "heid", "ment",
        "ou", "iran", "ze", "ka", "lier", "nis", "do", "pra", "él",
    ];
    let mut words = std::collections::BTreeSet::new();
    while words.len() < size {
        words.insert((0..2 + numbers.below(4)).map(|_| SYLLABLES[numbers.below(SYLLABLES.len())]).collect::<String>());
    }
    let mut words: Vec<String> = words.into_iter().collect();
    for i in (1..words.len()).rev() {
        words.swap(i, numbers.below(i + 1));
    }
    words
}

/// The first words are those of which articles mostly consist; the others are names.
const COMMON: usize = 20_000;

/// Five terms each, mostly names that few articles have: words, a phrase, a prefix, a pair near each other.
fn watches(numbers: &mut Numbers, words: &[String], count: usize) -> Vec<Watch> {
    (0..count)
        .map(|i| {
            let mut word = || words[COMMON + numbers.below(words.len() - COMMON)].clone();
            let text = match i % 4 {
                0 => format!("{} OR {} OR {} OR {} OR {}", word(), word(), word(), word(), word()),
                1 => format!("\"{} {}\" OR {} OR {}* OR {}", word(), word(), word(), word(), word()),
                2 => format!("({} OR {}) NEAR/10 ({} OR {}) NOT {}", word(), word(), word(), word(), word()),
                _ => format!("{} {} ({} OR {} OR title:{})", word(), word(), word(), word(), word()),
            };
            Watch::new(format!("watch {i}"), Query::parse(&text).unwrap())
        })
        .collect()
}

/// Resident memory in MB, where the system tells.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let mut numbers = Numbers(7);
    let words = vocabulary(&mut numbers, 400_000);
    let texts: Vec<String> = (0..50)
        .map(|_| {
            let mut text = String::new();
            for i in 0..600 {
                let word = if numbers.below(12) == 0 { numbers.below(words.len()) } else { numbers.skewed(COMMON) };
                text.push_str(&words[word]);
                text.push_str(if i % 15 == 14 { ". " } else { " " });
            }
            text
        })
        .collect();
    println!("articles of 600 words, watches of 5 terms");
    println!(
        "{:>8} {:>12} {:>12} {:>12} {:>9} {:>9}",
        "watches", "compile", "an article", "10,000 of it", "matches", "memory"
    );
    for count in [10, 100, 1_000, 10_000, 100_000] {
        let watches = watches(&mut numbers, &words, count);
        let before = memory();
        let start = Instant::now();
        let matcher = Matcher::new(&watches);
        let compile = start.elapsed();
        let memory = memory() - before;
        let mut found = 0;
        let mut times = Vec::new();
        for text in texts.iter().cycle().take(200) {
            let document = Document { title: "A title of some words", text, language: "fr", ..Document::default() };
            let start = Instant::now();
            found += matcher.matches(&document).len();
            times.push(start.elapsed());
        }
        let one = median(times);
        println!(
            "{count:>8} {compile:>12.2?} {one:>12.2?} {:>12.2?} {:>9.1} {memory:>6.1} MB",
            one * 10_000,
            f64::from(u32::try_from(found).unwrap()) / 200.0,
        );
    }
    hostile();
}

/// Texts that nobody writes, against queries that have most to do with them.
fn hostile() {
    println!("\ntexts of 5 MB");
    let queries = [
        "aa NEAR/5 bb",
        "aa NEAR/3 aa",
        "\"aa aa aa aa\"",
        "ATLEAST/100000 aa*",
        "aa* bb*",
        "~aa OR ~bb",
        "=aa NOT =bb",
        "(aa OR bb OR aa*) ONEAR/2 (cc OR aa)",
        "\"aa bb*\" OR \"bb aa\"",
        "title:aa",
    ];
    let watches: Vec<Watch> = queries.iter().map(|query| Watch::new(*query, Query::parse(query).unwrap())).collect();
    let matcher = Matcher::new(&watches);
    for (name, piece) in [
        ("one word", "aa "),
        ("two words", "aa bb "),
        ("one long word", "aa"),
        ("full stops", "aa."),
        ("sentences", "aa. Bb "),
        ("accents", "a\u{301}a\u{301}\u{301}"),
        ("no letters", "…\u{202f}'"),
        ("joiners", "a.\u{200d}"),
        ("lines", "aa\n\n"),
        ("ideographs", "用語"),
        ("quotes", "\"aa"),
    ] {
        let text = piece.repeat(5_000_000 / piece.len());
        let document = Document { title: &text, text: &text, language: "fr", ..Document::default() };
        let start = Instant::now();
        let found = matcher.matches(&document).len();
        let time = start.elapsed();
        let start = Instant::now();
        let missed = matcher.misses(&document).len();
        println!("{name:>16} {time:>12.2?} {:>12.2?} {found:>4} {missed:>4}", start.elapsed());
    }
}
