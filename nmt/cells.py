"""LSTM and GRU for inference: the nodes of a step, and of a layer over all positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nmt.onnx_format import Attribute, Graph

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


def bidirectional(
    graph: Graph,
    kind: str,
    inputs: str,
    lengths: str,
    weights: Mapping[str, Floats],
    names: Sequence[str],
) -> tuple[str, str]:
    """Add a layer that reads `[src_len, batch, size]` forwards and backwards.

    Return its outputs `[batch, src_len, 2 * units]`, zero behind the lengths `[batch]`, and the
    last ones of both ways `[batch, 2 * units]`. `names` are of the two layers' weights.
    """
    parts = zip(*(_onnx_weights(kind, weights, name) for name in names), strict=True)
    kernel, recurrent, bias = (np.stack(part) for part in parts)
    units = recurrent.shape[-1]
    attributes: dict[str, Attribute] = {"direction": "bidirectional", "hidden_size": units}
    if kind == "gru":  # Keras's, whose reset gate comes after the recurrent product
        attributes["linear_before_reset"] = 1
    constants = [graph.constant(part) for part in (kernel, recurrent, bias)]
    # [src_len, 2, batch, units] and [2, batch, units]
    outputs, last = graph.ops(2, kind.upper(), inputs, *constants, lengths, **attributes)
    outputs = graph.op("Transpose", outputs, perm=(2, 0, 1, 3))
    last = graph.op("Transpose", last, perm=(1, 0, 2))
    return (
        graph.op("Reshape", outputs, graph.constant([0, 0, 2 * units])),
        graph.op("Reshape", last, graph.constant([0, 2 * units])),
    )


def _onnx_weights(
    kind: str, weights: Mapping[str, Floats], name: str
) -> tuple[Floats, Floats, Floats]:
    """Return kernel, recurrent kernel and biases with rows and order of gates as in ONNX."""
    kernel, recurrent = weights[f"{name}/kernel"], weights[f"{name}/recurrent_kernel"]
    bias = weights[f"{name}/bias"]
    if kind == "lstm":
        bias = np.stack([_iofc(bias), np.zeros_like(bias)])
        kernel, recurrent = _iofc(kernel), _iofc(recurrent)
    return kernel.T, recurrent.T, bias.reshape(-1)


def _iofc(weight: Floats) -> Floats:
    write, keep, new, read = np.split(weight, 4, -1)
    return np.concatenate([write, read, keep, new], -1)
