//! An encoder of the kind BERT: the vectors of the pieces of a text, step by step mixed with those of the others.

use super::arithmetic::{dot_floats, gelu, normalize, softmax};
use super::file::{BLOCK, BLOCK_BYTES, Flaw, ModelFile, Sizes, Tensors};
use super::matrix::{Matrix, Rounded, unpacked};

pub(super) struct Encoder {
    file: ModelFile,
    /// Where the vectors of the pieces lie in the file.
    words: u64,
    sizes: Sizes,
    positions: Vec<f32>,
    kind: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

struct Linear {
    matrix: Matrix,
    bias: Vec<f32>,
}

struct Layer {
    query: Linear,
    key: Linear,
    value: Linear,
    attention: Linear,
    attention_norm: Norm,
    inner: Linear,
    output: Linear,
    output_norm: Norm,
}

/// Reads tensors by name.
struct Parts<'f> {
    file: &'f ModelFile,
    tensors: &'f Tensors,
    sizes: &'f Sizes,
}

impl Parts<'_> {
    fn norm(&self, name: &str) -> Result<Norm, Flaw> {
        let floats = |part| self.tensors.floats(self.file, &format!("{name}.{part}"), self.sizes.width);
        Ok(Norm { weight: floats("w")?, bias: floats("b")? })
    }

    fn linear(&self, name: &str, rows: usize, columns: usize) -> Result<Linear, Flaw> {
        let bytes = self.tensors.packed(self.file, &format!("{name}.w"), rows * columns)?;
        let bias = self.tensors.floats(self.file, &format!("{name}.b"), rows)?;
        Ok(Linear { matrix: Matrix::new(&bytes, rows, columns)?, bias })
    }

    fn layer(&self, at: usize) -> Result<Layer, Flaw> {
        let Sizes { width, inner, .. } = *self.sizes;
        Ok(Layer {
            query: self.linear(&format!("l{at}.q"), width, width)?,
            key: self.linear(&format!("l{at}.k"), width, width)?,
            value: self.linear(&format!("l{at}.v"), width, width)?,
            attention: self.linear(&format!("l{at}.ao"), width, width)?,
            attention_norm: self.norm(&format!("l{at}.aln"))?,
            inner: self.linear(&format!("l{at}.fi"), inner, width)?,
            output: self.linear(&format!("l{at}.fo"), width, inner)?,
            output_norm: self.norm(&format!("l{at}.oln"))?,
        })
    }
}

impl Linear {
    fn apply(&self, input: &Rounded) -> Vec<f32> {
        self.matrix.multiply(input, &self.bias)
    }
}

impl Norm {
    fn apply(&self, values: &mut [f32], epsilon: f32) {
        for token in values.chunks_exact_mut(self.weight.len()) {
            normalize(token, &self.weight, &self.bias, epsilon);
        }
    }
}

impl Encoder {
    pub fn new(file: ModelFile, sizes: &Sizes, tensors: &Tensors) -> Result<Self, Flaw> {
        let parts = Parts { file: &file, tensors, sizes };
        let width = sizes.width;
        let words = tensors.place(&file, "emb.word", sizes.pieces * width)?;
        let positions = tensors.floats(&file, "emb.pos", sizes.positions * width)?;
        let mut kind = tensors.floats(&file, "emb.type", sizes.kinds * width)?;
        kind.truncate(width);
        let norm = parts.norm("emb.ln")?;
        let layers = (0..sizes.layers).map(|at| parts.layer(at)).collect::<Result<_, _>>()?;
        Ok(Self { words, sizes: *sizes, positions, kind, norm, layers, file })
    }

    /// The sum of the vectors of a text's pieces after the last layer.
    pub fn encode(&self, pieces: &[u32]) -> Result<Vec<f32>, Flaw> {
        let (width, epsilon) = (self.sizes.width, self.sizes.epsilon);
        let mut values = Vec::with_capacity(pieces.len() * width);
        for (piece, position) in pieces.iter().zip(self.positions.chunks_exact(width)) {
            let word = self.word(*piece)?;
            values.extend(word.iter().zip(position).zip(&self.kind).map(|((word, place), kind)| word + place + kind));
        }
        self.norm.apply(&mut values, epsilon);
        for layer in &self.layers {
            let mixed = self.attend(layer, &Rounded::new(&values, width));
            add(&mut values, &layer.attention.apply(&Rounded::new(&mixed, width)));
            layer.attention_norm.apply(&mut values, epsilon);
            let mut inner = layer.inner.apply(&Rounded::new(&values, width));
            for value in &mut inner {
                *value = gelu(*value);
            }
            add(&mut values, &layer.output.apply(&Rounded::new(&inner, self.sizes.inner)));
            layer.output_norm.apply(&mut values, epsilon);
        }
        let mut sum = vec![0.0; width];
        for token in values.chunks_exact(width) {
            add(&mut sum, token);
        }
        Ok(sum)
    }

    /// The values of a vector.
    pub fn width(&self) -> usize {
        self.sizes.width
    }

    fn word(&self, piece: u32) -> Result<Vec<f32>, Flaw> {
        let bytes = (self.sizes.width / BLOCK * BLOCK_BYTES) as u64;
        let word = unpacked(&self.file.bytes(self.words + u64::from(piece) * bytes, bytes)?);
        if word.iter().any(|value| !value.is_finite()) {
            return Err(Flaw::malformed("it has vectors of words that are not finite"));
        }
        Ok(word)
    }

    /// Each token as a mixture of all, by how well they answer it; each head looks at a part of the values.
    fn attend(&self, layer: &Layer, input: &Rounded) -> Vec<f32> {
        let (width, part) = (self.sizes.width, self.sizes.width / self.sizes.heads);
        let (queries, keys, values) = (layer.query.apply(input), layer.key.apply(input), layer.value.apply(input));
        let mut mixed = vec![0.0; queries.len()];
        let tokens = queries.len() / width;
        #[expect(clippy::cast_precision_loss, reason = "it is small")]
        let scale = (part as f32).sqrt().recip();
        let mut shares = vec![0.0; tokens];
        for token in 0..tokens {
            for from in (0..width).step_by(part) {
                let of = |all: &[f32], token: usize| token * width + from..(token * width + from + part).min(all.len());
                let query = &queries[of(&queries, token)];
                for (other, share) in shares.iter_mut().enumerate() {
                    *share = dot_floats(query, &keys[of(&keys, other)]) * scale;
                }
                softmax(&mut shares);
                let target = of(&mixed, token);
                let mixed = &mut mixed[target];
                for (other, share) in shares.iter().enumerate() {
                    for (mixed, value) in mixed.iter_mut().zip(&values[of(&values, other)]) {
                        *mixed += share * value;
                    }
                }
            }
        }
        mixed
    }
}

fn add(to: &mut [f32], values: &[f32]) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += value;
    }
}
