//! The sitemaps that an index names: which of them are polled, each like a channel of its own.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use crate::channel::Nested;
use crate::date;
use crate::model::ChannelId;

/// Sitemaps of one index that are polled: the newest.
pub const MOST_OF_INDEX: usize = 50;
/// Sitemaps of one source that are polled.
pub const MOST_OF_SOURCE: usize = 200;
/// Sitemaps of one source that are stored, whether or not they are polled: beyond that, rows are used again.
const MOST_STORED: usize = 1_000;
/// An index may name indexes, and these sitemaps: no more.
pub const DEEPEST: u32 = 2;
/// So many are polled by each sign that they are the newest, whatever their dates say: an index may say nothing or the same of
/// all, and its order may be any.
const BY_EACH_SIGN: usize = 3;

/// A sitemap that an index names or named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownChild {
    /// Its row.
    pub id: ChannelId,
    /// Its URL.
    pub url: String,
    /// The index that named it first; `None`: it is configured.
    pub parent: Option<ChannelId>,
    /// Whether it is polled.
    pub is_active: bool,
    /// When it was last requested.
    pub checked_at: Option<Timestamp>,
}

/// A change of a sitemap that an index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChildChange {
    /// It is polled from now on.
    Add(String),
    /// The same, in the row of one that is no longer polled.
    Replace(ChannelId, String),
    /// It is named again; `true`: and due at once.
    Wake(ChannelId, bool),
    /// It is no longer named.
    Deactivate(ChannelId),
}

/// The sitemaps of an index that are polled, the most likely to hold something new first; and how many may hold something new.
///
/// `oldest`: what was last changed before it is left out, unless another sign says that it is the newest: the day or the number in
/// the name. Where all were last changed before it, their dates say nothing, and the place at either end is a sign too.
pub(super) fn newest_sitemaps(named: &[Nested], oldest: Timestamp) -> (Vec<(Url, Option<Timestamp>)>, usize) {
    // What is named twice counts once, by its newest date.
    let mut newest: HashMap<&Url, Option<Timestamp>> = HashMap::new();
    for nested in named {
        let at = newest.entry(&nested.url).or_default();
        *at = (*at).max(nested.modified_at);
    }
    let mut seen = HashSet::new();
    let unique: Vec<(&Url, Option<Timestamp>)> = named
        .iter()
        .filter(|nested| seen.insert(&nested.url))
        .map(|nested| (&nested.url, newest.get(&nested.url).copied().flatten()))
        .collect();
    let said: Vec<Name> = unique.iter().map(|(url, _)| Name::of(url)).collect();

    let mut recent: Vec<usize> =
        (0..unique.len()).filter(|at| dated(&unique, *at).is_some_and(|at| at >= oldest)).collect();
    recent.sort_by_key(|at| Reverse(dated(&unique, *at)));
    let mut undated: Vec<usize> = (0..unique.len()).filter(|at| dated(&unique, *at).is_none()).collect();
    undated
        .sort_by_key(|at| (Reverse(said.get(*at).map(|name| (name.day, name.number))), from_an_end(*at, unique.len())));

    let mut chosen = Vec::new();
    let mut taken = HashSet::new();
    let signs = signs(&unique, &said, recent.is_empty());
    // Newest first, then those that a sign speaks for, then the others: what is left out is left out at the end.
    let sure = MOST_OF_INDEX.saturating_sub(signs.len());
    let order = recent.iter().take(sure).chain(&signs).chain(&recent).chain(&undated);
    for at in order {
        if chosen.len() < MOST_OF_INDEX
            && taken.insert(*at)
            && let Some((url, modified_at)) = unique.get(*at)
        {
            chosen.push(((*url).clone(), *modified_at));
        }
    }
    let may_be_new = if recent.is_empty() { unique.len() } else { recent.len() + undated.len() };
    let all = may_be_new.max(chosen.len());
    (chosen, all)
}

fn dated(unique: &[(&Url, Option<Timestamp>)], at: usize) -> Option<Timestamp> {
    unique.get(at).and_then(|(_, modified_at)| *modified_at)
}

fn from_an_end(at: usize, all: usize) -> usize {
    at.min(all.saturating_sub(at + 1))
}

/// The places of the sitemaps that some sign speaks for: the newest by their date, by the day in the name and by the number in the
/// name, and, where their dates say nothing, those at either end.
fn signs(unique: &[(&Url, Option<Timestamp>)], names: &[Name], is_undated: bool) -> Vec<usize> {
    let most = if is_undated { BY_EACH_SIGN } else { 1 };
    let all = || 0..unique.len();
    let name = |at: usize| names.get(at);
    let mut signs = highest(all(), most, |at| dated(unique, at));
    signs.extend(highest(all(), most, |at| name(at).and_then(|name| name.day)));
    // Numbers count within one series: `post-sitemap12` says nothing of `page-sitemap3`.
    let mut series: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| name.number > 0) {
        series.entry(&name.series).or_default().push(at);
    }
    let mut series: Vec<Vec<usize>> = series.into_values().filter(|places| places.len() > 1).collect();
    series.sort_by_key(|places| (Reverse(places.len()), places.first().copied()));
    for places in series.into_iter().take(BY_EACH_SIGN) {
        signs.extend(highest(places.into_iter(), most, |at| name(at).map(|name| name.number)));
    }
    if is_undated {
        signs.extend(all().take(most));
        signs.extend(all().rev().take(most));
    }
    signs
}

/// The places with the highest values, at most `most`, without those that have none.
fn highest<T: Ord>(places: impl Iterator<Item = usize>, most: usize, value: impl Fn(usize) -> Option<T>) -> Vec<usize> {
    let mut valued: Vec<(Reverse<T>, usize)> = places.filter_map(|at| Some((Reverse(value(at)?), at))).collect();
    valued.sort_unstable();
    valued.into_iter().map(|(_, at)| at).take(most).collect()
}

/// What the name of a sitemap says.
struct Name {
    /// The day, or the first of the month, that it names.
    day: Option<Date>,
    /// The last number in it; 0: none.
    number: u64,
    /// The name without its numbers.
    series: String,
}

impl Name {
    fn of(url: &Url) -> Self {
        let text = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let last = text.rsplit(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
        let day = date::day_in_path(&text).map(|day| day.date).or_else(|| month_in(&text));
        let mut series = String::new();
        for c in text.chars() {
            if !c.is_ascii_digit() {
                series.push(c);
            } else if !series.ends_with('0') {
                series.push('0');
            }
        }
        Self { day, number: last.and_then(|digits| digits.parse().ok()).unwrap_or(0), series }
    }
}

/// The first day of a month that is written `2026-10`, `2026/10`, `2026_10` or `202610`.
fn month_in(text: &str) -> Option<Date> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).peekable();
    while let Some(digits) = numbers.next() {
        let (year, month) = match digits.len() {
            6 => (digits.get(..4)?, digits.get(4..)),
            4 => (digits, numbers.peek().copied().filter(|next| next.len() <= 2)),
            _ => continue,
        };
        let year = year.parse().ok().filter(|year| (1995..2100).contains(year));
        let month = month.and_then(|month| month.parse().ok());
        if let (Some(year), Some(month)) = (year, month)
            && let Ok(date) = Date::new(year, month, 1)
        {
            return Some(date);
        }
    }
    None
}

/// How many sitemaps of a source indexes have named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NamedSitemaps {
    /// Those that are polled.
    pub polled: usize,
    /// Those that have a row.
    pub stored: usize,
}

/// An index of sitemaps: what it names is polled like a channel; what it no longer names is not. Also returns how many found no
/// room beside those that its source has.
pub(super) fn decide_children(
    index: ChannelId,
    named: &[(Url, Option<Timestamp>)],
    known: &[KnownChild],
    of_source: NamedSitemaps,
) -> (Vec<ChildChange>, usize) {
    let urls: HashSet<&str> = named.iter().map(|(url, _)| url.as_str()).collect();
    let by_url: HashMap<&str, &KnownChild> = known.iter().map(|child| (child.url.as_str(), child)).collect();
    let own = known.iter().filter(|child| child.parent == Some(index) && child.is_active);
    let mut changes: Vec<ChildChange> =
        own.filter(|child| !urls.contains(child.url.as_str())).map(|child| ChildChange::Deactivate(child.id)).collect();
    let mut room = MOST_OF_SOURCE.saturating_sub(of_source.polled) + changes.len();
    let mut rows = MOST_STORED.saturating_sub(of_source.stored);
    // Those whose last request lies longest back are replaced first.
    let mut replaceable: Vec<&KnownChild> = known
        .iter()
        .filter(|child| child.parent.is_some() && !child.is_active && !urls.contains(child.url.as_str()))
        .collect();
    replaceable.sort_by_key(|child| Reverse(child.checked_at));
    let mut left = 0;
    for (url, modified_at) in named {
        match by_url.get(url.as_str()) {
            None if room > 0 && rows > 0 => {
                (room, rows) = (room - 1, rows - 1);
                changes.push(ChildChange::Add(url.to_string()));
            }
            None if room > 0 && !replaceable.is_empty() => {
                room -= 1;
                changes.extend(replaceable.pop().map(|old| ChildChange::Replace(old.id, url.to_string())));
            }
            None => left += 1,
            Some(child) if child.parent.is_none() => {}
            Some(child) => {
                // Times are stored to the second.
                let later = modified_at.zip(child.checked_at).is_some_and(|(a, b)| a.as_second() > b.as_second());
                if !child.is_active && room == 0 {
                    left += 1;
                } else if later || !child.is_active {
                    room -= usize::from(!child.is_active);
                    changes.push(ChildChange::Wake(child.id, later));
                }
            }
        }
    }
    (changes, left)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    fn at(day: &str) -> Timestamp {
        format!("{day}T06:00:00Z").parse().unwrap()
    }

    fn chosen(named: impl IntoIterator<Item = (String, Option<&'static str>)>) -> Vec<String> {
        let nested: Vec<Nested> = named
            .into_iter()
            .map(|(path, day)| Nested {
                url: Url::parse("https://a.example/").unwrap().join(&path).unwrap(),
                modified_at: day.map(at),
            })
            .collect();
        let (chosen, _) = newest_sitemaps(&nested, at("2026-11-01"));
        chosen.iter().map(|(url, _)| url.path().trim_start_matches('/').to_owned()).collect()
    }

    #[test]
    fn the_newest_are_polled_whatever_the_order_and_however_stale_their_dates() {
        for (name, list, newest) in [
            ("ascending days", days(false, None), "news-2026-11-30.xml"),
            ("descending days", days(true, None), "news-2026-11-30.xml"),
            ("ascending days, all of one stale date", days(false, Some("2024-01-01")), "news-2026-11-30.xml"),
            ("ascending numbers", numbers(false, None), "post-sitemap5001.xml"),
            ("descending numbers", numbers(true, None), "post-sitemap5001.xml"),
            ("numbers of one stale date", numbers(false, Some("2024-01-01")), "post-sitemap5001.xml"),
            ("the newest is the first number", numbers(false, None), "post-sitemap1.xml"),
            (
                "names without meaning, ascending",
                (0..600).map(|n| (format!("{}.xml", word(n)), None)).collect(),
                &format!("{}.xml", word(599)),
            ),
        ] {
            let chosen = chosen(list);
            assert!(chosen.iter().any(|path| path == newest), "{name}: {chosen:?}");
            assert!(chosen.len() <= MOST_OF_INDEX, "{name}: {}", chosen.len());
        }
    }

    /// A name that says nothing of its age.
    fn word(n: usize) -> String {
        n.to_string().bytes().map(|digit| char::from(b'a' + digit - b'0')).collect()
    }

    fn days(is_reversed: bool, modified: Option<&'static str>) -> Vec<(String, Option<&'static str>)> {
        let first: Date = "2013-03-23".parse().unwrap();
        let mut list: Vec<_> = first
            .series(jiff::Span::new().days(1))
            .take_while(|day| *day <= "2026-11-30".parse().unwrap())
            .map(|day| (format!("news-{day}.xml"), modified))
            .collect();
        if is_reversed {
            list.reverse();
        }
        list
    }

    fn numbers(is_reversed: bool, modified: Option<&'static str>) -> Vec<(String, Option<&'static str>)> {
        let mut list: Vec<_> = (1..=5001).map(|n| (format!("post-sitemap{n}.xml"), modified)).collect();
        if is_reversed {
            list.reverse();
        }
        list
    }

    #[test]
    fn what_changed_last_comes_first_and_what_is_named_twice_counts_once() {
        let list = vec![
            ("a.xml".to_owned(), Some("2026-11-10")),
            ("b.xml".to_owned(), Some("2026-11-29")),
            ("a.xml".to_owned(), Some("2026-11-30")),
            ("old.xml".to_owned(), Some("2020-01-01")),
        ];
        assert_eq!(chosen(list), ["a.xml", "b.xml"], "what is old is left out where dates say something");
        // Of these the date is wrong, as its name says.
        let list = vec![
            ("2026-11.xml".to_owned(), Some("2026-11-02")),
            ("2026-12.xml".to_owned(), Some("2020-01-01")),
            ("2026-10.xml".to_owned(), Some("2026-10-31")),
        ];
        assert_eq!(chosen(list), ["2026-11.xml", "2026-12.xml"]);
    }

    #[test]
    fn months_in_names() {
        for (text, expected) in [
            ("/sitemap-2026-10.xml", Some("2026-10-01")),
            ("/sitemap?yyyy=2026&mm=10", Some("2026-10-01")),
            ("/202610.xml", Some("2026-10-01")),
            ("/2026/sitemap.xml", None),
            ("/sitemap-1234.xml", None),
            ("/2026-13.xml", None),
        ] {
            assert_eq!(month_in(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_source_has_so_many_sitemaps_and_no_more() {
        let named: Vec<(Url, Option<Timestamp>)> =
            (0..5).map(|n| (Url::parse(&format!("https://a.example/{n}.xml")).unwrap(), None)).collect();
        let room_for = |polled, stored| NamedSitemaps { polled, stored };
        let (changes, left) = decide_children(ChannelId(7), &named, &[], room_for(198, 198));
        assert_eq!(left, 3);
        assert_eq!(changes, [ChildChange::Add(named[0].0.to_string()), ChildChange::Add(named[1].0.to_string())]);
        let gone = KnownChild {
            id: ChannelId(9),
            url: "https://a.example/gone.xml".into(),
            parent: Some(ChannelId(7)),
            is_active: true,
            checked_at: None,
        };
        let (changes, _) = decide_children(ChannelId(7), &named, std::slice::from_ref(&gone), room_for(200, 200));
        assert_eq!(changes, [ChildChange::Deactivate(ChannelId(9)), ChildChange::Add(named[0].0.to_string())]);
        // No row more: those are used again that were requested longest ago.
        let rested = |id, day| KnownChild {
            id: ChannelId(id),
            url: format!("https://a.example/rested{id}.xml"),
            is_active: false,
            checked_at: Some(at(day)),
            ..gone.clone()
        };
        let known = [rested(10, "2026-03-01"), rested(11, "2026-01-01")];
        let (changes, left) = decide_children(ChannelId(7), &named, &known, room_for(0, 1_000));
        let replaced = |id, n: usize| ChildChange::Replace(ChannelId(id), named[n].0.to_string());
        assert_eq!((changes, left), (vec![replaced(11, 0), replaced(10, 1)], 3));
    }
}
