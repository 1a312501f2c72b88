//! What every command needs: configuration, database, time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Color, Common, Environment, period};
use crate::address::Allowed;
use crate::config::{self, Config};
use crate::error::Error;
use crate::fetch::{Clock, Proxies, Settings};
use crate::store::{Mode, Store};

/// The world as one command sees it.
pub struct Context {
    common: Common,
    environment: Environment,
    clock: Clock,
}

impl Context {
    pub(super) fn new(common: Common, environment: Environment) -> Result<Self, Error> {
        let clock = match &common.as_of {
            None => Arc::clone(&environment.clock),
            Some(text) => {
                let now = (environment.clock)();
                let time = period::instant(text, now, &TimeZone::system(), period::Edge::Start)
                    .ok_or_else(|| Error::usage(format!("could not read --as-of {text:?}")).hint(period::FORMS))?;
                Arc::new(move || time) as Clock
            }
        };
        Ok(Self { common, environment, clock })
    }

    /// What time it is, or is to be taken for.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The clock itself, for a run that takes its time.
    pub fn clock(&self) -> Clock {
        Arc::clone(&self.clock)
    }

    /// Whether the user gave a time in place of the clock.
    pub fn has_own_time(&self) -> bool {
        self.common.as_of.is_some()
    }

    /// The same world with another clock.
    #[must_use]
    pub fn at(&self, clock: Clock) -> Self {
        Self { common: self.common.clone(), environment: self.environment.clone(), clock }
    }

    /// Whether warnings are unwanted.
    pub fn is_quiet(&self) -> bool {
        self.common.quiet
    }

    /// Whether more is wanted.
    pub fn is_verbose(&self) -> bool {
        self.common.verbose
    }

    /// Whether a person watches stderr.
    pub fn is_watched(&self) -> bool {
        self.environment.stderr_is_terminal && !self.common.quiet
    }

    /// Whether results may be coloured.
    pub fn stdout_color(&self) -> bool {
        self.color(self.environment.stdout_is_terminal)
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

    /// The database that was asked for with `--db`.
    pub fn db(&self) -> Option<&Path> {
        self.common.db.as_deref()
    }

    /// Where the configuration is looked for.
    pub fn config_path(&self) -> PathBuf {
        self.common
            .config
            .clone()
            .or_else(|| self.environment.config.as_ref().map(PathBuf::from))
            .unwrap_or_else(|| PathBuf::from("sources.toml"))
    }

    /// Whether somebody named a configuration.
    pub fn names_config(&self) -> bool {
        self.common.config.is_some() || self.environment.config.is_some()
    }

    /// The configuration.
    pub fn config(&self) -> Result<Config, Error> {
        let path = self.config_path();
        let bytes = std::fs::read(&path).map_err(|e| {
            Error::usage(format!("could not read the configuration {}: {e}", path.display()))
                .hint("name it with --config FILE or PRESSWATCH_CONFIG; `presswatch demo` needs none")
        })?;
        let text = String::from_utf8(bytes).map_err(|e| {
            let sound = &e.as_bytes()[..e.utf8_error().valid_up_to()];
            let line = sound.split(|byte| *byte == b'\n').count();
            Error::usage(format!("could not read the configuration {}: line {line} is not UTF-8", path.display()))
                .hint("save the file as UTF-8 in your editor")
        })?;
        let mut config = config::parse(&text, &path)
            .map_err(|problems| Error::usage(problems.render(&path, &text, self.stderr_color())))?;
        if let Some(db) = self.db() {
            db.clone_into(&mut config.database);
        }
        Ok(config)
    }

    /// The configuration, or its defaults where a command can do without: with `--db`, and when nobody named a file.
    pub fn config_if_any(&self) -> Result<Config, Error> {
        let can_do_without = self.db().is_some() && !self.names_config();
        if can_do_without && !self.config_path().exists() {
            let mut config = Config::default();
            if let Some(db) = self.db() {
                db.clone_into(&mut config.database);
            }
            return Ok(config);
        }
        self.config()
    }

    /// The time zone of a configuration: its own, or the system's.
    pub fn zone(&self, config: &Config) -> TimeZone {
        config.timezone.clone().unwrap_or_else(TimeZone::system)
    }

    /// The database of a configuration, for reading.
    pub fn store(&self, config: &Config) -> Result<Store, Error> {
        Store::open(&config.database, Mode::Read)
    }

    /// How requests are made.
    pub fn settings(&self, config: &Config) -> Result<Settings, Error> {
        let allowed = Allowed::new(&config.http.allow_private)
            .map_err(|(_, why)| Error::usage(format!("could not use `allow_private`: {why}")))?;
        let version = env!("CARGO_PKG_VERSION");
        Ok(Settings {
            user_agent: match &config.http.contact {
                Some(contact) => format!("presswatch/{version} (+{contact})"),
                None => format!("presswatch/{version}"),
            },
            timeout: config.http.timeout,
            max_body: config.http.max_body,
            per_host_delay: config.http.per_host_delay,
            concurrency: config.http.concurrency,
            respect_robots: config.http.respect_robots,
            allowed,
            names: std::collections::BTreeMap::new(),
            proxies: Proxies {
                http: self.environment.http_proxy.clone(),
                https: self.environment.https_proxy.clone(),
                none: self.environment.no_proxy.clone(),
            },
        })
    }
}
