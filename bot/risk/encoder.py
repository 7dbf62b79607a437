"""The sentence encoder: a small network that reads whole texts and tells levels and categories.

It is one more layer beside the signs and the n-grams. Where its files are not packaged it is absent, and
all else works as before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from bot.risk.model import CATEGORIES, LEVELS, Floats, sigmoid, softmax
from bot.risk.pieces import Pieces
from bot.risk.resources import data_folder
from bot.risk.taxonomy import Level

LONGEST_TEXT = 1_600
"""Code points of a text that are read; what follows is not."""
LONGEST_WINDOW = 64
"""Pieces that are read at once, with the start and the end; a longer text is read in overlapping windows."""
_OVERLAP = 16
_DROPPED = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"))
_LETTERS = {**dict.fromkeys("’ʼ‘`´ʹ′ʻ", "'"), "\u0640": "", "\u200c": " ", "ё": "е"}
_TABLE = str.maketrans(_LETTERS)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}|([^\w\s])\2{3,}")


@dataclass(frozen=True, slots=True)
class Shares:
    """What the encoder tells of some texts, one row each: shares of levels and of categories, 0 to 1."""

    levels: Floats
    categories: Floats


class Encoder:
    """A network with its vocabulary. Safe to use from several threads."""

    def __init__(self, network: bytes, vocabulary: bytes) -> None:
        """Load both from the content of their files; one thread computes."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._pieces = Pieces.parse(vocabulary)

    def read(self, texts: Sequence[str]) -> Shares:
        """Return the shares of each text; any string is taken.

        Of a text of several windows the gravest one counts for the level, and for each category the
        one that speaks of it most.
        """
        levels = np.zeros((len(texts), len(LEVELS)), np.float32)
        categories = np.zeros((len(texts), len(CATEGORIES)), np.float32)
        for row, text in enumerate(texts):
            told = shares(np.concatenate([self._scores(window) for window in windows_of(self._pieces, text)]))
            danger = told.levels[:, Level.HIGH.rank :].sum(axis=1)
            levels[row] = told.levels[danger.argmax()]
            categories[row] = told.categories.max(axis=0)
        return Shares(levels, categories)

    def _scores(self, window: Sequence[int]) -> Floats:
        """Return the scores of one window; read alone, since rounding depends on what is read together."""
        return self._run("scores", window)

    def meaning(self, text: str) -> Floats:
        """Return what the beginning of a text means: a vector of length one, near that of a like text."""
        vector = self._run("meaning", windows_of(self._pieces, text)[0])[0]
        pointed: Floats = vector / max(float(np.linalg.norm(vector)), 1e-9)
        return pointed

    def _run(self, output: str, window: Sequence[int]) -> Floats:
        found: Floats = self._session.run([output], {"ids": np.array([window], np.int64)})[0]
        return found


@cache
def load() -> Encoder | None:
    """Return the packaged encoder, read at first use; None where its files are absent."""
    folder = data_folder() / "encoder"
    network, vocabulary = folder / "model.onnx", folder / "tokenizer.json"
    if not (network.is_file() and vocabulary.is_file()):
        return None
    return Encoder(network.read_bytes(), vocabulary.read_bytes())


def clean(text: str) -> str:
    """Return a text as the encoder reads it, in training and in use.

    Lower case, one form of each letter (NFKC), one apostrophe, no marks above or below that are no part of
    a letter, no control, surrogate or unassigned characters, no stretched letters.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])[:LONGEST_TEXT].lower().translate(_TABLE)
    kept = "".join(c if unicodedata.category(c) not in _DROPPED else " " * c.isspace() for c in text)
    return " ".join(_STRETCHED.sub(_shortened, kept).split())


def _shortened(run: re.Match[str]) -> str:
    return run[1] or run[2] * 3


def windows_of(pieces: Pieces, text: str) -> list[list[int]]:
    """Return the pieces of a text in windows that overlap, each with a start and an end."""
    numbers = pieces.cut(clean(text))
    room = LONGEST_WINDOW - 2
    last = max(len(numbers) - _OVERLAP, 1)
    firsts = range(0, last, room - _OVERLAP) if len(numbers) > room else (0,)
    return [[pieces.start, *numbers[first : first + room], pieces.end] for first in firsts]


def shares(scores: Floats) -> Shares:
    """Turn the network's scores into shares of levels and of categories.

    The scores are one for each level, one for each step from a level to the next, and one for each
    category. The level is the mean of what its own scores and the steps tell.
    """
    count = len(LEVELS)
    steps = np.minimum.accumulate(sigmoid(scores[:, count : 2 * count - 1]), axis=1)
    bounds = np.pad(steps, ((0, 0), (1, 1)), constant_values=((0, 0), (1, 0)))
    levels: Floats = (softmax(scores[:, :count]) + bounds[:, :-1] - bounds[:, 1:]) / 2
    return Shares(levels, sigmoid(scores[:, 2 * count - 1 :]))
