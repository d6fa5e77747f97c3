"""The ONNX export, run without `nmt` by the loop that its `onnx.json` describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import sentencepiece

from nmt.bundle import read_bundle
from nmt.shipped import find_model
from tests.command_line import nmt
from tests.exported import MOST, beside_ours, plain_sentences


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("onnx") / "eng-mar"
    args = ["--format", "onnx", "--model", find_model("eng-mar"), "--output", folder]
    assert nmt("export", *args).code == 0
    return folder


def greedy(folder: Path, srcs: list[list[int]]) -> list[list[int]]:
    """Return the ids of each source's translation."""
    usage = json.loads((folder / "onnx.json").read_text("utf-8"))
    ids = usage["tokens"]
    encoder, decoder = (
        onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
        for name in ("encoder", "decoder")
    )
    lengths = np.array([len(src) + 1 for src in srcs], np.int32)
    src = np.full((lengths.max(), len(srcs)), ids["pad"], np.int64)
    for column, each in enumerate(srcs):
        src[: len(each) + 1, column] = [*each, ids["eos"]]
    keys, readings, state = encoder.run(None, {"src": src, "lengths": lengths})
    rows = np.arange(len(srcs))
    fixed: dict[str, Any] = {
        "keys": keys, "readings": readings, "mask": np.arange(len(src)) < lengths[:, None],
        "sources": rows, "places": rows, "grid": rows[:, None],
    }  # fmt: skip
    last, columns = np.full(len(srcs), ids["bos"], np.int64), []
    for _ in range(MOST):
        log_probs, _, state = decoder.run(None, {"ids": last, "state": state, **fixed})
        log_probs[:, usage["forbidden"]] = -np.inf
        last = log_probs.argmax(-1)
        columns.append(last)
    found = np.stack(columns, 1).tolist()
    return [row[: [*row, ids["eos"]].index(ids["eos"])] for row in found]


def test_100_sentences_become_what_our_own_search_makes_of_them(exported: Path) -> None:
    sentences = plain_sentences()
    assert len(sentences) == 100
    srcs = read_bundle(exported).src_subword.encode(sentences)
    found = greedy(exported, srcs)
    whole = beside_ours(exported, srcs, found)
    assert len(whole) > 95
    assert [ids for ids, _ in whole] == [hyp for _, hyp in whole]
    # `nmt translate` computes in eight bits, which now and then decides between two near pieces.
    pieces = sentencepiece.SentencePieceProcessor(str(exported / "trg.model"))
    texts = [pieces.decode(ids) for ids in found]
    expected = nmt("translate", "--model", exported, "--beam-size", 1, *sentences).out.splitlines()
    assert np.mean([a == b for a, b in zip(texts, expected, strict=True)]) >= 0.9


def test_it_is_still_a_bundle(exported: Path) -> None:
    assert nmt("models", "--json").code == 0
    assert {"encoder.onnx", "decoder.onnx", "onnx.json", "README.md", "config.json"} <= {
        path.name for path in exported.iterdir()
    }
