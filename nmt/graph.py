"""What ONNX graphs of a model are made of, in float32 or with products in int8."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from nmt.cells import GATES, STATES, advance
from nmt.config import ModelOptions
from nmt.onnx_format import Graph

Floats = NDArray[np.float32]

NORM_EPSILON = 1e-3
"""Keras's default for layer normalisation."""
OUTLIERS = 5.0
"""Of a normalised vector, values beyond so many times their root mean square are clipped before
a product in int8, which rounds the others the finer for it."""


class ModelGraph(Graph):
    """A graph of one model: products, normalisations and sums with its weights."""

    def __init__(
        self,
        options: ModelOptions,
        weights: Mapping[str, Floats],
        *,
        int8: bool,
        prefix: str = "",
    ) -> None:
        """Start with no node; a graph within another has its own `prefix`."""
        super().__init__(prefix)
        self.options, self.weights, self._int8 = options, weights, int8

    def inner(self, prefix: str) -> ModelGraph:
        """Return a new graph of the same model, to stand within this one."""
        return ModelGraph(self.options, self.weights, int8=self._int8, prefix=prefix)

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

    def places(self, shape: str) -> str:
        """Return 0, 1, … below the one size that a shape has."""
        zero, one = (self.constant(np.int64(i)) for i in (0, 1))
        return self.op("Range", zero, self.op("Squeeze", shape), one)

    def entering(self, side: str, ids: str, kernel: Floats, bias: Floats) -> str:
        """Return what ids, embedded, give to gates: for who has no `nmt.runtime` to look it up."""
        scale = np.float32(self.options.embedding**0.5)
        table = self.constant(self.weights[f"{side}/embedding/embeddings"] * scale)
        return self.plus(self.exact(self.op("Gather", table, ids), kernel), bias)

    def step(self, name: str, entering: str, state: Sequence[str]) -> list[str]:
        """Return the next state of a recurrent layer, the output first, `[rows, units]` each.

        `entering` is `inputs @ kernel + input_bias`, `[rows, gates * units]`.
        """
        kind, kernel = self.options.cell, self.weights[f"{name}/recurrent_kernel"]
        # Of an LSTM there is one bias, and it is among what enters.
        bias = self.weights[f"{name}/bias"][1] if kind == "gru" else None
        # An output is never beyond 1.
        return advance(self, kind, entering, self.product(state[0], kernel, 1, bias), state)


def reading_sizes(options: ModelOptions) -> list[int]:
    """Return of how many columns each share of a reading is: the upper layers', the readout's."""
    gates = GATES[options.cell] * options.decoder_units
    return [gates] * (options.decoder_layers - 1) + [options.embedding]


def state_size(options: ModelOptions) -> int:
    """Return the size of the decoder's state, of all layers together."""
    return STATES[options.cell] * options.decoder_layers * options.decoder_units
