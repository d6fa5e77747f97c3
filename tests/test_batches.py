from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from nmt.batches import plain_batches, training_batches
from nmt.config import LanguageOptions
from nmt.dataset import Pairs, load_dataset
from nmt.subword import BOS, EOS, PAD, Subword, train_subword

SAMPLE = Path(__file__).parent.parent / "data" / "sample.tsv"
BUDGET = 500

Batch = tuple[NDArray[np.int32], NDArray[np.int32]]


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    whole = load_dataset(SAMPLE, LanguageOptions()).train
    return Pairs(whole.srcs[::2], whole.trgs[::2])


@pytest.fixture(scope="module")
def subwords(pairs: Pairs) -> tuple[Subword, Subword]:
    return train_subword(pairs.srcs, 400, "eng"), train_subword(pairs.trgs, 400, "mar")


def dataset(
    pairs: Pairs,
    subwords: tuple[Subword, Subword],
    *,
    epoch: int = 1,
    seed: int = 1,
    sampling: float = 0.2,
    budget: int = BUDGET,
    unpunctuated: float = 0.0,
) -> tf.data.Dataset:
    return training_batches(
        pairs.srcs,
        pairs.trgs,
        subwords,
        batch_tokens=budget,
        sampling=(sampling, sampling),
        unpunctuated=unpunctuated,
        seed=seed,
        epoch=epoch,
    )


def epoch(pairs: Pairs, subwords: tuple[Subword, Subword], **options: Any) -> list[Batch]:
    return [(src.numpy(), trg.numpy()) for src, trg in dataset(pairs, subwords, **options)]


def texts(batches: list[Batch], subwords: tuple[Subword, Subword]) -> Counter[tuple[str, str]]:
    return Counter(
        (subwords[0].decode(src), subwords[1].decode(trg))
        for batch in batches
        for src, trg in zip(*batch, strict=True)
    )


def same(one: list[Batch], other: list[Batch]) -> bool:
    return len(one) == len(other) and all(
        np.array_equal(a, b)
        for left, right in zip(one, other, strict=True)
        for a, b in zip(left, right, strict=True)
    )


def test_every_pair_occurs_once_an_epoch_and_stays_a_pair(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    expected = Counter(zip(pairs.srcs, pairs.trgs, strict=True))
    assert 2000 < len(pairs) < 4000  # two chunks, the last one not full
    assert texts(epoch(pairs, subwords), subwords) == expected
    plain = [
        (s.numpy(), t.numpy()) for s, t in plain_batches(pairs.srcs, pairs.trgs, subwords, BUDGET)
    ]
    assert texts(plain, subwords) == expected


def test_rows_begin_end_and_are_padded_on_the_right(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    for src, trg in epoch(pairs, subwords):
        assert len(src) == len(trg)
        assert (trg[:, 0] == BOS).all()
        assert not (src == BOS).any()
        for side, first in ((src, 0), (trg, 1)):
            for row in side.tolist():
                end = row.index(EOS)
                assert end >= first
                assert PAD not in row[:end]
                assert BOS not in row[first:]
                assert set(row[end + 1 :]) <= {PAD}
        # No column is padding only.
        assert (src[:, -1] != PAD).any()
        assert (trg[:, -1] != PAD).any()


def test_batches_keep_the_token_budget_and_use_it(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    batches = epoch(pairs, subwords)
    assert max(max(src.size, trg.size) for src, trg in batches) <= BUDGET
    fullest = [max(src.size, trg.size) / BUDGET for src, trg in batches]
    assert np.median(fullest) > 0.7


def test_little_of_a_batch_is_padding(pairs: Pairs, subwords: tuple[Subword, Subword]) -> None:
    batches = epoch(pairs, subwords)
    shares = [
        sum((batch[side] == PAD).sum() for batch in batches)
        / sum(batch[side].size for batch in batches)
        for side in (0, 1)
    ]
    assert max(shares) < 0.3
    # Without buckets it is more than twice as much.
    rows = [row for batch in batches for row in batch[1]]
    lengths = np.random.default_rng(0).permutation([(row != PAD).sum() for row in rows])
    groups = [lengths[i : i + 30] for i in range(0, len(lengths), 30)]
    unsorted = 1 - lengths.sum() / sum(len(group) * group.max() for group in groups)
    assert shares[1] < unsorted / 2


def test_order_and_segmentation_are_a_function_of_seed_and_epoch(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    first = epoch(pairs, subwords, epoch=2)
    assert same(first, epoch(pairs, subwords, epoch=2))
    assert not same(first, epoch(pairs, subwords, epoch=3))
    assert not same(first, epoch(pairs, subwords, epoch=2, seed=2))


def test_each_epoch_has_another_order_and_other_segmentations(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    def order(batches: list[Batch]) -> list[tuple[str, ...]]:
        return [tuple(subwords[1].decode(row) for row in trg) for _, trg in batches]

    def segmentations(batches: list[Batch]) -> dict[tuple[str, str], tuple[int, ...]]:
        return {
            (subwords[0].decode(s), subwords[1].decode(t)): tuple(i for i in t.tolist() if i != PAD)
            for src, trg in batches
            for s, t in zip(src, trg, strict=True)
        }

    one, two = epoch(pairs, subwords), epoch(pairs, subwords, epoch=2)
    assert not set(order(one)) & set(order(two))
    ours, theirs = segmentations(one), segmentations(two)
    assert sum(ours[pair] != theirs[pair] for pair in ours) > len(ours) / 4
    # Without sampling only the order changes.
    plain, later = (epoch(pairs, subwords, sampling=0, epoch=number) for number in (1, 2))
    assert segmentations(plain) == segmentations(later)
    assert len(set(order(plain)) & set(order(later))) < len(plain) / 20


def test_a_share_of_the_sources_is_read_as_people_type_without_the_final_stop(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    src_subword, trg_subword = subwords

    def texts(number: int) -> dict[str, str]:
        batches = epoch(pairs, subwords, epoch=number, sampling=0, unpunctuated=0.3)
        return {
            trg_subword.decode(t): src_subword.decode(s)
            for src, trg in batches
            for s, t in zip(src.tolist(), trg.tolist(), strict=True)
        }

    known = dict(zip(pairs.trgs, pairs.srcs, strict=True))
    one, two = texts(1), texts(2)
    assert one.keys() == known.keys()
    bare = {trg for trg, src in one.items() if src != known[trg]}
    assert all(one[trg] == known[trg].rstrip(".?!") for trg in bare)
    assert 0.25 < len(bare) / sum(src.endswith((".", "?", "!")) for src in known.values()) < 0.35
    assert bare != {trg for trg, src in two.items() if src != known[trg]}


def test_plain_batches_can_be_read_again_in_file_order(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    few = Pairs(pairs.srcs[:40], pairs.trgs[:40])
    dataset = plain_batches(few.srcs, few.trgs, subwords, 10**6)
    once, again = ([(s.numpy(), t.numpy()) for s, t in dataset] for _ in range(2))
    assert same(once, again)
    assert len(once) > 1
    for src, _ in once:
        places = [few.srcs.index(subwords[0].decode(row)) for row in src]
        assert places == sorted(places)


def test_no_thread_tunes_what_an_epoch_would_wait_for(
    pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    # It slept through the order to end, for up to 47 s after an epoch's last batch.
    for batches in (
        plain_batches(pairs.srcs, pairs.trgs, subwords, BUDGET),
        dataset(pairs, subwords),
    ):
        assert batches.options().autotune.enabled is False


@pytest.mark.parametrize("words", [90, 400, 3000])
def test_very_long_pairs_come_in_small_batches(
    words: int, pairs: Pairs, subwords: tuple[Subword, Subword]
) -> None:
    long = " ".join(["Tom"] * words)
    mixed = Pairs([*pairs.srcs[:50], *[long] * 9], [*pairs.trgs[:50], *["टॉम"] * 9])
    batches = epoch(mixed, subwords, budget=3000)
    assert texts(batches, subwords) == Counter(zip(mixed.srcs, mixed.trgs, strict=True))
    assert max(src.size for src, _ in batches) <= max(3000, 6 * words)
