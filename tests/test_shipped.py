"""The models that come with nmt, the rule by which one is found, and the list of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from nmt import shipped
from nmt.bundle import read_bundle, write_bundle
from nmt.card import parameters
from nmt.config import LanguageOptions
from nmt.errors import InputError
from nmt.shipped import find_model, find_models, load_translator
from tests.command_line import nmt

SHIPPED = shipped.BUNDLES / "eng-mar"


@pytest.fixture(scope="module")
def package(bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of shipped bundles: eng-mar and, of the same weights, mar-eng."""
    folder = tmp_path_factory.mktemp("package") / "bundles"
    bundle = read_bundle(bundle_folder)
    languages = LanguageOptions("mar", "eng", "eng", "mar")
    backwards = replace(bundle, config=replace(bundle.config, languages=languages), scores={})
    write_bundle(replace(bundle, int8=True), folder / "eng-mar", {})
    write_bundle(replace(backwards, int8=True), folder / "mar-eng", {})
    return folder


@pytest.fixture
def here(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, with `package` as what came with nmt."""
    monkeypatch.setattr(shipped, "BUNDLES", package)
    monkeypatch.delenv("NMT_MODEL", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_your_own_model_goes_before_the_shipped_one(
    here: Path, package: Path, bundle_folder: Path
) -> None:
    assert find_model() == find_model("en-mr") == package / "eng-mar"
    assert find_model("mr-en") == package / "mar-eng"
    shutil.copytree(bundle_folder, "models/eng-mar")
    assert find_model("eng-mar") == Path("models/eng-mar")
    assert find_model("mar-eng") == package / "mar-eng"
    assert find_models() == [Path("models/eng-mar"), package / "mar-eng"]
    # What a killed writer left is a model, too.
    Path("models/eng-mar").rename("models/.eng-mar.old")
    assert find_model() == Path("models/eng-mar")
    assert load_translator().bundle.int8 is False


def test_no_model_says_how_to_get_one(here: Path) -> None:
    message = "none of that direction came with nmt; train one with: nmt train --corpus FILE"
    for command in (["translate", "hi"], ["eval"]):
        result = nmt(*command, "--direction", "eng-fra")
        assert (result.code, result.out) == (2, "")
        assert re.fullmatch(rf"nmt: .* models/eng-fra.*{message} --direction eng-fra\n", result.err)
    assert "write two codes" in nmt("translate", "--direction", "mar", "hi").err
    with pytest.raises(InputError, match="is no language code"):
        find_model("eng-xx")


def test_commands_find_what_they_are_not_told(
    here: Path, package: Path, bundle_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*args: object) -> str:
        result = nmt("translate", "--scores", *args, "I go.")
        assert result.code == 0, result.err
        return result.out

    mine, ours, backwards = (
        found("--model", folder)
        for folder in (bundle_folder, package / "eng-mar", package / "mar-eng")
    )
    assert len({mine, ours, backwards}) == 3
    assert found() == found("--direction", "en-mr") == ours
    assert found("--direction", "mar-eng") == backwards
    shutil.copytree(bundle_folder, "models/eng-mar")
    assert found() == mine
    monkeypatch.setenv("NMT_MODEL", str(package / "mar-eng"))
    assert found() == backwards
    assert found("--model", package / "eng-mar", "--direction", "eng-mar") == ours
    result = nmt("translate", "--direction", "eng-mar", "I go.")
    assert result.code == 2
    assert "mar-eng translates mar → eng, not eng → mar; leave out --direction" in result.err


def test_eval_scores_the_shipped_model_on_the_test_part(here: Path, sample_corpus: Path) -> None:
    result = nmt("eval", "--json", "--corpus", sample_corpus, "--beam-size", 1)
    forth = json.loads(result.out)
    assert forth["name"].startswith("eng → mar, test part of")
    args = ["--direction", "mr-en", "--corpus", sample_corpus, "--beam-size", 1]
    assert nmt("eval", *args).out.startswith("mar → eng, test part of")


def test_models_are_listed_with_their_scores(
    here: Path, package: Path, bundle_folder: Path
) -> None:
    shutil.copytree(bundle_folder, "models/mine")
    shutil.copytree(bundle_folder, "models/broken")
    Path("models/broken/src.model").write_bytes(b"")
    Path("models/notes").mkdir()
    result = nmt("models", "--json")
    assert result.code == 0
    assert (
        result.err == "left out: models/broken/src.model is damaged; copy or train the model anew\n"
    )
    forth, back, mine = json.loads(result.out)
    bundle = read_bundle(bundle_folder)
    assert forth | {"bytes": 0} == {
        "name": "eng-mar",
        "shipped": True,
        "src": "eng",
        "trg": "mar",
        "folder": str(package / "eng-mar"),
        "bytes": 0,
        "parameters": parameters(bundle),
        "weights": "int8",
        "corpus": "sample.tsv",
        "corpus_sha256": bundle.corpus.sha256,
        "test_bleu_greedy": bundle.scores["table"][0]["value"],
        "test_bleu_beam_5": bundle.scores["table"][6]["value"],
    }
    assert (back["src"], back["trg"], back["test_bleu_greedy"]) == ("mar", "eng", None)
    assert (mine["name"], mine["shipped"], mine["weights"]) == ("mine", False, "float32")
    assert mine["bytes"] == sum(path.stat().st_size for path in Path("models/mine").iterdir())
    table = nmt("models").out
    assert re.search(
        rf"^mar-eng +mar → eng +0\.\d +[\d,]+ +sample.tsv +{mine['corpus_sha256'][:8]} +– +–",
        table,
        re.M,
    )
    assert f"eng-mar: {package / 'eng-mar'} (came with nmt)\n" in table
    assert "mine: models/mine\n" in table


def test_no_models_are_no_table(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "BUNDLES", here / "none")
    result = nmt("models")
    assert (result.code, result.out) == (0, "")
    assert "nmt train" in result.err
    assert nmt("models", "--json").out == "[]\n"


# Run in place of the command, to see what it asks for.
OFFLINE = """
import socket, sys
def offline(*_, **__):
    raise OSError("offline")
socket.socket.connect = socket.getaddrinfo = offline
from nmt.cli import main
try:
    main()
finally:
    assert not {"tensorflow", "keras"} & set(sys.modules)
"""


@pytest.mark.skipif(not SHIPPED.exists(), reason="no model is shipped")
def test_the_shipped_model_works_offline_from_anywhere(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NMT_MODEL"}
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, "translate", "i want something to drink"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(shipped.BUNDLES.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"[\u0900-\u097f][\u0900-\u097f ]+[.?!]?\n", done.stdout)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", sorted(shipped.BUNDLES.glob("*")), ids=lambda path: path.name)
def test_the_shipped_bundles_may_be_passed_on(folder: Path) -> None:
    bundle = read_bundle(folder)
    languages = bundle.config.languages
    assert folder.name == f"{languages.src}-{languages.trg}"
    assert bundle.int8
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 10e6
    card = (folder / "README.md").read_text("utf-8")
    assert "Tatoeba" in card
    assert "CC-BY" in card
    for text in (card, (folder / "config.json").read_text("utf-8")):
        assert not re.search(r"(?<![\w/:.-])/(?:[\w.-]+/)+[\w.-]+", text)
    assert bundle.corpus.path == Path(bundle.corpus.path).name
