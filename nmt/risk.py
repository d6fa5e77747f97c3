"""Minimum risk training: what a model says of training sources, and what each saying costs.

Training on references alone never sees the model's own mistakes, nor knows which of them matter.
The last epochs minimise the expected cost of the model's own candidates (Shen et al. 2016,
equations 9 to 11; over the hypotheses of beam search as in Edunov et al. 2018, section 3), and
beside it raise the likelihood of the cheapest (Kim & Rush 2016, section 3.3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nmt.batches import bare
from nmt.dataset import Pairs
from nmt.scoring import sentence_cost
from nmt.search import SearchOptions
from nmt.subword import BOS, EOS, PAD
from nmt.translator import Translator

CANDIDATES = 6
"""At most so many a source: those of beam search, and the greedy one if it is not among them."""
BEAM = SearchOptions(n_best=CANDIDATES - 1, beam_size=CANDIDATES - 1, prune=5.0)
GREEDY = SearchOptions(beam_size=1)
CHUNK = 1024
"""Sources searched at once: enough for batches of like length."""
BATCHES = 2
"""Times as many target ids a batch as elsewhere: with fewer, greedy search loses."""

Ids = Sequence[int]
Batch = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


class _Row(NamedTuple):
    src: Ids
    candidates: Sequence[tuple[float, Ids]]
    """costs, and ids without `BOS` and `EOS`"""


def drawn_sources(pairs: Pairs, seed: int, epoch: int) -> list[tuple[str, list[str]]]:
    """Return one in `CANDIDATES` of the sources with all their references, in random order.

    So many because each takes as long as `CANDIDATES` pairs. A function of its arguments.
    """
    refs: dict[str, list[str]] = defaultdict(list)
    for src, trg in zip(pairs.srcs, pairs.trgs, strict=True):
        refs[src].append(trg)
    sources = list(refs.items())
    order = np.random.default_rng((seed, epoch, 2)).permutation(len(sources))
    return [sources[i] for i in order[: -(-len(sources) // CANDIDATES)]]


def risk_batches(
    translator: Translator,
    sources: Sequence[tuple[str, Sequence[str]]],
    *,
    batch_tokens: int,
    sampling: float,
    unpunctuated: float,
    seed: int,
    epoch: int,
) -> Iterator[Batch]:
    """Yield the sources in batches `(src, trg, costs)`, a pure function of the arguments.

    `src` is `[batch, src_len]`, ends in `EOS`; `trg` is `[batch, CANDIDATES, trg_len]`, from `BOS`
    to `EOS`: what `translator` says of a source, the cheapest first, and `PAD` alone where it says
    less. `costs` `[batch, CANDIDATES]` are from 0 (what a reference says) to 1. Sources are
    searched as they are, and learnt from segmented by `sampling` and without the final punctuation
    of the share `unpunctuated`, as in `training_batches`. No batch holds more than about
    `BATCHES * batch_tokens` target ids, padding included.
    """
    random = np.random.default_rng((seed, epoch, 3))
    subword = translator.bundle.src_subword
    chunks = [sources[start : start + CHUNK] for start in range(0, len(sources), CHUNK)]
    # The next chunk is searched while this one is learnt from.
    thread = ThreadPoolExecutor(1)
    searched = thread.map(partial(_found, translator), chunks)
    try:
        for chunk, found in zip(chunks, searched, strict=True):
            without = random.random(len(chunk)) < unpunctuated
            pairs = zip(chunk, without, strict=True)
            texts = [bare(text) if cut else text for (text, _), cut in pairs]
            srcs = subword.sample(texts, sampling, int(random.integers(2**31)))
            # A model that gives no numbers says nothing.
            rows = [_Row(src, said) for src, said in zip(srcs, found, strict=True) if said]
            batches = _packed(rows, BATCHES * batch_tokens)
            for place in random.permutation(len(batches)):
                yield _padded(batches[place])
    finally:
        thread.shutdown(cancel_futures=True)


def _found(
    translator: Translator, sources: Sequence[tuple[str, Sequence[str]]]
) -> list[list[tuple[float, Ids]]]:
    """Return, of each source, what the model says and what that costs, the cheapest first."""
    srcs = translator.bundle.src_subword.encode([src for src, _ in sources])
    decode = translator.bundle.trg_subword.decode
    found: list[list[tuple[float, Ids]]] = []
    for (_, refs), *hyps in zip(
        sources, translator.found(srcs, GREEDY), translator.found(srcs, BEAM), strict=True
    ):
        candidates = {hyp.ids for searched in hyps for hyp in searched}
        found.append(sorted((sentence_cost(decode(ids), refs), ids) for ids in candidates))
    return found


def _packed(rows: Sequence[_Row], batch_tokens: int) -> list[list[_Row]]:
    """Return the rows in batches of like length."""
    batches: list[list[_Row]] = []
    room = 0
    for row in sorted(rows, key=lambda row: (_width(row), len(row.src)), reverse=True):
        if not room:
            room = max(1, batch_tokens // (CANDIDATES * _width(row)))
            batches.append([])
        batches[-1].append(row)
        room -= 1
    return batches


def _width(row: _Row) -> int:
    return max(len(ids) for _, ids in row.candidates) + 2


def _padded(rows: Sequence[_Row]) -> Batch:
    src = np.full((len(rows), max(len(row.src) for row in rows) + 1), PAD, np.int32)
    trg = np.full((len(rows), CANDIDATES, max(map(_width, rows))), PAD, np.int32)
    costs = np.zeros((len(rows), CANDIDATES), np.float32)
    for n, row in enumerate(rows):
        src[n, : len(row.src) + 1] = [*row.src, EOS]
        for k, (cost, ids) in enumerate(row.candidates):
            costs[n, k], trg[n, k, : len(ids) + 2] = cost, [BOS, *ids, EOS]
    return src, trg, costs
