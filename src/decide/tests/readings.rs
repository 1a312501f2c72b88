//! What holds of every reading, whatever is stored beside it.

use super::articles::{Case, article, decided, near, neighbour};
use super::*;

prop_compose! {
    fn ties()(key in any::<bool>(), own_key in any::<bool>(), content in any::<bool>(), headline in any::<bool>()) -> SameBy {
        SameBy { key, own_key, content, relayed: false, headline }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn each_reading_ends_its_item_once_and_changes_one_article(
        others in proptest::collection::vec((ties(), 0usize..3, select(Extent::ALL)), 0..4),
        own in proptest::option::of(1i64..4),
        text in 0usize..3,
        extent in select(Extent::ALL),
        watched in proptest::collection::vec(select(vec!["Air", "Quay"]), 0..3),
    ) {
        let texts = [article("One", 0, 80), article("One", 0, 70), article("Two", 500, 80)];
        let mut watched = watched;
        watched.dedup();
        let near = near(
            (1..).zip(&others).map(|(id, (by, text, extent))| (*by, neighbour(id, "claimed", &texts[*text], *extent, &["Air"]))).collect(),
            own.filter(|own| usize::try_from(*own).unwrap() <= others.len()),
        );
        let Case { names, saved, .. } = decided(&texts[text], extent, &watched, &near);
        let of = |start: &str| names.iter().filter(|name| name.starts_with(start)).count();
        prop_assert_eq!(of("end"), 1, "{:?}", names);
        prop_assert!(of("insert") + of("update") <= 1, "{:?}", names);
        prop_assert_eq!(of("insert") == 0, saved.known || saved.is_copy, "{:?}", names);
        for absorbed in names.iter().filter_map(|name| name.strip_prefix("absorb ")) {
            let (from, into) = absorbed.split_once(" into ").unwrap();
            prop_assert!(from != into, "{:?}", names);
        }
        let mut mentions: Vec<&String> = names.iter().filter(|name| name.starts_with("add ")).collect();
        let all = mentions.len();
        mentions.dedup();
        prop_assert_eq!(mentions.len(), all, "a watch mentions an article once: {:?}", names);
    }
}
