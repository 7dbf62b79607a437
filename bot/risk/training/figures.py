"""``python -m bot.risk.training.figures CORPUS PAGE``: writes the figures into a page.

They stand between two marks, so that a change which makes them worse is seen where the page is reviewed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.risk.detector import assess
from bot.risk.labelled import read_folder
from bot.risk.measuring import ALL, read_all, reports
from bot.risk.report import Report, interval
from bot.risk.taxonomy import Level
from bot.risk.training.corpus import split

_BEGIN, _END = "<!-- figures: begin -->", "<!-- figures: end -->"
_LANGUAGES = ("sq", "ar", "uk")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m bot.risk.training.figures", description=__doc__)
    parser.add_argument("corpus", type=Path, help="its test part is measured on")
    parser.add_argument("page", type=Path, help="the page that holds the two marks")
    parser.add_argument("--measure", type=Path, help="folder of other labelled messages")
    parser.add_argument("--everyday", type=Path, help="folder of everyday texts without labels")
    given = parser.parse_args()
    parts = {"test part": reports(read_all(split(read_folder(given.corpus)).test))}
    if given.measure:
        parts["development"] = reports(read_all(read_folder(given.measure)))
    lines = [line for name, found in parts.items() for line in _table(name, found)]
    if given.everyday:
        lines += _everyday(given.everyday)
    page = given.page.read_text("utf-8")
    before, after = page.split(_BEGIN)[0], page.split(_END)[1]
    given.page.write_text("\n".join([before + _BEGIN, *lines, _END]) + after, "utf-8")


def _table(name: str, found: Mapping[str, Report]) -> Iterator[str]:
    """Yield a table: a figure a row, all languages and each, with the 95% interval of each language's."""
    columns = [ALL, *(each for each in found if each != ALL)]
    yield f"\n**{name}**\n"
    yield f"| | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    yield "| messages | " + " | ".join(f"{found[each].figures()['count']:.0f}" for each in columns) + " |"
    for figure in found[ALL].shares():
        cells = [_cell(each, *found[each].shares()[figure]) for each in columns]
        yield f"| {figure} | {' | '.join(cells)} |"


def _cell(group: str, part: int, whole: int) -> str:
    if not whole:
        return "–"
    if group not in (ALL, *_LANGUAGES):
        return f"{part / whole:.2f}"
    low, high = interval(part, whole)
    return f"{part / whole:.3f} ({low:.2f}–{high:.2f})"


def _everyday(folder: Path) -> Iterator[str]:
    """Yield how many everyday texts are told high or critical, and how many go to review."""
    yield "\n**everyday texts, without labels**\n"
    yield "| | high or critical | review | of |"
    yield "|---|---|---|---|"
    for path in sorted(folder.glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
        told = [assess(row["text"], language=row["lang"]) for row in rows]
        loud = sum(each.level.rank >= Level.HIGH.rank for each in told)
        review = sum(each.review for each in told)
        yield f"| {path.stem} | {loud / len(told):.3f} | {review / len(told):.3f} | {len(told)} |"


if __name__ == "__main__":
    main()
