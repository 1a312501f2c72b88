//! Who reported, how many, and whose words: the lines above the news of a watch, and the outlets that carried one text.

use std::collections::HashSet;

use jiff::SignedDuration;

use crate::digest::{Digest, Mention, Period, Section, ShownAbove, Story, Tally, WatchNews};
use crate::i18n::fill;
use crate::model::{ArticleId, Regrouping};
use crate::text::clean::one_line;
use crate::text::cut::shorten;

use super::words::Frame;

/// The most agencies that a line of figures names: real ones are fewer.
const MOST_AGENCIES: usize = 4;
/// The most outlets named above the texts of a watch.
const MOST_OUTLETS: usize = 30;
/// The longest name of an outlet there, in characters.
const NAME: usize = 60;
/// The most texts named that an earlier watch shows, for each watch; texts with an article that is not shown there always are.
const MOST_SHOWN_ABOVE: usize = 12;

/// How much older than its finding an article is that a digest of what is new remarks upon.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// The texts of a watch that an earlier watch shows.
pub(super) struct Above<'a> {
    /// The line above them.
    pub heading: String,
    /// Each with the articles that are not shown there.
    pub stories: Vec<(&'a Story, Vec<&'a Mention>)>,
}

/// What stands before and after the placeholder of a text.
pub(super) fn around(text: &'static str, placeholder: &str) -> (&'static str, &'static str) {
    text.split_once(placeholder).unwrap_or((text, ""))
}

/// A name as it stands in a list of many.
fn outlet_name(outlet: &str) -> String {
    shorten(&one_line(outlet), NAME).into_owned()
}

impl Frame {
    /// "22 outlets, 31 articles, 8 texts: 5 own texts, 17 outlets carry Belga’s".
    pub(super) fn figures(&self, tally: &Tally) -> String {
        let texts = self.texts();
        let mut parts = vec![match tally.own_texts() {
            0 => texts.no_own_text.to_owned(),
            n => self.count(n, &texts.own_texts),
        }];
        for (agency, outlets) in tally.agencies.iter().take(MOST_AGENCIES) {
            parts.push(fill(&self.count(*outlets, &texts.carry_agency), &[("agency", &one_line(agency))]));
        }
        if tally.agencies.len() > MOST_AGENCIES {
            parts.push("…".to_owned());
        }
        if tally.copying > 0 {
            parts.push(self.count(tally.copying, &texts.copy_outlets));
        }
        let (outlets, articles) =
            (self.count(tally.outlets, &texts.outlets), self.count(tally.articles, &texts.articles));
        let stories = self.count(tally.texts, &texts.texts);
        let values =
            [("outlets", &outlets), ("articles", &articles), ("texts", &stories), ("parts", &parts.join(", "))];
        fill(texts.figures, &values.map(|(name, value)| (name, value.as_str())))
    }

    /// The figures of all watches together; `None` where one watch found all of it, and says the same.
    pub(super) fn figures_in_all(&self, digest: &Digest) -> Option<String> {
        let is_all = |watch: &WatchNews| watch.tally.articles == digest.tally.articles;
        let says_more = !digest.watches.iter().any(is_all);
        says_more.then(|| fill(self.texts().in_all, &[("figures", &self.figures(&digest.tally))]))
    }

    /// Which time a digest filters by, where articles are older than its period.
    pub(super) fn older_articles(&self, digest: &Digest) -> Option<String> {
        let Period { since, by_published, new_for, .. } = &digest.period;
        let form = match since {
            _ if *by_published => return None,
            Some(_) => &self.texts().older_articles,
            // What is new has no beginning: its articles are compared with the time at which they were found.
            None if new_for.is_some() => &self.texts().older_finds,
            None => return None,
        };
        let is_older = |mention: &&Mention| {
            let from = since.unwrap_or_else(|| mention.found_at - A_DAY);
            mention.published_at.is_some_and(|at| at < from)
        };
        let older: HashSet<ArticleId> = digest.mentions().filter(is_older).map(|mention| mention.article).collect();
        (!older.is_empty()).then(|| self.count(older.len(), form))
    }

    /// The outlets with texts of their own, or, where there are none, all that reported.
    pub(super) fn who_reported(&self, watch: &WatchNews) -> String {
        let own = watch.tally.own.iter().map(|own| match own.texts {
            1 => outlet_name(&own.outlet),
            n => format!("{} ({})", outlet_name(&own.outlet), self.figure(n)),
        });
        let own: Vec<String> = own.collect();
        let (form, names) = if own.is_empty() {
            let all = watch.reporters.iter().map(|reporter| outlet_name(&reporter.outlet));
            (self.texts().reported_by.to_owned(), all.collect())
        } else {
            (self.count(watch.tally.own_texts(), &self.texts().own_by), own)
        };
        fill(&form, &[("outlets", &self.first_names(names, MOST_OUTLETS))])
    }

    /// The line of an event that several texts report, or that an earlier digest showed otherwise; `None` for a single text.
    pub(super) fn event(&self, section: &Section) -> Option<String> {
        let texts = self.texts();
        let line = (!section.others.is_empty()).then(|| {
            let tally = section.tally();
            let values = [
                ("texts", self.count(section.others.len() + 1, &texts.texts)),
                ("articles", self.count(tally.articles, &texts.articles)),
                ("outlets", self.count(tally.outlets, &texts.outlets)),
            ];
            fill(texts.one_event, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        });
        let regrouped = section.lead.first.regrouped.map(|change| match change {
            Regrouping::Joined => texts.event_joined.to_owned(),
            Regrouping::Split => texts.event_split.to_owned(),
        });
        let parts: Vec<String> = line.into_iter().chain(regrouped).collect();
        (!parts.is_empty()).then(|| parts.join(". "))
    }

    /// When a copy was published, and what a reader must know before clicking: "16:44 (from Vitrine)".
    pub(super) fn carried_at(&self, copy: &Mention, first: &Mention) -> String {
        let day = |mention: &Mention| self.zone.to_datetime(mention.time()).date();
        let at = match copy.published_at {
            Some(at) if day(copy) == day(first) => self.zone.to_datetime(at).strftime("%H:%M").to_string(),
            Some(at) => self.when(at),
            None => fill(self.texts().found, &[("at", &self.when(copy.found_at))]),
        };
        // What the line of the first article says already is not repeated.
        let credit = if copy.credit == first.credit { "" } else { &copy.credit };
        let original = copy.original_outlet.as_deref().filter(|outlet| *outlet != &*first.outlet);
        let mut remarks = self.remarks_on(copy, credit, original);
        if copy.mark != first.mark {
            remarks.extend(self.marks(copy));
        }
        if remarks.is_empty() { at } else { format!("{at} ({})", remarks.join(", ")) }
    }

    /// The heading of the ledger.
    pub(super) fn ledger_heading(&self, digest: &Digest) -> String {
        let texts = self.texts();
        digest.ledger_since.map_or_else(
            || texts.ledger.to_owned(),
            |at| fill(texts.ledger_since, &[("ledger", texts.ledger), ("at", &self.when(at))]),
        )
    }

    /// The watches without coverage, where the digest is about several; `None` if each has some.
    pub(super) fn nothing_for(&self, digest: &Digest) -> Option<String> {
        let empty = digest.watches.iter().filter(|watch| watch.stories.is_empty()).map(|watch| one_line(&watch.name));
        let empty: Vec<String> = empty.collect();
        let names = empty.join(self.texts().between_outlets);
        (!empty.is_empty() && digest.watches.len() > 1).then(|| fill(self.texts().nothing_for, &[("watches", &names)]))
    }

    /// The texts that earlier watches show, by watch, and how many more there are.
    pub(super) fn shown_above<'a>(&self, watch: &'a WatchNews) -> (Vec<Above<'a>>, Option<String>) {
        let (mut above, mut watches, mut left): (Vec<Above>, Vec<&str>, usize) = (Vec::new(), Vec::new(), 0);
        let mut named = 0;
        for (story, ShownAbove { watch, rest }) in watch.shown_above() {
            if rest.is_empty() && named == MOST_SHOWN_ABOVE {
                left += 1;
                continue;
            }
            named += usize::from(rest.is_empty());
            let at = watches.iter().position(|known| *known == &**watch).unwrap_or_else(|| {
                let heading = fill(self.texts().shown_above, &[("watch", &one_line(watch))]);
                above.push(Above { heading, stories: Vec::new() });
                watches.push(watch);
                watches.len() - 1
            });
            let rest = story.mentions().filter(|mention| rest.contains(&mention.article)).collect();
            if let Some(above) = above.get_mut(at) {
                above.stories.push((story, rest));
            }
        }
        (above, (left > 0).then(|| self.count(left, &self.texts().more_texts)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::digest::{Origin, OwnTexts, Reporter};
    use crate::i18n::Language;
    use crate::output::samples::{frame, kind};

    fn tally() -> Tally {
        let own = |outlet: &str, texts| OwnTexts { outlet: outlet.into(), texts };
        Tally {
            outlets: 22,
            articles: 31,
            texts: 8,
            own: vec![own("KADE", 4), own("Kust, Stad en Land", 1)],
            agencies: vec![("Belga".into(), 17), ("AFP".into(), 1)],
            copying: 1,
        }
    }

    #[test]
    fn the_figures_in_every_language() {
        let figures = Language::ALL.map(|language| Frame { language, ..frame() }.figures(&tally()));
        assert_eq!(
            figures,
            [
                "22 outlets, 31 articles, 8 texts: 5 own texts, 17 outlets carry Belga’s, 1 outlet carries AFP’s, 1 outlet copies another",
                "22 médias, 31 articles, 8 textes\u{a0}: 5 textes propres, 17 médias reprennent des textes de Belga, 1 média reprend un texte de AFP, 1 média reprend un texte d’un autre",
                "22 media, 31 artikelen, 8 teksten: 5 eigen teksten, 17 media nemen tekst van Belga over, 1 medium neemt tekst van AFP over, 1 medium neemt tekst van een ander over",
                "22 Medien, 31 Artikel, 8 Texte: 5 eigene Texte, 17 Medien übernehmen Text von Belga, 1 Medium übernimmt Text von AFP, 1 Medium übernimmt Text eines anderen",
            ]
        );
        let one = Tally {
            outlets: 1,
            articles: 1,
            texts: 1,
            own: Vec::new(),
            agencies: vec![("Belga".into(), 1)],
            copying: 0,
        };
        assert_eq!(frame().figures(&one), "1 outlet, 1 article, 1 text: no own text, 1 outlet carries Belga’s");
        let agencies = (0..9).map(|n| (format!("A{n}").into(), 1)).collect();
        let many = frame().figures(&Tally { agencies, ..one });
        assert!(many.ends_with("1 outlet carries A3’s, …"), "{many}");
    }

    #[test]
    fn the_outlets_that_reported_are_named_as_far_as_there_is_room() {
        let mut watch = WatchNews { tally: tally(), ..WatchNews::new("Quay", None) };
        assert_eq!(frame().who_reported(&watch), "Reported by: KADE (4); Kust, Stad en Land – in own texts");
        watch.tally.own.clear();
        let reporter =
            |n: usize| Reporter { outlet: format!("Outlet {n}").into(), origin: Origin::Agency("Belga".into()) };
        watch.reporters = (1..=40).map(reporter).collect();
        let named = frame().who_reported(&watch);
        assert!(
            named.starts_with("Reported by: Outlet 1; Outlet 2; ") && named.ends_with("; Outlet 30; 10 more"),
            "{named}"
        );
    }

    #[test]
    fn a_digest_says_which_time_it_goes_by_when_articles_are_older_than_its_period() {
        // Of three articles, published on 10 October at 14:31 and 15:11 and at an unknown time, and all found at 15:00.
        let older = |since: Option<&str>, by_published, new_for: Option<&str>| {
            let mut digest = kind();
            let since = since.map(|at| at.parse().unwrap());
            digest.period = Period { since, by_published, new_for: new_for.map(str::to_owned), ..digest.period };
            let mut twice = digest.watches[0].clone();
            twice.name = "What two watches match is one article".to_owned();
            digest.watches.push(twice);
            frame().older_articles(&digest).unwrap_or_default()
        };
        let said = |articles: &str| format!("By the time found: {articles} were published before this period.");
        assert_eq!(older(Some("2026-10-10T07:30:00Z"), false, None), "");
        assert_eq!(older(Some("2026-10-10T14:31:00Z"), false, None), "");
        assert_eq!(
            older(Some("2026-10-10T15:00:00Z"), false, None),
            "By the time found: 1 article was published before this period."
        );
        assert_eq!(older(Some("2026-10-11T00:00:00Z"), false, None), said("2 articles"));
        assert_eq!(older(Some("2026-10-11T00:00:00Z"), false, Some("anna")), said("2 articles"));
        // The period is that of publication, or has no beginning.
        assert_eq!(older(Some("2026-10-11T00:00:00Z"), true, None), "");
        assert_eq!(older(None, false, None), "");
        // What is new is compared with the time at which it was found.
        assert_eq!(older(None, false, Some("default")), "");
        let mut digest = kind();
        digest.period = Period { since: None, new_for: Some("default".to_owned()), ..digest.period };
        let story = &mut digest.watches[0].stories[0];
        story.first.published_at = "2026-10-09T14:59:59Z".parse().ok();
        story.copies[0].published_at = "2026-10-09T15:00:00Z".parse().ok();
        let found = "By the time found: 1 article was published more than a day before.";
        assert_eq!(frame().older_articles(&digest).as_deref(), Some(found));
    }
}
