//! The file of a model: its parts, each checked against the length of the file before it is read.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use ring::digest;

/// How the file begins.
const MAGIC: &[u8] = b"E5S1";
const VERSION: u32 = 1;
/// How a zip file begins, such as a wheel of Python.
const ZIP: &[u8] = b"PK";

/// Larger files are rejected, which bounds what is read into memory.
const MOST_BYTES: u64 = 160_000_000;
const MOST_TENSORS: u32 = 1_000;

/// The number of weights that share a factor.
pub(super) const BLOCK: usize = 32;
/// A block in the file: its factor as a float of 16 bits, and 32 weights of 4 bits.
pub(super) const BLOCK_BYTES: usize = 18;

/// Why a file is no model.
#[derive(Debug)]
pub(super) enum Flaw {
    /// It could not be read.
    Unreadable(io::Error),
    /// It is something else, or damaged.
    Malformed(String),
}

impl Flaw {
    pub fn malformed(what: impl Into<String>) -> Self {
        Self::Malformed(what.into())
    }
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::Malformed(what) => f.write_str(what),
        }
    }
}

/// An open file of a known length.
pub(super) struct ModelFile {
    file: File,
    length: u64,
}

/// The sizes of an encoder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Values of a token.
    pub width: usize,
    pub layers: usize,
    pub heads: usize,
    /// Values of a token in the inner step of a layer.
    pub inner: usize,
    /// Pieces of words with a vector.
    pub pieces: usize,
    /// Tokens of a text.
    pub positions: usize,
    /// Kinds of texts in one input; always the first is used.
    pub kinds: usize,
    /// Keeps the normalisation from dividing by zero.
    pub epsilon: f32,
}

/// The pieces of words, as they stand in the file.
pub(super) struct Vocabulary {
    /// The number of the piece that begins each text, that which ends it, and that for unknown characters.
    pub begin: u32,
    pub end: u32,
    pub padding: u32,
    pub unknown: u32,
    /// Where each piece begins in `text`, and where the last one ends.
    pub offsets: Vec<u32>,
    pub scores: Vec<f32>,
    pub text: Vec<u8>,
    /// Characters that are replaced by others, or by none.
    pub replaced: HashMap<char, String>,
}

/// The place of a tensor.
#[derive(Debug, Clone, Copy)]
struct Tensor {
    is_packed: bool,
    count: u64,
    at: u64,
    bytes: u64,
}

/// The tensors by name.
pub(super) struct Tensors(HashMap<String, Tensor>);

/// What precedes the tensors.
pub(super) struct Layout {
    pub sizes: Sizes,
    pub vocabulary: Vocabulary,
    pub tensors: Tensors,
}

impl ModelFile {
    pub fn open(path: &Path) -> Result<Self, Flaw> {
        // Before it is opened, because opening a pipe waits for its writer.
        if !std::fs::metadata(path)?.is_file() {
            return Err(Flaw::malformed("it is a folder or a device"));
        }
        let file = File::open(path)?;
        let facts = file.metadata()?;
        if facts.len() > MOST_BYTES {
            return Err(Flaw::malformed(format!("it has {} bytes, and a model at most {MOST_BYTES}", facts.len())));
        }
        Ok(Self { file, length: facts.len() })
    }

    /// The first 12 hexadecimal digits of the SHA-256 of the whole file.
    pub fn fingerprint(&self) -> Result<String, Flaw> {
        let mut context = digest::Context::new(&digest::SHA256);
        let mut buffer = vec![0; 1 << 16];
        let mut file = (&self.file).take(self.length);
        (&self.file).seek(SeekFrom::Start(0))?;
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                count => context.update(&buffer[..count]),
            }
        }
        let digest = context.finish();
        let mut digits = String::new();
        for byte in digest.as_ref().iter().take(6) {
            let _ = write!(digits, "{byte:02x}");
        }
        Ok(digits)
    }

    /// The bytes at a place, which must be within the file.
    pub fn bytes(&self, at: u64, count: u64) -> Result<Vec<u8>, Flaw> {
        if at.checked_add(count).is_none_or(|end| end > self.length) {
            return Err(Flaw::malformed("it is cut off or damaged: a part lies beyond its end"));
        }
        let mut bytes = vec![0; usize::try_from(count).unwrap_or_default()];
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(&mut bytes)?;
        Ok(bytes)
    }

    pub fn layout(&mut self) -> Result<Layout, Flaw> {
        let start = self.bytes(0, self.length.min(4))?;
        if start.starts_with(ZIP) {
            return Err(Flaw::malformed(
                "it is a zip file, such as a Python wheel: unpack it, and name the file inside",
            ));
        }
        if start != MAGIC {
            return Err(Flaw::malformed("it does not begin like a model"));
        }
        let mut at = Cursor { file: self, at: 4 };
        let version = at.u32()?;
        if version != VERSION {
            return Err(Flaw::malformed(format!("its format has version {version}, and not {VERSION}")));
        }
        let (width, layers, heads, inner) = (at.size()?, at.size()?, at.size()?, at.size()?);
        let (pieces, positions, kinds) = (at.size()?, at.size()?, at.size()?);
        let (epsilon, block) = (at.f32()?, at.size()?);
        let sizes = Sizes { width, layers, heads, inner, pieces, positions, kinds, epsilon };
        let is_sound = (1..=1_024).contains(&width)
            && width.is_multiple_of(BLOCK)
            && (1..=4_096).contains(&inner)
            && inner.is_multiple_of(BLOCK)
            && (1..=24).contains(&layers)
            && (1..=64).contains(&heads)
            && width.is_multiple_of(heads)
            && (4..=1_000_000).contains(&pieces)
            && (4..=4_096).contains(&positions)
            && (1..=16).contains(&kinds)
            && (0.0..0.1).contains(&epsilon)
            && block == BLOCK;
        if !is_sound {
            return Err(Flaw::malformed("its header has sizes out of range: it is damaged, or another model"));
        }
        let vocabulary = at.vocabulary()?;
        let tensors = at.tensors()?;
        Ok(Layout { sizes, vocabulary, tensors })
    }
}

/// Reads one value after the other.
struct Cursor<'f> {
    file: &'f ModelFile,
    at: u64,
}

impl Cursor<'_> {
    fn take(&mut self, count: u64) -> Result<Vec<u8>, Flaw> {
        let bytes = self.file.bytes(self.at, count)?;
        self.at += count;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let bytes = self.take(N as u64)?;
        bytes.try_into().map_err(|_| Flaw::malformed("it is cut off"))
    }

    fn u32(&mut self) -> Result<u32, Flaw> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64, Flaw> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn f32(&mut self) -> Result<f32, Flaw> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    /// A small number; negative ones become too large for any check.
    fn size(&mut self) -> Result<usize, Flaw> {
        Ok(usize::try_from(self.u32()?).unwrap_or(usize::MAX))
    }

    fn vocabulary(&mut self) -> Result<Vocabulary, Flaw> {
        let count = u64::from(self.u32()?);
        let (begin, end, padding, unknown) = (self.u32()?, self.u32()?, self.u32()?, self.u32()?);
        let length = self.u64()?;
        let offsets = numbers(&self.take((count + 1) * 4)?, u32::from_le_bytes);
        let scores = numbers(&self.take(count * 4)?, f32::from_le_bytes);
        let text = self.take(length)?;
        let replaced_count = self.u32()?;
        let replaced_bytes = u64::from(self.u32()?);
        let replaced = replacements(&self.take(replaced_bytes)?, replaced_count)
            .ok_or_else(|| Flaw::malformed("its table of characters is damaged"))?;
        Ok(Vocabulary { begin, end, padding, unknown, offsets, scores, text, replaced })
    }

    fn tensors(&mut self) -> Result<Tensors, Flaw> {
        let count = self.u32()?;
        if count > MOST_TENSORS {
            return Err(Flaw::malformed("its list of tensors is damaged"));
        }
        let mut tensors = HashMap::new();
        for _ in 0..count {
            let length = u16::from_le_bytes(self.array()?);
            let name = String::from_utf8_lossy(&self.take(u64::from(length))?).into_owned();
            let [kind] = self.array()?;
            let tensor =
                Tensor { is_packed: kind == 1, count: u64::from(self.u32()?), at: self.u64()?, bytes: self.u64()? };
            tensors.insert(name, tensor);
        }
        // So that the file bounds what is kept of it, and the time that a text takes.
        let bytes = tensors.values().fold(0_u64, |sum, tensor: &Tensor| sum.saturating_add(tensor.bytes));
        if bytes > self.file.length {
            return Err(Flaw::malformed("its list of tensors is damaged: they overlap"));
        }
        Ok(Tensors(tensors))
    }
}

/// The numbers of four bytes each.
fn numbers<T>(bytes: &[u8], from: impl Fn([u8; 4]) -> T) -> Vec<T> {
    bytes.as_chunks::<4>().0.iter().map(|bytes| from(*bytes)).collect()
}

/// Each entry is a character, a count of one byte, and so many characters, all of four bytes.
fn replacements(mut bytes: &[u8], count: u32) -> Option<HashMap<char, String>> {
    let mut replaced = HashMap::new();
    for _ in 0..count {
        let (character, rest) = bytes.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first()?;
        let (others, rest) = rest.split_at_checked(usize::from(*length) * 4)?;
        let others: Option<String> = numbers(others, u32::from_le_bytes).into_iter().map(char::from_u32).collect();
        // Surrogates occur in no text.
        if let Some(character) = char::from_u32(u32::from_le_bytes(*character)) {
            replaced.insert(character, others?);
        }
        bytes = rest;
    }
    Some(replaced)
}

impl Tensors {
    /// A tensor of that name and size.
    fn find(&self, name: &str, is_packed: bool, count: usize) -> Result<Tensor, Flaw> {
        let tensor = self.0.get(name).ok_or_else(|| Flaw::malformed(format!("it has no tensor `{name}`")))?;
        let bytes = if is_packed { count / BLOCK * BLOCK_BYTES } else { count * 4 } as u64;
        if tensor.is_packed != is_packed || tensor.count != count as u64 || tensor.bytes != bytes {
            return Err(Flaw::malformed(format!("its tensor `{name}` has another form than expected")));
        }
        Ok(*tensor)
    }

    /// The bytes of a tensor of 4-bit weights.
    pub fn packed(&self, file: &ModelFile, name: &str, count: usize) -> Result<Vec<u8>, Flaw> {
        let tensor = self.find(name, true, count)?;
        file.bytes(tensor.at, tensor.bytes)
    }

    /// Where a tensor of 4-bit weights lies, checked against the end of the file.
    pub fn place(&self, file: &ModelFile, name: &str, count: usize) -> Result<u64, Flaw> {
        let tensor = self.find(name, true, count)?;
        file.bytes(tensor.at.saturating_add(tensor.bytes), 0)?;
        Ok(tensor.at)
    }

    /// The values of a tensor of floats, all of them finite.
    pub fn floats(&self, file: &ModelFile, name: &str, count: usize) -> Result<Vec<f32>, Flaw> {
        let tensor = self.find(name, false, count)?;
        let values = numbers(&file.bytes(tensor.at, tensor.bytes)?, f32::from_le_bytes);
        if values.iter().any(|value| !value.is_finite()) {
            return Err(Flaw::malformed(format!("its tensor `{name}` has values that are not finite")));
        }
        Ok(values)
    }
}
