//! What a site offers to be polled: its home page and what stands beside it → channels worth having, and a source of them.
//!
//! One file per question: `site` (what is it called?), `places` (where may channels be?), `look` (what does a channel
//! hold?), `links` (which links of the page lead to articles?), `entrances`
//! (where does a page lead that is only a door?), `draft` (which channels make a source?), `dated` (does a URL end with a day?),
//! `obstacle` (what answers in place of a home page?).

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
