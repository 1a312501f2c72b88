//! What is requested: of a channel, and of an item.

use url::Url;

use crate::fetch::{Accept, Request};
use crate::model::ChannelType;
use crate::source::{Channel, ChannelKind, SearchSyntax, Source};

/// What is expected of a channel.
pub fn accept_of(kind: ChannelType) -> Accept {
    if kind == ChannelType::Page { Accept::Page } else { Accept::Feed }
}

/// As what a channel is read; `None`: its source has no such channel any more.
pub fn kind_of(source: Option<&Source>, kind: ChannelType, configured: &str) -> Option<ChannelKind> {
    Some(match kind {
        ChannelType::Feed => ChannelKind::Feed,
        ChannelType::Sitemap => ChannelKind::Sitemap,
        ChannelType::Search => ChannelKind::Search(SearchSyntax::default()),
        ChannelType::Page => {
            let is_it = |c: &&Channel| c.url == configured && c.kind.plain() == ChannelType::Page;
            source?.channels.iter().find(is_it)?.kind.clone()
        }
    })
}

/// Where an item is requested, and as what: its page, or the document that its source has in its place.
pub fn item_place(source: Option<&Source>, page: &Url) -> (Url, Accept) {
    match source.and_then(|source| source.document_url(page)) {
        Some(document) => (document, Accept::Json),
        None => (page.clone(), Accept::Article),
    }
}

/// A request without validators.
pub(super) fn plain(id: i64, url: Url, accept: Accept) -> Request {
    Request { id, url, accept, validated: None, etag: None, last_modified: None }
}
