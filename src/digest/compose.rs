//! Puts coverage in the order in which a digest shows it, by the rule of `docs/digest.md`.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Checks, Digest, Mention, Period, ShownAbove, Story, Tally, WatchNews, origin};
use crate::i18n::Language;
use crate::model::{ArticleId, EventId, IdMap, IdSet, StoryId};

/// What makes stories of one event, or a single one, come before others; greater values first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct NewsValue {
    has_own_text: bool,
    is_in_headline: bool,
    is_front_rank: bool,
    outlets: usize,
    newest: Timestamp,
}

impl Digest {
    /// The digest of these mentions; `reader` is the language in which an event is headed, where an outlet wrote in it.
    pub fn compose(
        period: Period,
        watches: Vec<WatchNews>,
        mentions: Vec<impl Into<Box<Mention>>>,
        ledger: Vec<Checks>,
        reader: Language,
    ) -> Self {
        let mut watches = by_group(watches);
        place(&mut watches, mentions.into_iter().map(Into::into).collect());
        let mut shown = IdMap::default();
        for watch in &mut watches {
            watch.reporters = origin::reporters(&watch.stories);
            put_in_order(&mut watch.stories, reader);
            watch.tally = Tally::of(watch.stories.iter());
            refer_to_what_is_shown(watch, &mut shown);
        }
        let tally = Tally::of(watches.iter().flat_map(|watch| &watch.stories));
        Self { period, watches, tally, ledger, ledger_since: None }
    }

    /// The articles that it shows, each once, whatever number of watches it matches.
    pub fn articles(&self) -> impl Iterator<Item = &Mention> {
        let mut seen = IdSet::default();
        self.mentions().filter(move |mention| seen.insert(mention.article))
    }

    /// The rows that it shows, an article once for each watch.
    pub fn mentions(&self) -> impl Iterator<Item = &Mention> {
        self.watches.iter().flat_map(|watch| &watch.stories).flat_map(Story::mentions)
    }
}

/// Watches of one group below each other, each group in the place of its first watch.
fn by_group(mut watches: Vec<WatchNews>) -> Vec<WatchNews> {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (at, watch) in watches.iter().enumerate() {
        if let Some(group) = &watch.group {
            first.entry(group.clone()).or_insert(at);
        }
    }
    let mut places = 0..;
    watches.sort_by_cached_key(|watch| {
        let own = places.next();
        watch.group.as_ref().and_then(|group| first.get(group).copied()).or(own)
    });
    watches
}

/// Puts each mention into its story; a watch that is not in the list is added at the end.
#[expect(clippy::vec_box, reason = "stories hold boxes, and a hundred thousand mentions are not moved twice")]
fn place(watches: &mut Vec<WatchNews>, mut mentions: Vec<Box<Mention>>) {
    // Within a story an article that names its original is a copy of it, whatever its time says.
    mentions.sort_by(|a, b| (a.original_outlet.is_some(), a.place()).cmp(&(b.original_outlet.is_some(), b.place())));
    let mut known: HashMap<String, usize> =
        watches.iter().enumerate().map(|(at, watch)| (watch.name.clone(), at)).collect();
    let mut places: IdMap<(usize, StoryId), usize> = IdMap::default();
    for mention in mentions {
        let at = known.get(&*mention.watch).copied().unwrap_or_else(|| {
            watches.push(WatchNews::new(&*mention.watch, None));
            known.insert(mention.watch.to_string(), watches.len() - 1);
            watches.len() - 1
        });
        let stories = &mut watches[at].stories;
        match places.entry((at, mention.story)) {
            Entry::Occupied(place) => stories[*place.get()].copies.push(mention),
            Entry::Vacant(place) => {
                place.insert(stories.len());
                stories.push(Story { first: mention, copies: Vec::new(), shown: None });
            }
        }
    }
}

/// Marks the stories that an earlier watch shows, so that nothing is shown twice; `shown`: each article so far, with its watch.
fn refer_to_what_is_shown(watch: &mut WatchNews, shown: &mut IdMap<ArticleId, Arc<str>>) {
    for story in &mut watch.stories {
        let rest = story.mentions().map(|mention| mention.article).filter(|article| !shown.contains_key(article));
        let rest: Vec<ArticleId> = rest.collect();
        let above = story.mentions().find_map(|mention| shown.get(&mention.article)).cloned();
        let name = story.first.watch.clone();
        shown.extend(rest.iter().map(|article| (*article, name.clone())));
        story.shown = above.map(|watch| ShownAbove { watch, rest });
    }
    // They come last, in the same order.
    watch.stories.sort_by_key(|story| story.shown.is_some());
}

/// Puts stories in order of their news value, those of one event together; equal ones stay in the order of publication.
fn put_in_order(stories: &mut Vec<Story>, reader: Language) {
    stories.sort_by_cached_key(|story| place_in_event(story, reader));
    let mut sections: Vec<Vec<Story>> = Vec::new();
    let mut events: IdMap<EventId, usize> = IdMap::default();
    for story in std::mem::take(stories) {
        let event = story.first.event;
        let known = event.and_then(|event| events.get(&event).copied());
        if let Some(section) = known.and_then(|at| sections.get_mut(at)) {
            section.push(story);
        } else {
            events.extend(event.map(|event| (event, sections.len())));
            sections.push(vec![story]);
        }
    }
    sections.sort_by_cached_key(|section| Reverse(news_value(section)));
    stories.extend(sections.into_iter().flatten());
}

/// Own texts first, of these the ones in the reader's language, then the most widely carried, then the earliest.
fn place_in_event(story: &Story, reader: Language) -> (Reverse<(bool, bool, usize)>, Timestamp) {
    let is_readable = &*story.first.language == reader.code();
    (Reverse((story.is_own(), is_readable, outlets(std::slice::from_ref(story)))), story.first.time())
}

/// The news value of the stories of one event, or of a single one.
fn news_value(stories: &[Story]) -> NewsValue {
    let mentions = || stories.iter().flat_map(Story::mentions);
    NewsValue {
        has_own_text: stories.iter().any(Story::is_own),
        is_in_headline: mentions().any(|mention| mention.in_headline || mention.feed_headline),
        is_front_rank: mentions().any(|mention| mention.facts.is_front_rank()),
        outlets: outlets(stories),
        newest: mentions().map(Mention::time).max().unwrap_or(Timestamp::MIN),
    }
}

/// How many outlets carried these stories.
fn outlets(stories: &[Story]) -> usize {
    if let [story] = stories
        && story.copies.is_empty()
    {
        return 1;
    }
    stories.iter().flat_map(Story::mentions).map(|mention| mention.source).collect::<IdSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{Origin, OwnTexts};
    use crate::model::MentionId;
    use crate::source::OutletFacts;

    fn mention(outlet: &str, story: i64, minute: u8, credit: &str, original: Option<&str>) -> Mention {
        Mention {
            id: MentionId(i64::from(minute)),
            article: ArticleId(i64::from(minute)),
            url: format!("https://{outlet}.example/{minute}").into(),
            original_outlet: original.map(Into::into),
            credit: credit.into(),
            ..Mention::sample(outlet, story, &format!("2026-10-10T10:{minute:02}:00Z"))
        }
    }

    fn compose(watches: &[&str], mentions: Vec<Mention>, reader: Language) -> Digest {
        let period = Period { since: None, until: Timestamp::UNIX_EPOCH, by_published: false, new_for: None };
        let watches = watches.iter().map(|name| WatchNews::new(*name, None)).collect();
        Digest::compose(period, watches, mentions, Vec::new(), reader)
    }

    /// The stories of each section of a watch, by number.
    fn sections(watch: &WatchNews) -> Vec<Vec<i64>> {
        watch.sections().map(|section| section.stories().map(|story| story.first.story.0).collect()).collect()
    }

    #[test]
    fn who_reported_and_who_copied() {
        let mentions = vec![
            // Its own text, and a copy of another's: it reported.
            mention("Canal", 1, 20, "", None),
            mention("Canal", 2, 1, "", None),
            // The first to publish is the original, whoever was stored first.
            mention("Phare", 1, 10, "", None),
            mention("Vitrine", 1, 30, "", None),
            mention("Vitrine", 3, 31, "", Some("Phare")),
            mention("Vitrine", 4, 32, "", Some("Zeitung")),
            // An agency's text: nobody has it from the first to publish.
            mention("Kade", 5, 40, "Belga", None),
            mention("Kiste", 5, 41, "", None),
            mention("Kiste", 1, 42, "", None),
            // It says itself whose text it is, though it was the first.
            mention("Post", 6, 0, "Belga", Some("Kade")),
        ];
        let digest = compose(&["Quay"], mentions, Language::English);
        let copy = |outlets: &[&str]| Origin::Copy(outlets.iter().map(|outlet| (*outlet).into()).collect());
        let agency = Origin::Agency("Belga".into());
        let watch = &digest.watches[0];
        let reporters: Vec<(&str, Origin)> = watch.reporters.iter().map(|r| (&*r.outlet, r.origin.clone())).collect();
        assert_eq!(
            reporters,
            [
                ("Post", copy(&["Kade"])),
                ("Canal", Origin::Own),
                ("Phare", Origin::Own),
                ("Vitrine", copy(&["Phare", "Zeitung"])),
                ("Kade", agency.clone()),
                ("Kiste", agency),
            ]
        );
        let own = |outlet: &str| OwnTexts { outlet: outlet.into(), texts: 1 };
        let tally = Tally {
            outlets: 6,
            articles: 10,
            texts: 6,
            // The text that four outlets carry comes first.
            own: vec![own("Phare"), own("Canal")],
            agencies: vec![("Belga".into(), 2)],
            copying: 4,
        };
        assert_eq!((&watch.tally, &digest.tally), (&tally, &tally));
    }

    #[test]
    fn own_texts_come_first_then_headlines_then_the_most_carried() {
        let titled = |mention: Mention| Mention { in_headline: true, ..mention };
        let mentions = vec![
            // Widely carried, but an agency's.
            titled(mention("Kade", 1, 40, "Belga", None)),
            titled(mention("Kiste", 1, 41, "Belga", None)),
            titled(mention("Post", 1, 42, "Belga", None)),
            // Own, the term only in the text.
            mention("Phare", 2, 50, "", None),
            mention("Vitrine", 2, 51, "", None),
            // Own, with the term in the headline.
            titled(mention("Canal", 3, 5, "", None)),
            // The same, and later.
            titled(mention("Gazet", 4, 6, "", None)),
        ];
        let digest = compose(&["Quay"], mentions, Language::English);
        assert_eq!(sections(&digest.watches[0]), [[4], [3], [2], [1]]);
    }

    #[test]
    fn outlets_of_the_front_rank_come_after_headlines_and_before_the_most_carried() {
        let of_tier = |tier, mention: Mention| {
            let facts = OutletFacts { tier: Some(tier), ..OutletFacts::default() };
            Mention { facts: Arc::new(facts), ..mention }
        };
        let titled = |mention: Mention| Mention { in_headline: true, ..mention };
        let mentions = vec![
            // An agency's, at two outlets of the front rank.
            of_tier(1, mention("Kade", 1, 40, "Belga", None)),
            of_tier(1, mention("Kiste", 1, 41, "Belga", None)),
            // Own and widely carried, by outlets of the second rank or of none.
            of_tier(2, mention("Phare", 2, 42, "", None)),
            mention("Vitrine", 2, 43, "", None),
            // Own and earlier: the copy is of the front rank.
            mention("Canal", 3, 1, "", None),
            of_tier(1, mention("Post", 3, 2, "", None)),
            // Own, with the term in the headline, of no rank.
            titled(mention("Gazet", 4, 3, "", None)),
        ];
        let digest = compose(&["Quay"], mentions, Language::English);
        assert_eq!(sections(&digest.watches[0]), [[4], [3], [2], [1]]);
    }

    #[test]
    fn an_event_is_headed_by_an_own_text_in_the_readers_language() {
        let of = |outlet: &str, story: i64, minute, credit: &str, event, language: &str| Mention {
            event: Some(EventId(event)),
            language: language.into(),
            ..mention(outlet, story, minute, credit, None)
        };
        let mentions = || {
            vec![
                of("Kade", 1, 1, "Belga", 7, "fr"),
                of("Kiste", 1, 2, "Belga", 7, "fr"),
                of("Phare", 2, 3, "", 7, "nl"),
                of("Vitrine", 2, 4, "", 7, "nl"),
                of("Canal", 3, 5, "", 7, "fr"),
                of("Gazet", 4, 6, "", 7, "de"),
                // The only text of its event.
                of("Post", 5, 7, "", 9, "fr"),
            ]
        };
        for (reader, expected) in [
            // No text is in English: the most carried own one, then the earliest.
            (Language::English, vec![2, 3, 4, 1]),
            (Language::French, vec![3, 2, 4, 1]),
            (Language::German, vec![4, 2, 3, 1]),
        ] {
            let digest = compose(&["Quay"], mentions(), reader);
            assert_eq!(sections(&digest.watches[0]), [expected, vec![5]], "{reader:?}");
        }
    }

    #[test]
    fn what_two_watches_match_is_shown_once() {
        let of = |watch: &str, mention: Mention| Mention { watch: watch.into(), event: Some(EventId(7)), ..mention };
        let shared = mention("Phare", 1, 1, "", None);
        let mentions = vec![
            of("Quay", shared.clone()),
            of("Air", shared),
            // The same text, and only the second watch matches it there.
            of("Air", mention("Vitrine", 1, 2, "", None)),
            of("Air", mention("Canal", 2, 3, "", None)),
        ];
        let digest = compose(&["Quay", "Air"], mentions, Language::English);
        assert_eq!(sections(&digest.watches[0]), [[1]]);
        // Of the event only one text is left that is not shown yet.
        assert_eq!(sections(&digest.watches[1]), [[2]]);
        let above: Vec<(i64, ShownAbove)> =
            digest.watches[1].shown_above().map(|(story, shown)| (story.first.story.0, shown.clone())).collect();
        assert_eq!(above, [(1, ShownAbove { watch: "Quay".into(), rest: vec![ArticleId(2)] })]);
        let articles = |watch: usize| digest.watches[watch].tally.articles;
        assert_eq!((articles(0), articles(1), digest.tally.articles), (1, 3, 3));
    }

    #[test]
    fn watches_of_a_group_follow_each_other() {
        let watch = |name: &str, group: Option<&str>| WatchNews::new(name, group.map(str::to_owned));
        let watches = vec![
            watch("A", None),
            watch("B", Some("Harbour")),
            watch("C", None),
            watch("D", Some("Birds")),
            watch("E", Some("Harbour")),
        ];
        let names: Vec<String> = by_group(watches).into_iter().map(|watch| watch.name).collect();
        assert_eq!(names, ["A", "B", "E", "C", "D"]);
    }
}
