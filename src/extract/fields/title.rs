//! The headline on which the page's own sources agree, without the outlet's name.

use super::findings::{Findings, Given};
use crate::extract::{
    FieldCandidate,
    page::{
        hints::Hints,
        json_ld::JsonLd,
        selected,
        tree::{NONE, PageNode, Tag, Tree},
    },
};
use crate::text::clean::one_line;
use crate::text::cut::cut;
use crate::text::fold;
use crate::text::markup;

/// The headline and its position.
#[derive(Debug)]
pub struct Headline {
    /// Empty when there is none.
    pub text: String,
    /// The node of the `h1`; `NONE` when none fits.
    pub node: u32,
}

const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " · ", " • ", " : ", " » ", " « ", " › ", " ‹ ", " / ", " // ", " ~ ", " − ",
    " |",
];

const MAX_TITLE: usize = 2_000;

fn short_line(text: &str) -> String {
    markup::untagged(cut(text, MAX_TITLE))
}

/// The match of the source's own selector, or else the best candidate on the page.
pub fn headline(given: &Given, findings: &mut Findings) -> Headline {
    let Given { document, tree, json, outlets, context, .. } = given;
    let announced = context.item.map_or("", |item| item.title.as_str());
    let (mut candidates, node) = candidates(tree, json, outlets, announced);
    if let Some(text) = selected::text(document, context.select.title.as_deref()) {
        candidates.insert(0, FieldCandidate { rule: "select.title".to_owned(), shown: text.clone(), value: text });
    }
    Headline { text: findings.choose("title", &candidates, 0).unwrap_or_default(), node }
}

/// Ranks the candidates from `h1`, og:title, JSON-LD and `title`, best first; also returns the node of the `h1`.
fn candidates(tree: &Tree, json: &JsonLd, outlets: &[String], item: &str) -> (Vec<FieldCandidate<String>>, u32) {
    let social = tree.meta(&["og:title"]).map(short_line).unwrap_or_default();
    let card = tree
        .meta(&["twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "title", "headline"])
        .map(short_line)
        .unwrap_or_default();
    let window = markup::unescaped(cut(&tree.title, MAX_TITLE));
    let mut own = site_names_in_headings(tree);
    if let Some(name) = site_in_window(tree, &window, [&social, &json.headline]) {
        own.push(name);
    }
    let outlets = &[outlets, &own].concat();
    let schema = cut(&json.headline, MAX_TITLE).to_owned();
    let others = [social.as_str(), &schema, &card, item, &window];
    let (node, heading) = best_heading(tree, &others, outlets);
    let heads: Vec<&str> = [heading.as_str(), &schema, &social].into_iter().filter(|text| !text.is_empty()).collect();
    let heads: Vec<String> = heads.into_iter().map(fold::key).collect();
    let names: Vec<String> = outlets.iter().map(|outlet| fold::key(outlet)).collect();
    let short = |text: &str| without_outlet(text, &names, &heads);
    let mut candidates: Vec<FieldCandidate<String>> = Vec::new();
    for (rule, text) in [
        ("h1", &heading),
        ("og:title", &social),
        ("JSON-LD headline", &schema),
        ("meta title", &card),
        ("title", &window),
        ("title of the channel", &item.to_owned()),
    ] {
        let value = short(text);
        // The site's name is a headline only if there is no other.
        let is_site = names.contains(&fold::key(&value)) && heads.iter().any(|head| !names.contains(head));
        if !value.is_empty() && !is_site {
            candidates.push(FieldCandidate { rule: rule.to_owned(), shown: value.clone(), value });
        }
    }
    let keys: Vec<String> = candidates.iter().map(|c| fold::key(&c.value)).collect();
    let weight = |nth: usize| support_from_others(&candidates, &keys, nth);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by_key(|nth| (std::cmp::Reverse(weight(*nth)), *nth));
    let mut ordered: Vec<FieldCandidate<String>> = order.into_iter().map(|nth| candidates[nth].clone()).collect();
    if let [only] = ordered.as_mut_slice()
        && only.rule == "title"
    {
        only.value = without_site(&only.value);
        only.shown.clone_from(&only.value);
    }
    (ordered, node)
}

/// The site's name, as written in the heading that links to the home page.
fn site_names_in_headings(tree: &Tree) -> Vec<String> {
    let links = tree.marks.iter().filter(|mark| mark.name == "home");
    let signs = links.filter_map(|mark| {
        let link = tree.node(mark.node).filter(|link| link.tag == Tag::Link)?;
        let key = fold::key(cut(tree.text_of(link), 200));
        let is_sign = |at: u32, node: &PageNode| {
            matches!(node.tag, Tag::Heading(_)) && fold::key(cut(tree.text_of(node), 200)) == key && at != NONE
        };
        let outer = tree.node(link.parent)?;
        let inside =
            || (mark.node + 1..link.end.min(mark.node + 4)).any(|at| tree.node(at).is_some_and(|n| is_sign(at, n)));
        let text = one_line(cut(tree.text_of(link), 100));
        (!key.is_empty() && (is_sign(link.parent, outer) || inside())).then_some(text)
    });
    signs.take(3).collect()
}

/// The window title, if it is only the site's name, repeated in an `h1`, while the metadata has a whole headline.
fn site_in_window(tree: &Tree, window: &str, declared: [&str; 2]) -> Option<String> {
    let key = fold::key(window);
    let words = window.split_whitespace().count();
    let is_headline =
        |text: &&str| text.split_whitespace().count() >= words + 3 && !fold::key(text).starts_with(key.as_str());
    let mut headings = tree.nodes.iter().filter(|node| node.tag == Tag::Heading(1));
    (words <= 3
        && !key.is_empty()
        && declared.iter().any(is_headline)
        && headings.any(|node| fold::key(cut(tree.text_of(node), 200)) == key))
    .then(|| window.to_owned())
}

/// How strongly the others support a headline: an equal one counts twice, one that is slightly longer or shorter counts
/// once.
///
/// Social-media titles of different formats come from the same setting and so count as one voice. On a tie the order of
/// the candidates decides, which puts visible headlines first; an `h1` that includes a kicker thus yields to two others
/// that agree without it.
fn support_from_others(candidates: &[FieldCandidate<String>], keys: &[String], nth: usize) -> usize {
    let voice =
        |nth: usize| if candidates[nth].rule == "meta title" { "og:title" } else { candidates[nth].rule.as_str() };
    let others = (0..keys.len()).filter(|other| *other != nth && voice(*other) != voice(nth));
    let mut voices: Vec<(&str, usize)> = Vec::new();
    for other in others {
        let says = if keys[other] == keys[nth] { 2 } else { usize::from(titles_agree(&keys[other], &keys[nth])) };
        match voices.iter_mut().find(|(name, _)| *name == voice(other)) {
            Some((_, said)) => *said = says.max(*said),
            None => voices.push((voice(other), says)),
        }
    }
    voices.iter().map(|(_, says)| says).sum::<usize>().min(4)
}

/// For a page with nothing but the window title: removes the site's name, which is the last part after a separator if
/// it is the shorter one.
fn without_site(text: &str) -> String {
    let cut = SEPARATORS.iter().filter_map(|separator| text.rfind(separator).map(|at| (at, *separator))).max();
    let Some((at, separator)) = cut else { return text.to_owned() };
    let (head, tail) = split_at_separator(text, at, separator);
    let (head_words, tail_words) = (head.split(' ').count(), tail.split(' ').count());
    if tail_words <= 4 && head_words >= 2 && head_words > tail_words { head.to_owned() } else { text.to_owned() }
}

fn titles_agree(a: &str, b: &str) -> bool {
    a == b || (a.len().min(b.len()) > 20 && (a.contains(b) || b.contains(a)))
}

/// The `h1` (else `h2`) that agrees best with the other candidates.
fn best_heading(tree: &Tree, others: &[&str], outlets: &[String]) -> (u32, String) {
    let others: Vec<String> = others.iter().map(|text| fold::key(text)).filter(|key| !key.is_empty()).collect();
    let outlets: Vec<String> = outlets.iter().map(|outlet| fold::key(outlet)).collect();
    let window = fold::key(cut(&tree.title, MAX_TITLE));
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
        let text = one_line(raw.trim_end_matches(['¶', '#', '§', ' ', '\n']));
        let key = fold::key(&text);
        if key.is_empty() || outlets.contains(&key) {
            continue;
        }
        // How much of another candidate it covers: the site's name is only a small part of the window title.
        let near = others.iter().filter(|_| key.len() > 12).map(|other| likeness(&key, other)).max().unwrap_or(0);
        // In "Headline - Site", the window title begins with the headline and ends with the site.
        let (heads, tails) = (key.len() > 3 && window.starts_with(&key), window.ends_with(&key));
        let sign = !heads && (tails || near == 0);
        let score = match (level, others.contains(&key)) {
            (1, true) => 60,
            (2, true) => 40,
            (3, true) => 30,
            // A heading that is nothing but a link is usually the site's logo.
            (1, _) if sign && is_link(tree, at, node) => 3,
            (1, _) => 20 + near * 35 / 100 + if heads { 15 } else { 0 },
            (2, _) if heads => 25 + near * 35 / 100,
            (3, _) if heads => 22 + near * 35 / 100,
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

/// Whether all the text of a node lies in a single link.
fn is_link(tree: &Tree, at: u32, node: &PageNode) -> bool {
    let link = (at + 1..node.end.min(at + 6)).filter_map(|at| tree.node(at)).find(|inner| inner.tag == Tag::Link);
    link.is_some_and(|link| fold::key(tree.text_of(link)) == fold::key(tree.text_of(node)))
}

/// How much of the longer text the shorter one covers, in per cent; 0 unless the longer contains it.
fn likeness(a: &str, b: &str) -> usize {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() > 8 && long.contains(short) { short.len() * 100 / long.len() } else { 0 }
}

/// Removes from a title the outlet's name, or whatever follows the headline that the page repeats elsewhere.
///
/// Names and headlines are given as keys: letters and digits, lower case.
fn without_outlet(text: &str, outlets: &[String], heads: &[String]) -> String {
    let mut text = text.trim();
    for _ in 0..3 {
        let mut shorter = None;
        for separator in SEPARATORS {
            let Some(last) = text.rfind(separator) else { continue };
            let (head, tail) = split_at_separator(text, last, separator);
            let (head_key, tail_key) = (fold::key(head), fold::key(tail));
            if tail_key.is_empty() || is_outlet(&tail_key, outlets) || heads.contains(&head_key) {
                shorter = shorter.or(Some(head));
            }
            let first = text.find(separator).unwrap_or(last);
            let (head, tail) = split_at_separator(text, first, separator);
            let (head_key, tail_key) = (fold::key(head), fold::key(tail));
            if is_outlet(&head_key, outlets) || heads.contains(&tail_key) {
                shorter = shorter.or(Some(tail));
            } else if heads.contains(&head_key) {
                shorter = shorter.or(Some(head));
            }
        }
        match shorter.filter(|s| fold::key(s).len() > 2) {
            Some(s) => text = s,
            None => break,
        }
    }
    text.to_owned()
}

fn split_at_separator<'t>(text: &'t str, at: usize, separator: &str) -> (&'t str, &'t str) {
    let head = text.get(..at).unwrap_or("");
    let tail = text.get(at + separator.len()..).unwrap_or("");
    (head.trim(), tail.trim())
}

/// Whether a key is an outlet's name, possibly within a domain name.
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
            let heads: Vec<String> = heads.iter().map(|head| fold::key(head)).collect();
            assert_eq!(without_outlet(text, &outlets, &heads), expected, "{text:?}");
        }
    }

    const TEXT: &str = "<p>The council decided on Monday that the park by the canal will be open all night, and that lamps \
        are to be put up along the water before the winter.</p>";

    #[test]
    fn the_headline_that_a_person_would_copy() {
        for (name, html, expected) in [
            ("h1 alone", "<h1>Park stays open</h1>", "Park stays open"),
            (
                "the window's title alone",
                "<title>Park stays open at night - Canal News</title>",
                "Park stays open at night",
            ),
            ("a dash of the headline's own", "<title>Mons - Tournai</title>", "Mons - Tournai"),
            (
                "og and h1 with the outlet behind",
                "<title>Park stays open | Canal News</title><meta property=og:site_name content='Canal News'><meta property=og:title content='Park stays open | Canal News'><h1>Park stays open</h1>",
                "Park stays open",
            ),
            (
                "the outlet in front",
                "<title>Canal News - Park stays open</title><meta property=og:site_name content='Canal News'>",
                "Park stays open",
            ),
            (
                "a section between",
                "<title>Park stays open - Region - Canal News</title><h1>Park stays open</h1>",
                "Park stays open",
            ),
            (
                "a logo in h1, the headline in h2",
                "<title>Park stays open : Canal News</title><h1><a href='/'>Canal News</a></h1><h2><a href='/x'>Park stays open</a></h2>",
                "Park stays open",
            ),
            (
                "a blog's name in h1 that no one else knows",
                "<title>Park stays open</title><h1><a href='/'>Notes of a walker</a></h1><h2 class=entry-title>Park stays open</h2>",
                "Park stays open",
            ),
            (
                "the same, the headline in a block",
                "<title>Park opens - Walks - Notes of a walker</title><h1><a href='/'>Walks - Notes of a walker</a></h1><div id=page-title>Park opens</div>",
                "Park opens",
            ),
            (
                "two h1",
                "<title>Park stays open - News</title><h1>Most read</h1><h1>Park stays open</h1>",
                "Park stays open",
            ),
            (
                "an anchor in the heading",
                "<title>Park stays open</title><h1>Park stays open<a href='#park'>¶</a></h1>",
                "Park stays open",
            ),
            (
                "a kicker in the heading",
                "<title>The park stays open at night</title><meta property=og:title content='The park stays open at night'><h1><span>Region</span> The park stays open at night</h1>",
                "The park stays open at night",
            ),
            (
                "another headline for search engines",
                "<title>Canal park opening hours 2026 | News</title><meta property=og:title content='Park stays open'><h1>Park stays open</h1>",
                "Park stays open",
            ),
            ("entities and hyphens", "<h1>Caf&eacute; &amp; Gemeinde\u{ad}haus</h1>", "Café & Gemeindehaus"),
            ("white space and capitals", "<h1>\n  PARK   <br>STAYS\tOPEN </h1>", "PARK STAYS OPEN"),
            (
                "tags in a field",
                "<meta property=og:title content='&lt;b&gt;Park&lt;/b&gt; stays open'>",
                "Park stays open",
            ),
            (
                "the site's name in h1 and in the window",
                "<title>De Gazet</title><meta property=og:title content='Brug blijft dicht'><h1><a href='/'>De Gazet</a></h1><h2>Brug blijft dicht</h2>",
                "Brug blijft dicht",
            ),
            (
                "the same with an absolute link around the heading, and nothing in h2",
                "<title>De Gazet</title><meta property=og:title content='Brug blijft dicht'><a href='https://gazet.example/'><h1>De Gazet</h1></a>",
                "Brug blijft dicht",
            ),
            (
                "the name of the site behind the headline, known from h1 alone",
                "<title>Brug dicht - De Gazet</title><h1><a rel=home href='/nl'>De Gazet</a></h1>",
                "Brug dicht",
            ),
            (
                "the name of the site in the window and in an h1 without a link",
                "<title>De Gazet</title><meta property=og:title content='Brug in Maldegem blijft dicht'><h1>De Gazet</h1>",
                "Brug in Maldegem blijft dicht",
            ),
            (
                "a short headline that metadata give with more words",
                "<title>Een afscheid</title><meta property=og:title content='Een afscheid van de brug in Maldegem'><h1>Een afscheid</h1>",
                "Een afscheid",
            ),
            (
                "a kicker beside the headline",
                "<title>Brug dicht - De Gazet</title><h1><span class=kicker>Infrastructuur</span><span class=title>Brug dicht</span></h1>",
                "Infrastructuur Brug dicht",
            ),
            ("nothing", "<p>Words.</p>", ""),
        ] {
            let document = scraper::Html::parse_document(&format!("{html}{TEXT}"));
            let tree = Tree::from_document(&document);
            let site = tree.meta(&["og:site_name"]).map(str::to_owned);
            let outlets: Vec<String> = site.into_iter().collect();
            let (found, _) = candidates(&tree, &JsonLd::default(), &outlets, "");
            let title = found.first().map(|candidate| candidate.value.clone()).unwrap_or_default();
            assert_eq!(title, expected, "{name}");
        }
    }
}
