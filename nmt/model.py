"""The whole model: encoder and decoder, the loss, and the step that learns from a batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from nmt.config import ModelOptions, TrainingOptions
from nmt.decoder import Decoded, Decoder
from nmt.encoder import Encoder, Source
from nmt.subword import PAD

HALVES = 2
"""Parts in which a batch is computed side by side."""
LIKELIHOOD = 0.3
"""How much the mean loss of the cheapest candidates counts beside the expected risk."""


class Model(keras.Model):
    """Source ids and the target so far to logits of each next target id."""

    def __init__(
        self, options: ModelOptions, src_vocab_size: int, trg_vocab_size: int, **kwargs: Any
    ) -> None:
        """Make the layers and all their weights."""
        super().__init__(**kwargs)
        self.encoder = Encoder(
            src_vocab_size,
            cell=options.cell,
            embedding_size=options.embedding,
            layers=options.encoder_layers,
            units=options.encoder_units,
            dropout=options.dropout,
            name="encoder",
        )
        self.decoder = Decoder(
            trg_vocab_size,
            memory_size=2 * options.encoder_units,
            attention=options.attention,
            cell=options.cell,
            embedding_size=options.embedding,
            layers=options.decoder_layers,
            units=options.decoder_units,
            dropout=options.dropout,
            tied=options.tied,
            window=options.window,
            name="decoder",
        )
        self.built = True
        one = tf.ones([1, 1], tf.int32)
        self(one, one)

    def call(
        self,
        src: tf.Tensor,
        trg: tf.Tensor,
        training: bool = False,
        hyps: tf.Tensor | None = None,
    ) -> Decoded:
        """Return what is decoded from `src` `[batch, src_len]` and `trg` `[batch * hyps, trg_len]`.

        Each source has `hyps` targets, by default one, side by side. Position t of the logits
        predicts the id after `trg[:, t]` (teacher forcing).
        """
        source = self.encoder(src, training=training)
        if hyps is not None:
            source = Source(*(tf.repeat(part, hyps, axis=0) for part in source))
        keys, state = self.decoder.keys(source), self.decoder.start(source)
        return self.decoder(trg, state, source, keys, training=training)

    def named_weights(self) -> dict[str, keras.Variable]:
        """Return every weight by a name that only the structure decides: `encoder/norm_0/gamma`."""
        names = {}
        for part in (self.encoder, self.decoder):
            for weight in part.trainable_variables:
                path = weight.path.split("/")
                kept = [p for p in path if p not in (self.name, part.name) and "_cell" not in p]
                names["/".join([part.name, *kept])] = weight
        return names

    def set_named_weights(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Take these values, as `named_weights` names them, of a model of the same options."""
        for name, weight in self.named_weights().items():
            weight.assign(weights[name])


def smoothed_loss(logits: tf.Tensor, trg: tf.Tensor, smoothing: float) -> tuple[Any, Any]:
    """Return the summed cross-entropy in nats and the number of real ids of `trg` `[batch, len]`.

    `logits` are `[batch, len, vocab_size]`. `smoothing` of the probability is spread over the
    whole vocabulary (Szegedy et al. 2016, section 7).
    """
    real = tf.cast(tf.not_equal(trg, PAD), logits.dtype)  # [batch, len]
    exact = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=trg, logits=logits)
    uniform = tf.reduce_logsumexp(logits, axis=-1) - tf.reduce_mean(logits, axis=-1)
    loss = (1 - smoothing) * exact + smoothing * uniform  # [batch, len]
    return tf.reduce_sum(loss * real), tf.reduce_sum(real)


def expected_risk(log_probs: tf.Tensor, costs: tf.Tensor, real: tf.Tensor) -> tf.Tensor:
    """Return the cost `[batch]` expected of candidates, `[batch, candidates]` each argument.

    `log_probs` are of whole candidates; where `real` is false there is none. Their probabilities
    are taken to add to one (Shen et al. 2016, equation 11, alpha 1).
    """
    probabilities = tf.nn.softmax(tf.where(real, log_probs, tf.float32.min))
    return tf.reduce_sum(probabilities * costs, axis=-1)


def learning_rate(options: TrainingOptions, step: int, epoch: float, epochs: float) -> float:
    """Return the rate of a step: linear warm-up, then linear decay from epoch 1 to `epochs`.

    Both count how often the corpus was seen (1.5: half-way through the second epoch). The first
    epoch does not depend on `epochs`, which a bounded run only knows after it.
    """
    warm = min(1.0, (step + 1) / options.warmup)
    decay = 1.0 if epochs <= 1 else min(1.0, (epochs - epoch) / (epochs - 1))
    return options.learning_rate * warm * max(decay, 0.01)


class Learner:
    """A model, its optimizer (Adam, Kingma & Ba 2015, clipped) and an average of its weights.

    `variables` is all that the next step depends on, so saving and restoring it loses nothing.
    """

    def __init__(self, model: Model, options: TrainingOptions) -> None:
        """Make the optimizer's variables and the compiled steps."""
        self.model = model
        self.smoothing = options.label_smoothing
        self.optimizer = keras.optimizers.Adam(
            options.learning_rate,
            global_clipnorm=options.clip_norm,
            use_ema=True,
            ema_momentum=options.averaging,
        )
        self.optimizer.build(model.trainable_variables)
        ids = tf.TensorSpec([None, None], tf.int32)
        # Nothing here branches on a tensor, which is what AutoGraph would look for.
        compiled = partial(tf.function, input_signature=(ids, ids), autograph=False)
        # Traced here, so that the first step's time tells how long the others will take.
        self._step = compiled(self._update).get_concrete_function()
        self._loss = compiled(self._exact_loss)
        candidates = ids, tf.TensorSpec([None, None, None], tf.int32), tf.TensorSpec([None, None])
        self._risk_step = tf.function(
            self._update_by_risk, input_signature=candidates, autograph=False
        )

    def set_dropout(self, share: float) -> None:
        """Have the next steps drop this share (0 to 1) of `ModelOptions.dropout`."""
        for part in (self.model.encoder, self.model.decoder):
            part.drop.set_share(share)

    def step(self, src: tf.Tensor, trg: tf.Tensor, learning_rate: float) -> tuple[float, float]:
        """Learn from a batch; return its summed loss in nats and its number of target ids.

        `src` is `[batch, src_len]`, `trg` `[batch, trg_len]` from `BOS` to `EOS`.
        """
        self.optimizer.learning_rate = learning_rate
        loss, pieces = self._step(src, trg)
        return float(loss), float(pieces)

    def risk_step(
        self, src: Any, trg: Any, costs: Any, learning_rate: float
    ) -> tuple[float, float]:
        """Learn from a batch of candidates, as `nmt.risk.risk_batches` describes it.

        Returns the same of the cheapest candidates as `step` of the targets.
        """
        self.optimizer.learning_rate = learning_rate
        loss, pieces = self._risk_step(src, trg, costs)
        return float(loss), float(pieces)

    def loss(self, batches: Iterable[tuple[tf.Tensor, tf.Tensor]]) -> float:
        """Return the mean cross-entropy, without smoothing or dropout, in nats a target id."""
        totals = [self._loss(src, trg) for src, trg in batches]
        return float(sum(t[0] for t in totals)) / float(sum(t[1] for t in totals))

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Give the model the moving average of its weights for a while, if it has made a step."""
        weights = self.model.trainable_variables
        current = [weight.numpy() for weight in weights]
        if self.optimizer.iterations.numpy():  # until then Keras holds zeros
            self.optimizer.finalize_variable_values(weights)
        try:
            yield
        finally:
            for weight, value in zip(weights, current, strict=True):
                weight.assign(value)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """Return a copy of the model's weights by name, as the runtime reads them."""
        return {
            name: np.array(weight.numpy()) for name, weight in self.model.named_weights().items()
        }

    def variables(self) -> dict[str, keras.Variable]:
        """Return every variable of model and optimizer, random generators' state included."""
        everything = (*self.model.variables, *self.optimizer.variables)
        return {f"{i:03}": variable for i, variable in enumerate(everything)}

    def _update(self, src: tf.Tensor, trg: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            # TensorFlow computes what does not depend on each other side by side. The products of
            # a step are too small to be shared among cores; whole halves are not.
            halves = [self._smoothed_loss(src[i::HALVES], trg[i::HALVES]) for i in range(HALVES)]
            loss, pieces = (sum(parts) for parts in zip(*halves, strict=True))
            mean = loss / pieces
        self._descend(tape, mean)
        return loss, pieces

    def _update_by_risk(
        self, src: tf.Tensor, trg: tf.Tensor, costs: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            halves = [
                self._risk(src[i::HALVES], trg[i::HALVES], costs[i::HALVES]) for i in range(HALVES)
            ]
            risk, loss, pieces = (sum(parts) for parts in zip(*halves, strict=True))
            mean = risk / tf.cast(tf.shape(src)[0], risk.dtype) + LIKELIHOOD * loss / pieces
        self._descend(tape, mean)
        return loss, pieces

    def _descend(self, tape: tf.GradientTape, mean: tf.Tensor) -> None:
        weights = self.model.trainable_variables
        # Without attention nothing reads the memory, so its normalisation has no gradient.
        gradients = tape.gradient(
            mean,
            [weight.value for weight in weights],
            unconnected_gradients=tf.UnconnectedGradients.ZERO,
        )
        self.optimizer.apply(gradients, weights)

    def _smoothed_loss(self, src: tf.Tensor, trg: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        logits = self.model(src, trg[:, :-1], training=True).logits
        return smoothed_loss(logits, trg[:, 1:], self.smoothing)

    def _risk(
        self, src: tf.Tensor, trg: tf.Tensor, costs: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return the summed risk, and of the cheapest candidates `smoothed_loss`.

        Without dropout, as they were found: it would add noise to sums over whole sentences.
        """
        batch, hyps, length = tf.unstack(tf.shape(trg))
        flat = tf.reshape(trg, [-1, length])
        logits = self.model(src, flat[:, :-1], hyps=hyps).logits
        exact = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=flat[:, 1:], logits=logits)
        exact = tf.where(flat[:, 1:] == PAD, 0.0, exact)
        log_probs = tf.reshape(-tf.reduce_sum(exact, axis=-1), [batch, hyps])
        risk = expected_risk(log_probs, costs, trg[:, :, 0] != PAD)
        return tf.reduce_sum(risk), *smoothed_loss(logits[::hyps], trg[:, 0, 1:], self.smoothing)

    def _exact_loss(self, src: tf.Tensor, trg: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return smoothed_loss(self.model(src, trg[:, :-1]).logits, trg[:, 1:], 0.0)
