//! What a receiver gets, and when it gets it again.

use std::time::{Duration, Instant};

use ring::hmac;

use super::{SECRET, articles, messages, receiver, told, webhook, world};
use crate::answer::Answer;
use crate::gazette::{WATCH, gazette, print, source};
use crate::server::Outlet;
use crate::world::{Done, World};

#[test]
fn every_mention_is_told_once_and_signed_and_the_digest_stays_new() {
    let (paper, hook) = (gazette(3), receiver());
    let world = world(&paper, &webhook(&hook, "watches = [\"Birds\"]\nsecret = \"env:HOOK_SECRET\"")).in_file();
    let run = || Done::of(world.command(&["run"]).env("HOOK_SECRET", SECRET)).expect(0);
    assert_eq!(run().stderr, "");
    assert_eq!(told(&hook), articles(&paper, 1..=3));
    for asked in hook.asked_for("/hook") {
        let (id, at) = (asked.header("webhook-id").unwrap(), asked.header("webhook-timestamp").unwrap());
        let key = presswatch::base64::bytes(&SECRET["whsec_".len()..]).unwrap();
        let signed = asked.header("webhook-signature").unwrap().strip_prefix("v1,").unwrap();
        let tag = presswatch::base64::bytes(signed).unwrap();
        let text = format!("{id}.{at}.{}", asked.body);
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes(), &tag).unwrap();
        assert_eq!((asked.method.as_str(), asked.header("content-type")), ("POST", Some("application/json")));
    }
    run();
    assert_eq!(hook.asked_for("/hook").len(), 3, "nothing is sent twice");
    assert_eq!(world.one("SELECT count(*) FROM mention WHERE told_at IS NULL"), "3");
    assert!(world.presswatch(&["digest", "--new"]).expect(0).stdout.contains(&paper.url("/a/1")));
    let file = std::fs::read(world.path("presswatch.db")).unwrap();
    for secret in [SECRET, "HOOK_SECRET", &hook.url("/hook")] {
        assert!(!file.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is in the database");
    }
}

#[test]
fn a_receiver_that_fails_gets_the_same_message_again_after_a_pause() {
    let (paper, hook) = (gazette(1), receiver());
    hook.serve("/hook", Answer::text("\u{1b}[31mout of order").status(500));
    let mut world = world(&paper, &webhook(&hook, ""));
    let first = world.run();
    assert_eq!(
        first.stderr,
        "warning: alert desk: could not be sent: server error (HTTP 500); it is tried again for a day\n"
    );
    assert_eq!(world.run().stderr, "", "that is said once");
    assert_eq!(messages(&hook).len(), 1, "in the pause nothing is sent");
    world.minutes_pass(1);
    world.run();
    hook.serve("/hook", Answer::text("ok"));
    world.minutes_pass(1);
    assert_eq!(world.run().stderr, "");
    world.minutes_pass(60);
    world.run();
    let ids: Vec<String> = messages(&hook).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 3, "twice 500, once taken");
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn a_receiver_that_asks_for_time_gets_it() {
    let (paper, hook) = (gazette(2), receiver());
    hook.serve("/hook", Answer::text("slow").status(429).header("retry-after", "3600"));
    let mut world = world(&paper, &webhook(&hook, ""));
    world.run();
    hook.serve("/hook", Answer::text("ok"));
    world.minutes_pass(59);
    world.run();
    assert_eq!(hook.asked_for("/hook").len(), 1);
    world.minutes_pass(2);
    world.run();
    assert_eq!(hook.asked_for("/hook").len(), 3);
    let mut urls = told(&hook);
    urls.dedup();
    assert_eq!(urls, articles(&paper, 1..=2));
}

#[test]
fn a_receiver_that_is_away_for_an_hour_loses_nothing() {
    let paper = gazette(4);
    // A port at which nobody listens, until somebody does.
    let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = away.local_addr().unwrap();
    drop(away);
    let alert = format!("[[alert]]\nname = \"desk\"\nkind = \"webhook\"\nto = \"http://{address}/hook\"\n");
    let mut world = world(&paper, &alert);
    for _ in 0..4 {
        world.run();
        world.minutes_pass(15);
    }
    print(&paper, 6);
    let listed = world.presswatch(&["alert", "list"]).expect(0).stdout;
    assert!(listed.contains("4 mentions wait") && listed.contains("failing since Sun 11 Oct 09:30"), "{listed}");
    assert!(!listed.contains("/hook"), "{listed}");
    let hook = receiver();
    world.edit(&format!("http://{address}/hook"), &hook.url("/hook"));
    world.run();
    world.minutes_pass(15);
    world.run();
    assert_eq!(told(&hook), articles(&paper, 1..=6));
}

#[test]
fn a_receiver_that_hangs_delays_neither_the_others_nor_the_end() {
    let (paper, hook, hanging) = (gazette(2), receiver(), Outlet::open());
    hanging.serve("/hook", Answer::silence());
    let slow = webhook(&hanging, "").replace("desk", "slow");
    let mut world = world(&paper, &format!("{slow}{}", webhook(&hook, "")));
    world.edit("timeout = \"20s\"", "timeout = \"2s\"");
    let begun = Instant::now();
    let done = world.run();
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(done.stderr.contains("alert slow: could not be sent: timed out after 2 s"), "{}", done.stderr);
    assert_eq!(told(&hook), articles(&paper, 1..=2));
    assert_eq!(hanging.asked_for("/hook").len(), 1, "the second message waits for the pause");
    hanging.serve("/hook", Answer::text("ok"));
    world.minutes_pass(15);
    world.run();
    assert_eq!(hanging.asked_for("/hook").len(), 3);
}

#[test]
fn an_answer_that_does_not_end_is_an_answer() {
    for answer in [Answer::text("ok").claiming_length(1_000), Answer::text("ok").endless()] {
        let (paper, hook) = (gazette(1), receiver());
        hook.serve("/hook", answer);
        let mut world = world(&paper, &webhook(&hook, ""));
        world.edit("timeout = \"20s\"", "timeout = \"2s\"");
        assert_eq!(world.run().stderr, "");
        world.minutes_pass(15);
        world.run();
        assert_eq!(messages(&hook).len(), 1);
    }
}

#[test]
fn redirects_and_private_addresses_are_refused() {
    let (paper, hook, inner) = (gazette(1), receiver(), Outlet::unasked());
    hook.serve("/hook", Answer::redirect(307, &inner.url("/hook")));
    let world_of = |allowed: &[String], alert: &str| {
        let world = world(&paper, alert);
        world.edit("allow_private = [\"127.0.0.0/8\"]", &format!("allow_private = {allowed:?}"));
        world
    };
    let redirected = world_of(&[paper.ip(), hook.ip()], &webhook(&hook, ""));
    assert!(
        redirected
            .run()
            .stderr
            .contains("it redirects, which is not followed: write the new address into `to` (HTTP 307)")
    );
    let closed = world_of(&[paper.ip()], &webhook(&inner, ""));
    let said = closed.run().stderr;
    assert!(said.contains("is not on the public internet (loopback)"), "{said}");
    let checked = closed.presswatch(&["check"]).expect(0);
    assert!(
        checked.stderr.contains("warning: alert desk: ") && checked.stderr.contains("allow_private"),
        "{}",
        checked.stderr
    );
}

#[test]
fn what_could_not_be_sent_for_a_day_is_given_up_and_said() {
    let (paper, hook) = (gazette(2), receiver());
    hook.serve("/hook", Answer::error(500));
    let mut world = world(&paper, &webhook(&hook, ""));
    world.run();
    for _ in 0..23 {
        world.hours_pass(1);
        assert_eq!(world.run().stderr, "");
    }
    assert_eq!(world.one("SELECT count(*) FROM message WHERE state = 'waiting'"), "2");
    world.hours_pass(2);
    let said = world.run().stderr;
    assert_eq!(said, "warning: alert desk: 2 messages were given up after a day: server error (HTTP 500)\n");
    let shown = world.presswatch(&["sources"]).expect(0).stdout;
    assert!(shown.contains("alert desk: 2 messages were given up"), "{shown}");
    let json = world.presswatch(&["sources", "--json"]).expect(0).json();
    assert_eq!((&json["alerts"][0]["name"], &json["alerts"][0]["given_up"]), (&"desk".into(), &2.into()));
    let health = world.presswatch(&["health"]).expect(1).stdout;
    assert!(health.contains("alert desk: failing since") && health.contains("2 messages given up"), "{health}");
    hook.serve("/hook", Answer::text("ok"));
    print(&paper, 3);
    world.hours_pass(1);
    world.presswatch(&["run", "--force"]).expect(0);
    let last = messages(&hook).pop().unwrap();
    assert_eq!(last.1, articles(&paper, 3..=3), "what was given up does not come");
}

#[test]
fn what_is_marked_as_not_relevant_is_not_sent() {
    let (paper, hook) = (gazette(2), receiver());
    hook.serve("/hook", Answer::error(500));
    let mut world = world(&paper, &webhook(&hook, ""));
    world.run();
    let tried = told(&hook);
    world.presswatch(&["mark", &tried[0], "--not-relevant"]).expect(0);
    hook.serve("/hook", Answer::text("ok"));
    world.minutes_pass(15);
    world.run();
    let taken: Vec<_> = told(&hook).into_iter().filter(|url| *url != tried[0]).collect();
    assert_eq!((taken.len(), told(&hook).len()), (1, 2));
    assert_eq!(world.sql("SELECT state FROM message ORDER BY state"), ["cancelled", "sent"]);
}

#[test]
fn a_changed_watch_wakes_nobody_for_the_past() {
    let (paper, hook) = (gazette(2), receiver());
    let mut world = world(&paper, &webhook(&hook, "watches = [\"Birds\", \"New\"]"));
    let new = format!("{WATCH}[[watch]]\nname = \"New\"\nquery = \"kraanvogel OR nothing\"\n");
    world.edit(WATCH, &format!("{WATCH}[[watch]]\nname = \"New\"\nquery = \"nothing\"\n"));
    world.run();
    world.edit(&format!("{WATCH}[[watch]]\nname = \"New\"\nquery = \"nothing\"\n"), &new);
    world.presswatch(&["rematch"]).expect(0);
    world.minutes_pass(30);
    world.run();
    assert_eq!(world.one("SELECT count(*) FROM mention WHERE late = 1"), "2");
    assert_eq!(messages(&hook).len(), 2);
    print(&paper, 3);
    world.hours_pass(1);
    world.run();
    let last = messages(&hook).pop().unwrap();
    assert_eq!(last.1, [paper.url("/a/3"), paper.url("/a/3")], "one message for both watches");
}

#[test]
fn at_most_so_many_then_one_that_sums_up_and_none_at_night() {
    let (paper, hook) = (gazette(5), receiver());
    let mut world = world(&paper, &webhook(&hook, "at_most = \"2/h\"\nquiet = \"22:00-07:00\""));
    world.run();
    let sizes = |hook: &Outlet| messages(hook).iter().map(|(_, urls)| urls.len()).collect::<Vec<_>>();
    let begun = sizes(&hook);
    assert_eq!(begun.len(), 2, "the second sums up what was found until then");
    world.minutes_pass(61);
    world.run();
    assert_eq!(told(&hook), articles(&paper, 1..=5));
    let before = sizes(&hook).len();
    // From 10:31 in the morning to 22:31.
    world.hours_pass(12);
    print(&paper, 8);
    world.run();
    assert_eq!(sizes(&hook).len(), before);
    world.hours_pass(9);
    world.run();
    assert_eq!(sizes(&hook)[before..], [3]);
    assert_eq!(told(&hook), articles(&paper, 1..=8));
    let summary = hook.asked_for("/hook").pop().unwrap().body;
    assert!(summary.contains("\"type\":\"summary\"") && summary.contains("Birds: 3 articles"), "{summary}");
}

#[test]
fn a_copy_of_a_story_is_told_only_if_every_mention_is_wanted() {
    let (first, second) = (gazette(1), gazette(1));
    for (only, expected) in [("first of a story", 1), ("every mention", 2)] {
        let hook = receiver();
        let sources = format!("{}{}", source("First", &first), source("Second", &second));
        let world = World::with(&format!("{WATCH}{sources}{}", webhook(&hook, &format!("only = \"{only}\""))));
        world.run();
        assert_eq!(world.one("SELECT count(DISTINCT story_id) FROM article"), "1");
        assert_eq!(messages(&hook).len(), expected, "{only}");
    }
}
