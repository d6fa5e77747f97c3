import dataclasses
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pytest

from nmt import training
from nmt.batches import training_batches
from nmt.checkpoint import checkpoint_path
from nmt.config import Config, LanguageOptions, TrainingOptions
from nmt.corpus import fingerprint
from nmt.dataset import load_dataset
from nmt.errors import InputError, WorkError
from nmt.model import Model, learning_rate
from nmt.risk import risk_batches
from nmt.training import train
from nmt.translator import Translator
from tests.trained import untimed


def test_the_learning_rate_rises_then_falls() -> None:
    options = TrainingOptions(learning_rate=0.01, warmup=4)
    rates = [learning_rate(options, step, 0.1, 11) for step in range(6)]
    assert rates == pytest.approx([0.0025, 0.005, 0.0075, 0.01, 0.01, 0.01])
    later = [learning_rate(options, 100, epoch, 11) for epoch in (1, 2, 6, 10.5, 11, 12)]
    assert later == pytest.approx([0.01, 0.009, 0.005, 0.0005, 0.0001, 0.0001])
    assert learning_rate(options, 100, 0.5, 1) == 0.01


def test_a_short_plan_has_its_share_of_the_dropout() -> None:
    shares = [TrainingOptions(dropout_epochs=30).dropout_share(e) for e in (7.5, 15, 30, 40)]
    assert shares == [0.25, 0.5, 1, 1]


def test_the_bundle_holds_all_there_is_to_know(bundle_folder: Path, sample_corpus: Path) -> None:
    assert {path.name for path in bundle_folder.iterdir()} == {
        "config.json",
        "src.model",
        "trg.model",
        "words.txt",
        "weights.safetensors",
        "history.csv",
        "curve.png",
        "README.md",
    }
    assert [path.name for path in bundle_folder.parent.iterdir()] == ["eng-mar"]
    history = pd.read_csv(bundle_folder / "history.csv")
    assert history["epoch"].tolist() == [1, 2]
    assert history["valid_loss"].is_monotonic_decreasing
    assert history["steps"][1] == pytest.approx(2 * history["steps"][0], abs=8)
    dataset, bundle = load_dataset(sample_corpus, LanguageOptions()), Translator.load(bundle_folder)
    record = bundle.bundle.corpus
    assert (record.train_pairs, record.valid_pairs, record.test_pairs) == tuple(
        len(part) for part in (dataset.train, dataset.valid, dataset.test)
    )
    card = (bundle_folder / "README.md").read_text("utf-8")
    for known in (
        f"| train | {len(dataset.train):,} |",
        f"| test | {len(dataset.test):,} |",
        fingerprint(sample_corpus),
        "nrefs:1\\|case:mixed\\|eff:no\\|tok:13a",
        "| test | beam 5 | first | BLEU |",
        "| test | greedy | all | TER |",
        "vocab_size 400",
        "seed 1",
        f"python {sys.version.split()[0]}",
        "tensorflow 2.",
    ):
        assert known in card
    best = bundle.bundle.scores["best"]
    row = history[history["bleu"] == history["bleu"].max()].iloc[-1]
    assert best["epoch"] == row["epoch"]
    assert f"after epoch {row['epoch']:.0f} " in card
    assert {row["part"] for row in bundle.bundle.scores["table"]} == {"test"}
    assert len(bundle.bundle.scores["table"]) == 12


# The least to make, where the test is not of the model.
QUICK: dict[str, Any] = {"attention": "none", "cell": "gru", "decoder_layers": 1}


def test_a_loss_that_diverges_is_told(
    sample_corpus: Path, small_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nmt.model.Learner.step", lambda *_: (float("nan"), 10.0))
    with pytest.raises(WorkError, match="diverged in epoch 1; use a smaller --learning-rate"):
        train(sample_corpus, tmp_path / "model", small_config.override(**QUICK))


def test_bad_starts_write_nothing(
    bundle_folder: Path, sample_corpus: Path, small_config: Config, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="exists; add --overwrite"):
        train(sample_corpus, bundle_folder, small_config)
    with pytest.raises(InputError, match=r"nothing to resume: there is no .*model.checkpoint"):
        train(sample_corpus, tmp_path / "model", small_config, resume=True)
    few = tmp_path / "few.tsv"
    few.write_text("".join(f"I see {n}.\tमला {n} दिसतात.\n" for n in range(50)), "utf-8")
    with pytest.raises(InputError, match="too few pairs for the split"):
        train(few, tmp_path / "model", small_config)
    with pytest.raises(InputError, match=r"too few for 9000 pieces; use --vocab-size \d+ or less"):
        train(sample_corpus, tmp_path / "model", small_config.override(vocab_size=9000))
    assert [path.name for path in tmp_path.iterdir()] == ["few.tsv"]


# The other kinds of model train in the tests below: `additive` and `lstm` did above.


def test_the_other_direction_stops_when_nothing_improves(
    sample_corpus: Path,
    small_config: Config,
    tmp_path: Path,
    bundle_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scores = iter([(1.0, 5.0), (2.0, 5.0), (2.0, 6.0), (1.0, 5.0), (2.0, 6.0), (9.0, 9.0)])
    monkeypatch.setattr(training, "bleu_chrf", lambda *_: next(scores))
    config = dataclasses.replace(
        small_config.override(attention="dot", decoder_layers=1, epochs=40, patience=2),
        languages=LanguageOptions("mar", "eng"),
    )
    translator = train(sample_corpus, tmp_path / "mar-eng", config)
    assert untimed(tmp_path / "mar-eng")["bleu"].tolist() == [1, 2, 2, 1, 2]
    assert translator.bundle.scores["best"]["epoch"] == 5  # of equals, the last
    (hyp,) = translator.translate(["मला पाणी हवे आहे."])
    assert hyp.isascii()
    forward = Translator.load(bundle_folder).bundle
    # But for case, which no Devanagari has, Marathi is read as it is written.
    ours, theirs = translator.bundle.src_subword, forward.trg_subword
    assert ours.pieces(range(ours.vocab_size)) == theirs.pieces(range(theirs.vocab_size))


def test_another_seed_begins_with_other_weights(
    sample_corpus: Path, small_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dict[str, Any]] = []

    def learner(model: Model, _: TrainingOptions) -> NoReturn:
        begun.append({name: weight.numpy() for name, weight in model.named_weights().items()})
        raise WorkError("this is all it was made for")

    monkeypatch.setattr(training, "Learner", learner)
    for seed in (1, 1, 2):
        with pytest.raises(WorkError, match="all it was made for"):
            train(sample_corpus, tmp_path / "model", small_config.override(seed=seed))
    first, again, other = (each["decoder/readout/kernel"] for each in begun)
    assert (first == again).all()
    assert not np.isclose(first, other).any()


def test_of_the_share_joined_two_pairs_are_read_as_one(
    sample_corpus: Path, small_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[list[str]] = []

    def batches(srcs: list[str], *_: Any, **__: Any) -> NoReturn:
        read.append(srcs)
        raise WorkError("this is all it was made for")

    monkeypatch.setattr(training, "training_batches", batches)
    for share in (0.0, 0.5):
        with pytest.raises(WorkError, match="all it was made for"):
            train(sample_corpus, tmp_path / "model", small_config.override(joined=share))
    apart, joined = read
    assert len(joined) == len(apart) - len(apart) // 4
    assert sum(map(len, joined)) == sum(map(len, apart)) + len(apart) // 4  # the blanks between


def test_any_two_languages(small_config: Config, tmp_path: Path) -> None:
    words = {"cat": "chat", "dog": "chien", "horse": "cheval", "fish": "poisson",
             "girl": "fille", "boy": "garçon", "queen": "reine", "judge": "juge"}  # fmt: skip
    corpus = tmp_path / "fra.tsv"
    corpus.write_text(
        "".join(f"The {a} sees {n} {b}s.\tLe {words[a]} voit {n} {words[b]}s.\n"
                for a in words for b in words for n in range(2, 8)), "utf-8")  # fmt: skip
    config = dataclasses.replace(
        small_config.override(
            epochs=1,
            vocab_size=294,
            attention="general",
            cell="gru",
            decoder_layers=1,
            tied=False,
        ),
        languages=LanguageOptions("eng", "fra", "eng", "fra"),
    )
    translator = train(corpus, tmp_path / "eng-fra", config)
    assert len(translator.translate(["The cat sees 3 dogs."])) == 1
    assert (tmp_path / "eng-fra" / "README.md").read_text("utf-8").startswith("# eng → fra")


def test_minutes_bound_the_run(
    sample_corpus: Path, small_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(0, 0.05)  # seconds: the same at each look, however busy the machine
    monkeypatch.setattr(training, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    lessons, rates = [], []

    def told(name: str, made: Callable[..., Any]) -> Callable[..., Any]:
        def batches(*parts: Any, **options: Any) -> Any:
            lessons.append((name, options["sampling"]))
            return made(*parts, **options)

        return batches

    def rate(*parts: Any) -> float:
        rates.append(learning_rate(*parts))
        return rates[-1]

    for made in (training_batches, risk_batches):
        monkeypatch.setattr(training, made.__name__, told(made.__name__, made))
    monkeypatch.setattr(training, "learning_rate", rate)
    monkeypatch.setattr("nmt.model.Learner.risk_step", lambda *_: (1.0, 1.0))
    config = small_config.override(
        epochs=4000,
        minutes=0.1,
        attention="local",
        decoder_layers=1,
        patience=4000,
        trg_sampling_until=0.4,
    )
    train(sample_corpus, tmp_path / "model", config)
    # The plan is made for the time there is.
    assert lessons[0] == ("training_batches", (0.3, 0.3))
    assert ("training_batches", (0.3, 0.0)) in lessons
    assert lessons[-1] == ("risk_batches", 0.3)
    assert rates[-1] < max(rates) / 10
    history = pd.read_csv(tmp_path / "model" / "history.csv")
    assert len(history) > 1
    assert 0.05 < history["minutes"].iloc[-1] < 0.1
    assert next(clock) < 6
    assert Translator.load(tmp_path / "model").translate(["", "Tom."])[0] == ""
    assert not checkpoint_path(tmp_path / "model").exists()
