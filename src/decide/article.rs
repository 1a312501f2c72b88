//! The changes by a reading: the article, its versions, its story, its mentions, and its item.

use std::collections::HashSet;

use jiff::Timestamp;

use super::copies::{Membership, membership, standing};
use super::same::{Identity, believable, has_news, identity, may_have_twin, twin};
use super::unreadable::is_unreadable_now;
use super::whole::is_moved_here;
use super::{
    ArticleRef, ArticleRow, Change, Ending, KnownVersion, Members, MentionChange, MentionNote, Neighbour, Neighbours,
    Reading, Related, SameBy, Saved, StoryLookup,
};
use crate::model::{Extent, ItemState, SourceId, StoryId};
use crate::story;
use crate::text::fold::fold;
use crate::text::headline::headline_key;

/// A reading of which is known which article it is of.
#[derive(Debug)]
pub struct Identified<'a, 'n> {
    identity: Identity<'a, 'n>,
    near: &'n Neighbours,
    /// The reading adds nothing to what is known.
    is_copy: bool,
    /// The article that is stored at the address to which this one moved, and those with the text that this one has now.
    successors: Vec<&'n Neighbour>,
}

/// A reading of which is known, too, which story its article belongs to.
#[derive(Debug)]
pub struct Placed<'a, 'n> {
    found: Identified<'a, 'n>,
    /// Of an article that is written.
    membership: Membership,
}

/// The changes by a reading, and its result.
#[derive(Debug)]
pub struct Decided<'a> {
    /// In the order in which they are applied.
    pub changes: Vec<Change<'a>>,
    /// The result.
    pub saved: Saved,
}

/// Finds the article that a reading is of.
pub fn identify<'a, 'n>(reading: &Reading<'a>, near: &'n Neighbours) -> Identified<'a, 'n> {
    let identity = identity(reading, near);
    let reading = &identity.reading;
    let is_copy = identity.known.is_some_and(|known| {
        reading.extent < known.extent
            || (reading.extent == known.extent && !has_news(reading, known))
            || is_unreadable_now(known, reading)
    });
    Identified { identity, near, is_copy, successors: Vec::new() }
}

/// The same for a mentioned article that was read again for its own item. `None`: nothing changes, because this is a shorter preview of a
/// text read in full, another article at the same URL, or a gate or notice in place of the article.
pub fn identify_again<'a, 'n>(reading: &Reading<'a>, near: &'n Neighbours) -> Option<Identified<'a, 'n>> {
    let known = near.own_article()?;
    let url = reading.article.url.as_str();
    let others = || near.same.iter().filter(|(_, other)| other.id != known.id);
    // The known address leads to that of another article, and the text confirms it: both are one.
    let has_moved = known.url != url && !reading.is_sure && is_moved_here(known, reading);
    let is_successor = |by: SameBy, other: &Neighbour| {
        (by.key || by.own_key) && other.extent <= reading.extent && is_moved_here(other, reading)
    };
    let successor = others().find(|(by, other)| has_moved && is_successor(*by, other)).map(|found| &found.1);
    let is_another = others().any(|(_, other)| {
        (other.key == reading.key || other.url == url) && successor.is_none_or(|one| one.id != other.id)
    });
    if is_another || reading.extent < known.extent || is_unreadable_now(known, reading) {
        return None;
    }
    let identity = Identity { reading: believable(reading, near), known: Some(known), takes_key: false };
    // An update that was announced at another address, and read there first.
    let is_equal = |other: &Neighbour| {
        !reading.is_sure && other.fingerprint.as_deref().is_some_and(|it| reading.exact() == Some(it))
    };
    let is_further = |other: &&Neighbour| successor.is_none_or(|one| one.id != other.id);
    let equal = others().filter(|(by, other)| by.content && is_equal(other)).map(|found| &found.1).filter(is_further);
    let successors: Vec<&Neighbour> = successor.into_iter().chain(equal).collect();
    Some(Identified { identity, near, is_copy: false, successors })
}

impl<'a, 'n> Identified<'a, 'n> {
    /// By what its story is found; `None` for a copy, which is not written.
    pub fn story_lookup(&self) -> Option<StoryLookup<'a>> {
        let reading = &self.identity.reading;
        (!self.is_copy).then_some(StoryLookup {
            source: self.near.source,
            address: reading.address,
            original_address: reading.original_address,
            fingerprint: reading.fingerprint.filter(|_| !self.is_same_text()),
            since: reading.at.checked_sub(reading.story_window).unwrap_or(Timestamp::MIN),
        })
    }

    /// Finds the story of its article among those to which it may belong.
    pub fn place(self, related: &Related) -> Placed<'a, 'n> {
        let membership = match self.story_lookup() {
            Some(lookup) => membership(&self.identity.reading, lookup.fingerprint, self.identity.known, related),
            None => Membership::default(),
        };
        Placed { found: self, membership }
    }

    fn was_read(&self) -> bool {
        self.identity.known.is_some_and(|known| known.extent != Extent::Headline)
    }

    /// Whether the article has this text already. Its copies were found when they came, so it is not compared again.
    fn is_same_text(&self) -> bool {
        let known = self.identity.known.and_then(|known| known.fingerprint.as_deref());
        known.is_some() && known == self.identity.reading.exact()
    }
}

impl Placed<'_, '_> {
    /// The stories whose members the decision needs; empty where it needs none.
    pub fn stories(&self) -> &[StoryId] {
        &self.membership.stories
    }

    /// The source whose articles it needs, and the stories among whose members; `None` where it needs none.
    pub fn siblings(&self) -> Option<(SourceId, &[StoryId])> {
        let found = &self.found;
        let stories = self.membership.of_outlet.as_slice();
        let is_needed = !stories.is_empty() && !found.was_read() && may_have_twin(&found.identity.reading);
        is_needed.then_some((found.near.source, stories))
    }
}

/// What a reading changes. It ends the item: as read, as a copy of an article that is known already, or as `headline` says
/// where only the channel's words are known.
pub fn decide_reading<'a>(placed: &Placed<'a, '_>, members: &Members, headline: Option<&Ending>) -> Decided<'a> {
    let Placed { found, membership } = placed;
    let Identified { identity, near, .. } = found;
    let (reading, known) = (&identity.reading, identity.known);
    let mut changes = Vec::new();
    if identity.takes_key {
        changes.push(Change::ReleaseKey(near.source, reading.key));
    }
    let twin = if found.was_read() { None } else { twin(reading, known, near, members) };
    let is_copy = found.is_copy || twin.is_some();
    let target = twin.or(known).map_or(ArticleRef::New, |article| ArticleRef::Known(article.id));
    if twin.is_some() {
        // What named this article's address as its original goes along.
        changes.extend(membership.merges());
    } else if !is_copy {
        write(&mut changes, placed, members, target);
    }
    // Merges a headline stored while the page could not be read, or a page under another URL, into the article.
    let mut parts: Vec<&Neighbour> = twin.and(known).into_iter().chain(near.own_article()).collect();
    parts.retain(|part| target != ArticleRef::Known(part.id));
    parts.dedup_by_key(|part| part.id);
    changes.extend(parts.iter().map(|part| Change::Absorb(part.id, target)));
    let stored: Vec<&Neighbour> = twin.or(known).into_iter().chain(parts).collect();
    let mentions = mention(&mut changes, reading, target, &stored, is_copy);
    if found.was_read() && !is_copy {
        note_gone(&mut changes, reading, target, &stored);
    }
    let is_own = near.own.is_some_and(|own| target == ArticleRef::Known(own));
    let ending = match headline {
        Some(ending) => ending.clone(),
        None if is_copy && !is_own => Ending::In(ItemState::Copy, None),
        None => Ending::In(ItemState::Read, None),
    };
    let is_copy = matches!(ending, Ending::In(ItemState::Copy, _));
    changes.push(Change::EndItem(reading.item, ending, Some(target), reading.at));
    Decided { changes, saved: Saved { known: known.is_some() || is_copy, is_copy, mentions } }
}

/// What reading a mentioned article again changes: what it says now, and which of its mentions stand no longer in it.
pub fn decide_again<'a>(placed: &Placed<'a, '_>, members: &Members) -> Decided<'a> {
    let mut changes = Vec::new();
    let Identity { reading, known, .. } = &placed.found.identity;
    let successors = || placed.found.successors.iter().copied();
    let stored: Vec<&Neighbour> = known.iter().copied().chain(successors()).collect();
    let target = stored.first().map_or(ArticleRef::New, |known| ArticleRef::Known(known.id));
    write(&mut changes, placed, members, target);
    changes.extend(successors().map(|other| Change::Absorb(other.id, target)));
    let mentions = mention(&mut changes, reading, target, &stored, false);
    note_gone(&mut changes, reading, target, &stored);
    Decided { changes, saved: Saved { known: true, is_copy: false, mentions } }
}

/// Writes the article, its version and its story.
fn write<'a>(changes: &mut Vec<Change<'a>>, placed: &Placed<'a, '_>, members: &Members, target: ArticleRef) {
    let Placed { found, membership } = placed;
    let Identified { identity, near, .. } = found;
    let (reading, known) = (&identity.reading, identity.known);
    let is_mentioned = !reading.mentions.is_empty() || known.is_some_and(|known| !known.mentions.is_empty());
    // Most articles are never mentioned nor changed. How long one that changes waits for its next reading depends on its last change.
    let version = new_version(reading, known).filter(|_| is_mentioned || known.is_some());
    if let (Some(text_hash), Some(known)) = (&version, known) {
        changes.extend(earlier_version(known, text_hash));
    }
    // Keeps the times of the first reading: outputs select and sort by them.
    let earlier = known.filter(|known| known.extent != Extent::Headline);
    let row = Box::new(ArticleRow {
        reading: reading.clone(),
        published_at: earlier.and_then(|known| known.published_at).or(reading.article.published_at),
        read_at: earlier.map_or(reading.at, |known| known.read_at),
    });
    changes.push(match target {
        ArticleRef::New => Change::Insert(near.source, row),
        ArticleRef::Known(id) => Change::Update(id, row),
    });
    let title = || reading.article.title.clone();
    changes.extend(version.map(|text_hash| Change::AddVersion {
        of: target,
        title: title(),
        text_hash,
        at: reading.at,
    }));
    changes.extend(membership.merges());
    // The same text keeps its place: the story, and the text by which it was found to be a copy.
    if !found.is_same_text() {
        changes.push(Change::SetStory(target, membership.story(), membership.likeness));
        changes.extend(standing(reading, target, membership, members));
    }
}

/// The hash of the new text, if headline or text differ from the last reading.
fn new_version(reading: &Reading, known: Option<&Neighbour>) -> Option<String> {
    if reading.extent == Extent::Headline {
        return None;
    }
    let text_hash = &reading.fingerprint?.hash;
    let is_new = known.and_then(last_version).is_none_or(|last| {
        last.text_hash != *text_hash || headline_key(&last.title) != headline_key(&reading.article.title)
    });
    is_new.then(|| text_hash.clone())
}

/// The version of the last reading. Of an article that no watch mentioned then it was not stored, and is as the article stands.
fn last_version(known: &Neighbour) -> Option<KnownVersion> {
    let as_it_stands = || {
        // Texts of old articles are deleted, and their fingerprints kept.
        let text_hash =
            known.fingerprint.clone().or_else(|| (!known.text.is_empty()).then(|| story::hash(&known.text)))?;
        Some(KnownVersion { seen_at: known.read_at.to_string(), title: known.title.clone(), text_hash })
    };
    known.last_version.clone().or_else(|| as_it_stands().filter(|_| known.extent != Extent::Headline))
}

/// Stores what is known of a mentioned article before it changes: its version, if that is not stored yet, and in it the text that it has
/// now.
fn earlier_version<'a>(known: &Neighbour, text_hash: &str) -> Vec<Change<'a>> {
    let Some(KnownVersion { seen_at, title, text_hash: before }) = last_version(known) else { return Vec::new() };
    let archived =
        (before != text_hash && !known.mentions.is_empty()).then_some(Change::ArchiveText(known.id, seen_at));
    let of = ArticleRef::Known(known.id);
    let is_stored = known.last_version.is_some();
    let added = (!is_stored).then_some(Change::AddVersion { of, title, text_hash: before, at: known.read_at });
    added.into_iter().chain(archived).collect()
}

/// The mentions of a reading; returns the number of new ones. A copy adds mentions of other watches, but does not update existing ones.
fn mention<'a>(
    changes: &mut Vec<Change<'a>>,
    reading: &Reading<'a>,
    target: ArticleRef,
    stored: &[&Neighbour],
    is_copy: bool,
) -> usize {
    let mut new = 0;
    for mention in reading.mentions {
        let known = stored.iter().flat_map(|article| &article.mentions).find(|known| known.watch == mention.watch);
        new += usize::from(known.is_none());
        // What stood in the article itself is shown by that, even when only the channel says it now.
        let is_kept = is_copy || mention.is_beside && known.is_some_and(|known| !known.is_beside);
        match (known.is_some(), is_kept) {
            (false, _) => changes.push(Change::Mention(target, MentionChange::Add(mention), reading.at)),
            (true, false) => changes.push(Change::Mention(target, MentionChange::Renew(mention), reading.at)),
            (true, true) => {}
        }
    }
    new
}

/// The mentions whose terms the article no longer contains, and those of which it contains some again.
fn note_gone<'a>(changes: &mut Vec<Change<'a>>, reading: &Reading<'a>, target: ArticleRef, stored: &[&Neighbour]) {
    // Of two mentions of one watch, that of the article itself stays.
    let mut seen = HashSet::new();
    let mut mentions: Vec<_> = stored.iter().flat_map(|article| &article.mentions).collect();
    mentions.retain(|mention| seen.insert(mention.watch.as_str()));
    if mentions.is_empty() {
        return;
    }
    let now =
        [&reading.article.title, &reading.article.summary, &reading.article.text].map(|part| fold(part)).join("\n");
    for mention in mentions {
        let is_found = |found: &MentionNote| found.watch == mention.watch && (mention.is_beside || !found.is_beside);
        let stands = reading.mentions.iter().any(is_found)
            || mention.terms.split(", ").map(fold).any(|term| !term.trim().is_empty() && now.contains(term.as_str()));
        if stands != mention.gone_at.is_none() {
            let since = (!stands).then_some(reading.at);
            changes.push(Change::Mention(target, MentionChange::Gone(mention.watch.clone(), since), reading.at));
        }
    }
}
