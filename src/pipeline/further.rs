//! The answer for a further page of an article → the article with what that page adds.

use jiff::Timestamp;

use super::Knowledge;
use super::body::{DecodedResponse, not_text};
use super::item::{ReadArticle, Target, broke_off, of_pages, wishes};
use super::pages::{FurtherPage, OpenArticle};
use crate::answer::Failure;
use crate::article::{NotArticle, Page};
use crate::extract::{self, PageContext, PageVerdict};
use crate::politeness::Wishes;

/// Joins what requesting the next page of an article gave to the article: matches, language and all else are those of the whole.
pub fn read_further(
    knowledge: &Knowledge,
    target: &Target,
    first: &ReadArticle,
    result: Result<DecodedResponse, Failure>,
    now: Timestamp,
) -> ReadArticle {
    let Some(open) = first.pages.open.as_deref() else { return first.clone() };
    let owner = first.owner.as_ref().and_then(|name| knowledge.sources.get(name));
    let target = &Target { source: owner.unwrap_or(target.source), ..*target };
    let mut asked = Wishes::default();
    let further = result.and_then(|decoded| if decoded.response.complete { Ok(decoded) } else { Err(broke_off()) });
    let further = further.map(|DecodedResponse { page, response }| {
        let (further, wishes) = further_page(knowledge, target, open, &page, response.content_type.as_deref(), now)?;
        asked = response.wishes.and(wishes);
        Some(further)
    });
    let (article, pages) = open.join(further);
    let is_joined = pages.read > first.pages.read;
    let of_first = first.wishes.clone();
    ReadArticle {
        wishes: if is_joined { asked.and(of_first) } else { of_first },
        sure_date: first.sure_date,
        owner: first.owner.clone(),
        // They are those of the first page: were it unchanged, the others would not be looked at.
        validators: None,
        ..of_pages(knowledge, target, article, pages)
    }
}

fn further_page(
    knowledge: &Knowledge,
    target: &Target,
    open: &OpenArticle,
    page: &Page,
    content_type: Option<&str>,
    now: Timestamp,
) -> Option<(FurtherPage, Wishes)> {
    if not_text(content_type, &page.text).is_some() {
        return None;
    }
    let Target { source, item, .. } = *target;
    let context = PageContext {
        select: &source.select,
        language: source.language.as_deref(),
        zone: &knowledge.zone,
        now,
        item: Some(item),
        outlet: &source.name,
    };
    let report = extract::read_nth(page, &context, open.read() + 1);
    let article = match report.verdict {
        PageVerdict::Article(article) => *article,
        // The last page may have but a few words.
        PageVerdict::NotArticle(NotArticle::Bare | NotArticle::NoText) => *report.article_as_far_as_known?,
        PageVerdict::NotArticle(_) => return None,
    };
    Some((FurtherPage { url: page.url.clone(), article, next: report.next_page }, wishes(&report.robots)))
}
