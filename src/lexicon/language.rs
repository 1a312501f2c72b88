//! What a language's file holds.

use serde::Deserialize;

/// The sections of a file: each a struct of lists, with where they come from.
macro_rules! sections {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$of:meta])+ $list:ident,)+ })+) => { $(
        $(#[$doc])+
        #[derive(Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            /// Where the lists come from.
            pub source: &'static str,
            $($(#[$of])+ pub $list: Vec<&'static str>,)+
        }
    )+ };
}

/// A language.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LanguageWords {
    /// ISO 639-1: the name of its file.
    #[serde(skip)]
    pub code: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// What else it is called where a page names its language.
    pub codes: Vec<&'static str>,
    /// What stands in dates and around them.
    pub dates: Dates,
    /// What stands in bylines.
    pub byline: Byline,
    /// Set phrases of pages; lower case.
    pub page: Page,
    /// What pages say that are no articles; lower case.
    pub refusal: Refusal,
    /// Parts of the paths of addresses.
    pub paths: Paths,
    /// What stands in every text.
    pub text: Text,
    /// Counts spelt out; folded.
    pub numbers: Numbers,
    /// What tells of a report that is compared with others; folded.
    pub reports: Reports,
    /// What other tools call the operators of queries; lower case.
    pub operators: Operators,
}

sections! {
    /// What stands in dates and around them.
    Dates {
        /// The months from January on, with their case endings; alternatives stand between bars.
        months,
        /// The days from Monday on, likewise.
        weekdays,
        /// The months of the Iranian calendar.
        jalali_months,
        /// Words that may stand in a date of a feed and say nothing; folded, as the next four.
        fillers,
        /// What stands between a day and a time of day.
        before_time,
        /// What follows the hour.
        hours,
        /// What stands between a day and its month.
        before_month,
        /// What stands between a month and its year.
        before_year,
        /// What a line that tells the date begins with.
        starts,
        /// How the words before a date of publication begin.
        published,
        /// How the words before the date of the last change begin.
        modified,
    }
    /// What stands in bylines.
    Byline {
        /// What precedes a name.
        starts,
        /// What a short line begins with that names an author or a photographer.
        lines,
        /// What stands between two names, with its blanks.
        joiners,
        /// The same, of letters that also stand inside names: only between two whole names.
        short_joiners,
        /// What follows a name and is none, with its blanks; as it is written.
        tails,
        /// Small words inside names of persons.
        particles,
        /// What no name begins with.
        not_first,
        /// What follows a name and is a degree or a generation; letters alone.
        degrees,
        /// Words that no name of a person holds; `*` for any ending.
        not_names,
        /// How words begin that stand with the name of one person: "our correspondent Jane Roe".
        jobs,
        /// What the names of editors' offices hold.
        rooms,
        /// What the labels of work hold that is not the writing.
        other_work,
        /// What a text of some kind is called, before "by" in the language.
        genres,
        /// "By" after the name of a kind, with its blanks.
        by,
        /// What precedes the name of an agency in a closing line.
        sources,
    }
    /// Set phrases of pages; lower case.
    Page {
        /// What a line begins with that is no part of the text.
        dropped,
        /// Words of which a line is made that is no part of the text; they may begin a sentence as well.
        lone,
        /// What the first line of a box about the author or a subscription begins with.
        boxes,
        /// What the first line of a box of links to other things begins with.
        link_boxes,
        /// Headings of the readers' comments.
        comments,
        /// What a wall for those who do not subscribe says.
        walls,
        /// What notices hold that stand in place of articles (registration, cookies, maintenance), of which several count; folded.
        notices,
        /// What an article is called that somebody paid for: a label above it, a section.
        advertorials,
        /// What a notice of rights says.
        rights,
        /// What links say that are no headlines.
        no_headlines,
    }
    /// What pages say that are no articles; lower case.
    Refusal {
        /// How the title of a wall for robots begins.
        bot_titles,
        /// What such a wall says.
        bot_words,
        /// How the title of a consent page begins.
        consent_titles,
        /// Words of such a page, of which each counts.
        consent_words,
        /// How the title of a page begins that is not there.
        not_found,
    }
    /// Parts of the paths of addresses.
    Paths {
        /// Under which systems list articles.
        lists,
        /// Under which no articles stand.
        others,
    }
    /// What stands in every text.
    Text {
        /// The commonest small words, in news.
        small,
        /// What a full stop follows in the middle of a sentence.
        abbreviations,
    }
    /// Counts spelt out; folded.
    Numbers {
        /// From one to twenty; "" where it has several words.
        to_twenty,
        /// From thirty to ninety, likewise.
        tens,
        /// A hundred, and hundreds.
        hundred,
        /// A thousand.
        thousand,
    }
    /// What tells of a report that is compared with others; folded.
    Reports {
        /// Words that tell that somebody said something.
        says,
        /// How the names of offices begin whose holders speak for others.
        speakers,
        /// How the names of streets and buildings end, in one word with the name proper.
        streets,
    }

    /// What other tools call the operators of queries; lower case.
    Operators {
        /// AND.
        and,
        /// OR.
        or,
        /// NOT.
        not,
        /// NEAR.
        near,
    }
}
