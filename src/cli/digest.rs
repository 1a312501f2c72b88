//! `presswatch digest`: who reported what, and the ledger.

use clap::Args;

use super::period::{Edge, FORMS, instant};
use super::{Context, print};
use crate::config::Config;
use crate::digest::{Digest, Period};
use crate::error::Error;
use crate::output::text::{self, Style};
use crate::store::{Store, Wanted};

#[derive(Debug, Args)]
pub(super) struct DigestArgs {
    /// From this time: 24h, 7d, yesterday, 2024-05-04, RFC 3339 [default: 24h]
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
    /// Only this watch
    #[arg(long, value_name = "NAME")]
    watch: Option<String>,
    /// How it is laid out
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// When the mention was found
    Found,
    /// When the article was published
    Published,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Plain text of at most 80 columns
    Text,
}

pub(super) fn digest(context: &Context, args: &DigestArgs) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let now = context.now();
    let zone = context.zone(&config);
    let read = |name: &str, text: &str, edge| {
        instant(text, now, &zone, edge)
            .ok_or_else(|| Error::usage(format!("could not read --{name} {text:?}")).hint(FORMS))
    };
    let since = match (&args.since, args.new) {
        (Some(text), _) => Some(read("since", text, Edge::Start)?),
        // What is new is new, however long ago it was found.
        (None, true) => None,
        (None, false) => Some(read("since", "24h", Edge::Start)?),
    };
    let until = args.until.as_deref().map_or(Ok(now), |text| read("until", text, Edge::End))?;
    if since.is_some_and(|since| since > until) {
        return Err(Error::usage("--since lies after --until"));
    }
    let watches = store.watches()?;
    if let Some(unknown) = args.watch.as_ref().filter(|name| !watches.contains(name)) {
        return Err(Error::usage(format!("there is no watch {unknown:?}"))
            .hint(format!("the watches are: {}", watches.join(", "))));
    }
    let period = Period { since, until, by_published: args.by == By::Published, only_new: args.new };
    tell(context, &config, &store, period, args.watch.as_deref())
}

/// The digest of what no `--new` digest has printed before.
pub(super) fn print_new(context: &Context, config: &Config, store: &Store) -> Result<u8, Error> {
    let period = Period { since: None, until: context.now(), by_published: false, only_new: true };
    tell(context, config, store, period, None)
}

/// Prints the digest of a period.
pub(super) fn tell(
    context: &Context,
    config: &Config,
    store: &Store,
    period: Period,
    watch: Option<&str>,
) -> Result<u8, Error> {
    let only_new = period.only_new;
    let mut watches = store.watches()?;
    watches.retain(|name| watch.is_none_or(|watch| watch == name));
    let mentions = store.mentions(&Wanted { period: &period, watch })?;
    let ledger = store.ledger(&period)?;
    let mut digest = Digest::compose(period, &watches, mentions, ledger);
    digest.group(&store.groups()?);
    let style = Style { color: context.stdout_color() };
    print(&text::digest(&digest, &context.zone(config), context.now(), style))?;
    if only_new {
        store.mark_told(digest.mentions().map(|mention| mention.id), context.now())?;
    }
    Ok(0)
}
