//! The digest as JSON, with the names of schema.org where they exist; described in `docs/digest.md`.

use std::io;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::Print;
use super::link::{link, shown};
use super::object::Object;
use super::table::{COLUMNS, cells};
use super::words::{self, Frame, non_empty, terms};
use crate::date::utc;
use crate::digest::{Checks, Digest, Exported, Mention, Origin, Reporter, Story, Tally, Trouble, Unchecked, WatchNews};
use crate::model::{ItemState, Regrouping, Tone};
use crate::text::clean::one_line;

/// The digest as one object, with a line for each text and each source.
pub fn digest(digest: &Digest, frame: &Frame, print: Print) -> io::Result<()> {
    let period = &digest.period;
    let head = [
        ("schema", json!("presswatch.digest/1")),
        ("dateCreated", json!(utc(frame.now))),
        (
            "period",
            json!({
                "since": period.since.map(utc),
                "until": utc(period.until),
                "by": if period.by_published { "published" } else { "found" },
                "new": period.new_for.is_some(),
                "reader": period.new_for,
                "ledger_since": digest.ledger_since.map(utc),
                "timezone": frame.zone.iana_name(),
            }),
        ),
    ];
    for (at, (name, value)) in head.iter().enumerate() {
        print(&format!("{} {}: {value}", if at == 0 { "{\n" } else { ",\n" }, json!(name)))?;
    }
    let mut rows = |name: &str, rows: Vec<Value>| {
        let lines: Vec<String> = rows.iter().map(|row| format!("\n  {row}")).collect();
        print(&format!(",\n \"{name}\": [{}]", lines.join(",")))
    };
    let ledger = || digest.ledger.iter().map(|row| (row, row.unchecked(period)));
    rows("unchecked", ledger().filter_map(|(row, why)| Some(unchecked(row, why?))).collect())?;
    let partly = ledger().filter(|(row, why)| why.is_none() && row.is_partly_checked());
    rows("partly_checked", partly.map(|(row, _)| json!({ "source": one_line(&row.source) })).collect())?;
    print(&format!(",\n \"figures\": {}", figures(&digest.tally)))?;
    print(",\n \"watches\": [")?;
    for (at, watch) in digest.watches.iter().enumerate() {
        let mut head = watch_news(watch).to_string();
        // The stories follow inside the object.
        head.pop();
        print(&format!("{}\n  {head},\"stories\":[", comma(at)))?;
        for (at, told) in watch.stories.iter().enumerate() {
            print(&format!("{}\n   {}", comma(at), story(told)))?;
        }
        print("]}")?;
    }
    print("],\n \"ledger\": [")?;
    for (at, row) in digest.ledger.iter().enumerate() {
        print(&format!("{}\n  {}", comma(at), checks(row)))?;
    }
    print("]\n}\n")
}

fn comma(at: usize) -> &'static str {
    if at == 0 { "" } else { "," }
}

/// A line of a JSON Lines export: an object with the names of the columns, and the times in UTC.
pub fn line(line: &Exported, zone: &TimeZone) -> String {
    let mention = &line.mention;
    let mut object = Object::default();
    for (name, cell) in COLUMNS.into_iter().zip(cells(line, zone)) {
        match name {
            "author" | "language" | "group" | "tone" | "note" | "outlet_kind" | "outlet_region" | "agency"
            | "original_outlet" => {
                object.known(name, &cell);
            }
            "terms" => object.texts(name, &terms(mention)),
            "paywall" => object.bare(name, mention.paywalled),
            "advertorial" => object.bare(name, mention.advertorial),
            "found_later" => object.bare(name, mention.late),
            "is_original" => object.bare(name, line.is_original),
            // Numbers.
            "event" | "outlet_tier" | "outlet_reach" if cell.is_empty() => object.bare(name, "null"),
            "story" | "copies" | "event" | "id" | "outlet_tier" | "outlet_reach" => object.bare(name, cell),
            "relevant" => object.bare(name, mention.mark.as_deref().is_none_or(|mark| mark.relevant)),
            "outlet_tags" => object.texts(name, &outlet_tags(mention)),
            "tags" => object.texts(name, &tags(mention)),
            _ => object.text(name, &cell),
        }
    }
    object.time("published_at", mention.published_at);
    object.time("found_at", Some(mention.found_at));
    object.finish() + "\n"
}

fn watch_news(watch: &WatchNews) -> Value {
    json!({
        "name": one_line(&watch.name),
        "group": watch.group.as_deref().and_then(non_empty),
        "outlets": watch.reporters.iter().map(|reporter| one_line(&reporter.outlet)).collect::<Vec<_>>(),
        "reported_by": watch.reporters.iter().map(reporter).collect::<Vec<_>>(),
        "articles": watch.tally.articles,
        "figures": figures(&watch.tally),
    })
}

fn figures(tally: &Tally) -> Value {
    json!({
        "outlets": tally.outlets,
        "articles": tally.articles,
        "texts": tally.texts,
        "own_texts": tally.own_texts(),
        "own": tally.own.iter().map(|own| json!({ "outlet": one_line(&own.outlet), "texts": own.texts })).collect::<Vec<_>>(),
        "agencies": tally.agencies.iter().map(|(agency, outlets)| json!({ "agency": one_line(agency), "outlets": outlets })).collect::<Vec<_>>(),
        "copying": tally.copying,
    })
}

fn reporter(reporter: &Reporter) -> Value {
    let (agency, copy_of) = match &reporter.origin {
        Origin::Own => (None, Vec::new()),
        Origin::Agency(agency) => (non_empty(agency), Vec::new()),
        Origin::Copy(of) => (None, of.iter().map(|outlet| one_line(outlet)).collect()),
    };
    json!({ "outlet": one_line(&reporter.outlet), "agency": agency, "copy_of": copy_of })
}

fn story(story: &Story) -> String {
    let first = &story.first;
    let copies: Vec<String> = story
        .copies
        .iter()
        .map(|copy| {
            let mut told = mention(copy);
            told.figure("minutes_later", copy.minutes_after(first));
            told.finish()
        })
        .collect();
    let mut object = Object::default();
    object.bare("story", first.story);
    object.figure("event", first.event);
    object.known("event_evidence", &first.evidence);
    object.known("event_regrouped", first.regrouped.map_or("", Regrouping::name));
    object.bare("own", story.is_own());
    object.known("shown_under", story.shown.as_ref().map_or("", |shown| &shown.watch));
    object.bare("first", mention(first).finish());
    object.bare("copies", format_args!("[{}]", copies.join(",")));
    object.finish()
}

fn mention(mention: &Mention) -> Object {
    let mut object = Object::default();
    object.text("@type", "NewsArticle");
    object.bare("id", mention.article);
    object.text("headline", &one_line(&mention.title));
    object.text("url", &link(&mention.url).unwrap_or_else(|| shown(&mention.url)));
    object.text("publisher", &one_line(&mention.outlet));
    object.known("author", &mention.author);
    object.known("creditText", &mention.credit);
    object.time("datePublished", mention.published_at);
    object.known("inLanguage", &mention.language);
    object.bare("isAccessibleForFree", !mention.paywalled);
    object.bare("advertorial", mention.advertorial);
    object.texts("keywords", &terms(mention));
    object.known("hit_sentence", &words::sentence(mention));
    object.bare("headline_only", mention.headline_only);
    object.bare("still_tried", mention.still_tried);
    object.bare("feed_headline", mention.feed_headline);
    object.bare("feed_lead", mention.feed_lead);
    object.known("original_outlet", mention.original_outlet.as_deref().unwrap_or_default());
    object.time("found_at", Some(mention.found_at));
    object.bare("found_later", mention.late);
    object.bare("headline_changes", mention.headline_changes);
    object.known("last_headline", &mention.last_title);
    object.time("terms_gone_since", mention.gone_at);
    object.time("taken_down_since", mention.taken_down_at);
    let mark = mention.mark.as_deref();
    object.known("tone", mark.and_then(|mark| mark.tone).map_or("", Tone::name));
    object.texts("tags", &tags(mention));
    object.known("note", mark.map_or("", |mark| mark.note.as_str()));
    let facts = &mention.facts;
    object.known("outlet_kind", facts.kind.as_deref().unwrap_or_default());
    object.known("outlet_region", facts.region.as_deref().unwrap_or_default());
    object.figure("outlet_tier", facts.tier);
    object.figure("outlet_reach", facts.reach);
    object.texts("outlet_tags", &outlet_tags(mention));
    object
}

fn outlet_tags(mention: &Mention) -> Vec<String> {
    mention.facts.tags.iter().map(|tag| one_line(tag)).collect()
}

/// The user's tags.
fn tags(mention: &Mention) -> Vec<String> {
    mention.mark.iter().flat_map(|mark| &mark.tags).map(|tag| one_line(tag)).collect()
}

/// A source for which the digest cannot speak, and why.
fn unchecked(row: &Checks, why: Unchecked) -> Value {
    let kind = match why {
        Unchecked::NotAsked => "not_checked",
        Unchecked::Stale(_) => "not_checked_lately",
        Unchecked::Failing(_) => "failing",
    };
    let example = match why {
        Unchecked::Failing(example) => Some(trouble(example)),
        Unchecked::NotAsked | Unchecked::Stale(_) => None,
    };
    json!({
        "source": one_line(&row.source),
        "why": kind,
        "last_checked": row.checked_at.map(utc),
        "trouble": example,
    })
}

fn trouble(trouble: &Trouble) -> Value {
    json!({
        "url": shown(&trouble.url),
        "state": trouble.state.name(),
        "reason": trouble.cause.as_ref().and_then(|cause| non_empty(&cause.to_string())),
        "cause": trouble.cause.as_ref().map(|cause| cause.code().name()),
        "since": trouble.since.map(utc),
    })
}

fn checks(row: &Checks) -> Value {
    json!({
        "source": one_line(&row.source),
        "channels": row.channels,
        "checked": row.asked,
        "failed": row.failed,
        "seen": row.seen,
        "read": row.read,
        "matched": row.matched,
        "pending": row.pending,
        "unread": row.unread,
        "seen_became": states(&row.fates),
        "seen_earlier_became": states(&row.earlier),
        "matched_by_headline": row.matched_headline,
        "matched_read_earlier": row.matched_earlier,
        "troubles": row.troubles.iter().map(trouble).collect::<Vec<_>>(),
        "gaps": row.gaps.iter().map(|gap| json!({ "since": utc(gap.since), "until": utc(gap.until) })).collect::<Vec<_>>(),
        "settled_a_day": row.settled_a_day,
        "silent": row.silent.map(|(since, daily)| json!({ "since": utc(since), "usual_per_day": daily })),
    })
}

/// How many items are in each state.
fn states(fates: &[(ItemState, u64)]) -> Value {
    fates.iter().map(|(state, n)| (state.name().to_owned(), Value::from(*n))).collect::<serde_json::Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]
    use super::*;
    use crate::output::samples::{HOSTILE, cannot_act, exported, frame, hostile, kind, zone};
    use crate::output::whole;

    #[test]
    fn the_schema() {
        let value: Value = serde_json::from_str(&whole(|print| digest(&kind(), &frame(), print))).unwrap();
        assert_eq!(value["schema"], "presswatch.digest/1");
        assert_eq!(
            value["period"],
            json!({ "since": "2026-10-10T07:30:00Z", "until": "2026-10-11T07:30:00Z", "by": "found", "new": false, "reader": null, "ledger_since": null, "timezone": "Europe/Brussels" })
        );
        let watch = &value["watches"][0];
        assert_eq!((&watch["name"], &watch["articles"]), (&json!("Quayside strike"), &json!(3)));
        assert_eq!(watch["outlets"], json!(["Le Phare", "Vitrine"]));
        let figures = json!({
            "outlets": 2, "articles": 3, "texts": 2, "own_texts": 2, "own": [{ "outlet": "Le Phare", "texts": 2 }], "agencies": [], "copying": 1,
        });
        assert_eq!((&watch["figures"], &value["figures"]), (&figures, &figures));
        let story = &watch["stories"][0];
        assert_eq!((&story["own"], &story["shown_under"]), (&json!(true), &Value::Null));
        assert_eq!(
            watch["reported_by"],
            json!([
                { "outlet": "Le Phare", "agency": null, "copy_of": [] },
                { "outlet": "Vitrine", "agency": null, "copy_of": ["Le Phare"] },
            ])
        );
        assert_eq!(
            watch["stories"][0]["copies"][0],
            json!({
                "@type": "NewsArticle", "id": 2, "headline": "The same strike", "url": "https://phare.example/2?a=1&b=(2)",
                "publisher": "Vitrine", "author": "Nora Terwilgen", "creditText": "Belga", "datePublished": "2026-10-10T15:11:00Z", "minutes_later": 40,
                "inLanguage": "fr", "isAccessibleForFree": true, "advertorial": false, "keywords": ["strike", "quay"],
                "hit_sentence": "Another sentence about the quay.", "headline_only": true, "still_tried": false, "feed_headline": false, "feed_lead": false, "original_outlet": "Le Phare",
                "found_at": "2026-10-10T15:00:00Z", "found_later": false,
                "headline_changes": 0, "last_headline": null, "terms_gone_since": null, "taken_down_since": null,
                "tone": null, "tags": [], "note": null, "outlet_kind": null, "outlet_region": null, "outlet_tier": null, "outlet_reach": null,
                "outlet_tags": [],
            })
        );
        assert_eq!(watch["stories"][1]["first"]["isAccessibleForFree"], false);
        assert_eq!(watch["stories"][1]["first"]["datePublished"], Value::Null);
        assert_eq!(
            value["watches"][1],
            json!({
                "name": "Herons", "group": null, "outlets": [], "reported_by": [], "articles": 0, "stories": [],
                "figures": { "outlets": 0, "articles": 0, "texts": 0, "own_texts": 0, "own": [], "agencies": [], "copying": 0 },
            })
        );
        assert_eq!(
            value["ledger"][1]["troubles"],
            json!([{ "url": "https://kade.example/rss", "state": "blocked", "reason": "blocked: it refuses our requests (HTTP 403)", "cause": "refused", "since": "2026-10-09T06:00:00Z" }])
        );
        assert_eq!(
            value["ledger"][1]["gaps"],
            json!([{ "since": "2026-10-10T06:00:00Z", "until": "2026-10-10T07:00:00Z" }])
        );
        assert_eq!(value["ledger"][1]["silent"], json!({ "since": "2026-10-01T06:00:00Z", "usual_per_day": 12 }));
    }

    #[test]
    fn what_could_not_be_checked_stands_above_the_news() {
        let mut kind = kind();
        let blocked = Checks { asked: 3, failed: 3, ..kind.ledger[1].clone() };
        let partly = Checks { source: "Canal".into(), failed: 1, channels: 2, ..blocked.clone() };
        let at = |time: &str| Some(time.parse().unwrap());
        let stale =
            Checks { source: "Post".into(), asked: 1, checked_at: at("2026-10-08T06:00:00Z"), ..Checks::default() };
        let silent = Checks { source: "Lys".into(), ..Checks::default() };
        let well = Checks {
            source: "Phare".into(),
            asked: 1,
            channels: 1,
            checked_at: at("2026-10-11T07:00:00Z"),
            ..Checks::default()
        };
        kind.ledger = vec![blocked, partly, stale, silent, well];
        let text = whole(|print| digest(&kind, &frame(), print));
        assert!(text.find("\"unchecked\"").unwrap() < text.find("\"watches\"").unwrap());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value["unchecked"],
            json!([
                {
                    "source": "De Kade", "why": "failing", "last_checked": null,
                    "trouble": { "url": "https://kade.example/rss", "state": "blocked", "reason": "blocked: it refuses our requests (HTTP 403)", "cause": "refused", "since": "2026-10-09T06:00:00Z" },
                },
                { "source": "Post", "why": "not_checked_lately", "last_checked": "2026-10-08T06:00:00Z", "trouble": null },
                { "source": "Lys", "why": "not_checked", "last_checked": null, "trouble": null },
            ])
        );
        assert_eq!(value["partly_checked"], json!([{ "source": "Canal" }]));
        kind.ledger.drain(..4);
        let value: Value = serde_json::from_str(&whole(|print| digest(&kind, &frame(), print))).unwrap();
        assert_eq!((&value["unchecked"], &value["partly_checked"]), (&json!([]), &json!([])));
    }

    #[test]
    fn nothing_that_a_page_says_can_act() {
        let text = whole(|print| digest(&hostile(), &frame(), print));
        assert!(cannot_act(&text));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["watches"][0]["name"], HOSTILE[0]);
    }

    #[test]
    fn a_line_of_an_export() {
        assert_eq!(
            line(&exported("Strike\n\u{9b}31m \"at\" the quay"), &zone()),
            "{\"date\":\"2026-10-10\",\"time\":\"16:31\",\"outlet\":\"Le Phare\",\"language\":\"fr\",\
             \"headline\":\"Strike ›31m \\\"at\\\" the quay\",\"author\":\"Nora Terwilgen\",\"url\":\"https://phare.example/1?a=1&b=(2)\",\
             \"hit_sentence\":\"The strike at the quay goes on, said the strikers.\",\"watch\":\"Quayside strike\",\
             \"terms\":[\"strike\",\"quay\"],\"paywall\":false,\"story\":1,\"is_original\":true,\"copies\":2,\"group\":\"Harbour\",\
             \"found_later\":false,\"event\":7,\"advertorial\":false,\"id\":1,\"relevant\":true,\"tone\":\"negative\",\"tags\":[\"opinion\",\"union\"],\
             \"note\":\"We asked, twice.\",\"outlet_kind\":\"newspaper\",\"outlet_region\":null,\"outlet_tier\":1,\"outlet_reach\":120000,\
             \"outlet_tags\":[\"quality\",\"=daily\"],\"agency\":null,\"original_outlet\":null,\"published_at\":\"2026-10-10T14:31:00Z\",\"found_at\":\"2026-10-10T15:00:00Z\"}\n"
        );
    }
}
