//! Splits an aggregator's entry that lists articles of several outlets into one item per article.

use url::Url;

use super::collect::Collected;
use super::entry::{ListedArticle, MAX_TITLE, MAX_WORD, resolve_link};
use super::xml::{XmlToken, XmlTokens};
use crate::article::Item;
use crate::text::fold::key;
use crate::text::markup;

/// The most articles that an entry may list.
const MAX_LISTED: usize = 20;
/// Longer text beside a link is not an outlet's name.
const MAX_OUTLET: usize = 80;

/// One point of a list while it is parsed.
#[derive(Default)]
struct Point {
    href: Option<String>,
    links: usize,
    title: String,
    beside: String,
}

/// The articles that a description lists, if each point of its list consists of one link with the outlet's name beside
/// it. Empty for any other description.
pub fn listed_articles(description: &Collected, base: &Url) -> Vec<ListedArticle> {
    let html = description.html();
    if !["<ol", "<ul", "<OL", "<UL"].iter().any(|list| html.contains(list)) {
        return Vec::new();
    }
    let (mut points, mut point, mut is_in_link) = (Vec::new(), None::<Point>, false);
    for token in XmlTokens::new(html) {
        match token {
            XmlToken::Open(tag) if tag.name == "li" => points.extend(point.replace(Point::default())),
            XmlToken::Close(name) if matches!(&*name, "li" | "ol" | "ul") => points.extend(point.take()),
            XmlToken::Open(tag) if tag.name == "a" => {
                is_in_link = true;
                if let Some(point) = &mut point {
                    point.links += 1;
                    point.href = point.href.take().or_else(|| tag.attribute("href"));
                }
            }
            XmlToken::Close(name) if name == "a" => is_in_link = false,
            XmlToken::Text(text) | XmlToken::Cdata(text) => {
                if let Some(point) = &mut point {
                    let into = if is_in_link { &mut point.title } else { &mut point.beside };
                    if into.len() < 4 * MAX_TITLE {
                        into.push_str(text);
                    }
                }
            }
            XmlToken::Open(_) | XmlToken::Close(_) => {}
        }
        if points.len() > MAX_LISTED {
            return Vec::new();
        }
    }
    points.extend(point);
    let articles: Vec<ListedArticle> = points.iter().filter_map(|point| article(point, base)).collect();
    // A list that also has other points is the outlet's own: facts, or further reading.
    if articles.len() == points.len() && articles.len() > 1 { articles } else { Vec::new() }
}

fn article(point: &Point, base: &Url) -> Option<ListedArticle> {
    let url = point.href.as_deref().and_then(|href| resolve_link(href, base)).filter(|_| point.links == 1)?;
    let title = markup::from_text(&point.title, MAX_TITLE);
    let beside = markup::from_text(&point.beside, MAX_WORD);
    let outlet = beside.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, ')' | '!' | '+' | '.')).to_owned();
    let is_name = !outlet.is_empty() && outlet.chars().count() <= MAX_OUTLET;
    (is_name && !title.is_empty()).then_some(ListedArticle { url, title, outlet })
}

/// The items of an entry: its own, and one for each further article that it lists. The list is ignored unless it covers
/// the entry's own event, as an aggregator's does, or one that begins with the entry itself.
pub fn split_cluster(mut item: Item, listed: Vec<ListedArticle>) -> Vec<Item> {
    let title = key(&item.title);
    let is_self = |article: &ListedArticle| key(&article.title) == title || Some(&article.url) == item.url.as_ref();
    if listed.is_empty() || (item.outlet.is_empty() && !listed.iter().any(is_self)) {
        return vec![item];
    }
    let (own, others): (Vec<_>, Vec<_>) = listed.into_iter().partition(is_self);
    // The summary consisted of the headlines of all the articles.
    item.summary.clear();
    item.content.clear();
    if let Some(own) = own.into_iter().next().filter(|_| item.outlet.is_empty()) {
        item.outlet = own.outlet;
    }
    let more = others.into_iter().map(|other| Item {
        url: Some(other.url),
        title: other.title,
        outlet: other.outlet,
        published_at: item.published_at,
        language: item.language.clone(),
        ..Item::default()
    });
    let more: Vec<Item> = more.collect();
    std::iter::once(item).chain(more).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use jiff::tz::TimeZone;

    use crate::article::Page;
    use crate::channel::parse_channel;
    use crate::source::{ChannelKind, SearchSyntax};

    fn items(title: &str, description: &str, source: &str) -> Vec<String> {
        let text = format!(
            "<rss><channel><item><title>{title}</title><link>http://s.example/1</link>\
             <description><![CDATA[{description}]]></description>{source}</item></channel></rss>"
        );
        let page = Page { url: "http://s.example/feed".parse().unwrap(), text };
        let announced = parse_channel(&page, &ChannelKind::Search(SearchSyntax::default()), &TimeZone::UTC).unwrap();
        let line = |item: &crate::article::Item| {
            format!("{} {} ({}) {}", item.url.as_ref().unwrap().path(), item.title, item.outlet, item.summary)
        };
        announced.items.iter().map(line).collect()
    }

    #[test]
    fn only_a_list_of_outlets_is_several_articles() {
        let point = |path: &str, title: &str, beside: &str| format!("<li><a href='{path}'>{title}</a>{beside}</li>");
        let two = format!(
            "<ol>{}{}</ol>",
            point("/1", "The lock", "&nbsp;&nbsp;<font color='#6f6f6f'>Gazet</font>"),
            point("/2", "The quay", " – Blad")
        );
        let expected = ["/1 The lock (Gazet) ", "/2 The quay (Blad) "];
        assert_eq!(items("The lock - Gazet", &two, "<source url='http://g.example'>Gazet</source>"), expected);
        assert_eq!(items("The lock", &two, ""), expected, "the list begins with the entry itself");
        for (name, description) in [
            ("what else to read", format!("<ul>{}{}</ul>", point("/3", "A bird", ""), point("/4", "A boat", ""))),
            ("facts", "<ul><li>Two days</li><li>One gate</li></ul>".to_owned()),
            ("one alone", format!("<ol>{}</ol>", point("/1", "The lock", " Gazet"))),
            (
                "two links in a point",
                format!("<ol>{}<li><a href=/5>A</a> and <a href=/6>B</a></li></ol>", point("/1", "The lock", " Gazet")),
            ),
            ("of others", format!("<ul>{}{}</ul>", point("/3", "A bird", " 12 May"), point("/4", "A boat", " 13 May"))),
        ] {
            assert_eq!(items("The lock", &description, "").len(), 1, "{name}");
        }
    }
}
