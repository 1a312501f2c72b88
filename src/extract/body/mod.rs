//! Finds an article's text: the elements that contain it, and the lines of them that belong to it.

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
