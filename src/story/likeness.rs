//! How alike two texts are, and whether that makes one a copy of the other.

use super::shingles::{SHINGLE, has_digit, shingles};

/// Fewer common shingles prove nothing.
const LEAST_SHARED: usize = 20;
/// Part of all shingles that near copies have in common.
const NEAR: f64 = 0.5;
/// The same within one outlet, where templates live.
const NEAR_AT_HOME: f64 = 0.9;
/// Part of a cut text's shingles that stand in the full one, and how many they must be.
const CUT: f64 = 0.65;
const LEAST_CUT: usize = 40;
/// A shorter text than that is cut, too, if the full one begins with it, but for so many words, and has nearly all of it.
const OPENING: f64 = 0.95;
const OPENING_HEAD: usize = 3;
/// Texts that both have much around one text: shingles of it, and the part that it is of each.
const LEAST_CORE: usize = 80;
const CORE: f64 = 0.3;
/// One of them begins with it, but for so many words: a background paragraph comes after news of its own.
const CORE_HEAD: usize = 8;
/// A cut text begins among these first words of the full one (or in its first quarter), or is a third of it.
const BEGINNING: usize = 60;

/// How alike two texts are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// Shingles in common.
    pub shared: usize,
    /// Of all shingles of both, the part in common: 0 to 1.
    pub jaccard: f64,
    /// Of the shingles of the text that has fewer, the part that the other has too: 0 to 1.
    pub containment: f64,
}

/// What a text is to an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Much the same, give or take a paragraph.
    Near,
    /// Cut from it.
    Cut,
    /// The full text of which the older one is cut.
    Full,
    /// The same text, with much around it here and there.
    Core,
}

/// How alike the texts of these words are.
pub fn likeness(a: &[u32], b: &[u32]) -> Likeness {
    ShingledText::new(a.to_vec()).likeness(&ShingledText::new(b.to_vec()))
}

/// Whether two texts of one outlet are one article under two addresses: nearly equal, and without other numbers in the same
/// place, as forms and tables have them that are filled in day by day.
pub fn is_one_article(a: &[u32], b: &[u32]) -> bool {
    let (a, b) = (ShingledText::new(a.to_vec()), ShingledText::new(b.to_vec()));
    a.relation(&b, true).is_some_and(|(relation, _)| relation == Relation::Near)
        && !Path::between(&a, &b).has_other_numbers(&a, &b)
}

/// A text ready to be compared.
pub(super) struct ShingledText {
    pub(super) words: Vec<u32>,
    /// Where each shingle begins, in the order of shingles.
    places: Vec<(u64, usize)>,
    /// Each shingle once, in order.
    pub(super) set: Vec<u64>,
}

impl ShingledText {
    pub(super) fn new(words: Vec<u32>) -> Self {
        let mut places: Vec<(u64, usize)> =
            shingles(&words).into_iter().enumerate().map(|(at, shingle)| (shingle, at)).collect();
        places.sort_unstable();
        let mut set: Vec<u64> = places.iter().map(|(shingle, _)| *shingle).collect();
        set.dedup();
        Self { words, places, set }
    }

    /// Without the words of these shingles, which are in order.
    pub(super) fn without(&self, shingles: &[u64]) -> Self {
        let mut kept: Vec<(u32, bool)> = self.words.iter().map(|word| (*word, true)).collect();
        for (_, at) in self.places.iter().filter(|(shingle, _)| shingles.binary_search(shingle).is_ok()) {
            kept.iter_mut().skip(*at).take(SHINGLE).for_each(|word| word.1 = false);
        }
        Self::new(kept.into_iter().filter(|word| word.1).map(|word| word.0).collect())
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    fn likeness(&self, other: &Self) -> Likeness {
        let shared = common(&self.set, &other.set).count();
        let all = self.set.len() + other.set.len() - shared;
        let least = self.set.len().min(other.set.len());
        Likeness {
            shared,
            jaccard: shared as f64 / all.max(1) as f64,
            containment: shared as f64 / least.max(1) as f64,
        }
    }

    /// Whether two texts have more in common than idioms.
    pub(super) fn has_much_in_common(&self, other: &Self) -> bool {
        common(&self.set, &other.set).count() >= LEAST_SHARED
    }

    /// Whether this is a copy of an `older` text, and in what way.
    pub(super) fn relation(&self, older: &Self, same_outlet: bool) -> Option<(Relation, Likeness)> {
        let likeness = self.likeness(older);
        if likeness.shared < LEAST_SHARED {
            return None;
        }
        let near = likeness.jaccard >= if same_outlet { NEAR_AT_HOME } else { NEAR };
        let is_short = self.set.len().min(older.set.len()) < LEAST_CUT;
        let cut = !same_outlet && likeness.containment >= if is_short { OPENING } else { CUT };
        let core = !same_outlet && likeness.is_core(self.set.len().max(older.set.len()));
        if !near && !cut && !core {
            return None;
        }
        let path = Path::between(self, older);
        let self_is_longer = self.words.len() > older.words.len();
        let (start, length) =
            if self_is_longer { (path.head.0, self.words.len()) } else { (path.head.1, older.words.len()) };
        let placed = if is_short {
            path.head.0.max(path.head.1) <= OPENING_HEAD
        } else {
            start <= BEGINNING.max(length / 4) || 3 * path.words >= length
        };
        let relation = match (near, cut && placed, core) {
            (true, ..) => Relation::Near,
            (_, true, _) if self_is_longer => Relation::Full,
            (_, true, _) => Relation::Cut,
            (.., true) if path.is_unbroken() => Relation::Core,
            _ => return None,
        };
        (path.keeps_order(likeness.shared) && path.begins_alike() && path.replaces_little())
            .then_some((relation, likeness))
    }
}

/// What two lists in order have in common.
pub(super) fn common<'a>(a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = u64> + 'a {
    let mut rest = b.iter().peekable();
    a.iter().copied().filter(move |one| {
        while rest.next_if(|other| *other < one).is_some() {}
        rest.next_if(|other| *other == one).is_some()
    })
}

/// The longest way through two texts by shingles that each has once, in the order of both.
struct Path {
    /// Words on it.
    words: usize,
    /// Shingles on it.
    steps: usize,
    /// Words before it, in either text.
    head: (usize, usize),
    /// Places where both texts have words of their own between two steps; those with other numbers count thrice.
    replaced: usize,
    /// Whether both texts have numbers in such a place.
    numbers: bool,
    /// Where it ends in either text.
    end: (usize, usize),
}

impl Likeness {
    /// Whether what is in common is a good part of the longer text, which has so many shingles.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    fn is_core(&self, longest: usize) -> bool {
        self.shared >= LEAST_CORE && self.shared as f64 >= CORE * longest as f64
    }
}

impl Path {
    fn between(a: &ShingledText, b: &ShingledText) -> Self {
        let mut pairs = pairs(a, b);
        pairs.sort_unstable();
        let steps = longest_rise(&pairs);
        let mut path = Self {
            words: 0,
            steps: steps.len(),
            head: (a.words.len(), b.words.len()),
            replaced: 0,
            numbers: false,
            end: steps.last().map_or((0, 0), |last| (last.0 + SHINGLE, last.1 + SHINGLE)),
        };
        if let Some(first) = steps.first() {
            path.head = *first;
            path.words = SHINGLE;
        }
        for (from, to) in steps.iter().zip(steps.iter().skip(1)) {
            path.words += (to.0 - from.0).min(to.1 - from.1).min(SHINGLE);
            let between_a = a.words.get(from.0 + SHINGLE..to.0).unwrap_or_default();
            let between_b = b.words.get(from.1 + SHINGLE..to.1).unwrap_or_default();
            if between_a == between_b {
                // Words that the texts have more than once.
                path.words += between_a.len();
            } else if !between_a.is_empty() && !between_b.is_empty() {
                let numbers = has_number(between_a) && has_number(between_b);
                path.numbers |= numbers;
                path.replaced += if numbers { 3 } else { 1 };
            }
        }
        path
    }

    fn has_other_numbers(&self, a: &ShingledText, b: &ShingledText) -> bool {
        let both = |a: Option<&[u32]>, b: Option<&[u32]>| a.is_some_and(has_number) && b.is_some_and(has_number);
        self.numbers
            || both(a.words.get(..self.head.0), b.words.get(..self.head.1))
            || both(a.words.get(self.end.0..), b.words.get(self.end.1..))
    }

    /// A shuffled text is another text.
    fn keeps_order(&self, shared: usize) -> bool {
        5 * self.steps >= 3 * shared
    }

    /// Two texts that both begin with many words of their own have an end in common, not the news.
    fn begins_alike(&self) -> bool {
        self.head.0.min(self.head.1) <= (self.words / 4).min(12).max(self.words / 5)
    }

    /// One text stands in both, hardly touched, and one of them begins with it.
    fn is_unbroken(&self) -> bool {
        60 * self.replaced <= self.words && self.head.0.min(self.head.1) <= CORE_HEAD
    }

    /// Editors add and drop, and replace a word in some forty; templates replace one in ten or twenty.
    fn replaces_little(&self) -> bool {
        30 * self.replaced.saturating_sub(1) <= self.words
    }
}

fn has_number(words: &[u32]) -> bool {
    words.iter().any(|word| has_digit(*word))
}

/// The places of the shingles that each of the texts has exactly once.
fn pairs(a: &ShingledText, b: &ShingledText) -> Vec<(usize, usize)> {
    let once = |text: &ShingledText| -> Vec<(u64, usize)> {
        text.places
            .chunk_by(|one, other| one.0 == other.0)
            .filter_map(|same| match same {
                [only] => Some(*only),
                _ => None,
            })
            .collect()
    };
    let (a, b) = (once(a), once(b));
    let mut rest = b.iter().peekable();
    a.iter()
        .filter_map(|(shingle, at)| {
            while rest.next_if(|other| other.0 < *shingle).is_some() {}
            rest.next_if(|other| other.0 == *shingle).map(|other| (*at, other.1))
        })
        .collect()
}

/// The longest part of `pairs` whose second numbers rise; their first do already.
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length the pair that ends such a part at the least second number, and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before.push(length.checked_sub(1).map(|length| ends[length]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut rise = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        rise.push(pairs[at]);
        next = before[at];
    }
    rise.reverse();
    rise
}
