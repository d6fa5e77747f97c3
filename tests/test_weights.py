"""Weights in eight bits: near enough, and refused where they do not fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from nmt.errors import InputError
from nmt.weights import SCALE, dequantised, quantised

KERNEL, EMBEDDINGS = "decoder/readout/kernel", "decoder/embedding/embeddings"
MATRICES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6),
    elements=st.floats(-(2.0**99), 2.0**99, width=32),
)


@given(MATRICES, st.sampled_from([KERNEL, EMBEDDINGS]))
def test_no_weight_moves_by_more_than_half_the_step_of_its_output(
    weight: NDArray[np.float32], name: str
) -> None:
    tensors = quantised({name: weight})
    assert tensors[name].dtype == np.int8
    again = dequantised(tensors)[name]
    assert again.dtype == np.float32
    # An output is a column of a kernel and a row of embeddings; its largest weight gets 127.
    largest = np.abs(weight.astype(float)).max(1 if name == EMBEDDINGS else 0, keepdims=True)
    error = np.abs(again.astype(float) - weight)
    assert (error <= 0.5001 * largest / 127 + 1e-35).all()


@given(MATRICES)
def test_storing_twice_is_storing_once(weight: NDArray[np.float32]) -> None:
    once = quantised({KERNEL: weight})
    twice = quantised(dequantised(once))
    np.testing.assert_array_equal(twice[KERNEL], once[KERNEL])
    np.testing.assert_allclose(twice[KERNEL + SCALE], once[KERNEL + SCALE], rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("decoder/readout/bias", (8,)), ("a/bias", (2, 8)), ("decoder/attention/score", (8, 1))],
)
def test_vectors_stay_as_they_are(name: str, shape: tuple[int, ...]) -> None:
    weight = np.random.default_rng(1).normal(size=shape).astype(np.float32)
    tensors = quantised({name: weight})
    assert list(tensors) == [name]
    np.testing.assert_array_equal(dequantised(tensors)[name], weight)


INT8 = np.ones((4, 3), np.int8)


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        (None, "has no scales that fit"),
        (np.ones((1, 3)), "has no scales that fit"),
        (np.ones((1, 3), np.int8), "has no scales that fit"),
        (np.ones((4, 1), np.float32), "has no scales that fit"),
        # Of a shape that would only broadcast, to more than was stored.
        (np.ones((1000, 4, 3), np.float32), "has no scales that fit"),
        (np.ones(3, np.float32), "has no scales that fit"),
        (np.array([[1, np.nan, 1]], np.float32), "no positive numbers"),
        (np.array([[1, np.inf, 1]], np.float32), "no positive numbers"),
        (np.array([[1, 0, 1]], np.float32), "no positive numbers"),
        (np.array([[1, -1, 1]], np.float32), "no positive numbers"),
    ],
)
def test_scales_that_do_not_fit_are_refused(
    scale: NDArray[np.float32] | None, message: str
) -> None:
    tensors = {KERNEL: INT8} | ({} if scale is None else {KERNEL + SCALE: scale})
    with pytest.raises(InputError, match=message):
        dequantised(tensors)


def test_scales_of_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="scale of no weight"):
        dequantised({KERNEL + SCALE: np.ones((1, 3), np.float32)})
