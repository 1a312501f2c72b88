//! Whether the lease of this process lives, as far as the process knows.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A lease that was not renewed for so long is not relied upon: another worker may soon have it.
const FRESH: Duration = Duration::from_secs(50);

/// What is known of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeaseState {
    /// It lives.
    Alive,
    /// It was not renewed for a while: the server is away, or this process was suspended.
    Stale,
    /// Another process has it.
    Lost,
}

/// What this process knows of its lease; the thread that renews it writes it down.
#[derive(Debug)]
pub(super) struct Standing {
    /// When it was renewed; `None` once it is lost.
    renewed: Mutex<Option<Instant>>,
}

impl Standing {
    /// That of a lease that was just taken.
    pub(super) fn new() -> Self {
        Self { renewed: Mutex::new(Some(Instant::now())) }
    }

    /// It was renewed by what was sent to the server then.
    pub(super) fn renew(&self, sent: Instant) {
        self.set(Some(sent));
    }

    /// It could not be renewed: it is not relied upon until it is.
    pub(super) fn doubt(&self) {
        let mut renewed = self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = *renewed {
            *renewed = Instant::now().checked_sub(FRESH).or(Some(at));
        }
    }

    /// Another process has it.
    pub(super) fn lose(&self) {
        self.set(None);
    }

    fn set(&self, renewed: Option<Instant>) {
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = renewed;
    }

    pub(super) fn state(&self) -> LeaseState {
        match *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(at) if at.elapsed() < FRESH => LeaseState::Alive,
            Some(_) => LeaseState::Stale,
            None => LeaseState::Lost,
        }
    }
}
