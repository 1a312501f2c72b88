//! Whether two addresses of one outlet have one article: its whole text and its beginning for those who do not subscribe, or a text that
//! moved to another address.

use std::collections::HashSet;

use super::one::{A_DAY, digits, is_one};
use super::{Neighbour, Reading};
use crate::model::Extent;
use crate::story;
use crate::text::fold::fold;
use crate::text::headline::headline_key;

/// The part of a headline's words that nearly the same headline has too.
const NEARLY: f64 = 0.75;
/// A headline of at least so many words may stand in a longer one, which has at most so many words more: a kicker, a label.
const LEAST_WORDS: usize = 4;
const MOST_MORE_WORDS: usize = 3;
/// Letters and digits that a beginning has at least: a single sentence may stand above all articles for subscribers.
const LEAST_LETTERS: usize = 50;
/// The part of a beginning that stands in the whole: the rest is a line about the subscription.
const CONTAINED: f64 = 0.75;
/// The same part of its shingles, where single words were changed.
const ALIKE: f64 = 0.85;
/// A beginning stands among so many letters of the whole.
const BEGINNING: usize = 4_000;
/// The most lines of a beginning that are looked for.
const MOST_LINES: usize = 40;
/// The part of the shorter text that a text and its successor at another address have in common at least.
const MOVED: f64 = 0.5;

/// Whether one of the two is the whole article and the other its beginning or lead, under nearly the same headline on nearly the
/// same day.
pub(super) fn is_part_and_whole(known: &Neighbour, reading: &Reading) -> bool {
    let article = reading.article;
    let (part, part_lead, whole, whole_lead) = match (known.extent, reading.extent) {
        (Extent::Preview, Extent::Full) => (&known.text, &known.summary, &article.text, &article.summary),
        (Extent::Full, Extent::Preview) => (&article.text, &article.summary, &known.text, &known.summary),
        _ => return false,
    };
    is_near_in_time(known, reading)
        && are_nearly_equal(&known.title, &article.title)
        && is_beginning(part, part_lead, whole, whole_lead)
}

/// Whether an article moved to the address at which the reading was made. Another article may stand there, too: a redirect leads
/// to whatever the outlet has in place of a page.
pub(super) fn is_moved_here(known: &Neighbour, reading: &Reading) -> bool {
    // A notice that stands in place of articles is the same at all their addresses.
    let is_alike = || {
        let known = story::fingerprint(&known.text);
        story::likeness(&known.words, &reading.words()).containment >= MOVED
            && !known.subject.is_notice()
            && !reading.subject().is_notice()
    };
    let elsewhere = Neighbour { url: String::new(), ..known.clone() };
    is_one(&elsewhere, reading)
        || is_near_in_time(known, reading) && are_nearly_equal(&known.title, &reading.article.title)
        || digits(&known.title) == digits(&reading.article.title) && is_alike()
}

pub(super) fn is_near_in_time(known: &Neighbour, reading: &Reading) -> bool {
    let (then, now) = (known.published_at.unwrap_or(known.read_at), reading.article.published_at.unwrap_or(reading.at));
    then.duration_since(now).abs() <= A_DAY
}

/// Whether two headlines are nearly the same: but for typography, for a word in four, or for a label.
pub fn are_nearly_equal(one: &str, other: &str) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    if headline_key(one) == headline_key(other) {
        return true;
    }
    if digits(one) != digits(other) {
        return false;
    }
    let (one, other) = (headline_words(one), headline_words(other));
    let (least, most) = (one.len().min(other.len()), one.len().max(other.len()));
    let shared = one.intersection(&other).count();
    least >= LEAST_WORDS && (part(shared, most) >= NEARLY || shared == least && most - least <= MOST_MORE_WORDS)
}

/// Whether a text, or the lead where there is hardly any text, is what the whole begins with.
fn is_beginning(text: &str, lead: &str, whole: &str, whole_lead: &str) -> bool {
    let head = letters(&format!("{whole_lead}\n{whole}"), BEGINNING);
    let is_found = |text: &str| {
        let lines: Vec<String> = text.lines().take(MOST_LINES).map(|line| letters(line, BEGINNING)).collect();
        let all: usize = lines.iter().map(String::len).sum();
        let found: usize = lines.iter().filter(|line| !line.is_empty() && head.contains(*line)).map(String::len).sum();
        found >= LEAST_LETTERS && part(found, all) >= CONTAINED
    };
    is_found(text)
        || story::likeness(&story::words(text), &story::words(whole)).containment >= ALIKE
        || letters(text, BEGINNING).len() < 2 * LEAST_LETTERS && is_found(lead)
}

/// The letters and digits that a text begins with, at most about so many bytes.
fn letters(text: &str, most: usize) -> String {
    fold(crate::text::cut::cut(text, most)).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn headline_words(title: &str) -> HashSet<String> {
    fold(title).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn part(some: usize, all: usize) -> f64 {
    some as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_that_are_nearly_the_same() {
        for (one, other) in [
            ("Brug dicht", "BRUG  dicht"),
            ("Le pont de Maldegem ferme trois mois", "Abonnés | Le pont de Maldegem ferme trois mois"),
            ("Brug over kanaal drie maanden dicht voor werken", "Brug over het kanaal drie maanden dicht voor werken"),
        ] {
            assert!(are_nearly_equal(one, other), "{one} | {other}");
        }
        for (one, other) in [
            ("Brug dicht", "Brug open"),
            ("Brug in Maldegem drie maanden dicht", "Brug in Eeklo gaat maandag weer open"),
            ("Brug in Maldegem 3 maanden dicht", "Brug in Maldegem 4 maanden dicht"),
            ("", ""),
        ] {
            assert!(!are_nearly_equal(one, other), "{one} | {other}");
        }
    }

    #[test]
    fn what_a_whole_text_begins_with() {
        let whole = "De brug over het kanaal in Maldegem gaat maandag dicht voor werken.\nDie duren drie maanden, zegt de schepen. \
            Wie naar de overkant wil, moet omrijden langs Eeklo.\nDe winkeliers vrezen voor hun omzet.";
        let lead = "De schepen belooft pendelbussen, maar wie met de auto komt, moet een half uur omrijden.";
        for (part, part_lead) in [
            ("De brug over het kanaal in Maldegem gaat maandag dicht voor werken.", ""),
            ("De brug over het kanaal in Maldegem gaat maandag dicht voor werken.\nDie duren drie maan…", ""),
            ("De brug over het kanaal in Maldegem gaat maandag dicht voor werken.\nLees verder", ""),
            (lead, ""),
            ("", lead),
        ] {
            assert!(is_beginning(part, part_lead, whole, lead), "{part} | {part_lead}");
        }
        for part in [
            "",
            "De brug",
            "Dit artikel is alleen voor abonnees. Neem een abonnement en lees elke dag het nieuws uit uw buurt.",
            "De brug over het kanaal in Eeklo gaat maandag open na werken van drie maanden, zegt de schepen daar.",
        ] {
            assert!(!is_beginning(part, "", whole, lead), "{part}");
        }
    }
}
