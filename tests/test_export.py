"""A bundle in eight bits: a quarter of the size, nearly the same model, no private paths."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from nmt import bundle as bundles
from nmt.bundle import read_bundle, write_bundle
from nmt.errors import InputError
from nmt.evaluation import evaluate
from nmt.search import SearchOptions
from nmt.translator import Translator
from tests.command_line import nmt
from tests.test_bundle import resign

WEIGHTS = "weights.safetensors"


@pytest.fixture(scope="module")
def exported(bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle of `bundle_folder` in int8; tests that change it must copy it first."""
    folder = tmp_path_factory.mktemp("exported") / "eng-mar"
    result = nmt("export", "--format", "int8", "--model", bundle_folder, "--output", folder)
    assert (result.code, result.out) == (0, f"{folder}\n")
    assert result.err.endswith(f"MB; its card is {folder / 'README.md'}\n")
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported, tmp_path / "copy"))


def test_what_is_read_is_nearly_what_was_trained(bundle_folder: Path, exported: Path) -> None:
    before, after = read_bundle(bundle_folder), read_bundle(exported)
    assert (before.int8, after.int8) == (False, True)
    assert after.weights.keys() == before.weights.keys()
    for name, weight in before.weights.items():
        assert after.weights[name].dtype == np.float32
        step = np.abs(weight).max() / 127
        np.testing.assert_allclose(after.weights[name], weight, rtol=0, atol=0.51 * step)
    corpus = replace(before.corpus, path=Path(before.corpus.path).name)
    assert (after.config, after.corpus, after.words) == (before.config, corpus, before.words)
    assert (after.scores, after.versions) == (before.scores, before.versions)
    assert after.src_subword.model == before.src_subword.model
    assert after.trg_subword.model == before.trg_subword.model


def test_it_is_small_and_tells_nothing_of_where_it_was_made(
    bundle_folder: Path, exported: Path, sample_corpus: Path
) -> None:
    assert {path.name for path in exported.iterdir()} == {p.name for p in bundle_folder.iterdir()}
    for name in ("history.csv", "curve.png"):
        assert (exported / name).read_bytes() == (bundle_folder / name).read_bytes()
    sizes = [(folder / WEIGHTS).stat().st_size for folder in (exported, bundle_folder)]
    assert sizes[0] < 0.5 * sizes[1]
    for path in exported.iterdir():
        assert str(sample_corpus.parent).encode() not in path.read_bytes()
    card = (exported / "README.md").read_text("utf-8")
    assert "int8" in card
    assert "The scores are those of the float32 weights" in card
    assert "nmt export --format int8 --model models/eng-mar" in card


def test_it_translates_nearly_as_before(bundle_folder: Path, exported: Path) -> None:
    texts = [f"{who} can eat {what}." for who in ("I", "We", "Ravi") for what in ("it", "an egg")]
    best = SearchOptions(n_best=5)
    before, after = (
        {
            (text, hyp.text): hyp.score
            for text, hyps in zip(
                texts, Translator.load(folder).hypotheses(texts, best), strict=True
            )
            for hyp in hyps
        }
        for folder in (bundle_folder, exported)
    )
    # Not all: what was just among the best before may just not be after.
    both = before.keys() & after.keys()
    assert len(both) >= len(texts)
    for found in both:
        assert after[found] == pytest.approx(before[found], rel=0.01)
    assert after != before


def test_a_corpus_gives_the_scores_of_the_stored_weights(
    bundle_folder: Path, sample_corpus: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "scored"
    args = ["--model", bundle_folder, "--output", folder, "--corpus", sample_corpus]
    assert nmt("export", *args).code == 0
    translator = Translator.load(folder)
    table = translator.bundle.scores["table"]
    found = evaluate(translator, sample_corpus, SearchOptions(beam_size=1))
    greedy = [row for row in table if (row["search"], row["references"]) == ("greedy", "all")]
    values = [score.value for score in found.all_references]
    assert [row["value"] for row in greedy] == pytest.approx(values)
    assert len(table) == len(read_bundle(bundle_folder).scores["table"]) == 12
    assert "float32 weights" not in (folder / "README.md").read_text("utf-8")


def test_an_nmt_from_before_refuses_it(
    exported: Path, bundle_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats = [
        json.loads((f / "config.json").read_bytes())["format"] for f in (bundle_folder, exported)
    ]
    assert formats == [1, 2]
    monkeypatch.setattr(bundles, "INT8_FORMAT", 1)
    with pytest.raises(InputError, match="has format 2, newer than this nmt reads"):
        read_bundle(exported)


def test_it_can_be_written_again(exported: Path, tmp_path: Path) -> None:
    bundle = read_bundle(exported)
    write_bundle(bundle, tmp_path / "again", {})
    again = read_bundle(tmp_path / "again")
    for name, weight in bundle.weights.items():
        np.testing.assert_allclose(again.weights[name], weight, rtol=1e-6)


def test_signed_bundles_with_wrong_scales_are_refused(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tensors = load_file(copy / WEIGHTS)
    name = "decoder/readout/kernel"
    scale = tensors[f"{name}/scale"]
    whole = dict(tensors)
    for change, message in (
        ({f"{name}/scale": scale.T.copy()}, "no scales that fit"),
        ({f"{name}/scale": scale * np.float32(np.nan)}, "no positive numbers"),
        ({f"{name}/scale": np.full_like(scale, 3e38)}, "no numbers"),
        ({name: tensors[name].astype(np.float32)}, None),
        ({name: tensors[name].astype(np.int16)}, "do not fit its options"),
        ({name: tensors[name][:5]}, "do not fit its options"),
        ({"other/scale": scale}, "scale of no weight"),
    ):
        save_file(whole | change, copy / WEIGHTS)
        resign(copy)
        if message:
            with pytest.raises(InputError, match=message) as caught:
                Translator.load(copy)
            assert "\n" not in str(caught.value)
        else:
            Translator.load(copy)
    save_file(whole, copy / WEIGHTS)
    resign(copy, format=1)
    with pytest.raises(InputError, match="do not fit its options"):
        Translator.load(copy)
    resign(copy, format=2)
    monkeypatch.setattr(bundles, "MOST_WEIGHTS", 2 * (copy / WEIGHTS).stat().st_size)
    with pytest.raises(InputError, match="more than any model"):
        Translator.load(copy)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--output", "out", "--format", "int4"], "--format"),
        (["--output", "there"], "there holds other files"),
        (["--output", "out", "--corpus", "absent.txt"], "absent.txt: no such file"),
        (["--output", "out", "--model", "absent"], "there is no model in absent"),
        *(
            (["--output", "out", "--format", kind, "--corpus", "any.txt"], "leave it out")
            for kind in ("onnx", "savedmodel", "litert")
        ),
    ],
)
def test_bad_input(
    args: list[str],
    message: str,
    bundle_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").mkdir()
    Path("there/notes.txt").write_text("mine")
    result = nmt("export", "--model", bundle_folder, *args)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert not Path("out").exists()
