"""Search: exhaustive enumeration and an independent greedy loop agree, whatever the batch."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nmt.constraints import LATE, Owed, without_loops
from nmt.errors import InputError
from nmt.search import Found, SearchOptions, penalty, search
from nmt.subword import BOS, EOS, PAD, UNK

SPECIAL = (PAD, UNK, BOS)
SENTENCE_START: tuple[int, ...] = (BOS,)


@dataclass(frozen=True)
class Histories:
    """What the toy model remembers: of each hypothesis the source and the ids so far."""

    srcs: tuple[tuple[int, ...], ...]
    histories: tuple[tuple[int, ...], ...]

    def select(self, hyps: NDArray[np.int64]) -> Histories:
        return Histories(
            tuple(self.srcs[hyp] for hyp in hyps), tuple(self.histories[hyp] for hyp in hyps)
        )


@dataclass(frozen=True)
class Toy:
    """A model whose next id depends on the source and the whole history, through a hash.

    Its attention is the history: position i has the i-th id. So a hypothesis with another's
    attention, or state, is found out.
    """

    vocab_size: int = 6
    seed: int = 0
    width: int = 12

    def log_probs(self, src: tuple[int, ...], history: tuple[int, ...]) -> NDArray[np.float32]:
        draw = np.random.default_rng([self.seed, len(src), *src, 99, *history])
        logits = draw.normal(size=self.vocab_size) * 1.5
        return (logits - np.log(np.exp(logits).sum())).astype(np.float32)

    def encode(self, srcs: Sequence[Sequence[int]]) -> Histories:
        return Histories(tuple(tuple(s) for s in srcs), ((),) * len(srcs))

    def step(
        self, memory: Histories, ids: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], Histories]:
        histories = tuple((*h, int(i)) for h, i in zip(memory.histories, ids, strict=True))
        scores = [self.log_probs(s, h) for s, h in zip(memory.srcs, histories, strict=True)]
        attention = [self.attend(h) for h in histories]
        return (
            np.array(scores, np.float32),
            np.array(attention, np.float32),
            replace(memory, histories=histories),
        )

    def attend(self, history: tuple[int, ...]) -> list[int]:
        return [*history, *[0] * self.width][: self.width]


def loops(ids: Sequence[int], symbols: Sequence[int] = ()) -> bool:
    """Whether some sequence without symbols occurs three times in a row, by its definition."""
    return any(
        ids[i : i + p] == ids[i + p : i + 2 * p] == ids[i + 2 * p : i + 3 * p]
        and not {*ids[i : i + p]} & {*symbols}
        for p in range(1, len(ids) // 3 + 1)
        for i in range(len(ids) - 3 * p + 1)
    )


def enumerate_all(toy: Toy, src: tuple[int, ...], options: SearchOptions) -> list[Found]:
    """Every sentence within the limit, by its definition."""
    limit = int(options.max_ratio * len(src)) + options.max_extra
    allowed = [i for i in range(toy.vocab_size) if i != EOS and i not in options.forbidden]
    found = []
    for length in range(limit):
        for ids in itertools.product(allowed, repeat=length):
            if loops(ids):
                continue
            log_prob, history = 0.0, SENTENCE_START
            for i in (*ids, EOS):
                log_prob += float(toy.log_probs(src, history)[i])
                history = (*history, i)
            divisor = ((5.0 + length + 1.0) / 6.0) ** options.length_penalty
            found.append(Found(ids, log_prob / divisor, log_prob))
    return sorted(found, key=lambda hyp: -hyp.score)


def greedy(toy: Toy, src: tuple[int, ...], options: SearchOptions) -> tuple[int, ...]:
    history: tuple[int, ...] = (BOS,)
    limit = int(options.max_ratio * len(src)) + options.max_extra
    for _ in range(limit - 1):
        scores = toy.log_probs(src, history).copy()
        scores[list(options.forbidden)] = -np.inf
        scores[[i for i in range(EOS + 1, len(scores)) if loops((*history[1:], i))]] = -np.inf
        best = int(scores.argmax())
        if best == EOS:
            break
        history = (*history, best)
    return history[1:]


def approx(hyps: Sequence[Found]) -> list[tuple[tuple[int, ...], object, object]]:
    return [
        (h.ids, pytest.approx(h.score, abs=1e-4), pytest.approx(h.log_prob, abs=1e-4)) for h in hyps
    ]


def plain(hyps: Sequence[Found]) -> list[tuple[tuple[int, ...], float, float]]:
    return [(h.ids, h.score, h.log_prob) for h in hyps]


sources = st.lists(st.lists(st.integers(4, 30), max_size=6).map(tuple), min_size=1, max_size=5)


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    alpha=st.sampled_from([0.0, 0.6, 1.0, 2.0]),
    n_best=st.integers(1, 40),
    extra=st.integers(1, 4),
    src_len=st.integers(0, 2),
)
# The best hypothesis begins more than `PRUNE` behind the best first id.
@example(seed=87, alpha=0.0, n_best=1, extra=1, src_len=2)
def test_a_beam_as_wide_as_the_space_finds_what_exhaustive_search_finds(
    seed: int, alpha: float, n_best: int, extra: int, src_len: int
) -> None:
    # Two free ids and at most 5 steps make at most 31 sentences.
    toy, src = Toy(6, seed), tuple(range(4, 4 + src_len))
    options = SearchOptions(
        40, alpha, n_best, max_ratio=0.5, max_extra=extra, forbidden=SPECIAL, prune=math.inf
    )
    expected = enumerate_all(toy, src, options)
    [found] = search(toy, [src], options)
    assert plain(found) == approx(expected[:n_best])


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), extra_forbidden=st.sets(st.integers(4, 7), max_size=2))
def test_forbidden_ids_leave_the_rest_of_the_space(seed: int, extra_forbidden: set[int]) -> None:
    toy, forbidden = Toy(8, seed), (*SPECIAL, *sorted(extra_forbidden))
    options = SearchOptions(100, 1.0, 100, max_ratio=0, max_extra=4, forbidden=forbidden)
    [found] = search(toy, [(4, 5)], options)
    assert plain(found) == approx(enumerate_all(toy, (4, 5), options))


@settings(max_examples=40)
@given(srcs=sources, seed=st.integers(0, 10**6), vocab_size=st.integers(5, 30))
def test_beam_1_is_greedy(srcs: list[tuple[int, ...]], seed: int, vocab_size: int) -> None:
    toy = Toy(vocab_size, seed)
    options = SearchOptions(1, max_ratio=1.5, max_extra=2, forbidden=SPECIAL)
    found = search(toy, srcs, options)
    assert [hyps[0].ids for hyps in found] == [greedy(toy, src, options) for src in srcs]


def beam_by_definition(toy: Toy, src: tuple[int, ...], beam_size: int, limit: int) -> set[object]:
    """Finished sentences of a beam that keeps `beam_size` unfinished ones at every step."""
    live, finished = [(SENTENCE_START, 0.0)], []
    for length in range(1, limit + 1):
        ids = range(EOS, toy.vocab_size) if length < limit else [EOS]
        grown = sorted(
            (
                ((*h, i), total + float(toy.log_probs(src, h)[i]))
                for h, total in live
                for i in ids
                if not loops((*h, i))
            ),
            key=lambda candidate: -candidate[1],
        )
        finished += [h[1:-1] for h, _ in grown[:beam_size] if h[-1] == EOS]
        live = [(h, total) for h, total in grown if h[-1] != EOS][:beam_size]
        if len(finished) >= beam_size:
            break
    return set(finished)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), beam_size=st.integers(1, 6), extra=st.integers(1, 6))
def test_a_narrow_beam_keeps_the_best_unfinished_hypotheses(
    seed: int, beam_size: int, extra: int
) -> None:
    options = SearchOptions(beam_size, 1.0, 99, 0, extra, SPECIAL)
    [found] = search(Toy(9, seed), [(4,)], options)
    expected = beam_by_definition(Toy(9, seed), (4,), beam_size, extra)
    assert {hyp.ids for hyp in found} == expected


@settings(max_examples=40)
@given(
    srcs=sources,
    seed=st.integers(0, 10**6),
    beam_size=st.integers(1, 9),
    alpha=st.sampled_from([0.0, 1.0]),
)
def test_results_do_not_depend_on_what_else_is_in_the_batch(
    srcs: list[tuple[int, ...]], seed: int, beam_size: int, alpha: float
) -> None:
    toy = Toy(9, seed)
    options = SearchOptions(beam_size, alpha, beam_size, 1.0, 2, SPECIAL, attention=True)
    together = search(toy, srcs, options)
    alone = [search(toy, [src], options)[0] for src in srcs]
    assert together == alone
    for ours, theirs in zip(itertools.chain(*together), itertools.chain(*alone), strict=True):
        np.testing.assert_array_equal(ours.attention, theirs.attention)


@settings(max_examples=40)
@given(srcs=sources, seed=st.integers(0, 10**6), beam_size=st.integers(1, 12))
def test_hypotheses_are_sorted_distinct_within_limits_and_scored_as_the_model_scores_them(
    srcs: list[tuple[int, ...]], seed: int, beam_size: int
) -> None:
    toy = Toy(7, seed)
    options = SearchOptions(beam_size, 0.8, beam_size, 1.0, 3, SPECIAL, attention=True)
    for src, hyps in zip(srcs, search(toy, srcs, options), strict=True):
        assert 1 <= len(hyps) <= beam_size
        assert [h.score for h in hyps] == sorted((h.score for h in hyps), reverse=True)
        assert len({h.ids for h in hyps}) == len(hyps)
        for hyp in hyps:
            history = (BOS, *hyp.ids)
            assert len(history) <= len(src) + 3
            assert not {*SPECIAL, EOS} & set(hyp.ids)
            steps = [history[: i + 1] for i in range(len(history))]
            known = sum(
                float(toy.log_probs(src, step)[i])
                for step, i in zip(steps, (*hyp.ids, EOS), strict=True)
            )
            assert hyp.log_prob == pytest.approx(known, abs=1e-4)
            assert hyp.score == pytest.approx(known / ((5 + len(history)) / 6) ** 0.8, abs=1e-4)
            assert hyp.attention is not None
            assert hyp.attention.tolist() == [toy.attend(step) for step in steps]


def owed_by_definition(
    toy: Toy, src: tuple[int, ...], limit: int, owed: dict[int, int]
) -> dict[tuple[int, ...], float]:
    """Every sentence that has each symbol as often as it is owed, and its total.

    With symbols owed, ending's log-probability less `LATE` goes to each if it is above its own.
    """
    found = {}
    for length in range(limit):
        for ids in itertools.product(range(EOS + 1, toy.vocab_size), repeat=length):
            if loops(ids, list(owed)) or any(ids.count(i) != n for i, n in owed.items()):
                continue
            total, left, fits = 0.0, dict(owed), True
            for place, i in enumerate((*ids, EOS)):
                scores = toy.log_probs(src, (BOS, *ids[:place]))
                number = sum(left.values())
                fits = fits and (i in owed or not number or number + 1 < limit - place)
                total += max(scores[i], scores[EOS] - LATE) if i in owed else scores[i]
                left |= {i: left[i] - 1} if i in owed else {}
            if fits:
                found[ids] = total
    return found


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    extra=st.integers(1, 5),
    counts=st.lists(st.integers(0, 2), min_size=2, max_size=2),
)
def test_a_wide_beam_finds_every_sentence_that_has_what_is_owed(
    seed: int, extra: int, counts: list[int]
) -> None:
    toy, limit = Toy(7, seed), max(extra, sum(counts) + 1)
    options = SearchOptions(400, 0, 400, max_ratio=0, max_extra=extra, forbidden=SPECIAL)
    [found] = search(toy, [(4,)], options, Owed((5, 6), np.asarray([counts])))
    expected = owed_by_definition(toy, (4,), limit, dict(zip((5, 6), counts, strict=True)))
    assert {hyp.ids: hyp.log_prob for hyp in found} == pytest.approx(expected, abs=1e-4)
    assert found


@settings(max_examples=40)
@given(
    srcs=sources,
    seed=st.integers(0, 10**6),
    beam_size=st.integers(1, 5),
    data=st.data(),
)
def test_whatever_the_model_each_symbol_comes_as_often_as_it_is_owed_and_nothing_loops(
    srcs: list[tuple[int, ...]], seed: int, beam_size: int, data: st.DataObject
) -> None:
    symbols = (5, 9, 7)
    counts = [[data.draw(st.integers(0, 4)) for _ in symbols] for _ in srcs]
    options = SearchOptions(beam_size, 1.0, beam_size, 1.5, 1, SPECIAL)
    together = search(Toy(12, seed), srcs, options, Owed(symbols, np.asarray(counts)))
    for src, owed, hyps in zip(srcs, counts, together, strict=True):
        assert hyps
        for hyp in hyps:
            assert [hyp.ids.count(symbol) for symbol in symbols] == owed
            assert len(hyp.ids) < max(int(1.5 * len(src)) + 1, sum(owed) + 1)
            assert not loops(hyp.ids, symbols)
        alone = search(Toy(12, seed), [src], options, Owed(symbols, np.asarray([owed])))
        assert alone == [hyps]


def test_a_model_that_wants_to_end_writes_what_is_owed_there() -> None:
    class Short(Toy):
        def log_probs(self, src: tuple[int, ...], history: tuple[int, ...]) -> NDArray[np.float32]:
            scores = np.full(self.vocab_size, -9, np.float32)
            scores[EOS if len(history) > 2 else 4] = -0.1
            return scores

    [[found]] = search(Short(8), [(4,)], SearchOptions(1), Owed((6, 7), np.asarray([[1, 1]])))
    assert found.ids in {(4, 4, 6, 7), (4, 4, 7, 6)}


def test_counts_must_belong_to_the_symbols() -> None:
    with pytest.raises(ValueError, match="counts for 2 symbols"):
        Owed((5, 6), np.zeros((1, 3), np.int64))


@settings(max_examples=200)
@given(st.lists(st.integers(4, 6), max_size=24))
def test_without_loops_nothing_comes_three_times_and_the_rest_stays(ids: list[int]) -> None:
    once = without_loops(ids)
    assert not loops(once)
    assert loops(ids) or once == ids
    assert without_loops([*ids, 7], symbols=(4, 5, 6, 7)) == [*ids, 7]


def test_each_source_has_its_own_limit() -> None:
    class Endless(Toy):
        def log_probs(self, src: tuple[int, ...], history: tuple[int, ...]) -> NDArray[np.float32]:
            # 4 and 5 by Thue and Morse, whose sequence has nothing three times in a row.
            scores = np.full(self.vocab_size, -9, np.float32)
            scores[4 + (len(history) - 1).bit_count() % 2] = -0.1
            return scores

    srcs: list[tuple[int, ...]] = [(), (4,) * 3, (4,) * 5]
    found = search(Endless(), srcs, SearchOptions(1, max_ratio=1.5, max_extra=1))
    # EOS is one of the ids counted: 1, 5 and 8 in all.
    assert [len(hyps[0].ids) for hyps in found] == [0, 4, 7]


def test_no_sources_no_results_and_no_attention_unless_asked() -> None:
    assert search(Toy(), [], SearchOptions()) == []
    assert search(Toy(), [(4,)], SearchOptions())[0][0].attention is None


def test_a_model_without_numbers_ends_and_finds_nothing() -> None:
    class Diverged(Toy):
        def log_probs(self, src: tuple[int, ...], history: tuple[int, ...]) -> NDArray[np.float32]:
            return np.full(self.vocab_size, np.nan, np.float32)

    assert search(Diverged(), [(4,)], SearchOptions(3)) == [[]]


def test_the_models_own_arrays_are_left_alone() -> None:
    class Stored(Toy):
        def step(
            self, memory: Histories, ids: NDArray[np.int64]
        ) -> tuple[NDArray[np.float32], NDArray[np.float32], Histories]:
            scores = np.full((len(ids), 6), -1.0, np.float32)
            scores.flags.writeable = False
            return scores, np.zeros((len(ids), 1), np.float32), memory

    assert len(search(Stored(), [(4,)], SearchOptions(2, forbidden=SPECIAL))[0]) == 1


@pytest.mark.parametrize(
    ("length", "alpha", "expected"),
    [
        # Wu et al. 2016, equation 14, computed by hand.
        (1, 1.0, 1.0),
        (7, 1.0, 2.0),
        (7, 0.5, math.sqrt(2)),
        (13, 2.0, 9.0),
        (10, 0.6, 1.7328621),
    ],
)
def test_gnmt_penalty(length: int, alpha: float, expected: float) -> None:
    assert penalty(length, alpha) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    "values",
    [
        {"beam_size": 0},
        {"n_best": 0},
        {"max_ratio": math.inf},
        {"length_penalty": -0.1},
        {"length_penalty": math.nan},
        {"forbidden": (EOS,)},
    ],
)
def test_options_nothing_can_be_found_with_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(values)) + "|forbidden"):
        SearchOptions(**values)  # type: ignore[arg-type]
