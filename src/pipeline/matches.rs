//! What watches find in an article, and in what channels say of it.

use super::Knowledge;
use crate::article::{Article, Item};
use crate::query::{Document, Field, Hit, Match, Matcher};
use crate::source::Source;
use crate::text::fold::{fold, key};

/// That a watch matches an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArticleMatch {
    /// Which watch, as [`Match::watch`].
    pub watch: usize,
    /// See [`Match::terms`].
    pub terms: Vec<String>,
    /// See [`Match::snippet`].
    pub snippet: String,
    /// See [`Match::hits`].
    pub hits: Vec<PlacedHit>,
}

/// One place where a term stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedHit {
    /// Where.
    pub place: HitPlace,
    /// Its first character, counted in characters of the field.
    pub start: usize,
    /// Behind its last character.
    pub end: usize,
    /// As it stands there, white space folded.
    pub term: String,
}

/// The field of an article, or the words of a channel, in which a term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitPlace {
    /// A field of the article.
    Article(Field),
    /// A headline that a feed, a sitemap, a listing or a search gave it.
    ChannelTitle,
    /// A lead or a text that a channel gave it.
    ChannelSummary,
}

impl HitPlace {
    /// As it stands in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Article(field) => field.name(),
            Self::ChannelTitle => "channel_title",
            Self::ChannelSummary => "channel_summary",
        }
    }

    /// For people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Article(field) => field.name(),
            Self::ChannelTitle => "headline in the feed",
            Self::ChannelSummary => "lead in the feed",
        }
    }
}

impl From<Match> for ArticleMatch {
    fn from(found: Match) -> Self {
        let placed = |hit: Hit| PlacedHit {
            place: HitPlace::Article(hit.field),
            start: hit.start,
            end: hit.end,
            term: hit.term,
        };
        let Match { watch, terms, snippet, hits } = found;
        Self { watch, terms, snippet, hits: hits.into_iter().map(placed).collect() }
    }
}

impl ArticleMatch {
    /// Whether it matches only together with what channels say of the article.
    pub fn is_beside(&self) -> bool {
        self.hits.iter().any(|hit| !matches!(hit.place, HitPlace::Article(_)))
    }
}

/// An article of a source as a query looks at it.
pub fn document<'a>(source: &'a Source, article: &'a Article) -> Document<'a> {
    Document {
        title: &article.title,
        summary: &article.summary,
        text: &article.text,
        author: &article.author,
        outlet: &source.name,
        url: article.url.as_str(),
        language: &article.language,
        published_at: article.published_at,
        facts: Some(&source.facts),
    }
}

/// The watches that match an article of a source, by what it says or by what channels say of it.
pub fn matches(knowledge: &Knowledge, source: &Source, article: &Article, item: &Item) -> Vec<ArticleMatch> {
    matches_beside(&knowledge.matcher, &document(source, article), item)
}

/// The watches that match a document, and those that match it only together with the words of its channels.
pub fn matches_beside(matcher: &Matcher, document: &Document, item: &Item) -> Vec<ArticleMatch> {
    let mut found: Vec<ArticleMatch> = matcher.matches(document).into_iter().map(ArticleMatch::from).collect();
    let (titles, summaries) = beside(matcher, document, item);
    if titles.is_empty() && summaries.is_empty() {
        return found;
    }
    // The page's headline and lead stand before its text: a query may want one word of the channel and one of them.
    let own = [document.title, document.summary, document.text];
    let text = own.join("\n");
    let told = Document { title: &titles, summary: &summaries, text: &text, ..*document };
    let is_known = |new: &Match| found.iter().any(|known| known.watch == new.watch);
    let new: Vec<ArticleMatch> = matcher
        .matches(&told)
        .into_iter()
        .filter(|new| !is_known(new) && new.hits.iter().any(|hit| matches!(hit.field, Field::Title | Field::Summary)))
        .map(|found| placed(found, own))
        .collect();
    found.extend(new);
    found.sort_by_key(|found| found.watch);
    found
}

/// The headlines and the leads that channels gave an article, a line each, without those that the article itself has; none if they hold
/// nothing that a watch looks for.
fn beside(matcher: &Matcher, document: &Document, item: &Item) -> (String, String) {
    let titles = || item.titles();
    let summaries = || item.summaries().chain(item.content.lines());
    let is_wanted =
        |text| matcher.has_word_of(&Document { summary: text, language: document.language, ..Document::default() });
    if !titles().chain(summaries()).any(is_wanted) {
        return (String::new(), String::new());
    }
    let title = key(document.title);
    let own = fold(&[document.summary, document.text].join("\n"));
    let is_new = |words: &&str| !own.contains(fold(words.trim_end_matches(['.', '…', ' '])).as_str());
    let titles: Vec<&str> = titles().filter(|words| key(words) != title).collect();
    (titles.join("\n"), summaries().filter(is_new).collect::<Vec<_>>().join("\n"))
}

/// A match in the words of channels, with each hit where it stands.
fn placed(found: Match, own: [&str; 3]) -> ArticleMatch {
    let [title, summary, _] = own.map(|part| part.chars().count() + 1);
    let place = |hit: Hit| {
        let (place, before) = match hit.field {
            Field::Title => (HitPlace::ChannelTitle, 0),
            Field::Summary => (HitPlace::ChannelSummary, 0),
            Field::Text if hit.start < title => (HitPlace::Article(Field::Title), 0),
            Field::Text if hit.start < title + summary => (HitPlace::Article(Field::Summary), title),
            Field::Text => (HitPlace::Article(Field::Text), title + summary),
            other => (HitPlace::Article(other), 0),
        };
        PlacedHit { place, start: hit.start - before, end: hit.end.saturating_sub(before), term: hit.term }
    };
    let Match { watch, terms, snippet, hits } = found;
    ArticleMatch { watch, terms, snippet, hits: hits.into_iter().map(place).collect() }
}

/// Where a watch matches, as the store keeps it and `explain` prints it.
pub fn hits_json(hits: &[PlacedHit]) -> serde_json::Value {
    let hit = |hit: &PlacedHit| serde_json::json!({ "field": hit.place.name(), "start": hit.start, "end": hit.end, "term": hit.term });
    hits.iter().map(hit).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::query::{Query, Watch};

    #[test]
    fn what_a_channel_says_is_matched_beside_the_page() {
        let page = Document {
            title: "Brand in loods",
            summary: "Alles onder controle.",
            text: "De loods is leeg.",
            ..Document::default()
        };
        let item = |title: &str, summary: &str| Item {
            title: title.to_owned(),
            summary: summary.to_owned(),
            ..Item::default()
        };
        let plain = item("Brand in loods", "Alles onder controle …");
        let other = item("Brand in Maldegem: gezinnen weg", "Zonder gewonden.");
        let later = Item { other_titles: "Burgemeester bij de loods\nBrand geblust".to_owned(), ..plain.clone() };
        let whole = Item { content: "De loods.\nTwee pompiers hielpen.".to_owned(), ..plain.clone() };
        for (query, item, expected) in [
            ("brand", &plain, "title 0-5"),
            ("maldegem", &plain, ""),
            ("maldegem", &other, "channel_title 9-17"),
            ("gewonden", &other, "channel_summary 7-15"),
            ("maldegem AND leeg", &other, "channel_title 9-17, text 12-16"),
            ("maldegem AND controle", &other, "channel_title 9-17, summary 12-20"),
            ("maldegem AND loods", &other, "channel_title 9-17, title 9-14, text 3-8"),
            ("maldegem NOT leeg", &other, ""),
            ("title:maldegem", &other, "channel_title 9-17"),
            ("text:maldegem", &other, ""),
            ("text:controle", &other, ""),
            ("geblust", &later, "channel_title 32-39"),
            ("pompiers", &whole, "channel_summary 5-13"),
        ] {
            let matcher = Matcher::new(&[Watch::new("W", Query::parse(query).unwrap())]);
            let found = matches_beside(&matcher, &page, item);
            let hits = found.iter().flat_map(|found| &found.hits);
            let hits: Vec<String> = hits.map(|hit| format!("{} {}-{}", hit.place.name(), hit.start, hit.end)).collect();
            assert_eq!(hits.join(", "), expected, "{query}");
        }
    }
}
