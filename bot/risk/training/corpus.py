"""Labelled messages: read, and split so that no happening is on both sides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.risk.taxonomy import Category, Level

_HELD_OUT = 15


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
    """Yield the labelled messages of JSON lines; raise KeyError or ValueError for a row that is wrong."""
    for line in lines.split("\n"):
        if not line.strip():
            continue
        row = json.loads(line)
        yield Labelled(
            id=row["id"],
            language=row["lang"],
            text=row["text"],
            level=Level(row["level"]),
            categories=frozenset(map(Category, row["categories"])),
            also=frozenset(map(Category, row.get("also", ()))),
            situation=row.get("situation", row["id"]),
            variety=row.get("variety", ""),
        )


def is_held_out(row: Labelled) -> bool:
    """Tell whether a message belongs to the test part; a situation and its harmless twin stay together."""
    slug = row.situation.removesuffix("-not")
    return int.from_bytes(sha256(slug.encode()).digest()[:4], "big") % 100 < _HELD_OUT


def split(rows: Iterable[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Return the training part and the part that is never trained on."""
    parts: tuple[list[Labelled], list[Labelled]] = ([], [])
    for row in rows:
        parts[is_held_out(row)].append(row)
    return parts
