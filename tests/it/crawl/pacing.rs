//! How often a channel is polled over several runs.

use crate::answer::Answer;
use crate::gazette::{config, gazette};
use crate::world::World;

#[test]
fn skipped_hours_and_days_survive_a_304() {
    let outlet = gazette(1);
    // The world's time is Sunday 07:30 UTC.
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1).replace(
        "<channel>",
        "<channel><skipDays><day>Monday</day></skipDays><skipHours><hour>9</hour><hour>10</hour></skipHours>",
    );
    outlet.serve("/feed", Answer::of("application/rss+xml", feed).etag("\"1\""));
    let mut world = World::with(&config(&outlet));
    let next = |world: &World| world.one("SELECT next_at FROM channel");
    world.run();
    assert_eq!(next(&world), "2026-10-11T08:00:00Z");
    world.minutes_pass(30);
    world.run();
    assert_eq!(next(&world), "2026-10-11T08:45:00Z");
    world.minutes_pass(45);
    world.run();
    assert_eq!(next(&world), "2026-10-11T11:00:00Z", "08:45 and 68 minutes is an hour that it skips");
    // Nor is it polled sooner when it fails.
    outlet.serve("/feed", Answer::error(500));
    world.minutes_pass(24 * 60 - 60);
    world.presswatch(&["run"]).expect(1);
    assert_eq!(next(&world), "2026-10-13T00:00:00Z", "Monday is skipped");
}

#[test]
fn a_small_window_is_not_forgotten_over_a_quiet_night() {
    let outlet = gazette(4);
    // Four items within 90 minutes: more than half an hour between two polls could miss some.
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 4);
    let mut dates = ["06:00", "06:30", "07:00", "07:30"].iter();
    let feed: String = feed
        .split("<pubDate>")
        .enumerate()
        .map(|(n, part)| match part.split_once("</pubDate>") {
            Some((_, rest)) if n > 0 => {
                format!("<pubDate>Sun, 11 Oct 2026 {}:00 GMT</pubDate>{rest}", dates.next().unwrap())
            }
            _ => part.to_owned(),
        })
        .collect();
    outlet.serve("/feed", Answer::of("application/rss+xml", feed).etag("\"1\""));
    let mut world = World::with(&config(&outlet));
    for _ in 0..6 {
        world.run();
        world.minutes_pass(40);
    }
    assert_eq!(outlet.asked_for("/feed").len(), 6, "asked every half hour, whether it answers 200 or 304");
}

#[test]
fn a_refusing_channel_is_not_polled_more_often_than_others() {
    let outlet = gazette(1);
    let feed = crate::pages::numbered_feed(|path| outlet.url(path), 1);
    outlet.serve("/feed", Answer::of("application/rss+xml", feed).header("cache-control", "max-age=21600"));
    let mut world = World::with(&config(&outlet));
    world.run();
    world.hours_pass(6);
    outlet.serve("/feed", Answer::error(404));
    world.presswatch(&["run"]).expect(1);
    world.hours_pass(5);
    world.run();
    assert_eq!(outlet.asked_for("/feed").len(), 2);
    world.hours_pass(2);
    world.presswatch(&["run"]).expect(1);
    assert_eq!(outlet.asked_for("/feed").len(), 3);
}
