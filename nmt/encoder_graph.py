"""The encoder as an ONNX graph: from what enters its lowest layer to a memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nmt.cells import GATES, STATES, input_bias
from nmt.config import ModelOptions
from nmt.graph import Floats, ModelGraph, reading_sizes, state_size
from nmt.onnx_format import INT64


def encoder_graph(
    options: ModelOptions, weights: Mapping[str, Floats], *, int8: bool, from_ids: bool = False
) -> bytes:
    """Return the graph from a source and `lengths` `[batch]` to a memory.

    The source is `entering` `[src_len, batch, 2 * gates * units]`, what the ids give to the gates
    of the lowest layer, which the runtime has at hand; with `from_ids` it is `src` `[src_len,
    batch]`. The outputs are `keys` `[batch, src_len, key]`, `readings` `[batch, src_len, reading]`
    and `state` `[batch, state]`, as `nmt.runtime.Memory` describes them.
    """
    graph = ModelGraph(options, weights, int8=int8)
    kernel, bias = src_kernel(options, weights)
    if from_ids:
        src = graph.input("src", "int64", "src_len", "batch")
        entering = graph.entering("encoder", src, kernel, bias)
    else:
        entering = graph.input("entering", "float32", "src_len", "batch", len(bias))
    lengths = graph.op("Cast", graph.input("lengths", "int32", "batch"), to=INT64)
    memory, bound, last = _layer(graph, 0, entering, lengths)
    for layer in range(1, options.encoder_layers):
        kernel, bias = src_kernel(options, weights, layer)
        entering = graph.product(memory, kernel, bound, bias)
        memory, bound, last = _layer(graph, layer, entering, lengths)
    memory = graph.op("Transpose", memory, perm=(1, 0, 2))
    kernel, bias = (weights[f"decoder/bridge/{part}"] for part in ("kernel", "bias"))
    state = graph.op("Tanh", graph.product(last, kernel, 1, bias))
    if options.attention == "none":  # the summary is all there is to read
        memory, bound = graph.op("Unsqueeze", last, graph.constant([1])), 1
    kernel, bias = _reading_kernel(options, weights), _reading_bias(options, weights)
    readings = graph.product(memory, kernel, bound, bias)
    graph.output("keys", _keys(graph, memory), "float32", "batch", "src_len", "key")
    size = sum(reading_sizes(options))
    graph.output("readings", readings, "float32", "batch", "positions", size)
    graph.output("state", state, "float32", "batch", state_size(options))
    return graph.serialised()


def src_kernel(
    options: ModelOptions, weights: Mapping[str, Floats], layer: int = 0
) -> tuple[Floats, Floats]:
    """Return kernel and bias of what enters a layer, forwards and backwards side by side."""
    names = _names(layer)
    kernel = np.concatenate([weights[f"{name}/kernel"] for name in names], -1)
    return kernel, np.concatenate([input_bias(options.cell, weights, name) for name in names])


def _names(layer: int) -> list[str]:
    return [f"encoder/{way}_{layer}" for way in ("forward", "backward")]


def _layer(graph: ModelGraph, layer: int, entering: str, lengths: str) -> tuple[str, float, str]:
    """Add a layer that reads both ways what enters it, `[src_len, batch, 2 * gates * units]`.

    Return its normalised outputs `[src_len, batch, 2 * units]`, their bound for `product`, and the
    last outputs of both ways, `[batch, 2 * units]`. Behind its end a source keeps its state.
    """
    op, kind, units = graph.op, graph.options.cell, graph.options.encoder_units
    forward, backward = graph.split(entering, *[GATES[kind] * units] * 2)
    backward = op("ReverseSequence", backward, lengths, time_axis=0, batch_axis=1)
    size = op("Concat", op("Shape", lengths), graph.constant([units]), axis=0)
    states = [op("ConstantOfShape", size)] * 2 * STATES[kind]
    read = [forward, backward, _real(graph, entering, lengths)]
    body = _step(graph, layer)
    *last, ahead, behind = graph.ops(
        len(states) + 2, "Scan", *states, *read, body=body, num_scan_inputs=len(read)
    )
    behind = op("ReverseSequence", behind, lengths, time_axis=0, batch_axis=1)
    memory, bound = graph.norm(op("Concat", ahead, behind, axis=-1), f"encoder/norm_{layer}")
    return memory, bound, op("Concat", *last[:: STATES[kind]], axis=-1)


def _real(graph: ModelGraph, entering: str, lengths: str) -> str:
    """Return which positions `[src_len, batch, 1]` are before a source's end."""
    op = graph.op
    places = graph.places(op("Shape", entering, end=1))
    places = op("Unsqueeze", places, graph.constant([1, 2]))
    return op("Less", places, op("Unsqueeze", lengths, graph.constant([1])))


def _step(graph: ModelGraph, layer: int) -> ModelGraph:
    """Return one step of both ways, as `Scan` asks for it: states, then what it reads, to the same.

    The Scan of the standard runs steps that its LSTM would not: with products in int8.
    """
    kind, units = graph.options.cell, graph.options.encoder_units
    inner, names = graph.inner(f"step_{layer}/"), _names(layer)
    before = [
        [inner.input(f"{name}/{i}", "float32", "batch", units) for i in range(STATES[kind])]
        for name in names
    ]
    gates = GATES[kind] * units
    entering = [inner.input(f"{name}/entering", "float32", "batch", gates) for name in names]
    real = inner.input("real", "bool", "batch", 1)
    after = []
    for name, gate, state in zip(names, entering, before, strict=True):
        now = inner.step(name, gate, state)
        after.append([inner.op("Where", real, *pair) for pair in zip(now, state, strict=True)])
    for i, value in enumerate([*after[0], *after[1], after[0][0], after[1][0]]):
        inner.output(f"output_{i}", value, "float32", "batch", units)
    return inner


def _reading_kernel(options: ModelOptions, weights: Mapping[str, Floats]) -> Floats:
    # A layer's input is the output below, and behind it the context.
    names = [*(f"layer_{i}" for i in range(1, options.decoder_layers)), "readout"]
    kernels = [weights[f"decoder/{name}/kernel"][options.decoder_units :] for name in names]
    return np.concatenate(kernels, -1)


def _reading_bias(options: ModelOptions, weights: Mapping[str, Floats]) -> Floats:
    upper = [
        input_bias(options.cell, weights, f"decoder/layer_{i}")
        for i in range(1, options.decoder_layers)
    ]
    return np.concatenate([*upper, weights["decoder/readout/bias"]])


def _keys(graph: ModelGraph, memory: str) -> str:
    kind, weights = graph.options.attention, graph.weights
    if kind == "none":
        return memory
    if kind == "dot":  # (W q)·m is q·(W' m)
        query_kernel = weights["decoder/attention/query_kernel"]
        size = np.float32(query_kernel.shape[1])
        return graph.exact(memory, query_kernel.T / np.sqrt(size))
    return graph.exact(memory, weights["decoder/attention/key_kernel"])
