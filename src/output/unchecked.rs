//! The lines above the news that name the sources for which it cannot speak.

use super::words::Frame;
use crate::digest::{Checks, Digest, Unchecked};
use crate::i18n::fill;
use crate::text::clean::one_line;
use crate::text::cut::shorten;

/// The most sources that a line names: it stands above the news, and mail programs cut off long mails.
const MOST_NAMES: usize = 5;
/// The longest name, in characters.
const NAME: usize = 60;

impl Frame {
    /// The sources that could not be checked, then those that were checked only in part: a line each, where there are any.
    pub(super) fn unchecked(&self, digest: &Digest) -> Vec<String> {
        let texts = self.texts();
        let (mut not, mut partly) = (Vec::new(), Vec::new());
        for row in &digest.ledger {
            match row.unchecked(&digest.period) {
                Some(why) => not.push((name(row), self.why_unchecked(why))),
                None if row.is_partly_checked() => partly.push(name(row)),
                None => {}
            }
        }
        let lines =
            [(texts.unchecked, self.with_reasons(not)), (texts.partly_checked, self.first_names(partly, MOST_NAMES))];
        let lines = lines.into_iter().filter(|(_, sources)| !sources.is_empty());
        lines.map(|(form, sources)| fill(form, &[("sources", &sources)])).collect()
    }

    /// The first names, each with its reason, or all with the one that they share.
    fn with_reasons(&self, sources: Vec<(String, String)>) -> String {
        let shared = sources.first().map(|(_, why)| why.clone());
        let shared = shared.filter(|shared| sources.len() > 1 && sources.iter().all(|(_, why)| why == shared));
        let names =
            sources.into_iter().map(|(name, why)| if shared.is_some() { name } else { format!("{name} ({why})") });
        let names = self.first_names(names.collect(), MOST_NAMES);
        shared.map_or(names.clone(), |why| format!("{names} – {why}"))
    }

    fn why_unchecked(&self, why: Unchecked) -> String {
        let texts = self.texts();
        match why {
            Unchecked::NotAsked => texts.not_checked.to_owned(),
            Unchecked::Stale(at) => fill(texts.last_checked, &[("at", &self.when(at))]),
            Unchecked::Failing(trouble) => self.state_since(trouble),
        }
    }

    /// At most so many names, and how many more there are. Semicolons separate them, because names contain commas.
    pub(super) fn first_names(&self, mut names: Vec<String>, most: usize) -> String {
        let more = names.len().saturating_sub(most);
        names.truncate(most);
        if more > 0 {
            names.push(self.count(more, &self.texts().more_sources));
        }
        names.join(self.texts().between_outlets)
    }
}

fn name(row: &Checks) -> String {
    shorten(&one_line(&row.source), NAME).into_owned()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::super::samples::{frame, hostile, kind};
    use super::super::text::Style;
    use super::super::{html, markdown, report, text, whole};
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn sources_that_could_not_be_checked_stand_above_the_news_in_every_format() {
        let line = "Could not be checked: De Kade (not checked in this period)";
        let (digest, frame) = (kind(), frame());
        for page in [
            whole(|print| text::digest(&digest, &frame, Style::PLAIN, print)),
            whole(|print| markdown::digest(&digest, &frame, print)),
            whole(|print| html::digest(&digest, &frame, print)),
            whole(|print| report::review(&digest, &report::Masthead::default(), &frame, print)),
        ] {
            let told = page.find(line).unwrap();
            let news = page.find("Strike at the quay").unwrap();
            assert!(told < news, "{page}");
        }
        let french = Frame { language: Language::French, ..frame };
        assert_eq!(
            french.unchecked(&digest),
            ["N’ont pas pu être vérifiées\u{a0}: De Kade (pas vérifiée pendant cette période)"]
        );
    }

    #[test]
    fn the_lines_say_why_and_stay_short() {
        let mut digest = kind();
        let mut failing = digest.ledger[1].clone();
        (failing.asked, failing.failed) = (3, 3);
        let partly = Checks { asked: 3, checked_at: Some(digest.period.until), ..failing.clone() };
        let partly = Checks { source: "Canal".into(), failed: 1, channels: 2, ..partly };
        let stale = Checks {
            source: "Post".into(),
            asked: 1,
            checked_at: Some("2026-10-08T06:00:00Z".parse().unwrap()),
            ..Checks::default()
        };
        digest.ledger = vec![failing.clone(), partly, stale];
        assert_eq!(
            frame().unchecked(&digest),
            [
                "Could not be checked: De Kade (blocked since Fri 9 Oct 08:00); Post (last checked Thu 8 Oct 08:00)",
                "Checked only in part: Canal",
            ]
        );
        digest.ledger = vec![Checks { source: "x".repeat(5_000), ..failing }; 400];
        let lines = frame().unchecked(&digest);
        assert!(
            lines[0].ends_with("; 395 more – blocked since Fri 9 Oct 08:00") && lines[0].len() < 3_000,
            "{lines:?}"
        );
        assert!(frame().unchecked(&hostile()).iter().all(|line| !line.contains('\n')));
    }
}
