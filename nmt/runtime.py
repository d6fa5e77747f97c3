"""The encoder and a decoder step for inference: NumPy only, the numbers of the Keras model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nmt.config import ModelOptions
from nmt.errors import InputError
from nmt.subword import EOS, PAD

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

NORM_EPSILON = 1e-3
"""Keras's default for layer normalisation."""


@dataclass(frozen=True)
class Memory:
    """A batch of encoded sources and the recurrent state of `beam` hypotheses of each."""

    memory: Floats
    """`[batch, src_len, 2 * units]`"""
    keys: Floats
    """`[batch, src_len, key]`"""
    mask: NDArray[np.bool_]
    """`[batch, src_len]`, true at real positions"""
    summary: Floats
    """`[batch, 2 * units]`"""
    state: tuple[tuple[Floats, ...], ...]
    """for each layer one or two arrays `[batch, beam, units]`"""

    def select(self, rows: Ints, beams: Ints) -> Memory:
        """Return the sources `rows` `[n]`, each with the hypotheses `beams` `[n, beam]` names."""
        chosen = rows[:, None], beams
        state = tuple(tuple(part[chosen] for part in layer) for layer in self.state)
        if len(rows) == len(self.mask) and np.array_equal(rows, np.arange(len(rows))):
            return replace(self, state=state)
        return Memory(
            self.memory[rows], self.keys[rows], self.mask[rows], self.summary[rows], state
        )


def weight_shapes(
    options: ModelOptions, src_vocab_size: int, trg_vocab_size: int
) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight of `nmt.model.Model` by name."""
    size, units, memory = options.embedding, options.decoder_units, 2 * options.encoder_units
    shapes: dict[str, tuple[int, ...]] = {
        "encoder/embedding/embeddings": (src_vocab_size, size),
        "decoder/embedding/embeddings": (trg_vocab_size, size),
        "decoder/output_bias": (trg_vocab_size,),
        "decoder/readout/kernel": (units + memory, size),
        "decoder/readout/bias": (size,),
    }
    states = (2 if options.cell == "lstm" else 1) * options.decoder_layers * units
    shapes |= {"decoder/bridge/kernel": (memory, states), "decoder/bridge/bias": (states,)}
    if not options.tied:
        shapes["decoder/output/embeddings"] = (trg_vocab_size, size)
    for layer in range(options.encoder_layers):
        entering = memory if layer else size
        for way in ("forward", "backward"):
            name = f"encoder/{way}_{layer}"
            shapes |= _cell_shapes(name, options.cell, entering, options.encoder_units)
        shapes |= {f"encoder/norm_{layer}/{part}": (memory,) for part in ("gamma", "beta")}
    for layer in range(options.decoder_layers):
        entering = units + memory if layer else size
        shapes |= _cell_shapes(f"decoder/layer_{layer}", options.cell, entering, units)
        shapes |= {f"decoder/norm_{layer}/{part}": (units,) for part in ("gamma", "beta")}
    attention = _attention_shapes(options.attention, units, memory)
    return shapes | {f"decoder/attention/{part}": shape for part, shape in attention.items()}


def _cell_shapes(name: str, cell: str, entering: int, units: int) -> dict[str, tuple[int, ...]]:
    gates = (4 if cell == "lstm" else 3) * units
    return {
        f"{name}/kernel": (entering, gates),
        f"{name}/recurrent_kernel": (units, gates),
        f"{name}/bias": (gates,) if cell == "lstm" else (2, gates),
    }


def _attention_shapes(kind: str, units: int, memory: int) -> dict[str, tuple[int, ...]]:
    hidden = max(1, units // 2)
    kinds: dict[str, dict[str, tuple[int, ...]]] = {
        "additive": {
            "query_kernel": (units, hidden),
            "key_kernel": (memory, hidden),
            "score": (hidden, 1),
        },
        "dot": {"query_kernel": (units, memory)},
        "general": {"key_kernel": (memory, units)},
        "local": {
            "key_kernel": (memory, units),
            "position_kernel": (units, hidden),
            "position": (hidden, 1),
        },
        "none": {},
    }
    return kinds[kind]


def check_weights(
    weights: Mapping[str, Floats], options: ModelOptions, src_vocab_size: int, trg_vocab_size: int
) -> None:
    """Raise `InputError` unless the weights are those of a model with these options."""
    expected = weight_shapes(options, src_vocab_size, trg_vocab_size)
    if strange := sorted(set(weights) ^ set(expected)):
        raise InputError(f"its weights do not fit its options: {', '.join(strange[:3])}")
    for name, shape in expected.items():
        if weights[name].shape != shape or weights[name].dtype != np.float32:
            raise InputError(
                f"its weights do not fit its options: {name} is {weights[name].dtype} "
                f"{weights[name].shape}, not float32 {shape}"
            )


class Runtime:
    """`encode` and `step` over the weights `nmt.model` names; float32 throughout."""

    def __init__(self, options: ModelOptions, weights: Mapping[str, Floats]) -> None:
        """Keep the weights; nothing is computed yet."""
        self.options = options
        self.weights = weights
        # Reading Wx of an embedding row is a lookup; the scale belongs to it, so it is paid once.
        scale = np.float32(options.embedding**0.5)
        self._src_embedding = weights["encoder/embedding/embeddings"] * scale
        self._trg_embedding = weights["decoder/embedding/embeddings"] * scale
        output = "embedding" if options.tied else "output"
        self._output = np.ascontiguousarray(weights[f"decoder/{output}/embeddings"].T)

    @property
    def vocab_size(self) -> int:
        """The number of target pieces."""
        return int(self._output.shape[1])

    def encode(self, srcs: Sequence[Sequence[int]]) -> Memory:
        """Return the memory of sources given as ids without `EOS`, with one hypothesis each."""
        src = np.full((len(srcs), max(map(len, srcs)) + 1), PAD, np.int64)
        for row, ids in zip(src, srcs, strict=True):
            row[: len(ids) + 1] = [*ids, EOS]
        lengths = np.asarray([len(ids) + 1 for ids in srcs])
        positions = np.arange(src.shape[1])
        mask = positions < lengths[:, None]  # [batch, src_len]
        # Position t of the reversed sentence is position length - 1 - t; padding stays in place.
        backwards = np.where(mask, lengths[:, None] - 1 - positions, positions)[:, :, None]
        memory, summary = self._src_embedding[src], np.zeros(0, np.float32)
        for layer in range(self.options.encoder_layers):
            ahead = self._sequence(f"encoder/forward_{layer}", memory)
            behind = self._sequence(
                f"encoder/backward_{layer}", np.take_along_axis(memory, backwards, 1)
            )
            behind = np.take_along_axis(behind, backwards, 1)  # [batch, src_len, units]
            last = ahead[np.arange(len(srcs)), lengths - 1]  # [batch, units]
            summary = np.concatenate([last, behind[:, 0]], -1)
            memory = self._norm(f"encoder/norm_{layer}", np.concatenate([ahead, behind], -1))
        return Memory(memory, self._keys(memory), mask, summary, self._start(summary))

    def step(self, memory: Memory, ids: Ints) -> tuple[Floats, Floats, Memory]:
        """Return log-probabilities, attention and the next memory, after ids `[batch, beam]`.

        Log-probabilities are `[batch, beam, vocab_size]` in nats, attention
        `[batch, beam, src_len]`.
        """
        query, first = self._cell("decoder/layer_0", self._trg_embedding[ids], memory.state[0])
        query = self._norm("decoder/norm_0", query)  # [batch, beam, units]
        context, attention = self._attend(query, memory)
        hidden, state = query, [first]
        for layer in range(1, self.options.decoder_layers):
            entering = np.concatenate([hidden, context], -1)
            output, after = self._cell(f"decoder/layer_{layer}", entering, memory.state[layer])
            hidden = self._norm(f"decoder/norm_{layer}", hidden + output)
            state.append(after)
        readout = np.tanh(self._dense("decoder/readout", np.concatenate([hidden, context], -1)))
        logits = readout @ self._output + self.weights["decoder/output_bias"]
        return _log_softmax(logits), attention, replace(memory, state=tuple(state))

    def _sequence(self, name: str, inputs: Floats) -> Floats:
        """Run a recurrent layer from zeros over `[batch, len, size]`; return all its outputs."""
        zeros = np.zeros((len(inputs), self.options.encoder_units), np.float32)
        state: tuple[Floats, ...] = (zeros, zeros) if self.options.cell == "lstm" else (zeros,)
        outputs = []
        for position in range(inputs.shape[1]):
            output, state = self._cell(name, inputs[:, position], state)
            outputs.append(output)
        return np.stack(outputs, 1)

    def _cell(
        self, name: str, inputs: Floats, state: tuple[Floats, ...]
    ) -> tuple[Floats, tuple[Floats, ...]]:
        kernel, recurrent, bias = (
            self.weights[f"{name}/{part}"] for part in ("kernel", "recurrent_kernel", "bias")
        )
        if self.options.cell == "lstm":
            gates = inputs @ kernel + state[0] @ recurrent + bias
            write, keep, new, read = np.split(gates, 4, -1)
            cell = _sigmoid(keep) * state[1] + _sigmoid(write) * np.tanh(new)
            output = _sigmoid(read) * np.tanh(cell)
            return output, (output, cell)
        keep, reset, new = np.split(inputs @ kernel + bias[0], 3, -1)
        h_keep, h_reset, h_new = np.split(state[0] @ recurrent + bias[1], 3, -1)
        share = _sigmoid(keep + h_keep)
        output = share * state[0] + (1 - share) * np.tanh(new + _sigmoid(reset + h_reset) * h_new)
        return output, (output,)

    def _start(self, summary: Floats) -> tuple[tuple[Floats, ...], ...]:
        states = 2 if self.options.cell == "lstm" else 1
        bridge = np.tanh(self._dense("decoder/bridge", summary))[:, None, :]  # [batch, 1, …]
        parts = np.split(bridge, self.options.decoder_layers * states, -1)
        return tuple(tuple(parts[i : i + states]) for i in range(0, len(parts), states))

    def _keys(self, memory: Floats) -> Floats:
        if self.options.attention in ("dot", "none"):
            return memory
        return memory @ self.weights["decoder/attention/key_kernel"]

    def _attend(self, query: Floats, memory: Memory) -> tuple[Floats, Floats]:
        """Return context and weights as `nmt.attention.Attention` defines them."""
        kind, weights = self.options.attention, self.weights
        if kind == "none":
            shape = (*query.shape[:2], memory.mask.shape[1])
            context = np.broadcast_to(
                memory.summary[:, None], (*shape[:2], memory.summary.shape[-1])
            )
            return context, np.zeros(shape, np.float32)
        if kind == "additive":
            asked = query @ weights["decoder/attention/query_kernel"]
            hidden = np.tanh(asked[:, :, None] + memory.keys[:, None])
            scores = (hidden @ weights["decoder/attention/score"])[..., 0]
        else:
            if kind == "dot":
                scale = np.float32(memory.keys.shape[-1] ** -0.5)
                query = query @ weights["decoder/attention/query_kernel"] * scale
            scores = query @ memory.keys.transpose(0, 2, 1)  # [batch, beam, src_len]
        allowed, gaussian = np.broadcast_to(memory.mask[:, None], scores.shape), None
        if kind == "local":
            distance = self._distance(query, memory.mask)
            allowed = allowed & (np.abs(distance) <= self.options.window)
            gaussian = np.exp(-(distance**2) / np.float32(self.options.window**2 / 2))
        attention = np.exp(_log_softmax(np.where(allowed, scores, np.float32(-1e9))))
        if gaussian is not None:
            attention = attention * gaussian * allowed
            attention = attention / (attention.sum(-1, keepdims=True) + np.float32(1e-9))
        return attention @ memory.memory, attention

    def _distance(self, query: Floats, mask: NDArray[np.bool_]) -> Floats:
        hidden = np.tanh(query @ self.weights["decoder/attention/position_kernel"])
        share = _sigmoid(hidden @ self.weights["decoder/attention/position"])  # [batch, beam, 1]
        centre = share * (mask.sum(-1) - 1).astype(np.float32)[:, None, None]
        return np.arange(mask.shape[1], dtype=np.float32) - centre

    def _dense(self, name: str, inputs: Floats) -> Floats:
        return inputs @ self.weights[f"{name}/kernel"] + self.weights[f"{name}/bias"]

    def _norm(self, name: str, inputs: Floats) -> Floats:
        centred = inputs - inputs.mean(-1, keepdims=True)
        variance = np.mean(centred**2, -1, keepdims=True)
        normed = centred / np.sqrt(variance + np.float32(NORM_EPSILON))
        return normed * self.weights[f"{name}/gamma"] + self.weights[f"{name}/beta"]


def _sigmoid(x: Floats) -> Floats:
    # Through tanh nothing overflows, whatever the sign.
    return np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + np.float32(1))


def _log_softmax(scores: Floats) -> Floats:
    shifted = scores - scores.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
