"""Lines in, lines out: the same number in the same order, as soon as they can be had."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import BinaryIO, TextIO

from nmt.errors import InputError, WorkError

CHUNK = 1024
"""Lines translated together: enough of each length to fill batches."""


def open_input(path: Path | None) -> BinaryIO:
    """Return the file, or stdin for None; raise `InputError` if it cannot be read."""
    if path is None:
        return sys.stdin.buffer
    try:
        return path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


@contextmanager
def open_output(path: Path | None, *, overwrite: bool = False) -> Iterator[TextIO]:
    """Give a stream that becomes the file when all went well, or stdout for None.

    Raises `InputError` if the file exists (unless `overwrite`) or its folder cannot be written
    to, `WorkError` when the disk refuses; either way no half-written file is left.
    """
    if path is None:
        yield sys.stdout
        return
    if path.is_dir() or (path.exists() and not overwrite):
        raise InputError(f"{path} exists; add --overwrite to replace it, or choose another name")
    fresh = path.with_name(f".{path.name}.new")
    try:
        stream = fresh.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with stream:
            yield stream
        fresh.replace(path)
    except OSError as error:
        raise WorkError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)


def chunks(stream: BinaryIO, name: str) -> Iterator[list[str]]:
    r"""Yield the lines of a stream, without their ends, as many at once as have arrived.

    Only `\n` (or `\r\n`) ends a line. A program that writes one line and waits gets its answer;
    a file comes in chunks of `CHUNK`. Raises `InputError` with the line that is not UTF-8, after
    those before it were yielded.
    """
    lines: Queue[bytes | None] = Queue(2 * CHUNK)
    Thread(target=_fill, args=(lines, stream), daemon=True).start()
    number = 0
    while arrived := _arrived(lines):
        ended = arrived[-1] is None
        texts, wrong = _decoded(line for line in arrived if line is not None)
        if texts:
            yield texts
        number += len(texts)
        if wrong:
            raise InputError(f"{name}, line {number + 1}: not UTF-8; convert the file with iconv")
        if ended:
            return


def _fill(lines: Queue[bytes | None], stream: BinaryIO) -> None:
    try:
        for line in stream:
            lines.put(line)
    finally:
        lines.put(None)


def _arrived(lines: Queue[bytes | None]) -> list[bytes | None]:
    """Wait for a line; return it with all that are there by then."""
    arrived = [lines.get()]
    while arrived[-1] is not None and len(arrived) < CHUNK:
        try:
            arrived.append(lines.get_nowait())
        except Empty:
            break
    return arrived


def _decoded(lines: Iterable[bytes]) -> tuple[list[str], bool]:
    texts: list[str] = []
    for line in lines:
        try:
            texts.append(line.decode().removesuffix("\n").removesuffix("\r"))
        except UnicodeDecodeError:
            return texts, True
    return texts, False
