"""A translation as callers get it, and the translation of a text from those of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Hypothesis:
    """One translation of a sentence, and how the model came to it."""

    text: str
    score: float
    """log-probability in nats divided by the length penalty"""
    src_pieces: tuple[str, ...] = ()
    """the source as the model read it, its end as `</s>`"""
    trg_pieces: tuple[str, ...] = ()
    attention: NDArray[np.float32] | None = field(default=None, compare=False)
    """`[len(trg_pieces), len(src_pieces)]`; None unless asked for"""


def joined(parts: Sequence[Sequence[Hypothesis]], blanks: Sequence[str]) -> list[Hypothesis]:
    """Return the hypotheses of a text from those of its parts, each with the blanks behind it.

    The first ones of all parts join, then the second ones, as far as all parts have them.
    """
    return [_whole(hyps, blanks) for hyps in zip(*parts, strict=False)] or [Hypothesis("", 0.0)]


def _whole(parts: Sequence[Hypothesis], blanks: Sequence[str]) -> Hypothesis:
    text = "".join(part.text + blank for part, blank in zip(parts, blanks, strict=True))
    if len(parts) == 1:
        return replace(parts[0], text=text)
    return Hypothesis(
        text,
        sum(part.score for part in parts) / len(parts),
        tuple(piece for part in parts for piece in part.src_pieces),
        tuple(piece for part in parts for piece in part.trg_pieces),
        _diagonal([part.attention for part in parts if part.attention is not None]),
    )


def _diagonal(blocks: Sequence[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """Return a matrix with the blocks along its diagonal, zero elsewhere; None without blocks."""
    if not blocks:
        return None
    matrix = np.zeros(np.sum([block.shape for block in blocks], axis=0), np.float32)
    row = column = 0
    for block in blocks:
        height, width = block.shape
        matrix[row : row + height, column : column + width] = block
        row, column = row + height, column + width
    return matrix
