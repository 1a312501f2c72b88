//! The name and the language of a site, from its home page.

use url::Url;

use crate::article::Page;
use crate::text::clean::one_line_up_to;
use crate::text::fold::key;
use crate::{canonical_url, extract, html};

/// Longest proposed name of a source, in characters.
const MAX_NAME: usize = 60;
/// How much of a title is examined, in characters.
const MAX_TITLE: usize = 300;
/// Longest page that is parsed, in bytes.
const MAX_LENGTH: usize = 5_000_000;

/// What a home page says about its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The site's own name on one line, or else a name derived from its URL.
    pub name: String,
    /// Its URL, without path.
    pub url: Url,
    /// ISO 639-1, as declared.
    pub language: Option<String>,
}

impl Site {
    /// Parses a home page, or any page of the site.
    pub fn from_page(page: &Page) -> Self {
        let mut url = page.url.clone();
        url.set_path("");
        url.set_query(None);
        url.set_fragment(None);
        // Credentials in the URL must not be printed.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let text = page.text.get(..page.text.floor_char_boundary(MAX_LENGTH)).unwrap_or_default();
        let Ok(document) = html::parse(text) else {
            return Self { name: name_of_host(&url), url, language: None };
        };
        let meta = |selector: &str| {
            let found = html::first(&document, selector)?.attr("content")?;
            Some(one_line_up_to(found, MAX_TITLE)).filter(|name| is_plausible_name(name))
        };
        let own = meta("meta[property='og:site_name' i]").or_else(|| meta("meta[name='application-name' i]"));
        let title = || {
            let title: String = html::first(&document, "title")?.text().collect();
            part_of_title(&one_line_up_to(&title, MAX_TITLE), &url)
        };
        let name = own.or_else(title).unwrap_or_else(|| name_of_host(&url));
        let language = document.root_element().attr("lang").and_then(extract::language_code);
        Self { name, url, language }
    }
}

/// A name derived from the URL: `www.gazet.example` → `gazet`.
pub fn name_of_host(url: &Url) -> String {
    let site = canonical_url::site_key(url);
    let first = site.split('.').next().unwrap_or_default();
    let is_name = first.chars().any(char::is_alphabetic);
    if is_name { first.to_owned() } else { site }
}

fn is_plausible_name(name: &str) -> bool {
    name.chars().count() <= MAX_NAME && name.chars().any(char::is_alphabetic) && !name.contains("://")
}

/// The part of a page's title that is the site's name: the one that also occurs in its URL, or else the first.
fn part_of_title(title: &str, url: &Url) -> Option<String> {
    let mut parts = vec![title];
    for border in [" | ", " - ", " – ", " — ", " · ", ": "] {
        parts = parts.into_iter().flat_map(|part| part.split(border)).map(str::trim).collect();
    }
    parts.retain(|part| is_plausible_name(part));
    let host = key(&name_of_host(url));
    let of_host = parts.iter().find(|part| {
        let part = key(part);
        !part.is_empty() && !host.is_empty() && (part.contains(&host) || (part.len() >= 3 && host.contains(&part)))
    });
    of_host.or(parts.first()).map(|part| (*part).to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn a_site_is_named_as_it_names_itself() {
        for (head, expected) in [
            ("<meta property=\"og:site_name\" content=\" De  Gazet\n\"><title>Nieuws</title>", "De Gazet"),
            ("<meta name=\"application-name\" content=\"Gazet\">", "Gazet"),
            ("<title>Nieuws uit Halle | De Gazet | Vandaag</title>", "De Gazet"),
            ("<title>Het laatste nieuws - Halle</title>", "Het laatste nieuws"),
            ("<title></title>", "gazet"),
            ("<meta property=\"og:site_name\" content=\"https://x.example\">", "gazet"),
            (&format!("<meta property=\"og:site_name\" content=\"{}\">", "Gazet ".repeat(50)), "gazet"),
        ] {
            let url = Url::parse("https://me:secret@www.gazet.example/nl/?x=1").unwrap();
            let site = Site::from_page(&Page { url, text: format!("<html lang=\"nl-BE\"><head>{head}</head>") });
            assert_eq!(site.name, expected, "{head}");
            assert_eq!((site.url.as_str(), site.language.as_deref()), ("https://www.gazet.example/", Some("nl")));
        }
    }

    #[test]
    fn a_host_without_a_name_keeps_its_numbers() {
        assert_eq!(name_of_host(&Url::parse("http://127.0.0.7:8080/").unwrap()), "127.0.0.7:8080");
    }
}
