//! Whether the rest is for subscribers.

use super::{hints::Hints, json_ld::JsonLd, tree::Tree};

/// The rule by which a page says that the rest is for subscribers; `None` when it does not.
pub fn paywalled(tree: &Tree, json: &JsonLd) -> Option<String> {
    match json.free {
        Some(false) => return Some("JSON-LD isAccessibleForFree".to_owned()),
        Some(true) => return None,
        None => {}
    }
    if let Some(mark) = tree.marks.iter().find(|mark| mark.name == "isaccessibleforfree") {
        let locked = mark.value.trim().to_ascii_lowercase().ends_with("false");
        return locked.then(|| "itemprop isAccessibleForFree".to_owned());
    }
    for name in [
        "article:content_tier",
        "og:article:content_tier",
        "content_tier",
        "cxenseparse:access",
        "access",
        "article.access",
        "isaccessibleforfree",
        "isfree",
        "paywall",
    ] {
        let Some(value) = tree.meta(&[name]) else { continue };
        let value = value.to_ascii_lowercase();
        let locked = match name {
            "isaccessibleforfree" | "isfree" => value == "false",
            "paywall" => matches!(value.as_str(), "true" | "1" | "yes" | "hard" | "metered"),
            _ => matches!(
                value.as_str(),
                "locked"
                    | "metered"
                    | "paid"
                    | "premium"
                    | "subscriber"
                    | "subscribers"
                    | "subscription"
                    | "registered-or-paid"
            ),
        };
        if locked {
            return Some(format!("meta {name}"));
        }
        if matches!(value.as_str(), "free" | "open" | "public") {
            return None;
        }
    }
    // A wall that is shown, with words in it; or one beside text that is kept hidden.
    let wall = tree.nodes.iter().any(|node| {
        node.hints.has(Hints::PAYWALL)
            && node.tag.is_block()
            && node.text_end - node.text > 40
            && node.text_end - node.text < 3_000
    });
    wall.then(|| "paywall in the page".to_owned())
}
