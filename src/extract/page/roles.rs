//! A cache for the roles of class names: a page uses a few hundred of them on thousands of elements.

use super::hints::{self, Hints};

/// What one value of `class`, `role` or the like means.
#[derive(Debug, Clone, Copy, Default)]
pub struct RoleMeaning {
    /// The element's roles.
    pub hints: Hints,
    /// As a class: whether it hides the element.
    pub hides: bool,
}

/// A power of two, so that a slot is the low bits of a hash.
const SLOTS: usize = 512;

/// The last value for each slot. A new value replaces the old one, so no page can make the cache large or slow.
#[derive(Debug)]
pub struct Roles(Vec<(Box<str>, RoleMeaning)>);

impl Default for Roles {
    fn default() -> Self {
        Self(vec![(Box::default(), RoleMeaning::default()); SLOTS])
    }
}

impl Roles {
    /// The meaning of a value.
    pub fn lookup(&mut self, value: &str) -> RoleMeaning {
        let Some(slot) = self.0.get_mut(slot(value)) else { return RoleMeaning::default() };
        if *slot.0 != *value {
            *slot = (value.into(), RoleMeaning { hints: hints::hints_in(value), hides: hints::is_hidden_class(value) });
        }
        slot.1
    }
}

/// Hashes eight bytes at a time; long values by their beginning only.
fn slot(value: &str) -> usize {
    let mut sum = value.len() as u64;
    for chunk in value.as_bytes().chunks(8).take(16) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        sum = (sum.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    usize::try_from(sum >> 32).unwrap_or(0) % SLOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_values_mean_the_same_as_new_ones() {
        let mut roles = Roles::default();
        let long = "teaser ".repeat(100);
        let values: Vec<String> =
            (0..2_000).map(|nth| format!("{}-{nth}", ["share", "x", "byline"][nth % 3])).collect();
        let values = || values.iter().map(String::as_str).chain(["", "hidden", "d-none d-md-block", "é", &long]);
        for value in values().chain(values()) {
            let said = roles.lookup(value);
            assert_eq!((said.hints, said.hides), (hints::hints_in(value), hints::is_hidden_class(value)), "{value}");
        }
    }
}
