//! How many reports of one event come together, and how many others with them: the figures of docs/digest.md.

use super::*;

/// For each part of the families, weights that were fitted to the other parts.
static WEIGHTS_BY_PART: LazyLock<Vec<[f64; FEATURES + 1]>> = LazyLock::new(|| {
    (0..PARTS).map(|part| fit(&PAIRS.iter().filter(|pair| pair.part != part).collect::<Vec<_>>())).collect()
});

fn odds(features: &Features, weights: &[f64; FEATURES + 1]) -> f64 {
    let fitted = features.fitted.iter().zip(&weights[1..]).map(|(feature, weight)| feature * weight).sum::<f64>();
    weights[0] + score::correction(features) + fitted
}

/// A window to which nothing was fitted, and by which the threshold was chosen.
#[test]
fn events_of_a_day_are_precise() {
    let reports = reports(FITTED, Form::Short);
    let window = window(&reports);
    let first: BTreeMap<ArticleId, ArticleId> = grouped(&window).into_iter().collect();
    let groups: Vec<usize> = window.iter().map(|report| usize::try_from(first[&report.article].0).unwrap()).collect();
    let mut figures = Figures::default();
    for (a, one) in reports.iter().enumerate() {
        for (b, other) in reports.iter().enumerate().skip(a + 1) {
            let (same, joined) = (one.is_of_one_event_with(other), groups[a] == groups[b]);
            figures.events.note(same, joined);
            if one.language != other.language {
                figures.across_languages.note(same, joined);
            }
        }
    }
    figures.note_groups(&reports, &groups);
    figures.print("a window of 490 texts");
    let Joined { right, missed, wrong } = figures.events;
    assert!(right * 100 >= (right + wrong) * 97 && right * 100 >= (right + missed) * 61, "{figures:?}");
    assert!(figures.false_events * 25 <= figures.found, "{figures:?}");
}

/// Cross-validation: each eighth of the families is judged by weights fitted to the others.
#[test]
#[ignore = "slow"]
fn the_weights_generalise_to_unseen_families() {
    let (pairs, weights) = (&*PAIRS, &*WEIGHTS_BY_PART);
    let of_form = |form: Form| {
        let mut figures = Figures::default();
        for set in 0..FITTED {
            let of_set = || pairs.iter().filter(|pair| pair.set == set && pair.form == form);
            let known: HashMap<(usize, usize), f64> =
                of_set().map(|pair| (pair.between, odds(&pair.features, &weights[pair.part]))).collect();
            let reports = reports(set, form);
            let mut scores =
                Scores::new(|a, b| super::super::score(known.get(&(a, b)).map_or(-9.0, |odds| odds - ENOUGH)));
            let window = window(&reports);
            let groups = partition(reports.len(), &candidates(&window, &prepare(&window)), &mut scores);
            for pair in of_set() {
                let joined = groups[pair.between.0] == groups[pair.between.1];
                figures.events.note(pair.same, joined);
                if pair.across_languages {
                    figures.across_languages.note(pair.same, joined);
                }
            }
            figures.note_groups(&reports, &groups);
        }
        figures
    };
    let (whole, short) = (of_form(Form::Whole), of_form(Form::Short));
    whole.print("whole reports");
    short.print("headline and two sentences");
    assert_eq!(whole.events.right + whole.events.missed, 568);
    assert!(whole.events.right >= 405 && whole.events.wrong <= 8, "{whole:?}");
    assert!(short.events.right >= 355 && short.events.wrong <= 11, "{short:?}");
}

/// A number that looks random, but is the same each time.
fn scattered(text: &str, round: u64) -> u64 {
    text.bytes().fold(round.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    }) >> 20
}

/// A window of families whose events were made to be confused: of most events there is one report only, and half of the reports are short. The families are moved into one
/// day, each as a whole, so that what happened the day after does not become one thing with it.
fn window_of_near_misses(round: u64) -> Vec<Labelled> {
    // The last set tells of events of the first one, under other names.
    let both: Vec<(Labelled, Labelled)> =
        (0..FITTED - 1).flat_map(|set| reports(set, Form::Whole).into_iter().zip(reports(set, Form::Short))).collect();
    let mut by_event: BTreeMap<(usize, String), Vec<(Labelled, Labelled)>> = BTreeMap::new();
    for (whole, short) in both {
        by_event.entry((whole.set, whole.event.clone())).or_default().push((whole, short));
    }
    let mut chosen = Vec::new();
    for ((set, event), reports) in by_event {
        let luck = scattered(&format!("{set}{event}"), round);
        let count = if luck.is_multiple_of(5) { 2 + luck / 5 % 4 } else { 1 };
        let from = usize::try_from(luck / 64).unwrap() % reports.len();
        let mut reports: Vec<_> = reports.into_iter().collect();
        reports.rotate_left(from);
        for (at, (whole, short)) in (0..count).zip(reports) {
            chosen.push(if (luck / 7 + at).is_multiple_of(2) { whole } else { short });
        }
    }
    let day: Timestamp = "2026-03-10T00:00:00Z".parse().unwrap();
    let mut began: BTreeMap<String, Timestamp> = BTreeMap::new();
    for report in &chosen {
        let first = began.entry(report.family()).or_insert(report.at);
        *first = report.at.min(*first);
    }
    for report in &mut chosen {
        let first = began[&report.family()];
        let time_of_day = SignedDuration::from_secs(first.as_second().rem_euclid(86_400));
        report.at = day + time_of_day + report.at.duration_since(first);
    }
    chosen.retain(|report| report.at.duration_since(day) < SignedDuration::from_hours(36));
    chosen
}

/// Windows of events that were made to be confused with each other: worse than any day.
#[test]
#[ignore = "slow"]
fn most_events_of_near_misses_stay_apart() {
    let weights = &*WEIGHTS_BY_PART;
    let mut figures = Figures::default();
    for round in 0..8 {
        let reports = window_of_near_misses(round);
        let window = window(&reports);
        let prepared = prepare(&window);
        let part_odds = |a: usize, b: usize| {
            let features = score::features(&prepared[a], &prepared[b], reports[b].at.duration_since(reports[a].at));
            odds(&features, &weights[reports[a].part()])
        };
        let mut scores = Scores::new(|a, b| super::super::score(part_odds(a, b) - ENOUGH));
        let groups = partition(reports.len(), &candidates(&window, &prepared), &mut scores);
        for (a, one) in reports.iter().enumerate() {
            for (b, other) in reports.iter().enumerate().skip(a + 1) {
                let (same, joined) = (one.is_of_one_event_with(other), groups[a] == groups[b]);
                figures.events.note(same, joined);
                if one.language != other.language {
                    figures.across_languages.note(same, joined);
                }
            }
        }
        figures.note_groups(&reports, &groups);
    }
    figures.print("eight windows of near misses");
    let Joined { right, missed, wrong } = figures.events;
    assert!(right * 100 >= (right + wrong) * 83 && right * 100 >= (right + missed) * 64, "{figures:?}");
}
