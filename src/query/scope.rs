//! Which fields of an article a term is looked for in.

use super::Field;

/// A set of fields, in the order of [`Field::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope(u8);

impl Scope {
    /// Title, summary and text: where a term without a field is looked for.
    pub const BODY: Scope = Scope(0b111);

    pub fn of(field: Field) -> Scope {
        Scope(1 << (field as u8))
    }

    /// Of title, summary and text those that a watch names; without any all three.
    pub fn among(fields: &[Field]) -> Scope {
        let named = fields.iter().fold(0, |bits, field| bits | Scope::of(*field).0) & Scope::BODY.0;
        if named == 0 { Scope::BODY } else { Scope(named) }
    }

    /// Whether author, outlet or address are in it.
    pub fn has_facts(self) -> bool {
        self.0 & 0b11_1000 != 0
    }

    pub fn is_language(self) -> bool {
        self == Scope::of(Field::Lang)
    }

    /// Whether the field of this number, counted from 0, is in it.
    pub fn has(self, number: usize) -> bool {
        number < 7 && self.0 >> number & 1 == 1
    }

    /// The numbers of the first and the last field in it.
    pub fn bounds(self) -> (usize, usize) {
        (self.0.trailing_zeros() as usize, 7 - self.0.leading_zeros() as usize)
    }

    /// Whether a field between the first and the last is not in it.
    pub fn has_gap(self) -> bool {
        let (first, last) = self.bounds();
        self.0.count_ones() as usize != last + 1 - first
    }

    /// For messages: " in the title", " in the title or text"; nothing for the usual three.
    pub fn place(self) -> String {
        if self == Scope::BODY {
            return String::new();
        }
        let names: Vec<&str> =
            Field::ALL.into_iter().enumerate().filter(|(i, _)| self.has(*i)).map(|(_, field)| field.name()).collect();
        format!(" in the {}", names.join(" or "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Scope};

    #[test]
    fn scopes_are_sets_of_fields() {
        assert_eq!(Scope::among(&[]), Scope::BODY);
        let ends = Scope::among(&[Field::Text, Field::Title]);
        assert_eq!((ends.bounds(), ends.has_gap(), ends.has(1)), ((0, 2), true, false));
        assert_eq!(ends.place(), " in the title or text");
        assert_eq!((Scope::BODY.bounds(), Scope::BODY.has_gap()), ((0, 2), false));
        assert_eq!(Scope::of(Field::Url).bounds(), (5, 5));
        assert!(Scope::of(Field::Author).has_facts() && !Scope::BODY.has_facts());
        assert!(Scope::of(Field::Lang).is_language() && !Scope::of(Field::Lang).has_facts());
        for (i, field) in Field::ALL.into_iter().enumerate() {
            assert!(Scope::of(field).has(i), "{field:?}");
        }
    }
}
