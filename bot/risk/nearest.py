"""The known examples that a text is nearest to: what a caseworker is shown where no sign decided.

They come from the invented training corpus, some of each language; no text of a person is among them.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from bot.risk import encoder
from bot.risk.model import Floats
from bot.risk.resources import data_folder
from bot.risk.taxonomy import Category, Level

VECTORS, EXAMPLES = "known.npz", "known.jsonl"
_LEAST_ALIKE = 0.55
"""Cosine, about the examples' mean, below which two texts have little in common and nothing is shown."""
STEPS = 127.0
"""A part of a vector is kept as a whole number of so many steps of one."""


@dataclass(frozen=True, slots=True)
class Known:
    """An example with the labels that it was given."""

    text: str
    language: str
    level: Level
    categories: tuple[Category, ...]


def nearest(text: str, *, language: str | None = None, most: int = 3) -> tuple[Known, ...]:
    """Return the examples whose meaning is nearest to a text's, the nearest first.

    ``language`` keeps to examples of one language. Empty where nothing is near, or the encoder is absent.
    """
    network, (centre, vectors, examples) = encoder.load(), _load()
    if network is None or not examples or not any(map(str.isalnum, text)):
        return ()
    alike = vectors @ pointing(network.meaning(text), centre) / STEPS
    order = np.argsort(-alike)
    chosen = (int(at) for at in order if language in (None, examples[at].language))
    found = [at for at, _ in zip(chosen, range(most), strict=False) if alike[at] >= _LEAST_ALIKE]
    return tuple(examples[at] for at in found)


def pointing(meaning: Floats, centre: Floats) -> Floats:
    """Return in which direction a meaning lies from the mean of the examples, as a vector of length one."""
    away = meaning - centre
    return np.asarray(away / max(float(np.linalg.norm(away)), 1e-9), np.float32)


@cache
def _load() -> tuple[Floats, Floats, tuple[Known, ...]]:
    """Return the mean meaning, a vector for each packaged example, and them; none where they are absent."""
    folder = data_folder() / "encoder"
    if not ((folder / VECTORS).is_file() and (folder / EXAMPLES).is_file()):
        return np.zeros(1, np.float32), np.zeros((0, 1), np.float32), ()
    with np.load(io.BytesIO((folder / VECTORS).read_bytes()), allow_pickle=False) as stored:
        centre, vectors = stored["centre"], stored["vectors"].astype(np.float32)
    lines = (folder / EXAMPLES).read_text("utf-8").split("\n")
    return centre, vectors, tuple(_known(json.loads(line)) for line in lines if line)


def _known(row: dict[str, object]) -> Known:
    named = row["categories"]
    assert isinstance(named, list)
    return Known(
        str(row["text"]),
        str(row["lang"]),
        Level(str(row["level"])),
        tuple(Category(each) for each in named),
    )
