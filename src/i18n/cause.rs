//! Why something could not be had or read, as facts: the words are made when it is told, in whatever language.

use std::fmt;

use super::{Language, fill};

/// Each kind with its name in the database.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $code:ident = $name:literal,)+) => {
        /// What kind of thing went wrong; `{1}` and `{2}` are the values that a [`Cause`] of it has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum CauseCode { $($(#[doc = $doc])+ $code,)+ }

        impl CauseCode {
            /// All that there are.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// Its name in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }

            /// The one of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// In English words `{1}` that nothing more is known of.
    Other = "other",
    /// No whole answer within `{1}`.
    Timeout = "timeout",
    /// Larger than `{1}`.
    TooLarge = "too_large",
    /// No connection; the machine says why: `{1}`.
    Connection = "connection",
    /// Nothing answers there.
    NobodyThere = "nobody_there",
    /// The connection was cut.
    CutOff = "cut_off",
    /// What came is no HTTP: `{1}`.
    Malformed = "malformed",
    /// The body is in the encoding `{1}`, or should be, and cannot be decoded.
    Undecodable = "undecodable",
    /// No computer has the host's name.
    UnknownHost = "unknown_host",
    /// An address that is not asked: `{1}`.
    Forbidden = "forbidden",
    /// HTTP status `{1}`: a login is asked for,
    Login = "login",
    /// payment is asked for,
    Payment = "payment",
    /// our requests are refused,
    Refused = "refused",
    /// the law forbids it,
    Legal = "legal",
    /// there is nothing,
    NotFound = "not_found",
    /// there is nothing any more,
    Gone = "gone",
    /// we ask too often,
    SlowDown = "slow_down",
    /// out of service for a while,
    OutOfService = "out_of_service",
    /// the request is not understood,
    BadRequest = "bad_request",
    /// the server failed,
    ServerFailed = "server_failed",
    /// or it redirects to nowhere.
    NoAddress = "no_address",
    /// It redirects in a circle.
    Circle = "circle",
    /// More than `{1}` redirects.
    Redirects = "redirects",
    /// A fault of ours.
    Fault = "fault",
    /// robots.txt cannot be had.
    RobotsUnread = "robots_unread",
    /// robots.txt does not allow it, by the line `{2}` of the number `{1}`.
    Robots = "robots",
    /// robots.txt does not allow it.
    RobotsSilent = "robots_silent",
    /// A wall against robots stands there.
    BotWall = "bot_wall",
    /// A consent dialogue stands there.
    Consent = "consent",
    /// The answer is empty,
    EmptyAnswer = "empty_answer",
    /// or of another form than wanted (`{1}`): a feed,
    IsFeed = "is_feed",
    /// JSON,
    IsJson = "is_json",
    /// a sitemap,
    IsSitemap = "is_sitemap",
    /// a list of addresses,
    IsLines = "is_lines",
    /// XML with the root `{2}`,
    IsXml = "is_xml",
    /// neither XML nor JSON,
    IsUnknown = "is_unknown",
    /// a consent dialogue,
    IsConsent = "is_consent",
    /// HTML,
    IsHtml = "is_html",
    /// or HTML that names the feed `{2}`.
    IsHtmlWithFeed = "is_html_with_feed",
    /// JSON that cannot be read: `{1}`.
    BrokenJson = "broken_json",
    /// JSON of another kind than a JSON Feed.
    NoJsonFeed = "no_json_feed",
    /// HTML with `{1}`, which would stall a reader.
    Nested = "nested",
    /// `{1}` is no CSS selector.
    NoSelector = "no_selector",
    /// The selector finds no link;
    NoLink = "no_link",
    /// last time there were `{1}`.
    NoLinkNow = "no_link_now",
    /// It lists nothing;
    NothingListed = "nothing_listed",
    /// last time there were `{1}`.
    NothingListedNow = "nothing_listed_now",
    /// None of `{1}` entries can be used; the first has the flaw `{2}`: the name of one of the next kinds.
    Unusable = "unusable",
    /// Nothing is in an entry,
    NothingInIt = "nothing_in_it",
    /// it leads to a home page only,
    HomePage = "home_page",
    /// its link is no web address,
    NoWebAddress = "no_web_address",
    /// it is no object of JSON,
    NoObject = "no_object",
    /// it stands beyond the `{1}` that are read,
    Beyond = "beyond",
    /// or it leads to no article.
    NoArticle = "no_article",
    /// It lists `{1}` items, more than the `{2}` that are noted.
    TooMany = "too_many",
    /// The answer broke off,
    BrokeOff = "broke_off",
    /// before its first entry.
    BrokeOffAtOnce = "broke_off_at_once",
}

/// Why something could not be had or read. Shown, it is English: for messages, and for the words in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    code: CauseCode,
    values: Vec<String>,
}

impl Cause {
    /// A cause with its values, in the order of [`CauseCode`].
    pub fn new(code: CauseCode, values: &[&dyn fmt::Display]) -> Self {
        Self { code, values: values.iter().map(|value| bounded(value.to_string())).collect() }
    }

    /// What kind it is.
    pub fn code(&self) -> CauseCode {
        self.code
    }

    /// As the database keeps it: the name of its kind, and its values in lines of their own.
    pub fn kept(&self) -> String {
        let mut text = self.code.name().to_owned();
        for value in &self.values {
            text.push('\n');
            text.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        text
    }

    /// Reads what [`Cause::kept`] wrote; words of an unknown kind are told as they are.
    pub fn read(kept: &str) -> Self {
        let mut lines = kept.lines();
        let name = lines.next().unwrap_or_default();
        match CauseCode::named(name) {
            Some(code) => Self { code, values: lines.map(|value| bounded(value.to_owned())).collect() },
            None => Self::from(kept.to_owned()),
        }
    }
}

/// A value that fits into a line of a report; it may be a URL or a rule of any length.
fn bounded(mut value: String) -> String {
    const LONGEST: usize = 250;
    if let Some((at, _)) = value.char_indices().nth(LONGEST) {
        value.truncate(at);
        value.push('…');
    }
    value
}

impl From<String> for Cause {
    /// In English words.
    fn from(words: String) -> Self {
        Self { code: CauseCode::Other, values: vec![bounded(words)] }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Language::English.cause(self))
    }
}

impl Language {
    /// A cause in words: a clause.
    pub fn cause(self, cause: &Cause) -> String {
        let value = |at: usize| cause.values.get(at).map_or("", String::as_str);
        let text = |code: CauseCode| self.texts().causes.get(code.name()).copied().unwrap_or("{1}");
        // A cause of a cause is kept by its name.
        let inner = if cause.code == CauseCode::Unusable { CauseCode::named(value(1)) } else { None };
        fill(text(cause.code), &[("1", value(0)), ("2", inner.map_or(value(1), text))])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_survives_the_database() {
        for code in CauseCode::ALL {
            let cause = Cause::new(*code, &[&"10 MB", &"{1} é"]);
            assert_eq!(Cause::read(&cause.kept()), cause);
        }
        assert_eq!(Cause::new(CauseCode::Robots, &[&3, &"Disallow:\n/x\u{1b}"]).kept(), "robots\n3\nDisallow: /x ");
        assert_eq!(Cause::read("whatever it was").to_string(), "whatever it was");
        assert_eq!(Cause::read("timeout").to_string(), "timed out after ");
        assert_eq!(Cause::read("").to_string(), "");
    }

    #[test]
    fn a_cause_has_bounded_values() {
        let long = "é".repeat(24_000);
        let expected = format!("{}…", "é".repeat(250));
        assert_eq!(Cause::from(long.clone()).to_string(), expected);
        let cause = Cause::new(CauseCode::Connection, &[&long]);
        assert_eq!(cause.to_string(), format!("no connection: {expected}"));
        assert_eq!(Cause::read(&format!("connection\n{long}")), cause);
        assert_eq!(Cause::read(&cause.kept()), Cause::new(CauseCode::Connection, &[&expected]));
    }

    #[test]
    fn a_cause_of_a_cause_is_told_in_the_same_language() {
        let cause = Cause::new(CauseCode::Unusable, &[&1, &CauseCode::NothingInIt.name()]);
        assert_eq!(
            Language::ALL.map(|language| language.cause(&cause)),
            [
                "no usable entry among 1; the first: nothing is in it",
                "aucune entrée utilisable sur 1\u{a0}; la première\u{a0}: elle est vide",
                "geen bruikbaar item op 1; het eerste: het is leeg",
                "kein brauchbarer Eintrag unter 1; der erste: Er ist leer",
            ]
        );
    }

    #[test]
    fn each_cause_is_told_in_each_language() {
        let cause = |code: CauseCode| Cause::new(code, &[&"<one>", &"<two>"]);
        let mut names: Vec<&str> = CauseCode::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CauseCode::ALL.len());
        for code in CauseCode::ALL {
            let told = Language::ALL.map(|language| language.cause(&cause(*code)));
            let [english, others @ ..] = &told;
            for other in others {
                // What the machine said stands in brackets; what is English within is left out.
                assert!(!other.contains('{') && !other.ends_with('.') && !other.contains("  "), "{other}");
                assert!(*code == CauseCode::Other || other != english, "{other}");
                assert!(english.contains("<one>") || !other.contains("<one>"), "{other}");
                assert!(english.contains("<two>") || !other.contains("<two>"), "{other}");
            }
        }
    }
}
