//! Roles of an element according to its class and id.

use std::ops::{BitOr, BitOrAssign};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// A set of roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints(pub u32);

impl Hints {
    /// Advertising.
    pub const AD: Self = Self(1);
    /// Share and follow buttons, toolbars, player controls.
    pub const SHARE: Self = Self(1 << 1);
    /// Other articles.
    pub const RELATED: Self = Self(1 << 2);
    /// Readers' comments.
    pub const COMMENT: Self = Self(1 << 3);
    /// Newsletter, subscription and registration boxes.
    pub const NEWSLETTER: Self = Self(1 << 4);
    /// Picture captions.
    pub const CAPTION: Self = Self(1 << 5);
    /// The author.
    pub const AUTHOR: Self = Self(1 << 6);
    /// Keywords.
    pub const TAGS: Self = Self(1 << 7);
    /// Menus, breadcrumbs, pagers.
    pub const NAV: Self = Self(1 << 8);
    /// The page's footer.
    pub const FOOTER: Self = Self(1 << 9);
    /// Cookie notices.
    pub const CONSENT: Self = Self(1 << 10);
    /// The paywall of a subscriber article.
    pub const PAYWALL: Self = Self(1 << 11);
    /// The text of an article.
    pub const BODY: Self = Self(1 << 12);
    /// The text of an article, stated unambiguously.
    pub const BODY_SURE: Self = Self(1 << 13);
    /// Standfirst.
    pub const LEAD: Self = Self(1 << 14);
    /// Time of publication.
    pub const DATE: Self = Self(1 << 15);
    /// Headline.
    pub const TITLE: Self = Self(1 << 16);
    /// Beside the text.
    pub const SIDEBAR: Self = Self(1 << 17);
    /// Copyright and credits.
    pub const CREDIT: Self = Self(1 << 18);
    /// Byline, date, reading time.
    pub const META: Self = Self(1 << 19);
    /// The page's masthead.
    pub const MASTHEAD: Self = Self(1 << 20);
    /// Teasers, cards, promotions.
    pub const TEASER: Self = Self(1 << 21);
    /// Overlays.
    pub const OVERLAY: Self = Self(1 << 22);

    /// For a date: the last change.
    pub const UPDATED: Self = Self(1 << 23);
    /// For a date: publication.
    pub const PUBLISHED: Self = Self(1 << 24);

    /// The author's name, or possibly so; says nothing about the text.
    pub const SIGNED: Self = Self(1 << 25);

    /// For a teaser: that it really promotes another article, rather than being a box like any other.
    pub const PROMOTED: Self = Self(1 << 26);

    /// For a link: that it leads to an author's page.
    pub const AUTHOR_PAGE: Self = Self(1 << 30);

    /// Roles that are never article text.
    pub const CHROME: Self = Self(
        Self::AD.0
            | Self::SHARE.0
            | Self::RELATED.0
            | Self::COMMENT.0
            | Self::NEWSLETTER.0
            | Self::CAPTION.0
            | Self::AUTHOR.0
            | Self::TAGS.0
            | Self::NAV.0
            | Self::FOOTER.0
            | Self::CONSENT.0
            | Self::PAYWALL.0
            | Self::SIDEBAR.0
            | Self::CREDIT.0
            | Self::META.0
            | Self::MASTHEAD.0
            | Self::TEASER.0
            | Self::OVERLAY.0,
    );

    /// Roles that publishers also give to wrappers of the text: a share bar's parent, a paywalled body, a "read more"
    /// fold.
    pub const LOOSE: Self = Self(
        Self::AD.0
            | Self::SHARE.0
            | Self::RELATED.0
            | Self::NEWSLETTER.0
            | Self::TAGS.0
            | Self::NAV.0
            | Self::META.0
            | Self::TEASER.0
            | Self::OVERLAY.0
            | Self::MASTHEAD.0
            | Self::PAYWALL.0
            | Self::CREDIT.0,
    );

    /// Of these, the weakest roles: paragraphs in such an element are text.
    pub const SOFT: Self = Self(Self::TAGS.0 | Self::META.0 | Self::TEASER.0);

    /// The union of both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all its chrome roles are among these.
    pub fn only(self, roles: Self) -> bool {
        self.0 & Self::CHROME.0 & !roles.0 == 0
    }

    /// Whether it has any of these roles.
    pub fn has(self, roles: Self) -> bool {
        self.0 & roles.0 != 0
    }
}

impl BitOr for Hints {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Hints {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Words that keep their meaning inside longer ones (`relatedArticles`, `sharebar`).
const PARTS: &[(&str, Hints)] = &[
    ("advert", Hints::AD),
    ("sponsor", Hints::AD),
    ("outbrain", Hints::AD),
    ("taboola", Hints::AD),
    ("dfp", Hints::AD),
    ("publicit", Hints::AD),
    ("werbung", Hints::AD),
    ("advertentie", Hints::AD),
    ("adslot", Hints::AD),
    ("adcontainer", Hints::AD),
    ("share", Hints::SHARE),
    ("sharing", Hints::SHARE),
    ("social", Hints::SHARE),
    ("addtoany", Hints::SHARE),
    ("toolbar", Hints::SHARE),
    ("related", Hints::RELATED),
    ("readmore", Hints::RELATED),
    ("read-more", Hints::RELATED),
    ("readalso", Hints::RELATED),
    ("read-also", Hints::RELATED),
    ("recommend", Hints::RELATED),
    ("interstitiallink", Hints::RELATED),
    ("moreon", Hints::RELATED),
    ("more-on", Hints::RELATED),
    ("seealso", Hints::RELATED),
    ("see-also", Hints::RELATED),
    ("most-read", Hints::RELATED),
    ("mostread", Hints::RELATED),
    ("trending", Hints::RELATED),
    ("comment", Hints::COMMENT),
    ("disqus", Hints::COMMENT),
    ("newsletter", Hints::NEWSLETTER),
    ("signup", Hints::NEWSLETTER),
    ("sign-up", Hints::NEWSLETTER),
    ("caption", Hints::CAPTION),
    ("pullquote", Hints::CAPTION),
    ("pull-quote", Hints::CAPTION),
    ("pull_quote", Hints::CAPTION),
    ("byline", Hints::AUTHOR),
    ("authorname", Hints::SIGNED),
    ("author-name", Hints::SIGNED),
    ("author_name", Hints::SIGNED),
    ("author__name", Hints::SIGNED),
    ("byline__name", Hints::SIGNED),
    ("byline-name", Hints::SIGNED),
    ("author", Hints::AUTHOR),
    ("breadcrumb", Hints::NAV),
    ("pagination", Hints::NAV),
    ("navigation", Hints::NAV),
    ("navbar", Hints::NAV),
    ("cookie", Hints::CONSENT),
    ("consent", Hints::CONSENT),
    ("gdpr", Hints::CONSENT),
    ("paywall", Hints::PAYWALL),
    ("articlebody", Hints::BODY_SURE),
    ("article-body", Hints::BODY_SURE),
    ("article_body", Hints::BODY_SURE),
    ("article__body", Hints::BODY_SURE),
    ("articletext", Hints::BODY_SURE),
    ("article-text", Hints::BODY_SURE),
    ("article__text", Hints::BODY_SURE),
    ("articlecontent", Hints::BODY_SURE),
    ("article-content", Hints::BODY_SURE),
    ("article__content", Hints::BODY_SURE),
    ("article_content", Hints::BODY_SURE),
    ("entry-content", Hints::BODY_SURE),
    ("storybody", Hints::BODY_SURE),
    ("story-body", Hints::BODY_SURE),
    ("story__body", Hints::BODY_SURE),
    ("story-content", Hints::BODY_SURE),
    ("story-text", Hints::BODY_SURE),
    ("post-content", Hints::BODY_SURE),
    ("post-body", Hints::BODY_SURE),
    ("post_content", Hints::BODY_SURE),
    ("postcontent", Hints::BODY_SURE),
    ("body-text", Hints::BODY_SURE),
    ("bodytext", Hints::BODY_SURE),
    ("body-copy", Hints::BODY_SURE),
    ("richtext", Hints::BODY),
    ("rich-text", Hints::BODY),
    ("standfirst", Hints::LEAD),
    ("chapo", Hints::LEAD),
    ("chapeau", Hints::LEAD),
    ("subtitle", Hints::LEAD),
    ("subheadline", Hints::LEAD),
    ("sidebar", Hints::SIDEBAR),
    ("copyright", Hints::CREDIT),
    ("masthead", Hints::MASTHEAD),
    ("postmeta", Hints::META),
    ("entrymeta", Hints::META),
    ("teaser", Hints::TEASER.and(Hints::PROMOTED)),
    ("promo", Hints::TEASER.and(Hints::PROMOTED)),
    ("overlay", Hints::OVERLAY),
    ("modal", Hints::OVERLAY),
    ("popup", Hints::OVERLAY),
    ("timestamp", Hints::DATE),
    ("publish", Hints::DATE.and(Hints::PUBLISHED)),
    ("pubdate", Hints::DATE.and(Hints::PUBLISHED)),
    ("postdate", Hints::DATE),
    ("articledate", Hints::DATE),
    ("newsdate", Hints::DATE),
    ("updated", Hints::UPDATED),
    ("modified", Hints::UPDATED),
    ("lastmod", Hints::UPDATED),
    ("bijgewerkt", Hints::UPDATED),
    ("aktualis", Hints::UPDATED),
    ("headline", Hints::TITLE),
];

/// Roles of words that count only as a whole (`ad` but not `header`).
fn hints_of_word(word: &str) -> Hints {
    match word {
        "ad" | "ads" | "adv" | "advertorial" | "mpu" | "leaderboard" | "pub" => Hints::AD,
        "tools" | "socials" | "follow" => Hints::SHARE,
        "similar" | "popular" | "suggestions" | "suggested" | "partage" => Hints::RELATED,
        "respond" | "reactions" => Hints::COMMENT,
        "subscribe" | "subscription" | "subscriptions" | "abonnement" => Hints::NEWSLETTER,
        "legend" | "legende" => Hints::CAPTION,
        "bio" | "vcard" => Hints::AUTHOR,
        "username" | "auteur" | "auteurs" | "autor" | "autores" | "autorin" | "autori" | "autore" | "writer"
        | "forfatter" | "skribent" | "autorzy" | "signature" | "firma" => Hints::SIGNED,
        "tag" | "tags" | "topics" | "keywords" | "taglist" => Hints::TAGS,
        "nav" | "menu" | "crumbs" | "pager" => Hints::NAV,
        "footer" | "contentinfo" => Hints::FOOTER,
        "body" | "story" | "text" | "texte" => Hints::BODY,
        "lead" | "intro" | "summary" | "deck" | "dek" | "excerpt" | "lede" | "vorspann" | "ingress" => Hints::LEAD,
        "date" | "datetime" | "time" | "dateline" | "posted" | "datum" | "fecha" | "dato" | "created" | "submitted" => {
            Hints::DATE
        }
        "title" => Hints::TITLE,
        "aside" | "complementary" => Hints::SIDEBAR,
        "credit" | "credits" => Hints::CREDIT,
        "meta" | "metadata" => Hints::META,
        "banner" => Hints::MASTHEAD,
        "card" | "cards" => Hints::TEASER,
        _ => Hints::default(),
    }
}

static MATCHER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .build(PARTS.iter().map(|(part, _)| part))
        .ok()
});

/// The roles that a `class` or `id` gives.
pub fn hints_in(value: &str) -> Hints {
    let mut hints = Hints::default();
    if value.len() > 2_000 {
        return hints;
    }
    if let Some(matcher) = MATCHER.as_ref() {
        for found in matcher.find_overlapping_iter(value) {
            hints |= PARTS[found.pattern().as_usize()].1;
        }
    }
    let bytes = value.as_bytes();
    let mut from = 0;
    for at in 0..=bytes.len() {
        let byte = bytes.get(at).copied().unwrap_or(b' ');
        let hump = byte.is_ascii_uppercase() && at > from && bytes[at - 1].is_ascii_lowercase();
        if byte.is_ascii_alphanumeric() && !hump {
            continue;
        }
        if from < at {
            hints |= hints_of_letters(&bytes[from..at]);
        }
        from = if hump { at } else { at + 1 };
    }
    hints
}

/// Compares a word ignoring case; words end at punctuation and before a capital that follows a small letter.
fn hints_of_letters(word: &[u8]) -> Hints {
    let mut lower = [0_u8; 16];
    let Some(room) = lower.get_mut(..word.len()) else { return Hints::default() };
    room.copy_from_slice(word);
    room.make_ascii_lowercase();
    std::str::from_utf8(room).map(hints_of_word).unwrap_or_default()
}

/// Whether the class alone means that readers do not see the element.
///
/// `hidden md:block` and `d-none d-md-block` are visible on wide screens.
pub fn is_hidden_class(value: &str) -> bool {
    let mut hidden = false;
    let mut shown = false;
    for class in value.split_ascii_whitespace() {
        match class {
            "hidden"
            | "is-hidden"
            | "hide"
            | "d-none"
            | "visually-hidden"
            | "visuallyhidden"
            | "sr-only"
            | "screen-reader-text"
            | "u-hidden"
            | "u-visually-hidden"
            | "element-invisible"
            | "visually-hidden-focusable"
            | "is-sr-only"
            | "show-for-sr"
            | "print-only"
            | "printonly"
            | "only-print"
            | "visible-print"
            | "show-for-print" => hidden = true,
            other => {
                // Few classes have a colon, and this is asked of each.
                let on_wide_screens =
                    || [":block", ":flex", ":inline", ":grid"].iter().any(|layout| other.contains(layout));
                shown |= other.contains(':') && on_wide_screens()
                    || (other.starts_with("d-") && other != "d-none" && !other.starts_with("d-print"));
            }
        }
    }
    hidden && !shown
}
