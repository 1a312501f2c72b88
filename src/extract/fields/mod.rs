//! The fields of an article, one file each: the rules that may supply it, and how they are ranked.

pub mod access;
pub mod address;
pub mod advertorial;
pub mod author;
pub mod byline;
pub mod findings;
pub mod language;
pub mod outlets;
pub mod published;
pub mod refusal;
pub mod robots;
pub mod section;
pub mod summary;
pub mod title;
pub mod words;
