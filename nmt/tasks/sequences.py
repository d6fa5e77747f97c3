"""Integer sequences through the translator's own model: teacher forcing, decoding step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from nmt.config import ModelOptions, TrainingOptions
from nmt.model import Learner, Model
from nmt.subword import PAD
from nmt.tasks.options import SequenceOptions
from nmt.tasks.result import Check, Example, HeatMap, Trial

START = 0
"""The integer that starts the decoder."""
WARMUP = 20
"""Steps until the learning rate is at its highest."""

Array = np.ndarray
Sequences = Callable[[np.random.Generator, int], tuple[Array, Array]]
"""Draws a number of pairs: source `[pairs, src_len]` and target `[pairs, trg_len]`, integers."""


class Decoding(NamedTuple):
    """What the decoder wrote, and what it looked at meanwhile."""

    values: Array
    """integers, `[batch, trg_len]`"""
    attention: Array
    """`[batch, trg_len, src_len]`"""


@dataclass(frozen=True)
class Learned:
    """A trained model on sequences it has never seen."""

    trial: Trial
    parameters: int
    source: Array
    target: Array
    decoding: Decoding
    padded: Decoding
    """the same sequences with as much padding behind them as they are long"""
    uniform: float
    """exact match when every source position gets the same attention"""


def learn(options: SequenceOptions, draw: Sequences, attention: str, seed: int) -> Learned:
    """Train a model of the translator's kind on new pairs, then decode ones it has not seen.

    The same seed gives the same pairs and the same model.
    """
    rng = np.random.default_rng(seed)
    source, target = draw(rng, options.pairs + options.new)
    started = time.perf_counter()
    keras.utils.set_random_seed(seed)
    model = _model(options, attention)
    seen, losses = _train(model, options, source[: options.pairs], target[: options.pairs])
    source, target = source[options.pairs :], target[options.pairs :]
    decoding = decode(model, source, target.shape[1])
    seconds = time.perf_counter() - started
    flat = decode(model, source, target.shape[1], uniform=True)
    return Learned(
        Trial(exact_match(decoding.values, target), seconds, seen, losses),
        model.count_params(),
        source,
        target,
        decoding,
        decode(model, source, target.shape[1], padding=options.length),
        exact_match(flat.values, target),
    )


def decode(
    model: Model, source: Array, trg_len: int, *, padding: int = 0, uniform: bool = False
) -> Decoding:
    """Decode integers `[batch, src_len]` greedily: the encoder once, then `trg_len` single steps.

    Each step sees what the one before it chose, never the target. `padding` columns are put behind
    the source. With `uniform` every source position looks alike to the attention.
    """
    src = tf.constant(np.pad(_ids(source), ((0, 0), (0, padding)), constant_values=PAD))
    encoded = model.encoder(src)
    keys, state = model.decoder.keys(encoded), model.decoder.start(encoded)
    if uniform:
        keys = tf.zeros_like(keys)
    last = tf.fill([len(source), 1], _ids(START))
    values, attention = [], []
    for _ in range(trg_len):
        decoded = model.decoder(last, state, encoded, keys)
        state = decoded.state
        # Id 0 is padding, which no sequence contains.
        last = 1 + tf.argmax(decoded.logits[:, :, 1:], axis=-1, output_type=tf.int32)
        values.append(last[:, 0] - 1)
        attention.append(decoded.attention[:, 0])
    return Decoding(np.stack(values, axis=1), np.stack(attention, axis=1))


def exact_match(values: Array, target: Array) -> float:
    """Return the share of sequences of which every integer is right."""
    return float((values == target).all(axis=1).mean())


def alignment(decoding: Decoding, positions: Array) -> float:
    """Return the mean attention of the first target integers to the source `positions`."""
    rows = np.arange(len(positions))
    return float(decoding.attention[:, rows, positions].mean())


def attention_checks(learned: list[Learned], positions: Array, standard: bool) -> list[Check]:
    """Return what must hold if attention works, over all repeats.

    `positions` are the source positions that the first target integers copy. What depends on how
    well a model has learned is only required at `standard` sizes.
    """
    src_len = learned[0].source.shape[1]
    weights = np.concatenate([each.padded.attention for each in learned])
    changed = [np.any(each.padded.values != each.decoding.values, axis=1) for each in learned]
    checks = [
        Check("attention to padding", float(weights[:, :, src_len:].max()), at_most=0),
        Check(
            "attention to real positions, off from one",
            float(np.abs(weights[:, :, :src_len].sum(-1) - 1).max()),
            at_most=1e-5,
        ),
        Check("sequences that padding changes", float(np.mean(changed)), at_most=0),
    ]
    if standard:
        aligned = np.mean([alignment(each.decoding, positions) for each in learned])
        flat = np.mean([each.uniform for each in learned])
        checks += [
            Check("attention to the integer being copied", float(aligned), at_least=0.7),
            Check("exact match if attention is uniform", float(flat), at_most=0.8),
        ]
    return checks


def examples(learned: Learned, count: int = 10) -> tuple[Example, ...]:
    """Return the first decoded sequences as texts."""
    rows = zip(learned.source, learned.target, learned.decoding.values, strict=True)
    texts = [Example(*(" ".join(map(str, values)) for values in row)) for row in rows]
    return tuple(texts[:count])


def heat_map(learned: Learned) -> HeatMap:
    """Return the attention of the first decoded sequence."""
    source, target = learned.source[0], learned.decoding.values[0]
    return HeatMap(learned.decoding.attention[0], tuple(map(str, source)), tuple(map(str, target)))


def _ids(values: Array | int) -> Array:
    return np.asarray(values + 1, np.int32)


def _model(options: SequenceOptions, attention: str) -> Model:
    vocab_size = options.cardinality + 2
    sizes = ModelOptions(
        attention=attention,
        cell="lstm",
        embedding=options.embedding,
        encoder_layers=1,
        encoder_units=options.units // 2,
        decoder_layers=1,
        decoder_units=options.units,
        dropout=0.0,
    )
    return Model(sizes, vocab_size, vocab_size)


def _train(
    model: Model, options: SequenceOptions, source: Array, target: Array
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Show each pair once; return how many were seen at each loss, and the losses."""
    learner = Learner(model, TrainingOptions(label_smoothing=0.0))
    src, trg = _ids(source), _ids(np.pad(target, ((0, 0), (1, 0)), constant_values=START))
    steps, size = len(src) // options.batch_size, options.batch_size
    losses = []
    name = f"{model.decoder.attention.kind} attention"
    for step in tqdm(range(steps), desc=name, unit=" batches", leave=False, disable=None):
        rate = options.learning_rate * min(1, (step + 1) / WARMUP) * (1 - step / steps)
        batch = slice(step * size, (step + 1) * size)
        loss, integers = learner.step(tf.constant(src[batch]), tf.constant(trg[batch]), rate)
        losses.append(loss / integers)
    return tuple(range(size, steps * size + 1, size)), tuple(losses)
