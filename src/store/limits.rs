//! How much the units of work read at once, and from when on something counts: the same for every engine.

use jiff::SignedDuration;

/// How long after an article another one with nearly the same headline is looked for, and how many of these are compared.
pub(super) const HEADLINE_WINDOW: SignedDuration = SignedDuration::from_hours(48);
pub(super) const MOST_WITH_HEADLINE: usize = 5;

/// The most reports of a window of events, the newest ones, and how much of a text is read, in characters.
pub(super) const MOST_REPORTS: u32 = 20_000;
pub(super) const REPORT_TEXT: u32 = 30_000;

/// How many waiting mentions and messages of an alert are handed out at once.
pub(super) const MOST_MENTIONS: u32 = 1_000;
pub(super) const MOST_MESSAGES: u32 = 500;
/// The last messages of an alert, which count for `at_most`, and the longest time of that.
pub(super) const MOST_RECENT: u32 = 1_000;
pub(super) const RECENT: SignedDuration = SignedDuration::from_hours(24);
