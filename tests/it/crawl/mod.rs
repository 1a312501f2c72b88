//! `presswatch run`, end to end.

mod addresses;
mod announcements;
mod channels;
mod coverage;
mod further_pages;
mod killing;
mod memory;
mod neighbours;
mod one_article;
mod pacing;
mod politeness;
mod queue;
mod refusals;
mod regressions;
mod reservations;
mod robots;
mod states;
mod tolerance;
mod turns;
mod versions;
mod wishes;
