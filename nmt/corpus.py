"""Reading a parallel corpus: one tab-separated pair a line, English–Marathi or any other two.

The file is read as it is: nothing is quoted, so a `"` is a character, and only a line feed, with
or without a carriage return, ends a line, so that U+2028 or a form feed inside a sentence does not
shift the numbers of the lines below.
"""

import gzip
import hashlib
import io
import zlib
from errno import EINVAL
from pathlib import Path

import pandas as pd

from nmt.errors import InputError
from nmt.files import check_lines, line_at

# A hundred times the largest corpus of Tatoeba; a gzip file of a thousandth can claim it.
_MOST_BYTES = 4 << 30
_BLOCK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_corpus(path: Path) -> pd.DataFrame:
    """Return the first two columns of a file: DataFrame[line, first, second], one row a pair.

    `line` is the number in the file, from 1; blank lines are skipped but counted. The file is
    UTF-8 with or without BOM, plain or gzip (told by its content, whatever its name); columns
    after the second are ignored. Raises `InputError` when the file is missing, a folder,
    unreadable, empty, binary, a broken gzip, not UTF-8, or has a line of one column or of more than
    a megabyte (with its number).
    """
    text = _decode(_unpack(_read(path), path), path)
    numbers, firsts, seconds = [], [], []
    for number, line in enumerate(text.split("\n"), start=1):
        columns = line.removesuffix("\r").split("\t", 2)
        if len(columns) > 1:
            numbers.append(number)
            firsts.append(columns[0])
            seconds.append(columns[1])
        elif columns[0].strip():
            raise InputError(
                f"{path}, line {number}: one column; a line must hold a sentence, "
                "a tab and its translation"
            )
    if not numbers:
        raise InputError(f"{path}: no pair in it; a line must hold a sentence and its translation")
    return pd.DataFrame({"line": numbers, "first": firsts, "second": seconds})


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of the file's bytes as 64 hexadecimal digits.

    Raises `InputError` when the file is missing, a folder or unreadable.
    """
    return hashlib.sha256(_read(path)).hexdigest()


def _read(path: Path) -> bytes:
    try:
        # A pipe can be read only once, a device perhaps without end.
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise OSError(EINVAL, "a pipe or device; save what comes out of it to a file")
        return path.read_bytes()
    except IsADirectoryError as error:
        raise InputError(f"{path}: a folder; name the tab-separated file in it") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; `nmt fetch` downloads the corpus") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read: {reason}") from error


def _unpack(data: bytes, path: Path) -> bytes:
    if not data.startswith(_GZIP):
        return data
    blocks, size = [], 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            # In blocks: room for all that might come would be taken at once.
            while size <= _MOST_BYTES and (block := file.read(_BLOCK)):
                blocks.append(block)
                size += len(block)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: a broken gzip file ({error}); copy or fetch it again") from error
    if size > _MOST_BYTES:
        raise InputError(
            f"{path}: unpacks to more than {_MOST_BYTES >> 20:,} MB; no corpus has that"
        )
    return b"".join(blocks)


def _decode(data: bytes, path: Path) -> str:
    if not data:
        raise InputError(
            f"{path}: the file is empty; a line must hold a sentence, a tab and another"
        )
    if data.startswith(_ZIP):
        raise InputError(f"{path}: a zip archive; unpack it and name the file inside")
    if data.startswith(_UTF16):
        raise InputError(f"{path}: UTF-16 text; save the file as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise InputError(
            f"{path}, line {line_at(data, nul)}: a zero byte; this is a binary file, not text"
        )
    check_lines(data, path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The positions in the error count from behind a BOM, which decoding took away.
        at = error.start + len(data) - len(error.object)
        byte = error.object[error.start]
        raise InputError(
            f"{path}, line {line_at(data, at)}: not UTF-8 (byte 0x{byte:02x}); "
            "save the file as UTF-8"
        ) from error
