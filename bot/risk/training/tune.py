"""``python -m bot.risk.training.tune FOLDER``: sets the thresholds on messages never trained on."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.risk.labelled import Labelled, read_folder
from bot.risk.model import Runs, features_of, load
from bot.risk.normalise import fold
from bot.risk.readings import readings
from bot.risk.taxonomy import Category, Level

FALSE_ALARMS = 0.08
"""Share of harmless messages that may come out high or critical."""
REVIEWED = 0.30
"""Share of harmless messages that may come out high or critical or go to review."""
NEEDLESS = 0.22
"""Share of harmless messages that may come out low or above."""


def main() -> None:
    """Print the thresholds that hold the goals above on the messages of a folder."""
    parser = argparse.ArgumentParser(prog="python -m bot.risk.training.tune", description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, value in tune(read_folder(parser.parse_args().folder)).items():
        print(f"{name}: {value:.2f}")


def tune(messages: list[Labelled]) -> dict[str, float]:
    """Return the thresholds by name, from the shares that the harmless messages reach."""
    runs = [_runs(message) for message in messages]
    ranks = np.array([message.level.rank for message in messages])
    danger = np.array([float(one.levels[:, Level.HIGH.rank :].sum(axis=1).max()) for one in runs])
    need = np.array([float(1 - one.levels[:, 0].min()) for one in runs])
    critical = np.array([float(one.levels[:, Level.CRITICAL.rank].max()) for one in runs])
    harmless = ranks == Level.NONE.rank
    return {
        "critical": max(
            _best_cut(critical, ranks == Level.CRITICAL.rank),
            float(np.quantile(critical[harmless], 1 - FALSE_ALARMS / 2)),
        ),
        "high": float(np.quantile(danger[harmless], 1 - FALSE_ALARMS)),
        "low": float(np.quantile(need[harmless], 1 - NEEDLESS)),
        "review": float(np.quantile(danger[harmless], 1 - REVIEWED)),
        "category": _category_cut(messages, runs),
    }


def _runs(message: Labelled) -> Runs:
    return load().score(features_of(readings(fold(message.text), message.language)))


def _best_cut(shares: NDArray[np.float64], wanted: NDArray[np.bool_]) -> float:
    """Return the cut with the best F2, which counts a miss twice a false one."""
    cuts = np.arange(0.2, 0.8, 0.01)
    return float(cuts[int(np.argmax([_f_score(shares >= cut, wanted, 2.0) for cut in cuts]))])


def _category_cut(messages: list[Labelled], runs: list[Runs]) -> float:
    """Return the cut with the best micro F1 of categories over the messages that have any."""
    pairs = [
        (one.categories[-1][i], category in message.categories)
        for message, one in zip(messages, runs, strict=True)
        if message.categories
        for i, category in enumerate(Category)
        if category not in message.also
    ]
    shares, wanted = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    cuts = np.arange(0.1, 0.7, 0.01)
    return float(cuts[int(np.argmax([_f_score(shares >= cut, wanted, 1.0) for cut in cuts]))])


def _f_score(told: NDArray[np.bool_], wanted: NDArray[np.bool_], beta: float) -> float:
    right = float((told & wanted).sum())
    missed, wrong = float((~told & wanted).sum()), float((told & ~wanted).sum())
    weight = beta * beta
    return (1 + weight) * right / max((1 + weight) * right + weight * missed + wrong, 1.0)


if __name__ == "__main__":
    main()
