"""Fibonacci: the next number of the scaled sequence, from the smallest of recurrent networks."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from nmt.tasks.options import TRAIN_SHARE, FibonacciOptions, is_standard
from nmt.tasks.pooling import Learned, Pooling, learn, real_positions, worst
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
        mask = real_positions(hidden, padding)  # [batch, src_len]
        if self.pooling is None:
            context, weights = hidden[:, -padding - 1], tf.zeros_like(mask, tf.float32)
        else:
            context, weights = self.pooling(hidden, mask, uniform=uniform)
        return self.output_layer(context)[:, 0], weights


def run(options: FibonacciOptions, repeats: int) -> TaskResult:
    """Train with and without attention; compare both with predicting the training mean."""
    windows = make_windows(options)
    mean = float(np.mean((windows.test_next - windows.train_next.mean()) ** 2))
    models = [ModelResult("the training mean", None, 0, (Trial(mean, 0.0),))]
    for name, attention in (("without attention", False), ("with attention", True)):
        learned = [_learn(options, windows, attention, options.seed + i) for i in range(repeats)]
        trials = tuple(each.trial for each in learned)
        models.append(ModelResult(name, PUBLISHED[name], learned[0].parameters, trials))
    checks = worst(learned, "with attention")
    if is_standard("fibonacci", options):
        for model in models[:0:-1]:
            mse = float(model.scores.mean())
            checks.insert(0, Check(f"{model.name}: MSE", mse, at_most=PUBLISHED[model.name]))
    weights = np.mean([each.weights.mean(axis=0) for each in learned], axis=0)
    # A Fibonacci number is the sum of the two before it.
    bars = Bars("attention to each step", weights, (options.length - 2, options.length - 1))
    shown = _examples(windows, learned[0].predicted)
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


def _learn(options: FibonacciOptions, windows: Windows, attention: bool, seed: int) -> Learned:
    make, standard = partial(Forecaster, options, attention), is_standard("fibonacci", options)
    return learn(make, options, windows[:2], windows[2:], standard=standard, seed=seed)


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
