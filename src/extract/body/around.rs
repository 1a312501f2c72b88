//! What of the rest of a page tells where its text is.

/// What the reader of the text needs to know of the rest of the page.
#[derive(Debug, Default)]
pub struct Around<'a> {
    /// The headline's place, `NONE` when unknown.
    pub headline: u32,
    /// The headline.
    pub title: &'a str,
    /// What meta data give as the lead.
    pub description: &'a str,
    /// Elements that hold the part for subscribers: in order, none inside another.
    pub locked: &'a [u32],
    /// Elements that the source's `select.text` names, in order.
    pub chosen: &'a [u32],
}
