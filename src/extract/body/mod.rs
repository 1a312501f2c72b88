//! The text of an article: where on the page it stands, and which of the lines there belong to it.

mod article_body;
mod captions;
mod chrome;
mod container;
mod lines;

pub mod around;
pub mod phrases;

pub use article_body::{add_live_updates, use_article_body, use_transcript};
pub use captions::use_captions;
pub use lines::{Body, read_body, text_lines};
