//! A tiny model against numbers that numpy computed, and the real one against its Python package.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use std::io::Write as _;

use super::file::Flaw;
use super::{SentenceModel, SentenceVector};

const WIDTH: usize = 32;
const INNER: usize = 64;
const PIECES: [(&str, f32); 14] = [
    ("<s>", 0.0),
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", 0.0),
    ("▁query", -3.0),
    (":", -2.0),
    ("▁", -4.0),
    ("▁ab", -6.0),
    ("a", -5.0),
    ("b", -5.0),
    ("▁abc", -12.0),
    ("c", -5.0),
    ("▁a", -5.5),
    ("bc", -4.0),
];

/// The file of a model of two layers, with weights by formulas.
fn tiny_model() -> Vec<u8> {
    let mut tensors: Vec<(String, u8, usize, Vec<u8>)> = Vec::new();
    let mut packed = |name: &str, seed: usize, count: usize| {
        let half = |i: usize| u8::try_from((i * 7 + seed * 5 + i / 11 * 3 + i * i / 13) % 16).unwrap();
        let mut bytes = Vec::new();
        for block in 0..count / 32 {
            let factor = [0x2c00_u16, 0x2800, 0xaa00][(block + seed) % 3];
            bytes.extend(factor.to_le_bytes());
            bytes.extend((0..16).map(|at| half(block * 32 + at) | half(block * 32 + at + 16) << 4));
        }
        tensors.push((name.to_owned(), 1, count, bytes));
    };
    packed("emb.word", 1, PIECES.len() * WIDTH);
    for layer in 0..2 {
        let seed = 10 * (layer + 1);
        for (at, name) in ["q.w", "k.w", "v.w", "ao.w"].iter().enumerate() {
            packed(&format!("l{layer}.{name}"), seed + at, WIDTH * WIDTH);
        }
        packed(&format!("l{layer}.fi.w"), seed + 6, INNER * WIDTH);
        packed(&format!("l{layer}.fo.w"), seed + 7, WIDTH * INNER);
    }
    let mut floats = |name: &str, seed: usize, count: usize, base: f32, step: f32| {
        let value = |i: usize| base + step * (f32::from(u8::try_from((i * 5 + seed * 3) % 9).unwrap()) - 4.0);
        tensors.push((name.to_owned(), 0, count, (0..count).flat_map(|i| value(i).to_le_bytes()).collect()));
    };
    floats("emb.pos", 2, 8 * WIDTH, 0.0, 0.05);
    floats("emb.type", 3, 2 * WIDTH, 0.0, 0.02);
    floats("emb.ln.w", 4, WIDTH, 1.0, 0.1);
    floats("emb.ln.b", 5, WIDTH, 0.0, 0.1);
    for layer in 0..2 {
        let seed = 10 * (layer + 1);
        for (at, (name, count)) in
            [("q", WIDTH), ("k", WIDTH), ("v", WIDTH), ("ao", WIDTH), ("aln", WIDTH), ("aln", WIDTH), ("fi", INNER)]
                .into_iter()
                .chain([("fo", WIDTH), ("oln", WIDTH), ("oln", WIDTH)])
                .enumerate()
        {
            match (name, at) {
                ("aln" | "oln", 4 | 8) => floats(&format!("l{layer}.{name}.w"), seed + at, count, 1.0, 0.1),
                ("aln" | "oln", _) => floats(&format!("l{layer}.{name}.b"), seed + at, count, 0.0, 0.1),
                _ => floats(&format!("l{layer}.{name}.b"), seed + at, count, 0.0, 0.05),
            }
        }
    }
    let mut file = b"E5S1".to_vec();
    let mut word = |number: usize| file.extend(u32::try_from(number).unwrap().to_le_bytes());
    [1, WIDTH, 2, 2, INNER, PIECES.len(), 8, 2].into_iter().for_each(&mut word);
    file.extend(1e-5_f32.to_le_bytes());
    let mut word = |number: usize| file.extend(u32::try_from(number).unwrap().to_le_bytes());
    [32, PIECES.len(), 0, 2, 1, 3].into_iter().for_each(&mut word);
    let text: String = PIECES.iter().map(|(piece, _)| *piece).collect();
    file.extend((text.len() as u64).to_le_bytes());
    let mut end = 0_u32;
    for length in [0].into_iter().chain(PIECES.iter().map(|(piece, _)| piece.len())) {
        end += u32::try_from(length).unwrap();
        file.extend(end.to_le_bytes());
    }
    file.extend(PIECES.iter().flat_map(|(_, score)| score.to_le_bytes()));
    file.extend(text.as_bytes());
    // The soft hyphen is dropped, and the capital replaced.
    let replaced: [&[u8]; 2] = [b"\xad\0\0\0\0", b"A\0\0\0\x01a\0\0\0"];
    file.extend(2_u32.to_le_bytes());
    file.extend(14_u32.to_le_bytes());
    file.extend(replaced.concat());
    file.extend(u32::try_from(tensors.len()).unwrap().to_le_bytes());
    let mut at = file.len() + tensors.iter().map(|(name, ..)| 2 + name.len() + 21).sum::<usize>();
    for (name, kind, count, bytes) in &tensors {
        file.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        file.extend(name.as_bytes());
        file.push(*kind);
        file.extend(u32::try_from(*count).unwrap().to_le_bytes());
        file.extend((at as u64).to_le_bytes());
        file.extend((bytes.len() as u64).to_le_bytes());
        at += bytes.len();
    }
    file.extend(tensors.into_iter().flat_map(|(.., bytes)| bytes));
    file
}

fn opened(bytes: &[u8]) -> Result<SentenceModel, Flaw> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    SentenceModel::read(file.path())
}

/// "▁a" and "bc" cost 9.5, "▁ab" and "c" 11, and "▁abc" 12; "é" is in no piece.
#[test]
fn a_text_is_cut_into_the_pieces_that_cost_least() {
    let model = opened(&tiny_model()).unwrap();
    let pieces = |text: &str, most| model.tokenizer.pieces(text, most);
    assert_eq!(pieces("query: abcé", 9), [0, 4, 5, 12, 13, 3, 2]);
    assert_eq!(pieces("  query:\n Ab\u{ad}ce\u{301} ", 9), [0, 4, 5, 12, 13, 3, 2]);
    assert_eq!(pieces("query: ab <s>", 4), [0, 4, 5, 7, 6, 2]);
    assert_eq!(pieces("", 9), [0, 2]);
}

/// The same weights and steps in numpy, with floats of 64 bits.
#[test]
fn a_tiny_model_computes_what_numpy_does() {
    let expected = [
        -0.1339, -0.3157, 0.0345, 0.0515, 0.1508, -0.0983, -0.0599, 0.3152, 0.1396, 0.0662, 0.1033, -0.1022, -0.0031,
        0.1888, -0.2678, -0.3515, -0.2754, 0.0577, 0.2878, -0.1583, 0.0651, -0.0117, 0.0550, -0.0261, 0.1906, 0.3931,
        -0.1737, -0.0565, 0.1314, -0.1394, 0.0340, 0.0998,
    ];
    let bytes = include_bytes!("../../tests/fixtures/sentence/tiny.bin");
    assert!(tiny_model() == bytes, "the file is the one that is made here");
    let model = opened(bytes).unwrap();
    let values = model.encoder.encode(&[0, 4, 5, 12, 13, 3, 2]).unwrap();
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    let worst = values.iter().zip(expected).map(|(value, expected)| (value / length - expected).abs());
    assert!(worst.fold(0.0, f32::max) < 0.002, "{values:?}");
    assert_eq!(model.vector("Abcé", "").unwrap(), SentenceVector::new(model.fingerprint(), &values));
}

#[test]
#[ignore = "slow"]
fn no_damaged_file_is_a_model_or_a_panic() {
    let model = tiny_model();
    assert_eq!(opened(&model).unwrap().fingerprint().len(), 12);
    for length in (0..model.len()).step_by(97) {
        assert!(opened(&model[..length]).is_err(), "{length}");
    }
    // Each byte of the head, the words and the list of tensors with other values.
    for at in (0..1_900).step_by(3) {
        for other in [0, 0x80, 0xff] {
            let mut damaged = model.clone();
            damaged[at] = other;
            if let Ok(model) = opened(&damaged) {
                let _ = model.vector("Abcé ab", "c");
            }
        }
    }
}

#[test]
fn messages_say_what_is_wrong_with_the_file() {
    let model = tiny_model();
    let flaw = |bytes: &[u8]| opened(bytes).err().unwrap().to_string();
    assert!(flaw(b"PK\x03\x04").contains("unpack it"), "{}", flaw(b"PK\x03\x04"));
    assert_eq!(flaw(b"<!DOCTYPE html>"), "it does not begin like a model");
    assert_eq!(flaw(&model[..model.len() - 1]), "it is cut off or damaged: a part lies beyond its end");
    let mut newer = model.clone();
    newer[4] = 2;
    assert_eq!(flaw(&newer), "its format has version 2, and not 1");
    let missing = SentenceModel::open(std::path::Path::new("no/such/file")).err().unwrap();
    assert!(missing.starts_with("No such file"), "{missing}");
}

/// With the file that the Python package has: `PRESSWATCH_MODEL=e5-small-q4.bin cargo test --lib sentence`.
#[test]
fn the_real_model_computes_what_its_package_does() {
    let Some(path) = std::env::var_os("PRESSWATCH_MODEL") else { return };
    let model = SentenceModel::open(path.as_ref()).unwrap();
    let fixture = include_str!("../../tests/fixtures/sentence/vectors.txt");
    let mut compared = 0;
    let (_, texts) = fixture.split_once("\n\n").unwrap();
    // A lead may be empty.
    for block in texts.lines().collect::<Vec<_>>().chunks(4) {
        let [title, lead, values, ..] = block else { continue };
        let expected = SentenceVector::from_text(model.fingerprint(), values).unwrap();
        let cosine = model.vector(title, lead).unwrap().cosine(&expected).unwrap();
        assert!(cosine > 0.995, "{title}: {cosine}");
        compared += 1;
    }
    assert_eq!(compared, 12);
}
