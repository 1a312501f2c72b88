//! Articles with their marks, for people and for programs.

use std::fmt::Write as _;

use super::Frame;
use super::link::{link, shown};
use super::object::Object;
use super::wrap::wrap;
use crate::app::mark::Marked;
use crate::decide::ArticleMark;
use crate::store::MarkedArticle;
use crate::text::clean::one_line;

/// The articles, with a blank line between them.
pub fn text(marked: &Marked, frame: &Frame, width: usize) -> String {
    let mut out = String::new();
    for article in &marked.articles {
        if !out.is_empty() {
            out.push('\n');
        }
        write_article(&mut out, article, marked, frame, width);
    }
    out
}

fn write_article(out: &mut String, article: &MarkedArticle, marked: &Marked, frame: &Frame, width: usize) {
    let mut head = format!("#{} · {}", article.id, one_line(&article.outlet));
    if let Some(at) = article.published_at {
        let _ = write!(head, " · {}", frame.when(at));
    }
    wrap(out, &head, width, "", "  ");
    let title = one_line(&article.title);
    wrap(out, if title.is_empty() { "(no headline)" } else { &title }, width, "  ", "  ");
    let _ = writeln!(out, "  {}", shown(&article.url));
    for mark in &article.marks {
        let said = mark.watch.map_or_else(String::new, |watch| {
            let former = if article.watches.contains(&watch) { "" } else { " (no longer matches)" };
            format!("for {}{former}: ", one_line(marked.watch(watch)))
        });
        wrap(out, &format!("{said}{}", said_by(mark)), width, "  ", "    ");
    }
    if article.marks.is_empty() {
        out.push_str("  no mark\n");
    }
}

fn said_by(mark: &ArticleMark) -> String {
    let mut parts = Vec::new();
    parts.extend(mark.relevant.map(|is| if is { "relevant" } else { "not relevant" }.to_owned()));
    parts.extend(mark.tone.map(|tone| format!("tone: {}", tone.name())));
    if !mark.tags.is_empty() {
        parts.push(format!("tags: {}", one_line(&mark.tags.join(", "))));
    }
    if !mark.note.is_empty() {
        parts.push(format!("note: {}", one_line(&mark.note)));
    }
    parts.join(" · ")
}

/// One object for each article, a line each.
pub fn json(marked: &Marked) -> String {
    marked.articles.iter().map(|article| object(article, marked) + "\n").collect()
}

fn object(article: &MarkedArticle, marked: &Marked) -> String {
    let names: Vec<String> = article.watches.iter().map(|watch| one_line(marked.watch(*watch))).collect();
    let marks: Vec<String> = article
        .marks
        .iter()
        .map(|mark| {
            let mut object = Object::default();
            object.known("watch", mark.watch.map_or("", |watch| marked.watch(watch)));
            object.figure("relevant", mark.relevant);
            object.known("tone", mark.tone.map_or("", |tone| tone.name()));
            object.texts("tags", &mark.tags.iter().map(|tag| one_line(tag)).collect::<Vec<_>>());
            object.known("note", &one_line(&mark.note));
            object.time("marked_at", Some(mark.marked_at));
            object.finish()
        })
        .collect();
    let mut object = Object::default();
    object.bare("id", article.id);
    object.text("outlet", &one_line(&article.outlet));
    object.text("headline", &one_line(&article.title));
    object.text("url", &link(&article.url).unwrap_or_else(|| shown(&article.url)));
    object.time("published_at", article.published_at);
    object.texts("watches", &names);
    object.bare("marks", format_args!("[{}]", marks.join(",")));
    object.finish()
}
