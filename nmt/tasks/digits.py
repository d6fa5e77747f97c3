"""Digits: the difference of two numbers hidden among ten digits, and which digits are looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from nmt.attention import Attention
from nmt.encoder import recurrent
from nmt.tasks.options import DigitsOptions, is_quick, is_standard
from nmt.tasks.pooling import Learned, Pooling, learn, real_positions, worst
from nmt.tasks.result import Bars, Check, Example, ModelResult, TaskResult, Trial

PUBLISHED = {"MLP, input attention": 1.7e-3, "LSTM, time-step attention": 4.0e-6}
QUICK_MSE = {"MLP, input attention": 1.7e-3, "LSTM, time-step attention": 1e-3}
"""What the quick sizes must reach; the mean of the targets has 5.6e-2."""
INFORMATIVE = (1, 2, 3, 5, 6, 7)
KINDS = 10
SHARPNESS = 10.0
"""With 5 the LSTM needed three times the sequences."""


class InputAttention(keras.Model):
    """Each digit is multiplied by its attention; two dense layers see the products.

    The query is the whole sequence, the keys stand for the positions alone.
    """

    def __init__(self, options: DigitsOptions) -> None:
        """Make the layers."""
        super().__init__(name="input_attention")
        self.length = options.length
        self.attention = Attention(
            "general", query_size=options.length + 1, memory_size=options.length, units=1
        )
        self.hidden = keras.layers.Dense(options.units, "relu")
        self.output_layer = keras.layers.Dense(1)

    def call(
        self, digits: tf.Tensor, padding: int = 0, uniform: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return predictions `[batch]` and attention `[batch, src_len]` of integers."""
        scaled = tf.cast(digits, tf.float32) / (KINDS - 1)  # [batch, src_len]
        batch, src_len = tf.shape(digits)[0], tf.shape(digits)[1]
        places = tf.repeat(tf.one_hot(tf.range(src_len), self.length)[None], batch, axis=0)
        keys = self.attention.keys(places) * (0.0 if uniform else 1.0)
        query = tf.concat([scaled[:, : self.length], tf.ones([batch, 1])], axis=-1)
        memory = places * scaled[:, :, None]  # [batch, src_len, length]
        mask = real_positions(digits, padding)
        context, weights = self.attention(query[:, None], keys, memory, mask)
        return self.output_layer(self.hidden(context[:, 0]))[:, 0], weights[:, 0]


class StepAttention(keras.Model):
    """An LSTM reads the digits; attention pools its outputs for two dense layers."""

    def __init__(self, options: DigitsOptions) -> None:
        """Make the layers."""
        super().__init__(name="step_attention")
        self.lstm = recurrent("lstm", options.units, "lstm")
        self.lstm.build((None, None, KINDS))
        _forget(self.lstm.cell)
        self.pooling = Pooling(
            steps=options.length,
            units=options.units,
            queries=options.queries,
            sharpness=SHARPNESS,
        )
        self.hidden = keras.layers.Dense(options.units, "relu")
        self.output_layer = keras.layers.Dense(1)

    def call(
        self, digits: tf.Tensor, padding: int = 0, uniform: bool = False
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return predictions `[batch]` and mean attention `[batch, src_len]` of integers."""
        memory = self.lstm(tf.one_hot(digits, KINDS))[0]  # [batch, src_len, units]
        mask = real_positions(digits, padding)
        context, weights = self.pooling(memory, mask, uniform=uniform)
        return self.output_layer(self.hidden(context))[:, 0], weights


def _forget(cell: keras.layers.LSTMCell) -> None:
    """Make each output stand for its own digit first of all, little of those before mixed in.

    Attention can then pick digits one by one; with Keras's own weights it learned at a third of
    the speed.
    """
    cell.recurrent_kernel.assign(cell.recurrent_kernel * 0.1)
    gates = np.split(cell.bias.numpy(), 4)  # input, forget, candidate, output
    gates[1] = gates[1] * 0 - 1
    cell.bias.assign(np.concatenate(gates))


def run(options: DigitsOptions, repeats: int) -> TaskResult:
    """Train both models; compare both with predicting the mean of the training targets."""
    models, checks, bars = [], [], []
    standard, quick = is_standard("digits", options), is_quick("digits", options)
    for name, kind in zip(PUBLISHED, (InputAttention, StepAttention), strict=True):
        learned = [_learn(options, kind, options.seed + i) for i in range(repeats)]
        trials = tuple(each.trial for each in learned)
        model = ModelResult(name, PUBLISHED[name], learned[0].parameters, trials)
        models.append(model)
        if standard:
            most = QUICK_MSE[name] if quick else PUBLISHED[name]
            checks.append(Check(f"{name}: MSE", float(model.scores.mean()), at_most=most))
        checks += worst(learned, name)
        weights = np.mean([each.weights.mean(axis=0) for each in learned], axis=0)
        bars.append(Bars(name, weights, INFORMATIVE))
    inputs, targets = make_digits(options, options.seed)
    mean = np.mean((targets[options.pairs :] - targets[: options.pairs].mean()) ** 2)
    models.insert(0, ModelResult("the training mean", None, 0, (Trial(float(mean), 0.0),)))
    shown = _examples(inputs[options.pairs :], targets[options.pairs :], learned[0].predicted)
    return TaskResult("digits", "MSE", tuple(models), tuple(checks), shown, bars=tuple(bars))


def make_digits(options: DigitsOptions, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return `pairs + new` sequences of digits and |v[1:4] - v[5:8]| / 1000 of each."""
    rng = np.random.default_rng(seed)
    digits = rng.integers(0, KINDS, (options.pairs + options.new, options.length), np.int32)
    places = np.array([100, 10, 1])
    return digits, np.abs(digits[:, 1:4] @ places - digits[:, 5:8] @ places) / 1000


def _learn(
    options: DigitsOptions, kind: Callable[[DigitsOptions], keras.Model], seed: int
) -> Learned:
    inputs, targets = make_digits(options, seed)
    known = inputs[: options.pairs], targets[: options.pairs]
    new = inputs[options.pairs :], targets[options.pairs :]
    standard = is_standard("digits", options)
    return learn(partial(kind, options), options, known, new, standard=standard, seed=seed)


def _examples(
    inputs: np.ndarray, targets: np.ndarray, predicted: np.ndarray, count: int = 10
) -> tuple[Example, ...]:
    rows = zip(inputs[:count], targets[:count], predicted[:count], strict=True)
    return tuple(
        Example(" ".join(map(str, digits)), f"{target:.3f}", f"{guess:.4f}")
        for digits, target, guess in rows
    )
