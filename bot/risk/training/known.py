"""``python -m bot.risk.training.known data/risk/corpus``: chooses the examples that explain, and writes them.

They are taken from the part that was trained on: the shortest message of each happening and level that is
not harmless, so that many different happenings stand there. Run it after each training of the encoder.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import numpy as np

from bot.risk import encoder
from bot.risk.labelled import Labelled, read_folder
from bot.risk.nearest import EXAMPLES, STEPS, VECTORS, pointing
from bot.risk.taxonomy import Level
from bot.risk.training.corpus import split

_TARGET = Path(__file__).resolve().parents[1] / "data" / "encoder"
_LONGEST = 90
"""Characters of an example: more is not read between two visits."""
_MOST = 1_600
"""Examples of a language."""


def main() -> None:
    """Choose the examples and write them with their vectors."""
    parser = argparse.ArgumentParser(prog="python -m bot.risk.training.known", description=__doc__)
    parser.add_argument("corpus", type=Path, help="folder of labelled messages (*.jsonl)")
    parser.add_argument("--to", type=Path, default=_TARGET, help="folder to write to")
    given = parser.parse_args()
    network = encoder.load()
    if network is None:
        raise SystemExit("the encoder is not there; run `make model` first")
    chosen = choose(split(read_folder(given.corpus)).train)
    meanings = np.stack([network.meaning(message.text) for message in chosen])
    centre = meanings.mean(axis=0)
    vectors = np.stack([pointing(each, centre) for each in meanings])
    np.savez_compressed(given.to / VECTORS, centre=centre, vectors=np.round(vectors * STEPS).astype(np.int8))
    (given.to / EXAMPLES).write_text("".join(_line(message) for message in chosen), encoding="utf-8")
    print(f"{len(chosen)} examples")


def choose(messages: Iterable[Labelled]) -> list[Labelled]:
    """Return the examples: of each happening and level the shortest, no more than ``_MOST`` a language."""
    shortest: dict[tuple[str, str, Level], Labelled] = {}
    for message in messages:
        if message.level is Level.NONE or len(message.text) > _LONGEST:
            continue
        place = (message.language, message.situation, message.level)
        if place not in shortest or len(message.text) < len(shortest[place].text):
            shortest[place] = message
    by_chance = sorted(shortest.values(), key=lambda message: sha256(message.id.encode()).digest())
    languages = sorted({message.language for message in by_chance})
    kept = {each: [m for m in by_chance if m.language == each][:_MOST] for each in languages}
    return [message for each in languages for message in kept[each]]


def _line(message: Labelled) -> str:
    row = {
        "text": message.text,
        "lang": message.language,
        "level": message.level.value,
        "categories": sorted(message.categories),
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
