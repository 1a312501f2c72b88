//! `presswatch alert`, `check`, and alerts that start a program.

use super::{SECRET, receiver, webhook, world};
use crate::answer::Answer;
use crate::gazette::gazette;
use crate::world::Done;

#[test]
fn a_program_gets_the_message_on_its_standard_input() {
    let paper = gazette(2);
    let alert = "[[alert]]\nname = \"mail\"\nkind = \"command\"\nto = [\"sh\", \"-c\", \"cat >> inbox\"]\n";
    let world = world(&paper, alert);
    assert_eq!(world.run().stderr, "");
    let inbox = std::fs::read_to_string(world.path("inbox")).unwrap();
    let urls: Vec<String> = inbox
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["mentions"][0]["url"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(urls.len(), 2, "{inbox}");
    assert!(urls.contains(&paper.url("/a/1")));
}

#[test]
fn a_program_that_fails_is_tried_again() {
    let paper = gazette(1);
    let script = "test -e ready && cat > inbox";
    let alert = format!(
        "[[alert]]\nname = \"mail\"\nkind = \"command\"\nto = [\"sh\", \"-c\", \"{script}\"]\ntemplate = \"Subject: {{{{ title }}}}\\n\\n{{{{ text }}}}\"\n"
    );
    let mut world = world(&paper, &alert);
    assert!(world.run().stderr.contains("alert mail: could not be sent: exit status: 1"));
    world.write("ready", "");
    world.minutes_pass(15);
    world.run();
    let inbox = std::fs::read_to_string(world.path("inbox")).unwrap();
    assert!(inbox.starts_with("Subject: Birds: ") && inbox.contains(&paper.url("/a/1")), "{inbox}");
}

#[test]
fn a_test_message_says_how_it_was_taken() {
    let (paper, hook) = (gazette(1), receiver());
    let world = world(&paper, &webhook(&hook, ""));
    let done = world.presswatch(&["alert", "test", "desk"]).expect(0);
    assert_eq!(done.stdout, "desk: sent (HTTP 200)\n");
    assert!(hook.asked_for("/hook")[0].body.contains("\"type\":\"test\""));
    hook.serve("/hook", Answer::text("\u{1b}[31mnot you").status(403));
    let done = world.presswatch(&["alert", "test", "desk"]).expect(1);
    assert_eq!(
        done.stderr,
        "error: could not send a test message of alert desk: it refuses the message: is the token or the address right? (HTTP 403)\n"
    );
    let done = world.presswatch(&["alert", "test", "desc"]).expect(2);
    assert!(done.stderr.contains("did you mean \"desk\"?"), "{}", done.stderr);
    assert!(!world.path("presswatch.db").exists(), "a test leaves nothing");
    world.run();
}

#[test]
fn what_would_be_sent_is_shown_and_then_sent_by_hand() {
    let (paper, hook) = (gazette(2), receiver());
    hook.serve("/hook", Answer::error(503));
    let mut world = world(&paper, &webhook(&hook, ""));
    assert!(world.presswatch(&["alert", "list"]).expect(0).stdout.contains("nothing sent yet; nothing waits"));
    world.run();
    let shown = world.presswatch(&["alert", "send", "--dry-run"]).expect(0).stdout;
    assert_eq!(shown.matches("desk: Birds: ").count(), 2, "{shown}");
    assert_eq!(hook.asked_for("/hook").len(), 1);
    let list = world.presswatch(&["alert", "list", "--json"]).expect(0).json();
    assert_eq!(
        (&list["alerts"][0]["waiting"], &list["alerts"][0]["problem"]),
        (&2.into(), &"server error (HTTP 503)".into())
    );
    hook.serve("/hook", Answer::text("ok"));
    world.minutes_pass(15);
    assert_eq!(world.presswatch(&["alert", "send"]).expect(0).stdout, "desk: 2 messages sent\n");
    assert_eq!(world.presswatch(&["alert", "send"]).expect(0).stdout, "nothing is due\n");
    let listed = world.presswatch(&["alert", "list"]).expect(0).stdout;
    assert!(listed.contains("last sent Sun 11 Oct 09:45, 2 messages; nothing waits"), "{listed}");
    world.presswatch(&["run", "--dry-run"]).expect(0);
}

#[test]
fn check_says_what_is_wrong_with_each_alert_and_shows_no_secret() {
    let (paper, hook) = (gazette(1), receiver());
    let alerts = [
        webhook(&hook, "secret = \"env:HOOK_SECRET\""),
        webhook(&hook, "token = \"file:no/such/file\"").replace("desk", "file"),
        "[[alert]]\nname = \"program\"\nkind = \"command\"\nto = \"no-such-program\"\n".to_owned(),
        "[[alert]]\nname = \"chat\"\nkind = \"slack\"\nto = \"env:SLACK\"\n".to_owned(),
    ];
    let world = world(&paper, &alerts.concat());
    let check = |secret: &str, slack: &str| {
        Done::of(world.command(&["check"]).env("HOOK_SECRET", secret).env("SLACK", slack)).expect(0)
    };
    let said = world.presswatch(&["check"]).expect(0).stderr;
    for line in [
        "warning: alert desk: `secret`: the environment variable HOOK_SECRET is not set",
        "warning: alert file: `token`: could not read ",
        "warning: alert program: there is no program no-such-program on PATH",
        "warning: alert chat: `to`: the environment variable SLACK is not set",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let said = check("whsec_S3CRET!", "hooks.example/S3CRET").stderr;
    assert!(said.contains("what follows whsec_ in the secret is not base64"), "{said}");
    assert!(said.contains("what stands there is not an address"), "{said}");
    assert!(!said.contains("S3CRET"), "{said}");
    let done = check(SECRET, "https://hooks.example/S3CRET");
    assert!(!done.stderr.contains("alert desk") && !done.stderr.contains("alert chat"), "{}", done.stderr);
    assert!(!done.stdout.contains("S3CRET") && !done.stdout.contains("/hook"), "{}", done.stdout);
    let json = world.presswatch(&["check", "--json"]).expect(0).json();
    assert_eq!(json["alerts"].as_array().unwrap().len(), 4);
    world.run();
    assert_eq!(hook.asked().len(), 0, "what cannot be signed is not sent");
    world.edit("secret = \"env:HOOK_SECRET\"", "");
    world.presswatch(&["alert", "test", "desk"]).expect(0);
}
