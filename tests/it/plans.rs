//! What a run does on a server costs no more when more is stored.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use postgres::Client;
use presswatch::database::DatabaseAddress;
use presswatch::model::RunId;
use presswatch::store::{Claim, Mode, Store};

use crate::engines::Schema;

const FILL: &str = r"
    SET session_replication_role = replica;
    INSERT INTO source (id, name, added_at) SELECT n, 'Outlet ' || n, '' FROM generate_series(1, 5000) n;
    INSERT INTO channel (id, source_id, kind, url, next_at, checked_at)
    SELECT n, n, 'feed', 'https://h' || n || '.example/rss', CASE WHEN n % 2 = 0 THEN '2026-10-10T11:00:00Z' ELSE '2026-10-10T13:00:00Z' END, ''
    FROM generate_series(1, 5000) n;
    INSERT INTO host (name) SELECT 'https://h' || n || '.example' FROM generate_series(1, 5000) n;
    INSERT INTO lane (name, due) SELECT 'h' || source_id || '.example', next_at FROM channel;
    INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, read_at, language, summary, extent, paywalled, story_id, text)
    SELECT n, n % 5000 + 1, n, n, n, '', '', '', '', CASE WHEN n <= 30000 THEN '2026-10-09T12:00:00Z' ELSE '2026-07-01T12:00:00Z' END, '', '', 'full', 0, n, ''
    FROM generate_series(1, 50000) n;
    INSERT INTO item (id, source_id, channel_id, key, url, title, summary, author, language, outlet, published_at, first_seen_at, state, next_try_at, ended_at, article_id)
    SELECT n, n % 5000 + 1, n % 5000 + 1, n, 'https://h' || n % 5000 + 1 || '.example/' || n, '', '', '', '', '', '2026-10-10T10:00:00Z', '2026-10-10T10:00:00Z',
           CASE WHEN n > 30000 THEN 'pending' WHEN n % 9 = 0 THEN 'too_old' ELSE 'read' END, CASE WHEN n > 30000 THEN '2026-10-10T11:00:00Z' END,
           CASE WHEN n <= 30000 THEN '2026-10-10T11:00:00Z' END, CASE WHEN n <= 30000 THEN n END
    FROM generate_series(1, 40000) n;
    INSERT INTO watch (id, name, definition, added_at) VALUES (1, 'Quay', 'quay', '');
    INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits)
    SELECT 1, id, read_at, '', '', '[]' FROM article WHERE id <= 100 OR id > 30000;
    INSERT INTO event (article_id, event_id, evidence) SELECT article_id, article_id, '' FROM mention;
    INSERT INTO event_features (article_id, at, features) SELECT article_id, found_at, '' FROM mention;
    INSERT INTO event_queue (article_id) SELECT n FROM generate_series(1, 10) n;
    -- So many that to go through them is never the cheaper way, not even while the other tests keep VACUUM from its work.
    INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits)
    SELECT w, id, read_at, '', '', '[]' FROM article, generate_series(2, 6) w WHERE id > 30000;
    VACUUM ANALYZE;
    SELECT pg_stat_force_next_flush();
";

/// How many rows of each table were read so far.
fn rows_read(client: &mut Client) -> Vec<(String, i64)> {
    let sql = "SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE schemaname = current_schema() ORDER BY relname";
    client.query(sql, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Waits until the server has closed our connections: then they have been counted.
fn wait_for_end_of(client: &mut Client, name: &str) {
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    for _ in 0..400 {
        if client.query_one(sql, &[&name]).unwrap().get::<_, i64>(0) == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
    panic!("{name} is still connected");
}

#[test]
fn a_worker_goes_through_no_table() {
    let Some(schema) = Schema::new() else { return };
    drop(Store::open(&schema.address(), Mode::Write).unwrap());
    let mut client = schema.client();
    // VACUUM runs in no transaction, and several statements at once are one.
    for statement in FILL.split(";\n").filter(|statement| !statement.trim().is_empty()) {
        client.batch_execute(statement).unwrap();
    }
    let before = rows_read(&mut client);
    let name = schema.url().rsplit("schema=").next().unwrap().to_owned();
    let url = format!("{}&application_name={name}", schema.url());
    let now: Timestamp = "2026-10-10T12:00:00Z".parse().unwrap();
    let (store, lock) =
        Store::open_for_run(&DatabaseAddress::parse(OsStr::new(&url)).unwrap(), Arc::new(move || now)).unwrap();
    // A plan is made anew five times before it may be kept.
    for round in 0..8 {
        let claim = Claim { now, force: false, of: &[], most: 8, pause: Duration::ZERO, agent: "presswatch" };
        let lanes = store.claim(&claim).unwrap();
        assert_eq!(lanes.len(), 8);
        assert_eq!(store.hosts_at(&lanes).unwrap().len(), 8);
        assert_eq!(store.due_at(RunId(0), now, false, &lanes).unwrap().len(), 8);
        let waiting = store.queues_at(now, false, &[], &lanes).unwrap();
        assert_eq!(waiting.iter().map(|queue| queue.items).sum::<u64>(), 16);
        for lane in &lanes {
            assert!(store.release(lane, Duration::from_mins(10), round == 0).unwrap());
        }
        assert!(store.next_due(now).unwrap().0);
        assert_eq!(store.rejected_after(now + SignedDuration::from_hours(24)).unwrap(), []);
        assert_eq!(store.revisits(now - SignedDuration::from_hours(200), now).unwrap().len(), 89);
        let day = SignedDuration::from_hours(24);
        assert_eq!(store.event_window(now - day, now + day).unwrap().len(), 100);
        assert_eq!(store.events_pending().unwrap().len(), 10);
    }
    drop(store);
    drop(lock);
    wait_for_end_of(&mut client, &name);
    let after = rows_read(&mut client);
    let grown: Vec<String> = before
        .iter()
        .zip(&after)
        // Once through the smallest of them in each round would be 40,000.
        .filter(|((_, old), (_, new))| new - old > 20_000)
        .map(|((table, old), (_, new))| format!("{table}: {} rows", new - old))
        .collect();
    assert_eq!(grown, Vec::<String>::new());
}
