"""The learned layer: a linear model over hashed n-grams that scores every run of neighbouring sentences.

A score is the sum of the weights of a run's n-grams over the root of their number, so one pass over the
n-grams serves all runs. What was never met weighs nothing but counts, so strange texts score mildly. The
gravest run decides, which is why another sentence never lowers a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from bot.risk.features import BUCKETS, Features, extract
from bot.risk.readings import Kind, Reading
from bot.risk.resources import data_folder
from bot.risk.taxonomy import Category, Level

LEVELS = tuple(Level)
CATEGORIES = tuple(Category)
LONGEST_RUN = 3
"""Sentences that are read together at most."""
DAMPING = 300
"""N-grams added to the number of every run: a few words say little."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of sentences ``first`` to ``last`` with their shares of levels and of categories."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    levels: Floats
    categories: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """What training found: the row of each bucket (0 if not known), biases, their weights, words met."""

    rows: NDArray[np.int32]
    weights: Floats
    bias: Floats
    words: NDArray[np.bool_]

    def score(self, features: Features) -> Runs:
        """Return the scores of every run of up to three sentences."""
        order = np.argsort(features.sentences, kind="stable")
        count = int(features.sentences.max(initial=0)) + 1
        ends = np.searchsorted(features.sentences[order], np.arange(count + 1))
        running = np.zeros((len(order) + 1, len(self.bias)))
        np.cumsum(self.weights[self.rows[features.buckets[order]]], axis=0, dtype=np.float64, out=running[1:])
        first, last = _runs(count)
        start, stop = ends[first], ends[last + 1]
        damped = np.sqrt(stop - start + DAMPING)[:, None]
        scores = ((running[stop] - running[start]) / damped).astype(np.float32) + self.bias
        return Runs(first, last, softmax(scores[:, : len(LEVELS)]), sigmoid(scores[:, len(LEVELS) :]))

    def unknown_share(self, features: Features) -> float:
        """Return the share of the words, 0 to 1, that stand nowhere in what was trained on."""
        return float((~self.words[features.words]).mean()) if len(features.words) else 1.0


@cache
def load() -> Model:
    """Return the trained model, read from the package's data at first use."""
    with np.load(BytesIO((data_folder() / "model.npz").read_bytes()), allow_pickle=False) as stored:
        buckets, packed = stored["buckets"], stored["weights"]
        scale, bias, met = stored["scale"], stored["bias"], stored["words"]
    rows = np.zeros(BUCKETS, dtype=np.int32)
    rows[buckets] = np.arange(1, len(buckets) + 1, dtype=np.int32)
    weights = np.zeros((len(buckets) + 1, len(bias)), dtype=np.float32)
    np.multiply(packed, scale, out=weights[1:])
    words = np.zeros(BUCKETS, dtype=np.bool_)
    words[met] = True
    return Model(rows, weights, bias, words)


def features_of(ways: Sequence[Reading]) -> Features:
    """Return the n-grams of all readings of a text; words count as typed."""
    parts = [extract(way.folded.text, int(way.kind is Kind.SKELETON)) for way in ways]
    typed = parts[-1] if ways[-1].kind is Kind.CYRILLIC and len(ways) == 2 else parts[0]
    return Features(
        np.concatenate([part.buckets for part in parts]),
        np.concatenate([part.sentences for part in parts]),
        typed.words,
    )


def softmax(scores: Floats) -> Floats:
    """Return the shares of each row, which sum to one."""
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def sigmoid(scores: Floats) -> Floats:
    """Return the logistic function of each score."""
    shares: Floats = (1.0 / (1.0 + np.exp(-np.clip(scores, -30, 30)))).astype(np.float32)
    return shares


def _runs(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last sentence of every run of up to LONGEST_RUN of ``count`` sentences."""
    first = np.repeat(np.arange(count), LONGEST_RUN)
    last = first + np.tile(np.arange(LONGEST_RUN), count)
    return first[last < count], last[last < count]
