"""Fibonacci: the next number of the scaled sequence, from the smallest of recurrent networks."""

from __future__ import annotations

import time
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from nmt.tasks.options import TRAIN_SHARE, FibonacciOptions, is_standard
from nmt.tasks.pooling import Measured, Pooling, fit, measure, worst
from nmt.tasks.result import Bars, Check, Example, ModelResult, TaskResult, Trial

PUBLISHED = {"without attention": 2.6e-5, "with attention": 9.1e-6}
SPLIT_SEED = 13
"""The tutorial's, so that the same windows are tested on."""


class Windows(NamedTuple):
    """Windows `[windows, length, 1]` and the number after each, in two parts."""

    train: np.ndarray
    train_next: np.ndarray
    test: np.ndarray
    test_next: np.ndarray


class Forecaster(keras.Model):
    """A SimpleRNN, whose last state or pooled states a linear layer turns into the next number."""

    def __init__(self, options: FibonacciOptions, attention: bool) -> None:
        """Make the layers."""
        super().__init__(name="with_attention" if attention else "without_attention")
        self.rnn = keras.layers.SimpleRNN(options.units, return_sequences=True)
        self.pooling = Pooling(steps=options.length, units=options.units) if attention else None
        self.output_layer = keras.layers.Dense(1)

    def call(
        self, windows: tf.Tensor, padding: int = 0, uniform: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return predictions `[batch]` and attention `[batch, src_len]` (zeros without)."""
        hidden = self.rnn(windows)  # [batch, src_len, units]
        batch, src_len = tf.shape(hidden)[0], tf.shape(hidden)[1]
        real = tf.range(src_len) < src_len - padding
        if self.pooling is None:
            context, weights = hidden[:, src_len - padding - 1], tf.zeros([batch, src_len])
        else:
            mask = tf.repeat(real[None], batch, axis=0)
            context, weights = self.pooling(hidden, mask, uniform=uniform)
        return self.output_layer(context)[:, 0], weights


def run(options: FibonacciOptions, repeats: int) -> TaskResult:
    """Train with and without attention; compare both with predicting the training mean."""
    windows = make_windows(options)
    mean = float(np.mean((windows.test_next - windows.train_next.mean()) ** 2))
    models, measured = [ModelResult("the training mean", None, 0, (Trial(mean, 0.0),))], []
    for name, attention in (("without attention", False), ("with attention", True)):
        trained = [_learn(options, windows, attention, options.seed + i) for i in range(repeats)]
        trials = tuple(trial for trial, _, _ in trained)
        models.append(ModelResult(name, PUBLISHED[name], trained[0][2], trials))
        measured = [each for _, each, _ in trained]
    checks = worst(measured, "with attention")
    if is_standard("fibonacci", options):
        for model in models[:0:-1]:
            mse = float(model.scores.mean())
            checks.insert(0, Check(f"{model.name}: MSE", mse, at_most=PUBLISHED[model.name]))
    weights = np.mean([each.weights.mean(axis=0) for each in measured], axis=0)
    # A Fibonacci number is the sum of the two before it.
    bars = Bars("attention to each step", weights, (options.length - 2, options.length - 1))
    shown = _examples(windows, measured[0].predicted)
    return TaskResult("fibonacci", "MSE", tuple(models), tuple(checks), shown, bars=(bars,))


def make_windows(options: FibonacciOptions) -> Windows:
    """Return the windows over the sequence 1, 2, 3, 5, … scaled to lie between 0 and 1."""
    sequence = [1, 2]
    while len(sequence) < options.numbers:
        sequence.append(sequence[-2] + sequence[-1])
    # Integers of hundreds of digits, so that Python divides them, not NumPy.
    scaled = np.array([(n - 1) / (sequence[-1] - 1) for n in sequence])
    count = options.numbers - options.length
    inputs = np.lib.stride_tricks.sliding_window_view(scaled[:-1], options.length)
    inputs, following = inputs[..., None].astype(np.float32), scaled[options.length :]
    order = np.random.RandomState(SPLIT_SEED).permutation(count)
    train, test = np.split(order, [int(TRAIN_SHARE * count)])
    return Windows(inputs[train], following[train], inputs[test], following[test])


def _learn(
    options: FibonacciOptions, windows: Windows, attention: bool, seed: int
) -> tuple[Trial, Measured, int]:
    started = time.perf_counter()
    keras.utils.set_random_seed(seed)
    model = Forecaster(options, attention)
    seen, losses = fit(
        model,
        windows.train,
        windows.train_next,
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        seed=seed,
    )
    unseen = windows.test, windows.test_next
    measured = measure(model, *unseen, is_standard("fibonacci", options))
    seconds = time.perf_counter() - started
    return Trial(measured.mse, seconds, seen, losses), measured, model.count_params()


def _examples(windows: Windows, predicted: np.ndarray, count: int = 10) -> tuple[Example, ...]:
    """Return the windows before the largest numbers; nearly all others are zero to four digits."""
    largest = np.argsort(windows.test_next)[::-1][:count]
    return tuple(
        Example(
            "… " + " ".join(f"{value:.6f}" for value in windows.test[i, -3:, 0]),
            f"{windows.test_next[i]:.6f}",
            f"{predicted[i]:.6f}",
        )
        for i in largest
    )
