//! A message on the standard input of a program: no shell, a time limit, and its whole group of processes ended with it.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::model::MessageId;

/// How often a program is looked at.
const GLANCE: Duration = Duration::from_millis(20);
/// The variable by which a program learns the id of the message.
const ID: &str = "PRESSWATCH_MESSAGE_ID";

/// A program at work; dropping it ends it.
pub struct Running(Arc<AtomicBool>, Option<JoinHandle<()>>);

impl Drop for Running {
    /// Waits for its end, so that none outlives us.
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        if let Some(thread) = self.1.take() {
            let _ = thread.join();
        }
    }
}

/// Starts a program, and calls `done` when it has ended, on a thread of its own.
pub(super) fn start(
    words: Vec<String>,
    input: String,
    id: MessageId,
    limit: Duration,
    shows_output: bool,
    done: impl FnOnce(Result<(), String>) + Send + 'static,
) -> Running {
    let ended = Arc::new(AtomicBool::new(false));
    let of_thread = Arc::clone(&ended);
    let work = move || done(run(&words, input, &id, limit, shows_output, &of_thread));
    Running(ended, Some(std::thread::spawn(work)))
}

fn run(
    words: &[String],
    input: String,
    id: &MessageId,
    limit: Duration,
    shows_output: bool,
    ended: &AtomicBool,
) -> Result<(), String> {
    let (program, arguments) = words.split_first().ok_or("no program is named")?;
    let output = || if shows_output { Stdio::inherit() } else { Stdio::null() };
    let mut command = Command::new(program);
    command.args(arguments).env(ID, &id.0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(output());
    own_group(&mut command);
    let mut child = command.spawn().map_err(|e| format!("it cannot be started: {e}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read must not hold us up; one that needs no input may close it.
        std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    }
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(status.to_string()),
            Err(e) => return Err(format!("it cannot be watched: {e}")),
            Ok(None) if begun.elapsed() >= limit => {
                end(&mut child);
                return Err(format!("timed out after {} s", limit.as_secs()));
            }
            Ok(None) if ended.load(Ordering::Relaxed) => {
                end(&mut child);
                return Err("interrupted".to_owned());
            }
            Ok(None) => std::thread::sleep(GLANCE),
        }
    }
}

/// So that what the program starts ends with it.
#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_command: &mut Command) {}

#[cfg(unix)]
fn end(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(not(unix))]
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use std::sync::mpsc;

    use super::*;

    fn result(words: &[&str], input: &str, limit: Duration) -> Result<(), String> {
        let (sender, receiver) = mpsc::channel();
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let id = MessageId("msg_1".into());
        let _running = start(words, input.to_owned(), id, limit, false, move |result| sender.send(result).unwrap());
        receiver.recv().unwrap()
    }

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_program_gets_its_input_and_the_id_and_no_shell() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a b; exit 7");
        let script = "cat > \"$1\"; printf %s \"$PRESSWATCH_MESSAGE_ID\" >> \"$1\"";
        result(&["sh", "-c", script, "sh", file.to_str().unwrap()], "{\"a\": 1}\n", MINUTE).unwrap();
        assert_eq!(std::fs::read_to_string(file).unwrap(), "{\"a\": 1}\nmsg_1");
        // One that does not read its input.
        result(&["true"], &"x".repeat(1_000_000), MINUTE).unwrap();
    }

    #[test]
    fn a_program_that_fails_or_hangs_has_failed() {
        assert_eq!(result(&["sh", "-c", "exit 3"], "", MINUTE), Err("exit status: 3".into()));
        assert!(result(&["/nowhere/program"], "", MINUTE).unwrap_err().starts_with("it cannot be started"));
        let hung = result(&["sh", "-c", "sleep 600 & wait"], "", Duration::from_millis(50));
        assert!(hung.unwrap_err().starts_with("timed out"));
    }

    #[test]
    fn what_a_program_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // The grandchild holds the pipe open; reading ends when all of the group have ended.
        let script = "sleep 600 > \"$1\" & wait";
        let path = pipe.to_str().unwrap().to_owned();
        let reader = std::thread::spawn(move || std::fs::read(pipe).unwrap());
        assert!(result(&["sh", "-c", script, "sh", &path], "", Duration::from_millis(300)).is_err());
        assert_eq!(reader.join().unwrap(), b"");
    }
}
