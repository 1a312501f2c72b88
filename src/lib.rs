//! presswatch: who reported what you watch.
//!
//! # Modules
//!
//! Bottom first; a row may use only rows above it, and only those it names.
//!
//! | module | what it does | may use |
//! |---|---|---|
//! | `canonical_url` | one address per article: tracking parameters, wrapped redirect links, AMP, spelling | – |
//! | `charset` | bytes → text, as browsers decode them | – |
//! | `date` | dates as outlets write them → instants | – |
//! | `source` | `Source`, `Channel`, `ChannelKind` | – |
//! | `article` | the values that travel: `Page`, `Item`, `Article` | – |

pub mod article;
pub mod canonical_url;
pub mod date;
pub mod source;
