//! Where a mention's terms stand, as stored in JSON.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// For each of these fields, whether one of the hits is in it. Quotation marks within a term are escaped, so that it cannot look like a
/// field.
pub(super) fn are_in<const N: usize>(hits: &str, fields: [&str; N]) -> [bool; N] {
    const MARK: &[u8] = b"\"field\":\"";
    static MARKS: LazyLock<Finder> = LazyLock::new(|| Finder::new(MARK));
    let mut found = [false; N];
    for at in MARKS.find_iter(hits.as_bytes()) {
        let field = hits.as_bytes().get(at + MARK.len()..).unwrap_or_default();
        for (found, wanted) in found.iter_mut().zip(fields) {
            *found |= field.strip_prefix(wanted.as_bytes()).is_some_and(|rest| rest.first() == Some(&b'"'));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::are_in;

    #[test]
    fn the_field_of_a_hit() {
        let hits = r#"[{"end":9,"field":"channel_title","start":1,"term":"quay"},{"end":9,"field":"text","start":1,"term":"\"field\":\"summary\""}]"#;
        let fields = ["title", "channel_title", "channel", "text", "summary"];
        assert_eq!(are_in(hits, fields), [false, true, false, true, false]);
        assert_eq!(["[]", "", "\"field\":\""].map(|hits| are_in(hits, ["title"])), [[false]; 3]);
    }
}
