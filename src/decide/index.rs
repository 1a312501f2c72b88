//! The sitemaps that an index names: each is polled like a channel of its own.

use jiff::Timestamp;
use url::Url;

use crate::model::ChannelId;

/// A sitemap that an index names or named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownChild {
    /// Its row.
    pub id: ChannelId,
    /// Its URL.
    pub url: String,
    /// The index that named it first; `None`: it is configured.
    pub parent: Option<ChannelId>,
    /// Whether it is polled.
    pub is_active: bool,
    /// When it was last requested.
    pub checked_at: Option<Timestamp>,
}

/// What becomes of a sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChildChange {
    /// It is polled from now on.
    Add(String),
    /// It is named again; `true`: and due at once.
    Wake(ChannelId, bool),
    /// It is no longer named.
    Deactivate(ChannelId),
}

/// An index of sitemaps: what it names is polled like a channel; what it no longer names rests.
pub(super) fn decide_children(
    index: ChannelId,
    named: &[(Url, Option<Timestamp>)],
    known: &[KnownChild],
) -> Vec<ChildChange> {
    let is_named = |child: &KnownChild| named.iter().any(|(url, _)| url.as_str() == child.url);
    let own = known.iter().filter(|child| child.parent == Some(index) && child.is_active);
    let mut changes: Vec<ChildChange> =
        own.filter(|child| !is_named(child)).map(|child| ChildChange::Deactivate(child.id)).collect();
    for (url, modified_at) in named {
        match known.iter().find(|child| child.url == url.as_str()) {
            None => changes.push(ChildChange::Add(url.to_string())),
            Some(child) if child.parent.is_none() => {}
            Some(child) => {
                // To the second, as times are stored.
                let later = modified_at.zip(child.checked_at).is_some_and(|(a, b)| a.as_second() > b.as_second());
                if later || !child.is_active {
                    changes.push(ChildChange::Wake(child.id, later));
                }
            }
        }
    }
    changes
}
