//! The figures of coverage: how many outlets, articles and texts, and whose words they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Origin, Story};
use crate::model::{IdMap, IdSet, SourceId};

/// Figures of coverage. Each article counts once, whatever number of watches it matches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Distinct outlets.
    pub outlets: usize,
    /// Distinct articles.
    pub articles: usize,
    /// Distinct texts: copies of one count once.
    pub texts: usize,
    /// The outlets with texts that they wrote themselves, as far as known; in the order of the stories.
    pub own: Vec<OwnTexts>,
    /// For each agency how many outlets carry its texts; the most first.
    pub agencies: Vec<(Arc<str>, usize)>,
    /// How many outlets carry the text of another outlet.
    pub copying: usize,
}

/// An outlet and how many texts it wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnTexts {
    /// The source's name.
    pub outlet: Arc<str>,
    /// At least one.
    pub texts: usize,
}

/// What is known of an outlet while its texts are counted.
struct InTally {
    number: usize,
    /// Its place among the outlets with own texts.
    own: Option<usize>,
    /// Whether it carries the text of another outlet.
    copies: bool,
}

impl Tally {
    /// The figures of these stories; the same story may come several times, with other articles of it.
    pub(super) fn of<'a>(stories: impl Iterator<Item = &'a Story>) -> Self {
        let mut tally = Self::default();
        let (mut articles, mut texts, mut own_texts) = (IdSet::default(), IdSet::default(), IdSet::default());
        let mut outlets: IdMap<SourceId, InTally> = IdMap::default();
        let mut carriers: BTreeMap<Arc<str>, IdSet<SourceId>> = BTreeMap::new();
        for story in stories {
            for mention in story.mentions().filter(|mention| articles.insert(mention.article)) {
                texts.insert(mention.story);
                let number = outlets.len();
                let outlet = outlets.entry(mention.source).or_insert(InTally { number, own: None, copies: false });
                match story.origin(mention) {
                    Origin::Own => {
                        if own_texts.insert((mention.story, outlet.number)) {
                            let place = *outlet.own.get_or_insert(tally.own.len());
                            match tally.own.get_mut(place) {
                                Some(own) => own.texts += 1,
                                None => tally.own.push(OwnTexts { outlet: mention.outlet.clone(), texts: 1 }),
                            }
                        }
                    }
                    Origin::Agency(agency) => {
                        carriers.entry(agency).or_default().insert(mention.source);
                    }
                    Origin::Copy(_) => outlet.copies = true,
                }
            }
        }
        tally.outlets = outlets.len();
        tally.articles = articles.len();
        tally.texts = texts.len();
        tally.copying = outlets.values().filter(|outlet| outlet.copies).count();
        tally.agencies = carriers.into_iter().map(|(agency, outlets)| (agency, outlets.len())).collect();
        tally.agencies.sort_by_key(|(_, outlets)| std::cmp::Reverse(*outlets));
        tally
    }

    /// How many texts the outlets wrote themselves.
    pub fn own_texts(&self) -> usize {
        self.own.iter().map(|own| own.texts).sum()
    }
}
