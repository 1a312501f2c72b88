//! Untrusted text: cleaning, folding, splitting into words, conversion from markup.
//!
//! One file per subject, independent of where a text comes from and what it is used for.

pub mod clean;
#[cfg(test)]
pub mod corpora;
pub mod count;
pub mod cut;
pub mod entities;
pub mod fold;
#[cfg(test)]
pub mod growth;
pub mod headline;
pub mod markup;
pub mod seam;
pub mod spelling;
mod stack;
pub mod suggest;
pub mod visible;
pub mod words;
