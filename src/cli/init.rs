//! `presswatch init`: writes a first configuration. Asks on a terminal for what no option says.

use std::ffi::OsStr;
use std::path::Path;

use clap::Args;

use super::{Context, eprint_line, file, input, print, prompt};
use crate::catalogue;
use crate::config::{self, Config, Included};
use crate::database::DatabaseAddress;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::i18n::Language;
use crate::output::starter::Starter;
use crate::text::count::counted;
use crate::text::suggest::nearest;
use crate::text::visible::{visible, visible_path};

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// The name of a first watch
    #[arg(long, value_name = "NAME")]
    watch: Option<String>,
    /// What it looks for, in the query language [default: its name as a phrase]
    #[arg(long, value_name = "QUERY", requires = "watch", allow_hyphen_values = true)]
    query: Option<String>,
    /// The language of digests and press reviews
    #[arg(long, value_name = "CODE", value_parser = super::language_parser())]
    language: Option<Language>,
    /// Outlets that the program knows, such as those of a country; may be repeated. `presswatch sources catalogue` lists them
    #[arg(long, value_name = "NAME")]
    catalogue: Vec<String>,
    /// The time zone of days and times, such as Europe/Brussels [default: that of this computer]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Where publishers reach you: a web page or a mail address, for the User-Agent
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
}

pub(super) fn init(context: &Context, args: &InitArgs) -> Result<u8, Error> {
    let path = context.config_path();
    if path.symlink_metadata().is_ok() {
        return Err(exists(&path));
    }
    let mut starter = starter(context, args, &path)?;
    if context.can_ask() {
        ask(context, &path, &mut starter)?;
    }
    let config = read_back(&starter, &path, context.stderr_color()).map_err(Error::shown)?;
    file::write_new(&path, &starter.text(), || exists(&path))?;
    print(&next_steps(context, &config, &path))?;
    Ok(0)
}

fn exists(path: &Path) -> Error {
    Error::failed(format!("could not write {}: it exists already, and stays as it is", visible_path(path)))
        .hint("edit it, or name another file with --config FILE")
}

/// What the options say.
fn starter(context: &Context, args: &InitArgs, path: &Path) -> Result<Starter, Error> {
    let include = args.catalogue.iter().map(|name| address(name)).collect::<Result<_, Error>>()?;
    Ok(Starter {
        watch: args.watch.as_ref().map(|name| (name.clone(), args.query.clone().unwrap_or_else(|| phrase(name)))),
        language: args.language.map(|language| language.code().to_owned()),
        timezone: args.timezone.clone(),
        contact: args.contact.clone(),
        database: context.db_written().map(|database| database_in(path, database)).transpose()?,
        include,
    })
}

/// A name as a phrase of the query language.
fn phrase(name: &str) -> String {
    format!("\"{}\"", name.replace('"', " ").trim())
}

/// How `include` names a file of the catalogue.
fn address(name: &str) -> Result<String, Error> {
    if let Some(file) = catalogue::find(name) {
        return Ok(file.address());
    }
    Err(unknown(name))
}

/// The error for a name that the catalogue does not have.
pub(super) fn unknown(name: &str) -> Error {
    let names: Vec<&str> = catalogue::files().iter().map(|file| file.name).collect();
    let near = nearest(name, names.iter().copied());
    let hint = match near {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it has: {}", names.join(", ")),
    };
    Error::usage(format!("could not find {name:?} in the catalogue")).hint(hint)
}

/// The database of `--db` as the configuration names it: relative paths there start from its folder.
fn database_in(path: &Path, database: &OsStr) -> Result<String, Error> {
    if let Some(url) = database.to_str().filter(|text| DatabaseAddress::is_url(text)) {
        return Ok(url.to_owned());
    }
    let database = Path::new(database);
    let is_beside = path.parent().is_none_or(|folder| folder.as_os_str().is_empty());
    let named = if is_beside { Ok(database.to_owned()) } else { std::path::absolute(database) };
    let named = named.ok().and_then(|named| named.into_os_string().into_string().ok());
    named.ok_or_else(|| Error::usage(format!("could not write the name {}: it is not UTF-8", visible_path(database))))
}

/// The configuration that the file will be.
fn read_back(starter: &Starter, path: &Path, color: bool) -> Result<Config, Diagnostic> {
    let text = starter.text();
    let included: Vec<Included> = config::includes(&text).iter().filter_map(Included::of_catalogue).collect();
    config::parse_all(&text, path, &included).map_err(|faulty| {
        // The file does not exist, so that a line of it would lead nowhere.
        Diagnostic::joined(faulty.iter().map(|file| file.problems.render_without_place(&file.text, color)))
    })
}

/// Asks for what no option said. An empty answer takes the default.
fn ask(context: &Context, path: &Path, starter: &mut Starter) -> Result<(), Error> {
    if starter.watch.is_none() {
        eprint_line("What do you want to watch? A watch is a name and a query.");
        answer(context, path, starter, "Name, such as Our protest (empty: later)", |starter, name| {
            starter.watch = (!name.is_empty()).then(|| (name.to_owned(), phrase(name)));
        })?;
        if let Some((name, usual)) = starter.watch.clone() {
            let question = format!("Query, such as '\"climate march\" OR protest*' (empty: {})", visible(&usual));
            answer(context, path, starter, &question, |starter, query| {
                let query = if query.is_empty() { &usual } else { query };
                starter.watch = Some((name.clone(), query.to_owned()));
            })?;
        }
    }
    if starter.language.is_none() {
        let question = format!("Language of digests: {} (empty: en)", Language::CODES.join(", "));
        answer(context, path, starter, &question, |starter, code| {
            starter.language = (!code.is_empty()).then(|| code.to_owned());
        })?;
    }
    if starter.include.is_empty() {
        for file in catalogue::files() {
            eprint_line(&format!("  {}: {}", file.name, file.about()));
        }
        answer(
            context,
            path,
            starter,
            "Outlets to begin with, with commas between (empty: none)",
            |starter, names| {
                let names = names.split([',', ' ']).filter(|name| !name.is_empty());
                starter.include = names.map(|name| format!("{}{name}", catalogue::PREFIX)).collect();
            },
        )?;
    }
    if starter.contact.is_none() {
        answer(
            context,
            path,
            starter,
            "Web page or mail address for publishers (empty: later)",
            |starter, contact| {
                starter.contact = (!contact.is_empty()).then(|| contact.to_owned());
            },
        )?;
    }
    Ok(())
}

/// Asks until the answer is sound.
fn answer(
    context: &Context,
    path: &Path,
    starter: &mut Starter,
    question: &str,
    take: impl Fn(&mut Starter, &str),
) -> Result<(), Error> {
    loop {
        prompt(&format!("{question}:"));
        let Some(line) = input::read_answer() else {
            return Err(Error::failed(format!("could not write {}: the input ended", visible_path(path)))
                .hint("nothing was written; `presswatch init --help` lists the options"));
        };
        take(starter, line.trim());
        match read_back(starter, path, context.stderr_color()) {
            Ok(_) => return Ok(()),
            Err(diagnostic) => super::eprint_diagnostic(&diagnostic),
        }
    }
}

/// What was written, and what to do next.
fn next_steps(context: &Context, config: &Config, path: &Path) -> String {
    let sources = config.sources.iter().filter(|source| source.enabled).count();
    let mut text = format!(
        "Wrote {}: {}, {}.\n",
        visible_path(path),
        counted(config.watches.len(), "watch", "watches"),
        counted(sources, "source", "sources")
    );
    let mut first = Vec::new();
    if config.watches.is_empty() {
        first.push("a watch, where it says \"What to look for\"");
    }
    if sources == 0 {
        first.push("sources: outlets that the program knows, where it says `include`, or what `presswatch sources find URL` prints");
    }
    if !first.is_empty() {
        text += "First write into it:\n";
        text.extend(first.iter().map(|what| format!("  {what}\n")));
    }
    let option = if context.names_config_in_arguments() {
        format!(" --config {}", super::shell_word(&visible_path(path)))
    } else {
        String::new()
    };
    let next = if first.is_empty() { "Next" } else { "Then" };
    text + &format!("{next}:\n  presswatch run{option}\n  presswatch digest{option}\n")
}
