//! Texts that users write, with placeholders for the parts of a message.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};

/// A template's work is bounded, so that a loop in it ends.
const FUEL: u64 = 1_000_000;
/// The most bytes of a rendered text.
const LONGEST: usize = 200_000;
/// The name under which a template of each form is rendered.
const NAMES: [(&str, Escaping); 3] = [("text", Escaping::None), ("mrkdwn", Escaping::Mrkdwn), ("json", Escaping::Json)];

/// A template that can be used: it was rendered once with a sample.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    text: Arc<str>,
    escaping: Escaping,
}

/// What is done to what is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escaping {
    None,
    /// Slack's `&`, `<` and `>`, without which a headline could mention everybody.
    Mrkdwn,
    /// As JSON values, with their quotes.
    Json,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFlaw {
    /// Bytes of the template, if known.
    pub at: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Template")
    }
}

impl Template {
    /// Parses a template and tries it on each of these samples.
    pub(super) fn parse(text: &str, escaping: Escaping, samples: &[serde_json::Value]) -> Result<Self, TemplateFlaw> {
        let template = Self { text: text.into(), escaping };
        for sample in samples {
            let made = template.try_render(sample).map_err(|error| flaw(&error, text))?;
            if made.trim().is_empty() {
                return Err(TemplateFlaw { at: None, message: "the template gives an empty text".to_owned() });
            }
        }
        Ok(template)
    }

    /// The text for a message.
    ///
    /// # Errors
    /// If it cannot be made, which the samples should have shown.
    pub(super) fn render(&self, message: &serde_json::Value) -> Result<String, String> {
        let made =
            self.try_render(message).map_err(|error| format!("template: {}", flaw(&error, &self.text).message))?;
        if made.len() > LONGEST {
            return Err(format!("template: the text has more than {LONGEST} bytes"));
        }
        Ok(made)
    }

    fn try_render(&self, message: &serde_json::Value) -> Result<String, Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|name| match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, Escaping::Json)) => AutoEscape::Json,
            _ => AutoEscape::None,
        });
        if self.escaping == Escaping::Mrkdwn {
            environment.set_formatter(|out, state, value| match value.as_str() {
                Some(text) if !value.is_safe() => out.write_str(&mrkdwn(text)).map_err(Error::from),
                _ => minijinja::escape_formatter(out, state, value),
            });
        }
        let name = NAMES.iter().find(|(_, escaping)| *escaping == self.escaping).map_or("", |(name, _)| name);
        environment.render_named_str(name, &self.text, Value::from(Serde(message)))
    }
}

/// Text in which nothing is a link or a mention for Slack.
pub(super) fn mrkdwn(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn flaw(error: &Error, text: &str) -> TemplateFlaw {
    let what = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    let at = error.range().filter(|at| text.get(at.clone()).is_some_and(|part| !part.is_empty()));
    TemplateFlaw { at, message: what }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use serde_json::json;

    use super::*;

    fn made(text: &str, escaping: Escaping) -> Result<String, TemplateFlaw> {
        let sample = json!({ "title": "A <!channel> & \"b\"", "mentions": [{ "url": "https://a.example/1" }] });
        Template::parse(text, escaping, std::slice::from_ref(&sample)).map(|template| template.render(&sample).unwrap())
    }

    #[test]
    fn what_is_filled_in_is_escaped_for_its_form() {
        for (escaping, expected) in
            [(Escaping::None, "*A <!channel> & \"b\"*"), (Escaping::Mrkdwn, "*A &lt;!channel&gt; &amp; \"b\"*")]
        {
            assert_eq!(made("*{{ title }}*", escaping).unwrap(), expected);
        }
        let json = made("{ \"text\": {{ title }}, \"all\": {{ mentions }} }", Escaping::Json).unwrap();
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["text"], "A <!channel> & \"b\"");
        assert_eq!(read["all"][0]["url"], "https://a.example/1");
    }

    #[test]
    fn what_is_wrong_is_found_before_anything_is_sent() {
        for (text, marked) in
            [("a {{ titel }}", Some("titel")), ("{% for m in mentions %}{{ m.ulr }}{% endfor %}", Some("m.ulr"))]
        {
            let flaw = made(text, Escaping::None).unwrap_err();
            assert_eq!(flaw.at.map(|at| &text[at]), marked, "{}", flaw.message);
        }
        assert!(made("{{ title", Escaping::None).is_err());
        assert!(
            made("{% for a in range(90000000) %}{% for b in range(9) %}x{% endfor %}{% endfor %}", Escaping::None)
                .is_err()
        );
        assert!(made(" {# nothing #} ", Escaping::None).is_err());
    }
}
