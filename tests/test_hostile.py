"""`scripts/fuzz` and `scripts/crash_test` in short, and that they notice what they look for."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.trained import untimed, weights

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from hostile import bundles, checks  # noqa: E402
from hostile.corpora import DAMAGES, corpora  # noqa: E402
from hostile.faults import Fault, happen, nmt  # noqa: E402
from hostile.kills import Moment, Whole, digest, killed  # noqa: E402
from hostile.process import Ended, problems_of  # noqa: E402
from hostile.tally import Tally  # noqa: E402
from hostile.texts import KINDS, scripts, texts  # noqa: E402


def test_fuzz_in_short(bundle_folder: Path) -> None:
    parts = ["texts", "bundles", "strangers", "corpora"]
    options = ["--share", "0.002", "--seconds", "120", "--model", str(bundle_folder)]
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "fuzz", *parts, *options],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    last = re.fullmatch(r"(\d+) passed, 0 failed", done.stdout.splitlines()[-1])
    assert last
    assert int(last[1]) > 40


def test_a_run_killed_while_it_writes_ends_with_the_same_weights(
    bundle_folder: Path, sample_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are those of a run that nobody killed, in another process, of a copy of the corpus."""
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    corpus = Path(shutil.copy(sample_corpus, tmp_path / "copy.tsv"))
    moment = Moment(0, ".MODEL.checkpoint.new")
    model = tmp_path / "killed" / "model"
    whole = Whole(corpus, 2, digest(bundle_folder))
    assert killed(whole, model, moment, signal.SIGKILL, bundle_folder) == []
    assert weights(model) == weights(bundle_folder)
    pd.testing.assert_frame_equal(untimed(model), untimed(bundle_folder))


def test_same_seed_same_cases() -> None:
    for seed in (1, 2):
        assert list(texts(200, seed)) == list(texts(200, seed))
    assert list(texts(50, 1)) != list(texts(50, 2))
    lines = [b"The boat is late.\t" + "होडी उशिरा येते.".encode()] * 40
    made = list(corpora(len(DAMAGES), 1, lines))
    assert made == list(corpora(len(DAMAGES), 1, lines))
    assert [name for name, _ in made] == list(DAMAGES)


def test_every_script_and_every_kind_comes_up() -> None:
    kinds = {name for name, _ in texts(len(KINDS), 1)}
    assert kinds == set(KINDS)
    scripts_wanted = {name: set(letters) for name, letters in scripts().items()}
    assert {"LATIN", "DEVANAGARI", "CJK", "HEBREW", "TIFINAGH"} <= set(scripts_wanted)
    every = texts(len(KINDS) * len(scripts()), 1)
    of_one_script = [text for name, text in every if name == "one script"]
    for (name, letters), text in zip(scripts_wanted.items(), of_one_script, strict=True):
        assert set(text) <= letters | {" "}, name


# What must be noticed ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("translation", "said"),
    [("एक\nदोन", "more lines"), ("एक\u2028दोन", "more lines"), ("<unk>", "became <unk>"),
     ("\ud800", "UTF-8 cannot hold")],
)  # fmt: skip
def test_bad_translations_are_noticed(translation: str, said: str) -> None:
    assert said in "".join(checks.translation_problems("boat", translation))
    assert checks.translation_problems("boat", "होडी") == []
    assert checks.translation_problems("a <unk> here", "<unk>") == []


def test_bad_ends_are_noticed() -> None:
    good = Ended(2, b"", "nmt: no such file\n")
    assert problems_of(good, 0, 2) == []
    traceback = 'Traceback (most recent call last):\n  File "x"\nValueError: x\n'
    for ended in (
        Ended(1, b"", "nmt: no such file\n"),
        Ended(-signal.SIGSEGV, b"", ""),
        Ended(-signal.SIGALRM, b"", ""),
        Ended(2, b"", ""),
        Ended(2, b"", "a warning\nnmt: no such file\n"),
        Ended(2, b"", traceback),
    ):
        assert problems_of(ended, 0, 2)


def test_bad_bundles_are_noticed() -> None:
    right = b"one\ntwo\n"
    refused = Ended(2, b"", "nmt: damaged\n")
    for expected in (right, None):
        assert checks.bundle_problems(Ended(0, right, ""), expected) == []
        assert checks.bundle_problems(refused, expected) == []
        assert checks.bundle_problems(Ended(0, b"one\n", ""), expected)
        assert checks.bundle_problems(Ended(0, right, "[W:onnxruntime] odd\n"), expected)
        assert checks.bundle_problems(Ended(0, right, "", memory=2 << 30), expected)
        assert checks.bundle_problems(Ended(2, right, "nmt: damaged\n"), expected)
    assert checks.bundle_problems(Ended(0, b"one\nthree\n", ""), right)


def test_dishonest_reports_are_noticed(tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    tables = (
        "pairs read {}\npairs dropped in cleaning {}\npairs kept {}\npairs left out of training 1\n"
    )

    def problems(read: int, dropped: int, kept: int, rows: str, lines: int = 5) -> list[str]:
        report.write_text("line,reason,first,second\n" + rows)
        ended = Ended(0, tables.format(read, dropped, kept).encode(), "")
        return checks.data_problems(ended, b"a\tb\n" * lines, report)

    rows = "2,empty side,a,b\n4,duplicate,c,d\n"
    assert problems(5, 1, 4, rows) == []
    assert problems(5, 1, 3, rows)
    assert problems(5, 1, 4, rows, lines=6)
    assert problems(5, 1, 4, "2,empty side,a,b\n")
    assert problems(5, 1, 4, rows[::-1])
    assert checks.data_problems(Ended(2, b"", "nmt: wrong\n"), b"", report)


def test_a_model_that_is_lost_and_a_file_that_is_left_are_noticed(
    bundle_folder: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    shutil.copytree(bundle_folder, model)
    harmless = Fault("", nmt("--version"), (0,))
    assert happen(harmless, tmp_path, model) == []
    assert happen(Fault("", ["touch", "new"], (0,)), tmp_path, model) == [
        "it ended with 0 and left new"
    ]
    lost = happen(Fault("", ["rm", str(model / "src.model")], (0,)), tmp_path, model)
    assert "the model is lost" in lost[0]


def test_the_last_line_and_the_exit_code_tell(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(60)
    tally.record("a", "one", [])
    assert tally.finish() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"
    tally.record("b", "two", ["wrong"])
    tally.attempt("b", "three", lambda: [str(1 // 0)])
    assert tally.finish() == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[-1] == "1 passed, 2 failed"
    assert "FAILED b: two: wrong" in printed.err
    assert "ZeroDivisionError" in printed.err
    assert Tally(60).finish() == 1, "nothing was tried"


def test_when_the_time_is_over_the_rest_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally(-1)
    for case in tally.cases("a", [1, 2, 3]):
        tally.record("a", str(case), [])
    tally.finish()
    assert "a: 1 passed, 0 failed, 2 left out" in capsys.readouterr().out


def test_damage_is_damage(bundle_folder: Path) -> None:
    files = bundles.read_files(bundle_folder)
    others = bundles.other_bundle(files)
    assert all(others[name] != files[name] for name in bundles.NEEDED)
    for case in bundles.swapped(files, others):
        assert any(files[name] != content for name, content in case.files.items())
