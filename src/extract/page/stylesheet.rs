//! A page's inline style sheets, as far as they hide elements or separate words: `.teaser { display: none }`.

use std::collections::HashSet;

use super::element::hides;
use crate::html::seam::Boxes;
use crate::text::seam;

/// Classes and ids that simple rules hide and no other rule shows.
#[derive(Debug, Default)]
pub struct Stylesheet {
    classes: NameSets,
    ids: NameSets,
    /// Classes displayed as blocks: `.kicker { display: block }`.
    boxes: HashSet<String>,
    /// Classes whose children are displayed side by side: `.meta { display: flex }`.
    rows: HashSet<String>,
    read: usize,
}

impl Boxes for Stylesheet {
    fn is_box(&self, classes: &str) -> bool {
        !self.boxes.is_empty() && classes.split_ascii_whitespace().any(|class| self.boxes.contains(class))
    }

    fn is_row(&self, classes: &str) -> bool {
        !self.rows.is_empty() && classes.split_ascii_whitespace().any(|class| self.rows.contains(class))
    }
}

#[derive(Debug, Default)]
struct NameSets {
    hidden: HashSet<String>,
    shown: HashSet<String>,
}

impl NameSets {
    fn hide(&self, name: &str) -> bool {
        self.hidden.contains(name) && !self.shown.contains(name)
    }
}

/// More than any article page contains; the rest is ignored.
const MAX_BYTES: usize = 500_000;
const MAX_NAMES: usize = 2_000;

impl Stylesheet {
    /// Parses one `<style>`.
    ///
    /// What is hidden only on some screens (`@media`) counts as visible. Descendant selectors are ignored, because
    /// whether they apply is not known here.
    pub fn add_css(&mut self, css: &str) {
        if !css.contains("display") && !css.contains("clip") && !css.contains("hidden") {
            return;
        }
        self.read += css.len();
        if self.read > MAX_BYTES {
            return;
        }
        let mut conditional = 0_usize;
        let mut selector = String::new();
        let mut rest = css;
        while let Some(at) = rest.find(['{', '}', ';', '/']) {
            let (before, after) = rest.split_at(at);
            selector.push_str(before);
            rest = after.get(1..).unwrap_or("");
            match after.as_bytes().first() {
                Some(b'/') if rest.starts_with('*') => {
                    rest = rest.split_once("*/").map_or("", |(_, rest)| rest);
                    continue;
                }
                Some(b'/') => {
                    selector.push('/');
                    continue;
                }
                Some(b'{') if selector.trim_start().starts_with('@') => conditional += 1,
                Some(b'{') => {
                    let (declarations, tail) = rest.split_once('}').unwrap_or((rest, ""));
                    self.rule(&selector, declarations, conditional > 0);
                    rest = tail;
                }
                Some(b'}') => conditional = conditional.saturating_sub(1),
                _ => {}
            }
            selector.clear();
        }
    }

    fn rule(&mut self, selectors: &str, declarations: &str, conditional: bool) {
        let hidden = hides(declarations);
        if (hidden && conditional) || (!hidden && !declarations.contains("display")) {
            return;
        }
        let (is_box, is_row) = (!hidden && seam::lines_up(declarations), !hidden && seam::is_row(declarations, ""));
        for selector in selectors.split(',').map(str::trim) {
            if hidden {
                let Some(name) = selector.strip_prefix(['.', '#']) else { continue };
                let simple = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
                let names = self.names(selector);
                if simple && names.hidden.len() < MAX_NAMES {
                    names.hidden.insert(name.to_owned());
                }
                continue;
            }
            let last = selector.rsplit([' ', '>', '+', '~']).next().unwrap_or("");
            let starts = last.char_indices().filter(|(_, c)| matches!(c, '.' | '#')).map(|(at, _)| at);
            for start in starts {
                let name = last.get(start + 1..).and_then(|tail| tail.split(['.', '#', ':', '[']).next());
                let names = self.names(last.get(start..).unwrap_or(""));
                if names.shown.len() < MAX_NAMES {
                    names.shown.extend(name.map(str::to_owned));
                }
                if is_box && self.boxes.len() < MAX_NAMES {
                    self.boxes.extend(name.map(str::to_owned));
                }
                if is_row && self.rows.len() < MAX_NAMES {
                    self.rows.extend(name.map(str::to_owned));
                }
            }
        }
    }

    /// Whether an element with these classes and this id is hidden.
    pub fn hides(&self, classes: &str, id: &str) -> bool {
        (!self.ids.hidden.is_empty() && self.ids.hide(id))
            || (!self.classes.hidden.is_empty()
                && classes.split_ascii_whitespace().any(|class| self.classes.hide(class)))
    }

    fn names(&mut self, selector: &str) -> &mut NameSets {
        if selector.starts_with('#') { &mut self.ids } else { &mut self.classes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_and_rows_are_recognised_by_their_classes() {
        let mut sheet = Stylesheet::default();
        sheet.add_css(".a{display:block}h1 .b{color:red;display : inline-block}.c{display:inline}.d>.e{display:flex}.f{color:red}");
        for (class, is_box, is_row) in [
            ("a", true, false),
            ("x b", true, false),
            ("c", false, false),
            ("d", false, false),
            ("e", true, true),
            ("f", false, false),
        ] {
            assert_eq!((sheet.is_box(class), sheet.is_row(class)), (is_box, is_row), "{class}");
        }
    }

    #[test]
    fn simple_rules_hide_elements() {
        for (css, classes, id, expected) in [
            (".x{display:none}", "a x", "", true),
            (".x{display:none}", "a xx", "", false),
            ("#y , p.z{ color: red; display : none !important }", "z", "y", true),
            ("p.z{display:none}", "z", "", false),
            ("/* .x{display:none} */ .a{color:red}", "x", "", false),
            ("@import url(a.css); .x{display:none}", "x", "", true),
            ("@media print{.x{display:none}}", "x", "", false),
            ("@media print{.a{display:none} .b{top:0}} .x{display:none}", "x", "", true),
            (".x{display:none}@media (min-width:9em){.x{display:block}}", "x", "", false),
            (".x{display:none}.x.active{display:flex}", "x active", "", false),
            (".x{display:none}.y .x:first-child{display:block}", "x", "", false),
            (".x{display:block}", "x", "", false),
            (".x{position:absolute;clip:rect(1px,1px,1px,1px)}", "x", "", true),
            (".x{display:none", "x", "", true),
            ("}}}{{{ .x", "x", "", false),
            ("@é{.é{display:none}.x.é{display:é}}", "é", "é", false),
        ] {
            let mut sheet = Stylesheet::default();
            sheet.add_css(css);
            assert_eq!(sheet.hides(classes, id), expected, "{css}");
        }
    }
}
