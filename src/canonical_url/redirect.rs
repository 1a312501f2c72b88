//! Redirect links that carry the address they lead to.

use super::{escape, is_web, names_article};
use url::Url;

/// Links wrap links (a newsletter's around a search engine's); deeper than this is a game.
const DEPTH: usize = 5;

/// Parameters that hold the address, the likelier first.
const CARRIERS: &[&str] = &[
    "url",
    "u",
    "q",
    "target",
    "to",
    "dest",
    "destination",
    "redirect",
    "redirect_url",
    "redirecturl",
    "redirect_uri",
    "redirect_to",
    "redir",
    "r",
    "goto",
    "go",
    "link",
    "href",
    "out",
    "ru",
    "adurl",
    "uri",
    "murl",
    "d",
    "l",
    "z",
];

/// Last parts of paths (without extension) that lead elsewhere.
const PATHS: &[&str] = &[
    "redirect",
    "redirector",
    "redir",
    "out",
    "outbound",
    "outgoing",
    "r",
    "l",
    "url",
    "click",
    "clicks",
    "apiclick",
    "clickthrough",
    "clicktracker",
    "goto",
    "go",
    "link",
    "linkfilter",
    "linkout",
    "link-out",
    "leave",
    "exit",
    "away",
    "track",
    "tracker",
    "jump",
    "rd",
    "lnk",
    "ck",
    "aclk",
    "forward",
    "external",
    "external-link",
];

/// First labels of hosts that do nothing but lead elsewhere.
const HOSTS: &[&str] =
    &["l", "lm", "r", "go", "out", "away", "click", "clicks", "redirect", "redir", "link", "links", "exit"];

/// The address wrapped in a redirect link, when the link carries it: nothing is asked. Follows up to five wraps.
/// `None` for other addresses, and for links that wrap themselves deeper.
pub fn unwrap_redirect(url: &Url) -> Option<Url> {
    let mut inner = open(url)?;
    for _ in 1..DEPTH {
        match open(&inner) {
            Some(next) => inner = next,
            None => return Some(inner),
        }
    }
    open(&inner).is_none().then_some(inner)
}

fn open(url: &Url) -> Option<Url> {
    if !is_web(url) {
        return None;
    }
    carried_by_path(url)
        .or_else(|| carried_in_base64(url))
        .or_else(|| if leads_elsewhere(url) { carried_by_query(url) } else { None })
}

fn leads_elsewhere(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    if host.contains("safelinks.") {
        return true;
    }
    let last = url.path().rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let stem = last.split_once('.').map_or(last, |(stem, _)| stem).to_ascii_lowercase();
    let host_leads = host.split_once('.').is_some_and(|(first, rest)| rest.contains('.') && HOSTS.contains(&first))
        && !names_article(last);
    host_leads || PATHS.contains(&stem.as_str())
}

fn carried_by_query(url: &Url) -> Option<Url> {
    let pairs: Vec<_> = url.query_pairs().collect();
    CARRIERS.iter().find_map(|carrier| {
        pairs
            .iter()
            .filter(|(name, _)| name.trim_start_matches("amp;").eq_ignore_ascii_case(carrier))
            .find_map(|(_, value)| absolute(value))
    })
}

/// `/redirect/https://…`, `/RU=https%3a%2f%2f…/RK=2/…`, `/…/*https://…`.
fn carried_by_path(url: &Url) -> Option<Url> {
    let path = url.path();
    if let Some((_, rest)) = path.split_once("/*").filter(|(_, rest)| rest.starts_with("http")) {
        return absolute(&with_query(rest, url));
    }
    if let Some((_, rest)) = path.split_once("/RU=") {
        return absolute(rest.split('/').next().unwrap_or_default());
    }
    let (at, _) = path.match_indices("/http").next()?;
    let (before, rest) = path.split_at_checked(at)?;
    let marker = before.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let stem = marker.split_once('.').map_or(marker.as_str(), |(stem, _)| stem);
    if PATHS.contains(&stem) { absolute(&with_query(rest.get(1..)?, url)) } else { None }
}

/// A search engine's news links of before 2024, `…/articles/CBMi…`: base64 of a message whose field 4 is the address.
fn carried_in_base64(url: &Url) -> Option<Url> {
    if !url.host_str()?.starts_with("news.google.") {
        return None;
    }
    let message = crate::base64::bytes(url.path().rsplit('/').next()?.strip_prefix("CBMi")?)?;
    // The length in groups of seven bits, the low ones first; addresses have one or two groups.
    let (length, rest) = match message.as_slice() {
        [low @ 0..=127, rest @ ..] => (usize::from(*low), rest),
        [low, high @ 0..=127, rest @ ..] => (usize::from(low & 127) | usize::from(*high) << 7, rest),
        _ => return None,
    };
    absolute(std::str::from_utf8(rest.get(..length)?).ok()?)
}

fn with_query(rest: &str, url: &Url) -> String {
    url.query().map_or_else(|| rest.to_owned(), |query| format!("{rest}?{query}"))
}

/// The text as an absolute http or https address, though it may be percent-encoded once or twice more.
fn absolute(text: &str) -> Option<Url> {
    let mut text = text.trim().to_owned();
    for _ in 0..3 {
        let start = text.get(..8).unwrap_or(&text).to_ascii_lowercase();
        if start.starts_with("http://") || start.starts_with("https://") {
            return Url::parse(&text).ok().filter(is_web);
        }
        // Some gateways fold the double slash of a path.
        if let Some(rest) =
            ["http:/", "https:/"].iter().find_map(|s| start.starts_with(s).then(|| text.get(s.len()..)).flatten())
        {
            let scheme = if start.starts_with("https") { "https" } else { "http" };
            return Url::parse(&format!("{scheme}://{rest}")).ok().filter(is_web);
        }
        if !start.starts_with("http") || !text.contains('%') {
            return None;
        }
        text = escape::decode(&text);
    }
    None
}
