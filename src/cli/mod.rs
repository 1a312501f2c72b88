//! Arguments, help, exit codes; one file per command.

mod alert;
mod check;
mod chromium;
mod completions;
mod context;
mod demo;
mod digest;
mod explain;
mod export;
mod file;
mod health;
mod init;
mod input;
mod mark;
mod migrate;
mod notify;
mod online;
mod period;
mod progress;
mod rematch;
mod report;
mod run;
mod search;
mod service;
mod shell;
mod sources;
mod stream;
mod verdicts;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::database::ServerVariables;
use crate::fetch::Clock;
use crate::i18n::Language;
use crate::query::{Query, Watch};
use crate::source::OutletFacts;

use shell::shell_word;
use stream::{
    clean_panic_messages, eprint_diagnostic, eprint_line, eprint_painted, json_line, overwrite_line, print,
    print_argument_error, print_document, print_error, print_painted, prompt, require_stdout, warn,
};

pub use context::Context;

/// The value of a variable of the environment; a type of its own, which shows none.
pub type Variables = std::sync::Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The environment of a command. Only `main` reads it, so that tests can supply their own.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "they are facts, each apart from the others")]
pub struct Environment {
    /// The program's name and its arguments.
    pub arguments: Vec<OsString>,
    /// `PRESSWATCH_CONFIG`.
    pub config: Option<OsString>,
    /// `PRESSWATCH_DATABASE`.
    pub database: Option<OsString>,
    /// What the environment says of PostgreSQL.
    pub server: ServerVariables,
    /// `PRESSWATCH_CHROMIUM`.
    pub chromium: Option<OsString>,
    /// `NOTIFY_SOCKET` and `WATCHDOG_USEC` of systemd.
    pub systemd: (Option<OsString>, Option<String>),
    /// Any other variable, for the secrets of alerts.
    pub variables: Variables,
    /// `PATH`.
    pub path: Option<OsString>,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
    /// `HTTP_PROXY`.
    pub http_proxy: Option<String>,
    /// `HTTPS_PROXY`.
    pub https_proxy: Option<String>,
    /// `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// Whether stdin is a terminal.
    pub stdin_is_terminal: bool,
    /// Whether stdout is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether stderr is a terminal that can move its cursor.
    pub stderr_is_terminal: bool,
    /// The width of the terminal on stdout.
    pub stdout_columns: Option<usize>,
    /// The width of the terminal on stderr.
    pub stderr_columns: Option<usize>,
    /// The clock.
    pub clock: Clock,
}

/// Polls news outlets, reads their articles, and shows who reported what you watch.
#[derive(Debug, Parser)]
#[command(name = "presswatch", bin_name = "presswatch", version, max_term_width = 80, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of all commands")]
struct Common {
    /// The configuration file [default: `$PRESSWATCH_CONFIG`, else ./sources.toml]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database file, or `postgres://user@host/name`, instead of the one in the configuration [default: `$PRESSWATCH_DATABASE`]
    #[arg(long, global = true, value_name = "FILE")]
    db: Option<OsString>,
    /// A time in place of the clock: 2026-10-11T08:00:00Z, 2026-10-11
    #[arg(long, global = true, value_name = "TIME", allow_hyphen_values = true)]
    as_of: Option<String>,
    /// Print no warnings
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Print more
    #[arg(short, long, global = true)]
    verbose: bool,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless the variable `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a first sources.toml, with comments; ask for watch and language on a terminal
    Init(init::InitArgs),
    /// Crawl once: poll the channels that are due, read new articles
    Run(run::RunArgs),
    /// Print who reported what you watch, and the ledger of what was checked
    Digest(digest::DigestArgs),
    /// Write coverage as a table or as a feed
    Export(export::ExportArgs),
    /// Write the press review of a period: one self-contained HTML page, or PDF
    Report(report::ReportArgs),
    /// Crawl four sample outlets on this machine and print a digest: no network, no configuration
    Demo,
    /// Validate the configuration without the network
    Check(check::CheckArgs),
    /// Show what is read from a page or a feed, by which rule, and which watches match
    Explain(explain::ExplainArgs),
    /// Mark articles as not relevant; give them a tone, tags and notes; show marks
    Mark(mark::MarkArgs),
    /// Run a query over the stored articles
    Search(search::SearchArgs),
    /// Exit with 1, and say why, when the crawl needs looking after
    Health(health::HealthArgs),
    /// Copy a whole database into another one: a file to a PostgreSQL server, or back
    Migrate(migrate::MigrateArgs),
    /// Apply today's watches to the stored articles
    Rematch(rematch::RematchArgs),
    /// Show each channel's health; find, import and export sources
    Sources(sources::SourcesArgs),
    /// Show how alerts fare, try one, send what waits
    Alert(alert::AlertArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page
    Man,
}

/// Runs the command of `environment`; returns the exit code.
pub fn main(environment: Environment) -> u8 {
    clean_panic_messages();
    let cli = match Cli::try_parse_from(&environment.arguments) {
        Ok(cli) => cli,
        Err(e) => {
            let color = environment.stderr_is_terminal && !environment.no_color;
            return print_argument_error(e, color);
        }
    };
    let context = match Context::new(cli.common, environment) {
        Ok(context) => context,
        Err(error) => return print_error(&error, false),
    };
    let color = context.stderr_color();
    let result = match cli.command {
        Command::Init(args) => init::init(&context, &args),
        Command::Run(args) => match args.as_loop() {
            Some((sources, log)) => service::serve(&context, sources, log),
            None => run::run(&context, &args),
        },
        Command::Digest(args) => digest::digest(&context, &args),
        Command::Export(args) => export::export(&context, &args),
        Command::Report(args) => report::report(&context, &args),
        Command::Demo => demo::demo(&context),
        Command::Check(args) => check::check(&context, &args),
        Command::Completions(args) => completions::completions(&context, &args),
        Command::Man => shell::man(),
        Command::Explain(args) => explain::explain(&context, &args),
        Command::Mark(args) => mark::mark(&context, &args),
        Command::Migrate(args) => migrate::migrate(&context, &args),
        Command::Search(args) => search::search(&context, &args),
        Command::Health(args) => health::health(&context, &args),
        Command::Rematch(args) => rematch::rematch(&context, &args),
        Command::Alert(args) => alert::alert(&context, &args),
        Command::Sources(args) => sources::sources(&context, &args),
    };
    match result {
        Ok(code) => code,
        Err(error) => print_error(&error, color),
    }
}

/// Parses the code of a language; the error lists all codes.
fn language_parser() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(Language::CODES).map(|code| Language::of(&code).unwrap_or_default())
}

/// Warns where a query is valid but may not mean what its author intended.
fn warn_about_query(context: &Context, query: &str) {
    if !context.is_quiet() {
        for note in Query::advice(query) {
            warn(&note);
        }
    }
}

/// The same for the watches of a configuration.
fn advise_on_watches(context: &Context, watches: &[Watch]) {
    if !context.is_quiet() {
        for (watch, note) in watches.iter().flat_map(|watch| watch.advice.iter().map(move |note| (watch, note))) {
            warn(&format!("watch {}: {note}", watch.name));
        }
    }
}

/// Warns of values in a query that none of these outlets has: `outlet:` of a name that is none, `tier:9`.
fn warn_about_values(context: &Context, query: &Query, names: &[&str], facts: &[&OutletFacts]) {
    let notes = query.advice_on_values(names).into_iter().chain(query.advice_on_facts(facts));
    for note in notes.filter(|_| !context.is_quiet()) {
        warn(&note);
    }
}

/// Ends the program from a thread of its own, when a signal asked for it and something still holds the run.
#[expect(clippy::disallowed_methods, reason = "main waits for what holds the run")]
fn exit_interrupted() {
    warn("interrupted; unfinished items are retried in the next run");
    std::process::exit(1);
}
