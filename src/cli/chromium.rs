//! Prints a page as PDF through an installed Chromium: without a window, without scripts, without network.
//!
//! The page and the PDF go through pipes, because a confined Chromium (snap, Flatpak) sees neither `/tmp` nor hidden files.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::base64;
use crate::text::clean::one_line;
use crate::text::cut::shorten;

/// The usual names of the program.
const NAMES: [&str; 6] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
/// Where macOS has it.
const FILES: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/// How long printing may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long the browser may take to close by itself.
const PARTING: Duration = Duration::from_secs(3);
/// The largest page, and the largest message of the browser, in bytes.
const LARGEST_PAGE: usize = 60_000_000;
const LARGEST_MESSAGE: u64 = 200_000_000;

/// The program that is named, else one with a usual name.
pub(super) fn find(named: Option<&OsStr>, path: Option<&OsStr>) -> Option<PathBuf> {
    let folders = || path.into_iter().flat_map(std::env::split_paths);
    let on_path = |name: &OsStr| folders().map(|folder| folder.join(name)).find(|file| file.is_file());
    match named {
        Some(named) if Path::new(named).components().count() > 1 => Some(PathBuf::from(named)).filter(|f| f.is_file()),
        Some(named) => on_path(named),
        None => {
            let usual = NAMES.iter().find_map(|name| on_path(OsStr::new(name)));
            usual.or_else(|| FILES.iter().map(PathBuf::from).find(|file| file.is_file()))
        }
    }
}

/// The page as PDF.
///
/// # Errors
/// Why it could not be printed.
pub(super) fn pdf(program: &Path, html: &str) -> Result<Vec<u8>, String> {
    if html.len() > LARGEST_PAGE {
        return Err("the page is too large; choose a shorter period".to_owned());
    }
    let profile = Profile::create().map_err(|e| format!("could not create a temporary folder: {e}"))?;
    let mut browser = Browser::start(program, &profile).map_err(|e| format!("could not start Chromium: {e}"))?;
    let page = browser.call("Target.createTarget", &json!({ "url": "about:blank" }))?;
    let session = browser.call("Target.attachToTarget", &json!({ "targetId": page["targetId"], "flatten": true }))?;
    browser.session = session["sessionId"].as_str().map(str::to_owned);
    browser.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }))?;
    browser.call("Page.enable", &json!({}))?;
    let frames = browser.call("Page.getFrameTree", &json!({}))?;
    let frame = &frames["frameTree"]["frame"]["id"];
    browser.call("Page.setDocumentContent", &json!({ "frameId": frame, "html": html }))?;
    let printed = browser.call(
        "Page.printToPDF",
        &json!({
            "preferCSSPageSize": true, "printBackground": true, "generateTaggedPDF": true, "generateDocumentOutline": true,
        }),
    )?;
    let pdf = printed["data"].as_str().and_then(base64::bytes).filter(|pdf| pdf.starts_with(b"%PDF-"));
    pdf.ok_or_else(|| "Chromium returned no PDF".to_owned())
}

/// A running browser.
struct Browser {
    child: Child,
    /// To the thread that writes to it; `None` once it shall end.
    requests: Option<Sender<Vec<u8>>>,
    answers: Receiver<Value>,
    /// What it says when it fails.
    complaint: Receiver<String>,
    session: Option<String>,
    number: u64,
    until: Instant,
}

impl Browser {
    fn start(program: &Path, profile: &Profile) -> std::io::Result<Self> {
        // The browser reads from descriptor 3 and writes to descriptor 4.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"]).arg(program);
        command.args(["--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check"]);
        command.args([
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--disable-sync",
            "--no-pings",
        ]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-default-apps"]);
        command.args(["--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9"]);
        if profile.is_of_root {
            // Chromium does not start for root otherwise. The page runs no scripts and loads nothing.
            command.arg("--no-sandbox");
        }
        // All that it leaves behind is removed with the profile.
        command.arg(format!("--user-data-dir={}", profile.folder.display())).env("TMPDIR", &profile.folder);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (requests, to_write) = channel::<Vec<u8>>();
        let (answered, answers) = channel();
        let (complained, complaint) = channel();
        // Threads, because a browser that neither reads nor writes must not stop this program. They end with the browser.
        if let Some(mut input) = child.stdin.take() {
            std::thread::spawn(move || to_write.iter().all(|message| input.write_all(&message).is_ok()));
        }
        if let Some(output) = child.stdout.take() {
            std::thread::spawn(move || forward_messages(output, &answered));
        }
        if let Some(mut output) = child.stderr.take() {
            std::thread::spawn(move || {
                let mut said = Vec::new();
                let _ = output.by_ref().take(20_000).read_to_end(&mut said);
                let _ = complained.send(String::from_utf8_lossy(&said).into_owned());
                std::io::copy(&mut output, &mut std::io::sink())
            });
        }
        let until = Instant::now() + PATIENCE;
        Ok(Self { child, requests: Some(requests), answers, complaint, session: None, number: 0, until })
    }

    /// The result of a command of the `DevTools` protocol.
    fn call(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.number += 1;
        let mut message = json!({ "id": self.number, "method": method, "params": params });
        if let (Some(session), Some(message)) = (&self.session, message.as_object_mut()) {
            message.insert("sessionId".to_owned(), json!(session));
        }
        let sent = self.requests.as_ref().map(|requests| requests.send(format!("{message}\0").into_bytes()));
        if !matches!(sent, Some(Ok(()))) {
            return Err(self.why_it_ended());
        }
        loop {
            match self.answers.recv_timeout(self.until.saturating_duration_since(Instant::now())) {
                Ok(mut answer) if answer["id"] == self.number => {
                    let error =
                        answer["error"]["message"].as_str().map(|text| shorten(&one_line(text), 200).into_owned());
                    return error
                        .map_or_else(|| Ok(answer["result"].take()), |error| Err(format!("Chromium says: {error}")));
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("Chromium did not finish within {} s", PATIENCE.as_secs()));
                }
                Err(RecvTimeoutError::Disconnected) => return Err(self.why_it_ended()),
            }
        }
    }

    /// The last line of what a browser that ended said.
    fn why_it_ended(&self) -> String {
        let said = self.complaint.recv_timeout(PARTING).unwrap_or_default();
        match said.lines().map(str::trim).rfind(|line| !line.is_empty()) {
            Some(line) => format!("Chromium ended: {}", shorten(&one_line(line), 300)),
            None => "Chromium ended".to_owned(),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // By itself it leaves no process behind.
        self.session = None;
        if let Some(requests) = self.requests.take() {
            let _ = requests.send(b"{\"id\":0,\"method\":\"Browser.close\"}\0".to_vec());
        }
        let until = Instant::now() + PARTING;
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends each message of the browser: JSON, ended by NUL.
fn forward_messages(output: impl Read, to: &Sender<Value>) {
    let mut output = BufReader::new(output);
    let mut message = Vec::new();
    loop {
        message.clear();
        let read = output.by_ref().take(LARGEST_MESSAGE).read_until(0, &mut message);
        if !read.is_ok_and(|read| read > 0) || message.pop() != Some(0) {
            return;
        }
        if serde_json::from_slice(&message).is_ok_and(|value| to.send(value).is_err()) {
            return;
        }
    }
}

/// A folder for the browser, removed at the end.
struct Profile {
    folder: PathBuf,
    is_of_root: bool,
}

impl Profile {
    fn create() -> std::io::Result<Self> {
        let mut failure = None;
        for number in 0..100 {
            let folder = std::env::temp_dir().join(format!("presswatch-{}-{number}", std::process::id()));
            match create_private(&folder) {
                Ok(is_of_root) => return Ok(Self { folder, is_of_root }),
                Err(e) => failure = Some(e),
            }
        }
        Err(failure.unwrap_or_else(|| std::io::ErrorKind::AlreadyExists.into()))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // Its last processes may still write there for a moment.
        for _ in 0..20 {
            if fs::remove_dir_all(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Creates a folder that only this user can enter; returns whether the user is root.
#[cfg(unix)]
fn create_private(folder: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
    fs::DirBuilder::new().mode(0o700).create(folder)?;
    Ok(fs::metadata(folder)?.uid() == 0)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> std::io::Result<bool> {
    fs::create_dir(folder)?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_end_with_nul() {
        let (sender, messages) = channel();
        forward_messages(&b"{\"id\":1}\0not JSON\0{\"id\":2}\0{\"id\":3}"[..], &sender);
        drop(sender);
        assert_eq!(
            messages.iter().collect::<Vec<_>>(),
            [json!({ "id": 1 }), json!({ "id": 2 })],
            "the last is cut off"
        );
    }

    #[test]
    fn a_named_browser_is_the_one_or_none() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = Some(here.as_os_str());
        assert_eq!(find(Some(OsStr::new("Cargo.toml")), path), Some(here.join("Cargo.toml")));
        assert_eq!(find(Some(OsStr::new("src")), path), None, "a folder");
        assert_eq!(find(Some(here.join("Cargo.toml").as_os_str()), None), Some(here.join("Cargo.toml")));
        assert_eq!(find(Some(OsStr::new("/nowhere/chromium")), path), None);
    }
}
