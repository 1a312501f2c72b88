//! What an outlet is: facts for reports, exports and queries, as the user states them.

use std::sync::Arc;

/// What an outlet is. Nothing of it is guessed: what `sources.toml` does not say is unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutletFacts {
    /// Such as "newspaper".
    pub kind: Option<Arc<str>>,
    /// Such as "Brussels".
    pub region: Option<Arc<str>>,
    /// Its rank for the user; 1 is the front rank.
    pub tier: Option<u8>,
    /// How many readers, listeners or viewers it has.
    pub reach: Option<u32>,
    /// Whatever else the user sorts outlets by.
    pub tags: Vec<Arc<str>>,
}

impl OutletFacts {
    /// Whether it is of the front rank.
    pub fn is_front_rank(&self) -> bool {
        self.tier == Some(1)
    }

    /// The tags in one line; empty without any.
    pub fn tags_joined(&self) -> String {
        self.tags.join(", ")
    }

    /// The tags of such a line.
    pub fn tags_of(joined: &str) -> Vec<Arc<str>> {
        joined.split(", ").filter(|tag| !tag.is_empty()).map(Arc::from).collect()
    }
}
