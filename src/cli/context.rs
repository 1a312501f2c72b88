//! What every command needs: configuration, database, clock, terminal.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::input::{LONGEST_CONFIGURATION, read_file};
use super::notify::Notifier;
use super::{Color, Common, Environment, chromium, period};
use crate::alert::{Secret, SecretPlace};
use crate::app::Requester;
use crate::app::alerts::Sending;
use crate::config::{self, Config, Faulty, Included};
use crate::database::DatabaseAddress;
use crate::deliver::SecretReader;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ExitKind};
use crate::fetch::{Clock, Fetcher, Proxies, Settings};
use crate::i18n::Language;
use crate::output::Frame;
use crate::output::paint::Paint;
use crate::output::text::Style;
use crate::store::{Mode, Store};
use crate::text::visible::visible_path;

/// The largest file of a secret.
const LONGEST_SECRET: u64 = 10_000;

/// The options and the environment of one command.
pub struct Context {
    common: Common,
    environment: Environment,
    clock: Clock,
}

impl Context {
    pub(super) fn new(common: Common, environment: Environment) -> Result<Self, Error> {
        let clock = Arc::clone(&environment.clock);
        let context = Self { common, environment, clock };
        let Some(text) = &context.common.as_of else { return Ok(context) };
        // A date is a day in the configuration's time zone. Its errors are reported later, by the command itself.
        let zone = context.config_if_any().map_or_else(|_| TimeZone::system(), |config| context.zone(&config));
        let time = period::clock(text, context.now(), &zone)?;
        Ok(context.at(Arc::new(move || time)))
    }

    /// The current time, or that of `--as-of`.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The clock itself, for a run, which takes a while.
    pub fn clock(&self) -> Clock {
        Arc::clone(&self.clock)
    }

    /// Whether `--as-of` replaces the clock.
    pub fn has_own_time(&self) -> bool {
        self.common.as_of.is_some()
    }

    /// The same context with another clock.
    #[must_use]
    pub fn at(&self, clock: Clock) -> Self {
        Self { common: self.common.clone(), environment: self.environment.clone(), clock }
    }

    /// The same context with another configuration.
    #[must_use]
    pub fn with_config(&self, path: PathBuf) -> Self {
        let mut context = self.at(self.clock());
        context.common.config = Some(path);
        context
    }

    /// Whether to print no warnings.
    pub fn is_quiet(&self) -> bool {
        self.common.quiet
    }

    /// Whether to print more.
    pub fn is_verbose(&self) -> bool {
        self.common.verbose
    }

    /// Whether to show progress on stderr.
    pub fn is_watched(&self) -> bool {
        self.environment.stderr_is_terminal && !self.common.quiet
    }

    /// Whether results may be coloured.
    pub fn stdout_color(&self) -> bool {
        self.color(self.environment.stdout_is_terminal)
    }

    /// Whether results may contain terminal hyperlinks (OSC 8).
    pub fn stdout_links(&self) -> bool {
        self.environment.stdout_is_terminal && self.common.color != Color::Never
    }

    /// The colours of results.
    pub fn stdout_paint(&self) -> Paint {
        Paint(self.stdout_color())
    }

    /// The style of results in plain text.
    pub fn style(&self) -> Style {
        Style { color: self.stdout_color(), links: self.stdout_links(), ..Style::PLAIN }.on(self.stdout_columns())
    }

    /// The width of results: 80 columns if unknown.
    pub fn stdout_columns(&self) -> usize {
        self.environment.stdout_columns.unwrap_or(80)
    }

    /// The width of progress on stderr; `None` if there is none to show.
    pub fn watched_columns(&self) -> Option<usize> {
        self.is_watched().then(|| self.environment.stderr_columns.unwrap_or(80))
    }

    /// Whether messages may be coloured.
    pub fn stderr_color(&self) -> bool {
        self.color(self.environment.stderr_is_terminal)
    }

    fn color(&self, terminal: bool) -> bool {
        match self.common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && !self.environment.no_color,
        }
    }

    /// The Chromium of `PRESSWATCH_CHROMIUM`, else one on `PATH` or in its usual folder.
    pub fn chromium(&self) -> Option<PathBuf> {
        chromium::find(self.environment.chromium.as_deref(), self.environment.path.as_deref())
    }

    /// `--db` as it is written.
    pub fn db_written(&self) -> Option<&OsStr> {
        self.common.db.as_deref()
    }

    /// The database of `--db`.
    pub fn db(&self) -> Result<Option<DatabaseAddress>, Error> {
        self.address("--db", self.common.db.as_deref())
    }

    /// The database that stands for that of the configuration.
    fn database_of_environment(&self) -> Result<Option<DatabaseAddress>, Error> {
        self.address("PRESSWATCH_DATABASE", self.environment.database.as_deref())
    }

    /// The address of a database that somebody wrote.
    pub fn address(&self, by: &str, written: Option<&OsStr>) -> Result<Option<DatabaseAddress>, Error> {
        let Some(written) = written else { return Ok(None) };
        let address = DatabaseAddress::parse(written)
            .map_err(|why| Error::usage(format!("could not use the address of {by}: {why}")))?;
        Ok(Some(address.with(&self.environment.server)))
    }

    /// The path of the configuration.
    pub fn config_path(&self) -> PathBuf {
        self.common
            .config
            .clone()
            .or_else(|| self.environment.config.as_ref().map(PathBuf::from))
            .unwrap_or_else(|| PathBuf::from("sources.toml"))
    }

    /// Whether the user named a configuration.
    pub fn names_config(&self) -> bool {
        self.common.config.is_some() || self.environment.config.is_some()
    }

    /// Whether the user named it with `--config`.
    pub fn names_config_in_arguments(&self) -> bool {
        self.common.config.is_some()
    }

    /// Whether somebody can answer questions.
    pub fn can_ask(&self) -> bool {
        self.environment.stdin_is_terminal && self.is_watched()
    }

    /// The configuration, with the files that it includes.
    pub fn config(&self) -> Result<Config, Error> {
        self.config_or_faults()?.map_err(|faulty| {
            let color = self.stderr_color();
            let told = faulty.iter().map(|file| file.problems.render(&file.path, &file.text, color));
            Error::shown(Diagnostic::joined(told))
        })
    }

    /// The same, with what is wrong in it as values.
    pub fn config_or_faults(&self) -> Result<Result<Config, Vec<Faulty>>, Error> {
        let path = self.config_path();
        let text = read(&path, LONGEST_CONFIGURATION).map_err(|e| match e.kind {
            ExitKind::Failed => e.hint("`presswatch init` writes one; name another with --config FILE or PRESSWATCH_CONFIG; `presswatch demo` needs none"),
            _ => e,
        });
        let text = text.map_err(|e| Error { kind: ExitKind::Usage, ..e })?;
        let included = included(&text, &path)?;
        let (db, of_environment) = (self.db()?, self.database_of_environment()?);
        Ok(config::parse_all(&text, &path, &included).map(|config| {
            let own = of_environment.unwrap_or_else(|| config.database.with(&self.environment.server));
            match db {
                Some(db) => Config { is_of_database: own == db, database: db, ..config },
                None => Config { database: own, ..config },
            }
        }))
    }

    /// The configuration, or the defaults: with `--db`, a command can do without a file that the user did not name.
    pub fn config_if_any(&self) -> Result<Config, Error> {
        let named = self.db()?.map_or_else(|| self.database_of_environment(), |db| Ok(Some(db)))?;
        match named {
            Some(database) if !self.names_config() && !self.config_path().exists() => {
                Ok(Config { database, ..Config::default() })
            }
            _ => self.config(),
        }
    }

    /// The time zone of a configuration, else the system's.
    pub fn zone(&self, config: &Config) -> TimeZone {
        config.timezone.clone().unwrap_or_else(TimeZone::system)
    }

    /// The language, time zone and time of outputs; `language` of the command line overrides the configuration.
    pub fn frame(&self, config: &Config, language: Option<Language>) -> Frame {
        Frame { language: language.unwrap_or(config.language), zone: self.zone(config), now: self.now() }
    }

    /// The database of a configuration, for reading.
    pub fn store(&self, config: &Config) -> Result<Store, Error> {
        Store::open(&config.database, Mode::Read)
    }

    /// The HTTP client of a run. A signal stops its requests, and then the program.
    pub fn fetcher(&self, settings: Settings) -> Result<Fetcher, Error> {
        let fetcher = Fetcher::new(settings, self.clock())?;
        fetcher.stop_on_signals(super::exit_interrupted);
        Ok(fetcher)
    }

    /// The HTTP client for requests outside a run.
    pub fn requester(&self, config: &Config) -> Result<Requester, Error> {
        Ok(Requester::new(self.fetcher(self.settings(config)?)?))
    }

    /// Notifies systemd how the program fares.
    pub fn notifier(&self) -> Notifier {
        let (socket, watchdog) = &self.environment.systemd;
        Notifier::new(socket.as_deref(), watchdog.as_deref())
    }

    /// Reads the secrets of alerts.
    pub fn secrets(&self) -> SecretReader {
        let variables = Arc::clone(&self.environment.variables);
        Arc::new(move |place| match place {
            SecretPlace::Variable(name) => variables(name)
                .map(|value| Secret::new(&value))
                .ok_or_else(|| format!("the environment variable {name} is not set")),
            SecretPlace::File(path) => {
                let shown = visible_path(path);
                let bytes = read_file(path, LONGEST_SECRET).map_err(|e| format!("could not read {shown}: {e}"))?;
                String::from_utf8(bytes).map(|text| Secret::new(&text)).map_err(|_| format!("{shown} is not UTF-8"))
            }
        })
    }

    /// Whether a program can be started: by its path, or found on `PATH`.
    pub fn find_program(&self, program: &str) -> Result<(), String> {
        let shown = || visible_path(Path::new(program));
        if program.contains('/') {
            return if is_program(Path::new(program)) {
                Ok(())
            } else {
                Err(format!("{} is not a program that can be started", shown()))
            };
        }
        let path = self.environment.path.as_deref().unwrap_or_default();
        let is_found = std::env::split_paths(path).any(|folder| is_program(&folder.join(program)));
        if is_found { Ok(()) } else { Err(format!("there is no program {} on PATH", shown())) }
    }

    /// What sending alerts needs.
    pub fn sending<'a>(&self, config: &'a Config, fetcher: &'a Fetcher) -> Sending<'a> {
        Sending { config, fetcher, clock: self.clock(), zone: self.zone(config), secrets: self.secrets() }
    }

    /// The settings of requests.
    pub fn settings(&self, config: &Config) -> Result<Settings, Error> {
        let proxies = Proxies {
            http: self.environment.http_proxy.clone(),
            https: self.environment.https_proxy.clone(),
            none: self.environment.no_proxy.clone(),
        };
        Settings::new(config.http.clone(), proxies)
            .map_err(|why| Error::usage(format!("could not use `allow_private`: {why}")))
    }
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The text of a file of the configuration; what cannot be read at all is [`ExitKind::Failed`].
fn read(path: &Path, most: u64) -> Result<String, Error> {
    let bytes = read_file(path, most)
        .map_err(|e| Error::failed(format!("could not read the configuration {}: {e}", visible_path(path))))?;
    String::from_utf8(bytes).map_err(|e| {
        let sound = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let line = sound.split(|byte| *byte == b'\n').count();
        Error::usage(format!("could not read the configuration {}: line {line} is not UTF-8", visible_path(path)))
            .hint("save the file as UTF-8 in your editor")
    })
}

/// The files that the configuration at `path` includes, each once, in the order of `include`; those of one entry sorted by name.
fn included(text: &str, path: &Path) -> Result<Vec<Included>, Error> {
    let same = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut seen = vec![same(path)];
    let mut left = LONGEST_CONFIGURATION.saturating_sub(text.len() as u64);
    let mut all = Vec::new();
    for pattern in config::includes(text) {
        if let Some(carried) = Included::of_catalogue(&pattern) {
            let files: Vec<_> = carried.files.into_iter().filter(|(name, _)| !seen.contains(name)).collect();
            seen.extend(files.iter().map(|(name, _)| name.clone()));
            if !files.is_empty() {
                all.push(Included { pattern, files });
            }
            continue;
        }
        let folder = pattern.folder(path);
        // A missing folder counts as empty: the parser reports it at the entry.
        let place = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        let entries = std::fs::read_dir(place).into_iter().flatten().flatten();
        let mut names: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
        names.retain(|name| pattern.fits(&name.to_string_lossy()) && !folder.join(name).is_dir());
        names.sort_unstable();
        // The file itself, or one that another entry names, is no second time read.
        let mut new = |name: &OsString| {
            let real = same(&folder.join(name));
            let new = !seen.contains(&real);
            if new {
                seen.push(real);
            }
            new
        };
        let any_fits = !names.is_empty();
        let files: Vec<PathBuf> = names.into_iter().filter(|name| new(name)).map(|name| folder.join(name)).collect();
        if files.is_empty() && any_fits {
            continue;
        }
        let files = files.into_iter().map(|file| {
            let text = read(&file, left).map_err(|e| {
                let error = e.hint(format!("{} includes it", visible_path(path)));
                Error { kind: ExitKind::Usage, ..error }
            })?;
            left -= text.len() as u64;
            Ok((file, text))
        });
        all.push(Included { pattern, files: files.collect::<Result<_, Error>>()? });
    }
    Ok(all)
}
