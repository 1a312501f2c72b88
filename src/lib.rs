//! presswatch finds out who reported what you watch.
//!
//! # One scheduler, with a table as its queue
//!
//! ```text
//! sources.toml ─ config ─┐
//!                        ▼
//! store.due ─────┐                    ┌► pipeline (channel → announced) ─► decide ─► store.apply_poll ─┐
//! store.pending ─┼► scheduler ─► fetch ┤                                                              ├► store.mentions ─► app ─► output ─► cli
//! store.revisits ┘                    └► pipeline (page → article) ─────► decide ─► store.apply ───────┘
//! ```
//!
//! Channels that are due and items that wait are requested side by side, in a lane for each host. In a lane the sources take turns,
//! and of a source the newest item comes first; the store hands out a few items at a time. An item waits in the table, whether this run
//! announced it or one that was killed last week. Each poll is one transaction (outcome, validators and items together), and so is each article. `decide` is pure: given the stored state, new data
//! and the time, it returns changes, and the store applies them.
//!
//! # Modules
//!
//! From the bottom up: a module may use only modules above it in the table, and only those that its row names. A test checks this.
//!
//! | module | what it does | may use |
//! |---|---|---|
//! | `lexicon` | the words of natural languages, and names, as data: the files in `lexicon/` | – |
//! | `text` | untrusted text: control sequences removed, folded, split into words, read from markup, shortened | `lexicon` |
//! | `diagnostic` | a rendered message: place, line, carets, every part cleaned | `text` |
//! | `error` | what could not be done, why, and what to do about it; plain text or a rendered message | `diagnostic` |
//! | `base64` | base64 → bytes, and back | – |
//! | `canonical_url` | one URL per article: tracking parameters, redirect wrappers, AMP and spellings removed | `base64` |
//! | `database` | where everything is stored: a file, or a database of a PostgreSQL server | `text` |
//! | `egress` | which network addresses may be requested: no private ones unless allowed | – |
//! | `i18n` | the frame in which coverage is printed, in several languages: texts, counts, days and times | `lexicon` |
//! | `charset` | bytes → text, as browsers decode them | – |
//! | `date` | dates as outlets write them → instants, and these as text | `lexicon` `text` |
//! | `parse_guard` | pages that would stall the parser or fill the memory are rejected before parsing | – |
//! | `html` | HTML text → a tree, read as a browser without scripts reads it | `parse_guard` `text` |
//! | `model` | ids, and the states and kinds that stand as words in the database | – |
//! | `source` | an outlet and its channels, as `sources.toml` describes them | `model` |
//! | `article` | the values that travel: `Page`, `Item`, `Article`, and why a page is no article | `text` |
//! | `query` | the watch language: parse, match, terms and snippet; what search services are asked; many watches against one article | `date` `diagnostic` `lexicon` `source` `text` |
//! | `alert` | alerts: their messages, and the form of these for each kind of receiver | `base64` `i18n` `model` `text` |
//! | `catalogue` | the sources that the program carries, country by country: the files in `sources/` | – |
//! | `config` | `sources.toml` text → `Config`, or all problems with line, column and the line shown | `alert` `catalogue` `database` `diagnostic` `i18n` `query` `source` `text` |
//! | `channel` | page of a channel → items and dropped entries, one file per kind | `article` `base64` `date` `html` `i18n` `lexicon` `parse_guard` `source` `text` |
//! | `extract` | page of an item → `Article`, or why it is none; which rule won each field | `article` `canonical_url` `date` `html` `lexicon` `parse_guard` `source` `text` |
//! | `sentence` | headline and lead → a vector of their meaning, by a model that the user names | – |
//! | `story` | what makes two texts one story | `lexicon` `model` `text` |
//! | `event` | which stories report one event, in whatever language | `lexicon` `model` `sentence` `text` |
//! | `politeness` | when a host may be requested, and what: robots.txt, intervals, pauses, back-off | – |
//! | `answer` | what a request ended in: a response, or why there is none | `i18n` `politeness` |
//! | `site` | a site's home page → its feeds, sitemaps and listings | `article` `canonical_url` `channel` `extract` `html` `lexicon` `source` `text` |
//! | `pipeline` | an answer of the network → its outcome: what a channel announces, the article of an item or why there is none | `answer` `article` `canonical_url` `channel` `charset` `config` `extract` `i18n` `model` `politeness` `query` `source` `story` `text` |
//! | `digest` | coverage in the order in which it is printed, and the ledger | `i18n` `model` `source` |
//! | `decide` | what is one article, story or event, and what becomes of channels and items: from old state, new data and the time to changes | `alert` `answer` `article` `canonical_url` `channel` `date` `digest` `event` `i18n` `model` `politeness` `source` `story` `text` |
//! | `store` | everything that is stored, as units of work; one folder an engine, which alone knows its SQL | `alert` `answer` `article` `database` `date` `decide` `digest` `error` `event` `i18n` `model` `politeness` `query` `source` `story` `text` |
//! | `fetch` | all network: one lane per host, limits, decompression, forbidden addresses | `answer` `config` `egress` `error` `i18n` `politeness` `text` |
//! | `deliver` | sends what waits in the outbox: requests and commands, the alerts side by side | `alert` `decide` `error` `fetch` `i18n` `model` `store` |
//! | `crawl` | one run: whose turn it is, what is requested, and keeping what comes back | all of the above |
//! | `app` | the use cases: functions that take a store and a configuration, and return values | `alert` `answer` `article` `canonical_url` `channel` `config` `crawl` `database` `decide` `deliver` `digest` `egress` `error` `extract` `fetch` `i18n` `model` `pipeline` `politeness` `query` `site` `source` `store` `text` |
//! | `output` | values → text, one file per format | `alert` `app` `base64` `channel` `config` `crawl` `date` `decide` `deliver` `digest` `error` `fetch` `i18n` `model` `pipeline` `site` `source` `store` `text` |
//! | `demo` | sample outlets on loopback | – |
//! | `cli` | arguments, help, exit codes, one function per command | all of the above |
//!
//! # Why …?
//!
//! **Why our own feed reader, and not feed-rs?** (2026-11) We measured both with the published test suite of feedparser. Of the 314
//! expectations about fields that we use, ours meets 312; feed-rs meets 66, or 288 behind a repair of the XML that takes 2.2 times as long
//! as our reader. It also panics on an XML declaration beyond byte 64 and on an author such as `山田太郎（a@x）`. So it serves as a
//! reference: `tests/it/referee.rs` reads every kind of well-formed feed, and everything that `export` writes, with both.
//! `PRESSWATCH_CORPORA=FOLDER cargo test --lib channel` counts the expectations (docs/quality.md). A feed reader that passes the suite and keeps the intact entries of broken feeds
//! would change our mind.
//!
//! **Why `scraper` for all HTML?** (2026-11) With one library, each page is parsed once, and this one is the most widely used. Compared with
//! `dom_query`, which it replaced, it extracts the same from 298 pages at 97 to 100 % of the speed, and takes 13 MB instead of 192 MB for
//! 2 MB of NUL bytes, because it does not collect parse errors. A library that extracts the same and is half again as fast would change our
//! mind.
//!
//! **Why is the pause per host, and not per source?** (2026-11) The load is on the host. Two sources on one host take turns, and so do http
//! and https. Another port is another server.
//!
//! **Why are words of languages in files, and why do all languages apply at once?** (2026-11) Somebody who knows a language need not know
//! Rust. Many pages declare no language, or a wrong one. All files are parsed once per run, in less than a millisecond.
//!
//! **Why does `--force` not override Retry-After?** (2026-11) It overrides only our own caution, not a request of the host.
//!
//! **Why a lock file for SQLite, and not a row?** (2026-11) The lock must end with its process, however that ends; a row would survive
//! `kill -9`. PostgreSQL knows which connections are alive: there it is a row, a lease, which ends with the connection of its owner.
//!
//! **Why the blocking client of PostgreSQL?** (2026-11) The store is called from the thread that decides, never from those that fetch; an
//! answer waits in a channel meanwhile, as with SQLite. More than one connection a process would gain nothing: what is written is decided
//! one after the other.
//!
//! **Why is every value sent as text?** (2026-11) The server reads it as the type that it expects, so that a flag is 0 or 1 and a time is
//! text in both engines, and the driver's types stay out of the units of work.
//!
//! **Why does a run end after ten minutes?** (2026-11) Cron starts the next one, and a source that announces a quarter of a million pages
//! must not hold the lock for days. With 1,500 items at one host, the article of another source is stored in the first second.
//!
//! **Why are only mentioned articles read again, unless a channel announces a change?** (2026-11) Out of politeness: they are few, and
//! their changes are news. They are requested twice, conditionally, in the lane of their host. A change becomes a version of the article, never a new article or a second mention for
//! the same watch.
//!
//! **Why is `text` in `coverage` empty for some articles?** (2026-11) With `noarchive`, the publisher does not allow copies to be shown: the
//! text is matched, but not shown. `nosnippet` does the same to the hit sentence.

pub mod alert;
pub mod answer;
pub mod app;
pub mod article;
pub mod base64;
pub mod canonical_url;
pub mod catalogue;
pub mod channel;
pub mod charset;
pub mod cli;
pub mod config;
pub mod crawl;
pub mod database;
pub mod date;
pub mod decide;
pub mod deliver;
pub mod demo;
pub mod diagnostic;
pub mod digest;
pub mod egress;
pub mod error;
pub mod event;
pub mod extract;
pub mod fetch;
pub mod html;
pub mod i18n;
pub mod lexicon;
pub mod model;
pub mod output;
pub mod parse_guard;
pub mod pipeline;
pub mod politeness;
pub mod query;
pub mod sentence;
pub mod site;
pub mod source;
pub mod store;
pub mod story;
pub mod text;
