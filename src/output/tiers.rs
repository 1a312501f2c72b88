//! The ranks of the outlets that reported, as a table of the press review.

use std::collections::{BTreeMap, BTreeSet};

use super::figure_table::figure_table;
use super::markup::Markup;
use super::words::Frame;
use crate::digest::Digest;
use crate::model::ArticleId;

/// What outlets of one rank reported.
#[derive(Default)]
struct Rank<'a> {
    /// With how many readers each has, where that is known.
    outlets: BTreeMap<&'a str, Option<u32>>,
    articles: BTreeSet<ArticleId>,
}

/// Outlets and articles by tier, the front rank first and the outlets without one last; nothing if none has a tier.
pub(super) fn tiers(html: &mut Markup, digest: &Digest, frame: &Frame) {
    // Numbers above all tiers stand for none.
    let mut ranks: BTreeMap<u16, Rank> = BTreeMap::new();
    for mention in digest.mentions() {
        let rank = ranks.entry(mention.facts.tier.map_or(u16::MAX, u16::from)).or_default();
        rank.outlets.insert(&mention.outlet, mention.facts.reach);
        rank.articles.insert(mention.article);
    }
    if ranks.keys().all(|tier| *tier == u16::MAX) {
        return;
    }
    let texts = frame.texts();
    let has_reach = ranks.values().flat_map(|rank| rank.outlets.values()).any(Option::is_some);
    html.open("section", &[]);
    html.element("h2", &[], texts.tier_heading);
    let names = [texts.tier, texts.outlets_name, texts.articles_name].into_iter();
    let columns: Vec<&str> = names.chain(has_reach.then_some(texts.reach)).collect();
    let rows = ranks.into_iter().map(|(tier, rank)| {
        let name = if tier == u16::MAX { texts.no_tier.to_owned() } else { tier.to_string() };
        let mut row = vec![name, frame.figure(rank.outlets.len()), frame.figure(rank.articles.len())];
        if has_reach {
            let known: Vec<u64> = rank.outlets.values().flatten().copied().map(u64::from).collect();
            let sum = usize::try_from(known.iter().sum::<u64>()).unwrap_or(usize::MAX);
            row.push(if known.is_empty() { "–".to_owned() } else { frame.figure(sum) });
        }
        row
    });
    figure_table(html, &columns, rows);
    html.close();
    html.line();
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use scraper::Html;

    use super::*;
    use crate::output::samples::{frame, kind, texts};
    use crate::source::OutletFacts;

    fn drawn(digest: &Digest) -> Vec<String> {
        let mut html = Markup::default();
        tiers(&mut html, digest, &frame());
        let page = Html::parse_document(&html.finish());
        texts(&page, "h2, th, td").iter().map(|text| text.trim().to_owned()).collect()
    }

    #[test]
    fn outlets_and_articles_by_tier_where_one_has_a_tier() {
        let facts = |tier, reach| Arc::new(OutletFacts { tier, reach, ..OutletFacts::default() });
        let mut digest = kind();
        assert_eq!(drawn(&digest), [""; 0]);
        // Two articles of Le Phare, and one of Vitrine.
        let stories = &mut digest.watches[0].stories;
        stories[0].first.facts = facts(Some(2), None);
        stories[1].first.facts = facts(Some(2), None);
        let none = ["By tier of the outlets", "tier", "outlets", "articles", "2", "1", "2", "none", "1", "1"];
        assert_eq!(drawn(&digest), none);
        digest.watches[0].stories[0].copies[0].facts = facts(Some(1), Some(1_250_000));
        let reach = ["By tier of the outlets", "tier", "outlets", "articles", "reach"];
        let rows = ["1", "1", "1", "1,250,000", "2", "1", "2", "–"];
        assert_eq!(drawn(&digest), [&reach[..], &rows].concat());
        // What two watches match is one article.
        let mut twice = digest.watches[0].clone();
        twice.name = "Herons".to_owned();
        digest.watches.push(twice);
        assert_eq!(drawn(&digest), [&reach[..], &rows].concat());
    }
}
