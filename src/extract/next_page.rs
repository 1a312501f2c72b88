//! Articles that span several pages: finding the next page and joining the texts.

use scraper::{ElementRef, Html};
use url::{Position, Url};

use crate::article::Article;
use crate::canonical_url;
use crate::html;
use crate::text::fold;

/// Pages of one article that are read at most.
pub const MOST_PAGES: u32 = 5;

/// Links that are examined at most.
const MOST_LINKS: usize = 3_000;
/// Longest part of a URL that identifies a page: `?currentPage=2`.
const LONGEST_PART: usize = 24;

/// The URL of the page after page `nth` (counting from 1): the target of `rel=next`, or of a link whose text is the
/// page's number. Both must have this page's URL but for the number, because `rel=next` often leads to another article.
pub fn next_page(document: &Html, page: &Url, nth: u32) -> Option<Url> {
    let base = std::cell::OnceCell::new();
    let number = (nth + 1).to_string();
    let links = document.tree.root().descendants().filter_map(ElementRef::wrap);
    let links = links.filter(|element| matches!(element.value().name(), "a" | "link"));
    links.take(MOST_LINKS).find_map(|link| {
        let rel = link.attr("rel").unwrap_or_default();
        let is_next = rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next"));
        // The first text run suffices to rule out most links.
        let is_numbered = || {
            let mut words = link.text().map(str::trim).filter(|words| !words.is_empty());
            link.value().name() == "a" && words.next() == Some(number.as_str()) && words.next().is_none()
        };
        if !is_next && !is_numbered() {
            return None;
        }
        let base = base.get_or_init(|| html::base_url(document, page));
        let mut url = base.join(link.attr("href")?.trim()).ok()?;
        url.set_fragment(None);
        is_further_page(page, &url, nth).then_some(url)
    })
}

/// Whether a URL is that of page `nth + 1` where another is that of page `nth` of the same article.
pub fn is_further_page(page: &Url, next: &Url, nth: u32) -> bool {
    let (page, next) = (canonical_url::clean(page), canonical_url::clean(next));
    if (page.host(), page.port()) != (next.host(), next.port()) {
        return false;
    }
    let here = &page[Position::BeforePath..Position::AfterQuery];
    let there = &next[Position::BeforePath..Position::AfterQuery];
    let (old, new) = difference(here, there);
    let is_word = |part: &str| part.len() <= LONGEST_PART && !part.to_ascii_lowercase().contains("comment");
    // "?page=2", "/page/2", "-2": a separator, perhaps a word, and the number.
    let one_number = |part: &str| {
        let mut numbers = part.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
        let number = numbers.next().and_then(|digits| digits.parse::<u32>().ok());
        number.filter(|_| numbers.next().is_none())
    };
    let of_this = match one_number(old) {
        Some(number) => number == nth && old.bytes().all(|b| b.is_ascii_digit()),
        None => nth == 1 && matches!(old, "" | "/"),
    };
    of_this && is_word(new) && one_number(new) == Some(nth + 1)
}

/// Whether the number in the URL of a further page takes the place of another one: `/story-2` after `/story-1` may be the next article
/// of a series.
pub fn replaces_number(page: &Url, next: &Url) -> bool {
    let (page, next) = (canonical_url::clean(page), canonical_url::clean(next));
    let (old, _) =
        difference(&page[Position::BeforePath..Position::AfterPath], &next[Position::BeforePath..Position::AfterPath]);
    old.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether one of two headlines is the other with a number after it, such as that of a page or a part.
pub fn differ_in_a_number_at_most(one: &str, other: &str) -> bool {
    let (one, other) = (fold::key(one), fold::key(other));
    let rest = one.strip_prefix(&other).or_else(|| other.strip_prefix(&one));
    rest.is_some_and(|rest| rest.is_empty() || rest.contains(|c: char| c.is_ascii_digit()))
}

/// What stands in either between what both begin and end with, numbers whole.
fn difference<'a>(here: &'a str, there: &'a str) -> (&'a str, &'a str) {
    let (a, b) = (here.as_bytes(), there.as_bytes());
    let mut start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let is_digit = |text: &[u8], at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    while start > 0 && is_digit(a, start - 1) && (is_digit(a, start) || is_digit(b, start)) {
        start -= 1;
    }
    let room = a.len().min(b.len()) - start;
    let mut end = a.iter().rev().zip(b.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    while end > 0
        && is_digit(a, a.len() - end)
        && (is_digit(a, (a.len() - end).wrapping_sub(1)) || is_digit(b, (b.len() - end).wrapping_sub(1)))
    {
        end -= 1;
    }
    (here.get(start..a.len() - end).unwrap_or(""), there.get(start..b.len() - end).unwrap_or(""))
}

/// Appends the text of a further page to the first. Returns whether the headline shows it to be the same article.
pub fn join_page(first: &mut Article, further: &Article) -> bool {
    let (title, other) = (fold::key(&first.title), fold::key(&further.title));
    let is_same = !title.is_empty() && (other.starts_with(&title) || title.starts_with(&other) && !other.is_empty());
    if !is_same || further.text.is_empty() {
        return false;
    }
    // Skip the lead and the notices that every page repeats.
    let known: std::collections::HashSet<String> = first.text.lines().map(str::to_owned).collect();
    for line in further.text.lines().filter(|line| !known.contains(*line)) {
        first.text.push('\n');
        first.text.push_str(line);
    }
    first.paywalled |= further.paywalled;
    if first.language.is_empty() {
        first.language.clone_from(&further.language);
    }
    first.advertorial |= further.advertorial;
    true
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use jiff::tz::TimeZone;

    use super::*;
    use crate::article::Page;
    use crate::extract::{PageContext, PageVerdict, read_page};
    use crate::source::Select;

    #[test]
    fn urls_of_further_pages_are_recognised() {
        for (here, there, nth, expected) in [
            ("/m", "/m?page=2", 1, true),
            ("/m?x=1", "/m?x=1&p=2", 1, true),
            ("/m?utm_source=rss", "/m?page=2", 1, true),
            ("/m/", "/m/2/", 1, true),
            ("/m", "/m/page/2/", 1, true),
            ("/m", "/m/seite-2", 1, true),
            ("/a/story.html", "/a/story-2.html", 1, true),
            ("/a/story,1.html", "/a/story,2.html", 1, true),
            ("/m?page=1", "/m?page=2", 1, true),
            ("/m?page=2", "/m?page=3", 2, true),
            ("/m/9/", "/m/10/", 9, true),
            ("/2026/11/m-12", "/2026/11/m-12/2", 1, true),
            ("/m?page=2", "/m?page=4", 2, false),
            ("/m", "/m?page=3", 1, false),
            // Another article.
            ("/artikel/1234", "/artikel/1235", 1, false),
            ("/a/one", "/a/two", 1, false),
            ("/a/one", "/a/two-2", 1, false),
            ("/a/story-1-1", "/a/story-1-2", 2, false),
            ("/m", "/m/comment-page-2", 1, false),
            ("/m", "/m", 1, false),
            ("/m/12", "/m/2", 1, false),
            ("/", "/2026/11/20/a-story-of-its-own", 1, false),
        ] {
            let url = |path: &str| Url::parse(&format!("https://a.example{path}")).unwrap();
            assert_eq!(is_further_page(&url(here), &url(there), nth), expected, "{here} {there}");
            let other = Url::parse(&format!("https://b.example{there}")).unwrap();
            assert!(!is_further_page(&url(here), &other, nth), "{here} {other}");
        }
    }

    #[test]
    fn a_number_in_place_of_another_may_be_that_of_an_article() {
        for (here, there, expected) in [
            ("/lock-1", "/lock-2", true),
            ("/story,1.html", "/story,2.html", true),
            ("/m", "/m?page=2", false),
            ("/m?page=1", "/m?page=2", false),
            ("/2026/m", "/2026/m/2", false),
        ] {
            let url = |path: &str| Url::parse(&format!("https://a.example{path}")).unwrap();
            assert_eq!(replaces_number(&url(here), &url(there)), expected, "{here} {there}");
        }
    }

    #[test]
    fn the_next_page_is_named_by_rel_or_number() {
        let page = Url::parse("https://a.example/m").unwrap();
        for (html, expected) in [
            ("<link rel=next href='/m?page=2'>", Some("https://a.example/m?page=2")),
            ("<a rel='nofollow next' href='?page=2#top'>On</a>", Some("https://a.example/m?page=2")),
            ("<a href=/m/1>1</a> <a href=/m/2> 2 </a> <a href=/m/3>3</a>", Some("https://a.example/m/2")),
            ("<link rel=next href='/another-story'><a href=/m/2>More</a>", None),
            ("<link rel=next href='http://[>'><p>", None),
            ("", None),
        ] {
            let document = html::parse(html).unwrap();
            assert_eq!(next_page(&document, &page, 1).as_ref().map(Url::as_str), expected, "{html}");
        }
    }

    #[test]
    fn further_pages_are_joined_without_repeated_lines() {
        let page = |title: &str, paragraphs: &[&str]| {
            let context = PageContext {
                select: &Select::default(),
                language: None,
                zone: &TimeZone::UTC,
                now: "2026-11-23T12:00:00Z".parse().unwrap(),
                item: None,
                outlet: "",
            };
            let text = format!("<h1>{title}</h1><p>{}</p>", paragraphs.join("</p><p>"));
            let page = Page { url: Url::parse("https://a.example/m").unwrap(), text };
            match read_page(&page, &context).verdict {
                PageVerdict::Article(article) => *article,
                PageVerdict::NotArticle(reason) => unreachable!("{reason}"),
            }
        };
        let lead =
            "The council decided on Monday that the park by the canal will be open all night, lamps or no lamps.";
        let (one, two) =
            ("Lamps are to be put up along the water before the winter begins.", "The mayor has bought candles.");
        let mut first = page("Lamps by the canal", &[lead, one]);
        assert!(!join_page(&mut first, &page("Another story", &[lead, two])));
        assert!(join_page(&mut first, &page("Lamps by the canal - page 2", &[lead, two])));
        assert_eq!(first.text, format!("{lead}\n{one}\n{two}"));
    }
}
