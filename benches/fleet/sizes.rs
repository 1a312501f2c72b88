//! How much room articles take: rows and bytes of each table, for 100,000 articles of 3 kB.

use std::time::Duration;

use jiff::SignedDuration;
use presswatch::article::Item;
use presswatch::crawl::join_events;
use presswatch::model::RunId;
use presswatch::store::{Order, Queue, Store};

use crate::fill::{NOW, fill_hosts, timed};
use crate::server::Server;
use crate::work::{answered, keep_article, keep_poll, mention};
use crate::world::World;

/// As many polls for as many articles as a day of the fleet has.
const NEW: u64 = 5;
const POLLS: u64 = 18;

/// Stores so many articles as runs do, but many in one transaction, and prints what they take.
pub fn run(url: &str, articles: u64) {
    let server = Server::new(url, "fleet_sizes");
    let hosts = (articles / 50).max(10);
    let world = World::new(hosts, NOW);
    fill_hosts(&server, hosts);
    server
        .client()
        .batch_execute("INSERT INTO watch (name, definition, added_at) VALUES ('Quay', 'quay', ''); DELETE FROM run")
        .unwrap();
    let before = server.tables();
    let (store, lock) = Store::open_for_run(&server.address(), std::sync::Arc::new(|| NOW)).unwrap();
    let run = store.begin_run("bench", NOW).unwrap();
    let (stored, took) = timed(|| {
        let mut stored = 0;
        for turn in 0..articles / hosts / NEW {
            for host in 1..=hosts {
                stored += store.together(|| Ok(at_host(&store, &world, run, host, turn))).unwrap();
            }
            join_events(&store).unwrap();
        }
        stored
    });
    drop(store);
    drop(lock);
    let mut client = server.client();
    client.batch_execute("VACUUM").unwrap();
    let per = 100_000.0 / stored as f64;
    println!("{stored} articles stored in {took:.0} s, {NEW} of a host at once; computed for 100,000:\n");
    println!("| table | rows | table | indexes | long values |\n| --- | --- | --- | --- | --- |");
    let mut sums = [0.0; 3];
    for table in server.tables() {
        let old = before.iter().find(|old| old.name == table.name).unwrap();
        let parts =
            [table.heap - old.heap, table.indexes - old.indexes, table.long - old.long].map(|bytes| bytes * per / 1e6);
        if table.rows > old.rows && parts.iter().sum::<f64>() >= 0.05 {
            println!(
                "| `{}` | {:.0} | {:.1} MB | {:.1} MB | {:.1} MB |",
                table.name,
                (table.rows - old.rows) * per,
                parts[0],
                parts[1],
                parts[2]
            );
        }
        for (sum, part) in sums.iter_mut().zip(parts) {
            *sum += part;
        }
    }
    println!("| together | | {:.1} MB | {:.1} MB | {:.1} MB |", sums[0], sums[1], sums[2]);
    let row = client
        .query_one("SELECT avg(octet_length(text))::float8, avg(pg_column_size(text))::float8 FROM article", &[])
        .unwrap();
    println!(
        "\na text has {:.0} bytes on average, and {:.0} as the server compresses it",
        row.get::<_, f64>(0),
        row.get::<_, f64>(1)
    );
    server.drop_schema();
}

/// Some polls of a host, the last of which finds new articles, and these; returns how many.
fn at_host(store: &Store, world: &World, run: RunId, host: u64, turn: u64) -> u64 {
    let now = NOW + SignedDuration::from_hours(i64::try_from(turn).unwrap());
    let lanes = [format!("h{host}.example")];
    store.claim_named(&lanes).unwrap();
    let due = store.due_at(RunId(0), now, true, &lanes).unwrap();
    let Some(channel) = due.first() else { return 0 };
    for _ in 1..POLLS {
        let (answer, listing) = answered(channel, None);
        keep_poll(store, run, channel, &answer, &listing, now);
    }
    let items = (0..NEW)
        .map(|n| Item {
            url: format!("https://h{host}.example/news/2026/11/30/article-{turn}-{n}.html").parse().ok(),
            title: format!("Headline {n} of hour {turn} at host {host}, as long as headlines are"),
            summary:
                "What the article says, in a sentence or two: it is the lead that feeds carry beside the headline."
                    .to_owned(),
            published_at: Some(now),
            ..Item::default()
        })
        .collect();
    let (answer, listing) = answered(channel, Some(items));
    keep_poll(store, run, channel, &answer, &listing, now);
    let queue = Queue { source: &channel.source, now, force: false, of: &[], except: &[] };
    let mut stored = 0;
    for item in store.pending(&queue, Order::NewestFirst, &[], 32).unwrap() {
        // One of a hundred is mentioned.
        let mentions = if (item.id.0 % 100) == 0 { vec![mention()] } else { Vec::new() };
        keep_article(store, &item, world.text(&item.url, now), &mentions, now);
        stored += 1;
    }
    store.release(&lanes[0], Duration::ZERO, false).unwrap();
    stored
}
