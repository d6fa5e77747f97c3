"""Lines in: as soon as they can be had, in chunks of bounded size."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import cast

from nmt.errors import InputError
from nmt.files import LONGEST, too_long

BLOCK = 1 << 16
"""Bytes read at once, at most: enough lines of each length to fill batches."""


def open_input(path: Path | None) -> BufferedIOBase:
    """Return the file, or stdin for None; raise `InputError` if it cannot be read."""
    if path is None:
        return cast(BufferedIOBase, sys.stdin.buffer)
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


def count_lines(path: Path) -> int | None:
    r"""Return how many lines `chunks` gives of a file; None of what can be read only once."""
    if not path.is_file():
        return None
    lines, last = 0, b"\n"
    with open_input(path) as stream:
        while block := _read(stream, str(path)):
            lines, last = lines + block.count(b"\n"), block[-1:]
    return lines + (last != b"\n")


def chunks(stream: BufferedIOBase, name: str) -> Iterator[list[str]]:
    r"""Yield the lines of a stream, without their ends, as many at once as have arrived.

    Only `\n` (or `\r\n`) ends a line. A program that writes one line and waits gets its answer;
    a file comes in chunks of about `BLOCK` bytes. Raises `InputError` with the line that is not
    UTF-8 or longer than `LONGEST`, after those before it were yielded, and when reading fails.
    """
    number, begun = 1, b""
    while block := _read(stream, name):
        *lines, begun = (begun + block).split(b"\n")
        yield from _decoded(lines, name, number)
        number += len(lines)
        if len(begun) > LONGEST:
            raise too_long(name, number)
    if begun:
        yield from _decoded([begun], name, number)


def _read(stream: BufferedIOBase, name: str) -> bytes:
    try:
        return stream.read1(BLOCK)
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}") from error


def _decoded(lines: Iterable[bytes], name: str, number: int) -> Iterator[list[str]]:
    """Yield the texts of lines, the first of which has this number, if there are any."""
    texts: list[str] = []
    wrong = False
    for line in lines:
        try:
            texts.append(line.decode().removesuffix("\r"))
        except UnicodeDecodeError:
            wrong = True
            break
    if texts:
        yield texts
    if wrong:
        number += len(texts)
        raise InputError(f"{name}, line {number}: not UTF-8; convert the file with iconv")
