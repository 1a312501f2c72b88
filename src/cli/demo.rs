//! `presswatch demo`: a real crawl of sample outlets on this machine.

use std::path::Path;
use std::sync::Arc;

use url::Url;

use super::digest;
use super::{Context, print, run};
use crate::app::coverage::Selection;
use crate::app::run::Opened;
use crate::config;
use crate::crawl::Options;
use crate::database::DatabaseAddress;
use crate::demo;
use crate::digest::Period;
use crate::error::Error;
use crate::store::{Mode, Store};

pub(super) fn demo(context: &Context) -> Result<u8, Error> {
    let text = demo::config();
    let mut config = config::parse(text, Path::new("sources.toml"))
        .map_err(|problems| Error::shown(problems.render(Path::new("sources.toml"), text, false)))?;
    config.database = context.db()?.unwrap_or_else(|| DatabaseAddress::File("demo.db".into()));
    refuse_foreign(&config.database)?;
    let server =
        demo::Server::start().map_err(|e| Error::failed(format!("could not serve the sample outlets: {e}")))?;
    let mut settings = context.settings(&config)?;
    settings.names = demo::hosts().map(|host| (host.to_owned(), server.address())).collect();
    settings.proxies = crate::fetch::Proxies::default();

    let now = demo::NOW.parse().map_err(|e| Error::failed(format!("could not read the demo's time: {e}")))?;
    let context = &context.at(if context.has_own_time() { context.clock() } else { Arc::new(move || now) });
    let opened = Opened::for_writing(&config, context.clock())?;
    let store = &opened.store;
    let summary = run::crawl(context, &config, store, settings, Options { force: true, ..Options::default() }, false)?;

    let file = &config.database;
    print(&format!(
        "This is a demo: a fictional week in Brussels, served by sample outlets on this\n\
         machine. {} articles were read into {file}. You staged a protest on Saturday;\n\
         on Sunday morning you want to know who reported it.\n\n",
        summary.articles_read
    ))?;
    let period = Period { since: None, until: context.now(), by_published: false, new_for: None };
    digest::print_digest(context, &config, store, &Selection::all(period), &digest::DigestStyle::default())?;
    let (query, schema) = match &config.database {
        DatabaseAddress::File(_) => (format!("sqlite3 {file}"), String::new()),
        DatabaseAddress::Server(server) => (format!("psql {server} -c"), format!("{}.", server.schema())),
    };
    print(&format!(
        "\nQuery it yourself:\n  {query} \"SELECT outlet, title, published_at FROM {schema}coverage\"\n\
         Next: `presswatch init` writes a sources.toml for your own outlets and watches.\n"
    ))?;
    Ok(0)
}

/// Refuses a database that something else than the demo has written to: its sources would be reported as no longer configured, and the
/// fictional articles would stand among real ones.
fn refuse_foreign(database: &DatabaseAddress) -> Result<(), Error> {
    if !Store::exists(database)? {
        return Ok(());
    }
    let store = Store::open(database, Mode::Read)?;
    let is_of_demo = |url: &String| {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.is_some_and(|host| demo::hosts().any(|own| own == host))
    };
    let channels = store.channel_urls()?;
    let is_foreign =
        channels.iter().any(|url| !is_of_demo(url)) || (channels.is_empty() && !store.watches()?.is_empty());
    if !is_foreign {
        return Ok(());
    }
    Err(Error::failed(format!("could not use {database} for the demo: it has sources that are not the demo's"))
        .hint("the demo writes to a database of its own: name a new file with --db FILE, or move to another folder"))
}
