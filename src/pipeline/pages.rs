//! Articles in several pages: what to do when a page was read. Ask for the next one, or stop.

use url::Url;

use crate::answer::Failure;
use crate::article::Article;
use crate::extract::{self, MOST_PAGES};

/// A text of so many bytes is long enough: what follows would be cut off when it is stored.
const LONG_TEXT: usize = 1_000_000;

/// How many pages of an article were read, and how it goes on.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// Pages that were read; 0 where only the channel's words are known.
    pub read: u32,
    /// Where the article goes on after these.
    pub next: Option<Url>,
    /// Why the next page could not be read.
    pub failure: Option<Failure>,
    /// The article so far, where the next page may be requested.
    pub open: Option<Box<OpenArticle>>,
}

/// An article of which a further page may be requested.
#[derive(Debug, Clone)]
pub struct OpenArticle {
    /// As its pages have it, before the channel's words complete it.
    article: Article,
    /// The URL of the page that was read last.
    page: Url,
    /// How many were read.
    read: u32,
    /// The URL of the next one.
    next: Url,
}

/// A page that was read as a further page of an article.
#[derive(Debug)]
pub struct FurtherPage {
    /// The URL that answered.
    pub url: Url,
    /// What it says.
    pub article: Article,
    /// Where it goes on.
    pub next: Option<Url>,
}

impl Pages {
    /// After the first page. What is for subscribers goes on for subscribers: no further page is requested.
    pub fn after_first(article: &Article, next: Option<Url>) -> Self {
        Self::after(article, &article.url, 1, next)
    }

    fn after(article: &Article, page: &Url, read: u32, next: Option<Url>) -> Self {
        let may_go_on = read < MOST_PAGES && !article.paywalled && article.text.len() < LONG_TEXT;
        let open = next.clone().filter(|_| may_go_on).map(|next| {
            let (article, page) = (article.clone(), page.clone());
            Box::new(OpenArticle { article, page, read, next })
        });
        Self { read, next, failure: None, open }
    }

    /// Whether the article does not end with the pages that were read.
    pub fn is_part(&self) -> bool {
        self.next.is_some()
    }
}

impl OpenArticle {
    /// The URL to request.
    pub fn next(&self) -> &Url {
        &self.next
    }

    /// The number of the page that was read last.
    pub fn read(&self) -> u32 {
        self.read
    }

    /// The article with a further page, `None` where that is no article, and how it goes on. A page that cannot be read, that is one of
    /// another article, or that says nothing new changes nothing and is the last one requested.
    pub fn join(&self, further: Result<Option<FurtherPage>, Failure>) -> (Article, Pages) {
        let mut pages = Pages { read: self.read, next: Some(self.next.clone()), failure: None, open: None };
        match further {
            Ok(Some(further)) => {
                let mut article = self.article.clone();
                let is_page = extract::is_further_page(&self.page, &further.url, self.read);
                let is_in_series = extract::replaces_number(&self.page, &further.url);
                // "The strike" and "The strike spreads" are two parts of a series, where the number is part of the address.
                let is_same = (!is_in_series
                    || extract::differ_in_a_number_at_most(&article.title, &further.article.title))
                    && extract::join_page(&mut article, &further.article);
                if is_page && is_same && article.text.len() > self.article.text.len() {
                    let pages = Pages::after(&article, &further.url, self.read + 1, further.next);
                    return (article, pages);
                }
                // The same page again, perhaps with other comments, or the next part of a series: the article is whole.
                let is_repeated = is_same && further.article.text == self.article.text;
                let is_next_article = !is_same && is_in_series;
                if is_page && (is_repeated || is_next_article) {
                    pages.next = None;
                }
            }
            Ok(None) => {}
            Err(failure) => pages.failure = Some(failure),
        }
        (self.article.clone(), pages)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::article::Item;
    use crate::pipeline::headline::headline_of;
    use crate::pipeline::item::broke_off;

    fn url(page: u32) -> Url {
        let path = if page == 1 { String::new() } else { format!("?page={page}") };
        format!("https://a.example/m{path}").parse().unwrap()
    }

    fn says(text: &str) -> Article {
        let item = Item { title: "The lock".to_owned(), content: text.to_owned(), ..Item::default() };
        headline_of(&item, &url(1))
    }

    fn further(n: u32, title: &str, text: &str) -> FurtherPage {
        FurtherPage { url: url(n), article: Article { title: title.to_owned(), ..says(text) }, next: Some(url(n + 1)) }
    }

    #[test]
    fn pages_are_joined_until_there_are_five() {
        let mut pages = Pages::after_first(&says("1"), Some(url(2)));
        let mut asked = Vec::new();
        let mut text = String::new();
        while let Some(open) = pages.open.take() {
            asked.push(open.next().to_string());
            let n = open.read() + 1;
            let (article, after) = open.join(Ok(Some(further(n, "The lock", &n.to_string()))));
            (text, pages) = (article.text, after);
        }
        assert_eq!(asked, [2, 3, 4, 5].map(|n| url(n).to_string()));
        assert_eq!((text.as_str(), pages.read, pages.next), ("1\n2\n3\n4\n5", 5, Some(url(6))));
    }

    #[test]
    fn a_page_that_does_not_belong_to_it_ends_it() {
        let Pages { open: Some(open), .. } = Pages::after_first(&says("1"), Some(url(2))) else { unreachable!() };
        let elsewhere = |to: &str| FurtherPage { url: to.parse().unwrap(), ..further(2, "The lock", "2") };
        for (what, page, is_part) in [
            ("no answer", Err(broke_off()), true),
            ("no article", Ok(None), true),
            ("another headline", Ok(Some(further(2, "The bridge", "2"))), true),
            ("another article", Ok(Some(elsewhere("https://a.example/the-lock-2"))), true),
            ("another host", Ok(Some(elsewhere("https://b.example/m?page=2"))), true),
            ("the same again", Ok(Some(further(2, "The lock", "1"))), false),
            ("back to the first page", Ok(Some(FurtherPage { url: url(1), ..further(2, "The lock", "1") })), true),
        ] {
            let is_failure = page.is_err();
            let (article, pages) = open.join(page);
            assert_eq!((article.text.as_str(), pages.read, pages.is_part()), ("1", 1, is_part), "{what}");
            assert_eq!((pages.failure.is_some(), pages.open.is_some()), (is_failure, false), "{what}");
        }
        let last = FurtherPage { next: None, ..further(2, "The lock", "2") };
        let (article, pages) = open.join(Ok(Some(last)));
        assert_eq!((article.text.as_str(), pages.read, pages.is_part()), ("1\n2", 2, false));
    }

    #[test]
    fn the_next_part_of_a_series_is_an_article_of_its_own() {
        let part = |n: u32| -> Url { format!("https://a.example/lock-{n}").parse().unwrap() };
        let first = Article { url: part(1), ..says("1") };
        let Pages { open: Some(open), .. } = Pages::after_first(&first, Some(part(2))) else { unreachable!() };
        for (title, expected) in [
            ("The lock, part 2", ("1\n2", 2, false)),
            ("The lock", ("1\n2", 2, false)),
            ("The lock opens again", ("1", 1, false)),
            ("The key", ("1", 1, false)),
        ] {
            let page = FurtherPage { url: part(2), next: None, ..further(2, title, "2") };
            let (article, pages) = open.join(Ok(Some(page)));
            assert_eq!((article.text.as_str(), pages.read, pages.is_part()), expected, "{title}");
        }
    }

    #[test]
    fn nothing_further_is_requested_of_what_is_for_subscribers_or_long_enough() {
        let paid = Article { paywalled: true, ..says("1") };
        for article in [paid, says(&"x".repeat(LONG_TEXT))] {
            let pages = Pages::after_first(&article, Some(url(2)));
            assert!(pages.is_part() && pages.open.is_none());
        }
        let pages = Pages::after_first(&says("1"), None);
        assert!(!pages.is_part() && pages.open.is_none());
    }
}
