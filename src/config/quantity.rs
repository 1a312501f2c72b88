//! Parses durations and sizes: "20s", "1h30m", "10MB".

use std::time::Duration;

use super::problem::{Flaw, shown};

const SECOND: u64 = 1_000;
const DAY: u64 = 86_400 * SECOND;
/// Unit, milliseconds, and its spelled-out forms.
const UNITS: [(&str, u64, &[&str]); 6] = [
    ("ms", 1, &["millisecond", "milliseconds", "msec", "millis"]),
    ("s", SECOND, &["second", "seconds", "sec", "secs"]),
    ("m", 60 * SECOND, &["minute", "minutes", "min", "mins"]),
    ("h", 3_600 * SECOND, &["hour", "hours", "hr", "hrs"]),
    ("d", DAY, &["day", "days"]),
    ("w", 7 * DAY, &["week", "weeks"]),
];
const SIZES: [(&str, u64); 7] = [
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// Examples of a duration, for messages.
pub(super) const DURATION: &str = "a duration such as \"20s\", \"1h30m\" or \"30d\" (units: ms, s, m, h, d, w)";
/// Examples of a size, for messages.
pub(super) const SIZE: &str = "a size such as \"10MB\" (units: B, KB, MB, GB, KiB, MiB, GiB)";

/// Parses a sum of numbers with units; `least` and `most` are inclusive, and written as messages show them.
pub(super) fn duration(text: &str, least: &str, most: &str) -> Result<Duration, Flaw> {
    let flaw = || Flaw::new(format!("\"{}\" is not a duration", shown(text))).expected(DURATION);
    let whole = || decimal(text).map(|whole| format!("write it in whole numbers: \"{whole}\""));
    let parts = parts(text).ok_or_else(|| flaw().hint(whole()))?;
    let mut total: u64 = 0;
    let mut better = String::new();
    let mut sound = true;
    for (number, unit) in parts {
        let known = UNITS.iter().find(|(short, ..)| *short == unit);
        let spelt = UNITS.iter().find(|(short, _, long)| {
            short.eq_ignore_ascii_case(unit) || long.iter().any(|long| long.eq_ignore_ascii_case(unit))
        });
        let Some((short, factor, _)) = known.or(spelt) else {
            let hint = unit.is_empty().then(|| format!("a number needs its unit, as in \"{number}s\""));
            return Err(flaw().hint(hint));
        };
        sound &= known.is_some();
        better.extend([number, short]);
        let part = number.parse().ok().and_then(|number: u64| number.checked_mul(*factor));
        total = part.and_then(|part| total.checked_add(part)).unwrap_or(u64::MAX);
    }
    if !sound {
        return Err(flaw().hint(Some(format!("did you mean \"{better}\"?"))));
    }
    let found = Duration::from_millis(total);
    // The limits are constants of ours: an invalid one is ignored.
    if limit(least).is_some_and(|least| found < least) || limit(most).is_some_and(|most| found > most) {
        let message = format!("\"{}\" is out of range", shown(text));
        return Err(Flaw::new(message).expected(format!("\"{least}\" to \"{most}\"")));
    }
    Ok(found)
}

/// "1.5h" → "90m": the same as a whole number of the largest unit that allows it.
fn decimal(text: &str) -> Option<String> {
    let (whole, rest) = text.trim().split_once(['.', ','])?;
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    let (fraction, unit) = rest.split_at_checked(digits).filter(|(fraction, _)| !fraction.is_empty())?;
    let (_, factor, _) = UNITS.iter().find(|(short, ..)| *short == unit.trim())?;
    let tenths: u64 = format!("{whole}{fraction}").parse().ok()?;
    let parts = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let thousandths = tenths.checked_mul(*factor)?;
    if thousandths % parts != 0 {
        return None;
    }
    let total = thousandths / parts;
    let (short, size, _) = UNITS.iter().rev().find(|(_, size, _)| total % size == 0)?;
    Some(format!("{}{short}", total / size))
}

fn limit(text: &str) -> Option<Duration> {
    let mut total = 0;
    for (number, unit) in parts(text)? {
        let (_, factor, _) = UNITS.iter().find(|(short, ..)| *short == unit)?;
        total += number.parse::<u64>().ok()? * factor;
    }
    Some(Duration::from_millis(total))
}

/// "1h 30m" → (1, h), (30, m). At least one part, digits first; the unit may be missing.
fn parts(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = text.trim();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits)?;
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(letters)?;
        // A duration has few parts; a longer text is not one.
        if number.is_empty() || number.len() > 18 || parts.len() == 8 {
            return None;
        }
        parts.push((number, unit));
        rest = after.trim_start();
    }
    (!parts.is_empty()).then_some(parts)
}

/// Parses a size in bytes, from 10 KB to 1 GB.
pub(super) fn size(text: &str) -> Result<u64, Flaw> {
    let flaw = || Flaw::new(format!("\"{}\" is not a size", shown(text))).expected(SIZE);
    let parts = parts(text).ok_or_else(flaw)?;
    let [(number, unit)] = parts.as_slice() else { return Err(flaw()) };
    let known = SIZES.iter().find(|(short, _)| short.eq_ignore_ascii_case(unit));
    let Some((_, factor)) = known else {
        let longer =
            SIZES.iter().find(|(short, _)| short.strip_suffix('B').is_some_and(|s| s.eq_ignore_ascii_case(unit)));
        let hint = match longer {
            Some(("B", _)) => Some(format!("a number needs its unit, as in \"{number}B\"")),
            other => other.map(|(short, _)| format!("did you mean \"{number}{short}\"?")),
        };
        return Err(flaw().hint(hint));
    };
    let bytes = number.parse().ok().and_then(|number: u64| number.checked_mul(*factor)).unwrap_or(u64::MAX);
    if !(10_000..=1_000_000_000).contains(&bytes) {
        let message = format!("\"{}\" is out of range", shown(text));
        return Err(Flaw::new(message).expected("\"10KB\" to \"1GB\""));
    }
    Ok(bytes)
}

/// How a number without a unit should be written: as bytes, or as megabytes if it is small.
pub(super) fn with_unit(number: &str) -> String {
    match (number.strip_suffix("000000"), number.strip_suffix("000")) {
        (Some(mega), _) if !mega.is_empty() => format!("{mega}MB"),
        (_, Some(kilo)) if !kilo.is_empty() => format!("{kilo}KB"),
        _ if number.len() > 4 => format!("{number}B"),
        _ => format!("{number}MB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> Option<u128> {
        duration(text, "0s", "52w").ok().map(|d| d.as_millis())
    }

    #[test]
    fn durations() {
        let table = [
            ("20s", Some(20_000)),
            ("1h30m", Some(5_400_000)),
            ("1h 30m", Some(5_400_000)),
            ("500ms", Some(500)),
            ("2w", Some(1_209_600_000)),
            ("0s", Some(0)),
            ("", None),
            ("20", None),
            ("s", None),
            ("-1s", None),
            ("1.5h", None),
            ("20 seconds", None),
            ("99999999999999999w", None),
            ("999999999999999999999999s", None),
            ("53w", None),
        ];
        for (text, expected) in table {
            assert_eq!(ms(text), expected, "{text}");
        }
    }

    #[test]
    fn spelled_out_durations_get_a_hint() {
        let hint = |text| duration(text, "0s", "52w").err().and_then(|flaw| flaw.hint);
        assert_eq!(hint("20 seconds").as_deref(), Some("did you mean \"20s\"?"));
        assert_eq!(hint("1 Day 2hrs").as_deref(), Some("did you mean \"1d2h\"?"));
        assert_eq!(hint("20").as_deref(), Some("a number needs its unit, as in \"20s\""));
        assert_eq!(hint("20x"), None);
        for (text, better) in [
            ("0.1s", Some("100ms")),
            ("1.5h", Some("90m")),
            ("1,5 m", Some("90s")),
            ("2.0w", Some("2w")),
            ("0.0001s", None),
            ("1.5", None),
            (".5s", Some("500ms")),
            ("1.99999999999999999999h", None),
        ] {
            assert_eq!(hint(text), better.map(|better| format!("write it in whole numbers: \"{better}\"")), "{text}");
        }
    }

    #[test]
    fn sizes() {
        let table = [
            ("10MB", Some(10_000_000)),
            ("512KB", Some(512_000)),
            ("5MiB", Some(5_242_880)),
            ("5 mib", Some(5_242_880)),
            ("1GB", Some(1_000_000_000)),
            ("1GiB", None),
            ("9999B", None),
            ("10000B", Some(10_000)),
            ("10", None),
            ("10M", None),
            ("1MB2KB", None),
            ("", None),
            ("999999999999999999GB", None),
        ];
        for (text, expected) in table {
            assert_eq!(size(text).ok(), expected, "{text}");
        }
    }
}
