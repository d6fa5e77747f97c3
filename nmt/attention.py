"""Attention: how much of each source position enters each target position."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from nmt.config import ATTENTIONS
from nmt.errors import InputError


class Attention(keras.layers.Layer):
    """One of the published scores between queries and source positions, softmax, weighted sum.

    - `additive`: v·tanh(W q + U m) (Bahdanau, Cho, Bengio 2015, section 3.1 and appendix A.1.2)
    - `dot`: (W q)·m / sqrt(size), and `general`: q·(U m) (Luong, Pham, Manning 2015, equation 8;
      `dot` projects the query to the memory's size and scales as Vaswani et al. 2017, equation 1)
    - `local`: `general` within `window` positions of a predicted centre, under a Gaussian
      (Luong 2015, section 3.2, local-p, equations 9 and 10). Unlike equation 10, weights are
      divided by their sum, so that they add to one.
    - `none`: the summary of the source at every position, the fixed vector of Sutskever et al. 2014

    The layer holds no state: keys are a value, computed once a source by `keys`.
    """

    def __init__(
        self,
        kind: str,
        *,
        query_size: int,
        memory_size: int,
        units: int,
        window: int = 5,
        **kwargs: Any,
    ) -> None:
        """Make the weights; `units` is the size of the hidden layers in `additive` and `local`."""
        super().__init__(**kwargs)
        if kind not in ATTENTIONS:
            raise InputError(f"--attention is '{kind}'; choose one of {', '.join(ATTENTIONS)}")
        self.kind, self.window = kind, window

        def weight(name: str, *shape: int) -> Any:
            return self.add_weight(shape=shape, initializer="glorot_uniform", name=name)

        if kind == "additive":
            self.query_kernel = weight("query_kernel", query_size, units)
            self.key_kernel = weight("key_kernel", memory_size, units)
            self.score = weight("score", units, 1)
        elif kind == "dot":
            self.query_kernel = weight("query_kernel", query_size, memory_size)
        elif kind in ("general", "local"):
            self.key_kernel = weight("key_kernel", memory_size, query_size)
        if kind == "local":
            self.position_kernel = weight("position_kernel", query_size, units)
            self.position = weight("position", units, 1)
        self.built = True

    def keys(self, memory: tf.Tensor) -> tf.Tensor:
        """Return what queries are compared with, `[batch, src_len, key]`."""
        if self.kind in ("dot", "none"):
            return memory
        return tf.tensordot(memory, self.key_kernel, 1)

    def call(
        self, query: tf.Tensor, keys: tf.Tensor, memory: tf.Tensor, mask: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return context `[batch, trg_len, memory]` and weights `[batch, trg_len, src_len]`.

        `query` is `[batch, trg_len, query]`, `memory` `[batch, src_len, memory]`, `mask`
        `[batch, src_len]` true at real positions. Weights are zero on padding and sum to one.
        Not for `none`, which has nothing to compare.
        """
        scores = self._scores(query, keys)  # [batch, trg_len, src_len]
        lowest = tf.constant(-1e9, scores.dtype)
        allowed = tf.broadcast_to(mask[:, None, :], tf.shape(scores))
        gaussian = None
        if self.kind == "local":
            distance = self._distance(query, mask)  # [batch, trg_len, src_len]
            allowed &= tf.abs(distance) <= self.window
            gaussian = -tf.square(distance) / (self.window**2 / 2)
        weights = tf.nn.softmax(tf.where(allowed, scores, lowest))
        if gaussian is not None:
            weights *= tf.exp(gaussian) * tf.cast(allowed, weights.dtype)
            weights /= tf.reduce_sum(weights, axis=-1, keepdims=True) + 1e-9
        return tf.matmul(weights, memory), weights

    def _scores(self, query: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        if self.kind == "additive":
            queries = tf.tensordot(query, self.query_kernel, 1)
            hidden = tf.tanh(queries[:, :, None, :] + keys[:, None, :, :])
            return tf.squeeze(tf.tensordot(hidden, self.score, 1), -1)
        if self.kind == "dot":
            query = tf.tensordot(query, self.query_kernel, 1) / keys.shape[-1] ** 0.5
        return tf.matmul(query, keys, transpose_b=True)

    def _distance(self, query: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """Return how far each position lies from the predicted centre S·sigmoid(v·tanh(W q))."""
        hidden = tf.tanh(tf.tensordot(query, self.position_kernel, 1))
        share = tf.sigmoid(tf.tensordot(hidden, self.position, 1))  # [batch, trg_len, 1]
        lengths = tf.reduce_sum(tf.cast(mask, share.dtype), axis=-1)  # [batch]
        centre = share * (lengths - 1)[:, None, None]
        positions = tf.range(tf.shape(mask)[1], dtype=centre.dtype)
        return positions[None, None, :] - centre
