import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pandas as pd
import pytest
from safetensors.numpy import load_file

from nmt import training
from nmt.batches import training_batches
from nmt.checkpoint import checkpoint_path
from nmt.config import Config
from nmt.errors import InputError, WorkError
from nmt.interrupts import deferred_interrupts
from nmt.scoring import bleu_chrf
from nmt.training import train
from nmt.translator import Translator
from tests.command_line import nmt
from tests.trained import untimed, weights

# The least to make, where the test is not of the model.
QUICK: dict[str, Any] = {"attention": "none", "cell": "gru", "decoder_layers": 1}


def interrupt(
    monkeypatch: pytest.MonkeyPatch, *, epoch: int, batches: int, error: BaseException
) -> None:
    """Let training end with `error` after some batches of an epoch."""
    real = training_batches

    def until(*arguments: Any, **named: Any) -> Iterator[Any]:
        for number, batch in enumerate(real(*arguments, **named)):
            if named["epoch"] == epoch and number == batches:
                raise error
            yield batch

    monkeypatch.setattr(training, "training_batches", until)


def test_an_interrupted_run_goes_on_as_if_it_never_stopped(
    bundle_folder: Path,
    sample_corpus: Path,
    small_config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "eng-mar"
    with monkeypatch.context() as patched:
        interrupt(patched, epoch=2, batches=3, error=KeyboardInterrupt())
        with pytest.raises(WorkError, match=r"after epoch 1; .* run the same .* --resume") as told:
            train(sample_corpus, folder, small_config)
    assert str(folder) in str(told.value)
    assert "\n" not in str(told.value)
    assert Translator.load(folder).bundle.scores["best"]["epoch"] == 1
    refuses_what_changed(sample_corpus, folder, small_config, tmp_path)
    shutil.rmtree(folder)  # the checkpoint is enough
    train(sample_corpus, folder, small_config, resume=True)
    assert weights(folder) == weights(bundle_folder)
    pd.testing.assert_frame_equal(untimed(folder), untimed(bundle_folder))
    assert not checkpoint_path(folder).exists()
    with pytest.raises(InputError, match="nothing to resume"):
        train(sample_corpus, folder, small_config, resume=True)


def refuses_what_changed(corpus: Path, folder: Path, config: Config, tmp_path: Path) -> None:
    before = weights(folder)
    other = config.override(seed=5, dropout=0.1, vocab_size=10_000)
    with pytest.raises(InputError) as told:
        train(corpus, folder, other, resume=True)
    for change in (
        "training seed was 1, is 5",
        f"model dropout was {config.model.dropout}, is 0.1",
        "vocab_size was",
    ):
        assert change in str(told.value)
    changed = tmp_path / "changed.tsv"
    changed.write_bytes(corpus.read_bytes() + "New.\tनवीन.\n".encode())
    with pytest.raises(InputError, match=r"the corpus was \w{12}, is \w{12}"):
        train(changed, folder, config, resume=True)
    assert weights(folder) == before
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    content = checkpoint_path(folder).read_bytes()
    checkpoint_path(damaged).write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="is damaged; leave out --resume"):
        train(corpus, damaged, config, resume=True)


def test_an_interrupt_in_the_first_epoch_leaves_what_can_be_used(
    sample_corpus: Path, small_config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    interrupt(monkeypatch, epoch=1, batches=2, error=KeyboardInterrupt())
    with pytest.raises(WorkError, match=r"in the first epoch; its weights so far are in .*model"):
        train(sample_corpus, folder, small_config.override(decoder_layers=1))
    translator = Translator.load(folder)
    assert len(translator.translate(["Tom.", ""])) == 2
    assert all(values.any() for name, values in load_file(folder / "weights.safetensors").items()
               if "bias" not in name and "beta" not in name)  # fmt: skip
    assert "interrupted before its first validation" in (folder / "README.md").read_text("utf-8")


def test_an_interrupt_before_the_first_epoch_ends_keeps_an_older_model(
    bundle_folder: Path,
    sample_corpus: Path,
    small_config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It never learns.
    monkeypatch.setattr(training, "Learner", Mock())
    interrupt(monkeypatch, epoch=1, batches=0, error=KeyboardInterrupt())
    older = shutil.copytree(bundle_folder, tmp_path / "older")
    with pytest.raises(WorkError, match=r"in the first epoch; .*older is left as it was"):
        train(sample_corpus, older, small_config.override(**QUICK), overwrite=True)
    assert weights(older) == weights(bundle_folder)
    with pytest.raises(WorkError, match="before the first step; nothing is written"):
        train(sample_corpus, tmp_path / "none", small_config.override(**QUICK))
    assert [path.name for path in tmp_path.iterdir()] == ["older"]


def test_a_polite_kill_of_the_command_keeps_the_best(
    sample_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dropped:
        """Python drops what is raised while it is deleted."""

        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    def validated(*arguments: Any) -> Any:
        Dropped()
        return bleu_chrf(*arguments)

    monkeypatch.setattr(training, "bleu_chrf", validated)
    sizes = "--vocab-size 400 --embedding 8 --encoder-units 6 --decoder-units 8 --decoder-layers 1"
    model = tmp_path / "model"
    ended = nmt("train", "--corpus", sample_corpus, "--output", model, *sizes.split())
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[-1].startswith("nmt: interrupted after epoch 1; ")
    assert "Traceback" not in ended.err
    assert Translator.load(model).bundle.scores["best"]["epoch"] == 1


def test_an_interrupt_waits_for_the_end_of_a_step_and_is_not_lost() -> None:
    before, done = signal.getsignal(signal.SIGINT), []

    def work(signals: int, *, checked: bool) -> None:
        with deferred_interrupts() as check:
            for _ in range(signals):
                signal.raise_signal(signal.SIGINT)
            done.append("step")
            if checked:
                check()
                done.append("next step")

    work(0, checked=True)
    assert done == ["step", "next step"]
    for signals, checked, more in ((1, True, ["step"]), (1, False, ["step"]), (2, True, [])):
        done.clear()
        with pytest.raises(KeyboardInterrupt):
            work(signals, checked=checked)
        assert done == more
    assert signal.getsignal(signal.SIGINT) == before
