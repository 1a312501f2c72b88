//! The page as a flat list in document order, built in one walk over the parsed tree without hidden elements.

use ego_tree::{NodeId, NodeRef};
use scraper::{Html, node::Element};

use super::link::{is_root, leads_to_author};
use super::{
    element::{Facts, is_json_ld},
    hints::Hints,
    roles::Roles,
    stylesheet::Stylesheet,
};
use crate::html::seam;

pub use super::element::Tag;
use crate::text::cut::cut;

/// No node.
pub const NONE: u32 = u32::MAX;

/// An element or a text run; its descendants are the nodes up to `end`.
#[derive(Debug, Clone, Copy)]
pub struct PageNode {
    /// The element in the parsed page.
    pub id: NodeId,
    /// What it is.
    pub tag: Tag,
    /// Roles according to class and id.
    pub hints: Hints,
    /// `NONE` for the first.
    pub parent: u32,
    /// The first node after its descendants.
    pub end: u32,
    /// Start of its text in `Tree::text`.
    pub text: u32,
    /// End of its text.
    pub text_end: u32,
}

/// What an element's attributes say, for the fields of the article.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The node, or the position of a hidden or empty element.
    pub node: u32,
    /// `itemprop`, `rel` or "time", in lower case.
    pub name: String,
    /// `content`, `datetime`, `href` or `title`; empty when the element's text is the value.
    pub value: String,
}

/// The page.
#[derive(Debug, Default)]
pub struct Tree {
    /// In document order, without hidden ones.
    pub nodes: Vec<PageNode>,
    /// The text of all nodes, as in the page.
    pub text: String,
    /// `lang` of the root.
    pub language: String,
    /// `<title>`.
    pub title: String,
    /// `<base href>`.
    pub base: String,
    /// Name (in lower case) and content of the `meta` elements.
    pub metas: Vec<(String, String)>,
    /// `rel` (in lower case) and `href` of the `link` elements.
    pub links: Vec<(String, String)>,
    /// The JSON-LD blocks, as written.
    pub json: Vec<String>,
    /// Microdata, times and author links.
    pub marks: Vec<Mark>,
    /// Roles of hidden elements.
    pub hidden_hints: Hints,
    /// Bytes of hidden text.
    pub hidden_bytes: usize,
    /// Elements that contain pictures.
    pub images: Vec<u32>,
    /// Elements that contain fields for an address or a password.
    pub fields: Vec<u32>,
    /// The page's inline style sheets.
    pub stylesheet: Stylesheet,
    /// Whether hidden elements are included.
    pub lax: bool,
    /// Cache of the roles of classes.
    pub roles: Roles,
    /// The last visible text run.
    pub last_run: Option<NodeId>,
    /// Start in `text` of the line with the last run; `None` when a line has ended since.
    pub line: Option<usize>,
}

/// A node of the parser's tree.
type ParsedNode<'a> = NodeRef<'a, scraper::Node>;

/// Of a page with more text only the beginning is read: the text is held several times, and no article is this long.
const MAX_TEXT: usize = 2_000_000;
/// The longest title and attribute value.
const MAX_VALUE: usize = 20_000;
const MAX_METAS: usize = 1_000;
const MAX_MARKS: usize = 2_000;
const MAX_JSON_BLOCKS: usize = 100;
const MAX_JSON_BYTES: usize = 3_000_000;

/// How text is treated at a point of the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextUse {
    Seen,
    Hidden,
    Title,
    Json,
    Style,
}

struct OpenNode<'a> {
    next: Option<ParsedNode<'a>>,
    open: u32,
    mode: TextUse,
}

struct Entered<'a> {
    child: Option<ParsedNode<'a>>,
    open: u32,
    mode: TextUse,
}

impl Tree {
    /// Builds the list from a parsed page.
    pub fn from_document(document: &Html) -> Self {
        Self::default().walk(document)
    }

    /// The same with hidden elements, which a script may show later.
    pub fn with_hidden_elements(document: &Html) -> Self {
        Self { lax: true, ..Self::default() }.walk(document)
    }

    /// A single walk, without recursion.
    fn walk(self, document: &Html) -> Self {
        let mut page = self;
        let mut stack: Vec<OpenNode> = Vec::new();
        let mut parent = NONE;
        let mut mode = TextUse::Seen;
        let mut current = Some(document.tree.root());
        loop {
            while let Some(node) = current {
                let entered = page.enter(node, parent, mode);
                if let Some(child) = entered.child {
                    stack.push(OpenNode { next: node.next_sibling(), open: entered.open, mode });
                    if entered.open != NONE {
                        parent = entered.open;
                    }
                    mode = entered.mode;
                    current = Some(child);
                } else {
                    page.leave(entered.open);
                    current = node.next_sibling();
                }
            }
            let Some(frame) = stack.pop() else { return page };
            page.leave(frame.open);
            if let Some(node) = page.nodes.get(frame.open as usize) {
                parent = node.parent;
            }
            mode = frame.mode;
            current = frame.next;
        }
    }

    /// The text of a node and its descendants, as in the page.
    pub fn text_of(&self, node: &PageNode) -> &str {
        self.text.get(node.text as usize..node.text_end as usize).unwrap_or("")
    }

    /// The node at an index.
    pub fn node(&self, at: u32) -> Option<&PageNode> {
        self.nodes.get(at as usize)
    }

    /// The first value of a `meta` element with one of these names, in the order of the names.
    pub fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            self.metas
                .iter()
                .find(|(key, value)| key == name && !value.trim().is_empty())
                .map(|(_, value)| value.trim())
        })
    }

    fn leave(&mut self, open: u32) {
        let end = index(self.nodes.len());
        let text_end = index(self.text.len());
        if let Some(node) = self.nodes.get_mut(open as usize) {
            node.end = end;
            node.text_end = text_end;
            if node.tag.is_block() {
                self.line = None;
            }
        }
    }

    /// Whether a blank belongs before a text run: text on another line or in an adjacent element is a new word.
    fn needs_blank_before(&self, run: ParsedNode<'_>, contents: &str) -> bool {
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        if is_blank(self.text.chars().next_back()) || is_blank(contents.chars().next()) {
            return false;
        }
        let Some(line) = self.line else { return true };
        let before = self.last_run.and_then(|id| run.tree().get(id));
        let line = self.text.get(line..).unwrap_or("");
        before.is_some_and(|before| seam::is_apart(before, run, line, &self.stylesheet))
    }

    /// Appends a text run.
    fn push_run(&mut self, run: ParsedNode<'_>, contents: &str, parent: u32) {
        let here = self.push(run.id(), Tag::Text, Hints::default(), parent);
        if self.text.len() < MAX_TEXT && self.needs_blank_before(run, contents) {
            self.text.push(' ');
        }
        self.line.get_or_insert(self.text.len());
        self.text.push_str(cut(contents, MAX_TEXT.saturating_sub(self.text.len())));
        self.last_run = Some(run.id());
        self.leave(here);
    }

    fn push(&mut self, id: NodeId, tag: Tag, hints: Hints, parent: u32) -> u32 {
        let here = index(self.nodes.len());
        let text = index(self.text.len());
        self.nodes.push(PageNode { id, tag, hints, parent, end: here + 1, text, text_end: text });
        here
    }

    fn enter<'a>(&mut self, node: ParsedNode<'a>, parent: u32, mode: TextUse) -> Entered<'a> {
        let mut entered = Entered { child: node.first_child(), open: NONE, mode };
        match node.value() {
            scraper::Node::Text(contents) => match mode {
                TextUse::Seen => self.push_run(node, contents, parent),
                TextUse::Hidden => self.hidden_bytes += contents.len(),
                TextUse::Title => self.title.push_str(cut(contents, MAX_VALUE.saturating_sub(self.title.len()))),
                TextUse::Style => self.stylesheet.add_css(contents),
                TextUse::Json => {
                    if let Some(block) = self.json.last_mut()
                        && block.len() + contents.len() <= MAX_JSON_BYTES
                    {
                        block.push_str(contents);
                    }
                }
            },
            scraper::Node::Element(element) => self.enter_element(node.id(), element, parent, &mut entered),
            scraper::Node::Document => {}
            _ => entered.child = None,
        }
        entered
    }

    fn enter_element(&mut self, id: NodeId, element: &Element, parent: u32, entered: &mut Entered<'_>) {
        let name: &str = &element.name.local;
        let mut tag = Tag::from_name(name);
        if tag == Tag::Skipped {
            self.enter_skipped(element, name, parent, entered);
            return;
        }
        let mut facts = Facts::from_element(element, &mut self.roles);
        if tag == Tag::Link && leads_to_author(facts.href) {
            facts.hints |= Hints::AUTHOR_PAGE;
        }
        let hidden = facts.hidden || (name == "dialog" && !facts.open) || self.stylesheet.hides(facts.class, facts.id);
        if hidden && !self.lax && !matches!(name, "html" | "body") {
            entered.mode = TextUse::Hidden;
        }
        if name == "html" && self.language.is_empty() {
            facts.language.clone_into(&mut self.language);
        }
        // A heading that links to its own anchor is a heading, not a link elsewhere.
        if tag == Tag::Link
            && (facts.href.is_empty() || facts.href.len() > 1 && facts.href.starts_with('#'))
            && self.node(parent).is_some_and(|node| matches!(node.tag, Tag::Heading(_)))
        {
            tag = Tag::Inline;
        }
        if entered.mode == TextUse::Hidden {
            self.hidden_hints |= facts.hints;
        } else {
            if tag.is_block() || tag == Tag::Break {
                self.line = None;
            }
            entered.open = self.push(id, tag, facts.hints, parent);
        }
        self.note_marks(name, &facts, entered.open);
    }

    fn note_marks(&mut self, name: &str, facts: &Facts, open: u32) {
        let place = if open == NONE { index(self.nodes.len()) } else { open };
        if name == "time" {
            self.add_mark(place, "time", facts.datetime);
        }
        if !facts.itemprop.is_empty() {
            self.add_mark(place, facts.itemprop, facts.value());
        }
        // RDFa: `property="dc:date dc:created" content="…"`.
        if !facts.property.is_empty() && !facts.content.is_empty() {
            self.add_mark(place, facts.property, facts.content);
        }
        if facts.rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("author")) {
            self.add_mark(place, "rel=author", "");
        }
        if name == "a" && (is_root(facts.href) || facts.rel.eq_ignore_ascii_case("home")) {
            self.add_mark(place, "home", "");
        }
        if name == "abbr" && !facts.title.is_empty() {
            self.add_mark(place, "time", facts.title);
        }
        if name != "time" && !facts.moment.is_empty() && facts.hints.has(Hints::DATE | Hints::PUBLISHED) {
            self.add_mark(place, "time", facts.moment);
        }
    }

    fn add_mark(&mut self, node: u32, name: &str, value: &str) {
        if self.marks.len() < MAX_MARKS {
            self.marks.push(Mark { node, name: bounded(name).to_ascii_lowercase(), value: bounded(value) });
        }
    }

    fn enter_skipped(&mut self, element: &Element, name: &str, parent: u32, entered: &mut Entered<'_>) {
        match name {
            "head" | "noscript" => {
                entered.mode = TextUse::Hidden;
                return;
            }
            "style" => {
                entered.mode = TextUse::Style;
                return;
            }
            "title" if self.title.is_empty() => {
                entered.mode = TextUse::Title;
                return;
            }
            "script" if self.json.len() < MAX_JSON_BLOCKS && is_json_ld(element) => {
                self.json.push(String::new());
                entered.mode = TextUse::Json;
                return;
            }
            "meta" => {
                let facts = Facts::from_element(element, &mut self.roles);
                let key = if facts.property.is_empty() { facts.name } else { facts.property };
                if !facts.itemprop.is_empty() {
                    self.add_mark(index(self.nodes.len()), facts.itemprop, facts.content);
                }
                if !key.is_empty() && !facts.content.is_empty() && self.metas.len() < MAX_METAS {
                    // RDFa: several properties in one attribute.
                    for key in key.split_ascii_whitespace().take(5) {
                        self.metas.push((bounded(key).to_ascii_lowercase(), bounded(facts.content)));
                    }
                }
            }
            "link" if self.links.len() < MAX_METAS => {
                let facts = Facts::from_element(element, &mut self.roles);
                if !facts.rel.is_empty() && !facts.href.is_empty() {
                    self.links.push((bounded(facts.rel).to_ascii_lowercase(), bounded(facts.href)));
                }
            }
            "base" if self.base.is_empty() => self.base = bounded(Facts::from_element(element, &mut self.roles).href),
            "img" | "amp-img" if parent != NONE && entered.mode == TextUse::Seen && !is_emoji(element) => {
                self.images.push(parent);
            }
            "input" if parent != NONE && entered.mode == TextUse::Seen => {
                let kind = element.attr("type").unwrap_or_default();
                if kind.eq_ignore_ascii_case("email") || kind.eq_ignore_ascii_case("password") {
                    self.fields.push(parent);
                }
            }
            _ => {}
        }
        entered.child = None;
    }
}

fn bounded(value: &str) -> String {
    cut(value, MAX_VALUE).to_owned()
}

/// Whether a picture is part of the text: an emoji, a smiley.
fn is_emoji(element: &Element) -> bool {
    element.attr("class").is_some_and(|class| class.contains("emoji") || class.contains("smiley"))
}

/// An index as stored in the list; no page reaches 4 GB.
pub fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(NONE - 1)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn an_oversized_page_is_held_in_part() {
        let long = "é".repeat(3_000_000);
        let html =
            format!("<title>{long}</title><meta name=a content='{long}'><base href='{long}'><p>{long}</p><p>b</p>");
        let tree = Tree::from_document(&crate::html::parse(&html).unwrap());
        assert_eq!((tree.text.len(), tree.title.len(), tree.base.len()), (MAX_TEXT, MAX_VALUE, MAX_VALUE));
        assert_eq!(tree.metas, [("a".to_owned(), "é".repeat(MAX_VALUE / 2))]);
        assert_eq!(tree.text_of(tree.nodes.last().unwrap()), "");
    }
}
