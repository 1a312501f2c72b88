//! The tables of `sources.toml` and the keys of each.

use crate::text::suggest::nearest;

/// A kind of table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TableKind {
    /// The header as written; empty for the top of the file.
    pub title: &'static str,
    /// In the order of the documentation.
    pub keys: &'static [&'static str],
    /// Keys known from other tools, and their equivalent here.
    pub habits: &'static [(&'static str, &'static str)],
}

pub(super) const ROOT: TableKind = TableKind {
    title: "",
    keys: &["database", "timezone", "language", "include", "http", "crawl", "events", "watch", "source", "alert"],
    habits: &[
        ("includes", "include"),
        ("import", "include"),
        ("db", "database"),
        ("tz", "timezone"),
        ("time_zone", "timezone"),
        ("lang", "language"),
        ("locale", "language"),
        ("feed", "source"),
        ("outlet", "source"),
        ("watches", "watch"),
        ("query", "watch"),
        ("alerts", "alert"),
        ("notify", "alert"),
        ("notification", "alert"),
        ("webhook", "alert"),
    ],
};

/// The top of an included file.
pub(super) const INCLUDED: TableKind =
    TableKind { title: "", keys: &["watch", "source", "alert"], habits: ROOT.habits };

pub(super) const HTTP: TableKind = TableKind {
    title: "[http]",
    keys: &["contact", "timeout", "max_body", "per_host_delay", "concurrency", "respect_robots", "allow_private"],
    habits: &[
        ("user_agent", "contact"),
        ("delay", "per_host_delay"),
        ("robots", "respect_robots"),
        ("max_size", "max_body"),
        ("threads", "concurrency"),
        ("parallel", "concurrency"),
    ],
};

pub(super) const CRAWL: TableKind = TableKind {
    title: "[crawl]",
    keys: &["max_age", "keep_text", "revisit", "story_window", "events", "run_limit"],
    habits: &[],
};

pub(super) const EVENTS: TableKind = TableKind {
    title: "[events]",
    keys: &["model"],
    habits: &[("file", "model"), ("path", "model"), ("encoder", "model"), ("embeddings", "model")],
};

pub(super) const WATCH: TableKind = TableKind {
    title: "[[watch]]",
    keys: &["name", "query", "keywords", "languages", "sources", "search", "group", "since", "in", "min_words", "id"],
    habits: &[
        ("title", "name"),
        ("words", "keywords"),
        ("terms", "keywords"),
        ("outlets", "sources"),
        ("campaign", "group"),
        ("folder", "group"),
        ("fields", "in"),
        ("from", "since"),
        ("min_length", "min_words"),
        ("key", "id"),
    ],
};

pub(super) const SOURCE: TableKind = TableKind {
    title: "[[source]]",
    keys: &[
        "name", "site", "language", "kind", "region", "tier", "reach", "tags", "feeds", "sitemaps", "pages",
        "searches", "only", "identity", "select", "enabled", "api", "poll",
    ],
    habits: &[
        ("rss", "feeds"),
        ("atom", "feeds"),
        ("url", "feeds"),
        ("urls", "feeds"),
        ("channels", "feeds"),
        ("lang", "language"),
        ("home", "site"),
        ("homepage", "site"),
        ("listing", "pages"),
        ("listings", "pages"),
        ("disabled", "enabled"),
        ("selectors", "select"),
        ("hosts", "only"),
        ("type", "kind"),
        ("category", "kind"),
        ("country", "region"),
        ("area", "region"),
        ("rank", "tier"),
        ("audience", "reach"),
        ("readers", "reach"),
        ("circulation", "reach"),
        ("labels", "tags"),
        ("interval", "poll"),
        ("every", "poll"),
        ("refresh", "poll"),
    ],
};

pub(super) const ALERT: TableKind = TableKind {
    title: "[[alert]]",
    keys: &[
        "name", "watches", "groups", "kind", "to", "secret", "token", "room", "priority", "template", "only", "quiet",
        "at_most",
    ],
    habits: &[
        ("type", "kind"),
        ("url", "to"),
        ("address", "to"),
        ("webhook", "to"),
        ("command", "to"),
        ("watch", "watches"),
        ("group", "groups"),
        ("key", "secret"),
        ("password", "token"),
        ("bearer", "token"),
        ("body", "template"),
        ("text", "template"),
        ("silent", "quiet"),
        ("limit", "at_most"),
        ("rate", "at_most"),
        ("max", "at_most"),
    ],
};

pub(super) const FEED: TableKind = TableKind {
    title: "an entry of `feeds` or `sitemaps`",
    keys: &["url", "poll"],
    habits: &[("address", "url"), ("interval", "poll"), ("every", "poll")],
};

pub(super) const PAGE: TableKind = TableKind {
    title: "an entry of `pages`",
    keys: &["url", "link", "poll"],
    habits: &[("selector", "link"), ("css", "link"), ("href", "link"), ("address", "url")],
};

pub(super) const SEARCH: TableKind = TableKind {
    title: "an entry of `searches`",
    keys: &["url", "knows", "poll"],
    habits: &[("address", "url"), ("operators", "knows"), ("syntax", "knows"), ("supports", "knows")],
};

pub(super) const SELECT: TableKind = TableKind {
    title: "`select`",
    keys: &["text", "title", "author", "date", "remove"],
    habits: &[("body", "text"), ("content", "text"), ("headline", "title"), ("strip", "remove"), ("published", "date")],
};

pub(super) const API: TableKind = TableKind {
    title: "[source.api]",
    keys: &["match", "url", "title", "text", "summary", "author", "published", "original_outlet", "original_url"],
    habits: &[
        ("body", "text"),
        ("date", "published"),
        ("headline", "title"),
        ("abstract", "summary"),
        ("lead", "summary"),
    ],
};

/// In the order in which a misplaced key is searched.
const ALL: [&TableKind; 12] =
    [&ROOT, &HTTP, &CRAWL, &EVENTS, &WATCH, &SOURCE, &ALERT, &SELECT, &API, &PAGE, &SEARCH, &FEED];

impl TableKind {
    /// The key of this table that an unknown key was probably meant to be.
    pub fn meant(&self, key: &str) -> Option<&'static str> {
        let near = nearest(key, self.keys.iter().copied());
        near.or_else(|| self.habits.iter().find(|(habit, _)| *habit == key).map(|(_, meant)| *meant))
    }

    /// The other tables with this key.
    fn homes(&self, key: &str) -> Vec<&'static TableKind> {
        ALL.into_iter().filter(|kind| *kind != self && kind.keys.contains(&key)).collect()
    }

    /// The table in which this key has a value, where here it is a table: `events`.
    pub fn table_with_value(&self, key: &str) -> Option<&'static str> {
        self.homes(key).iter().map(|home| home.title).find(|title| title.starts_with('['))
    }

    /// Advice on a key that this table does not have.
    pub fn advice(&self, key: &str) -> Option<String> {
        if *self == INCLUDED && ROOT.keys.contains(&key) {
            return Some(match key {
                "include" => "an included file cannot include others: name them in the first file".to_owned(),
                _ => format!("{} belongs to the file that includes this one", ROOT.written(key)),
            });
        }
        if let Some(near) = nearest(key, self.keys.iter().copied()) {
            return Some(format!("did you mean {}?", self.written(near)));
        }
        let homes = self.homes(key);
        match homes.as_slice() {
            homes if *self == API && homes.contains(&&SOURCE) => {
                return Some(format!("`{key}` belongs to [[source]]: write it above [source.api]"));
            }
            [home, ..] if **home == ROOT => {
                return Some(format!("`{key}` belongs to the top of the file, before the first [table]"));
            }
            [home] if (*self == ROOT || *self == INCLUDED) && **home == SOURCE && matches!(key, "api" | "select") => {
                return Some(format!("write [source.{key}] below the [[source]] it belongs to"));
            }
            [home] => return Some(format!("`{key}` belongs to {}", home.title)),
            _ => {}
        }
        if let Some(meant) = self.meant(key) {
            return Some(format!("did you mean {}?", self.written(meant)));
        }
        let homes: Vec<&str> = homes.iter().map(|home| home.title).collect();
        (!homes.is_empty()).then(|| format!("`{key}` belongs to {}", homes.join(" or ")))
    }

    /// A key as written in the file: some at the top are tables.
    pub fn written(&self, key: &str) -> String {
        let header = ALL.iter().find(|kind| kind.title.trim_matches(['[', ']']) == key);
        match header {
            Some(kind) if *self == ROOT || *self == INCLUDED => kind.title.to_owned(),
            _ => format!("`{key}`"),
        }
    }

    /// "one of `a`, `b`, …"
    pub fn choice(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| self.written(key)).collect();
        format!("one of {}", keys.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_habit_leads_to_a_key() {
        for kind in ALL {
            for (habit, meant) in kind.habits {
                assert!(kind.keys.contains(meant), "{habit} → {meant}");
                assert!(!kind.keys.contains(habit), "{habit} is a key of {}", kind.title);
            }
        }
    }
}
