"""Lines in and out: none lost, none made up, no half-written file."""

from __future__ import annotations

import errno
import io
import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nmt.errors import InputError, WorkError
from nmt.streaming import BLOCK, chunks, open_input, open_output

ECHO = """
import sys
from nmt.errors import InputError
from nmt.streaming import chunks, open_input
try:
    for texts in chunks(open_input(None), "stdin"):
        print(*texts, sep="\\n", flush=True)
except InputError as error:
    print(error, file=sys.stderr)
    sys.exit(2)
"""


def lines(data: bytes) -> list[str]:
    return [text for texts in chunks(io.BytesIO(data), "in.txt") for text in texts]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"one\ntwo\n", ["one", "two"]),
        (b"one\ntwo", ["one", "two"]),
        (b"one\r\n\r\ntwo\r\n", ["one", "", "two"]),
        (b"a\rb\n\n \n", ["a\rb", "", " "]),
        ("a\u2028b\u0085c\x0cd\x0be\x1cf\n".encode(), ["a\u2028b\u0085c\x0cd\x0be\x1cf"]),
        (b"nul\0\n", ["nul\0"]),
    ],
)
def test_only_line_feeds_end_lines(data: bytes, expected: list[str]) -> None:
    assert lines(data) == expected


@given(st.lists(st.text(st.characters(exclude_characters="\n\r", codec="utf-8"))), st.booleans())
@example(["ख" * BLOCK, "", "x" * (2 * BLOCK), "y" * (BLOCK - 1), "z"], True)
def test_every_line_arrives_once_in_order(texts: list[str], ended: bool) -> None:
    data = "\n".join(texts) + ("\n" if ended else "")
    expected = texts if ended or (texts and texts[-1]) else texts[:-1]
    if ended and not texts:
        expected = [""]
    assert lines(data.encode()) == expected


def test_wrong_utf8_is_named_after_the_lines_before_it_were_yielded(tmp_path: Path) -> None:
    path = tmp_path / "in.txt"
    path.write_bytes(b"good\n" * 40_000 + b"bad \xff\ngood\n")
    seen: list[str] = []
    with pytest.raises(InputError, match=r"^.*in\.txt, line 40001: not UTF-8; [^\n]*$"):
        seen.extend(itertools.chain.from_iterable(chunks(open_input(path), str(path))))
    assert seen == ["good"] * 40_000


def test_reading_that_fails_is_an_error_not_an_end() -> None:
    class Broken(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(InputError, match=r"^tape cannot be read: Input/output error$"):
        list(chunks(Broken(), "tape"))


def test_inputs_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="cannot be read"):
            open_input(path)


def test_a_program_that_waits_for_its_answer_gets_it() -> None:
    command = [sys.executable, "-c", ECHO]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for line in (b"first\n", "दुसरे\n".encode()):
            process.stdin.write(line)
            process.stdin.flush()
            assert process.stdout.readline() == line
        # The pipe stays open: the program must end by itself, and properly.
        process.stdin.write(b"\xff\n")
        process.stdin.flush()
        assert process.wait(30) == 2
        assert process.stderr.read().decode().splitlines() == [
            "stdin, line 3: not UTF-8; convert the file with iconv"
        ]


def test_output_appears_whole_when_all_went_well(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with open_output(path) as stream:
        stream.write("एक\n\ud800\n")
        stream.flush()
        assert not path.exists()
    assert path.read_bytes() == "एक\n?\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def raise_after(written: int, error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("error", [InputError("wrong"), KeyboardInterrupt()], ids=str)
def test_an_error_leaves_what_was_there(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    with (
        pytest.raises(type(error)),
        open_output(path, overwrite=True) as stream,
    ):
        raise_after(stream.write("half"), error)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_existing_output_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path, link = tmp_path / "out.txt", tmp_path / "link.txt"
    path.write_text("before")
    link.symlink_to(path)
    with pytest.raises(InputError, match="--overwrite"), open_output(path):
        pass
    assert path.read_text() == "before"
    with open_output(link, overwrite=True) as stream:
        stream.write("after")
    assert link.is_symlink()
    assert path.read_text() == "after"


def test_outputs_that_are_no_files_stay(tmp_path: Path) -> None:
    folder, fifo = tmp_path / "folder", tmp_path / "fifo"
    folder.mkdir()
    os.mkfifo(fifo)
    for path in (folder, fifo, Path()):
        with pytest.raises(InputError, match="not a file"), open_output(path, overwrite=True):
            pass
    assert fifo.is_fifo()
    for path in (tmp_path / "absent" / "x", tmp_path / ("x" * 300)):
        with pytest.raises(InputError, match="cannot be written"), open_output(path):
            pass
    assert sorted(tmp_path.iterdir()) == [fifo, folder]


def test_a_full_disk_is_a_failed_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, opened = tmp_path / "out.txt", Path.open

    def full(self: Path, *args: Any, **kwargs: Any) -> Any:
        self.touch()
        return opened(Path("/dev/full"), *args, **kwargs)

    monkeypatch.setattr(Path, "open", full)
    with (
        pytest.raises(WorkError, match=r"out\.txt cannot be written: No space left"),
        open_output(path) as stream,
    ):
        stream.write("a line\n")
    assert list(tmp_path.iterdir()) == []


def test_without_a_path_it_is_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    with open_output(None) as stream:
        print("line", file=stream)
    assert capsys.readouterr().out == "line\n"
