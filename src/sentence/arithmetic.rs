//! Sums and functions of floats and integers, written so that compilers make vector instructions of them.

use std::f32::consts::LOG2_E;

/// The sum of the products of two lists of integers. Many short sums side by side, because these become vectors.
#[inline]
pub(super) fn dot(a: &[i16], b: &[i16]) -> i32 {
    let mut sums = [0_i32; 32];
    for (a, b) in a.as_chunks::<32>().0.iter().zip(b.as_chunks::<32>().0) {
        for lane in 0..32 {
            sums[lane] += i32::from(a[lane]) * i32::from(b[lane]);
        }
    }
    sums.iter().sum()
}

/// The sum of the products of two lists of floats.
pub fn dot_floats(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum::<f32>() + rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum::<f32>()
}

/// The exponential function for numbers of at most 0, with an error below one in a million.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the exponent is between 1 and 127")]
pub(super) fn exp_of_negative(x: f32) -> f32 {
    let power = (x * LOG2_E).max(-126.0);
    let whole = (power - 0.5) as i32;
    #[expect(clippy::cast_precision_loss, reason = "it is small")]
    let rest = (power - whole as f32) * std::f32::consts::LN_2;
    // The series of the exponential function, for |rest| < 0.35.
    let series = 1.0
        + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0 + rest * (1.0 / 120.0 + rest / 720.0)))));
    series * f32::from_bits(((whole + 127) as u32) << 23)
}

/// The activation function "GELU": x · Φ(x), with the error function of Abramowitz and Stegun, 7.1.28 (error below 3 in ten million).
pub(super) fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let root = 1.0
        + z * (0.070_523_08
            + z * (0.042_282_01
                + z * (0.009_270_527 + z * (0.000_152_014_3 + z * (0.000_276_567_2 + z * 0.000_043_063_8)))));
    let tail = root.powi(16).recip();
    let error_function = (1.0 - tail).copysign(x);
    0.5 * x * (1.0 + error_function)
}

/// Turns values into their shares, by their exponentials.
pub(super) fn softmax(values: &mut [f32]) {
    let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for value in &mut *values {
        *value = exp_of_negative(*value - largest);
    }
    let sum: f32 = values.iter().sum();
    for value in values {
        *value /= sum;
    }
}

/// Brings the values of a token to the mean 0 and the variance 1, then to the learnt ones.
pub(super) fn normalize(values: &mut [f32], weight: &[f32], bias: &[f32], epsilon: f32) {
    let mean = mean(values);
    for value in &mut *values {
        *value -= mean;
    }
    let variance = dot_floats(values, values) / count(values);
    let factor = (variance + epsilon).max(f32::MIN_POSITIVE).sqrt().recip();
    for ((value, weight), bias) in values.iter_mut().zip(weight).zip(bias) {
        *value = *value * factor * weight + bias;
    }
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / count(values)
}

#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn count(values: &[f32]) -> f32 {
    values.len().max(1) as f32
}

/// What values are multiplied by; all become 0 where they are too small for it.
pub(super) fn finite(steps: f32) -> f32 {
    if steps.is_finite() { steps } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(one: f32, other: f32) -> bool {
        (one - other).abs() <= 2e-6 * other.abs().max(1.0)
    }

    /// Against Python's `math`.
    #[test]
    fn functions_have_their_values() {
        for (x, expected) in [
            (0.0, 1.0),
            (-0.1, 0.904_837_4),
            (-1.0, 0.367_879_44),
            (-5.5, 0.004_086_771_4),
            (-20.0, 2.061_153_6e-9),
            (-1000.0, 0.0),
        ] {
            assert!(is_near(exp_of_negative(x), expected), "exp({x}) = {}", exp_of_negative(x));
        }
        for (x, expected) in [
            (0.0, 0.0),
            (1.0, 0.841_344_7),
            (-1.0, -0.158_655_25),
            (0.3, 0.185_373_42),
            (-2.5, -0.015_524_16),
            (4.0, 3.999_873_2),
            (-9.0, 0.0),
            (9.0, 9.0),
        ] {
            assert!(is_near(gelu(x), expected), "gelu({x}) = {}", gelu(x));
        }
    }

    #[test]
    fn shares_and_normalised_values() {
        let mut values = [1.0, 2.0, 3.0];
        softmax(&mut values);
        assert!(values.iter().zip([0.090_030_57, 0.244_728_48, 0.665_240_94]).all(|(one, other)| is_near(*one, other)));
        let mut values = [1.0, 2.0, 3.0, 6.0];
        normalize(&mut values, &[1.0, 1.0, 2.0, 1.0], &[0.0, 0.5, 0.0, 0.0], 0.0);
        let expected = [-1.069_045, -0.034_522_5, 0.0, 1.603_567_5];
        assert!(values.iter().zip(expected).all(|(one, other)| is_near(*one, other)), "{values:?}");
    }

    #[test]
    fn products_of_lists() {
        let a: Vec<i16> = (0..64).collect();
        assert_eq!(dot(&a, &a), 85_344);
        let b: Vec<f32> = (0_u8..10).map(f32::from).collect();
        assert!(is_near(dot_floats(&b, &b), 285.0));
    }
}
