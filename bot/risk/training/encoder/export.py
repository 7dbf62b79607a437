"""Write the trained encoder into a folder: the network in eight bits, and its vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from bot.risk.pieces import dump
from bot.risk.training.encoder.graph import build
from bot.risk.training.encoder.weights import Start, Trained

MODEL, VOCABULARY, FIGURES = "model.onnx", "tokenizer.json", "figures.json"


def export(
    folder: Path, base: Start, trained: Trained, pieces: Sequence[str], scores: Sequence[float]
) -> None:
    """Write ``model.onnx`` and ``tokenizer.json``; the weights are rounded to eight bits, a column each."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        exact = Path(scratch) / MODEL
        onnx.save(build(base, trained), exact)
        quantize_dynamic(
            exact,
            folder / MODEL,
            op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )
    (folder / VOCABULARY).write_bytes(dump(pieces, scores))
