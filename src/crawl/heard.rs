//! What channels say of items that are not read for it: matched without a request.

use jiff::Timestamp;
use url::Url;

use super::Crawler;
use super::mentions::notes;
use super::rematch::document;
use super::save::save;
use crate::decide::{ArticleRef, Change, Ending, KnownChannel, MentionChange, NewMentions};
use crate::error::Error;
use crate::pipeline::{Knowledge, Target, matches_beside, read_headline};
use crate::store::{PendingItem, SharedTurn, StoredArticle};

impl Crawler<'_> {
    /// Matches the words that a channel has for known items, by their owner and key; returns the new mentions.
    pub(super) fn hear(
        &self,
        knowledge: &Knowledge,
        channel: &KnownChannel,
        heard: &[(Option<String>, String)],
        now: Timestamp,
    ) -> Result<NewMentions, Error> {
        let mut new = NewMentions::default();
        for (owner, key) in heard {
            let mentions = match self.store.heard(channel, owner.as_deref(), key)? {
                None => 0,
                Some((item, Some(article))) => self.hear_of_article(knowledge, &item, &article, now)?,
                Some((item, None)) => self.hear_of_item(knowledge, &item, now)?,
            };
            new += NewMentions::of_article(mentions);
        }
        Ok(new)
    }

    fn hear_of_article(
        &self,
        knowledge: &Knowledge,
        item: &PendingItem,
        article: &StoredArticle,
        now: Timestamp,
    ) -> Result<usize, Error> {
        let matches = matches_beside(&knowledge.matcher, &document(article), &item.item);
        let mentions = notes(&knowledge.watches, matches);
        if mentions.is_empty() {
            return Ok(0);
        }
        self.store.together(|| {
            // A mention that `rematch --prune` is taking away is not known any more.
            self.store.take_turn(SharedTurn::Stories)?;
            let known = self.store.mentioning(article.id)?;
            let new: Vec<_> = mentions.iter().filter(|mention| !known.contains(&mention.watch)).collect();
            let of = ArticleRef::Known(article.id);
            let changes: Vec<Change> =
                new.iter().map(|mention| Change::Mention(of, MentionChange::Add(mention), now)).collect();
            self.store.apply(&changes)?;
            Ok(new.len())
        })
    }

    /// An item that has no article gets one of its channel's words, where a watch matches them.
    fn hear_of_item(&self, knowledge: &Knowledge, item: &PendingItem, now: Timestamp) -> Result<usize, Error> {
        let (Some(source), Ok(url)) = (knowledge.sources.get(&item.source), Url::parse(&item.url)) else {
            return Ok(0);
        };
        let target = Target { source, url: &url, key: &item.key, item: &item.item };
        let Some(read) = read_headline(knowledge, &target).filter(|read| !read.matches.is_empty()) else {
            return Ok(0);
        };
        let mentions = notes(&knowledge.watches, read.matches.clone());
        Ok(save(self.store, &self.reading(item, &read, &mentions, now), Some(&Ending::Stays))?.mentions)
    }
}
