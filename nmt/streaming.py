"""Lines in, lines out: the same number in the same order, as soon as they can be had."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import TextIO, cast

from nmt.errors import InputError, WorkError
from nmt.files import check_new

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


@contextmanager
def open_output(path: Path | None, *, overwrite: bool = False) -> Iterator[TextIO]:
    """Give a stream that becomes the file when all went well, or stdout for None.

    Raises `InputError` if the file exists (unless `overwrite`) or its folder cannot be written
    to, `WorkError` when the disk refuses; either way no half-written file is left.
    """
    if path is None:
        yield sys.stdout
        return
    try:
        check_new(path, overwrite)
        # Of a link it is the file it leads to that is replaced.
        target = Path(os.path.realpath(path))
        fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
        stream = fresh.open("w", encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error
    try:
        with stream:
            yield stream
        fresh.replace(target)
    except OSError as error:
        raise WorkError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        fresh.unlink(missing_ok=True)


def chunks(stream: BufferedIOBase, name: str) -> Iterator[list[str]]:
    r"""Yield the lines of a stream, without their ends, as many at once as have arrived.

    Only `\n` (or `\r\n`) ends a line. A program that writes one line and waits gets its answer;
    a file comes in chunks of about `BLOCK` bytes. Raises `InputError` with the line that is not
    UTF-8, after those before it were yielded, and when reading fails.
    """
    number = 0
    for lines in _line_blocks(stream, name):
        texts, wrong = _decoded(lines)
        if texts:
            yield texts
        number += len(texts)
        if wrong:
            raise InputError(f"{name}, line {number + 1}: not UTF-8; convert the file with iconv")


def _line_blocks(stream: BufferedIOBase, name: str) -> Iterator[list[bytes]]:
    """Yield lists of lines without `\\n`, each list as soon as its last line has ended."""
    begun: list[bytes] = []  # the parts of a line that has not ended
    while block := _read(stream, name):
        begun.append(block)
        if b"\n" in block:
            *lines, rest = b"".join(begun).split(b"\n")
            begun = [rest] if rest else []
            yield lines
    if begun:
        yield [b"".join(begun)]


def _read(stream: BufferedIOBase, name: str) -> bytes:
    try:
        return stream.read1(BLOCK)
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}") from error


def _decoded(lines: Iterable[bytes]) -> tuple[list[str], bool]:
    texts: list[str] = []
    for line in lines:
        try:
            texts.append(line.decode().removesuffix("\r"))
        except UnicodeDecodeError:
            return texts, True
    return texts, False
