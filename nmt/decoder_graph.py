"""A decoder step as an ONNX graph: from a memory and what enters to log-probabilities."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nmt.cells import GATES, STATES, input_bias
from nmt.config import ModelOptions
from nmt.graph import Floats, ModelGraph, reading_sizes, state_size
from nmt.onnx_format import FLOAT32


def decoder_graph(
    options: ModelOptions, weights: Mapping[str, Floats], *, int8: bool, from_ids: bool = False
) -> bytes:
    """Return the graph of a step, from a memory and `entering` `[hyps, gates * units]`.

    `entering` is what the ids give to the lowest layer's gates, which the runtime has at hand; with
    `from_ids` the graph reads `ids` `[hyps]` in its place. `places` `[hyps]` are those of the
    hypotheses in `grid` `[batch, most]`, which holds the hypotheses of each source. The outputs are
    `log_probs` `[hyps, vocab_size]`, `attention` `[hyps, src_len]` and `next` `[hyps, state]`.
    """
    graph = ModelGraph(options, weights, int8=int8)
    units, gates = options.decoder_units, GATES[options.cell] * options.decoder_units
    if from_ids:
        ids = graph.input("ids", "int64", "hyps")
        entering = graph.entering("decoder", ids, *trg_kernel(options, weights))
    else:
        entering = graph.input("entering", "float32", "hyps", gates)
    state = graph.input("state", "float32", "hyps", state_size(options))
    states = graph.split(state, *[units] * (state_size(options) // units))
    each = STATES[options.cell]
    after = graph.step("decoder/layer_0", entering, states[:each])
    hidden, bound = graph.norm(after[0], "decoder/norm_0")
    attention, reading = _read(graph, hidden)
    *shares, readout = graph.split(reading, *reading_sizes(options))
    for layer, share in enumerate(shares, 1):
        name, before = f"decoder/layer_{layer}", states[layer * each : (layer + 1) * each]
        below = graph.product(hidden, weights[f"{name}/kernel"][:units], bound)
        entering = graph.op("Add", below, share)
        now = graph.step(name, entering, before)
        residual = graph.op("Add", hidden, now[0])
        hidden, bound = graph.norm(residual, f"decoder/norm_{layer}")
        after += now
    below = graph.exact(hidden, weights["decoder/readout/kernel"][:units])
    readout = graph.op("Tanh", graph.op("Add", below, readout))
    output = weights[f"decoder/{'embedding' if options.tied else 'output'}/embeddings"].T
    scores = graph.product(readout, output, 1, weights["decoder/output_bias"])
    log_probs = graph.op("LogSoftmax", scores, axis=-1)
    graph.output("log_probs", log_probs, "float32", "hyps", output.shape[1])
    if options.attention != "none":
        graph.output("attention", attention, "float32", "hyps", "src_len")
    following = graph.op("Concat", *after, axis=-1)
    graph.output("next", following, "float32", "hyps", state_size(options))
    return graph.serialised()


def trg_kernel(options: ModelOptions, weights: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Return kernel and bias of what enters the lowest layer."""
    name = "decoder/layer_0"
    return weights[f"{name}/kernel"], input_bias(options.cell, weights, name)


def _read(graph: ModelGraph, query: str) -> tuple[str, str]:
    """Return attention `[hyps, src_len]` and the readings weighted by it, `[hyps, reading]`."""
    size = sum(reading_sizes(graph.options))
    readings = graph.input("readings", "float32", "batch", "positions", size)
    sources = graph.input("sources", "int64", "hyps")
    if graph.options.attention == "none":
        first = graph.op("Squeeze", readings, graph.constant([1]))
        return "", graph.op("Gather", first, sources)
    attention = _attend(graph, query, sources)
    # The hypotheses of a source share a matrix product, padded to the source with most.
    grid = graph.input("grid", "int64", "batch", "most")
    places = graph.input("places", "int64", "hyps")
    shared = graph.op("MatMul", graph.op("Gather", attention, grid), readings)
    shared = graph.op("Reshape", shared, graph.constant([-1, size]))
    return attention, graph.op("Gather", shared, places)


def _attend(graph: ModelGraph, query: str, sources: str) -> str:
    """Return weights `[hyps, src_len]` as `nmt.attention.Attention` defines them."""
    op, weights = graph.op, graph.weights
    keys = op("Gather", graph.input("keys", "float32", "batch", "src_len", "key"), sources)
    allowed = op("Gather", graph.input("mask", "bool", "batch", "src_len"), sources)
    if graph.options.attention == "additive":
        asked = graph.exact(query, weights["decoder/attention/query_kernel"])
        hidden = op("Tanh", op("Add", keys, op("Unsqueeze", asked, graph.constant([1]))))
        scores = op("MatMul", hidden, graph.constant(weights["decoder/attention/score"]))
    else:
        scores = op("MatMul", keys, op("Unsqueeze", query, graph.constant([2])))
    scores, lowest = op("Squeeze", scores, graph.constant([2])), graph.constant(np.float32(-1e9))
    if graph.options.attention != "local":
        return op("Softmax", op("Where", allowed, scores, lowest), axis=-1)
    window = np.float32(graph.options.window)
    distance = _distance(graph, query, allowed)
    near = op("LessOrEqual", op("Abs", distance), graph.constant(window))
    allowed = op("And", allowed, near)
    attention = op("Softmax", op("Where", allowed, scores, lowest), axis=-1)
    exponent = op("Mul", op("Mul", distance, distance), graph.constant(-2 / window**2))
    gaussian = op("Mul", op("Exp", exponent), op("Cast", allowed, to=FLOAT32))
    attention = op("Mul", attention, gaussian)
    total = op("ReduceSum", attention, graph.constant([1]), keepdims=1)
    return op("Div", attention, graph.plus(total, np.float32(1e-9)))


def _distance(graph: ModelGraph, query: str, mask: str) -> str:
    """Return how far each position lies from the predicted centre S·sigmoid(v·tanh(W q))."""
    op, weights = graph.op, graph.weights
    hidden = graph.exact(query, weights["decoder/attention/position_kernel"])
    position = graph.constant(weights["decoder/attention/position"])
    share = op("Sigmoid", op("MatMul", op("Tanh", hidden), position))  # [hyps, 1]
    ones = op("Cast", mask, to=FLOAT32)
    length = op("ReduceSum", ones, graph.constant([1]), keepdims=1)
    centre = op("Mul", share, graph.plus(length, np.float32(-1)))
    positions = op("Cast", graph.places(op("Shape", mask, start=1)), to=FLOAT32)
    return op("Sub", positions, centre)
