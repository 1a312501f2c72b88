//! Reads the clock, the environment and the arguments; the command does the rest.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;

use presswatch::cli::{self, Environment};
use presswatch::database::ServerVariables;

fn main() -> ExitCode {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    // What is no UTF-8 is not left out, so that whoever uses it says what is wrong with it.
    let words = |name: &str| Some(variable(name)?.to_string_lossy().into_owned());
    let proxy = |name: &str| words(name).or_else(|| words(&name.to_lowercase()));
    let environment = Environment {
        arguments: std::env::args_os().collect(),
        config: variable("PRESSWATCH_CONFIG"),
        database: variable("PRESSWATCH_DATABASE"),
        server: ServerVariables::read(&variable),
        chromium: variable("PRESSWATCH_CHROMIUM"),
        systemd: (variable("NOTIFY_SOCKET"), words("WATCHDOG_USEC")),
        variables: Arc::new(|name| {
            Some(std::env::var_os(name).filter(|value| !value.is_empty())?.to_string_lossy().into_owned())
        }),
        path: variable("PATH"),
        no_color: variable("NO_COLOR").is_some(),
        http_proxy: proxy("HTTP_PROXY"),
        https_proxy: proxy("HTTPS_PROXY"),
        no_proxy: proxy("NO_PROXY"),
        stdin_is_terminal: std::io::stdin().is_terminal(),
        stdout_is_terminal: std::io::stdout().is_terminal(),
        // A terminal that cannot move its cursor is written to as a file is.
        stderr_is_terminal: std::io::stderr().is_terminal() && variable("TERM").is_none_or(|name| name != "dumb"),
        stdout_columns: columns(terminal_size::terminal_size_of(std::io::stdout())),
        stderr_columns: columns(terminal_size::terminal_size_of(std::io::stderr())),
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
        clock: Arc::new(jiff::Timestamp::now),
    };
    ExitCode::from(cli::main(environment))
}

/// A terminal that says 0 does not know.
fn columns(size: Option<(terminal_size::Width, terminal_size::Height)>) -> Option<usize> {
    size.map(|(width, _)| usize::from(width.0)).filter(|width| *width > 0)
}
