"""Big files through `nmt translate`, as real processes: interrupted, killed, in parallel."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nmt.shipped import load_translator
from tests.command_line import PROCESS, nmt, nmt_process

WORDS = ["boat", "tree", "river", "school", "friend", "water", "house", "road", "bird", "letter"]
LINES = [f"The {a} and the {b}." for a in WORDS for b in WORDS[:4]] + [""] * 5000
"""Blank ones cost nothing; they last until what was fed before has been noted."""
JOURNAL = Path("out.txt.unfinished.json")
GREEDY = ("translate", "--beam-size", 1)


@pytest.fixture(scope="module")
def expected() -> str:
    """What greedy search makes of the lines."""
    return "".join(f"{text}\n" for text in load_translator().translate(LINES, beam_size=1))


@pytest.fixture(autouse=True)
def in_txt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NMT_MODEL", raising=False)
    Path("in.txt").write_text("".join(f"{line}\n" for line in LINES))


def waited(what: Callable[[], Any], seconds: int = 300) -> Any:
    """Return what the function returns as soon as that is true."""
    end = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)
    return value


def children(process: subprocess.Popen[bytes]) -> list[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in found.split()]


def alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")")[-1].split()[0] != "Z"


@pytest.mark.parametrize(
    ("stop", "jobs"), [(signal.SIGKILL, 2), (signal.SIGTERM, 2), (signal.SIGINT, 1)]
)
def test_stopped_in_the_middle_and_resumed(stop: signal.Signals, jobs: int, expected: str) -> None:
    command = [*PROCESS, *map(str, GREEDY), "--output", "out.txt", "--jobs", str(jobs)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stderr
        lines = iter(LINES[:-1])

        def kept() -> bool:
            assert process.stdin
            if not JOURNAL.exists():
                process.stdin.write(f"{next(lines)}\n".encode())
                process.stdin.flush()
            return JOURNAL.exists()

        waited(kept)
        workers = children(process)
        process.send_signal(stop)
        message = process.stderr.read().decode()
        code = process.wait(300)
    waited(lambda: not any(map(alive, workers)))
    done = json.loads(JOURNAL.read_bytes())["lines"]
    assert 0 < done < len(LINES)
    if stop == signal.SIGKILL:
        assert (code, message) == (-stop, "")
    else:
        hint = f"{done} lines are kept: to go on, add --resume to the same command"
        assert (code, message) == (1, f"nmt: interrupted; {hint}\n")
    assert not Path("out.txt").exists()
    result = nmt(*GREEDY, "--input", "in.txt", "--output", "out.txt", "--resume")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert Path("out.txt").read_text() == expected
    assert sorted(map(str, Path().iterdir())) == ["in.txt", "out.txt"]


def test_jobs_give_what_one_process_gives(expected: str) -> None:
    # Blank lines make the file long and cost nothing: it has chunks enough for all processes.
    blank = " " * 4000
    Path("in.txt").write_text("".join(f"{line}\n{blank}\n" for line in LINES[:40]))
    result = nmt_process(*GREEDY, "--input", "in.txt", "--jobs", 2)
    assert (result.code, result.err) == (0, "")
    assert result.out == "".join(f"{line}\n\n" for line in expected.splitlines()[:40])
    assert nmt(*GREEDY, "--input", "in.txt").out == result.out
