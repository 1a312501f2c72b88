//! One address per article.

use url::Url;

/// The one spelling of an address under which an article is kept.
pub fn canonical(url: &Url) -> Url {
    url.clone()
}
