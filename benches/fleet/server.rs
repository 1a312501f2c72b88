//! The server, a schema of ours on it, and what it counts.

use std::ffi::OsStr;
use std::fs;
use std::time::Duration;

use postgres::{Client, NoTls};
use presswatch::database::DatabaseAddress;
use presswatch::store::{Mode, Store};

/// The database of a bench: a schema that is made anew.
pub struct Server {
    url: String,
    schema: String,
}

impl Server {
    /// The one that `PRESSWATCH_TEST_DATABASE` names.
    #[expect(clippy::disallowed_methods, reason = "the server is named by the environment")]
    pub fn named() -> Option<String> {
        std::env::var("PRESSWATCH_TEST_DATABASE").ok().filter(|url| !url.is_empty())
    }

    /// A schema of that server; what it held is dropped.
    pub fn new(url: &str, schema: &str) -> Self {
        let server = Self { url: url.to_owned(), schema: schema.to_owned() };
        server.drop_schema();
        drop(Store::open(&server.address(), Mode::Write).unwrap());
        server
    }

    /// The same as it is.
    pub fn existing(url: &str, schema: &str) -> Self {
        Self { url: url.to_owned(), schema: schema.to_owned() }
    }

    pub fn drop_schema(&self) {
        // A table at a time: one transaction must not hold the locks of all, nor may it wait for the vacuum of one.
        let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema);
        Client::connect(&self.url, NoTls).unwrap().batch_execute(&sql).unwrap();
    }

    pub fn schema(&self) -> &str {
        &self.schema
    }

    pub fn address(&self) -> DatabaseAddress {
        let sign = if self.url.contains('?') { '&' } else { '?' };
        DatabaseAddress::parse(OsStr::new(&format!("{}{sign}schema={}", self.url, self.schema))).unwrap()
    }

    pub fn client(&self) -> Client {
        let mut client = Client::connect(&self.url, NoTls).unwrap();
        let sql = format!("SET search_path TO {}; SET timezone = 'UTC'; SET jit = off", self.schema);
        client.batch_execute(&sql).unwrap();
        client
    }

    /// What the server has counted so far.
    pub fn counters(&self) -> Counters {
        let mut client = self.client();
        // What other sessions did is visible to a new one only.
        let row = client
            .query_one(
                "SELECT xact_commit + xact_rollback, active_time, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8,
                        tup_inserted, tup_updated, tup_deleted, blks_read, blks_hit, deadlocks
                 FROM pg_stat_database WHERE datname = current_database()",
                &[],
            )
            .unwrap();
        let statements = client
            .query_one("SELECT sum(calls)::float8, sum(total_exec_time + total_plan_time)::float8 FROM public.pg_stat_statements", &[])
            .ok()
            .map(|row| row.get::<_, Option<f64>>(0).unwrap_or(0.0));
        Counters {
            transactions: row.get::<_, i64>(0) as f64,
            active: row.get::<_, f64>(1) / 1_000.0,
            log: row.get(2),
            rows: [3, 4, 5].map(|at| row.get::<_, i64>(at) as f64),
            blocks_read: row.get::<_, i64>(6) as f64,
            blocks_hit: row.get::<_, i64>(7) as f64,
            deadlocks: row.get::<_, i64>(8) as f64,
            statements,
            cpu: Self::cpu(&mut client),
        }
    }

    /// The processor time of the server and all its processes; `None` if it does not run on this machine, or may not be seen.
    fn cpu(client: &mut Client) -> Option<f64> {
        let row = client.query_one("SELECT pg_read_file('postmaster.pid')", &[]).ok()?;
        let main: u32 = row.get::<_, String>(0).lines().next()?.parse().ok()?;
        let mut total = process_time(main, true)?;
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            if stat(pid).is_some_and(|fields| fields[1] == main.to_string()) {
                total += process_time(pid, false).unwrap_or(0.0);
            }
        }
        Some(total)
    }

    /// Rows, bytes and dead rows of the tables, and how often each was vacuumed.
    pub fn tables(&self) -> Vec<Table> {
        let mut client = self.client();
        let mut tables: Vec<Table> = client
            .query(
                "SELECT u.relname, pg_relation_size(relid)::float8, pg_indexes_size(relid)::float8,
                        (pg_total_relation_size(relid) - pg_relation_size(relid) - pg_indexes_size(relid))::float8,
                        n_dead_tup::float8, (vacuum_count + autovacuum_count)::float8
                 FROM pg_stat_user_tables u WHERE schemaname = $1 ORDER BY pg_total_relation_size(relid) DESC",
                &[&self.schema],
            )
            .unwrap()
            .iter()
            .map(|row| {
                let number = |at: usize| row.get::<_, f64>(at);
                Table {
                    name: row.get(0),
                    rows: 0.0,
                    heap: number(1),
                    indexes: number(2),
                    long: number(3),
                    dead: number(4),
                    vacuums: number(5),
                }
            })
            .collect();
        for table in &mut tables {
            let count = client.query_one(&format!("SELECT count(*) FROM {}", table.name), &[]).unwrap();
            table.rows = count.get::<_, i64>(0) as f64;
        }
        tables
    }
}

/// A table, in bytes and rows.
pub struct Table {
    pub name: String,
    pub rows: f64,
    pub heap: f64,
    pub indexes: f64,
    /// Long values, which stand in a table beside it.
    pub long: f64,
    pub dead: f64,
    pub vacuums: f64,
}

impl Table {
    pub fn bytes(&self) -> f64 {
        self.heap + self.indexes + self.long
    }
}

/// What a server counts; times in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Counters {
    pub transactions: f64,
    pub active: f64,
    pub log: f64,
    pub rows: [f64; 3],
    pub blocks_read: f64,
    pub blocks_hit: f64,
    pub deadlocks: f64,
    pub statements: Option<f64>,
    pub cpu: Option<f64>,
}

impl Counters {
    /// What was counted since then.
    pub fn since(&self, earlier: &Self) -> Self {
        let less = |now: Option<f64>, then: Option<f64>| Some(now? - then?);
        Self {
            transactions: self.transactions - earlier.transactions,
            active: self.active - earlier.active,
            log: self.log - earlier.log,
            rows: [0, 1, 2].map(|at| self.rows[at] - earlier.rows[at]),
            blocks_read: self.blocks_read - earlier.blocks_read,
            blocks_hit: self.blocks_hit - earlier.blocks_hit,
            deadlocks: self.deadlocks - earlier.deadlocks,
            statements: less(self.statements, earlier.statements),
            cpu: less(self.cpu, earlier.cpu),
        }
    }
}

/// The fields of a process after its name: state, parent and so on.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(text.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

/// The processor time of a process, in seconds; with that of the children that have ended.
fn process_time(pid: u32, with_children: bool) -> Option<f64> {
    // The kernel counts in hundredths of a second on every common platform.
    let fields = stat(pid)?;
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0) / 100.0;
    Some(ticks(11) + ticks(12) + if with_children { ticks(13) + ticks(14) } else { 0.0 })
}

/// The processor time of this process.
pub fn own_time() -> Duration {
    Duration::from_secs_f64(process_time(std::process::id(), false).unwrap_or(0.0))
}
