//! The digest as one mail (RFC 5322) with plain text and HTML, for `sendmail -t` or any other pipe.
//!
//! Lines end with LF: programs that read a message from a pipe expect this and convert it to CRLF themselves.

use std::fmt::Write as _;
use std::io;

use super::text::Style;
use super::words::Frame;
use super::{Print, html, pass, text};
use crate::digest::Digest;
use crate::i18n::fill;
use crate::text::clean::one_line;
use crate::text::cut::shorten;

/// The longest line of a header or a body (RFC 2045, RFC 2047).
const LINE: usize = 76;
/// The longest subject, in characters.
const SUBJECT: usize = 200;

/// A mail address with an optional name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    name: String,
    local: String,
    host: String,
}

impl Address {
    /// Parses `press@example.org` or `Press office <press@example.org>`; the error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err("it contains a line break or another control character".to_owned());
        }
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address),
            None => ("", text),
        };
        let expected = || "an address is name@host, or Name <name@host>".to_owned();
        let (local, host) = address.rsplit_once('@').ok_or_else(expected)?;
        let is_atom = |atom: &str| {
            !atom.is_empty() && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        };
        if local.len() > 64 || !local.split('.').all(is_atom) {
            return Err(expected());
        }
        // Converts an internationalised host name to ASCII.
        let host = url::Host::parse(host).map_err(|_| expected())?;
        let url::Host::Domain(host) = host else { return Err(expected()) };
        if host.len() > 253 || host.starts_with(['.', '-']) {
            return Err(expected());
        }
        Ok(Self { name: shorten(&one_line(name), 100).into_owned(), local: local.to_owned(), host })
    }

    /// The words of the address in a header.
    fn written(&self) -> Vec<String> {
        let address = format!("<{}@{}>", self.local, self.host);
        if self.name.is_empty() {
            return vec![address];
        }
        let mut words = words(&self.name, 0);
        words.push(address);
        words
    }
}

/// The sender and the recipients of a mail.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// The sender; its host is part of the Message-ID.
    pub from: Address,
    /// The recipients, at least one.
    pub to: Vec<Address>,
    /// The watch that the mail is about; `None`: all.
    pub watch: Option<String>,
}

/// The message.
pub fn message(digest: &Digest, envelope: &Envelope, frame: &Frame, print: Print) -> io::Result<()> {
    let subject = subject(digest, envelope.watch.as_deref(), frame);
    let mark = mark(digest, &subject, frame);
    // "=_" cannot occur in quoted-printable text.
    let boundary = format!("=_presswatch_{mark}");
    let host = &envelope.from.host;
    let mut out = String::new();
    header(&mut out, "From", &envelope.from.written());
    let mut readers: Vec<String> = Vec::new();
    for reader in &envelope.to {
        if let Some(last) = readers.last_mut() {
            last.push(',');
        }
        readers.extend(reader.written());
    }
    header(&mut out, "To", &readers);
    header(&mut out, "Subject", &words(&subject, "Subject: ".len()));
    let now = frame.now.to_zoned_datetime(frame.zone.clone());
    header(&mut out, "Date", &[now.strftime("%a, %d %b %Y %H:%M:%S %z").to_string()]);
    let stamp = frame.now.strftime("%Y%m%d%H%M%S");
    header(&mut out, "Message-ID", &[format!("<{stamp}.{mark}@{host}>")]);
    header(&mut out, "List-Id", &["presswatch".to_owned(), format!("<{}.{host}>", list(envelope.watch.as_deref()))]);
    header(&mut out, "Auto-Submitted", &["auto-generated".to_owned()]);
    header(&mut out, "Content-Language", &[frame.language.code().to_owned()]);
    header(&mut out, "MIME-Version", &["1.0".to_owned()]);
    header(&mut out, "Content-Type", &["multipart/alternative;".to_owned(), format!("boundary=\"{boundary}\"")]);
    out.push('\n');
    begin_part(&mut out, &boundary, "text/plain");
    pass(&mut out, print)?;
    let style = Style::PLAIN;
    quoted(print, |print| text::digest(digest, frame, style, print))?;
    begin_part(&mut out, &boundary, "text/html");
    pass(&mut out, print)?;
    quoted(print, |print| html::digest(digest, frame, print))?;
    print(&format!("--{boundary}--\n"))
}

fn begin_part(out: &mut String, boundary: &str, kind: &str) {
    let _ = writeln!(out, "--{boundary}");
    let _ = writeln!(out, "Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n");
}

/// A hash of the content, which makes the Message-ID of equal messages equal, and of different ones different.
fn mark(digest: &Digest, subject: &str, frame: &Frame) -> String {
    let mut hash = WordsHash::default();
    hash.add(subject);
    hash.add(frame.language.code());
    hash.add(frame.zone.iana_name().unwrap_or_default());
    for mention in digest.mentions() {
        for text in [&*mention.watch, &mention.url, &mention.title, &mention.last_title] {
            hash.add(text);
        }
    }
    for row in &digest.ledger {
        hash.add(&row.source);
        for figure in [row.asked, row.failed, row.seen, row.read, row.matched, row.pending, row.unread] {
            hash.add(&figure.to_string());
        }
    }
    hash.digits()
}

/// The subject: how much was found, then the period.
fn subject(digest: &Digest, watch: Option<&str>, frame: &Frame) -> String {
    let texts = frame.texts();
    let about = watch.map_or_else(|| texts.coverage.to_owned(), one_line);
    let form = if digest.tally.articles == 0 { texts.no_articles } else { texts.subject };
    let articles = frame.count(digest.tally.articles, &texts.articles);
    let outlets = frame.count(digest.tally.outlets, &texts.outlets);
    let what = fill(form, &[("what", &about), ("articles", &articles), ("outlets", &outlets)]);
    shorten(&frame.period(&what, &digest.period), SUBJECT).into_owned()
}

/// The `List-Id` by which recipients filter their mail: one for all watches together, and one for each watch.
fn list(watch: Option<&str>) -> String {
    let Some(watch) = watch else { return "presswatch".to_owned() };
    let letters: String =
        watch.chars().take(200).map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    let label = letters.split_whitespace().take(6).collect::<Vec<_>>().join("-");
    let label = label.get(..40).unwrap_or(&label).trim_end_matches('-');
    // Names in other scripts lose their letters here; the hash keeps two such watches apart.
    let sum = if letters.trim_end() == watch.to_ascii_lowercase() {
        String::new()
    } else {
        let mut hash = WordsHash::default();
        hash.add(watch);
        hash.digits()
    };
    let label =
        [label, sum.get(..8).unwrap_or_default()].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
    format!("{}.presswatch", label.join("-"))
}

/// Appends a header, folded between words. Control characters are removed, so that no word can end the header.
fn header(out: &mut String, name: &str, words: &[String]) {
    let _ = write!(out, "{name}:");
    let mut used = name.len() + 1;
    for word in words {
        let word: String = word.chars().filter(|c| !c.is_control()).collect();
        if used + 1 + word.len() > LINE && used > name.len() + 1 {
            out.push('\n');
            used = 0;
        }
        out.push(' ');
        out.push_str(&word);
        used += 1 + word.len();
    }
    out.push('\n');
}

/// Splits text into the words of a header: unchanged where it is plain, else as encoded words (RFC 2047) of at most a line each.
/// `first`: the columns before the text in its line.
fn words(text: &str, first: usize) -> Vec<String> {
    let is_plain = |word: &str| {
        word.len() <= 60
            && word.bytes().enumerate().all(|(at, b)| b.is_ascii_alphanumeric() || b"-/+!*'_:".contains(&b) && at > 0)
    };
    let ends_plain = |word: &&str| is_plain(word.strip_suffix(',').unwrap_or(word));
    // Colons and commas are allowed in a subject; a name that contains them is encoded.
    let plain = if first > 0 {
        text.split(' ').all(|word| ends_plain(&word))
    } else {
        text.split(' ').all(|word| is_plain(word) && !word.contains(':'))
    };
    if plain {
        return text.split(' ').map(str::to_owned).collect();
    }
    let mut words = vec![String::new()];
    let mut room = LINE - 13 - first.max(10);
    for c in text.chars() {
        let mut coded = String::new();
        let mut bytes = [0; 4];
        for byte in c.encode_utf8(&mut bytes).bytes() {
            match byte {
                b' ' => coded.push('_'),
                b if b.is_ascii_alphanumeric() || b"-/+!*".contains(&b) => coded.push(char::from(b)),
                b => {
                    let _ = write!(coded, "={b:02X}");
                }
            }
        }
        if words.last().is_some_and(|word| word.len() + coded.len() > room) {
            words.push(String::new());
            room = LINE - 13;
        }
        words.last_mut().into_iter().for_each(|word| word.push_str(&coded));
    }
    words.into_iter().map(|word| format!("=?utf-8?q?{word}?=")).collect()
}

/// Appends text as quoted-printable, in lines of at most 76 characters (RFC 2045).
fn quoted_printable(out: &mut String, text: &str) {
    let stays = |byte: &&u8| byte.is_ascii_graphic() && **byte != b'=' || **byte == b' ';
    for line in text.lines() {
        let mut rest = line;
        let mut used = 0;
        while let Some(first) = rest.bytes().next() {
            let mut plain = rest.as_bytes().iter().take(LINE + 1).take_while(stays).count();
            // Mail servers strip spaces at the end of a line.
            if plain == rest.len() && rest.ends_with(' ') {
                plain -= 1;
            }
            // A line "." ends a message in SMTP, and "From " begins one in a mailbox file.
            if used == 0 && (first == b'.' || rest.starts_with("From ")) {
                plain = 0;
            }
            // Outside ASCII, each byte takes three characters.
            let coded = rest.chars().next().map_or(0, char::len_utf8);
            let (taken, wide) = if plain > 0 { (plain, plain) } else { (coded, 3 * coded) };
            // The last column is for the `=` of a soft line break.
            let is_last = taken == rest.len() && used + wide <= LINE;
            let room = if is_last { LINE } else { LINE - 1 } - used;
            let taken = if plain > 0 { plain.min(room) } else { taken };
            if taken == 0 || plain == 0 && wide > room {
                out.push_str("=\n");
                used = 0;
                continue;
            }
            let (piece, behind) = rest.split_at(taken);
            if plain > 0 {
                out.push_str(piece);
                used += taken;
            } else {
                let digit = |four: u8| char::from(b"0123456789ABCDEF"[usize::from(four)]);
                out.extend(piece.bytes().flat_map(|byte| ['=', digit(byte >> 4), digit(byte & 15)]));
                used += wide;
            }
            rest = behind;
        }
        out.push('\n');
    }
}

/// Prints the output of `work` as quoted-printable, line by line.
fn quoted(print: Print, work: impl FnOnce(Print) -> io::Result<()>) -> io::Result<()> {
    let mut out = String::new();
    // A piece may end within a line.
    let mut rest = String::new();
    work(&mut |piece| {
        rest.push_str(piece);
        if let Some(end) = rest.rfind('\n') {
            quoted_printable(&mut out, rest.get(..=end).unwrap_or(&rest));
            rest.drain(..=end);
        }
        pass(&mut out, print)
    })?;
    quoted_printable(&mut out, &rest);
    print(&out)
}

/// A FNV-1a hash of texts.
struct WordsHash(u128);

impl Default for WordsHash {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl WordsHash {
    fn add(&mut self, text: &str) {
        // 0xff occurs in no UTF-8 text, so it separates the texts.
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    /// 32 hexadecimal digits.
    fn digits(&self) -> String {
        format!("{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use mailparse::{MailHeaderMap as _, ParsedMail, parse_mail};

    use super::*;
    use crate::digest::Tally;
    use crate::i18n::Language;
    use crate::output::samples::{HOSTILE, cannot_act, frame, hostile, kind, now, zone};
    use crate::output::whole;

    fn written(digest: &Digest, envelope: &Envelope, frame: &Frame) -> String {
        whole(|print| message(digest, envelope, frame, print))
    }

    fn envelope() -> Envelope {
        let read = |text| Address::parse(text).unwrap();
        Envelope {
            from: read("Presse Bürö <press@example.org>"),
            to: vec![read("anna@example.net"), read("Bert van der Kade <bert+press@example.net>")],
            watch: None,
        }
    }

    /// Reads a message as its reader's program does, after a look at each of its lines.
    fn read(message: &str) -> ParsedMail<'_> {
        for line in message.lines() {
            assert!(line.len() <= 76 && line.bytes().all(|b| b == b' ' || b.is_ascii_graphic()), "{line:?}");
            assert!(!line.starts_with("From ") && line != ".", "{line:?}");
        }
        assert!(cannot_act(message) && !message.contains('\r'));
        parse_mail(message.as_bytes()).unwrap()
    }

    /// The lines of a part; the last line's end belongs to the boundary.
    fn body(part: &ParsedMail<'_>) -> Vec<String> {
        part.get_body().unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_whole_message() {
        let text = written(&kind(), &envelope(), &frame());
        let mail = read(&text);
        let header = |name: &str| mail.headers.get_all_values(name).join(" | ");
        assert_eq!(header("From"), "Presse Bürö <press@example.org>");
        assert_eq!(header("To"), "<anna@example.net>, Bert van der Kade <bert+press@example.net>");
        assert_eq!(header("Subject"), "Press coverage: 3 articles at 2 outlets, Sat 10 Oct 09:30 to Sun 11 Oct 09:30");
        assert_eq!(header("Date"), "Sun, 11 Oct 2026 09:30:00 +0200");
        assert_eq!(mailparse::dateparse(&header("Date")).unwrap(), now().as_second());
        assert_eq!(header("List-Id"), "presswatch <presswatch.example.org>");
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        let id = header("Message-ID");
        assert!(id.starts_with("<20261011073000.") && id.ends_with("@example.org>"), "{id}");
        assert_eq!(mail.ctype.mimetype, "multipart/alternative");
        let kinds: Vec<&str> = mail.subparts.iter().map(|part| part.ctype.mimetype.as_str()).collect();
        assert_eq!(kinds, ["text/plain", "text/html"]);
        let style = Style::PLAIN;
        assert_eq!(
            body(&mail.subparts[0]),
            whole(|print| text::digest(&kind(), &frame(), style, print)).lines().collect::<Vec<_>>()
        );
        assert_eq!(
            body(&mail.subparts[1]),
            whole(|print| html::digest(&kind(), &frame(), print)).lines().collect::<Vec<_>>()
        );
    }

    #[test]
    fn one_message_has_one_name() {
        let id = |digest: &Digest, frame: &Frame| {
            let text = written(digest, &envelope(), frame);
            read(&text).headers.get_first_value("Message-ID").unwrap()
        };
        assert_eq!(id(&kind(), &frame()), id(&kind(), &frame()));
        assert_ne!(id(&kind(), &frame()), id(&hostile(), &frame()));
        let later = Frame { now: "2026-10-11T07:30:01Z".parse().unwrap(), ..frame() };
        assert_ne!(id(&kind(), &frame()), id(&kind(), &later));
    }

    #[test]
    fn nothing_that_a_page_or_a_watch_says_makes_a_header() {
        for name in HOSTILE.iter().map(|text| (*text).to_owned()).chain([
            "x\r\nBcc: eve@example.com\r\n\r\nbody".to_owned(),
            "é".repeat(5_000),
            "x".repeat(5_000),
            "=?utf-8?q?=0ABcc:_eve@example.com?=".to_owned(),
        ]) {
            let envelope = Envelope { watch: Some(name.clone()), ..envelope() };
            let text = written(&hostile(), &envelope, &frame());
            let mail = read(&text);
            let names: Vec<String> = mail.headers.iter().map(mailparse::MailHeader::get_key).collect();
            assert_eq!(
                names.join(" "),
                "From To Subject Date Message-ID List-Id Auto-Submitted Content-Language MIME-Version Content-Type"
            );
            let subject = mail.headers.get_first_value("Subject").unwrap();
            let begin: String = one_line(&name).chars().take(90).collect();
            assert!(subject.starts_with(&begin), "{subject} / {begin}");
            assert_eq!(mail.subparts.len(), 2);
            assert!(
                body(&mail.subparts[1])
                    == whole(|print| html::digest(&hostile(), &frame(), print)).lines().collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn lists_have_names() {
        assert_eq!(list(None), "presswatch");
        assert_eq!(list(Some("Air in Molenbeek")), "air-in-molenbeek.presswatch");
        let (one, other) = (list(Some("اعتصاب")), list(Some("بندر")));
        assert!(one != other && one.len() == "01234567.presswatch".len(), "{one} {other}");
        assert_ne!(list(Some("a, b")), list(Some("a b")));
    }

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("a@b.example", Some("<a@b.example>")),
            (" Anna <a.b+c@b.example> ", Some("Anna <a.b+c@b.example>")),
            ("\"Kade, De\" <a@b.example>", Some("=?utf-8?q?Kade=2C_De?= <a@b.example>")),
            ("a@bücher.example", Some("<a@xn--bcher-kva.example>")),
            ("é@b.example", None),
            ("a@b.example\nBcc: c@d.example", None),
            ("Anna\r\nBcc: c@d.example <a@b.example>", None),
            ("a@b.example, c@d.example", None),
            ("a b@c.example", None),
            ("a..b@c.example", None),
            ("@b.example", None),
            ("a@", None),
            ("a@[127.0.0.1]", None),
            ("a@b@c.example", None),
            ("anna", None),
            ("", None),
        ] {
            assert_eq!(Address::parse(text).ok().map(|a| a.written().join(" ")).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_mail_speaks_the_readers_language() {
        let french = Frame { language: Language::French, zone: zone(), now: now() };
        let text = written(&Digest { watches: Vec::new(), tally: Tally::default(), ..kind() }, &envelope(), &french);
        let mail = read(&text);
        let subject = mail.headers.get_first_value("Subject").unwrap();
        assert_eq!(subject, "Retombées presse\u{a0}: rien trouvé, du sam. 10 oct. 09:30 au dim. 11 oct. 09:30");
    }

    #[test]
    fn quoted_lines() {
        for (text, expected) in [
            ("a = b\n", "a =3D b\n"),
            ("end \n.\n..x\nFrom me\n", "end=20\n=2E\n=2E.x\n=46rom me\n"),
            ("é", "=C3=A9\n"),
        ] {
            let mut out = String::new();
            quoted_printable(&mut out, text);
            assert_eq!(out, expected);
            let letters =
                whole(|print| quoted(print, |print| text.chars().try_for_each(|c| print(c.encode_utf8(&mut [0; 4])))));
            assert_eq!(letters, expected);
        }
        let mut out = String::new();
        quoted_printable(&mut out, &("x".repeat(76) + "\n" + &"x".repeat(77)));
        assert_eq!(out, format!("{0}x\n{0}=\nxx\n", "x".repeat(75)));
    }
}
