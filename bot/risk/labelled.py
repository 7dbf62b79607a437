"""Labelled messages, as the labelling guide has them: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.risk.taxonomy import Category, Level


class BadLabels(ValueError):
    """A file of labelled messages that cannot be read; names the line and the mend."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled message; ``also`` are categories that one may add but need not."""

    id: str
    language: str
    text: str
    level: Level
    categories: frozenset[Category]
    also: frozenset[Category]
    situation: str
    variety: str = ""


def read_folder(folder: Path) -> list[Labelled]:
    """Return the labelled messages of every ``*.jsonl`` in a folder, in a fixed order."""
    return [row for path in sorted(folder.glob("*.jsonl")) for row in read_lines(path.read_text("utf-8"))]


def read_lines(lines: str) -> Iterator[Labelled]:
    """Yield the labelled messages of JSON lines.

    Raises:
        BadLabels: names the line that is wrong.
    """
    for number, line in enumerate(lines.split("\n"), 1):
        if line.strip():
            try:
                yield _row(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                mend = "see the format in docs/risk.md"
                raise BadLabels(f"line {number}: not a labelled message ({error}); {mend}") from None


def _row(row: dict[str, Any]) -> Labelled:
    return Labelled(
        id=row["id"],
        language=row["lang"],
        text=row["text"],
        level=Level(row["level"]),
        categories=frozenset(map(Category, row["categories"])),
        also=frozenset(map(Category, row.get("also", ()))),
        situation=row.get("situation", row["id"]),
        variety=row.get("variety", ""),
    )
