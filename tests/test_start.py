"""A run that begins with another model: what it takes over, what it refuses, that it repeats."""

from __future__ import annotations

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nmt import training
from nmt.bundle import Bundle, read_bundle, write_bundle
from nmt.checkpoint import checkpoint_path
from nmt.config import Config, LanguageOptions
from nmt.errors import InputError
from nmt.start import check_start, weights_sha256, with_start
from nmt.training import train
from tests.command_line import nmt
from tests.trained import weights

SIZES = "--vocab-size 400 --embedding 16 --encoder-units 12 --decoder-units 24"
REST = "--epochs 1 --batch-tokens 1000 --warmup 5 --averaging 0.5 --dropout-epochs 1"


@pytest.fixture(scope="module")
def start(bundle_folder: Path) -> Bundle:
    return read_bundle(bundle_folder)


def keyboard_interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def test_it_goes_on_from_the_model_and_resumes(
    bundle_folder: Path,
    start: Bundle,
    sample_corpus: Path,
    small_config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, config = tmp_path / "deeper" / "eng-mar", small_config.override(epochs=1)
    options = ("--corpus", sample_corpus, "--output", folder, "--start-from", bundle_folder)
    with monkeypatch.context() as patched:
        patched.setattr(training, "score", keyboard_interrupt)
        result = nmt("train", *options, *SIZES.split(), *REST.split())
    assert (result.code, result.out) == (1, "")
    assert "interrupted after epoch 1; " in result.err
    trained = weights(folder)
    assert trained != weights(bundle_folder)
    refuses_another_start(sample_corpus, folder, config, start)
    shutil.rmtree(folder)  # the checkpoint is enough
    train(sample_corpus, folder, config, start=start, resume=True)
    assert weights(folder) == trained
    # The options are those of the fresh run that made the start; all that differs is the start.
    assert read_bundle(folder).config == with_start(config, start)
    for name in ("src.model", "trg.model", "words.txt"):
        assert (folder / name).read_bytes() == (bundle_folder / name).read_bytes()
    fresh, ours = (pd.read_csv(path / "history.csv") for path in (bundle_folder, folder))
    assert ours["valid_loss"][0] < fresh["valid_loss"][0]
    known = sha256(weights(bundle_folder)).hexdigest()
    assert f"START: the model whose weights, as float32, have the SHA-256 `{known}`" in (
        folder / "README.md"
    ).read_text("utf-8")


def refuses_another_start(corpus: Path, folder: Path, config: Config, start: Bundle) -> None:
    before = checkpoint_path(folder).read_bytes()
    other = replace(start, weights={name: 2 * value for name, value in start.weights.items()})
    was = rf"the model to start from was {weights_sha256(start)[:12]}, is"
    for another, now in ((other, weights_sha256(other)[:12]), (None, "none")):
        with pytest.raises(InputError, match=f"cannot resume: {was} {now}; change it back"):
            train(corpus, folder, config, start=another, resume=True)
    assert checkpoint_path(folder).read_bytes() == before


def test_the_options_never_say_of_a_start_that_was_not(start: Bundle) -> None:
    told = start.config.override(started_from="0" * 64)
    assert with_start(told, None) == start.config
    assert with_start(told, start).training.started_from == weights_sha256(start)


def test_what_does_not_fit_is_named(start: Bundle) -> None:
    check_start(start, start.config.override(dropout=0.5, seed=9, sampling=0.0, averaging=0.9))
    with pytest.raises(InputError) as told:
        check_start(start, start.config.override(cell="gru", decoder_units=30, vocab_size=500))
    assert str(told.value) == (
        "cannot start from that model: vocab_size is 400 there, 500 here, cell is lstm there, "
        "gru here, decoder_units is 24 there, 30 here; give the options it has"
    )
    turned = replace(start.config, languages=LanguageOptions("mar", "eng"))
    with pytest.raises(InputError, match="src is eng there, mar here"):
        check_start(start, turned)


def test_a_start_that_lies_about_its_sizes_is_refused(start: Bundle) -> None:
    config = start.config.override(vocab_size=500)
    with pytest.raises(InputError, match=r"it has \(400, 400\) pieces, not as it says"):
        check_start(replace(start, config=config), config)
    name = "decoder/readout/kernel"
    flat = {**start.weights, name: start.weights[name].ravel()}
    with pytest.raises(InputError, match="do not fit its options"):
        check_start(replace(start, weights=flat), start.config)


def test_a_model_in_int8_can_be_gone_on_from(start: Bundle, tmp_path: Path) -> None:
    write_bundle(replace(start, int8=True), tmp_path / "int8", {})
    read = read_bundle(tmp_path / "int8")
    assert with_start(start.config, read).training.started_from != weights_sha256(start)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--vocab-size", "401"], "vocab_size is 400 there, 401 here"),
        (["--start-from", "absent"], "there is no model in absent"),
        (["--output", "start", "--overwrite"], "start is what to start from; choose another"),
        (["--output", "start/../start", "--overwrite"], "is what to start from"),
    ],
)
def test_bad_starts_are_refused_in_a_line_before_training(
    bundle_folder: Path,
    sample_corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(bundle_folder, "start")
    before = weights(Path("start"))
    common = ("--corpus", sample_corpus, "--start-from", "start", "--output", "new")
    result = nmt("train", *common, *SIZES.split(), *options)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert result.err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"start"}
    assert weights(Path("start")) == before


def test_all_of_an_ensemble_start_from_the_model(
    bundle_folder: Path,
    start: Bundle,
    sample_corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = []

    def train(corpus: Path, output: Path, config: Config, *, start: Bundle, **_: bool) -> None:
        """Stand in for minutes of training."""
        begun.append((output.name, config.training.seed, weights_sha256(start)))

    monkeypatch.setattr("nmt.training.train", train)
    common = ("--corpus", sample_corpus, "--start-from", bundle_folder, "--ensemble", 2)
    result = nmt("train", *common, *SIZES.split(), "--output", tmp_path / "m")
    assert result.code == 0, result.err
    known = weights_sha256(start)
    assert begun == [("m-1", 1, known), ("m-2", 2, known)]
    # One of them may not be what they all start from.
    shutil.copytree(bundle_folder, tmp_path / "m-2")
    common = ("--corpus", sample_corpus, "--start-from", tmp_path / "m-2", "--ensemble", 2)
    options = ("--output", tmp_path / "m", "--overwrite")
    result = nmt("train", *common, *SIZES.split(), *options)
    assert result.code == 2
    assert "m-2 is what to start from" in result.err
    assert len(begun) == 2
