//! What an outlet is, as read from the table `source`.

use super::row::{Row, SqlResult};
use crate::source::OutletFacts;

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
