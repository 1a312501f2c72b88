//! The sitemaps named by a sitemap index: each is polled as a channel.

use jiff::Timestamp;
use url::Url;

use crate::model::ChannelId;

/// A sitemap that an index names or has named.
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

/// A change of a sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChildChange {
    /// It is polled from now on.
    Add(String),
    /// It is named again; `true`: and due at once.
    Wake(ChannelId, bool),
    /// It is no longer named.
    Deactivate(ChannelId),
}

/// The sitemaps that an index names become channels; those that it no longer names become inactive.
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
                // Times are stored to the second.
                let later = modified_at.zip(child.checked_at).is_some_and(|(a, b)| a.as_second() > b.as_second());
                if later || !child.is_active {
                    changes.push(ChildChange::Wake(child.id, later));
                }
            }
        }
    }
    changes
}
