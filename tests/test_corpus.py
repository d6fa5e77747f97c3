"""Reading tab-separated files, good and broken ones."""

import gzip
import hashlib
import os
import time
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt import corpus
from nmt.corpus import fingerprint, read_corpus
from nmt.errors import InputError

TWO_ROWS = "The kettle sings.\tकिटली गाते.\nOpen it!\tते उघड!\n"


def write(folder: Path, content: bytes | str, name: str = "pairs.tsv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rows(frame: pd.DataFrame) -> list[tuple[int, str, str]]:
    return list(zip(frame["line"], frame["first"], frame["second"], strict=True))


@pytest.mark.parametrize(
    "content",
    [
        TWO_ROWS.encode(),
        TWO_ROWS.encode("utf-8-sig"),
        TWO_ROWS.replace("\n", "\r\n").encode(),
        TWO_ROWS.rstrip("\n").encode(),
        TWO_ROWS.replace("\n", "\tby somebody\tand more\n").encode(),
        gzip.compress(TWO_ROWS.encode("utf-8-sig")),
    ],
    ids=["LF", "BOM", "CRLF", "no last line end", "four columns", "gzip"],
)
def test_reads_two_columns_however_they_are_stored(tmp_path: Path, content: bytes) -> None:
    frame = read_corpus(write(tmp_path, content))
    assert list(frame.columns) == ["line", "first", "second"]
    assert rows(frame) == [(1, "The kettle sings.", "किटली गाते."), (2, "Open it!", "ते उघड!")]


@pytest.mark.parametrize("name", ["pairs.tsv.gz", "pairs.txt"])
def test_gzip_is_told_by_content(tmp_path: Path, name: str) -> None:
    assert len(read_corpus(write(tmp_path, gzip.compress(TWO_ROWS.encode()), name))) == 2
    assert len(read_corpus(write(tmp_path, TWO_ROWS, name))) == 2


def test_only_line_feeds_end_a_line(tmp_path: Path) -> None:
    odd = "a\u2028b\x85c\x0cd\x0be\u2029f\rg"
    frame = read_corpus(write(tmp_path, f"{odd}\t{odd}\nnext\tone\n"))
    assert rows(frame) == [(1, odd, odd), (2, "next", "one")]


def test_blank_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    frame = read_corpus(write(tmp_path, "\n  \na\tb\n\r\nc\td\n\n"))
    assert frame["line"].tolist() == [3, 5]


def test_nothing_is_quoted(tmp_path: Path) -> None:
    frame = read_corpus(write(tmp_path, '"a\tb"\n"c\td\n'))
    assert rows(frame) == [(1, '"a', 'b"'), (2, '"c', "d")]


def test_an_empty_side_is_left_to_cleaning(tmp_path: Path) -> None:
    assert rows(read_corpus(write(tmp_path, "a\t\n\tb\n"))) == [(1, "a", ""), (2, "", "b")]


TEXT = st.text(st.characters(exclude_characters="\t\n\r\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1))
def test_every_pair_comes_back(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    content = "\ufeff" + "".join(f"{first}\t{second}\n" for first, second in pairs)
    frame = read_corpus(write(tmp_path_factory.mktemp("any"), content))
    assert [(first, second) for _, first, second in rows(frame)] == pairs


# Without the time, which would be in the name of the test.
BROKEN_GZIP = gzip.compress(TWO_ROWS.encode(), mtime=0)[:-9]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "no pair"),
        (b"\n\n  \n", "no pair"),
        (b"a\tb\n\nonly one\n", "line 3: one column"),
        (b"a\tb\nc\t\0\n", "line 2: a zero byte"),
        (b"a\tb\nc\t\xff\xfe\n", "line 2: not UTF-8 (byte 0xff)"),
        (b"\xef\xbb\xbfa\tb\n\xe0\xa4\tc", "line 2: not UTF-8 (byte 0xe0)"),
        (b"\xef\xbb\xbf\n\xff\n", "line 2: not UTF-8 (byte 0xff)"),
        (b"\xef\xbb\xbfa\n\xc3\n", "line 2: not UTF-8 (byte 0xc3)"),
        (b"a\t\xed\xa0\x80\n", "line 1: not UTF-8"),
        (TWO_ROWS.encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x14\0\0\0", "zip archive"),
        (BROKEN_GZIP, "broken gzip"),
        (b"\x1f\x8b\x08\x00garbage, not deflate", "broken gzip"),
        (b"\x1f\x8b", "broken gzip"),
        (gzip.compress(b"", mtime=0), "empty"),
    ],
)
def test_bad_content_is_one_clear_line(tmp_path: Path, content: bytes, words: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError) as caught:
        read_corpus(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("reader", [read_corpus, fingerprint])
@pytest.mark.parametrize(
    ("name", "words"),
    [("missing.tsv", "no such file"), (".", "a folder"), ("x" * 300, "cannot be read")],
)
def test_bad_path_is_one_clear_line(tmp_path: Path, name: str, words: str, reader: object) -> None:
    assert callable(reader)
    with pytest.raises(InputError, match=words):
        reader(tmp_path / name)


@pytest.mark.parametrize("reader", [read_corpus, fingerprint])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, reader: object) -> None:
    assert callable(reader)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    for name in ("pipe", "endless"):
        with pytest.raises(InputError, match=f"{name}: cannot be read: a pipe or device; save"):
            reader(tmp_path / name)


def test_a_gzip_file_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, gzip.compress(TWO_ROWS.encode()))
    monkeypatch.setattr(corpus, "_MOST_BYTES", len(TWO_ROWS.encode()))
    assert len(read_corpus(path)) == 2
    monkeypatch.setattr(corpus, "_MOST_BYTES", len(TWO_ROWS.encode()) - 1)
    with pytest.raises(InputError, match="unpacks to more than"):
        read_corpus(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file_is_one_clear_line(tmp_path: Path) -> None:
    path = write(tmp_path, TWO_ROWS)
    path.chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        read_corpus(path)


def test_fingerprint_is_the_sha256_of_the_bytes(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfa\tb\r\n"
    assert fingerprint(write(tmp_path, content)) == hashlib.sha256(content).hexdigest()


def test_real_corpus_is_read_whole_and_fast(real_corpus_path: Path) -> None:
    start = time.process_time()
    frame = read_corpus(real_corpus_path)
    seconds = time.process_time() - start
    assert len(frame) == 41_028
    assert frame["first"].nunique() == 26_581
    # A third of a second is the aim; the rest is for a busy machine.
    assert seconds < 2
