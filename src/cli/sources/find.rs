//! `presswatch sources find`: from the URL of a site to a source that can be pasted.

use clap::Args;

use super::configuration;
use crate::app;
use crate::cli::{Context, eprint_line, json_line, overwrite_line, print, shell_word, warn};
use crate::error::Error;
use crate::output::holdings::described;
use crate::output::site::SiteReport;
use crate::text::clean::address;
use crate::text::cut::shorten;
use crate::text::visible::{visible, visible_path};

#[derive(Debug, Args)]
pub(super) struct FindArgs {
    /// The URL of the home page, or of any page of the site; several for several sites
    #[arg(value_name = "URL", required = true)]
    urls: Vec<String>,
    /// Print one JSON object for each URL instead: what was requested, what it contains, and the source
    #[arg(long)]
    json: bool,
}

pub(super) fn find(context: &Context, args: &FindArgs) -> Result<u8, Error> {
    let config = configuration(context)?;
    let urls = args.urls.iter().map(|url| app::find::site_url(url)).collect::<Result<Vec<_>, _>>()?;
    let (zone, now) = (context.zone(&config), context.now());
    let mut finder = app::find::SiteFinder::new(context.requester(&config)?, &config);
    let describe = |look: &_| described(look, &zone, now);
    let (mut failures, mut is_new, mut is_complete) = (Vec::new(), false, true);
    for url in urls {
        let mut on_request = |url: &url::Url| {
            if context.is_watched() {
                overwrite_line(&format!("requesting {}", shorten(&address(url.as_str()), 70)));
            }
        };
        let found = app::find::find(&mut finder, &config, url, zone.clone(), now, &describe, &mut on_request);
        if context.is_watched() {
            overwrite_line("");
        }
        let site = match found {
            Ok(site) => site,
            Err(error) => {
                failures.push(error);
                continue;
            }
        };
        let report = SiteReport { site: &site, zone: &zone, now };
        if args.json {
            print(&json_line(&report.json()))?;
        } else if !site.draft.is_empty() {
            print(&report.text())?;
            is_new |= !site.nothing_new;
        }
        if site.draft.is_empty() {
            is_complete = false;
            if !args.json {
                failures.push(report.nothing());
            }
        }
    }
    if is_new && context.is_watched() {
        let config = visible_path(&context.config_path());
        let urls: Vec<String> = args.urls.iter().map(|url| shell_word(&visible(url))).collect();
        let command = format!("presswatch sources find {} >> {}", urls.join(" "), shell_word(&config));
        eprint_line(&format!("\nto take it over: {command}"));
    }
    // The last failure ends the command; those before it are warnings.
    let last = failures.pop();
    for error in failures {
        warn(&error.to_string());
    }
    last.map_or(Ok(u8::from(!is_complete)), Err)
}
