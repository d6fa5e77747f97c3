"""The exports for TensorFlow and LiteRT, run without `nmt` as their json describes it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from nmt.bundle import read_bundle
from nmt.runtime import Runtime
from nmt.shipped import find_model, read_model
from nmt.subword import BOS, EOS
from nmt.tensorflow_export import litert_model
from nmt.weights import weight_shapes
from tests.command_line import nmt
from tests.exported import MOST, beside_ours, plain_sentences

pytestmark = pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated")
Signature = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def savedmodel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export("savedmodel", tmp_path_factory)


@pytest.fixture(scope="module")
def litert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export("litert", tmp_path_factory)


def export(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(kind) / "eng-mar"
    args = ["--format", kind, "--model", find_model("eng-mar"), "--output", folder]
    result = nmt("export", *args)
    assert (result.code, result.out) == (0, f"{folder}\n")
    return folder


def greedy(
    usage: dict[str, Any], encoder: Signature, decoder: Signature, srcs: list[list[int]]
) -> list[list[int]]:
    """Return the ids of each source's translation, of all sources at once."""
    ids = usage["tokens"]
    src = np.full((len(srcs), max(map(len, srcs)) + 1), ids["pad"], np.int32)
    for row, each in enumerate(srcs):
        src[row, : len(each) + 1] = [*each, ids["eos"]]
    given = dict(encoder(src=src))
    last, ended = np.full(len(srcs), ids["bos"], np.int32), np.zeros(len(srcs), np.bool_)
    columns: list[Any] = []
    while len(columns) < MOST and not ended.all():
        found = decoder(ids=last, **given)
        given["state"] = found["next"]
        log_probs = np.array(found["log_probs"])
        log_probs[:, usage["forbidden"]] = -np.inf
        last = log_probs.argmax(-1).astype(np.int32)
        ended |= last == ids["eos"]
        columns.append(last)
    rows = np.stack(columns, 1).tolist()
    return [row[: [*row, ids["eos"]].index(ids["eos"])] for row in rows]


def check(folder: Path, srcs: list[list[int]], found: list[list[int]]) -> None:
    assert len(found) == 100
    whole = beside_ours(folder, srcs, found)
    assert len(whole) > 95
    # Both add float32 numbers, but in another order, which may decide between two equal pieces.
    assert sum(ids != hyp for ids, hyp in whole) <= 1


def test_savedmodel_does_as_our_own_search_with_100_sentences(savedmodel: Path) -> None:
    usage = json.loads((savedmodel / "savedmodel.json").read_text("utf-8"))
    signatures = tf.saved_model.load(str(savedmodel / "savedmodel")).signatures

    def run(name: str) -> Signature:
        return lambda **inputs: signatures[name](
            **{name: tf.constant(value) for name, value in inputs.items()}
        )

    srcs = read_bundle(savedmodel).src_subword.encode(plain_sentences())
    found = [
        ids
        for part in (srcs[:1], srcs[1:])  # any number at once
        for ids in greedy(usage, run("encoder"), run("decoder"), part)
    ]
    check(savedmodel, srcs, found)


def test_litert_does_as_our_own_search_with_100_sentences(litert: Path) -> None:
    usage = json.loads((litert / "litert.json").read_text("utf-8"))
    # It is deprecated for that of the package ai-edge-litert, which runs the same files.
    interpreter = tf.lite.Interpreter(str(litert / "model.tflite"))
    encoder, decoder = map(interpreter.get_signature_runner, ("encoder", "decoder"))
    srcs = read_bundle(litert).src_subword.encode(plain_sentences())
    found = [ids for src in srcs for ids in greedy(usage, encoder, decoder, [src])]
    check(litert, srcs, found)


def test_a_model_of_other_options() -> None:
    shipped = read_bundle(find_model("eng-mar"))
    options = replace(
        shipped.config.model,
        attention="none", cell="gru", tied=False, embedding=8, encoder_units=6, decoder_units=10,
    )  # fmt: skip
    random = np.random.default_rng(1)
    weights = {
        name: random.normal(0, 0.3, shape).astype(np.float32)
        for name, shape in weight_shapes(options, 3000, 3000).items()
    }
    bundle = replace(shipped, config=replace(shipped.config, model=options), weights=weights)
    interpreter = tf.lite.Interpreter(model_content=litert_model(bundle))
    encoder, decoder = map(interpreter.get_signature_runner, ("encoder", "decoder"))
    runtime = Runtime(options, weights, int8=False)
    for src in ([], [5, 2999, 7]):
        memory, given = runtime.encode([src]), encoder(src=np.array([[*src, EOS]], np.int32))
        for last in (BOS, 2999):
            log_probs, _, memory = runtime.step(memory, np.array([last]))
            found = decoder(ids=np.array([last], np.int32), **given)
            np.testing.assert_allclose(found["log_probs"], log_probs, atol=1e-4)
            given["state"] = found["next"]


def test_they_are_still_bundles(savedmodel: Path, litert: Path) -> None:
    for folder in (savedmodel, litert):
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert read_model(folder).size == sum(path.stat().st_size for path in files) > 24e6
        assert {"README.md", "config.json"} <= {path.name for path in files}


def test_the_savedmodel_goes_with_the_bundle_that_is_replaced(
    savedmodel: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(savedmodel, folder)
    (folder / "notes.txt").write_text("mine")
    args = ["--format", "int8", "--model", find_model("eng-mar"), "--output", folder]
    assert nmt("export", *args).code == 2
    assert nmt("export", *args, "--overwrite").code == 0
    assert not (folder / "savedmodel").exists()
    assert (folder / "notes.txt").read_text() == "mine"


def test_without_room_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    args = ["--format", "savedmodel", "--model", find_model("eng-mar")]
    result = nmt("export", *args, "--output", tmp_path / "out")
    assert (result.code, "TMPDIR" in result.err) == (1, True)
    assert list(tmp_path.iterdir()) == []
