"""Fits the linear model by AdaGrad over small batches, in plain numpy, the same way every time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.risk.features import BUCKETS
from bot.risk.labelled import Labelled
from bot.risk.model import CATEGORIES, DAMPING, LEVELS, Floats, Model, features_of, sigmoid, softmax
from bot.risk.normalise import fold
from bot.risk.readings import readings
from bot.risk.taxonomy import Level

_SEED = 7
_EPOCHS = 16
_BATCH = 32
_RATE = 0.3
_DECAY = 1e-3
_LEAST_SEEN = 2
_SMOOTHING = 0.05
_SPREAD = 3.0
"""Divides what enters the model; with the rate it sets how fast rare n-grams gain weight."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Messages made ready: their rows in the weight table, the factors, what is wanted and what counts."""

    rows: list[NDArray[np.int64]]
    factors: list[Floats]
    targets: Floats
    weights: Floats


def fit(messages: list[Labelled]) -> tuple[Model, NDArray[np.int32]]:
    """Return trained weights and the buckets that their rows stand for."""
    grams = [_grams(message) for message in messages]
    seen = np.bincount(np.concatenate([np.unique(each) for each in grams]), minlength=BUCKETS)
    buckets = np.flatnonzero(seen >= _LEAST_SEEN).astype(np.int32)
    rows = np.zeros(BUCKETS, dtype=np.int32)
    rows[buckets] = np.arange(1, len(buckets) + 1, dtype=np.int32)
    rarity = np.log((1 + len(messages)) / (1 + seen[buckets])) + 1
    scale = np.concatenate([[0.0], rarity / _SPREAD]).astype(np.float32)
    table, bias = _descend(_examples(messages, [rows[each] for each in grams], scale), len(scale))
    return Model(rows, table * scale[:, None], bias, _words(messages)), buckets


def _descend(examples: Examples, size: int) -> tuple[Floats, Floats]:
    """Return the weights and biases after all epochs; row 0, for n-grams not known, stays without effect."""
    outputs = examples.targets.shape[1]
    table, squares = np.zeros((size, outputs), np.float32), np.full((size, outputs), 1e-2, np.float32)
    bias, bias_squares = np.zeros(outputs, np.float32), np.full(outputs, 1e-2, np.float32)
    order = np.random.default_rng(_SEED)
    for epoch in range(_EPOCHS):
        rate = np.float32(_RATE * (1 - epoch / _EPOCHS))
        for batch in np.array_split(order.permutation(len(examples.rows)), -(-len(examples.rows) // _BATCH)):
            sizes = np.array([len(examples.rows[i]) for i in batch])
            rows = np.concatenate([examples.rows[i] for i in batch])
            factors = np.concatenate([examples.factors[i] for i in batch])[:, None]
            scores = np.add.reduceat(table[rows] * factors, np.cumsum(sizes) - sizes, axis=0) + bias
            slope = (_outputs(scores) - examples.targets[batch]) * examples.weights[batch]
            slope /= np.float32(np.sqrt(len(batch)))
            touched, place = np.unique(rows, return_inverse=True)
            spread = np.repeat(slope, sizes, axis=0) * factors
            gradient = np.stack([np.bincount(place, part, len(touched)) for part in spread.T], axis=1)
            gradient = gradient.astype(np.float32) + _DECAY * table[touched]
            squares[touched] += gradient * gradient
            table[touched] -= rate * gradient / np.sqrt(squares[touched])
            lean = slope.sum(axis=0)
            bias_squares += lean * lean
            bias -= rate * lean / np.sqrt(bias_squares)
    return table, bias


def _outputs(scores: Floats) -> Floats:
    count = len(LEVELS)
    return np.concatenate([softmax(scores[:, :count]), sigmoid(scores[:, count:])], axis=1)


def _grams(message: Labelled) -> NDArray[np.int64]:
    return features_of(readings(fold(message.text), message.language)).buckets


def _words(messages: list[Labelled]) -> NDArray[np.bool_]:
    met = np.zeros(BUCKETS, dtype=np.bool_)
    for message in messages:
        met[features_of(readings(fold(message.text), message.language)).words] = True
    return met


def _importance(messages: list[Labelled]) -> dict[Level, float]:
    """Return for each level the root of how much rarer it is than the mean."""
    counts = Counter(message.level for message in messages)
    mean = len(messages) / len(counts)
    return {level: float(np.sqrt(mean / times)) for level, times in counts.items()}


def _examples(messages: list[Labelled], found: list[NDArray[np.int32]], scale: Floats) -> Examples:
    """Weigh n-grams by rarity; a category that may be added counts half and weighs little."""
    importance = _importance(messages)
    rows, factors, targets, weights = [], [], [], []
    for message, each in zip(messages, found, strict=True):
        known, times = np.unique(np.append(each, 0), return_counts=True)
        rows.append(known.astype(np.int64))
        factors.append((times * scale[known] / np.sqrt(len(each) + DAMPING)).astype(np.float32))
        level = [float(level is message.level) for level in LEVELS]
        smooth = [value * (1 - _SMOOTHING) + _SMOOTHING / len(LEVELS) for value in level]
        open_to = [category in message.also for category in CATEGORIES]
        topics = [
            1.0 if c in message.categories else 0.5 * may for c, may in zip(CATEGORIES, open_to, strict=True)
        ]
        targets.append(smooth + topics)
        weights.append([importance[message.level]] * len(LEVELS) + [0.3 if may else 1.0 for may in open_to])
    return Examples(rows, factors, np.array(targets, np.float32), np.array(weights, np.float32))


def save(trained: Model, buckets: NDArray[np.int32], path: Path) -> None:
    """Write the weights in eight bits an output, without pickles."""
    table = trained.weights[1:]
    scale = np.maximum(np.quantile(np.abs(table), 0.9995, axis=0), 1e-6) / 127
    packed = np.clip(np.rint(table / scale), -127, 127).astype(np.int8)
    used = np.any(packed != 0, axis=1)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            buckets=buckets[used],
            weights=packed[used],
            scale=scale.astype(np.float32),
            bias=trained.bias,
            words=np.flatnonzero(trained.words).astype(np.int32),
        )
