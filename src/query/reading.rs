//! An article split into words once, with the positions of every atom.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;

use super::atoms::{Atom, Atoms};
use super::scope::Scope;
use super::sentences::{Sentence, sentences};
use super::{Document, Field, primary, stem};
use crate::text::fold::{fold, fold_into};
use crate::text::spelling::{JoinedWords, OtherSpelling, WordJoiner, other_spellings};
use crate::text::words::{address_words, each_word};

/// The fields with words, in the order in which their words are numbered.
const FIELDS: [Field; 6] = [Field::Title, Field::Summary, Field::Text, Field::Author, Field::Outlet, Field::Url];

/// A text of this many bytes repeats most of its words.
const LONG: usize = 30_000;

/// The words from `first` to `last`, numbered across all fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Span {
    pub first: u32,
    pub last: u32,
}

#[derive(Debug)]
pub(super) struct DocumentReading<'a> {
    pub document: &'a Document<'a>,
    /// The language code; empty when unknown.
    pub language: String,
    /// The byte range of each word within its field.
    words: Vec<Range<u32>>,
    /// For each of `FIELDS`, the number of the word after its last.
    ends: [u32; 6],
    /// The positions of atoms: sorted by atom, then by position.
    postings: Vec<(Atom, u32)>,
    /// Spans of several words that form one atom (`O.N.U.`): sorted, mostly empty.
    joined: Vec<(Atom, Span)>,
    /// For each word, the number of characters before it in its field.
    characters: OnceCell<Vec<u32>>,
    /// The letters and digits of the title, folded.
    pub title_key: OnceCell<String>,
    text_sentences: OnceCell<Vec<Sentence>>,
    summary_sentences: OnceCell<Vec<Sentence>>,
}

impl<'a> DocumentReading<'a> {
    /// `facts`: whether any watch searches author, outlet or URL.
    pub fn new(document: &'a Document<'a>, atoms: &Atoms, facts: bool) -> DocumentReading<'a> {
        let language = primary(document.language);
        let algorithm = stem::algorithm(&language);
        let mut reading = DocumentReading {
            document,
            language,
            words: Vec::with_capacity(document.text.len() / 6),
            ends: [0; 6],
            postings: Vec::new(),
            joined: Vec::new(),
            characters: OnceCell::new(),
            title_key: OnceCell::new(),
            text_sentences: OnceCell::new(),
            summary_sentences: OnceCell::new(),
        };
        let mut folded = String::new();
        // Remember the atoms of each word as ranges in `known`, if a repeated lookup would cost more: because words are
        // stemmed or certain to repeat.
        let remember = atoms.has_stems() || document.text.len() > LONG;
        let mut memo: HashMap<&str, Range<usize>> = HashMap::new();
        let mut known: Vec<Atom> = Vec::new();
        for (i, field) in FIELDS.into_iter().enumerate() {
            let text = document.field(field);
            let mut joiner = WordJoiner::default();
            let before = u32::try_from(reading.words.len()).unwrap_or(u32::MAX);
            let add_joined = |run: JoinedWords, joined: &mut Vec<(Atom, Span)>| {
                let place = |at: usize| before.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                let span = Span { first: place(run.places.start), last: place(run.places.end) };
                atoms.atoms_of_word(&run.text, &fold(&run.text), true, algorithm, |atom| joined.push((atom, span)));
            };
            let mut add = |range: Range<usize>| {
                let (Ok(start), Ok(end)) = (u32::try_from(range.start), u32::try_from(range.end)) else { return };
                let Some(word) = text.get(range.clone()) else { return };
                let place = u32::try_from(reading.words.len()).unwrap_or(u32::MAX);
                reading.words.push(start..end);
                if field != Field::Url
                    && let Some(run) = joiner.next(text, &range)
                {
                    add_joined(run, &mut reading.joined);
                }
                let mut look_up = |known: &mut Vec<Atom>| {
                    folded.clear();
                    fold_into(word, &mut folded);
                    atoms.atoms_of_word(word, &folded, true, algorithm, |atom| known.push(atom));
                    for OtherSpelling { text, is_exact } in other_spellings(word) {
                        atoms.atoms_of_word(&text, &fold(&text), is_exact, algorithm, |atom| known.push(atom));
                    }
                };
                let atoms = if remember {
                    let range = memo.entry(word).or_insert_with(|| {
                        let from = known.len();
                        look_up(&mut known);
                        from..known.len()
                    });
                    known.get(range.clone()).unwrap_or_default()
                } else {
                    known.clear();
                    look_up(&mut known);
                    &known
                };
                reading.postings.extend(atoms.iter().map(|atom| (*atom, place)));
            };
            match field {
                Field::Url if facts => address_words(text).for_each(&mut add),
                Field::Author | Field::Outlet if facts => each_word(text, &mut add),
                Field::Title | Field::Summary | Field::Text => each_word(text, &mut add),
                _ => {}
            }
            if let Some(run) = joiner.finish(text) {
                add_joined(run, &mut reading.joined);
            }
            if let Some(end) = reading.ends.get_mut(i) {
                *end = u32::try_from(reading.words.len()).unwrap_or(u32::MAX);
            }
        }
        reading.postings.sort_unstable();
        reading.postings.dedup();
        reading.joined.sort_unstable();
        reading.joined.dedup();
        reading
    }

    /// The atoms that occur, most of them once.
    pub fn atoms(&self) -> impl Iterator<Item = Atom> + '_ {
        let words = self.postings.chunk_by(|a, b| a.0 == b.0).filter_map(|chunk| chunk.first()).map(|(atom, _)| *atom);
        words.chain(self.joined.iter().map(|(atom, _)| *atom))
    }

    /// The positions of `atom` from the first to the last field of `scope`.
    pub fn places(&self, atom: Atom, scope: Scope) -> &[(Atom, u32)] {
        let range = self.range(scope);
        let start = self.postings.partition_point(|posting| *posting < (atom, range.start));
        let rest = self.postings.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|posting| *posting < (atom, range.end))).unwrap_or_default()
    }

    /// The spans of several words that form `atom`, from the first to the last field of `scope`.
    pub fn joined(&self, atom: Atom, scope: Scope) -> impl Iterator<Item = Span> + '_ {
        let range = self.range(scope);
        let start = self.joined.partition_point(|(other, _)| *other < atom);
        let alike = self.joined.get(start..).unwrap_or_default().iter().take_while(move |(other, _)| *other == atom);
        alike.map(|(_, span)| *span).filter(move |span| range.contains(&span.first))
    }

    /// The last of the consecutive words from `place` that match `atom`.
    pub fn last_of(&self, atom: Atom, place: u32) -> Option<u32> {
        if self.postings.binary_search(&(atom, place)).is_ok() {
            return Some(place);
        }
        let at = self.joined.partition_point(|(other, span)| (*other, span.first) < (atom, place));
        self.joined.get(at).filter(|(other, span)| *other == atom && span.first == place).map(|(_, span)| span.last)
    }

    fn range(&self, scope: Scope) -> Range<u32> {
        let (first, last) = scope.bounds();
        let end = |at: usize| self.ends.get(at).copied().unwrap_or_default();
        first.checked_sub(1).map_or(0, end)..end(last)
    }

    /// The number of words in the text.
    pub fn text_length(&self) -> u32 {
        self.ends[2] - self.ends[1]
    }

    /// The index of the field that contains the word at `place`.
    pub fn field_number(&self, place: u32) -> usize {
        self.ends.iter().position(|end| place < *end).unwrap_or(5)
    }

    pub fn field(&self, place: u32) -> Field {
        FIELDS[self.field_number(place)]
    }

    pub fn same_field(&self, a: u32, b: u32) -> bool {
        self.field_number(a) == self.field_number(b)
    }

    /// The byte range of `span` within its field.
    pub fn bytes(&self, span: Span) -> Range<usize> {
        let word = |place: u32| self.words.get(place as usize).cloned().unwrap_or_default();
        word(span.first).start as usize..word(span.last).end as usize
    }

    /// The character range of `span` within its field.
    pub fn characters(&self, span: Span) -> Range<usize> {
        let starts = self.characters.get_or_init(|| self.count_characters());
        let start = |place: u32| starts.get(place as usize).map_or(0, |start| *start as usize);
        let last = self.bytes(Span { first: span.last, last: span.last });
        let length = self.document.field(self.field(span.last)).get(last).map_or(0, |word| word.chars().count());
        start(span.first)..start(span.last) + length
    }

    fn count_characters(&self) -> Vec<u32> {
        let mut starts = Vec::with_capacity(self.words.len());
        let mut place = 0usize;
        for (field, end) in FIELDS.into_iter().zip(self.ends) {
            let text = self.document.field(field);
            let (mut byte, mut character) = (0usize, 0u32);
            while place < end as usize {
                let start = self.words.get(place).map_or(0, |word| word.start as usize);
                let between = text.get(byte..start).map_or(0, |between| between.chars().count());
                character = character.saturating_add(u32::try_from(between).unwrap_or(u32::MAX));
                byte = start;
                starts.push(character);
                place += 1;
            }
        }
        starts
    }

    /// The sentences of `field`, computed once; the title is one sentence.
    pub fn sentences(&self, field: Field) -> &[Sentence] {
        match field {
            Field::Text => self.text_sentences.get_or_init(|| sentences(self.document.text)),
            Field::Summary => self.summary_sentences.get_or_init(|| sentences(self.document.summary)),
            _ => &[],
        }
    }
}
