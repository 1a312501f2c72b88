//! Restrictions by the publisher of a page: no copy, no excerpt, no text and data mining.

/// The restrictions of one response, from its headers and from the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// No copy of the text may be shown.
    pub noarchive: bool,
    /// No excerpt may be shown.
    pub nosnippet: bool,
    /// The reservation of text and data mining; `None`: nothing is declared.
    pub tdm: Option<Reservation>,
}

/// Whether text and data mining is reserved (W3C TDM Reservation Protocol; Article 4 of Directive (EU) 2019/790).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Whether it is reserved. A page may declare that it is not, although its host reserves everything.
    pub reserved: bool,
    /// The http or https URL of the terms.
    pub policy: Option<String>,
}

impl Reservation {
    /// Parses the values of `tdm-reservation` and `tdm-policy` in headers, pages and `tdmrep.json`.
    pub fn read(reservation: &str, policy: Option<&str>) -> Option<Self> {
        let reserved = match reservation.trim() {
            "1" => true,
            "0" => false,
            _ => return None,
        };
        let policy = policy.map(str::trim).filter(|text| reserved && text.len() <= 2_000);
        let policy = policy.and_then(|text| url::Url::parse(text).ok());
        let policy = policy.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        Some(Self { reserved, policy: policy.map(String::from) })
    }
}

impl Wishes {
    /// Parses `X-Robots-Tag` headers, one per line, for a robot of this name.
    ///
    /// `otherbot: noarchive` applies only to that robot; directives without a name apply to all.
    pub fn of_robots_tag(headers: &str, agent: &str) -> Self {
        let mut wishes = Self::default();
        for header in headers.lines() {
            let mut for_us = true;
            for part in header.split(',') {
                let mut directive = part.trim();
                if let Some((name, rest)) = directive.split_once(':') {
                    let name = name.trim().to_ascii_lowercase();
                    if !VALUED.contains(&name.as_str()) {
                        for_us = name == agent.to_ascii_lowercase() || name == "*";
                        directive = rest.trim();
                    }
                }
                if for_us {
                    wishes.note(directive);
                }
            }
        }
        wishes
    }

    fn note(&mut self, directive: &str) {
        match directive.to_ascii_lowercase().replace(' ', "").as_str() {
            "noarchive" | "nocache" => self.noarchive = true,
            "nosnippet" | "max-snippet:0" => self.nosnippet = true,
            _ => {}
        }
    }

    /// Combines restrictions. For text and data mining `closer` has priority: the page over its headers, and these over the host.
    #[must_use]
    pub fn and(self, closer: Self) -> Self {
        Self {
            noarchive: self.noarchive || closer.noarchive,
            nosnippet: self.nosnippet || closer.nosnippet,
            tdm: closer.tdm.or(self.tdm),
        }
    }
}

/// Directives with a value after a colon, so that the word before it is not the name of a robot.
const VALUED: [&str; 4] = ["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reservations() {
        let read = |reservation, policy| Reservation::read(reservation, policy).map(|r| (r.reserved, r.policy));
        assert_eq!(read(" 1 ", None), Some((true, None)));
        assert_eq!(read("1", Some("https://a.example/tdm")), Some((true, Some("https://a.example/tdm".to_owned()))));
        assert_eq!(read("1", Some("javascript:alert(1)")), Some((true, None)));
        assert_eq!(read("0", Some("https://a.example/tdm")), Some((false, None)));
        assert_eq!(read("yes", None), None);
        let wishes = |reservation| Wishes { tdm: Reservation::read(reservation, None), ..Wishes::default() };
        for (host, page, reserved) in
            [("1", "", Some(true)), ("1", "0", Some(false)), ("", "1", Some(true)), ("", "", None)]
        {
            assert_eq!(wishes(host).and(wishes(page)).tdm.map(|r| r.reserved), reserved, "{host:?} {page:?}");
        }
    }

    #[test]
    fn robots_tags() {
        for (headers, noarchive, nosnippet) in [
            ("noarchive", true, false),
            ("NOARCHIVE, nosnippet", true, true),
            ("max-snippet: 0", false, true),
            ("max-snippet: 50", false, false),
            ("googlebot: noarchive, nosnippet", false, false),
            ("googlebot: noarchive\nnosnippet", false, true),
            ("PressWatch: noarchive", true, false),
            ("unavailable_after: 25 Jun 2030 15:00:00 PST, noarchive", true, false),
            ("noindex", false, false),
            ("", false, false),
        ] {
            let wishes = Wishes::of_robots_tag(headers, "presswatch");
            assert_eq!((wishes.noarchive, wishes.nosnippet), (noarchive, nosnippet), "{headers}");
        }
    }
}
