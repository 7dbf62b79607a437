"""``python -m bot.risk.training.evaluate FOLDER [--held-out]``: prints the detector's figures."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.risk.detector import assess
from bot.risk.report import Report
from bot.risk.training.corpus import Labelled, read_folder, split


def main() -> None:
    """Print the figures and the confusion matrix, for all languages together and for each."""
    parser = argparse.ArgumentParser(prog="python -m bot.risk.training.evaluate", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder that holds *.jsonl")
    parser.add_argument("--held-out", action="store_true", help="only the situations never trained on")
    given = parser.parse_args()
    messages = read_folder(given.folder)
    if given.held_out:
        messages = split(messages)[1]
    print_report("all", report(messages))
    for language in sorted({message.language for message in messages}):
        print_report(language, report([each for each in messages if each.language == language]))


def report(messages: list[Labelled]) -> Report:
    """Return the figures of the detector on these messages."""
    counted = Report()
    for message in messages:
        told = assess(message.text, language=message.language)
        counted.add(message.level, message.categories, message.also, told)
    return counted


def print_report(name: str, counted: Report) -> None:
    """Print one group's figures and matrix."""
    print(f"\n{name}\n{counted.table()}")
    for label, value in counted.figures().items():
        print(f"  {label:24} {value:.0f}" if label == "count" else f"  {label:24} {value:.3f}")


if __name__ == "__main__":
    main()
