//! What a site offers to be polled: its home page and what stands beside it → channels worth having, and a source of them.
//!
//! One file per question: `site` (what is it called?), `places` (where may channels be?), `look` (what does a channel
//! hold?), `links` (which links of the page lead to articles?), `entrances`
//! (where does a page lead that is only a door?), `draft` (which channels make a source?).

mod draft;
mod entrances;
mod links;
mod look;
mod merge;
mod places;
mod site;

pub use draft::{Draft, Entry, PageEntry, Probe, draft};
pub use entrances::entrances;
pub use links::{Proposal, propose};
pub use look::Look;
pub use merge::merge;
pub use places::{Hope, Place, common_feeds, common_sitemaps, feeds_of, is_of_comments, nested, sitemaps};
pub use site::{Site, name_of_host};
