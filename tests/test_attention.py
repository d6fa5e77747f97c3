"""Attention against the papers' equations, rendered in NumPy one position at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.attention import Attention
from nmt.decoder import Decoder
from nmt.encoder import Source
from nmt.errors import InputError

Array = np.ndarray

KINDS = ("additive", "dot", "general", "local")
BATCH, TRG_LEN, SRC_LEN, QUERY, MEMORY, UNITS, WINDOW = 3, 4, 9, 5, 6, 7, 2
LENGTHS = (9, 4, 1)


def layer(kind: str, seed: int = 1) -> Attention:
    """A layer in double precision with weights large enough for sharp attention."""
    made = Attention(
        kind,
        query_size=QUERY,
        memory_size=MEMORY,
        units=UNITS,
        window=WINDOW,
        dtype="float64",
    )
    rng = np.random.default_rng(seed)
    for weight in made.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    return made


def inputs(seed: int = 2) -> tuple[Array, Array, Array]:
    """Queries, memory and mask of three sentences with 9, 4 and 1 positions."""
    rng = np.random.default_rng(seed)
    mask = np.arange(SRC_LEN) < np.array(LENGTHS)[:, None]
    queries = rng.normal(size=(BATCH, TRG_LEN, QUERY))
    return queries, rng.normal(size=(BATCH, SRC_LEN, MEMORY)), mask


def attend(made: Attention, query: Array, memory: Array, mask: Array) -> tuple[Array, Array]:
    """The layer's context and weights."""
    context, weights = made(query, made.keys(memory), memory, mask)
    return context.numpy(), weights.numpy()


def equations(made: Attention, query: Array, memory: Array) -> Array:
    """Return the weights of one query over the real positions of one source, by the papers.

    `query` is a vector, `memory` one row a position.
    """
    value = {weight.name: weight.numpy() for weight in made.trainable_variables}
    if made.kind == "additive":  # Bahdanau et al. 2015, A.1.2: v_a . tanh(W_a s + U_a h_j)
        w, u, v = value["query_kernel"], value["key_kernel"], value["score"][:, 0]
        scores = [v @ np.tanh(w.T @ query + u.T @ h) for h in memory]
    elif made.kind == "dot":  # Vaswani et al. 2017, equation 1, of the projected query
        projected = value["query_kernel"].T @ query
        scores = [projected @ h / np.sqrt(MEMORY) for h in memory]
    else:  # Luong et al. 2015, equation 8, general: s . W_a h_j
        scores = [query @ (value["key_kernel"].T @ h) for h in memory]
    if made.kind != "local":
        return softmax(np.array(scores))
    # Luong et al. 2015, equation 9; counted from 0, so that the centre is a position
    w, v = value["position_kernel"], value["position"][:, 0]
    centre = (len(memory) - 1) / (1 + np.exp(-v @ np.tanh(w.T @ query)))
    distance = np.arange(len(memory)) - centre
    inside = np.abs(distance) <= made.window
    aligned = np.zeros(len(memory))
    aligned[inside] = softmax(np.array(scores)[inside])
    sigma = made.window / 2
    aligned *= np.exp(-(distance**2) / (2 * sigma**2))  # equation 10
    return aligned / aligned.sum()


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def cases(seed: int = 2) -> Iterator[tuple[int, int, int]]:
    """Each sentence with its length, and each of its target positions."""
    for sentence, length in enumerate(LENGTHS):
        for position in range(TRG_LEN):
            yield sentence, length, position


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_weights_and_context_are_the_equations(kind: str, seed: int) -> None:
    made, (query, memory, mask) = layer(kind, seed), inputs(seed)
    context, weights = attend(made, query, memory, mask)
    for sentence, length, position in cases():
        real = memory[sentence, :length]
        expected = equations(made, query[sentence, position], real)
        found = weights[sentence, position, :length]
        # `local` keeps a quotient of two small numbers finite with 1e-9.
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-8)
        np.testing.assert_allclose(context[sentence, position], found @ real, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_sum_to_one_and_are_zero_on_padding(kind: str) -> None:
    query, memory, mask = inputs()
    _, weights = attend(layer(kind), query, memory, mask)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-6)
    assert (weights[np.broadcast_to(~mask[:, None], weights.shape)] == 0).all()
    assert weights.max() > 0.5, "too flat to tell one position from another"


@pytest.mark.parametrize("kind", KINDS)
def test_what_pads_a_source_changes_nothing(kind: str) -> None:
    made, (query, memory, mask) = layer(kind), inputs()
    together, _ = attend(made, query, memory, mask)
    other = np.where(mask[..., None], memory, 100.0)
    np.testing.assert_allclose(attend(made, query, other, mask)[0], together, rtol=1e-9)
    for sentence, length in enumerate(LENGTHS):
        one = slice(sentence, sentence + 1)
        alone, _ = attend(made, query[one], memory[one, :length], mask[one, :length])
        np.testing.assert_allclose(alone[0], together[sentence], rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_each_query_is_answered_for_itself(kind: str) -> None:
    made, (query, memory, mask) = layer(kind), inputs()
    together, _ = attend(made, query, memory, mask)
    for position in range(TRG_LEN):
        alone, _ = attend(made, query[:, position : position + 1], memory, mask)
        np.testing.assert_allclose(alone[:, 0], together[:, position], rtol=1e-9)


@pytest.mark.parametrize("kind", ["additive", "dot", "general"])
def test_a_permuted_source_has_permuted_weights(kind: str) -> None:
    made, (query, memory, mask) = layer(kind), inputs()
    order = np.random.default_rng(3).permutation(SRC_LEN)
    context, weights = attend(made, query, memory, mask)
    turned, found = attend(made, query, memory[:, order], mask[:, order])
    np.testing.assert_allclose(found, weights[:, :, order], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(turned, context, rtol=1e-9)


def test_local_has_weight_only_inside_its_window() -> None:
    made, (query, memory, mask) = layer("local"), inputs()
    value = {weight.name: weight.numpy() for weight in made.trainable_variables}
    _, weights = attend(made, query, memory, mask)
    share = 1 / (1 + np.exp(-np.tanh(query @ value["position_kernel"]) @ value["position"]))
    centres = share[..., 0] * (np.array(LENGTHS) - 1)[:, None]
    assert np.ptp(centres[0]) > 2, "the centres must differ for this to show anything"
    for sentence, length, position in cases():
        inside = np.abs(np.arange(length) - centres[sentence, position]) <= WINDOW
        row = weights[sentence, position, :length]
        assert (row[~inside] == 0).all()
        assert (row[inside] > 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_those_of_finite_differences(kind: str) -> None:
    made, (query, memory, mask) = layer(kind), inputs()
    directions = np.random.default_rng(4).normal(size=(BATCH, TRG_LEN, MEMORY))
    queries, memories = tf.Variable(query), tf.Variable(memory)

    @tf.function  # type: ignore[untyped-decorator]  # it is asked some hundred times
    def loss() -> Any:
        context, _ = made(queries, made.keys(memories), memories, mask)
        return tf.reduce_sum(context * directions)

    watched = [queries, memories, *(weight.value for weight in made.trainable_variables)]
    with tf.GradientTape() as tape:
        value = loss()
    for variable, gradient in zip(watched, tape.gradient(value, watched), strict=True):
        slope = tf.convert_to_tensor(gradient).numpy()
        found, step = variable.numpy(), 1e-6
        for place in np.ndindex(found.shape):
            around = []
            for sign in (1, -1):
                moved = found.copy()
                moved[place] += sign * step
                variable.assign(moved)
                around.append(float(loss()))
            variable.assign(found)
            expected = (around[0] - around[1]) / (2 * step)
            assert slope[place] == pytest.approx(expected, rel=1e-5, abs=1e-6), place


@pytest.mark.parametrize("kind", KINDS)
def test_padding_gets_no_gradient(kind: str) -> None:
    made, (query, memory, mask) = layer(kind), inputs()
    memories = tf.Variable(memory)
    with tf.GradientTape() as tape:
        context, _ = made(query, made.keys(memories), memories, mask)
        value = tf.reduce_sum(tf.square(context))
    gradient = tf.convert_to_tensor(tape.gradient(value, memories)).numpy()
    assert (gradient[~mask] == 0).all()
    # A sentence of one position must be attended to whole, so its keys cannot matter.
    assert (np.abs(gradient[0]).sum(-1) > 0).sum() > 1


def test_zero_keys_make_weights_uniform() -> None:
    """The synthetic tasks measure with this what learned attention is worth."""
    query, memory, mask = inputs()
    for kind in ("additive", "dot", "general"):
        made = layer(kind)
        _, weights = made(query, made.keys(memory) * 0, memory, mask)
        expected = mask[:, None] / mask.sum(-1)[:, None, None]
        np.testing.assert_allclose(weights, np.broadcast_to(expected, weights.shape), rtol=1e-9)


def test_none_reads_the_summary_and_nothing_else() -> None:
    keras.utils.set_random_seed(1)
    decoder = Decoder(
        11,
        memory_size=MEMORY,
        attention="none",
        cell="lstm",
        embedding_size=8,
        layers=1,
        units=6,
        dropout=0.0,
        tied=True,
    )
    _, memory, mask = inputs()
    trg = np.array([[2, 5, 7]] * BATCH)

    def decoded(memory: Array, summary: Array) -> Any:
        source = Source(tf.constant(memory, tf.float32), tf.constant(mask), tf.constant(summary))
        return decoder(trg, decoder.start(source), source, decoder.keys(source))

    summary = np.random.default_rng(5).normal(size=(BATCH, MEMORY)).astype(np.float32)
    first = decoded(memory, summary)
    assert (first.attention.numpy() == 0).all()
    np.testing.assert_array_equal(decoded(memory + 1, summary).logits, first.logits)
    assert np.abs(decoded(memory, summary + 1).logits - first.logits).max() > 1e-3


def test_an_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match="'bilinear'; choose one of additive, dot, general"):
        Attention("bilinear", query_size=1, memory_size=1, units=1)
