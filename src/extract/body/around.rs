//! Facts about the rest of the page that help to find the text.

/// Facts about the page, for finding the article's text.
#[derive(Debug, Default)]
pub struct Around<'a> {
    /// The node of the headline; `NONE` when unknown.
    pub headline: u32,
    /// The headline.
    pub title: &'a str,
    /// The lead according to the metadata.
    pub description: &'a str,
    /// Elements that hold the part for subscribers, in document order; none is nested in another.
    pub locked: &'a [u32],
    /// Elements matched by the source's `select.text`, in document order.
    pub chosen: &'a [u32],
}
