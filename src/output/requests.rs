//! The log of requests: a JSON object a line.

use super::object::Object;
use crate::fetch::{Accept, Requested};
use crate::text::clean::{address, escape_json, one_line};

/// One request as a line.
pub fn log_line(requested: &Requested) -> String {
    let mut object = Object::default();
    object.time("at", Some(requested.at));
    object.text("method", "GET");
    object.text("url", &address(requested.url.as_str()));
    object.text("for", purpose(requested.accept));
    object.figure("status", requested.status);
    object.bare("bytes", requested.bytes);
    object.figure("ms", requested.took.map(|took| took.as_millis()));
    // The response says only that the stored copy is still right.
    object.bare("from_cache", requested.status == Some(304));
    if let Some(to) = &requested.to {
        object.text("redirects_to", &address(to.as_str()));
    }
    if let Some(problem) = &requested.problem {
        object.text(if requested.took.is_some() { "error" } else { "not_requested" }, &one_line(problem));
    }
    format!("{}\n", escape_json(&object.finish()))
}

fn purpose(accept: Accept) -> &'static str {
    match accept {
        Accept::Feed => "feed",
        Accept::Page => "page",
        Accept::Article | Accept::Json => "article",
        Accept::Robots => "robots",
        Accept::Reservations => "reservations",
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use std::time::Duration;

    use super::*;
    use crate::output::samples::HOSTILE;

    #[test]
    fn one_line_a_request_whatever_a_host_says() {
        for text in HOSTILE {
            let requested = Requested {
                at: "2026-10-10T14:31:00.5Z".parse().unwrap(),
                url: "https://me:secret@a.example/feed".parse().unwrap(),
                accept: Accept::Feed,
                status: Some(503),
                bytes: 12,
                took: Some(Duration::from_millis(1_234)),
                to: None,
                problem: Some(text.to_owned()),
            };
            let line = log_line(&requested);
            assert_eq!(line.lines().count(), 1, "{line:?}");
            assert!(!line.contains("secret") && !line.contains('\x1b'), "{line:?}");
            let read: serde_json::Value = serde_json::from_str(&line).unwrap();
            let expected = ["2026-10-10T14:31:00Z", "GET", "feed"];
            assert_eq!([&read["at"], &read["method"], &read["for"]].map(|value| value.as_str().unwrap()), expected);
            assert_eq!(
                [&read["status"], &read["bytes"], &read["ms"]].map(|value| value.as_u64().unwrap()),
                [503, 12, 1_234]
            );
        }
    }
}
