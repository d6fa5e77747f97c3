"""Sentence pairs to padded batches of piece ids, with `tf.data`, repeatable by (seed, epoch)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from nmt.subword import BOS, EOS, Subword

CHUNK = 2000
FINAL = ".?!।"
"""What ends a sentence, and what people leave out."""
BOUNDARIES = (4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20, 25, 32, 48, 64, 96, 128, 256, 512, 1024)


def training_batches(
    srcs: Sequence[str],
    trgs: Sequence[str],
    subwords: tuple[Subword, Subword],
    *,
    batch_tokens: int,
    sampling: tuple[float, float],
    unpunctuated: float,
    seed: int,
    epoch: int,
) -> tf.data.Dataset:
    """Return one epoch of batches `(src, trg)`, a pure function of the arguments.

    `src` is `[batch, src_len]`, ends in `EOS`; `trg` is `[batch, trg_len]`, from `BOS` to `EOS`;
    both are padded on the right with `PAD`. Every pair occurs once, segmented anew each epoch by
    the `sampling` of its side (source, target); no batch holds more than about `batch_tokens` ids
    a side, padding included. Of the sources the share `unpunctuated` has no final punctuation, as
    people type.
    """
    random = np.random.default_rng((seed, epoch))
    order = random.permutation(len(srcs))
    without = random.random(len(srcs)) < unpunctuated
    srcs = [bare(srcs[i]) if without[i] else srcs[i] for i in order]
    trgs = [trgs[i] for i in order]
    pairs = _pairs(srcs, trgs, subwords, sampling, seed, epoch)
    return _bucketed(pairs, batch_tokens).prefetch(16)


def plain_batches(
    srcs: Sequence[str],
    trgs: Sequence[str],
    subwords: tuple[Subword, Subword],
    batch_tokens: int,
) -> tf.data.Dataset:
    """Return batches as `training_batches` does, in file order and without sampling."""
    return _bucketed(_pairs(srcs, trgs, subwords, (0, 0), 0, 0), batch_tokens)


def bare(text: str) -> str:
    """Return the text without its final punctuation; one of nothing else as it is."""
    return text.rstrip(FINAL) or text


# Nothing here is tuned, and after the last batch the thread that would do so is waited for: for as
# long as it sleeps, up to a minute.
_UNTUNED = tf.data.Options()
_UNTUNED.autotune.enabled = False

_RAGGED = tf.RaggedTensorSpec([None, None], tf.int32)


def _pairs(*arguments: Any) -> tf.data.Dataset:
    """Return the pairs of `_sampled_chunks(*arguments)`, made anew each time they are read."""
    chunks = tf.data.Dataset.from_generator(
        lambda: _sampled_chunks(*arguments), output_signature=(_RAGGED, _RAGGED)
    )
    return chunks.unbatch()


def _sampled_chunks(
    srcs: Sequence[str],
    trgs: Sequence[str],
    subwords: tuple[Subword, Subword],
    sampling: tuple[float, float],
    seed: int,
    epoch: int,
) -> Iterator[tuple[tf.RaggedTensor, tf.RaggedTensor]]:
    seeds = np.random.SeedSequence((seed, epoch)).generate_state(2 * (len(srcs) // CHUNK + 1))
    for number, start in enumerate(range(0, len(srcs), CHUNK)):
        src_ids, trg_ids = (
            subwords[side].sample(
                texts[start : start + CHUNK], sampling[side], int(seeds[2 * number + side])
            )
            for side, texts in enumerate((srcs, trgs))
        )
        yield (
            _ragged([[*ids, EOS] for ids in src_ids]),
            _ragged([[BOS, *ids, EOS] for ids in trg_ids]),
        )


def _ragged(rows: list[list[int]]) -> tf.RaggedTensor:
    flat = np.fromiter((i for row in rows for i in row), np.int32)
    return tf.RaggedTensor.from_row_lengths(flat, [len(row) for row in rows])


def _bucketed(pairs: tf.data.Dataset, batch_tokens: int) -> tf.data.Dataset:
    """Group pairs of like length, so that little of a batch is padding."""
    pairs = pairs.with_options(_UNTUNED).map(lambda src, trg: (tf.identity(src), tf.identity(trg)))
    return pairs.bucket_by_sequence_length(
        element_length_func=lambda src, trg: tf.maximum(tf.size(src), tf.size(trg)),
        bucket_boundaries=[boundary + 1 for boundary in BOUNDARIES],
        bucket_batch_sizes=[
            max(1, batch_tokens // boundary) for boundary in (*BOUNDARIES, 2 * BOUNDARIES[-1])
        ],
    )
