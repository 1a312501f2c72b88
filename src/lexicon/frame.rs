//! The texts of the frame in which coverage is told: what is said, and where.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::read;

/// `frame/en.toml`.
pub static ENGLISH: LazyLock<Texts> = LazyLock::new(|| read("frame/en.toml"));
/// `frame/fr.toml`.
pub static FRENCH: LazyLock<Texts> = LazyLock::new(|| read("frame/fr.toml"));
/// `frame/nl.toml`.
pub static DUTCH: LazyLock<Texts> = LazyLock::new(|| read("frame/nl.toml"));
/// `frame/de.toml`.
pub static GERMAN: LazyLock<Texts> = LazyLock::new(|| read("frame/de.toml"));

/// A text with `{n}`, the figure, unless that stands beside it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// For one.
    pub one: &'static str,
    /// For several.
    pub many: &'static str,
}

/// All texts of the frame. `{name}` is a placeholder; a count stands in place of `{articles}` and the like.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// Whether nought counts as one.
    pub zero_is_singular: bool,
    /// Between groups of three digits.
    pub thousands: &'static str,
    /// From Monday on, as short as is usual.
    pub weekdays: [&'static str; 7],
    /// From January on, as short as is usual.
    pub months: [&'static str; 12],
    /// The first day of a month.
    pub first_of_month: &'static str,
    /// A day of this year.
    pub day: &'static str,
    /// A day of any year.
    pub day_of_year: &'static str,

    /// What a digest is.
    pub coverage: &'static str,
    /// What a feed of it is.
    pub feed: &'static str,
    /// What the press review is.
    pub review: &'static str,
    /// A title; `{what}` is one of the two above.
    pub between: &'static str,
    /// A title without a beginning.
    pub up_to: &'static str,
    /// A title of what was told by no digest before.
    pub new: &'static str,
    /// The subject of a mail, before its period.
    pub subject: &'static str,
    /// The same without coverage.
    pub no_articles: &'static str,
    /// Added to a title.
    pub by_publication: &'static str,

    /// The figures of coverage; `{parts}` are the counts below, with a comma between.
    pub figures: &'static str,
    /// How many outlets.
    pub outlets: Counted,
    /// How many texts the outlets wrote themselves.
    pub own_texts: Counted,
    /// Where there is none.
    pub no_own_text: &'static str,
    /// How many outlets carry the texts of `{agency}`.
    pub carry_agency: Counted,
    /// How many outlets carry the text of another outlet.
    pub copy_outlets: Counted,
    /// Before the figures of all watches together.
    pub in_all: &'static str,
    /// Before the outlets with texts of their own.
    pub own_by: &'static str,
    /// Of articles that are older than the period of a digest by the time found.
    pub older_articles: &'static str,
    /// Of several watches, those without coverage.
    pub nothing_for: &'static str,
    /// Above texts that an earlier watch shows.
    pub shown_above: &'static str,
    /// Of such a text, the articles that are not shown there.
    pub only_here: &'static str,
    /// The texts that are not named.
    pub more_texts: Counted,
    /// Before the outlets that reported, where none has a text of its own.
    pub reported_by: &'static str,
    /// Between these.
    pub between_outlets: &'static str,
    /// How many articles.
    pub articles: Counted,
    /// How many texts: copies of one count once.
    pub texts: Counted,
    /// How many entries a feed announced.
    pub items: Counted,

    /// In place of a time of publication.
    pub found: &'static str,
    /// The agency that an article names.
    pub credit: &'static str,
    /// The outlet that it is taken over from.
    pub from: &'static str,
    /// The rest costs money.
    pub subscribers_only: &'static str,
    /// The page could not be read.
    pub headline_only: &'static str,
    /// The page could not be read so far.
    pub still_tried: &'static str,
    /// What matched stands in a headline that a channel gave it, and not on the page.
    pub feed_headline: &'static str,
    /// The same for a lead.
    pub feed_lead: &'static str,
    /// Found by a new or changed watch among what was stored before.
    pub found_later: &'static str,
    /// The headline was changed so often (`{n}`): to `{last}`.
    pub headline_changed: Counted,
    /// The same for twice.
    pub headline_twice: &'static str,
    /// No term stands in the article any more, since `{at}`.
    pub term_gone: &'static str,
    /// Its page is gone since `{at}`.
    pub taken_down: &'static str,
    /// In place of a headline.
    pub no_headline: &'static str,
    /// Of an event that several texts report.
    pub one_event: &'static str,
    /// Before the outlets that carried the same text.
    pub same_text: &'static str,
    /// In a feed, how many copies there are.
    pub copies: &'static str,
    /// Of a watch without coverage.
    pub nothing: &'static str,
    /// Above watches without a group that stand behind those of a group.
    pub ungrouped: &'static str,

    /// The heading above what was checked.
    pub ledger: &'static str,
    /// The same in the press review, where there is room.
    pub ledger_long: &'static str,
    /// In place of the ledger.
    pub no_ledger: &'static str,
    /// Columns of the ledger: the outlet's name,
    pub source: &'static str,
    /// how often it was asked (at most nine letters, as the others),
    pub checked: &'static str,
    /// how many items were new,
    pub seen: &'static str,
    /// how many articles were read,
    pub read: &'static str,
    /// and how many a watch matches.
    pub matched: &'static str,
    /// Of a source that was not asked.
    pub not_checked: &'static str,
    /// Above the news: the sources that could not be checked, each with the reason.
    pub unchecked: &'static str,
    /// Above the news: the sources that were checked only in part.
    pub partly_checked: &'static str,
    /// The sources that these lines do not name.
    pub more_sources: Counted,
    /// Of a source that was last requested at `{at}`.
    pub last_checked: &'static str,
    /// A channel's state and since when.
    pub since: &'static str,
    /// A channel's state, and why.
    pub because: &'static str,
    /// The states that are none to be content with, as the database has them and as they are said.
    pub states: BTreeMap<&'static str, &'static str>,
    /// Why a channel is in such a state, by the name of the cause: a clause, with the values `{1}` and `{2}` of the cause.
    pub causes: BTreeMap<&'static str, &'static str>,
    /// Of a source whose items may have come and gone between two polls; `{every}` is a length of time.
    pub gap: &'static str,
    /// Lengths of time.
    pub minutes: Counted,
    /// See above.
    pub hours: Counted,
    /// See above.
    pub days: Counted,
    /// Of a source that announces nothing, against its habit; `{items}` a day.
    pub silent: &'static str,
    /// `{items}` wait, `{daily}` a day are settled.
    pub backlog: &'static str,
    /// What became of the items that were new (`{seen}`); `{fates}` are the words below, with a comma between.
    pub of_seen: &'static str,
    /// The same of items that were new before the period.
    pub of_earlier: &'static str,
    /// What becomes of an item, as the database has it and as it is said.
    pub fates: BTreeMap<&'static str, Counted>,
    /// Why more articles match than were read; `{why}` is one of the two below, or both.
    pub of_matched: &'static str,
    /// By the words of the channel only.
    pub matched_headline: Counted,
    /// In an article that was read before the period.
    pub matched_earlier: Counted,

    /// Beside a figure, for what it counts: articles,
    pub articles_label: Counted,
    /// texts,
    pub texts_label: Counted,
    /// outlets with coverage,
    pub outlets_reported: Counted,
    /// outlets that were asked,
    pub outlets_checked: Counted,
    /// and languages.
    pub languages: Counted,
    /// The head of a column of articles.
    pub articles_name: &'static str,
    /// The heading of the days.
    pub over_time: &'static str,
    /// The heading of the hours of a week.
    pub by_hour: &'static str,
    /// What a drawing of these shows, where one hour has most.
    pub hours_drawn: &'static str,
    /// How many articles the darkest square of that drawing stands for.
    pub most_in_hour: &'static str,
    /// The heading of the outlets.
    pub by_outlet: &'static str,
    /// The heading of a group whose watches are compared.
    pub shares: &'static str,
    /// What a drawing of days shows, where one day has most; `{articles}` is a count, `{most}` a figure.
    pub days_drawn: &'static str,
    /// How many days a bar stands for.
    pub days_a_bar: &'static str,
    /// What opens the filter.
    pub filter: &'static str,
    /// Labels of the filter.
    pub watch: &'static str,
    /// An outlet's label, and its column.
    pub outlet: &'static str,
    /// A language's label.
    pub language: &'static str,
    /// The label of the words to look for.
    pub words: &'static str,
    /// The choice of every watch,
    pub all_watches: &'static str,
    /// of every outlet,
    pub all_outlets: &'static str,
    /// and of every language.
    pub all_languages: &'static str,
    /// What the filter leaves.
    pub shown: &'static str,
}
