//! A day of a fleet, or a part of one.

use std::fmt::Write as _;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::SignedDuration;
use presswatch::date::utc;

use crate::claims::quantile;
use crate::fill::{NOW, fill_hosts, timed};
use crate::server::{Counters, Server, Table};
use crate::worker::{Done, Replay, wall};
use crate::world::{DAY, World};

/// The hosts of the whole fleet: 180,000 channels, 500,000 articles a day.
const ALL_HOSTS: f64 = 60_000.0;

/// What is replayed.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// One of so many hosts of the whole fleet.
    share: u64,
    hours: f64,
    /// How many times as fast as the clock of the server.
    speed: f64,
    workers: u64,
}

impl Default for Size {
    fn default() -> Self {
        Self { share: 1_000, hours: 24.0, speed: 1_440.0, workers: 3 }
    }
}

impl Size {
    /// `share=20 hours=24 speed=120 workers=4`
    pub fn read(arguments: &[String]) -> Self {
        let mut size = Self::default();
        for (name, value) in arguments.iter().filter_map(|argument| argument.split_once('=')) {
            match name {
                "share" => size.share = value.parse().unwrap(),
                "hours" => size.hours = value.parse().unwrap(),
                "speed" => size.speed = value.parse().unwrap(),
                "workers" => size.workers = value.parse().unwrap(),
                _ => println!("note: {name} is none of share, hours, speed and workers"),
            }
        }
        size
    }
}

/// Replays it, and prints what it took.
pub fn run(url: &str, size: &Size) {
    let server = Server::new(url, "fleet_day");
    let hosts = 60_000 / size.share;
    let world = World::new(hosts, NOW);
    println!(
        "One of {} of the fleet: {} channels on {hosts} hosts. {} hours, by a clock {} times as fast as that of the server; {} workers, one of which is killed.",
        size.share,
        world.channels(),
        size.hours,
        size.speed,
        size.workers
    );
    let (stored, took) = timed(|| prefill(&server, &world));
    println!("{stored} items and articles of earlier days stored in {took:.0} s (without texts)\n");
    let before = server.tables();
    let start = server.counters();
    let replay = Replay {
        url: url.to_owned(),
        schema: server.schema().to_owned(),
        hosts,
        speed: size.speed,
        hours: size.hours,
        began: wall(),
    };
    let mut workers: Vec<Child> = (0..size.workers).map(|n| spawn(&replay, n)).collect();
    let length = Duration::from_secs_f64(size.hours * 3_600.0 / size.speed);
    std::thread::sleep(length.mul_f64(0.4));
    let mut killed = workers.remove(0);
    let freed = kill(&server, &mut killed);
    let mut done = Done::default();
    for mut worker in workers {
        let mut text = String::new();
        worker.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(worker.wait().unwrap().success());
        done.add(text.trim());
    }
    // The counters of a session reach the others a second after it ended.
    std::thread::sleep(Duration::from_secs(2));
    let all = wall() - replay.began;
    let counted = server.counters().since(&start);
    println!("the killed worker had {} hosts; they were free again after {:.1} s", freed.0, freed.1);
    report(&server, size, &world, &done, &counted, all);
    tables(&server, &before);
    statements(&server);
    server.drop_schema();
}

fn spawn(replay: &Replay, n: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .arg("worker")
        .args(replay.arguments())
        .arg((n + 1).to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills a worker; how many hosts it had, and how long these stayed its own.
fn kill(server: &Server, worker: &mut Child) -> (i64, f64) {
    const OWN: &str =
        "SELECT count(*) FROM lane JOIN lease ON lease.name = lane.owner WHERE lease.owner LIKE '%:' || $1";
    let mut client = server.client();
    let id = worker.id().to_string();
    let owners = "SELECT name FROM lease WHERE owner LIKE '%:' || $1";
    let names: Vec<String> = client.query(owners, &[&id]).unwrap().iter().map(|row| row.get(0)).collect();
    let had: i64 = client.query_one(OWN, &[&id]).unwrap().get(0);
    worker.kill().unwrap();
    worker.wait().unwrap();
    let begun = wall();
    while client.query_one("SELECT count(*) FROM lane WHERE owner = ANY($1)", &[&names]).unwrap().get::<_, i64>(0) > 0
        && wall() - begun < 90.0
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    (had, wall() - begun)
}

/// What stood there before: what each channel lists at the beginning, read, and when it is polled next. Returns how many items.
fn prefill(server: &Server, world: &World) -> u64 {
    fill_hosts(server, world.hosts);
    let mut client = server.client();
    client
        .batch_execute(
            "SET session_replication_role = replica; SET synchronous_commit = off;
             CREATE UNLOGGED TABLE seed (channel bigint, n bigint, at bigint, rate float8)",
        )
        .unwrap();
    let mut count = 0;
    for chunk in (1..=world.channels()).collect::<Vec<_>>().chunks(5_000) {
        let mut lines = String::new();
        for channel in chunk {
            let rate = World::rate(*channel);
            let _ = writeln!(lines, "{channel}\t\\N\t\\N\t{rate}");
            for (at, n) in world.listed_before(*channel, NOW) {
                count += 1;
                let _ = writeln!(lines, "{channel}\t{n}\t{at}\t{rate}");
            }
        }
        let mut writer = client.copy_in("COPY seed FROM STDIN").unwrap();
        std::io::Write::write_all(&mut writer, lines.as_bytes()).unwrap();
        writer.finish().unwrap();
    }
    let text = |seconds: &str| {
        format!("to_char(to_timestamp({seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
    };
    let now = NOW.as_second();
    client
        .batch_execute(&format!(
            "INSERT INTO watch (id, name, definition, added_at) VALUES (1, 'Quay', 'quay', '');
             CREATE TEMP TABLE made AS SELECT row_number() OVER (ORDER BY at) AS id, channel, (channel - 1) / 3 + 1 AS host, n, {} AS at FROM seed WHERE n IS NOT NULL;
             INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, published_at, read_at, language, summary,
                                  text, extent, paywalled, fingerprint, story_id)
             SELECT id, host, address, address, 'https://' || address, 'Headline ' || n || ' of channel ' || channel || ', as long as headlines are', 'Anna Smith', '', '', at, at, 'fr',
                    'What the article says', '', 'full', 0, md5(id::text), id
             FROM (SELECT *, 'h' || host || '.example/news/2026/' || channel || '-' || n AS address FROM made) m;
             INSERT INTO item (id, source_id, channel_id, key, url, title, summary, author, language, outlet, published_at, first_seen_at, state,
                               ended_at, article_id, tries)
             SELECT a.id, a.source_id, channel, a.key, a.url, a.title, 'What the article says, in a sentence or two: it is the lead that feeds carry beside the headline.',
                    '', '', '', published_at, read_at, 'read', read_at, a.id, 1
             FROM article a JOIN made USING (id) ORDER BY a.id;
             UPDATE channel h SET interval_s = pace, next_at = {}, checked_at = {}, answered_at = {}, etag = '\"5f3a-62d\"', validated = url
             FROM (SELECT channel, pace, (hashint8(channel) & 65535) / 65536.0 * pace AS wait FROM (
                     SELECT channel, greatest(600, least(86400, {INTERVAL} * {DAY} / rate))::bigint AS pace FROM seed WHERE n IS NULL) p) q
             WHERE h.id = q.channel;
             UPDATE host SET robots_next_at = {};
             DROP TABLE seed, made;
             INSERT INTO lane (name, due) SELECT split_part(split_part(url, '://', 2), '/', 1), min(next_at) FROM channel GROUP BY 1;
             SELECT setval(pg_get_serial_sequence('item', 'id'), max(id)), setval(pg_get_serial_sequence('article', 'id'), max(id)) FROM item",
            text("at"),
            text(&format!("{now} + wait")),
            text(&format!("{now} + wait - pace")),
            text(&format!("{now} + wait - pace")),
            text(&format!("{now} + (hashtext(name) & 65535) / 65536.0 * {DAY}")),
        ))
        .unwrap();
    for table in ["item", "article", "channel", "lane", "host", "source"] {
        client.batch_execute(&format!("VACUUM ANALYZE {table}")).unwrap();
    }
    let _ = client.batch_execute("CHECKPOINT");
    let _ = client.batch_execute("SELECT public.pg_stat_statements_reset()");
    count
}

/// In the steady state a channel is polled so many times as often as it publishes.
const INTERVAL: f64 = 0.35;

fn report(server: &Server, size: &Size, world: &World, done: &Done, counted: &Counters, seconds: f64) {
    let simulated = size.hours * 3_600.0;
    // To a day of the whole fleet.
    let whole = ALL_HOSTS / world.hosts as f64 * DAY / simulated;
    println!("done by the workers that lived to the end:");
    println!(
        "  {} polls ({} failed), {} articles ({} copies of known ones), {} items that failed, {} robots.txt; {} runs, {} claims",
        done.polls,
        done.failed_polls,
        done.articles,
        done.copies,
        done.failed_items,
        done.robots,
        done.runs,
        done.claims
    );
    println!("  the latest poll began {:.0} simulated seconds after its time", done.late);
    lags(server, size, world);
    println!("the server, in {seconds:.0} s:");
    if let Some(statements) = counted.statements {
        println!(
            "  {:.0} statements a second ({:.1} for each poll or article)",
            statements / seconds,
            statements / (done.polls + done.articles) as f64
        );
    } else {
        println!("  statements were not counted: that takes pg_stat_statements, in the schema public");
    }
    println!(
        "  {:.0} transactions, {:.2} MB of log, {:.0} rows inserted, {:.0} updated, {:.0} deleted a second; {:.0} deadlocks; {:.1} % of the blocks came from its memory",
        counted.transactions / seconds,
        counted.log / seconds / 1e6,
        counted.rows[0] / seconds,
        counted.rows[1] / seconds,
        counted.rows[2] / seconds,
        counted.deadlocks,
        100.0 * counted.blocks_hit / (counted.blocks_hit + counted.blocks_read)
    );
    let hours = |seconds: f64| seconds * whole / 3_600.0;
    println!("a day of the whole fleet, computed from that ({whole:.1} times as much):");
    println!(
        "  {:.0} articles, {:.0} polls, {:.1} GB of log",
        done.articles as f64 * whole,
        done.polls as f64 * whole,
        counted.log * whole / 1e9
    );
    println!(
        "  the server executes statements for {:.1} h (waits for locks included){}",
        hours(counted.active),
        counted.cpu.map_or_else(String::new, |cpu| format!(
            "; its processors work for {:.1} h: {:.2} cores",
            hours(cpu),
            hours(cpu) / 24.0
        ))
    );
    println!(
        "  the workers wait for it for {:.1} h, and need {:.1} h of processor time for fingerprints, words and decisions (fetching and parsing pages are not part of this): {:.2} workers",
        hours(done.in_store),
        hours(done.cpu),
        hours(done.in_store + done.cpu) / 24.0
    );
}

/// From publication to reading, of what was published in the first half.
fn lags(server: &Server, size: &Size, world: &World) {
    let until = NOW + SignedDuration::from_secs_f64(size.hours * 1_800.0);
    let (from, half) = (utc(NOW), utc(until));
    let mut client = server.client();
    let mut seconds = |columns: &str| -> Vec<f64> {
        let sql = format!(
            "SELECT extract(epoch FROM {columns})::float8 FROM item
             WHERE published_at > $1 AND published_at <= $2 AND state IN ('read', 'copy') ORDER BY 1"
        );
        client.query(&sql, &[&from, &half]).unwrap().iter().map(|row| row.get(0)).collect()
    };
    let all = usize::try_from(world.published(NOW, until)).unwrap();
    let mut whole = seconds("ended_at::timestamptz - published_at::timestamptz");
    let reading = seconds("ended_at::timestamptz - first_seen_at::timestamptz");
    let read = whole.len();
    whole.resize(all.max(read), f64::INFINITY);
    let said = |sorted: &[f64], share: f64| match quantile(sorted, share) {
        lag if lag.is_finite() => format!("{:.1} min", lag / 60.0),
        _ => format!("over {:.0} h", size.hours / 2.0),
    };
    println!(
        "of {all} articles published in the first half, {read} were read by the end; from publication to reading: median {}, 99 % {}",
        said(&whole, 0.5),
        said(&whole, 0.99)
    );
    println!(
        "  of that, from the poll that found it to the reading: median {}, 99 % {}",
        said(&reading, 0.5),
        said(&reading, 0.99)
    );
}

fn tables(server: &Server, before: &[Table]) {
    println!(
        "\n{:<16} {:>10} {:>10} {:>9} {:>9} {:>9} {:>8} {:>7}",
        "table", "rows", "new rows", "MB", "new MB", "indexes", "dead", "vacuums"
    );
    for table in server.tables().iter().take(14) {
        let old = before.iter().find(|old| old.name == table.name);
        let (rows, bytes) = old.map_or((0.0, 0.0), |old| (old.rows, old.bytes()));
        println!(
            "{:<16} {:>10} {:>10} {:>9.1} {:>9.1} {:>9.1} {:>8} {:>7}",
            table.name,
            table.rows,
            table.rows - rows,
            table.bytes() / 1e6,
            (table.bytes() - bytes) / 1e6,
            table.indexes / 1e6,
            table.dead,
            table.vacuums
        );
    }
}

/// What took the server longest.
fn statements(server: &Server) {
    let sql =
        "SELECT calls::float8, total_exec_time, mean_exec_time, left(regexp_replace(query, '\\s+', ' ', 'g'), 110)
               FROM public.pg_stat_statements ORDER BY total_exec_time DESC LIMIT 14";
    let Ok(rows) = server.client().query(sql, &[]) else { return };
    println!("\n{:>9} {:>9} {:>9}  statement", "calls", "s", "mean ms");
    for row in rows {
        let number = |at: usize| row.get::<_, f64>(at);
        println!("{:>9} {:>9.1} {:>9.3}  {}", number(0), number(1) / 1e3, number(2), row.get::<_, String>(3));
    }
}
