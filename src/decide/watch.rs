//! Which stored watch corresponds to which watch of the configuration, and which watches must be applied to stored articles.

use std::collections::{HashMap, HashSet};

use crate::model::WatchId;

/// A configured watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchSpec {
    /// Unique among those of the configuration.
    pub name: String,
    /// The unique id by which it is recognised after renaming.
    pub key: Option<String>,
    /// The group under which digests print it.
    pub group: Option<String>,
    /// Everything that decides what it matches.
    pub definition: String,
}

/// A stored watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWatch {
    /// Its row.
    pub id: WatchId,
    /// Its name in the last configuration.
    pub name: String,
    /// The id by which it is recognised after renaming.
    pub key: Option<String>,
    /// Its definition when it was last applied to the stored articles.
    pub definition: String,
    /// Whether the last configuration had it.
    pub active: bool,
}

/// A change of a watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchChange<'a> {
    /// A removed watch gives up its name, which another one gets.
    Rename(WatchId, String),
    /// It is configured in this way, at this position; its definition is the one last applied.
    Set(WatchId, usize, &'a WatchSpec, String),
    /// It is new, at this position.
    Add(usize, &'a WatchSpec),
}

/// The changes of the watches by a configuration; watches that are neither set nor added become inactive. Also returns the names of those
/// that are new or have changed since they were last applied.
pub fn decide_watches<'a>(known: &[KnownWatch], specs: &'a [WatchSpec]) -> (Vec<WatchChange<'a>>, Vec<String>) {
    let paired = pair(known, specs);
    let kept: HashSet<WatchId> = paired.iter().filter_map(|at| known.get((*at)?).map(|row| row.id)).collect();
    let mut taken: HashSet<String> = known.iter().map(|row| row.name.clone()).collect();
    taken.extend(specs.iter().map(|spec| spec.name.clone()));
    let mut changes = Vec::new();
    for row in known.iter().filter(|row| !kept.contains(&row.id) && specs.iter().any(|spec| spec.name == row.name)) {
        let mut name = format!("{} (earlier)", row.name);
        let mut count = 2;
        while !taken.insert(name.clone()) {
            name = format!("{} (earlier, {count})", row.name);
            count += 1;
        }
        changes.push(WatchChange::Rename(row.id, name));
    }
    let mut unapplied = Vec::new();
    for ((position, spec), at) in (1..).zip(specs).zip(paired) {
        let known = at.and_then(|at| known.get(at));
        // A watch that comes back was not applied to the articles stored meanwhile, so it counts as new.
        let applied = known.filter(|row| row.active).map_or("", |row| row.definition.as_str());
        if applied != spec.definition {
            unapplied.push(spec.name.clone());
        }
        changes.push(match known {
            Some(row) => WatchChange::Set(row.id, position, spec, applied.to_owned()),
            None => WatchChange::Add(position, spec),
        });
    }
    (changes, unapplied)
}

/// The index in `rows` of each watch: by key, else by name, else by definition.
pub fn pair(rows: &[KnownWatch], specs: &[WatchSpec]) -> Vec<Option<usize>> {
    let mut paired: Vec<Option<usize>> = vec![None; specs.len()];
    let mut used = HashSet::new();
    let by_key: HashMap<&str, usize> =
        rows.iter().enumerate().filter_map(|(at, row)| Some((row.key.as_deref()?, at))).collect();
    let by_name: HashMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row.name.as_str(), at)).collect();
    for (spec, place) in specs.iter().zip(&mut paired) {
        *place = spec.key.as_deref().and_then(|key| by_key.get(key)).copied();
        used.extend(*place);
    }
    for (spec, place) in specs.iter().zip(&mut paired).filter(|(_, place)| place.is_none()) {
        *place = by_name.get(spec.name.as_str()).copied().filter(|at| !used.contains(at));
        used.extend(*place);
    }
    // Renamed: for this definition, exactly one watch disappeared and exactly one appeared.
    let mut gone: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        if row.active && !row.definition.is_empty() && !used.contains(&at) {
            gone.entry(row.definition.as_str()).or_default().push(at);
        }
    }
    let mut came: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, spec) in specs.iter().enumerate().filter(|(at, _)| paired.get(*at).is_some_and(Option::is_none)) {
        came.entry(spec.definition.as_str()).or_default().push(at);
    }
    for (definition, came) in came {
        if let ([new], Some([old])) = (came.as_slice(), gone.get(definition).map(Vec::as_slice))
            && let (Some(spec), Some(row), Some(place)) = (specs.get(*new), rows.get(*old), paired.get_mut(*new))
            && (spec.key.is_none() || row.key.is_none())
        {
            *place = Some(*old);
        }
    }
    paired
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, key: Option<&str>, definition: &str, active: bool) -> KnownWatch {
        KnownWatch {
            id: WatchId(0),
            name: name.into(),
            key: key.map(Into::into),
            definition: definition.into(),
            active,
        }
    }

    fn spec(name: &str, key: Option<&str>, definition: &str) -> WatchSpec {
        WatchSpec { name: name.into(), key: key.map(Into::into), group: None, definition: definition.into() }
    }

    #[test]
    fn a_watch_is_known_by_its_key_its_name_or_its_definition() {
        let rows = [
            row("A", None, "a", true),
            row("B", Some("b"), "b", true),
            row("C", None, "c", true),
            row("D", None, "c", true),
            row("E", None, "e", false),
            row("F", None, "", true),
        ];
        for (specs, expected) in [
            // Nothing changed but the definitions.
            (vec![spec("A", None, "x"), spec("B", Some("b"), "y")], vec![Some(0), Some(1)]),
            // Renamed by definition, renamed by key with another definition.
            (vec![spec("New", None, "a"), spec("Beta", Some("b"), "x")], vec![Some(0), Some(1)]),
            // Two went with this definition, or two came: nobody knows which is which.
            (vec![spec("New", None, "c")], vec![None]),
            (vec![spec("New", None, "a"), spec("Newer", None, "a")], vec![None, None]),
            (vec![spec("D", None, "c"), spec("New", None, "c")], vec![Some(3), Some(2)]),
            // A watch that was removed long ago, and one that was never applied.
            (vec![spec("New", None, "e"), spec("Other", None, "")], vec![None, None]),
            (vec![spec("E", None, "x")], vec![Some(4)]),
            // An id that is given later, changed, or taken away.
            (vec![spec("A", Some("a"), "a"), spec("B", None, "b")], vec![Some(0), Some(1)]),
            (vec![spec("B", Some("z"), "b")], vec![Some(1)]),
            (vec![spec("New", Some("z"), "b")], vec![None]),
            // The key goes before the name.
            (vec![spec("B", None, "x"), spec("A", Some("b"), "b")], vec![None, Some(1)]),
        ] {
            assert_eq!(pair(&rows, &specs), expected, "{specs:?}");
        }
    }
}
