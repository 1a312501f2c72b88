//! A first `sources.toml`, with comments on what else it may have.

use super::toml::quoted;
use crate::i18n::Language;
use crate::text::clean::one_line;

/// What stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Starter {
    /// The name and the query of the first watch.
    pub watch: Option<(String, String)>,
    /// The code of the language of digests.
    pub language: Option<String>,
    /// The time zone of days and times.
    pub timezone: Option<String>,
    /// For publishers, in the User-Agent.
    pub contact: Option<String>,
    /// The database.
    pub database: Option<String>,
    /// What `include` names.
    pub include: Vec<String>,
}

impl Starter {
    /// The file.
    pub fn text(&self) -> String {
        let include: Vec<String> = self.include.iter().map(|name| quoted(name)).collect();
        let include = match include.as_slice() {
            [] => "# include = [\"catalogue:belgium\"]\n".to_owned(),
            some => format!("include = [{}]\n", some.join(", ")),
        };
        let database = quoted(self.database.as_deref().unwrap_or("presswatch.db"));
        let language = line("language", self.language.as_deref(), "en");
        let timezone = line("timezone", self.timezone.as_deref(), "Europe/Brussels");
        let contact = line("contact", self.contact.as_deref(), "https://example.org/press");
        let watch = match &self.watch {
            Some((name, query)) => format!("[[watch]]\nname = {}\nquery = {}\n", quoted(name), literal(query)),
            None => {
                "# [[watch]]\n# name = \"Our protest\"\n# query = '\"climate march\" OR (sit-in NEAR/10 brussels)'\n"
                    .to_owned()
            }
        };
        let codes = Language::CODES.join(", ");
        format!(
            "# What presswatch polls, and what it looks for. `presswatch check` reports errors in this file.\n\
             \n\
             # Outlets that the program knows: `presswatch sources catalogue` lists them by country.\n\
             {include}\
             \n\
             database = {database}\n\
             # The language of digests and press reviews, one of: {codes}.\n\
             {language}\
             # For days and times; without it, the time zone of this computer.\n\
             {timezone}\
             \n\
             [http]\n\
             # Publishers see this in the User-Agent: a web page or a mail address where they reach you.\n\
             {contact}\
             \n\
             \n\
             # ---- What to look for ----------------------------------------------------------\n\
             \n\
             # A query has words (whole, in any case, with or without accents), phrases in double\n\
             # quotes, prefixes with *, AND, OR, NOT, and NEAR/10: at most 10 words apart. Single\n\
             # quotes around the whole query leave the double quotes free for phrases.\n\
             {watch}\
             \n\
             # The short form: any of these words and phrases; here only in French and Dutch.\n\
             # [[watch]]\n\
             # name = \"Trams\"\n\
             # keywords = [\"tram*\", \"light rail\"]\n\
             # languages = [\"fr\", \"nl\"]\n\
             \n\
             \n\
             # ---- Where to look -------------------------------------------------------------\n\
             \n\
             # `presswatch sources find URL` looks for the feeds of an outlet, and prints a source\n\
             # to paste here. A source with the name of one in the catalogue takes its place, and\n\
             # `enabled = false` leaves it out.\n\
             # [[source]]\n\
             # name = \"Example Gazette\"\n\
             # site = \"https://www.gazette.example\"\n\
             # feeds = [\"https://www.gazette.example/rss.xml\"]\n"
        )
    }
}

/// A setting; as a comment with an example if there is none.
fn line(key: &str, value: Option<&str>, example: &str) -> String {
    match value {
        Some(value) => format!("{key} = {}\n", quoted(value)),
        None => format!("# {key} = {}\n", quoted(example)),
    }
}

/// A query in the quotes that its author need not escape anything in.
fn literal(query: &str) -> String {
    let query = one_line(query);
    if query.contains('\'') { quoted(&query) } else { format!("'{query}'") }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use std::path::Path;

    use super::*;
    use crate::config;
    use crate::output::samples::HOSTILE;

    #[test]
    fn what_was_answered_is_what_is_read() {
        for query in ["tram", "\"Souffle de rue\" OR straatadem*", "\"l'État\" NEAR/5 ~grève", "title:(a OR b) =IRGC"]
        {
            for language in Language::ALL {
                let starter = Starter {
                    watch: Some(("L'\"été\" \\ chaud".to_owned(), query.to_owned())),
                    language: Some(language.code().to_owned()),
                    timezone: Some("Asia/Tokyo".to_owned()),
                    contact: Some("press@example.org".to_owned()),
                    database: Some("own.db".to_owned()),
                    include: Vec::new(),
                };
                let config = config::parse(&starter.text(), Path::new("sources.toml")).unwrap();
                let watch = &config.watches[0];
                assert_eq!((watch.name.as_str(), config.watches.len()), ("L'\"été\" \\ chaud", 1));
                assert_eq!(watch.query.to_string(), crate::query::Query::parse(query).unwrap().to_string());
                assert_eq!((config.language, config.database.file()), (language, Some(std::path::Path::new("own.db"))));
                assert_eq!(config.timezone.unwrap().iana_name(), Some("Asia/Tokyo"));
                assert_eq!(config.http.contact.as_deref(), Some("press@example.org"));
            }
        }
    }

    #[test]
    fn no_answer_adds_a_line_of_its_own() {
        for text in HOSTILE {
            let starter = Starter { watch: Some((text.to_owned(), text.to_owned())), ..Starter::default() };
            let read: ::toml::Table = starter.text().parse().unwrap();
            let mut keys: Vec<&str> = read.keys().map(String::as_str).collect();
            keys.sort_unstable();
            assert_eq!(keys, ["database", "http", "watch"], "{text:?}");
            assert_eq!(read["watch"][0]["name"].as_str(), Some(one_line(text).as_str()));
        }
    }

    #[test]
    fn what_stands_in_its_comments_is_sound_as_well() {
        let is_setting = |line: &str| {
            line.starts_with('[')
                || line.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|c| c.is_ascii_lowercase()))
        };
        let text = Starter::default().text();
        let lines = text.lines().map(|line| line.strip_prefix("# ").filter(|rest| is_setting(rest)).unwrap_or(line));
        let text = lines.collect::<Vec<_>>().join("\n");
        let included: Vec<config::Included> =
            config::includes(&text).iter().filter_map(config::Included::of_catalogue).collect();
        let config = config::parse_all(&text, Path::new("sources.toml"), &included).unwrap();
        assert_eq!(config.watches.len(), 2);
        assert!(config.sources.len() > 20 && config.http.contact.is_some() && config.timezone.is_some());
    }
}
