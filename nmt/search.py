"""Greedy and beam search over two functions, `encode` and `step`; it knows no model's insides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nmt.constraints import (
    REPEATS,
    Owed,
    enforce_owed,
    enforce_variety,
    next_runs,
    no_owed,
)
from nmt.errors import InputError
from nmt.subword import BOS, EOS

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class SearchModel(Protocol):
    """What search asks of a model; `memory` is its own and only handed back to it.

    A memory has `select(rows, beams)`: the sources `rows` `[n]`, each with the hypotheses that
    `beams` `[n, beam]` names.
    """

    def encode(self, srcs: Sequence[Sequence[int]]) -> Any:
        """Return the memory of a batch of sources, with one empty hypothesis each."""

    def step(self, memory: Any, ids: Ints) -> tuple[Floats, Floats, Any]:
        """Return log-probabilities `[batch, beam, vocab_size]`, attention and the next memory."""


@dataclass(frozen=True)
class SearchOptions:
    """How a translation is looked for.

    `beam_size` 1 is greedy search. `length_penalty` is GNMT's alpha (Wu et al. 2016, equation
    14); 0 compares plain log-probabilities. A hypothesis has at most
    `max_ratio * src_len + max_extra` ids, `EOS` included. `forbidden` ids are never chosen.
    """

    beam_size: int = 5
    length_penalty: float = 1.0
    n_best: int = 1
    max_ratio: float = 2.0
    max_extra: int = 10
    forbidden: tuple[int, ...] = ()
    attention: bool = False

    def __post_init__(self) -> None:
        """Raise `InputError` for values nothing can be found with."""
        for name, least in (
            ("beam_size", 1),
            ("n_best", 1),
            ("max_extra", 1),
            ("length_penalty", 0),
            ("max_ratio", 0),
        ):
            value = getattr(self, name)
            if not least <= value < np.inf:
                raise InputError(f"{name} is {value}; it must be a number of at least {least}")
        if EOS in self.forbidden:
            raise InputError(f"id {EOS} ends every sentence; it cannot be forbidden")


@dataclass(frozen=True)
class Found:
    """One finished hypothesis: ids without `BOS` and `EOS`, and what it was ranked by."""

    ids: tuple[int, ...]
    score: float
    """log-probability in nats divided by the length penalty"""
    log_prob: float
    attention: Floats | None = field(default=None, compare=False)
    """`[len(ids) + 1, src_len]`, the last row for `EOS`; None unless asked for"""


@dataclass(frozen=True)
class _Live:
    """The unfinished hypotheses of the sources not yet done."""

    sources: Ints
    """`[batch]`: which source each row is"""
    ids: Ints
    """`[batch, beam, len]`, `BOS` first"""
    log_probs: Floats
    """`[batch, beam]`, summed; -inf marks a hypothesis that only fills its place"""
    attention: Floats
    """`[batch, beam, len - 1, src_len]`; with no positions unless asked for"""
    owed: Ints
    """`[batch, beam, symbols]`: how often each symbol is still to be written"""
    runs: Ints
    """`[batch, beam, periods]`: what `enforce_variety` needs to know of the ids"""

    def select(self, rows: Ints, beams: Ints) -> _Live:
        """Return the rows named, each with the hypotheses `beams` `[n, beam]` names."""
        chosen = rows[:, None], beams
        return _Live(
            self.sources[rows],
            self.ids[chosen],
            self.log_probs[chosen],
            self.attention[chosen],
            self.owed[chosen],
            self.runs[chosen],
        )


def penalty(length: int, alpha: float) -> float:
    """Return GNMT's length penalty, (5 + length)^alpha / 6^alpha (Wu et al. 2016, equation 14)."""
    return float(((5 + length) / 6) ** alpha)


def search(
    model: SearchModel,
    srcs: Sequence[Sequence[int]],
    options: SearchOptions,
    owed: Owed | None = None,
) -> list[list[Found]]:
    """Return, for each source, up to `n_best` hypotheses, best first.

    At each step the `beam_size` best continuations of a source are kept; those that end in `EOS`
    are finished. A source is done with `beam_size` finished hypotheses or at its longest length,
    where only `EOS` may follow. What else is in the batch does not matter. A model that gives no
    numbers (NaN) finishes no hypothesis.

    No hypothesis has a sequence of ids three times in a row; each has the symbols of `owed`
    exactly as often as its source (its log-probability then counts a symbol in place of `EOS` as
    `EOS`), and as many ids as they need if that is more than the longest length.
    """
    if not srcs:
        return []
    owed = owed or no_owed(len(srcs))
    symbols = np.asarray(owed.symbols, np.int64)
    limits = np.asarray([int(options.max_ratio * len(s)) + options.max_extra for s in srcs])
    limits = np.maximum(limits, owed.counts.sum(-1) + 1)
    finished: list[list[Found]] = [[] for _ in srcs]
    memory = model.encode(srcs)
    live = _start(owed.counts, int(limits.max()) // REPEATS)
    while len(live.sources):
        log_probs, attention, memory = model.step(memory, live.ids[:, :, -1])
        if options.attention:
            live = _remember(live, attention)
        at_limit = live.ids.shape[2] >= limits[live.sources]
        totals = live.log_probs[:, :, None] + log_probs  # [batch, beam, vocab_size]
        totals[:, :, list(options.forbidden)] = -np.inf
        totals[at_limit, :, :EOS] = totals[at_limit, :, EOS + 1 :] = -np.inf
        enforce_variety(totals, live.ids, live.runs)
        steps_left = limits[live.sources] - live.ids.shape[2] + 1
        enforce_owed(totals, live.owed, symbols, steps_left)
        parents, ids, totals = _best(totals, 2 * options.beam_size)
        _finish(live, parents, ids, totals, options, finished)
        done = [len(finished[source]) >= options.beam_size for source in live.sources]
        rows = np.flatnonzero(~(np.asarray(done) | at_limit))
        # Of twice as many candidates as hypotheses, enough remain when those in EOS are set aside.
        going = np.argsort(ids[rows] == EOS, axis=1, kind="stable")[:, : options.beam_size]
        beams = np.take_along_axis(parents[rows], going, 1)
        memory, live = memory.select(rows, beams), live.select(rows, beams)
        live = _append(
            live,
            np.take_along_axis(ids[rows], going, 1),
            np.take_along_axis(totals[rows], going, 1),
            symbols,
        )
    ranked = [sorted(hyps, key=lambda found: -found.score) for hyps in finished]
    return [hyps[: options.n_best] for hyps in ranked]


def _start(owed: Ints, periods: int) -> _Live:
    sources = len(owed)
    return _Live(
        sources=np.arange(sources),
        ids=np.full((sources, 1, 1), BOS, np.int64),
        log_probs=np.zeros((sources, 1), np.float32),
        attention=np.zeros((sources, 1, 0, 0), np.float32),
        owed=owed[:, None],
        runs=np.zeros((sources, 1, periods), np.int64),
    )


def _remember(live: _Live, attention: Floats) -> _Live:
    before = live.attention if live.attention.size else attention[:, :, None][:, :, :0]
    return replace(live, attention=np.concatenate([before, attention[:, :, None]], 2))


def _append(live: _Live, ids: Ints, totals: Floats, symbols: Ints) -> _Live:
    ended = np.where(ids == EOS, -np.inf, totals).astype(np.float32)
    return replace(
        live,
        ids=np.concatenate([live.ids, ids[:, :, None]], 2),
        log_probs=ended,
        owed=live.owed - (ids[:, :, None] == symbols),
        runs=next_runs(live.runs, live.ids, ids, symbols),
    )


def _best(totals: Floats, count: int) -> tuple[Ints, Ints, Floats]:
    """Return parents, ids and totals of the `count` best of `[batch, beam, vocab_size]`."""
    flat = totals.reshape(len(totals), -1)
    count = min(count, flat.shape[1])
    best = np.argpartition(-flat, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(flat, best, 1), axis=1, kind="stable")
    best = np.take_along_axis(best, order, 1)
    parents, ids = np.divmod(best, totals.shape[2])
    return parents, ids, np.take_along_axis(flat, best, 1)


def _finish(
    live: _Live,
    parents: Ints,
    ids: Ints,
    totals: Floats,
    options: SearchOptions,
    finished: list[list[Found]],
) -> None:
    """Add the candidates that end in `EOS` and rank among the best `beam_size`."""
    best = slice(options.beam_size)
    ended = (ids[:, best] == EOS) & np.isfinite(totals[:, best])
    length = live.ids.shape[2]
    for row, place in zip(*np.nonzero(ended), strict=True):
        beam, log_prob = parents[row, place], float(totals[row, place])
        finished[live.sources[row]].append(
            Found(
                ids=tuple(live.ids[row, beam, 1:].tolist()),
                score=log_prob / penalty(length, options.length_penalty),
                log_prob=log_prob,
                attention=live.attention[row, beam] if options.attention else None,
            )
        )
