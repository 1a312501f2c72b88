//! What one watch found: its texts, and which of them a digest shows in full.

use std::sync::Arc;

use super::{Mention, Origin, Reporter, Tally};
use crate::model::ArticleId;

/// What one watch found.
#[derive(Debug, Clone, Default)]
pub struct WatchNews {
    /// The watch's name.
    pub name: String,
    /// The heading under which it stands; watches of one group follow each other.
    pub group: Option<String>,
    /// The outlets that reported, in order of publication.
    pub reporters: Vec<Reporter>,
    /// How many outlets, articles and texts.
    pub tally: Tally,
    /// By news value: first those shown in full, the texts of one event together, then those shown under an earlier watch.
    pub stories: Vec<Story>,
}

/// One text and the outlets that carried it.
#[derive(Debug, Clone)]
pub struct Story {
    /// The original, as far as known: not taken over from elsewhere, and the first to publish.
    pub first: Box<Mention>,
    /// The same text elsewhere, in order of publication.
    pub copies: Vec<Box<Mention>>,
    /// Set where an earlier watch of the digest shows the text.
    pub shown: Option<ShownAbove>,
}

/// The earlier watch that shows a text in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownAbove {
    /// The watch's name.
    pub watch: Arc<str>,
    /// The articles that no earlier watch shows: only the later watch matches them.
    pub rest: Vec<ArticleId>,
}

/// Stories that are shown together: those of one event, or a single one.
#[derive(Debug, Clone, Copy)]
pub struct Section<'a> {
    /// The leading story, whose headline is the heading.
    pub lead: &'a Story,
    /// The other texts about the same event.
    pub others: &'a [Story],
}

impl WatchNews {
    /// A watch that has found nothing yet.
    pub fn new(name: impl Into<String>, group: Option<String>) -> Self {
        Self { name: name.into(), group, ..Self::default() }
    }

    /// The stories that are shown in full, those of one event together.
    pub fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        let full = self.stories.iter().take_while(|story| story.shown.is_none()).count();
        let stories = self.stories.get(..full).unwrap_or_default();
        let same_event = |a: &Story, b: &Story| a.first.event.is_some() && a.first.event == b.first.event;
        stories.chunk_by(same_event).filter_map(|chunk| {
            let (lead, others) = chunk.split_first()?;
            Some(Section { lead, others })
        })
    }

    /// The stories that an earlier watch of the digest shows.
    pub fn shown_above(&self) -> impl Iterator<Item = (&Story, &ShownAbove)> {
        self.stories.iter().filter_map(|story| Some((story, story.shown.as_ref()?)))
    }
}

impl Story {
    /// The original, then the copies.
    pub fn mentions(&self) -> impl Iterator<Item = &Mention> {
        std::iter::once(&self.first).chain(&self.copies).map(AsRef::as_ref)
    }

    /// Whether the outlet that had it first wrote it, as far as known.
    pub fn is_own(&self) -> bool {
        self.origin(&self.first) == Origin::Own
    }
}

impl Section<'_> {
    /// How many outlets, articles and texts.
    pub fn tally(&self) -> Tally {
        Tally::of(self.stories())
    }

    /// Its stories, the leading one first.
    pub fn stories(&self) -> impl Iterator<Item = &Story> {
        std::iter::once(self.lead).chain(self.others)
    }
}
