"""Bad input gives one line on stderr and exit code 2, and leaves nothing behind."""

from __future__ import annotations

import json
import re
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nmt.split import part_of
from tests.command_line import nmt, nmt_process

# What a corpus file may be, and what is said about it.
CORPORA: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "one column": (b"good morning\tx\ngood evening\n", "line 2: one column"),
    "binary": (b"\x7fELF\x02\0\0\tx\n" * 50, "line 1: a zero byte; this is a binary file"),
    "not UTF-8": (b"good\tx\n" * 6 + b"caf\xe9\tx\n", r"line 7: not UTF-8 \(byte 0xe9\)"),
    "endless": (b"good\tx\n" + b"boat " * 300_000, "line 2: longer than 1 MB"),
    "all dropped": (b"only English\tin both columns\n" * 9, r"all 9 rows were dropped"),
    "too few": ("well\tबरं\n".encode() * 9, r"too few pairs .* at least 100|has no test part"),
}
GREETING = "शुभ प्रभात"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder of a command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NMT_MODEL", raising=False)
    return tmp_path


def fails(*args: object, code: int = 2, stdin: bytes = b"") -> str:
    """Return the one line a command ends with, having left the current folder as it was."""
    before = sorted(Path().rglob("*"))
    result = nmt(*args, stdin=stdin)
    assert result.code == code, result
    assert re.fullmatch(r"nmt: [^\n]+\n", result.err)
    assert result.out == ""
    assert sorted(Path().rglob("*")) == before
    return result.err


@pytest.mark.parametrize("command", ["data", "train", "eval"])
@pytest.mark.parametrize("kind", CORPORA)
def test_corpus(kind: str, command: str, folder: Path, request: pytest.FixtureRequest) -> None:
    content, message = CORPORA[kind]
    Path("corpus.tsv").write_bytes(content)
    args: dict[str, Callable[[], list[object]]] = {
        "data": lambda: ["corpus.tsv", "--report", "report.csv"],
        "train": lambda: ["--corpus", "corpus.tsv"],
        "eval": lambda: ["--corpus", "corpus.tsv", "--model", model(request)],
    }
    assert re.search(message, fails(command, *args[command]()))


def model(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue("bundle_folder")
    return path


@pytest.mark.parametrize("args", [["data"], ["train", "--corpus"]])
def test_corpus_that_is_no_file(args: list[str], folder: Path) -> None:
    assert "corpus.tsv: no such file" in fails(*args, "corpus.tsv")
    Path("folder").mkdir()
    assert "folder: a folder" in fails(*args, "folder")


def test_corpus_without_test_part(folder: Path, bundle_folder: Path) -> None:
    sentences = [text for text in map("sentence {}".format, range(400)) if part_of(text) == "train"]
    Path("train.tsv").write_text("".join(f"{text}\t{GREETING}\n" for text in sentences))
    assert "train.tsv has no test part" in fails(
        "eval", "--model", bundle_folder, "--corpus", "train.tsv"
    )


def test_vocabulary_larger_than_the_corpus_allows(folder: Path, sample_corpus: Path) -> None:
    message = fails("train", "--corpus", sample_corpus, "--vocab-size", 5000)
    assert (advised := re.search(r"use --vocab-size (\d+) or less", message))
    assert 100 < int(advised[1]) < 5000


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ("train --attention sharp", "--attention is 'sharp'; choose one of additive, dot"),
        ("train --cell rnn", "--cell is 'rnn'; choose one of lstm, gru"),
        ("train --preset huge", "--preset is 'huge'; choose one of tiny, small, base"),
        ("train --profile none", "cleaning profile is 'none'; choose one of standard, article"),
        ("train --trg xx", "'xx' is no language code"),
        ("train --trg eng", "source and target are both 'eng'"),
        ("train --direction mar", "--direction is 'mar'; write two codes with a hyphen"),
        ("train --columns eng-fra", "the columns hold eng and fra, not eng and mar"),
        ("train --minutes 0", "--minutes is 0.0; it must be more than 0"),
        ("train --epochs 0", "--epochs is 0; it must be at least 1"),
        ("train --dropout 1.5", "--dropout is 1.5; it must be from 0 up to"),
        ("train --vocab-size 3", "--vocab-size is 3; it must be at least"),
        ("train --resume", "nothing to resume"),
        ("data --profile none", "cleaning profile is 'none'"),
        ("data --report there.csv", "there.csv exists; add --overwrite"),
        ("data --report there.csv/report.csv", "there.csv/report.csv: "),
        ("data --report no/report.csv", "no/report.csv: .*No such file or directory"),
        ("translate --n-best 6 hi", "--n-best 6 needs a --beam-size of 6 or more"),
        ("translate --input there.csv hi", "sentences and --input were given; choose one"),
        ("translate --attention a.png one two", "--attention draws one sentence"),
        ("translate --attention a.png", "--attention draws one sentence"),
        ("translate --attention a.jpg hi", r"a\.jpg: .* ends in \.png"),
        ("translate --attention no/a.png hi", "there is no folder no"),
        ("translate --attention there.png hi", r"there\.png exists; add --overwrite"),
        ("translate --model no hi", "there is no model in no; train one with: nmt train"),
        ("eval --model no", "there is no model in no"),
        ("eval --hyps there.csv", "--hyps and --refs go together"),
        ("eval --refs there.csv", "--hyps and --refs go together"),
        ("eval --hyps a --refs b --against c", "leave out --against and --corpus"),
        ("eval --hyps no --refs there.csv", "no: cannot be read: No such file"),
        ("eval --hyps there.csv --refs short", "4 hypotheses but 2 references"),
        ("eval --hyps there.csv --refs there.csv --refs short", "there.csv has 4 lines but short"),
        ("fetch --url ftp://x", "not an address to download from"),
    ],
)
def test_options(args: str, message: str, folder: Path, sample_corpus: Path) -> None:
    for name, lines in {"there.csv": 4, "there.png": 1, "short": 2}.items():
        Path(name).write_text("line\n" * lines)
    command, *options = args.split()
    corpora = {"train": ["--corpus", str(sample_corpus)], "data": [str(sample_corpus)]}
    assert re.search(message, fails(command, *corpora.get(command, []), *options))


@pytest.mark.parametrize(
    "args",
    [
        "translate --beam-size 0 hi",
        "translate --nonsense",
        "nonsense",
        "train",
        "eval --beam-size x",
    ],
)
def test_usage_errors_are_short(args: str, folder: Path) -> None:
    result = nmt(*args.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: nmt")
    assert len(result.err.splitlines()) <= 6


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("file", "file is not a folder"),
        ("file/below", "file/below cannot be made: .*file is not a folder"),
        (".", "holds other files"),
        ("model", "model exists; add --overwrite"),
    ],
)
def test_output_of_train(
    output: str, message: str, folder: Path, sample_corpus: Path, bundle_folder: Path
) -> None:
    Path("file").write_text("kept")
    shutil.copytree(bundle_folder, "model")
    assert re.search(message, fails("train", "--corpus", sample_corpus, "--output", output))
    assert Path("file").read_text() == "kept"


@pytest.mark.parametrize(
    ("output", "message"),
    [("file", "exists; add --overwrite"), ("no/out", "No such file"), (".", "")],
)
def test_output_of_translate(output: str, message: str, folder: Path, bundle_folder: Path) -> None:
    Path("file").write_text("kept")
    line = fails("translate", "--model", bundle_folder, "--output", output, "hi")
    assert re.search(message, line)
    assert Path("file").read_text() == "kept"


def test_input_of_translate(folder: Path, bundle_folder: Path) -> None:
    args = ["translate", "--model", bundle_folder, "--output", "out"]
    assert "No such file" in fails(*args, "--input", "no")
    assert "Is a directory" in fails(*args, "--input", ".")
    assert "stdin, line 1: not UTF-8" in fails(*args, stdin=b"\xff\ntwo\n")


def remove_weights(bundle: Path) -> None:
    (bundle / "weights.safetensors").unlink()


def truncate_weights(bundle: Path) -> None:
    path = bundle / "weights.safetensors"
    path.write_bytes(path.read_bytes()[:1000])


def damage_subword(bundle: Path) -> None:
    path = bundle / "src.model"
    path.write_bytes(path.read_bytes()[::-1])


def damage_config(bundle: Path) -> None:
    (bundle / "config.json").write_text("{")


def remove_config(bundle: Path) -> None:
    (bundle / "config.json").unlink()


def write_newer_format(bundle: Path) -> None:
    path = bundle / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": 99}))


@pytest.mark.parametrize("command", [["translate", "hi"], ["eval"]])
@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (remove_weights, r"incomplete: it has no weights\.safetensors"),
        (truncate_weights, r"weights\.safetensors is damaged"),
        (damage_subword, r"src\.model is damaged"),
        (damage_config, r"config\.json is damaged"),
        (remove_config, r"it has no config\.json"),
        (write_newer_format, "has format 99, newer than this nmt reads"),
    ],
)
def test_bundle(
    harm: Callable[[Path], None],
    message: str,
    command: list[str],
    folder: Path,
    bundle_folder: Path,
) -> None:
    shutil.copytree(bundle_folder, "models/eng-mar")
    harm(Path("models/eng-mar"))
    assert re.search(message, fails(*command))


def limit_files(size: int) -> Callable[[], None]:
    """Return what makes the disk of a process full: no file may have more than `size` bytes."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_full_disk_in_training(folder: Path, sample_corpus: Path) -> None:
    sizes = "--vocab-size 400 --embedding 64 --encoder-units 12 --decoder-units 24"
    kind = "--attention none --cell gru --decoder-layers 1 --epochs 1"
    # Room for the pictures, none for the weights.
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        result = nmt("train", "--corpus", sample_corpus, *sizes.split(), *kind.split())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (result.code, result.out) == (1, "")
    assert re.fullmatch(r"nmt: models/eng-mar cannot be written: File too large\n", result.err)
    assert not [path for path in Path().rglob("*") if path.name != "models"]


def test_full_disk_in_translating(folder: Path, bundle_folder: Path) -> None:
    args = ["translate", "--model", bundle_folder, "--output", "out", *["good morning"] * 9]
    result = nmt_process(*args, preexec_fn=limit_files(100))
    assert (result.code, result.out) == (1, "")
    assert result.err == "nmt: out cannot be written: File too large\n"
    assert not list(Path().iterdir())
