//! The readings of one folder, added up.

use std::{fmt::Write as _, path::Path};

use jiff::{Timestamp, tz::TimeZone};

use super::{
    cases::{self, Case},
    score::{self, Score},
};

/// So many of so many.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub right: usize,
    pub of: usize,
}

impl Share {
    fn count(&mut self, right: bool) -> bool {
        self.right += usize::from(right);
        self.of += 1;
        right
    }
}

/// What a folder's pages add up to.
#[derive(Debug, Default)]
pub struct Table {
    pub name: String,
    pub pages: usize,
    /// Of the pages whose text is known: name and score.
    pub scores: Vec<(String, Score)>,
    pub with: Share,
    pub without: Share,
    pub titles: Share,
    pub authors: Share,
    pub dates: Share,
    pub languages: Share,
    /// Articles told from what is none.
    pub kinds: Share,
    /// Pages with an article of which no text was found.
    pub empty: Vec<String>,
    /// What is wrong, page by page.
    pub wrong: String,
}

impl Table {
    /// Reads every case; `lines` also shows which lines of text are too many or missing.
    pub fn of(folder: &Path, zone: &TimeZone, now: Timestamp, lines: bool) -> Result<Self, String> {
        let name = folder.file_name().map_or_else(|| folder.to_string_lossy(), |name| name.to_string_lossy());
        let mut table = Self { name: name.into_owned(), ..Self::default() };
        for case in cases::of(folder)? {
            table.add(&case, zone, now, lines)?;
        }
        Ok(table)
    }

    fn add(&mut self, case: &Case, zone: &TimeZone, now: Timestamp, lines: bool) -> Result<(), String> {
        let (article, believed) = cases::read(case, zone, now)?;
        self.pages += 1;
        let mut wrong = Vec::new();
        if !self.kinds.count(believed != case.not_article) {
            wrong.push(if believed { "taken for an article".to_owned() } else { "taken for no article".to_owned() });
        }
        if case.not_article {
            self.tell(case, &wrong);
            return Ok(());
        }
        let (text, title, author) =
            article.as_ref().map_or(("", "", ""), |a| (a.text.as_str(), a.title.as_str(), a.author.as_str()));
        if text.is_empty() && case.text.as_deref() != Some("") {
            self.empty.push(case.name.clone());
            wrong.push("no text".to_owned());
        }
        if let Some(expected) = &case.text {
            let score = score::texts(text, expected);
            if score.f1() < 0.9995 {
                wrong.push(format!("text {:.3} (P {:.3}, R {:.3})", score.f1(), score.precision, score.recall));
            }
            if lines {
                wrong.extend(score::lines_missing(text, expected).iter().map(|line| format!("\n    + {line}")));
                wrong.extend(score::lines_missing(expected, text).iter().map(|line| format!("\n    - {line}")));
            }
            self.scores.push((case.name.clone(), score));
        }
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for phrase in &case.with {
            if !self.with.count(folded.contains(&phrase.split_whitespace().collect::<Vec<_>>().join(" "))) {
                wrong.push(format!("without {phrase:?}"));
            }
        }
        for phrase in &case.without {
            if !self.without.count(!folded.contains(&phrase.split_whitespace().collect::<Vec<_>>().join(" "))) {
                wrong.push(format!("with {phrase:?}"));
            }
        }
        if let Some(expected) = &case.title
            && !self.titles.count(cases::key(title) == cases::key(expected))
        {
            wrong.push(format!("title {title:?} for {expected:?}"));
        }
        if let Some(expected) = &case.author
            && !self.authors.count(cases::same_names(author, expected))
        {
            wrong.push(format!("author {author:?} for {:?}", expected.join(", ")));
        }
        let published = article.as_ref().and_then(|article| article.published_at);
        if let Some(expected) = &case.published
            && !self.dates.count(cases::same_time(published, expected, zone))
        {
            let found = published.map_or_else(|| "none".to_owned(), |time| time.to_string());
            wrong.push(format!("published {found} for {expected}"));
        }
        let language = article.as_ref().map_or("", |article| article.language.as_str());
        if let Some(expected) = &case.language
            && !self.languages.count(language == expected)
        {
            wrong.push(format!("language {language:?} for {expected:?}"));
        }
        self.tell(case, &wrong);
        Ok(())
    }

    fn tell(&mut self, case: &Case, wrong: &[String]) {
        if !wrong.is_empty() {
            let _ = writeln!(self.wrong, "{}: {}", case.name, wrong.join("; ").replace("; \n", "\n"));
        }
    }

    /// Mean precision and mean recall over the pages.
    #[expect(clippy::cast_precision_loss, reason = "counts of pages")]
    pub fn score(&self) -> Score {
        let mean = |of: fn(&Score) -> f64| match self.scores.len() {
            0 => 1.0,
            count => self.scores.iter().map(|(_, score)| of(score)).sum::<f64>() / count as f64,
        };
        Score { precision: mean(|score| score.precision), recall: mean(|score| score.recall) }
    }

    /// F1 of the phrases: those that must be there found, those that must not be there left out.
    #[expect(clippy::cast_precision_loss, reason = "counts of phrases")]
    pub fn phrases(&self) -> f64 {
        let (found, missed) = (self.with.right as f64, (self.with.of - self.with.right) as f64);
        let wrongly = (self.without.of - self.without.right) as f64;
        if found > 0.0 { 2.0 * found / (2.0 * found + missed + wrongly) } else { 1.0 }
    }

    /// The line under [`HEAD`].
    pub fn line(&self) -> String {
        let share = |share: Share| match share.of {
            0 => "–".to_owned(),
            of => format!("{}/{of}", share.right),
        };
        let number = |known: bool, value: f64| if known { format!("{value:.4}") } else { "–".to_owned() };
        let (score, texts) = (self.score(), !self.scores.is_empty());
        format!(
            "{:<14} {:>5} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>5}",
            self.name.chars().take(14).collect::<String>(),
            self.pages,
            number(texts, score.precision),
            number(texts, score.recall),
            number(texts, score.f1()),
            number(self.with.of > 0, self.phrases()),
            share(self.titles),
            share(self.authors),
            share(self.dates),
            share(self.languages),
            share(self.kinds),
            self.empty.len(),
        )
    }
}

/// The names of the columns.
pub const HEAD: &str =
    "folder         pages  text P       R      F1 phrases  titles authors   dates   langs   kinds empty";
