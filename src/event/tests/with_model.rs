//! The weights for reports with vectors of a sentence model, and how they perform. The vectors of the labelled reports are computed here, so
//! that this needs the file:
//! `PRESSWATCH_MODEL=e5-small-q4.bin cargo test --release --lib event::tests::with_model -- --nocapture`

use std::collections::HashMap;
use std::sync::LazyLock;

use super::*;
use crate::sentence::SentenceModel;

const ALL: usize = FEATURES + 2;

/// The reports of each set with their vectors, by form. Empty without a model.
static REPORTS: LazyLock<Vec<(Form, Vec<Labelled>)>> = LazyLock::new(|| {
    let Some(path) = std::env::var_os("PRESSWATCH_MODEL") else { return Vec::new() };
    let model = SentenceModel::open(path.as_ref()).unwrap();
    let mut all = Vec::new();
    for form in [Form::Whole, Form::Short] {
        for set in 0..SETS.len() {
            let mut reports = reports(set, form);
            for report in &mut reports {
                report.marks.sentence = Some(model.vector(&report.title, &report.lead).unwrap());
            }
            all.push((form, reports));
        }
    }
    all
});

fn of_set(form: Form, set: usize) -> &'static [Labelled] {
    REPORTS.iter().filter(|(of, _)| *of == form).nth(set).map(|(_, reports)| reports.as_slice()).unwrap()
}

struct Row {
    set: usize,
    form: Form,
    part: usize,
    same: bool,
    across_languages: bool,
    counts: bool,
    between: (usize, usize),
    values: [f64; ALL],
    against: f64,
}

impl Row {
    fn odds(&self, weights: &[f64; ALL]) -> f64 {
        self.against + self.values.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>()
    }
}

fn values(features: &Features) -> [f64; ALL] {
    let mut values = [1.0; ALL];
    values[1..=FEATURES].copy_from_slice(&features.fitted);
    values[FEATURES + 1] = features.sentences.unwrap();
    values
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (form, set) in [Form::Whole, Form::Short].into_iter().flat_map(|form| (0..FITTED).map(move |set| (form, set))) {
        let reports = of_set(form, set);
        let window = window(reports);
        let prepared = prepare(&window);
        let worth_comparing: BTreeSet<(usize, usize)> = candidates(&window, &prepared).into_iter().collect();
        for (a, b) in (0..reports.len()).flat_map(|a| (a + 1..reports.len()).map(move |b| (a, b))) {
            let (one, other) = (&reports[a], &reports[b]);
            let apart = other.at.duration_since(one.at);
            if apart.abs() > WINDOW {
                continue;
            }
            let features = score::features(&prepared[a], &prepared[b], apart);
            let same = one.event == other.event;
            rows.push(Row {
                set,
                form,
                part: one.part(),
                same,
                across_languages: one.language != other.language,
                counts: features.against == 0.0 && (same || worth_comparing.contains(&(a, b))),
                between: (a, b),
                values: values(&features),
                against: score::correction(&features),
            });
        }
    }
    rows
}

fn fit_rows(rows: &[&Row]) -> [f64; ALL] {
    regression(rows.iter().filter(|row| row.counts).map(|row| (row.values, row.same)).collect())
}

/// The window of a day, decided with the odds of all features. `ENOUGH` is the threshold.
fn figures_of_a_day(odds: impl Fn(&Features) -> f64, enough: f64) -> Figures {
    let reports = of_set(Form::Short, FITTED);
    let window = window(reports);
    let prepared = prepare(&window);
    let mut scores = Scores::new(|a, b| {
        let apart = reports[b].at.duration_since(reports[a].at);
        super::super::score(odds(&score::features(&prepared[a], &prepared[b], apart)) - enough)
    });
    let groups = partition(reports.len(), &candidates(&window, &prepared), &mut scores);
    let mut figures = Figures::default();
    for (a, b) in (0..reports.len()).flat_map(|a| (a + 1..reports.len()).map(move |b| (a, b))) {
        let (same, joined) = (reports[a].is_of_one_event_with(&reports[b]), groups[a] == groups[b]);
        figures.events.note(same, joined);
        if reports[a].language != reports[b].language {
            figures.across_languages.note(same, joined);
        }
    }
    figures.note_groups(reports, &groups);
    figures
}

#[test]
fn the_weights_with_a_model_are_those_of_the_labelled_reports() {
    if REPORTS.is_empty() {
        return;
    }
    let rows = rows();
    let fitted = fit_rows(&rows.iter().collect::<Vec<_>>());
    println!("fitted {fitted:.3?}");
    let total = |weights: &[f64; ALL]| {
        let weights = *weights;
        move |features: &Features| {
            score::correction(features)
                + values(features).iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>()
        }
    };
    let by_part: Vec<[f64; ALL]> =
        (0..PARTS).map(|part| fit_rows(&rows.iter().filter(|row| row.part != part).collect::<Vec<_>>())).collect();
    for form in [Form::Whole, Form::Short] {
        let mut figures = Figures::default();
        for set in 0..FITTED {
            let of_this = || rows.iter().filter(|row| row.set == set && row.form == form);
            let known: HashMap<(usize, usize), f64> =
                of_this().map(|row| (row.between, row.odds(&by_part[row.part]))).collect();
            let reports = of_set(form, set);
            let enough = super::super::ENOUGH_WITH_MODEL;
            let mut scores =
                Scores::new(|a, b| super::super::score(known.get(&(a, b)).map_or(-9.0, |odds| odds - enough)));
            let window = window(reports);
            let groups = partition(reports.len(), &candidates(&window, &prepare(&window)), &mut scores);
            for row in of_this() {
                let joined = groups[row.between.0] == groups[row.between.1];
                figures.events.note(row.same, joined);
                if row.across_languages {
                    figures.across_languages.note(row.same, joined);
                }
            }
            figures.note_groups(reports, &groups);
        }
        figures.print(&format!("{form:?} reports with a model, by weights of other families"));
    }
    for enough in [0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9] {
        figures_of_a_day(total(&fitted), enough).print(&format!("the day with a model, from {enough} on"));
    }
    let without = |features: &Features| score::odds(&Features { sentences: None, ..*features });
    figures_of_a_day(without, ENOUGH).print("the day without a model");
    // The last bits of vectors differ from processor to processor.
    let ours: Vec<f64> = std::iter::once(score::BIAS_WITH_MODEL).chain(score::WEIGHTS_WITH_MODEL).collect();
    assert!(fitted.iter().zip(&ours).all(|(one, other)| (one - other).abs() < 0.02), "fitted {fitted:.3?}");
}
