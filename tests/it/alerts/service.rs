//! `presswatch run --loop`.

use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use presswatch::alert::Secret;
use presswatch::app::alerts::Sending;
use presswatch::app::run::{Opened, run_with_alerts};
use presswatch::crawl::Options;
use presswatch::error::ExitKind;
use presswatch::fetch::{Fetcher, Proxies, Settings};

use super::{articles, messages, receiver, told, webhook, world};
use crate::gazette::{gazette, print, source};
use crate::server::Outlet;
use crate::world::{NOW, World};

const PATIENCE: Duration = Duration::from_secs(20);

/// A loop by the real clock, which tells what systemd would hear.
struct Loop {
    child: Child,
    systemd: UnixDatagram,
}

impl Loop {
    fn start(world: &World) -> Self {
        let path = world.path("notify");
        let _ = std::fs::remove_file(&path);
        let systemd = UnixDatagram::bind(&path).unwrap();
        systemd.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut command = world.bare_command(&["run", "--loop"]);
        command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "200000");
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { child, systemd }
    }

    /// Waits until systemd hears this.
    fn hears(&self, what: &str) {
        let begun = Instant::now();
        let mut buffer = [0; 200];
        while begun.elapsed() < PATIENCE {
            let length = self.systemd.recv(&mut buffer).unwrap();
            if buffer[..length].starts_with(what.as_bytes()) {
                return;
            }
        }
        panic!("systemd does not hear {what}");
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Ends it by SIGTERM; returns its exit code, how long that took, and what it said.
    fn end(self) -> (Option<i32>, Duration, String) {
        let begun = Instant::now();
        self.signal("-TERM");
        self.hears("STOPPING=1");
        let output = self.child.wait_with_output().unwrap();
        (output.status.code(), begun.elapsed(), String::from_utf8(output.stderr).unwrap())
    }
}

/// The publication dates of the pages lie in the past of the real clock: their age must not matter.
fn timeless(paper: &Outlet, alerts: &str) -> World {
    let world = world(paper, alerts);
    world.edit("[crawl]\n", "[crawl]\nmax_age = \"36500d\"\n");
    world
}

#[test]
fn a_loop_tells_systemd_sends_at_once_reloads_and_ends_on_sigterm() {
    let (paper, hook) = (gazette(2), receiver());
    let world = timeless(&paper, &webhook(&hook, ""));
    let service = Loop::start(&world);
    service.hears("READY=1");
    service.hears("WATCHDOG=1");
    assert!(hook.wait_for(1), "no message came");
    // Meanwhile others read and mark.
    world.presswatch(&["digest"]).expect(0);
    // Another configuration, with a second paper.
    let second = gazette(1);
    let more = format!("[[source]]\nname = \"Second\"\npoll = \"1m\"\nfeeds = [\"{}\"]\n", second.url("/feed"));
    world.edit("[[source]]\nname = \"Gazette\"", &format!("{more}[[source]]\nname = \"Gazette\""));
    service.signal("-HUP");
    service.hears("RELOADING=1");
    service.hears("READY=1");
    assert!(second.wait_for(3), "robots.txt, the feed, the article");
    assert!(hook.wait_for(3), "the message of its article");
    world.edit("name = \"Second\"", "nome = \"Second\"");
    service.signal("-HUP");
    service.hears("RELOADING=1");
    service.hears("READY=1");
    let (code, took, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(said.contains("unknown key `nome`") && said.contains("the one read before stays in use"), "{said}");
    assert_eq!(messages(&hook).len(), 3);
    let next = world.one("SELECT next_at FROM channel WHERE url LIKE '%/feed' ORDER BY id DESC LIMIT 1");
    let checked = world.one("SELECT checked_at FROM channel ORDER BY id DESC LIMIT 1");
    let [next, checked] = [next, checked].map(|time| time.parse::<Timestamp>().unwrap());
    assert!(next.duration_since(checked).as_secs() <= 61, "{checked} {next}");
}

#[test]
fn a_loop_ends_within_two_seconds_whatever_hangs() {
    let paper = gazette(2);
    let world = timeless(&paper, "");
    paper.hold_at(2);
    let service = Loop::start(&world);
    assert!(paper.wait_for(2));
    let (code, took, said) = service.end();
    assert_eq!(code, Some(0), "{said}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    paper.let_go();
    world.run();
}

#[test]
fn a_loop_that_cannot_begin_says_why() {
    let paper = Outlet::unasked();
    let world = timeless(&paper, "").in_file();
    world.edit("timezone", "database = \"no/such/folder/x.db\"\ntimezone");
    let done = crate::world::Done::of(&mut world.bare_command(&["run", "--loop"])).expect(1);
    assert!(done.stderr.starts_with("error: "), "{}", done.stderr);
}

/// What this process holds in memory, in KB.
fn memory() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Rounds of a loop, a minute apart, in this process; returns the memory after a tenth of them and after all.
fn rounds(count: i64) -> (i64, i64) {
    let (paper, hook) = (gazette(1), receiver());
    let world = world(&paper, &webhook(&hook, "")).in_file();
    world.edit("[[source]]", "[[source]]\npoll = \"1m\"");
    let path = world.path("sources.toml");
    let config = presswatch::config::parse(&std::fs::read_to_string(&path).unwrap(), &path).unwrap();
    let minutes = Arc::new(AtomicI64::new(0));
    let of_clock = Arc::clone(&minutes);
    let begin: Timestamp = NOW.parse().unwrap();
    let clock: presswatch::fetch::Clock =
        Arc::new(move || begin + SignedDuration::from_secs(61 * of_clock.load(Ordering::Relaxed)));
    let settings = Settings::new(config.http.clone(), Proxies::default()).unwrap();
    let fetcher = Fetcher::new(settings, Arc::clone(&clock)).unwrap();
    let sending = Sending {
        config: &config,
        fetcher: &fetcher,
        clock: Arc::clone(&clock),
        zone: TimeZone::UTC,
        secrets: Arc::new(|_| Ok(Secret::new(""))),
    };
    let mut early = 0;
    for round in 0..count {
        minutes.store(round, Ordering::Relaxed);
        if round % (count / 5) == 0 {
            print(&paper, usize::try_from(round / (count / 5)).unwrap() + 1);
        }
        // A program that another test is just starting holds the lock for a moment, as it holds all files of this process.
        let opened = loop {
            match Opened::for_writing(&config, Arc::clone(&clock)) {
                Err(e) if e.kind == ExitKind::Busy => std::thread::yield_now(),
                opened => break opened.unwrap(),
            }
        };
        let options = Options { is_round: true, ..Options::default() };
        let (summary, sent) = run_with_alerts(&opened.store, &sending, options, &mut |_| {}).unwrap();
        assert!(summary.did_something(), "round {round}");
        sent.unwrap();
        if round % 50 == 0 {
            paper.forget();
        }
        if round == count / 10 {
            early = memory();
        }
    }
    assert_eq!(told(&hook), articles(&paper, 1..=5));
    assert_eq!(world.one("SELECT count(*) FROM run"), count.to_string());
    let log = std::fs::metadata(world.path("presswatch.db-wal")).map_or(0, |file| file.len());
    assert!(log < 20_000_000, "{log} bytes of log");
    (early, memory())
}

#[test]
fn many_rounds_tell_each_mention_once() {
    rounds(100);
}

/// By hand: `cargo test --test it ten_thousand_rounds -- --ignored`.
#[test]
#[ignore = "takes several minutes"]
fn ten_thousand_rounds_need_no_more_memory() {
    let (early, late) = rounds(10_000);
    assert!(late - early < 8_000, "{early} KB after a tenth of the rounds, {late} KB after all");
}

/// By hand: `cargo test --test it within_the_interval -- --ignored`.
#[test]
#[ignore = "lasts as long as the shortest interval"]
fn a_loop_tells_of_an_article_within_the_interval_and_five_seconds() {
    let (paper, hook) = (gazette(1), receiver());
    let world = timeless(&paper, &webhook(&hook, ""));
    world.edit("[[source]]", "[[source]]\npoll = \"1m\"");
    let service = Loop::start(&world);
    assert!(hook.wait_for(1));
    for n in 2..=3 {
        print(&paper, n);
        let published = Instant::now();
        while hook.asked_for("/hook").len() < n {
            assert!(published.elapsed() < Duration::from_secs(65), "article {n}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    service.end();
}

/// By hand: `cargo test --test it long_round -- --ignored`.
#[test]
#[ignore = "lasts as long as the shortest interval"]
fn a_long_round_keeps_no_urgent_channel_waiting() {
    let (paper, hook, long) = (gazette(1), receiver(), gazette(200));
    let more = source("Long", &long);
    let world = timeless(&paper, &format!("{more}{}", webhook(&hook, "")));
    world.edit("per_host_delay = \"0s\"", "per_host_delay = \"1s\"");
    world.edit("name = \"Gazette\"", "name = \"Gazette\"\npoll = \"1m\"");
    let service = Loop::start(&world);
    assert!(hook.wait_for(1));
    print(&paper, 2);
    let published = Instant::now();
    while paper.asked_for("/a/2").is_empty() {
        assert!(published.elapsed() < Duration::from_secs(65));
        std::thread::sleep(Duration::from_millis(20));
    }
    let url = paper.url("/a/2");
    while !told(&hook).contains(&url) {
        assert!(published.elapsed() < Duration::from_secs(65));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(world.one("SELECT count(*) FROM run"), "1", "the first round still lasts");
    assert!(long.asked().len() < 200);
    service.end();
}
