//! Coverage as a table: columns and cells, for CSV, JSON Lines and spreadsheets.

use jiff::tz::TimeZone;

use super::link::{link, shown};
use super::words;
use crate::digest::Exported;
use crate::model::Tone;
use crate::text::clean::one_line;

/// The columns, in order.
pub(super) const COLUMNS: [&str; 30] = [
    "date",
    "time",
    "outlet",
    "language",
    "headline",
    "author",
    "url",
    "hit_sentence",
    "watch",
    "terms",
    "paywall",
    "story",
    "is_original",
    "copies",
    "group",
    "found_later",
    "event",
    "advertorial",
    "id",
    "relevant",
    "tone",
    "tags",
    "note",
    "outlet_kind",
    "outlet_region",
    "outlet_tier",
    "outlet_reach",
    "outlet_tags",
    "agency",
    "original_outlet",
];

/// The cells of a line, not yet escaped for a format. The time is that of publication if known, else the time found.
pub(super) fn cells(line: &Exported, zone: &TimeZone) -> [String; 30] {
    let mention = &line.mention;
    let mark = mention.mark.as_deref();
    let facts = &mention.facts;
    let local = zone.to_datetime(mention.published_at.unwrap_or(mention.found_at));
    let yes = |is: bool| if is { "yes" } else { "no" }.to_owned();
    [
        local.date().to_string(),
        format!("{:02}:{:02}", local.hour(), local.minute()),
        one_line(&mention.outlet),
        one_line(&mention.language),
        one_line(&mention.title),
        one_line(&mention.author),
        link(&mention.url).unwrap_or_else(|| shown(&mention.url)),
        words::sentence(mention),
        one_line(&mention.watch),
        words::terms(mention).join(", "),
        yes(mention.paywalled),
        mention.story.to_string(),
        yes(line.is_original),
        line.copies.to_string(),
        line.group.as_deref().map(one_line).unwrap_or_default(),
        yes(mention.late),
        mention.event.map(|event| event.to_string()).unwrap_or_default(),
        yes(mention.advertorial),
        mention.article.to_string(),
        yes(mark.is_none_or(|mark| mark.relevant)),
        mark.and_then(|mark| mark.tone).map_or("", Tone::name).to_owned(),
        mark.map_or_else(String::new, |mark| one_line(&mark.tags.join(", "))),
        mark.map_or_else(String::new, |mark| one_line(&mark.note)),
        facts.kind.as_deref().map(one_line).unwrap_or_default(),
        facts.region.as_deref().map(one_line).unwrap_or_default(),
        facts.tier.map(|tier| tier.to_string()).unwrap_or_default(),
        facts.reach.map(|reach| reach.to_string()).unwrap_or_default(),
        one_line(&facts.tags_joined()),
        one_line(&mention.credit),
        mention.original_outlet.as_deref().map(one_line).unwrap_or_default(),
    ]
}
