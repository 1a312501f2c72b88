//! What may become of channels, polls, items and articles.

/// An enum whose values stand in the database as words.
macro_rules! words {
    ($(#[$attribute:meta])* $type:ident { $($(#[doc = $doc:literal])+ $value:ident = $word:literal,)+ }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[doc = $doc])+ $value,)+ }

        impl $type {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$value,)+];

            /// The word for it in the database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $word,)+ }
            }

            /// The value with this word.
            pub fn named(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$value),)+ _ => None }
            }
        }
    };
}

words! {
    /// Where an item stands. Every item ends in exactly one of the states after `Pending`.
    ItemState {
        /// Still to be read.
        Pending = "pending",
        /// Its article is stored.
        Read = "read",
        /// Its article was already stored under another URL.
        Copy = "copy",
        /// Older than `crawl.max_age`.
        TooOld = "too_old",
        /// On a host that `only` does not name.
        OutOfScope = "out_of_scope",
        /// robots.txt asks us not to read it.
        Disallowed = "disallowed",
        /// What stands there is not an article.
        NotArticle = "not_article",
        /// Could not be read in any of the tries.
        GivenUp = "given_up",
    }
}

words! {
    /// How an article writes of what a watch stands for, as its reader marks it.
    Tone {
        /// Against it.
        Negative = "negative",
        /// Neither.
        Neutral = "neutral",
        /// In favour.
        Positive = "positive",
    }
}

words! {
    /// What became of the event of reports that a digest had shown.
    Regrouping {
        /// It is one event with another that was shown.
        Joined = "joined",
        /// Other reports of it are another event.
        Split = "split",
    }
}

words! {
    /// Where a message of an alert stands.
    MessageState {
        /// It is to be sent.
        Waiting = "waiting",
        /// It was delivered.
        Sent = "sent",
        /// It will not be tried again.
        GivenUp = "given_up",
        /// Nothing in it is relevant any more.
        Cancelled = "cancelled",
    }
}

words! {
    /// What is known of the robots.txt of a host.
    RobotsState {
        /// Its rules.
        Rules = "rules",
        /// There is none.
        None = "none",
        /// It could not be read.
        Unknown = "unknown",
    }
}

words! {
    /// What is polled at a channel's URL.
    ChannelType {
        /// RSS, Atom or JSON Feed.
        Feed = "feed",
        /// A news sitemap or an index of sitemaps.
        Sitemap = "sitemap",
        /// An HTML page with links to articles.
        Page = "page",
        /// A feed made for the query of a watch.
        Search = "search",
    }
}

words! {
    /// The state of a channel as of its last poll.
    ChannelState {
        /// Never polled.
        New = "new",
        /// It lists items.
        Ok = "ok",
        /// It answers and lists nothing.
        Empty = "empty",
        /// It could not be requested or read.
        Failing = "failing",
        /// It refuses us: 401, 403, a bot wall.
        Blocked = "blocked",
        /// Its robots.txt asks us not to.
        Disallowed = "disallowed",
        /// 410: never requested again.
        Gone = "gone",
    }
}

words! {
    /// How one poll ended.
    PollOutcome {
        /// It listed items.
        Ok = "ok",
        /// 304: nothing changed. The channel's state stays what it was.
        Unchanged = "unchanged",
        /// It answered and listed nothing.
        Empty = "empty",
        /// It could not be requested or read.
        Failing = "failing",
        /// It refuses us: 401, 403, a bot wall.
        Blocked = "blocked",
        /// Its robots.txt asks us not to.
        Disallowed = "disallowed",
        /// 410: never requested again.
        Gone = "gone",
    }
}

words! {
    /// How much of an article is known, least first.
    Extent {
        /// Only what the channel said: the page could not be read.
        Headline = "headline",
        /// The visible part or the first pages; the rest is for subscribers, or on further pages that were not read.
        Preview = "preview",
        /// All that the outlet shows to everyone.
        Full = "full",
    }
}

impl ItemState {
    /// Whether nothing more is done for an item in this state.
    pub fn is_final(self) -> bool {
        self != Self::Pending
    }
}

impl ChannelState {
    /// Whether the channel works, with or without items.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Ok | Self::Empty)
    }
}

impl PollOutcome {
    /// Whether the channel did not do what it is for.
    pub fn is_failure(self) -> bool {
        matches!(self, Self::Failing | Self::Blocked | Self::Disallowed | Self::Gone)
    }

    /// The channel's state after a poll that ended so, when it was `before`. After a 304 the channel is what it was, or
    /// works again.
    pub fn state_after(self, before: ChannelState) -> ChannelState {
        match self {
            Self::Unchanged if before.is_working() => before,
            Self::Ok | Self::Unchanged => ChannelState::Ok,
            Self::Empty => ChannelState::Empty,
            Self::Failing => ChannelState::Failing,
            Self::Blocked => ChannelState::Blocked,
            Self::Disallowed => ChannelState::Disallowed,
            Self::Gone => ChannelState::Gone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_found_by_its_word() {
        assert!(ItemState::ALL.iter().all(|state| ItemState::named(state.name()) == Some(*state)));
        assert!(ChannelState::ALL.iter().all(|state| ChannelState::named(state.name()) == Some(*state)));
        assert!(PollOutcome::ALL.iter().all(|outcome| PollOutcome::named(outcome.name()) == Some(*outcome)));
        assert!(Extent::ALL.iter().all(|extent| Extent::named(extent.name()) == Some(*extent)));
        assert_eq!(ItemState::named("lost"), None);
    }

    #[test]
    fn a_304_brings_a_failing_channel_back_and_leaves_an_empty_one_empty() {
        assert_eq!(PollOutcome::Unchanged.state_after(ChannelState::Failing), ChannelState::Ok);
        assert_eq!(PollOutcome::Unchanged.state_after(ChannelState::Empty), ChannelState::Empty);
        assert_eq!(PollOutcome::Ok.state_after(ChannelState::Empty), ChannelState::Ok);
        assert_eq!(PollOutcome::Gone.state_after(ChannelState::Ok), ChannelState::Gone);
    }
}
