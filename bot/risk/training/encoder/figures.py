"""Figures of the encoder alone over labelled messages, without thresholds: the likeliest level counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.risk.encoder import Encoder, Shares
from bot.risk.labelled import Labelled
from bot.risk.model import CATEGORIES
from bot.risk.report import Report
from bot.risk.taxonomy import Assessment, Level

_CATEGORY = 0.5


def figures(encoder: Encoder, messages: Sequence[Labelled]) -> dict[str, dict[str, float]]:
    """Return the figures of all messages together and of each language, rounded."""
    told = encoder.read([message.text for message in messages])
    reports: dict[str, Report] = {}
    for message, assessment in zip(messages, _assessments(told), strict=True):
        for name in ("all", message.language):
            counted = reports.setdefault(name, Report())
            counted.add(message.level, message.categories, message.also, assessment)
    return {name: _rounded(counted.figures()) for name, counted in sorted(reports.items())}


def _assessments(told: Shares) -> list[Assessment]:
    levels = np.argmax(told.levels, axis=1)
    return [
        Assessment(
            Level.of_rank(int(rank)),
            tuple(c for c, share in zip(CATEGORIES, row, strict=True) if rank and share >= _CATEGORY),
        )
        for rank, row in zip(levels, told.categories, strict=True)
    ]


def _rounded(values: dict[str, float]) -> dict[str, float]:
    """Return the figures that hold for a model alone: it sends nothing to review."""
    return {name: round(value, 3) for name, value in values.items() if name != "none to review"}
