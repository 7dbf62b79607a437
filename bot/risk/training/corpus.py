"""The corpus in parts, so that no happening is on two sides."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

from bot.risk.labelled import Labelled

_TEST = 8
_TUNING = 5
"""Of a hundred situations."""


class Parts(NamedTuple):
    """A corpus in three parts; no happening is in two of them."""

    train: list[Labelled]
    tuning: list[Labelled]
    """Sets the thresholds."""
    test: list[Labelled]
    """Only measured on: nothing is fitted to it, thresholds neither."""


def split(rows: Iterable[Labelled]) -> Parts:
    """Return the parts by a hash of the situation; a situation and its harmless twin stay together."""
    parts = Parts([], [], [])
    for row in rows:
        slug = row.situation.removesuffix("-not")
        place = int.from_bytes(sha256(slug.encode()).digest()[:4], "big") % 100
        parts[2 if place < _TEST else 1 if place < _TEST + _TUNING else 0].append(row)
    return parts
