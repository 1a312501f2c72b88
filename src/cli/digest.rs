//! `presswatch digest`: who reported what, and the ledger.

use std::mem::ManuallyDrop;

use clap::Args;
use jiff::SignedDuration;

use super::{Context, period, print_document, require_stdout, warn};
use crate::app::coverage::{self, Selection};
use crate::config::Config;
use crate::digest::{DEFAULT_READER, Period};
use crate::error::Error;
use crate::i18n::Language;
use crate::output::mail::{self, Address, Envelope};
use crate::output::text;
use crate::output::{html, json, markdown};
use crate::store::Store;
use crate::text::clean::one_line;

/// The longest name of a reader of what is new, in characters.
const LONGEST_READER: usize = 60;

#[derive(Debug, Args)]
pub(super) struct DigestArgs {
    /// From this time: 24h, 7d, 1mo, yesterday, monday, 2024-05-04, 2024-05, RFC 3339 [default: 24 hours before --until]
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// To this time [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Filter by the time of publication or the time found
    #[arg(long, value_enum, default_value_t = By::Found, value_name = "TIME")]
    by: By,
    /// Only what no --new digest has printed before; with a name, what none has printed for this reader
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = DEFAULT_READER,
          value_parser = reader_name)]
    new: Option<String>,
    /// Only this watch, or the watches of this group; may be repeated
    #[arg(long, value_name = "NAME")]
    watch: Vec<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t = DigestFormat::Text)]
    format: DigestFormat,
    /// The language of labels, dates and counts [default: that of the configuration]
    #[arg(long, value_name = "CODE", value_parser = super::language_parser())]
    language: Option<Language>,
    /// For eml: a recipient, name@host or "Name <name@host>"; may be repeated
    #[arg(long, value_name = "ADDRESS", value_parser = Address::parse)]
    to: Vec<Address>,
    /// For eml: a recipient whom the others do not see; may be repeated. `sendmail -t` takes the line away
    #[arg(long, value_name = "ADDRESS", value_parser = hidden_recipient)]
    bcc: Vec<String>,
    /// For eml: the sender
    #[arg(long, value_name = "ADDRESS", value_parser = Address::parse)]
    from: Option<Address>,
    /// Print nothing when nothing was found and every source could be checked
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
pub(super) enum DigestFormat {
    /// Plain text of at most 80 columns
    Text,
    /// For chats, wikis and notes
    Markdown,
    /// One page that loads nothing from elsewhere, for a browser or a mail
    Html,
    /// For programs; described in docs/digest.md
    Json,
    /// One mail with text and HTML, for `sendmail -t`; needs --from and --to
    Eml,
}

/// How a digest is printed.
#[derive(Debug, Clone)]
pub(super) struct DigestStyle {
    pub format: DigestFormat,
    /// `None`: that of the configuration.
    pub language: Option<Language>,
    /// For [`DigestFormat::Eml`].
    pub envelope: Option<Envelope>,
    /// Its recipients whom the others do not see.
    pub bcc: Vec<String>,
    /// Whether nothing is printed when nothing was found and every source could be checked.
    pub quiet_if_empty: bool,
}

impl Default for DigestStyle {
    fn default() -> Self {
        Self { format: DigestFormat::Text, language: None, envelope: None, bcc: Vec::new(), quiet_if_empty: false }
    }
}

pub(super) fn digest(context: &Context, args: &DigestArgs) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    // Whatever was not printed yet is new, however long ago it was found.
    let usual = args.new.is_none().then_some(SignedDuration::from_hours(24));
    let (since, until) = period::parse_period(
        args.since.as_deref(),
        args.until.as_deref(),
        usual,
        context.now(),
        &context.zone(&config),
    )?;
    let period = Period { since, until, by_published: args.by == By::Published, new_for: args.new.clone() };
    let selection = Selection::named(&store, &config, period, &args.watch)?;
    let style = DigestStyle {
        envelope: envelope(args)?,
        format: args.format,
        language: args.language,
        bcc: args.bcc.clone(),
        quiet_if_empty: args.quiet_if_empty,
    };
    print_digest(context, &config, &store, &selection, &style)
}

/// The sender and the recipients of a mail.
fn envelope(args: &DigestArgs) -> Result<Option<Envelope>, Error> {
    match (&args.from, args.to.as_slice(), args.format) {
        (None, [], format) if format != DigestFormat::Eml && args.bcc.is_empty() => Ok(None),
        (Some(from), to @ [_, ..], DigestFormat::Eml) => {
            Ok(Some(Envelope { from: from.clone(), to: to.to_vec(), watch: named(&args.watch) }))
        }
        (_, _, DigestFormat::Eml) => Err(Error::usage("could not write a mail: it needs a sender and a recipient")
            .hint("add --from press@example.org --to you@example.org")),
        _ => Err(Error::usage("could not use --from, --to or --bcc: they are for mails").hint("add --format eml")),
    }
}

/// The bare address of a recipient; the error says what is wrong.
fn hidden_recipient(text: &str) -> Result<String, String> {
    Address::parse(text)?;
    let bare = text.trim().strip_suffix('>').and_then(|text| text.rsplit_once('<')).map_or(text, |(_, bare)| bare);
    let (local, host) = bare.trim().rsplit_once('@').unwrap_or_default();
    // Mail servers know an internationalised name by its ASCII form.
    let host = url::Host::parse(host).map_err(|e| e.to_string())?;
    Ok(format!("{local}@{host}"))
}

/// The chosen watches, for a title.
pub(super) fn named(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(", "))
}

/// The name of a reader of what is new; the error says what is wrong.
pub(super) fn reader_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        return Err("expected a name, such as anna".to_owned());
    }
    if name.chars().count() > LONGEST_READER {
        return Err(format!("the name is longer than {LONGEST_READER} characters"));
    }
    if one_line(name) != name {
        return Err("the name must consist of visible characters".to_owned());
    }
    Ok(name.to_owned())
}

/// The digest of what no digest has printed before for this reader.
pub(super) fn print_new(context: &Context, config: &Config, store: &Store, reader: &str) -> Result<u8, Error> {
    let period = Period { since: None, until: context.now(), by_published: false, new_for: Some(reader.to_owned()) };
    print_digest(context, config, store, &Selection::all(period), &DigestStyle::default())
}

/// Warns of watches that are no longer configured: that their coverage is left out or, where they were named, that it is old.
pub(super) fn warn_about_former(context: &Context, store: &Store, selection: &Selection) -> Result<(), Error> {
    if context.is_quiet() {
        return Ok(());
    }
    if selection.changed().needs_rematch() {
        warn(&format!("{}; run `presswatch rematch`", selection.changed()));
    }
    for name in selection.former(store)? {
        warn(&format!("the watch {name} is no longer in sources.toml: this is what it found while it was"));
    }
    let names = selection.left_out(store)?;
    if !names.is_empty() {
        let names = names.join(", ");
        warn(&format!(
            "coverage of watches that are no longer in sources.toml is left out: {names}; --watch NAME shows it"
        ));
    }
    Ok(())
}

/// Warns of a reader who is new and almost has the name of another: it may be a slip.
fn warn_about_reader(context: &Context, store: &Store, name: &str) -> Result<(), Error> {
    if context.is_quiet() {
        return Ok(());
    }
    if let Some(near) = coverage::nearly_named_reader(store, name)? {
        warn(&format!(
            "no digest has been printed for the reader {name:?} before, so everything is new; did you mean {near:?}?"
        ));
    }
    Ok(())
}

/// Prints the digest of a selection.
pub(super) fn print_digest(
    context: &Context,
    config: &Config,
    store: &Store,
    selection: &Selection,
    style: &DigestStyle,
) -> Result<u8, Error> {
    warn_about_former(context, store, selection)?;
    let reader = selection.reader();
    // Until it is marked, nobody else may print it.
    let _lock = if reader.is_some() { store.lock_new()? } else { None };
    // The program ends with it: to free a year of mentions one by one takes a tenth of the time.
    let frame = context.frame(config, style.language);
    let digest = ManuallyDrop::new(selection.digest(store, context.now(), frame.language)?);
    if style.quiet_if_empty && digest.has_nothing_to_say() {
        return Ok(0);
    }
    if let Some(name) = reader {
        require_stdout()?;
        warn_about_reader(context, store, name)?;
    }
    print_document(|print| match (style.format, &style.envelope) {
        (DigestFormat::Text, _) => {
            let style = context.style();
            text::digest(&digest, &frame, style, print)
        }
        (DigestFormat::Markdown, _) => markdown::digest(&digest, &frame, print),
        (DigestFormat::Html, _) => html::digest(&digest, &frame, print),
        (DigestFormat::Json, _) => json::digest(&digest, &frame, print),
        (DigestFormat::Eml, Some(envelope)) => {
            // Above the other lines of the header: their order means nothing.
            if !style.bcc.is_empty() {
                print(&format!("Bcc: {}\n", style.bcc.join(",\n ")))?;
            }
            mail::message(&digest, envelope, &frame, print)
        }
        (DigestFormat::Eml, None) => Ok(()),
    })?;
    coverage::mark_printed(store, &digest, context.now())?;
    Ok(0)
}
