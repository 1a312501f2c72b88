//! The page as extraction sees it: a list of nodes, its blocks, and its metadata.

pub mod blocks;
pub mod element;
pub mod hints;
pub mod json_ld;
pub mod json_parts;
mod link;
pub mod locked;
pub mod roles;
pub mod selected;
pub mod stylesheet;
pub mod surroundings;
pub mod tree;
