"""``python -m bot.risk.training.tune CORPUS --also FOLDER``: sets the thresholds of each language.

On the tuning part of the corpus and, with the same weight, on a folder of development messages; nothing of
either was trained on. Everyday sentences are left out: they would make the harmless ones look easy.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.risk import learned
from bot.risk.labelled import Labelled, read_folder
from bot.risk.model import CATEGORIES
from bot.risk.normalise import fold
from bot.risk.readings import readings
from bot.risk.taxonomy import Level
from bot.risk.training.corpus import split

FALSE_ALARMS = 0.04
"""Share of harmless messages that may come out high or critical."""
REVIEWED = 0.17
"""Share of harmless messages that may go to review, by each of two doubts."""
MISSED_CRITICAL, FALSE_CRITICAL, FARTHER = 1.6, 1.0, 2.0
"""What a critical message told lower costs; a high one told critical; a lesser one told critical."""
LEAST_SENTENCE = 0.6
_CUTS = np.arange(0.15, 0.8, 0.01)
_EVERYDAY = "general"

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """What the learned layers tell of some messages, how grave these are, and how much each counts."""

    levels: Shares
    worst: Shares
    ranks: NDArray[np.int64]
    weights: Shares


def main() -> None:
    """Print the thresholds as ``thresholds.yaml`` has them."""
    parser = argparse.ArgumentParser(prog="python -m bot.risk.training.tune", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--also", type=Path, help="folder of development messages")
    parser.add_argument("--encoder", type=float, default=0.6, help="the encoder's weight, 0 to 1")
    given = parser.parse_args()
    sources = [[m for m in split(read_folder(given.corpus)).tuning if _EVERYDAY not in m.id]]
    sources += [read_folder(given.also)] if given.also else []
    for language in sorted({message.language for source in sources for message in source}):
        own = [[m for m in source if m.language == language] for source in sources]
        print(f"{language}:")
        for name, value in tune(sample(own, given.encoder)).items():
            print(f"  {name}: {value:.3f}")
    print(f"category: {category_cut([m for source in sources for m in source], given.encoder):.2f}")


def sample(sources: Sequence[Sequence[Labelled]], weight: float) -> Sample:
    """Read all messages; every source counts the same."""
    told = [(m, read(m, weight), 1 / len(source)) for source in sources for m in source]
    return Sample(
        np.array([one.levels[0] for _, one, _ in told], np.float64),
        np.array([one.worst for _, one, _ in told], np.float64),
        np.array([m.level.rank for m, _, _ in told]),
        np.array([share for _, _, share in told]),
    )


def read(message: Labelled, weight: float) -> learned.Learned:
    """Return what the learned layers tell of a message."""
    folded = fold(message.text)
    return learned.read(message.text, folded, [readings(folded, message.language)], weight)


def tune(given: Sample) -> dict[str, float]:
    """Return the thresholds by name."""
    critical, danger = given.levels[:, Level.CRITICAL.rank], given.levels[:, Level.HIGH.rank :].sum(axis=1)
    need, harmless = 1 - given.levels[:, 0], given.ranks == Level.NONE.rank
    high = _quantile(given, danger, harmless, 1 - FALSE_ALARMS)
    at = _best(lambda cut: -_cost_of_critical(given, critical >= cut))

    def levels_right(cut: float) -> float:
        told = (need >= cut) | (danger >= high) | (critical >= at)
        return float((given.weights * (told == ~harmless)).sum())

    return {
        "critical": at,
        "high": high,
        "low": _best(levels_right),
        "review": min(high, _quantile(given, danger, harmless, 1 - REVIEWED)),
        "sentence": max(LEAST_SENTENCE, _quantile(given, given.worst, harmless, 1 - REVIEWED)),
    }


def category_cut(messages: Sequence[Labelled], weight: float) -> float:
    """Return the cut with the best micro F1 of categories over the messages that have any."""
    graver = [m for m in messages if m.categories]
    scores = np.array([read(m, weight).categories for m in graver])
    wanted = np.array([[c in m.categories for c in CATEGORIES] for m in graver])
    open_to = np.array([[c in m.also for c in CATEGORIES] for m in graver])

    def f_one(cut: float) -> float:
        told = scores >= cut
        told[np.arange(len(told)), scores.argmax(axis=1)] = True
        wrong, missed = (told & ~wanted & ~open_to).sum(), (~told & wanted).sum()
        right = 2 * (told & wanted).sum()
        return float(right / (right + wrong + missed))

    return _best(f_one)


def _cost_of_critical(given: Sample, told: NDArray[np.bool_]) -> float:
    truly = given.ranks == Level.CRITICAL.rank
    too_high = np.where(given.ranks == Level.HIGH.rank, FALSE_CRITICAL, FARTHER)
    costs = (truly & ~told) * MISSED_CRITICAL + (~truly & told) * too_high
    return float((given.weights * costs).sum())


def _best(score: Callable[[float], float]) -> float:
    return float(_CUTS[int(np.argmax([score(float(cut)) for cut in _CUTS]))])


def _quantile(given: Sample, values: Shares, among: NDArray[np.bool_], share: float) -> float:
    """Return the value below which a share of the weight of some messages lies."""
    order = np.argsort(values[among])
    running = np.cumsum(given.weights[among][order])
    place = int(np.searchsorted(running / running[-1], share))
    return float(values[among][order][place])


if __name__ == "__main__":
    main()
