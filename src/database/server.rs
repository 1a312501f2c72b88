//! The address of a database on a PostgreSQL server, as a URL: `postgres://user@host:port/name?sslmode=…`.

use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

/// The port of PostgreSQL.
const PORT: u16 = 5432;

/// The schema in which our tables stand, unless `schema` names another.
const SCHEMA: &str = "presswatch";

/// The folders in which a server on this machine listens, as Debian and the original have them.
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// The parameters that a URL may have.
const PARAMETERS: &str = "host, port, user, dbname, password, passfile, schema, sslmode, sslrootcert, connect_timeout, \
    reconnect_timeout, application_name";

/// How long a server is waited for that was there before, unless `reconnect_timeout` says otherwise.
const RECONNECT_TIMEOUT: Duration = Duration::from_mins(1);

/// A password; it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

/// Where a password comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// The URL or the environment.
    Given(Secret),
    /// The first line of a file.
    File(PathBuf),
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerHost {
    /// A host name or an IP address.
    Name(String),
    /// The folder of a Unix socket.
    Socket(PathBuf),
}

impl ServerHost {
    fn new(written: &str) -> Self {
        if written.starts_with('/') { Self::Socket(written.into()) } else { Self::Name(written.to_owned()) }
    }

    /// Whether it is this machine.
    fn is_local(&self) -> bool {
        match self {
            Self::Socket(_) => true,
            Self::Name(name) => {
                name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
            }
        }
    }
}

/// Whether and how a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// `disable`: it is not.
    Off,
    /// `allow`, `prefer`: if the server offers it; the certificate is verified then.
    Offered,
    /// `require`: always; whose certificate it is does not matter.
    Unverified,
    /// `verify-ca`, `verify-full`: always, and the certificate must be one of this host.
    Verified,
}

/// What the environment says of servers.
#[derive(Debug, Clone, Default)]
pub struct ServerVariables {
    /// `PGHOST`.
    pub host: Option<String>,
    /// `PGUSER`, or else the user of the system.
    pub user: Option<String>,
    /// `PGPASSWORD`.
    pub password: Option<String>,
    /// `PGPASSFILE`, or else `~/.pgpass`.
    pub passfile: Option<PathBuf>,
    /// `PGSSLMODE`.
    pub sslmode: Option<String>,
    /// `PGSSLROOTCERT`.
    pub sslrootcert: Option<PathBuf>,
}

impl ServerVariables {
    /// Those of an environment.
    pub fn read(variable: &dyn Fn(&str) -> Option<std::ffi::OsString>) -> Self {
        let words = |name: &str| variable(name).and_then(|value| value.into_string().ok());
        Self {
            host: words("PGHOST"),
            user: words("PGUSER").or_else(|| words("USER")),
            password: words("PGPASSWORD"),
            passfile: variable("PGPASSFILE")
                .map(PathBuf::from)
                .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".pgpass"))),
            sslmode: words("PGSSLMODE"),
            sslrootcert: variable("PGSSLROOTCERT").map(PathBuf::from),
        }
    }
}

/// A database on a server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerAddress {
    /// The servers, of which the first that answers is used; empty: the usual sockets of this machine.
    pub hosts: Vec<ServerHost>,
    /// The port.
    pub port: Option<u16>,
    /// The user.
    pub user: Option<String>,
    /// The name of the database; by default that of the user.
    pub name: Option<String>,
    /// The password.
    pub password: Option<PasswordOrigin>,
    /// The file of passwords.
    pub passfile: Option<PathBuf>,
    /// Whether the connection is encrypted.
    pub sslmode: Option<TlsMode>,
    /// The certificates of the authorities that are trusted, in place of those of the system.
    pub sslrootcert: Option<PathBuf>,
    /// The schema, where it is not the usual one.
    schema: Option<String>,
    /// In seconds.
    pub connect_timeout: Option<u64>,
    /// In seconds.
    reconnect_timeout: Option<u64>,
    /// How the server shows the connection.
    pub application_name: Option<String>,
}

impl ServerAddress {
    /// Reads a URL.
    pub(super) fn parse(url: &str) -> Result<Self, String> {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (rest, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, name) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let mut address = Self {
            user: filled(decoded(user)?),
            name: filled(decoded(name)?),
            password: filled(decoded(password)?).map(password_of),
            ..Self::default()
        };
        for host in hosts.split(',').filter(|host| !host.is_empty()) {
            address.add_host(host)?;
        }
        for (key, value) in
            parameters.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")))
        {
            let value = decoded(value)?;
            match key {
                "host" => address.hosts = value.split(',').map(ServerHost::new).collect(),
                "port" => address.port = Some(port(&value)?),
                "user" => address.user = filled(value),
                "dbname" => address.name = filled(value),
                "password" => address.password = filled(value).map(password_of),
                "passfile" => address.passfile = filled(value).map(PathBuf::from),
                "schema" => address.schema = filled(value),
                "sslmode" => address.sslmode = Some(tls_mode(&value)?),
                "sslrootcert" => address.sslrootcert = filled(value).map(PathBuf::from),
                "connect_timeout" => address.connect_timeout = Some(seconds(key, &value)?),
                "reconnect_timeout" => address.reconnect_timeout = Some(seconds(key, &value)?),
                "application_name" => address.application_name = filled(value),
                _ => return Err(format!("there is no parameter {key:?}; known are {PARAMETERS}")),
            }
        }
        Ok(address)
    }

    fn add_host(&mut self, written: &str) -> Result<(), String> {
        let (host, number) = match written.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, rest)) => (address, rest.strip_prefix(':')),
            None => written.rsplit_once(':').map_or((written, None), |(host, number)| (host, Some(number))),
        };
        if let Some(number) = number {
            self.port = Some(port(number)?);
        }
        if !host.is_empty() {
            self.hosts.push(ServerHost::new(&decoded(host)?));
        }
        Ok(())
    }

    /// The same address, with what the environment says where it says nothing.
    pub(super) fn with(mut self, variables: &ServerVariables) -> Self {
        if self.hosts.is_empty() {
            self.hosts.extend(variables.host.as_deref().map(ServerHost::new));
        }
        self.user = self.user.or_else(|| variables.user.clone());
        self.password = self.password.or_else(|| variables.password.clone().map(|p| PasswordOrigin::Given(Secret(p))));
        self.passfile = self.passfile.or_else(|| variables.passfile.clone());
        self.sslmode = self.sslmode.or_else(|| variables.sslmode.as_deref().and_then(|mode| tls_mode(mode).ok()));
        self.sslrootcert = self.sslrootcert.or_else(|| variables.sslrootcert.clone());
        self
    }

    /// The servers to try.
    pub fn servers(&self) -> Vec<ServerHost> {
        if self.hosts.is_empty() {
            SOCKETS.map(|folder| ServerHost::Socket(folder.into())).into()
        } else {
            self.hosts.clone()
        }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(PORT)
    }

    /// The schema in which our tables stand.
    pub fn schema(&self) -> &str {
        self.schema.as_deref().unwrap_or(SCHEMA)
    }

    /// How long the server is waited for once the connection to it is lost.
    pub fn reconnect_timeout(&self) -> Duration {
        self.reconnect_timeout.map_or(RECONNECT_TIMEOUT, Duration::from_secs)
    }

    /// The user, as far as it is known.
    pub fn user(&self) -> &str {
        self.user.as_deref().unwrap_or("postgres")
    }

    /// The name of the database.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.user())
    }

    /// Whether and how connections are encrypted: verified, unless the server is this machine.
    pub fn tls(&self) -> TlsMode {
        let is_local = self.servers().iter().all(ServerHost::is_local);
        self.sslmode.unwrap_or(if is_local { TlsMode::Off } else { TlsMode::Verified })
    }
}

impl fmt::Display for ServerAddress {
    /// Without the password, and without control characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::from("postgres://");
        if let Some(user) = &self.user {
            let _ = write!(text, "{user}@");
        }
        for (at, host) in self.hosts.iter().enumerate() {
            text.push_str(if at > 0 { "," } else { "" });
            match host {
                ServerHost::Name(name) if name.contains(':') => drop(write!(text, "[{name}]")),
                ServerHost::Name(name) => text.push_str(name),
                ServerHost::Socket(folder) => text.push_str(&folder.to_string_lossy()),
            }
        }
        if let Some(port) = self.port {
            let _ = write!(text, ":{port}");
        }
        let _ = write!(text, "/{}", self.name.as_deref().unwrap_or(""));
        if let Some(schema) = &self.schema {
            let _ = write!(text, "?schema={schema}");
        }
        text.chars().filter(|c| !c.is_control()).try_for_each(|c| f.write_char(c))
    }
}

/// A password, or the file of it: `file:PATH`.
fn password_of(written: String) -> PasswordOrigin {
    match written.strip_prefix("file:") {
        Some(path) => PasswordOrigin::File(path.into()),
        None => PasswordOrigin::Given(Secret(written)),
    }
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn port(written: &str) -> Result<u16, String> {
    written.parse().map_err(|_| format!("{written:?} is not a port"))
}

fn seconds(key: &str, written: &str) -> Result<u64, String> {
    written.parse().map_err(|_| format!("{key}={written} is not a number of seconds"))
}

fn tls_mode(written: &str) -> Result<TlsMode, String> {
    match written {
        "disable" => Ok(TlsMode::Off),
        "allow" | "prefer" => Ok(TlsMode::Offered),
        "require" => Ok(TlsMode::Unverified),
        "verify-ca" | "verify-full" => Ok(TlsMode::Verified),
        _ => Err(format!("sslmode={written} is none of disable, allow, prefer, require, verify-ca, verify-full")),
    }
}

/// Text with its `%41` decoded.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
        let [Some(high), Some(low)] = [digit(), digit()] else {
            return Err("a `%` is not followed by two hexadecimal digits; a percent sign itself is `%25`".to_owned());
        };
        bytes.extend(u8::try_from(high * 16 + low));
    }
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    if text.contains('\0') { Err("it contains NUL".to_owned()) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn urls_are_read_as_by_other_programs() {
        let address =
            ServerAddress::parse("postgres://anna:p%40ss@db.example:6432/press?sslmode=require&schema=p").unwrap();
        assert_eq!((address.user(), address.name(), address.port(), address.schema()), ("anna", "press", 6432, "p"));
        assert_eq!(address.password, Some(PasswordOrigin::Given(Secret("p@ss".to_owned()))));
        assert_eq!(address.tls(), TlsMode::Unverified);
        let socket = ServerAddress::parse("postgres://%2Frun%2Fpg/press").unwrap();
        assert_eq!(socket.servers(), [ServerHost::Socket("/run/pg".into())]);
        assert_eq!(ServerAddress::parse("postgres:///press?host=/run/pg").unwrap().servers(), socket.servers());
        let bare = ServerAddress::parse("postgresql://anna@/press").unwrap();
        assert_eq!((bare.servers().len(), bare.name(), bare.tls()), (2, "press", TlsMode::Off));
        let six = ServerAddress::parse("postgres://[::1]:5433").unwrap();
        assert_eq!((six.servers(), six.port()), (vec![ServerHost::Name("::1".to_owned())], 5433));
        assert_eq!(ServerAddress::parse("postgres://db.example/p").unwrap().tls(), TlsMode::Verified);
    }

    #[test]
    fn mistakes_are_named() {
        for (url, part) in [
            ("postgres://h:x/d", "\"x\" is not a port"),
            ("postgres://h/d?sslmode=on", "sslmode=on is none of"),
            ("postgres://h/d?reconnect_timeout=long", "reconnect_timeout=long is not a number of seconds"),
            ("postgres://h/d?colour=red", "no parameter \"colour\""),
            ("postgres://h/%zz", "hexadecimal"),
            ("postgres://h/%00", "NUL"),
        ] {
            let error = ServerAddress::parse(url).unwrap_err();
            assert!(error.contains(part), "{url}: {error}");
        }
    }

    #[test]
    fn the_environment_fills_what_the_address_leaves_open() {
        let variables = ServerVariables {
            host: Some("/run/pg".to_owned()),
            user: Some("anna".to_owned()),
            password: Some("secret".to_owned()),
            passfile: None,
            sslmode: Some("verify-full".to_owned()),
            sslrootcert: None,
        };
        let address = ServerAddress::parse("postgres:///press").unwrap().with(&variables);
        assert_eq!((address.user(), address.tls()), ("anna", TlsMode::Verified));
        assert_eq!(address.servers(), [ServerHost::Socket("/run/pg".into())]);
        let own = ServerAddress::parse("postgres://bert:own@h/press").unwrap().with(&variables);
        assert_eq!((own.user(), own.password.clone()), ("bert", Some(PasswordOrigin::Given(Secret("own".to_owned())))));
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = ServerAddress::parse("postgres://anna:hush@h/press?password=hush2").unwrap();
        let shown = format!("{address} {address:?}");
        assert!(!shown.contains("hush"), "{shown}");
    }
}
