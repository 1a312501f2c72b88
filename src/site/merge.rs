//! Groups the feeds of a feed reader's list into sources, one per site.

use std::collections::HashMap;

use url::Url;

use super::home_page::name_of_host;
use super::{Draft, NotedUrl};
use crate::canonical_url;
use crate::channel::Outline;
use crate::extract;

/// The sources, in the order of the list; duplicate URLs are left out.
pub fn merge(outlines: &[Outline]) -> Vec<Draft> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Outline>> = Vec::new();
    for outline in outlines {
        let key = if !outline.name.is_empty() && outline.folder == outline.name {
            // This is how `sources export` writes an outlet that has several feeds or shares its site. The space keeps
            // the key distinct from a site's.
            format!("outlet {}", outline.name)
        } else {
            canonical_url::site_key(outline.site.as_ref().unwrap_or(&outline.feed))
        };
        let place = *places.entry(key).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        if let Some(group) = groups.get_mut(place)
            && group.iter().all(|known| known.feed != outline.feed)
        {
            group.push(outline);
        }
    }
    groups.iter().filter_map(|group| source(group)).collect()
}

fn source(group: &[&Outline]) -> Option<Draft> {
    let first = group.first()?;
    let names: Vec<&str> = group.iter().map(|outline| outline.name.as_str()).filter(|name| !name.is_empty()).collect();
    let name = common_start(&names).unwrap_or_else(|| name_of_host(&first.feed));
    let entry = |outline: &&Outline| {
        let remark = if outline.name == name { String::new() } else { outline.name.clone() };
        NotedUrl { url: outline.feed.to_string(), remark }
    };
    let languages: Vec<Option<String>> =
        group.iter().map(|outline| extract::language_code(&outline.language)).collect();
    let language =
        languages.first().cloned().flatten().filter(|code| languages.iter().all(|own| own.as_ref() == Some(code)));
    Some(Draft {
        site: group.iter().find_map(|outline| outline.site.clone()).or_else(|| root(&first.feed)),
        feeds: group.iter().map(entry).collect(),
        name,
        language,
        ..Draft::default()
    })
}

/// The common beginning of names (`Le Phare - Monde`, `Le Phare - Sport` → `Le Phare`), or else the first name.
fn common_start(names: &[&str]) -> Option<String> {
    let first = *names.first()?;
    let mut end = first.len();
    for name in names {
        let shared = first.char_indices().zip(name.chars()).take_while(|((_, a), b)| a == b);
        end = end.min(shared.map(|((at, a), _)| at + a.len_utf8()).last().unwrap_or(0));
    }
    let start = first.get(..end)?;
    // A truncated word is not part of the name.
    let whole = names.iter().all(|name| !name.get(end..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric)));
    let start = if whole { start } else { start.get(..start.rfind(|c: char| !c.is_alphanumeric()).unwrap_or(0))? };
    let start = start.trim_end_matches(|c: char| c.is_whitespace() || "-–—|:·/,(".contains(c));
    Some(if start.chars().count() >= 3 { start.to_owned() } else { first.to_owned() })
}

fn root(feed: &Url) -> Option<Url> {
    feed.join("/").ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    fn outline(name: &str, feed: &str, site: &str, language: &str) -> Outline {
        Outline {
            name: name.to_owned(),
            feed: Url::parse(feed).unwrap(),
            site: Url::parse(site).ok(),
            language: language.to_owned(),
            folder: String::new(),
        }
    }

    #[test]
    fn the_feeds_of_one_site_are_one_source() {
        let sources = merge(&[
            outline(
                "Gazet - Sport",
                "https://feeds.service.example/gazet-sport",
                "https://www.gazet.example/",
                "nl-BE",
            ),
            outline("", "https://phare.example/rss", "", ""),
            outline("Gazet - Halle", "https://www.gazet.example/halle.xml", "", "nl"),
            outline("Gazet - Halle", "https://www.gazet.example/halle.xml", "https://gazet.example", "nl"),
        ]);
        let told: Vec<String> = sources
            .iter()
            .map(|s| {
                let feeds: Vec<String> = s.feeds.iter().map(|f| format!("{} {}", f.url, f.remark)).collect();
                format!("{}; {}; {:?}; {}", s.name, s.site.as_ref().unwrap(), s.language.as_deref(), feeds.join(", "))
            })
            .collect();
        assert_eq!(
            told,
            [
                "Gazet; https://www.gazet.example/; Some(\"nl\"); https://feeds.service.example/gazet-sport Gazet - Sport, https://www.gazet.example/halle.xml Gazet - Halle",
                "phare; https://phare.example/; None; https://phare.example/rss ",
            ]
        );
    }

    #[test]
    fn a_folder_of_an_outlets_own_name_is_an_outlet() {
        let of = |folder: &str, name: &str, feed: &str| Outline {
            folder: folder.to_owned(),
            ..outline(name, feed, "https://www.gazet.example/", "")
        };
        let names =
            |outlines: &[Outline]| merge(outlines).into_iter().map(|s| (s.name, s.feeds.len())).collect::<Vec<_>>();
        let (a, b, c) = ("https://www.gazet.example/a", "https://www.gazet.example/b", "https://other.example/c");
        assert_eq!(
            names(&[of("", "Gazet", a), of("Weekblad", "Weekblad", b), of("Weekblad", "Weekblad", c)]),
            [("Gazet".to_owned(), 1), ("Weekblad".to_owned(), 2)]
        );
        assert_eq!(names(&[of("News", "Gazet", a), of("Sport", "Gazet Sport", b)]), [("Gazet".to_owned(), 2)]);
    }

    #[test]
    fn a_name_in_common() {
        for (names, expected) in [
            (&["Le Phare - Monde", "Le Phare - Sport"][..], "Le Phare"),
            (&["Le Phare", "Le Phare: Sport"], "Le Phare"),
            (&["Lantaarn", "Lantaarnen"], "Lantaarn"),
            (&["Éclat", "Écran"], "Éclat"),
            (&["Aa", "Bb"], "Aa"),
            (&["KDB NWS", "KDB Sport"], "KDB"),
        ] {
            assert_eq!(common_start(names).as_deref(), Some(expected), "{names:?}");
        }
        assert_eq!(common_start(&[]), None);
    }
}
