//! Parses robots.txt according to RFC 9309, and malformed files as Google's matcher does.
//!
//! In doubt, the stricter interpretation wins.

use std::{borrow::Cow, ops::Range, sync::Arc, time::Duration};
use url::Url;

/// How much a crawler must read at least (RFC 9309 2.5), and all that we read.
pub const LONGEST: usize = 500 * 1024;

/// The rules of one host: the text, and the positions of its directives. Cheap to clone, and of bounded size.
#[derive(Debug, Clone, Default)]
pub struct Robots {
    text: Arc<str>,
    lines: Arc<[Line]>,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    directive: Directive,
    /// In the file, from 1.
    number: u32,
    /// The position of the value in the text, and its length, in bytes.
    value: u32,
    length: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Directive {
    Agent,
    Allow,
    Disallow,
    CrawlDelay,
    Sitemap,
}

/// The verdict of the rules on a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsVerdict {
    /// Whether it may be requested.
    pub allowed: bool,
    /// The deciding line: its number from 1, and its text. `None` if no rule matches.
    pub line: Option<(usize, String)>,
}

/// Whether a response for `/robots.txt` with this status means that there are no rules (RFC 9309, 2.3.1.3). 429 is a problem of the host.
pub fn means_no_rules(status: u16) -> bool {
    matches!(status, 400..=428 | 430..=499)
}

impl Robots {
    /// Parses the first 500 KiB of a file. There are no errors: unknown lines are ignored.
    pub fn parse(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let cut = text.len() > LONGEST;
        let mut text = &text[..text.floor_char_boundary(LONGEST)];
        // Drops a truncated last line: half a rule could forbid or allow more than the whole one.
        if cut && let Some(end) = text.rfind(['\n', '\r']) {
            text = &text[..end];
        }
        let mut lines = Vec::new();
        let mut number = 1;
        let mut begin = 0;
        for end in text.match_indices(['\n', '\r']).map(|(at, _)| at).chain([text.len()]) {
            let line = text.get(begin..end).unwrap_or_default();
            if let Some((directive, value)) = read_line(line)
                && let (Ok(value), Ok(length)) = (u32::try_from(value.start + begin), u32::try_from(value.len()))
            {
                lines.push(Line { directive, number, value, length });
            }
            begin = end + 1;
            // `\r\n` ends one line, not two.
            number += u32::from(!text.get(end..).is_some_and(|rest| rest.starts_with("\r\n")));
        }
        Self { text: text.into(), lines: lines.into() }
    }

    fn value(&self, line: &Line) -> &str {
        let begin = line.value as usize;
        self.text.get(begin..begin + line.length as usize).unwrap_or_default()
    }

    /// The whole line, comment included.
    fn said(&self, line: &Line) -> Option<(usize, String)> {
        let (before, after) = self.text.split_at_checked(line.value as usize)?;
        let begin = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let end = after.find(['\n', '\r']).map_or(self.text.len(), |at| before.len() + at);
        Some((line.number as usize, self.text.get(begin..end)?.trim().to_owned()))
    }

    /// Whether the crawler with this product token may request a URL, and by which line.
    pub fn verdict(&self, agent: &str, url: &Url) -> RobotsVerdict {
        self.verdict_text(agent, url.as_str())
    }

    /// Like [`Self::verdict`], for a URL as it was written: `/ツ` is then not `/%E3%83%84`.
    pub fn verdict_text(&self, agent: &str, url: &str) -> RobotsVerdict {
        let path = path_and_query(url);
        let decoded = respell(&path, Respell::Decode);
        let path = respell(&path, Respell::Digits);
        // Per kind of group (ours, everyone's): the longest matching allow and disallow.
        let mut allow = [None::<(usize, Line)>; 2];
        let mut disallow = [None::<(usize, Line)>; 2];
        let mut named = false;
        self.for_group_lines(agent, |scope, line| {
            named |= scope.ours;
            if !matches!(line.directive, Directive::Allow | Directive::Disallow) {
                return;
            }
            let pattern = respell(self.value(line), Respell::Encode);
            let (best, length) = match line.directive {
                Directive::Allow if glob(&pattern, &path) => (&mut allow, pattern.len()),
                Directive::Allow => match of_directory(&pattern).filter(|directory| glob(directory, &path)) {
                    Some(directory) => (&mut allow, directory.len()),
                    None => return,
                },
                // RFC 9309 2.2.2 compares `%7E` and `~` as equal. Google's matcher does not, so only what forbids does.
                Directive::Disallow if glob(&pattern, &path) || glob(&respell(&pattern, Respell::Decode), &decoded) => {
                    (&mut disallow, pattern.len())
                }
                _ => return,
            };
            for (slot, applies) in best.iter_mut().zip([scope.ours, scope.everyones]) {
                if applies && slot.is_none_or(|(longest, _)| length > longest) {
                    *slot = Some((length, *line));
                }
            }
        });
        let group = usize::from(!named);
        let (allow, disallow) = (allow[group], disallow[group]);
        // RFC 9309 2.2.2: the longest match decides, of equals the allow; an empty pattern matches nothing.
        match (allow.filter(|(n, _)| *n > 0), disallow.filter(|(n, _)| *n > 0)) {
            (Some((a, line)), Some((d, _))) if a >= d => RobotsVerdict { allowed: true, line: self.said(&line) },
            (Some((_, line)), None) => RobotsVerdict { allowed: true, line: self.said(&line) },
            (_, Some((_, line))) => RobotsVerdict { allowed: false, line: self.said(&line) },
            (None, None) => RobotsVerdict { allowed: true, line: None },
        }
    }

    /// The pause between two requests that the outlet asks of this crawler: the longest one of its groups.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        let mut longest = [None::<Duration>; 2];
        let mut named = false;
        self.for_group_lines(agent, |scope, line| {
            named |= scope.ours;
            if line.directive == Directive::CrawlDelay
                && let Some(delay) = seconds(self.value(line))
            {
                for (slot, applies) in longest.iter_mut().zip([scope.ours, scope.everyones]) {
                    if applies {
                        *slot = (*slot).max(Some(delay));
                    }
                }
            }
        });
        longest[usize::from(!named)]
    }

    /// The absolute http and https URLs of sitemaps, each once, in the order of the file.
    pub fn sitemaps(&self) -> Vec<Url> {
        self.sitemaps_by(Url::parse)
    }

    /// Like [`Self::sitemaps`], with relative URLs (which are not allowed, but occur) resolved against that of the robots.txt.
    pub fn sitemaps_at(&self, robots: &Url) -> Vec<Url> {
        self.sitemaps_by(|address| robots.join(address))
    }

    fn sitemaps_by(&self, read: impl Fn(&str) -> Result<Url, url::ParseError>) -> Vec<Url> {
        let mut seen = std::collections::HashSet::new();
        let all = self.lines.iter().filter(|line| line.directive == Directive::Sitemap);
        let urls = all.filter_map(|line| read(self.value(line)).ok());
        urls.filter(|url| matches!(url.scheme(), "http" | "https") && seen.insert(url.clone())).collect()
    }

    /// Calls `visit` with every line in a group of this agent or of everyone, including user-agent lines.
    fn for_group_lines(&self, agent: &str, mut visit: impl FnMut(AgentScope, &Line)) {
        let mut scope = AgentScope::default();
        let mut rules_begun = false;
        for line in self.lines.iter() {
            match line.directive {
                Directive::Agent => {
                    if std::mem::take(&mut rules_begun) {
                        scope = AgentScope::default();
                    }
                    let named = self.value(line);
                    scope.everyones |= first_word(named) == "*";
                    scope.ours |= names(named, agent);
                }
                Directive::Allow | Directive::Disallow => rules_begun |= scope.ours || scope.everyones,
                // RFC 9309 2.2.4: other records neither end nor begin a group.
                Directive::CrawlDelay | Directive::Sitemap => {}
            }
            if scope.ours || scope.everyones {
                visit(scope, line);
            }
        }
    }
}

/// Whose group a line belongs to; several user-agent lines may begin a group.
#[derive(Debug, Clone, Copy, Default)]
struct AgentScope {
    ours: bool,
    everyones: bool,
}

/// The directive of a line, and the range of its value.
fn read_line(line: &str) -> Option<(Directive, Range<usize>)> {
    let told = line.split('#').next().unwrap_or_default();
    let (key, rest) = if let Some(parts) = told.split_once(':') {
        parts
    } else {
        // `Disallow /x` without a colon counts when nothing else follows.
        let parts = told.trim_start().split_once([' ', '\t'])?;
        let value = parts.1.trim();
        if value.is_empty() || value.contains([' ', '\t']) {
            return None;
        }
        parts
    };
    let key = key.trim();
    // Bounds the work: names of directives are short, but a line may be half a megabyte.
    if key.len() > 64 {
        return None;
    }
    let key = key.to_ascii_lowercase();
    let directive = if key.starts_with("user-agent") || misspells(&key, "user-agent") {
        Directive::Agent
    } else if key.starts_with("disallow") || (key.starts_with('d') && misspells(&key, "disallow")) {
        Directive::Disallow
    } else if key.starts_with("allow") {
        // No misspellings here: a wrongly allowed URL is worse than a wrongly disallowed one.
        Directive::Allow
    } else {
        match key.as_str() {
            "crawl-delay" | "crawldelay" | "crawl delay" => Directive::CrawlDelay,
            "sitemap" | "site-map" | "sitemaps" => Directive::Sitemap,
            _ => return None,
        }
    };
    let begin = told.len() - rest.trim_start().len();
    Some((directive, begin..begin + rest.trim().len()))
}

fn seconds(value: &str) -> Option<Duration> {
    let seconds = value.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

fn first_word(value: &str) -> &str {
    value.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default()
}

/// Whether a user-agent line names this crawler: by its product token, which consists of letters, `-` and `_` (RFC 9309 2.2.1), or by its
/// first word, for names with digits.
fn names(value: &str, agent: &str) -> bool {
    let end = value.find(|c: char| !c.is_ascii_alphabetic() && !matches!(c, '-' | '_')).unwrap_or(value.len());
    value.get(..end).is_some_and(|token| token.eq_ignore_ascii_case(agent))
        || first_word(value).eq_ignore_ascii_case(agent)
}

/// Whether a key differs from the name of a directive in at most two letters.
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

/// Allowing `/a/index.html` also allows `/a/`.
fn of_directory(pattern: &str) -> Option<String> {
    let (directory, page) = pattern.rsplit_once('/')?;
    page.starts_with("index.htm").then(|| format!("{directory}/$"))
}

/// Whether a pattern matches the beginning of a path; `*` stands for any text, and a final `$` for the end. Searches each piece only once, so
/// that the time is linear in pattern and path.
pub(super) fn glob(pattern: &str, path: &str) -> bool {
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
pub(super) enum Respell {
    /// Changes only the case of hex digits.
    Digits,
    /// Non-ASCII bytes become `%XX`.
    Encode,
    /// `%XX` of unreserved characters (RFC 3986 2.3) become plain, and non-ASCII bytes `%XX`.
    Decode,
}

/// Normalises percent-encoding; hex digits become upper case.
pub(super) fn respell(text: &str, how: Respell) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains('%') {
        return text.into();
    }
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
    String::from_utf8_lossy(&out).into_owned().into()
}

/// From the first `/`, `?` or `;` after the host to the fragment; always begins with `/`.
fn path_and_query(url: &str) -> Cow<'_, str> {
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
