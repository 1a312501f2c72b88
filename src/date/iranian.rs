//! Converts the Iranian (Jalali) calendar to the Gregorian one.

use jiff::{ToSpan, civil::Date};

/// The first day of 1403, the reference for all other dates.
const NEW_YEAR_1403: Date = jiff::civil::date(2024, 3, 20);

/// Eight leap years in 33: exact from 1178 to 1633.
fn is_leap(year: i64) -> bool {
    (year * 8 + 29).rem_euclid(33) < 8
}

/// The Gregorian date of an Iranian one; `None` for invalid dates and for years before 1250 or after 1500.
pub fn date(year: i64, month: i64, day: i64) -> Option<Date> {
    let days_in_month = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 if is_leap(year) => 30,
        12 => 29,
        _ => return None,
    };
    if !(1250..=1500).contains(&year) || !(1..=days_in_month).contains(&day) {
        return None;
    }
    let days_in_year = |year: i64| if is_leap(year) { 366 } else { 365 };
    let years: i64 = (1403..year).map(days_in_year).sum::<i64>() - (year..1403).map(days_in_year).sum::<i64>();
    let in_year = if month <= 7 { (month - 1) * 31 } else { 186 + (month - 7) * 30 };
    NEW_YEAR_1403.checked_add((years + in_year + day - 1).days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_both_calendars() {
        for (year, month, day, expected) in [
            (1403, 1, 1, Some(jiff::civil::date(2024, 3, 20))),
            (1403, 2, 15, Some(jiff::civil::date(2024, 5, 4))),
            (1403, 12, 30, Some(jiff::civil::date(2025, 3, 20))),
            (1404, 1, 1, Some(jiff::civil::date(2025, 3, 21))),
            (1402, 12, 29, Some(jiff::civil::date(2024, 3, 19))),
            (1402, 12, 30, None),
            (1399, 12, 30, Some(jiff::civil::date(2021, 3, 20))),
            (1357, 11, 22, Some(jiff::civil::date(1979, 2, 11))),
            (1401, 6, 25, Some(jiff::civil::date(2022, 9, 16))),
            (1401, 13, 1, None),
            (1401, 1, 0, None),
            (9999, 1, 1, None),
        ] {
            assert_eq!(date(year, month, day), expected, "{year}/{month}/{day}");
        }
    }
}
