"""The tutorial's encoder–decoder in plain Keras, to compare ours with in the same run.

One-hot integers, one LSTM to read them, one started from its last state to write them, `fit` once
over all pairs, and two more models over the same layers that decode step by step.
"""

from __future__ import annotations

import time

import keras
import numpy as np

from nmt.tasks.options import SequenceOptions
from nmt.tasks.result import Trial
from nmt.tasks.sequences import START, Sequences, exact_match


def learn_plainly(options: SequenceOptions, draw: Sequences) -> tuple[Trial, int]:
    """Return how the tutorial's model does, and its number of parameters.

    It sees `tutorial_pairs` pairs once, in batches of 32, with Keras's own Adam.
    """
    pairs = options.tutorial_pairs
    source, target = draw(np.random.default_rng(options.seed), pairs + options.new)
    classes = options.cardinality + 1
    started = time.perf_counter()
    keras.utils.set_random_seed(options.seed)
    model, encoder, decoder = _models(classes, options.units)
    src, trg = np.eye(classes)[source], np.eye(classes)[target]  # [pairs, length, classes]
    shifted = np.roll(trg, 1, axis=1)
    shifted[:, 0] = np.eye(classes)[START]
    history = _Losses()
    model.fit(
        [src[:pairs], shifted[:pairs]], trg[:pairs], batch_size=32, verbose=0, callbacks=[history]
    )
    values = _decode(encoder, decoder, src[pairs:], target.shape[1])
    seconds = time.perf_counter() - started
    score = exact_match(values, target[pairs:])
    seen = tuple(range(32, 32 * len(history.losses) + 1, 32))
    return Trial(score, seconds, seen, tuple(history.losses)), model.count_params()


def _models(classes: int, units: int) -> tuple[keras.Model, keras.Model, keras.Model]:
    """Return the model to train, and over its layers the encoder and the decoder to use."""
    src = keras.Input((None, classes))
    _, *encoded = keras.layers.LSTM(units, return_state=True)(src)
    trg = keras.Input((None, classes))
    lstm = keras.layers.LSTM(units, return_sequences=True, return_state=True)
    dense = keras.layers.Dense(classes, activation="softmax")
    outputs, *_ = lstm(trg, initial_state=encoded)
    model = keras.Model([src, trg], dense(outputs))
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    before = [keras.Input((units,)), keras.Input((units,))]
    outputs, *after = lstm(trg, initial_state=before)
    decoder = keras.Model([trg, *before], [dense(outputs), *after])
    return model, keras.Model(src, encoded), decoder


def _decode(
    encoder: keras.Model, decoder: keras.Model, src: np.ndarray, trg_len: int
) -> np.ndarray:
    state = encoder.predict(src, verbose=0)
    classes = src.shape[-1]
    last = np.tile(np.eye(classes)[START], (len(src), 1, 1))
    values = []
    for _ in range(trg_len):
        probabilities, *state = decoder.predict([last, *state], verbose=0)
        values.append(probabilities[:, 0].argmax(axis=-1))
        last = np.eye(classes)[values[-1]][:, None]
    return np.stack(values, axis=1)


class _Losses(keras.callbacks.Callback):
    """Keep each batch's loss; Keras reports the mean since the epoch began."""

    def __init__(self) -> None:
        super().__init__()
        self.losses: list[float] = []
        self._before = 0.0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        total = (logs or {})["loss"] * (batch + 1)
        self.losses.append(total - self._before)
        self._before = total
