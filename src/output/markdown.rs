//! The digest as Markdown (`CommonMark` with GitHub tables), for chats, wikis, notes and static sites.

use std::fmt::Write as _;
use std::io;

use super::figures::around;
use super::grouped::Placed;
use super::link::{link, shown};
use super::marks::pieces;
use super::words::{self, Frame};
use super::{Print, pass};
use crate::digest::{Digest, Mention, Story, WatchNews};
use crate::text::clean::one_line;

/// The digest.
pub fn digest(digest: &Digest, frame: &Frame, print: Print) -> io::Result<()> {
    let mut out = String::new();
    let _ = writeln!(out, "# {}", escape(&frame.headline(frame.texts().coverage, &digest.period)));
    let lines = [frame.older_articles(digest), frame.figures_in_all(digest)];
    for line in frame.unchecked(digest).into_iter().chain(lines.into_iter().flatten()) {
        let _ = writeln!(out, "\n{}", escape(&line));
    }
    let nothing_for = frame.nothing_for(digest);
    for placed in frame.grouped(&digest.watches, nothing_for.is_some()) {
        if let Some(heading) = &placed.heading {
            let _ = writeln!(out, "\n## {}", escape(heading));
        }
        watch_news(&mut out, &placed, frame, print)?;
    }
    if let Some(line) = nothing_for {
        let _ = writeln!(out, "\n{}", escape(&line));
    }
    ledger(&mut out, digest, frame);
    print(&out)
}

fn watch_news(out: &mut String, placed: &Placed, frame: &Frame, print: Print) -> io::Result<()> {
    let watch = placed.watch;
    let _ = writeln!(out, "\n{} {}\n", heading(2 + placed.depth), escape(&one_line(&watch.name)));
    if watch.stories.is_empty() {
        let _ = writeln!(out, "{}", escape(frame.texts().nothing));
        return Ok(());
    }
    let _ = writeln!(out, "{}  \n{}", escape(&frame.figures(&watch.tally)), escape(&frame.who_reported(watch)));
    for section in watch.sections() {
        write_story(out, section.lead, 3 + placed.depth, frame);
        if let Some(event) = frame.event(&section) {
            let _ = writeln!(out, "\n{}", escape(&event));
        }
        pass(out, print)?;
        for story in section.others {
            // The headline of an event makes those of its other texts one level deeper.
            write_story(out, story, 4 + placed.depth, frame);
            pass(out, print)?;
        }
    }
    write_shown_above(out, watch, frame);
    pass(out, print)
}

/// The prefix of a heading; level 1 is the title.
fn heading(level: usize) -> String {
    "#".repeat(level)
}

fn write_story(out: &mut String, story: &Story, level: usize, frame: &Frame) {
    let first = &story.first;
    let _ = writeln!(out, "\n{} {}\n\n{}", heading(level), linked(first, frame), escape(&frame.about(story)));
    quote(out, &words::sentence_below(first), &first.terms, "");
    if !story.copies.is_empty() {
        let carriers = carriers(story.copies.iter().map(AsRef::as_ref), first, frame);
        let (before, after) = around(frame.texts().same_text, "{outlets}");
        let _ = writeln!(out, "\n{}{carriers}{}", escape(before), escape_inside(after));
    }
}

/// The outlets that carried a text, each as a link with its time.
fn carriers<'a>(copies: impl Iterator<Item = &'a Mention>, first: &Mention, frame: &Frame) -> String {
    let carriers = copies.map(|copy| {
        let outlet = escape_inside(&one_line(&copy.outlet));
        let title = if words::reads_alike(&copy.title, &first.title) {
            String::new()
        } else {
            format!(" \"{}\"", escape_inside(&frame.title(copy)).replace('"', "\\\""))
        };
        let linked = match link(&copy.url) {
            Some(url) => format!("[{outlet}](<{}>{title})", url.replace('&', "&amp;")),
            None => format!("{outlet} {}", escape_inside(&shown(&copy.url))),
        };
        format!(
            "{linked} {} {}",
            escape_inside(&frame.carried_at(copy, first)),
            escape_inside(&format!("#{}", copy.article))
        )
    });
    carriers.collect::<Vec<_>>().join(frame.texts().between_outlets)
}

/// The texts that earlier watches show.
fn write_shown_above(out: &mut String, watch: &WatchNews, frame: &Frame) {
    let (above, more) = frame.shown_above(watch);
    for part in above {
        let _ = writeln!(out, "\n{}\n", escape(&part.heading));
        for (story, rest) in part.stories {
            let outlet = one_line(&story.first.outlet);
            let _ = write!(out, "- {}", escape(&format!("{} ({outlet})", frame.title(&story.first))));
            if !rest.is_empty() {
                let (before, after) = around(frame.texts().only_here, "{articles}");
                let carriers = carriers(rest.into_iter(), &story.first, frame);
                let _ = write!(out, "; {}{carriers}{}", escape_inside(before), escape_inside(after));
            }
            out.push('\n');
        }
    }
    if let Some(more) = more {
        let _ = writeln!(out, "- {}", escape(&more));
    }
}

/// The headline as a link, or followed by a URL that is not safe as a link.
fn linked(mention: &Mention, frame: &Frame) -> String {
    let title = escape(&frame.title(mention));
    match link(&mention.url) {
        Some(url) => format!("[{title}](<{}>)", url.replace('&', "&amp;")),
        None => format!("{title} {}", escape(&shown(&mention.url))),
    }
}

fn quote(out: &mut String, text: &str, terms: &str, indent: &str) {
    if text.is_empty() {
        return;
    }
    let mut marked = String::new();
    for (piece, term) in pieces(text, terms) {
        // Only the first piece is at the beginning of a line.
        let piece = if marked.is_empty() { escape(piece) } else { escape_inside(piece) };
        let _ = if term { write!(marked, "**{piece}**") } else { write!(marked, "{piece}") };
    }
    let _ = writeln!(out, "\n{indent}> {marked}");
}

fn ledger(out: &mut String, digest: &Digest, frame: &Frame) {
    let ledger = &digest.ledger;
    let texts = frame.texts();
    let _ = writeln!(out, "\n## {}\n", frame.ledger_heading(digest));
    if ledger.is_empty() {
        let _ = writeln!(out, "{}", escape(frame.texts().no_ledger));
        return;
    }
    let columns = [texts.source, texts.checked, texts.seen, texts.read, texts.matched];
    let _ = writeln!(out, "| {} |\n| --- | ---: | ---: | ---: | ---: |", columns.join(" | "));
    for row in ledger {
        let source = escape(&one_line(&row.source));
        let [asked, seen, read, matched] =
            [row.asked, row.seen, row.read, row.matched].map(|n| frame.language.figure(n));
        let _ = writeln!(out, "| {source} | {asked}× | {seen} | {read} | {matched} |");
    }
    let mut first = true;
    for row in ledger {
        for remark in frame.remarks(row) {
            let gap = if std::mem::take(&mut first) { "\n" } else { "" };
            let _ = writeln!(out, "{gap}- **{}**: {}", escape(&one_line(&row.source)), escape(&remark));
        }
    }
}

/// Escapes one line of text that begins a line.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = match text[digits..].chars().next() {
        // A list: "1." or "1)".
        Some(mark @ ('.' | ')')) if digits > 0 => {
            out.push_str(&text[..digits]);
            out.push('\\');
            out.push(mark);
            &text[digits + 1..]
        }
        // A list, or a line under a heading.
        Some('-' | '+' | '=' | ':') if digits == 0 => {
            out.push('\\');
            out.push_str(&text[..1]);
            &text[1..]
        }
        _ => text,
    };
    out.push_str(&escape_inside(rest));
    out
}

/// Escapes text within a line.
fn escape_inside(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let bytes = text.as_bytes();
    let mut written = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let next = || bytes.get(at + 1);
        // Many renderers know no backslash before these, and pass HTML on: to them it would be a tag.
        let entity = match byte {
            b'<' => Some("&lt;"),
            b'>' => Some("&gt;"),
            b'&' => Some("&amp;"),
            _ => None,
        };
        if let Some(entity) = entity {
            out.push_str(&text[written..at]);
            out.push_str(entity);
            written = at + 1;
            continue;
        }
        let is_markup = match byte {
            b'\\' | b'`' | b'*' | b'_' | b'[' | b']' | b'|' | b'~' | b'^' | b'$' | b'#' | b'{' | b'}' | b'@' => true,
            // Bare addresses, which many readers make links of.
            b':' => next() == Some(&b'/'),
            b'.' => bytes[..at].last_chunk::<3>().is_some_and(|before| before.eq_ignore_ascii_case(b"www")),
            b'=' => bytes[..at].ends_with(b"=") || next() == Some(&b'='),
            _ => false,
        };
        if is_markup {
            out.push_str(&text[written..at]);
            out.push('\\');
            written = at;
        }
    }
    out.push_str(&text[written..]);
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "a test may fail")]
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::output::samples::{HOSTILE, cannot_act, event, frame, hostile, kind};
    use crate::output::whole;

    #[test]
    fn text_stays_text() {
        for (text, expected) in [
            ("Strike at the quay: 3.5 hours - and (more)!", "Strike at the quay: 3.5 hours - and (more)!"),
            ("a](javascript:alert(1)) [b", r"a\](javascript:alert(1)) \[b"),
            ("<script>x</script> &lt; R&D", "&lt;script&gt;x&lt;/script&gt; &amp;lt; R&amp;D"),
            (r"\<b>\&lt;", r"\\&lt;b&gt;\\&amp;lt;"),
            ("**bold** _it_ `code` ~~no~~ ==m==", r"\*\*bold\*\* \_it\_ \`code\` \~\~no\~\~ \=\=m\=\="),
            ("# no heading #", r"\# no heading \#"),
            ("1. no list", r"1\. no list"),
            ("2026) no list", r"2026\) no list"),
            ("2026 was", "2026 was"),
            ("- no list", r"\- no list"),
            ("--- no rule", r"\--- no rule"),
            ("https://x.example www.y.example me@z.example", r"https\://x.example www\.y.example me\@z.example"),
            ("a | b", r"a \| b"),
            (r"a \ b", r"a \\ b"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn groups_and_events_are_headings() {
        let text = whole(|print| digest(&event(), &frame(), print));
        let told: Vec<&str> = text.lines().filter_map(|line| line.split(" [").next()).collect();
        let told: Vec<&str> = told.into_iter().skip(1).filter(|line| line.starts_with('#')).collect();
        assert_eq!(told, ["## Harbour", "### Quayside strike", "####", "#####", "####", "## Ledger",]);
    }

    #[test]
    fn it_tells_what_is_known() {
        let text = whole(|print| digest(&kind(), &frame(), print));
        let expected = "\
# Press coverage, Sat 10 Oct 09:30 to Sun 11 Oct 09:30 (Europe/Brussels)

Could not be checked: De Kade (not checked in this period)

## Quayside strike

2 outlets, 3 articles, 2 texts: 2 own texts, 1 outlet copies another  
Reported by: Le Phare (2) – in own texts

### [Strike at the quay](<https://phare.example/1?a=1&amp;b=(2)>)

Le Phare · Sat 10 Oct 16:31 · fr · \\#1

> The **strike** at the **quay** goes on, said the strikers.

Same text: [Vitrine](<https://phare.example/2?a=1&amp;b=(2)> \"The same strike\") 17:11 (credit Belga, headline and lead only) \\#2

### [Cranes stand still](<https://phare.example/3?a=1&amp;b=(2)>)

Le Phare · found Sat 10 Oct 17:00 · subscribers only · \\#3

> The **strike** at the **quay** goes on, said the strikers.

Nothing found: Herons. The ledger below shows what was checked.

## Ledger

| source | checked | seen | read | matched |
| --- | ---: | ---: | ---: | ---: |
| Le Phare | 24× | 9 | 8 | 2 |
| De Kade | 0× | 0 | 0 | 0 |

- **Le Phare**: 9 seen: 8 read, 1 still to be read
- **De Kade**: not checked in this period
- **De Kade**: blocked since Fri 9 Oct 08:00: it refuses our requests (HTTP 403) · https\\://kade.example/rss
- **De Kade**: silent: nothing new since Thu 1 Oct 08:00, although it had 12 items a day before
- **De Kade**: may have missed items between Sat 10 Oct 08:00 and Sat 10 Oct 09:00; poll at least every 30 min
- **De Kade**: seen earlier: 1 closed by robots.txt, 1 given up
";
        assert_eq!(text, expected);
    }

    #[test]
    fn nothing_that_a_page_says_can_act() {
        let text = whole(|print| digest(&hostile(), &frame(), print));
        assert!(cannot_act(&text));
        // Where a renderer knows neither backslashes nor links, nothing looks like a tag either.
        let bare = text.replace("](<https://phare.example/", "").replace("\n> ", "\n");
        assert!(!bare.contains('<'), "{bare}");
        let mut headings = Vec::new();
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(&text, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => panic!("{html}"),
                Event::Start(Tag::Image { dest_url, .. }) => panic!("{dest_url}"),
                Event::Start(Tag::Link { dest_url, title, .. }) => {
                    assert!(dest_url.starts_with("https://phare.example/"), "{dest_url}");
                    headings.push(title.into_string());
                }
                Event::Code(code) => panic!("{code}"),
                Event::Start(Tag::CodeBlock(_) | Tag::Strikethrough) | Event::Rule => panic!("{event:?}"),
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => headings.extend(heading.take()),
                Event::Text(part) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                _ => {}
            }
        }
        // Every headline of the sample is a heading of its own or the title of a link, word for word.
        for title in HOSTILE.iter().map(|title| one_line(title)).filter(|title| !title.is_empty()) {
            assert!(headings.contains(&title), "{title:?} is not in {headings:#?}");
        }
    }
}
