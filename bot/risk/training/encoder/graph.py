"""Write the network as an ONNX graph, node by node, with its weights as they were trained."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from bot.risk.training.encoder.weights import OUTPUTS, Start, Trained, Weights

_OPSET = 17
_IR_VERSION = 9


class Graph:
    """Nodes and constants that are added one after the other; a value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant and return its name."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node and return the name of what it gives."""
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def linear(self, name: str, vectors: str, weights: NDArray[np.generic], bias: NDArray[np.generic]) -> str:
        """Add a matrix product and a bias."""
        product = self.add("MatMul", vectors, self.constant(f"{name}.w", weights))
        return self.add("Add", product, self.constant(f"{name}.b", bias))


def build(base: Start, trained: Trained) -> ModelProto:
    """Return the graph from ``ids``, the pieces of one text in a row, to ``scores`` and ``meaning``.

    The meaning is the vector that the scores are made of: those of texts that mean alike point alike.
    """
    graph = Graph()
    vectors = _embedded(graph, base)
    for number, layer in enumerate(trained.layers):
        vectors = _layer(graph, base, layer, f"l{number}", vectors)
    mean = graph.add("ReduceMean", vectors, axes=[1], keepdims=0)
    graph.add("Identity", graph.linear("heads", mean, trained.heads["w"], trained.heads["b"]))
    graph.nodes[-1].output[0] = "scores"
    graph.add("Identity", mean)
    graph.nodes[-1].output[0] = "meaning"
    return _model(graph, base.sizes.width)


def _embedded(graph: Graph, base: Start) -> str:
    """Add the embeddings of pieces and of places, normalised."""
    parts = base.embeddings
    words = graph.add("Gather", graph.constant("word", parts["word"]), "ids")
    first = graph.constant("first", np.array([0], np.int64))
    length = graph.add("Shape", "ids", start=1, end=2)
    places = graph.add("Slice", graph.constant("place", parts["place"]), first, length)
    return _normalised(graph, base, "start", graph.add("Add", words, places), parts["factor"], parts["shift"])


def _layer(graph: Graph, base: Start, layer: Weights, name: str, vectors: str) -> str:
    """Add one layer: attention, then the inner part, each with what came before added to it."""
    heads, width = base.sizes.heads, base.sizes.width
    parted = graph.constant(f"{name}.parted", np.array([0, 0, heads, width // heads], np.int64))
    joined = graph.constant(f"{name}.joined", np.array([0, 0, width], np.int64))

    def split(part: str, order: list[int], factor: float = 1.0) -> str:
        weights, bias = layer[f"{part}.w"] * factor, layer[f"{part}.b"] * factor
        told = graph.linear(f"{name}.{part}", vectors, weights.astype(np.float32), bias.astype(np.float32))
        return graph.add("Transpose", graph.add("Reshape", told, parted), perm=order)

    asked = split("q", [0, 2, 1, 3], float(1 / np.sqrt(width / heads)))
    alike = graph.add("MatMul", asked, split("k", [0, 2, 3, 1]))
    seen = graph.add("MatMul", graph.add("Softmax", alike, axis=-1), split("v", [0, 2, 1, 3]))
    seen = graph.add("Reshape", graph.add("Transpose", seen, perm=[0, 2, 1, 3]), joined)
    told = graph.linear(f"{name}.ao", seen, layer["ao.w"], layer["ao.b"])
    added = graph.add("Add", vectors, told)
    vectors = _normalised(graph, base, f"{name}.aln", added, layer["aln.w"], layer["aln.b"])
    inner = _gelu(graph, graph.linear(f"{name}.fi", vectors, layer["fi.w"], layer["fi.b"]), name)
    added = graph.add("Add", vectors, graph.linear(f"{name}.fo", inner, layer["fo.w"], layer["fo.b"]))
    return _normalised(graph, base, f"{name}.oln", added, layer["oln.w"], layer["oln.b"])


def _normalised(
    graph: Graph,
    base: Start,
    name: str,
    vectors: str,
    factor: NDArray[np.generic],
    shift: NDArray[np.generic],
) -> str:
    names = graph.constant(f"{name}.factor", factor), graph.constant(f"{name}.shift", shift)
    return graph.add("LayerNormalization", vectors, *names, axis=-1, epsilon=base.epsilon)


def _gelu(graph: Graph, vectors: str, name: str) -> str:
    """Add x / 2 * (1 + erf(x / root of 2))."""
    root = graph.constant(f"{name}.root", np.array(np.sqrt(2), np.float32))
    unit = graph.constant(f"{name}.unit", np.array(1, np.float32))
    half = graph.constant(f"{name}.half", np.array(0.5, np.float32))
    bent = graph.add("Add", graph.add("Erf", graph.add("Div", vectors, root)), unit)
    return graph.add("Mul", graph.add("Mul", vectors, bent), half)


def _model(graph: Graph, width: int) -> ModelProto:
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "pieces"])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, OUTPUTS])
    meaning = helper.make_tensor_value_info("meaning", TensorProto.FLOAT, [1, width])
    body = helper.make_graph(graph.nodes, "encoder", [ids], [scores, meaning], graph.constants)
    opset = helper.make_opsetid("", _OPSET)
    return helper.make_model(body, opset_imports=[opset], ir_version=_IR_VERSION, producer_name="besa")
