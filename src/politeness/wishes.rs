//! What a publisher asks of those who read a page: no copy, no excerpt, no text and data mining.

/// The wishes of one answer, from its headers and from the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Show no copy of the text.
    pub noarchive: bool,
    /// Show no excerpt.
    pub nosnippet: bool,
    /// What is said of text and data mining; `None`: nothing.
    pub tdm: Option<Reservation>,
}

/// Whether text and data mining is reserved (W3C TDM Reservation Protocol; Article 4 of Directive (EU) 2019/790).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    /// Whether it is; a page may also say that it is not, where its host says that all is.
    pub reserved: bool,
    /// Where it is told on which terms it may be done: an http or https address.
    pub policy: Option<String>,
}

impl Reservation {
    /// Reads the values of `tdm-reservation` and `tdm-policy`, as headers, pages and `tdmrep.json` have them.
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
    /// Reads `X-Robots-Tag` headers, one a line, for a robot of this name.
    ///
    /// `otherbot: noarchive` speaks to others only; what has no name before it speaks to all.
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

    /// All that either asks for; of text and data mining `closer` knows better: a page than its headers, these than
    /// the host.
    #[must_use]
    pub fn and(self, closer: Self) -> Self {
        Self {
            noarchive: self.noarchive || closer.noarchive,
            nosnippet: self.nosnippet || closer.nosnippet,
            tdm: closer.tdm.or(self.tdm),
        }
    }
}

/// Directives that carry a value after a colon, so that the word before it is not a robot's name.
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
