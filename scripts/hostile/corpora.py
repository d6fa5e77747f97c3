"""Corpus files as damage, mistakes and other programs leave them."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from random import Random

from .texts import texts

Lines = list[bytes]
"""The lines of a corpus that is whole, without their ends."""
Damage = Callable[[Random, Lines], bytes]
"""Makes the content of a file from them."""


def joined(lines: Lines, end: bytes = b"\n") -> bytes:
    """Return the lines as a file."""
    return b"".join(line + end for line in lines)


def some(rng: Random, lines: Lines, change: Callable[[bytes], bytes], share: float = 0.1) -> Lines:
    """Return the lines, a share of them changed, at least one."""
    chosen = set(rng.sample(range(len(lines)), max(1, int(share * len(lines)))))
    return [change(line) if i in chosen else line for i, line in enumerate(lines)]


def each_cell(change: Callable[[bytes, bytes], tuple[bytes, bytes]]) -> Damage:
    """Return a damage that changes both cells of every line."""

    def damage(rng: Random, lines: Lines) -> bytes:
        pairs = (line.split(b"\t") for line in lines)
        return joined([b"\t".join(change(first, second)) for first, second in pairs])

    return damage


def mixed_encodings(rng: Random, lines: Lines) -> bytes:
    """Return lines of which some are in the encoding of another decade."""
    encoding = rng.choice(["cp1252", "utf-16-le", "utf-16-be", "mac-roman"])
    return joined(
        some(rng, lines, lambda line: b"caf\xe9 " + line.decode().encode(encoding, "replace"))
    )


def torn_rows(rng: Random, lines: Lines) -> bytes:
    """Return lines of which some end too early, perhaps within a character."""
    return joined(some(rng, lines, lambda line: line[: rng.randrange(1, len(line))]))


def joined_rows(rng: Random, lines: Lines) -> bytes:
    """Return lines of which some have lost their ends, so that they go on with the next."""
    return b"".join(line + rng.choice([b"\n", b"\n", b"\n", b"", b"\r"]) for line in lines)


def some_swapped(rng: Random, lines: Lines) -> bytes:
    """Return lines of which some have their columns swapped."""
    return joined(some(rng, lines, lambda line: b"\t".join(line.split(b"\t")[::-1])))


def web_page(rng: Random, lines: Lines) -> bytes:
    """Return the page that a server sends in place of the file."""
    return b"<!DOCTYPE html>\n<html>\n<body>\n" + joined(lines[:5]) + b"</body>\n</html>\n"


def markup(rng: Random, lines: Lines) -> bytes:
    """Return lines with HTML in their cells."""
    return joined([b"<p>" + line.replace(b"\t", b"</p>&nbsp;\t<p lang='mr'>") for line in lines])


def numbered(rng: Random, lines: Lines) -> bytes:
    """Return lines with a number before them, as databases export them."""
    return joined([b"%d\t%s" % (1_000_000 + 37 * i, line) for i, line in enumerate(lines)])


def duplicates(rng: Random, lines: Lines) -> bytes:
    """Return lines of which nine in ten are there already."""
    kept = lines[: max(1, len(lines) // 10)]
    return joined(kept + rng.choices(kept, k=9 * len(kept)))


def quoted(rng: Random, lines: Lines) -> bytes:
    """Return lines with quotes around some cells and lone quotes in others."""
    signs = [b'"', b'""', b"'", b'\\"', b"\xe2\x80\x9c"]
    return joined(
        [line.replace(b"\t", rng.choice(signs) + b"\t" + rng.choice(signs)) for line in lines]
    )


def zeros(rng: Random, lines: Lines) -> bytes:
    """Return lines with zero bytes in some."""
    return joined(some(rng, lines, lambda line: line.replace(b" ", b"\0", 1) + b"\0"))


def blank_lines(rng: Random, lines: Lines) -> bytes:
    """Return lines with blank ones, lone tabs and ends without a beginning between them."""
    between = [b"", b"", b"   ", b"\t", b"\t\t\t", b"\tend", b"begin\t"]
    return joined([each for line in lines for each in (line, rng.choice(between))])


def breaks_within(rng: Random, lines: Lines) -> bytes:
    """Return cells with what other programs take for the end of a line."""
    breaks = [text.encode() for text in ("\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\r")]
    return joined(some(rng, lines, lambda line: line.replace(b" ", rng.choice(breaks), 1), 0.5))


def flipped_bits(rng: Random, lines: Lines) -> bytes:
    """Return the file with a bit in a thousand bytes the other way round."""
    data = bytearray(joined(lines))
    for _ in range(1 + len(data) // 1000):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def any_texts(rng: Random, lines: Lines) -> bytes:
    """Return pairs of texts of every kind, and whole lines enough to go on with."""
    cells = [
        text.encode(errors="replace").translate(None, b"\t\n\0")
        for _, text in texts(len(lines), rng.randrange(1 << 30))
    ]
    return joined([b"%s\t%s" % pair for pair in zip(cells[::2], cells[1::2], strict=False)] + lines)


def packed(rng: Random, lines: Lines) -> bytes:
    """Return a gzip file, whole, cut short, damaged, or packed twice."""
    data = bytearray(gzip.compress(joined(lines), mtime=0))
    how = rng.randrange(4)
    if how == 1:
        del data[rng.randrange(2, len(data)) :]
    if how == 2:
        data[rng.randrange(2, len(data))] ^= 1 << rng.randrange(8)
    return gzip.compress(data, mtime=0) if how == 3 else bytes(data)


def zipped(rng: Random, lines: Lines) -> bytes:
    """Return a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mar.txt"), joined(lines))
    return file.getvalue()


def long_cell(rng: Random, lines: Lines) -> bytes:
    """Return lines with one cell of a megabyte among them."""
    cell = rng.choice([b"boat ", b"boat", "होडी ".encode(), b'"', b" "])
    return joined([*lines, cell * (1 << 20) + b"\t" + cell, *lines[:3]])


DAMAGES: dict[str, Damage] = {
    "whole": lambda rng, lines: joined(lines),
    "mixed encodings": mixed_encodings,
    "UTF-16": lambda rng, lines: joined(lines).decode().encode("utf-16"),
    "UTF-8 with BOM": lambda rng, lines: b"\xef\xbb\xbf" + joined(lines),
    "CRLF": lambda rng, lines: joined(lines, b"\r\n"),
    "CR": lambda rng, lines: joined(lines, b"\r"),
    "no line ends": lambda rng, lines: joined(lines, b""),
    "torn rows": torn_rows,
    "joined rows": joined_rows,
    "cut short": lambda rng, lines: joined(lines)[: rng.randrange(1, len(joined(lines)))],
    "columns swapped": each_cell(lambda first, second: (second, first)),
    "some swapped": some_swapped,
    "one column": lambda rng, lines: joined([line.split(b"\t")[0] for line in lines]),
    "more columns": lambda rng, lines: joined([line + b"\tCC-BY\tnobody" for line in lines]),
    "commas": lambda rng, lines: joined([line.replace(b"\t", b",") for line in lines]),
    "web page": web_page,
    "markup": markup,
    "numbered": numbered,
    "one language": each_cell(lambda first, second: (first, first)),
    "the other language": each_cell(lambda first, second: (second, second)),
    "an empty side": each_cell(lambda first, second: (first, b"")),
    "duplicates": duplicates,
    "quoted": quoted,
    "zeros": zeros,
    "blank lines": blank_lines,
    "breaks within": breaks_within,
    "flipped bits": flipped_bits,
    "random bytes": lambda rng, lines: rng.randbytes(5000),
    "any texts": any_texts,
    "gzip": packed,
    "zip": zipped,
    "long cell": long_cell,
    "empty": lambda rng, lines: b"",
    "line ends only": lambda rng, lines: b"\n" * 1000,
    "tabs only": lambda rng, lines: b"\t" * 1000,
    "two rows": lambda rng, lines: joined(lines[:2]),
}


def corpora(count: int, seed: int, lines: Lines) -> Iterator[tuple[str, bytes]]:
    """Yield kinds of damage and files, all kinds in turn; the same seed gives the same files."""
    rng = Random(seed)
    for number in range(count):
        name, damage = list(DAMAGES.items())[number % len(DAMAGES)]
        yield name, damage(rng, lines)
