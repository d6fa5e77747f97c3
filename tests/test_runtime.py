"""The runtime: the same numbers as the Keras model, for every kind of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nmt.config import ATTENTIONS, CELLS, ModelOptions
from nmt.errors import InputError
from nmt.runtime import Memory, Runtime
from nmt.subword import BOS, EOS, PAD
from nmt.weights import check_weights, weight_shapes

SRC_SIZE, TRG_SIZE = 17, 13
SRCS = [[5, 6, 7, 8, 9, 10, 11], [12], [13, 4, 16], []]
TRGS = np.array([[BOS, 4, 5, 12, 7], [BOS, 8, 8, 9, 4], [BOS, 12, 1, 4, 6], [BOS, 5, 5, 5, 5]])

# Each attention with each cell, and any two choices of attention, cell, layers and tying together.
KINDS = [
    ModelOptions(attention, cell, 6, layers, 5, layers, 8, tied=(i // 2 + j) % 2 == 0, window=2)
    for i, attention in enumerate(ATTENTIONS)
    for j, cell in enumerate(CELLS)
    for layers in [1 + (i + j) % 2]
]


def named(options: ModelOptions) -> str:
    tied = "tied" if options.tied else "untied"
    return f"{options.attention}-{options.cell}-{options.encoder_layers}-{tied}"


def random_weights(options: ModelOptions, scale: float = 0.7) -> dict[str, NDArray[np.float32]]:
    draw = np.random.default_rng(3)
    shapes = weight_shapes(options, SRC_SIZE, TRG_SIZE)
    return {name: draw.normal(0, scale, shape).astype(np.float32) for name, shape in shapes.items()}


def padded(srcs: list[list[int]]) -> NDArray[np.int32]:
    longest = max(map(len, srcs))
    return np.array([[*s, EOS, *[PAD] * (longest - len(s))] for s in srcs], np.int32)


def stepwise(
    runtime: Runtime, memory: Memory, trgs: NDArray[Any]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Log-probabilities and attention [batch, trg_len, …] of targets fed id by id."""
    log_probs, attentions = [], []
    for ids in trgs.T:
        scores, attention, memory = runtime.step(memory, ids)
        log_probs.append(scores)
        attentions.append(attention)
    return np.stack(log_probs, 1), np.stack(attentions, 1)


@pytest.mark.parametrize("options", KINDS, ids=named)
def test_steps_give_the_numbers_of_the_keras_model_teacher_forced(options: ModelOptions) -> None:
    import keras

    from nmt.model import Model

    keras.utils.set_random_seed(1)
    model = Model(options, SRC_SIZE, TRG_SIZE)
    weights = random_weights(options)
    variables = model.named_weights()
    assert {name: tuple(v.shape) for name, v in variables.items()} == {
        name: w.shape for name, w in weights.items()
    }
    for name, variable in variables.items():
        variable.assign(weights[name])
    decoded = model(padded(SRCS), TRGS)
    logits = decoded.logits.numpy().astype(np.float64)
    expected = logits - np.log(np.exp(logits).sum(-1, keepdims=True))

    runtime = Runtime(options, weights, int8=False)
    log_probs, attention = stepwise(runtime, runtime.encode(SRCS), TRGS)
    assert log_probs.dtype == np.float32
    assert np.ptp(expected) > 1
    np.testing.assert_allclose(log_probs, expected, atol=1e-4)
    np.testing.assert_allclose(attention, decoded.attention.numpy(), atol=1e-4)


@pytest.mark.parametrize("options", [k for k in KINDS if not k.tied], ids=named)
def test_batch_mates_change_no_number(options: ModelOptions) -> None:
    runtime = Runtime(options, random_weights(options))
    together, attention = stepwise(runtime, runtime.encode(SRCS), TRGS)
    for row, src in enumerate(SRCS):
        alone, own = stepwise(runtime, runtime.encode([src]), TRGS[row : row + 1])
        np.testing.assert_allclose(alone[0], together[row], atol=1e-5)
        np.testing.assert_allclose(own[0], attention[row, :, : len(src) + 1], atol=1e-5)
        assert not attention[row, :, len(src) + 1 :].any()
        total = 0 if options.attention == "none" else 1
        np.testing.assert_allclose(attention[row].sum(-1), total, atol=1e-5)


@pytest.mark.parametrize("options", [k for k in KINDS if k.tied], ids=named)
def test_hypotheses_of_one_source_do_not_see_each_other(options: ModelOptions) -> None:
    runtime = Runtime(options, random_weights(options))
    memory = runtime.encode(SRCS[:2]).select(np.array([0, 0, 0, 1, 1]))
    first = np.array([4, 5, 6, 7, 8])
    _, _, memory = runtime.step(memory, first)
    # Other numbers of hypotheses a source than before, one of them twice.
    chosen = np.array([2, 0, 4, 4, 3])
    log_probs, attention, _ = runtime.step(memory.select(chosen), np.full(5, 5))
    for place, (src, hyp) in enumerate(zip([0, 0, 1, 1, 1], chosen, strict=True)):
        _, _, own = runtime.step(runtime.encode([SRCS[src]]), first[[hyp]])
        alone, looked, _ = runtime.step(own, np.array([5]))
        np.testing.assert_allclose(log_probs[place], alone[0], atol=1e-5)
        np.testing.assert_allclose(attention[place, : looked.shape[1]], looked[0], atol=1e-5)


@pytest.mark.parametrize("hyps", [[0, 1, 2, 3, 4, 5], [2, 2, 5], [4, 1], [3], []])
def test_select_takes_the_hypotheses_named_and_the_sources_they_are_of(hyps: list[int]) -> None:
    options = KINDS[0]
    memory = Runtime(options, random_weights(options)).encode(SRCS)
    memory = memory.select(np.array([0, 0, 1, 2, 2, 3]))
    marked = np.arange(6 * 16, dtype=np.float32).reshape(6, 16)
    memory = replace(memory, state=marked)
    chosen = np.array(sorted(hyps), np.int64)
    selected = memory.select(chosen)
    np.testing.assert_array_equal(selected.state, marked[chosen])
    # However the sources are numbered, each hypothesis keeps what it reads.
    for name in ("keys", "readings", "mask"):
        was, now = getattr(memory, name), getattr(selected, name)
        np.testing.assert_array_equal(now[selected.sources], was[memory.sources[chosen]])
    # One source of four without hypotheses is enough for it to go.
    assert len(selected.mask) == len({int(memory.sources[hyp]) for hyp in hyps})


@pytest.mark.parametrize("options", KINDS, ids=named)
def test_eight_bits_are_near_to_32_and_the_same_in_every_batch(options: ModelOptions) -> None:
    weights = random_weights(options)
    exact, rounded = (Runtime(options, weights, int8=int8) for int8 in (False, True))
    expected, _ = stepwise(exact, exact.encode(SRCS), TRGS)
    together, _ = stepwise(rounded, rounded.encode(SRCS), TRGS)
    difference = np.exp(expected) - np.exp(together)
    assert 0 < np.abs(difference).mean() < 0.01
    for row, src in enumerate(SRCS):
        alone, _ = stepwise(rounded, rounded.encode([src]), TRGS[row : row + 1])
        np.testing.assert_allclose(alone[0], together[row], atol=2e-3)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("options", KINDS, ids=named)
def test_huge_weights_overflow_nowhere(options: ModelOptions) -> None:
    runtime = Runtime(options, random_weights(options, 1e4), int8=options.tied)
    log_probs, attention = stepwise(runtime, runtime.encode(SRCS), TRGS)
    assert np.isfinite(attention).all()
    assert not np.isnan(log_probs).any()
    np.testing.assert_allclose(np.exp(log_probs).sum(-1), 1, atol=1e-4)


def test_weights_that_are_not_those_of_the_options_are_refused() -> None:
    options = ModelOptions(embedding=6, encoder_units=5, decoder_units=8)
    whole = random_weights(options)
    check_weights(whole, options, SRC_SIZE, TRG_SIZE)
    name = "decoder/output_bias"
    for wrong in (
        {k: v for k, v in whole.items() if k != name},
        whole | {"decoder/extra": whole[name]},
        whole | {name: whole[name][1:]},
        whole | {name: whole[name].astype(np.float64)},
    ):
        with pytest.raises(InputError, match=r"^its weights do not fit its options: decoder/"):
            check_weights(wrong, options, SRC_SIZE, TRG_SIZE)
    with pytest.raises(InputError, match="encoder/embedding"):
        check_weights(whole, options, SRC_SIZE + 1, TRG_SIZE)
    assert Runtime(options, whole).vocab_size == TRG_SIZE
