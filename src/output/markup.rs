//! A small writer of HTML, SVG and XML that escapes by construction.
//!
//! Names of elements and attributes are constants; every other string is escaped, and its control sequences are removed.
//! Only [`Markup::link`] and [`Markup::reference`] write a `href`, and they accept only http and https URLs; only [`Markup::logo`]
//! writes a `src`, which is the picture itself.

use super::link::link;
use super::logo::Logo;
use crate::text::clean::printable;

/// A document under construction.
#[derive(Debug, Default)]
pub(super) struct Markup {
    out: String,
    open: Vec<&'static str>,
}

impl Markup {
    /// Writes constant markup.
    pub fn constant(&mut self, markup: &'static str) {
        self.out.push_str(markup);
    }

    /// Opens an element. Attributes that could carry a URL or a script are dropped.
    pub fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.tag(tag, attributes);
        self.out.push('>');
        self.open.push(tag);
    }

    /// Closes the element that was opened last.
    pub fn close(&mut self) {
        if let Some(tag) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(tag);
            self.out.push('>');
        }
    }

    /// Writes an element with text in it.
    pub fn element(&mut self, tag: &'static str, attributes: &[(&'static str, &str)], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close();
    }

    /// Writes an empty element of XML or SVG, or a void element of HTML.
    pub fn empty(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.tag(tag, attributes);
        self.out.push_str("/>");
    }

    /// Opens a link, or a `span` if the URL is not safe.
    pub fn link(&mut self, url: &str, attributes: &[(&'static str, &str)]) {
        let Some(url) = link(url) else {
            self.open("span", attributes);
            return;
        };
        self.tag("a", attributes);
        self.attribute("href", &url);
        self.attribute("rel", "noopener noreferrer");
        self.out.push('>');
        self.open.push("a");
    }

    /// Writes an element with a `href`, or nothing if the URL is not safe.
    pub fn reference(&mut self, tag: &'static str, url: &str, attributes: &[(&'static str, &str)]) {
        if let Some(url) = link(url) {
            self.tag(tag, attributes);
            self.attribute("href", &url);
            self.out.push_str("/>");
        }
    }

    /// Writes a picture that says nothing to those who do not see it.
    pub fn logo(&mut self, logo: &Logo) {
        self.tag("img", &[("alt", "")]);
        self.attribute("src", &format!("data:{};base64,{}", logo.media_type, logo.base64));
        self.out.push('>');
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) {
        escape(&mut self.out, &printable(text));
    }

    /// Ends a line, for readable source.
    pub fn line(&mut self) {
        self.out.push('\n');
    }

    /// Prints what is written so far.
    pub fn pass(&mut self, print: super::Print) -> std::io::Result<()> {
        super::pass(&mut self.out, print)
    }

    /// The document, with everything closed.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn tag(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            if !(matches!(*name, "href" | "src" | "style") || name.starts_with("on")) {
                self.attribute(name, value);
            }
        }
    }

    fn attribute(&mut self, name: &'static str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        escape(&mut self.out, &printable(value));
        self.out.push('"');
    }
}

fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')) {
        let (before, from) = rest.split_at(at);
        let (mark, behind) = from.split_at(1);
        out.push_str(before);
        out.push_str(match mark {
            "&" => "&amp;",
            "<" => "&lt;",
            ">" => "&gt;",
            "\"" => "&quot;",
            _ => "&#39;",
        });
        rest = behind;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        let mut html = Markup::default();
        html.open("p", &[("title", "\"><script>"), ("onclick", "x()"), ("href", "javascript:x()"), ("style", "x")]);
        html.text("</p><script>alert('1' & \u{202e}\u{0}\"2\")</script>");
        html.link("javascript:alert(1)", &[]);
        html.text("no");
        html.close();
        html.link("https://a.example/?a=1&b=\"'>", &[("class", "x")]);
        assert_eq!(
            html.finish(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;\
             <span>no</span><a class=\"x\" href=\"https://a.example/?a=1&amp;b=%22%27%3E\" rel=\"noopener noreferrer\"></a></p>"
        );
    }
}
