//! AMP: stripped-down copies of articles, at the outlet and in the caches of search engines.

use super::names_article;
use url::Url;

/// The article behind an address of an AMP cache: `https://www.google.com/amp/s/HOST/PATH` and
/// `https://HOST-WITH-DASHES.cdn.ampproject.org/c/s/HOST/PATH` (`s`: over TLS).
pub(super) fn open_cache(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let bare = host.strip_prefix("www.").unwrap_or(host);
    let mut path = url.path().trim_start_matches('/');
    if bare.starts_with("google.") || bare.starts_with("news.google.") {
        path = path.strip_prefix("amp/")?;
    } else if ["cdn.ampproject.org", "bing-amp.com"]
        .iter()
        .any(|cache| bare.strip_suffix(cache).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    {
        // c: content, v: viewer, wp: web package; i (image) and r (resource) are no articles.
        let (kind, rest) = path.split_once('/')?;
        if !matches!(kind, "c" | "v" | "wp") {
            return None;
        }
        path = rest;
    } else {
        return None;
    }
    let (scheme, rest) = path.strip_prefix("s/").map_or(("http", path), |rest| ("https", rest));
    // A page of the search engine itself, such as /amp/ or /amp/help, holds no host.
    let inner_host = rest.split('/').next().unwrap_or_default();
    if !inner_host.contains('.') {
        return None;
    }
    let mut inner = Url::parse(&format!("{scheme}://{rest}")).ok()?;
    inner.set_query(url.query());
    inner.host_str().is_some_and(|h| h != host).then_some(inner)
}

/// Takes AMP marks off a path: `…/slug/amp`, `…/slug.amp.html`, `/amp/…/slug`. Only beside what looks like an article,
/// since outlets also write about guitar amps.
pub(super) fn strip_marks(segments: &mut Vec<String>) {
    for mark in [".amp", ".amp.html", ".amp.htm"] {
        if let Some(last) = segments.last_mut()
            && let Some(stem) = strip_suffix_ignore_case(last, mark)
            && !stem.is_empty()
        {
            let extension = &mark[4..];
            *last = format!("{stem}{extension}");
            break;
        }
    }
    let is_mark = |segment: &String| segment.eq_ignore_ascii_case("amp");
    // `/2024/05/04/kort/amp`: below a year stand articles, however short their names.
    let dated = segments
        .iter()
        .any(|s| s.len() == 4 && (s.starts_with("19") || s.starts_with("20")) && s.parse::<u16>().is_ok());
    while segments.len() > 1
        && segments.last().is_some_and(|last| is_mark(last) || last.eq_ignore_ascii_case("amp.html"))
        && segments.iter().rev().nth(1).is_some_and(|before| dated || names_article(before) || before.contains('.'))
    {
        segments.pop();
    }
    if dated || segments.last().is_some_and(|last| names_article(last)) {
        segments.retain(|segment| !is_mark(segment));
    }
}

fn strip_suffix_ignore_case<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(suffix.len())?;
    let (stem, tail) = text.split_at_checked(at)?;
    tail.eq_ignore_ascii_case(suffix).then_some(stem)
}
