//! The text as JSON-LD gives it.

use super::lines::{Body, text_lines};
use crate::extract::page::json_ld::JsonLd;

/// JSON-LD's `articleBody` only where the page's own text is missing or shorter: one in four is a teaser.
pub fn use_article_body(body: &mut Body, json: &JsonLd, paywalled: bool) {
    if paywalled || json.body.is_empty() {
        return;
    }
    let lines: Vec<String> = text_lines(&json.body);
    let length = |lines: &[String]| lines.iter().map(|line| line.chars().count()).sum::<usize>();
    let (own, told) = (length(&body.lines), length(&lines));
    body.runner_up = Some(("JSON-LD articleBody".to_owned(), lines.join("\n")));
    if told > 200 && told * 10 > own * 13 {
        body.runner_up = Some((std::mem::take(&mut body.rule), body.text()));
        "JSON-LD articleBody".clone_into(&mut body.rule);
        body.lines = lines;
    }
}
