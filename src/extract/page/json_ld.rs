//! JSON-LD: the metadata that a page provides for search engines.

use serde_json::{Map, Value};

use super::json_parts::{self, MediaWords, NamedObjects, PaymentWords};
use crate::parse_guard::{JSON_BUDGET, json_refusal};
use crate::text::cut::cut;
use crate::text::markup;

/// What the article's JSON-LD says; strings are plain text, empty when missing.
#[derive(Debug, Default, Clone)]
pub struct JsonLd {
    /// The type of the article node, "" when the page has none.
    pub kind: String,
    /// All types found, in lower case.
    pub types: Vec<String>,
    /// `headline`, else `name`.
    pub headline: String,
    /// `description`.
    pub description: String,
    /// Names of persons, in order.
    pub persons: Vec<String>,
    /// Names of organisations among the authors.
    pub organisations: Vec<String>,
    /// `sourceOrganization`, `creditText`, `provider`.
    pub providers: Vec<String>,
    /// Persons of the page outside the article: on a blog, its owner.
    pub owners: Vec<String>,
    /// Names of publishers declared as organisations.
    pub firms: Vec<String>,
    /// Names of the `publisher` and of the web site.
    pub outlets: Vec<String>,
    /// `datePublished`, as written.
    pub published: String,
    /// `datePublished` of another description of the page, if the article has none.
    pub page_published: String,
    /// `dateModified`, as written.
    pub modified: String,
    /// `inLanguage`.
    pub language: String,
    /// The URL of the first image.
    pub image: String,
    /// `articleSection`.
    pub section: String,
    /// `articleBody`, as written.
    pub body: String,
    /// Headlines and texts of a live blog's updates, as written.
    pub updates: Vec<String>,
    /// On a page without an article: the description of its video, recording or gallery.
    pub media: MediaWords,
    /// Whether somebody paid for the article.
    pub payment: PaymentWords,
    /// `isAccessibleForFree`.
    pub free: Option<bool>,
    /// Selectors of the parts that are not free.
    pub locked: Vec<String>,
}

const MAX_BODY: usize = 1_000_000;

/// Parses all blocks and chooses the page's article; `path` is the page's path, which identifies it among others.
pub fn parse_json_ld(blocks: &[String], path: &str) -> JsonLd {
    let mut left = JSON_BUDGET;
    let values: Vec<Value> = blocks.iter().flat_map(|block| parse(block, &mut left)).collect();
    let mut objects = Vec::new();
    for value in &values {
        collect(value, 0, &mut objects);
    }
    let names: NamedObjects = objects
        .iter()
        .filter(|object| object.len() > 1)
        .filter_map(|object| Some((object.get("@id")?.as_str()?, *object)))
        .collect();
    let reader = ObjectReader { names };
    let mut found = JsonLd::default();
    for object in &objects {
        found.types.extend(kinds(object).map(str::to_ascii_lowercase));
        if kinds(object).any(|kind| kind == "WebSite") {
            found.outlets.extend(reader.text(object.get("name")));
        }
        if kinds(object).any(|kind| kind == "Person") {
            found.owners.extend(reader.text(object.get("name")));
        }
    }
    let articles: Vec<_> = objects.iter().filter(|object| kinds(object).any(is_article)).collect();
    let is_here = |object: &Map<String, Value>| {
        !path.is_empty() && path != "/" && address(object).is_some_and(|a| a.contains(path.trim_end_matches('/')))
    };
    let best = articles.iter().enumerate().max_by_key(|(nth, object)| {
        let full = object.contains_key("datePublished") && object.contains_key("headline");
        (is_here(object), full, usize::MAX - nth)
    });
    let pages = objects.iter().filter(|object| !kinds(object).any(is_article) || articles.len() == 1);
    let date = |object: &&&Map<String, Value>| {
        ["datePublished", "uploadDate", "dateCreated"].iter().find_map(|name| reader.text(object.get(*name)))
    };
    found.page_published = pages.into_iter().find_map(|object| date(&object)).unwrap_or_default();
    // Three or more articles, none of them at this URL: a list of others.
    if let Some((_, object)) = best.filter(|(_, object)| articles.len() < 3 || is_here(object)) {
        reader.article(object, &mut found);
    }
    if found.kind.is_empty() {
        let media = objects.iter().find(|object| kinds(object).any(json_parts::is_media));
        found.media = media.map(|object| json_parts::media_words(object)).unwrap_or_default();
    }
    let pages = || objects.iter().filter(|object| kinds(object).any(|kind| kind == "WebPage"));
    found.free =
        found.free.or_else(|| pages().find_map(|object| object.get("isAccessibleForFree").and_then(lenient_bool)));
    found
}

/// Whether a type is an article type of schema.org or a variant that outlets have made up.
fn is_article(kind: &str) -> bool {
    let kind = kind.rsplit(['/', ':']).next().unwrap_or(kind);
    kind.ends_with("Article")
        || matches!(
            kind,
            "BlogPosting" | "LiveBlogPosting" | "Report" | "Review" | "SocialMediaPosting" | "DiscussionForumPosting"
        )
}

fn kinds(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let kind = object.get("@type").or_else(|| object.get("type"));
    let many = kind.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    kind.and_then(Value::as_str).into_iter().chain(many.iter().filter_map(Value::as_str))
}

fn address(object: &Map<String, Value>) -> Option<&str> {
    let of = |name: &str| {
        let value = object.get(name)?;
        value.as_str().or_else(|| value.get("@id")?.as_str()).or_else(|| value.get("url")?.as_str())
    };
    ["url", "mainEntityOfPage", "@id"].iter().find_map(|name| of(name))
}

/// Collects the objects of a document that describe the page itself, not its lists of other articles.
fn collect<'v>(value: &'v Value, depth: usize, objects: &mut Vec<&'v Map<String, Value>>) {
    if depth > 8 || objects.len() > 2_000 {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, depth + 1, objects)),
        Value::Object(object) => {
            objects.push(object);
            for name in ["@graph", "mainEntity", "mainEntityOfPage", "article"] {
                if let Some(inner @ (Value::Array(_) | Value::Object(_))) = object.get(name) {
                    collect(inner, depth + 1, objects);
                }
            }
        }
        _ => {}
    }
}

struct ObjectReader<'v> {
    names: NamedObjects<'v>,
}

impl ObjectReader<'_> {
    fn article(&self, object: &Map<String, Value>, found: &mut JsonLd) {
        kinds(object).find(|kind| is_article(kind)).unwrap_or("Article").clone_into(&mut found.kind);
        let line = |names: &[&str]| names.iter().find_map(|name| self.text(object.get(*name))).unwrap_or_default();
        found.payment = json_parts::payment_words(kinds(object), object, &self.names);
        found.headline = line(&["headline", "name"]);
        found.description = line(&["description", "abstract"]);
        found.published = line(&["datePublished", "dateCreated", "uploadDate"]);
        found.modified = line(&["dateModified"]);
        found.language = line(&["inLanguage"]);
        found.section = line(&["articleSection"]);
        found.image =
            self.link(object.get("image"), 0).or_else(|| self.link(object.get("thumbnailUrl"), 0)).unwrap_or_default();
        if let Some(body) = object.get("articleBody").and_then(Value::as_str) {
            cut(body, MAX_BODY).clone_into(&mut found.body);
        }
        found.updates = json_parts::updates(object, &self.names);
        for name in ["author", "creator"] {
            if found.persons.is_empty() && found.organisations.is_empty() {
                self.authors(object.get(name), 0, found);
            }
        }
        for name in ["sourceOrganization", "creditText", "provider"] {
            found.providers.extend(self.text(object.get(name)));
        }
        for name in ["publisher", "copyrightHolder"] {
            let is_firm = |value: &Value| {
                value.as_object().is_some_and(|object| {
                    kinds(self.resolve(object)).any(|kind| kind.ends_with("Organization"))
                        && !kinds(self.resolve(object)).any(|kind| kind == "Person")
                })
            };
            if object.get(name).is_some_and(is_firm) {
                found.firms.extend(self.text(object.get(name)));
            }
            found.outlets.extend(self.text(object.get(name)));
        }
        found.free = object.get("isAccessibleForFree").and_then(lenient_bool);
        let parts = object.get("hasPart");
        let many = parts.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for part in many.iter().chain(parts.filter(|p| p.is_object())) {
            if part.get("isAccessibleForFree").and_then(lenient_bool) == Some(false) {
                found.free = found.free.or(Some(false));
                let selector = part.get("cssSelector");
                let several = selector.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let selectors =
                    selector.and_then(Value::as_str).into_iter().chain(several.iter().filter_map(Value::as_str));
                found.locked.extend(selectors.take(20).map(str::to_owned));
            }
        }
    }

    fn authors(&self, value: Option<&Value>, depth: usize, found: &mut JsonLd) {
        match value {
            Some(Value::Array(values)) if depth < 4 => {
                for value in values.iter().take(50) {
                    self.authors(Some(value), depth + 1, found);
                }
            }
            Some(Value::Object(object)) => {
                let object = self.resolve(object);
                let organisation = kinds(object).any(|kind| kind.ends_with("Organization"));
                if let Some(Value::Array(names)) = object.get("name") {
                    found.persons.extend(names.iter().filter_map(Value::as_str).take(50).map(markup::unescaped));
                } else if let Some(name) = self.text(object.get("name")).or_else(|| self.name_in_parts(object)) {
                    if organisation { found.organisations.push(name) } else { found.persons.push(name) }
                }
            }
            Some(Value::String(name)) => found.persons.push(markup::untagged(name)),
            _ => {}
        }
    }

    /// A name from `givenName` and `familyName`.
    fn name_in_parts(&self, object: &Map<String, Value>) -> Option<String> {
        let parts = ["givenName", "additionalName", "familyName"].map(|name| self.text(object.get(name)));
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn resolve<'o>(&'o self, object: &'o Map<String, Value>) -> &'o Map<String, Value> {
        if object.contains_key("name") || object.contains_key("familyName") {
            return object;
        }
        object.get("@id").and_then(Value::as_str).and_then(|id| self.names.get(id).copied()).unwrap_or(object)
    }

    /// The first string in a value, as plain text; `None` when empty.
    fn text(&self, value: Option<&Value>) -> Option<String> {
        let text = match value? {
            Value::String(text) => markup::untagged(cut(text, 20_000)),
            Value::Number(number) => number.to_string(),
            Value::Array(values) => {
                return values.iter().take(5).find_map(|v| if v.is_array() { None } else { self.text(Some(v)) });
            }
            Value::Object(object) => {
                let object = self.resolve(object);
                let name = object.get("name").or_else(|| object.get("alternateName")).or_else(|| object.get("@value"));
                markup::untagged(name?.as_str()?)
            }
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    fn link(&self, value: Option<&Value>, depth: usize) -> Option<String> {
        match value? {
            Value::String(text) => Some(markup::unescaped(text)),
            Value::Array(values) if depth < 3 => values.iter().take(5).find_map(|v| self.link(Some(v), depth + 1)),
            Value::Object(object) if depth < 3 => {
                let named = object.get("@id").and_then(Value::as_str).and_then(|id| self.names.get(id).copied());
                let url = |o: &Map<String, Value>| {
                    ["url", "contentUrl"].iter().find_map(|name| self.link(o.get(*name), depth + 1))
                };
                url(object).or_else(|| named.and_then(url))
            }
            _ => None,
        }
    }
}

/// Parses booleans in the forms found in practice: `false`, `"False"`, `"http://schema.org/False"`, 0.
fn lenient_bool(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => Some(number.as_f64() != Some(0.0)),
        Value::String(text) => {
            let word = text.trim().rsplit('/').next().unwrap_or("").to_ascii_lowercase();
            match word.as_str() {
                "true" | "yes" | "1" => Some(true),
                "false" | "no" | "0" => Some(false),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The documents in a block (usually one), repaired when they are not quite JSON. `left` is the remaining size budget
/// of the page's blocks.
fn parse(block: &str, left: &mut usize) -> Vec<Value> {
    let mut values = |text: &str| -> (Vec<Value>, bool) {
        let mut rest = *left;
        if json_refusal(text, &mut rest).is_some() {
            return (Vec::new(), false);
        }
        let mut values = Vec::new();
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            match value {
                Ok(value) => values.push(value),
                Err(_) => return (values, false),
            }
        }
        *left = rest;
        (values, true)
    };
    let block = block.trim().trim_start_matches('\u{feff}');
    if let (values, true) = values(block) {
        return values;
    }
    let repaired = repair(block);
    if let (values, true) = values(&repaired) {
        return values;
    }
    // Entities in place of the quotes themselves.
    if block.contains("&quot;") {
        let decoded = markup::unescaped(block);
        for text in [&decoded, &repair(&decoded)] {
            if let (values, true) = values(text) {
                return values;
            }
        }
        return Vec::new();
    }
    values(&repaired).0
}

/// Drops comments, CDATA marks, trailing commas and semicolons; escapes bare line breaks and invalid escapes in
/// strings.
fn repair(block: &str) -> String {
    let block = block.replace("<![CDATA[", "").replace("]]>", "").replace("<!--", "").replace("-->", "");
    let mut fixed = String::with_capacity(block.len() + 64);
    let mut chars = block.char_indices().peekable();
    let mut quoted = false;
    while let Some((at, c)) = chars.next() {
        if quoted {
            match c {
                '"' => quoted = false,
                '\\' => {
                    let next = chars.peek().map_or(' ', |(_, c)| *c);
                    let unicode = next == 'u'
                        && block.get(at + 2..at + 6).is_some_and(|h| h.bytes().all(|b| b.is_ascii_hexdigit()));
                    if unicode || "\"\\/bfnrt".contains(next) {
                        fixed.push('\\');
                        fixed.push(next);
                        chars.next();
                    }
                    continue;
                }
                '\n' => {
                    fixed.push_str("\\n");
                    continue;
                }
                c if c.is_control() => {
                    fixed.push(' ');
                    continue;
                }
                _ => {}
            }
            fixed.push(c);
            continue;
        }
        match c {
            '"' => quoted = true,
            '}' | ']' => {
                let kept = fixed.trim_end().len();
                if fixed[..kept].ends_with(',') {
                    fixed.truncate(kept - 1);
                }
            }
            ';' => continue,
            '/' if chars.peek().is_some_and(|(_, c)| *c == '/') => {
                while chars.next_if(|(_, c)| *c != '\n').is_some() {}
                continue;
            }
            '/' if chars.peek().is_some_and(|(_, c)| *c == '*') => {
                let mut before = ' ';
                for (_, c) in chars.by_ref() {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
                continue;
            }
            _ => {}
        }
        fixed.push(c);
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_block(block: &str) -> JsonLd {
        parse_json_ld(&[block.to_owned()], "/a/1")
    }

    #[test]
    fn blocks_that_are_not_quite_json_are_repaired() {
        for block in [
            r#"{"@type":"NewsArticle","headline":"A b"}"#,
            r#"{"@type":"NewsArticle","headline":"A b",}"#,
            r#"[{"@type":"Thing"},{"@type":["NewsArticle"],"headline":"A b"},]"#,
            r#"{"@graph":[{"@type":"WebPage"},{"@type":"https://schema.org/NewsArticle","headline":"A b"}]}"#,
            "/* <![CDATA[ */ {\"@type\":\"NewsArticle\",\"headline\":\"A b\"} /* ]]> */",
            "<!-- {\"@type\":\"NewsArticle\",\"headline\":\"A b\"} -->",
            "{\"@type\":\"NewsArticle\",\"description\":\"x\ny\tz\",\"headline\":\"A b\"};",
            r#"{"@type":"NewsArticle","description":"C:\x \'y\'","headline":"A b"}"#,
            "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;headline&quot;:&quot;A b&quot;}",
            r#"{"@type":"WebSite","name":"N"}{"@type":"NewsArticle","headline":"A b"}"#,
            r#"{"@type":"NewsArticle","headline":"A &amp;amp;b"}"#,
        ] {
            assert_eq!(parse_block(block).headline.replace("&b", "b"), "A b", "{block}");
        }
    }

    #[test]
    fn is_accessible_for_free_is_parsed_in_every_spelling() {
        for (value, expected) in [
            ("false", Some(false)),
            (r#""False""#, Some(false)),
            (r#""https://schema.org/False""#, Some(false)),
            ("0", Some(false)),
            (r#""True""#, Some(true)),
            (r#""perhaps""#, None),
            ("null", None),
        ] {
            let block = format!(r#"{{"@type":"NewsArticle","isAccessibleForFree":{value}}}"#);
            assert_eq!(parse_block(&block).free, expected, "{value}");
            let part = format!(
                r#"{{"@type":"NewsArticle","hasPart":[{{"isAccessibleForFree":{value},"cssSelector":".x"}}]}}"#
            );
            assert_eq!(parse_block(&part).free, expected.filter(|free| !free), "part {value}");
        }
    }

    #[test]
    fn authors_by_reference_and_the_article_of_this_page() {
        let found = parse_block(
            r##"{"@graph":[
            {"@type":"NewsArticle","url":"https://x.example/other/2","headline":"Other","datePublished":"2026-01-01"},
            {"@type":"NewsArticle","url":"https://x.example/a/1","headline":"This","author":[{"@id":"#p"},{"@type":"Organization","name":"Belga"}]},
            {"@type":"Person","@id":"#p","name":"Jane Roe"}]}"##,
        );
        assert_eq!(found.headline, "This");
        assert_eq!(found.persons, ["Jane Roe"]);
        assert_eq!(found.organisations, ["Belga"]);
    }

    #[test]
    fn hostile_blocks_are_parsed_quickly() {
        for block in
            ["[".repeat(100_000), "{\"a\":".repeat(100_000), "\"".repeat(100_000), "/*".repeat(50_000), "\\".repeat(9)]
        {
            assert_eq!(parse_block(&block).headline, "");
        }
    }
}
