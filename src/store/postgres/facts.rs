//! What an outlet is, as read from the table `source`.

use std::sync::Arc;

use super::connection::Connection;
use super::row::{Row, SqlResult};
use crate::model::{IdMap, SourceId};
use crate::source::OutletFacts;
use crate::store::mention_rows::NamedOutlet;

/// The columns of [`outlet_facts`], of the table `source` as `s`.
pub(super) const OUTLET_FACTS: &str = "s.kind AS outlet_kind, s.region AS outlet_region, s.tier AS outlet_tier, \
     s.reach AS outlet_reach, s.tags AS outlet_tags";

/// What a source is, read from the columns [`OUTLET_FACTS`].
pub(super) fn outlet_facts(row: &Row) -> SqlResult<OutletFacts> {
    let tags = row.text("outlet_tags")?;
    Ok(OutletFacts {
        kind: row.get("outlet_kind")?,
        region: row.get("outlet_region")?,
        tier: row.get("outlet_tier")?,
        reach: row.get("outlet_reach")?,
        tags: OutletFacts::tags_of(tags),
    })
}

/// The names of the sources, and what they are.
pub(super) fn outlets(c: &Connection) -> SqlResult<IdMap<SourceId, NamedOutlet>> {
    let outlets = c.prepare(&format!("SELECT s.id, s.name, {OUTLET_FACTS} FROM source s"))?;
    let outlet = |row: &Row| Ok((row.get("id")?, (row.get("name")?, Arc::new(outlet_facts(row)?))));
    outlets.query_map((), outlet)?.collect()
}
