//! Matrices of 4-bit weights, and their product with the values of tokens.
//!
//! The weights of a row share a factor in blocks of 32. As a multiple of the largest factor of the row (in 255 steps) it makes each weight
//! an integer of 12 bits, and so do the values of a token: then the sums are exact in 32 bits, and a row is multiplied in one loop.

use super::arithmetic::{dot, finite};
use super::file::{BLOCK, BLOCK_BYTES, Flaw};

/// Factors are multiples of a 255th of the largest one.
const FACTOR_STEPS: f32 = 255.0;
/// Values are multiples of a 2047th of the largest one.
const VALUE_STEPS: f32 = 2047.0;
/// So many products fit into 32 bits: 8 · 255 · 2047 · 512 < 2³¹.
const CHUNK: usize = 512;
/// So many rows are multiplied with a token before the next one, while its values are in the cache.
const GROUP: usize = 16;

/// A matrix of weights, row by row.
pub(super) struct Matrix {
    columns: usize,
    /// Two weights a byte: in each block of 16 bytes, the lower halves come first.
    halves: Vec<[u8; BLOCK / 2]>,
    /// The factor of each block.
    factors: Vec<i16>,
    /// By what the sums of each row are multiplied.
    scales: Vec<f32>,
}

/// The values of tokens as integers.
pub(super) struct Rounded {
    columns: usize,
    values: Vec<i16>,
    /// For each token and each chunk of its values.
    scales: Vec<f32>,
}

impl Rounded {
    /// Rounds the values of tokens, so many `columns` each.
    pub fn new(values: &[f32], columns: usize) -> Self {
        let (mut rounded, mut scales) = (Vec::with_capacity(values.len()), Vec::new());
        for chunk in values.chunks_exact(columns.max(1)).flat_map(|token| token.chunks(CHUNK)) {
            let largest = chunk.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
            let steps = finite(VALUE_STEPS / largest);
            rounded.extend(chunk.iter().map(|value| to_integer(value * steps)));
            scales.push(largest / VALUE_STEPS);
        }
        Self { columns, values: rounded, scales }
    }
}

/// The nearest integer of a small number.
#[expect(clippy::cast_possible_truncation, reason = "larger ones than fit become the largest")]
fn to_integer(value: f32) -> i16 {
    // Faster than `round`, which is a call where the processor has no such instruction.
    (value + 0.5_f32.copysign(value)) as i16
}

impl Matrix {
    pub fn new(bytes: &[u8], rows: usize, columns: usize) -> Result<Self, Flaw> {
        let (blocks, _) = bytes.as_chunks::<BLOCK_BYTES>();
        let mut matrix = Self { columns, halves: Vec::new(), factors: Vec::new(), scales: Vec::with_capacity(rows) };
        matrix.halves.reserve(blocks.len());
        matrix.factors.reserve(blocks.len());
        for row in blocks.chunks(columns / BLOCK) {
            let factors: Vec<f32> = row.iter().map(|block| half_float([block[0], block[1]])).collect();
            if factors.iter().any(|factor| !factor.is_finite()) {
                return Err(Flaw::malformed("it has weights that are not finite"));
            }
            let largest = factors.iter().fold(0.0_f32, |largest, factor| largest.max(factor.abs()));
            let steps = if largest > 0.0 { FACTOR_STEPS / largest } else { 0.0 };
            matrix.factors.extend(factors.iter().map(|factor| to_integer(factor * steps)));
            matrix.scales.push(largest / FACTOR_STEPS);
            matrix.halves.extend(row.iter().filter_map(|block| block.last_chunk::<16>()));
        }
        Ok(matrix)
    }

    /// The product with the values of each token, plus the bias.
    pub fn multiply(&self, input: &Rounded, bias: &[f32]) -> Vec<f32> {
        let (rows, columns) = (self.scales.len(), self.columns);
        let chunks = columns.div_ceil(CHUNK);
        let tokens = input.values.len() / input.columns.max(1);
        let mut product = vec![0.0; tokens * rows];
        let mut weights = vec![0_i16; columns * GROUP];
        for first in (0..rows).step_by(GROUP) {
            let group = first..(first + GROUP).min(rows);
            for (row, weights) in group.clone().zip(weights.chunks_exact_mut(columns)) {
                self.unpack(row, weights);
            }
            let tokens = input.values.chunks_exact(columns).zip(input.scales.chunks_exact(chunks));
            for ((values, scales), product) in tokens.zip(product.chunks_exact_mut(rows)) {
                let of_rows = weights.chunks_exact(columns).zip(&self.scales[group.clone()]).zip(&bias[group.clone()]);
                for (((weights, scale), bias), product) in of_rows.zip(&mut product[group.clone()]) {
                    let sums = values.chunks(CHUNK).zip(weights.chunks(CHUNK)).zip(scales);
                    let sum: f32 =
                        sums.map(|((values, weights), scale)| from_integer(dot(values, weights)) * scale).sum();
                    *product = sum * scale + bias;
                }
            }
        }
        product
    }

    /// The weights of a row as integers.
    fn unpack(&self, row: usize, weights: &mut [i16]) {
        let blocks = self.columns / BLOCK;
        let from = row * blocks;
        let halves = &self.halves[from..from + blocks];
        let factors = &self.factors[from..from + blocks];
        for ((weights, halves), factor) in weights.as_chunks_mut::<BLOCK>().0.iter_mut().zip(halves).zip(factors) {
            for (at, byte) in halves.iter().enumerate() {
                weights[at] = (i16::from(byte & 15) - 8) * factor;
                weights[at + BLOCK / 2] = (i16::from(byte >> 4) - 8) * factor;
            }
        }
    }
}

/// A sum as a float; the last bits do not matter.
#[expect(clippy::cast_precision_loss, reason = "the last bits do not matter")]
fn from_integer(sum: i32) -> f32 {
    sum as f32
}

/// The values of packed blocks.
pub(super) fn unpacked(bytes: &[u8]) -> Vec<f32> {
    let mut values = Vec::with_capacity(bytes.len() / BLOCK_BYTES * BLOCK);
    for block in bytes.as_chunks::<BLOCK_BYTES>().0 {
        let [low, high, halves @ ..] = block;
        let factor = half_float([*low, *high]);
        values.extend(halves.iter().map(|byte| (f32::from(byte & 15) - 8.0) * factor));
        values.extend(halves.iter().map(|byte| (f32::from(byte >> 4) - 8.0) * factor));
    }
    values
}

/// A float of 16 bits (IEEE 754, binary16).
fn half_float(bytes: [u8; 2]) -> f32 {
    let bits = u16::from_le_bytes(bytes);
    let (exponent, fraction) = (bits >> 10 & 31, f32::from(bits & 1023));
    let size = match exponent {
        0 => fraction * 2.0_f32.powi(-24),
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2.0_f32.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_floats_have_the_values_of_the_standard() {
        for (bits, value) in [
            (0x0000, 0.0_f32),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65_504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
        ] {
            assert_eq!(half_float(u16::to_le_bytes(bits)).to_bits(), value.to_bits(), "{bits:x}");
        }
        assert!(half_float(u16::to_le_bytes(0x7c00)).is_nan());
    }
}
