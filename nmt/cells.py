"""LSTM and GRU for inference: all gates of a step from one matrix product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
State = tuple[Floats, ...]
"""`[…, units]`: output and cell of an LSTM, output of a GRU"""

HALF = np.float32(0.5)


@dataclass(frozen=True)
class Cell:
    """A recurrent layer's weights, arranged so that a step is `inputs @ kernel + output @ recurrent
    + bias`, four gates wide, and then `advance`.

    The columns of sigmoid gates are halved: sigmoid(x) is (tanh(x / 2) + 1) / 2, and one tanh over
    all gates overflows nowhere. A GRU's fourth gate is the recurrent share of its candidate.
    """  # noqa: D205

    kind: str
    kernel: Floats
    """`[size, 4 * units]`"""
    recurrent: Floats
    """`[units, 4 * units]`"""
    bias: Floats
    """`[4 * units]`"""

    @property
    def units(self) -> int:
        """The size of the output."""
        return len(self.recurrent)

    @property
    def states(self) -> int:
        """The number of arrays in a state."""
        return 2 if self.kind == "lstm" else 1

    def advance(self, gates: Floats, state: State) -> State:
        """Return the state after a step; its first part is the output. `gates` is overwritten."""
        return _lstm(gates, state) if self.kind == "lstm" else _gru(gates, state)


def read_cell(kind: str, weights: Mapping[str, Floats], name: str) -> Cell:
    """Return the cell Keras made of this name: an LSTM, or a GRU with `reset_after`."""
    kernel, recurrent = weights[f"{name}/kernel"], weights[f"{name}/recurrent_kernel"]
    bias = weights[f"{name}/bias"]
    if kind == "lstm":
        return Cell(kind, _lstm_gates(kernel), _lstm_gates(recurrent), _lstm_gates(bias))
    inputs, outputs = _gru_gates(bias[0], recurrent=False), _gru_gates(bias[1], recurrent=True)
    return Cell(
        kind,
        _gru_gates(kernel, recurrent=False),
        _gru_gates(recurrent, recurrent=True),
        inputs + outputs,
    )


def _lstm_gates(weight: Floats) -> Floats:
    write, keep, new, read = np.split(weight, 4, -1)
    return np.concatenate([write * HALF, keep * HALF, read * HALF, new], -1)


def _gru_gates(weight: Floats, recurrent: bool) -> Floats:
    keep, reset, new = np.split(weight, 3, -1)
    none = np.zeros_like(new)
    apart = (none, new) if recurrent else (new, none)
    return np.concatenate([keep * HALF, reset * HALF, *apart], -1)


def _lstm(gates: Floats, state: State) -> State:
    """Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000."""
    units = state[0].shape[-1]
    np.tanh(gates, out=gates)
    _to_sigmoid(gates[..., : 3 * units])
    write, keep, read, new = (gates[..., i * units : (i + 1) * units] for i in range(4))
    cell = keep * state[1]
    write *= new
    cell += write
    output = np.tanh(cell)
    output *= read
    return output, cell


def _gru(gates: Floats, state: State) -> State:
    """Cho et al. 2014, the reset gate after the recurrent product."""
    units = state[0].shape[-1]
    decided = np.tanh(gates[..., : 2 * units])
    _to_sigmoid(decided)
    keep, reset = decided[..., :units], decided[..., units:]
    reset *= gates[..., 3 * units :]
    reset += gates[..., 2 * units : 3 * units]
    new = np.tanh(reset, out=reset)
    return (keep * (state[0] - new) + new,)


def _to_sigmoid(tanh_of_half: Floats) -> None:
    tanh_of_half *= HALF
    tanh_of_half += HALF
