"""Turn folded text into hashed character and word n-grams, each with the sentence it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.risk.normalise import BREAK

_BITS = 20
BUCKETS = 1 << _BITS
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - _BITS)
_LONGEST_GRAM = 5
_STEM = 5

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Features:
    """Bucket of every n-gram and the number of its sentence; ``words`` are the buckets of the words."""

    buckets: Indices
    sentences: Indices
    words: Indices


def extract(text: str, salt: int = 0) -> Features:
    """Return the n-grams of folded text; none crosses a sentence's end. ``salt`` keeps views apart."""
    sentences = [(number, part.split()) for number, part in enumerate(text.split(BREAK)) if part.strip()]
    numbers: list[Indices] = []
    buckets: list[Indices] = []
    words: list[Indices] = []
    for number, tokens in sentences:
        found = _words(tokens, salt)
        words.append(found[0])
        buckets.extend(found)
        numbers.append(np.full(sum(map(len, found)), number, dtype=np.int64))
    if not sentences:
        empty = np.zeros(0, dtype=np.int64)
        return Features(empty, empty, empty)
    characters, places = _characters(sentences, salt)
    return Features(
        np.concatenate([*buckets, characters]), np.concatenate([*numbers, places]), np.concatenate(words)
    )


def _characters(sentences: list[tuple[int, list[str]]], salt: int) -> tuple[Indices, Indices]:
    """Return the buckets of all character n-grams of the padded sentences, and where each stands."""
    padded = [" ".join(("", *tokens, "")) for _, tokens in sentences]
    codes = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    place = np.repeat([number for number, _ in sentences], list(map(len, padded)))
    rolling = codes + np.uint64(1 + salt)
    parts, places = [], []
    for size in range(2, min(_LONGEST_GRAM, len(codes)) + 1):
        rolling = rolling[:-1] * _MULTIPLIER + codes[size - 1 :]
        within = place[: len(rolling)] == place[size - 1 :]
        parts.append((rolling * _MULTIPLIER >> _SHIFT)[within])
        places.append(place[: len(rolling)][within])
    return np.concatenate(parts).astype(np.int64), np.concatenate(places).astype(np.int64)


def _words(tokens: list[str], salt: int) -> tuple[Indices, Indices, Indices]:
    """Return the buckets of words, of pairs of neighbours, and of pairs of stems one word apart."""
    whole = np.array([crc32(token.encode("utf-8", "replace"), salt) for token in tokens], dtype=np.uint64)
    stems = np.array(
        [crc32(t[:_STEM].encode("utf-8", "replace"), salt + 77) for t in tokens], dtype=np.uint64
    )
    first, pair, apart = np.uint64(3), np.uint64(5), np.uint64(7)
    singles = (whole + first) * _MULTIPLIER >> _SHIFT
    pairs = (stems[:-1] * _MULTIPLIER + stems[1:] + pair) * _MULTIPLIER >> _SHIFT
    skips = (stems[:-2] * _MULTIPLIER + stems[2:] + apart) * _MULTIPLIER >> _SHIFT
    return singles.astype(np.int64), pairs.astype(np.int64), skips.astype(np.int64)
