"""The encoder and a decoder step as ONNX graphs, in float32 or with products in int8."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nmt.cells import GATES, STATES, advance, bidirectional, input_bias
from nmt.config import ModelOptions
from nmt.onnx_format import FLOAT32, Graph

Floats = NDArray[np.float32]

NORM_EPSILON = 1e-3
"""Keras's default for layer normalisation."""
OUTLIERS = 5.0
"""Of a normalised vector, values beyond so many times their root mean square are clipped before
a product in int8, which rounds the others the finer for it."""


class ModelGraph(Graph):
    """A graph of one model: products, normalisations and sums with its weights."""

    def __init__(self, options: ModelOptions, weights: Mapping[str, Floats], *, int8: bool) -> None:
        """Start with no node."""
        super().__init__()
        self.options, self.weights, self._int8 = options, weights, int8

    def product(self, inputs: str, weight: Floats, bound: float, bias: Floats | None = None) -> str:
        """Return `inputs @ weight + bias` in int8, where no input matters beyond `bound`.

        In int8, weights have one scale a column and inputs one in all: what else is in a batch
        changes no number. Inputs are seven bits, -63 to 63, since processors without VNNI add
        products in pairs of 16 bits: 2 * 127 * 127 fits, so all processors give the same.
        """
        if not self._int8:
            exact = self.exact(inputs, weight)
            return exact if bias is None else self.plus(exact, bias)
        scales = np.abs(weight).max(0) / np.float32(127)
        scales[scales == 0] = 1
        most = np.float32(bound)
        scale, zero = self.constant(most / np.float32(63)), self.constant(np.uint8(64))
        clipped = self.op("Clip", inputs, self.constant(-most), self.constant(most))
        return self.op(
            "MatMulIntegerToFloat",
            self.op("QuantizeLinear", clipped, scale, zero),
            self.constant(np.rint(weight / scales).astype(np.int8)),
            scale,
            self.constant(scales),
            zero,
            *(() if bias is None else ("", self.constant(bias))),
        )

    def exact(self, inputs: str, weight: Floats) -> str:
        """Return `inputs @ weight` in float32: of small matrices, for a quarter of the errors."""
        return self.op("MatMul", inputs, self.constant(weight))

    def norm(self, inputs: str, name: str) -> tuple[str, float]:
        """Return layer-normalised inputs, and a bound for `product`."""
        gain, bias = self.weights[f"{name}/gamma"], self.weights[f"{name}/beta"]
        bound = OUTLIERS * float(np.sqrt(np.mean(gain**2 + bias**2)))
        normed = self.op(
            "LayerNormalization",
            inputs,
            self.constant(gain),
            self.constant(bias),
            axis=-1,
            epsilon=NORM_EPSILON,
        )
        return normed, bound or 1.0

    def plus(self, inputs: str, bias: Floats | np.float32) -> str:
        """Return `inputs + bias`."""
        return self.op("Add", inputs, self.constant(bias))

    def split(self, inputs: str, *sizes: int) -> list[str]:
        """Return the inputs in columns of these sizes."""
        return self.ops(len(sizes), "Split", inputs, self.constant(sizes), axis=-1)


def reading_sizes(options: ModelOptions) -> list[int]:
    """Return of how many columns each share of a reading is: the upper layers', the readout's."""
    gates = GATES[options.cell] * options.decoder_units
    return [gates] * (options.decoder_layers - 1) + [options.embedding]


def state_size(options: ModelOptions) -> int:
    """Return the size of the decoder's state, of all layers together."""
    return STATES[options.cell] * options.decoder_layers * options.decoder_units


def encoder_graph(options: ModelOptions, weights: Mapping[str, Floats], *, int8: bool) -> bytes:
    """Return the graph from `src` `[src_len, batch]` and `lengths` `[batch]` to a memory.

    Its outputs are `keys` `[batch, src_len, key]`, `readings` `[batch, src_len, reading]` and
    `state` `[batch, state]`, as `nmt.runtime.Memory` describes them.
    """
    graph = ModelGraph(options, weights, int8=int8)
    src = graph.input("src", "int64", "src_len", "batch")
    lengths = graph.input("lengths", "int32", "batch")
    embeddings = weights["encoder/embedding/embeddings"] * np.float32(options.embedding**0.5)
    inputs = graph.op("Gather", graph.constant(embeddings), src)
    for layer in range(options.encoder_layers):
        names = [f"encoder/{way}_{layer}" for way in ("forward", "backward")]
        outputs, last = bidirectional(graph, options.cell, inputs, lengths, weights, names)
        memory, bound = graph.norm(outputs, f"encoder/norm_{layer}")
        inputs = graph.op("Transpose", memory, perm=(1, 0, 2))
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
    entering = _entering(graph) if from_ids else graph.input("entering", "float32", "hyps", gates)
    state = graph.input("state", "float32", "hyps", state_size(options))
    states = graph.split(state, *[units] * (state_size(options) // units))
    each = STATES[options.cell]
    after = advance(
        graph, options.cell, entering, _returning(graph, states[0], "layer_0"), states[:each]
    )
    hidden, bound = graph.norm(after[0], "decoder/norm_0")
    attention, reading = _read(graph, hidden)
    *shares, readout = graph.split(reading, *reading_sizes(options))
    for layer, share in enumerate(shares, 1):
        name, before = f"layer_{layer}", states[layer * each : (layer + 1) * each]
        below = graph.product(hidden, weights[f"decoder/{name}/kernel"][:units], bound)
        entering = graph.op("Add", below, share)
        now = advance(graph, options.cell, entering, _returning(graph, before[0], name), before)
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


def _entering(graph: ModelGraph) -> str:
    options, weights = graph.options, graph.weights
    table = weights["decoder/embedding/embeddings"] * np.float32(options.embedding**0.5)
    embedded = graph.op("Gather", graph.constant(table), graph.input("ids", "int64", "hyps"))
    entering = graph.exact(embedded, weights["decoder/layer_0/kernel"])
    return graph.plus(entering, input_bias(options.cell, weights, "decoder/layer_0"))


def _returning(graph: ModelGraph, output: str, name: str) -> str:
    """Return the recurrent share of a decoder layer's gates; an output is never beyond 1."""
    weights = graph.weights
    # Of an LSTM there is one bias, and it is among what enters.
    bias = weights[f"decoder/{name}/bias"][1] if graph.options.cell == "gru" else None
    return graph.product(output, weights[f"decoder/{name}/recurrent_kernel"], 1, bias)


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
    src_len = op("Squeeze", op("Shape", mask, start=1))
    zero, one = (graph.constant(np.int64(i)) for i in (0, 1))
    positions = op("Cast", op("Range", zero, src_len, one), to=FLOAT32)
    return op("Sub", positions, centre)
