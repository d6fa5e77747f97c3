"""The weights of a model: their names and shapes, and their storage in eight bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmt.config import ModelOptions
from nmt.errors import InputError

Floats = NDArray[np.float32]

SCALE = "/scale"
"""What the name of a weight's scales adds to its own."""


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


def quantised(weights: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    """Return the weights with every matrix in int8, beside it its float32 scales.

    Symmetric, one scale an output: a column of a kernel, a row (a piece) of embeddings, as the
    output layer reads them, so no weight moves by more than half its scale. Vectors (biases,
    gains) are small and stay float32.
    """
    tensors: dict[str, NDArray[Any]] = {}
    for name, weight in weights.items():
        if weight.ndim < 2 or 1 in weight.shape or name.endswith("/bias"):
            tensors[name] = weight
            continue
        scale = np.abs(weight).max(_shared_axis(name), keepdims=True) / np.float32(127)
        # Of a row of zeros every scale is right, but 0 / 0 is not; and denormal scales are rough.
        scale = np.where(scale > np.finfo(np.float32).tiny, scale, np.float32(1))
        tensors[name] = np.rint(weight / scale).astype(np.int8)
        tensors[name + SCALE] = scale
    return tensors


def dequantised(tensors: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """Return the float32 weights of what `quantised` gave; raise `InputError` for anything else."""
    weights = {}
    for name, tensor in tensors.items():
        if name.endswith(SCALE):
            if name.removesuffix(SCALE) not in tensors:
                raise InputError(f"{name} is the scale of no weight")
        elif tensor.dtype != np.int8:
            weights[name] = tensor
        else:
            # What overflows is no number, for which all weights are checked.
            with np.errstate(over="ignore"):
                weights[name] = tensor * _scale(name, tensor, tensors)
    return weights


def _scale(name: str, tensor: NDArray[np.int8], tensors: Mapping[str, NDArray[Any]]) -> Floats:
    scale = tensors.get(name + SCALE)
    # Before the product: of shapes that only broadcast it could be larger than the memory.
    shape = list(tensor.shape)
    if len(shape) == 2:
        shape[_shared_axis(name)] = 1
    if scale is None or scale.dtype != np.float32 or list(scale.shape) != shape:
        raise InputError(f"the int8 weight {name} has no scales that fit")
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        raise InputError(f"some scales of {name} are no positive numbers")
    return scale


def _shared_axis(name: str) -> int:
    """Return the axis along which weights share a scale."""
    return 1 if name.endswith("/embeddings") else 0
