//! Operators written as in other search languages, or misspelt.

use std::ops::Range;

use super::error::QueryError;

/// The error for other search languages' equivalents of NEAR: `W/5`, `N/5`, `ADJ/5`, `PRE/5`.
pub(super) fn foreign(chunk: &str, at: &Range<usize>) -> Option<QueryError> {
    let (name, number) = chunk.split_once('/')?;
    let ours = match name.to_ascii_uppercase().as_str() {
        "W" | "N" | "NEXT" | "WITHIN" => "NEAR",
        "ADJ" | "PRE" | "P" => "ONEAR",
        _ => return None,
    };
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    is_number.then(|| {
        QueryError::new(at.clone(), format!("there is no operator `{name}`"))
            .hint(format!("write {ours}/{number}; for the words themselves, quote them: \"{chunk}\""))
    })
}

/// The error for an evidently misspelt `NEAR/5` or `ATLEAST/3`: `NEAR5`, `NEAR/`, `near/5`, `NEAR:5`, `ATLEAST`.
pub(super) fn misspelt(chunk: &str, after: &str, at: Range<usize>) -> Option<QueryError> {
    let upper = chunk.to_ascii_uppercase();
    let name = ["ONEAR", "NEAR", "ATLEAST"].into_iter().find(|name| upper.starts_with(name))?;
    let capitals = chunk.starts_with(name);
    let own = chunk.get(name.len()..)?;
    let slash = own.starts_with('/');
    let tail = if own.is_empty() { after } else { own };
    let number: String =
        tail.chars().skip_while(|c| matches!(c, '/' | '~' | '-' | ':' | '=' | '<' | '\\' | '.' | '_' | '#')).collect();
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    let is_number = !digits.is_empty() && digits.len() == number.split(char::is_whitespace).next().map_or(0, str::len);
    let bare = own.is_empty() && after.is_empty() && name == "ATLEAST" && capitals;
    if !(bare || (capitals && (slash || is_number)) || (slash && is_number)) {
        return None;
    }
    let example = if name == "ATLEAST" { "3" } else { "5" };
    let shown = if is_number { digits.trim_start_matches('0') } else { example };
    let shown = if shown.is_empty() { example } else { shown };
    let then = if name == "ATLEAST" { " word" } else { "" };
    Some(QueryError::new(at, format!("expected {name}/ and a number")).hint(format!("write {name}/{shown}{then}")))
}
