"""The decoder: target ids so far to logits of the next, in one step or over all positions."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from nmt.attention import Attention
from nmt.encoder import Source, VariableDropout, embedding, recurrent

State = list[list[tf.Tensor]]
"""For each layer its recurrent state: one (`gru`) or two (`lstm`) tensors `[batch, units]`."""


class Decoded(NamedTuple):
    """What the decoder makes of a batch of target ids."""

    logits: tf.Tensor
    """`[batch, trg_len, vocab_size]`"""
    state: State
    """after the last position"""
    attention: tf.Tensor
    """`[batch, trg_len, src_len]`, the weights; zeros without attention"""


class Decoder(keras.layers.Layer):
    """Recurrent layers of which the lowest queries the source and those above read the answer.

    This is GNMT's arrangement (Wu et al. 2016, section 3): attention does not feed back into the
    layer that asks, so all positions of a known target are computed with no loop of ours, and one
    step is the same computation with `trg_len` 1. Each upper layer adds to what enters it
    (residual) and is normalised (Ba et al. 2016).
    """

    def __init__(
        self,
        vocab_size: int,
        *,
        memory_size: int,
        attention: str,
        cell: str,
        embedding_size: int,
        layers: int,
        units: int,
        dropout: float,
        tied: bool,
        window: int = 5,
        **kwargs: Any,
    ) -> None:
        """Make the layers; with `tied` the embedding is the output layer's weights too."""
        super().__init__(**kwargs)
        self.scale = embedding_size**0.5
        self.units, self.states = units, 2 if cell == "lstm" else 1
        self.embed = embedding(vocab_size, embedding_size, "embedding")
        self.drop = VariableDropout(dropout)
        self.bridge = keras.layers.Dense(layers * self.states * units, "tanh", name="bridge")
        self.attention = Attention(
            attention,
            query_size=units,
            memory_size=memory_size,
            units=max(1, units // 2),
            window=window,
            name="attention",
        )
        self.recurrent = [recurrent(cell, units, f"layer_{i}") for i in range(layers)]
        self.norms = [keras.layers.LayerNormalization(name=f"norm_{i}") for i in range(layers)]
        self.readout = keras.layers.Dense(embedding_size, "tanh", name="readout")
        self.output_kernel = None if tied else embedding(vocab_size, embedding_size, "output")
        if self.output_kernel:
            self.output_kernel.build()  # it is read, never called
        self.output_bias = self.add_weight(
            shape=(vocab_size,), initializer="zeros", name="output_bias"
        )
        self.built = True

    def start(self, source: Source) -> State:
        """Return the state before the first target position, from the source's summary."""
        return self.by_layer(self.bridge(source.summary))

    def by_layer(self, state: tf.Tensor) -> State:
        """Return a state of one tensor, `[batch, layers * states * units]`, by layer."""
        parts = tf.split(state, len(self.recurrent) * self.states, axis=-1)
        return [parts[i : i + self.states] for i in range(0, len(parts), self.states)]

    def keys(self, source: Source) -> tf.Tensor:
        """Return the attention keys of a source, `[batch, src_len, key]`, to be passed on."""
        return self.attention.keys(source.memory)

    def call(
        self, trg: tf.Tensor, state: State, source: Source, keys: tf.Tensor, training: bool = False
    ) -> Decoded:
        """Return logits, state and attention after ids `[batch, trg_len]` and a state."""
        # [batch, trg_len, embedding]
        embedded = self.drop(self.embed(trg) * self.scale, training=training)
        query, *first = self.recurrent[0](embedded, initial_state=state[0])
        query = self.norms[0](query)  # [batch, trg_len, units]
        context, weights = self._attend(query, source, keys)  # [batch, trg_len, 2 * units]
        hidden, after = query, [first]
        for layer, norm, before in zip(self.recurrent[1:], self.norms[1:], state[1:], strict=True):
            entering = self.drop(tf.concat([hidden, context], axis=-1), training=training)
            output, *last = layer(entering, initial_state=before)
            hidden = norm(hidden + output)  # [batch, trg_len, units]
            after.append(last)
        hidden = self.drop(tf.concat([hidden, context], axis=-1), training=training)
        return Decoded(self._logits(self.readout(hidden), training), after, weights)

    def _attend(
        self, query: tf.Tensor, source: Source, keys: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        if self.attention.kind != "none":
            return self.attention(query, keys, source.memory, source.mask)
        batch, trg_len = tf.shape(query)[0], tf.shape(query)[1]
        context = tf.repeat(source.summary[:, None, :], trg_len, axis=1)
        return context, tf.zeros([batch, trg_len, tf.shape(source.memory)[1]], context.dtype)

    def _logits(self, readout: tf.Tensor, training: bool) -> tf.Tensor:
        output = self.output_kernel or self.embed
        readout = self.drop(readout, training=training)  # [batch, trg_len, embedding]
        return tf.tensordot(readout, output.embeddings, [[2], [1]]) + self.output_bias
