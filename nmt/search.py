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

GROUP = 12
"""Totals of which the largest stands for all when a bound of the best ones is sought."""
PRUNE = 2.0
"""Nats: on the valid part BLEU is within 0.1 of the whole beam's, at 1.5 times its speed."""


class SearchModel(Protocol):
    """What search asks of a model; `memory` is its own and only handed back to it.

    A memory has `select(hyps)`: the hypotheses named, each as often as it is named. Those of a
    source stay side by side, and the sources in their order.
    """

    def encode(self, srcs: Sequence[Sequence[int]]) -> Any:
        """Return the memory of a batch of sources, with one empty hypothesis each."""

    def step(self, memory: Any, ids: Ints) -> tuple[Floats, Floats, Any]:
        """Return log-probabilities `[hyps, vocab_size]`, attention and the next memory."""


@dataclass(frozen=True)
class SearchOptions:
    """How a translation is looked for.

    `beam_size` 1 is greedy search. `length_penalty` is GNMT's alpha (Wu et al. 2016, equation
    14); 0 compares plain log-probabilities. A hypothesis has at most
    `max_ratio * src_len + max_extra` ids, `EOS` included. `forbidden` ids are never chosen.
    Continuations more than `prune` nats behind their source's best are given up (Freitag &
    Al-Onaizan 2017, section 3.2, absolute threshold); by default more than `PRUNE`, or none where
    more than the best hypothesis is wanted.
    """

    beam_size: int = 5
    length_penalty: float = 1.0
    n_best: int = 1
    max_ratio: float = 2.0
    max_extra: int = 10
    forbidden: tuple[int, ...] = ()
    attention: bool = False
    prune: float | None = None

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
        if not self.threshold >= 0:
            raise InputError(f"prune is {self.prune}; it must be a number of at least 0")
        if EOS in self.forbidden:
            raise InputError(f"id {EOS} ends every sentence; it cannot be forbidden")

    @property
    def threshold(self) -> float:
        """What `prune` comes to."""
        if self.prune is None:
            return PRUNE if self.n_best == 1 else np.inf
        return self.prune


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
    """The unfinished hypotheses, those of a source side by side."""

    sources: Ints
    """`[hyps]`: which source each is of"""
    ids: Ints
    """`[hyps, len]`, `BOS` first"""
    log_probs: Floats
    """`[hyps]`, summed"""
    attention: Floats
    """`[hyps, len - 1, src_len]`; with no positions unless asked for"""
    owed: Ints
    """`[hyps, symbols]`: how often each symbol is still to be written"""
    runs: Ints
    """`[hyps, periods]`: what `enforce_variety` needs to know of the ids"""


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
    `EOS` less `LATE`), and as many ids as they need if that is more than the longest length.
    """
    if not srcs:
        return []
    owed = owed or no_owed(len(srcs))
    symbols = np.asarray(owed.symbols, np.int64)
    limits = np.asarray([int(options.max_ratio * len(s)) + options.max_extra for s in srcs])
    limits = np.maximum(limits, owed.counts.sum(-1) + 1)
    forbidden = np.asarray(options.forbidden, np.int64)
    finished: list[list[Found]] = [[] for _ in srcs]
    memory = model.encode(srcs)
    live = _start(owed.counts, int(limits.max()) // REPEATS)
    while len(live.sources):
        totals, attention, memory = model.step(memory, live.ids[:, -1])
        if options.attention:
            live = _remember(live, attention)
        totals = totals + live.log_probs[:, None]  # [hyps, vocab_size]
        totals[:, forbidden] = -np.inf
        steps_left = limits[live.sources] - live.ids.shape[1] + 1
        if (at_limit := steps_left <= 1).any():
            totals[at_limit, :EOS] = totals[at_limit, EOS + 1 :] = -np.inf
        enforce_variety(totals, live.ids, live.runs)
        enforce_owed(totals, live.owed, symbols, steps_left)
        if options.beam_size == 1:
            best = _likeliest(totals, live.sources)
        else:
            best = _best(totals, live.sources, 2 * options.beam_size, options.threshold)
        _finish(live, best, options, finished)
        done = np.asarray([len(finished[row]) >= options.beam_size for row in best.sources])
        done |= live.ids.shape[1] >= limits[best.sources]
        # Of twice as many candidates as hypotheses, enough remain when those in EOS are set aside.
        going = np.isfinite(best.log_probs) & (best.ids != EOS) & ~done[:, None]
        going &= going.cumsum(1) <= options.beam_size
        memory = memory.select(best.parents[going])
        live = _continued(live, best, going, symbols)
    ranked = [sorted(hyps, key=lambda found: -found.score) for hyps in finished]
    return [hyps[: options.n_best] for hyps in ranked]


def _start(owed: Ints, periods: int) -> _Live:
    sources = len(owed)
    return _Live(
        sources=np.arange(sources),
        ids=np.full((sources, 1), BOS, np.int64),
        log_probs=np.zeros(sources, np.float32),
        attention=np.zeros((sources, 0, 0), np.float32),
        owed=owed,
        runs=np.zeros((sources, periods), np.int64),
    )


def _remember(live: _Live, attention: Floats) -> _Live:
    before = live.attention if live.attention.size else attention[:, None][:, :0]
    return replace(live, attention=np.concatenate([before, attention[:, None]], 1))


@dataclass(frozen=True)
class _Best:
    """Of each source still looked for, the best continuations, the best first."""

    sources: Ints
    """`[batch]`"""
    parents: Ints
    """`[batch, count]`: the hypothesis continued"""
    ids: Ints
    """`[batch, count]`: the id it is continued by"""
    log_probs: Floats
    """`[batch, count]`; -inf where there are no more"""


def _likeliest(totals: Floats, sources: Ints) -> _Best:
    """Return what `_best` does where each source has one hypothesis and keeps one."""
    hyps, ids = np.arange(len(totals))[:, None], totals.argmax(1)[:, None]
    return _Best(sources, hyps, ids, totals[hyps, ids])


def _best(totals: Floats, sources: Ints, count: int, prune: float) -> _Best:
    """Return the `count` best continuations of each source, of `totals` `[hyps, vocab_size]`.

    Those more than `prune` behind the best are none.
    """
    fresh = np.ones(len(sources), np.bool_)
    np.not_equal(sources[1:], sources[:-1], out=fresh[1:])
    rows, row = sources[fresh], fresh.cumsum() - 1
    # What is no number is no maximum.
    most = np.fmax.reduceat(totals.max(1), np.flatnonzero(fresh))
    least = np.maximum(_bound(totals, count), (most - np.float32(prune))[row])
    found = np.flatnonzero(totals >= least[:, None])
    hyps, ids = np.divmod(found, totals.shape[1])
    values = totals[hyps, ids]
    order = np.lexsort((-values, row[hyps]))
    row = row[hyps][order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    first = place < count
    into, order = (row[first], place[first]), order[first]
    parents, followers = (np.full((len(rows), count), fill) for fill in (0, EOS))
    log_probs = np.full((len(rows), count), -np.inf, np.float32)
    parents[into], followers[into], log_probs[into] = hyps[order], ids[order], values[order]
    return _Best(rows, parents, followers, log_probs)


def _bound(totals: Floats, count: int) -> Floats:
    """Return `[hyps]`: what at least `count` of a hypothesis's totals reach, and few more.

    The maxima of groups are searched in place of all totals: in less than a quarter of the time.
    """
    width = totals.shape[1] // GROUP
    if width >= count:
        totals = totals[:, : GROUP * width].reshape(-1, GROUP, width).max(1)
    count = min(count, totals.shape[1])
    return np.partition(totals, -count, axis=1)[:, -count]


def _continued(live: _Live, best: _Best, going: NDArray[np.bool_], symbols: Ints) -> _Live:
    """Return the hypotheses that are `going` `[batch, count]` on."""
    hyps, ids = best.parents[going], best.ids[going]
    before = live.ids[hyps]
    return _Live(
        sources=live.sources[hyps],
        ids=np.concatenate([before, ids[:, None]], 1),
        log_probs=best.log_probs[going],
        attention=live.attention[hyps],
        owed=live.owed[hyps] - (ids[:, None] == symbols),
        runs=next_runs(live.runs[hyps], before, ids, symbols),
    )


def _finish(live: _Live, best: _Best, options: SearchOptions, finished: list[list[Found]]) -> None:
    """Add the continuations that end in `EOS` and rank among the best `beam_size`."""
    ended = (best.ids == EOS) & np.isfinite(best.log_probs)
    length = live.ids.shape[1]
    for row, place in zip(*ended[:, : options.beam_size].nonzero(), strict=True):
        hyp, log_prob = best.parents[row, place], float(best.log_probs[row, place])
        finished[best.sources[row]].append(
            Found(
                ids=tuple(live.ids[hyp, 1:].tolist()),
                score=log_prob / penalty(length, options.length_penalty),
                log_prob=log_prob,
                attention=live.attention[hyp] if options.attention else None,
            )
        )
