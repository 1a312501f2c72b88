//! `presswatch digest`: who reported what, and the ledger.

use std::mem::ManuallyDrop;

use clap::Args;
use jiff::SignedDuration;

use super::{Context, period, print_document};
use crate::config::Config;
use crate::digest::{Digest, Period};
use crate::error::Error;
use crate::language::Language;
use crate::output::mail::{self, Address, Envelope};
use crate::output::text;
use crate::output::{html, json, markdown};
use crate::store::{Store, Wanted};

#[derive(Debug, Args)]
pub(super) struct DigestArgs {
    /// From this time: 24h, 7d, yesterday, 2024-05-04, RFC 3339 [default: 24 hours before --until]
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// To this time [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Which time counts
    #[arg(long, value_enum, default_value_t = By::Found, value_name = "TIME")]
    by: By,
    /// What no --new digest has printed before
    #[arg(long)]
    new: bool,
    /// Only this watch, or the watches of this group; may be given more than once
    #[arg(long, value_name = "NAME")]
    watch: Vec<String>,
    /// How it is laid out
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The language of its own words [default: that of the configuration]
    #[arg(long, value_name = "CODE", value_parser = super::language())]
    language: Option<Language>,
    /// For a mail: its reader, name@host or "Name <name@host>"; may be given more than once
    #[arg(long, value_name = "ADDRESS", value_parser = Address::parse)]
    to: Vec<Address>,
    /// For a mail: its sender
    #[arg(long, value_name = "ADDRESS", value_parser = Address::parse)]
    from: Option<Address>,
    /// Print nothing at all when nothing was found
    #[arg(long)]
    quiet_if_empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum By {
    /// When the mention was found
    Found,
    /// When the article was published
    Published,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Plain text of at most 80 columns
    Text,
    /// For chats, wikis and notes
    Markdown,
    /// One page without anything remote, for a browser or a mail
    Html,
    /// For programs; docs/digest.md describes it
    Json,
    /// One mail with text and HTML, for `sendmail -t`; needs --from and --to
    Eml,
}

/// How a digest is told.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    pub format: Format,
    /// Of its own words; `None`: as the configuration says.
    pub language: Option<Language>,
    /// For [`Format::Eml`].
    pub envelope: Option<Envelope>,
    /// Whether nothing is printed when nothing was found.
    pub quiet_if_empty: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self { format: Format::Text, language: None, envelope: None, quiet_if_empty: false }
    }
}

pub(super) fn digest(context: &Context, args: &DigestArgs) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    // What is new is new, however long ago it was found.
    let usual = (!args.new).then_some(SignedDuration::from_hours(24));
    let (since, until) =
        period::between(args.since.as_deref(), args.until.as_deref(), usual, context.now(), &context.zone(&config))?;
    let watches = chosen(&store, &args.watch)?;
    let period = Period { since, until, by_published: args.by == By::Published, only_new: args.new };
    let manner = Manner {
        envelope: envelope(args)?,
        format: args.format,
        language: args.language,
        quiet_if_empty: args.quiet_if_empty,
    };
    tell(context, &config, &store, period, watches.as_deref(), &manner)
}

/// Who sends a mail to whom.
fn envelope(args: &DigestArgs) -> Result<Option<Envelope>, Error> {
    match (&args.from, args.to.as_slice(), args.format) {
        (None, [], format) if format != Format::Eml => Ok(None),
        (Some(from), to @ [_, ..], Format::Eml) => {
            Ok(Some(Envelope { from: from.clone(), to: to.to_vec(), watch: named(&args.watch) }))
        }
        (_, _, Format::Eml) => Err(Error::usage("could not write a mail: it needs a sender and a reader")
            .hint("add --from press@example.org --to you@example.org")),
        _ => Err(Error::usage("--from and --to are for mails").hint("add --format eml")),
    }
}

/// The watches that are meant by these names, each a watch's or a group's, in whatever capitals; `None`: all.
pub(super) fn chosen(store: &Store, names: &[String]) -> Result<Option<Vec<String>>, Error> {
    if names.is_empty() {
        return Ok(None);
    }
    let (watches, groups) = (store.watches()?, store.groups()?);
    let mut chosen = Vec::new();
    for name in names {
        let is_like = |other: &str| other.to_lowercase() == name.to_lowercase();
        let meant: [&dyn Fn(&String) -> bool; 4] =
            [&|watch| watch == name, &|watch| groups.get(watch) == Some(name), &|watch| is_like(watch), &|watch| {
                groups.get(watch).is_some_and(|group| is_like(group))
            }];
        let found = meant.iter().map(|is| watches.iter().filter(|watch| is(watch)).cloned().collect::<Vec<_>>());
        let Some(found) = found.into_iter().find(|found| !found.is_empty()) else {
            let mut known: Vec<&str> = groups.values().map(String::as_str).collect();
            known.sort_unstable();
            known.dedup();
            let groups =
                if known.is_empty() { String::new() } else { format!("; the groups are: {}", known.join(", ")) };
            return Err(Error::usage(format!("there is no watch {name:?}"))
                .hint(format!("the watches are: {}{groups}", watches.join(", "))));
        };
        chosen.extend(found);
    }
    Ok(Some(chosen))
}

/// What was chosen, for a title.
pub(super) fn named(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}

/// The digest of what no `--new` digest has printed before.
pub(super) fn print_new(context: &Context, config: &Config, store: &Store) -> Result<u8, Error> {
    let period = Period { since: None, until: context.now(), by_published: false, only_new: true };
    tell(context, config, store, period, None, &Manner::default())
}

/// Prints the digest of a period.
pub(super) fn tell(
    context: &Context,
    config: &Config,
    store: &Store,
    period: Period,
    chosen: Option<&[String]>,
    manner: &Manner,
) -> Result<u8, Error> {
    let only_new = period.only_new;
    let mut watches = store.watches()?;
    watches.retain(|name| chosen.is_none_or(|chosen| chosen.contains(name)));
    let mentions = store.mentions(&Wanted { period: &period, watches: chosen })?;
    // Articles of a day are found later: by publication, all checks since then are the evidence.
    let until = if period.by_published { context.now() } else { period.until };
    let ledger = store.ledger(&Period { until, ..period.clone() })?;
    // The program ends with it: to free a year of mentions one by one takes a tenth of the time.
    let mut digest = ManuallyDrop::new(Digest::compose(period, &watches, mentions, ledger));
    digest.group(&store.groups()?);
    if manner.quiet_if_empty && digest.mentions().next().is_none() {
        return Ok(0);
    }
    let frame = context.frame(config, manner.language);
    print_document(|print| match (manner.format, &manner.envelope) {
        (Format::Text, _) => {
            let style = context.style();
            text::digest(&digest, &frame, style, print)
        }
        (Format::Markdown, _) => markdown::digest(&digest, &frame, print),
        (Format::Html, _) => html::digest(&digest, &frame, print),
        (Format::Json, _) => json::digest(&digest, &frame, print),
        (Format::Eml, Some(envelope)) => mail::message(&digest, envelope, &frame, print),
        (Format::Eml, None) => Ok(()),
    })?;
    if only_new {
        store.mark_told(digest.mentions().map(|mention| mention.id), context.now())?;
    }
    Ok(0)
}
