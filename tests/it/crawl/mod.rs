//! `presswatch run`, end to end.

mod coverage;
mod killing;
mod neighbours;
mod politeness;
