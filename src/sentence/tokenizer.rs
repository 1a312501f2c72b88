//! Cuts a text into the pieces of words that a model knows, as `SentencePiece` does for its unigram models.
//!
//! Of all ways to cut a text, that with the largest sum of scores is chosen. The pieces lie sorted, so that those that continue a text
//! letter by letter are a range that becomes smaller and smaller.

use unicode_normalization::UnicodeNormalization;

use super::MOST_CHARACTERS;
use super::file::{Flaw, Vocabulary};

/// What stands for the blank before a word.
const BLANK: char = '▁';
/// No piece of words is longer, in bytes: this bounds the time that a text takes.
const LONGEST_PIECE: u32 = 256;
/// An unknown character costs so much more than the rarest piece.
const UNKNOWN_COST: f32 = 10.0;

pub(super) struct Tokenizer {
    vocabulary: Vocabulary,
    /// The numbers of the pieces in the order of their texts.
    sorted: Vec<u32>,
    unknown_score: f32,
}

impl Tokenizer {
    /// `vectors`: the number of pieces that have a vector.
    pub fn new(vocabulary: Vocabulary, vectors: usize) -> Result<Self, Flaw> {
        let count = vocabulary.scores.len();
        let is_sound = vocabulary.offsets.is_sorted()
            && vocabulary.offsets.last().is_some_and(|end| *end as usize <= vocabulary.text.len())
            && vocabulary.offsets.windows(2).all(|two| two[1] - two[0] <= LONGEST_PIECE)
            && vocabulary.scores.iter().all(|score| score.is_finite())
            && (1..=vectors).contains(&count)
            && [vocabulary.begin, vocabulary.end, vocabulary.padding, vocabulary.unknown]
                .iter()
                .all(|piece| (*piece as usize) < count);
        if !is_sound {
            return Err(Flaw::malformed("its table of words is damaged"));
        }
        let special = [vocabulary.begin, vocabulary.end, vocabulary.padding, vocabulary.unknown];
        let mut sorted: Vec<u32> = (0..u32::try_from(count).unwrap_or_default())
            .filter(|piece| !special.contains(piece) && !piece_text(&vocabulary, *piece).is_empty())
            .collect();
        sorted.sort_unstable_by_key(|piece| piece_text(&vocabulary, *piece));
        let lowest = vocabulary.scores.iter().copied().fold(0.0, f32::min);
        Ok(Self { vocabulary, sorted, unknown_score: lowest - UNKNOWN_COST })
    }

    /// The pieces of a text, between that for its beginning and that for its end; at most so many of its own.
    pub fn pieces(&self, text: &str, most: usize) -> Vec<u32> {
        let text = self.normalized(text);
        // For each place in the text the best way to it: its score, where its last piece begins, and which it is.
        let mut ways: Vec<Option<(f32, usize, u32)>> = vec![None; text.len() + 1];
        for (from, character) in text.char_indices() {
            let score = if from == 0 { 0.0 } else { ways[from].map_or(f32::NEG_INFINITY, |(score, ..)| score) };
            let mut offer = |to: usize, piece: u32, gain: f32| {
                let way = &mut ways[to];
                if way.is_none_or(|(known, ..)| score + gain > known) {
                    *way = Some((score + gain, from, piece));
                }
            };
            for (length, piece) in self.beginning(&text[from..]) {
                offer(from + length, piece, self.vocabulary.scores[piece as usize]);
            }
            offer(from + character.len_utf8(), self.vocabulary.unknown, self.unknown_score);
        }
        let mut pieces = Vec::new();
        let mut at = text.len();
        while let Some((_, from, piece)) = ways[at].filter(|_| at > 0) {
            pieces.push(piece);
            at = from;
        }
        pieces.reverse();
        pieces.truncate(most);
        pieces.insert(0, self.vocabulary.begin);
        pieces.push(self.vocabulary.end);
        pieces
    }

    /// The pieces with which a text begins, and their lengths.
    fn beginning(&self, text: &str) -> Vec<(usize, u32)> {
        let mut found = Vec::new();
        let mut range = self.sorted.as_slice();
        for (depth, byte) in text.bytes().enumerate() {
            let next = |piece: &u32| piece_text(&self.vocabulary, *piece).get(depth).copied();
            let from = range.partition_point(|piece| next(piece) < Some(byte));
            range = &range[from..];
            range = &range[..range.partition_point(|piece| next(piece) == Some(byte))];
            let Some(first) = range.first() else { break };
            if piece_text(&self.vocabulary, *first).len() == depth + 1 && text.is_char_boundary(depth + 1) {
                found.push((depth + 1, *first));
            }
        }
        found
    }

    /// A text with the characters that the model knows, and one sign before each word.
    fn normalized(&self, text: &str) -> String {
        let replaced = &self.vocabulary.replaced;
        let text: String = text.nfc().fold(String::with_capacity(text.len()), |mut text, character| {
            match replaced.get(&character) {
                Some(others) => text.push_str(others),
                None => text.push(character),
            }
            text
        });
        let text = text.split_whitespace().fold(String::with_capacity(text.len() + 9), |mut all, word| {
            all.push(BLANK);
            all.push_str(word);
            all
        });
        // A character may be replaced by many.
        text.chars().take(2 * MOST_CHARACTERS).collect()
    }
}

fn piece_text(vocabulary: &Vocabulary, piece: u32) -> &[u8] {
    let at = piece as usize;
    match (vocabulary.offsets.get(at), vocabulary.offsets.get(at + 1)) {
        (Some(from), Some(to)) => vocabulary.text.get(*from as usize..*to as usize).unwrap_or_default(),
        _ => &[],
    }
}
