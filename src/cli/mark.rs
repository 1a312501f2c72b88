//! `presswatch mark`: what the user says of articles.

use clap::Args;

use super::{Context, print};
use crate::app;
use crate::app::mark::{Marked, Marking};
use crate::decide::MarkChange;
use crate::error::Error;
use crate::i18n::Language;
use crate::model::Tone;
use crate::output::mark as lay_out;
use crate::text::clean::one_line;

/// The longest tag and the longest note, in characters, and the most tags in one command.
const LONGEST_TAG: usize = 100;
const LONGEST_NOTE: usize = 10_000;
const MOST_TAGS: usize = 100;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are options")]
#[command(after_help = "Examples:
  presswatch mark 4821 --not-relevant            a false find: gone from every output
  presswatch mark 4821 --relevant                and back
  presswatch mark 4821 4830 --tone - --tag opinion --note 'we asked for a reply'
  presswatch mark https://www.example.org/news/1 --not-relevant --watch Herons
  presswatch mark 4821 --tone none --untag opinion --note ''
  presswatch mark 4821                           show its marks
  presswatch mark --list                         show all marks")]
pub(super) struct MarkArgs {
    /// The articles: the ids that digests print (4821), or any URL by which a source announced them
    #[arg(value_name = "ID|URL")]
    articles: Vec<String>,
    /// Leave them out of digests, reports, feeds, exports and counts; they stay in the database
    #[arg(long)]
    not_relevant: bool,
    /// Take that back
    #[arg(long, conflicts_with = "not_relevant")]
    relevant: bool,
    /// How they write: -, 0, + (or negative, neutral, positive), or none to take it back
    #[arg(long, value_name = "TONE", value_parser = parse_tone, allow_hyphen_values = true)]
    tone: Option<ChosenTone>,
    /// Add a tag; may be repeated, or several with commas
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Take a tag away; may be repeated
    #[arg(long, value_name = "TAG")]
    untag: Vec<String>,
    /// Set the note; an empty one takes it away
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    note: Option<String>,
    /// Only for this watch
    #[arg(long, value_name = "NAME")]
    watch: Option<String>,
    /// Also their copies: the articles of other outlets with the same text
    #[arg(long)]
    copies: bool,
    /// List all articles that have a mark
    #[arg(long, conflicts_with_all = ["articles", "not_relevant", "relevant", "tone", "tag", "untag", "note", "copies"])]
    list: bool,
    /// Print one JSON object for each article, a line each
    #[arg(long)]
    json: bool,
}

/// A tone, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ChosenTone(Option<Tone>);

fn parse_tone(text: &str) -> Result<ChosenTone, String> {
    let tone = match text {
        // The true minus sign as well.
        "-" | "−" => Some(Tone::Negative),
        "0" => Some(Tone::Neutral),
        "+" => Some(Tone::Positive),
        "none" | "" => None,
        word => Some(Tone::named(&word.to_lowercase()).ok_or("write -, 0, + or none")?),
    };
    Ok(ChosenTone(tone))
}

pub(super) fn mark(context: &Context, args: &MarkArgs) -> Result<u8, Error> {
    let change = change(args)?;
    if args.articles.is_empty() && !args.list {
        return Err(Error::usage("could not mark anything: no article is named").hint(
            "write an id such as 4821, without #: a shell takes # and all that follows for a comment; --list shows all marks",
        ));
    }
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let marked = if args.list {
        app::mark::list(&store, args.watch.as_deref())?
    } else {
        let watch = args.watch.as_deref();
        let marking = Marking { targets: &args.articles, change: &change, watch, with_copies: args.copies };
        app::mark::mark(&store, &config, &marking, context.now())?
    };
    print_marked(context, &config, &marked, args.json).map(|()| 0)
}

fn print_marked(context: &Context, config: &crate::config::Config, marked: &Marked, json: bool) -> Result<(), Error> {
    if json {
        return print(&lay_out::json(marked));
    }
    // Like all messages, in English.
    let frame = context.frame(config, Some(Language::English));
    print(&lay_out::text(marked, &frame, context.style().width))
}

fn change(args: &MarkArgs) -> Result<MarkChange, Error> {
    let relevant = match (args.relevant, args.not_relevant) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let note = args.note.as_deref().map(one_line);
    if note.as_ref().is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
        return Err(Error::usage(format!("could not set the note: it is longer than {LONGEST_NOTE} characters")));
    }
    let tone = args.tone.map(|tone| tone.0);
    Ok(MarkChange { relevant, tone, tags: tags(&args.tag, "--tag")?, untags: tags(&args.untag, "--untag")?, note })
}

/// The tags of an option, of which one value may hold several.
fn tags(values: &[String], option: &str) -> Result<Vec<String>, Error> {
    let tags: Vec<String> = values.iter().flat_map(|value| value.split(',')).map(one_line).collect();
    if tags.iter().any(String::is_empty) {
        return Err(Error::usage(format!("could not use {option}: a tag is empty")));
    }
    if let Some(tag) = tags.iter().find(|tag| tag.chars().count() > LONGEST_TAG) {
        return Err(Error::usage(format!(
            "could not use {option} {tag:?}: it is longer than {LONGEST_TAG} characters"
        )));
    }
    if tags.len() > MOST_TAGS {
        return Err(Error::usage(format!("could not use {option}: more than {MOST_TAGS} tags")));
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_are_signs_or_words() {
        for (text, expected) in [
            ("-", Ok(Some(Tone::Negative))),
            ("−", Ok(Some(Tone::Negative))),
            ("0", Ok(Some(Tone::Neutral))),
            ("+", Ok(Some(Tone::Positive))),
            ("Positive", Ok(Some(Tone::Positive))),
            ("none", Ok(None)),
            ("good", Err("write -, 0, + or none".to_owned())),
        ] {
            assert_eq!(parse_tone(text).map(|tone| tone.0), expected, "{text}");
        }
    }

    #[test]
    fn tags_are_separated_by_commas() {
        let tags = |values: &[&str]| super::tags(&values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>(), "--tag");
        assert_eq!(tags(&["a, b", "c d"]).ok(), Some(vec!["a".to_owned(), "b".to_owned(), "c d".to_owned()]));
        assert_eq!(tags(&["\u{1b}[31mred"]).ok().map(|tags| tags.join("").contains('\u{1b}')), Some(false));
        assert!(tags(&["a,,b"]).is_err() && tags(&[" "]).is_err() && tags(&[&"x".repeat(101)]).is_err());
    }
}
