//! Whether an HTML text is safe to parse: HTML that nests by the ten thousand, or that reopens formatting without end,
//! takes a parser quadratic time and memory. One pass over the text tells.

use std::borrow::Cow;
use std::collections::HashMap;

use super::xml::{Tag, Token, Tokens};

/// Most elements that may be open at once; no real page has a tenth of it.
const MAX_DEPTH: usize = 1_000;
/// Most formatting elements that a parser would have to open again for later blocks, all in all.
const MAX_REOPENED: usize = 2_000_000;

/// Elements that have no end, or that end by themselves where the next of their kind begins.
const UNCOUNTED: [&str; 33] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "p",
    "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp", "rt",
    "caption", "html", "head", "body",
];
/// Elements that parsers open again after the block in which they stood has ended.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// Elements through which a closing tag does not reach.
const WALLS: [&str; 8] = ["table", "template", "object", "marquee", "applet", "svg", "math", "select"];
/// Elements of drawings, which may close themselves.
const DRAWING: [&str; 20] = [
    "path",
    "circle",
    "rect",
    "line",
    "polyline",
    "polygon",
    "ellipse",
    "use",
    "stop",
    "g",
    "image",
    "animate",
    "defs",
    "mask",
    "symbol",
    "set",
    "pattern",
    "filter",
    "tspan",
    "animatetransform",
];

#[derive(Default)]
struct Open<'a> {
    /// Innermost last; `None` where formatting was closed out of order.
    stack: Vec<Option<Cow<'a, str>>>,
    depth: usize,
    /// How many of each name are open.
    names: HashMap<Cow<'a, str>, usize>,
    drawings: usize,
    /// Formatting tags that were not closed: how often each is on a parser's list, at most three times.
    formatting: HashMap<&'a str, usize>,
    listed: HashMap<Cow<'a, str>, Vec<&'a str>>,
    active: usize,
    reopened: usize,
}

/// `Err` says what is wrong with it: "elements nested more than …".
pub fn check(html: &str) -> Result<(), String> {
    let mut open = Open::default();
    let mut raw: Option<Cow<str>> = None;
    for token in Tokens::new(html) {
        match token {
            Token::Open(tag) if raw.is_none() => {
                if matches!(tag.name.as_ref(), "script" | "style" | "textarea" | "title") && open.drawings == 0 {
                    raw = Some(tag.name);
                    continue;
                }
                open.open(tag);
                if open.depth > MAX_DEPTH {
                    return Err(format!("elements nested more than {MAX_DEPTH} deep"));
                }
                if open.reopened > MAX_REOPENED {
                    return Err("formatting elements without end".to_owned());
                }
            }
            Token::Close(name) => match &raw {
                Some(waiting) if *waiting == name => raw = None,
                Some(_) => {}
                None => open.close(&name),
            },
            _ => {}
        }
    }
    Ok(())
}

impl<'a> Open<'a> {
    fn open(&mut self, tag: Tag<'a>) {
        let name = tag.name.as_ref();
        self.reopened += self.active;
        if FORMATTING.contains(&name) {
            let times = self.formatting.entry(tag.raw).or_default();
            if *times < 3 {
                *times += 1;
                self.active += 1;
                self.listed.entry(tag.name.clone()).or_default().push(tag.raw);
            }
        }
        let drawn = self.drawings > 0 && (DRAWING.contains(&name) || name.starts_with("fe"));
        if UNCOUNTED.contains(&name) || (tag.empty && drawn) {
            return;
        }
        if matches!(name, "svg" | "math") {
            if tag.empty {
                return;
            }
            self.drawings += 1;
        }
        self.depth += 1;
        *self.names.entry(tag.name.clone()).or_default() += 1;
        self.stack.push(Some(tag.name));
    }

    fn close(&mut self, name: &str) {
        let formatting = FORMATTING.contains(&name);
        if formatting
            && let Some(raw) = self.listed.get_mut(name).and_then(Vec::pop)
            && let Some(times) = self.formatting.get_mut(raw)
        {
            *times = times.saturating_sub(1);
            self.active = self.active.saturating_sub(1);
        }
        if self.names.get(name).is_none_or(|open| *open == 0) {
            return;
        }
        let wall = |open: &str| WALLS.contains(&open) && open != name;
        let reached = self.stack.iter().rev().take_while(|open| !open.as_deref().is_some_and(wall));
        let Some(back) = reached.map(|open| open.as_deref() == Some(name)).position(|same| same) else { return };
        let place = self.stack.len() - 1 - back;
        if formatting {
            // What was opened inside it stays open.
            if let Some(slot) = self.stack.get_mut(place) {
                *slot = None;
                self.depth -= 1;
                self.names.entry(Cow::Owned(name.to_owned())).and_modify(|open| *open -= 1);
            }
        } else {
            let gone = self.stack.drain(place..).flatten();
            for closed in gone {
                self.depth -= 1;
                self.names.entry(closed.clone()).and_modify(|open| *open -= 1);
                if matches!(closed.as_ref(), "svg" | "math") {
                    self.drawings = self.drawings.saturating_sub(1);
                }
            }
        }
        while matches!(self.stack.last(), Some(None)) {
            self.stack.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(check(&html).is_ok(), safe, "{}", html.get(..100).unwrap_or_default());
        }
    }
}
