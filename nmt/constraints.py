"""What search must not write, whatever the model says: loops, and symbols the source does not have.

Each rule works on the scores of one step, for a whole batch at once, and knows no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmt.subword import EOS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

REPEATS = 3
"""A sequence of ids so many times in a row is a loop."""
LATE = 6.0
"""What a symbol costs in nats where the model wanted to end: hypotheses that have it in its place
come first, and where no other has, those are found. With 4 some symbols still come too late, with
20 models that know no place ramble until one comes."""


@dataclass(frozen=True)
class Owed:
    """Symbols a translation must have exactly as often as its source, and how often that is."""

    symbols: tuple[int, ...]
    """the ids of all symbols there are"""
    counts: Ints
    """`[sources, symbols]`"""

    def __post_init__(self) -> None:
        """Raise `ValueError` unless there is a count for every symbol."""
        if self.counts.ndim != 2 or self.counts.shape[1] != len(self.symbols):
            raise ValueError(f"{self.counts.shape} counts for {len(self.symbols)} symbols")


def no_owed(sources: int) -> Owed:
    """Return that nothing is owed and no id is a symbol."""
    return Owed((), np.zeros((sources, 0), np.int64))


def enforce_owed(totals: Floats, owed: Ints, symbols: Ints, steps_left: Ints) -> None:
    """Change `totals` `[hyps, vocab_size]` so that what is owed will have been written.

    `owed` `[hyps, symbols]` is what is left to write, `steps_left` `[hyps]` how many ids may still
    follow, `EOS` among them. Symbols not owed are forbidden. `EOS` is while any is owed: its
    probability goes to those that are, less `LATE`, so that a model that wants to end writes them
    there. When no more steps are left than needed, nothing else may be written.
    """
    if not owed.any():
        totals[:, symbols] = -np.inf
        return
    number = owed.sum(-1)  # [hyps]
    ending = np.where(number > 0, totals[:, EOS] - LATE, -np.inf)[:, None]
    # [hyps, symbols]
    wanted = np.where(owed > 0, np.maximum(totals[:, symbols], ending), -np.inf)
    forced = (number > 0) & (number + 1 >= steps_left)
    totals[forced] = -np.inf
    totals[:, EOS] = np.where(number > 0, -np.inf, totals[:, EOS])
    totals[:, symbols] = wanted


def enforce_variety(totals: Floats, ids: Ints, runs: Ints) -> None:
    """Forbid each id that would make some sequence of ids occur `REPEATS` times in a row.

    `ids` `[hyps, len]` are written, `runs` `[hyps, periods]` is what `next_runs` keeps of them,
    `totals` `[hyps, vocab_size]` is changed.
    """
    length, periods = ids.shape[1], np.arange(1, runs.shape[1] + 1)
    # With the id one period back the run of a period p would be (REPEATS - 1) * p long.
    near = runs >= (REPEATS - 1) * periods - 1
    if near.any():
        hyps, places = near.nonzero()
        totals[hyps, ids[hyps, length - 1 - places]] = -np.inf


def next_runs(runs: Ints, ids: Ints, new: Ints, symbols: Ints) -> Ints:
    """Return `runs` after the ids `new` `[hyps]` have followed `ids` `[hyps, len]`.

    The run of a period p is the number of last ids that equal the id p places before them. A
    symbol equals nothing: it stands for another item each time.
    """
    periods = min(runs.shape[1], ids.shape[1])
    back = ids[:, ::-1][:, :periods]  # [hyps, periods]
    equal = (back == new[:, None]) & ~(new[:, None] == symbols).any(1)[:, None]
    longer = np.zeros_like(runs)
    longer[:, :periods] = np.where(equal, runs[:, :periods] + 1, 0)
    return longer


def without_loops(ids: Sequence[int], symbols: Sequence[int] = ()) -> list[int]:
    """Return the ids with of every sequence that follows itself `REPEATS` times or more two left.

    `symbols` equal nothing, as in `next_runs`.
    """
    kept: list[int] = []
    for new in ids:
        kept.append(new)
        while cut := _loop(kept, symbols):
            del kept[-cut:]
    return kept


def _loop(ids: Sequence[int], symbols: Sequence[int]) -> int:
    """Return the shortest period of a loop at the end of the ids, 0 if there is none."""
    for period in range(1, len(ids) // REPEATS + 1):
        last = ids[-period:]
        if ids[-REPEATS * period :] == [*last] * REPEATS and not {*last} & {*symbols}:
            return period
    return 0
