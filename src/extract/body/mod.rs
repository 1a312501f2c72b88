//! The text of an article: where on the page it stands, and which of the lines there belong to it.

mod chrome;
mod container;
mod lines;
mod stock;

pub mod around;
pub mod phrases;

pub use lines::{Body, read, whole};
