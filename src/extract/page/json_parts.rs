//! Parts of JSON-LD with text of their own: updates of a live blog, descriptions of videos and recordings.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::text::cut::cut;
use crate::text::markup;

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

/// What an article says of those who paid for it.
#[derive(Debug, Default, Clone)]
pub struct PaymentWords {
    /// Whether it is an `AdvertiserContentArticle`.
    pub is_declared: bool,
    /// `sponsor`.
    pub sponsors: Vec<String>,
    /// `genre` and `additionalType`.
    pub genres: Vec<String>,
}

/// Reads whether somebody paid for an article of these types.
pub fn payment_words<'k>(
    mut kinds: impl Iterator<Item = &'k str>,
    object: &Map<String, Value>,
    names: &NamedObjects,
) -> PaymentWords {
    let all = |name: &str| match object.get(name) {
        Some(Value::Array(values)) => values.iter().take(20).filter_map(|value| name_of(value, names)).collect(),
        one => one.and_then(|one| name_of(one, names)).into_iter().collect::<Vec<String>>(),
    };
    PaymentWords {
        is_declared: kinds.any(|kind| kind.ends_with("AdvertiserContentArticle")),
        sponsors: all("sponsor"),
        genres: [all("genre"), all("additionalType")].concat(),
    }
}

/// A thing's name, or the text that stands in its place.
fn name_of(value: &Value, names: &NamedObjects) -> Option<String> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(object) => {
            let whole = object.get("@id").and_then(Value::as_str).and_then(|id| names.get(id).copied());
            object.get("name").or_else(|| whole?.get("name"))?.as_str()?
        }
        _ => return None,
    };
    Some(markup::untagged(cut(text, 1_000))).filter(|name| !name.is_empty())
}
