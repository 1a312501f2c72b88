//! Which form of a text a number takes, by the rule of its language.

use serde::Deserialize;

/// A text with `{n}` for the number, unless the number is shown beside it. Only a rule selects a form.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// Singular.
    one: &'static str,
    /// The form of languages with two plurals, such as Polish: "2 artykuły".
    few: Option<&'static str>,
    /// Plural; "5 artykułów".
    many: &'static str,
}

/// The numbers that take each form. All others take `many`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plural {
    /// Those of the singular.
    one: Numbers,
    /// Those of the form `few`. Without them, the language has two forms.
    few: Option<Numbers>,
}

/// A set of numbers, in the terms of the plural rules of CLDR.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Numbers {
    /// These numbers.
    exactly: Vec<u64>,
    /// Those with one of these last digits.
    last: Vec<u64>,
    /// Those whose last two digits are one of these.
    last_two: Vec<u64>,
    /// Exceptions to the two above, by the last two digits.
    not_last_two: Vec<u64>,
}

impl Plural {
    /// The form of a text that this number takes.
    pub fn form(&self, n: u64, text: &Counted) -> &'static str {
        if self.one.contains(n) {
            return text.one;
        }
        let is_few = self.few.as_ref().is_some_and(|few| few.contains(n));
        text.few.filter(|_| is_few).unwrap_or(text.many)
    }

    /// Whether the texts of the language need the form `few`.
    #[cfg(test)]
    pub(super) fn has_few(&self) -> bool {
        self.few.is_some()
    }
}

impl Numbers {
    fn contains(&self, n: u64) -> bool {
        let (last, last_two) = (n % 10, n % 100);
        self.exactly.contains(&n)
            || (self.last.contains(&last) || self.last_two.contains(&last_two))
                && !self.not_last_two.contains(&last_two)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;

    /// The forms of these numbers by a rule, as `one`, `few` or `many`.
    fn forms<const N: usize>(rule: &str, numbers: [u64; N]) -> [&'static str; N] {
        let rule: Plural = toml::from_str(rule).unwrap();
        let text = Counted { one: "one", few: Some("few"), many: "many" };
        numbers.map(|n| rule.form(n, &text))
    }

    /// The samples are those of CLDR's plural rules for whole numbers (<https://cldr.unicode.org>).
    #[test]
    fn the_rules_of_languages_can_be_written() {
        let polish = "one = { exactly = [1] }\nfew = { last = [2, 3, 4], not_last_two = [12, 13, 14] }";
        for (form, numbers) in [
            ("one", &[1][..]),
            ("few", &[2, 3, 4, 22, 23, 24, 32, 62, 102, 122, 1002]),
            ("many", &[0, 5, 9, 10, 11, 12, 13, 14, 19, 20, 21, 25, 31, 100, 101, 111, 112, 113, 212, 1000, 1_000_000]),
        ] {
            for n in numbers {
                assert_eq!(forms(polish, [*n]), [form], "Polish: {n}");
            }
        }
        let czech = "one = { exactly = [1] }\nfew = { exactly = [2, 3, 4] }";
        assert_eq!(
            forms(czech, [0, 1, 2, 4, 5, 12, 22, 102]),
            ["many", "one", "few", "few", "many", "many", "many", "many"]
        );
        let russian =
            "one = { last = [1], not_last_two = [11] }\nfew = { last = [2, 3, 4], not_last_two = [12, 13, 14] }";
        assert_eq!(
            forms(russian, [0, 1, 11, 21, 101, 111, 2, 14, 24]),
            ["many", "one", "many", "one", "one", "many", "few", "many", "few"]
        );
        let romanian = "one = { exactly = [1] }\nfew = { exactly = [0], last_two = [1, 2, 3, 19] }";
        assert_eq!(forms(romanian, [0, 1, 2, 19, 20, 101, 120]), ["few", "one", "few", "few", "many", "few", "many"]);
        let french = "one = { exactly = [0, 1] }";
        assert_eq!(forms(french, [0, 1, 2, 10]), ["one", "one", "many", "many"]);
    }

    #[test]
    fn a_text_without_the_form_few_is_printed_as_many() {
        let rule: Plural = toml::from_str("one = { exactly = [1] }\nfew = { exactly = [2] }").unwrap();
        assert_eq!(rule.form(2, &Counted { one: "one", few: None, many: "many" }), "many");
    }
}
