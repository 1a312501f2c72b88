//! The URLs that a page declares: its canonical one, the original's, its picture's.

use url::{Host, Url};

use crate::canonical_url::{canonical, registrable_domain, same_site};
use crate::extract::page::tree::Tree;

/// Query parameters that identify an article: a canonical URL that lacks one belongs to another page.
const NAMING: &[&str] = &[
    "id",
    "p",
    "aid",
    "nid",
    "artid",
    "article",
    "articleid",
    "artikel",
    "story",
    "storyid",
    "newsid",
    "item",
    "itemid",
];

/// Longer URLs are ignored.
const LONGEST: usize = 4_000;

/// The URLs that a page declares for itself.
#[derive(Debug)]
pub struct PageUrls {
    /// The canonical URL.
    pub canonical: Url,
    /// The rule that found it.
    pub rule: &'static str,
    /// A URL on another site that the page declares as canonical.
    pub elsewhere: Option<Url>,
}

/// Weighs `rel=canonical` and `og:url` against the URL of the response.
pub fn page_urls(tree: &Tree, page: &Url) -> PageUrls {
    let base = base_url(tree, page);
    let declared = canonical_hrefs(tree).map(|href| ("rel=canonical", href));
    let social = tree.meta(&["og:url"]).map(|url| ("og:url", url));
    let mut elsewhere = None;
    for (rule, href) in declared.chain(social) {
        let Ok(url) = base.join(href.trim()) else { continue };
        if !is_web(&url) || url.as_str().len() >= LONGEST || !is_article_like(&url, page) {
            continue;
        }
        if same_site(&url, page) {
            return PageUrls { canonical: canonical(&url), rule, elsewhere: None };
        }
        if elsewhere.is_none() && names_site(&url) && names_site(page) {
            elsewhere = Some(url);
        }
    }
    PageUrls { canonical: canonical(page), rule: "address of the page", elsewhere }
}

/// The targets of `rel=canonical`, as written.
pub fn canonical_hrefs(tree: &Tree) -> impl Iterator<Item = &str> {
    let links = tree.links.iter().filter(|(rel, _)| rel.split_ascii_whitespace().any(|r| r == "canonical"));
    links.map(|(_, href)| href.as_str())
}

/// The URL that relative links resolve against.
pub fn base_url(tree: &Tree, page: &Url) -> Url {
    if tree.base.is_empty() {
        page.clone()
    } else {
        page.join(tree.base.trim()).ok().filter(is_web).unwrap_or_else(|| page.clone())
    }
}

/// Whether the scheme is http or https.
pub fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host().is_some()
}

fn domain(url: &Url) -> Option<&str> {
    match url.host()? {
        Host::Domain(name) => registrable_domain(name),
        Host::Ipv4(_) | Host::Ipv6(_) => None,
    }
}

fn names_site(url: &Url) -> bool {
    domain(url).is_some()
}

/// Whether a declared URL may be that of the article: not the home page, a mere section, or a page that lacks the
/// article's number.
fn is_article_like(url: &Url, page: &Url) -> bool {
    let own: Vec<&str> = segments(url);
    let requested: Vec<&str> = segments(page);
    let Some(last) = own.last() else {
        return requested.is_empty() && url.query().is_some();
    };
    if own == requested {
        let misses = |name: &str| {
            NAMING.contains(&name.to_ascii_lowercase().as_str())
                && !url.query_pairs().any(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        return !page.query_pairs().any(|(key, value)| misses(&key) && value.bytes().any(|b| b.is_ascii_digit()));
    }
    let cut = requested.len() > own.len() && requested.starts_with(&own);
    if cut {
        // What the declared URL omits may be a variant of the same article: /amp, /print, /2.
        let rest = &requested[own.len()..];
        return rest.len() == 1 && (matches!(rest[0], "amp" | "amp.html" | "print" | "all") || rest[0].len() <= 2);
    }
    let bare = !last.contains(['-', '_', '.']) && !last.bytes().any(|b| b.is_ascii_digit());
    !(own.len() == 1 && bare && last.len() < 20 && requested.len() > 1 && requested.last() != Some(last))
}

fn segments(url: &Url) -> Vec<&str> {
    url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default()
}

/// The first picture that the page declares for itself.
pub fn page_image(tree: &Tree, json: &str, page: &Url) -> Option<(Url, &'static str)> {
    let base = base_url(tree, page);
    let social = tree.meta(&["og:image", "og:image:url", "og:image:secure_url"]).map(|href| (href, "og:image"));
    let schema = (!json.is_empty()).then_some((json, "JSON-LD image"));
    let card = tree.meta(&["twitter:image", "twitter:image:src"]).map(|href| (href, "twitter:image"));
    let link =
        tree.links.iter().find(|(rel, _)| rel == "image_src").map(|(_, href)| (href.as_str(), "link rel=image_src"));
    let found = [social, schema, card, link].into_iter().flatten().filter_map(|(href, rule)| {
        // Some pages escape twice: `?a=1&amp;width=750`.
        let url = base.join(&href.trim().replace("&amp;", "&")).ok()?;
        (is_web(&url) && url.as_str().len() < LONGEST).then_some((url, rule))
    });
    // An article without a picture of its own declares the outlet's logo, so any other picture is preferred.
    let found: Vec<_> = found.collect();
    let own = found.iter().position(|(url, _)| !is_logo(url)).unwrap_or(0);
    found.into_iter().nth(own)
}

/// Whether a picture's file name marks it as a logo.
fn is_logo(url: &Url) -> bool {
    let file = url.path().rsplit('/').next().unwrap_or("").to_ascii_lowercase();
    let words = || file.split(|c: char| !c.is_ascii_alphanumeric());
    words().any(|word| matches!(word, "logo" | "logos" | "placeholder" | "favicon" | "noimage" | "default"))
        || file.starts_with("logo")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_picture_is_that_of_the_article() {
        let page = Url::parse("https://news.example/a/story-1").unwrap();
        for (social, schema, expected) in [
            ("/img/logo.png", "/img/park.jpg", "https://news.example/img/park.jpg"),
            ("/img/logo.png", "", "https://news.example/img/logo.png"),
            ("/img/park.jpg", "/img/other.jpg", "https://news.example/img/park.jpg"),
            ("/img/catalogo.jpg", "/img/other.jpg", "https://news.example/img/catalogo.jpg"),
            ("/img?a=1&amp;w=750", "", "https://news.example/img?a=1&w=750"),
        ] {
            let tree = Tree { metas: vec![("og:image".to_owned(), social.to_owned())], ..Tree::default() };
            let found = page_image(&tree, schema, &page).map(|(url, _)| url.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{social} {schema}");
        }
    }

    #[test]
    fn implausible_canonical_urls_are_ignored() {
        let page = "https://www.news.example/a/b/story-1?utm_source=x";
        for (page, declared, rule) in [
            (page, "https://www.news.example/a/b/story-1", "rel=canonical"),
            (page, "/a/b/story-1", "rel=canonical"),
            (page, "https://m.news.example/a/b/story-1", "rel=canonical"),
            (page, "https://www.news.example/", "address of the page"),
            (page, "https://www.news.example/a/", "address of the page"),
            (page, "https://other.example/a/b/story-1", "address of the page"),
            (page, "javascript:alert(1)", "address of the page"),
            ("https://news.example/article.php?id=5", "https://news.example/article.php", "address of the page"),
            ("https://news.example/article.php?id=5", "https://news.example/article.php?id=5", "rel=canonical"),
            ("https://news.example/a/story-1/amp", "https://news.example/a/story-1", "rel=canonical"),
            ("http://127.0.0.1:8080/a/story-1", "http://127.0.0.1:8080/a/story-2", "rel=canonical"),
            ("http://127.0.0.1:8080/a/story-1", "http://127.0.0.1:9090/a/story-1", "address of the page"),
            ("http://localhost:8080/a/story-1", "http://localhost:8080/b/story-1", "rel=canonical"),
        ] {
            let tree = Tree { links: vec![("canonical".to_owned(), declared.to_owned())], ..Tree::default() };
            let found = page_urls(&tree, &Url::parse(page).unwrap());
            assert_eq!(found.rule, rule, "{page} {declared}");
        }
    }

    #[test]
    fn a_canonical_url_on_another_site_names_the_original() {
        let tree = Tree {
            links: vec![("canonical".to_owned(), "https://other.example/x/story-9".to_owned())],
            ..Tree::default()
        };
        let found = page_urls(&tree, &Url::parse("https://news.example/a/b/story-1").unwrap());
        assert_eq!(found.elsewhere.unwrap().as_str(), "https://other.example/x/story-9");
    }
}
