//! `presswatch run`, end to end.

mod coverage;
mod killing;
mod politeness;
