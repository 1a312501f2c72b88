//! When a host may be requested, and what.

mod gate;
mod host;
mod pace;
pub mod robots;
pub mod schedule;
mod tdm;
mod wishes;

pub use gate::{Entered, HostGate};
pub use host::{BackOff, Host, RobotsFile, Rules};
pub use pace::{Pace, Skips};
pub use tdm::{TDM_LONGEST, TDM_PATH, TdmFile, TdmRules};
pub use wishes::{Reservation, Wishes};
