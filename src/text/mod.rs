//! Untrusted text: cleaned, folded, split into words, read from markup.
//!
//! One file a subject; nothing here knows where a text comes from or what becomes of it.

pub mod clean;
pub mod count;
pub mod cut;
pub mod entities;
pub mod fold;
pub mod headline;
pub mod markup;
pub mod seam;
pub mod spelling;
mod stack;
pub mod suggest;
pub mod visible;
pub mod words;
