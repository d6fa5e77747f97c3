import itertools
import re
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from nmt.config import ATTENTIONS, CELLS, ModelOptions, TrainingOptions
from nmt.encoder import Encoder, VariableDropout
from nmt.model import Learner, Model, smoothed_loss
from nmt.subword import BOS, EOS, PAD

SRC, TRG = 30, 40
# The cells in turn: attention sees what they say, not which they are.
KINDS = list(zip(ATTENTIONS, itertools.cycle(CELLS), strict=False))


def options(**values: Any) -> ModelOptions:
    sizes = {"embedding": 8, "encoder_units": 6, "decoder_units": 10, "dropout": 0.0}
    return ModelOptions(**{**sizes, **values})


def model(**values: Any) -> Model:
    keras.utils.set_random_seed(3)
    return Model(options(**values), SRC, TRG)


def ids(size: int, *lengths: int, first: int | None = None) -> tf.Tensor:
    """Random ids of those lengths, ended and padded to the longest."""
    rng, longest = np.random.default_rng(5), max(lengths)
    rows = np.full((len(lengths), longest), PAD, np.int32)
    for row, length in zip(rows, lengths, strict=True):
        row[:length] = rng.integers(4, size, length)
        row[length - 1] = EOS
        if first is not None:
            row[0] = first
    return tf.constant(rows)


@pytest.mark.parametrize(("attention", "cell"), KINDS)
def test_padding_never_changes_a_result(attention: str, cell: str) -> None:
    whole = model(attention=attention, cell=cell, encoder_layers=2)
    src, trg = ids(SRC, 3, 5), ids(TRG, 4, 3, first=BOS)
    together = whole(src, trg)
    for row, (src_len, trg_len) in enumerate([(3, 4), (5, 3)]):
        alone = whole(src[row : row + 1, :src_len], trg[row : row + 1, :trg_len])
        np.testing.assert_allclose(
            together.logits[row, :trg_len], alone.logits[0], rtol=0, atol=1e-5
        )
        np.testing.assert_allclose(
            together.attention[row, :trg_len, :src_len], alone.attention[0], rtol=0, atol=1e-5
        )
        assert not together.attention[row, :, src_len:].numpy().any()


@pytest.mark.parametrize(("attention", "cell"), KINDS)
def test_gradients_flow_to_every_weight(attention: str, cell: str) -> None:
    whole = model(attention=attention, cell=cell, tied=cell == "lstm")
    src, trg = ids(SRC, 4, 3), ids(TRG, 4, 3, first=BOS)
    weights = whole.named_weights()
    assert len(weights) == len(whole.trainable_variables)
    with tf.GradientTape() as tape:
        logits = whole(src, trg[:, :-1], training=True).logits
        loss, _ = smoothed_loss(logits, trg[:, 1:], 0.1)
    gradients = tape.gradient(loss, [weight.value for weight in weights.values()])
    still = [
        name
        for name, gradient in zip(weights, gradients, strict=True)
        if gradient is None or not np.any(tf.convert_to_tensor(gradient).numpy())
    ]
    # Nothing reads the memory without attention, only the summary.
    unread = ["encoder/norm_0/gamma", "encoder/norm_0/beta"] if attention == "none" else []
    assert still == unread


def test_weights_are_named_by_structure_alone() -> None:
    first, second = model(), model()
    assert list(first.named_weights()) == list(second.named_weights())
    assert set(first.named_weights()) == {
        "encoder/embedding/embeddings",
        *(f"encoder/{way}_0/{part}" for way in ("forward", "backward") for part in CELL),
        *(f"encoder/norm_0/{part}" for part in ("gamma", "beta")),
        "decoder/embedding/embeddings",
        *(f"decoder/bridge/{part}" for part in ("kernel", "bias")),
        *(f"decoder/attention/{part}" for part in ("query_kernel", "key_kernel", "score")),
        *(f"decoder/layer_{i}/{part}" for i in (0, 1) for part in CELL),
        *(f"decoder/norm_{i}/{part}" for i in (0, 1) for part in ("gamma", "beta")),
        *(f"decoder/readout/{part}" for part in ("kernel", "bias")),
        "decoder/output_bias",
    }


CELL = ("kernel", "recurrent_kernel", "bias")


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])
def test_smoothed_loss_is_the_cross_entropy_with_smoothed_labels(smoothing: float) -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(2, 3, 7)) * 3
    trg = np.array([[5, 6, EOS], [4, EOS, PAD]])
    expected = 0.0
    for row, position in zip(*np.nonzero(trg != PAD), strict=True):
        scores = logits[row, position]
        log_probs = scores - np.log(np.exp(scores).sum())
        labels = np.full(7, smoothing / 7)
        labels[trg[row, position]] += 1 - smoothing
        expected -= (labels * log_probs).sum()
    loss, pieces = smoothed_loss(tf.constant(logits), tf.constant(trg), smoothing)
    assert float(loss) == pytest.approx(expected, rel=1e-6)
    assert float(pieces) == 5


@pytest.mark.parametrize("cell", CELLS)
def test_the_summary_is_where_the_two_directions_end(cell: str) -> None:
    keras.utils.set_random_seed(1)
    encoder = Encoder(SRC, cell=cell, embedding_size=8, layers=1, units=6, dropout=0.0)
    src = ids(SRC, 7, 5)
    encoder(src)
    for norm in encoder.norms:
        norm.gamma.assign(tf.ones(12) * 2)
    source = encoder(src)
    # A sentence of one id ends where it begins: its memory is its summary, normalised.
    one = encoder(src[:, :1])
    np.testing.assert_allclose(one.memory[:, 0], encoder.norms[0](one.summary), atol=1e-6)
    # Read from the other end by directions that changed places, both ends change places.
    ahead, behind = encoder.forwards[0].get_weights(), encoder.backwards[0].get_weights()
    encoder.forwards[0].set_weights(behind)
    encoder.backwards[0].set_weights(ahead)
    turned = encoder(tf.reverse_sequence(src, [7, 5], seq_axis=1)).summary
    np.testing.assert_allclose(turned[:, :6], source.summary[:, 6:], atol=1e-6)
    np.testing.assert_allclose(turned[:, 6:], source.summary[:, :6], atol=1e-6)
    assert not np.allclose(source.summary[:, :6], source.summary[:, 6:])
    assert source.mask.numpy().sum(-1).tolist() == [7, 5]


@pytest.mark.parametrize("tied", [True, False])
def test_tied_weights_are_one_and_untied_ones_are_two(tied: bool) -> None:
    whole = model(tied=tied)
    assert ("decoder/output/embeddings" in whole.named_weights()) == (not tied)
    src, trg = tf.constant([[5, 6, EOS]]), tf.constant([[BOS, 7]])
    before = whole(src, trg).logits.numpy()
    table = whole.decoder.embed.embeddings
    table.assign(tf.tensor_scatter_nd_add(table.value, [[11]], tf.ones([1, 8])))
    changed = np.any(whole(src, trg).logits.numpy() != before, axis=(0, 1))
    assert np.flatnonzero(changed).tolist() == ([11] if tied else [])


def test_embeddings_enter_the_network_with_unit_variance() -> None:
    whole = Model(options(embedding=64), 500, 500)
    for part in (whole.encoder, whole.decoder):
        entering = part.embed(tf.range(500)) * part.scale
        assert float(tf.math.reduce_std(entering)) == pytest.approx(1, abs=0.03)
        assert float(tf.reduce_mean(entering)) == pytest.approx(0, abs=0.03)


def test_dropout_drops_its_share_and_keeps_the_mean() -> None:
    layer, ones = VariableDropout(0.4), tf.ones([200, 50])
    dropped = tf.function(lambda: layer(ones, training=True))
    for share in (1.0, 0.5, 0.0):
        layer.set_share(share)
        rate, values = 0.4 * share, dropped().numpy()
        assert (values == 0).mean() == pytest.approx(rate, abs=0.02)
        assert values.max() == pytest.approx(1 / (1 - rate))
    layer.set_share(1.0)
    assert not np.array_equal(dropped(), dropped())
    assert np.array_equal(layer(ones, training=False), ones)


def test_a_step_drops_the_share_it_is_told() -> None:
    weights = []
    for dropout, share in ((0.0, 1.0), (0.5, 0.0), (0.5, 1.0)):
        learner = Learner(model(dropout=dropout), TrainingOptions())
        learner.set_dropout(share)
        learner.step(*BATCH, 0.01)
        weights.append(np.concatenate([w.ravel() for w in learner.weights().values()]))
    np.testing.assert_allclose(weights[1], weights[0], atol=1e-6)
    assert np.abs(weights[2] - weights[0]).max() > 1e-3


@pytest.fixture(scope="module")
def learner() -> Learner:
    return Learner(model(dropout=0.2), TrainingOptions(averaging=0.6))


@pytest.fixture(scope="module")
def other() -> Learner:
    """Made as `learner` is."""
    return Learner(model(dropout=0.2), TrainingOptions(averaging=0.6))


BATCH = ids(SRC, 5, 7), ids(TRG, 6, 4, first=BOS)


def test_the_average_of_the_weights_is_the_moving_one(learner: Learner) -> None:
    seen = []
    for rate in (0.01, 0.02, 0.005):
        learner.step(*BATCH, rate)
        seen.append(learner.weights())
    with learner.averaged():
        averages = learner.weights()
    for name, average in averages.items():
        expected = seen[0][name]
        for values in seen[1:]:
            expected = 0.6 * expected + 0.4 * values[name]
        np.testing.assert_allclose(average, expected, atol=1e-6)
        assert not np.array_equal(seen[-1][name], seen[0][name])
    assert all(np.array_equal(seen[-1][name], w) for name, w in learner.weights().items())


def test_a_step_learns_at_the_rate_it_is_given(learner: Learner) -> None:
    before = learner.weights()
    loss, pieces = learner.step(*BATCH, 0.0)
    assert all(np.array_equal(before[name], w) for name, w in learner.weights().items())
    assert pieces == 5 + 3
    assert loss > 0
    first = learner.loss([BATCH])
    for _ in range(40):
        learner.step(*BATCH, 0.02)
    assert learner.loss([BATCH]) < first / 2


def test_a_step_follows_the_gradient_of_the_whole_batch() -> None:
    src, trg = ids(SRC, 4, 5, 3), ids(TRG, 5, 4, 6, first=BOS)
    learner = Learner(model(), TrainingOptions(clip_norm=0.5, label_smoothing=0.2))
    weights = learner.model.trainable_variables
    with tf.GradientTape() as tape:
        total, pieces = smoothed_loss(learner.model(src, trg[:, :-1]).logits, trg[:, 1:], 0.2)
        mean = total / pieces
    gradients = tape.gradient(mean, [weight.value for weight in weights])
    clipped, _ = tf.clip_by_global_norm(gradients, 0.5)
    assert learner.step(src, trg, 0.01) == pytest.approx((float(total), float(pieces)))
    moments = {v.path: v for v in learner.optimizer.variables if v.path.endswith("_momentum")}
    for weight, gradient in zip(weights, clipped, strict=True):
        [moment] = (m for path, m in moments.items() if weight.path.replace("/", "_") in path)
        np.testing.assert_allclose(moment, 0.1 * tf.convert_to_tensor(gradient), atol=1e-6)
    # A batch of one sentence is a batch, too.
    loss, pieces = learner.step(src[:1, :4], trg[:1, :5], 0.01)
    assert (pieces, 0 < loss < 100) == (4, True)
    assert all(np.isfinite(values).all() for values in learner.weights().values())


def test_the_loss_of_several_batches_is_the_mean_over_their_ids(learner: Learner) -> None:
    short = BATCH[0][:1], BATCH[1][:1, :4]
    losses = [learner.loss([batch]) for batch in (BATCH, short)]
    assert learner.loss([BATCH, short]) == pytest.approx((8 * losses[0] + 3 * losses[1]) / 11)
    logits = learner.model(BATCH[0], BATCH[1][:, :-1]).logits
    total, pieces = smoothed_loss(logits, BATCH[1][:, 1:], 0)
    assert losses[0] == pytest.approx(float(total / pieces), rel=1e-5)


def test_variables_are_all_the_state_in_an_order_that_repeats(
    learner: Learner, other: Learner
) -> None:
    def shapes(one: Learner) -> list[tuple[str, str, tuple[int, ...]]]:
        # Keras numbers the layers of a second model on; the rest of a path stays.
        return [
            (name, re.sub(r"_?\d+", "", variable.path), tuple(variable.shape))
            for name, variable in one.variables().items()
        ]

    assert shapes(learner) == shapes(other)
    roles = [role for _, role, _ in shapes(learner)]
    assert sum("seed_generator" in role for role in roles) >= 2
    assert any(role.endswith("iteration") for role in roles)
    weights = len(learner.weights())
    assert len(roles) >= 4 * weights  # themselves, two moments, the average


def test_the_state_decides_what_the_next_steps_do(learner: Learner, other: Learner) -> None:
    for name, variable in learner.variables().items():
        other.variables()[name].assign(variable)
    for _ in range(3):
        assert learner.step(*BATCH, 0.01) == other.step(*BATCH, 0.01)
    ours, theirs = learner.weights(), other.weights()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)
