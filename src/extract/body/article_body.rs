//! Text that only JSON-LD holds: the article body, transcripts, live updates.

use super::lines::{Body, text_lines};
use crate::extract::page::json_ld::JsonLd;
use crate::text::cut::cut;
use crate::text::fold;

/// Uses JSON-LD's `articleBody` only where the page's own text is missing or clearly shorter: one `articleBody` in four
/// is a mere teaser.
pub fn use_article_body(body: &mut Body, json: &JsonLd, paywalled: bool) {
    if paywalled || json.body.is_empty() {
        return;
    }
    let lines: Vec<String> = text_lines(&json.body);
    let length = |lines: &[String]| lines.iter().map(|line| line.chars().count()).sum::<usize>();
    let (own, declared) = (length(&body.lines), length(&lines));
    body.runner_up = Some(("JSON-LD articleBody".to_owned(), lines.join("\n")));
    if declared > 200 && declared * 10 > own * 13 {
        body.runner_up = Some((std::mem::take(&mut body.rule), body.text()));
        "JSON-LD articleBody".clone_into(&mut body.rule);
        body.lines = lines;
    }
}

/// A text shorter than this only introduces a video or a recording.
const INTRODUCTION: usize = 250;
/// How many bytes of the page's text are searched for an update, and how many bytes of the update are compared.
const LOOKED_IN: usize = 300_000;
const LOOKED_FOR: usize = 60;

/// Adds the transcript of a video or recording when the page has hardly any text of its own.
pub fn use_transcript(body: &mut Body, json: &JsonLd, paywalled: bool) {
    let own: usize = body.lines.iter().map(|line| line.chars().count()).sum();
    let lines = text_lines(&json.media.transcript);
    if !paywalled && own < INTRODUCTION && !lines.is_empty() {
        body.lines.extend(lines);
        "JSON-LD transcript".clone_into(&mut body.rule);
    }
}

/// Adds the updates of a live blog that the page does not contain because a script loads them later.
pub fn add_live_updates(body: &mut Body, json: &JsonLd, paywalled: bool) {
    if paywalled || json.updates.is_empty() {
        return;
    }
    let shown = fold::key(cut(&body.text(), LOOKED_IN));
    let is_new = |line: &String| {
        let key = fold::key(line);
        !key.is_empty() && !shown.contains(cut(&key, LOOKED_FOR))
    };
    let lines: Vec<String> = json.updates.iter().flat_map(|text| text_lines(text)).filter(is_new).collect();
    if !lines.is_empty() {
        body.rule = format!("{}, then JSON-LD liveBlogUpdate", body.rule);
        body.lines.extend(lines);
    }
}
