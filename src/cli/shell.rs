//! `presswatch man`, and words for shells.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::{Cli, print_document};
use crate::error::Error;

/// Prints one manual page for all commands.
pub(super) fn man() -> Result<u8, Error> {
    let mut command = Cli::command();
    command.build();
    let page = page(&command).map_err(|e| Error::failed(format!("could not write the manual page: {e}")))?;
    print_document(|print| print(&page))?;
    Ok(0)
}

fn page(command: &Command) -> std::io::Result<String> {
    let man = Man::new(command.clone());
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    let mut text = String::from_utf8_lossy(&out).into_owned();
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        section(&mut text, "presswatch", below)?;
    }
    text.push_str(ENDING);
    Ok(text)
}

/// Appends a section for a command with its options, and one for each of its subcommands.
fn section(text: &mut String, above: &str, command: &Command) -> std::io::Result<()> {
    let name = format!("{above} {}", command.get_name());
    let mut out = Vec::new();
    // Options of all commands are listed once, at the top.
    let own = command.clone().mut_args(|arg| if arg.is_global_set() { arg.hide(true) } else { arg });
    let man = Man::new(own);
    man.render_synopsis_section(&mut out)?;
    man.render_options_section(&mut out)?;
    let body = String::from_utf8_lossy(&out).replace(".SH SYNOPSIS\n", "").replace(".SH OPTIONS\n", "");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(text, ".SH \"{}\"\n{about}.\n.PP\n{body}", name.to_uppercase());
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        section(text, &name, below)?;
    }
    Ok(())
}

/// The sections that clap does not generate.
const ENDING: &str = r#".SH "EXIT STATUS"
.TP
0
Done. Single sources may have failed: warnings on stderr, details in \fBpresswatch sources\fR.
.TP
1
Could not be done: the database cannot be used, every source failed, output could not be written.
.TP
2
Wrong usage or wrong configuration.
.TP
3
With \fB\-\-strict\fR: done, but a source failed.
.TP
75
Another run is using the database; nothing was done.
.SH FILES
.TP
sources.toml
The configuration file, in the current folder unless \fB\-\-config\fR or \fBPRESSWATCH_CONFIG\fR names another.
.TP
presswatch.db
The SQLite database, beside the configuration unless \fBdatabase\fR in it names another file, or a database of a PostgreSQL server.
.SH ENVIRONMENT
\fBPRESSWATCH_CONFIG\fR, \fBPRESSWATCH_DATABASE\fR, \fBPRESSWATCH_CHROMIUM\fR, \fBPGPASSWORD\fR, \fBPGPASSFILE\fR, \fBNO_COLOR\fR, \fBHTTP_PROXY\fR, \fBHTTPS_PROXY\fR, \fBNO_PROXY\fR.
"#;

/// A word as a POSIX shell reads it, in single quotes where it has characters that a shell acts on.
pub(super) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn words_for_a_shell() {
        for (text, expected) in [
            ("https://www.gazet.example/nieuws", "https://www.gazet.example/nieuws"),
            ("https://a.example/?a=1&b=2;rm", "'https://a.example/?a=1&b=2;rm'"),
            ("https://a.example/$(id)", "'https://a.example/$(id)'"),
            ("it's", "'it'\\''s'"),
            ("my sources.toml", "'my sources.toml'"),
            ("~/x", "'~/x'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), expected);
        }
    }
}
