"""Lines in: none lost, none made up, none that fills the memory."""

from __future__ import annotations

import errno
import io
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nmt.errors import InputError
from nmt.files import LONGEST
from nmt.streaming import BLOCK, chunks, count_lines, open_input

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


@given(st.binary() | st.lists(st.sampled_from([b"\n", b"a", b"\r\n"])).map(b"".join))
def test_lines_are_counted_as_they_are_given(tmp_path_factory: Any, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "counted.txt"
    data = data.decode("latin-1").encode()
    path.write_bytes(data)
    assert count_lines(path) == len(lines(data))


def test_what_can_be_read_once_is_not_counted() -> None:
    assert count_lines(Path("/dev/null")) is None


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


def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    class Endless(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return bytes(size or 0)

    with pytest.raises(InputError, match=r"^/dev/zero, line 1: longer than 1 MB; [^\n]*$"):
        list(chunks(Endless(), "/dev/zero"))
    assert lines(b"x" * LONGEST + b"\nnext") == ["x" * LONGEST, "next"]


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
