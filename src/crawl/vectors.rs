//! The vectors of reports, where the configuration names a sentence model.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use jiff::Timestamp;

use crate::config::Config;
use crate::decide::{MarkedReport, StoredReport};
use crate::error::Error;
use crate::event::MODEL_WIDTH;
use crate::model::ArticleId;
use crate::sentence::{SentenceModel, SentenceVector};
use crate::store::Store;
use crate::text::visible::visible_path;

/// The vectors of earlier reports that are computed for one window, those of the newest: a minute or two. The other reports are compared
/// without.
const MOST_EARLIER: usize = 1_500;

/// The sentence model of the configuration, if it names one.
pub fn open_model(config: &Config) -> Result<Option<SentenceModel>, Error> {
    config.events.model.as_deref().filter(|_| config.crawl.events).map(model_of).transpose()
}

fn model_of(path: &Path) -> Result<SentenceModel, Error> {
    let flawed = |cause: String| {
        Error::usage(format!("could not read the sentence model {}: {cause}", visible_path(path)))
            .hint("docs/digest.md says where to get the file e5-small-q4.bin; `[events] model` names it")
    };
    let model = SentenceModel::open(path).map_err(flawed)?;
    if model.width() != MODEL_WIDTH {
        return Err(flawed(format!("its vectors have {} values, and those of the model {MODEL_WIDTH}", model.width())));
    }
    Ok(model)
}

/// The vectors that the reports of a window lack, or that another model computed: those of the first `count` pending ones, and of a number
/// of others that are not pending.
pub(super) fn missing_vectors(
    store: &Store,
    model: &SentenceModel,
    pending: &[(ArticleId, Timestamp)],
    count: usize,
    window: &[MarkedReport],
) -> Result<HashMap<ArticleId, SentenceVector>, Error> {
    let waits: HashSet<ArticleId> = pending.iter().map(|(article, _)| *article).collect();
    let lacks = |report: &&MarkedReport| !waits.contains(&report.article) && !has_vector_of(report, model);
    let mut earlier: Vec<&MarkedReport> = window.iter().filter(lacks).collect();
    earlier.sort_unstable_by_key(|report| (report.at, report.article));
    let earlier = earlier.iter().rev().take(MOST_EARLIER).map(|report| report.article);
    let mut vectors = HashMap::new();
    for article in pending.iter().take(count).map(|(article, _)| *article).chain(earlier) {
        if !vectors.contains_key(&article)
            && let Some(report) = store.report(article)?
        {
            vectors.insert(article, vector(model, &report)?);
        }
    }
    Ok(vectors)
}

fn vector(model: &SentenceModel, report: &StoredReport) -> Result<SentenceVector, Error> {
    let (title, lead) = report.headline_and_lead();
    model
        .vector(title, lead)
        .map_err(|cause| Error::failed(format!("could not read on in the file of the sentence model: {cause}")))
}

/// Whether the vector of a report was computed by this model.
fn has_vector_of(report: &MarkedReport, model: &SentenceModel) -> bool {
    report.marks.sentence.as_ref().is_some_and(|vector| vector.model() == model.fingerprint())
}

/// Gives the reports of a window the vectors that were computed for them, and stores these. Vectors of other models are left out, so that
/// a window is decided as if they had never been.
pub(super) fn add_vectors(
    store: &Store,
    model: Option<&SentenceModel>,
    vectors: &HashMap<ArticleId, SentenceVector>,
    window: &mut [MarkedReport],
) -> Result<(), Error> {
    for report in window {
        if model.is_some_and(|model| has_vector_of(report, model)) {
            continue;
        }
        report.marks.sentence = vectors.get(&report.article).cloned();
        if report.marks.sentence.is_some() {
            store.keep_features(report.article, report.at, &report.marks)?;
        }
    }
    Ok(())
}
