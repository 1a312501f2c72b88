//! Workers that are killed and started again over a world of many hosts: what they store is what one undisturbed worker stores.

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::answer::Answer;
use crate::engines::Schema;
use crate::gazette::source;
use crate::pages::{Entry, numbered_page, page, rss};
use crate::server::Outlet;
use crate::world::{Done, World};

const PAUSE: Duration = Duration::from_millis(100);
const CRAWL_DELAY: Duration = Duration::from_secs(1);

/// What kinds of hosts there are, over and over.
const KINDS: [Kind; 10] = [
    Kind::Plain,
    Kind::Failing,
    Kind::Plain,
    Kind::AsksForRest,
    Kind::Slow,
    Kind::Plain,
    Kind::Redirects,
    Kind::Plain,
    Kind::Closed,
    Kind::Plain,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// Its feed is an error of the server.
    Failing,
    /// Its feed is 429, with a Retry-After of an hour.
    AsksForRest,
    /// Its robots.txt asks for a pause of a second.
    Slow,
    /// Its second article is at the next host.
    Redirects,
    /// Its robots.txt allows no article.
    Closed,
}

struct Fleet {
    outlets: Vec<Outlet>,
    world: World,
}

impl Fleet {
    fn new(hosts: usize) -> Self {
        let outlets: Vec<Outlet> = (0..hosts).map(|_| Outlet::open()).collect();
        for (n, outlet) in outlets.iter().enumerate() {
            let soon = Duration::from_millis(20);
            outlet.serve("/feed", Answer::of("application/rss+xml", feed(n, outlet)).after(soon));
            // The first is one story at some hosts, the second one event in several words.
            outlet.serve("/a/1", Answer::html(&numbered_page(n / 4)).after(soon));
            outlet.serve("/a/2", Answer::html(&own_page(n)).after(soon));
            outlet.serve("/b/2", Answer::html(&own_page(n + hosts)).after(soon));
            match KINDS[n % KINDS.len()] {
                Kind::Plain => {}
                Kind::Failing => drop(outlet.serve("/feed", Answer::error(503).after(soon))),
                Kind::AsksForRest => {
                    outlet.serve("/feed", Answer::error(429).header("retry-after", "3600").after(soon));
                }
                Kind::Slow => {
                    outlet.serve("/robots.txt", Answer::text("User-agent: *\nCrawl-delay: 1\n"));
                }
                Kind::Redirects => {
                    outlet.serve("/a/2", Answer::redirect(302, &outlets[(n + 1) % hosts].url("/b/2")).after(soon));
                }
                Kind::Closed => drop(outlet.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /a/\n"))),
            }
        }
        let sources: String =
            outlets.iter().enumerate().map(|(n, outlet)| source(&format!("Outlet {n}"), outlet)).collect();
        let watches = "[[watch]]\nname = \"Birds\"\nquery = \"kraanvogel*\"\n[[watch]]\nname = \"Harbour\"\nquery = \"harbour\"\n";
        let world = World::with(&format!("{watches}[crawl]\nrevisit = []\n{sources}"));
        world.edit("per_host_delay = \"0s\"", "per_host_delay = \"100ms\"");
        Self { outlets, world }
    }

    fn worker(&self, schema: &Schema) -> Child {
        let mut command = self.world.command(&["run"]);
        command.env("PRESSWATCH_DATABASE", schema.url());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// One request at a time, with the pause that the host asks for.
    fn expect_polite(&self, kills: usize) {
        let mut twice = 0;
        for (n, outlet) in self.outlets.iter().enumerate() {
            let kind = KINDS[n % KINDS.len()];
            assert_eq!(outlet.most_at_once(), 1, "{kind:?} {}", outlet.host());
            let mut asked = outlet.asked();
            asked.extend(outlet.asked_for(crate::server::TDMREP));
            asked.sort_by_key(|asked| asked.at);
            for two in asked.windows(2) {
                let gap = two[1].at.duration_since(two[0].at);
                // Who was killed before it stored robots.txt leaves nobody who knows of the pause.
                let pause = if kind == Kind::Slow && two[0].path != "/robots.txt" { CRAWL_DELAY } else { PAUSE };
                assert!(gap >= pause, "{kind:?} {}: {} {gap:?} after {}", outlet.host(), two[1].path, two[0].path);
            }
            let mut times: HashMap<&str, usize> = HashMap::new();
            for asked in &asked {
                *times.entry(asked.path.as_str()).or_default() += 1;
            }
            twice += times.values().map(|times| times - 1).sum::<usize>();
        }
        // Sixteen were under way at a time, and the answers of a few more had not been stored.
        assert!(twice <= kills * 20, "{twice} requests were made again after {kills} kills");
    }
}

fn feed(n: usize, outlet: &Outlet) -> String {
    let titles = [format!("Kraanvogel number {} has landed", n / 4), own_title(n)];
    let links = [outlet.url("/a/1"), outlet.url("/a/2")];
    let date = "Sat, 10 Oct 2026 10:00:00 +0200";
    rss(&[
        Entry { title: &titles[0], link: &links[0], date, lead: "" },
        Entry { title: &titles[1], link: &links[1], date, lead: "" },
    ])
}

fn own_title(n: usize) -> String {
    format!("Port of Antwerp closes dock {} after the storm", n % 7)
}

fn own_page(n: usize) -> String {
    let said = [
        format!(
            "The port of Antwerp closed dock {} on Saturday after the storm, said the harbour master {n} times.",
            n % 7
        ),
        format!("Ships number {n} to {} wait on the river until the gates can be opened by hand.", n + 9),
        format!("Whoever has goods on quay {n} is asked to come on Monday with papers and patience."),
    ];
    page(&own_title(n), "2026-10-10T10:00:00+02:00", &said.each_ref().map(String::as_str))
}

/// Everything that must not depend on who read it, in what order.
fn memory(schema: &Schema) -> Vec<String> {
    [
        "SELECT i.key, i.state, (SELECT key FROM article WHERE id = i.article_id) FROM item i ORDER BY 1",
        "SELECT key, address, url, title, author, published_at, language, text, extent, fingerprint FROM article ORDER BY key",
        "SELECT w.name, a.key, m.terms, m.snippet, m.hits FROM mention m JOIN article a ON a.id = m.article_id JOIN watch w ON w.id = m.watch_id ORDER BY 1, 2",
        "SELECT watch, url, title, published_at, snippet FROM coverage ORDER BY 1, 2",
        "SELECT 'story', string_agg(key, ' ' ORDER BY key) FROM article GROUP BY story_id ORDER BY 2",
        "SELECT 'event', string_agg(a.key, ' ' ORDER BY a.key) FROM event e JOIN article a ON a.id = e.article_id GROUP BY e.event_id ORDER BY 2",
        "SELECT 'words', a.key, md5(w.words::text) FROM article_words w JOIN article a ON a.id = w.article_id ORDER BY 2",
    ]
    .iter()
    .flat_map(|query| schema.rows(query))
    .collect()
}

fn finish(worker: Child) -> Done {
    Done::from(worker.wait_with_output().unwrap())
}

/// Four workers of which one is killed and started again so often, and then one worker on the same hosts.
fn kill(hosts: usize, kills: usize) {
    let (Some(schema), Some(reference)) = (Schema::new(), Schema::new()) else { return };
    let fleet = Fleet::new(hosts);
    let mut seed = 7_u64;
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    let mut workers: Vec<Child> = (0..4).map(|_| fleet.worker(&schema)).collect();
    let begun = Instant::now();
    let per_kill = u32::try_from(kills).unwrap();
    for kill in 1..=kills {
        // Spread over the work: the next one comes when so many requests more were made, or nothing is left.
        let due = hosts * 5 * kill / (kills + 1) + usize::try_from(random(8)).unwrap();
        while fleet.outlets.iter().map(|outlet| outlet.asked().len()).sum::<usize>() < due
            && begun.elapsed() < Duration::from_secs(2) * per_kill
            && workers.iter_mut().any(|worker| worker.try_wait().unwrap().is_none())
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        let victim = usize::try_from(random(4)).unwrap();
        workers[victim].kill().unwrap();
        let next = fleet.worker(&schema);
        std::mem::replace(&mut workers[victim], next).wait().unwrap();
    }
    for done in workers.into_iter().map(finish) {
        done.expect(0);
    }
    // Those who ended first may have left something to one that was killed afterwards.
    for _ in 0..3 {
        finish(fleet.worker(&schema)).expect(0);
    }
    fleet.expect_polite(kills);
    assert_eq!(schema.rows("SELECT count(*) FROM lane WHERE owner IS NOT NULL"), ["0"]);
    finish(fleet.worker(&reference)).expect(0);
    let (together, alone) = (memory(&schema), memory(&reference));
    for (one, other) in together.iter().zip(&alone) {
        assert_eq!(one, other);
    }
    assert_eq!(together.len(), alone.len());
    assert!(together.len() > hosts * 8, "{} rows", together.len());
}

#[test]
fn killed_workers_store_what_one_worker_stores() {
    kill(30, 5);
}

/// By hand: `cargo test --test it killed_workers_over_300_hosts -- --ignored`.
#[test]
#[ignore = "takes a minute or more"]
fn killed_workers_over_300_hosts_store_what_one_worker_stores() {
    kill(300, 25);
}

/// By hand, with nothing else running: `cargo test --release --test it four_workers_are -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "what is measured")]
fn four_workers_are_three_times_as_fast_on_slow_hosts() {
    let (Some(alone), Some(together)) = (Schema::new(), Schema::new()) else { return };
    let slow = Duration::from_millis(200);
    let outlets: Vec<Outlet> = (0..600).map(|_| Outlet::open()).collect();
    for (n, outlet) in outlets.iter().enumerate() {
        outlet.serve("/robots.txt", Answer::text("User-agent: *\nAllow: /\n").after(slow));
        outlet.serve("/feed", Answer::of("application/rss+xml", feed(n, outlet)).after(slow));
        outlet.serve("/a/1", Answer::html(&numbered_page(n / 4)).after(slow));
        outlet.serve("/a/2", Answer::html(&own_page(n)).after(slow));
    }
    let sources: String = (0..).zip(&outlets).map(|(n, outlet)| source(&format!("Outlet {n}"), outlet)).collect();
    let world =
        World::with(&format!("[[watch]]\nname = \"Birds\"\nquery = \"kraanvogel*\"\n[crawl]\nrevisit = []\n{sources}"));
    world.edit("per_host_delay = \"0s\"", "per_host_delay = \"100ms\"");
    let fleet = Fleet { outlets, world };
    let took = |schema: &Schema, workers: usize| {
        let begun = Instant::now();
        let workers: Vec<Child> = (0..workers).map(|_| fleet.worker(schema)).collect();
        for done in workers.into_iter().map(finish) {
            done.expect(0);
        }
        begun.elapsed().as_secs_f64()
    };
    let (one, four) = (took(&alone, 1), took(&together, 4));
    println!("one worker {one:.1} s, four workers {four:.1} s, ratio {:.2}", one / four);
    assert_eq!(memory(&alone), memory(&together));
    assert!(one >= 3.0 * four, "one worker took {one:.1} s, four took {four:.1} s");
}
