//! How the watches of a configuration become rows.

use std::collections::BTreeSet;

use super::*;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn watches_of_a_configuration_have_one_row_each(
        known in proptest::collection::btree_map("[A-C]", (proptest::option::of("[x-z]"), "[p-q]", any::<bool>()), 0..4),
        specs in proptest::collection::btree_map("[A-C]", (proptest::option::of("[x-z]"), "[p-q]"), 0..4),
    ) {
        let mut keys = BTreeSet::new();
        let known: Vec<KnownWatch> = (1..)
            .zip(known)
            .map(|(id, (name, (key, definition, active)))| {
                let key = key.filter(|key| keys.insert(key.clone()));
                KnownWatch { id: WatchId(id), name, key, definition, active }
            })
            .collect();
        let mut keys = BTreeSet::new();
        let specs: Vec<WatchSpec> = specs
            .into_iter()
            .map(|(name, (key, definition))| {
                let key = key.filter(|key| keys.insert(key.clone()));
                WatchSpec { name, key, group: None, definition }
            })
            .collect();
        let (changes, _) = decide_watches(&known, &specs);
        let mut names: Vec<(Option<WatchId>, String)> =
            known.iter().map(|watch| (Some(watch.id), watch.name.clone())).collect();
        let mut configured = 0;
        for change in &changes {
            match change {
                WatchChange::Rename(id, name) => names.iter_mut().find(|row| row.0 == Some(*id)).unwrap().1.clone_from(name),
                WatchChange::Set(id, _, spec, _) => {
                    configured += 1;
                    names.iter_mut().find(|row| row.0 == Some(*id)).unwrap().1.clone_from(&spec.name);
                }
                WatchChange::Add(_, spec) => {
                    configured += 1;
                    names.push((None, spec.name.clone()));
                }
            }
        }
        prop_assert_eq!(configured, specs.len());
        let distinct: BTreeSet<&String> = names.iter().map(|row| &row.1).collect();
        prop_assert_eq!(distinct.len(), names.len(), "{:?}", names);
    }
}
