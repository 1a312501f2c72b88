//! The signals of a program that runs until somebody ends it.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use super::{GRACE, Stop, client};
use crate::error::Error;

/// What somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM, or Ctrl-C: end.
    Stop,
    /// SIGHUP: read the configuration again.
    Reload,
}

/// The signals as they come.
pub struct Signals {
    signals: Receiver<Signal>,
    stop: Stop,
}

impl Signals {
    /// From now on, signals are heard. SIGTERM and Ctrl-C end the requests that are under way; if something holds the program up, `exit` is
    /// called within two seconds.
    pub fn listen(exit: fn()) -> Result<Self, Error> {
        let failed = |e: std::io::Error| Error::failed(format!("could not listen for signals: {e}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (sender, signals) = mpsc::channel();
        let stop = Stop::default();
        let of_thread = stop.clone();
        // Registered before anybody is notified that the program is ready.
        let reload = runtime.block_on(async { Reload::new() });
        std::thread::spawn(move || {
            runtime.block_on(async move {
                let reloading = sender.clone();
                tokio::spawn(async move {
                    let mut reload = reload;
                    while reload.come().await {
                        let _ = reloading.send(Signal::Reload);
                    }
                });
                client::signal().await;
                of_thread.set();
                let _ = sender.send(Signal::Stop);
                tokio::time::sleep(GRACE).await;
                exit();
            });
        });
        Ok(Self { signals, stop })
    }

    /// What ends the requests of a run.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The next signal; `None` when none came for so long.
    pub fn next(&self, wait: Duration) -> Option<Signal> {
        match self.signals.recv_timeout(wait) {
            Ok(signal) => Some(signal),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Signal::Stop),
        }
    }
}

#[cfg(unix)]
struct Reload(Option<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Reload {
    fn new() -> Self {
        Self(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok())
    }

    async fn come(&mut self) -> bool {
        match &mut self.0 {
            Some(signal) => signal.recv().await.is_some(),
            None => false,
        }
    }
}

#[cfg(not(unix))]
struct Reload;

#[cfg(not(unix))]
impl Reload {
    fn new() -> Self {
        Self
    }

    async fn come(&mut self) -> bool {
        false
    }
}
