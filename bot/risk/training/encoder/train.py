"""Fine-tune the network end to end by Adam, the deeper a layer the slower."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from bot.risk.labelled import Labelled
from bot.risk.model import LEVELS
from bot.risk.pieces import Pieces
from bot.risk.training.encoder.augment import Augment
from bot.risk.training.encoder.batches import Batch, batches
from bot.risk.training.encoder.network import Network, dropped
from bot.risk.training.encoder.package import Floats
from bot.risk.training.encoder.weights import Start, Trained

_THREADS = 2
_TOP_RATE = 1e-4
_HEAD_RATE = 2e-3
_DECAY_A_LAYER = 0.95
_WARMING = 0.05
_LONGEST_SLOPE = 1.0
_STEPS_WEIGHT = 0.5
_CATEGORIES_WEIGHT = 8.0
_SAMPLE = 1_000
"""Messages that the starting mean and deviation are taken from."""
_TOLD_EVERY = 200
"""Batches between two lines about how it goes."""

Scale = tuple[Floats, Floats]


def train(
    base: Start,
    first: Trained,
    pieces: Pieces,
    messages: Sequence[Labelled],
    *,
    epochs: int,
    seed: int,
    tell: Callable[[str], None],
    keep: Callable[[int, Trained], None],
) -> Trained:
    """Return the weights after all epochs, from the ``first`` on; ``keep`` is given those of each epoch.

    The same seed gives the same on the same machine.
    """
    torch.set_num_threads(_THREADS)
    scale = _starting_scale(Network(base, first), pieces, messages[:: -(-len(messages) // _SAMPLE)])
    network = Network(base, _scaled(first, scale))
    descent = _descent(network)
    augment, random, order = Augment(messages), Random(seed), np.random.default_rng(seed)
    drops = np.random.Generator(np.random.SFC64(seed))
    for epoch in range(epochs):
        losses: list[float] = []
        began = time.monotonic()
        for done, batch in batches(messages, pieces, lambda message: augment.vary(message, random), order):
            progress = (epoch + done / len(messages)) / epochs
            losses.append(_step(network, descent, scale, batch, progress, drops))
            if len(losses) % _TOLD_EVERY == 0:
                speed = (done + len(batch["ids"])) / (time.monotonic() - began)
                mean = np.mean(losses[-_TOLD_EVERY:])
                tell(f"epoch {epoch + 1}, batch {len(losses)}: loss {mean:.4f}, {speed:.1f} messages/s")
        took = time.monotonic() - began
        tell(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}, {took:.0f} s")
        keep(epoch + 1, _unscaled(network.trained(), scale))
    return _unscaled(network.trained(), scale)


def _starting_scale(network: Network, pieces: Pieces, sample: Sequence[Labelled]) -> Scale:
    """Return mean and deviation of the pooled vectors before training."""
    rows = batches(sample, pieces, lambda message: message.text, np.random.default_rng(0))
    with torch.no_grad():
        vectors = np.concatenate([network.pooled(batch).numpy() for _, batch in rows])
    return vectors.mean(0), vectors.std(0)


def _scaled(weights: Trained, scale: Scale) -> Trained:
    """Return the weights with heads that take standardised vectors."""
    mean, deviation = scale
    bias = weights.heads["b"] + mean @ weights.heads["w"]
    return Trained(weights.layers, {"w": weights.heads["w"] * deviation[:, None], "b": bias})


def _unscaled(weights: Trained, scale: Scale) -> Trained:
    """Return the weights with the standardising worked into the heads."""
    mean, deviation = scale
    matrix = weights.heads["w"] / deviation[:, None]
    return Trained(weights.layers, {"w": matrix, "b": weights.heads["b"] - mean @ matrix})


def _descent(network: Network) -> Any:
    """Return Adam with a rate for each layer and one for the heads."""
    depth = len(network.layers) - 1
    groups = [
        {"params": list(layer.values()), "rate": _TOP_RATE * _DECAY_A_LAYER ** (depth - number)}
        for number, layer in enumerate(network.layers)
    ]
    heads = {"params": list(network.heads.values()), "rate": _HEAD_RATE}
    return torch.optim.Adam([*groups, heads], fused=True)


def _step(
    network: Network,
    descent: Any,
    scale: Scale,
    batch: Batch,
    progress: float,
    drops: np.random.Generator,
) -> float:
    """Take one step of the descent and return the loss before it."""
    mean, deviation = map(torch.from_numpy, scale)
    vectors = dropped((network.pooled(batch, drops) - mean) / deviation, drops)
    loss = _loss(vectors @ network.heads["w"] + network.heads["b"], batch)
    descent.zero_grad()
    loss.backward()
    share = min(progress / _WARMING, (1 - progress) / (1 - _WARMING))
    for group in descent.param_groups:
        group["lr"] = share * group["rate"]
    every = [weight for group in descent.param_groups for weight in group["params"]]
    torch.nn.utils.clip_grad_norm_(every, _LONGEST_SLOPE)
    descent.step()
    return float(loss.item())


def _loss(scores: Any, batch: Batch) -> Any:
    """Return the mean loss: levels, steps between levels by half, and categories."""
    count = len(LEVELS)
    wanted = {name: torch.from_numpy(part) for name, part in batch.items()}
    levels = functional.cross_entropy(scores[:, :count], wanted["levels"], reduction="none")
    steps = _binary(scores[:, count : 2 * count - 1], wanted["steps"]).mean(1)
    topics = (_binary(scores[:, 2 * count - 1 :], wanted["categories"]) * wanted["category_weights"]).mean(1)
    return (wanted["weights"] * (levels + _STEPS_WEIGHT * steps) + _CATEGORIES_WEIGHT * topics).mean()


def _binary(scores: Any, wanted: Any) -> Any:
    return functional.binary_cross_entropy_with_logits(scores, wanted, reduction="none")
