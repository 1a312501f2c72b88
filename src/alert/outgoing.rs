//! What is sent: a request or the input of a command, one form for each kind. Each form escapes for itself.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use url::Url;

use super::message::{named, rest};
use super::sign::{SigningKey, signature};
use super::template::{Escaping, Template, TemplateFlaw, mrkdwn};
use super::{Alert, AlertKind, AlertMessage, AlertedMention, Receiver, Secret};
use crate::i18n::Language;
use crate::model::MessageId;
use crate::text::cut::cut;

/// ntfy turns a longer text into an attachment, in bytes.
const NTFY_TEXT: usize = 3_500;
/// Titles on phones, in bytes.
const NTFY_TITLE: usize = 240;
/// The largest body that is sent, in bytes.
const LARGEST: usize = 1_000_000;

/// What an alert needs at the moment of sending.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// The address, where it stands in a secret place.
    pub address: Option<Secret>,
    /// Signs webhooks.
    pub signing: Option<SigningKey>,
    /// Sent as `Authorization: Bearer`.
    pub token: Option<Secret>,
}

/// What is sent. `Debug` shows neither addresses nor headers.
#[derive(Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// A request.
    Request {
        /// `PUT`; else `POST`.
        is_put: bool,
        /// Where it goes.
        url: Url,
        /// Names and values.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: String,
    },
    /// A program with its arguments.
    Command {
        /// The program and its arguments.
        words: Vec<String>,
        /// Its standard input.
        input: String,
        /// In its environment, as a header would be.
        id: MessageId,
    },
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request { url, .. } => write!(f, "a request to {}", url.origin().ascii_serialization()),
            Self::Command { .. } => f.write_str("a command"),
        }
    }
}

/// In which words a message is sent, and when.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The language of counts and times.
    pub language: Language,
    /// The time zone of times.
    pub zone: TimeZone,
    /// When it is sent.
    pub at: Timestamp,
}

/// Prepares a message for its receiver.
///
/// # Errors
/// Why it cannot be sent, without secrets.
pub fn prepare(alert: &Alert, message: &AlertMessage, keys: &Keys, sent: &Sent) -> Result<Outgoing, String> {
    let json = message.to_json(sent.language, &sent.zone);
    let own = alert.template.as_ref().map(|template| template.render(&json)).transpose()?;
    let outgoing = if let Receiver::Command(words) = &alert.to {
        let input = own.unwrap_or_else(|| format!("{json}\n"));
        Outgoing::Command { words: words.clone(), input, id: message.id.clone() }
    } else {
        let address = match (&alert.to, &keys.address) {
            (Receiver::Url(url), _) => url.clone(),
            (_, Some(secret)) => receiver_address(secret)?,
            _ => return Err("it has no address".to_owned()),
        };
        request(alert, message, keys, sent, own, address, &json)?
    };
    let (Outgoing::Request { body: text, .. } | Outgoing::Command { input: text, .. }) = &outgoing;
    if text.len() > LARGEST {
        return Err(format!("the message has more than {LARGEST} bytes"));
    }
    Ok(outgoing)
}

/// The address in a secret place.
///
/// # Errors
/// If it is none; it is not shown.
pub(super) fn receiver_address(secret: &Secret) -> Result<Url, String> {
    Url::parse(secret.reveal())
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| "what stands there is not an address that begins with https:// or http://".to_owned())
}

fn request(
    alert: &Alert,
    message: &AlertMessage,
    keys: &Keys,
    sent: &Sent,
    own: Option<String>,
    mut url: Url,
    json: &Value,
) -> Result<Outgoing, String> {
    let id = message.id.0.clone();
    let mut headers = vec![("idempotency-key", id.clone()), ("webhook-id", id.clone())];
    if let Some(token) = &keys.token {
        headers.push(("authorization", format!("Bearer {}", token.reveal())));
    }
    let mut media_type = "application/json";
    let body = match alert.kind {
        AlertKind::Webhook | AlertKind::Command => {
            if own.as_ref().is_some_and(|own| serde_json::from_str::<Value>(own).is_err()) {
                media_type = "text/plain; charset=utf-8";
            }
            own.unwrap_or_else(|| json.to_string())
        }
        AlertKind::Ntfy => {
            let topic = url.path_segments().and_then(|mut parts| parts.next_back().map(str::to_owned));
            let topic = topic.filter(|topic| !topic.is_empty()).ok_or("the address has no topic at its end")?;
            url.path_segments_mut().map_err(|()| "the address has no topic at its end")?.pop().push("");
            url.set_query(None);
            ntfy(alert, message, sent, own, &topic).to_string()
        }
        AlertKind::Slack => {
            let text = own.unwrap_or_else(|| slack(message, sent));
            json!({ "text": text, "parse": "none", "link_names": false, "unfurl_links": false }).to_string()
        }
        AlertKind::Teams => teams(message, sent, own.as_deref()).to_string(),
        AlertKind::Matrix => {
            let room = alert.room.as_deref().unwrap_or_default();
            url.path_segments_mut().map_err(|()| "the address has no host")?.pop_if_empty().extend([
                "_matrix",
                "client",
                "v3",
                "rooms",
                room,
                "send",
                "m.room.message",
                &id,
            ]);
            matrix(message, sent, own).to_string()
        }
    };
    headers.push(("content-type", media_type.to_owned()));
    let at = sent.at.as_second();
    headers.push(("webhook-timestamp", at.to_string()));
    if let Some(key) = &keys.signing {
        headers.push(("webhook-signature", signature(key, &id, at, &body)));
    }
    Ok(Outgoing::Request { is_put: alert.kind == AlertKind::Matrix, url, headers, body })
}

/// Published as JSON, so that no headline becomes a header.
fn ntfy(alert: &Alert, message: &AlertMessage, sent: &Sent, own: Option<String>, topic: &str) -> Value {
    let text = own.unwrap_or_else(|| message.text(sent.language, &sent.zone));
    let title = message.title(sent.language);
    let mut out = json!({
        "topic": topic,
        "title": cut(&title, NTFY_TITLE),
        "message": cut(&text, NTFY_TEXT),
    });
    if let [only] = message.articles().as_slice() {
        out["click"] = json!(only.url);
    }
    if let Some(priority) = alert.priority {
        out["priority"] = json!(priority);
    }
    out
}

fn slack(message: &AlertMessage, sent: &Sent) -> String {
    let articles = message.articles();
    let mut lines = Vec::new();
    if articles.len() > 1 {
        lines.push(format!("*{}*", mrkdwn(&message.title(sent.language)).replace('*', "∗")));
    }
    for article in named(&articles) {
        let title = if articles.len() == 1 { message.title(sent.language) } else { article.title.clone() };
        // In a link, `|` begins the text.
        let link = mrkdwn(&article.url.replace('|', "%7C"));
        lines.push(format!("<{link}|{}>", mrkdwn(&title).replace(['\n', '\r'], " ")));
        lines.push(mrkdwn(&message.origin(article, sent.language, &sent.zone)));
        if articles.len() == 1 && !article.quote().is_empty() {
            lines.push(format!("> {}", mrkdwn(&article.quote())));
        }
    }
    lines.push(rest(articles.len(), sent.language));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// An Adaptive Card. Its runs of text know no Markdown.
fn teams(message: &AlertMessage, sent: &Sent, own: Option<&str>) -> Value {
    let run = |text: &str, more: Value| {
        let mut run = json!({ "type": "TextRun", "text": text });
        if let (Some(run), Value::Object(more)) = (run.as_object_mut(), more) {
            run.extend(more);
        }
        json!({ "type": "RichTextBlock", "inlines": [run] })
    };
    let open = |article: &AlertedMention| json!({ "selectAction": { "type": "Action.OpenUrl", "url": article.url } });
    let articles = message.articles();
    let mut body = vec![run(&message.title(sent.language), json!({ "weight": "bolder", "size": "medium" }))];
    let mut actions = Vec::new();
    if let Some(own) = own {
        body.push(run(own, json!({})));
    } else {
        for article in named(&articles) {
            if articles.len() > 1 {
                body.push(run(&article.title, open(article)));
            }
            body.push(run(&message.origin(article, sent.language, &sent.zone), json!({ "isSubtle": true })));
            if articles.len() == 1 && !article.quote().is_empty() {
                body.push(run(&article.quote(), json!({})));
            }
        }
        let rest = rest(articles.len(), sent.language);
        if !rest.is_empty() {
            body.push(run(&rest, json!({})));
        }
    }
    if let [only] = articles.as_slice() {
        actions.push(json!({ "type": "Action.OpenUrl", "title": only.outlet, "url": only.url }));
    }
    let card = json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": actions,
    });
    let attachment = json!({
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": null,
        "content": card,
    });
    json!({ "type": "message", "attachments": [attachment] })
}

/// Plain text and HTML. The empty list of mentions keeps a headline from mentioning the room.
fn matrix(message: &AlertMessage, sent: &Sent, own: Option<String>) -> Value {
    if let Some(own) = own {
        return json!({ "msgtype": "m.text", "body": own, "m.mentions": {} });
    }
    let (title, text) = (message.title(sent.language), message.text(sent.language, &sent.zone));
    let articles = message.articles();
    let mut html = format!("<strong>{}</strong>", html_text(&title));
    for article in named(&articles) {
        let name = if articles.len() == 1 { article.url.as_str() } else { article.title.as_str() };
        html.push_str(&format_args!("<br><a href=\"{}\">{}</a>", html_text(&article.url), html_text(name)).to_string());
        html.push_str(
            &format_args!("<br>{}", html_text(&message.origin(article, sent.language, &sent.zone))).to_string(),
        );
        if articles.len() == 1 && !article.quote().is_empty() {
            html.push_str(&format_args!("<blockquote>{}</blockquote>", html_text(&article.quote())).to_string());
        }
    }
    let rest = rest(articles.len(), sent.language);
    if !rest.is_empty() {
        html.push_str("<br>");
        html.push_str(&html_text(&rest));
    }
    json!({
        "msgtype": "m.text",
        "body": format!("{title}\n{text}"),
        "format": "org.matrix.custom.html",
        "formatted_body": html,
        "m.mentions": {},
    })
}

fn html_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

impl Template {
    /// A template for messages of this kind, tried on a message of each type.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of_kind(kind: AlertKind, text: &str) -> Result<Self, TemplateFlaw> {
        let start = text.trim_start();
        let is_json = matches!(kind, AlertKind::Webhook | AlertKind::Command)
            && (start.starts_with('[')
                || start.starts_with('{') && !["{{", "{%", "{#"].iter().any(|sign| start.starts_with(sign)));
        let escaping = match kind {
            AlertKind::Slack => Escaping::Mrkdwn,
            _ if is_json => Escaping::Json,
            _ => Escaping::None,
        };
        let one = AlertMessage::sample("sample", MessageId("msg_sample".to_owned()), Timestamp::UNIX_EPOCH);
        let mut two = one.clone();
        two.mentions.extend(
            one.mentions
                .iter()
                .map(|mention| AlertedMention { article: crate::model::ArticleId(2), ..mention.clone() }),
        );
        let samples = [one, two].map(|message| message.to_json(Language::English, &TimeZone::UTC));
        Self::parse(text, escaping, &samples)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

    use super::*;
    use crate::alert::{Only, SecretPlace};

    const HOSTILE: &str = "<!channel> & \"@room\" *x* [a](http://b)\nX-Priority: 5";

    fn alert(kind: AlertKind, to: &str) -> Alert {
        Alert {
            name: "desk".into(),
            watches: Vec::new(),
            kind,
            to: Receiver::Url(Url::parse(to).unwrap()),
            secret: None,
            token: None,
            room: Some("!room:example.org".into()),
            priority: Some(4),
            template: None,
            only: Only::default(),
            quiet: None,
            at_most: None,
        }
    }

    fn message() -> AlertMessage {
        let at = "2026-10-10T14:22:00Z".parse().unwrap();
        let mut message = AlertMessage::sample("desk", MessageId("msg_1".into()), at);
        message.mentions[0].title = HOSTILE.into();
        message.mentions[0].url = "https://a.example/1?a=b|c&d=<e>".into();
        message
    }

    fn sent(alert: &Alert, message: &AlertMessage) -> (Url, Vec<(&'static str, String)>, Value, bool) {
        let at = "2026-10-10T14:30:00Z".parse().unwrap();
        let keys = Keys { token: Some(Secret::new("tk")), ..Keys::default() };
        let sent = Sent { language: Language::English, zone: TimeZone::UTC, at };
        match prepare(alert, message, &keys, &sent).unwrap() {
            Outgoing::Request { is_put, url, headers, body } => {
                (url, headers, serde_json::from_str(&body).unwrap(), is_put)
            }
            Outgoing::Command { .. } => panic!("a command"),
        }
    }

    #[test]
    fn every_form_escapes_what_strangers_write() {
        let (url, headers, ntfy, _) = sent(&alert(AlertKind::Ntfy, "https://n.example/base/topic?x=1"), &message());
        assert_eq!((url.as_str(), &ntfy["topic"]), ("https://n.example/base/", &json!("topic")));
        assert!(headers.iter().all(|(_, value)| !value.contains("channel")), "{headers:?}");
        assert_eq!(ntfy["priority"], 4);

        let (_, _, slack, _) = sent(&alert(AlertKind::Slack, "https://s.example/services/x"), &message());
        let text = slack["text"].as_str().unwrap();
        assert_eq!(
            text.lines().next().unwrap(),
            "<https://a.example/1?a=b%7Cc&amp;d=&lt;e&gt;|Example: &lt;!channel&gt; &amp; \"@room\" *x* [a](http://b) X-Priority: 5>"
        );
        assert!(!text.contains("<!"), "{text}");

        let (_, _, teams, _) = sent(&alert(AlertKind::Teams, "https://t.example/x"), &message());
        let card = &teams["attachments"][0]["content"];
        assert!(card["body"].as_array().unwrap().iter().all(|block| block["type"] == "RichTextBlock"), "{card}");

        let (url, _, matrix, is_put) = sent(&alert(AlertKind::Matrix, "https://m.example/"), &message());
        assert!(is_put);
        assert_eq!(
            url.as_str(),
            "https://m.example/_matrix/client/v3/rooms/!room:example.org/send/m.room.message/msg_1"
        );
        let html = matrix["formatted_body"].as_str().unwrap();
        assert!(html.contains("&lt;!channel&gt;") && html.contains("d=&lt;e&gt;\""), "{html}");
        assert_eq!(matrix["m.mentions"], json!({}));
    }

    #[test]
    fn the_id_is_in_the_headers_and_in_the_body() {
        let (_, headers, body, _) = sent(&alert(AlertKind::Webhook, "https://h.example/x"), &message());
        let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        assert_eq!((header("webhook-id"), header("idempotency-key")), (Some("msg_1"), Some("msg_1")));
        assert_eq!((header("webhook-timestamp"), header("authorization")), (Some("1791642600"), Some("Bearer tk")));
        assert_eq!((&body["id"], &body["type"], &body["count"]), (&json!("msg_1"), &json!("test"), &json!(1)));
    }

    #[test]
    fn many_articles_are_summed_up() {
        let mut message = message();
        for n in 2..=14 {
            let article = crate::model::ArticleId(n);
            message.mentions.push(AlertedMention { article, ..message.mentions[0].clone() });
        }
        message.mentions.push(AlertedMention { watch: "Other".into(), ..message.mentions[0].clone() });
        let (_, _, body, _) = sent(&alert(AlertKind::Webhook, "https://h.example/x"), &message);
        assert_eq!((&body["title"], &body["count"]), (&json!("Example, Other: 14 articles"), &json!(14)));
        assert_eq!(body["mentions"].as_array().unwrap().len(), 15);
        let text = body["text"].as_str().unwrap();
        assert_eq!((text.matches("https://").count(), text.lines().last()), (10, Some("… 4 more")));
    }

    #[test]
    fn a_secret_address_is_not_in_what_is_shown() {
        let secret = "https://hooks.example/services/T0/B0/secret";
        let alert = alert(AlertKind::Slack, secret);
        assert!(!format!("{alert:?} {}", alert.to).contains("services"));
        let out = prepare(
            &alert,
            &message(),
            &Keys::default(),
            &Sent { language: Language::English, zone: TimeZone::UTC, at: Timestamp::UNIX_EPOCH },
        );
        assert!(!format!("{out:?}").contains("services"));
        let place = Receiver::Secret(SecretPlace::Variable("SLACK".into()));
        assert_eq!(place.to_string(), "env:SLACK");
        assert!(receiver_address(&Secret::new("hooks.example/secret")).is_err_and(|why| !why.contains("secret/")));
    }
}
