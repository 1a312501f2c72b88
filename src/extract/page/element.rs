//! The meaning of an element by its name and attributes.

use scraper::node::Element;

use super::{
    hints::{self, Hints},
    roles::Roles,
};

/// The kind of an element, as far as extraction needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// A text run.
    Text,
    /// Inline markup.
    Inline,
    /// A link.
    Link,
    /// A line break.
    Break,
    /// A paragraph.
    Paragraph,
    /// `h1` … `h6`.
    Heading(u8),
    /// `ul`, `ol`, `dl`.
    List,
    /// `li`, `dt`, `dd`.
    ListItem,
    /// `table`.
    Table,
    /// `tr`, `thead`, `tbody`.
    Row,
    /// `td`, `th`.
    Cell,
    /// `blockquote`.
    Quote,
    /// `pre`.
    Preformatted,
    /// `figure`, `picture`.
    Figure,
    /// `figcaption`, `caption`.
    Caption,
    /// `article`.
    Article,
    /// `main`.
    Main,
    /// `header`.
    Header,
    /// `footer`.
    Footer,
    /// `nav`, `menu`.
    Nav,
    /// `aside`.
    Aside,
    /// `form`.
    Form,
    /// `button`, `label`, `legend`: controls.
    Control,
    /// `time`.
    Time,
    /// `address`.
    Address,
    /// `body`.
    Body,
    /// Any other block, including unknown elements with a hyphen.
    Block,
    /// Ignored with its contents.
    Skipped,
}

impl Tag {
    /// Whether it begins and ends a line.
    pub fn is_block(self) -> bool {
        !matches!(self, Self::Text | Self::Inline | Self::Link | Self::Break | Self::Time | Self::Skipped)
    }

    /// The kind of an element of this name.
    #[expect(clippy::match_same_arms, reason = "the arms are tried in order: the commonest stand first")]
    pub fn from_name(name: &str) -> Self {
        match name {
            "div" => Self::Block,
            "span" => Self::Inline,
            "script" | "img" | "meta" | "link" => Self::Skipped,
            "a" => Self::Link,
            "br" => Self::Break,
            "p" => Self::Paragraph,
            "h1" => Self::Heading(1),
            "h2" => Self::Heading(2),
            "h3" => Self::Heading(3),
            "h4" => Self::Heading(4),
            "h5" => Self::Heading(5),
            "h6" => Self::Heading(6),
            "ul" | "ol" | "dl" => Self::List,
            "li" | "dt" | "dd" => Self::ListItem,
            "table" => Self::Table,
            "tr" | "thead" | "tbody" | "tfoot" => Self::Row,
            "td" | "th" => Self::Cell,
            "blockquote" => Self::Quote,
            "pre" => Self::Preformatted,
            "figure" | "picture" => Self::Figure,
            "figcaption" | "caption" => Self::Caption,
            "article" => Self::Article,
            "main" => Self::Main,
            "header" => Self::Header,
            "footer" => Self::Footer,
            "nav" | "menu" => Self::Nav,
            "aside" => Self::Aside,
            "form" => Self::Form,
            "button" | "label" | "legend" => Self::Control,
            "time" => Self::Time,
            "address" => Self::Address,
            "body" => Self::Body,
            "html" | "section" | "center" | "details" | "summary" | "dialog" | "fieldset" | "hgroup" | "hr"
            | "search" => Self::Block,
            "head" | "style" | "noscript" | "template" | "svg" | "math" | "iframe" | "frame" | "frameset"
            | "noframes" | "object" | "embed" | "applet" | "video" | "audio" | "canvas" | "map" | "select"
            | "option" | "optgroup" | "textarea" | "input" | "datalist" | "progress" | "meter" | "amp-img"
            | "title" | "base" | "col" | "colgroup" | "amp-ad" | "amp-iframe" | "amp-video" | "amp-analytics"
            | "amp-sidebar" | "amp-consent" => Self::Skipped,
            other if other.contains('-') => Self::Block,
            _ => Self::Inline,
        }
    }
}

/// The relevant attributes of one element.
#[derive(Default)]
pub struct Facts<'a> {
    /// Roles given by class, id and similar attributes.
    pub hints: Hints,
    /// Whether it is hidden from readers.
    pub hidden: bool,
    /// `open` of a dialog.
    pub open: bool,
    /// `class`.
    pub class: &'a str,
    /// `id`.
    pub id: &'a str,
    /// `lang`.
    pub language: &'a str,
    /// Microdata properties.
    pub itemprop: &'a str,
    /// `rel`.
    pub rel: &'a str,
    /// `href`.
    pub href: &'a str,
    /// `name`.
    pub name: &'a str,
    /// `property`.
    pub property: &'a str,
    /// `content`.
    pub content: &'a str,
    /// `datetime`.
    pub datetime: &'a str,
    /// `title`.
    pub title: &'a str,
    /// `data-timestamp` and the like, from which a script displays a date.
    pub moment: &'a str,
}

impl<'a> Facts<'a> {
    /// Reads each attribute once.
    pub fn from_element(element: &'a Element, roles: &mut Roles) -> Self {
        let mut facts = Self::default();
        for (name, value) in element.attrs() {
            match name {
                "class" => {
                    facts.class = value;
                    let said = roles.lookup(value);
                    facts.hints |= said.hints;
                    facts.hidden |= said.hides;
                }
                "id" => {
                    facts.id = value;
                    facts.hints |= hints::hints_in(value);
                }
                "role" | "data-component" | "data-testid" => facts.hints |= roles.lookup(value).hints,
                "hidden" => facts.hidden = true,
                "open" => facts.open = true,
                "style" => facts.hidden |= hides(value),
                "aria-hidden" => facts.hidden |= value.trim().eq_ignore_ascii_case("true"),
                "lang" => facts.language = value,
                "itemprop" => facts.itemprop = value,
                "rel" => facts.rel = value,
                "href" => facts.href = value,
                "name" => facts.name = value,
                "property" => facts.property = value,
                "content" => facts.content = value,
                "datetime" => facts.datetime = value,
                "http-equiv" if facts.name.is_empty() => facts.name = value,
                "data-timestamp" | "data-datetime" | "data-date" | "data-time" | "data-published" => {
                    facts.moment = value;
                }
                "title" => facts.title = value,
                _ => {}
            }
        }
        if facts.name == "articleBody"
            || facts.itemprop.split_ascii_whitespace().any(|p| p.eq_ignore_ascii_case("articleBody"))
        {
            facts.hints |= Hints::BODY | Hints::BODY_SURE;
        }
        facts
    }

    /// The value of a microdata property.
    pub fn value(&self) -> &'a str {
        if self.content.is_empty() { self.datetime } else { self.content }
    }
}

/// Whether CSS declarations hide an element: `display: none`, `visibility: hidden`, or clipping to nothing, as is done
/// with text for screen readers.
pub fn hides(style: &str) -> bool {
    let (mut is_out_of_flow, mut is_clipped, mut narrow) = (false, false, 0);
    for rule in style.split(';') {
        let Some((name, value)) = rule.split_once(':') else { continue };
        let (name, value) = (name.trim(), value.trim().trim_end_matches("!important").trim_end());
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        if is("display") && value.eq_ignore_ascii_case("none")
            || is("visibility") && value.eq_ignore_ascii_case("hidden")
        {
            return true;
        }
        is_out_of_flow |=
            is("position") && (value.eq_ignore_ascii_case("absolute") || value.eq_ignore_ascii_case("fixed"));
        is_clipped |= is("clip") && is_empty_box(value, "rect") || is("clip-path") && is_empty_box(value, "inset");
        narrow += u8::from((is("width") || is("height")) && matches!(value, "1px" | "0" | "0px"));
        narrow += u8::from(is("overflow") && value.eq_ignore_ascii_case("hidden"));
        is_clipped |= (is("left") || is("top") || is("right")) && is_far_away(value);
    }
    is_out_of_flow && (is_clipped || narrow == 3)
}

/// Whether a CSS shape is empty: `rect(0 0 0 0)`, `rect(1px, 1px, 1px, 1px)`, `inset(50%)`.
fn is_empty_box(value: &str, name: &str) -> bool {
    let Some(inside) = value.strip_prefix(name).and_then(|rest| rest.trim().strip_prefix('(')?.strip_suffix(')'))
    else {
        return false;
    };
    let mut sides = inside.split([',', ' ']).filter(|side| !side.is_empty());
    if name == "inset" {
        sides.all(|side| matches!(side, "50%" | "100%"))
    } else {
        sides.all(|side| matches!(side, "0" | "0px" | "1px"))
    }
}

/// Whether a CSS offset moves the element off any screen: `-9999px`.
fn is_far_away(value: &str) -> bool {
    let digits = value.strip_prefix('-').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    digits >= 4 || digits >= 3 && value.ends_with("em")
}

/// Whether a script holds JSON-LD.
pub fn is_json_ld(element: &Element) -> bool {
    element.attr("type").is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_that_hide_an_element_are_recognised() {
        for (style, expected) in [
            ("display:none", true),
            ("visibility : hidden !important", true),
            ("clip:rect(0px,0px,0px,0px);position:absolute;width:1px", true),
            ("position: absolute !important; clip: rect(1px 1px 1px 1px)", true),
            ("position:absolute;clip-path:inset(50%)", true),
            ("position:absolute;width:1px;height:1px;overflow:hidden", true),
            ("position:absolute;left:-9999px", true),
            ("position:absolute;left:-10px", false),
            ("position:absolute;clip:rect(0,100px,100px,0)", false),
            ("clip-path:inset(0 50%)", false),
            ("overflow:hidden;width:1px", false),
            ("display:block", false),
            ("", false),
        ] {
            assert_eq!(hides(style), expected, "{style}");
        }
    }
}
