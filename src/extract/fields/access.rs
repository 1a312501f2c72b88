//! Whether the article is paywalled.

use crate::extract::{
    body::phrases,
    page::{blocks::Blocks, hints::Hints, json_ld::JsonLd, tree::Tree},
};

/// A longer text is not a preview, even if a line on the page mentions subscribers.
const PREVIEW: usize = 3_000;

/// The rule by which the page declares itself paywalled; `None` when it does not.
pub fn paywalled(tree: &Tree, blocks: &Blocks, json: &JsonLd) -> Option<String> {
    match json.free {
        Some(false) => return Some("JSON-LD isAccessibleForFree".to_owned()),
        Some(true) => return None,
        None => {}
    }
    if let Some(mark) = tree.marks.iter().find(|mark| mark.name == "isaccessibleforfree") {
        let locked = mark.value.trim().to_ascii_lowercase().ends_with("false");
        return locked.then(|| "itemprop isAccessibleForFree".to_owned());
    }
    for (name, value) in &tree.metas {
        match is_locked_by_meta(name, value) {
            Some(true) => return Some(format!("meta {name}")),
            Some(false) => return None,
            None => {}
        }
    }
    // A visible paywall element with words in it.
    let wall = tree.nodes.iter().any(|node| {
        node.hints.has(Hints::PAYWALL)
            && node.tag.is_block()
            && node.text_end - node.text > 40
            && node.text_end - node.text < 3_000
    });
    if wall {
        return Some("paywall in the page".to_owned());
    }
    let prose: usize = blocks.list.iter().map(|block| block.prose() as usize).sum();
    let line =
        || blocks.list.iter().filter(|block| block.chars < 250).find(|block| phrases::is_wall(blocks.text_of(block)));
    let said = if prose < PREVIEW { line() } else { None };
    said.map(|_| "line for subscribers".to_owned())
}

/// Whether a `meta` element says that the article is locked; `None` when it is about something else.
fn is_locked_by_meta(name: &str, value: &str) -> Option<bool> {
    let key: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let value = value.trim().to_ascii_lowercase();
    let truth = match value.as_str() {
        "true" | "1" | "yes" | "y" | "oui" | "ja" => Some(true),
        "false" | "0" | "no" | "n" | "non" | "nee" | "nein" => Some(false),
        _ => None,
    };
    let tier = match value.as_str() {
        "locked" | "metered" | "paid" | "premium" | "plus" | "subscriber" | "subscribers" | "subscription" | "hard"
        | "subscriber-only" | "subscription-only" | "registered-or-paid" | "pay" | "restricted" | "abo" | "paywall" => {
            Some(true)
        }
        "free" | "open" | "public" | "gratis" | "gratuit" | "unlocked" => Some(false),
        _ => None,
    };
    let ends = |ends: &[&str]| ends.iter().any(|end| key.ends_with(end));
    if ends(&["accessibleforfree", "isfree", "freearticle"]) {
        truth.map(|free| !free)
    } else if ends(&[
        "paywall",
        "premium",
        "ispaid",
        "paidcontent",
        "haspaywall",
        "paywalled",
        "subscriberonly",
        "ispluscontent",
    ]) {
        truth.or(tier)
    } else if ends(&[
        "contenttier",
        "access",
        "accesslevel",
        "accesstype",
        "articletype",
        "paywallstatus",
        "paywalltype",
    ]) {
        tier
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;
    use crate::extract::page::json_ld;

    #[test]
    fn pages_that_declare_a_paywall() {
        let json =
            |rest: &str| format!(r#"<script type="application/ld+json">{{"@type":"NewsArticle",{rest}}}</script>"#);
        for (html, expected) in [
            (json(r#""isAccessibleForFree":false"#), "JSON-LD isAccessibleForFree"),
            (json(r#""isAccessibleForFree":"False""#), "JSON-LD isAccessibleForFree"),
            (
                json(r#""hasPart":{"@type":"WebPageElement","isAccessibleForFree":"false","cssSelector":".x"}"#),
                "JSON-LD isAccessibleForFree",
            ),
            (
                json(r#""isAccessibleForFree":true"#)
                    + "<div class=paywall>Words that are long enough to be taken for those of a wall.</div>",
                "",
            ),
            (
                r#"<script type="application/ld+json">{"@graph":[{"@type":"NewsArticle"},{"@type":"WebPage","isAccessibleForFree":false}]}</script>"#.to_owned(),
                "JSON-LD isAccessibleForFree",
            ),
            ("<meta property='article:content_tier' content='locked'>".to_owned(), "meta article:content_tier"),
            ("<meta property='article:content_tier' content='metered'>".to_owned(), "meta article:content_tier"),
            ("<meta property='article:content_tier' content='free'>".to_owned(), ""),
            ("<meta name='isPremium' content='true'>".to_owned(), "meta ispremium"),
            ("<meta name='site:paywall' content='0'>".to_owned(), ""),
            ("<meta name='cXenseParse:access' content='subscription'>".to_owned(), "meta cxenseparse:access"),
            ("<meta name='access' content='premium'>".to_owned(), "meta access"),
            (
                "<meta itemprop='isAccessibleForFree' content='http://schema.org/False'>".to_owned(),
                "itemprop isAccessibleForFree",
            ),
            (
                "<div class='paywall-box'>Words that are long enough to be taken for those of a wall.</div>".to_owned(),
                "paywall in the page",
            ),
            ("<p>First lines.</p><div>Dit artikel is exclusief voor abonnees</div>".to_owned(), "line for subscribers"),
            ("<p>First lines.</p><div>Cet article est réservé aux abonnés.</div>".to_owned(), "line for subscribers"),
            (
                "<p>First lines.</p><div>Weiterlesen mit einem Abo: Bereits Abonnent? Hier anmelden</div>".to_owned(),
                "line for subscribers",
            ),
            ("<p>First lines.</p><div>Subscribe to continue reading</div>".to_owned(), "line for subscribers"),
            (
                format!(
                    "<p>{}</p><div>Subscribe to continue reading</div>",
                    "A whole article of many words. ".repeat(120)
                ),
                "",
            ),
            ("<p>The paper wants to win subscribers.</p><a href=/abo>Abonneer</a>".to_owned(), ""),
            (String::new(), ""),
        ] {
            let tree = Tree::from_document(&Html::parse_document(&html));
            let found = paywalled(&tree, &Blocks::from_tree(&tree), &json_ld::parse_json_ld(&tree.json, "/a/1"));
            assert_eq!(found.unwrap_or_default(), expected, "{html}");
        }
    }
}
