//! What a publisher asks of those who read a page: no copy, no excerpt, no text and data mining.

/// The wishes of one answer, from its headers and from the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Show no copy of the text.
    pub noarchive: bool,
    /// Show no excerpt.
    pub nosnippet: bool,
    /// Text and data mining is reserved (W3C TDM Reservation Protocol; Article 4 of Directive (EU) 2019/790).
    pub tdm_reserved: bool,
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

    /// All that either asks for.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            noarchive: self.noarchive || other.noarchive,
            nosnippet: self.nosnippet || other.nosnippet,
            tdm_reserved: self.tdm_reserved || other.tdm_reserved,
        }
    }
}

/// Directives that carry a value after a colon, so that the word before it is not a robot's name.
const VALUED: [&str; 4] = ["unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"];

#[cfg(test)]
mod tests {
    use super::*;

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
