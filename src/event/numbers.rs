//! The counts and sums in a report, in digits or spelled out.

use std::collections::BTreeMap;

use super::places::is_month;
use super::seen::{LEAD, Occurrence, add_occurrence};
use super::spelled::spelled_count;
use super::{MOST_MARKS, MOST_WORDS, Report};
use crate::text::fold::fold;

/// Numbers from 10 on that are not years, times, dates or parts of decimals.
pub(super) fn numbers(report: &Report) -> BTreeMap<u64, Occurrence> {
    let mut numbers = BTreeMap::new();
    let mut seen = 0;
    for (text, always) in [(report.title, true), (report.summary, true), (report.text, false)] {
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            seen += 1;
            if seen > MOST_WORDS || numbers.len() >= MOST_MARKS {
                return numbers;
            }
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let lead = always || seen < LEAD;
            if !bare.starts_with(|c: char| c.is_ascii_digit()) {
                let next = words.peek().filter(|_| word.ends_with(char::is_alphanumeric)).map(|next| bare_folded(next));
                if let Some((number, takes_next)) = spelled_count(&fold(bare), next.as_deref(), report.language) {
                    words.next_if(|_| takes_next);
                    let written = number.to_string();
                    add_occurrence(
                        &mut numbers,
                        number,
                        &Occurrence { written, lead, voice: false, sure: true, watched: false },
                    );
                }
                continue;
            }
            // "89e", "89ste", "89th".
            let digits = bare.trim_end_matches(|c: char| c.is_alphabetic());
            let bare = if bare.len() - digits.len() <= 4 { digits } else { bare };
            // "1 500" in French.
            let mut joined = bare.to_owned();
            while let Some(next) = words.peek()
                && bare.len() <= 3
                && word.ends_with(|c: char| c.is_ascii_digit())
                && next.len() >= 3
                && next.chars().take(3).all(|c| c.is_ascii_digit())
                && !next.chars().nth(3).is_some_and(char::is_alphanumeric)
            {
                joined.extend(next.chars().take(3));
                words.next();
            }
            let next = words.peek().map(|next| bare_folded(next));
            let is_time = next.as_deref().is_some_and(|next| {
                is_month(next) || matches!(next, "h" | "u" | "uur" | "uhr" | "heures" | "heure" | "am" | "pm" | "o")
            });
            if let Some(number) = count(&joined).or_else(|| decimal(&joined)).filter(|_| !is_time) {
                add_occurrence(
                    &mut numbers,
                    number,
                    &Occurrence { written: joined, lead, voice: false, sure: true, watched: false },
                );
            }
        }
    }
    numbers
}

/// Whether a number is likely to be an estimate.
pub(super) fn is_round(number: u64) -> bool {
    number.is_multiple_of(100) || number < 100 && number.is_multiple_of(10)
}

/// Decimals stand behind all counts, in hundredths.
const DECIMALS: u64 = 1_000_000_000_000;

/// The value of a decimal with one digit or two behind the point: "1,9", "6.25".
fn decimal(word: &str) -> Option<u64> {
    let (whole, part) = word.split_once([',', '.'])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.len() > 6 || part.len() > 2 {
        return None;
    }
    let hundredths =
        whole.parse::<u64>().ok()? * 100 + part.parse::<u64>().ok()? * if part.len() == 1 { 10 } else { 1 };
    Some(DECIMALS + hundredths)
}

fn bare_folded(word: &str) -> String {
    fold(word.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// The value of a number in digits: "72", "1.500", "1,500".
fn count(word: &str) -> Option<u64> {
    let mut groups = word.split(['.', ',', '\u{a0}', '\u{202f}', '\'']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(first) || rest.iter().any(|group| group.len() != 3 || !digits(group)) || word.len() > 15 {
        return None;
    }
    let number: u64 = format!("{first}{}", rest.concat()).parse().ok()?;
    let is_year = rest.is_empty() && (1900..2100).contains(&number);
    (number >= 10 && !is_year).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{DECIMALS, count, decimal};

    #[test]
    fn decimals_are_parsed_in_every_notation() {
        assert_eq!(decimal("1,9"), Some(DECIMALS + 190));
        assert_eq!(decimal("1.9"), decimal("1,90"));
        assert_eq!(decimal("1.900"), None, "a count");
        assert_eq!(decimal("1,"), None);
        assert_eq!(decimal("3.10.25"), None);
    }

    #[test]
    fn counts_are_parsed_in_every_notation() {
        assert_eq!(count("1.500"), Some(1500));
        assert_eq!(count("1,500"), Some(1500));
        assert_eq!(count("1 500".replace(' ', "").as_str()), Some(1500));
        assert_eq!(count("2026"), None, "a year");
        assert_eq!(count("3,5"), None);
        assert_eq!(count("9"), None, "too common");
    }
}
