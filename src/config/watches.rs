//! `[[watch]]`: what the user follows.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use toml::de::DeValue;

use crate::query::{Field, Query, QueryError, Watch};

use super::Names;
use super::keys::WATCH;
use super::pattern;
use super::problem::{Flaw, shown, visible};
use super::reader::{SpannedText, Table, TableReader, Value};
use crate::text::suggest::nearest;

/// `sources`: the names that a watch may refer to; `zone`: where days begin.
pub(super) fn watch(
    reader: &mut TableReader<'_>,
    value: &Value<'_>,
    sources: &Names<'_>,
    zone: &TimeZone,
) -> Option<Watch> {
    let table = Table::new(value, &WATCH)?;
    reader.unknown_keys(&table);
    let name = super::name(reader, &table);
    let query = query(reader, &table);
    let text = table.entries.get("query").and_then(|value| value.get_ref().as_str());
    let keywords = table.entries.get("keywords").and_then(|value| value.get_ref().as_array());
    let keywords: Vec<String> =
        keywords.into_iter().flatten().filter_map(|word| word.get_ref().as_str()).map(str::to_owned).collect();
    let mut advice = text.map(Query::advice).unwrap_or_default();
    advice.extend(Query::advice_on_keywords(&keywords));
    let languages = reader.texts(&table, "languages", "language codes, such as [\"fr\", \"nl\"]");
    let languages: Vec<String> = languages.iter().filter_map(|text| reader.parsed(text, pattern::language)).collect();
    advice.extend(Query::advice_on_languages(&languages));
    if let Some(query) = &query {
        advice.extend(query.advice_on_values(sources.list()));
    }
    let wanted = reader.texts(&table, "sources", "names of sources");
    for text in &wanted {
        check_source_name(reader, text, sources);
    }
    let search = reader.read(&table, "search", "the words that go to search channels", |text| {
        if text.trim().is_empty() {
            return Err(Flaw::new("the search is empty")
                .expected("the words that go to search channels")
                .hint(Some("leave `search` out: the words of the query are taken".to_owned())));
        }
        Ok(text.to_owned())
    });
    let sources = wanted.iter().map(|text| text.value.to_owned()).collect();
    let id = reader.read(&table, "id", "a word or a number in quotes that never changes", pattern::name);
    let group = reader.read(&table, "group", "a heading in quotes", pattern::name);
    let since = since(reader, &table, zone);
    let places = reader.texts(&table, "in", "\"title\", \"summary\" or \"text\"");
    let fields = places.iter().filter_map(|text| reader.parsed(text, field)).collect();
    let min_words = reader.number(&table, "min_words", &(0..=100_000));
    let min_words = min_words.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
    Some(Watch { name: name?, id, group, query: query?, languages, sources, since, fields, min_words, search, advice })
}

/// A day or an instant, as a string or a TOML date.
fn since(reader: &mut TableReader<'_>, table: &Table<'_>, zone: &TimeZone) -> Option<Timestamp> {
    const EXPECTED: &str = "a day such as \"2026-05-04\", or a time such as \"2026-05-04T14:30:00Z\"";
    let flaw = |text: &str| Flaw::new(format!("\"{}\" is neither a day nor a time", shown(text))).expected(EXPECTED);
    let read = |text: &str| {
        let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
        let local: Option<DateTime> = day.map(|day| day.to_datetime(Time::midnight())).or_else(|| text.parse().ok());
        let instant = text.parse().ok();
        instant.or_else(|| zone.to_timestamp(local?).ok()).ok_or_else(|| flaw(text))
    };
    match table.entries.get("since").map(|value| (value, value.get_ref())) {
        Some((value, DeValue::Datetime(bare))) => {
            let found = read(&bare.to_string());
            found.map_err(|flaw| reader.note(value.span(), flaw)).ok()
        }
        _ => reader.read(table, "since", EXPECTED, read),
    }
}

fn field(text: &str) -> Result<Field, Flaw> {
    let known = [Field::Title, Field::Summary, Field::Text];
    let meant = match text.to_lowercase().as_str() {
        "headline" => Some("title"),
        "lead" | "abstract" | "description" => Some("summary"),
        "body" | "content" => Some("text"),
        lower => nearest(lower, known.iter().map(|field| field.name())),
    };
    known.into_iter().find(|field| field.name() == text).ok_or_else(|| {
        Flaw::new(format!("\"{}\" is no part of an article that can be looked at alone", shown(text)))
            .expected("\"title\", \"summary\" or \"text\"")
            .hint(meant.map(|meant| format!("did you mean \"{meant}\"?")))
    })
}

/// Exactly one of `query` and `keywords`.
fn query(reader: &mut TableReader<'_>, table: &Table<'_>) -> Option<Query> {
    let (query, keywords) = (table.entries.get_key_value("query"), table.entries.get_key_value("keywords"));
    if table.lacks(&["query", "keywords"]) {
        let message = format!("{} has neither `query` nor `keywords`", table.title);
        let flaw = Flaw::new(message).expected("`query = '…'` or `keywords = [\"…\"]` in this table");
        reader.missing(table.span.clone(), flaw);
    }
    if let (Some((query, _)), Some((keywords, _))) = (query, keywords) {
        let (first, second) = (query.span(), keywords.span());
        let place = if first.start > second.start { first } else { second };
        let message = format!("{} has both `query` and `keywords`", table.title);
        let flaw = Flaw::new(message)
            .expected("one of the two")
            .hint(Some("`keywords = [\"a\", \"b c\"]` is the query `a OR \"b c\"`".to_owned()));
        reader.note(place, flaw);
    }
    let parsed = reader.read(table, "query", "a query, such as '\"climate summit\" OR flood*'", |text| {
        Query::parse(text).map_err(|error| flaw(error, "query"))
    });
    let words = reader.texts(table, "keywords", "words and phrases, such as [\"climate summit\", \"flood*\"]");
    let any = keywords.and_then(|(_, value)| any_of(reader, value, &words));
    parsed.or(any)
}

fn any_of(reader: &mut TableReader<'_>, value: &Value<'_>, words: &[SpannedText<'_>]) -> Option<Query> {
    let array = value.get_ref().as_array()?;
    if array.is_empty() {
        let flaw = Flaw::new("`keywords` is empty").expected("at least one word or phrase");
        reader.note(value.span(), flaw);
    }
    // One by one, so that each invalid keyword is reported.
    let mut sound = !words.is_empty() && words.len() == array.len();
    for word in words {
        if let Err(error) = Query::from_keywords(&[word.value.to_owned()]) {
            reader.flaw(word, flaw(error, "keyword"));
            sound = false;
        }
    }
    let words: Vec<String> = words.iter().map(|word| word.value.to_owned()).collect();
    if sound { Query::from_keywords(&words).ok() } else { None }
}

/// The expectation is shown beside the carets.
fn flaw(error: QueryError, what: &str) -> Flaw {
    let QueryError { at, message, hint } = error;
    let flaw = match message.strip_prefix("expected ") {
        Some(expected) => Flaw::new(format!("this cannot be read as a {what}")).expected(expected),
        // It may quote the query, including control characters.
        None => Flaw::new(visible(&message)),
    };
    flaw.at(at).hint(hint)
}

fn check_source_name(reader: &mut TableReader<'_>, text: &SpannedText<'_>, sources: &Names<'_>) {
    if sources.contains(text.value) || reader.is_full() {
        return;
    }
    let names = || sources.iter();
    let near = nearest(text.value, names()).map(|near| format!("did you mean \"{}\"?", shown(near)));
    let few: Vec<String> = names().take(6).map(|name| format!("\"{}\"", shown(name))).collect();
    let expected = match few.as_slice() {
        [] => "the name of a [[source]]; there is none yet".to_owned(),
        [only] => only.clone(),
        few if sources.len() <= few.len() => format!("one of {}", few.join(", ")),
        few => format!("the name of a [[source]], such as {}", few.join(", ")),
    };
    let flaw = Flaw::new(format!("there is no source \"{}\"", shown(text.value))).expected(expected).hint(near);
    reader.missing(text.span.clone(), flaw);
}
