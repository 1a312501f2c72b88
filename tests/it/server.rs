//! A local outlet that can misbehave: what each path answers is data, every request is recorded, and an outlet that
//! nobody asked fails its test.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::answer::{Answer, Body};

/// A time limit for every response, so that a mistake does not block the suite.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Asked {
    /// With its query.
    pub path: String,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    /// `POST` or `PUT` has one.
    pub body: String,
    pub method: String,
    pub at: Instant,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// Requested weekly from every host with articles; not counted unless a test asks for it.
pub const TDMREP: &str = "/.well-known/tdmrep.json";

#[derive(Default)]
struct State {
    answers: HashMap<String, Answer>,
    asked: Vec<Asked>,
    /// Requests for [`TDMREP`].
    aside: Vec<Asked>,
    counts_all: bool,
    /// How many of them [`Outlet::news`] has returned.
    told: usize,
    in_hand: usize,
    most_in_hand: usize,
    /// The number of the request that is held, and with it all later ones: the moment at which a test strikes.
    hold_at: Option<usize>,
    /// The next request for this path is caught.
    catch: Option<String>,
    /// How many were caught, and how many of these got their answer.
    caught: usize,
    freed: usize,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One host: an address of its own on loopback, serving until it is dropped.
pub struct Outlet {
    shared: Arc<Shared>,
    address: SocketAddr,
    may_stay_unasked: bool,
}

impl Outlet {
    /// A host with an address of its own. Unknown paths answer 404.
    pub fn open() -> Self {
        static NEXT: AtomicU8 = AtomicU8::new(0);
        let own = Ipv4Addr::new(127, 0, 0, 2 + NEXT.fetch_add(1, Ordering::Relaxed) % 250);
        // Where only 127.0.0.1 is set up, hosts differ by their port.
        let listener = TcpListener::bind((own, 0)).or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                thread::spawn(move || serve(&shared, stream));
            }
        });
        Self { shared, address, may_stay_unasked: false }
    }

    /// An outlet that must not be requested.
    pub fn unasked() -> Self {
        let mut outlet = Self::open();
        outlet.may_stay_unasked = true;
        outlet
    }

    /// From now on `path` answers so.
    pub fn serve(&self, path: &str, answer: impl Into<Answer>) -> &Self {
        self.shared.state().answers.insert(path.to_owned(), answer.into());
        self
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `127.0.0.7:40123`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// `127.0.0.7`
    pub fn ip(&self) -> String {
        self.address.ip().to_string()
    }

    /// From now on requests for [`TDMREP`] count, too.
    pub fn count_all(&self) {
        self.shared.state().counts_all = true;
    }

    /// Every request so far, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.state().asked.clone()
    }

    /// Forgets all requests but the last, so that a test of memory does not measure them.
    pub fn forget(&self) {
        let mut state = self.shared.state();
        let old = state.asked.len().saturating_sub(1);
        state.asked.drain(..old);
        state.aside.clear();
    }

    /// The requests for one path.
    pub fn asked_for(&self, path: &str) -> Vec<Asked> {
        let state = self.shared.state();
        state.asked.iter().chain(&state.aside).filter(|asked| asked.path == path).cloned().collect()
    }

    /// The paths requested since the last call, without robots.txt, in alphabetical order.
    pub fn news(&self) -> Vec<String> {
        let mut state = self.shared.state();
        let fresh = state.asked.iter().skip(state.told).map(|asked| asked.path.clone());
        let mut paths: Vec<String> = fresh.filter(|path| path != "/robots.txt").collect();
        state.told = state.asked.len();
        paths.sort();
        paths
    }

    /// The most requests that were under way at once.
    pub fn most_at_once(&self) -> usize {
        self.shared.state().most_in_hand
    }

    /// Request number `n` (from 1) and all after it get no answer until [`Outlet::let_go`].
    pub fn hold_at(&self, n: usize) {
        self.shared.state().hold_at = Some(n);
    }

    /// Waits until `n` requests have come in; false when that takes too long.
    pub fn wait_for(&self, n: usize) -> bool {
        let state = self.shared.state();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.asked.len() < n)
            .unwrap_or_else(PoisonError::into_inner);
        state.asked.len() >= n
    }

    /// The next request for this path gets no answer until [`Outlet::free`] or [`Outlet::let_go`]; others do.
    pub fn catch(&self, path: &str) {
        self.shared.state().catch = Some(path.to_owned());
    }

    /// How many requests were caught.
    pub fn caught(&self) -> usize {
        self.shared.state().caught
    }

    /// Waits until so many requests were caught; false when that takes too long.
    pub fn wait_for_caught(&self, n: usize) -> bool {
        let state = self.shared.state();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| state.caught < n)
            .unwrap_or_else(PoisonError::into_inner);
        state.caught >= n
    }

    /// The first request that was caught and got no answer yet gets it.
    pub fn free(&self) {
        self.shared.state().freed += 1;
        self.shared.changed.notify_all();
    }

    pub fn let_go(&self) {
        let mut state = self.shared.state();
        (state.hold_at, state.catch, state.freed) = (None, None, usize::MAX);
        self.shared.changed.notify_all();
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.let_go();
        let asked = self.shared.state().asked.len();
        let may_be_unasked = self.may_stay_unasked || thread::panicking();
        assert!(
            asked > 0 || may_be_unasked,
            "nobody ever asked the outlet {}: what does this test prove?",
            self.address
        );
    }
}

fn serve(shared: &Shared, stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(PATIENCE));
    let _ = stream.set_write_timeout(Some(PATIENCE));
    let _ = stream.set_nodelay(true);
    let Ok(mut out) = stream.try_clone() else { return };
    let mut lines = BufReader::new(stream);
    while let Some(asked) = request(&mut lines) {
        let answer = {
            let mut state = shared.state();
            let is_aside = asked.path == TDMREP && !state.counts_all;
            if is_aside {
                state.aside.push(asked.clone());
            } else {
                state.asked.push(asked.clone());
            }
            state.in_hand += 1;
            state.most_in_hand = state.most_in_hand.max(state.in_hand);
            shared.changed.notify_all();
            let number = state.asked.len();
            let is_caught = state.catch.take_if(|path| *path == asked.path).is_some();
            let catch = state.caught;
            state.caught += usize::from(is_caught);
            shared.changed.notify_all();
            let held = |state: &mut State| {
                !is_aside && state.hold_at.is_some_and(|from| number >= from) || is_caught && state.freed <= catch
            };
            let (state, _) =
                shared.changed.wait_timeout_while(state, PATIENCE, held).unwrap_or_else(PoisonError::into_inner);
            let found = state.answers.get(&asked.path).cloned();
            found.unwrap_or_else(|| Answer::text("There is no such page.").status(404))
        };
        if !answer.delay.is_zero() {
            thread::sleep(answer.delay);
        }
        // Before the answer leaves: whoever has it may ask again at once.
        shared.state().in_hand -= 1;
        if !write(&mut out, &answer, &asked, &mut lines) {
            return;
        }
    }
}

/// Writes an answer; returns whether the connection can take another request.
fn write(out: &mut TcpStream, answer: &Answer, asked: &Asked, lines: &mut BufReader<TcpStream>) -> bool {
    match &answer.body {
        // Until the other side gives up.
        Body::Silence => lines.read(&mut [0]).is_err(),
        Body::Raw(bytes) => {
            let _ = out.write_all(bytes);
            false
        }
        _ => write_http(out, answer, asked).unwrap_or(false),
    }
}

fn write_http(out: &mut TcpStream, answer: &Answer, asked: &Asked) -> std::io::Result<bool> {
    let unchanged = answer.is_known_by(asked.header("if-none-match"), asked.header("if-modified-since"));
    let mut head = format!("HTTP/1.1 {} Whatever\r\n", if unchanged { 304 } else { answer.status });
    for (name, value) in answer.headers.iter().filter(|(name, _)| !unchanged || name != "content-type") {
        head += &format!("{name}: {value}\r\n");
    }
    let body: &[u8] = match &answer.body {
        Body::Whole(bytes) | Body::Cut(bytes, _) | Body::Drip(bytes, _) | Body::Endless(bytes) => bytes,
        Body::Raw(_) | Body::Silence => &[],
    };
    let length = answer.claims.map_or(body.len(), |claimed| claimed);
    if !unchanged && !matches!(answer.body, Body::Endless(_)) {
        head += &format!("content-length: {length}\r\n");
    }
    out.write_all((head + "\r\n").as_bytes())?;
    if unchanged {
        return Ok(true);
    }
    match &answer.body {
        Body::Cut(bytes, at) => {
            out.write_all(&bytes[..*at])?;
            Ok(false)
        }
        Body::Drip(bytes, pause) => {
            for byte in bytes {
                out.write_all(&[*byte])?;
                thread::sleep(*pause);
            }
            Ok(true)
        }
        Body::Endless(bytes) => loop {
            out.write_all(bytes)?;
        },
        _ => {
            out.write_all(body)?;
            Ok(length == body.len())
        }
    }
}

fn request(lines: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    lines.read_line(&mut line).ok()?;
    let method = line.split(' ').next()?.to_owned();
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        line.clear();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    lines.read_exact(&mut body).ok()?;
    Some(Asked { path, headers, body: String::from_utf8(body).ok()?, method, at: Instant::now() })
}
