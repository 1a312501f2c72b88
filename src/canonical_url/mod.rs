//! One address per article.

mod amp;
mod escape;
mod number;
mod query;
mod redirect;
mod site;

use regex::Regex;
use url::{Host, Url};

pub use number::article_number;
pub use redirect::unwrap_redirect;
pub use site::{registrable_domain, same_site, site_key};

/// A rule may uncover work for another (an AMP copy behind a redirect link); a few turns settle what sites write.
const TURNS: usize = 8;

/// Longer addresses name nothing that an outlet ever printed; they are kept as they are.
const LONGEST: usize = 16_384;

/// The one spelling of an address under which an article is kept: for identity and display, not for fetching.
///
/// Opens redirect links and AMP copies, drops tracking parameters, fragments, `www.` and user names, and spells the
/// rest in one way (RFC 3986 6.2). Plain http becomes https, except for IP addresses, single-label hosts and explicit
/// ports. What may name the article (path case, `?id=12`, `?page=2`) stays. Applied twice it changes nothing more.
pub fn canonical(url: &Url) -> Url {
    if !is_web(url) {
        return url.clone();
    }
    let mut now = url.clone();
    for _ in 0..TURNS {
        let opened = unwrap_redirect(&now).or_else(|| amp::open_cache(&now)).unwrap_or_else(|| now.clone());
        let Some(next) = spell(&opened) else { return url.clone() };
        if next == now {
            return now;
        }
        now = next;
    }
    // Never settled: somebody plays with us. Only the untouched address is sure to mean one page.
    url.clone()
}

/// The address as the outlet spells it, without its fragment and without parameters that only follow the reader: to be
/// shown and clicked. [`canonical`] decides which parameters those are.
pub fn clean(url: &Url) -> Url {
    let mut clean = url.clone();
    clean.set_fragment(None);
    let canonical = canonical(url);
    let kept: std::collections::HashSet<String> =
        canonical.query_pairs().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let Some(query) = url.query() else { return clean };
    let name = |pair: &str| {
        url::form_urlencoded::parse(pair.as_bytes())
            .next()
            .map(|(name, _)| name.to_ascii_lowercase())
            .unwrap_or_default()
    };
    let query: Vec<&str> = query.split('&').filter(|pair| kept.contains(&name(pair))).collect();
    clean.set_query((!query.is_empty()).then(|| query.join("&")).as_deref());
    clean
}

/// The canonical address of a line of text, for lists that people paste: blanks around it and a missing scheme are
/// forgiven. A host that cannot be read stays as it is, in lower case; what is no address at all stays untouched.
pub fn canonical_text(line: &str) -> String {
    let line = line.trim_matches(|c: char| c.is_ascii_whitespace());
    if let Ok(url) = Url::parse(line)
        // `paper.example:8080/a` reads as a scheme and a path.
        && (url.has_host() || !url.scheme().contains('.'))
    {
        return canonical(&url).into();
    }
    let (scheme, rest) = line.split_once("://").unwrap_or(("https", line.trim_start_matches('/')));
    let (host, tail) = rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or((rest, ""));
    if !host.contains('.')
        || host.contains(char::is_whitespace)
        || !["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web))
    {
        return line.to_owned();
    }
    if let Ok(url) = Url::parse(&format!("{scheme}://{rest}")) {
        return canonical(&url).into();
    }
    let stand_in = "unreadable.invalid";
    let spelled = Url::parse(&format!("https://{stand_in}{tail}")).map(|url| String::from(canonical(&url)));
    spelled.map_or_else(|_| line.to_owned(), |text| text.replacen(stand_in, &host.to_lowercase(), 1))
}

/// What names the article within its source: `id:` and the first group of `identity` (all of its match when it has no
/// group) where that is found in the address, else the canonical address without scheme and `www.`.
pub fn key(url: &Url, identity: Option<&Regex>) -> String {
    let canonical = canonical(url);
    if let Some(identity) = identity {
        // Patterns are written against what the outlet prints, so they may ask for the slash that `canonical` drops
        // or end where a tracking parameter begins.
        let opened = unwrap_redirect(url).unwrap_or_else(|| url.clone());
        let mut bare = opened.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        for form in [&canonical, &bare, &opened] {
            let found = identity.captures(form.as_str());
            let name =
                found.and_then(|found| found.get(1).or_else(|| found.get(0)).map(|group| group.as_str().to_owned()));
            if let Some(name) = name.filter(|name| !name.is_empty()) {
                return format!("id:{name}");
            }
        }
    }
    let text = canonical.as_str();
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    bare.strip_prefix("www.").unwrap_or(bare).to_owned()
}

/// Whether there is anything to do: a web address of credible length.
fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= LONGEST
}

/// One turn: the address in its one spelling, without what names no article.
fn spell(url: &Url) -> Option<Url> {
    let host = match url.host()? {
        Host::Domain(name) => site::plain_host(name).to_owned(),
        other => other.to_string(),
    };
    let named = matches!(url.host(), Some(Host::Domain(_))) && host.contains('.');
    let mut text = String::with_capacity(url.as_str().len());
    text.push_str(if named && url.port().is_none() { "https" } else { url.scheme() });
    text.push_str("://");
    text.push_str(&host);
    if let Some(port) = url.port() {
        text.push(':');
        text.push_str(&port.to_string());
    }
    let path = spell_path(url.path());
    text.push('/');
    text.push_str(&path.join("/"));
    let parameters = query::spell(url, path.last().map_or("", String::as_str));
    if !parameters.is_empty() {
        text.push('?');
        text.push_str(&parameters);
    }
    // Pages that are built in the browser keep their address behind `#!` or `#/`.
    if let Some(route) = url.fragment().filter(|f| f.len() > 2 && (f.starts_with('!') || f.starts_with('/'))) {
        text.push('#');
        text.push_str(&escape::fragment(route));
    }
    Url::parse(&text).ok()
}

/// The segments of a path that matter: no empty ones, no `index.html` at the end, no AMP marks, no session ids.
fn spell_path(path: &str) -> Vec<String> {
    // Mails and posts glue parameters to a path that has no question mark.
    let path = ["&utm_", "&fbclid="].iter().filter_map(|glued| path.find(glued)).min().map_or(path, |at| &path[..at]);
    let mut segments: Vec<String> =
        path.split('/').filter(|s| !s.is_empty()).map(|s| escape::path_segment(without_session(s))).collect();
    segments.retain(|segment| !segment.is_empty());
    while segments.last().is_some_and(|last| is_index(last)) {
        segments.pop();
    }
    amp::strip_marks(&mut segments);
    segments
}

fn is_index(segment: &str) -> bool {
    let Some((stem, extension)) = segment.rsplit_once('.') else { return false };
    let known = ["html", "htm", "php", "asp", "aspx", "jsp", "shtml", "cfm"];
    (stem.eq_ignore_ascii_case("index") || stem.eq_ignore_ascii_case("default"))
        && known.iter().any(|k| extension.eq_ignore_ascii_case(k))
}

/// `page;jsessionid=0A1B` → `page` (Servlet specification 7.1.3).
fn without_session(segment: &str) -> &str {
    let at = segment.match_indices(';').map(|(at, _)| at).find(|&at| {
        let name = segment[at + 1..].split(['=', ';']).next().unwrap_or_default();
        ["jsessionid", "phpsessid", "sessionid"].iter().any(|known| name.eq_ignore_ascii_case(known))
    });
    at.map_or(segment, |at| &segment[..at])
}

/// Whether a path segment looks like an article's name: a slug of several words, or a number of some length.
fn names_article(segment: &str) -> bool {
    let words = segment.split(['-', '_']).filter(|word| !word.is_empty()).count();
    let mut run = 0;
    let longest = segment.bytes().fold(0, |longest: usize, byte| {
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        longest.max(run)
    });
    words >= 3 || longest >= 5
}

#[cfg(test)]
mod tests;
