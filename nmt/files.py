"""Files that are written whole or not at all, and what is checked before the work for them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

from nmt.errors import InputError, WorkError

LONGEST = 1 << 20
"""Bytes a line may have: a binary file without line ends must not fill the memory."""


def check_lines(data: bytes, path: Path) -> None:
    """Raise `InputError` if a line of a file's content is longer than `LONGEST`."""
    start = 0
    while len(data) - start > LONGEST:
        end = data.rfind(b"\n", start, start + LONGEST + 1)
        if end < 0:
            raise too_long(str(path), line_at(data, start))
        start = end + 1


def line_at(data: bytes, position: int) -> int:
    """Return the number of the line, from 1, that a byte of a file's content is in."""
    return data.count(b"\n", 0, position) + 1


def too_long(name: str, number: int) -> InputError:
    """Return what is said of the line of this number."""
    return InputError(
        f"{name}, line {number}: longer than {LONGEST >> 20} MB; if it is text, break it up"
    )


def check_new(path: Path, overwrite: bool) -> None:
    """Raise `InputError` unless `path` may become a file: it is free, or a file to `overwrite`."""
    try:
        exists, is_file = path.exists(), path.is_file()
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error
    if exists and not is_file:
        raise InputError(f"{path} is not a file; choose another name")
    if exists and not overwrite:
        raise InputError(f"{path} exists; add --overwrite to replace it, or choose another name")


def check_picture(path: Path, overwrite: bool) -> None:
    """Raise `InputError` unless a picture may become `path`: .png, in a folder, and new."""
    check_png(path)
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}")
    check_new(path, overwrite)


def check_png(path: Path) -> None:
    """Raise `InputError` unless the name ends in .png."""
    if path.suffix.lower() != ".png":
        raise InputError(f"{path}: pictures are written as PNG; choose a name that ends in .png")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a free name beside `path`; the file written there becomes `path` if all went well.

    Raises `WorkError` when the disk is full and `InputError` when it refuses for another reason;
    what stood there before is then still there, and nothing else.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        kind = WorkError if error.errno in (ENOSPC, EDQUOT, EFBIG) else InputError
        raise kind(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        # Below a file instead of a folder there is nothing to remove, and asking is an error.
        with suppress(OSError):
            part.unlink()


def write_synced(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it; raise `OSError` when it refuses."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files, by their path in it, to a folder that is new, each as `write_synced` does."""
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_synced(folder / name, content)
