//! Where a mention's terms stand, as stored in JSON.

/// Whether one of the hits is in the field of this name. Quotation marks within a term are escaped, so that it cannot look like a field.
pub(super) fn are_in(hits: &str, field: &str) -> bool {
    const KEY: &str = "\"field\":\"";
    hits.match_indices(KEY)
        .filter_map(|(at, _)| hits.get(at + KEY.len()..))
        .any(|rest| rest.strip_prefix(field).is_some_and(|end| end.starts_with('"')))
}

#[cfg(test)]
mod tests {
    use super::are_in;

    #[test]
    fn the_field_of_a_hit() {
        let hits = r#"[{"end":9,"field":"channel_title","start":1,"term":"quay"},{"end":9,"field":"text","start":1,"term":"\"field\":\"summary\""}]"#;
        let fields = ["title", "channel_title", "channel", "text", "summary"];
        assert_eq!(fields.map(|field| are_in(hits, field)), [false, true, false, true, false]);
        assert!(!are_in("[]", "title") && !are_in("", "title"));
    }
}
