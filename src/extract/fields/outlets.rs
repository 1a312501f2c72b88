//! The outlet's names, in every form that the page gives.

use crate::article::Page;
use crate::canonical_url::registrable_domain;
use crate::extract::{
    PageContext,
    page::{json_ld::JsonLd, tree::Tree},
};
use crate::text::fold;
use crate::text::markup;

/// The outlet's names: not authors, and not part of a headline.
pub fn outlets(tree: &Tree, json: &JsonLd, page: &Page, context: &PageContext) -> Vec<String> {
    let mut outlets = vec![context.outlet.to_owned()];
    outlets.extend(tree.meta(&["og:site_name"]).map(markup::unescaped));
    outlets.extend(tree.meta(&["application-name"]).map(markup::unescaped));
    outlets.extend(tree.meta(&["apple-mobile-web-app-title"]).map(markup::unescaped));
    outlets.extend(json.outlets.iter().cloned());
    if let Some(host) = page.url.host_str() {
        let host = host.strip_prefix("www.").unwrap_or(host);
        outlets.push(host.to_owned());
        if let Some(domain) = registrable_domain(host) {
            outlets.push(domain.to_owned());
            outlets.extend(domain.split('.').next().filter(|label| label.len() > 2).map(str::to_owned));
        }
    }
    outlets.retain(|outlet| !fold::key(outlet).is_empty() && outlet.len() < 100);
    outlets
}
