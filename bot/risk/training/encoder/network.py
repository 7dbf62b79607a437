"""The network in torch: layers of attention over frozen embeddings, a mean, and the heads."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from bot.risk.training.encoder.batches import Batch
from bot.risk.training.encoder.package import Floats
from bot.risk.training.encoder.weights import Start, Trained, Weights

_DROPPED = 26
"""Of 256 numbers, so many are dropped in training: a tenth."""
_FAR = -1e9
_ASKED = ("q", "k", "v")

Tensors = dict[str, Any]


class Network:
    """Tensors of the embeddings, the layers and the heads; the last two can be trained.

    Layers compute in bfloat16 unless they are to be ``exact``; weights and heads never do.
    """

    def __init__(self, base: Start, trained: Trained, *, exact: bool = False) -> None:
        self.exact = exact
        self.layers = [_tensors(_turned(layer)) for layer in trained.layers]
        self.heads = _tensors(trained.heads)
        self._base = base
        self._embeddings = {name: torch.from_numpy(np.array(part)) for name, part in base.embeddings.items()}

    def trained(self) -> Trained:
        """Return the layers and heads as they are now."""
        heads = {name: part.detach().numpy().copy() for name, part in self.heads.items()}
        return Trained([_turned_back(layer) for layer in self.layers], heads)

    def pooled(self, batch: Batch, random: np.random.Generator | None = None) -> Any:
        """Return the mean vector of each text of a batch. With ``random``, numbers are dropped."""
        present = torch.from_numpy(batch["present"])
        vectors = self._embedded(torch.from_numpy(batch["ids"]))
        with torch.autocast("cpu", torch.bfloat16, enabled=not self.exact):
            for layer in self.layers:
                vectors = self._layer(layer, vectors, present[:, None, None], random)
        members = present[:, :, None].float()
        return (vectors.float() * members).sum(1) / members.sum(1)

    def _embedded(self, ids: Any) -> Any:
        parts = self._embeddings
        vectors = parts["word"][ids] + parts["place"][: ids.shape[1]]
        return self._normalised(vectors, parts["factor"], parts["shift"])

    def _layer(self, layer: Tensors, vectors: Any, mask: Any, random: np.random.Generator | None) -> Any:
        seen = self._seen(functional.linear(vectors, layer["qkv.w"], layer["qkv.b"]), mask)
        told = dropped(functional.linear(seen, layer["ao.w"], layer["ao.b"]), random)
        vectors = self._normalised(vectors + told, layer["aln.w"], layer["aln.b"])
        inner = functional.gelu(functional.linear(vectors, layer["fi.w"], layer["fi.b"]))
        told = dropped(functional.linear(inner, layer["fo.w"], layer["fo.b"]), random)
        return self._normalised(vectors + told, layer["oln.w"], layer["oln.b"])

    def _seen(self, told: Any, mask: Any) -> Any:
        """Return what each piece sees in the others.

        For texts as short as ours these products are faster than ``scaled_dot_product_attention``.
        """
        heads = self._base.sizes.heads
        parts = told.unflatten(-1, (len(_ASKED), heads, -1)).permute(2, 0, 3, 1, 4)
        asked, keys, values = parts.flatten(1, 2).unbind()
        alike = torch.bmm(asked / asked.shape[-1] ** 0.5, keys.transpose(1, 2)).unflatten(0, (-1, heads))
        shares = alike.masked_fill(~mask, _FAR).softmax(-1).flatten(0, 1)
        return torch.bmm(shares, values).unflatten(0, (-1, heads)).transpose(1, 2).flatten(2)

    def _normalised(self, vectors: Any, factor: Any, shift: Any) -> Any:
        return functional.layer_norm(vectors, vectors.shape[-1:], factor, shift, self._base.epsilon)


def dropped(vectors: Any, random: np.random.Generator | None) -> Any:
    """Return the vectors with a tenth of their numbers set to nothing; all of them without ``random``."""
    if random is None:
        return vectors
    kept = random.integers(0, 256, tuple(vectors.shape), np.uint8) >= _DROPPED
    return vectors * (torch.from_numpy(kept).to(vectors.dtype) * (256 / (256 - _DROPPED)))


def _tensors(weights: Weights) -> Tensors:
    """Return tensors that can be trained."""
    return {name: torch.from_numpy(np.array(part)).requires_grad_() for name, part in weights.items()}


def _turned(layer: Weights) -> Weights:
    """Return a layer as torch wants it: matrices turned, and the first three in one."""
    found = {name: part.T for name, part in layer.items() if name[0] not in _ASKED}
    for kind in ("w", "b"):
        found[f"qkv.{kind}"] = np.concatenate([layer[f"{name}.{kind}"].T for name in _ASKED])
    return found


def _turned_back(layer: Tensors) -> Weights:
    """Return a layer as it was before :func:`_turned`."""
    parts: dict[str, Floats] = {name: part.detach().numpy() for name, part in layer.items()}
    for kind in ("w", "b"):
        joined = np.split(parts.pop(f"qkv.{kind}"), len(_ASKED))
        parts.update({f"{name}.{kind}": part for name, part in zip(_ASKED, joined, strict=True)})
    return {name: part.T.copy() for name, part in parts.items()}
