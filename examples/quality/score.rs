//! How much of a text was found, and how much of what was found is text: by runs of four words.

use std::collections::HashMap;

/// Precision and recall of one text, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub precision: f64,
    pub recall: f64,
}

impl Score {
    /// Their harmonic mean.
    pub fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 { 2.0 * self.precision * self.recall / sum } else { 0.0 }
    }
}

/// Compares two texts by the runs of four words in them, each counted as often as it occurs.
#[expect(clippy::cast_precision_loss, reason = "counts of words")]
pub fn texts(found: &str, expected: &str) -> Score {
    let (found, expected) = (runs(found), runs(expected));
    let common: usize = found.iter().map(|(run, count)| expected.get(run).map_or(0, |other| *count.min(other))).sum();
    let all = |runs: &HashMap<String, usize>| runs.values().sum::<usize>();
    let share = |of: usize| if of == 0 { 0.0 } else { common as f64 / of as f64 };
    match (all(&found), all(&expected)) {
        (0, 0) => Score { precision: 1.0, recall: 1.0 },
        (found, expected) => Score { precision: share(found), recall: share(expected) },
    }
}

/// The lines of `text` that are not in `other`: for people to look at.
pub fn lines_missing<'a>(text: &'a str, other: &str) -> Vec<&'a str> {
    let there = runs(other);
    let is_there = |line: &&str| {
        let own = runs(line);
        own.keys().filter(|run| there.contains_key(*run)).count() * 2 >= own.len()
            || (words(line).len() < 4 && other.contains(*line))
    };
    text.lines().filter(|line| !line.trim().is_empty() && !is_there(line)).collect()
}

fn runs(text: &str) -> HashMap<String, usize> {
    let words = words(text);
    let mut runs = HashMap::new();
    if !words.is_empty() {
        for run in words.windows(words.len().min(4)) {
            *runs.entry(run.join(" ")).or_insert(0) += 1;
        }
    }
    runs
}

/// Words in lower case; of scripts without blanks each character is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut inside = false;
    for c in text.chars() {
        let alone = matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
        if !c.is_alphanumeric() {
            inside = false;
            continue;
        }
        match words.last_mut() {
            Some(word) if inside && !alone => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        inside = !alone;
    }
    words
}
