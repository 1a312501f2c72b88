//! Sitemaps and listing pages.

use super::*;

#[test]
fn news_sitemaps_are_parsed() {
    let text = r#"<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
      xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><image:image><image:loc>https://a.example/p.jpg</image:loc><image:title>Photo</image:title></image:image>
        <loc> https://a.example/1 </loc><lastmod>2026-10-05T14:28:25.674Z</lastmod><n:news><n:publication><n:name>A</n:name>
        <n:language>FR</n:language></n:publication><n:publication_date>2026-10-05T16:28:25+02:00</n:publication_date>
        <n:title><![CDATA[L'été & l'hiver]]></n:title></n:news></url>
      <url><loc>https://a.example/2</loc><lastmod>2026-10-05T14:28:25Z</lastmod>
        <n:news><n:publication_date>2026-10-05T10:00:00Z</n:publication_date></n:news></url>
      <url><loc>ftp://a.example/3</loc></url><url><loc>https://a.example/4</loc><url><loc>https://a.exam"#;
    let found = parse_channel(&page("https://a.example/s.xml", text), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap();
    let urls: Vec<_> = found.items.iter().map(|i| i.url.as_ref().unwrap().path()).collect();
    assert_eq!(urls, ["/1", "/2", "/4"]);
    assert_eq!((found.items[0].title.as_str(), found.items[0].language.as_str()), ("L'été & l'hiver", "fr"));
    assert_eq!(found.items[0].published_at, None, "it may be the date of the last edit");
    assert_eq!(found.items[0].modified_at, "2026-10-05T14:28:25Z".parse().ok());
    assert_eq!(found.items[1].published_at, "2026-10-05T10:00:00Z".parse().ok());
    assert_eq!(found.dropped.len(), 2);

    let odd = "<s:urlset xmlns:s='urn:odd'><s:url><s:loc>https://a.example/1</s:loc></s:url></s:urlset>";
    let found = parse_channel(&page("https://a.example/s.xml", odd), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap();
    assert_eq!(found.items.len(), 1);

    let index = "<sitemapindex><sitemap><loc>/a.xml.gz</loc><lastmod>2026-10-05</lastmod></sitemap><sitemap><loc>b.xml</loc></sitemap>";
    let found =
        parse_channel(&page("https://a.example/i/s.xml", index), &ChannelKind::Sitemap, &TimeZone::UTC).unwrap();
    let nested: Vec<_> = found.nested.iter().map(|n| (n.url.as_str(), n.modified_at.is_some())).collect();
    assert_eq!(nested, [("https://a.example/a.xml.gz", true), ("https://a.example/i/b.xml", false)]);
    assert_eq!(found.items, []);
}

#[test]
fn listing_pages_are_parsed() {
    let text = r##"<!DOCTYPE html><html lang="fr-BE"><head><base href="/actu/"><title>Belgique &amp; monde</title></head><body>
      <nav><a href="/actu/belgique">Belgique</a></nav>
      <article><a href="politique/un/2026-10-03/article/1"><img src="x.jpg" alt="Photo du jour"></a>
        <a class="sec" href="politique/un/2026-10-03/article/1#c">Les réactions des lecteurs, une à une</a>
        <a href="politique/un/2026-10-03/article/1"><time>3 octobre 2026</time></a><a href="politique/un/2026-10-03/article/1">Lire la suite…</a>
        <h2><a href="/actu/politique/un/2026-10-03/article/1">Un <b>premier</b> titre</a></h2>
        <time datetime="2026-10-03T10:08:11">Hier</time></article>
      <article><a href="deux/2026-10-03/article/2"><span class="tag">Sport</span><h3>Deuxième titre</h3><p>Un chapeau.</p></a>
        <span data-timestamp="1790000000"></span></article>
      <article><a href="trois/2026-10-02/article/3" title="Troisième titre"></a></article>
      <article><a href="quatre/article/4"></a><h3>Quatrième titre</h3></article>
      <article><a href="javascript:x()">x</a><a href="#top">top</a><a href="mailto:a@b.example">m</a></article>
      </body></html>"##;
    let at = page("https://r.example/actu/belgique?page=1", text);
    let list = |link: &str| {
        parse_channel(
            &at,
            &ChannelKind::Page { link: link.into() },
            &jiff::tz::TimeZoneDatabase::bundled().get("Europe/Brussels").unwrap(),
        )
    };
    let found = list("article a").unwrap();
    let short: Vec<_> = found
        .items
        .iter()
        .map(|i| {
            (
                i.url.as_ref().unwrap().path(),
                i.title.as_str(),
                i.published_at.map(|t| t.to_string()).unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        short,
        [
            ("/actu/politique/un/2026-10-03/article/1", "Un premier titre", "2026-10-03T08:08:11Z".into()),
            ("/actu/deux/2026-10-03/article/2", "Deuxième titre", "2026-09-21T14:13:20Z".into()),
            ("/actu/trois/2026-10-02/article/3", "Troisième titre", String::new()),
            ("/actu/quatre/article/4", "Quatrième titre", String::new()),
        ]
    );
    assert_eq!((found.title.as_str(), found.language.as_str()), ("Belgique & monde", "fr-be"));
    let by_card = list("article").unwrap();
    assert_eq!(
        by_card.items.iter().map(|i| i.title.as_str()).collect::<Vec<_>>(),
        short.iter().map(|s| s.1).collect::<Vec<_>>()
    );
    assert_eq!(list("h3").unwrap().items.len(), 1, "the link around a heading");
    assert_eq!(list("div.none").unwrap().items, []);
    assert!(list("a[").unwrap_err().to_string().contains("not a valid CSS selector"));
    let feed = parse_channel(&page("https://r.example/", RSS), &ChannelKind::Page { link: "a".into() }, &TimeZone::UTC);
    assert_eq!(feed.unwrap_err().to_string(), "a feed, not a page with links");
}

#[test]
fn labels_beside_a_headline_are_separate_words() {
    let kicker = "<span class=\"kicker\">Infrastructuur</span><span>Brug in <b>M</b>aldegem dicht</span>";
    let listing = page("https://r.example/nieuws", &format!("<h2><a href=\"/a-1\">{kicker}</a></h2>"));
    let listed = parse_channel(&listing, &ChannelKind::Page { link: "h2 a".into() }, &TimeZone::UTC).unwrap();
    let from_feed = feed(&format!(
        "<rss><item><title><![CDATA[{kicker}]]></title><description><![CDATA[<p><strong>MALDEGEM</strong>De brug</p>]]></description></item>"
    ));
    assert_eq!(listed.items[0].title, "Infrastructuur Brug in Maldegem dicht");
    assert_eq!(from_feed.items[0].title, "Infrastructuur Brug in Maldegem dicht");
    assert_eq!(from_feed.items[0].summary, "MALDEGEM De brug");
}
