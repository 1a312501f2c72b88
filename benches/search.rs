//! How long `presswatch search` takes among 100,000 stored articles: `cargo bench --bench search [-- ARTICLES]`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a table on a terminal")]

use std::path::Path;
use std::time::{Duration, Instant};

use presswatch::crawl::{document, rematch, watch_specs};
use presswatch::database::DatabaseAddress;
use presswatch::date::utc;
use presswatch::query::{Document, Matcher, Query, Watch, index_words};
use presswatch::store::{Mode, Sought, Store};

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

/// The same word in Arabic letters.
fn arabic(word: &str) -> String {
    const LETTERS: [char; 26] = [
        'ا', 'ب', 'ک', 'د', 'ه', 'ف', 'گ', 'ح', 'ی', 'ج', 'ق', 'ل', 'م', 'ن', 'و', 'پ', 'چ', 'ر', 'س', 'ت', 'ع', 'ط',
        'خ', 'ص', 'ش', 'ز',
    ];
    word.bytes().map(|byte| LETTERS[usize::from(byte % 26)]).collect()
}

const VOCABULARY: usize = 300_000;
const NOW: jiff::Timestamp = jiff::Timestamp::constant(1_791_703_800, 0);

fn main() {
    let count = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    let store = Store::open(&DatabaseAddress::from(path.as_path()), Mode::Write).unwrap();
    let start = Instant::now();
    fill(&path, count);
    let took = start.elapsed();
    println!(
        "{count} articles of 400 words stored and indexed in {took:.1?}, {} MB on disk; {:.0?} an article\n",
        std::fs::metadata(&path).unwrap().len() / 1_000_000,
        took / u32::try_from(count).unwrap()
    );
    rusqlite::Connection::open(&path).unwrap().execute("UPDATE article_words_state SET rules = 0", []).unwrap();
    let start = Instant::now();
    presswatch::crawl::renew_index(&store, usize::MAX, &|| false).unwrap();
    println!("the index of an earlier version replaced in {:.1?}\n", start.elapsed());
    let rare = word(250_007);
    let (name, other) = (word(20_011), word(31_013));
    let (common, second) = (word(9_001), word(40_017));
    let start = |word: &str, length: usize| word.chars().take(length).collect::<String>();
    println!("{:>8} {:>8} {:>10} {:>10}  query", "found", "asked", "first", "median");
    let month = NOW.checked_sub(jiff::SignedDuration::from_hours(24 * 30)).ok();
    let plain = Sought::default();
    let recent = Sought { since: month, until: Some(NOW), ..Sought::default() };
    for (query, sought, limit) in [
        (rare.clone(), &plain, usize::MAX),
        (format!("\"{name} {}\" OR {rare}", word(3)), &plain, usize::MAX),
        (format!("{name} {other}"), &plain, usize::MAX),
        (format!("{name} NEAR/20 ({other} OR {second})"), &plain, usize::MAX),
        (format!("{}*", start(&rare, 9)), &plain, usize::MAX),
        (format!("{}* ONEAR/10 {other}", start(&name, 6)), &plain, usize::MAX),
        (format!("{name} NOT {}", word(2)), &plain, usize::MAX),
        (format!("title:{name}"), &plain, usize::MAX),
        (format!("title:{}", word(301)), &plain, usize::MAX),
        (format!("author:{name} OR url:77777"), &plain, usize::MAX),
        (format!("={name} OR ={rare}"), &plain, usize::MAX),
        (format!("~{name}"), &plain, usize::MAX),
        (format!("~{name}s NEAR/20 ~{other}"), &plain, usize::MAX),
        (arabic(&name), &plain, usize::MAX),
        (format!("{}* {}", start(&arabic(&name), 5), arabic(&other)), &plain, usize::MAX),
        (name.to_uppercase(), &plain, usize::MAX),
        (common.clone(), &plain, usize::MAX),
        (common.clone(), &recent, usize::MAX),
        (common, &plain, 20),
        (format!("{} {}", word(101), word(202)), &recent, 20),
        (format!("{} {}", word(1), word(2)), &plain, 20),
        (format!("{} {}", word(1), word(2)), &plain, usize::MAX),
    ] {
        let parsed = Query::parse(&query).unwrap();
        let mut found = (0, 0);
        let times: Vec<Duration> = (0..9)
            .map(|_| {
                // As a command does: a connection of its own.
                let store = Store::open(&DatabaseAddress::from(path.as_path()), Mode::Read).unwrap();
                let start = Instant::now();
                found = search(&store, &parsed, sought, limit);
                start.elapsed()
            })
            .collect();
        let first = times[0];
        let mut times = times;
        times.sort_unstable();
        let since = if sought.since.is_some() { "  since 30d" } else { "" };
        let limit = if limit == usize::MAX { String::new() } else { format!("  limit {limit}") };
        println!(
            "{:>8} {:>8} {first:>10.2?} {:>10.2?}  {query}{since}{limit}",
            found.0,
            found.1,
            times[times.len() / 2]
        );
    }
    println!("\na new watch finds the past:");
    for query in [format!("{rare} OR {name}"), format!("~{name}"), format!("{} NOT {rare}", word(1))] {
        let watch = Watch::new(query.clone(), Query::parse(&query).unwrap());
        store.sync(&[], &[], &watch_specs(std::slice::from_ref(&watch), &[]), NOW).unwrap();
        let start = Instant::now();
        let new = rematch(&store, &[watch], &[], std::slice::from_ref(&query), NOW).unwrap();
        println!("{:>8} mentions in {:.2?}  {query}", new.mentions, start.elapsed());
    }
}

/// What `presswatch search` does: how many articles match, and how many were asked.
fn search(store: &Store, query: &Query, sought: &Sought, limit: usize) -> (usize, usize) {
    let sought = Sought { need: query.need(), ..sought.clone() };
    let matcher = Matcher::new(&[Watch::new("", query.clone())]);
    let ids = store.find(&sought).unwrap().articles;
    let matching = ids.iter().filter(|id| {
        let candidate = store.found(**id).unwrap().unwrap();
        !matcher.matches(&document(&candidate.article)).is_empty()
    });
    (matching.take(limit).count(), ids.len())
}

/// Articles as a run stores them, but in one transaction.
fn fill(path: &Path, count: usize) {
    let words: Vec<String> = (0..VOCABULARY).map(word).collect();
    let mut numbers = Numbers(11);
    let mut connection = rusqlite::Connection::open(path).unwrap();
    let all = connection.transaction().unwrap();
    all.execute_batch("INSERT INTO source (id, name, added_at) VALUES (1, 'Gazette', '')").unwrap();
    let mut article = all
        .prepare(
            "INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, published_at, read_at,
                                  language, summary, text, extent, paywalled, story_id)
             VALUES (?1, 1, ?2, ?2, ?2, ?3, ?4, '', '', ?5, ?5, ?6, '', ?7, 'full', 0, ?1)",
        )
        .unwrap();
    let mut index = all.prepare("INSERT INTO article_words (rowid, words) VALUES (?1, ?2)").unwrap();
    for n in 1..=i64::try_from(count).unwrap() {
        let (language, script) = [("fr", 0), ("nl", 0), ("fr", 0), ("fa", 1), ("en", 0)][numbers.below(5)];
        let mut text = String::new();
        for i in 0..400 {
            let word = &words[numbers.skewed(VOCABULARY)];
            text.push_str(if script == 1 { arabic(word) } else { word.clone() }.as_str());
            text.push_str(if i % 15 == 14 { ".\n" } else { " " });
        }
        let title: Vec<&str> = (0..8).map(|_| words[numbers.skewed(VOCABULARY)].as_str()).collect();
        let (title, author) = (title.join(" "), words[numbers.skewed(VOCABULARY)].as_str());
        let url = format!("https://gazette.example/{n}");
        let hours = i64::try_from(numbers.below(24 * 365)).unwrap();
        let published_at = utc(NOW.checked_sub(jiff::SignedDuration::from_hours(hours)).unwrap());
        article.execute((n, &url, &title, author, published_at, language, &text)).unwrap();
        let document = Document {
            title: &title,
            text: &text,
            author,
            outlet: "Gazette",
            url: &url,
            language,
            ..Document::default()
        };
        index.execute((n, index_words(&document))).unwrap();
    }
    drop((article, index));
    all.commit().unwrap();
}
