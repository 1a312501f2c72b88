//! What a digest of 100,000 mentions costs, by format: `cargo bench --bench digest [-- MENTIONS]`.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a table on a terminal")]

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use presswatch::database::DatabaseAddress;
use presswatch::date::utc;
use presswatch::digest::{Digest, Period, WatchNews};
use presswatch::i18n::Language;
use presswatch::output::text::Style;
use presswatch::output::{Frame, Print, html, json, markdown, text};
use presswatch::store::{Mode, Store, Wanted};
use rusqlite::Connection;

const NOW: Timestamp = Timestamp::constant(1_791_703_800, 0);
const OUTLETS: i64 = 40;
const WATCHES: i64 = 8;

type Format = (&'static str, fn(&Digest, &Frame, Print) -> io::Result<()>);

fn main() {
    let count = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    drop(Store::open(&DatabaseAddress::from(path.as_path()), Mode::Write).unwrap());
    fill(&path, count);
    println!("{count} mentions, {} MB on disk", std::fs::metadata(&path).unwrap().len() / 1_000_000);
    println!("  format | best of 5 | written | peak memory");
    let formats: [Format; 4] = [
        ("text", |digest, frame, print| text::digest(digest, frame, Style::PLAIN, print)),
        ("markdown", markdown::digest),
        ("html", html::digest),
        ("json", json::digest),
    ];
    for (name, format) in formats {
        forget_peak();
        let runs = (0..5).map(|_| run(&path, format));
        let (took, written): (Duration, usize) = runs.min().unwrap();
        println!("{name:>8} | {took:>9.2?} | {:4} MB | {} MB", written / 1_000_000, peak());
    }
}

/// What `presswatch digest` does: a connection of its own, all of the period, one document.
fn run(path: &Path, format: impl Fn(&Digest, &Frame, Print) -> io::Result<()>) -> (Duration, usize) {
    let start = Instant::now();
    let store = Store::open(&DatabaseAddress::from(path), Mode::Read).unwrap();
    let period = Period { since: Some(Timestamp::UNIX_EPOCH), until: NOW, by_published: false, new_for: None };
    let wanted = Wanted { period: &period, watches: None, with_irrelevant: false };
    let (mentions, ledger) = (store.mentions(&wanted).unwrap(), store.ledger(&wanted).unwrap());
    let watches = store.watches().unwrap().into_iter().map(|watch| WatchNews::new(watch.name, watch.group)).collect();
    let digest = Digest::compose(period, watches, mentions, ledger, Language::French);
    let frame = Frame { language: Language::French, zone: TimeZone::get("Europe/Brussels").unwrap(), now: NOW };
    let mut written = 0;
    format(&digest, &frame, &mut |piece| {
        written += piece.len();
        Ok(())
    })
    .unwrap();
    (start.elapsed(), written)
}

/// Mentions as runs leave them: each article with its text, item and version, one of three a copy, two of five in an event.
fn fill(path: &Path, count: i64) {
    const TEXT: &str =
        "Quelque 650 personnes ont bloqué la petite ceinture samedi après-midi, selon la police locale. ";
    let mut connection = Connection::open(path).unwrap();
    let all = connection.transaction().unwrap();
    for n in 1..=OUTLETS {
        all.execute("INSERT INTO source (id, name, added_at) VALUES (?1, ?2, '')", (n, format!("Gazette {n}")))
            .unwrap();
        all.execute(
            "INSERT INTO channel (id, source_id, kind, url, state) VALUES (?1, ?1, 'feed', ?2, 'ok')",
            (n, format!("https://gazette{n}.example/feed")),
        )
        .unwrap();
    }
    for n in 1..=WATCHES {
        let watch = "INSERT INTO watch (id, name, position, definition, added_at) VALUES (?1, ?2, ?1, '', '')";
        all.execute(watch, (n, format!("Campagne {n}"))).unwrap();
    }
    let mut article = all
        .prepare(
            "INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, published_at, read_at,
                                  language, summary, text, extent, paywalled, story_id)
             VALUES (?1, ?2, ?3, ?3, 'https://' || ?3, ?4, 'Lieselot Grauwels', ?5, '', ?6, ?6, 'fr', ?7, ?8, 'full', ?9, ?10)",
        )
        .unwrap();
    let mut item = all
        .prepare(
            "INSERT INTO item (id, source_id, channel_id, key, url, title, summary, author, language, outlet, first_seen_at, state,
                               ended_at, article_id)
             VALUES (?1, ?2, ?2, ?3, 'https://' || ?3, '', '', '', '', '', ?4, 'read', ?4, ?1)",
        )
        .unwrap();
    let mut version = all.prepare("INSERT INTO version VALUES (?1, ?2, ?3, ?1, '')").unwrap();
    let mut event = all.prepare("INSERT INTO event VALUES (?1, ?2, ?3)").unwrap();
    let mut mention = all
        .prepare("INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .unwrap();
    for n in 1..=count {
        let at = utc(NOW.checked_sub(SignedDuration::from_mins(count - n)).unwrap());
        let address =
            format!("gazette{}.example/bruxelles/2026/un-sit-in-bloque-la-petite-ceinture-{n}", n % OUTLETS + 1);
        let title = format!("Bruxelles : un sit-in de Souffle bloque la petite ceinture pendant {n} minutes");
        let credit = if n % 5 == 0 { "Belga" } else { "" };
        let summary = TEXT.repeat(2);
        let story = if n % 3 == 2 { n - 1 } else { n };
        let text = TEXT.repeat(20);
        article
            .execute((n, n % OUTLETS + 1, &address, &title, credit, &at, &summary, &text, n % 7 == 0, story))
            .unwrap();
        item.execute((n, n % OUTLETS + 1, &address, &at)).unwrap();
        version.execute((n, &at, &title)).unwrap();
        let (of, evidence) = if n % 5 == 4 { (n - 1, "Lieselot Grauwels, Souffle, 650") } else { (n, "") };
        event.execute((n, of, evidence)).unwrap();
        let hits = r#"[{"field":"text","start":37,"end":52,"term":"petite ceinture"},{"field":"title","start":12,"end":18,"term":"sit-in"}]"#;
        mention.execute((n % WATCHES + 1, n, &at, "petite ceinture, sit-in, Souffle", TEXT, hits)).unwrap();
    }
    drop((article, item, version, event, mention));
    all.commit().unwrap();
}

/// The most memory since [`forget_peak`], in megabytes, where the system says so.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
    peak.unwrap_or(0) / 1000
}

fn forget_peak() {
    // Not everywhere: then the peak is that of all formats together.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
