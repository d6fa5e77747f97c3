"""Minimum risk training: what it is shown, what it learns, and that it repeats."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nmt import training
from nmt.checkpoint import checkpoint_path
from nmt.config import Config, LanguageOptions, ModelOptions, TrainingOptions
from nmt.dataset import Pairs, load_dataset
from nmt.model import LIKELIHOOD, Learner, Model, expected_risk, smoothed_loss
from nmt.risk import BATCHES, CANDIDATES, drawn_sources, risk_batches
from nmt.scoring import sentence_cost
from nmt.search import SearchOptions
from nmt.subword import BOS, EOS, PAD
from nmt.training import train
from nmt.translator import Translator
from tests.trained import untimed, weights

BUDGET = 700
# The least to make, where the test is not of the model.
QUICK: dict[str, Any] = {"attention": "none", "cell": "gru", "decoder_layers": 1}

Sources = list[tuple[str, list[str]]]
Batch = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]


@pytest.fixture(scope="module")
def translator(bundle_folder: Path) -> Translator:
    return Translator.load(bundle_folder)


@pytest.fixture(scope="module")
def pairs(sample_corpus: Path) -> Pairs:
    return load_dataset(sample_corpus, LanguageOptions()).train


@pytest.fixture(scope="module")
def sources(pairs: Pairs) -> Sources:
    return drawn_sources(pairs, seed=1, epoch=1)


def batches(translator: Translator, sources: Sources, **options: Any) -> list[Batch]:
    given_options = {"sampling": 0.0, "unpunctuated": 0.0, "seed": 1, "epoch": 1, **options}
    made = risk_batches(translator, sources, batch_tokens=BUDGET, **given_options)
    return list(made)


def test_an_epoch_draws_a_share_of_the_sources_with_all_their_references(pairs: Pairs) -> None:
    known: dict[str, list[str]] = {}
    for src, trg in zip(pairs.srcs, pairs.trgs, strict=True):
        known.setdefault(src, []).append(trg)
    drawn = [drawn_sources(pairs, 1, epoch) for epoch in (1, 2, 1)]
    assert drawn[0] == drawn[2] != drawn[1] != drawn_sources(pairs, 2, 2)
    for each in drawn:
        assert len(each) == -(-len(known) // CANDIDATES)
        assert all(known[src] == refs for src, refs in each)
    assert len(drawn_sources(Pairs(["a"], ["b"]), 1, 1)) == 1


def test_each_source_comes_once_with_what_search_finds_the_cheapest_first(
    translator: Translator, sources: Sources
) -> None:
    bundle, refs = translator.bundle, dict(sources)
    seen: Counter[str] = Counter()
    for src, trg, costs in batches(translator, sources):
        assert trg.size <= BATCHES * BUDGET or len(src) == 1
        for ids, trgs, cost in zip(src, trg, costs, strict=True):
            [text] = [text for text in refs if bundle.src_subword.encode([text])[0] == read(ids)]
            seen[text] += 1
            spelt = [bundle.trg_subword.decode(row) for row in trgs if row[0] == BOS]
            for row in trgs[: len(spelt)]:
                assert row[len(read(row)) + 1] == EOS
            assert not trgs[len(spelt) :].any()
            told = [sentence_cost(hyp, refs[text]) for hyp in spelt]
            assert told == sorted(told)
            assert cost.tolist() == pytest.approx(told + [0] * (CANDIDATES - len(told)))
            for beam_size in (1, CANDIDATES - 1):
                options = SearchOptions(beam_size=beam_size, prune=5.0)
                [[found, *_]] = translator.found([read(ids)], options)
                assert found.ids in [tuple(read(row)) for row in trgs]
    assert seen == Counter(refs.keys())


def read(ids: NDArray[np.int32]) -> list[int]:
    return [int(i) for i in ids if i not in (PAD, BOS, EOS)]


def test_batches_are_a_function_of_their_arguments(
    translator: Translator, sources: Sources
) -> None:
    def told(**options: Any) -> list[list[Any]]:
        return [
            [part.tolist() for part in batch]
            for batch in batches(translator, sources[:40], sampling=0.1, **options)
        ]

    once = told()
    assert once == told()
    assert all(once != told(**other) for other in ({"seed": 2}, {"epoch": 2}))
    full_stop = translator.bundle.src_subword.encode(["a."])[0][-1]
    for share, expected in ((0.0, True), (1.0, False)):
        made = batches(translator, [("The boat is red.", ["नाव लाल आहे."])], unpunctuated=share)
        assert (full_stop in made[0][0]) == expected


WORDS = st.text("कखगघ ", min_size=1, max_size=12).filter(str.strip)


@given(WORDS, WORDS)
def test_a_cost_is_0_for_a_reference_and_1_for_what_has_nothing_of_it(ref: str, other: str) -> None:
    assert sentence_cost(ref, [other, ref]) == pytest.approx(0)
    assert sentence_cost("xyz", [ref]) == 1
    assert -1e-9 <= sentence_cost(ref, [other]) <= 1


def test_the_cost_is_of_both_metrics() -> None:
    # By hand: of two words one is right (13a), no pair: sqrt(1/2 * 1/2) with sacreBLEU's
    # exponential smoothing; chrF2 of the letters "abcd" and "abef", orders 1 to 4.
    bleu = (1 / 2 * 1 / 2) ** 0.5
    found = [(2, 4), (1, 3), (0, 2), (0, 1)]
    chrf = sum(n / of for n, of in found) / len(found)
    assert sentence_cost("ab cd", ["ab ef"]) == pytest.approx(1 - (bleu + chrf) / 2, abs=1e-3)


def test_the_risk_is_the_mean_cost_by_probability() -> None:
    probabilities, costs = np.array([[0.2, 0.1, 0.3], [0.5, 0.1, 0.9]]), [[1, 0.5, 0], [0.2, 1, 9]]
    real = [[True, True, True], [True, True, False]]
    risk = expected_risk(tf.constant(np.log(probabilities), tf.float32), costs, real)
    assert risk.numpy() == pytest.approx([(0.2 + 0.05) / 0.6, (0.5 * 0.2 + 0.1) / 0.6])


@pytest.fixture
def learner() -> Learner:
    keras.utils.set_random_seed(3)
    sizes: dict[str, Any] = {
        "embedding": 8,
        "encoder_units": 6,
        "decoder_units": 10,
        "dropout": 0.3,
    }
    return Learner(Model(ModelOptions(**sizes), 30, 40), TrainingOptions(clip_norm=100))


SRC = np.array([[5, 6, EOS], [7, EOS, PAD], [8, 9, EOS]], np.int32)
TRG = np.full((3, 3, 5), PAD, np.int32)
TRG[:, :2] = [BOS, 11, 12, EOS, PAD]
TRG[:, 1, 2] = 13
TRG[1, 2] = [BOS, 16, 17, 18, EOS]
COSTS = np.array([[0.1, 0.9, 0], [0.2, 0.5, 0.8], [0.3, 0.3, 0]], np.float32)


def test_a_risk_step_follows_the_gradient_of_risk_and_likelihood(learner: Learner) -> None:
    weights = learner.model.trainable_variables
    with tf.GradientTape() as tape:
        risk = total = pieces = 0.0
        for src, trgs, costs in zip(SRC, TRG, COSTS, strict=True):
            real = [trg for trg in trgs if trg.any()]
            logs = [log_prob(learner, src, trg) for trg in real]
            risk += tf.reduce_sum(tf.nn.softmax(logs) * costs[: len(logs)]) / len(SRC)
            logits = learner.model(src[None], real[0][None, :-1]).logits
            loss, count = smoothed_loss(logits, real[0][None, 1:], 0.1)
            total, pieces = total + loss, pieces + count
        objective = risk + LIKELIHOOD * total / pieces
    gradients = tape.gradient(objective, [weight.value for weight in weights])
    told = learner.risk_step(SRC, TRG, COSTS, 0.0)
    assert told == pytest.approx((float(total), float(pieces)), rel=1e-5)
    moments = {v.path: v for v in learner.optimizer.variables if v.path.endswith("_momentum")}
    for weight, gradient in zip(weights, gradients, strict=True):
        [moment] = (m for path, m in moments.items() if weight.path.replace("/", "_") in path)
        np.testing.assert_allclose(moment, 0.1 * tf.convert_to_tensor(gradient), atol=1e-6)


def log_prob(learner: Learner, src: NDArray[np.int32], trg: NDArray[np.int32]) -> tf.Tensor:
    ids = trg[trg != PAD]
    logs = tf.nn.log_softmax(learner.model(src[src != PAD][None], ids[None, :-1]).logits[0])
    return tf.reduce_sum(tf.gather(logs, ids[1:], batch_dims=1))


def test_risk_steps_make_the_cheaper_candidate_the_likelier(learner: Learner) -> None:
    cheap, dear = TRG[0, :2]
    costs = np.array([[0.0, 1.0, 0.0]], np.float32)
    for _ in range(30):
        learner.risk_step(SRC[:1], TRG[:1], costs, 0.01)
    assert log_prob(learner, SRC[0], cheap) > log_prob(learner, SRC[0], dear) + 3


def test_a_run_ends_with_epochs_of_risk_and_resumes_in_them(
    sample_corpus: Path,
    small_config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = small_config.override(**QUICK, risk_from=0.5)  # of two epochs the second
    whole, resumed = tmp_path / "whole", tmp_path / "resumed"
    begun: list[int] = []

    def kept(*arguments: Any, **named: Any) -> Iterator[Any]:
        begun.append(named["epoch"])
        if len(begun) == 1:  # what an interrupt would leave
            shutil.copytree(whole, resumed)
            shutil.copy(checkpoint_path(whole), checkpoint_path(resumed))
        return risk_batches(*arguments, **named)

    monkeypatch.setattr(training, "risk_batches", kept)
    train(sample_corpus, whole, config)
    train(sample_corpus, resumed, config, resume=True)
    assert begun == [2, 2]
    assert weights(resumed) == weights(whole)
    pd.testing.assert_frame_equal(untimed(resumed), untimed(whole))
    history = untimed(whole)
    assert history["loss"].is_monotonic_decreasing
    assert history["steps"].diff().iloc[1] > 0
