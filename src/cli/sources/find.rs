//! `presswatch sources find`: from the URL of a site to a source that can be pasted.

use clap::Args;

use super::configuration;
use crate::app;
use crate::cli::{Context, eprint_line, json_line, overwrite_line, print};
use crate::error::Error;
use crate::output::holdings::described;
use crate::output::site::SiteReport;
use crate::text::clean::address;
use crate::text::cut::shorten;
use crate::text::visible::{visible, visible_path};

#[derive(Debug, Args)]
pub(super) struct FindArgs {
    /// The URL of the home page, or of any page of the site
    #[arg(value_name = "URL")]
    url: String,
    /// Print one JSON object instead: what was requested, what it contains, and the source
    #[arg(long)]
    json: bool,
}

pub(super) fn find(context: &Context, args: &FindArgs) -> Result<u8, Error> {
    let config = configuration(context)?;
    let url = app::find::site_url(&args.url)?;
    let (requester, zone, now) = (context.requester(&config)?, context.zone(&config), context.now());
    let describe = |look: &_| described(look, &zone, now);
    let site = app::find::find(requester, &config, url, zone.clone(), now, &describe, &mut |url| {
        if context.is_watched() {
            overwrite_line(&format!("requesting {}", shorten(&address(url.as_str()), 70)));
        }
    })?;
    if context.is_watched() {
        overwrite_line("");
    }
    let report = SiteReport { site: &site, zone: &zone, now };
    if args.json {
        print(&json_line(&report.json()))?;
        return Ok(u8::from(site.draft.is_empty()));
    }
    if site.draft.is_empty() {
        return Err(report.nothing());
    }
    print(&report.text())?;
    if context.is_watched() && !site.nothing_new {
        let config = visible_path(&context.config_path());
        eprint_line(&format!("\nto take it over: presswatch sources find {} >> {config}", visible(&args.url)));
    }
    Ok(0)
}
