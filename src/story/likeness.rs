//! Measures the similarity of two texts, and decides whether one is a copy of the other.

use super::shingles::{SHINGLE, has_digit, shingles};

/// Fewer shared shingles prove nothing.
const LEAST_SHARED: usize = 20;
/// The proportion of all shingles that near copies share.
const NEAR: f64 = 0.5;
/// The same within one outlet, which uses templates.
const NEAR_AT_HOME: f64 = 0.9;
/// The proportion of a text's shingles that a longer version of it contains, and of all shingles that both have: what stands under every
/// headline of a series is less than that.
const EXTENDED: f64 = 0.9;
const MOSTLY: f64 = 0.6;
/// The proportion of a cut text's shingles that the full text contains, and the least number of them.
const CUT: f64 = 0.65;
const LEAST_CUT: usize = 40;
/// An even shorter text is also a cut one if the full text begins with it, except for this many words, and contains
/// nearly all of it.
const OPENING: f64 = 0.95;
const OPENING_HEAD: usize = 3;
/// For two texts with different material around a common core: the core's shingles, and its proportion of each.
const LEAST_CORE: usize = 80;
const CORE: f64 = 0.3;
/// One of the two begins with the core, except for this many words. Otherwise the core is background after separate
/// news.
const CORE_HEAD: usize = 8;
/// A cut text begins within this many words of the full one (or in its first quarter), or is a third of it.
const BEGINNING: usize = 60;

/// The similarity of two texts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likeness {
    /// The number of shared shingles.
    pub shared: usize,
    /// Shared shingles as a proportion of all shingles of both: 0 to 1.
    pub jaccard: f64,
    /// Shared shingles as a proportion of those of the text with fewer: 0 to 1.
    pub containment: f64,
}

/// How a text relates to an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Much the same, apart from a paragraph or so.
    Near,
    /// A shortened version of it.
    Cut,
    /// The full version of which the older one is cut.
    Full,
    /// The same text with other material around it.
    Core,
}

/// The similarity of two texts, given their words.
pub fn likeness(a: &[u32], b: &[u32]) -> Likeness {
    ShingledText::new(a.to_vec()).likeness(&ShingledText::new(b.to_vec()))
}

/// A text prepared for comparison with several others.
pub struct ShingledText {
    pub(super) words: Vec<u32>,
    /// The position of each shingle, sorted by shingle.
    places: Vec<(u64, usize)>,
    /// The distinct shingles, sorted.
    pub(super) set: Vec<u64>,
}

impl ShingledText {
    /// The text with these words.
    pub fn new(words: Vec<u32>) -> Self {
        let mut places: Vec<(u64, usize)> =
            shingles(&words).into_iter().enumerate().map(|(at, shingle)| (shingle, at)).collect();
        places.sort_unstable();
        let mut set: Vec<u64> = places.iter().map(|(shingle, _)| *shingle).collect();
        set.dedup();
        Self { words, places, set }
    }

    /// The text without the words of these shingles, which are sorted.
    pub(super) fn without(&self, shingles: &[u64]) -> Self {
        let mut kept: Vec<(u32, bool)> = self.words.iter().map(|word| (*word, true)).collect();
        for (_, at) in self.places.iter().filter(|(shingle, _)| shingles.binary_search(shingle).is_ok()) {
            kept.iter_mut().skip(*at).take(SHINGLE).for_each(|word| word.1 = false);
        }
        Self::new(kept.into_iter().filter(|word| word.1).map(|word| word.0).collect())
    }

    /// Whether two texts of one outlet are one article under two URLs: nearly equal, and without different numbers in the
    /// same place, as in forms and tables that are filled in daily.
    pub fn is_one_article(&self, other: &Self) -> bool {
        self.relation(other, true).is_some_and(|(relation, _)| relation == Relation::Near)
            && !Path::between(self, other).has_other_numbers(self, other)
    }

    /// Whether one of two texts is the other one with more added to it, or less: all else stands in both in the same order, and no
    /// number is another one.
    pub fn is_extended(&self, other: &Self) -> bool {
        let likeness = self.likeness(other);
        if likeness.shared < LEAST_SHARED || likeness.containment < EXTENDED || likeness.jaccard < MOSTLY {
            return false;
        }
        let path = Path::between(self, other);
        path.keeps_order(likeness.shared)
            && path.begins_alike()
            && path.replaces_little()
            && !path.has_other_numbers(self, other)
    }

    /// Their similarity.
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    pub fn likeness(&self, other: &Self) -> Likeness {
        let shared = common(&self.set, &other.set).count();
        let all = self.set.len() + other.set.len() - shared;
        let least = self.set.len().min(other.set.len());
        Likeness {
            shared,
            jaccard: shared as f64 / all.max(1) as f64,
            containment: shared as f64 / least.max(1) as f64,
        }
    }

    /// Whether two texts share more than idioms.
    pub(super) fn has_much_in_common(&self, other: &Self) -> bool {
        common(&self.set, &other.set).count() >= LEAST_SHARED
    }

    /// Whether this is a copy of an `older` text, and of which kind.
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

/// The common elements of two sorted lists.
pub(super) fn common<'a>(a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = u64> + 'a {
    let mut rest = b.iter().peekable();
    a.iter().copied().filter(move |one| {
        while rest.next_if(|other| *other < one).is_some() {}
        rest.next_if(|other| *other == one).is_some()
    })
}

/// The longest sequence of shingles, each unique in either text, that both texts have in the same order.
struct Path {
    /// The words that it covers.
    words: usize,
    /// The number of shingles.
    steps: usize,
    /// The words before it, in either text.
    head: (usize, usize),
    /// The number of gaps where both texts have words of their own; those with different numbers count three times.
    replaced: usize,
    /// Whether both texts have numbers in such a gap.
    numbers: bool,
    /// Its end in either text.
    end: (usize, usize),
}

impl Likeness {
    /// Whether the shared part is a substantial part of the longer text, given that text's number of shingles.
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
                // Words that the texts contain more than once.
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

    /// A reordered text is a different text.
    fn keeps_order(&self, shared: usize) -> bool {
        5 * self.steps >= 3 * shared
    }

    /// Two texts that both begin with many words of their own share an ending, not the news.
    fn begins_alike(&self) -> bool {
        self.head.0.min(self.head.1) <= (self.words / 4).min(12).max(self.words / 5)
    }

    /// Whether one text occurs in both almost unchanged, and one of them begins with it.
    fn is_unbroken(&self) -> bool {
        60 * self.replaced <= self.words && self.head.0.min(self.head.1) <= CORE_HEAD
    }

    /// Editors add and remove, but replace only one word in forty or so; templates replace one in ten or twenty.
    fn replaces_little(&self) -> bool {
        30 * self.replaced.saturating_sub(1) <= self.words
    }
}

fn has_number(words: &[u32]) -> bool {
    words.iter().any(|word| has_digit(*word))
}

/// The positions of shingles that occur exactly once in each text.
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

/// The longest subsequence of `pairs` with increasing second numbers; the first numbers already increase.
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the pair that ends such a subsequence with the smallest second number; for each pair, its
    // predecessor.
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
