//! Feeds, sitemaps and pages in the shapes that outlets have; the words are ours.

use std::fmt::Write as _;

/// A feed item.
pub struct Entry<'a> {
    pub title: &'a str,
    pub link: &'a str,
    /// As RSS writes it.
    pub date: &'a str,
    pub lead: &'a str,
}

/// RSS 2.0 as Drupal writes it: the guid is no address.
pub fn rss(entries: &[Entry]) -> String {
    let mut items = String::new();
    for (at, Entry { title, link, date, lead }) in entries.iter().enumerate() {
        let date = if date.is_empty() { String::new() } else { format!("<pubDate>{date}</pubDate>") };
        let _ = writeln!(
            items,
            "<item><title>{}</title><link>{}</link><description>{}</description>{date}<guid isPermaLink=\"false\">{at} at {}</guid></item>",
            escaped(title),
            escaped(link),
            escaped(lead),
            escaped(link),
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>All news</title><link>http://unused.example/</link><description>News</description>\n{items}</channel></rss>"
    )
}

/// A feed of `count` articles, `/a/1` … on one host, all published on Saturday.
pub fn numbered_feed(url: impl Fn(&str) -> String, count: usize) -> String {
    let items: Vec<(String, String)> =
        (1..=count).map(|n| (format!("Kraanvogel number {n} has landed"), url(&format!("/a/{n}")))).collect();
    let entries: Vec<Entry> = items
        .iter()
        .map(|(title, link)| Entry { title, link, date: "Sat, 10 Oct 2026 10:00:00 +0200", lead: "" })
        .collect();
    rss(&entries)
}

/// Article `n` of [`numbered_feed`]: each a text of its own, about a Kraanvogel.
pub fn numbered_page(n: usize) -> String {
    page(
        &format!("Kraanvogel number {n} has landed"),
        "2026-10-10T10:00:00+02:00",
        &[
            &format!(
                "The Kraanvogel with the number {n} came down on the quay at noon, and {n} people stood there to look at it."
            ),
            "Nobody had expected it before the evening, said the harbour master, who had gone home for lunch.",
            &format!("It will stay for {n} days, after which it goes on to the south with the others of its kind."),
        ],
    )
}

/// An article page with what most outlets say of it: JSON-LD, OpenGraph, paragraphs.
pub fn page(title: &str, published: &str, paragraphs: &[&str]) -> String {
    page_in("en", title, published, paragraphs)
}

/// The same in another language.
pub fn page_in(language: &str, title: &str, published: &str, paragraphs: &[&str]) -> String {
    let ld = serde_json::json!({
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": published,
        "author": { "@type": "Person", "name": "Nora Terwilgen" },
    });
    let mut body = String::new();
    for paragraph in paragraphs {
        let _ = writeln!(body, "<p>{}</p>", escaped(paragraph));
    }
    format!(
        "<!DOCTYPE html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <meta property=\"og:type\" content=\"article\"><meta property=\"og:title\" content=\"{title}\">\n\
         <script type=\"application/ld+json\">{ld}</script></head>\n\
         <body><nav><a href=\"/\">Home</a></nav><main><article><h1>{title}</h1>\n{body}</article></main>\n\
         <footer>All rights reserved</footer></body></html>",
        title = escaped(title),
    )
}

/// A sitemap of addresses, each with the day of its last change.
pub fn sitemap(places: &[(String, &str)]) -> String {
    let mut urls = String::new();
    for (place, changed) in places {
        let _ = writeln!(urls, "<url><loc>{}</loc><lastmod>{changed}</lastmod></url>", escaped(place));
    }
    format!("<?xml version=\"1.0\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>")
}

/// An index of sitemaps.
pub fn sitemap_index(places: &[(String, &str)]) -> String {
    let mut maps = String::new();
    for (place, changed) in places {
        let _ = writeln!(maps, "<sitemap><loc>{}</loc><lastmod>{changed}</lastmod></sitemap>", escaped(place));
    }
    format!(
        "<?xml version=\"1.0\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{maps}</sitemapindex>"
    )
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
