//! Watches with the headings of their groups.

use super::words::Frame;
use crate::digest::WatchNews;
use crate::text::clean::one_line;

/// A watch and its heading.
pub(super) struct Placed<'a> {
    /// The watch.
    pub watch: &'a WatchNews,
    /// The heading before the watch, if it begins a group. Watches without a group that follow one get a heading, too, so that they do
    /// not seem to belong to that group.
    pub heading: Option<String>,
    /// How many group headings the watch is under: 0 or 1.
    pub depth: usize,
}

impl Frame {
    /// The watches with their headings; `found_only`: those without coverage are left out.
    pub(super) fn grouped<'a>(&self, watches: &'a [WatchNews], found_only: bool) -> impl Iterator<Item = Placed<'a>> {
        let mut group = None;
        let mut depth = 0;
        let ungrouped = self.texts().ungrouped;
        watches.iter().filter(move |watch| !(found_only && watch.stories.is_empty())).map(move |watch| {
            let own = watch.group.as_deref();
            let heading = (own != group).then(|| own.map_or_else(|| ungrouped.to_owned(), one_line));
            group = own;
            depth = if heading.is_some() { 1 } else { depth };
            Placed { watch, heading, depth }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::samples::frame;

    #[test]
    fn watches_without_a_group_are_not_taken_for_a_groups() {
        let placed = |groups: &[Option<&str>]| {
            let watch = |group: Option<&str>| WatchNews::new("Quay", group.map(str::to_owned));
            let watches: Vec<WatchNews> = groups.iter().copied().map(watch).collect();
            frame().grouped(&watches, false).map(|placed| (placed.heading, placed.depth)).collect::<Vec<_>>()
        };
        let heading = |text: &str| (Some(text.to_owned()), 1);
        assert_eq!(placed(&[None, None]), [(None, 0), (None, 0)]);
        assert_eq!(
            placed(&[None, Some("Harbour"), Some("Harbour"), None, None, Some("Birds\n")]),
            [(None, 0), heading("Harbour"), (None, 1), heading("Other watches"), (None, 1), heading("Birds")]
        );
    }
}
