//! Texts that are copies, and texts that are not.

use super::*;
use crate::model::{ArticleId, StoryId};

const TEXT: &str = "Le sit-in « Souffle de rue » a bloqué samedi la petite ceinture de Bruxelles à hauteur de Sainctelette, \
    a indiqué la police. L’action s’est terminée dans le calme vers dix-sept heures.";

#[test]
fn quotes_accents_and_layout_do_not_matter() {
    let other = TEXT.replace('’', "'").replace(['«', '»'], "\"").replace(". L", ".\n\nL").to_uppercase();
    assert!(fingerprint(TEXT).exact().is_some());
    assert_eq!(fingerprint(TEXT), fingerprint(&other));
}

#[test]
fn one_different_word_makes_a_different_text() {
    assert_ne!(fingerprint(TEXT).exact(), fingerprint(&TEXT.replace("samedi", "dimanche")).exact());
}

#[test]
fn short_texts_are_not_compared() {
    let short = fingerprint("Le tram 51 est à l’arrêt.");
    assert_eq!((short.exact(), short.words.len(), short.bands.len()), (None, 0, 0));
}

/// This many different words, starting with number `from`.
fn words(from: u32, count: u32) -> Vec<u32> {
    (from..from + count).map(|word| word.wrapping_mul(2_654_435_761) & !1).collect()
}

fn candidate(article: i64, words: Vec<u32>) -> Candidate {
    let article = ArticleId(article);
    Candidate { article, story: article.story(), same_outlet: false, title: String::new(), words }
}

/// The article that a text with these words is a copy of, if any, and the kind of copy.
fn copied(new: &[u32], candidates: &[Candidate]) -> Option<(i64, Relation)> {
    match judge(new, candidates.iter()).verdict {
        Verdict::New => None,
        Verdict::CopyOf { article, relation, .. } => Some((article.0, relation)),
    }
}

#[test]
fn likeness_is_counted_in_shingles() {
    let whole = words(0, 103);
    let likeness = likeness(&whole, &whole[..53]);
    assert_eq!(likeness.shared, 50);
    assert!((likeness.jaccard - 0.5).abs() < 1e-9 && (likeness.containment - 1.0).abs() < 1e-9);
}

#[test]
fn cut_texts_are_copies_whichever_came_first() {
    let whole = words(0, 600);
    assert_eq!(copied(&whole[..60], &[candidate(1, whole.clone())]), Some((1, Relation::Cut)));
    assert_eq!(copied(&whole, &[candidate(1, whole[..60].to_vec())]), Some((1, Relation::Full)));
    assert_eq!(copied(&whole[..420], &[candidate(1, whole.clone())]), Some((1, Relation::Near)));
}

#[test]
fn one_text_with_different_material_around_it_is_a_copy() {
    let text = words(0, 200);
    let (comments, links) = (words(3000, 350), words(5000, 120));
    let (commented, linked) = ([text.clone(), comments].concat(), [links.clone(), text.clone(), links].concat());
    assert_eq!(copied(&linked, &[candidate(1, commented.clone())]), Some((1, Relation::Core)));
    assert_eq!(copied(&commented, &[candidate(1, linked.clone())]), Some((1, Relation::Core)));
    // A dispatch of eighty words at the head of two reports is a smaller part of them, and a form is filled in
    // differently.
    let report = |from| [words(0, 90), words(from, 300)].concat();
    assert_eq!(copied(&report(3000), &[candidate(1, report(5000))]), None);
    let form = |from: u32| -> Vec<u32> {
        (0..10u32)
            .flat_map(|n| [words(n * 20, 20), words(from + n, 1)].concat())
            .chain(words(from + 100, 250))
            .collect()
    };
    assert_eq!(copied(&form(3000), &[candidate(1, form(5000))]), None);
}

#[test]
fn words_joined_without_a_blank_are_separated() {
    let apart = "La grève a commencé samedi matin au quai Est du port, a indiqué la capitainerie. Les dockers\n\
                 La direction du port n’a pas encore réagi, mais une réunion est prévue à dix-sept heures au siège";
    let (glued, apart) = (fingerprint(&apart.replace('\n', "")), fingerprint(apart));
    assert_eq!((glued.hash, glued.words), (apart.hash, apart.words));
}

#[test]
fn a_short_or_deeply_embedded_passage_is_not_a_copy() {
    let whole = words(0, 600);
    assert_eq!(copied(&whole[..40], &[candidate(1, whole.clone())]), Some((1, Relation::Cut)), "all of a lead");
    assert_eq!(copied(&whole[..20], &[candidate(1, whole.clone())]), None);
    assert_eq!(copied(&whole[4..44], &[candidate(1, whole.clone())]), None);
    assert_eq!(copied(&whole[300..360], &[candidate(1, whole.clone())]), None);
}

#[test]
fn replaced_words_and_above_all_numbers_make_a_different_text() {
    let text = words(0, 200);
    let with = |step: usize, value: u32| {
        let mut other = text.clone();
        for (at, word) in other.iter_mut().enumerate().skip(10).step_by(step) {
            *word = u32::try_from(at).unwrap_or(0) * 4 + 2 + value;
        }
        other
    };
    let old = |step, value: u32| {
        let mut old = candidate(1, text.clone());
        for (at, word) in old.words.iter_mut().enumerate().skip(10).step_by(step) {
            *word = (*word & !1) | (value + u32::try_from(at).unwrap_or(0) * 8);
        }
        old
    };
    assert!(copied(&with(40, 0), &[candidate(1, text.clone())]).is_some(), "an editor's hand");
    assert_eq!(copied(&with(15, 0), &[candidate(1, text.clone())]), None, "a form");
    assert_eq!(copied(&with(30, 1), &[old(30, 1)]), None, "a form with other numbers");
    assert!(copied(&with(30, 0), &[old(30, 0)]).is_some(), "as many other words");
}

#[test]
fn a_common_ending_after_different_beginnings_is_not_a_copy() {
    let end = words(0, 120);
    let text = |from| [words(from, 40), end.clone()].concat();
    assert_eq!(copied(&text(1000), &[candidate(1, text(2000))]), None);
    assert!(copied(&text(1000), &[candidate(1, end.clone())]).is_some(), "what the other has not begins none");
}

#[test]
fn a_form_filled_in_at_its_head_is_a_different_text() {
    let form = |from| [words(from, 12), words(0, 33)].concat();
    assert_eq!(copied(&form(1000), &[candidate(1, form(2000))]), None);
    let place = |from| [words(from, 4), words(0, 33)].concat();
    assert!(copied(&place(1000), &[candidate(1, place(2000))]).is_some(), "Bruxelles, Belga, and Anvers, AFP");
}

#[test]
fn repeated_words_do_not_count_as_replaced() {
    let text: Vec<u32> = (0..10).flat_map(|n| [words(n * 8, 8), words(1000, 10)].concat()).collect();
    let other = [words(7000, 3), text.clone()].concat();
    assert!(copied(&other, &[candidate(1, text)]).is_some());
}

#[test]
fn one_outlet_fills_in_forms_so_its_texts_must_be_nearly_equal() {
    let text = words(0, 200);
    let at_home = Candidate { same_outlet: true, ..candidate(1, text.clone()) };
    let at_home = [at_home];
    assert_eq!(copied(&text[..150], &at_home), None);
    assert!(copied(&text[..190], &at_home).is_some());
}

#[test]
fn a_passage_shared_by_many_stories_counts_for_none() {
    let passage = words(0, 100);
    let text = |from| [words(from, 60), passage.clone()].concat();
    let olds: Vec<Candidate> = (1..=4u32).map(|n| candidate(n.into(), text(n * 1000))).collect();
    let found = judge(&text(9000), olds.iter());
    assert_eq!((found.verdict, found.words), (Verdict::New, words(9000, 60)));
    assert_eq!(judge(&text(9000), olds[..3].iter()).words.len(), 160);
    // Without the passage a copy is still recognised by its own words.
    let copy = [words(2000, 60), passage.clone(), words(7000, 30)].concat();
    assert_eq!(copied(&copy, &olds).map(|found| found.0), Some(2));
}

#[test]
fn stories_merge_only_through_a_text_that_copies_both() {
    let whole = words(0, 400);
    let (first, second) = (candidate(1, whole[..250].to_vec()), candidate(2, whole[150..].to_vec()));
    assert_eq!(judge(&whole, [first, second].iter()).same.len(), 1);
    // A whole page on which both stand, and nothing of one in the other.
    let (first, second) = (candidate(1, whole[..200].to_vec()), candidate(2, whole[200..].to_vec()));
    assert_eq!(judge(&whole, [first, second].iter()).same, Vec::<StoryId>::new());
    // A statement that two reports begin with.
    let statement = words(0, 60);
    let report = |n, from| candidate(n, [statement.clone(), words(from, 300)].concat());
    let found = judge(&statement, [report(1, 5000), report(2, 6000)].iter());
    assert!(matches!(found.verdict, Verdict::CopyOf { article: ArticleId(1), relation: Relation::Cut, .. }));
    assert_eq!(found.same, Vec::<StoryId>::new());
}

#[test]
fn texts_with_a_common_run_share_a_band() {
    let whole = words(0, 3000);
    let long = bands(&whole);
    let meet = |from: usize, length: usize| {
        let short = bands(&whole[from..from + length]);
        short.iter().any(|band| long.binary_search(band).is_ok())
    };
    for from in (0..2900).step_by(7) {
        // A brief from the beginning; further on, as much as another outlet quotes.
        let length = if from + 60 < 1000 { 60 } else { 160 };
        assert!(from + length > 3000 || meet(from, length), "{from}");
    }
    assert!(long.len() < 130, "{}", long.len());
    assert!(bands(&whole[..400]).len() <= 20, "{}", bands(&whole[..400]).len());
}

#[test]
fn unusual_texts_take_bounded_space() {
    for text in
        ["", " \n…", &"a ".repeat(300_000), &"é\u{301}".repeat(100_000), &"新聞".repeat(50_000), "\u{0}\u{FFFF}"]
    {
        let print = fingerprint(text);
        assert!(print.words.len() <= MOST_WORDS && print.bands.len() <= 300);
        let old = candidate(1, print.words.clone());
        let _ = judge(&print.words, [old].iter());
    }
    assert_eq!(fingerprint(&"新聞".repeat(24)).exact(), None, "48 characters say no more than 24 words");
    assert_eq!(fingerprint(&"新聞".repeat(25)).words.len(), 50);
}
