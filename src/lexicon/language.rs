//! The contents of a language's file.

use serde::Deserialize;

/// Defines the sections of a file: structs of word lists and their source.
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
    /// Other codes by which pages declare it.
    pub codes: Vec<&'static str>,
    /// Words in dates and around them.
    pub dates: Dates,
    /// Words in bylines.
    pub byline: Byline,
    /// Set phrases of pages, in lower case.
    pub page: Page,
    /// Phrases of pages that are not articles, in lower case.
    pub refusal: Refusal,
    /// Segments of URL paths.
    pub paths: Paths,
    /// Words of any text.
    pub text: Text,
    /// Spelled-out counts, folded.
    pub numbers: Numbers,
    /// Words for comparing reports, folded.
    pub reports: Reports,
    /// Other tools' names for query operators, in lower case.
    pub operators: Operators,
}

sections! {
    /// Words in dates and around them.
    Dates {
        /// Months from January, with case endings; alternatives are separated by bars.
        months,
        /// Weekdays from Monday, in the same form.
        weekdays,
        /// The months of the Iranian calendar.
        jalali_months,
        /// Uninformative words in the dates of feeds; folded, like the next four lists.
        fillers,
        /// Words between a day and a time of day.
        before_time,
        /// Words after the hour.
        hours,
        /// Words between a day and its month.
        before_month,
        /// Words between a month and its year.
        before_year,
        /// Beginnings of lines with the date.
        starts,
        /// Beginnings of words before a date of publication.
        published,
        /// Beginnings of words before the date of the last change.
        modified,
    }
    /// Words in bylines.
    Byline {
        /// Words before a name.
        starts,
        /// Beginnings of short lines that name an author or a photographer.
        lines,
        /// Separators of two names, with their blanks.
        joiners,
        /// The same, for letters that also occur inside names: used only between two whole names.
        short_joiners,
        /// Text after a name that is not part of it, with its blanks and its case.
        tails,
        /// Small words inside personal names.
        particles,
        /// Words that no name begins with.
        not_first,
        /// Degrees and generations after a name; letters only.
        degrees,
        /// Words that occur in no personal name; `*` stands for any ending.
        not_names,
        /// Beginnings of words beside the name of a single person: "our correspondent Jane Roe".
        jobs,
        /// Parts of the names of editorial offices.
        rooms,
        /// Parts of labels for work other than writing.
        other_work,
        /// Names of kinds of text, before the language's "by".
        genres,
        /// "By" after a kind of text, with its blanks.
        by,
        /// Words before the name of an agency in a closing line.
        sources,
    }
    /// Set phrases of pages, in lower case.
    Page {
        /// Beginnings of lines that are not part of the text.
        dropped,
        /// Complete lines that are not part of the text; the same words may also begin a sentence.
        lone,
        /// Beginnings of headings of boxes about the author or a subscription.
        boxes,
        /// Beginnings of headings of boxes with links.
        link_boxes,
        /// Headings of readers' comments.
        comments,
        /// Phrases of paywalls.
        walls,
        /// What notices hold that stand in place of articles (registration, cookies, maintenance), of which several count; folded.
        notices,
        /// What an article is called that somebody paid for: a label above it, a section.
        advertorials,
        /// What a notice of rights says.
        rights,
        /// Link texts that are not headlines.
        no_headlines,
    }
    /// Phrases of pages that are not articles, in lower case.
    Refusal {
        /// Beginnings of titles of bot walls.
        bot_titles,
        /// Phrases of bot walls.
        bot_words,
        /// Beginnings of titles of consent pages.
        consent_titles,
        /// Words of consent pages; each counts.
        consent_words,
        /// Beginnings of titles of missing pages.
        not_found,
    }
    /// Segments of URL paths.
    Paths {
        /// Segments under which systems list articles.
        lists,
        /// Segments under which there are no articles.
        others,
    }
    /// Words of any text.
    Text {
        /// The most common small words in news.
        small,
        /// Abbreviations whose full stop may occur in the middle of a sentence.
        abbreviations,
    }
    /// Spelled-out counts, folded.
    Numbers {
        /// From one to twenty; "" for numbers of several words.
        to_twenty,
        /// From thirty to ninety, in the same form.
        tens,
        /// A hundred, and hundreds.
        hundred,
        /// A thousand.
        thousand,
    }
    /// Words for comparing reports, folded.
    Reports {
        /// Verbs of saying.
        says,
        /// Beginnings of offices whose holders speak for others.
        speakers,
        /// Endings of names of streets and buildings that are written as one word.
        streets,
        /// What marks a live blog at the beginning or end of the first part of a headline.
        live,
        /// What invites readers to follow a live blog, in the text below its headline.
        follow,
        /// What marks a review of the news in a headline.
        roundups,
    }

    /// Other tools' names for query operators, in lower case.
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
