//! A file has one run at a time: nothing is shared, and nothing has to be claimed.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::SqliteStore;
use crate::decide::KnownChannel;
use crate::error::Error;
use crate::model::RunId;
use crate::politeness::{Host, HostGate};
use crate::store::fleet::{Claim, FleetUnits, LaneQueue, SharedTurn};

impl FleetUnits for SqliteStore {
    fn is_shared(&self) -> bool {
        false
    }

    fn gate(&self) -> Option<Arc<dyn HostGate>> {
        None
    }

    fn confirm_hold(&self, _: &str) -> Result<(), Error> {
        Ok(())
    }

    fn take_turn(&self, _: SharedTurn) -> Result<bool, Error> {
        // A transaction that writes is alone.
        Ok(true)
    }

    fn claim(&self, _: &Claim) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    fn claim_named(&self, _: &[String]) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    fn release(&self, _: &str, _: Duration, _: bool) -> Result<bool, Error> {
        Ok(true)
    }

    fn next_free(&self, _: Timestamp) -> Result<Option<Duration>, Error> {
        Ok(None)
    }

    fn hosts_at(&self, _: &[String]) -> Result<Vec<Host>, Error> {
        Ok(Vec::new())
    }

    fn due_at(&self, _: RunId, _: Timestamp, _: bool, _: &[String]) -> Result<Vec<KnownChannel>, Error> {
        Ok(Vec::new())
    }

    fn queues_at(&self, _: Timestamp, _: bool, _: &[String], _: &[String]) -> Result<Vec<LaneQueue>, Error> {
        Ok(Vec::new())
    }
}
