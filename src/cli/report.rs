//! `presswatch report`: the press review as one HTML file, or as PDF.

use std::io::Write as _;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::SignedDuration;

use super::digest::{By, warn_about_former};
use super::file::write_whole;
use super::input::read_file;
use super::{Context, chromium, period, print_document, warn};
use crate::app::coverage::Selection;
use crate::digest::Period;
use crate::error::Error;
use crate::i18n::Language;
use crate::output::logo::{LARGEST_LOGO, Logo};
use crate::output::report::{self, Masthead};
use crate::text::visible::visible_path;

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The file, replaced only when the new one is complete; FILE.pdf: printed by an installed Chromium; -: HTML on standard output
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
    /// The title of the review [default: what it is and of which period]
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// A picture beside the title: PNG, JPEG, WebP or GIF, at most 1 MB
    #[arg(long, value_name = "FILE")]
    logo: Option<PathBuf>,
    /// The language of labels, dates and counts [default: that of the configuration]
    #[arg(long, value_name = "CODE", value_parser = super::language_parser())]
    language: Option<Language>,
}

pub(super) fn report(context: &Context, args: &ReportArgs) -> Result<u8, Error> {
    let format = ReviewFormat::of(&args.file);
    if format == ReviewFormat::Other && !context.is_quiet() {
        let name = visible_path(&args.file);
        warn(&format!("the content of {name} is html, although its extension says otherwise"));
    }
    let masthead = Masthead { title: args.title.clone(), logo: args.logo.as_deref().map(read_logo).transpose()? };
    let not_printed = |why: &str| Error::failed(format!("could not print {}: {why}", visible_path(&args.file)));
    let browser = (format == ReviewFormat::Pdf).then(|| context.chromium());
    if matches!(browser, Some(None)) {
        return Err(not_printed("no Chromium was found").hint(
            "install Chromium or Chrome, or name its program in PRESSWATCH_CHROMIUM; or write FILE.html and print it from a browser",
        ));
    }
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let frame = context.frame(&config, args.language);
    let usual = Some(SignedDuration::from_hours(7 * 24));
    let (since, until) =
        period::parse_period(args.since.as_deref(), args.until.as_deref(), usual, frame.now, &frame.zone)?;
    let period = Period { since, until, by_published: args.by == By::Published, new_for: None };
    let selection = Selection::named(&store, &config, period, &args.watch)?;
    warn_about_former(context, &store, &selection)?;
    // The program ends here, so that the digest need not be freed.
    let digest = ManuallyDrop::new(selection.digest(&store, frame.now, frame.language)?);
    if args.file == Path::new("-") {
        print_document(|print| report::review(&digest, &masthead, &frame, print))?;
        return Ok(0);
    }
    let failed = |e: std::io::Error| Error::failed(format!("could not write {}: {e}", visible_path(&args.file)));
    if let Some(program) = browser.flatten() {
        let mut html = String::new();
        report::review(&digest, &masthead, &frame, &mut |piece| {
            html.push_str(piece);
            Ok(())
        })
        .map_err(failed)?;
        let pdf = chromium::pdf(&program, &html)
            .map_err(|why| not_printed(&why).hint("write FILE.html and print it from a browser"))?;
        write_whole(&args.file, |file| file.write_all(&pdf).map_err(failed))?;
        return Ok(0);
    }
    write_whole(&args.file, |file| {
        report::review(&digest, &masthead, &frame, &mut |piece| file.write_all(piece.as_bytes())).map_err(failed)
    })?;
    Ok(0)
}

/// What a file shall contain, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReviewFormat {
    Html,
    Pdf,
    /// HTML, under a name that says otherwise.
    Other,
}

impl ReviewFormat {
    fn of(file: &Path) -> Self {
        let Some(extension) = file.extension() else { return Self::Html };
        let is = |names: &[&str]| names.iter().any(|name| extension.eq_ignore_ascii_case(name));
        if is(&["pdf"]) {
            Self::Pdf
        } else if is(&["html", "htm"]) {
            Self::Html
        } else {
            Self::Other
        }
    }
}

fn read_logo(path: &Path) -> Result<Logo, Error> {
    let bytes = read_file(path, LARGEST_LOGO)
        .map_err(|e| Error::failed(format!("could not read the logo {}: {e}", visible_path(path))))?;
    Logo::from_file(&bytes).map_err(|why| {
        Error::failed(format!("could not use the logo {}: {why}", visible_path(path)))
            .hint("give a PNG, JPEG, WebP or GIF picture of at most 1 MB")
    })
}
