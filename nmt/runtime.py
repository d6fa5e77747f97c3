"""The encoder and a decoder step for inference: NumPy only, the numbers of the Keras model.

Whatever needs no hypothesis is computed before the first step, once a source: the attention keys,
and what each layer would read of each source position, so that no context is ever formed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmt.cells import HALF, Floats, State, read_cell
from nmt.config import ModelOptions
from nmt.subword import EOS, PAD

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NORM_EPSILON = 1e-3
"""Keras's default for layer normalisation."""


@dataclass(frozen=True)
class Memory:
    """A batch of encoded sources, and the recurrent state of hypotheses of theirs."""

    keys: Floats
    """`[batch, src_len, key]`: what queries are compared with"""
    readings: Floats
    """`[batch, src_len, reading]`: the share of each source position, were it the whole context, in
    the gates of every upper layer and in the readout"""
    mask: Bools
    """`[batch, src_len]`, true at real positions"""
    sources: Ints
    """`[hyps]`: the source of each hypothesis, those of a source side by side"""
    state: tuple[State, ...]
    """of each layer, `[hyps, units]`"""

    def select(self, hyps: Ints) -> Memory:
        """Return the hypotheses named, each as often as it is; sources without any are dropped."""
        state = tuple(tuple(part.take(hyps, 0) for part in layer) for layer in self.state)
        sources = self.sources[hyps]
        present, renumbered = np.unique(sources, return_inverse=True)
        if len(present) == len(self.mask):
            return replace(self, sources=sources, state=state)
        return Memory(
            self.keys[present], self.readings[present], self.mask[present], renumbered, state
        )


class Runtime:
    """`encode` and `step` over the weights `nmt.model` names; float32 throughout."""

    def __init__(self, options: ModelOptions, weights: Mapping[str, Floats]) -> None:
        """Arrange the weights; what depends on pieces is computed when they first occur."""
        self.options, self.weights = options, weights
        self._scale = np.float32(options.embedding**0.5)
        self._encoder = [
            [read_cell(options.cell, weights, f"encoder/{way}_{i}") for way in WAYS]
            for i in range(options.encoder_layers)
        ]
        self._lowest, *upper = self._decoder = [
            read_cell(options.cell, weights, f"decoder/layer_{i}")
            for i in range(options.decoder_layers)
        ]
        units, readout = options.decoder_units, weights["decoder/readout/kernel"]
        # An upper layer's input is the output below beside the context.
        self._upper = [np.concatenate([cell.kernel[:units], cell.recurrent]) for cell in upper]
        self._readout = readout[:units]
        self._reading = np.concatenate([*(c.kernel[units:] for c in upper), readout[units:]], -1)
        biases = [*(cell.bias for cell in upper), weights["decoder/readout/bias"]]
        self._reading_bias = np.concatenate(biases)
        output = "embedding" if options.tied else "output"
        self._output = np.ascontiguousarray(weights[f"decoder/{output}/embeddings"].T)
        self._gates = np.empty((self.vocab_size, 4 * units), np.float32)
        self._known = np.zeros(self.vocab_size, np.bool_)

    @property
    def vocab_size(self) -> int:
        """The number of target pieces."""
        return int(self._output.shape[1])

    def encode(self, srcs: Sequence[Sequence[int]]) -> Memory:
        """Return the memory of sources given as ids without `EOS`, with one hypothesis each."""
        lengths = np.asarray([len(ids) + 1 for ids in srcs])
        mask = np.arange(lengths.max()) < lengths[:, None]  # [batch, src_len]
        src = np.full(mask.shape, PAD, np.int64)
        src[mask] = [i for ids in srcs for i in (*ids, EOS)]
        memory, summary = self._recurrent_encoder(src, lengths, mask)
        bridge = np.tanh(self._dense("decoder/bridge", summary))
        parts = iter(np.split(bridge, sum(cell.states for cell in self._decoder), -1))
        state = tuple(tuple(next(parts) for _ in range(c.states)) for c in self._decoder)
        # Without attention the summary is all there is to read.
        readable = summary[:, None] if self.options.attention == "none" else memory
        readings = _product(readable, self._reading)
        return Memory(self._keys(memory), readings, mask, np.arange(len(srcs)), state)

    def step(self, memory: Memory, ids: Ints) -> tuple[Floats, Floats, Memory]:
        """Return log-probabilities, attention and the next memory, after ids `[hyps]`.

        Log-probabilities are `[hyps, vocab_size]` in nats, attention `[hyps, src_len]`.
        """
        gates = self._gates_of(ids)
        gates += memory.state[0][0] @ self._lowest.recurrent
        state = [self._lowest.advance(gates, memory.state[0])]
        hidden = self._norm("decoder/norm_0", state[0][0])  # [hyps, units]
        attention = self._attend(hidden, memory)
        reading, place = self._read(attention, memory), 0
        for layer, (weight, before) in enumerate(
            zip(self._upper, memory.state[1:], strict=True), 1
        ):
            gates = np.concatenate([hidden, before[0]], -1) @ weight  # [hyps, 4 * units]
            gates += reading[:, place : place + gates.shape[1]]
            place += gates.shape[1]
            state.append(self._decoder[layer].advance(gates, before))
            hidden = self._norm(f"decoder/norm_{layer}", hidden + state[layer][0])
        readout = hidden @ self._readout
        readout += reading[:, place:]
        scores = np.tanh(readout, out=readout) @ self._output
        scores += self.weights["decoder/output_bias"]
        _log_softmax(scores)
        return scores, attention, replace(memory, state=tuple(state))

    def _recurrent_encoder(self, src: Ints, lengths: Ints, mask: Bools) -> tuple[Floats, Floats]:
        """Return memory `[batch, src_len, 2 * units]` and summary `[batch, 2 * units]`."""
        rows, positions = np.arange(len(src))[:, None], np.arange(src.shape[1])
        # Position t of the reversed sentence is position length - 1 - t; padding stays in place.
        backwards = np.where(mask, lengths[:, None] - 1 - positions, positions)
        memory, summary = self.weights["encoder/embedding/embeddings"][src], np.zeros(0, np.float32)
        memory *= self._scale
        for layer, cells in enumerate(self._encoder):
            gates = np.stack(
                [
                    _product(inputs, cell.kernel) + cell.bias
                    for inputs, cell in zip((memory, memory[rows, backwards]), cells, strict=True)
                ]
            )  # [2, batch, src_len, 4 * units]
            recurrent = np.stack([cell.recurrent for cell in cells])
            state: State = (np.zeros((2, len(src), cells[0].units), np.float32),) * cells[0].states
            outputs = np.empty((*gates.shape[:3], cells[0].units), np.float32)
            for t in positions:
                now = state[0] @ recurrent
                now += gates[:, :, t]
                state = cells[0].advance(now, state)
                outputs[:, :, t] = state[0]
            ahead, behind = outputs[0], outputs[1][rows, backwards]
            summary = np.concatenate([ahead[rows[:, 0], lengths - 1], behind[:, 0]], -1)
            memory = self._norm(f"encoder/norm_{layer}", np.concatenate([ahead, behind], -1))
        return memory, summary

    def _gates_of(self, ids: Ints) -> Floats:
        """Return what the ids give to the lowest layer's gates, `[hyps, 4 * units]`."""
        if len(new := np.unique(ids[~self._known[ids]])):
            embedded = self.weights["decoder/embedding/embeddings"][new] * self._scale
            self._gates[new] = embedded @ self._lowest.kernel + self._lowest.bias
            self._known[new] = True
        return self._gates.take(ids, 0)

    def _keys(self, memory: Floats) -> Floats:
        kind = self.options.attention
        if kind == "none":
            return memory[..., :0]
        if kind == "dot":  # (W q)·m is q·(W' m)
            query_kernel = self.weights["decoder/attention/query_kernel"]
            return _product(memory, query_kernel.T * np.float32(memory.shape[-1] ** -0.5))
        return _product(memory, self.weights["decoder/attention/key_kernel"])

    def _attend(self, query: Floats, memory: Memory) -> Floats:
        """Return weights `[hyps, src_len]` as `nmt.attention.Attention` defines them."""
        kind, weights = self.options.attention, self.weights
        mask = memory.mask[memory.sources]  # [hyps, src_len]
        if kind == "none":
            return np.zeros(mask.shape, np.float32)
        keys = memory.keys[memory.sources]  # [hyps, src_len, key]
        if kind == "additive":
            keys += (query @ weights["decoder/attention/query_kernel"])[:, None]
            scores = _product(np.tanh(keys, out=keys), weights["decoder/attention/score"])
        else:
            scores = keys @ query[:, :, None]
        scores, gaussian = scores[..., 0], None
        if kind == "local":
            distance = self._distance(query, mask)
            mask &= np.abs(distance) <= self.options.window
            gaussian = np.exp(-(distance**2) / np.float32(self.options.window**2 / 2))
        scores[~mask] = -1e9
        _log_softmax(scores)
        attention = np.exp(scores, out=scores)
        if gaussian is not None:
            attention *= gaussian * mask
            attention /= attention.sum(-1, keepdims=True) + np.float32(1e-9)
        return attention

    def _distance(self, query: Floats, mask: Bools) -> Floats:
        hidden = np.tanh(query @ self.weights["decoder/attention/position_kernel"])
        share = np.tanh(HALF * (hidden @ self.weights["decoder/attention/position"])) * HALF + HALF
        centre = share * (mask.sum(-1, keepdims=True) - 1).astype(np.float32)  # [hyps, 1]
        return np.arange(mask.shape[1], dtype=np.float32) - centre

    def _read(self, attention: Floats, memory: Memory) -> Floats:
        """Return the readings, weighted by attention `[hyps, src_len]`: `[hyps, reading]`."""
        sources = memory.sources
        if self.options.attention == "none":
            return memory.readings[sources, 0] + self._reading_bias
        # The hypotheses of a source share a matrix product, padded to the source with most.
        place = np.arange(len(sources)) - np.searchsorted(sources, sources)
        shape = (len(memory.mask), place.max(initial=0) + 1, attention.shape[1])
        weights = np.zeros(shape, np.float32)
        weights[sources, place] = attention
        return (weights @ memory.readings)[sources, place] + self._reading_bias

    def _dense(self, name: str, inputs: Floats) -> Floats:
        return inputs @ self.weights[f"{name}/kernel"] + self.weights[f"{name}/bias"]

    def _norm(self, name: str, inputs: Floats) -> Floats:
        normed = inputs - inputs.mean(-1, keepdims=True)
        variance = np.einsum("...i,...i->...", normed, normed)[..., None] / np.float32(
            inputs.shape[-1]
        )
        normed /= np.sqrt(variance + np.float32(NORM_EPSILON))
        normed *= self.weights[f"{name}/gamma"]
        normed += self.weights[f"{name}/beta"]
        return normed


WAYS = ("forward", "backward")


def _product(rows: Floats, weight: Floats) -> Floats:
    """Return `[…, size] @ [size, n]` as one matrix product; NumPy would make one a batch row."""
    return (rows.reshape(-1, rows.shape[-1]) @ weight).reshape(*rows.shape[:-1], -1)


def _log_softmax(scores: Floats) -> None:
    """Make log-probabilities of scores, in place."""
    scores -= scores.max(-1, keepdims=True)
    scores -= np.log(np.exp(scores).sum(-1, keepdims=True))
