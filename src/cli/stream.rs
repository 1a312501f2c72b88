//! The only code that writes to stdout and stderr. It removes control sequences from untrusted text.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Write as _;
use std::io::{self, BufWriter, StdoutLock, Write};

use crate::error::{Error, ExitKind, Message};
use crate::output::Print;
use crate::output::paint::Painted;
use crate::text::clean::{escape_json, one_line, printable};

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

/// Writes an error to stderr; returns the exit code.
pub(super) fn print_error(error: &Error, color: bool) -> u8 {
    let (red, bold, off) = if color { ("\x1b[1;31m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
    let mut text = match &error.message {
        // The reader has closed the pipe (`| head`): nothing is wrong.
        _ if error.kind == ExitKind::OutputClosed => return 1,
        Message::Plain(text) => format!("{red}error:{off} {}\n", printable(text.trim_end())),
        Message::Diagnostic(diagnostic) => format!("{}\n", diagnostic.to_string().trim_end()),
    };
    if let Some(hint) = &error.hint {
        let _ = writeln!(text, "{bold}hint:{off} {}", printable(hint));
    }
    write_err(&text);
    match error.kind {
        ExitKind::Failed | ExitKind::OutputClosed => 1,
        ExitKind::Usage => 2,
        ExitKind::Busy => 75,
    }
}

/// Prints help, the version, or an error in the arguments; returns the exit code.
pub(super) fn print_argument_error(error: &clap::Error, color: bool) -> u8 {
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
    let text = error.render().to_string();
    print_error(&Error::usage(text.strip_prefix("error: ").unwrap_or(&text)), color)
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
