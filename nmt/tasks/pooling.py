"""Attention that pools a sequence into one vector, and how the models with it are trained."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from nmt.attention import Attention
from nmt.tasks.options import DigitsOptions, FibonacciOptions
from nmt.tasks.result import Check, Trial

Data = tuple[np.ndarray, np.ndarray]
"""Inputs `[inputs, src_len, ...]` and the number that belongs to each, `[inputs]`."""
WARMUP = 20
"""Steps until the learning rate is at its highest."""
LONG = 1000
"""Steps from which on XLA, which takes seconds to join the many small operations, saves more."""


class Pooling(keras.layers.Layer):
    """The translator's attention with queries that are constant: softmax(w·h_t + b_t), summed.

    It is Luong's `general` score between one-hot queries and memories that know their position:
    the key kernel holds for each query a weight a unit and a bias a position, which is what the
    tutorials build by hand. `sharpness` multiplies the scores: from the same small weights it
    makes attention move faster.
    """

    def __init__(
        self, *, steps: int, units: int, queries: int = 1, sharpness: float = 1.0, **kwargs: Any
    ) -> None:
        """Make the weights for `steps` positions of `units` floats each."""
        super().__init__(**kwargs)
        self.steps, self.queries, self.sharpness = steps, queries, sharpness
        self.attention = Attention(
            "general", query_size=queries, memory_size=units + steps, units=1, name="attention"
        )

    def call(
        self, memory: tf.Tensor, mask: tf.Tensor, uniform: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return context `[batch, queries * units]` and mean weights `[batch, src_len]`.

        `memory` is `[batch, src_len, units]`; with `uniform` all positions look alike.
        """
        batch, src_len = tf.shape(memory)[0], tf.shape(memory)[1]
        places = tf.one_hot(tf.range(src_len), self.steps)  # [src_len, steps]
        places = tf.repeat(places[None], batch, axis=0)
        keys = self.attention.keys(tf.concat([memory, places], axis=-1))
        query = tf.repeat(self.sharpness * tf.eye(self.queries)[None], batch, axis=0)
        if uniform:
            keys = tf.zeros_like(keys)
        context, weights = self.attention(query, keys, memory, mask)
        context = tf.reshape(context, [batch, self.queries * memory.shape[-1]])
        return context, tf.reduce_mean(weights, axis=1)


def real_positions(inputs: tf.Tensor, padding: int) -> tf.Tensor:
    """Return the mask `[batch, src_len]` of inputs of which the last positions are padding."""
    batch, src_len = tf.shape(inputs)[0], tf.shape(inputs)[1]
    return tf.repeat(tf.range(src_len)[None] < src_len - padding, batch, axis=0)


@dataclass(frozen=True)
class Learned:
    """A trained model on inputs it has never seen."""

    trial: Trial
    parameters: int
    predicted: np.ndarray
    """`[inputs]`"""
    weights: np.ndarray
    """`[inputs, src_len]`"""
    checks: tuple[Check, ...]


def learn(
    make: Callable[[], keras.Model],
    options: DigitsOptions | FibonacciOptions,
    known: Data,
    new: Data,
    *,
    standard: bool,
    seed: int,
) -> Learned:
    """Make a model, train it on what is known, measure it on what is new.

    The model maps inputs `[batch, src_len, ...]`, the number of positions at their end that are
    padding, and whether attention is to be uniform, to predictions and weights. What depends on
    how well it has learned is only required at `standard` sizes. The same seed gives the same
    model.
    """
    started = time.perf_counter()
    keras.utils.set_random_seed(seed)
    model = make()
    seen, losses = _fit(model, known, options, seed)
    inputs, targets = new
    src_len = inputs.shape[1]
    padded = np.concatenate([inputs, np.zeros_like(inputs)], axis=1)
    (predicted, weights), (moved, spread), (flat, _) = (
        [np.asarray(part) for part in model(tf.constant(given), **how)]
        for given, how in (
            (inputs, {}),
            (padded, {"padding": src_len}),
            (inputs, {"uniform": True}),
        )
    )
    mse, uniform = (float(np.mean((found - targets) ** 2)) for found in (predicted, flat))
    trial = Trial(mse, time.perf_counter() - started, seen, losses)
    checks = [
        Check("attention to padding", float(spread[:, src_len:].max()), at_most=0),
        Check(
            "attention to real positions, off from one",
            float(np.abs(spread[:, :src_len].sum(-1) - 1).max()),
            at_most=1e-5,
        ),
        Check("change by padding", float(np.abs(moved - predicted).max()), at_most=1e-5),
    ]
    if standard:
        worse = uniform / mse
        checks.append(Check("MSE if attention is uniform, times as large", worse, at_least=2))
    return Learned(trial, model.count_params(), predicted, weights, tuple(checks))


def worst(learned: Sequence[Learned], name: str) -> list[Check]:
    """Return each check as it came out in the repeat where it came out worst."""
    found = []
    for checks in zip(*(each.checks for each in learned), strict=True):
        choose = max if np.isfinite(checks[0].at_most) else min
        check = choose(checks, key=lambda each: each.value)
        found.append(replace(check, what=f"{name}: {check.what}"))
    return found


def _fit(
    model: keras.Model, known: Data, options: DigitsOptions | FibonacciOptions, seed: int
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Train with Adam on the mean squared error; every input is seen once an epoch.

    The rate falls along half a cosine. Returns how many inputs were seen at each loss, and the
    losses: the mean of about a thirtieth of the training each.
    """
    inputs, _ = known
    model(inputs[:1])
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(len(inputs)) for _ in range(options.epochs)])
    batch_size, steps = options.batch_size, len(order) // options.batch_size
    step = np.arange(steps)
    rates = options.learning_rate * np.minimum(1, (step + 1) / WARMUP)
    rates = rates * (1 + np.cos(np.pi * step / steps))
    stretch = max(1, steps // 30)
    steps -= steps % stretch  # of one size, or XLA would compile it twice
    train = _training(model, known, jit_compile=steps >= LONG)
    seen, losses = [], []
    for start in tqdm(range(0, steps, stretch), desc=model.name, leave=False, disable=None):
        end = start + stretch
        batches = order[start * batch_size : end * batch_size].reshape(-1, batch_size)
        loss = train(tf.constant(batches), tf.constant(rates[start:end] / 2, tf.float32))
        seen.append(end * batch_size)
        losses.append(float(loss))
    return tuple(seen), tuple(losses)


def _training(
    model: keras.Model, known: Data, *, jit_compile: bool
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Return what learns from many batches in one call, given their indices and rates."""
    xs, ys = tf.constant(known[0]), tf.constant(known[1], tf.float32)
    weights = model.trainable_variables
    # Gradients change quickly at such rates; a short memory of their size follows better.
    optimizer = keras.optimizers.Adam(beta_2=0.99)
    optimizer.build(weights)

    def train(batches: tf.Tensor, rates: tf.Tensor) -> tf.Tensor:
        total = 0.0
        for i in tf.range(tf.shape(batches)[0]):
            optimizer.learning_rate.assign(rates[i])
            with tf.GradientTape() as tape:
                predicted, _ = model(tf.gather(xs, batches[i]))
                loss = tf.reduce_mean(tf.square(predicted - tf.gather(ys, batches[i])))
            optimizer.apply(tape.gradient(loss, weights), weights)
            total += loss
        return total / tf.cast(tf.shape(batches)[0], tf.float32)

    return tf.function(train, jit_compile=jit_compile)
