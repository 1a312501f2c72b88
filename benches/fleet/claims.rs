//! How long each unit of work takes as more is stored, and how many claims and articles one to four workers get through.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use presswatch::article::Item;
use presswatch::event::WINDOW;
use presswatch::model::{ItemId, RunId};
use presswatch::store::{Claim, Lock, Order, PendingItem, Queue, Store};

use crate::fill::{NOW, Stock, fill, fill_hosts, timed};
use crate::server::Server;
use crate::texts::{Dice, Language};
use crate::work::{answered, keep_article, keep_poll, mention};

const HOSTS: u64 = 60_000;

/// The pause that a host has after it was given back: long enough that no host is claimed twice in a measurement.
const PAUSE: Duration = Duration::from_mins(10);

/// The times of each unit of work, in the order in which they were first done.
#[derive(Default)]
struct Times(Vec<(&'static str, Vec<f64>)>);

impl Times {
    fn add<T>(&mut self, what: &'static str, work: impl FnOnce() -> T) -> T {
        let (value, seconds) = timed(work);
        match self.0.iter_mut().find(|(known, _)| *known == what) {
            Some((_, times)) => times.push(seconds),
            None => self.0.push((what, vec![seconds])),
        }
        value
    }
}

/// The value below which a share of the sorted times lies.
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * share).round();
    // A place among the times.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the last place")]
    sorted.get(at as usize).copied().unwrap_or(f64::NAN)
}

/// Fills a schema with so many items, and measures, for each of these numbers.
pub fn run(url: &str, sizes: &[u64]) {
    for items in sizes {
        let server = Server::new(url, "fleet_claims");
        let stock = Stock {
            hosts: HOSTS,
            items: *items,
            articles: (*items).min(1_000_000),
            polls: (*items).min(2_000_000),
            days: 20,
            waiting: 50,
        };
        let ((), took) = timed(|| {
            fill_hosts(&server, HOSTS);
            fill(&server, &stock);
        });
        let bytes: f64 = server.tables().iter().map(crate::server::Table::bytes).sum();
        println!(
            "== {HOSTS} hosts with three channels each, {items} items of which 5 % wait, {} articles, {} polls: {:.1} GB; {took:.0} s to fill",
            stock.articles,
            stock.polls,
            bytes / 1e9
        );
        units(&server);
        let mut one = None;
        for workers in [1, 2, 4] {
            let (claims, articles) = together(&server, workers);
            let first = *one.get_or_insert(articles);
            println!(
                "{workers} workers: {claims:.0} hosts claimed and given back a second; {articles:.0} articles a second, each with a poll of 20 entries ({:.1} times one worker)",
                articles / first
            );
        }
        println!();
        server.drop_schema();
    }
}

fn worker(server: &Server) -> (Store, Lock) {
    Store::open_for_run(&server.address(), std::sync::Arc::new(|| NOW)).unwrap()
}

fn claim(store: &Store, most: usize) -> Vec<String> {
    store.claim(&Claim { now: NOW, force: false, of: &[], most, pause: PAUSE, agent: "presswatch" }).unwrap()
}

/// Makes what is given back free at once, and everything due as it was.
fn reset(server: &Server) {
    let mut client = server.client();
    client.batch_execute("UPDATE lane SET free_at = '-infinity' WHERE free_at <> '-infinity'").unwrap();
    client.batch_execute("VACUUM lane").unwrap();
}

fn units(server: &Server) {
    // A plan is made anew five times, and may be another one from then on: more rounds than that, the best of three.
    let mut best: Vec<(&'static str, f64, f64, usize)> = Vec::new();
    for round in 0..3 {
        reset(server);
        let mut times = Times::default();
        measure(server, &mut times, round);
        for (what, mut all) in times.0 {
            all.sort_by(f64::total_cmp);
            let (median, most) = (quantile(&all, 0.5) * 1e3, quantile(&all, 0.99) * 1e3);
            match best.iter_mut().find(|(known, ..)| *known == what) {
                Some(known) if known.1 > median => (known.1, known.2) = (median, most),
                Some(_) => {}
                None => best.push((what, median, most, all.len())),
            }
        }
    }
    println!("{:<58} {:>9} {:>9} {:>6}", "", "median", "99 %", "times");
    for (what, median, most, count) in best {
        println!("{what:<58} {median:>6.2} ms {most:>6.2} ms {count:>6}");
    }
}

fn measure(server: &Server, times: &mut Times, round: u64) {
    let (store, lock) = worker(server);
    let mut run = RunId(0);
    for _ in 0..100 {
        run = times.add("for comparison: one row written (begin_run)", || store.begin_run("bench", NOW).unwrap());
    }
    let mut dice = Dice(round + 1);
    let language = Language::new(&mut dice);
    for turn in 0..100_u64 {
        let lanes = times.add("claim 8 hosts", || claim(&store, 8));
        assert_eq!(lanes.len(), 8);
        times.add("what is known of them (hosts_at)", || store.hosts_at(&lanes).unwrap());
        let due = times.add("their channels that are due (due_at)", || store.due_at(run, NOW, false, &lanes).unwrap());
        let queues =
            times.add("their sources with items (queues_at)", || store.queues_at(NOW, false, &[], &lanes).unwrap());
        if let Some(queue) = queues.first() {
            let wanted = Queue { source: &queue.source, now: NOW, force: false, of: &[], except: &[] };
            let newest = times
                .add("32 items of a source (pending)", || store.pending(&wanted, Order::NewestFirst, &[], 32).unwrap());
            if let Some(item) = newest.first() {
                let text = language.article(&mut dice).join("\n");
                times.add("keep an article (save)", || keep_article(&store, item, text, &[mention()], NOW));
            }
        }
        if let Some(channel) = due.first() {
            let (answer, listing) = answered(channel, Some(announced(&channel.configured, turn + 1_000 * round)));
            times.add("keep a poll of 20 entries (known, apply_poll)", || {
                keep_poll(&store, run, channel, &answer, &listing, NOW)
            });
        }
        for lane in &lanes {
            times.add("give a host back (release)", || store.release(lane, PAUSE, false).unwrap());
        }
        times.add("when the next host is free (next_free)", || store.next_free(NOW).unwrap());
        times.add("when something is due (next_due)", || store.next_due(NOW).unwrap());
    }
    // Hosts of which nothing could be done are named in every claim.
    let lanes = claim(&store, 2_000);
    for lane in &lanes {
        store.release(lane, Duration::ZERO, true).unwrap();
    }
    for _ in 0..10 {
        let lanes = times.add("claim 8 hosts beside 2,000 that were tried in vain", || claim(&store, 8));
        for lane in &lanes {
            store.release(lane, PAUSE, false).unwrap();
        }
    }
    for _ in 0..10 {
        of_a_round(&store, times);
    }
    drop(store);
    drop(lock);
}

/// What a run, or a round of a loop, does once.
fn of_a_round(store: &Store, times: &mut Times) {
    times.add("once a run: items that wait (count_pending)", || store.count_pending().unwrap());
    let since = NOW - SignedDuration::from_hours(9 * 24);
    times.add("once a run: articles to be read again (revisits)", || store.revisits(since, NOW).unwrap());
    let last = times.add("once a run: last_mention", || store.last_mention().unwrap());
    times.add("once a run: mentions_since", || store.mentions_since(last).unwrap());
    times.add("once a run: events that wait (events_pending)", || store.events_pending().unwrap());
    times.add("once a run: rejected_after", || store.rejected_after(NOW + SignedDuration::from_hours(24)).unwrap());
    times.add("once a run: texts and comparisons that expire (expire)", || {
        let before = Some(NOW - SignedDuration::from_hours(30 * 24));
        store.expire(&presswatch::store::Expiry { texts_before: before, comparisons_before: before }).unwrap();
    });
    times.add("once a run: expire_messages", || {
        store.expire_messages(NOW - SignedDuration::from_hours(60 * 24)).unwrap();
    });
    times.add("a window of events (event_window)", || store.event_window(NOW - WINDOW, NOW).unwrap());
    times.add("all hosts, once a run (hosts)", || store.hosts().unwrap());
}

/// Twenty entries of which one is new.
fn announced(channel: &str, turn: u64) -> Vec<Item> {
    let host = channel.split("/rss").next().unwrap_or_default();
    let first: u64 = host.trim_start_matches("https://h").split('.').next().unwrap().parse().unwrap();
    (0..20)
        .map(|n| {
            let path = if n == 0 { format!("new{turn}") } else { format!("news/2026/11/{}", first - 1 + n * HOSTS) };
            Item {
                url: format!("{host}/{path}").parse().ok(),
                title: format!("Headline of report {} of today", first - 1 + n * HOSTS),
                published_at: Some(NOW - SignedDuration::from_hours(1)),
                ..Item::default()
            }
        })
        .collect()
}

/// How many hosts, and then articles, so many workers get through in a second: the best of three times three seconds.
fn together(server: &Server, workers: usize) -> (f64, f64) {
    const SPAN: Duration = Duration::from_secs(3);
    let (mut most_claims, mut most_articles) = (0.0_f64, 0.0_f64);
    for round in 0..3_u64 {
        for with_work in [false, true] {
            reset(server);
            let barrier = Barrier::new(workers);
            let done: u64 = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..workers)
                    .map(|n| {
                        let (barrier, seed) = (&barrier, round * 100 + n as u64);
                        scope.spawn(move || one_of_several(server, barrier, SPAN, with_work, seed))
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).sum()
            });
            let rate = done as f64 / SPAN.as_secs_f64();
            let most = if with_work { &mut most_articles } else { &mut most_claims };
            *most = most.max(rate);
        }
    }
    (most_claims, most_articles)
}

fn one_of_several(server: &Server, barrier: &Barrier, span: Duration, with_work: bool, seed: u64) -> u64 {
    let (store, lock) = worker(server);
    let run = store.begin_run("bench", NOW).unwrap();
    let mut dice = Dice(seed);
    let language = Language::new(&mut dice);
    let texts: Vec<String> = (0..200).map(|_| language.article(&mut dice).join("\n")).collect();
    let mut done = 0;
    barrier.wait();
    let start = Instant::now();
    while start.elapsed() < span {
        let lanes = claim(&store, 8);
        if with_work {
            done += work_at(&store, run, &lanes, &texts, done + seed * 100_000);
        } else {
            done += lanes.len() as u64;
        }
        for lane in &lanes {
            store.release(lane, PAUSE, false).unwrap();
        }
    }
    drop(store);
    drop(lock);
    done
}

/// Polls one channel at each of these hosts and reads one item; returns how many were read.
fn work_at(store: &Store, run: RunId, lanes: &[String], texts: &[String], turn: u64) -> u64 {
    store.hosts_at(lanes).unwrap();
    let mut done = 0;
    let due = store.due_at(run, NOW, false, lanes).unwrap();
    let mut sources: Vec<String> =
        store.queues_at(NOW, false, &[], lanes).unwrap().into_iter().map(|queue| queue.source).collect();
    for channel in due.iter().take(lanes.len()) {
        let (answer, listing) = answered(channel, Some(announced(&channel.configured, turn + done)));
        keep_poll(store, run, channel, &answer, &listing, NOW);
        sources.push(channel.source.clone());
    }
    sources.sort_unstable();
    sources.dedup();
    for source in sources.iter().take(lanes.len()) {
        let wanted = Queue { source, now: NOW, force: false, of: &[], except: &[] };
        for item in store.pending(&wanted, Order::NewestFirst, &[], 1).unwrap() {
            read(store, &item, &texts[usize::try_from(turn + done).unwrap() % texts.len()], item.id);
            done += 1;
        }
    }
    done
}

fn read(store: &Store, item: &PendingItem, text: &str, id: ItemId) {
    let text = format!("{text}\nReport {}.", id.0);
    keep_article(store, item, text, &[], NOW);
}
