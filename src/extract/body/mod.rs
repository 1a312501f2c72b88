//! The text of an article: where on the page it stands, and which of the lines there belong to it.

mod article_body;
mod chrome;
mod container;
mod lines;

pub mod around;
pub mod phrases;

pub use article_body::use_article_body;
pub use lines::{Body, read_body, text_lines};
