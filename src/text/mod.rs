//! Untrusted text: cleaned, folded, split into words, read from markup.
//!
//! One file a subject; nothing here knows where a text comes from or what becomes of it.

pub mod clean;
pub mod cut;
pub mod entities;
pub mod fold;
pub mod markup;
pub mod spelling;
pub mod words;
