//! `presswatch report`: the press review as one HTML file.

use std::io::Write as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::SignedDuration;

use super::digest::{By, warn_about_former};
use super::file::write_whole;
use super::{Context, period, print_document};
use crate::app::coverage::Selection;
use crate::digest::Period;
use crate::error::Error;
use crate::i18n::Language;
use crate::output::report;
use crate::text::visible::visible_path;

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The file, replaced only when the new one is complete; -: standard output
    #[arg(value_name = "FILE.html")]
    file: PathBuf,
    /// From this time: 24h, 7d, 1mo, yesterday, monday, 2024-05-04, 2024-05, RFC 3339 [default: 7 days before --until]
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// To this time [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Filter by the time of publication or the time found
    #[arg(long, value_enum, default_value_t = By::Found, value_name = "TIME")]
    by: By,
    /// Only this watch, or the watches of this group; may be repeated
    #[arg(long, value_name = "NAME")]
    watch: Vec<String>,
    /// The language of labels, dates and counts [default: that of the configuration]
    #[arg(long, value_name = "CODE", value_parser = super::language_parser())]
    language: Option<Language>,
}

pub(super) fn report(context: &Context, args: &ReportArgs) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let frame = context.frame(&config, args.language);
    let usual = Some(SignedDuration::from_hours(7 * 24));
    let (since, until) =
        period::parse_period(args.since.as_deref(), args.until.as_deref(), usual, frame.now, &frame.zone)?;
    let period = Period { since, until, by_published: args.by == By::Published, new_for: None };
    let selection = Selection::named(&store, period, &args.watch)?;
    warn_about_former(context, &store, &selection)?;
    // The program ends here, so that the digest need not be freed.
    let digest = ManuallyDrop::new(selection.digest(&store, frame.now, frame.language)?);
    if args.file == Path::new("-") {
        print_document(|print| report::review(&digest, &frame, print))?;
        return Ok(0);
    }
    write_whole(&args.file, |file| {
        report::review(&digest, &frame, &mut |piece| file.write_all(piece.as_bytes()))
            .map_err(|e| Error::failed(format!("could not write {}: {e}", visible_path(&args.file))))
    })?;
    Ok(0)
}
