//! The only code that writes to stdout and stderr. It removes control sequences from untrusted text.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::{self, BufWriter, StdoutLock, Write};

use clap::error::{ContextKind, ContextValue};

use crate::error::{Error, ExitKind, Message};
use crate::output::Print;
use crate::output::paint::Painted;
use crate::text::clean::{escape_json, one_line, printable};
use crate::text::visible::visible;

/// Writes a result to stdout, with control sequences removed.
pub(super) fn print(text: &str) -> Result<(), Error> {
    print_document(|print| print(&printable(text)))
}

/// Writes a coloured result to stdout.
pub(super) fn print_painted(text: &Painted) -> Result<(), Error> {
    print_document(|print| print(text.as_str()))
}

/// Writes a document to stdout piece by piece; its format escapes untrusted text.
pub(super) fn print_document(work: impl FnOnce(Print) -> io::Result<()>) -> Result<(), Error> {
    let mut out = document();
    work(&mut |piece| out.write_all(piece.as_bytes()))
        .and_then(|()| out.flush())
        .map_err(|e| Error::output("to standard output", &e))
}

/// Fails where standard output was closed when the program started, so that nothing counts as printed.
pub(super) fn require_stdout() -> Result<(), Error> {
    if is_stdout_closed() {
        return Err(Error::failed("could not print what is new: standard output is closed")
            .hint("it stays new; send the digest to a terminal, a pipe or a file"));
    }
    Ok(())
}

/// Before `main`, Rust opens the null device in place of a closed stream, for reading and writing. Shells open it for
/// writing only, so that `> /dev/null` still works.
#[cfg(unix)]
fn is_stdout_closed() -> bool {
    use std::io::Read as _;
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

    let Ok(stream) = io::stdout().as_fd().try_clone_to_owned() else { return true };
    let mut file = std::fs::File::from(stream);
    let (Ok(found), Ok(null)) = (file.metadata(), std::fs::metadata("/dev/null")) else { return false };
    let is_null = found.file_type().is_char_device() && found.rdev() == null.rdev();
    is_null && file.read(&mut [0]).is_ok()
}

#[cfg(not(unix))]
fn is_stdout_closed() -> bool {
    false
}

/// Stdout for a document whose format escapes untrusted text.
pub(super) fn document() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// A value as a line of JSON, with control characters escaped.
pub(super) fn json_line(value: &serde_json::Value) -> String {
    format!("{}\n", escape_json(&value.to_string()))
}

/// Writes a line to stderr, with control sequences removed.
pub(super) fn eprint_line(text: &str) {
    write_err(&format!("{}\n", printable(text)));
}

/// Writes a question to stderr; the answer is typed behind it.
pub(super) fn eprint_question(text: &str) {
    write_err(&format!("{} ", one_line(text)));
}

/// Writes a coloured text to stderr.
pub(super) fn eprint_painted(text: &Painted) {
    write_err(text.as_str());
}

/// Replaces the current line of stderr.
pub(super) fn overwrite_line(line: &str) {
    write_err(&format!("\r\x1b[2K{}", one_line(line)));
}

/// Replaces the last `lines` lines of stderr with a coloured text.
pub(super) fn redraw(lines: usize, text: &Painted) {
    let erasing = if lines == 0 { String::new() } else { format!("\x1b[{lines}A\r\x1b[J") };
    write_err(&(erasing + text.as_str()));
}

/// Writes a warning to stderr.
pub(super) fn warn(text: &str) {
    eprint_line(&format!("warning: {}", one_line(text)));
}

/// Writes to stderr what went wrong; returns the exit code.
pub(super) fn print_error(error: &Error, color: bool) -> u8 {
    let (red, bold, off) = colors(color);
    let mut text = match &error.message {
        // What reads no more hears no complaint.
        _ if error.kind == ExitKind::OutputClosed => return 1,
        Message::Plain(text) => format!("{red}error:{off} {}\n", indented(&printable(text.trim_end()))),
        Message::Diagnostic(diagnostic) => format!("{}\n", diagnostic.to_string().trim_end()),
    };
    if let Some(hint) = &error.hint {
        let _ = writeln!(text, "{bold}hint:{off} {}", one_line(hint));
    }
    write_err(&text);
    match error.kind {
        ExitKind::Failed | ExitKind::OutputClosed => 1,
        ExitKind::Usage => 2,
        ExitKind::Busy => 75,
    }
}

/// A text whose further lines are set off, so that no word of a stranger's begins a line like one of ours.
fn indented(text: &str) -> String {
    let mut lines = text.lines();
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let _ = write!(out, "\n  {}", line.strip_prefix("  ").unwrap_or(line));
    }
    out
}

/// Ends with the exit code of what clap says: help, version, or what is wrong with the arguments, which it shows.
pub(super) fn print_argument_error(mut error: clap::Error, color: bool) -> u8 {
    use clap::error::ErrorKind;
    // These quote no argument, so clap may print them itself.
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if is_help {
        return match (error.print().is_ok(), error.use_stderr()) {
            (true, false) => 0,
            (true, true) => 2,
            (false, _) => 1,
        };
    }
    let (red, _, off) = colors(color);
    let quoted: Vec<_> = error.context().map(|(kind, value)| (kind, quoted(kind, value))).collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    let text = error.render().to_string();
    let message = printable(text.strip_prefix("error: ").unwrap_or(&text).trim_end());
    write_err(&format!("{red}error:{off} {message}\n"));
    2
}

/// What clap quotes of the arguments: a line break in one must not begin a line of its own in the message.
fn quoted(kind: ContextKind, value: &ContextValue) -> ContextValue {
    match value {
        // Its own words, on lines of their own.
        _ if kind == ContextKind::Usage => value.clone(),
        ContextValue::String(text) => ContextValue::String(visible(text)),
        ContextValue::Strings(all) => ContextValue::Strings(all.iter().map(|text| visible(text)).collect()),
        ContextValue::StyledStr(text) => ContextValue::StyledStr(visible(&text.to_string()).into()),
        ContextValue::StyledStrs(all) => {
            ContextValue::StyledStrs(all.iter().map(|text| visible(&text.to_string()).into()).collect())
        }
        other => other.clone(),
    }
}

/// What begins and ends a heading: red, bold, plain again.
fn colors(color: bool) -> (&'static str, &'static str, &'static str) {
    if color { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") }
}

/// Removes control sequences from panic messages as well: they may quote a page.
pub(super) fn clean_panic_messages() {
    std::panic::set_hook(Box::new(|panic| {
        let trace = Backtrace::capture();
        let trace = if trace.status() == BacktraceStatus::Captured { format!("\n{trace}") } else { String::new() };
        eprint_line(&format!("{panic}{trace}"));
    }));
}

/// Ignores errors: with stderr closed there is nowhere to report them.
fn write_err(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
