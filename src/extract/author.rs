//! Who wrote it: names without "By", jobs, outlets; agencies apart.

use super::phrases::{AGENCIES, BYLINE_STARTS, NAME_JOINERS, NAME_TAILS, NOT_NAMES, SOURCE_STARTS};
use super::plain;

/// What a byline holds.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Byline {
    /// Names, in order, each once.
    pub names: Vec<String>,
    /// Agencies, as printed.
    pub agencies: Vec<String>,
}

impl Byline {
    /// Reads one more byline; `outlets` are names that are no authors.
    pub fn add(&mut self, text: &str, outlets: &[String]) {
        let text = plain::untagged(plain::cut(text, 1_000));
        if text.contains("://") || text.starts_with("www.") {
            return;
        }
        let text = without_start(&text);
        for piece in pieces(text) {
            self.add_piece(piece, outlets);
        }
    }

    fn add_piece(&mut self, piece: &str, outlets: &[String]) {
        let mut piece = piece.trim();
        // A handle or a mail address.
        if piece.contains('@') {
            return;
        }
        if let Some((before, after)) = piece.split_once(['(', '[', '<']) {
            let inner = after.split([')', ']', '>']).next().unwrap_or("");
            if let Some(agency) = agency(inner) {
                self.add_agency(agency);
            }
            piece = before.trim();
        }
        for tail in NAME_TAILS {
            piece = piece.split(tail).next().unwrap_or(piece);
        }
        piece = without_start(piece).trim_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != '’' && c != '\'');
        if let Some(agency) = agency(piece) {
            self.add_agency(agency);
            return;
        }
        piece = without_job(piece);
        let key = plain::key(piece);
        // "All posts by Jane Roe" after "Jane Roe".
        let told = self.names.iter().any(|name| key.contains(&plain::key(name)));
        if !told && self.names.len() < 20 && is_name(piece, outlets) {
            self.names.push(piece.to_owned());
        }
    }

    fn add_agency(&mut self, name: &str) {
        if !self.agencies.iter().any(|known| plain::key(known) == plain::key(name)) {
            self.agencies.push(name.to_owned());
        }
    }
}

fn pieces(text: &str) -> Vec<&str> {
    let mut pieces: Vec<&str> = text.split([',', ';', '|', '/', '•', '·', '\n', '&']).collect();
    for joiner in NAME_JOINERS {
        pieces = pieces.into_iter().flat_map(|piece| piece.split(joiner)).collect();
    }
    pieces
}

/// Cuts "By", "Door", "Propos recueillis par" … from the start.
fn without_start(text: &str) -> &str {
    let mut text = text.trim();
    for _ in 0..3 {
        let Some(rest) = BYLINE_STARTS.iter().find_map(|start| cut_start(text, start)) else { break };
        text = rest;
    }
    text
}

/// What follows `start` in `text`, without regard to case; the start must end where a word ends.
fn cut_start<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let head = text.get(..start.len())?;
    let rest = &text[start.len()..];
    let ends = rest.starts_with(|c: char| c.is_whitespace() || c == ':' || c == '.');
    (head.to_lowercase() == start && ends)
        .then(|| rest.trim_start_matches(|c: char| c.is_whitespace() || c == ':' || c == '.'))
}

fn is_name(piece: &str, outlets: &[String]) -> bool {
    let words = piece.split_whitespace().count();
    let key = plain::key(piece);
    if piece.len() < 2 || piece.chars().count() > 50 || words > 6 || key.is_empty() {
        return false;
    }
    if piece.contains(['@', '=', '{', '_'])
        || piece.contains("http")
        || piece.contains("www.")
        || piece.contains(".com")
    {
        return false;
    }
    if piece.bytes().filter(u8::is_ascii_digit).count() > 2 || outlets.iter().any(|outlet| plain::key(outlet) == key) {
        return false;
    }
    true
}

/// What stands before the first word that tells a job; nothing when that is no whole name.
fn without_job(piece: &str) -> &str {
    for (nth, (at, word)) in words(piece).enumerate() {
        let rest = piece.get(at..).unwrap_or("").to_lowercase();
        let word = word.to_lowercase();
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_job = |phrase: &&str| match (phrase.strip_suffix('*'), phrase.contains(' ')) {
            (Some(stem), _) => word.starts_with(stem),
            (None, true) => rest.starts_with(*phrase),
            (None, false) => word == *phrase,
        };
        if NOT_NAMES.iter().any(is_job) {
            return if nth >= 2 { piece.get(..at).unwrap_or("").trim_end() } else { "" };
        }
    }
    piece
}

/// Words and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// The agency that a text is the name of, as printed there.
pub fn agency(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if text.is_empty() || text.len() > 60 {
        return None;
    }
    let key = plain::key(text);
    let known = |key: &str| AGENCIES.contains(&key);
    let parts = || text.split(['/', '-', '–', ',', '+', '&']).map(plain::key).filter(|k| !k.is_empty());
    let stripped =
        key.strip_prefix("agence").or_else(|| key.strip_prefix("persbureau")).or_else(|| key.strip_prefix("the"));
    (known(&key) || stripped.is_some_and(known) || (parts().count() > 1 && parts().all(|part| known(&part))))
        .then_some(text)
}

/// The agency credited at the end or the start of a text: "(Belga)", "Bron: Belga", "BRUSSEL (AFP) –".
pub fn credit(lines: &[&str]) -> Option<String> {
    for line in lines.iter().rev().take(3) {
        let line = line.trim().trim_end_matches('.');
        if line.chars().count() < 60 {
            let bare = SOURCE_STARTS.iter().find_map(|start| cut_start(line, start)).unwrap_or(line);
            if let Some(agency) = agency(bare) {
                return Some(agency.to_owned());
            }
        }
        if let Some((_, inner)) = line.trim_end_matches([')', ']']).rsplit_once(['(', '['])
            && line.ends_with([')', ']'])
            && let Some(agency) = agency(inner)
        {
            return Some(agency.to_owned());
        }
    }
    let first = lines.first()?;
    let head = plain::cut(first, 80);
    let (_, inner) = head.split_once('(')?;
    let (inner, rest) = inner.split_once(')')?;
    if rest.trim_start().starts_with(['-', '–', '—']) { agency(inner).map(str::to_owned) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_without_by_jobs_and_outlets() {
        let outlets = ["De Kering".to_owned()];
        for (text, names, agencies) in [
            ("By Jane Roe", "Jane Roe", ""),
            ("Door Els Verhaegen en Jan Boon", "Els Verhaegen, Jan Boon", ""),
            ("Par Belga", "", "Belga"),
            ("Jan Boon, politiek redacteur", "Jan Boon", ""),
            ("Von Sandra Egli, Redaktorin", "Sandra Egli", ""),
            ("Anne Dupont (avec AFP)", "Anne Dupont", ""),
            ("Anne Dupont (AFP)", "Anne Dupont", "AFP"),
            ("De Kering", "", ""),
            ("https://example.org/author/jane", "", ""),
            ("@janeroe", "", ""),
            ("jane@example.org", "", ""),
            ("Tom Asher, Transport Correspondent", "Tom Asher", ""),
            ("Dana Wells Staff Writer", "Dana Wells", ""),
            ("Jane Roe and AP", "Jane Roe", "AP"),
            ("belga/anp", "", "belga, anp"),
            ("La rédaction", "", ""),
            ("Jane Roe; Jane Roe", "Jane Roe", ""),
            ("Jean-Marie d&#8217;Ursel", "Jean-Marie d’Ursel", ""),
            ("", "", ""),
        ] {
            let mut byline = Byline::default();
            byline.add(text, &outlets);
            assert_eq!(
                (byline.names.join(", ").as_str(), byline.agencies.join(", ").as_str()),
                (names, agencies),
                "{text:?}"
            );
        }
    }

    #[test]
    fn agencies_are_credited_in_lines_of_their_own() {
        for (lines, expected) in [
            (&["Text.", "(Belga)"][..], Some("Belga")),
            (&["Text.", "Bron: Belga"], Some("Belga")),
            (&["Text. (belga/mk)"], None),
            (&["Text. (AFP)"], Some("AFP")),
            (&["BRUSSEL (ANP) - Text."], Some("ANP")),
            (&["Il a parlé à Belga."], None),
            (&[], None),
        ] {
            assert_eq!(credit(lines).as_deref(), expected, "{lines:?}");
        }
    }
}
