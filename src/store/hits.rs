//! Where a mention's terms stand, as stored in JSON.

/// For each of these fields, whether one of the hits is in it. Quotation marks within a term are escaped, so that it cannot look like a
/// field.
pub(super) fn are_in<const N: usize>(hits: &str, fields: [&str; N]) -> [bool; N] {
    let mut found = [false; N];
    for rest in hits.split("\"field\":\"").skip(1) {
        let field = rest.split('"').next();
        found.iter_mut().zip(fields).for_each(|(found, wanted)| *found |= field == Some(wanted));
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
