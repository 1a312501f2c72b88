//! Discovers the channels of a site, starting from its home page, and proposes a source.
//!
//! One file per question: `home_page` (what is the site called?), `places` (where may channels be?), `look` (what does
//! a channel contain?), `links` (which links of the page lead to articles?), `entrances` (which home pages are behind
//! an entrance page?), `draft` (which channels make a source?), `dated` (does a URL contain a date?), `obstacle` (what
//! is served instead of a home page?), `merge` (which feeds belong to one site?).

mod dated;
mod draft;
mod entrances;
mod home_page;
mod links;
mod look;
mod merge;
mod obstacle;
mod places;

pub use dated::has_date;
pub use draft::{Draft, NotedUrl, PageEntry, Probe, draft};
pub use entrances::entrances;
pub use home_page::{Site, name_of_host};
pub use links::{Proposal, propose};
pub use look::Look;
pub use merge::merge;
pub use obstacle::{Obstacle, obstacle};
pub use places::{
    COMMON_PATH, ChannelPlace, Hope, common_feeds, common_sitemaps, feeds_of, is_of_comments, nested, profile_feeds,
    sitemaps,
};
