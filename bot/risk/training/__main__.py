"""``python -m bot.risk.training data/risk``: trains on ``corpus/`` below the folder and writes the model."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.risk.labelled import read_folder
from bot.risk.training.corpus import split
from bot.risk.training.fit import fit, save

_TARGET = Path(__file__).resolve().parents[1] / "data" / "model.npz"


def main() -> None:
    """Train, leaving the held-out situations aside, and write ``model.npz``."""
    parser = argparse.ArgumentParser(prog="python -m bot.risk.training", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder that holds corpus/*.jsonl")
    parser.add_argument("--to", type=Path, default=_TARGET, help="where to write the model")
    given = parser.parse_args()
    train, tuning, test = split(read_folder(given.folder / "corpus"))
    trained, buckets = fit(train)
    save(trained, buckets, given.to)
    print(f"{len(train)} messages trained on, {len(tuning) + len(test)} kept apart")


if __name__ == "__main__":
    main()
