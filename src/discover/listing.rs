//! An HTML page with links to articles → items.

use super::{Announced, PageKind, Refusal};
use crate::article::Page;
use jiff::tz::TimeZone;

pub fn read(_page: &Page, _selector: &str, _zone: &TimeZone) -> Result<Announced, Refusal> {
    Ok(Announced::new(PageKind::Listing))
}
