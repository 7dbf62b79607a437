"""Answers beside their question, and texts beside what was said before, read by `besa risk` itself.

`data/risk/answers/*.jsonl`: a labelled message with "asked"? and "recent"?. "review": "may" where a human may
be asked to look instead, "must" where nothing else is right. `python -m tests.risk.test_answers` prints the
shares by language and question; a third of the messages, by a hash of their id, is only measured on.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.language import app
from bot.risk import Level

FOLDER = Path(__file__).parents[2] / "data" / "risk" / "answers"
LEAST = 0.9
GIVEN = ("id", "lang", "text", "asked", "recent")


def read(language: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return each labelled message of a language with what the command tells of it."""
    lines = (FOLDER / f"{language}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    given = [json.dumps({key: row[key] for key in GIVEN if key in row}) for row in rows]
    done = CliRunner().invoke(app, ["risk"], input="\n".join(given))
    assert done.exit_code == 0, done.output
    return list(zip(rows, map(json.loads, done.stdout.splitlines()), strict=True))


def right(row: dict[str, Any], told: dict[str, Any]) -> bool:
    """Tell whether a message was read rightly: its level, and no review where it is plain."""
    level, wanted = Level(told["level"]), Level(row["level"])
    if row.get("review") == "must":
        return told["review"] and level is wanted
    if row.get("review") == "may" and told["review"]:
        return wanted is not Level.NONE or level.rank < Level.HIGH.rank
    return level is wanted and not (wanted is Level.NONE and told["review"])


def held_out(row: dict[str, Any]) -> bool:
    return zlib.crc32(row["id"].encode()) % 3 == 0


@pytest.mark.parametrize("language", ["sq", "ar", "uk"])
def test_nine_answers_in_ten_are_read_rightly(language: str) -> None:
    found = [(held_out(row), right(row, told)) for row, told in read(language)]
    unseen = [good for held, good in found if held]
    assert len(found) >= 250
    assert sum(good for _, good in found) / len(found) >= LEAST
    assert sum(unseen) / len(unseen) >= LEAST - 0.02, "what was only measured on falls behind"


def test_half_of_the_answers_are_harmless() -> None:
    levels = [json.loads(line)["level"] for path in FOLDER.glob("*.jsonl") for line in path.open()]
    assert 0.4 < levels.count("none") / len(levels) < 0.6


def main() -> None:
    """Print the shares."""
    counted: dict[tuple[str, str, bool], list[bool]] = defaultdict(list)
    for language in ("sq", "ar", "uk"):
        for row, told in read(language):
            asked = row.get("asked") or ("recent" if row.get("recent") else "alone")
            for name in ("all", asked):
                counted[language, name, held_out(row)].append(right(row, told))
    for (language, name, held), found in sorted(counted.items()):
        part = "held out" if held else "seen"
        print(f"{language} {name:10} {part:8} {sum(found) / len(found):.3f} of {len(found)}")


if __name__ == "__main__":
    main()
