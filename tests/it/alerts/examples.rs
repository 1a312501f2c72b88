//! The examples of docs/alerts.md work, and messages are as docs/alert.schema.json says.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::{SECRET, receiver, webhook, world};
use crate::answer::Answer;
use crate::gazette::{gazette, print};
use crate::server::Outlet;
use crate::world::{Done, World};

fn document(name: &str) -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

/// The alerts of docs/alerts.md, each as it stands there.
fn examples() -> Vec<String> {
    let text = document("alerts.md");
    let blocks = text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let alerts = blocks.flat_map(|block| block.split("[[alert]]").skip(1));
    alerts.map(|alert| format!("[[alert]]{}", alert.split("\n[[").next().unwrap())).collect()
}

/// Runs an example with the addresses of a local receiver; returns what that got, and what programs wrote.
fn tried(example: &str, hook: &Outlet) -> (World, Done) {
    let paper = gazette(1);
    let mut alert = example.replace("watches = [\"Executions in Iran\"]", "watches = [\"Birds\"]");
    for address in
        ["https://ntfy.sh", "https://ntfy.example.org", "https://matrix.example.org", "https://hooks.example.org"]
    {
        alert = alert.replace(address, &hook.url(""));
    }
    // At half past nine in the morning it is not quiet.
    let world = world(&paper, &alert);
    std::fs::create_dir(world.path("secrets")).unwrap();
    world.write("secrets/teams-address", hook.url("/teams"));
    for program in ["apprise", "mail"] {
        let path = world.write(program, "#!/bin/sh\nprintf '%s|' \"$@\" > arguments\ncat > input\n");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(path, mode).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", world.folder().display());
    let mut command = world.command(&["run"]);
    command.env("PATH", path).env("HOOK_SECRET", SECRET).env("NTFY_TOKEN", "tk_1").env("MATRIX_TOKEN", "syt_1");
    command.env("SLACK_WEBHOOK", hook.url("/slack")).env("DISCORD_WEBHOOK", hook.url("/discord"));
    let done = Done::of(&mut command).expect(0);
    (world, done)
}

#[test]
fn every_example_delivers() {
    let mut seen = BTreeSet::new();
    for example in examples() {
        let hook = Outlet::unasked();
        for path in ["/press-desk-7f3a", "/", "/press", "/slack", "/teams", "/discord"] {
            hook.serve(path, Answer::text("ok"));
        }
        let name = example.split("name = \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        if name == "room" {
            // Its path ends with the id of the message.
            let (_, done) = tried(&example, &hook);
            assert!(done.stderr.contains("there is no such address (HTTP 404)"), "{}", done.stderr);
            let asked = &hook.asked()[0];
            let start = "/_matrix/client/v3/rooms/!OGEhHVWSdvArJzumhm:example.org/send/m.room.message/msg_";
            assert!(asked.path.starts_with(start) && asked.method == "PUT", "{}", asked.path);
            assert_eq!(asked.header("authorization"), Some("Bearer syt_1"));
            seen.insert(name);
            continue;
        }
        let (world, done) = tried(&example, &hook);
        assert_eq!(done.stderr, "", "{name}");
        if example.contains("kind = \"command\"") {
            let [arguments, input] =
                ["arguments", "input"].map(|file| std::fs::read_to_string(world.path(file)).unwrap());
            assert!(arguments.contains("Press"), "{name}: {arguments}");
            assert!(input.contains("Birds: Kraanvogel number 1 has landed\n\nGazette"), "{name}: {input}");
        } else {
            let asked = hook.asked();
            assert_eq!(asked.len(), 1, "{name}");
            let body: Value = serde_json::from_str(&asked[0].body).unwrap();
            let text = body.to_string();
            assert!(text.contains("Kraanvogel number 1 has landed"), "{name}: {text}");
            let expected = match name.as_str() {
                "desk" | "phone" => ("/", "message"),
                "newsroom" | "list" => ("/slack", "text"),
                "office" => ("/teams", "attachments"),
                "discord" => ("/discord", "content"),
                "archive" => ("/press", "mentions"),
                other => panic!("{other} is no example that this test knows"),
            };
            assert_eq!((asked[0].path.as_str(), body.get(expected.1).is_some()), (expected.0, true), "{name}: {text}");
        }
        seen.insert(name);
    }
    assert!(seen.len() >= 9, "{seen:?}");
}

/// What a value lacks of a schema, as far as our own schema uses the language of schemas.
fn against(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let is_of = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other}"),
    };
    let fits = match &schema["type"] {
        Value::String(kind) => is_of(kind),
        Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind.as_str().unwrap())),
        _ => schema["enum"].as_array().unwrap().contains(value),
    };
    if !fits {
        wrong.push(format!("{at} is {value}"));
    }
    if let (Some(known), Some(object)) = (schema["properties"].as_object(), value.as_object()) {
        let required: BTreeSet<&str> =
            schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(required, known.keys().map(String::as_str).collect(), "{at}: every field is always there");
        assert_eq!(required, object.keys().map(String::as_str).collect(), "{at}");
        wrong.extend(object.iter().flat_map(|(key, value)| against(&known[key], value, &format!("{at}/{key}"))));
    }
    if let Some(array) = value.as_array() {
        wrong.extend(array.iter().flat_map(|value| against(&schema["items"], value, &format!("{at}/…"))));
    }
    wrong
}

#[test]
fn messages_are_as_the_schema_says() {
    let schema: Value = serde_json::from_str(&document("alert.schema.json")).unwrap();
    let (paper, hook) = (gazette(2), receiver());
    // It is half past nine.
    let mut world = world(&paper, &webhook(&hook, "quiet = \"9:00-10:00\""));
    world.run();
    world.minutes_pass(60);
    print(&paper, 3);
    world.run();
    world.presswatch(&["alert", "test", "desk"]).expect(0);
    let bodies: Vec<Value> = hook.asked().iter().map(|asked| serde_json::from_str(&asked.body).unwrap()).collect();
    let kinds: BTreeSet<&str> = bodies.iter().map(|body| body["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, BTreeSet::from(["mention", "summary", "test"]));
    for body in &bodies {
        assert_eq!(against(&schema, body, ""), Vec::<String>::new());
        let id = body["id"].as_str().unwrap().strip_prefix("msg_").unwrap();
        assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    }
}
