//! Whether a URL contains a date, so that it will stop being updated.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

/// Whether the path or the query of a URL contains a day, a month or the current year. Another year may be an unrelated
/// number: a sitemap still updated years later does not end with that year.
pub fn has_date(url: &Url, now: Timestamp) -> bool {
    let text = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let this_year = TimeZone::UTC.to_datetime(now).year();
    let mut runs: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for part in text.split(|c: char| !c.is_ascii_digit()) {
        if !part.is_empty() {
            runs.push((at, part));
        }
        at += part.len() + 1;
    }
    // Characters other than digits count as one byte: positions only show whether one character separates two runs of
    // digits.
    runs.iter().enumerate().any(|(index, (start, digits))| {
        let within = |from: usize, to: usize, most: u32| {
            digits.get(from..to).and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| (1..=most).contains(&n))
        };
        let year = digits.get(..4).and_then(|year| year.parse::<i16>().ok()).filter(|year| (1995..2100).contains(year));
        let neighbour = |other: Option<&(usize, &str)>, is_beside: &dyn Fn(usize, usize) -> bool| {
            other.is_some_and(|(at, run)| {
                run.len() == 2 && is_beside(*at, run.len()) && run.parse::<u32>().is_ok_and(|n| (1..=12).contains(&n))
            })
        };
        match (year, digits.len()) {
            (Some(_), 8) => within(4, 6, 12) && within(6, 8, 31),
            (Some(_), 6) => within(4, 6, 12),
            (Some(year), 4) => {
                year == this_year
                    || neighbour(runs.get(index + 1), &|at, _| at == start + digits.len() + 1)
                    || index > 0 && neighbour(runs.get(index - 1), &|at, length| at + length + 1 == *start)
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    #[test]
    fn dates_in_urls() {
        let now = "2026-10-11T07:30:00Z".parse().unwrap();
        for (path, expected) in [
            ("sitemap-2026-10-11.xml", true),
            ("sitemaps/2026/10.xml", true),
            ("sitemap_202610.xml", true),
            ("sitemap-20261011.xml", true),
            ("sitemap.xml?yyyy=2026&mm=10", true),
            ("sitemap.xml?day=2025-09-30", true),
            ("2026-w41.xml", true),
            ("maps/2026/sitemap.xml", true),
            ("maps/11-10-2019.xml", true),
            ("rss2/2023/main", false),
            ("rss2/2023/1/main", false),
            ("rss.xml?id=99991231", false),
            ("sitemap-12.xml", false),
            ("sitemap-20269911.xml", false),
            ("", false),
        ] {
            let url = Url::parse(&format!("https://a.example/{path}")).unwrap();
            assert_eq!(has_date(&url, now), expected, "{path}");
        }
    }
}
