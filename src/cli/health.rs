//! `presswatch health`: for a guard that calls somebody when the crawl needs looking after.

use clap::Args;
use jiff::SignedDuration;

use super::{Context, period, print};
use crate::app::health;
use crate::decide::Measures;
use crate::error::{Error, ExitKind};
use crate::output::health::{answered, line};

#[derive(Debug, Args)]
pub(super) struct HealthArgs {
    /// How long ago the last run may have ended: 30m, 2h, 1d [default: three times as long as usually lies between two runs]
    #[arg(long, value_name = "TIME", value_parser = period::parse_span)]
    max_age: Option<SignedDuration>,
    /// How long a source may fail
    #[arg(long, value_name = "TIME", value_parser = period::parse_span, default_value = "24h")]
    failing: SignedDuration,
}

/// Returns 0 when all is well; else 1, with a line on stdout for whatever is wrong.
pub(super) fn health(context: &Context, args: &HealthArgs) -> Result<u8, Error> {
    let config = context.config_if_any()?;
    let measures = Measures { run_age: args.max_age, failing: args.failing };
    let now = context.now();
    let found = context.store(&config).and_then(|store| health::examine(&store, &measures, now));
    let examined = match found {
        Ok(examined) => examined,
        // What is wrong with the file is as good an answer as any.
        Err(e) if e.kind == ExitKind::Failed => {
            print(&format!("file: {}\n", e.to_string().replace('\n', " ")))?;
            return Ok(1);
        }
        Err(e) => return Err(e),
    };
    let zone = context.zone(&config);
    if examined.is_well() {
        let sources = answered(&examined, &zone, now);
        print(&format!("ok: {} is sound, its last run was in time, {sources}\n", config.database))?;
        return Ok(0);
    }
    let damage = examined.damage.iter().map(|what| format!("file: {what}"));
    let ailments = examined.ailments.iter().map(|ailment| line(ailment, &zone, now));
    print(&(damage.chain(ailments).collect::<Vec<_>>().join("\n") + "\n"))?;
    Ok(1)
}
