"""What must hold whatever came in: each check returns what is wrong, in words."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from .process import LIBRARIES, MOST_MEMORY, Ended, problems_of

csv.field_size_limit(1 << 31)


def translation_problems(text: str, translation: str) -> list[str]:
    """Return what is wrong with a translation of a text, which keeps its line breaks."""
    found = []
    if len(f"{translation}.".splitlines()) > len(f"{text}.".splitlines()):
        found.append(f"{text[:80]!a} became more lines: {translation[:80]!a}")
    if "<unk>" in translation and "<unk>" not in text:
        found.append(f"{text[:80]!a} became <unk>")
    try:
        translation.encode()
    except UnicodeEncodeError:
        found.append(f"{text[:80]!a} became what UTF-8 cannot hold: {translation[:80]!a}")
    return found


def line_problems(ended: Ended, lines: int) -> list[str]:
    """Return what is wrong with a command that writes a line for each of the `lines` it reads."""
    found = problems_of(ended, 0)
    found += _noise(ended)
    written = ended.out.count(b"\n")
    if not ended.code and written != lines:
        found.append(f"{lines} lines became {written}")
    return found


def bundle_problems(ended: Ended, expected: bytes | None) -> list[str]:
    """Return what is wrong with how `nmt translate` took a strange bundle.

    Refusing it is right. So is the translation that is `expected`, or, of a bundle that is signed
    (None), any.
    """
    found = problems_of(ended, 0, 2) + _noise(ended)
    if ended.code == 0 and expected is not None and ended.out != expected:
        found.append(f"silently another translation: {ended.out!r}")
    if ended.code == 0 and ended.out.count(b"\n") != expected_lines(expected):
        found.append(f"not one line for each: {ended.out!r}")
    if ended.code and ended.out:
        found.append(f"refused, but with a translation: {ended.out!r}")
    if ended.memory + LIBRARIES > MOST_MEMORY:
        found.append(f"{ended.memory + LIBRARIES >> 20} MB of memory")
    return found


def _noise(ended: Ended) -> list[str]:
    noisy = ended.code == 0 and ended.err
    return [f"all went well, but it said: {ended.err[:300]!r}"] if noisy else []


def expected_lines(expected: bytes | None) -> int:
    """Return how many lines a translation has."""
    return 2 if expected is None else expected.count(b"\n")


def data_problems(ended: Ended, content: bytes, report: Path) -> list[str]:
    """Return what is wrong with how `nmt data --report` took a file.

    Either it refuses it and leaves nothing behind, or every line of the file is in its figures.
    """
    found = problems_of(ended, 0, 2)
    if ended.code:
        if report.exists():
            found.append("refused, but there is a report")
        if ended.out:
            found.append(f"refused, but with tables: {ended.out[:80]!r}")
        return found
    printed = ended.out.decode()
    if "\x1b" in printed:
        found.append("an escape sequence reaches the terminal")
    read, dropped, kept, left_out = (
        _figure(printed, what)
        for what in ("read", "dropped in cleaning", "kept", "left out of training")
    )
    if read != kept + dropped:
        found.append(f"{read} read, but {kept} kept and {dropped} dropped")
    if not content.startswith(b"\x1f\x8b") and read != _pairs(content):
        found.append(f"{read} read of {_pairs(content)}")
    rows = _rows(report)
    if len(rows) != dropped + left_out:
        found.append(f"{len(rows)} rows in the report of {dropped} + {left_out}")
    lines = [int(row[0]) if row and row[0].isdecimal() else -1 for row in rows]
    if any(len(row) != 4 for row in rows) or lines != sorted(set(lines)):
        found.append("a row of the report is torn, or they are not in order")
    return found


def _figure(printed: str, what: str) -> int:
    match = re.search(rf"pairs {what}\s+([\d,]+)", printed)
    return int(match[1].replace(",", "")) if match else -1


def _pairs(content: bytes) -> int:
    return sum(b"\t" in line for line in content.split(b"\n"))


def _rows(report: Path) -> Sequence[Sequence[str]]:
    with report.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
