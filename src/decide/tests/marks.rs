//! What marks become, and when a page counts as taken down.

use super::*;
use crate::model::Tone;

fn words(most: usize) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(select(vec!["city", "City", "law", "soon"]).prop_map(str::to_owned), 0..most)
}

fn watches() -> impl Strategy<Value = Option<WatchId>> {
    select(vec![None, Some(WatchId(1)), Some(WatchId(2))])
}

fn relevance() -> impl Strategy<Value = Option<bool>> {
    select(vec![None, Some(true), Some(false)])
}

prop_compose! {
    fn marks()(
        all in proptest::collection::vec(
            (watches(), relevance(), select(vec![None, Some(Tone::Positive)]), words(3), select(vec!["", "x", "y"]), 1i64..99),
            0..4,
        )
    ) -> Vec<ArticleMark> {
        // As they are stored: one for each watch.
        all.into_iter().fold(Vec::new(), |marks, (watch, relevant, tone, tags, note, hours)| {
            let mark = ArticleMark { watch, relevant, tone, tags, note: note.to_owned(), marked_at: hours_ago(hours) };
            merge_marks(marks, vec![mark])
        })
    }
}

prop_compose! {
    fn changes()(
        relevant in relevance(),
        tone in select(vec![None, Some(None), Some(Some(Tone::Negative))]),
        tags in words(3),
        untags in words(2),
        note in select(vec![None, Some(""), Some("z")]),
    ) -> MarkChange {
        MarkChange { relevant, tone, tags, untags, note: note.map(str::to_owned) }
    }
}

/// Whether an article is relevant for a watch.
fn is_relevant(marks: &[ArticleMark], watch: WatchId) -> bool {
    let of = |wanted| marks.iter().find(|mark| mark.watch == wanted).and_then(|mark| mark.relevant);
    of(Some(watch)).or(of(None)).unwrap_or(true)
}

/// What stands in the tags for a watch, in lower case.
fn tags_for(marks: &[ArticleMark], watch: Option<WatchId>) -> Vec<String> {
    let of = marks.iter().filter(|mark| mark.watch.is_none() || mark.watch == watch);
    of.flat_map(|mark| &mark.tags).map(|tag| tag.to_lowercase()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn marking_twice_is_marking_once(known in marks(), change in changes(), watch in watches()) {
        let once = decide_marks(&known, &change, watch, hours_ago(0));
        let twice = decide_marks(&once, &change, watch, now() + SignedDuration::from_hours(1));
        prop_assert_eq!(&once, &twice);
        prop_assert!(once.windows(2).all(|two| two[0].watch < two[1].watch), "one for each watch: {:?}", once);
        if change.relevant == Some(false) {
            for one in [WatchId(1), WatchId(2)].into_iter().filter(|one| watch.is_none_or(|watch| watch == *one)) {
                prop_assert!(!is_relevant(&once, one), "{once:?}");
            }
        }
        if change.relevant == Some(true) && let Some(watch) = watch {
            prop_assert!(is_relevant(&once, watch), "{once:?}");
        }
    }

    #[test]
    fn articles_that_are_merged_lose_no_tag_and_no_note(one in marks(), other in marks()) {
        let merged = merge_marks(one.clone(), other.clone());
        for mark in one.iter().chain(&other) {
            let tags = tags_for(&merged, mark.watch);
            prop_assert!(mark.tags.iter().all(|tag| tags.contains(&tag.to_lowercase())), "{mark:?}: {merged:?}");
            let note = merged.iter().find(|found| found.watch == mark.watch).map_or("", |found| &found.note);
            prop_assert!(note.contains(&mark.note), "{mark:?}: {merged:?}");
        }
    }

    #[test]
    fn a_page_is_taken_down_when_it_was_missing_twice_since_it_was_there(
        answers in proptest::collection::vec(select(vec![Presence::There, Presence::Missing, Presence::Unknown]), 0..12)
    ) {
        let mut known: Option<Absence> = None;
        let mut missing = 0;
        for (hour, presence) in (1..).zip(answers) {
            let at = now() + SignedDuration::from_hours(hour);
            if let Some(Change::NoteAbsence(_, absence)) = decide_absence(ArticleId(1), known, presence, at) {
                known = absence;
            }
            missing = match presence {
                Presence::There => 0,
                Presence::Missing => missing + 1,
                Presence::Unknown => missing,
            };
            prop_assert_eq!(known.is_some(), missing > 0);
            prop_assert_eq!(known.is_some_and(|absence| absence.confirmed_at.is_some()), missing > 1);
        }
    }
}
