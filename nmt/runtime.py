"""The encoder and a decoder step for inference, run by onnxruntime from ONNX graphs.

Whatever needs no hypothesis is computed before the first step, once a source: the attention keys,
and what each layer would read of each source position, so that no context is ever formed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmt.config import ModelOptions
from nmt.decoder_graph import decoder_graph, trg_kernel
from nmt.encoder_graph import encoder_graph, src_kernel
from nmt.subword import EOS, PAD

# It reads this as it is loaded: else it notes, and sends, how and on which machine it is used.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SPARE = 0.25
"""Sources without hypotheses are carried along until they are so many of all: to copy the others
costs more than to skip these saves."""


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
    state: Floats
    """`[hyps, state]`, of all layers"""

    def select(self, hyps: Ints) -> Memory:
        """Return the hypotheses named, each as often as it is."""
        if np.array_equal(hyps, np.arange(len(self.sources))):
            return self
        sources, state = self.sources[hyps], self.state.take(hyps, 0)
        fresh = np.ones(len(sources), np.bool_)
        np.not_equal(sources[1:], sources[:-1], out=fresh[1:])
        present = sources[fresh]
        if len(self.mask) - len(present) < SPARE * len(self.mask):
            return replace(self, sources=sources, state=state)
        return Memory(
            self.keys[present],
            self.readings[present],
            self.mask[present],
            fresh.cumsum() - 1,
            state,
        )


class Runtime:
    """`encode` and `step` over the weights `nmt.model` names."""

    def __init__(
        self, options: ModelOptions, weights: Mapping[str, Floats], *, int8: bool = True
    ) -> None:
        """Arrange the weights; what depends on pieces is computed when they first occur.

        With `int8` the matrices are rounded to eight bits, where that gains speed; without, all
        is float32.
        """
        self.options = options
        # Huge weights end in no number, which search knows; the user need not read of it.
        with np.errstate(over="ignore", invalid="ignore"):
            self._encoder = _session(encoder_graph(options, weights, int8=int8))
            self._decoder = _session(decoder_graph(options, weights, int8=int8))
            srcs, trgs = src_kernel(options, weights), trg_kernel(options, weights)
            self._srcs = _Entering(weights["encoder/embedding/embeddings"], *srcs)
            self._trgs = _Entering(weights["decoder/embedding/embeddings"], *trgs)
        self._read = {each.name for each in self._decoder.get_inputs()}

    @property
    def vocab_size(self) -> int:
        """The number of target pieces."""
        return len(self._trgs)

    def encode(self, srcs: Sequence[Sequence[int]]) -> Memory:
        """Return the memory of sources given as ids without `EOS`, with one hypothesis each."""
        lengths = np.asarray([len(ids) + 1 for ids in srcs], np.int32)
        mask = np.arange(lengths.max()) < lengths[:, None]  # [batch, src_len]
        src = np.full(mask.shape, PAD, np.int64)
        src[mask] = [i for ids in srcs for i in (*ids, EOS)]
        inputs = {"entering": self._srcs.of(src.T), "lengths": lengths}
        keys, readings, state = self._encoder.run(["keys", "readings", "state"], inputs)
        return Memory(keys, readings, mask, np.arange(len(srcs)), state)

    def step(self, memory: Memory, ids: Ints) -> tuple[Floats, Floats, Memory]:
        """Return log-probabilities, attention and the next memory, after ids `[hyps]`.

        Log-probabilities are `[hyps, vocab_size]` in nats, attention `[hyps, src_len]`.
        """
        sources = memory.sources
        nth = np.arange(len(sources)) - np.searchsorted(sources, sources)
        most = int(nth.max(initial=0)) + 1
        places = sources * most + nth
        grid = np.zeros(len(memory.mask) * most, np.int64)
        grid[places] = np.arange(len(sources))
        inputs = {
            "entering": self._trgs.of(ids),
            "state": memory.state,
            "readings": memory.readings,
            "sources": sources,
            "keys": memory.keys,
            "mask": memory.mask,
            "grid": grid.reshape(-1, most),
            "places": places,
        }
        inputs = {name: value for name, value in inputs.items() if name in self._read}
        log_probs, *attentions, state = self._decoder.run(None, inputs)
        none = np.zeros((len(sources), memory.mask.shape[1]), np.float32)
        [attention] = attentions or [none]
        return log_probs, attention, replace(memory, state=state)


class _Entering:
    """What pieces give to the gates of a lowest layer, computed when they first occur."""

    def __init__(self, embeddings: Floats, kernel: Floats, bias: Floats) -> None:
        self._embeddings, self._bias = embeddings, bias
        self._kernel = kernel * np.float32(embeddings.shape[1] ** 0.5)
        self._rows = np.empty((len(embeddings), len(bias)), np.float32)
        self._known = np.zeros(len(embeddings), np.bool_)

    def __len__(self) -> int:
        """Return how many pieces there are."""
        return len(self._known)

    def of(self, ids: Ints) -> Floats:
        """Return a row for each id, `[..., gates * units]`."""
        known = self._known.take(ids)
        if not known.all():
            new = np.flatnonzero(np.bincount(ids[~known]))
            self._rows[new] = self._embeddings[new] @ self._kernel + self._bias
            self._known[new] = True
        return self._rows.take(ids, 0)


def _session(graph: bytes) -> Any:
    options = onnxruntime.SessionOptions()
    # Steps are too small to share among threads; processes share a file's lines better.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
