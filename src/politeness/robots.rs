//! robots.txt as RFC 9309 defines it, with the readings of malformed files that Google's matcher has made the standard.
//!
//! Where the two leave room, the reading that asks less of the outlet wins.

use std::{sync::Arc, time::Duration};
use url::Url;

/// RFC 9309 2.5: what a crawler must read at least, and all that we do read.
const LONGEST: usize = 500 * 1024;

/// The rules of one host. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Robots {
    lines: Arc<[Line]>,
}

#[derive(Debug)]
struct Line {
    /// 1-based, in the file.
    number: usize,
    /// As it stands there.
    text: String,
    directive: Directive,
}

#[derive(Debug)]
enum Directive {
    /// `presswatch/1.0 (+…)` by its letters, and by its first word (for names with digits); `*` for everyone.
    Agent {
        token: String,
        word: String,
    },
    Allow(Pattern),
    Disallow(Pattern),
    CrawlDelay(Duration),
    Sitemap(Url),
}

/// What the rules say about one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it may be asked.
    pub allowed: bool,
    /// The deciding line: its number from 1, and its text. `None` when no rule speaks of the address.
    pub line: Option<(usize, String)>,
}

/// What an answer to `/robots.txt` means (RFC 9309 2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RobotsAnswer {
    /// The text to parse; good for 24 hours.
    Rules(String),
    /// There are no rules.
    AllowAll,
    /// The host has trouble; nothing may be asked, for a day at most.
    DisallowAll,
}

/// Reads the meaning of a final answer; `status` 0 stands for a host that could not be reached.
///
/// A redirect that was not followed to its end counts as no rules (RFC 9309 2.3.1.2), 429 as trouble.
pub fn from_status(status: u16, body: &str) -> RobotsAnswer {
    match status {
        200..=299 => RobotsAnswer::Rules(body.to_owned()),
        429 => RobotsAnswer::DisallowAll,
        300..=499 => RobotsAnswer::AllowAll,
        _ => RobotsAnswer::DisallowAll,
    }
}

impl Robots {
    /// Reads the first 500 KiB of a file. Nothing is an error: what cannot be understood says nothing.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let cut = text.len() > LONGEST;
        let mut text = &text[..text.floor_char_boundary(LONGEST)];
        // Half a rule could forbid or allow more than the whole one.
        if cut && let Some(end) = text.rfind(['\n', '\r']) {
            text = &text[..end];
        }
        let mut lines = Vec::new();
        for (index, line) in split_lines(text).enumerate() {
            if let Some(directive) = read_line(line) {
                lines.push(Line { number: index + 1, text: line.trim().to_owned(), directive });
            }
        }
        Self { lines: lines.into() }
    }

    /// Whether the crawler with this product token may ask for an address, and by which line.
    pub fn verdict(&self, agent: &str, url: &Url) -> Verdict {
        self.verdict_text(agent, url.as_str())
    }

    /// Like [`Self::verdict`] for an address as it was written: `/ツ` is then not `/%E3%83%84`.
    pub fn verdict_text(&self, agent: &str, url: &str) -> Verdict {
        let path = path_and_query(url);
        let decoded = respell(&path, Respell::Decode);
        let path = respell(&path, Respell::Digits);
        // Per kind of group (ours, everyone's): the longest matching allow and disallow.
        let mut allow = [None::<(usize, &Line)>; 2];
        let mut disallow = [None::<(usize, &Line)>; 2];
        let mut named = false;
        self.for_group_lines(agent, |scope, line| {
            named |= scope.ours;
            let (best, length) = match &line.directive {
                Directive::Allow(pattern) if pattern.matches(&path) => (&mut allow, pattern.len()),
                Directive::Allow(pattern) => {
                    match pattern.of_directory().filter(|directory| directory.matches(&path)) {
                        Some(directory) => (&mut allow, directory.len()),
                        None => return,
                    }
                }
                Directive::Disallow(pattern) if pattern.matches(&path) || pattern.matches_decoded(&decoded) => {
                    (&mut disallow, pattern.len())
                }
                _ => return,
            };
            for (slot, applies) in best.iter_mut().zip([scope.ours, scope.everyones]) {
                if applies && slot.is_none_or(|(longest, _)| length > longest) {
                    *slot = Some((length, line));
                }
            }
        });
        let group = usize::from(!named);
        let (allow, disallow) = (allow[group], disallow[group]);
        let said = |line: &Line| Some((line.number, line.text.clone()));
        // RFC 9309 2.2.2: the longest match decides, of equals the allow; an empty pattern matches nothing.
        match (allow.filter(|(n, _)| *n > 0), disallow.filter(|(n, _)| *n > 0)) {
            (Some((a, line)), Some((d, _))) if a >= d => Verdict { allowed: true, line: said(line) },
            (Some((_, line)), None) => Verdict { allowed: true, line: said(line) },
            (_, Some((_, line))) => Verdict { allowed: false, line: said(line) },
            (None, None) => Verdict { allowed: true, line: None },
        }
    }

    /// The pause between two requests that the outlet asks of this crawler: the longest one of its groups.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        let mut longest = [None::<Duration>; 2];
        let mut named = false;
        self.for_group_lines(agent, |scope, line| {
            named |= scope.ours;
            if let Directive::CrawlDelay(delay) = line.directive {
                for (slot, applies) in longest.iter_mut().zip([scope.ours, scope.everyones]) {
                    if applies {
                        *slot = (*slot).max(Some(delay));
                    }
                }
            }
        });
        longest[usize::from(!named)]
    }

    /// Absolute http and https addresses of sitemaps, each once, in the order of the file.
    pub fn sitemaps(&self) -> Vec<Url> {
        let mut seen = std::collections::HashSet::new();
        let all = self.lines.iter().filter_map(|line| match &line.directive {
            Directive::Sitemap(url) => Some(url),
            _ => None,
        });
        all.filter(|url| seen.insert(*url)).cloned().collect()
    }

    /// Calls `visit` with every line that stands in a group of this agent or of everyone, agent lines included.
    fn for_group_lines<'l>(&'l self, agent: &str, mut visit: impl FnMut(Scope, &'l Line)) {
        let mut scope = Scope::default();
        let mut rules_begun = false;
        for line in self.lines.iter() {
            match &line.directive {
                Directive::Agent { token, word } => {
                    if std::mem::take(&mut rules_begun) {
                        scope = Scope::default();
                    }
                    scope.everyones |= word == "*";
                    scope.ours |= token.eq_ignore_ascii_case(agent) || word.eq_ignore_ascii_case(agent);
                }
                Directive::Allow(_) | Directive::Disallow(_) => {
                    rules_begun = scope.ours || scope.everyones || rules_begun;
                }
                // RFC 9309 2.2.4: other records neither end nor begin a group.
                Directive::CrawlDelay(_) | Directive::Sitemap(_) => {}
            }
            if scope.ours || scope.everyones {
                visit(scope, line);
            }
        }
    }
}

/// Whose group a line stands in; agent lines may follow one another.
#[derive(Debug, Clone, Copy, Default)]
struct Scope {
    ours: bool,
    everyones: bool,
}

/// Lines end in `\n`, `\r\n` or `\r`.
fn split_lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

fn read_line(line: &str) -> Option<Directive> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let (key, value) = if let Some((key, value)) = line.split_once(':') {
        (key.trim(), value.trim())
    } else {
        // `Disallow /x` without a colon counts when nothing else follows.
        let (key, value) = line.split_once([' ', '\t'])?;
        let value = value.trim();
        if value.is_empty() || value.contains([' ', '\t']) {
            return None;
        }
        (key, value)
    };
    let key = key.to_ascii_lowercase();
    if key.starts_with("user-agent") || misspells(&key, "user-agent") {
        // RFC 9309 2.2.1: a product token is made of letters, `-` and `_`.
        let token = value.chars().take_while(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_')).collect();
        let word = value.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default().to_owned();
        return Some(Directive::Agent { token, word });
    }
    if key.starts_with("disallow") || (key.starts_with('d') && misspells(&key, "disallow")) {
        return Some(Directive::Disallow(Pattern::new(value)));
    }
    // No misspelling counts here: a wrong yes is worse than a wrong no.
    if key.starts_with("allow") {
        return Some(Directive::Allow(Pattern::new(value)));
    }
    match key.as_str() {
        "crawl-delay" | "crawldelay" | "crawl delay" => {
            let seconds = value.parse::<f64>().ok().filter(|s| s.is_finite() && *s >= 0.0)?;
            Some(Directive::CrawlDelay(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)))
        }
        "sitemap" | "site-map" | "sitemaps" => {
            let url = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
            Some(Directive::Sitemap(url))
        }
        _ => None,
    }
}

/// Whether a key is a directive's name with at most two letters wrong, missing or too many.
fn misspells(key: &str, name: &str) -> bool {
    if key.len().abs_diff(name.len()) > 2 {
        return false;
    }
    let mut row: Vec<usize> = (0..=name.len()).collect();
    for (i, a) in key.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in name.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().is_some_and(|distance| *distance <= 2)
}

/// A rule's path with `*` for any text, and `$` at its end for the end of the address.
#[derive(Debug)]
struct Pattern {
    /// Non-ASCII percent-encoded, hex digits capital.
    text: String,
    /// `text` with percent-encoded unreserved characters plain, when that differs.
    decoded: Option<String>,
}

impl Pattern {
    fn new(value: &str) -> Self {
        let text = respell(value, Respell::Encode);
        let decoded = Some(respell(&text, Respell::Decode)).filter(|decoded| *decoded != text);
        Self { text, decoded }
    }

    /// Precedence: the length in bytes as encoded.
    fn len(&self) -> usize {
        self.text.len()
    }

    fn matches(&self, path: &str) -> bool {
        glob(&self.text, path)
    }

    /// RFC 9309 2.2.2 compares `%7E` and `~` as equal. Google's matcher does not, so only what forbids does.
    fn matches_decoded(&self, decoded_path: &str) -> bool {
        glob(self.decoded.as_deref().unwrap_or(&self.text), decoded_path)
    }

    /// Who allows `/a/index.html` allows `/a/`.
    fn of_directory(&self) -> Option<Self> {
        let slash = self.text.rfind('/')?;
        let (directory, page) = self.text.split_at_checked(slash + 1)?;
        page.starts_with("index.htm").then(|| Self { text: format!("{directory}$"), decoded: None })
    }
}

/// Whether a pattern matches from the path's beginning on. Each piece is looked for once, leftmost, so the time grows
/// with pattern and path, not with their product.
fn glob(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = pattern.strip_suffix('$').map_or((pattern, false), |p| (p, true));
    let mut pieces = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let Some(last) = pieces.next_back() else { return !to_end || rest.is_empty() };
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    if to_end { rest.ends_with(last) } else { rest.contains(last) }
}

#[derive(Clone, Copy, PartialEq)]
enum Respell {
    /// Nothing but the hex digits.
    Digits,
    /// Non-ASCII bytes become `%XX`.
    Encode,
    /// `%XX` of unreserved characters (RFC 3986 2.3) become plain, and non-ASCII bytes `%XX`.
    Decode,
}

/// Rewrites percent-encoding; its hex digits become capital.
fn respell(text: &str, how: Respell) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let pair = ahead.next().zip(ahead.next()).filter(|(a, b)| a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
        match pair {
            Some((high, low)) if byte == b'%' => {
                bytes = ahead;
                let digit = |b: u8| char::from(b).to_digit(16).unwrap_or_default();
                let decoded = u8::try_from(digit(high) * 16 + digit(low)).unwrap_or_default();
                if how == Respell::Decode && (decoded.is_ascii_alphanumeric() || b"-._~".contains(&decoded)) {
                    out.push(decoded);
                } else {
                    out.extend([b'%', high.to_ascii_uppercase(), low.to_ascii_uppercase()]);
                }
            }
            _ if byte.is_ascii() || how == Respell::Digits => out.push(byte),
            _ => out.extend(format!("%{byte:02X}").bytes()),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// From the first `/`, `?` or `;` after the host to the fragment; always begins with `/`.
fn path_and_query(url: &str) -> std::borrow::Cow<'_, str> {
    let url = url.split('#').next().unwrap_or_default();
    let url = url.strip_prefix("//").unwrap_or(url);
    let marks = ['/', '?', ';'];
    let after_host = match (url.find("://"), url.find(marks)) {
        (Some(scheme), Some(mark)) if scheme < mark => url.get(scheme + 3..).unwrap_or_default(),
        _ => url,
    };
    match after_host.find(marks).and_then(|at| after_host.get(at..)) {
        Some(path) if path.starts_with('/') => path.into(),
        Some(path) => format!("/{path}").into(),
        None => "/".into(),
    }
}

#[cfg(test)]
mod tests;
