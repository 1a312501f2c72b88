//! Formats values for people and programs, one file per format; each format escapes untrusted text itself.

pub mod alerts;
pub mod channels;
mod chart;
pub mod checked;
pub mod csv;
pub mod explain;
pub mod feed;
mod figure_table;
mod figures;
mod grouped;
pub mod health;
pub mod holdings;
pub mod html;
pub mod json;
mod link;
pub mod logo;
pub mod mail;
pub mod mark;
pub mod markdown;
mod marks;
mod markup;
pub mod ninjs;
mod object;
pub mod opml;
pub mod paint;
pub mod rematch;
pub mod report;
pub mod requests;
pub mod run;
#[cfg(test)]
mod samples;
pub mod search;
pub mod site;
pub mod starter;
mod table;
pub mod text;
mod tiers;
pub mod toml;
mod tone;
mod unchecked;
mod words;
mod wrap;
pub mod xlsx;

use std::io;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::i18n::Language;

pub use words::Frame;

/// Receives a document piece by piece, so that it is never in memory as a whole.
pub type Print<'a> = &'a mut dyn FnMut(&str) -> io::Result<()>;

/// Prints what is written so far.
fn pass(out: &mut String, print: Print) -> io::Result<()> {
    print(out)?;
    out.clear();
    Ok(())
}

/// A document in one piece.
#[cfg(test)]
fn whole(work: impl FnOnce(Print) -> io::Result<()>) -> String {
    let mut out = String::new();
    // Writing to memory does not fail.
    let _ = work(&mut |piece| {
        out.push_str(piece);
        Ok(())
    });
    out
}

/// `text` cut or padded to `width` columns.
pub fn fitted(text: &str, width: usize) -> String {
    wrap::pad(&wrap::cut(text, width), width)
}

/// A readable number of bytes: `940 B`, `12 KB`, `3.4 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// A readable time: `Sat 10 Oct 16:31`, with the year if it differs from that of `now`.
pub fn when(time: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    Language::English.when(time, now, zone)
}

/// The hash of a style or a script as a Content-Security-Policy writes it.
#[cfg(test)]
fn sha256(text: &str) -> String {
    let bits = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    let mut out = String::from("sha256-");
    for chunk in bits.as_ref().chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let six = (group >> (18 - 6 * at)) as usize & 63;
            let letter = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[six];
            out.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}
