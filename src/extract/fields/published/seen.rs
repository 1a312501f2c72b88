//! Dates visible to readers: microdata, `time` elements, lines near the headline and elsewhere.

use super::{
    DateCandidate, DateSources, Dates, PageDate,
    label::{self, Label},
};
use crate::date;
use crate::extract::page::{
    blocks::Block,
    hints::Hints,
    tree::{Mark, Tag},
};
use crate::text::clean::one_line;
use crate::text::cut::cut;

/// The dates found, the most reliable first in each list.
#[derive(Debug, Default)]
pub struct VisibleDates {
    /// Near the headline.
    pub published: Vec<DateCandidate>,
    /// Labelled as the last change.
    pub modified: Vec<DateCandidate>,
    /// Away from the headline, but labelled as the date.
    pub elsewhere: Vec<DateCandidate>,
    /// Any other date on the page.
    pub unsure: Vec<DateCandidate>,
}

/// Boxes whose microdata describes other articles.
const MICRODATA_OF_OTHERS: Hints = Hints::RELATED.and(Hints::COMMENT).and(Hints::TEASER);

/// How many lines before and after the headline are examined.
const BEFORE: usize = 4;
const AFTER: usize = 14;

/// Adds dates marked with `itemprop` on any element.
pub fn add_marks(sources: &DateSources, dates: &mut Dates) {
    for mark in &sources.tree.marks {
        let is = |wanted: &str| mark.name.split_ascii_whitespace().any(|name| name == wanted);
        let published =
            ["datepublished", "datecreated", "dc:created", "dc:date", "dcterms:created", "schema:datepublished"]
                .into_iter()
                .any(is);
        if !(published || is("datemodified"))
            || sources.surroundings().has_ancestor(mark.node, |_, hints| hints.has(MICRODATA_OF_OTHERS))
        {
            continue;
        }
        let (rule, to) = if published {
            ("itemprop datePublished", &mut dates.published)
        } else {
            ("itemprop dateModified", &mut dates.modified)
        };
        if to.iter().filter(|found| found.rule == rule).count() < 3 {
            to.extend(sources.candidate(rule, sources.mark_value(mark)));
        }
    }
}

/// Which lines are searched for dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineScope {
    /// Only those near the headline, because the metadata already has a date.
    Near,
    /// All lines of the page.
    All,
}

/// The visible dates.
pub fn visible_dates(sources: &DateSources, scope: LineScope) -> VisibleDates {
    let mut seen = VisibleDates::default();
    sources.add_time_elements(&mut seen);
    sources.add_lines(scope, &mut seen);
    seen.published.truncate(30);
    seen.unsure.truncate(10);
    seen
}

impl DateSources<'_> {
    fn mark_value<'m>(&'m self, mark: &'m Mark) -> &'m str {
        if mark.value.trim().is_empty() {
            self.tree.node(mark.node).map_or("", |node| cut(self.tree.text_of(node), 200))
        } else {
            &mark.value
        }
    }

    /// Adds the dates of `time` and similar elements: those labelled as publication first, then by distance from the
    /// headline.
    fn add_time_elements(&self, seen: &mut VisibleDates) {
        let place = self.surroundings();
        let marks = self.tree.marks.iter().filter(|mark| mark.name == "time").take(300);
        let mut near: Vec<(u32, u32, Label, &str)> = Vec::new();
        let is_today = |at: u32| at < place.headline_or_start() && self.is_in_masthead(at);
        for mark in marks.filter(|mark| !place.is_in_other_box(mark.node) && !is_today(mark.node)) {
            let text = self.mark_value(mark);
            if text.trim().is_empty() {
                continue;
            }
            let label = self.label_of(mark.node);
            near.push((u32::from(label != Label::Published), place.distance(mark.node), label, text));
        }
        near.sort_by_key(|(named, way, ..)| (*named, *way));
        for (_, way, label, text) in near.into_iter().take(12) {
            let text = one_line(text);
            match label {
                Label::Modified => seen.modified.extend(self.candidate("time of the last change", &text)),
                _ if way < 2_000 => seen.published.extend(self.candidate("time near the headline", &text)),
                _ => seen.elsewhere.extend(self.candidate("time in the page", &text)),
            }
        }
    }

    /// The label that an element's class, or the words before it, give to its date.
    fn label_of(&self, at: u32) -> Label {
        let hints = |at: u32| self.tree.node(at).map_or(Hints::default(), |node| node.hints);
        let own = hints(at);
        if own.has(Hints::PUBLISHED) {
            return Label::Published;
        }
        if own.has(Hints::UPDATED) {
            return Label::Modified;
        }
        let blocks = &self.blocks.list;
        let nth = blocks.partition_point(|block| block.first <= at).saturating_sub(1);
        let Some((block, node)) = blocks.get(nth).zip(self.tree.node(at)) else { return Label::None };
        let line = self.blocks.text_of(block);
        let shown = one_line(cut(self.tree.text_of(node), 100));
        let before =
            if shown.is_empty() { None } else { line.find(shown.as_str()).and_then(|place| line.get(..place)) };
        let parent = self.tree.node(at).map_or(Hints::default(), |node| hints(node.parent));
        match label::label_before_date(before.unwrap_or("")) {
            Label::None if parent.has(Hints::UPDATED) && !parent.has(Hints::PUBLISHED) => Label::Modified,
            Label::None if before.is_some_and(|before| before.trim().is_empty()) => self.label_above(nth),
            label => label,
        }
    }

    /// A line that consists of a label applies to the next line.
    fn label_above(&self, nth: usize) -> Label {
        let above = nth.checked_sub(1).and_then(|above| self.blocks.list.get(above)).filter(|above| above.chars < 30);
        above.map_or(Label::None, |above| label::label_before_date(self.blocks.text_of(above)))
    }

    fn add_lines(&self, scope: LineScope, seen: &mut VisibleDates) {
        let blocks = &self.blocks.list;
        let place = self.surroundings();
        let middle = blocks.partition_point(|block| block.first < place.headline_or_start());
        let near = middle.saturating_sub(BEFORE)..middle + AFTER;
        let skipped = if scope == LineScope::Near { near.start } else { 0 };
        let count = if scope == LineScope::Near { near.len() } else { blocks.len() };
        for (nth, block) in blocks.iter().enumerate().skip(skipped).take(count) {
            let text = self.blocks.text_of(block);
            let close = near.contains(&nth);
            if !has_year(text) || block.chars > 2_000 || block.element == self.headline {
                continue;
            }
            let far = nth.abs_diff(middle);
            self.add_line(nth, block, text, close.then_some(far), seen);
            if seen.unsure.len() + seen.elsewhere.len() + seen.published.len() > 60 {
                return;
            }
        }
    }

    fn add_line(&self, nth: usize, block: &Block, text: &str, close: Option<usize>, seen: &mut VisibleDates) {
        let long = text.len() > 160;
        let head = cut(text, 400);
        let found = date::search(head, &self.habits);
        if found.is_empty() {
            return;
        }
        let sentence = text.ends_with(['.', '!', '?', ':', '”', '»', '"']) && text.split(' ').count() > 9;
        let named = self.is_labelled(block);
        let place = self.surroundings();
        let apart = place.is_in_other_box(block.element)
            || (block.first < place.headline_or_start() && self.is_in_masthead(block.element));
        for found in found.into_iter().take(4) {
            let before = head.get(..found.at.start).unwrap_or("");
            let mut label = label::label_before_date(before);
            if label == Label::None && before.trim().is_empty() {
                label = self.label_above(nth);
            }
            let Some(moment) = self.plausible(found.moment) else { continue };
            let shown = head.get(found.at.clone()).unwrap_or("").to_owned();
            let value = PageDate { moment, is_sure: label != Label::None || named };
            let make = |rule: &str| DateCandidate { rule: rule.to_owned(), shown, value };
            let leads = before.chars().count() < 40;
            let short = leads || !long;
            match (label, close.is_some() && !apart) {
                (Label::Modified, _) if short && (!apart || self.is_in_footer(block.element)) => {
                    seen.modified.push(make("line of the last change"));
                }
                (Label::Published, true) if short => seen.published.push(make("line near the headline")),
                (_, true) if named && !long => seen.published.push(make("line named as the date")),
                (Label::None, true) if !long && leads && !sentence => {
                    seen.published.push(make("line near the headline"));
                }
                (Label::Published, false) if !apart && short => {
                    seen.elsewhere.push(make("line that tells the date"));
                }
                (_, false) if named && !long && !apart => seen.elsewhere.push(make("line named as the date")),
                _ if !apart && short => seen.unsure.push(make("date in the page")),
                _ => {}
            }
        }
    }

    fn is_labelled(&self, block: &Block) -> bool {
        let of = |at: u32| self.tree.node(at).is_some_and(|node| node.hints.has(Hints::DATE | Hints::PUBLISHED));
        of(block.element) || self.tree.node(block.first).is_some_and(|node| of(node.parent))
    }

    /// Whether an element is in a menu or in the page's masthead, where today's date is shown.
    fn is_in_masthead(&self, element: u32) -> bool {
        let place = self.surroundings();
        self.ancestors(element).any(|(at, tag, hints)| {
            tag == Tag::Nav
                || hints.has(Hints::NAV | Hints::MASTHEAD)
                || (tag == Tag::Header && !place.holds_headline(at))
        })
    }

    fn is_in_footer(&self, element: u32) -> bool {
        self.ancestors(element).any(|(_, tag, hints)| tag == Tag::Footer || hints.has(Hints::FOOTER))
    }

    fn ancestors(&self, element: u32) -> impl Iterator<Item = (u32, Tag, Hints)> {
        let mut at = element;
        std::iter::from_fn(move || {
            let (here, node) = (at, self.tree.node(at)?);
            at = node.parent;
            Some((here, node.tag, node.hints))
        })
        .take(8)
    }
}

/// Whether a text has four consecutive digits, in any script, or may hold a short date.
fn has_year(text: &str) -> bool {
    let mut run = 0;
    let mut all = 0;
    for c in text.chars().take(400) {
        if c.is_numeric() {
            run += 1;
            all += 1;
            if run == 4 {
                return true;
            }
        } else {
            run = 0;
        }
    }
    all >= 4 && text.len() < 120
}
