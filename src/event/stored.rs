//! Features as text, so that a report is read once only however often its window is decided.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::marks::{Marks, name_key};
use super::places::place_named;
use super::seen::{Occurrence, ReportPart};
use super::standing::Standing;
use super::table::{KEY_DIGITS, STEM_DIGITS, read_key, shown_key};
use super::topics::{family_name, family_named};
use crate::sentence::SentenceVector;

/// Raised when the features of one text are others than before: then they are extracted again.
const VERSION: &str = "4";

const PARTS: [(ReportPart, &str); 3] = [(ReportPart::Headline, "h"), (ReportPart::Lead, "l"), (ReportPart::Text, "t")];

impl Marks {
    /// The features that comparisons use: none of them contains a bar or a semicolon.
    pub fn to_text(&self) -> String {
        let mut text = VERSION.to_owned();
        let mut add = |fields: &[&str]| {
            let _ = write!(text, ";{}", fields.join("|"));
        };
        let days: String = self.days.iter().map(ToString::to_string).collect();
        add(&["about", &self.language, &days, self.city.unwrap_or_default()]);
        let standing = self.standing.fields();
        add(&["k", &standing[0], &standing[1], &standing[2], &standing[3], &standing[4]]);
        // A name that may be the first word of a sentence is never compared.
        let mut positions: BTreeMap<&str, String> = BTreeMap::new();
        for (at, (name, seen)) in self.names.iter().filter(|(_, seen)| seen.sure).enumerate() {
            let name_shown = if name_key(&seen.written) == *name { "" } else { name };
            add(&["n", &seen.written, &flags(seen), name_shown]);
            positions.insert(name, at.to_string());
        }
        // The names of a pair by their position among the names: no name begins with a digit.
        let shown = |name: &str| positions.get(name).cloned().unwrap_or_else(|| name.to_owned());
        for (pair, seen) in &self.pairs {
            let has_both = positions.contains_key(pair.0.as_str()) && positions.contains_key(pair.1.as_str());
            let is_known = has_both && self.written_apart(pair) == seen.written;
            let written = if is_known { "" } else { &seen.written };
            add(&["p", &shown(&pair.0), &shown(&pair.1), &flags(seen), written]);
        }
        for (number, seen) in &self.numbers {
            add(&["u", &number.to_string(), &seen.written, &flags(seen)]);
        }
        for (name, (_, seen)) in &self.places {
            add(&["l", name, &seen.written, &flags(seen)]);
        }
        for (part, key) in PARTS {
            let with = |topics: &[usize]| topics.iter().map(|topic| family_name(*topic)).collect::<Vec<_>>().join("|");
            let topics = self.topics.iter().filter(|(_, of)| **of == part).map(|(topic, _)| *topic);
            let (watched, other): (Vec<usize>, Vec<usize>) =
                topics.partition(|topic| self.watched_topics.contains(topic));
            for (kind, topics) in [("t", other), ("x", watched)] {
                if !topics.is_empty() {
                    add(&[kind, key, &with(&topics)]);
                }
            }
            for (kind, digits, keys) in [("w", STEM_DIGITS, &self.stems), ("m", KEY_DIGITS, &self.terms)] {
                let keys: String =
                    keys.iter().filter(|(_, of)| **of == part).map(|(word, _)| shown_key(*word, digits)).collect();
                if !keys.is_empty() {
                    add(&[kind, key, &keys]);
                }
            }
        }
        if let Some(vector) = &self.sentence {
            add(&["s", vector.model(), &vector.values_text()]);
        }
        text
    }

    /// The features that stand in a text; `None` if another version wrote it.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.split(';');
        lines.next().filter(|version| *version == VERSION)?;
        let mut marks = Self::default();
        let mut names: Vec<String> = Vec::new();
        for line in lines {
            let (kind, rest) = line.split_once('|')?;
            let fields: Vec<&str> = rest.split('|').collect();
            match (kind, fields.as_slice()) {
                ("about", [language, days, city]) => {
                    (*language).clone_into(&mut marks.language);
                    marks.days = days.bytes().filter(u8::is_ascii_digit).map(|day| day - b'0').collect();
                    marks.city = place_named(city).map(|place| place.name);
                }
                ("n", [written, flags, name]) => {
                    let name = if name.is_empty() { name_key(written) } else { (*name).to_owned() };
                    names.push(name.clone());
                    marks.names.insert(name, seen(written, flags));
                }
                ("p", [first, last, flags, written]) => {
                    let name = |shown: &str| match shown.parse::<usize>() {
                        Ok(at) => names.get(at).cloned(),
                        Err(_) => Some(shown.to_owned()),
                    };
                    let pair = (name(first)?, name(last)?);
                    let seen = match *written {
                        "" => seen(&marks.written_apart(&pair), flags),
                        written => seen(written, flags),
                    };
                    marks.pairs.insert(pair, seen);
                }
                ("u", [number, written, flags]) => {
                    marks.numbers.insert(number.parse().ok()?, seen(written, flags));
                }
                ("l", [name, written, flags]) => {
                    let place = place_named(name)?;
                    marks.places.insert(place.name, (place.is_city, seen(written, flags)));
                }
                ("t" | "x", [part, names @ ..]) => {
                    for name in names {
                        let topic = family_named(name)?;
                        marks.topics.insert(topic, part_of(part)?);
                        if kind == "x" {
                            marks.watched_topics.insert(topic);
                        }
                    }
                }
                ("w" | "m", [part, keys]) => {
                    let part = part_of(part)?;
                    let (words, digits) =
                        if kind == "w" { (&mut marks.stems, STEM_DIGITS) } else { (&mut marks.terms, KEY_DIGITS) };
                    for key in keys.as_bytes().chunks(digits) {
                        words.insert(read_key(key, digits)?, part);
                    }
                }
                ("s", [model, values]) => marks.sentence = Some(SentenceVector::from_text(model, values)?),
                ("k", fields) => marks.standing = Standing::from_fields(fields)?,
                _ => return None,
            }
        }
        Some(marks)
    }

    /// A pair of names as its two names are written, which need not be stored twice.
    fn written_apart(&self, (first, last): &(String, String)) -> String {
        let written = |name: &str| self.names.get(name).map_or("", |seen| seen.written.as_str());
        format!("{} {}", written(first), written(last))
    }
}

fn part_of(key: &str) -> Option<ReportPart> {
    PARTS.iter().find(|(_, known)| *known == key).map(|(part, _)| *part)
}

/// A letter for each thing that is so.
fn flags(seen: &Occurrence) -> String {
    let known = [(seen.lead, 'l'), (seen.voice, 'v'), (seen.sure, 's'), (seen.watched, 'w')];
    known.iter().filter(|(so, _)| *so).map(|(_, letter)| *letter).collect()
}

fn seen(written: &str, flags: &str) -> Occurrence {
    Occurrence {
        written: written.to_owned(),
        lead: flags.contains('l'),
        voice: flags.contains('v'),
        sure: flags.contains('s'),
        watched: flags.contains('w'),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;
    use crate::event::Report;

    #[test]
    fn features_survive_being_stored() {
        let report = Report {
            title: "Rapper Toomaj Salehi krijgt 33 maanden",
            summary: "In Teheran is zaterdag de rapper veroordeeld na een staking.",
            text: "Volgens zijn advocaat Amir Raesian waren er 1.500 mensen in Brussel. Salehi werd gezien in Den Haag.",
            language: "nl",
            watched: "staking",
        };
        let mut marks = Marks::from_report(&report);
        marks.sentence = Some(SentenceVector::new("0a1b", &[0.5, -1.0, 0.25]));
        let stored = Marks::from_text(&marks.to_text()).unwrap();
        marks.names.retain(|_, seen| seen.sure);
        assert_eq!(stored, marks);
        assert!(!marks.pairs.is_empty() && !marks.watched_topics.is_empty() && marks.topics.len() > 1);
        assert_eq!(Marks::from_text(&Marks::default().to_text()), Some(Marks::default()));
    }

    #[test]
    fn what_another_version_wrote_is_extracted_again() {
        assert_eq!(Marks::from_text(""), None);
        assert_eq!(Marks::from_text("3;about|||"), None);
        assert_eq!(Marks::from_text("4;about|||;z|q"), None);
        assert_eq!(Marks::from_text("4;t|h|no such topic"), None);
        assert_eq!(Marks::from_text("4;w|h|AAA"), None);
        assert_eq!(Marks::from_text("4;s|0a1b|é"), None);
        assert_eq!(Marks::from_text("4;n|Salehi|s|;p|0|1|s|"), None);
        assert_eq!(Marks::from_text("4;w|h|AA;A"), None);
    }
}
