//! The vector of a text, in few bytes.

/// How values are written: each as one character, in the order of their size.
const DIGITS: &[u8; 63] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+";
/// The largest value; the smallest is its negative.
const LARGEST: i8 = 31;
/// A vector has at most so many values.
const MOST_VALUES: usize = 1_024;

/// The vector of a text and the model that computed it: vectors of different models have nothing in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentenceVector {
    model: String,
    values: Vec<i8>,
    /// The sum of the squares.
    square: i32,
}

impl SentenceVector {
    /// Rounds the values of a vector; its length does not matter. `model`: the fingerprint of the model.
    pub fn new(model: &str, values: &[f32]) -> Self {
        let largest = values.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let steps = super::arithmetic::finite(f32::from(LARGEST) / largest);
        #[expect(clippy::cast_possible_truncation, reason = "they are in range")]
        let values = values.iter().take(MOST_VALUES).map(|value| (value * steps).round() as i8).collect();
        Self::of_values(model, values)
    }

    fn of_values(model: &str, values: Vec<i8>) -> Self {
        let square = dot(&values, &values);
        Self { model: model.to_owned(), values, square }
    }

    /// The fingerprint of the model.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Its values, brought to the length 1.
    pub fn unit_values(&self) -> Vec<f32> {
        #[expect(clippy::cast_precision_loss, reason = "it is small")]
        let length = (self.square.max(1) as f32).sqrt();
        self.values.iter().map(|value| f32::from(*value) / length).collect()
    }

    /// The cosine of two vectors of one model.
    pub fn cosine(&self, other: &Self) -> Option<f64> {
        let is_comparable =
            self.model == other.model && self.values.len() == other.values.len() && self.square > 0 && other.square > 0;
        let lengths = (f64::from(self.square) * f64::from(other.square)).sqrt();
        is_comparable.then(|| f64::from(dot(&self.values, &other.values)) / lengths)
    }

    /// Its values as text of letters, digits and plus signs.
    pub fn values_text(&self) -> String {
        let digit = |value: &i8| usize::try_from(value.saturating_add(LARGEST)).ok().and_then(|at| DIGITS.get(at));
        self.values.iter().map(|value| char::from(digit(value).copied().unwrap_or(b'A'))).collect()
    }

    /// The vector of a model with these values; `None` if the text is none that [`Self::values_text`] wrote.
    pub fn from_text(model: &str, values: &str) -> Option<Self> {
        if values.is_empty() || values.len() > MOST_VALUES || model.is_empty() {
            return None;
        }
        let value = |byte: u8| i8::try_from(DIGITS.iter().position(|digit| *digit == byte)?).ok();
        let values: Option<Vec<i8>> = values.bytes().map(|byte| Some(value(byte)? - LARGEST)).collect();
        Some(Self::of_values(model, values?))
    }
}

/// At most 1,024 times 31², which fits.
fn dot(a: &[i8], b: &[i8]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn vectors_survive_being_stored() {
        let vector = SentenceVector::new("abc", &[0.5, -1.0, 0.0, 0.26]);
        assert_eq!(vector.values_text(), "vAfn");
        assert_eq!(SentenceVector::from_text("abc", "vAfn").unwrap(), vector);
        for text in ["", "v-fn", "é", &"A".repeat(1_025)] {
            assert_eq!(SentenceVector::from_text("abc", text), None, "{text}");
        }
        assert_eq!(SentenceVector::from_text("", "vAfn"), None);
    }

    #[test]
    fn only_vectors_of_one_model_are_compared() {
        let vector = |model, values: &[f32]| SentenceVector::new(model, values);
        let cosine = vector("a", &[3.0, 4.0]).cosine(&vector("a", &[4.0, 3.0])).unwrap();
        assert!((cosine - 0.96).abs() < 0.01, "{cosine}");
        assert!((vector("a", &[2.0, 0.0]).cosine(&vector("a", &[1.0, 0.0])).unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(vector("a", &[1.0]).cosine(&vector("b", &[1.0])), None);
        assert_eq!(vector("a", &[1.0]).cosine(&vector("a", &[1.0, 0.0])), None);
        assert_eq!(vector("a", &[0.0]).cosine(&vector("a", &[1.0])), None);
    }
}
