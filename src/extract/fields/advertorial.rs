//! Whether somebody paid for the article: an advertorial, sponsored or branded content.

use std::collections::HashSet;
use std::sync::LazyLock;

use scraper::node::Element;

use super::findings::Given;
use crate::extract::page::tree::{NONE, Tree};
use crate::lexicon::{self, ADVERTORIALS};
use crate::text::fold::fold;

/// A label has at most so many characters, and so many words: "Sponsored by" and a name.
const LABEL: usize = 60;
const LABEL_WORDS: usize = 8;
/// A label stands among so many lines before the headline, or after it.
const NEAR: usize = 3;
/// The name of a class has at most so many words.
const CLASS_WORDS: usize = 8;
/// The most elements around the headline that are looked at.
const MOST_AROUND: usize = 60;

/// What readers see of it, in all languages: words with one blank between.
static LABELS: LazyLock<Vec<String>> =
    LazyLock::new(|| lexicon::all(|language| &language.page.advertorials).into_iter().map(worded).collect());
/// The same and the marks of software, as letters and digits alone.
static MARKS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    LABELS.iter().map(|label| squeezed(label)).chain(ADVERTORIALS.marks.iter().map(|mark| (*mark).to_owned())).collect()
});

/// The rule by which a page says that somebody paid for its article; `None` when it does not. `headline` is the node of the headline.
pub fn mark(given: &Given, headline: u32, sections: &[(&'static str, String)]) -> Option<String> {
    let payment = &given.json.payment;
    if payment.is_declared {
        return Some("JSON-LD AdvertiserContentArticle".to_owned());
    }
    let outlets: Vec<String> = given.outlets.iter().chain(&given.json.outlets).map(|name| squeezed(name)).collect();
    let pays = |name: &str| is_name(name) && !outlets.contains(&squeezed(name));
    if payment.sponsors.iter().any(|name| pays(name)) {
        return Some("JSON-LD sponsor".to_owned());
    }
    if payment.genres.iter().any(|genre| is_mark(genre.rsplit(['/', '#']).next().unwrap_or(genre))) {
        return Some("JSON-LD genre".to_owned());
    }
    if let Some((rule, _)) = sections.iter().find(|(_, section)| is_mark(section)) {
        return Some((*rule).to_owned());
    }
    let meta = given.tree.metas.iter().find(|(name, value)| is_paid_meta(name, value, pays));
    if let Some((name, _)) = meta {
        return Some(format!("meta {name}"));
    }
    let mut segments: Vec<&str> = given.page.url.path_segments().into_iter().flatten().collect();
    // The last part is the headline.
    segments.pop();
    if segments.into_iter().any(is_mark) {
        return Some("URL".to_owned());
    }
    around(given, headline).find_map(element_mark).or_else(|| label(given, headline))
}

/// Whether a `meta` element says that somebody paid, or who.
fn is_paid_meta(name: &str, value: &str, pays: impl Fn(&str) -> bool) -> bool {
    let (key, value) = (squeezed(name), value.trim());
    let ends_with_one_of = |ends: &[&str]| ends_with_one_of(name, &key, ends);
    if ends_with_one_of(&ADVERTORIALS.flags) {
        is_true(value)
    } else if ends_with_one_of(&ADVERTORIALS.payers) {
        pays(value) && !is_true(value) || is_true(value)
    } else {
        ends_with_one_of(&ADVERTORIALS.kinds) && is_mark(value)
    }
}

/// Whether a name, squeezed to `key`, is one of these, alone or behind a prefix.
fn ends_with_one_of(name: &str, key: &str, ends: &[&str]) -> bool {
    // Most names end otherwise, and every `meta` of a page is looked at.
    ends.iter().any(|end| key.ends_with(end) && (key == *end || last_words(name, end)))
}

/// Whether a name is this one behind a prefix: `article:is-sponsored`, `dc.type`.
fn last_words(name: &str, end: &str) -> bool {
    name.char_indices().filter(|(_, c)| matches!(c, ':' | '.' | '-' | '_')).any(|(at, _)| squeezed(&name[at..]) == end)
}

fn is_true(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "y" | "oui" | "ja")
}

/// Whether a value is a name: not the void of some programming language.
fn is_name(value: &str) -> bool {
    let void = ["false", "0", "no", "n", "none", "null", "undefined", "nil", "nan"];
    value.chars().any(char::is_alphabetic) && !void.contains(&value.trim().to_ascii_lowercase().as_str())
}

/// The elements in which the headline stands, the innermost first; without a headline, those of the whole page.
fn around<'a>(given: &Given<'a>, headline: u32) -> impl Iterator<Item = &'a Element> {
    let (document, tree): (_, &Tree) = (given.document, given.tree);
    let node = if headline == NONE { None } else { tree.nodes.get(headline as usize) };
    let inside = node.and_then(|node| document.tree.get(node.id)).into_iter().flat_map(|node| node.ancestors());
    let root = document.root_element();
    let body =
        root.children().filter(|child| child.value().as_element().is_some_and(|element| element.name() == "body"));
    let outside = body.chain([*root]);
    inside.take(MOST_AROUND).chain(outside).filter_map(|node| node.value().as_element())
}

/// What an element's own attributes say.
fn element_mark(element: &Element) -> Option<String> {
    for (name, value) in element.attrs().filter(|(_, value)| value.len() < 4_000) {
        let is_paid = match name {
            "class" | "id" => value.split_ascii_whitespace().any(is_marked_class),
            "itemtype" => value.ends_with("AdvertiserContentArticle"),
            _ => name.strip_prefix("data-").is_some_and(|name| {
                let key = squeezed(name);
                let is_one_of = |ends: &[&str]| ends_with_one_of(name, &key, ends);
                is_one_of(&ADVERTORIALS.flags) && is_true(value) || is_one_of(&ADVERTORIALS.kinds) && is_mark(value)
            }),
        };
        if is_paid {
            return Some(match name {
                "class" | "id" => format!("{name} of {}", element.name()),
                _ => name.to_owned(),
            });
        }
    }
    None
}

/// Whether the name of a class is made of a mark and of words that say nothing: `single-advertorial`, `article--sponsored`.
fn is_marked_class(class: &str) -> bool {
    let mut words: Vec<String> = Vec::new();
    let mut was_small = false;
    for c in class.chars() {
        if !c.is_alphanumeric() || words.is_empty() || (was_small && c.is_uppercase()) {
            words.push(String::new());
        }
        was_small = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    if words.len() > CLASS_WORDS {
        return false;
    }
    let is_neutral = |words: &[String]| words.iter().all(|word| ADVERTORIALS.neutral.contains(&word.as_str()));
    (0..words.len()).any(|from| {
        (from..words.len()).any(|to| {
            let (before, mark, after) = (words.get(..from), words.get(from..=to), words.get(to + 1..));
            mark.is_some_and(|mark| MARKS.contains(&mark.concat()))
                && before.is_some_and(is_neutral)
                && after.is_some_and(is_neutral)
        })
    })
}

/// A label that readers see beside the headline.
fn label(given: &Given, headline: u32) -> Option<String> {
    if headline == NONE {
        return None;
    }
    let list = &given.blocks.list;
    let end = given.tree.nodes.get(headline as usize)?.end;
    let before = list.partition_point(|block| block.first < headline);
    let after = list.partition_point(|block| block.first < end);
    let near = list.get(before.saturating_sub(NEAR)..before)?.iter().chain(list.get(after..)?.iter().take(NEAR));
    let mut plain = near.filter(|block| block.chars as usize <= LABEL && block.link_chars == 0);
    plain.find(|block| is_label(given.blocks.text_of(block))).map(|_| "label".to_owned())
}

/// Whether a line is a label, or a label with a name.
fn is_label(line: &str) -> bool {
    let line = worded(line);
    let is_short = line.split(' ').count() <= LABEL_WORDS;
    LABELS.iter().any(|label| {
        line.strip_prefix(label.as_str()).is_some_and(|rest| rest.is_empty() || (is_short && rest.starts_with(' ')))
    })
}

fn is_mark(value: &str) -> bool {
    value.len() < 200 && MARKS.contains(&squeezed(value))
}

fn worded(text: &str) -> String {
    let folded = fold(text);
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn squeezed(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "a test may fail")]
    use jiff::{Timestamp, tz::TimeZone};

    use crate::article::Page;
    use crate::extract::{PageContext, PageVerdict, read_page};
    use crate::source::Select;

    const TEXT: &str = "<p>De ophaalbrug van Maldegem krijgt een nieuwe motor, zegt de fabrikant, die er zeven jaar aan heeft gewerkt en hem nu toont.</p>\
        <p>De motor is zuinig en stil, en hij gaat dertig jaar mee. Wie wil, kan hem op zaterdag in de fabriek komen bekijken.</p>";

    /// The rule by which a page with this head, these attributes of its body and this before its headline is an advertorial.
    fn rule(path: &str, head: &str, body: &str, before: &str, after: &str) -> Option<String> {
        let text = format!(
            "<!DOCTYPE html><html lang=nl><head><meta property='og:type' content='article'>{head}</head><body {body}><main>{before}\
             <h1>Een nieuwe motor voor de brug</h1>{after}{TEXT}</main></body></html>"
        );
        let select = Select::default();
        let context = PageContext {
            select: &select,
            language: None,
            zone: &TimeZone::UTC,
            now: Timestamp::UNIX_EPOCH,
            item: None,
            outlet: "Kade",
        };
        let Ok(url) = format!("https://kade.example{path}").parse() else { panic!("{path}") };
        let report = read_page(&Page { url, text }, &context);
        let PageVerdict::Article(article) = report.verdict else { panic!("{:?}", report.verdict) };
        let rule =
            report.findings.into_iter().find(|finding| finding.field == "advertorial").map(|finding| finding.rule);
        assert_eq!(article.advertorial, rule.is_some());
        rule
    }

    fn json(kind: &str, rest: &str) -> String {
        format!(
            r#"<script type="application/ld+json">{{"@type":{kind},"headline":"Een nieuwe motor voor de brug","publisher":{{"@type":"Organization","name":"Kade"}}{rest}}}</script>"#
        )
    }

    #[test]
    fn pages_that_say_that_somebody_paid() {
        for (head, expected) in [
            (json("\"AdvertiserContentArticle\"", ""), "JSON-LD AdvertiserContentArticle"),
            (
                json("[\"NewsArticle\",\"https://schema.org/AdvertiserContentArticle\"]", ""),
                "JSON-LD AdvertiserContentArticle",
            ),
            (json("\"Article\"", r#","sponsor":{"@type":"Organization","name":"Motoren NV"}"#), "JSON-LD sponsor"),
            (json("\"Article\"", r#","sponsor":[{"@type":"Organization","name":"Motoren NV"}]"#), "JSON-LD sponsor"),
            (json("\"Article\"", r#","genre":"Advertorial""#), "JSON-LD genre"),
            (
                json("\"Article\"", r#","additionalType":"https://schema.org/AdvertiserContentArticle""#),
                "JSON-LD genre",
            ),
            (json("\"NewsArticle\"", r#","articleSection":"Partner Content""#), "JSON-LD articleSection"),
            ("<meta property='article:section' content='Publireportage'>".to_owned(), "meta section"),
            ("<meta name='isSponsored' content='true'>".to_owned(), "meta issponsored"),
            ("<meta name='article:is_sponsored' content='1'>".to_owned(), "meta article:is_sponsored"),
            (
                "<meta name='cXenseParse:kad-sponsored-content' content='true'>".to_owned(),
                "meta cxenseparse:kad-sponsored-content",
            ),
            ("<meta name='article:sponsor' content='Motoren NV'>".to_owned(), "meta article:sponsor"),
            ("<meta name='page-type' content='sponsored-content'>".to_owned(), "meta page-type"),
            (
                "<meta name='cXenseParse:articletype' content='branded_content'>".to_owned(),
                "meta cxenseparse:articletype",
            ),
        ] {
            assert_eq!(rule("/a/1", &head, "", "", "").as_deref(), Some(expected), "{head}");
        }
        for body in [
            "class='post-template single single-advertorial'",
            "class='wp-singular category-sponsored-content postid-7'",
            "class='articlePage article--sponsored'",
            "class='isSponsored'",
            "class='node--type-native-ad'",
            "data-article-type='advertorial'",
            "data-is-sponsored='true'",
        ] {
            assert!(rule("/a/1", "", body, "", "").is_some(), "{body}");
        }
        for label in ["Advertorial", "Gesponsorde inhoud", "Sponsored by Motoren NV", "Publi-rédactionnel"] {
            let label = format!("<div>{label}</div>");
            assert_eq!(rule("/a/1", "", "", &label, "").as_deref(), Some("label"), "{label}");
            assert_eq!(rule("/a/1", "", "", "", &label).as_deref(), Some("label"), "{label}");
        }
        assert_eq!(rule("/partner-content/een-motor", "", "", "", "").as_deref(), Some("URL"));
        assert!(
            rule("/a/1", "", "", "<div itemscope itemtype='https://schema.org/AdvertiserContentArticle'>", "")
                .is_some()
        );
    }

    #[test]
    fn pages_with_advertising_beside_the_article_are_none() {
        for (head, body, before, after) in [
            ("<meta name='isSponsored' content='false'>", "", "", ""),
            ("<meta name='article:sponsor' content='null'>", "", "", ""),
            ("<meta name='page-type' content='article'><meta name='ad-type' content='none'>", "", "", ""),
            ("", "class='no-sponsored has-sponsored-skin sponsored-takeover ads-loaded native-app'", "", ""),
            (
                "",
                "",
                "<div class='sponsored'><p>Sponsored content</p></div><nav>Nieuws</nav><nav>Sport</nav><p>Maandag</p>",
                "",
            ),
            ("", "", "<a href='/x'>Sponsored by Motoren NV</a>", "<a href='/p'>Partner content</a>"),
            ("", "", "<div>Advertentie</div>", "<div>Publicité</div>"),
            (
                "",
                "",
                "",
                "<p>Sponsored content is een plaag, zegt de vereniging van lezers van de krant in Maldegem.</p>",
            ),
        ] {
            assert_eq!(rule("/sponsoring/club", head, body, before, after), None, "{head}{body}{before}{after}");
        }
        let own = json("\"NewsArticle\"", r#","sponsor":{"@type":"Organization","name":"Kade"}"#);
        assert_eq!(rule("/advertorial-is-no-news", &own, "", "", ""), None);
        let event = r#"<script type="application/ld+json">{"@type":"Event","name":"Feest","sponsor":{"name":"Motoren NV"}}</script>"#;
        assert_eq!(rule("/a/1", event, "", "", ""), None);
    }
}
