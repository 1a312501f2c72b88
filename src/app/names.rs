//! Names that somebody typed and nothing has.

use crate::error::Error;
use crate::text::suggest::nearest;

/// A list of more names would fill the screen.
const MOST_LISTED: usize = 12;

/// The error for an unknown name; `message` says what it is not, `what` what the known ones are.
pub(super) fn unknown_name(message: String, name: &str, what: &str, known: &[&str]) -> Error {
    // A part of a longer name is no slip of the fingers, but as often what is typed.
    let part = || {
        let lower = name.to_lowercase();
        let mut having = known.iter().copied().filter(|known| known.to_lowercase().contains(&lower));
        having.next().filter(|_| !lower.trim().is_empty() && having.next().is_none())
    };
    let near = nearest(name, known.iter().copied()).or_else(part);
    let meant = near.map_or_else(String::new, |near| format!("did you mean {near:?}? "));
    let more = match known.len().saturating_sub(MOST_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let listed: Vec<&str> = known.iter().copied().take(MOST_LISTED).collect();
    Error::usage(message).hint(match listed.as_slice() {
        [] => format!("there are no {what} yet"),
        listed => format!("{meant}the {what} are: {}{more}", listed.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_comes_first_and_a_long_list_ends() {
        let hint =
            |name: &str, known: &[&str]| unknown_name(String::new(), name, "sources", known).hint.unwrap_or_default();
        let known = ["BRUZZ", "La Libre", "RTL Info"];
        assert_eq!(hint("bruz", &known), "did you mean \"BRUZZ\"? the sources are: BRUZZ, La Libre, RTL Info");
        assert_eq!(hint("libre", &known), "did you mean \"La Libre\"? the sources are: BRUZZ, La Libre, RTL Info");
        assert_eq!(hint("Phare", &known), "the sources are: BRUZZ, La Libre, RTL Info");
        assert_eq!(hint("l", &known), "the sources are: BRUZZ, La Libre, RTL Info");
        assert_eq!(hint("x", &[]), "there are no sources yet");
        assert!(hint("Phare", &["A"; 15]).ends_with("A, A and 3 more"));
    }
}
