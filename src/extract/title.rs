//! The headline, by agreement of what the page says of it, without the outlet's name.

use super::{
    Candidate,
    hints::Hints,
    json_ld::JsonLd,
    plain,
    tree::{NONE, Tag, Tree},
};

/// The headline and where it stands.
#[derive(Debug)]
pub struct Headline {
    /// Best first.
    pub candidates: Vec<Candidate<String>>,
    /// The `h1` in the list of nodes, `NONE` when there is none that fits.
    pub node: u32,
}

const SEPARATORS: &[&str] =
    &[" | ", " - ", " – ", " — ", " :: ", " · ", " • ", " » ", " « ", " › ", " ‹ ", " / ", " // ", " ~ ", " − ", " |"];

const MAX_TITLE: usize = 2_000;

fn short_line(text: &str) -> String {
    plain::untagged(plain::cut(text, MAX_TITLE))
}

/// Weighs `h1`, og:title, JSON-LD and `title` against one another.
pub fn of(tree: &Tree, json: &JsonLd, outlets: &[String], item: &str) -> Headline {
    let social = tree.meta(&["og:title"]).map(short_line).unwrap_or_default();
    let card = tree
        .meta(&["twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title", "headline"])
        .map(short_line)
        .unwrap_or_default();
    let window = plain::line(plain::cut(&tree.title, MAX_TITLE));
    let schema = plain::cut(&json.headline, MAX_TITLE).to_owned();
    let others = [social.as_str(), &schema, &card, item, &window];
    let (node, heading) = best_heading(tree, &others, outlets);
    let heads: Vec<&str> = [heading.as_str(), &schema, &social].into_iter().filter(|text| !text.is_empty()).collect();
    let heads: Vec<String> = heads.into_iter().map(plain::key).collect();
    let names: Vec<String> = outlets.iter().map(|outlet| plain::key(outlet)).collect();
    let short = |text: &str| without_outlet(text, &names, &heads);
    let mut candidates: Vec<Candidate<String>> = Vec::new();
    for (rule, text) in [
        ("h1", &heading),
        ("og:title", &social),
        ("JSON-LD headline", &schema),
        ("meta title", &card),
        ("title", &window),
        ("title of the channel", &item.to_owned()),
    ] {
        let value = short(text);
        if !value.is_empty() {
            candidates.push(Candidate { rule: rule.to_owned(), shown: value.clone(), value });
        }
    }
    // A headline that another source repeats is the headline; the order above decides between equals.
    let keys: Vec<String> = candidates.iter().map(|c| plain::key(&c.value)).collect();
    let votes =
        |nth: usize| keys.iter().enumerate().filter(|(other, key)| *other != nth && agree(key, &keys[nth])).count();
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|nth| (std::cmp::Reverse(votes(*nth).min(1)), *nth));
    let candidates = order.into_iter().map(|nth| candidates[nth].clone()).collect();
    Headline { candidates, node }
}

fn agree(a: &str, b: &str) -> bool {
    a == b || (a.len().min(b.len()) > 20 && (a.contains(b) || b.contains(a)))
}

/// The `h1` (else `h2`) that agrees best with what else is known of the headline.
fn best_heading(tree: &Tree, others: &[&str], outlets: &[String]) -> (u32, String) {
    let others: Vec<String> = others.iter().map(|text| plain::key(text)).filter(|key| !key.is_empty()).collect();
    let outlets: Vec<String> = outlets.iter().map(|outlet| plain::key(outlet)).collect();
    let mut best = (0, NONE, String::new());
    for (at, node) in (0..).zip(&tree.nodes) {
        let level = match node.tag {
            Tag::Heading(level) if level <= 2 => level,
            _ if node.hints.has(Hints::TITLE) && node.tag.is_block() && node.text_end - node.text < 400 => 3,
            _ => continue,
        };
        let raw = tree.text_of(node);
        if raw.len() > 1_500 {
            continue;
        }
        let text = plain::fold(raw);
        let key = plain::key(&text);
        if key.is_empty() || outlets.contains(&key) {
            continue;
        }
        // How much of another source's headline it is: the name of the site is a small part of the window's title.
        let near = others.iter().filter(|_| key.len() > 12).map(|other| likeness(&key, other)).max().unwrap_or(0);
        let score = match (level, others.contains(&key)) {
            (1, true) => 60,
            (2, true) => 40,
            (3, true) => 30,
            (1, _) => 20 + near * 35 / 100,
            (2, _) if near > 0 => 10 + near * 35 / 100,
            // `<h3 class="post-title">`: better than no headline, unless it is one of several teasers.
            (_, _)
                if matches!(node.tag, Tag::Heading(1..=4))
                    && node.hints.has(Hints::TITLE)
                    && !node.hints.has(Hints::CHROME) =>
            {
                5 + near * 35 / 100
            }
            _ => 0,
        };
        if score > best.0 {
            best = (score, at, text);
        }
    }
    (best.1, best.2)
}

/// In per cent, how much the shorter covers of the longer that holds it; 0 when it does not.
fn likeness(a: &str, b: &str) -> usize {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() > 8 && long.contains(short) { short.len() * 100 / long.len() } else { 0 }
}

/// Cuts the outlet's name, or whatever follows the headline that the page itself repeats, from a title.
///
/// Names and headlines come as keys: letters and digits, lower case.
fn without_outlet(text: &str, outlets: &[String], heads: &[String]) -> String {
    let mut text = text.trim();
    for _ in 0..3 {
        let mut shorter = None;
        for separator in SEPARATORS {
            let Some(last) = text.rfind(separator) else { continue };
            let (head, tail) = split(text, last, separator);
            let (head_key, tail_key) = (plain::key(head), plain::key(tail));
            if tail_key.is_empty() || is_outlet(&tail_key, outlets) || heads.contains(&head_key) {
                shorter = shorter.or(Some(head));
            }
            let first = text.find(separator).unwrap_or(last);
            let (head, tail) = split(text, first, separator);
            let (head_key, tail_key) = (plain::key(head), plain::key(tail));
            if is_outlet(&head_key, outlets) || heads.contains(&tail_key) {
                shorter = shorter.or(Some(tail));
            } else if heads.contains(&head_key) {
                shorter = shorter.or(Some(head));
            }
        }
        match shorter.filter(|s| plain::key(s).len() > 2) {
            Some(s) => text = s,
            None => break,
        }
    }
    text.to_owned()
}

fn split<'t>(text: &'t str, at: usize, separator: &str) -> (&'t str, &'t str) {
    let head = text.get(..at).unwrap_or("");
    let tail = text.get(at + separator.len()..).unwrap_or("");
    (head.trim(), tail.trim())
}

/// Whether a key is an outlet's name, or its name with a domain around it.
fn is_outlet(key: &str, outlets: &[String]) -> bool {
    let bare = key.strip_prefix("www").unwrap_or(key);
    let bare = bare.strip_suffix("com").or_else(|| bare.strip_suffix("be")).unwrap_or(bare);
    !key.is_empty() && outlets.iter().any(|outlet| outlet == key || (outlet.len() > 3 && outlet == bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outlet_is_cut_off() {
        let outlets = ["brux".to_owned(), "lavesdre".to_owned()];
        for (text, heads, expected) in [
            ("Park open - BRUX", &[][..], "Park open"),
            ("Park open | Politiek | BRUX", &["Park open"], "Park open"),
            ("BRUX: Park open", &[], "BRUX: Park open"),
            ("La Vesdre | Park open", &[], "Park open"),
            ("Mons - Tournai: la ligne ferme", &[], "Mons - Tournai: la ligne ferme"),
            ("Park open – News from the region", &["Park open"], "Park open"),
            ("BRUX", &[], "BRUX"),
            ("", &[], ""),
        ] {
            let heads: Vec<String> = heads.iter().map(|head| plain::key(head)).collect();
            assert_eq!(without_outlet(text, &outlets, &heads), expected, "{text:?}");
        }
    }
}
