//! `presswatch run`, end to end.

mod coverage;
