"""Put messages of about the same length into batches, with what is wanted of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from bot.risk.encoder import LONGEST_WINDOW, clean
from bot.risk.labelled import Labelled
from bot.risk.model import CATEGORIES, LEVELS
from bot.risk.pieces import Pieces
from bot.risk.taxonomy import Level
from bot.risk.training.encoder.package import Floats

_SIZE = 24
"""Messages in a batch; the last of an epoch may hold fewer."""
_POOL = 32
"""Of so many batches' messages, those alike in length come together, so that little is padded."""
_SMOOTHING = 0.05
_MAY = 0.3
"""Weight of a category that one may add but need not."""

Row = tuple[Labelled, list[int]]
Batch = dict[str, Any]
"""Arrays: ``ids`` of the pieces, which of them are ``present``, and what is wanted of each message."""


def batches(
    messages: Sequence[Labelled],
    pieces: Pieces,
    vary: Callable[[Labelled], str],
    random: np.random.Generator,
) -> Iterator[tuple[int, Batch]]:
    """Yield every message once, in an order that ``random`` decides, with the number of messages before."""
    importance = _importance(messages)
    order = random.permutation(len(messages))
    done = 0
    for first in range(0, len(order), _POOL * _SIZE):
        chosen = [messages[i] for i in order[first : first + _POOL * _SIZE]]
        rows = sorted(((m, numbers(pieces, vary(m))) for m in chosen), key=lambda row: len(row[1]))
        parts = [rows[at : at + _SIZE] for at in range(0, len(rows), _SIZE)]
        for number in random.permutation(len(parts)):
            yield done, _batch(parts[number], pieces, importance)
            done += len(parts[number])


def numbers(pieces: Pieces, text: str) -> list[int]:
    """Return the piece numbers of the first window of a text."""
    return [pieces.start, *pieces.cut(clean(text))[: LONGEST_WINDOW - 2], pieces.end]


def _batch(rows: Sequence[Row], pieces: Pieces, importance: dict[Level, float]) -> Batch:
    """Return the arrays of a batch, each row as long as the longest."""
    lengths = np.array([len(row) for _, row in rows])
    present = np.arange(lengths.max()) < lengths[:, None]
    ids = np.full(present.shape, pieces.padding)
    ids[present] = [number for _, row in rows for number in row]
    return {"ids": ids, "present": present, **_wanted([message for message, _ in rows], importance)}


def _wanted(messages: Sequence[Labelled], importance: dict[Level, float]) -> dict[str, Floats]:
    """Return what the heads should tell of each message, and how much it counts."""
    ranks = np.array([message.level.rank for message in messages])
    levels = np.full((len(messages), len(LEVELS)), _SMOOTHING / len(LEVELS))
    levels[np.arange(len(ranks)), ranks] += 1 - _SMOOTHING
    steps = (ranks[:, None] > np.arange(len(LEVELS) - 1)) * (1 - _SMOOTHING) + _SMOOTHING / 2
    must = np.array([[c in m.categories for c in CATEGORIES] for m in messages])
    may = np.array([[c in m.also for c in CATEGORIES] for m in messages])
    wanted = {
        "levels": levels,
        "steps": steps,
        "categories": np.where(must, 1.0, 0.5 * may),
        "weights": np.array([importance[message.level] for message in messages]),
        "category_weights": np.where(may, _MAY, 1.0),
    }
    return {name: values.astype(np.float32) for name, values in wanted.items()}


def _importance(messages: Sequence[Labelled]) -> dict[Level, float]:
    """Return for each level the root of how much rarer it is than the mean."""
    counts = Counter(message.level for message in messages)
    mean = len(messages) / len(counts)
    return {level: float(np.sqrt(mean / times)) for level, times in counts.items()}
