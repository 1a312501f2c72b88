//! The fixed texts of digests and press reviews.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::parse_file;
use super::plural::{Counted, Plural};

/// `frame/en.toml`.
pub static ENGLISH: LazyLock<Texts> = LazyLock::new(|| parse_file("frame/en.toml"));
/// `frame/fr.toml`.
pub static FRENCH: LazyLock<Texts> = LazyLock::new(|| parse_file("frame/fr.toml"));
/// `frame/nl.toml`.
pub static DUTCH: LazyLock<Texts> = LazyLock::new(|| parse_file("frame/nl.toml"));
/// `frame/de.toml`.
pub static GERMAN: LazyLock<Texts> = LazyLock::new(|| parse_file("frame/de.toml"));

/// All fixed texts. `{name}` is a placeholder; `{articles}` and the like are replaced by a count.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// Which numbers take which form of a text.
    pub plural: Plural,
    /// Separator between groups of three digits.
    pub thousands: &'static str,
    /// From Monday, in the usual short form.
    pub weekdays: [&'static str; 7],
    /// From January, in the usual short form.
    pub months: [&'static str; 12],
    /// The first day of a month.
    pub first_of_month: &'static str,
    /// A day of this year.
    pub day: &'static str,
    /// A day of any year.
    pub day_of_year: &'static str,

    /// What a digest is called.
    pub coverage: &'static str,
    /// What its feed is called.
    pub feed: &'static str,
    /// What the press review is called.
    pub review: &'static str,
    /// A title; `{what}` is one of the above.
    pub between: &'static str,
    /// A title without a beginning.
    pub up_to: &'static str,
    /// The title of coverage that no earlier digest has included.
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
    /// Before the outlets with texts of their own; counted by these texts.
    pub own_by: Counted,
    /// How many articles are older than the period of a digest by the time found.
    pub older_articles: Counted,
    /// The same for a digest of what is new: articles that were published more than a day before they were found.
    pub older_finds: Counted,
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
    /// Separates these.
    pub between_outlets: &'static str,
    /// How many articles.
    pub articles: Counted,
    /// Number of texts; copies of one count once.
    pub texts: Counted,
    /// Number of entries that a feed announced.
    pub items: Counted,

    /// Replaces a missing time of publication.
    pub found: &'static str,
    /// The agency credited by an article.
    pub credit: &'static str,
    /// The outlet that it was taken from.
    pub from: &'static str,
    /// Somebody paid for it.
    pub advertorial: &'static str,
    /// The rest costs money.
    pub subscribers_only: &'static str,
    /// The page could not be read.
    pub headline_only: &'static str,
    /// The page could not be read yet.
    pub still_tried: &'static str,
    /// The match is in a channel's headline but not on the page.
    pub feed_headline: &'static str,
    /// The same for a lead.
    pub feed_lead: &'static str,
    /// Found by a new or changed watch among stored articles.
    pub found_later: &'static str,
    /// The headline changed `{n}` times, last to `{last}`.
    pub headline_changed: Counted,
    /// The same for once,
    pub headline_once: &'static str,
    /// and for twice.
    pub headline_twice: &'static str,
    /// No matched term is left in the article since `{at}`.
    pub term_gone: &'static str,
    /// Its page has been gone since `{at}`.
    pub taken_down: &'static str,
    /// How the user finds that an article writes; `{tone}` is one of the three words below.
    pub tone: &'static str,
    /// Tones: against,
    pub negative: &'static str,
    /// neither,
    pub neutral: &'static str,
    /// and in favour.
    pub positive: &'static str,
    /// The user's tags for an article.
    pub tags: &'static str,
    /// The user's note on an article.
    pub note: &'static str,
    /// In place of a headline.
    pub no_headline: &'static str,
    /// Of an event that several texts report.
    pub one_event: &'static str,
    /// Of an event that an earlier digest showed as several.
    pub event_joined: &'static str,
    /// Of one that it showed as part of a larger one.
    pub event_split: &'static str,
    /// Before the outlets that carried the same text.
    pub same_text: &'static str,
    /// Number of copies, in a feed.
    pub copies: &'static str,
    /// For a watch without coverage.
    pub nothing: &'static str,
    /// Heading of watches without a group, after those of groups.
    pub ungrouped: &'static str,

    /// Heading of the table of checked sources, the ledger.
    pub ledger: &'static str,
    /// The same of a digest of what is new: since the last one.
    pub ledger_since: &'static str,
    /// The same in the press review, which has more room.
    pub ledger_long: &'static str,
    /// Replaces the ledger.
    pub no_ledger: &'static str,
    /// Columns of the ledger: the outlet's name,
    pub source: &'static str,
    /// how often it was polled (at most nine letters, like the others),
    pub checked: &'static str,
    /// how many items were new,
    pub seen: &'static str,
    /// how many articles were fetched,
    pub read: &'static str,
    /// and how many a watch matched.
    pub matched: &'static str,
    /// For a source that was not polled.
    pub not_checked: &'static str,
    /// Above the news: sources that could not be checked, each with the reason.
    pub unchecked: &'static str,
    /// Above the news: sources that were checked only in part.
    pub partly_checked: &'static str,
    /// Sources that these lines omit.
    pub more_sources: Counted,
    /// For a source that was last requested at `{at}`.
    pub last_checked: &'static str,
    /// A channel's state and its beginning.
    pub since: &'static str,
    /// A channel's state and its reason.
    pub because: &'static str,
    /// Channel states that are problems, by their name in the database.
    pub states: BTreeMap<&'static str, &'static str>,
    /// Reasons for such a state, by the name of the cause: a clause with the values `{1}` and `{2}`.
    pub causes: BTreeMap<&'static str, &'static str>,
    /// For a source whose items may have appeared and disappeared between two polls; `{every}` is a duration.
    pub gap: &'static str,
    /// Durations.
    pub minutes: Counted,
    /// See above.
    pub hours: Counted,
    /// See above.
    pub days: Counted,
    /// For a source that announces unusually little: normally `{items}` a day.
    pub silent: &'static str,
    /// `{items}` are waiting, `{daily}` a day are processed.
    pub backlog: &'static str,
    /// The fates of the new items (`{seen}`); `{fates}` are the words below, joined by commas.
    pub of_seen: &'static str,
    /// The same for items from before the period.
    pub of_earlier: &'static str,
    /// The fate of an item, by its name in the database.
    pub fates: BTreeMap<&'static str, Counted>,
    /// Why more articles matched than were fetched; `{why}` is one of the next two texts, or both.
    pub of_matched: &'static str,
    /// By the channel's headline or lead only.
    pub matched_headline: Counted,
    /// In an article fetched before the period.
    pub matched_earlier: Counted,

    /// Labels of figures: articles,
    pub articles_label: Counted,
    /// texts,
    pub texts_label: Counted,
    /// outlets with coverage,
    pub outlets_reported: Counted,
    /// outlets polled,
    pub outlets_checked: Counted,
    /// and languages.
    pub languages: Counted,
    /// Header of a column of articles.
    pub articles_name: &'static str,
    /// Heading of the days.
    pub over_time: &'static str,
    /// Heading of the hours of a week.
    pub by_hour: &'static str,
    /// Text alternative of the chart of hours, naming the busiest one.
    pub hours_drawn: &'static str,
    /// Number of articles in the darkest square of that chart.
    pub most_in_hour: &'static str,
    /// Heading of the outlets.
    pub by_outlet: &'static str,
    /// The heading of the tones that the user gave.
    pub tone_heading: &'static str,
    /// The head of the column of weeks.
    pub week: &'static str,
    /// A week in that column; `{day}` is its Monday.
    pub week_of: &'static str,
    /// The heading of the tags, and the head of their column.
    pub tag_heading: &'static str,
    /// See above.
    pub tag: &'static str,
    /// The heading of the ranks of outlets, and the head of their column.
    pub tier_heading: &'static str,
    /// See above.
    pub tier: &'static str,
    /// In that column: the outlets without a rank.
    pub no_tier: &'static str,
    /// The head of a column of outlets.
    pub outlets_name: &'static str,
    /// The head of a column of readers, listeners and viewers.
    pub reach: &'static str,
    /// The heading of a group whose watches are compared.
    pub shares: &'static str,
    /// Text alternative of the chart of days, naming the busiest one; `{articles}` is a count, `{most}` a number.
    pub days_drawn: &'static str,
    /// How many days a bar covers.
    pub days_a_bar: Counted,
    /// What opens the filter.
    pub filter: &'static str,
    /// Labels of the filter.
    pub watch: &'static str,
    /// Label of the outlet, also used for its column.
    pub outlet: &'static str,
    /// Label of the language.
    pub language: &'static str,
    /// Label of the search terms.
    pub words: &'static str,
    /// Options of the filter: every watch,
    pub all_watches: &'static str,
    /// every outlet,
    pub all_outlets: &'static str,
    /// and every language.
    pub all_languages: &'static str,
    /// Number of results of the filter.
    pub shown: &'static str,
}
