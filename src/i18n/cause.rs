//! Why something could not be fetched or read, as data: the words are chosen when it is printed, in the language of the output.

use std::fmt;

use super::{Language, fill};

/// Defines each kind with its name in the database.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $code:ident = $name:literal,)+) => {
        /// Kinds of causes; `{1}` and `{2}` are the values of a [`Cause`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum CauseCode { $($(#[doc = $doc])+ $code,)+ }

        impl CauseCode {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$code,)+];

            /// Its name in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }

            /// The kind with this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }
        }
    };
}

codes! {
    /// Another cause, in English: `{1}`.
    Other = "other",
    /// No complete response within `{1}`.
    Timeout = "timeout",
    /// Larger than `{1}`.
    TooLarge = "too_large",
    /// No connection, with the error of the operating system: `{1}`.
    Connection = "connection",
    /// What answers there is no HTTP: `{1}`.
    NoHttp = "no_http",
    /// A server without TLS answers at an https address.
    NoTls = "no_tls",
    /// Nothing answers there.
    NobodyThere = "nobody_there",
    /// The connection was closed early.
    CutOff = "cut_off",
    /// What came is no HTTP: `{1}`.
    Malformed = "malformed",
    /// The body is in the encoding `{1}`, or should be, and cannot be decoded.
    Undecodable = "undecodable",
    /// No computer has the host's name.
    UnknownHost = "unknown_host",
    /// A private address or another one that must not be requested: `{1}`.
    Forbidden = "forbidden",
    /// HTTP status `{1}`: login required,
    Login = "login",
    /// payment required,
    Payment = "payment",
    /// forbidden,
    Refused = "refused",
    /// unavailable for legal reasons,
    Legal = "legal",
    /// not found,
    NotFound = "not_found",
    /// gone,
    Gone = "gone",
    /// too many requests,
    SlowDown = "slow_down",
    /// service unavailable,
    OutOfService = "out_of_service",
    /// another client error,
    BadRequest = "bad_request",
    /// a server error,
    ServerFailed = "server_failed",
    /// or a redirect without a usable URL.
    NoAddress = "no_address",
    /// A redirect loop.
    Circle = "circle",
    /// More than `{1}` redirects.
    Redirects = "redirects",
    /// An internal error.
    Fault = "fault",
    /// robots.txt could not be read.
    RobotsUnread = "robots_unread",
    /// robots.txt disallows it, by the line `{2}` with the number `{1}`.
    Robots = "robots",
    /// robots.txt disallows it.
    RobotsSilent = "robots_silent",
    /// A bot wall.
    BotWall = "bot_wall",
    /// A consent page.
    Consent = "consent",
    /// The response is empty,
    EmptyAnswer = "empty_answer",
    /// or of another format than expected (`{1}`): a feed,
    IsFeed = "is_feed",
    /// JSON,
    IsJson = "is_json",
    /// a sitemap,
    IsSitemap = "is_sitemap",
    /// a list of URLs,
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
    /// JSON that is not a JSON Feed.
    NoJsonFeed = "no_json_feed",
    /// HTML with `{1}`, which would stall the parser.
    Nested = "nested",
    /// `{1}` is not a valid CSS selector.
    NoSelector = "no_selector",
    /// A page has no text.
    NoText = "no_text",
    /// The selector matches no link;
    NoLink = "no_link",
    /// last time there were `{1}`.
    NoLinkNow = "no_link_now",
    /// It lists nothing;
    NothingListed = "nothing_listed",
    /// last time there were `{1}`.
    NothingListedNow = "nothing_listed_now",
    /// None of `{1}` entries can be used; `{2}` is the problem of the first, one of the next kinds.
    Unusable = "unusable",
    /// The entry is empty,
    NothingInIt = "nothing_in_it",
    /// it only links to a home page,
    HomePage = "home_page",
    /// its link is not an http or https URL,
    NoWebAddress = "no_web_address",
    /// it is not a JSON object,
    NoObject = "no_object",
    /// it comes after the first `{1}`, which are the only ones read,
    Beyond = "beyond",
    /// or it does not link to an article.
    NoArticle = "no_article",
    /// It lists `{1}` items, more than the `{2}` that are stored.
    TooMany = "too_many",
    /// `{1}` items are new, of which the newest `{2}` are noted now.
    TooManyNew = "too_many_new",
    /// More than `{1}` items of its source wait; the `{2}` oldest are given up.
    TooManyWait = "too_many_wait",
    /// It names `{1}` sitemaps; the newest `{2}` are polled.
    TooManySitemaps = "too_many_sitemaps",
    /// It names `{1}` sitemaps, and stands `{2}` indexes deep.
    TooDeep = "too_deep",
    /// The answer broke off,
    BrokeOff = "broke_off",
    /// before its first entry.
    BrokeOffAtOnce = "broke_off_at_once",
}

/// Why something could not be fetched or read. Its `Display` is English, for messages and for the database.
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

    /// Its kind.
    pub fn code(&self) -> CauseCode {
        self.code
    }

    /// The form for the database: the name of its kind, then its values, each on a line.
    pub fn kept(&self) -> String {
        let mut text = self.code.name().to_owned();
        for value in &self.values {
            text.push('\n');
            text.extend(value.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        text
    }

    /// Parses what [`Cause::kept`] wrote; an unknown kind is kept as text.
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
    /// A cause in English words.
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
    /// A cause in words, as a clause.
    pub fn cause(self, cause: &Cause) -> String {
        let value = |at: usize| cause.values.get(at).map_or("", String::as_str);
        let text = |code: CauseCode| self.texts().causes.get(code.name()).copied().unwrap_or("{1}");
        // A nested cause is stored by its name.
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
                "no usable entry among 1; the first: it is empty",
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
