//! An answer of the network → its outcome, in pure functions: what `run` keeps is what `explain`, `check --online` and
//! `sources find` show.
//!
//! `body` (bytes → text, or why they are none), `channel` (what it announces), `item` (the article, or why it is none), `pages` (whether
//! to go on to its next page), `further` (the article with that page), `headline` (what the channel said, where the page says nothing),
//! `matches` (the watches).

mod body;
mod channel;
mod further;
mod headline;
mod item;
mod matches;
mod pages;

use std::collections::HashMap;

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::config::Config;
use crate::query::{Matcher, Watch};
use crate::source::{Owners, Source};

pub use body::DecodedResponse;
pub use channel::{read_as, read_channel};
pub use further::read_further;
pub use item::{ItemOutcome, ReadArticle, ReadPage, Target, read_answer, read_headline};
pub use matches::{ArticleMatch, HitPlace, PlacedHit, document, hits_json, matches, matches_beside};
pub use pages::{FurtherPage, OpenArticle, Pages};

/// What reading needs to know of the configuration, shared by the threads that read.
#[derive(Debug)]
pub struct Knowledge {
    /// By their names.
    pub sources: HashMap<String, Source>,
    /// In the order in which matches number them.
    pub watches: Vec<Watch>,
    /// The same, compiled.
    pub matcher: Matcher,
    /// For dates that name no zone.
    pub zone: TimeZone,
    /// An article known to be older is not kept.
    pub max_age: SignedDuration,
    /// Whose articles are on which hosts.
    pub owners: Owners,
}

impl Knowledge {
    /// For the sources of a configuration and these watches, which may be others than its own.
    pub fn new(config: &Config, watches: &[Watch], zone: TimeZone) -> Self {
        Self {
            sources: config.sources.iter().map(|source| (source.name.clone(), source.clone())).collect(),
            watches: watches.to_vec(),
            matcher: Matcher::new(watches),
            zone,
            owners: Owners::new(&config.sources),
            max_age: SignedDuration::try_from(config.crawl.max_age).unwrap_or(SignedDuration::MAX),
        }
    }
}
