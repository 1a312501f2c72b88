//! Six outlets and a search engine, in the shapes of real ones, in an imagined week at a harbour.

use super::answer::{Answer, gzip};
use super::pages::{Entry, page_in, rss, sitemap, sitemap_index};
use super::server::Outlet;

/// A report of the agency, word for word at three outlets.
pub const AGENCY: [&str; 3] = [
    "Les dockers du quai Est ont cessé le travail samedi matin, a indiqué la capitainerie. Une trentaine de grues sont à l’arrêt.",
    "Le syndicat réclame des casques neufs et une heure de repos de plus par nuit, après deux accidents survenus cet été sous la grue 14.",
    "La direction propose une rencontre lundi. Aucun navire n’a été détourné pour l’instant, précise la capitainerie.",
];

/// Subscriber content that is hidden in the page.
pub const HIDDEN: &str = "Le coffre du syndicat contenait onze mille casques, révèle un document secret.";

const NEWS: &str = "Quayside strike";

pub struct Press {
    /// Drupal: RSS in Dutch.
    pub kade: Outlet,
    /// Arc: RSS and a news sitemap in French, partly for subscribers.
    pub phare: Outlet,
    /// No feed: a page of links, in windows-1252.
    pub canal: Outlet,
    /// An aggregator: found by search, read as JSON.
    pub vitrine: Outlet,
    /// The search engine that finds the aggregator's articles.
    pub search: Outlet,
    /// Atom in English, compressed, with an article that has moved.
    pub post: Outlet,
    /// An index of compressed sitemaps, in German.
    pub kiste: Outlet,
}

impl Press {
    /// Opens all of them with their news of the week.
    pub fn open() -> Self {
        let press = Self {
            kade: Outlet::open(),
            phare: Outlet::open(),
            canal: Outlet::open(),
            vitrine: Outlet::open(),
            search: Outlet::open(),
            post: Outlet::open(),
            kiste: Outlet::open(),
        };
        press.print_kade();
        press.print_phare();
        press.print_canal();
        press.print_vitrine();
        press.print_post();
        press.print_kiste();
        press
    }

    /// Sources and watches for them.
    pub fn config(&self) -> String {
        let [kade, phare, canal, vitrine, search, post, kiste] =
            [&self.kade, &self.phare, &self.canal, &self.vitrine, &self.search, &self.post, &self.kiste]
                .map(Outlet::host);
        let scope = self.vitrine.ip();
        format!(
            r#"
[crawl]
max_age = "30d"

[[watch]]
name = "{NEWS}"
query = 'dokwerk* OR docker* OR (crane NEAR/8 strike)'
search = 'dockers & "quai Est"'

[[watch]]
name = "Herons"
keywords = ["blauwe reiger", "héron"]

[[source]]
name = "De Kade"
language = "nl"
feeds = ["http://{kade}/rss.xml"]

[[source]]
name = "Le Phare"
feeds = ["http://{phare}/arc/rss/?outputType=xml"]
sitemaps = ["http://{phare}/arc/sitemap-news/?outputType=xml"]
identity = '-([A-Z2-7]{{26}})/?$'

[[source]]
name = "Canal Info"
language = "fr"
pages = [{{ url = "http://{canal}/actu", link = "h2 a" }}]
identity = '/article/(\d+)'

[[source]]
name = "Vitrine"
language = "fr"
searches = ["http://{search}/find?q={{query}}&format=rss"]
only = ["{scope}"]
identity = '/ar-(\w+)'

[source.api]
match = '/(?<locale>[a-z]{{2}}-[a-z]{{2}})/.*/ar-(?<id>\w+)'
url = "http://{vitrine}/detail/{{locale}}/{{id}}"
title = "/title"
text = "/body"
summary = "/abstract"
author = "/authors/0/name"
published = "/publishedDateTime"
original_outlet = "/provider/name"
original_url = "/sourceHref"

[[source]]
name = "Harbour Post"
feeds = ["http://{post}/atom"]

[[source]]
name = "Kiste"
sitemaps = ["http://{kiste}/sitemap.xml"]
"#
        )
    }

    pub fn print_kade(&self) {
        let kade = &self.kade;
        let strike = kade.url("/nieuws/haven/dokwerkers-leggen-werk-neer-2026-10-10");
        let heron = kade.url("/nieuws/natuur/reiger-op-kraan-2026-10-09");
        let feed = rss(&[
            Entry {
                title: "Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’",
                link: &strike,
                date: "Sat, 10 Oct 2026 11:05:00 +0200",
                lead: "Aan de Oostkade staat alles stil.",
            },
            Entry {
                title: "Reiger nestelt op kraan 14",
                link: &heron,
                date: "Fri, 09 Oct 2026 09:00:00 +0200",
                lead: "",
            },
            // The same article once more, from the newsletter.
            Entry {
                title: "Dokwerkers leggen het werk neer",
                link: &format!("{strike}?utm_source=brief&utm_medium=email#top"),
                date: "Sat, 10 Oct 2026 11:05:00 +0200",
                lead: "",
            },
            Entry {
                title: "Terugblik op de zomer",
                link: &kade.url("/nieuws/terugblik-op-de-zomer-2026-08-20"),
                date: "Thu, 20 Aug 2026 09:00:00 +0200",
                lead: "",
            },
            Entry {
                title: "Het archief van de kade",
                link: &kade.url("/intern/archief-2026-10-08"),
                date: "Thu, 08 Oct 2026 09:00:00 +0200",
                lead: "Dokwerkers van vroeger.",
            },
        ]);
        kade.serve(
            "/rss.xml",
            Answer::of("application/rss+xml", feed).etag("\"kade-1\"").last_modified("Sat, 10 Oct 2026 09:10:00 GMT"),
        );
        kade.serve("/robots.txt", Answer::text("User-agent: *\nDisallow: /intern/\n"));
        kade.serve(
            "/nieuws/haven/dokwerkers-leggen-werk-neer-2026-10-10",
            page_in("nl", "Dokwerkers leggen het werk neer: ‘Genoeg is genoeg’", "2026-10-10T11:05:00+02:00", &[
                "De dokwerkers aan de Oostkade hebben zaterdagochtend het werk neergelegd. Zij vragen nieuwe helmen en een uur extra rust.",
                "‘Genoeg is genoeg’, zegt vakbondsvrouw Griet Vandewal. ‘Deze zomer ging het twee keer mis onder kraan 14.’",
                "De directie nodigt de bond maandag uit voor een gesprek in het havenhuis, zo meldt een woordvoerder.",
            ]),
        );
        kade.serve(
            "/nieuws/natuur/reiger-op-kraan-2026-10-09",
            page_in("nl", "Reiger nestelt op kraan 14", "2026-10-09T09:00:00+02:00", &[
                "Een blauwe reiger heeft zijn nest gebouwd op de arm van kraan 14, op zestig meter boven het water van de haven.",
                "De kraanman laat hem zitten tot het voorjaar, want er is volgens hem nog een andere kraan die dit werk kan doen.",
            ]),
        );
    }

    fn print_phare(&self) {
        let phare = &self.phare;
        let strike = "/port/2026/10/10/les-dockers-du-quai-est-en-greve-DGRNYVV6AHGXH6Q2ZD6GYMS7QR/";
        let renamed = "/port/2026/10/10/greve-au-quai-est-ce-que-lon-sait-DGRNYVV6AHGXH6Q2ZD6GYMS7QR/";
        let paid = "/economie/2026/10/09/la-caisse-noire-des-dockers-HGQ7I3FKO3OSLQ7SWWGBWTN54I/";
        let feed = rss(&[
            Entry {
                title: "Les dockers du quai Est en grève",
                link: &phare.url(strike),
                date: "Sat, 10 Oct 2026 10:31:00 +0200",
                lead: "Une trentaine de grues à l’arrêt ...",
            },
            Entry {
                title: "La caisse noire des dockers",
                link: &phare.url(paid),
                date: "Fri, 09 Oct 2026 18:00:00 +0200",
                lead: "Enquête",
            },
            Entry { title: "", link: &phare.url(""), date: "", lead: "" },
        ]);
        phare.serve("/arc/rss/?outputType=xml", Answer::of("text/xml", feed).etag("W/\"phare\""));
        // The headline and the slug have changed since; a sitemap's date is that of the last edit.
        phare.serve(
            "/arc/sitemap-news/?outputType=xml",
            Answer::of("application/xml", sitemap(&[(phare.url(renamed), "2026-10-10T20:00:00Z")]))
                .last_modified("Sat, 10 Oct 2026 20:00:00 GMT"),
        );
        let report = page_in("fr", "Les dockers du quai Est en grève", "2026-10-10T08:31:00.000Z", &AGENCY);
        phare.serve(strike, &report).serve(renamed, report);
        let preview = page_in("fr", "La caisse noire des dockers", "2026-10-09T16:00:00Z", &[
            "Depuis trente ans, les dockers du quai Est versent chaque mois une pièce dans une caisse dont personne ne parle.",
            "Notre rédaction a pu consulter les carnets de cette caisse, tenus à la main par trois trésoriers successifs.",
        ])
        .replace("\"headline\"", "\"isAccessibleForFree\":false,\"headline\"")
        .replace("</article>", &format!("<div class=\"paywall\" style=\"display:none\" hidden><p>{HIDDEN}</p></div></article>"));
        phare.serve(paid, preview);
    }

    fn print_canal(&self) {
        let canal = &self.canal;
        canal.serve(
            "/actu",
            format!(
                "<!DOCTYPE html><title>Canal</title><main>\
                 <h2><a href=\"/actu/greve-au-port/2026-10-10/article/4711.html\">Grève au port</a></h2>\
                 <h2><a href=\"{}\">Grève au port: la suite</a></h2>\
                 <h2><a href=\"/actu/meteo/2026-10-10/article/4712.html\">Météo: du soleil</a></h2>\
                 <p><a href=\"/abonnement\">Abonnement</a></p></main>",
                canal.url("/actu/greve-au-port-la-suite/2026-10-10/article/4711.html?xtor=AL-3")
            ),
        );
        // The agency's words in another typography; a date without zone; an old charset.
        let body = AGENCY.map(|line| line.replace('’', "'"));
        let strike = page_in("fr", "Grève au port", "2026-10-10T10:40:00", &body.each_ref().map(String::as_str))
            .replace("<meta charset=\"utf-8\">", "");
        let bytes: Vec<u8> = strike.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for place in [
            "/actu/greve-au-port/2026-10-10/article/4711.html",
            "/actu/greve-au-port-la-suite/2026-10-10/article/4711.html?xtor=AL-3",
        ] {
            canal.serve(place, Answer::of("text/html; charset=ISO-8859-1", bytes.clone()));
        }
        canal.serve(
            "/actu/meteo/2026-10-10/article/4712.html",
            page_in("fr", "Météo: du soleil", "2026-10-10T06:00:00", &["Du soleil toute la journée, et peu de vent sur la côte comme dans les terres, annonce la station du port."]),
        );
    }

    fn print_vitrine(&self) {
        let article = self.vitrine.url("/fr-be/actualite/other/les-dockers/ar-AA1b2C");
        let elsewhere = self.kade.url("/nieuws/haven/dokwerkers-leggen-werk-neer-2026-10-10");
        let wrapped: String = url::form_urlencoded::byte_serialize(article.as_bytes()).collect();
        let click = self.search.url(&format!("/news/apiclick.aspx?ref=FexRss&url={wrapped}&c=1"));
        let found = rss(&[
            Entry { title: "Les dockers en grève", link: &click, date: "Sat, 10 Oct 2026 09:00:00 GMT", lead: "" },
            Entry { title: "Elsewhere", link: &elsewhere, date: "Sat, 10 Oct 2026 09:00:00 GMT", lead: "" },
        ]);
        self.search.serve("/find?q=dockers%20%26%20%22quai%20Est%22&format=rss", found);
        self.search.serve("/find?q=%22blauwe%20reiger%22%20OR%20h%C3%A9ron&format=rss", rss(&[]));
        let document = serde_json::json!({
            "title": "Les dockers en grève",
            "abstract": "Trente grues à l'arrêt.",
            "body": AGENCY.map(|line| format!("<p>{line}</p>")).concat(),
            "authors": [{ "name": "Agence du Port" }],
            "publishedDateTime": "2026-10-10T09:00:00.0000000Z",
            "provider": { "name": "Le Phare" },
            "sourceHref": self.phare.url("/port/2026/10/10/les-dockers-du-quai-est-en-greve-DGRNYVV6AHGXH6Q2ZD6GYMS7QR/"),
        });
        self.vitrine.serve("/detail/fr-be/AA1b2C", Answer::json(&document.to_string()));
    }

    fn print_post(&self) {
        let post = &self.post;
        let (old, new) = ("/2026/crane-strike", "/news/2026/crane-strike");
        let feed = format!(
            "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>Harbour Post</title>\
             <entry><id>tag:post,2026:1</id><title>A crane stands still</title><link href=\"{}\"/>\
             <published>2026-10-10T12:00:00-04:00</published><updated>2026-10-10T13:00:00-04:00</updated></entry></feed>",
            post.url(old)
        );
        post.serve("/atom", Answer::of("application/atom+xml", feed).gzip());
        post.serve(old, Answer::redirect(301, new));
        post.serve(
            new,
            Answer::html(&page_in("en", "A crane stands still", "2026-10-10T12:00:00-04:00", &[
                "Since Saturday the largest crane of the harbour has joined the strike, or so it looks from the terrace of the ferry.",
                "Its driver says that he has only gone to fetch a helmet, but that he may take his time over it, as others have done.",
            ]))
            .gzip(),
        );
    }

    fn print_kiste(&self) {
        let kiste = &self.kiste;
        kiste.serve(
            "/sitemap.xml",
            sitemap_index(&[
                (kiste.url("/sitemap-2026-10.xml.gz"), "2026-10-10T18:00:00+02:00"),
                (kiste.url("/sitemap-2024-01.xml.gz"), "2024-01-31T18:00:00+01:00"),
            ]),
        );
        let month = sitemap(&[(kiste.url("/hafen/docker-streiken"), "2026-10-10T15:00:00+02:00")]);
        kiste.serve("/sitemap-2026-10.xml.gz", Answer::of("application/gzip", gzip(month.as_bytes())));
        kiste.serve(
            "/hafen/docker-streiken",
            page_in("de", "Docker am Ostkai streiken für neue Helme", "2026-10-10T15:00:00+02:00", &[
                "Am Ostkai stehen die Kräne still: Die Docker wollen neue Helme und eine Stunde mehr Pause in der Nacht.",
                "Die Leitung des Hafens hat für Montag zu einem Gespräch geladen, Schiffe wurden bisher nicht umgeleitet.",
            ]),
        );
    }
}
