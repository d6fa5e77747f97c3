"""LSTM and GRU for inference: the nodes of a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nmt.onnx_format import Graph

Floats = NDArray[np.float32]

GATES = {"lstm": 4, "gru": 3}
STATES = {"lstm": 2, "gru": 1}
"""An LSTM has an output and a cell, a GRU an output."""


def input_bias(kind: str, weights: Mapping[str, Floats], name: str) -> Floats:
    """Return what is added to a layer's `inputs @ kernel`, `[gates * units]`."""
    return weights[f"{name}/bias"] if kind == "lstm" else weights[f"{name}/bias"][0]


def advance(
    graph: Graph, kind: str, entering: str, returning: str, state: Sequence[str]
) -> list[str]:
    """Add one step of a cell; return the next state, the output first, `[rows, units]` each.

    `entering` is `inputs @ kernel + input_bias`, `returning` the recurrent share of the gates,
    `[rows, gates * units]` in Keras's order.
    """
    return (_lstm if kind == "lstm" else _gru)(graph, entering, returning, state)


def _lstm(graph: Graph, entering: str, returning: str, state: Sequence[str]) -> list[str]:
    """Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000."""
    op = graph.op
    gates = graph.ops(4, "Split", op("Add", entering, returning), axis=-1)
    write, keep, read = (op("Sigmoid", gates[place]) for place in (0, 1, 3))
    new = op("Mul", write, op("Tanh", gates[2]))
    cell = op("Add", op("Mul", keep, state[1]), new)
    return [op("Mul", read, op("Tanh", cell)), cell]


def _gru(graph: Graph, entering: str, returning: str, state: Sequence[str]) -> list[str]:
    """Cho et al. 2014, the reset gate after the recurrent product."""
    op = graph.op
    inputs = graph.ops(3, "Split", entering, axis=-1)
    outputs = graph.ops(3, "Split", returning, axis=-1)
    keep, reset = (op("Sigmoid", op("Add", inputs[i], outputs[i])) for i in (0, 1))
    new = op("Tanh", op("Add", inputs[2], op("Mul", reset, outputs[2])))
    return [op("Add", op("Mul", keep, op("Sub", state[0], new)), new)]
