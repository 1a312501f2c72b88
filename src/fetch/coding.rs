//! Content codings (RFC 9110, 8.4): the compression of a body, undone. What servers say of it is often wrong, so the bytes decide where
//! they can; what cannot be undone is an error with the coding's name, and never read as text.

use std::borrow::Cow;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

use super::room::{SMALL_BODY, large_buffer};

/// What is asked for. `zstd` is decoded too, but not asked for: the others decode faster here.
pub(super) const ACCEPTED: &str = "gzip, deflate, br";

/// Codings of one answer, announced or not.
const MOST_CODINGS: usize = 5;
/// Members of one gzip file, or frames of one zstd file: ten megabytes hold 500,000 empty ones.
const MOST_MEMBERS: usize = 1_000;
/// The window that a decoder of zstd must support at least, and that browsers support at most (RFC 9659).
const ZSTD_WINDOW: u64 = 8 << 20;
/// Where text is looked for that needs no decoding.
const HEAD: usize = 1_024;

const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b, 8];
const ZSTD_MAGIC: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// A body without its codings.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'b> {
    pub(super) body: Cow<'b, [u8]>,
    /// Whether the compressed data came to its end.
    pub(super) is_whole: bool,
}

/// Why a body cannot be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CodingError {
    /// It is larger than the limit.
    TooLarge,
    /// The name of the coding that is unknown, or that the body is not in.
    Undecodable(String),
}

/// How decompression ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Whole,
    /// The data breaks off.
    Cut,
    /// The data makes no sense.
    Corrupt,
    /// There is more than the limit.
    Beyond,
}

/// Undoes what `Content-Encoding` names, last first, and then what the bytes show to be compressed although no header says so.
/// `cuts`: of a body larger than `most` the beginning is enough.
pub(super) fn decode<'b>(body: &'b [u8], codings: &str, most: u64, cuts: bool) -> Result<Decoded<'b>, CodingError> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let names: Vec<String> = codings
        .split(',')
        .map(|name| name.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
        .filter(|name| !matches!(name.as_str(), "" | "identity" | "none"))
        .collect();
    if names.len() > MOST_CODINGS {
        return Err(CodingError::Undecodable(shown(codings)));
    }
    let mut decoded = Decoded { body: Cow::Borrowed(body), is_whole: true };
    for name in names.iter().rev() {
        if !decoded.body.is_empty() {
            decoded = undo(name, decoded, most, cuts)?;
        }
    }
    for _ in 0..MOST_CODINGS {
        decoded = match announced_by(&decoded.body) {
            Some(name) => undo(name, decoded, most, cuts)?,
            None => break,
        };
    }
    if decoded.body.len() > most && !cuts {
        return Err(CodingError::TooLarge);
    }
    decoded.body = match decoded.body {
        Cow::Borrowed(body) => Cow::Borrowed(body.get(..most).unwrap_or(body)),
        Cow::Owned(mut body) => {
            body.truncate(most);
            Cow::Owned(body)
        }
    };
    Ok(decoded)
}

/// A gzip file (`sitemap.xml.gz`), opened; other bodies as they are. `None`: larger than the limit.
pub fn open_gzip(body: Vec<u8>, max_body: u64) -> Option<Vec<u8>> {
    if !body.starts_with(GZIP_MAGIC) {
        return Some(body);
    }
    let mut open = Vec::new();
    let end = gunzip(&body, &mut open, usize::try_from(max_body).unwrap_or(usize::MAX));
    match end {
        End::Beyond => None,
        _ if open.is_empty() => Some(body),
        _ => Some(open),
    }
}

/// The coding that the first bytes show.
fn announced_by(body: &[u8]) -> Option<&'static str> {
    if body.starts_with(GZIP_MAGIC) {
        Some("gzip")
    } else if body.starts_with(ZSTD_MAGIC) {
        Some("zstd")
    } else {
        None
    }
}

/// Undoes one coding: the one that the bytes show, else the one that is named.
fn undo<'b>(name: &str, from: Decoded<'b>, most: usize, cuts: bool) -> Result<Decoded<'b>, CodingError> {
    let undecodable = || CodingError::Undecodable(shown(name));
    let mut body = if most > SMALL_BODY { large_buffer() } else { Vec::new() };
    // A fault of a decoder costs this answer, and not its host's lane.
    let decompress = AssertUnwindSafe(|| decompress(name, &from.body, &mut body, most));
    let end = catch_unwind(decompress).unwrap_or(Some(End::Corrupt));
    match end {
        Some(End::Whole) => Ok(Decoded { body: Cow::Owned(body), is_whole: from.is_whole }),
        Some(End::Beyond) if cuts => Ok(Decoded { body: Cow::Owned(body), is_whole: from.is_whole }),
        Some(End::Beyond) => Err(CodingError::TooLarge),
        // Some servers name a coding, or a charset in its place, and send the text as it is.
        _ if is_plain_text(&from.body) => Ok(from),
        Some(End::Cut) if !body.is_empty() => Ok(Decoded { body: Cow::Owned(body), is_whole: false }),
        _ => Err(undecodable()),
    }
}

/// `None`: the coding is unknown.
fn decompress(name: &str, from: &[u8], to: &mut Vec<u8>, most: usize) -> Option<End> {
    let name = announced_by(from).unwrap_or(name);
    Some(match name {
        "gzip" | "x-gzip" | "deflate" if from.starts_with(GZIP_MAGIC) => gunzip(from, to, most),
        // Some send RFC 1951 for `deflate`, most RFC 1950, as they should; others call either `gzip`.
        "gzip" | "x-gzip" | "deflate" => inflate(from.get(zlib_header(from)..).unwrap_or_default(), to, most).1,
        "br" => unbrotli(from, to, most),
        "zstd" => unzstd(from, to, most),
        _ => return None,
    })
}

/// The length of a zlib header (RFC 1950), or 0 where there is none. The checksum at the end is not looked at, as browsers do.
fn zlib_header(from: &[u8]) -> usize {
    match from {
        [method, flags, ..] if method & 15 == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0 => 2,
        _ => 0,
    }
}

/// Opens the members of a gzip file (RFC 1952), one after another; what stands behind the last is no part of it.
fn gunzip(from: &[u8], to: &mut Vec<u8>, most: usize) -> End {
    let mut rest = from;
    for _ in 0..MOST_MEMBERS {
        let Some(data) = gzip_header(rest).and_then(|length| rest.get(length..)) else { return End::Cut };
        let (taken, end) = inflate(data, to, most);
        if end != End::Whole {
            return end;
        }
        // The checksum and the length, four bytes each.
        rest = data.get(taken + 8..).unwrap_or_default();
        if !rest.starts_with(GZIP_MAGIC) {
            return End::Whole;
        }
    }
    End::Corrupt
}

/// The length of a gzip member's header; `None` where it breaks off.
fn gzip_header(from: &[u8]) -> Option<usize> {
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const CHECKSUM: u8 = 2;
    let flags = *from.get(3)?;
    let mut at = 10;
    if flags & EXTRA != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*from.get(at)?, *from.get(at + 1)?]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            at += from.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    Some(at + if flags & CHECKSUM != 0 { 2 } else { 0 })
}

/// Inflates RFC 1951, and returns how much of `from` that took.
fn inflate(from: &[u8], to: &mut Vec<u8>, most: usize) -> (usize, End) {
    let mut state = Decompress::new(false);
    let mut taken = 0;
    loop {
        let had = to.len();
        to.reserve(32_768);
        let status = state.decompress_vec(from.get(taken..).unwrap_or_default(), to, FlushDecompress::None);
        let before = std::mem::replace(&mut taken, usize::try_from(state.total_in()).unwrap_or(usize::MAX));
        match status {
            _ if to.len() > most => return (taken, End::Beyond),
            Ok(Status::StreamEnd) => return (taken, End::Whole),
            Ok(_) if taken == before && to.len() == had => return (taken, End::Cut),
            Ok(_) => {}
            Err(_) => return (taken, End::Corrupt),
        }
    }
}

fn unbrotli(from: &[u8], to: &mut Vec<u8>, most: usize) -> End {
    let alloc = StandardAlloc::default;
    // Strict: windows of up to 16 MB, as RFC 7932 has them.
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let (mut left, mut at, mut total) = (from.len(), 0, 0);
    let mut piece = vec![0; 32_768];
    loop {
        let (mut room, mut filled) = (piece.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut at,
            from,
            &mut room,
            &mut filled,
            &mut piece,
            &mut total,
            &mut state,
        );
        to.extend_from_slice(piece.get(..filled).unwrap_or_default());
        match result {
            _ if to.len() > most => return End::Beyond,
            BrotliResult::ResultSuccess => return End::Whole,
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput => return End::Cut,
            BrotliResult::ResultFailure => return End::Corrupt,
        }
    }
}

fn unzstd(from: &[u8], to: &mut Vec<u8>, most: usize) -> End {
    let window = ZSTD_WINDOW.max(most as u64);
    let mut rest = from;
    for _ in 0..MOST_MEMBERS {
        let room = (most - to.len()) as u64 + 1;
        let frame = StreamingDecoder::new_with_max_window_size(&mut rest, window)
            .map(|decoder| decoder.take(room).read_to_end(to).is_ok());
        match frame {
            Ok(_) if to.len() > most => return End::Beyond,
            Ok(true) => {}
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                rest = rest.get(usize::try_from(length).unwrap_or(usize::MAX)..).unwrap_or_default();
            }
            _ if rest.is_empty() => return End::Cut,
            // What stands behind the last frame is no part of it.
            Err(_) if !to.is_empty() => return End::Whole,
            _ => return End::Corrupt,
        }
        if rest.is_empty() {
            return End::Whole;
        }
    }
    End::Corrupt
}

/// Whether a body is text as it stands: hardly any control characters, and some sign that text has and base64 has not.
fn is_plain_text(body: &[u8]) -> bool {
    let head = body.get(..HEAD).unwrap_or(body);
    let strange = head.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    let is_wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    is_wide || (strange * 50 <= head.len() && head.iter().any(|byte| matches!(byte, b'<' | b'{' | b'[' | b':')))
}

/// A name as it can be printed.
fn shown(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const MOST: u64 = 100_000;

    fn page() -> Vec<u8> {
        "<!DOCTYPE html><title>Brug dicht</title><p>De brug in Maldegem gaat dicht.".repeat(20).into_bytes()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn raw(bytes: &[u8]) -> Vec<u8> {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn brotli(mut bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut bytes, &mut packed, &brotli::enc::BrotliEncoderParams::default()).unwrap();
        packed
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn undone(body: &[u8], codings: &str) -> Result<(Vec<u8>, bool), CodingError> {
        decode(body, codings, MOST, false).map(|decoded| (decoded.body.into_owned(), decoded.is_whole))
    }

    #[test]
    fn every_coding_is_undone_whatever_is_said_of_it() {
        let page = page();
        let mut named = gzip(&page);
        named[3] = 8 | 16 | 4 | 2;
        named.splice(10..10, *b"\x02\0xxname\0comment\0cc");
        let mut wrong_checksum = gzip(&page);
        let end = wrong_checksum.len() - 8;
        wrong_checksum[end] ^= 1;
        for (what, body, codings) in [
            ("gzip", gzip(&page), "gzip"),
            ("x-gzip, in capitals", gzip(&page), " X-GZIP "),
            ("gzip with a name and all else", named, "gzip"),
            ("gzip with a wrong checksum", wrong_checksum, "gzip"),
            ("gzip and what follows it", [gzip(&page), b"\0\0\0padding".to_vec()].concat(), "gzip"),
            ("two members", [gzip(&page[..100]), gzip(&page[100..])].concat(), "gzip"),
            ("zlib", zlib(&page), "deflate"),
            ("raw deflate", raw(&page), "deflate"),
            ("gzip as deflate", gzip(&page), "deflate"),
            ("zlib as gzip", zlib(&page), "gzip"),
            ("brotli", brotli(&page), "br"),
            ("zstd", zstd(&page), "zstd"),
            ("two frames", [zstd(&page[..100]), zstd(&page[100..])].concat(), "zstd"),
            ("a frame to skip", [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd(&page)].concat(), "zstd"),
            ("gzip unannounced", gzip(&page), ""),
            ("gzip twice, announced once", gzip(&gzip(&page)), "gzip"),
            ("gzip once, announced twice", gzip(&page), "gzip, gzip"),
            ("zstd unannounced", zstd(&page), "identity"),
            ("zstd as gzip", zstd(&page), "gzip"),
            ("gzip as br", gzip(&page), "br"),
            ("gzip of an unknown name", gzip(&page), "utf-8"),
            ("several", brotli(&gzip(&zlib(&page))), "deflate, gzip, br"),
            ("several in the wrong order", gzip(&zlib(&page)), "gzip, deflate"),
            ("text as gzip", page.clone(), "gzip"),
            ("text as br", page.clone(), "br"),
            ("text as deflate", page.clone(), "deflate"),
            ("text as zstd", page.clone(), "zstd"),
            ("a charset in its place", page.clone(), "utf-8"),
        ] {
            assert_eq!(undone(&body, codings), Ok((page.clone(), true)), "{what}");
        }
        for codings in ["gzip", "deflate", "br", "zstd", "compress", ""] {
            assert_eq!(undone(b"", codings), Ok((Vec::new(), true)), "{codings}");
        }
    }

    #[test]
    fn what_cannot_be_undone_is_an_error_with_its_name() {
        let noise: Vec<u8> = (0..2_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
        let mut corrupt = gzip(&noise);
        corrupt[40] ^= 0xff;
        for (body, codings, name) in [
            (noise.clone(), "br", "br"),
            (noise.clone(), "zstd", "zstd"),
            ([b"\x1f\x8b\x08", noise.as_slice()].concat(), "", "gzip"),
            ([ZSTD_MAGIC, noise.as_slice()].concat(), "", "zstd"),
            (noise.clone(), "compress", "compress"),
            (noise.clone(), "dcb", "dcb"),
            (b"PCFET0NUWVBFIGh0bWw+PHRpdGxlPkJydWc8L3RpdGxlPg==".to_vec(), "base64", "base64"),
            (noise.clone(), "utf-8", "utf-8"),
            (gzip(b"<p>"), "gzip, gzip, gzip, gzip, gzip, gzip", "gzip, gzip, gzip, gzip, gzip, gzip"),
        ] {
            assert_eq!(undone(&body, codings), Err(CodingError::Undecodable(name.to_owned())), "{codings}");
        }
    }

    #[test]
    fn what_breaks_off_is_read_as_far_as_it_goes() {
        // Of little that repeats, so that half of the compressed bytes hold about half.
        let page: Vec<u8> =
            (0..5_000).flat_map(|n: u32| format!("<p>{}", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
        for (what, packed, codings) in [
            ("gzip", gzip(&page), "gzip"),
            ("zlib", zlib(&page), "deflate"),
            ("raw deflate", raw(&page), "deflate"),
            ("brotli", brotli(&page), "br"),
        ] {
            let (body, is_whole) = undone(&packed[..packed.len() / 2], codings).unwrap();
            assert!(!is_whole && page.starts_with(&body) && body.len() > 10_000, "{what}: {}", body.len());
        }
        assert_eq!(undone(&gzip(&page)[..5], "gzip"), Err(CodingError::Undecodable("gzip".to_owned())));
    }

    #[test]
    fn nothing_grows_beyond_the_limit() {
        let large = vec![b' '; 3_000_000];
        for (body, codings) in [
            (gzip(&large), "gzip"),
            (gzip(&gzip(&large)), "gzip, gzip"),
            (gzip(&large), ""),
            (zlib(&large), "deflate"),
            (raw(&large), "deflate"),
            (brotli(&large), "br"),
            (zstd(&large), "zstd"),
            (large.clone(), ""),
        ] {
            assert_eq!(undone(&body, codings), Err(CodingError::TooLarge), "{codings}");
            let cut = decode(&body, codings, MOST, true).unwrap().body;
            assert_eq!(cut.as_ref(), &large[..usize::try_from(MOST).unwrap()], "{codings}");
        }
        let empty = gzip(b"").repeat(2_000);
        assert_eq!(undone(&empty, "gzip"), Err(CodingError::Undecodable("gzip".to_owned())), "many empty members");
        // A zstd frame that wants a window of a gigabyte.
        let wide = [ZSTD_MAGIC, &[0, 0xa0], &[0x55; 100]].concat();
        assert_eq!(undone(&wide, "zstd"), Err(CodingError::Undecodable("zstd".to_owned())));
    }

    proptest::proptest! {
        #[test]
        fn no_body_is_too_odd(body: Vec<u8>, codings in "(gzip|br|zstd|deflate|x|,| ){0,8}", which in 0..4_usize) {
            let magic: &[u8] = [GZIP_MAGIC, ZSTD_MAGIC, &[0x78, 0x9c], &[]][which];
            let _ = decode(&[magic, &body].concat(), &codings, MOST, false);
        }
    }
}
