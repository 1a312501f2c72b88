//! What events cost as mentioned articles accumulate: `cargo bench --bench events`.
//!
//! Reports of a month, in order of time; all hold the watch's name, and names that are the rarer the more of them there are. They
//! are written as rows, then judged as a run does; the last hundred before each line are timed. Then one window of so many reports is
//! decided at once.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use presswatch::database::DatabaseAddress;
use presswatch::event::{Marks, Report, WindowReport, group_by_event};
use presswatch::model::{ArticleId, SourceId};
use presswatch::store::{Mode, Store};
use rusqlite::{Connection, params};

/// Reports that are timed at each size.
const TIMED: usize = 100;

/// A number below `most`, of the state that it changes.
fn roll(state: &mut u64, most: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % most
}

/// A name; small numbers are frequent.
fn name(state: &mut u64) -> String {
    const SYLLABLES: [&str; 12] = ["ra", "lo", "mi", "ve", "tan", "dor", "bel", "kar", "sun", "ho", "fer", "nak"];
    let octave = 4 + roll(state, 18);
    let mut rank = roll(state, 2 << octave) + (1 << octave);
    let mut name = "V".to_owned();
    while rank > 0 {
        name.push_str(SYLLABLES[usize::try_from(rank % 12).unwrap()]);
        rank /= 12;
    }
    name
}

fn report(state: &mut u64) -> (String, String) {
    const CITIES: [&str; 8] = ["Brussel", "Gent", "Antwerpen", "Luik", "Parijs", "Berlijn", "Londen", "Teheran"];
    const VERBS: [&str; 6] =
        ["betoogt in", "staakt in", "spreekt in", "verliest in", "opent een school in", "waarschuwt voor regen in"];
    let pick =
        |state: &mut u64, words: &[&'static str]| words[usize::try_from(roll(state, words.len() as u64)).unwrap()];
    let title = format!("Groep {} {} {}", name(state), pick(state, &VERBS), pick(state, &CITIES));
    let mut text = title.clone();
    for _ in 0..6 {
        let count = 10 + roll(state, 900);
        let sentence = format!(
            ". Volgens woordvoerder {} {} van de Navidgroep waren er {count} mensen bij {} en duurde alles tot na de middag in {}",
            name(state),
            name(state),
            name(state),
            pick(state, &CITIES)
        );
        text.push_str(&sentence);
    }
    (title, text)
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let store = Store::open(&DatabaseAddress::from(path.as_path()), Mode::Write).unwrap();
    let file = Connection::open(&path).unwrap();
    file.execute_batch(
        "INSERT INTO source (id, name, added_at) VALUES (1, 'Outlet', '');
         INSERT INTO watch (id, name, definition, added_at) VALUES (1, 'Navid', '', '');",
    )
    .unwrap();
    let most = std::env::args().filter_map(|arg| arg.parse().ok()).next_back().unwrap_or(100_000);
    let begin: Timestamp = "2026-10-01T00:00:00Z".parse().unwrap();
    let mut state = 7;
    println!("mentioned articles of a month | to judge a hundred more, which decides their window anew");
    for size in [1000, 3000, 10_000, 30_000, 100_000, 300_000_usize].into_iter().filter(|size| *size <= most) {
        // A store of this size holds a month, too.
        let step = SignedDuration::from_hours(30 * 24) / i32::try_from(size).unwrap();
        file.execute_batch("DELETE FROM event; DELETE FROM event_features; DELETE FROM mention; DELETE FROM article")
            .unwrap();
        let mut stored = 0;
        let mut took = Duration::ZERO;
        while stored < size {
            let batch = if stored < size - TIMED { size - TIMED - stored } else { TIMED };
            file.execute_batch("BEGIN").unwrap();
            for id in stored + 1..=stored + batch {
                let at = (begin + step * i32::try_from(id).unwrap()).to_string();
                let (title, text) = report(&mut state);
                let id = i64::try_from(id).unwrap();
                let article = "INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, published_at,
                         read_at, language, summary, text, extent, paywalled, story_id)
                     VALUES (?1, 1, ?1, ?1, '', ?2, '', '', '', ?3, ?3, 'nl', '', ?4, 'full', 0, ?1)";
                file.prepare_cached(article).unwrap().execute(params![id, title, at, text]).unwrap();
                let mention = "INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits) VALUES (1, ?1, ?2, 'Navidgroep', '', '')";
                file.prepare_cached(mention).unwrap().execute(params![id, at]).unwrap();
                file.prepare_cached("INSERT INTO event_queue (article_id) VALUES (?1)").unwrap().execute([id]).unwrap();
            }
            file.execute_batch("COMMIT").unwrap();
            stored += batch;
            let started = Instant::now();
            presswatch::crawl::join_events(&store).unwrap();
            took = started.elapsed();
        }
        println!("{size:>9} | {:>5} ms", took.as_millis());
    }
    let joined: i64 = file.query_row("SELECT count(*) FROM event WHERE evidence <> ''", [], |row| row.get(0)).unwrap();
    println!("of the last {joined} joined another's event");
    println!("reports in a window | to extract their features | to decide their events | bytes of features of each");
    for size in [1000, 5000, 20_000] {
        let started = Instant::now();
        let marks: Vec<Marks> = (0..size)
            .map(|_| {
                let (title, text) = report(&mut state);
                Marks::from_report(&Report {
                    title: &title,
                    summary: "",
                    text: &text,
                    language: "nl",
                    watched: "Navidgroep",
                })
            })
            .collect();
        let extracted = started.elapsed();
        let bytes: usize = marks.iter().map(|marks| marks.to_text().len()).sum();
        let step = SignedDuration::from_hours(30) / size;
        let window: Vec<WindowReport> = (0..)
            .zip(&marks)
            .map(|(id, marks)| WindowReport {
                article: ArticleId(id),
                outlet: SourceId(id % 24 + 1),
                at: begin + step * i32::try_from(id).unwrap(),
                marks,
            })
            .collect();
        let started = Instant::now();
        let grouped = group_by_event(&window);
        let decided = started.elapsed();
        let joined = grouped.iter().filter(|report| report.article != report.first).count();
        println!(
            "{size:>9} | {:>5} ms | {:>5} ms | {} | {joined} joined",
            extracted.as_millis(),
            decided.as_millis(),
            bytes / marks.len()
        );
    }
}
