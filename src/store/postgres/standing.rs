//! Whether the lease of this process lives, as far as the process knows.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::store::fleet::WallClock;

/// A lease that was not renewed for so long is not relied upon: another worker may soon have it.
const FRESH: Duration = Duration::from_secs(50);

/// What is known of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeaseState {
    /// It lives.
    Alive,
    /// It was not renewed for a while: the server is away, or this process or its machine was suspended.
    Stale,
    /// Another process has it.
    Lost,
}

/// What both clocks showed at one moment. The steady one does not count the time for which the machine sleeps, and the one on the wall may be set back.
#[derive(Debug, Clone, Copy)]
pub(super) struct BothClocks {
    steady: Instant,
    wall: Timestamp,
}

/// What was last heard of a lease.
#[derive(Debug, Clone, Copy)]
enum LastWord {
    /// It was renewed by what was sent to the server then.
    Renewed(BothClocks),
    /// It could not be renewed.
    Doubted,
    /// Another process has it.
    Lost,
}

/// What this process knows of its lease; the thread that renews it writes it down.
pub(super) struct Standing {
    wall: WallClock,
    last: Mutex<LastWord>,
}

impl fmt::Debug for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Standing").field(&self.state()).finish()
    }
}

impl Standing {
    /// That of a lease that was just taken.
    pub(super) fn new(wall: WallClock) -> Self {
        let now = BothClocks { steady: Instant::now(), wall: wall() };
        Self { wall, last: Mutex::new(LastWord::Renewed(now)) }
    }

    /// Now.
    pub(super) fn now(&self) -> BothClocks {
        BothClocks { steady: Instant::now(), wall: (self.wall)() }
    }

    /// It was renewed by what was sent to the server then.
    pub(super) fn renew(&self, sent: BothClocks) {
        self.set(LastWord::Renewed(sent));
    }

    /// It could not be renewed: it is not relied upon until it is.
    pub(super) fn doubt(&self) {
        if self.state() != LeaseState::Lost {
            self.set(LastWord::Doubted);
        }
    }

    /// Another process has it.
    pub(super) fn lose(&self) {
        self.set(LastWord::Lost);
    }

    fn set(&self, last: LastWord) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }

    pub(super) fn state(&self) -> LeaseState {
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match last {
            LastWord::Renewed(at) if at.steady.elapsed() < FRESH && self.is_fresh_by_wall(at) => LeaseState::Alive,
            LastWord::Renewed(_) | LastWord::Doubted => LeaseState::Stale,
            LastWord::Lost => LeaseState::Lost,
        }
    }

    fn is_fresh_by_wall(&self, at: BothClocks) -> bool {
        (self.wall)().duration_since(at.wall) < SignedDuration::try_from(FRESH).unwrap_or(SignedDuration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[test]
    fn a_lease_is_not_relied_upon_after_the_machine_slept() {
        let seconds = Arc::new(AtomicI64::new(1_000_000));
        let shown = Arc::clone(&seconds);
        let standing = Standing::new(Arc::new(move || Timestamp::from_second(shown.load(Ordering::Relaxed)).unwrap()));
        let passes = |by: i64| seconds.fetch_add(by, Ordering::Relaxed);
        passes(49);
        assert_eq!(standing.state(), LeaseState::Alive);
        // The steady clock stood still meanwhile.
        passes(1);
        assert_eq!(standing.state(), LeaseState::Stale);
        standing.renew(standing.now());
        assert_eq!(standing.state(), LeaseState::Alive);
        // A clock that is set back says nothing.
        passes(-3_600);
        assert_eq!(standing.state(), LeaseState::Alive);
        standing.doubt();
        assert_eq!(standing.state(), LeaseState::Stale);
        standing.lose();
        standing.doubt();
        assert_eq!(standing.state(), LeaseState::Lost);
    }
}
