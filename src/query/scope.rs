//! The fields of an article that a term is searched in.

use super::Field;

/// A set of fields, in the order of [`Field::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope(u16);

impl Scope {
    /// Title, summary and text: the fields searched for a term without a field.
    pub const BODY: Scope = Scope(0b111);

    pub fn single(field: Field) -> Scope {
        Scope(1 << (field as u16))
    }

    /// Those of title, summary and text that a watch names; all three if it names none.
    pub fn among(fields: &[Field]) -> Scope {
        let named = fields.iter().fold(0, |bits, field| bits | Scope::single(*field).0) & Scope::BODY.0;
        if named == 0 { Scope::BODY } else { Scope(named) }
    }

    /// Whether author, outlet or URL are in the set.
    pub fn has_facts(self) -> bool {
        self.0 & 0b11_1000 != 0
    }

    pub fn is_language(self) -> bool {
        self == Scope::single(Field::Lang)
    }

    /// The field, if it is a fact of the outlet.
    pub fn fact(self) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.is_fact() && self == Scope::single(*field))
    }

    /// Whether the field with this index is in the set.
    pub fn has(self, number: usize) -> bool {
        number < Field::ALL.len() && self.0 >> number & 1 == 1
    }

    /// The indexes of the first and the last field in the set.
    pub fn bounds(self) -> (usize, usize) {
        (self.0.trailing_zeros() as usize, 15 - self.0.leading_zeros() as usize)
    }

    /// Whether a field between the first and the last is missing.
    pub fn has_gap(self) -> bool {
        let (first, last) = self.bounds();
        self.0.count_ones() as usize != last + 1 - first
    }

    /// For messages: " in the title", " in the title or text"; empty for the usual three.
    pub fn description(self) -> String {
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
        assert_eq!(ends.description(), " in the title or text");
        assert_eq!((Scope::BODY.bounds(), Scope::BODY.has_gap()), ((0, 2), false));
        assert_eq!(Scope::single(Field::Url).bounds(), (5, 5));
        assert!(Scope::single(Field::Author).has_facts() && !Scope::BODY.has_facts());
        assert!(Scope::single(Field::Lang).is_language() && !Scope::single(Field::Lang).has_facts());
        assert_eq!((Scope::single(Field::Tier).fact(), Scope::single(Field::Lang).fact()), (Some(Field::Tier), None));
        for (i, field) in Field::ALL.into_iter().enumerate() {
            assert!(Scope::single(field).has(i), "{field:?}");
        }
    }
}
