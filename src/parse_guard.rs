//! Pages that would keep a parser busy for minutes or fill the memory, found by one pass over them before parsing.

use std::collections::HashMap;

use memchr::{memchr, memmem};

/// Deeper pages are not parsed: the parser's time grows with the square of the depth.
const MOST: usize = 1_000;

/// The sum of the depths of all elements; a large news page has a million.
const MOST_WORK: usize = 60_000_000;

/// Each attribute is compared with those before it.
const MOST_ATTRIBUTES: usize = 250;

/// Formatting elements that the parser would have to open again for later elements, all in all.
const MOST_REOPENED: usize = 500_000;

/// Elements, texts, comments and attributes, which take up to 150 bytes each; a large news page has twenty thousand.
const MOST_PARTS: usize = 300_000;

/// What all JSON of one page may hold, in units of 32 bytes: a value is one, an object twenty.
pub const JSON_BUDGET: usize = 1_000_000;

/// Formatting that was not closed: the parser opens it again wherever the block around it has ended (HTML, 13.2.4.3).
#[derive(Default)]
struct Unclosed<'a> {
    open: Vec<(u64, &'a [u8])>,
    /// Of equal tags the parser remembers three.
    times: HashMap<&'a [u8], u8>,
}

impl<'a> Unclosed<'a> {
    fn open(&mut self, name: u64, tag: &'a [u8]) {
        // An `a` or a `nobr` closes the one before it.
        if is_plain(name) || !is_formatting(name) || name == pack(b"a") || name == pack(b"nobr") {
            return;
        }
        let times = self.times.entry(tag).or_default();
        if *times < 3 {
            *times += 1;
            self.open.push((name, tag));
        }
    }

    fn close(&mut self, name: u64) {
        if !self.open.is_empty()
            && let Some(at) = self.open.iter().rposition(|(other, _)| *other == name)
        {
            let (_, tag) = self.open.remove(at);
            self.times.entry(tag).and_modify(|times| *times = times.saturating_sub(1));
        }
    }
}

/// Why a page is not parsed, or `None`.
///
/// Elements that close themselves (`p`, `li`, `td` …) are not counted, so old pages without end tags pass.
pub fn refusal(html: &str) -> Option<&'static str> {
    let bytes = html.as_bytes();
    let mut open: Vec<u64> = Vec::new();
    let mut unclosed = Unclosed::default();
    let (mut work, mut reopened, mut parts) = (0, 0, 0);
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)) {
        at += found + 1;
        // What the tag makes, and the text before it.
        parts += 1 + usize::from(at > 1 && bytes.get(at - 2) != Some(&b'>'));
        if parts > MOST_PARTS {
            return Some("more than 300,000 elements and texts");
        }
        let Some(next) = bytes.get(at) else { break };
        if *next == b'!' {
            if bytes[at..].starts_with(b"!--") {
                at = find(bytes, at + 1, b"-->").unwrap_or(bytes.len());
            }
            continue;
        }
        let closes = *next == b'/';
        let Some(name) = name(bytes, at + usize::from(closes)) else { continue };
        work += open.len();
        if closes {
            // Of all end tags these two make an element where nothing is open.
            parts -= usize::from(name != pack(b"p") && name != pack(b"br"));
            close(&mut open, name);
            unclosed.close(name);
            continue;
        }
        let (end, attributes) = end_of_tag(bytes, at);
        parts += attributes;
        reopened += unclosed.open.len();
        unclosed.open(name, bytes.get(at..end).unwrap_or_default());
        at = end;
        if attributes > MOST_ATTRIBUTES {
            return Some("an element with more than 250 attributes");
        }
        if is_plain(name) {
            open.push(name);
        } else if is_raw(name) && !open.contains(&SVG) && !open.contains(&MATH) {
            at = skip_raw(bytes, at, name);
        } else if !closes_itself(name) {
            open.push(name);
        }
        if open.len() > MOST {
            return Some("nesting deeper than 1,000");
        }
        if reopened > MOST_REOPENED {
            return Some("formatting that is opened without end");
        }
        if work > MOST_WORK {
            return Some("deep nesting throughout");
        }
    }
    None
}

/// Why a JSON document is not parsed, or `None`. `left` is what may still be held, less what this document holds.
pub fn json_refusal(json: &str, left: &mut usize) -> Option<&'static str> {
    let mut in_string = false;
    let mut escaped = false;
    for byte in json.bytes() {
        let holds = match byte {
            _ if escaped => {
                escaped = false;
                continue;
            }
            b'\\' => {
                escaped = in_string;
                0
            }
            b'"' => {
                in_string = !in_string;
                0
            }
            _ if in_string => 0,
            b'{' => 20,
            b'[' | b',' => 1,
            _ => 0,
        };
        let Some(rest) = left.checked_sub(holds) else {
            return Some("more values than are held");
        };
        *left = rest;
    }
    None
}

/// The bytes that begin nothing new within a tag.
const IS_NAME: [bool; 256] = {
    let mut is_name = [true; 256];
    let ends = b">\"'=/ \t\n\x0c\r";
    let mut at = 0;
    while at < ends.len() {
        is_name[ends[at] as usize] = false;
        at += 1;
    }
    is_name
};

/// Where a start tag ends and how many attributes it has; quoted values may hold anything.
fn end_of_tag(bytes: &[u8], from: usize) -> (usize, usize) {
    let mut count = 0;
    let mut at = from;
    let mut assigned = false;
    let mut blank = false;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'>' => break,
            b'"' | b'\'' if assigned => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += memchr(*byte, rest).map_or(rest.len(), |found| found + 1);
                assigned = false;
                blank = true;
            }
            b'=' => assigned = true,
            b'/' => blank = true,
            byte if byte.is_ascii_whitespace() => blank = true,
            _ => {
                count += usize::from(blank && !assigned);
                if count > MOST_ATTRIBUTES {
                    break;
                }
                assigned = false;
                blank = false;
                // The rest of a name, or of a value without quotes.
                let rest = bytes.get(at..).unwrap_or_default();
                at += rest.iter().position(|byte| !IS_NAME[usize::from(*byte)]).unwrap_or(rest.len());
            }
        }
    }
    (at, count)
}

const fn pack(name: &[u8]) -> u64 {
    let mut packed = 0;
    let mut at = 0;
    while at < name.len() && at < 8 {
        packed = packed << 8 | name[at].to_ascii_lowercase() as u64;
        at += 1;
    }
    packed
}

/// Whether a packed name is one of these; the compiler makes a search tree of it, which a list would not be.
macro_rules! is_one_of {
    ($name:expr, $($tag:literal),+) => { $($name == const { pack($tag) })||+ };
}

/// The commonest elements, which are in none of the lists below.
fn is_plain(name: u64) -> bool {
    name == pack(b"div") || name == pack(b"span")
}

const SVG: u64 = pack(b"svg");
const MATH: u64 = pack(b"math");

/// Elements beyond which an end tag closes nothing.
fn is_barrier(name: u64) -> bool {
    is_one_of!(name, b"table", b"template", b"object", b"applet", b"marquee")
}

/// Elements that the parser opens again after a block that ended around them.
fn is_formatting(name: u64) -> bool {
    is_one_of!(
        name, b"a", b"b", b"big", b"code", b"em", b"font", b"i", b"nobr", b"s", b"small", b"strike", b"strong", b"tt",
        b"u"
    )
}

/// The first eight letters of a tag's name.
fn name(bytes: &[u8], from: usize) -> Option<u64> {
    let rest = bytes.get(from..)?;
    if !rest.first()?.is_ascii_alphabetic() {
        return None;
    }
    let end = rest
        .iter()
        .take(8)
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
        .unwrap_or(rest.len().min(8));
    Some(pack(&rest[..end]))
}

fn close(open: &mut Vec<u64>, name: u64) {
    let stops = !is_barrier(name);
    let found = open.iter().rposition(|other| *other == name || (stops && is_barrier(*other)));
    let Some(found) = found.filter(|found| open[*found] == name) else { return };
    if found + 1 < open.len() && !is_plain(name) && is_formatting(name) {
        open.remove(found);
    } else {
        open.truncate(found);
    }
}

/// Elements whose content holds no tags.
fn is_raw(name: u64) -> bool {
    is_one_of!(name, b"script", b"style", b"textarea", b"title", b"iframe", b"xmp", b"noembed")
}

/// Void elements and those that an element of their kind closes.
fn closes_itself(name: u64) -> bool {
    is_one_of!(
        name,
        b"area",
        b"base",
        b"br",
        b"col",
        b"embed",
        b"hr",
        b"img",
        b"input",
        b"link",
        b"meta",
        b"param",
        b"source",
        b"track",
        b"wbr",
        b"p",
        b"li",
        b"dd",
        b"dt",
        b"td",
        b"th",
        b"tr",
        b"tbody",
        b"thead",
        b"tfoot",
        b"colgroup",
        b"caption",
        b"option",
        b"optgroup",
        b"html",
        b"head",
        b"body",
        b"rp",
        b"rt",
        b"frame",
        b"keygen",
        b"basefont"
    )
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    memmem::find(bytes.get(from..)?, what).map(|at| from + at)
}

/// The end of an element whose content holds no tags.
fn skip_raw(bytes: &[u8], from: usize, raw: u64) -> usize {
    let mut at = from;
    while let Some(found) = find(bytes, at, b"</") {
        if name(bytes, found + 2) == Some(raw) {
            return found + 2;
        }
        at = found + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_pages_are_refused_and_old_ones_are_not() {
        let deep = Some("nesting deeper than 1,000");
        let many = Some("more than 300,000 elements and texts");
        let wide = "<div><p>text<li>item<br><img>".repeat(10);
        for (html, expected) in [
            ("<div>".repeat(1_001), deep),
            ("<div>".repeat(1_000), None),
            ("<p>text<li>item<td>cell<br>".repeat(5_000), None),
            ("<div><p>text</div>".repeat(5_000), None),
            ("<b><i>x</b>".repeat(5_000), deep),
            ("<div><table></div>".repeat(1_001), deep),
            ("<div><b></div>".repeat(5_000), None),
            (format!("<script>{}</script>", "'<div>'".repeat(5_000)), None),
            (format!("<!-- {} -->", "<div>".repeat(5_000)), None),
            (format!("<svg><style>{}", "<g>".repeat(5_000)), deep),
            (
                format!("{}{}", "<DIV CLASS=x>".repeat(900), "<span></span>".repeat(50_000)),
                Some("deep nesting throughout"),
            ),
            (format!("<div {}>", "name ".repeat(251)), Some("an element with more than 250 attributes")),
            (format!("<div class='{}'>", "word ".repeat(5_000)), None),
            (format!("<div data-x=\"{}\" y=1>", "a=1 ' ".repeat(5_000)), None),
            (wide, None),
            ("<h2><a href=/x>Title</a></h2>".repeat(70_000), None),
            ("<p>x".repeat(260_000), many),
            ("<!-->".repeat(510_000), many),
            ("</p>".repeat(510_000), many),
            ("<br a b c d e f g h>".repeat(60_000), many),
        ] {
            assert_eq!(refusal(&html), expected, "{}", &html[..60.min(html.len())]);
        }
    }

    #[test]
    fn json_that_would_fill_the_memory_is_refused() {
        let refused = |json: &str| json_refusal(json, &mut JSON_BUDGET.clone()).is_some();
        assert!(refused(&"{\"id\":\"1\"},".repeat(50_000)) && !refused(&"{\"id\":\"1\"},".repeat(45_000)));
        assert!(refused(&"1,".repeat(1_000_001)) && refused(&"[".repeat(1_000_001)));
        assert!(!refused(&format!("[\"{}\"]", "{,\\\",[".repeat(500_000))), "a text is one value");
        let mut left = JSON_BUDGET;
        assert_eq!((json_refusal("[{}, {}]", &mut left), JSON_BUDGET - left), (None, 42));
    }

    #[test]
    fn only_attacks_are_refused() {
        let row = "<tr><td><a href=x><b>Title</b></a><td><svg><path d='M0'/><circle r=1 /></svg><br><img src=x>";
        for (html, safe) in [
            (format!("<!DOCTYPE html><html><body><table>{}</table>", row.repeat(5_000)), true),
            ("<ul>".to_owned() + &"<li><p>text <b>bold</b>".repeat(20_000), true),
            ("<div><span>x</div>".repeat(5_000), true),
            ("<div>".repeat(900) + &"</div>".repeat(900), true),
            ("<div>".repeat(1_001), false),
            ("<div/>".repeat(2_000), false),
            ("<div></x>".repeat(2_000), false),
            ("<b><div></b>".repeat(2_000), false),
            ("<div><table><tr><td></div>".repeat(2_000), false),
            (
                format!(
                    "{}{}",
                    (0..900).map(|i| format!("<font size={i}>")).collect::<Vec<_>>().concat(),
                    "<p>x</p>".repeat(9_000)
                ),
                false,
            ),
            ("<script>\"<div>\"</script>".repeat(3_000), true),
        ] {
            assert_eq!(refusal(&html).is_none(), safe, "{}", html.get(..100).unwrap_or_default());
        }
    }
}
