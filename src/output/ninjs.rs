//! A mention as a document of IPTC ninjs 3.0, the JSON format of news agencies; without the text of the article.

use serde_json::{Map, Value, json};

use super::feed::id;
use super::link::link;
use super::words::{self, Frame};
use super::words::{non_empty, terms};
use crate::date::utc;
use crate::digest::Exported;

/// One document on one line, because ninjs has no type for a list of documents.
pub fn line(line: &Exported, frame: &Frame) -> String {
    let mention = &line.mention;
    let mut document = Map::new();
    let mut add = |name: &str, value: Value| {
        if !(value.is_null() || value.as_array().is_some_and(Vec::is_empty)) {
            document.insert(name.to_owned(), value);
        }
    };
    add(
        "standard",
        json!({ "name": "ninjs", "version": "3.0", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#" }),
    );
    add("uri", json!(id(mention)));
    add("type", json!("text"));
    // The text itself stays in the database.
    add("representationType", json!("partial"));
    add("contentCreated", json!(mention.published_at.map(utc)));
    add("versionCreated", json!(utc(mention.found_at)));
    add("language", json!(non_empty(&mention.language)));
    add("headlines", json!(non_empty(&mention.title).map(|title| vec![json!({ "role": "main", "value": title })])));
    let sentence = non_empty(&words::sentence(mention));
    add("descriptions", json!(sentence.map(|text| vec![json!({ "role": "hit_sentence", "value": text })])));
    add("by", json!(non_empty(&mention.author)));
    let sources = [
        ("publisher", non_empty(&mention.outlet)),
        ("agency", non_empty(&mention.credit)),
        ("original", mention.original_outlet.as_deref().and_then(non_empty)),
    ];
    let sources = sources.into_iter().filter_map(|(role, name)| Some(json!({ "role": role, "name": name? })));
    add("infoSources", sources.collect());
    let watch = non_empty(&mention.watch).map(|name| json!({ "rel": "watch", "name": name }));
    let matched = terms(mention).into_iter().map(|name| json!({ "rel": "term", "name": name }));
    let mark = mention.mark.as_deref();
    let tone = mark.and_then(|mark| mark.tone).map(|tone| json!({ "rel": "tone", "name": tone.name() }));
    let tags = mark.into_iter().flat_map(|mark| &mark.tags).filter_map(|tag| non_empty(tag));
    let tags = tags.map(|tag| json!({ "rel": "tag", "name": tag }));
    let facts = &mention.facts;
    let of_outlet = [("outlet_kind", &facts.kind), ("outlet_region", &facts.region)].into_iter();
    let of_outlet = of_outlet.filter_map(|(rel, name)| name.as_deref().and_then(non_empty).map(|name| (rel, name)));
    let of_outlet = of_outlet.chain(facts.tier.map(|tier| ("outlet_tier", tier.to_string())));
    let of_outlet = of_outlet.chain(facts.tags.iter().filter_map(|tag| Some(("outlet_tag", non_empty(tag)?))));
    let of_outlet = of_outlet.map(|(rel, name)| json!({ "rel": rel, "name": name }));
    add("subjects", watch.into_iter().chain(matched).chain(tone).chain(tags).chain(of_outlet).collect());
    let page = link(&mention.url).map(|url| json!({ "name": "page", "href": url, "contentType": "text/html" }));
    add("renditions", page.into_iter().collect());
    add(
        "altIds",
        json!([
            { "role": "story", "value": mention.story.to_string() },
            { "role": "id", "value": mention.article.to_string() },
        ]),
    );
    let mut remarks = frame.origin(mention);
    remarks.extend(mark.and_then(|mark| non_empty(&mark.note)));
    add("edNote", json!(non_empty(&remarks.join(" · "))));
    format!("{}\n", Value::Object(document))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::digest::Mention;
    use crate::output::samples::{HOSTILE, cannot_act, exported, frame};

    #[test]
    fn what_is_known() {
        let told: Value = serde_json::from_str(&line(&exported("Strike"), &frame())).unwrap();
        assert_eq!(
            told,
            json!({
                "standard": { "name": "ninjs", "version": "3.0", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#" },
                "uri": "https://phare.example/1?a=1&b=(2)#presswatch=Quayside%20strike",
                "type": "text",
                "representationType": "partial",
                "contentCreated": "2026-10-10T14:31:00Z",
                "versionCreated": "2026-10-10T15:00:00Z",
                "language": "fr",
                "headlines": [{ "role": "main", "value": "Strike" }],
                "descriptions": [{ "role": "hit_sentence", "value": "The strike at the quay goes on, said the strikers." }],
                "by": "Nora Terwilgen",
                "infoSources": [{ "role": "publisher", "name": "Le Phare" }],
                "subjects": [
                    { "rel": "watch", "name": "Quayside strike" },
                    { "rel": "term", "name": "strike" },
                    { "rel": "term", "name": "quay" },
                    { "rel": "tone", "name": "negative" },
                    { "rel": "tag", "name": "opinion" },
                    { "rel": "tag", "name": "union" },
                    { "rel": "outlet_kind", "name": "newspaper" },
                    { "rel": "outlet_tier", "name": "1" },
                    { "rel": "outlet_tag", "name": "quality" },
                    { "rel": "outlet_tag", "name": "=daily" },
                ],
                "renditions": [{ "name": "page", "href": "https://phare.example/1?a=1&b=(2)", "contentType": "text/html" }],
                "altIds": [{ "role": "story", "value": "1" }, { "role": "id", "value": "1" }],
                "edNote": "We asked, twice.",
            })
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let bare = Mention {
            title: "".into(),
            author: "".into(),
            language: "".into(),
            snippet: "".into(),
            published_at: None,
            paywalled: true,
            url: "javascript:alert(1)".into(),
            mark: None,
            ..exported("").mention
        };
        let told: Value =
            serde_json::from_str(&line(&crate::digest::Exported { mention: bare, ..exported("") }, &frame())).unwrap();
        let names: Vec<&String> = told.as_object().unwrap().keys().collect();
        let expected = [
            "altIds",
            "edNote",
            "infoSources",
            "representationType",
            "standard",
            "subjects",
            "type",
            "uri",
            "versionCreated",
        ];
        assert_eq!(names, expected);
        assert_eq!(told["edNote"], "subscribers only");
    }

    #[test]
    fn hostile_headlines_are_text() {
        for title in HOSTILE {
            let text = line(&exported(title), &frame());
            assert!(cannot_act(&text) && text.matches('\n').count() == 1, "{text}");
            let told: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(non_empty(title).map_or(Value::Null, Value::from), told["headlines"][0]["value"]);
        }
    }
}
