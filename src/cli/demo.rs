//! `presswatch demo`: a real crawl of sample outlets on this machine.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::digest;
use super::{Context, print, run};
use crate::app::coverage::Selection;
use crate::app::run::Opened;
use crate::config;
use crate::crawl::Options;
use crate::demo;
use crate::digest::Period;
use crate::error::Error;
use crate::text::visible::visible_path;

pub(super) fn demo(context: &Context) -> Result<u8, Error> {
    let text = demo::config();
    let mut config = config::parse(text, Path::new("sources.toml"))
        .map_err(|problems| Error::shown(problems.render(Path::new("sources.toml"), text, false)))?;
    config.database = context.db().map_or_else(|| PathBuf::from("demo.db"), Path::to_owned);
    let server =
        demo::Server::start().map_err(|e| Error::failed(format!("could not serve the sample outlets: {e}")))?;
    let mut settings = context.settings(&config)?;
    settings.names = demo::hosts().map(|host| (host.to_owned(), server.address())).collect();
    settings.proxies = crate::fetch::Proxies::default();

    let now = demo::NOW.parse().map_err(|e| Error::failed(format!("could not read the demo's time: {e}")))?;
    let context = &context.at(if context.has_own_time() { context.clock() } else { Arc::new(move || now) });
    let opened = Opened::for_writing(&config)?;
    let store = &opened.store;
    let summary = run::crawl(context, &config, store, settings, Options { sources: Vec::new(), force: true })?;

    let file = visible_path(&config.database);
    print(&format!(
        "This is a demo: a fictional week in Brussels, served by sample outlets on this\n\
         machine. {} articles were read into {file}. You staged a protest on Saturday;\n\
         on Sunday morning you want to know who reported it.\n\n",
        summary.articles_read
    ))?;
    let period = Period { since: None, until: context.now(), by_published: false, only_new: false };
    digest::print_digest(context, &config, store, &Selection::all(period), &digest::DigestStyle::default())?;
    print(&format!(
        "\nQuery it yourself:\n  sqlite3 {file} \"SELECT outlet, title, published_at FROM coverage\"\n\
         Next: write your outlets and watches to sources.toml, then run `presswatch run`.\n"
    ))?;
    Ok(0)
}
