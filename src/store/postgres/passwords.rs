//! The file of passwords that other programs of PostgreSQL read, too: lines of `host:port:database:user:password`.

use std::path::Path;

use crate::database::{ServerAddress, ServerHost};

/// The password of the first line that fits an address.
pub(super) fn find(text: &str, address: &ServerAddress) -> Option<String> {
    let hosts: Vec<String> = address.servers().iter().map(host_name).collect();
    let port = address.port().to_string();
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let [host, a_port, name, user, password] = <[String; 5]>::try_from(fields).ok()?;
        let fits = |field: &str, value: &str| field == "*" || field == value;
        let is_host = host == "*" || hosts.contains(&host);
        (is_host && fits(&a_port, &port) && fits(&name, address.name()) && fits(&user, address.user()))
            .then_some(password)
    })
}

/// The name of a host in this file: a server on this machine is `localhost`.
fn host_name(host: &ServerHost) -> String {
    match host {
        ServerHost::Name(name) => name.clone(),
        ServerHost::Socket(_) => "localhost".to_owned(),
    }
}

/// The five fields of a line; `\:` and `\\` stand for a colon and a backslash.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            // In the last field, a colon is one of the password's.
            ':' if !escaped && fields.len() < 5 => fields.push(String::new()),
            c => fields.last_mut().into_iter().for_each(|field| field.push(c)),
        }
        escaped = false;
    }
    fields
}

/// Whether others than the user may read a file.
#[cfg(unix)]
pub(super) fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

/// Whether others than the user may read a file.
#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "a test may fail")]

    use std::ffi::OsStr;

    use super::*;
    use crate::database::DatabaseAddress;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let text = "# comment\nother:*:*:*:no\nh:5432:press:anna:a\\:b\\\\c:d\n*:*:*:*:last\n\nlocalhost:*:*:*:never\n";
        for (url, expected) in [
            ("postgres://anna@h/press", "a:b\\c:d"),
            ("postgres://anna@h:5433/press", "last"),
            ("postgres:///press", "last"),
        ] {
            let Ok(DatabaseAddress::Server(address)) = DatabaseAddress::parse(OsStr::new(url)) else { panic!("{url}") };
            assert_eq!(find(text, &address).as_deref(), Some(expected), "{url}");
        }
    }
}
