//! Alerts: who is told of what, and what happens when the receiver does not answer.

mod commands;
mod delivery;
#[cfg(unix)]
mod examples;
mod killed;
#[cfg(unix)]
mod service;

use crate::answer::Answer;
use crate::gazette::{WATCH, source};
use crate::server::Outlet;
use crate::world::World;

/// A secret that must stand nowhere but in the environment.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A receiver that takes everything.
fn receiver() -> Outlet {
    let receiver = Outlet::open();
    receiver.serve("/hook", Answer::text("ok"));
    receiver
}

/// An alert for a receiver, with further lines.
fn webhook(receiver: &Outlet, more: &str) -> String {
    format!("[[alert]]\nname = \"desk\"\nkind = \"webhook\"\nto = \"{}\"\n{more}\n", receiver.url("/hook"))
}

/// A folder with a gazette, its watch, and alerts.
fn world(gazette: &Outlet, alerts: &str) -> World {
    World::with(&format!("{WATCH}{}[crawl]\nrevisit = []\n{alerts}", source("Gazette", gazette)))
}

/// The messages that a receiver got: id, and the titles of the articles in it.
fn messages(receiver: &Outlet) -> Vec<(String, Vec<String>)> {
    let asked = receiver.asked_for("/hook");
    asked
        .iter()
        .map(|asked| {
            let body: serde_json::Value = serde_json::from_str(&asked.body).unwrap();
            assert_eq!(body["id"].as_str(), asked.header("webhook-id"), "one id in header and body");
            assert_eq!(asked.header("idempotency-key"), asked.header("webhook-id"));
            let titles = body["mentions"].as_array().unwrap().iter();
            let titles = titles.map(|mention| mention["url"].as_str().unwrap().to_owned()).collect();
            (body["id"].as_str().unwrap().to_owned(), titles)
        })
        .collect()
}

/// The URLs that messages told of, in alphabetical order.
fn told(receiver: &Outlet) -> Vec<String> {
    let mut urls: Vec<String> = messages(receiver).into_iter().flat_map(|(_, urls)| urls).collect();
    urls.sort();
    urls
}

/// The URLs of the articles of a gazette, in alphabetical order.
fn articles(gazette: &Outlet, numbers: std::ops::RangeInclusive<usize>) -> Vec<String> {
    let mut urls: Vec<String> = numbers.map(|n| gazette.url(&format!("/a/{n}"))).collect();
    urls.sort();
    urls
}
