//! What the names of classes say, remembered while a page is walked: a few hundred of them stand on thousands of elements.

use super::hints::{self, Hints};

/// What one value of `class`, `role` and the like says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    /// Of the element's role.
    pub hints: Hints,
    /// As a class: whether readers do not see the element.
    pub hides: bool,
}

/// A power of two, so that a slot is the low bits of a sum.
const SLOTS: usize = 512;

/// The last value met for each slot. A new one takes the place of the old, so no page can make it large or slow.
#[derive(Debug)]
pub struct Roles(Vec<(Box<str>, Said)>);

impl Default for Roles {
    fn default() -> Self {
        Self(vec![(Box::default(), Said::default()); SLOTS])
    }
}

impl Roles {
    /// What a value says.
    pub fn of(&mut self, value: &str) -> Said {
        let Some(slot) = self.0.get_mut(slot(value)) else { return Said::default() };
        if *slot.0 != *value {
            *slot = (value.into(), Said { hints: hints::of(value), hides: hints::is_hidden_class(value) });
        }
        slot.1
    }
}

/// Eight bytes at a time; long values by their beginning.
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
    fn remembered_values_say_the_same_as_new_ones() {
        let mut roles = Roles::default();
        let long = "teaser ".repeat(100);
        let values: Vec<String> =
            (0..2_000).map(|nth| format!("{}-{nth}", ["share", "x", "byline"][nth % 3])).collect();
        let values = || values.iter().map(String::as_str).chain(["", "hidden", "d-none d-md-block", "é", &long]);
        for value in values().chain(values()) {
            let said = roles.of(value);
            assert_eq!((said.hints, said.hides), (hints::of(value), hints::is_hidden_class(value)), "{value}");
        }
    }
}
