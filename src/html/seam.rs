//! Decides whether a blank belongs between two adjacent text runs of a page, given the elements between them.

use ego_tree::NodeRef;
use scraper::{ElementRef, Node};

use crate::text::{
    cut::cut,
    markup,
    seam::{self, Edge, LineKind, Seam},
};

/// Further ancestors of a run are ignored.
const MAX_DEPTH: usize = 30;
/// How much of a line is examined, in bytes.
const MAX_LINE: usize = 300;
/// Elements that contain sentences.
const PROSE: [&str; 8] = ["p", "li", "td", "th", "dd", "blockquote", "figcaption", "pre"];

/// What a page's style sheet says about the boxes of elements.
pub trait Boxes {
    /// Whether elements with these classes begin and end a line or are boxes of their own.
    fn is_box(&self, classes: &str) -> bool;
    /// Whether the children of elements with one of these classes are boxes side by side.
    fn is_row(&self, classes: &str) -> bool;
}

/// A page without a style sheet.
pub struct NoStyle;

impl Boxes for NoStyle {
    fn is_box(&self, _: &str) -> bool {
        false
    }
    fn is_row(&self, _: &str) -> bool {
        false
    }
}

/// Whether a blank belongs between two runs in the same block; `line` is the text before the second.
pub fn is_apart(before: NodeRef<Node>, after: NodeRef<Node>, line: &str, boxes: &impl Boxes) -> bool {
    let (Node::Text(first), Node::Text(second)) = (before.value(), after.value()) else { return false };
    let (Some(a), Some(b)) = (first.chars().next_back(), second.chars().next()) else { return false };
    if !seam::may_part(a, b) {
        return false;
    }
    // The ancestors of each, up to the common one.
    let mut around: [Option<NodeRef<Node>>; MAX_DEPTH] = [None; MAX_DEPTH];
    for (place, node) in around.iter_mut().zip(before.ancestors()) {
        *place = Some(node);
    }
    let shared = |node: &NodeRef<Node>| around.iter().flatten().position(|known| known.id() == node.id());
    let mut opened: [Edge; MAX_DEPTH] = [Edge::default(); MAX_DEPTH];
    let mut count = 0;
    let mut common = None;
    for (place, node) in opened.iter_mut().zip(after.ancestors()) {
        if let Some(depth) = shared(&node) {
            common = Some((depth, node));
            break;
        }
        *place = edge(&node);
        count += 1;
    }
    let Some((depth, common)) = common else { return false };
    let mut closed: [Edge; MAX_DEPTH] = [Edge::default(); MAX_DEPTH];
    for (place, node) in closed.iter_mut().zip(around.iter().flatten()).take(depth) {
        *place = edge(node);
    }
    let (closed, opened) = (closed.get(..depth).unwrap_or_default(), opened.get(..count).unwrap_or_default());
    if closed.is_empty() && opened.is_empty() {
        return false;
    }
    let own = edge(&common);
    let in_box = |edge: &Edge| !edge.class.is_empty() && boxes.is_box(edge.class);
    let is_row = seam::is_row(own.style, own.class) || !own.class.is_empty() && boxes.is_row(own.class);
    let in_boxes = is_row || closed.iter().chain(opened).any(in_box);
    let line = line.get(line.ceil_char_boundary(line.len().saturating_sub(MAX_LINE))..).unwrap_or("");
    seam::is_apart(&Seam { line, before: first, after: second, closed, opened, kind: kind(common), in_boxes })
}

fn edge<'a>(node: &NodeRef<'a, Node>) -> Edge<'a> {
    let Node::Element(element) = node.value() else { return Edge::default() };
    let attribute = |name: &str| element.attr(name).unwrap_or_default();
    Edge { name: element.name(), class: attribute("class"), style: attribute("style"), href: attribute("href") }
}

/// The kind of line that an element stands in.
fn kind(node: NodeRef<Node>) -> LineKind {
    let block = std::iter::once(node)
        .chain(node.ancestors())
        .take(MAX_DEPTH)
        .filter_map(ElementRef::wrap)
        .find(|element| !markup::is_inline(element.value().name()));
    match block {
        Some(block) if PROSE.contains(&block.value().name()) && !edge(&block).names_labels() => LineKind::Prose,
        _ => LineKind::Labels,
    }
}

/// The text of an element as a reader sees it: without scripts, and with a blank where two words stand in adjacent
/// elements.
///
/// Examines at most `nodes` nodes and returns about `bytes` bytes.
pub fn text_of(element: ElementRef, nodes: usize, bytes: usize) -> String {
    let is_hidden = |text: NodeRef<Node>| {
        let parent = text.parent().and_then(ElementRef::wrap);
        parent.is_some_and(|parent| matches!(parent.value().name(), "script" | "style" | "noscript" | "svg"))
    };
    let mut out = String::new();
    let mut last: Option<NodeRef<Node>> = None;
    let mut line = 0;
    for inner in element.descendants().skip(1).take(nodes) {
        if out.len() > bytes {
            break;
        }
        // A block ends if the next run is outside it.
        if let Node::Text(text) = inner.value()
            && !is_hidden(inner)
            && !text.is_empty()
        {
            if let Some(before) = last
                && !out.ends_with(char::is_whitespace)
                && !text.starts_with(char::is_whitespace)
            {
                if crosses_block(before, inner) {
                    out.push(' ');
                    line = out.len();
                } else if is_apart(before, inner, out.get(line..).unwrap_or(""), &NoStyle) {
                    out.push(' ');
                }
            }
            out.push_str(cut(text, bytes));
            last = Some(inner);
        } else if let Node::Element(inner) = inner.value()
            && !markup::is_inline(inner.name())
        {
            out.push(' ');
            line = out.len();
        }
    }
    out
}

/// Whether a block ends between two runs.
fn crosses_block(before: NodeRef<Node>, after: NodeRef<Node>) -> bool {
    let blocks = before.ancestors().take(MAX_DEPTH).take_while(|node| !is_ancestor(*node, after));
    blocks.filter_map(ElementRef::wrap).any(|element| !markup::is_inline(element.value().name()))
}

fn is_ancestor(node: NodeRef<Node>, inner: NodeRef<Node>) -> bool {
    inner.ancestors().take(MAX_DEPTH).any(|around| around.id() == node.id())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::{html, text::clean::one_line};

    fn text(html: &str) -> String {
        let document = html::parse(html).unwrap();
        one_line(&text_of(html::first(&document, "body").unwrap(), 10_000, 10_000))
    }

    #[track_caller]
    fn check(cases: &[(&str, &str)]) {
        let wrong: Vec<String> = cases
            .iter()
            .map(|(html, expected)| (html, text(html), expected))
            .filter(|(_, found, expected)| found != *expected)
            .map(|(html, found, expected)| format!("{html}\n    {found:?} for {expected:?}"))
            .collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }

    #[test]
    #[rustfmt::skip]
    fn adjacent_labels_are_separated() {
        check(&[
            ("<h1><span class=kicker>Infrastructuur</span><span class=title>Brug dicht</span></h1>", "Infrastructuur Brug dicht"),
            ("<h1><span class=kicker>infrastructuur</span><span class=title>brug dicht</span></h1>", "infrastructuur brug dicht"),
            ("<h1><span class=a1>Infrastructuur</span><span class=b2>brug dicht</span></h1>", "Infrastructuur brug dicht"),
            ("<h1><span>Infrastructuur</span>Brug dicht</h1>", "Infrastructuur Brug dicht"),
            ("<h1><strong>Infrastructuur</strong>Brug dicht</h1>", "Infrastructuur Brug dicht"),
            ("<h1><span class=kicker>TV</span>kijken</h1>", "TV kijken"),
            ("<h1><span>KDB</span>Brug dicht</h1>", "KDB Brug dicht"),
            ("<h1><a href=/r>Regio</a><span>„Brug blijft dicht“</span></h1>", "Regio „Brug blijft dicht“"),
            ("<h1><span>„Ich gehe“</span><span>Ein Gespräch</span></h1>", "„Ich gehe“ Ein Gespräch"),
            ("<h1><span>De brug is weer</span><span>open voor verkeer</span></h1>", "De brug is weer open voor verkeer"),
            ("<h1>Brug dicht<small>Tot de zomer open</small></h1>", "Brug dicht Tot de zomer open"),
            ("<h1>Brug dicht<br>tot juni</h1>", "Brug dicht tot juni"),
            ("<h1><div>Brug</div><div>dicht</div>nu</h1>", "Brug dicht nu"),
            ("<h1><span style='display:block'>brug</span>dicht</h1>", "brug dicht"),
            ("<h1><span class='d-block'>brug</span><span>dicht</span></h1>", "brug dicht"),
            ("<h1><span class='mr-2'>brug</span>dicht</h1>", "brug dicht"),
            ("<h1 class='flex'>brug<span>dicht</span></h1>", "brug dicht"),
            ("<div><span class=agency>Associated Press</span><span class=date>April 4, 2026</span></div>", "Associated Press April 4, 2026"),
            ("<div>Associated Press<time>4 April 2026</time></div>", "Associated Press 4 April 2026"),
            ("<div><span>Associated Press</span><span>April 4, 2026</span></div>", "Associated Press April 4, 2026"),
            ("<div>Associated Press<span>April 4, 2026</span></div>", "Associated Press April 4, 2026"),
            ("<div>By<a href=/jane>Jane Roe</a><a href=/jan>Jan Boon</a></div>", "By Jane Roe Jan Boon"),
            ("<p class=byline><span>By</span><span class=author>Jane Roe</span><span class=role>editor</span></p>", "By Jane Roe editor"),
            ("<div><span class=date>20 november 2026</span><span class=time>08:15</span></div>", "20 november 2026 08:15"),
            ("<div><span>20 november 2026</span><!-- --><span>08:15</span></div>", "20 november 2026 08:15"),
            ("<div><span>Updated:</span><span>20.11.2026</span></div>", "Updated: 20.11.2026"),
            ("<div><span class=author-name>سمير حداد</span><span class=post-date>أبريل</span></div>", "سمير حداد أبريل"),
        ]);
    }

    #[test]
    #[rustfmt::skip]
    fn a_dateline_or_a_question_is_separated_from_its_sentence() {
        check(&[
            ("<p><strong>MALDEGEM</strong>De brug is dicht.</p>", "MALDEGEM De brug is dicht."),
            ("<p><span class=place>MALDEGEM</span>De brug is dicht.</p>", "MALDEGEM De brug is dicht."),
            ("<p><span>Maldegem</span>De brug is dicht.</p>", "Maldegem De brug is dicht."),
            ("<p><strong>Maldegem</strong>De brug is dicht.</p>", "Maldegem De brug is dicht."),
            ("<p><strong>Waarom is de brug dicht?</strong>Omdat ze oud is.</p>", "Waarom is de brug dicht? Omdat ze oud is."),
            ("<p>De brug is dicht.<a href=/x>Lees meer</a></p>", "De brug is dicht. Lees meer"),
            ("<p>MALDEGEM (BELGA)<span>De brug</span></p>", "MALDEGEM (BELGA) De brug"),
        ]);
    }

    #[test]
    #[rustfmt::skip]
    fn a_partly_marked_word_stays_whole() {
        let mut wrong = Vec::new();
        for around in ["p", "h1", "div", "li"] {
            for word in [
                "<b>W</b>oord", "<b>Woord</b>en", "woord<em>en</em>boek", "<span class=dropcap>T</span>he",
                "<span class='drop-cap'>„T</span>he", "<span>D</span>e", "<span style='display:inline-block'>D</span>e",
                "<span class=dropcap>DE</span>Brug", "H<sub>2</sub>O", "CO<sub>2</sub>Plan", "1<sup>st</sup>",
                "20<sup>e</sup>eeuw", "foot<wbr>ball", "foot\u{ad}<b>ball</b>", "<a href=/x>Maldegem</a>se",
                "voet<mark>Bal</mark>len", "<span class=highlight>Voet</span>Bal", "<span class=hl>Voet</span><span>bal</span>",
                "<b>You</b>Tube", "Presse<b>Watch</b>", "<b>U.</b>S.", "<i>www.</i>Example.com",
                "<span>M</span><span>A</span><span>L</span>", "<b>5</b>G", "<b>1</b>000", "Covid<b>19</b>",
                "Leser<b>innen</b>", "Leser:<b>innen</b>", "(<b>Brug</b>)", "“<b>Brug</b>”", "«<b>Brug</b>»",
                "»<b>Brug</b>«", "l’<b>Union</b>", "d'<a href=/x>Anvers</a>", "<a href=/x>brug</a>, dicht",
                "(„<b>Brug</b>“)",
                "een;\"<b>Brug</b>\"",
                "<b>Mc</b>Donald", "<span>Het voet</span><span>bal</span>", "山<b>田</b>太郎",
            ] {
                let html = format!("<{around}>een {word}</{around}>");
                let plain = crate::text::markup::from_html(&word.replace("<wbr>", ""), 1_000);
                let expected: String =
                    word.split('<').map(|part| part.split_once('>').map_or(part, |(_, rest)| rest)).collect();
                if text(&html) != one_line(&format!("een {expected}")) {
                    wrong.push(format!("{html}: {:?}", text(&html)));
                }
                if plain != one_line(&expected) {
                    wrong.push(format!("{word} in a feed: {plain:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}
