//! A Chromium without a window, driven through a pipe: no driver, no port, nothing that the network could reach.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A browser with one page.
pub struct Chromium {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    number: u64,
    /// Events that the browser sent unasked.
    events: Vec<Value>,
    _profile: TempDir,
}

/// The program, where there is one.
pub fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name))).find(|file| file.is_file())
}

impl Chromium {
    /// A new browser; `None` on a machine that has none, unless it must have one (`PRESSWATCH_BROWSER_TESTS=required`).
    #[expect(clippy::print_stderr, clippy::disallowed_methods, reason = "who runs the tests shall know")]
    pub fn start() -> Option<Self> {
        let Some(program) = program() else {
            let required = std::env::var("PRESSWATCH_BROWSER_TESTS").is_ok_and(|value| value == "required");
            assert!(!required, "there is no Chromium, and PRESSWATCH_BROWSER_TESTS=required");
            eprintln!("skipped: no Chromium on this machine (apt-get install chromium)");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // The browser speaks on the descriptors 3 and 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1"])
            .arg(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                if serde_json::from_slice(&message).is_ok_and(|value| sender.send(value).is_err()) {
                    break;
                }
                message.clear();
            }
        });
        let mut browser =
            Self { child, input, messages, session: None, number: 0, events: Vec::new(), _profile: profile };
        let page = browser.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let target = &page["targetId"];
        let session = browser.call("Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        browser.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Network", "Log", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        Some(browser)
    }

    /// Has something done; its result.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        self.number += 1;
        let mut message = json!({ "id": self.number, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        self.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let mut answer = self.receive();
            if answer["id"] == self.number {
                assert!(answer.get("error").is_none(), "{method}: {answer}");
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }

    fn receive(&self) -> Value {
        self.messages.recv_timeout(Duration::from_secs(90)).unwrap_or_else(|e| panic!("Chromium does not answer: {e}"))
    }

    /// Shows a file as on a screen of this width in a scheme (`light`, `dark`).
    pub fn open(&mut self, file: &Path, width: u32, scheme: &str) {
        let screen = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &screen);
        self.media("screen", scheme);
        self.events.clear();
        self.call("Page.navigate", &json!({ "url": format!("file://{}", file.display()) }));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.receive();
            self.events.push(event);
        }
    }

    /// Shows the page as on `screen` or on paper (`print`).
    pub fn media(&mut self, media: &str, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", &json!({ "media": media, "features": features }));
    }

    /// The value of an expression.
    pub fn value(&mut self, expression: &str) -> Value {
        let mut result = self.call(
            "Runtime.evaluate",
            &json!({ "expression": expression, "returnByValue": true, "awaitPromise": true }),
        );
        assert!(result.get("exceptionDetails").is_none(), "{result}");
        result["result"]["value"].take()
    }

    /// Presses a key; `code` is that of Windows, which the browser goes by.
    pub fn press(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            self.call("Input.dispatchKeyEvent", &event);
        }
    }

    /// Types a text where the keyboard is.
    pub fn write(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// The accessibility tree: roles and names.
    pub fn names(&mut self) -> Vec<(String, String)> {
        let tree = self.call("Accessibility.getFullAXTree", &json!({}));
        let nodes = tree["nodes"].as_array().unwrap().iter().filter(|node| node["ignored"] != true);
        let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
        nodes.map(|node| (text(&node["role"]["value"]), text(&node["name"]["value"]))).collect()
    }

    /// Complaints of the page since it was opened, and requests other than for the page itself and for pictures in it.
    pub fn complaints(&self) -> Vec<String> {
        let mut found = Vec::new();
        for event in &self.events {
            let params = &event["params"];
            let what = match event["method"].as_str().unwrap_or_default() {
                "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded" => params.to_string(),
                "Network.requestWillBeSent" => match params["request"]["url"].as_str().unwrap_or_default() {
                    _ if params["type"] == "Document" => continue,
                    // What stands in the page itself.
                    url if url.starts_with("data:image/") => continue,
                    url => url.to_owned(),
                },
                _ => continue,
            };
            found.push(what);
        }
        found
    }

    /// A picture of the whole page, for people: `target/tmp/screens/NAME.png`.
    pub fn picture(&mut self, name: &str) {
        let picture = self.call("Page.captureScreenshot", &json!({ "captureBeyondViewport": true }));
        show(&format!("{name}.png"), &base64(picture["data"].as_str().unwrap()));
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts a file where people look at it: `target/tmp/screens`.
pub fn show(name: &str, content: &[u8]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), content).unwrap();
}

fn base64(text: &str) -> Vec<u8> {
    let (mut bits, mut held, mut bytes) = (0u32, 0, Vec::with_capacity(text.len() / 4 * 3));
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    bytes
}
