//! `presswatch alert`: how alerts fare, trying one, sending what waits.

use clap::{Args, Subcommand};

use super::{Context, json_line, print};
use crate::app::alerts;
use crate::app::run::Opened;
use crate::error::Error;
use crate::output::alerts as lay_out;
use crate::store::{Mode, Store};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  presswatch alert list               what was sent, what waits, what fails
  presswatch alert test desk          send a test message
  presswatch alert send --dry-run     what would be sent now")]
pub(super) struct AlertArgs {
    #[command(subcommand)]
    command: AlertCommand,
}

#[derive(Debug, Subcommand)]
enum AlertCommand {
    /// Show for each alert what was last sent, what waits, and what fails
    List(ListArgs),
    /// Send a test message, and say how the receiver took it
    Test(TestArgs),
    /// Send what waits and is due, as every run does
    Send(SendArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// The name of the alert
    name: String,
}

#[derive(Debug, Args)]
struct SendArgs {
    /// Print what would be sent, in no quiet hours; send and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn alert(context: &Context, args: &AlertArgs) -> Result<u8, Error> {
    match &args.command {
        AlertCommand::List(args) => list(context, args),
        AlertCommand::Test(args) => test(context, args),
        AlertCommand::Send(args) => send(context, args),
    }
}

fn list(context: &Context, args: &ListArgs) -> Result<u8, Error> {
    let config = context.config()?;
    let now = context.now();
    // Before the first run nothing waits.
    let store =
        if Store::exists(&config.database)? { Store::open(&config.database, Mode::Read)? } else { Store::in_memory()? };
    let health = alerts::health(&store, &config, now)?;
    if args.json {
        let rows = lay_out::health_json(&config.alerts, &health);
        print(&json_line(&serde_json::json!({ "alerts": rows })))?;
    } else {
        print(&lay_out::list(&config.alerts, &health, &context.zone(&config), now))?;
    }
    Ok(0)
}

fn test(context: &Context, args: &TestArgs) -> Result<u8, Error> {
    let config = context.config()?;
    let alert = alerts::named(&config, &args.name)?;
    let fetcher = context.fetcher(context.settings(&config)?)?;
    match context.sending(&config, &fetcher).test(alert) {
        Ok(taken) => {
            print(&format!("{}: sent ({taken})\n", alert.name))?;
            Ok(0)
        }
        Err(problem) => Err(Error::failed(format!("could not send a test message of alert {}: {problem}", alert.name))),
    }
}

fn send(context: &Context, args: &SendArgs) -> Result<u8, Error> {
    let config = context.config()?;
    if args.dry_run {
        let opened = Opened::for_rehearsal(&config)?;
        let due = alerts::due(&opened.store, &config, &context.zone(&config), context.now())?;
        return print(&lay_out::due(&due, config.language)).map(|()| 0);
    }
    let fetcher = context.fetcher(context.settings(&config)?)?;
    let tallies = context.sending(&config, &fetcher).send()?;
    print(&lay_out::sent(&tallies))?;
    Ok(u8::from(tallies.iter().any(|tally| tally.failed > 0)))
}
