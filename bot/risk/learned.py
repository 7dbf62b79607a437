"""The two learned layers together: n-grams, which know wordings, and the encoder, which knows meanings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.risk import encoder, model
from bot.risk.model import Floats, Runs
from bot.risk.normalise import Folded
from bot.risk.readings import Reading
from bot.risk.taxonomy import Level

MOST_SENTENCES = 8
"""Sentences that are read one by one beside the whole text; of more, the gravest by their n-grams."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the layers tell of a text. ``levels`` and ``categories`` are shares from 0 to 1."""

    levels: Floats
    """The first row tells of the whole text; where it has several sentences, the others tell of each."""
    categories: Floats
    worst: float
    """The greatest share of high and critical that the n-grams see in any run of its sentences."""
    first: int
    last: int
    """The sentences of that run."""
    unknown: float
    """The share of words that stand nowhere in what was trained on."""
    choice: int
    """Which of the choices was read."""
    others: float
    """The greatest share of high and critical where the letters may be another language's."""


def read(text: str, folded: Folded, choices: Sequence[Sequence[Reading]], weight: float) -> Learned:
    """Read a text in each language that its letters may be; the one whose words are known best counts.

    ``weight`` is the encoder's part of the whole, 0 to 1; where its files are absent the n-grams decide.
    """
    trained = model.load()
    found = [model.features_of(ways) for ways in choices]
    unknown = [trained.unknown_share(features) for features in found]
    runs = [trained.score(features) for features in found]
    best = int(np.argmin(unknown))
    chosen = runs[best]
    danger = _danger(chosen.levels)
    run = int(danger.argmax())
    places = _sentences(folded, chosen)
    levels = np.stack([_whole(chosen), *(chosen.levels[at] for at, _ in places)])
    categories = chosen.categories.max(axis=0)
    second = encoder.load()
    if second is not None:
        told = second.read([text, *(text[start:end] for _, (start, end) in places)])
        levels = (1 - weight) * levels + weight * told.levels
        categories = (1 - weight) * categories + weight * told.categories[0]
    return Learned(
        levels,
        categories,
        float(danger[run]),
        int(chosen.first[run]),
        int(chosen.last[run]),
        unknown[best],
        best,
        max((float(_danger(each.levels).max()) for i, each in enumerate(runs) if i != best), default=0.0),
    )


def _sentences(folded: Folded, runs: Runs) -> list[tuple[int, tuple[int, int]]]:
    """Return the run of each sentence and where it stands in the original; none where there is one only."""
    spans = folded.sentences()
    alone = np.flatnonzero(runs.first == runs.last)
    filled = [int(at) for at in alone if len(range(*spans[runs.first[at]]))]
    if len(filled) < 2:
        return []
    danger = _danger(runs.levels)
    gravest = sorted(filled, key=lambda at: -float(danger[at]))[:MOST_SENTENCES]
    return [(at, folded.span(*spans[runs.first[at]])) for at in sorted(gravest)]


def _whole(runs: Runs) -> Floats:
    """Return the levels of the longest runs, the gravest of them: of a short text that is all of it."""
    lengths = runs.last - runs.first
    longest = runs.levels[lengths == lengths.max()]
    whole: Floats = longest[_danger(longest).argmax()]
    return whole


def _danger(levels: Floats) -> Floats:
    danger: Floats = levels[:, Level.HIGH.rank :].sum(axis=1)
    return danger
