//! Parts of JSON-LD with text of their own: updates of a live blog, descriptions of videos and recordings.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::text::cut::cut;

/// The page's objects by `@id`.
pub type NamedObjects<'v> = HashMap<&'v str, &'v Map<String, Value>>;

/// The description of a video, a recording or a gallery, as written; empty when missing.
#[derive(Debug, Default, Clone)]
pub struct MediaWords {
    /// `description`.
    pub description: String,
    /// `transcript`.
    pub transcript: String,
}

/// Limits: updates of a live blog, and bytes of each.
const MOST_UPDATES: usize = 500;
const MOST_BYTES: usize = 50_000;
const MOST_TRANSCRIPT: usize = 1_000_000;

/// Headlines and texts of a live blog's updates, as written and in order.
pub fn updates(blog: &Map<String, Value>, names: &NamedObjects) -> Vec<String> {
    let updates = blog.get("liveBlogUpdate");
    let many = updates.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let objects = many.iter().chain(updates).filter_map(Value::as_object).take(MOST_UPDATES);
    let resolved = |object: &Map<String, Value>| names.get(object.get("@id")?.as_str()?).copied();
    let words = |object: &Map<String, Value>| -> Vec<String> {
        let object = if object.len() > 2 { object } else { resolved(object).unwrap_or(object) };
        let word = |name: &str| object.get(name).and_then(Value::as_str).map(|text| cut(text, MOST_BYTES).to_owned());
        let body = ["articleBody", "text", "description"].iter().find_map(|name| word(name));
        ["headline", "name"].iter().find_map(|name| word(name)).into_iter().chain(body).collect()
    };
    objects.flat_map(words).collect()
}

/// Whether a schema.org type is a video, a recording or pictures.
pub fn is_media(kind: &str) -> bool {
    let kind = kind.rsplit(['/', ':']).next().unwrap_or(kind).to_ascii_lowercase();
    ["videoobject", "audioobject"].iter().any(|start| kind.starts_with(start))
        || ["episode", "clip", "gallery"].iter().any(|end| kind.ends_with(end))
}

/// The description of a video, a recording or a gallery.
pub fn media_words(object: &Map<String, Value>) -> MediaWords {
    let word = |name: &str, most: usize| {
        object.get(name).and_then(Value::as_str).map(|text| cut(text, most).to_owned()).unwrap_or_default()
    };
    MediaWords { description: word("description", MOST_BYTES), transcript: word("transcript", MOST_TRANSCRIPT) }
}
