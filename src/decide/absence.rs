//! Whether the page of a mentioned article was taken down.

use jiff::Timestamp;
use url::Url;

use super::Change;
use crate::answer::{Failure, Response};
use crate::canonical_url;
use crate::model::ArticleId;

/// What a later request says of whether a page is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It answered.
    There,
    /// It is gone: not found, removed, or a redirect to the home page.
    Missing,
    /// No usable response: a timeout, a refusal, a bot wall.
    Unknown,
}

impl Presence {
    /// What the answer to a request of this page says.
    pub fn of_page(page: &Url, result: &Result<Response, Failure>) -> Self {
        match result {
            Ok(response) if is_home(&response.url, page) => Self::Missing,
            Ok(_) => Self::There,
            Err(failure) if matches!(failure.status, Some(404 | 410)) => Self::Missing,
            Err(_) => Self::Unknown,
        }
    }
}

/// Whether a URL that answered is the home page of the site of `page`, but not `page` itself: `/`, `/nl/`, `/index.html`.
fn is_home(url: &Url, page: &Url) -> bool {
    let is_root = |url: &Url| {
        let path = url.path().trim_matches('/').to_ascii_lowercase();
        let name = path.split_once('.').map_or(path.as_str(), |(name, _)| name);
        matches!(name, "" | "index" | "home") || path.len() == 2 && path.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    let is_same_site = url.host() == page.host() || canonical_url::same_site(url, page);
    let is_other = url.path() != page.path() || page.query().is_some();
    is_same_site && is_other && url.query().is_none() && is_root(url)
}

/// A page that was gone when it was last requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    /// When it was first found to be gone.
    pub since: Timestamp,
    /// When a later request confirmed it.
    pub confirmed_at: Option<Timestamp>,
}

/// What a later request of a page changes: one that is gone twice in a row was taken down, because once may be a mishap of
/// the server. `None`: nothing changes.
pub fn decide_absence(
    article: ArticleId,
    known: Option<Absence>,
    presence: Presence,
    now: Timestamp,
) -> Option<Change<'static>> {
    let missing = match (presence, known) {
        (Presence::There, Some(_)) => None,
        (Presence::Missing, None) => Some(Absence { since: now, confirmed_at: None }),
        (Presence::Missing, Some(Absence { since, confirmed_at: None })) => {
            Some(Absence { since, confirmed_at: Some(now) })
        }
        _ => return None,
    };
    Some(Change::NoteAbsence(article, missing))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn a_redirect_to_the_home_page_leads_away_from_the_article() {
        for (url, expected) in [
            ("https://gazet.example/", true),
            ("https://www.gazet.example/nl/", true),
            ("https://gazet.example/index.html", true),
            ("https://gazet.example/a/1", false),
            ("https://gazet.example/regio", false),
            // A consent page or a search.
            ("https://gazet.example/?back=/a/1", false),
            ("https://consent.example/", false),
        ] {
            let page = Url::parse("https://gazet.example/a/1").unwrap();
            assert_eq!(is_home(&Url::parse(url).unwrap(), &page), expected, "{url}");
        }
        // Sites that have an article at their root, by a query.
        let page = Url::parse("https://gazet.example/?p=1").unwrap();
        assert!(!is_home(&page, &page));
        assert!(is_home(&Url::parse("https://gazet.example/").unwrap(), &page));
    }

    #[test]
    fn a_page_that_is_gone_twice_in_a_row_was_taken_down() {
        use Presence::{Missing, There, Unknown};
        for (requests, expected) in [
            (&[There][..], None),
            (&[Missing], Some((0, None))),
            (&[Missing, Missing], Some((0, Some(1)))),
            // A page may be unreachable in between, and its absence has one beginning.
            (&[There, Missing, Unknown, Missing, Missing], Some((1, Some(3)))),
            (&[Missing, There, Missing], Some((2, None))),
            (&[Missing, Missing, Unknown], Some((0, Some(1)))),
            (&[Missing, Missing, There], None),
            (&[Unknown, Unknown], None),
        ] {
            let hour = |hour: i64| Timestamp::from_second(hour * 3600).unwrap();
            let mut known = None;
            for (at, presence) in (0..).zip(requests) {
                if let Some(change) = decide_absence(ArticleId(1), known, *presence, hour(at)) {
                    let Change::NoteAbsence(ArticleId(1), absence) = change else { unreachable!("{change:?}") };
                    known = absence;
                }
            }
            let expected =
                expected.map(|(since, confirmed)| Absence { since: hour(since), confirmed_at: confirmed.map(hour) });
            assert_eq!(known, expected, "{requests:?}");
        }
    }
}
