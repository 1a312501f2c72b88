//! The weights and the rarities of topics, fitted again to the labelled reports.

use super::*;

#[test]
fn rarities_are_those_of_the_labelled_reports() {
    let told: Vec<Marks> = (0..FITTED).flat_map(|set| reports(set, Form::Whole)).map(|report| report.marks).collect();
    let count = |all: usize| f64::from(u32::try_from(all + 1).unwrap());
    let wanted: Vec<(usize, f64)> = (0..crate::lexicon::TOPICS.topic.len())
        .map(|family| {
            let with = told
                .iter()
                .filter(|marks| marks.topics.contains_key(&family) && !marks.watched_topics.contains(&family));
            (family, ((count(told.len()) / count(with.count())).ln() * 10.0).round() / 10.0)
        })
        .collect();
    let ours: Vec<(usize, f64)> = wanted.iter().map(|(family, _)| (*family, topics::rarity(*family))).collect();
    assert_eq!(ours, wanted);
}

#[test]
fn the_weights_are_those_of_the_labelled_reports() {
    let fitted = fit(&PAIRS.iter().collect::<Vec<_>>());
    let ours: Vec<f64> = std::iter::once(score::BIAS).chain(score::WEIGHTS).collect();
    assert!(fitted.iter().zip(&ours).all(|(one, other)| (one - other).abs() < 0.001), "fitted {fitted:.3?}");
}
