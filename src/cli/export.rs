//! `presswatch export`: coverage as a table or as a feed.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum as _};
use jiff::SignedDuration;

use super::digest::{By, named, warn_about_former};
use super::file::write_whole;
use super::stream::document;
use super::{Context, period, warn};
use crate::app::coverage::Selection;
use crate::config::Config;
use crate::digest::{Exported, Period};
use crate::error::Error;
use crate::output::feed::{self, FeedFormat};
use crate::output::{Frame, csv, json, ninjs, xlsx};
use crate::store::Store;
use crate::text::visible::visible_path;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The output format
    #[arg(long, value_enum)]
    format: ExportFormat,
    /// From this time: 24h, 7d, 1mo, yesterday, monday, 2024-05-04, 2024-05, RFC 3339 [default: the beginning; for a feed: 30 days before --until]
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
    /// Also what is marked as not relevant; the column `relevant` says so
    #[arg(long)]
    with_not_relevant: bool,
    /// The file, replaced only when the new one is complete; -: standard output [default: -]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// For rss and atom: the public URL of the feed
    #[arg(long, value_name = "URL")]
    feed_url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// A table for spreadsheets, UTF-8 with commas
    Csv,
    /// One JSON object per line, for programs
    Jsonl,
    /// A spreadsheet file; needs --output
    Xlsx,
    /// A feed for feed readers, RSS 2.0
    Rss,
    /// A feed for feed readers, Atom
    Atom,
    /// One IPTC ninjs 3.0 document per line, for newsrooms
    Ninjs,
}

impl ExportFormat {
    /// Whether it is a feed: by default of the last month only, with the newest entry first.
    fn is_feed(self) -> bool {
        match self {
            Self::Rss | Self::Atom => true,
            Self::Csv | Self::Jsonl | Self::Xlsx | Self::Ninjs => false,
        }
    }

    /// Whether it is a spreadsheet file, which is written as a whole, and not for a terminal.
    fn is_spreadsheet(self) -> bool {
        match self {
            Self::Xlsx => true,
            Self::Csv | Self::Jsonl | Self::Rss | Self::Atom | Self::Ninjs => false,
        }
    }
}

/// An export: what is selected, the format and the language.
struct Export<'a> {
    store: &'a Store,
    selection: Selection,
    format: ExportFormat,
    frame: Frame,
    channel: feed::Channel<'a>,
}

pub(super) fn export(context: &Context, args: &ExportArgs) -> Result<u8, Error> {
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    if args.format.is_spreadsheet() && output.is_none() {
        return Err(Error::usage("could not write a spreadsheet to standard output").hint("add --output FILE.xlsx"));
    }
    let is_xlsx = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    if let Some(path) =
        output.filter(|path| is_xlsx(path) != args.format.is_spreadsheet() && path.extension().is_some())
        && !context.is_quiet()
    {
        let format = args.format.to_possible_value();
        let format = format.as_ref().map_or("", |format| format.get_name());
        warn(&format!("the content of {} is {format}, although its extension says otherwise", visible_path(path)));
    }
    if let Some(url) = args.feed_url.as_deref().filter(|url| !is_web(url)) {
        return Err(Error::usage(format!("could not use --feed-url {url:?}: it is not an http or https URL")));
    }
    let config = context.config_if_any()?;
    let store = context.store(&config)?;
    let frame = context.frame(&config, None);
    // Feed readers keep what they have seen, and a feed of everything would only grow.
    let usual = args.format.is_feed().then_some(SignedDuration::from_hours(30 * 24));
    let (since, until) =
        period::parse_period(args.since.as_deref(), args.until.as_deref(), usual, frame.now, &frame.zone)?;
    let period = Period { since, until, by_published: args.by == By::Published, new_for: None };
    let selection = Selection::named(&store, &config, period, &args.watch)?.with_irrelevant(args.with_not_relevant);
    warn_about_former(context, &store, &selection)?;
    let what = frame.language.texts().coverage;
    let title = named(&args.watch).map_or(what.to_owned(), |watch| format!("{what}: {watch}"));
    let export = Export {
        store: &store,
        selection,
        format: args.format,
        channel: feed::Channel {
            title: &title,
            description: frame.language.texts().feed,
            place: args.feed_url.as_deref(),
            about: contact(&config),
            now: context.now(),
        },
        frame,
    };
    match output {
        Some(path) if args.format.is_spreadsheet() => write_whole(path, |file| export.spreadsheet(file))?,
        Some(path) => write_whole(path, |file| export.write(file, &visible_path(path)))?,
        None => {
            let mut out = document();
            export.write(&mut out, "to standard output")?;
        }
    }
    Ok(0)
}

impl Export<'_> {
    /// Writes line by line, so that never more than one line is in memory.
    fn write(&self, out: &mut impl Write, place: &str) -> Result<(), Error> {
        let failed = |e: std::io::Error| Error::output(place, &e);
        out.write_all(self.head().as_bytes()).map_err(failed)?;
        self.selection.export(self.store, self.format.is_feed(), |line| {
            out.write_all(self.line(line).as_bytes()).map_err(failed)
        })?;
        out.write_all(self.tail().as_bytes()).map_err(failed)?;
        out.flush().map_err(failed)
    }

    /// What stands before the first line or entry.
    fn head(&self) -> String {
        match self.format {
            ExportFormat::Csv => csv::head(),
            ExportFormat::Rss => feed::head(FeedFormat::Rss, &self.channel),
            ExportFormat::Atom => feed::head(FeedFormat::Atom, &self.channel),
            ExportFormat::Jsonl | ExportFormat::Ninjs | ExportFormat::Xlsx => String::new(),
        }
    }

    fn line(&self, line: &Exported) -> String {
        match self.format {
            ExportFormat::Csv => csv::line(line, &self.frame.zone),
            ExportFormat::Jsonl => json::line(line, &self.frame.zone),
            ExportFormat::Rss => feed::entry(FeedFormat::Rss, line, &self.frame),
            ExportFormat::Atom => feed::entry(FeedFormat::Atom, line, &self.frame),
            ExportFormat::Ninjs => ninjs::line(line, &self.frame),
            // `spreadsheet` writes it.
            ExportFormat::Xlsx => String::new(),
        }
    }

    /// What stands after the last line or entry.
    fn tail(&self) -> String {
        match self.format {
            ExportFormat::Rss => feed::tail(FeedFormat::Rss).to_owned(),
            ExportFormat::Atom => feed::tail(FeedFormat::Atom).to_owned(),
            ExportFormat::Csv | ExportFormat::Jsonl | ExportFormat::Ninjs | ExportFormat::Xlsx => String::new(),
        }
    }

    fn spreadsheet(&self, out: &mut (impl Write + std::io::Seek + Send)) -> Result<(), Error> {
        let failed = |e| {
            Error::failed(format!("could not write the spreadsheet: {e}"))
                .hint("a sheet holds 1,048,575 lines: for more use --format csv, or --since")
        };
        let mut sheet = xlsx::Sheet::new(self.channel.now).map_err(failed)?;
        self.selection.export(self.store, false, |line| sheet.line(line, &self.frame.zone).map_err(failed))?;
        sheet.save(out).map_err(failed)
    }
}

fn contact(config: &Config) -> Option<&str> {
    config.http.contact.as_deref().filter(|contact| is_web(contact))
}

fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
