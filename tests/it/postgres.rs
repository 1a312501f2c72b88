//! What only a server can do to us: be away, be somebody else's, refuse, end connections.

use std::ffi::OsStr;

use presswatch::database::DatabaseAddress;
use presswatch::error::ExitKind;
use presswatch::store::{ChannelSpec, Lock, Mode, Store};

use crate::engines::Schema;
use crate::gazette::{config, gazette};
use crate::world::{Done, World};

fn opened(url: &str) -> presswatch::error::Error {
    let address = DatabaseAddress::parse(OsStr::new(url)).unwrap();
    match Store::open(&address, Mode::Write) {
        Err(error) => error,
        Ok(_) => panic!("{url} was opened"),
    }
}

#[test]
fn what_cannot_be_reached_is_explained_without_the_password() {
    let nowhere = opened("postgres://anna:hush@127.0.0.1:1/press?connect_timeout=2");
    let text = format!("{nowhere} {}", nowhere.hint.as_deref().unwrap_or_default());
    assert!(text.starts_with("could not open the database postgres://anna@127.0.0.1:1/press: "), "{text}");
    assert!(text.contains("whether the server runs") && !text.contains("hush"), "{text}");
    let file = opened("postgres://anna@127.0.0.1:1/press?password=file:/no/such/file");
    assert!(file.to_string().contains("the password file /no/such/file cannot be read"), "{file}");
    let world = World::empty();
    let done = world.presswatch(&["digest", "--db", "postgres://anna:hush@127.0.0.1:1/press?colour=red"]).expect(2);
    assert!(done.stderr.contains("no parameter \"colour\"") && !done.stderr.contains("hush"), "{}", done.stderr);
}

#[test]
fn an_unknown_database_and_foreign_tables_are_refused() {
    let Some(schema) = Schema::new() else { return };
    let (at, parameters) = schema.url().split_once('?').unwrap();
    let (server, _) = at.rsplit_once('/').unwrap();
    let other = opened(&format!("{server}/no_such_database?{parameters}"));
    assert!(other.to_string().contains("the server has no database no_such_database"), "{other}");
    let mut client = schema.client();
    let name = schema.url().rsplit("schema=").next().unwrap().to_owned();
    client.batch_execute(&format!("CREATE SCHEMA {name}; CREATE TABLE diary (day text)")).unwrap();
    let foreign = opened(schema.url());
    assert!(foreign.to_string().contains("has tables of another program"), "{foreign}");
    client.batch_execute("DROP TABLE diary").unwrap();
    Store::open(&schema.address(), Mode::Write).unwrap();
    client.batch_execute("UPDATE schema_version SET version = 999").unwrap();
    let newer = opened(schema.url());
    assert!(newer.to_string().contains("written by a newer presswatch (schema 999"), "{newer}");
}

#[test]
fn one_run_at_a_time_until_its_process_ends() {
    let Some(schema) = Schema::new() else { return };
    let lock = Lock::take(&schema.address()).unwrap();
    assert_eq!(Lock::take(&schema.address()).unwrap_err().kind, ExitKind::Busy);
    drop(lock);
    let lock = Lock::take(&schema.address()).unwrap();
    // As if its process had been killed: the server ends its connections.
    let mut client = schema.client();
    client.batch_execute("SELECT pg_terminate_backend(backend) FROM lease WHERE name = 'all'").unwrap();
    while !client.query("SELECT FROM pg_stat_activity a JOIN lease l ON l.backend = a.pid", &[]).unwrap().is_empty() {
        std::thread::yield_now();
    }
    let next = Lock::take(&schema.address()).unwrap();
    drop(lock);
    // What the first one gives back was no longer its own.
    assert_eq!(Lock::take(&schema.address()).unwrap_err().kind, ExitKind::Busy);
    drop(next);
}

#[test]
fn a_connection_that_ends_costs_a_retry() {
    let Some(schema) = Schema::new() else { return };
    let store = Store::open(&schema.address(), Mode::Write).unwrap();
    let end = || {
        let mut client = schema.client();
        client
            .batch_execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the store'",
            )
            .unwrap();
    };
    let named = DatabaseAddress::parse(OsStr::new(&format!("{}&application_name=the%20store", schema.url()))).unwrap();
    let other = Store::open(&named, Mode::Write).unwrap();
    end();
    assert_eq!(other.sources().unwrap(), [""; 0], "a reading");
    end();
    other.begin_run("0", "2026-10-10T12:00:00Z".parse().unwrap()).unwrap();
    let mut is_first = true;
    other
        .together(|| {
            let run = other.begin_run("0", "2026-10-10T12:00:00Z".parse().unwrap())?;
            if std::mem::take(&mut is_first) {
                end();
            }
            other.finish_run(run, "2026-10-10T12:01:00Z".parse().unwrap(), presswatch::store::RunCounts::default())
        })
        .unwrap();
    assert_eq!(store.last_runs(9).unwrap().len(), 2, "what was undone is done once");
}

/// Lines that were written must not be written again.
#[test]
fn a_connection_that_ends_in_an_export_doubles_no_line() {
    let Some(schema) = Schema::new() else { return };
    let outlet = gazette(3);
    let world = World::with(&config(&outlet));
    Done::of(world.command(&["run"]).env("PRESSWATCH_DATABASE", schema.url())).expect(0);
    let named = DatabaseAddress::parse(OsStr::new(&format!("{}&application_name=exporting", schema.url()))).unwrap();
    let store = Store::open(&named, Mode::Read).unwrap();
    // More than are fetched at once.
    schema
        .client()
        .batch_execute(
            "INSERT INTO watch (name, definition, added_at) SELECT 'w' || n, '', '' FROM generate_series(1, 200) n;
             INSERT INTO mention (watch_id, article_id, found_at, terms, snippet, hits)
             SELECT w.id, m.article_id, m.found_at, '', '', '[]' FROM watch w, mention m WHERE w.name LIKE 'w%' AND m.watch_id = 1",
        )
        .unwrap();
    let period = presswatch::digest::Period {
        since: None,
        until: "2026-10-12T00:00:00Z".parse().unwrap(),
        by_published: false,
        new_for: None,
    };
    let wanted = presswatch::store::Wanted { period: &period, watches: None, with_irrelevant: false };
    let mut whole = Vec::new();
    store
        .export(&wanted, false, |line| {
            whole.push(line.mention.id);
            Ok(())
        })
        .unwrap();
    assert_eq!(whole.len(), 603);
    let mut lines = Vec::new();
    let ended = store.export(&wanted, false, |line| {
        if lines.len() == 150 {
            let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'exporting'";
            schema.client().batch_execute(sql).unwrap();
        }
        lines.push(line.mention.id);
        Ok(())
    });
    assert!(ended.is_err(), "{} lines", lines.len());
    assert!(whole.starts_with(&lines), "{} lines: none twice, and in order", lines.len());
    // Before the first line it costs a retry.
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'exporting'";
    schema.client().batch_execute(sql).unwrap();
    let mut again = Vec::new();
    store
        .export(&wanted, false, |line| {
            again.push(line.mention.id);
            Ok(())
        })
        .unwrap();
    assert_eq!(again, whole);
}

#[test]
fn a_configuration_that_did_not_change_rewrites_no_row() {
    let Some(schema) = Schema::new() else { return };
    let outlet = gazette(1);
    let world = World::with(&format!(
        "{}[[source]]\nname = \"Second\"\ntags = [\"local\"]\nfeeds = [\"{}\"]\n",
        config(&outlet),
        outlet.url("/second")
    ));
    let run = || Done::of(world.command(&["run"]).env("PRESSWATCH_DATABASE", schema.url())).expect(0);
    run();
    let rows = || {
        ["source", "watch", "channel", "lane"]
            .map(|table| schema.rows(&format!("SELECT '{table}', xmin, ctid, t::text FROM {table} t ORDER BY 4")))
    };
    let before = rows();
    run();
    assert_eq!(rows(), before);
    // What changed, and nothing else.
    world.edit("tags = [\"local\"]", "tags = [\"far\"]");
    run();
    let after = rows();
    let changed = |table: usize| after[table].iter().filter(|row| !before[table].contains(row)).count();
    assert_eq!([0, 1, 2, 3].map(changed), [1, 0, 0, 0], "{after:?}");
    // One that is gone, and comes back.
    world.edit("[[source]]\nname = \"Second\"", "[[source]]\nname = \"Third\"");
    run();
    assert_eq!(schema.rows("SELECT name, active FROM source ORDER BY id"), ["Gazette | 1", "Second | 0", "Third | 1"]);
    assert_eq!(schema.rows("SELECT active FROM channel ORDER BY id"), ["1", "0", "1"]);
    world.edit("name = \"Third\"", "name = \"Second\"");
    run();
    assert_eq!(schema.rows("SELECT name, active FROM source ORDER BY id"), ["Gazette | 1", "Second | 1", "Third | 0"]);
    assert_eq!(schema.rows("SELECT active FROM channel ORDER BY id"), ["1", "1", "0"]);
}

/// PostgreSQL stores no NUL, and its indexes no long texts.
#[test]
fn no_text_is_refused() {
    let Some(schema) = Schema::new() else { return };
    let store = Store::open(&schema.address(), Mode::Write).unwrap();
    let source = presswatch::source::Source { name: "A\0B".into(), enabled: true, ..Default::default() };
    let random: String = (0..9_000_u32)
        .map(|n| char::from(b'a' + u8::try_from(n.wrapping_mul(2_654_435_769) >> 24).unwrap() % 26))
        .collect();
    let spec = ChannelSpec {
        source: "A\0B".into(),
        kind: presswatch::model::ChannelType::Feed,
        url: format!("http://a.example/{random}"),
        watch: None,
    };
    for _ in 0..2 {
        store
            .sync(
                std::slice::from_ref(&source),
                std::slice::from_ref(&spec),
                &[],
                "2026-10-10T12:00:00Z".parse().unwrap(),
            )
            .unwrap();
    }
    assert_eq!((store.sources().unwrap(), store.channel_urls().unwrap()), (vec!["AB".to_owned()], vec![spec.url]));
}

#[test]
fn a_reader_may_read_and_nothing_else() {
    let Some(schema) = Schema::new() else { return };
    let outlet = gazette(2);
    let world = World::with(&config(&outlet));
    Done::of(world.command(&["run"]).env("PRESSWATCH_DATABASE", schema.url())).expect(0);
    let name = schema.url().rsplit("schema=").next().unwrap().to_owned();
    let mut client = schema.client();
    client
        .batch_execute(&format!(
            "CREATE ROLE {name} LOGIN; GRANT USAGE ON SCHEMA {name} TO {name}; GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {name}"
        ))
        .unwrap();
    let reader = schema.url().replacen("postgres@", &format!("{name}@"), 1);
    let as_reader = |args: &[&str]| Done::of(world.command(args).env("PRESSWATCH_DATABASE", &reader));
    let done = as_reader(&["digest"]);
    let refused = as_reader(&["run", "--force"]);
    client.batch_execute(&format!("DROP OWNED BY {name}; DROP ROLE {name}")).unwrap();
    assert!(done.expect(0).stdout.contains("Kraanvogel"));
    let refused = refused.expect(1);
    assert!(refused.stderr.contains(&format!("the user {name} may not do this")), "{}", refused.stderr);
}
