//! The weight of texts that have bands in common, and how lists of hashes stand in the database.

use std::collections::HashMap;

/// The most texts looked up by one band, the newest: a band of more texts is a common phrase.
pub(super) const MOST_OF_BAND: usize = 20;

/// The weight of a band, divided by the number of texts that have it.
pub(super) const WEIGHT: usize = 1000;

/// The most texts with which a new one is compared, plus one for itself.
const CANDIDATES: usize = 21;

/// The least weight of a candidate's bands: a tenth of that of a unique band.
const LEAST_WEIGHT: usize = 100;

/// The weight of each text of these bands, of each of which at most [`MOST_OF_BAND`] texts count, the first.
pub(super) fn weights(bands: impl Iterator<Item = Vec<i64>>) -> HashMap<i64, usize> {
    let mut weights = HashMap::new();
    for articles in bands {
        let texts = articles.len().min(MOST_OF_BAND);
        for article in articles.into_iter().take(MOST_OF_BAND) {
            *weights.entry(article).or_default() += WEIGHT / texts;
        }
    }
    weights
}

/// The texts with which a new one is compared: those with the most weight, the newest first among equals.
pub(super) fn ranked(weights: HashMap<i64, usize>) -> Vec<i64> {
    let mut hits: Vec<_> = weights.into_iter().filter(|(_, weight)| *weight >= LEAST_WEIGHT).collect();
    hits.sort_unstable_by_key(|(article, weight)| std::cmp::Reverse((*weight, *article)));
    hits.into_iter().take(CANDIDATES).map(|(article, _)| article).collect()
}

/// The bytes of hashes, as they are stored.
pub(super) fn pack(hashes: &[u32]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect()
}

/// The hashes of stored bytes.
pub(super) fn unpack(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|hash| u32::from_le_bytes(*hash)).collect()
}
