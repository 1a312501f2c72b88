//! Names that somebody typed and nothing has.

use crate::error::Error;
use crate::text::suggest::nearest;

/// A list of more names would fill the screen.
const MOST_LISTED: usize = 12;

/// The error for an unknown name; `message` says what it is not, `lists` what it could be: "sources", and their names.
pub(super) fn unknown_name(message: String, name: &str, lists: &[(&str, &[&str])]) -> Error {
    let known = || lists.iter().flat_map(|(_, names)| names.iter().copied());
    // A part of a longer name is no slip of the fingers, but as often what is typed.
    let part = || {
        let lower = name.to_lowercase();
        let mut having = known().filter(|known| known.to_lowercase().contains(&lower));
        having.next().filter(|_| !lower.trim().is_empty() && having.next().is_none())
    };
    let near = nearest(name, known()).or_else(part);
    let meant = near.map_or_else(String::new, |near| format!("did you mean {near:?}? "));
    let listed: Vec<String> = lists.iter().filter(|(_, names)| !names.is_empty()).map(listed).collect();
    Error::usage(message).hint(match (listed.as_slice(), lists) {
        ([], [(what, _), ..]) => format!("there are no {what} yet"),
        _ => format!("{meant}{}", listed.join("; ")),
    })
}

fn listed((what, names): &(&str, &[&str])) -> String {
    let more = match names.len().saturating_sub(MOST_LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("the {what} are: {}{more}", names.iter().copied().take(MOST_LISTED).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_that_was_meant_comes_first_and_a_long_list_ends() {
        let hint = |name: &str, known: &[&str]| {
            unknown_name(String::new(), name, &[("sources", known)]).hint.unwrap_or_default()
        };
        let known = ["KADE", "Le Phare", "Canal Info"];
        assert_eq!(hint("kad", &known), "did you mean \"KADE\"? the sources are: KADE, Le Phare, Canal Info");
        assert_eq!(hint("phare", &known), "did you mean \"Le Phare\"? the sources are: KADE, Le Phare, Canal Info");
        assert_eq!(hint("Vitrine", &known), "the sources are: KADE, Le Phare, Canal Info");
        assert_eq!(hint("a", &known), "the sources are: KADE, Le Phare, Canal Info");
        assert_eq!(hint("x", &[]), "there are no sources yet");
        assert!(hint("Vitrine", &["A"; 15]).ends_with("A, A and 3 more"));
    }
}
