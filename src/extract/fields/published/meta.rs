//! Dates in `meta` elements, whatever they are called.

use super::{DateSources, Dates};

/// Names that nearly always mean the time of publication, the most reliable first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "parsely-pub-date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:recs:articlepublicationdate",
    "sailthru.date",
    "date.published",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "citation_publication_date",
    "citation_online_date",
    "originalpublicationdate",
    "article_date_original",
];

/// Endings that such names share, letters and digits only; the prefix varies by content system.
const PUBLISHED_PARTS: &[&str] = &[
    "publishedtime",
    "publishtime",
    "publisheddate",
    "publishedat",
    "publisheddtm",
    "datepublished",
    "publishdate",
    "pubdate",
    "publicationdate",
    "publicationtime",
    "dateissued",
    "firstpublished",
    "articlepublished",
    "articledate",
    "lastpublished",
    "posttime",
    "postdate",
    "dateposted",
    "displaydate",
    "releasedate",
    "storydate",
    "veroeffentlichung",
];

const CREATED_PARTS: &[&str] = &["datecreated", "createddate", "creationdate", "createdate", "created", "createdat"];

const PLAIN: &[&str] =
    &["date", "dcdate", "dctermsdate", "datetime", "citationdate", "eprintsdate", "pagedate", "datum"];

const MODIFIED_PARTS: &[&str] =
    &["modified", "updated", "lastmod", "updatetime", "updatedate", "lastupdate", "revision", "revised", "dateupdate"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Published,
    Created,
    Plain,
    Modified,
}

/// The role of a date with this name.
fn date_role(name: &str) -> Option<Role> {
    let key: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let has = |parts: &[&str]| parts.iter().any(|part| key.contains(part));
    if key.len() > 60 || key.contains("expir") || key.contains("event") || key.contains("verif") {
        return None;
    }
    if has(MODIFIED_PARTS) {
        Some(Role::Modified)
    } else if has(PUBLISHED_PARTS) {
        Some(Role::Published)
    } else if has(CREATED_PARTS) {
        Some(Role::Created)
    } else if PLAIN.contains(&key.as_str()) {
        Some(Role::Plain)
    } else {
        None
    }
}

/// Adds the dates in `meta` elements.
pub fn add_meta_dates(sources: &DateSources, dates: &mut Dates) {
    let rule = |name: &str| format!("meta {name}");
    for name in PUBLISHED {
        let values = sources.tree.metas.iter().filter(|(key, _)| key == name);
        dates.published.extend(values.take(3).find_map(|(_, value)| sources.candidate(&rule(name), value)));
    }
    let mut others: Vec<(Role, &str, &str)> = Vec::new();
    for (name, value) in sources.tree.metas.iter().filter(|(name, _)| !PUBLISHED.contains(&name.as_str())) {
        if value.len() < 100
            && value.bytes().any(|byte| byte.is_ascii_digit())
            && let Some(role) = date_role(name)
        {
            others.push((role, name, value));
        }
    }
    others.sort_by_key(|(role, ..)| *role);
    for (role, name, value) in others.into_iter().take(20) {
        let to = if role == Role::Modified { &mut dates.modified } else { &mut dates.published };
        to.extend(sources.candidate(&rule(name), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_all_spellings() {
        for (name, expected) in [
            ("article:published_time", Some(Role::Published)),
            ("shareaholic:article_published_time", Some(Role::Published)),
            ("bt:pubdate", Some(Role::Published)),
            ("dcsext.articlefirstpublished", Some(Role::Published)),
            ("pub_date", Some(Role::Published)),
            ("publish-date", Some(Role::Published)),
            ("rnews:datepublished", Some(Role::Published)),
            ("article.created", Some(Role::Created)),
            ("dc.date", Some(Role::Plain)),
            ("dc.date.modified", Some(Role::Modified)),
            ("og:updated_time", Some(Role::Modified)),
            ("last-modified", Some(Role::Modified)),
            ("revision_date", Some(Role::Modified)),
            ("article:expiration_time", None),
            ("event-date", None),
            ("viewport", None),
            ("format-detection", None),
        ] {
            assert_eq!(date_role(name), expected, "{name}");
        }
    }
}
