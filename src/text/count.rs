//! Counts with the English singular or plural.

use std::fmt::Display;

/// "1 feed", "2 feeds".
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(n: N, one: &str, many: &str) -> String {
    let what = if n == N::from(1) { one } else { many };
    format!("{n} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_takes_the_singular() {
        assert_eq!([0_u32, 1, 2].map(|n| counted(n, "entry", "entries")), ["0 entries", "1 entry", "2 entries"]);
    }
}
