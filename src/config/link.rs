//! Validates URLs of channels, templates with `{query}` or `{group}`, host names and networks.

use std::net::IpAddr;

use ipnet::IpNet;
use regex::Regex;
use url::{Host, Url};

use super::problem::{Flaw, shown};
use crate::diagnostic::acts_or_turns;
use crate::text::suggest::nearest;

const WHOLE: &str = "an address that begins with https:// or http://";
/// The placeholder for the search terms.
pub(super) const QUERY: &str = "{query}";

/// Parses an absolute http or https URL without placeholders.
pub(super) fn address(text: &str) -> Result<Url, Flaw> {
    if let Some(at) = text.find(QUERY) {
        return Err(Flaw::new("only addresses in `searches` have {query}")
            .at(at..at + QUERY.len())
            .expected("an address without it")
            .hint(Some("move this address to `searches`".to_owned())));
    }
    parse_filled(text, text)
}

/// Parses `filled`, the URL with its placeholders filled in; messages show `text`.
fn parse_filled(text: &str, filled: &str) -> Result<Url, Flaw> {
    if text.trim().is_empty() {
        return Err(Flaw::new("the address is empty").expected(WHOLE));
    }
    // The URL parser would drop these silently.
    if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_whitespace() || acts_or_turns(*c)) {
        let hint = if text.trim() == text { "write a blank as %20" } else { "take the blanks away" };
        return Err(Flaw::new("the address holds a blank or a control character")
            .at(at..at + c.len_utf8())
            .expected("an address without blanks")
            .hint(Some(hint.to_owned())));
    }
    let name = shown(text);
    match Url::parse(filled) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && !strange_slashes(text) => Ok(url),
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            Err(Flaw::new(format!("\"{name}\" is not a whole address"))
                .expected(WHOLE)
                .hint(guess_url(&with_two_slashes(text))))
        }
        Ok(url) if url.scheme().contains('.') || url.scheme() == "localhost" => {
            Err(Flaw::new(format!("\"{name}\" is not a whole address"))
                .expected(WHOLE)
                .hint(guess_url(&format!("http://{text}"))))
        }
        Ok(url) => {
            let inner = text.split_once(':').map(|(_, rest)| rest.trim_start_matches('/'));
            let hint = inner.filter(|_| url.scheme() == "feed").and_then(|inner| {
                guess_url(&if inner.starts_with("http") { inner.to_owned() } else { format!("https://{inner}") })
            });
            Err(Flaw::new(format!("addresses of the kind `{}:` are not read", shown(url.scheme())))
                .expected(WHOLE)
                .hint(hint))
        }
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            let rest = text.strip_prefix("//").unwrap_or(text);
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let hint = host.contains('.').then(|| guess_url(&format!("https://{rest}"))).flatten();
            Err(Flaw::new(format!("\"{name}\" is not a whole address")).expected(WHOLE).hint(hint))
        }
        Err(cause) => Err(Flaw::new(format!("\"{name}\" is not an address: {cause}")).expected(WHOLE)),
    }
}

/// Whether the scheme is followed by one slash or none. The parser accepts that as browsers do, but here it is a typing
/// error.
fn strange_slashes(text: &str) -> bool {
    !text.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//") && !rest.starts_with("///"))
}

/// The same with two slashes after the scheme.
fn with_two_slashes(text: &str) -> String {
    let (scheme, rest) = text.split_once(':').unwrap_or(("https", text));
    format!("{scheme}://{}", rest.trim_start_matches('/'))
}

fn guess_url(address: &str) -> Option<String> {
    parse_filled(address, address).ok().map(|_| format!("did you mean \"{}\"?", shown(address)))
}

/// Parses a search URL, whose path or query contains `{query}`.
pub(super) fn search(text: &str) -> Result<Url, Flaw> {
    const EXPECTED: &str = "{query} where the words of a watch go, as in \"https://example.org/search?q={query}\"";
    let mut found = false;
    for group in groups(text) {
        if group.name == "query" {
            found = true;
            continue;
        }
        return Err(Flaw::new(format!("a search has no {{{}}}", shown(group.name)))
            .at(group.at)
            .expected(EXPECTED)
            .hint(Some("did you mean {query}?".to_owned())));
    }
    if !found {
        return Err(Flaw::new("this search has no {query}").expected(EXPECTED));
    }
    let url = parse_filled(text, &text.replace(QUERY, "1"))?;
    let other = parse_filled(text, &text.replace(QUERY, "2"))?;
    if url.host() != other.host() || url.port() != other.port() {
        return Err(Flaw::new("{query} stands in the name of the host").expected(EXPECTED));
    }
    Ok(url)
}

/// Checks the URL template of an API document: each `{group}` must be a named group of `matches`.
pub(super) fn template(text: &str, matches: Option<&Regex>) -> Result<(), Flaw> {
    if let Some(matches) = matches {
        let names: Vec<&str> = matches.capture_names().flatten().collect();
        if let Some(group) = groups(text).find(|group| !names.contains(&group.name)) {
            let message = format!("`match` has no group `{}`", shown(group.name));
            let expected = match names.as_slice() {
                [] => format!("a named group in `match`, such as (?<{}>[a-z]+)", shown(group.name)),
                [only] => format!("{{{only}}}"),
                names => format!("one of {{{}}}", names.join("}, {")),
            };
            let near = nearest(group.name, names.iter().copied());
            let hint = near.map(|near| format!("did you mean {{{near}}}?"));
            return Err(Flaw::new(message).at(group.at).expected(expected).hint(hint));
        }
    }
    let mut filled = text.to_owned();
    for group in groups(text) {
        filled = filled.replace(&text[group.at], "1");
    }
    parse_filled(text, &filled).map(|_| ())
}

struct Group<'t> {
    at: std::ops::Range<usize>,
    name: &'t str,
}

/// Each `{name}` consisting of letters, digits and `_`.
fn groups(text: &str) -> impl Iterator<Item = Group<'_>> {
    text.match_indices('{').filter_map(|(start, _)| {
        let rest = text.get(start + 1..)?;
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
        let name = rest.get(..end).filter(|name| !name.is_empty() && rest[end..].starts_with('}'))?;
        Some(Group { at: start..start + 1 + end + 1, name })
    })
}

/// Parses a host name with an optional port, to lower case and ASCII: the part of a URL between `//` and the next `/`.
pub(super) fn host(text: &str) -> Result<String, Flaw> {
    let flaw = || {
        Flaw::new(format!("\"{}\" is not the name of a host", shown(text))).expected("a name such as \"example.org\"")
    };
    let better = |host: &str| Some(format!("did you mean \"{}\"?", shown(host)));
    if let Some((_, rest)) = text.split_once("://") {
        return Err(flaw().hint(better(rest.split(['/', '?', '#']).next().unwrap_or(rest))));
    }
    if let Some(rest) = text.strip_prefix("*.").or_else(|| text.strip_prefix('.')) {
        let hint = format!("write \"{}\": its subdomains are included", shown(rest));
        return Err(flaw().hint(Some(hint)));
    }
    if let Some((host, _)) = text.split_once('/') {
        return Err(flaw().hint(better(host)));
    }
    // A server on another port counts as another host.
    if let Some((name, port)) = text.split_once(':')
        && port.parse::<u16>().is_ok_and(|port| port > 0)
    {
        return Ok(format!("{}:{port}", host(name)?));
    }
    if text.chars().any(|c| c.is_whitespace() || acts_or_turns(c) || "*_,;".contains(c)) || text.ends_with('.') {
        return Err(flaw());
    }
    match Host::parse(text) {
        Ok(host) => Ok(host.to_string()),
        Err(_) => Err(flaw()),
    }
}

/// Parses a network (CIDR), an IP address or a host name; `.name` and `*.name` include its subdomains.
pub(super) fn network(text: &str) -> Result<String, Flaw> {
    if text.parse::<IpNet>().is_ok() || text.parse::<IpAddr>().is_ok() {
        return Ok(text.to_owned());
    }
    let numeric = text.bytes().all(|b| b.is_ascii_hexdigit() || b"./:".contains(&b)) && text.contains(['.', ':']);
    let (dot, rest) = match text.strip_prefix("*.").or_else(|| text.strip_prefix('.')) {
        Some(rest) => (".", rest),
        None => ("", text),
    };
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(bare) = bare.filter(|bare| bare.parse::<IpAddr>().is_ok()) {
        return Ok(bare.to_owned());
    }
    let host = if numeric { Err(None) } else { host(rest).map_err(|flaw| flaw.hint) };
    // Access is granted to a host on all its ports.
    let host = host.and_then(|host| match host.split_once(':') {
        Some((name, _)) if !host.starts_with('[') => Err(Some(format!("did you mean \"{}\"?", shown(name)))),
        _ => Ok(host),
    });
    host.map(|host| format!("{dot}{host}")).map_err(|better| {
        let hint = text
            .split_once('/')
            .and_then(|(ip, _)| ip.parse::<IpAddr>().ok())
            .map(|ip| format!("the number after \"/\" is at most {}", if ip.is_ipv4() { 32 } else { 128 }));
        Flaw::new(format!("\"{}\" is neither a network nor a host", shown(text)))
            .expected("a network such as \"10.0.0.0/8\" or \"::1/128\", or the name of a host")
            .hint(hint.or(better))
    })
}

/// Parses the contact in the User-Agent: a web or mail address.
pub(super) fn contact(text: &str) -> Result<String, Flaw> {
    let flaw = |message: &str| {
        Flaw::new(message).expected("an address such as \"https://example.org/press\" or \"press@example.org\"")
    };
    if text.trim().is_empty() {
        return Err(flaw("the contact is empty"));
    }
    let bad = text.char_indices().find(|(_, c)| !matches!(c, ' '..='~') || "()\\\"".contains(*c));
    if let Some((at, c)) = bad {
        return Err(flaw("the contact holds a character that a User-Agent cannot").at(at..at + c.len_utf8()));
    }
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let table = [
            ("https://www.gazet.example/rss.xml", true, None),
            ("http://127.0.0.1:8080/a?b=c#d", true, None),
            ("HTTPS://Example.org", true, None),
            ("www.gazet.example/rss.xml", false, Some("did you mean \"https://www.gazet.example/rss.xml\"?")),
            ("//www.gazet.example/rss.xml", false, Some("did you mean \"https://www.gazet.example/rss.xml\"?")),
            ("/rss.xml", false, None),
            ("localhost:8080/x", false, Some("did you mean \"http://localhost:8080/x\"?")),
            ("feed:https://a.example/", false, Some("did you mean \"https://a.example/\"?")),
            ("ftp://a.example/", false, None),
            ("https:/a.example/", false, Some("did you mean \"https://a.example/\"?")),
            ("https://", false, None),
            ("https://a.example/x y", false, Some("write a blank as %20")),
            (" https://a.example/", false, Some("take the blanks away")),
            ("https://a.example/{query}", false, Some("move this address to `searches`")),
            ("", false, None),
        ];
        for (text, sound, hint) in table {
            let found = address(text);
            assert_eq!(found.is_ok(), sound, "{text}");
            assert_eq!(found.err().and_then(|flaw| flaw.hint).as_deref(), hint, "{text}");
        }
    }

    #[test]
    fn searches() {
        let table = [
            ("https://a.example/?q={query}", true),
            ("https://a.example/{query}/x?{query}", true),
            ("https://a.example/?q={q}", false),
            ("https://a.example/?q={query}&m={market}", false),
            ("https://a.example/", false),
            ("https://{query}.example/", false),
            ("a.example/{query}", false),
        ];
        for (text, sound) in table {
            assert_eq!(search(text).is_ok(), sound, "{text}");
        }
    }

    #[test]
    fn hosts_and_networks() {
        let table = [
            ("portaal.example", true, true),
            ("localhost", true, true),
            ("PORTAAL.example", true, true),
            ("brüssel.example", true, true),
            ("127.0.0.1", true, true),
            ("10.0.0.0/8", false, true),
            ("::1/128", false, true),
            ("::1", false, true),
            ("10.0.0.0/33", false, false),
            ("10.0.0", true, false),
            ("*.portaal.example", false, true),
            ("[::1]", true, true),
            ("https://portaal.example/", false, false),
            ("portaal.example:80", true, false),
            ("a b", false, false),
            ("", false, false),
        ];
        for (text, as_host, as_network) in table {
            assert_eq!(host(text).is_ok(), as_host, "host {text}");
            assert_eq!(network(text).is_ok(), as_network, "network {text}");
        }
        assert_eq!(host("PORTAAL.example").ok().as_deref(), Some("portaal.example"));
    }
}
