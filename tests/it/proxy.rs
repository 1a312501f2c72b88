//! Stands between the program and the server, and does to their connections what networks and restarts do.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use presswatch::database::{DatabaseAddress, ServerAddress, ServerHost};
use tempfile::TempDir;

use crate::engines::Schema;

/// A COMMIT as the driver sends it: a simple query.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// With this message the driver ends each statement that it sends.
const SYNC: &[u8] = b"S\0\0\0\x04";

/// What becomes of a COMMIT that was chosen: the connection ends before it arrives, or before its answer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    Commit,
    Answer,
}

#[derive(Default)]
struct Line {
    is_cut: AtomicBool,
    refused: AtomicUsize,
    commits: AtomicUsize,
    statements: AtomicUsize,
    /// Which COMMIT is lost, and how.
    loss: Mutex<Option<(usize, Loss)>>,
    open: Mutex<Vec<Stream>>,
}

/// A socket beside that of the server.
pub struct Proxy {
    folder: TempDir,
    line: Arc<Line>,
    server: ServerAddress,
}

enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Stream {
    fn open(server: &ServerAddress) -> std::io::Result<Self> {
        match &server.servers()[0] {
            ServerHost::Socket(folder) => {
                UnixStream::connect(folder.join(format!(".s.PGSQL.{}", server.port()))).map(Self::Unix)
            }
            ServerHost::Name(name) => TcpStream::connect((name.as_str(), server.port())).map(Self::Tcp),
        }
    }

    fn copy(&self) -> Self {
        match self {
            Self::Unix(stream) => Self::Unix(stream.try_clone().unwrap()),
            Self::Tcp(stream) => Self::Tcp(stream.try_clone().unwrap()),
        }
    }

    fn close(&self) {
        let _ = match self {
            Self::Unix(stream) => stream.shutdown(Shutdown::Both),
            Self::Tcp(stream) => stream.shutdown(Shutdown::Both),
        };
    }

    fn receive(&mut self, buffer: &mut [u8]) -> usize {
        match self {
            Self::Unix(stream) => stream.read(buffer),
            Self::Tcp(stream) => stream.read(buffer),
        }
        .unwrap_or(0)
    }

    fn send(&mut self, bytes: &[u8]) -> bool {
        match self {
            Self::Unix(stream) => stream.write_all(bytes),
            Self::Tcp(stream) => stream.write_all(bytes),
        }
        .is_ok()
    }
}

impl Proxy {
    /// Before the server for tests. `None` without one.
    pub fn open() -> Option<Self> {
        let url = crate::engines::server()?;
        let Ok(DatabaseAddress::Server(server)) = DatabaseAddress::parse(url.as_ref()) else { return None };
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let line = Arc::new(Line::default());
        let (shared, address) = (Arc::clone(&line), server.clone());
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.is_cut.load(Ordering::SeqCst) {
                    shared.refused.fetch_add(1, Ordering::SeqCst);
                    continue;
                }
                let Ok(server) = Stream::open(&address) else { continue };
                let client = Stream::Unix(client);
                shared.open.lock().unwrap().extend([client.copy(), server.copy()]);
                let is_answer_lost = Arc::new(AtomicBool::new(false));
                let (line, there, lost) =
                    (Arc::clone(&shared), (client.copy(), server.copy()), Arc::clone(&is_answer_lost));
                thread::spawn(move || forward(&line, there.0, there.1, &lost));
                thread::spawn(move || back(server, client, &is_answer_lost));
            }
        });
        Some(Self { folder, line, server: *server })
    }

    /// The URL by which the program comes through here.
    pub fn url(&self, schema: &Schema) -> String {
        let name = schema.url().rsplit("schema=").next().unwrap();
        let (user, database, folder) = (self.server.user(), self.server.name(), self.folder.path().display());
        format!("postgres://{user}@/{database}?host={folder}&schema={name}")
    }

    /// Of the COMMITs from now on, this one is lost.
    pub fn lose(&self, n: usize, loss: Loss) {
        self.line.commits.store(0, Ordering::SeqCst);
        *self.line.loss.lock().unwrap() = Some((n, loss));
    }

    /// Whether the COMMIT that was to be lost came.
    pub fn has_lost(&self) -> bool {
        self.line.loss.lock().unwrap().is_none()
    }

    /// How many prepared statements were run so far.
    pub fn statements(&self) -> usize {
        self.line.statements.load(Ordering::SeqCst)
    }

    /// Ends all connections, and takes none.
    pub fn cut(&self) {
        self.line.is_cut.store(true, Ordering::SeqCst);
        for stream in self.line.open.lock().unwrap().drain(..) {
            stream.close();
        }
    }

    /// How many connections were tried in vain.
    pub fn refused(&self) -> usize {
        self.line.refused.load(Ordering::SeqCst)
    }

    /// Takes connections again.
    pub fn mend(&self) {
        self.line.is_cut.store(false, Ordering::SeqCst);
    }
}

/// From the program to the server.
fn forward(line: &Line, mut client: Stream, mut server: Stream, is_answer_lost: &AtomicBool) {
    let mut buffer = vec![0; 65_536];
    loop {
        let length = client.receive(&mut buffer);
        let bytes = &buffer[..length];
        let ended = bytes.windows(SYNC.len()).filter(|window| *window == SYNC).count();
        line.statements.fetch_add(ended, Ordering::SeqCst);
        if bytes.windows(COMMIT.len()).any(|window| window == COMMIT) {
            let number = line.commits.fetch_add(1, Ordering::SeqCst) + 1;
            match line.loss.lock().unwrap().take_if(|(n, _)| *n == number) {
                Some((_, Loss::Commit)) => {
                    client.close();
                    server.close();
                    return;
                }
                Some((_, Loss::Answer)) => is_answer_lost.store(true, Ordering::SeqCst),
                None => {}
            }
        }
        if length == 0 || !server.send(bytes) {
            client.close();
            server.close();
            return;
        }
    }
}

/// From the server to the program.
fn back(mut server: Stream, mut client: Stream, is_answer_lost: &AtomicBool) {
    let mut buffer = vec![0; 65_536];
    loop {
        let length = server.receive(&mut buffer);
        if length == 0 || is_answer_lost.load(Ordering::SeqCst) || !client.send(&buffer[..length]) {
            client.close();
            server.close();
            return;
        }
    }
}
