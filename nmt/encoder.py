"""The encoder: source ids to a memory with one vector a position."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
import tensorflow as tf

from nmt.subword import PAD


class _ProjectedLSTMCell(keras.layers.LSTMCell):
    """Keras's cell over inputs that `project` has already multiplied by the kernel."""

    def project(self, sequences: tf.Tensor) -> tf.Tensor:
        return tf.tensordot(sequences, self.kernel, 1) + self.bias  # [batch, len, 4 * units]

    def call(
        self, inputs: tf.Tensor, states: list[tf.Tensor], training: bool = False
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        output, carry = states
        gates = inputs + tf.matmul(output, self.recurrent_kernel)
        write, keep, new, read = tf.split(gates, 4, axis=-1)
        carry = tf.sigmoid(keep) * carry + tf.sigmoid(write) * tf.tanh(new)
        output = tf.sigmoid(read) * tf.tanh(carry)  # [batch, units]
        return output, [output, carry]


class _ProjectedLSTM(keras.layers.RNN):
    """An LSTM that multiplies all positions by the kernel at once: on CPUs a sixth faster."""

    def call(
        self,
        sequences: tf.Tensor,
        initial_state: list[tf.Tensor] | None = None,
        mask: tf.Tensor | None = None,
        training: bool = False,
    ) -> list[tf.Tensor]:
        return super().call(self.cell.project(sequences), initial_state, mask, training)


def recurrent(cell: str, units: int, name: str) -> keras.layers.Layer:
    """Return an LSTM (Hochreiter & Schmidhuber 1997) or GRU (Cho et al. 2014) over a sequence.

    It returns the output at every position and its last state, as a list of one (`gru`) or two
    (`lstm`) tensors `[batch, units]`.
    """
    returned = {"return_sequences": True, "return_state": True, "name": name}
    # On a GPU, Keras's own layers are cuDNN's.
    if cell == "lstm" and not tf.config.list_physical_devices("GPU"):
        return _ProjectedLSTM(_ProjectedLSTMCell(units), **returned)
    layer = keras.layers.LSTM if cell == "lstm" else keras.layers.GRU
    return layer(units, **returned)


class VariableDropout(keras.layers.Layer):
    """Dropout (Srivastava et al. 2014) whose `rate` may change from step to step.

    Keras's own has its rate compiled into the step.
    """

    def __init__(self, rate: float, **kwargs: Any) -> None:
        """Make the variable; a `rate` of 0 stays 0."""
        super().__init__(**kwargs)
        self.highest = rate
        self.rate = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(rate), trainable=False
        )
        self.seeds = keras.random.SeedGenerator()
        self.built = True

    def set_share(self, share: float) -> None:
        """Drop this share (0 to 1) of what the layer was made to drop."""
        self.rate.assign(share * self.highest)

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return `inputs` of any shape, in training some of them 0 and the others scaled up."""
        if not (training and self.highest):
            return inputs
        seed = tf.cast(self.seeds.next(), tf.int32)
        return tf.nn.experimental.stateless_dropout(inputs, rate=self.rate.value, seed=seed)


def embedding(vocab_size: int, size: int, name: str) -> keras.layers.Embedding:
    """Return an embedding of standard deviation size^-0.5.

    Scaled by sqrt(size) where it is read, its vectors enter the network with unit variance, and it
    can serve as the output layer as it is (Press & Wolf 2017).
    """
    deviation = keras.initializers.RandomNormal(stddev=size**-0.5)
    return keras.layers.Embedding(vocab_size, size, embeddings_initializer=deviation, name=name)


class Source(NamedTuple):
    """What the decoder needs to know of a source batch."""

    memory: tf.Tensor
    """`[batch, src_len, 2 * units]`"""
    mask: tf.Tensor
    """`[batch, src_len]`, true at real positions"""
    summary: tf.Tensor
    """`[batch, 2 * units]`: the last outputs of the upper layer's two directions"""


class Encoder(keras.layers.Layer):
    """Embedding and bidirectional recurrent layers (Bahdanau et al. 2015, appendix A.2.1)."""

    def __init__(
        self,
        vocab_size: int,
        *,
        cell: str,
        embedding_size: int,
        layers: int,
        units: int,
        dropout: float,
        **kwargs: Any,
    ) -> None:
        """Make the layers; `units` is the size of one direction."""
        super().__init__(**kwargs)
        self.scale = embedding_size**0.5
        self.units = units
        self.embed = embedding(vocab_size, embedding_size, "embedding")
        self.drop = VariableDropout(dropout)
        self.forwards = [recurrent(cell, units, f"forward_{i}") for i in range(layers)]
        self.backwards = [recurrent(cell, units, f"backward_{i}") for i in range(layers)]
        self.norms = [keras.layers.LayerNormalization(name=f"norm_{i}") for i in range(layers)]
        # Else Keras follows `call` once more, to build what builds itself when it is called.
        self.built = True

    def call(self, src: tf.Tensor, training: bool = False) -> Source:
        """Return the memory of ids `[batch, src_len]`; what pads a sentence never changes it."""
        mask = tf.not_equal(src, PAD)
        lengths = tf.reduce_sum(tf.cast(mask, tf.int32), axis=1)
        # [batch, src_len, embedding]
        memory = self.drop(self.embed(src) * self.scale, training=training)
        summary = None
        for forward, backward, norm in zip(self.forwards, self.backwards, self.norms, strict=True):
            ahead = forward(memory)[0]  # [batch, src_len, units]
            behind = backward(tf.reverse_sequence(memory, lengths, seq_axis=1))[0]
            behind = tf.reverse_sequence(behind, lengths, seq_axis=1)
            last = tf.gather(ahead, lengths - 1, batch_dims=1)  # [batch, units]
            summary = tf.concat([last, behind[:, 0]], axis=-1)  # [batch, 2 * units]
            memory = norm(tf.concat([ahead, behind], axis=-1))  # [batch, src_len, 2 * units]
            memory = self.drop(memory, training=training)
        return Source(memory, mask, summary)
