"""The weights of the network: those it starts from, by the names they have in the package, and new heads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.risk.model import CATEGORIES, LEVELS
from bot.risk.training.encoder.package import Floats, Pretrained, Sizes

OUTPUTS = 2 * len(LEVELS) - 1 + len(CATEGORIES)
"""A score for each level, for each step between levels, and for each category."""
_SPREAD = 0.02
_MATRICES = ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")

Weights = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Trained:
    """The layers and heads after training; the heads take the mean vector as it is."""

    layers: list[Weights]
    heads: Weights

    def save(self, path: Path) -> None:
        """Write all weights into an ``.npz`` file, by their names and the numbers of their layers."""
        parts: dict[str, Any] = {f"heads.{name}": part for name, part in self.heads.items()}
        for number, layer in enumerate(self.layers):
            parts.update({f"{number}.{name}": part for name, part in layer.items()})
        np.savez(path, **parts)

    @classmethod
    def load(cls, path: Path) -> Trained:
        """Return what :meth:`save` wrote."""
        found: dict[str, Weights] = defaultdict(dict)
        with np.load(path, allow_pickle=False) as stored:
            for name in stored:
                place, _, rest = name.partition(".")
                found[place][rest] = stored[name]
        heads = found.pop("heads")
        return cls([found[str(number)] for number in range(len(found))], heads)


@dataclass(frozen=True, slots=True)
class Start:
    """What training starts from: embeddings that stay as they are, and the layers from the lowest up."""

    sizes: Sizes
    epsilon: float
    embeddings: Weights
    layers: list[Weights]


def start(packed: Pretrained, kept: list[int]) -> Start:
    """Return the starting weights, with the embeddings of the ``kept`` pieces only."""
    width = packed.sizes.width
    tensors = packed.tensors
    embeddings = {
        "word": tensors["emb.word"][kept],
        "place": tensors["emb.pos"].reshape(-1, width) + tensors["emb.type"][:width],
        "factor": tensors["emb.ln.w"],
        "shift": tensors["emb.ln.b"],
    }
    layers = [_layer_weights(packed, f"l{number}.") for number in range(packed.sizes.layers)]
    return Start(packed.sizes, packed.epsilon, embeddings, layers)


def _layer_weights(packed: Pretrained, prefix: str) -> Weights:
    """Return one layer's weights by their short names; matrices take a row vector from the left."""
    found = {name[len(prefix) :]: value for name, value in packed.tensors.items() if name.startswith(prefix)}
    columns = {name: packed.sizes.inner if name == "fo.w" else packed.sizes.width for name in _MATRICES}
    turned = {name: found[name].reshape(-1, count).T.copy() for name, count in columns.items()}
    return {**found, **turned}


def new_heads(width: int, seed: int) -> Weights:
    """Return untrained heads."""
    weights = np.random.default_rng(seed).normal(0, _SPREAD, (width, OUTPUTS))
    return {"w": weights.astype(np.float32), "b": np.zeros(OUTPUTS, np.float32)}
