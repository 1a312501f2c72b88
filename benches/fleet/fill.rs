//! Rows as days of runs leave them, generated on the server.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use presswatch::date::utc;

use crate::server::Server;

/// The time at which everything stands.
pub const NOW: Timestamp = Timestamp::constant(1_796_040_000, 0);

/// How much a database holds.
#[derive(Debug, Clone, Copy)]
pub struct Stock {
    pub hosts: u64,
    pub items: u64,
    pub articles: u64,
    pub polls: u64,
    /// Days over which all of it spreads.
    pub days: i64,
    /// Of a thousand items, so many wait to be read.
    pub waiting: u64,
}

/// Hosts with three channels each, and nothing else.
pub fn fill_hosts(server: &Server, hosts: u64) {
    let now = utc(NOW);
    let sql = format!(
        "SET session_replication_role = replica;
         INSERT INTO source (id, name, added_at) SELECT n, 'Outlet ' || n, '{now}' FROM generate_series(1, {hosts}) n;
         INSERT INTO channel (id, source_id, kind, url, state, interval_s, checked_at, answered_at, next_at, entries)
         SELECT n, (n - 1) / 3 + 1, 'feed', 'https://h' || (n - 1) / 3 + 1 || '.example/rss/' || n % 3, 'ok', 3600, at, at,
                {next}, 20
         FROM (SELECT n, {at} AS at FROM generate_series(1, {hosts} * 3) n) made;
         INSERT INTO host (name, robots_state, robots, robots_next_at)
         SELECT 'https://h' || n || '.example', 'rules', repeat('Disallow: /private/' || n || chr(10), 12), '{later}'
         FROM generate_series(1, {hosts}) n;
         INSERT INTO run (started_at, finished_at, version) SELECT '{now}', '{now}', '0' FROM generate_series(1, 1000);
         SELECT setval(pg_get_serial_sequence('source', 'id'), {hosts});
         SELECT setval(pg_get_serial_sequence('channel', 'id'), {hosts} * 3)",
        // Most were polled within the last hour, and are due within the next.
        at = ago("(hashint8(n) & 4095) / 4096.0 * 3600"),
        next = ago("(hashint8(n) & 4095) / 4096.0 * 3600 - 3300"),
        later = utc(NOW + SignedDuration::from_hours(12)),
    );
    server.client().batch_execute(&sql).unwrap();
}

/// A time so many seconds ago, as it is stored.
fn ago(seconds: &str) -> String {
    format!(
        "to_char(timestamp 'epoch' + ({} - ({seconds})) * interval '1 s', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        NOW.as_second()
    )
}

/// Items, articles, polls and mentions, and the times at which hosts are due.
pub fn fill(server: &Server, stock: &Stock) {
    let mut client = server.client();
    client.batch_execute("SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '128MB'; SET maintenance_work_mem = '512MB'").unwrap();
    // An index is built faster than kept up to date, where a table grows by much.
    let indexes: Vec<(String, String)> = if stock.items >= 500_000 {
        let sql = "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
             WHERE t.relnamespace = current_schema()::regnamespace AND NOT x.indisprimary AND t.relname IN ('item', 'article', 'poll', 'story_band')
               AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid)";
        client.query(sql, &[]).unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
    } else {
        Vec::new()
    };
    for (name, _) in &indexes {
        client.batch_execute(&format!("DROP INDEX {name}")).unwrap();
    }
    let span = stock.days * 86_400;
    let at = |count: u64| ago(&format!("{span} * (1 - n::float8 / {count})"));
    let hosts = stock.hosts;
    let steps = [
        format!(
            "INSERT INTO article (id, source_id, key, address, url, title, author, credit, section, published_at, read_at, language, summary,
                                  text, extent, paywalled, fingerprint, story_id)
             SELECT n, n % {hosts} + 1, address, address, 'https://' || address, 'Headline of report ' || n || ' of today', 'Anna', '', '', at, at, 'en',
                    'What report ' || n || ' says', 'Text of report ' || n, 'full', 0, md5(n::text), n
             FROM (SELECT n, 'h' || n % {hosts} + 1 || '.example/news/2026/11/' || n AS address, {} AS at
                   FROM generate_series(1, {}) n) made",
            at(stock.articles), stock.articles
        ),
        format!(
            "INSERT INTO item (id, source_id, channel_id, key, url, title, summary, author, language, outlet, published_at, first_seen_at, state,
                               next_try_at, ended_at, article_id, tries)
             SELECT n, n % {hosts} + 1, (n % {hosts}) * 3 + 1 + (hashint8(n + 1) & 1), address, 'https://' || address, 'Headline of report ' || n || ' of today', '',
                    '', '', '', at, at, CASE WHEN waits THEN 'pending' ELSE (ARRAY['read', 'read', 'read', 'read', 'read', 'read', 'copy', 'too_old'])[(hashint8(n) & 7) + 1] END,
                    CASE WHEN waits THEN {} END, CASE WHEN NOT waits THEN at END, CASE WHEN NOT waits AND n <= {} THEN n END, 1
             FROM (SELECT n, 'h' || n % {hosts} + 1 || '.example/news/2026/11/' || n AS address, {} AS at,
                          (hashint8(n + 7) & 1023) * 1000 / 1024 < {} AS waits
                   FROM generate_series(1, {}) n) made",
            ago("(hashint8(n + 3) & 4095) * 4 - 8192"), stock.articles, at(stock.items), stock.waiting, stock.items
        ),
        format!(
            "INSERT INTO poll (id, run_id, channel_id, at, outcome, status, bytes, entries)
             SELECT n, n % 1000 + 1, n % ({hosts} * 3) + 1, {}, CASE WHEN hashint8(n) & 3 = 0 THEN 'ok' ELSE 'unchanged' END, 200, 20000, 20
             FROM generate_series(1, {}) n",
            at(stock.polls), stock.polls
        ),
        "INSERT INTO watch (id, name, definition, added_at) VALUES (1, 'Quay', 'quay', '');
         INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits)
         SELECT 1, id, read_at, 'quay', 'At the quay.', '[]' FROM article WHERE id % 100 = 0;
         INSERT INTO event (article_id, event_id, evidence) SELECT id, id - id % 300, '' FROM article WHERE id % 100 = 0;
         INSERT INTO event_features (article_id, at, features) SELECT id, read_at, '' FROM article WHERE id % 100 = 0"
            .to_owned(),
        // Texts with which new ones are compared.
        format!(
            "INSERT INTO story_text (article_id, at, words) SELECT id, read_at, decode(repeat(md5(id::text), 25), 'hex') FROM article WHERE id > {};
             INSERT INTO story_band (band, article_id)
             SELECT hashint8(id * 30 + k)::bigint + 2147483648, id FROM article CROSS JOIN generate_series(1, 30) k WHERE id > {} ON CONFLICT DO NOTHING",
            stock.articles.saturating_sub(100_000),
            stock.articles.saturating_sub(100_000)
        ),
    ];
    for step in steps {
        client.batch_execute(&step).unwrap();
    }
    for (_, definition) in &indexes {
        client.batch_execute(definition).unwrap();
    }
    client
        .batch_execute(&format!(
            "TRUNCATE lane; INSERT INTO lane (name, due)
             SELECT lane, min(due) FROM (
               SELECT split_part(split_part(url, '://', 2), '/', 1) AS lane, next_at AS due FROM channel
               UNION ALL SELECT split_part(split_part(url, '://', 2), '/', 1), next_try_at FROM item WHERE state = 'pending') wanted GROUP BY 1;
             SELECT setval(pg_get_serial_sequence('item', 'id'), {});
             SELECT setval(pg_get_serial_sequence('article', 'id'), {});
             SELECT setval(pg_get_serial_sequence('poll', 'id'), {})",
            stock.items, stock.articles.max(1), stock.polls.max(1)
        ))
        .unwrap();
    for table in [
        "item",
        "article",
        "poll",
        "lane",
        "channel",
        "source",
        "host",
        "mention",
        "event",
        "event_features",
        "story_text",
        "story_band",
        "run",
    ] {
        client.batch_execute(&format!("VACUUM ANALYZE {table}")).unwrap();
    }
    client.batch_execute("CHECKPOINT").unwrap_or_default();
}

/// How long a piece of work takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed().as_secs_f64())
}
