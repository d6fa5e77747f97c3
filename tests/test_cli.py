"""The command line as people use it: help, results on stdout, messages on stderr."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

import nmt as package
from nmt import Translator
from nmt.bundle import read_bundle, write_bundle
from nmt.cli import application
from nmt.config import Config
from nmt.corpus import read_corpus
from nmt.search import SearchOptions
from nmt.split import part_of
from tests.command_line import PROCESS, nmt, nmt_process

COMMANDS = (
    *("fetch", "data", "train", "translate", "eval", "models", "export"),
    *("serve", "tasks"),
)
HEAVY = {"keras", "matplotlib", "pandas", "requests", "sacrebleu", "tensorflow"}
NO_CAPTURE = {"capture_output": False}
TEXTS = ["We can eat an egg.", "", "I go.", "  ", "They do not have a pen."]


@pytest.fixture(scope="session")
def translator(bundle_folder: Path) -> Translator:
    return Translator.load(bundle_folder)


@pytest.fixture
def at_home(bundle_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with `models/eng-mar` in it."""
    (tmp_path / "models").symlink_to(bundle_folder.parent)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NMT_MODEL", raising=False)
    return tmp_path


def test_version() -> None:
    assert nmt("--version").out == f"nmt {package.__version__}\n"


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_ends_with_examples_that_parse(command: str | None) -> None:
    result = nmt(*([command] if command else []), "--help")
    assert result.code == 0
    assert not result.err
    examples = [shlex.split(line) for line in re.findall(r"^  • nmt (.*)$", result.out, re.M)]
    assert examples
    for name, *args in examples:
        assert name == (command or name)
        args = [arg for arg in args if arg[0] not in "<>"]
        parser: Any = typer.main.get_command(application())
        parser.commands[name].make_context(name, args)


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import nmt", {*HEAVY, "numpy", "rich", "typer"}),
        ("sys.argv[1:] = ['--help']; main()", {*HEAVY, "numpy", "sentencepiece"}),
        ("sys.argv[1:] = ['translate', 'I go.']; main()", HEAVY),
    ],
)
def test_heavy_modules_wait_until_needed(code: str, absent: set[str], at_home: Path) -> None:
    script = f"""import atexit, sys
{"from nmt.cli import main" if "main" in code else ""}
atexit.register(lambda: print({absent} & set(sys.modules), file=sys.stderr))
{code}"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stderr == "set()\n"


def test_translate_gives_a_line_for_each_line_from_wherever_they_come(
    at_home: Path, translator: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = "".join(f"{text}\n" for text in translator.translate(TEXTS))
    assert len(set(expected.split("\n"))) == 4
    Path("in.txt").write_bytes("\r\n".join(TEXTS).encode())
    assert nmt("translate", *TEXTS).out == expected
    assert nmt("translate", stdin="\n".join(TEXTS).encode()).out == expected
    assert nmt("translate", "--input", "in.txt").out == expected
    assert nmt("translate", "--input", "in.txt", "--output", "out.txt").out == ""
    assert Path("out.txt").read_text(encoding="utf-8") == expected
    monkeypatch.setenv("NMT_MODEL", str(Path("models/eng-mar").absolute()))
    monkeypatch.chdir("/")
    assert nmt("translate", *TEXTS).out == expected


def test_translate_search_options(at_home: Path, translator: Translator) -> None:
    [greedy] = translator.translate(TEXTS[:1], beam_size=1)
    assert nmt("translate", "--beam-size", 1, TEXTS[0]).out == f"{greedy}\n"
    found = translator.hypotheses(TEXTS[:3], SearchOptions(4, 0.5, n_best=3))
    lines = nmt(
        "translate",
        "--beam-size",
        4,
        "--length-penalty",
        0.5,
        "--n-best",
        3,
        "--scores",
        *TEXTS[:3],
    )
    expected = [f"{i}\t{hyp.score:.4f}\t{hyp.text}" for i, hyps in enumerate(found) for hyp in hyps]
    assert lines.out.splitlines() == expected
    assert len(expected) == 3 + 1 + 3


def test_translate_json(at_home: Path, translator: Translator) -> None:
    lines = nmt("translate", "--json", "--n-best", 2, *TEXTS).out.splitlines()
    found = translator.hypotheses(TEXTS, SearchOptions(n_best=2))
    for line, text, hyps in zip(lines, TEXTS, found, strict=True):
        answer = json.loads(line)
        assert answer["src"] == text
        assert [hyp["text"] for hyp in answer["hyps"]] == [hyp.text for hyp in hyps]
        assert [hyp["score"] for hyp in answer["hyps"]] == pytest.approx([h.score for h in hyps])


def test_attention_is_drawn_beside_the_translation(at_home: Path, translator: Translator) -> None:
    result = nmt("translate", "--attention", "a.png", TEXTS[0])
    assert result.out == f"{translator.translate(TEXTS[:1])[0]}\n"
    assert result.err == "the attention is drawn in a.png\n"
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
def test_translate_says_what_it_waits_for_at_a_terminal(at_home: Path) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, b"I go.\n\x04")
    result = nmt_process("translate", stdin=terminal)
    assert result.err == "type sentences, one a line; Ctrl-D ends\n"
    assert len(result.out.splitlines()) == 1


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_translate_ends_with_a_line(stop: signal.Signals, at_home: Path) -> None:
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([*PROCESS, "translate"], **pipes) as process:  # type: ignore[call-overload]
        process.stdin.write(b"I go.\n")
        process.stdin.flush()
        assert process.stdout.readline().strip()
        process.send_signal(stop)
        assert process.wait(300) == 1
        assert process.stderr.read() == b"nmt: interrupted\n"


def test_a_hang_up_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert nmt("--version").code == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_too_little_memory_is_said_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_gone(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("nmt.translator.Translator.load", all_gone)
    result = nmt("translate", "--model", "any", "I go.")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("nmt: the memory of this machine")


def test_a_message_is_one_line_whatever_it_quotes() -> None:
    result = nmt("data", "a\n\x1b[2J\u202e\x9b" + 5000 * "a")
    assert result.code == 2
    assert re.fullmatch(r"nmt: a  \[2J  a{1900,2000}…\n", result.err)


def test_a_reader_who_has_enough_is_no_error(at_home: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    result = nmt_process("translate", *TEXTS, stdout=writer, stderr=subprocess.PIPE, **NO_CAPTURE)
    assert (result.code, result.err) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("args", [["--version"], ["translate", "I go."], ["eval", "--json"]])
def test_results_that_cannot_be_written_are_reported(args: list[str], at_home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        result = nmt_process(*args, stdout=full, stderr=subprocess.PIPE, **NO_CAPTURE)
    assert result.code == 1
    assert result.err == "nmt: stdout cannot be written: No space left on device\n"


def test_data_prints_tables_only(sample_corpus: Path) -> None:
    result = nmt("data", sample_corpus)
    assert (result.code, result.err) == (0, "")
    pairs = read_corpus(sample_corpus)
    test = pairs[[part_of(first) == "test" for first in pairs["first"]]]
    assert re.search(rf"^pairs read +{len(pairs)} *$", result.out, re.M)
    assert re.search(rf"^test +{test['first'].nunique()} +{len(test)} +\d\.\d$", result.out, re.M)
    assert all(len(line) <= 80 for line in result.out.splitlines())


def test_data_reports_every_kind_of_bad_row(sample_corpus: Path, tmp_path: Path) -> None:
    pairs = read_corpus(sample_corpus)
    marathi = pairs["second"][0]
    bad = {
        "empty side": ("Nothing beside it.", " "),
        "over-long": ("word " * 101, marathi),
        "length ratio": ("It is far too long for the other side.", "हो."),
        "wrong script": ("Not in Devanagari.", "Not in Devanagari."),
        "duplicate": (pairs["first"][0], marathi),
    }
    lines = sample_corpus.read_text(encoding="utf-8") + "".join(
        f"{first}\t{second}\n" for first, second in bad.values()
    )
    corpus, report = tmp_path / "corpus.tsv", tmp_path / "report.csv"
    corpus.write_text(lines, encoding="utf-8")
    result = nmt("data", corpus, "--report", report)
    assert result.code == 0
    assert result.err == f"{report}: 5 rows that are not trained on, and why\n"
    for reason in bad:
        assert re.search(rf"^{reason} +dropped +1$", result.out, re.M)
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {"line": str(len(pairs) + 1 + i), "reason": reason, "first": first, "second": second}
        for i, (reason, (first, second)) in enumerate(bad.items())
    ]


@pytest.mark.parametrize("references", [1, 2])
def test_eval_of_files_equals_the_sacrebleu_command(references: int, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("hyps", "first", "second")]
    texts = (
        "मी शाळेत जातो.\nती पुस्तक वाचते!\nपाऊस पडत आहे.\n",
        "मी शाळेत जातो.\nती एक पुस्तक वाचते.\nपाऊस पडतोय.\n",
        "मी शाळेला जातो.\nती पुस्तक वाचत आहे.\nआज पाऊस पडत आहे.\n",
    )
    for path, text in zip(files, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    hyps, refs = files[0], files[1 : 1 + references]
    given = [argument for ref in refs for argument in ("--refs", ref)]
    result = nmt("eval", "--hyps", hyps, *given, "--json")
    ours = [(s["value"], s["signature"]) for s in json.loads(result.out)["all_references"]]
    command = [sys.executable, "-m", "sacrebleu", *refs, "-i", hyps, "-m", "bleu", "chrf", "ter"]
    printed = subprocess.run([*map(str, command), "-w", "12"], capture_output=True, check=True)
    theirs = [(score["score"], score["signature"]) for score in json.loads(printed.stdout)]
    assert [(round(value, 12), signature) for value, signature in ours] == theirs
    assert f"{ours[0][0]:.1f}" in nmt("eval", "--hyps", hyps, *given).out


def test_eval_of_a_model_and_another(at_home: Path, bundle_folder: Path) -> None:
    bundle = read_bundle(bundle_folder)
    rng = np.random.default_rng(0)
    weights = {k: (w + rng.normal(size=w.shape)).astype("f") for k, w in bundle.weights.items()}
    write_bundle(replace(bundle, weights=weights), Path("other"), {})
    result = nmt("eval", "--json", "--against", "other")
    assert (result.code, result.err) == (0, "")
    scores = json.loads(result.out)
    expected = package.evaluate(Translator.load("models/eng-mar"))
    assert scores["sentences"] == len(expected.hyps) > 1
    for name in ("first_reference", "all_references"):
        values = [score.value for score in getattr(expected, name)]
        assert [score["value"] for score in scores[name]] == pytest.approx(values)
    other = package.evaluate(Translator.load("other")).all_references
    assert [row["theirs"] for row in scores["against"]] == pytest.approx([s.value for s in other])
    tables = nmt("eval", "--bleu", "--against", "models/eng-mar")
    assert (tables.code, tables.err) == (0, "")
    assert "test part of" in tables.out
    assert len(re.findall(r"^(BLEU|chrF2|TER)\|nrefs", tables.out, re.M)) == 9
    assert re.search(r"^chrF2 .* 0\.0 +1\.0000", tables.out, re.M)


def test_train_writes_only_the_path_to_stdout_and_no_noise(
    sample_corpus: Path, tmp_path: Path
) -> None:
    sizes = "--vocab-size 400 --embedding 16 --encoder-units 12 --decoder-units 24"
    kind = "--attention none --cell gru --decoder-layers 1 --epochs 1"
    command = ["train", "--corpus", sample_corpus, *sizes.split(), *kind.split(), "--warmup", 5]
    result = nmt_process(*command, "--src", "en", "--trg", "mr", cwd=tmp_path)
    assert (result.code, result.out) == (0, "models/eng-mar\n")
    first, *samples, last = result.err.splitlines()
    assert re.match(r"epoch 1/1 · .* min · loss .* trg tokens/s · valid loss .* BLEU ", first)
    assert len(samples) == 2
    assert all(re.match(r"    \S.* → ", sample) for sample in samples)
    assert last == "the model, its scores (README.md) and its curve (curve.png) are in:"
    assert len(nmt("translate", "--model", tmp_path / "models/eng-mar", "I go.").out) > 1


def test_an_ensemble_is_trained_resumed_and_decodes_together(
    translator: Translator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, trained = translator.bundle, []

    def train(corpus: Path, output: Path, config: Config, **_: bool) -> None:
        """Stand in for minutes of training: another seed, other weights."""
        trained.append(output)
        weights = {n: w * np.float32(config.training.seed) for n, w in bundle.weights.items()}
        write_bundle(replace(bundle, config=config, weights=weights), output, {})

    monkeypatch.setattr("nmt.training.train", train)
    sizes = "--vocab-size 400 --embedding 16 --encoder-units 12 --decoder-units 24"
    command = ["train", "--corpus", bundle.corpus.path, *sizes.split(), "--ensemble", 2]
    folders = [tmp_path / "model-1", tmp_path / "model-2"]
    result = nmt(*command, "--output", tmp_path / "model")
    assert result.out.split() == [str(folder) for folder in folders]
    one, two = (Translator.load(folder).bundle for folder in folders)
    assert (one.config.training.seed, two.config.training.seed) == (1, 2)
    # What is done is not trained again.
    assert nmt(*command, "--output", tmp_path / "model", "--resume").out == result.out
    assert trained == folders
    models = [arg for folder in folders for arg in ("--model", folder)]
    together = nmt("translate", *models, "--scores", "I go.").out
    assert together == f"{_scored(Translator(one, two))}\n"
    assert together != f"{_scored(Translator(one))}\n"


def _scored(translator: Translator) -> str:
    [[hyp]] = translator.hypotheses(["I go."], SearchOptions())
    return f"{hyp.score:.4f}\t{hyp.text}"
