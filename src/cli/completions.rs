//! `presswatch completions`: the script of a shell, and the names of watches and sources that it asks for.

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use super::context::Context;
use super::{Cli, print, print_document};
use crate::config::Config;
use crate::error::Error;

/// What completes the names in these shells, after what clap generates.
const BASH: &str = include_str!("completions/names.bash");
const ZSH: &str = include_str!("completions/names.zsh");

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL", required_unless_present = "names")]
    shell: Option<Shell>,
    /// For these scripts: print the names that the configuration gives
    #[arg(long, value_enum, value_name = "WHAT", hide = true)]
    names: Option<Names>,
    /// The words of the command line so far, which may name a configuration
    #[arg(last = true, value_name = "WORD", hide = true, requires = "names")]
    line: Vec<String>,
}

/// What the configuration names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Names {
    /// Watches, and their groups
    Watches,
    /// Sources
    Sources,
}

impl Names {
    /// What a value of this option names.
    fn of(option: &str) -> Option<Self> {
        match option {
            "watch" => Some(Self::Watches),
            "source" => Some(Self::Sources),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Watches => "watches",
            Self::Sources => "sources",
        }
    }

    fn in_config(self, config: Config) -> Vec<String> {
        match self {
            Self::Watches => {
                let (names, groups): (Vec<_>, Vec<_>) =
                    config.watches.into_iter().map(|watch| (watch.name, watch.group)).unzip();
                let mut all = names;
                for group in groups.into_iter().flatten() {
                    if !all.contains(&group) {
                        all.push(group);
                    }
                }
                all
            }
            Self::Sources => config.sources.into_iter().map(|source| source.name).collect(),
        }
    }
}

/// Prints the completion script of a shell, or the names for which such a script asks.
pub(super) fn completions(context: &Context, args: &CompletionsArgs) -> Result<u8, Error> {
    if let Some(what) = args.names {
        print(&names(context, what, &args.line))?;
    } else if let Some(shell) = args.shell {
        let script = script(shell);
        print_document(|print| print(&script))?;
    }
    Ok(0)
}

/// The names of the configuration, one a line; none if it cannot be read, because somebody is just typing.
fn names(context: &Context, what: Names, line: &[String]) -> String {
    let context = match named_config(line) {
        Some(path) => &context.with_config(path),
        None => context,
    };
    let names = context.config().map(|config| what.in_config(config)).unwrap_or_default();
    names.iter().flat_map(|name| [name.as_str(), "\n"]).collect()
}

/// The value of `--config` among the words of a command line.
fn named_config(line: &[String]) -> Option<PathBuf> {
    let mut words = line.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let Some(rest) = word.strip_prefix("--config") else { continue };
        // Bash makes three words of `--config=FILE`.
        let path = match rest {
            "" => words.next().filter(|next| *next != "=").or_else(|| words.next()),
            _ => rest.strip_prefix('='),
        };
        if let Some(path) = path.filter(|path| !path.is_empty()) {
            return Some(path.into());
        }
    }
    None
}

fn script(shell: Shell) -> String {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut named(Cli::command()), "presswatch", &mut out);
    let script = String::from_utf8_lossy(&out).into_owned();
    match shell {
        Shell::Bash => {
            format!("{}\n{BASH}", script.replace("complete -F _presswatch ", "complete -F _presswatch_or_names "))
        }
        Shell::Zsh => {
            let ask = |script: String, what: Names| {
                let word = what.word();
                script.replace(&format!(":{word}:_default"), &format!(":{word}:_presswatch_{word}"))
            };
            let script = [Names::Watches, Names::Sources].into_iter().fold(script, ask);
            // The last lines of the script run it, or register it.
            match script.rfind("\nif [ \"$funcstack") {
                Some(end) => format!("{}\n{ZSH}{}", &script[..end], &script[end..]),
                None => script,
            }
        }
        Shell::Fish => script.lines().flat_map(|line| [fish_line(line), "\n".to_owned()]).collect(),
        _ => script,
    }
}

/// The command, with options that name a watch or a source distinguished by the name of their value.
fn named(command: Command) -> Command {
    command.mut_subcommands(|command| {
        // Here the user gives the name.
        if command.get_name() == "init" {
            return command;
        }
        command.mut_args(|option| match Names::of(option.get_id().as_str()) {
            Some(what) => option.value_name(what.word()),
            None => option,
        })
    })
}

/// A line of the script for fish, with the names where its option takes one.
fn fish_line(line: &str) -> String {
    let option = line.split(" -l ").nth(1).and_then(|rest| rest.split(' ').next());
    match option.and_then(Names::of) {
        Some(what) if line.ends_with(" -r") && !line.contains("using_subcommand init") => {
            format!(
                "{line} -f -a \"(command presswatch completions --names {} -- (commandline -opc) 2>/dev/null)\"",
                what.word()
            )
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_of_a_line() {
        for (line, expected) in [
            ("presswatch digest --watch", None),
            ("presswatch --config a.toml digest --watch", Some("a.toml")),
            ("presswatch digest --config=a.toml --watch", Some("a.toml")),
            ("presswatch digest --config = a.toml --watch", Some("a.toml")),
            ("presswatch digest --config", None),
            ("presswatch digest --configuration a.toml", None),
        ] {
            let line: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(named_config(&line), expected.map(PathBuf::from), "{line:?}");
        }
    }

    #[test]
    fn each_script_asks_for_names_where_an_option_takes_one() {
        for (shell, asks) in [
            (Shell::Bash, "complete -F _presswatch_or_names -o"),
            (Shell::Zsh, ":watches:_presswatch_watches' \\"),
            (
                Shell::Fish,
                "-l source -d 'Only this source; may be repeated' -r -f -a \"(command presswatch completions --names sources",
            ),
        ] {
            let script = script(shell);
            assert!(script.contains(asks), "{shell}: {script}");
        }
    }
}
