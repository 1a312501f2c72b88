//! Notifies systemd how a program that runs for long fares: `sd_notify`, by one datagram each.

use std::ffi::OsStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// While the loop is at work, it may be silent for so long before it counts as hung: a run limit, and a large database.
const PATIENCE: Duration = Duration::from_mins(30);

/// Where systemd listens, if it does.
pub struct Notifier {
    socket: Option<Arc<Socket>>,
    /// Half of what the watchdog allows.
    watchdog: Option<Duration>,
    begun: Instant,
    /// When the loop last showed that it lives, in seconds since the beginning.
    beat: Arc<AtomicU64>,
}

impl Notifier {
    /// By `NOTIFY_SOCKET` and `WATCHDOG_USEC`.
    pub(super) fn new(socket: Option<&OsStr>, watchdog: Option<&str>) -> Self {
        let micros = watchdog.and_then(|micros| micros.trim().parse().ok()).filter(|micros: &u64| *micros > 0);
        Self {
            socket: socket.and_then(Socket::open).map(Arc::new),
            watchdog: micros.map(|micros| Duration::from_micros(micros) / 2),
            begun: Instant::now(),
            beat: Arc::default(),
        }
    }

    /// The program is ready. From now on the watchdog is fed, as long as the loop lives.
    pub(super) fn ready(&self) {
        self.say("READY=1");
        let (Some(socket), Some(pause)) = (self.socket.clone(), self.watchdog) else { return };
        let (begun, beat) = (self.begun, Arc::clone(&self.beat));
        std::thread::spawn(move || {
            while begun.elapsed().saturating_sub(Duration::from_secs(beat.load(Ordering::Relaxed))) < PATIENCE {
                socket.send("WATCHDOG=1");
                std::thread::sleep(pause);
            }
        });
    }

    /// The loop lives.
    pub(super) fn beat(&self) {
        self.beat.store(self.begun.elapsed().as_secs(), Ordering::Relaxed);
    }

    /// The configuration is read again.
    pub(super) fn reloading(&self) {
        self.say(&format!("RELOADING=1\nMONOTONIC_USEC={}", monotonic_micros()));
    }

    /// It was read.
    pub(super) fn reloaded(&self) {
        self.say("READY=1");
    }

    /// The program ends.
    pub(super) fn stopping(&self) {
        self.say("STOPPING=1");
    }

    fn say(&self, text: &str) {
        if let Some(socket) = &self.socket {
            socket.send(text);
        }
    }
}

#[cfg(unix)]
fn monotonic_micros() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    time.tv_sec.saturating_mul(1_000_000).saturating_add(time.tv_nsec / 1_000)
}

#[cfg(not(unix))]
fn monotonic_micros() -> i64 {
    0
}

#[cfg(unix)]
struct Socket {
    from: std::os::unix::net::UnixDatagram,
    to: std::os::unix::net::SocketAddr,
}

#[cfg(unix)]
impl Socket {
    /// A path, or `@` and a name in the abstract namespace of Linux.
    fn open(name: &OsStr) -> Option<Self> {
        use std::os::unix::ffi::OsStrExt as _;
        use std::os::unix::net::{SocketAddr, UnixDatagram};
        let to = match name.as_bytes() {
            #[cfg(target_os = "linux")]
            [b'@', rest @ ..] => {
                use std::os::linux::net::SocketAddrExt as _;
                SocketAddr::from_abstract_name(rest).ok()?
            }
            [b'/', ..] => SocketAddr::from_pathname(name).ok()?,
            _ => return None,
        };
        Some(Self { from: UnixDatagram::unbound().ok()?, to })
    }

    /// Nobody is served by an error here.
    fn send(&self, text: &str) {
        let _ = self.from.send_to_addr(text.as_bytes(), &self.to);
    }
}

#[cfg(not(unix))]
struct Socket;

#[cfg(not(unix))]
impl Socket {
    fn open(_name: &OsStr) -> Option<Self> {
        None
    }

    fn send(&self, _text: &str) {}
}
