"""The tables of a corpus, the report of what was left out, and how tables are printed."""

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nmt.cleaning import clean
from nmt.corpus import read_corpus
from nmt.errors import InputError, WorkError
from nmt.split import Parts, split
from nmt.statistics import (
    length_histogram,
    overview,
    part_sizes,
    references,
    rule_counts,
    rule_examples,
    vocabulary,
    write_report,
)
from nmt.tables import message, print_table

LANGS = ("eng", "mar")
ROWS = [
    ("A kettle sings.", "किटली गाते."),
    ("A kettle sings.", "एक किटली गाते."),
    ("A [bold]lamp[/bold]\x1b[31m.", ""),
    ("A lamp", "दिवा"),
    ("It’s a lamp", "हा एक दिवा आहे"),
]


def corpus() -> pd.DataFrame:
    firsts, seconds = zip(*ROWS, strict=True)
    return pd.DataFrame({"line": range(1, 6), "first": firsts, "second": seconds})


def records(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples(index=False, name=None))


def test_vocabulary_counts_words_by_hand() -> None:
    assert records(vocabulary(clean(corpus()).pairs, LANGS)) == [
        # A (3), kettle, sings. (2 each), lamp (2), It's, a
        ("eng", 11, 6, 2, 2.75, 3),
        # किटली, गाते., एक, दिवा (2 each), हा, आहे
        ("mar", 10, 6, 2, 2.5, 4),
    ]


def test_references_per_sentence() -> None:
    assert records(references(clean(corpus()).pairs)) == [(1, 2), (2, 1)]


def test_length_histogram_counts_every_row_once() -> None:
    lengths = [1, 1, 10, 11, 15, 16, 31, 90]
    texts = [" ".join("x" * n) for n in lengths]
    pairs = pd.DataFrame({"line": range(8), "first": texts, "second": ["y"] * 8})
    table = length_histogram(pairs, LANGS).set_index("words")
    assert table.loc[["1", "10", "11–15", "16–20", "21–30", "31+"], "eng"].tolist() == [
        2,
        1,
        2,
        1,
        0,
        2,
    ]
    assert table["eng"].sum() == table["mar"].sum() == 8
    short = length_histogram(pairs[:1], LANGS)
    assert short["eng"].sum() == 1


def test_rules_and_their_examples() -> None:
    cleaned = clean(corpus())
    counts = {rule: (effect, rows) for rule, effect, rows in records(rule_counts(cleaned))}
    assert counts["quotes and signs"] == ("changed", 1)
    assert counts["empty side"] == ("dropped", 1)
    examples = records(rule_examples(cleaned))
    assert ("quotes and signs", "5", "It’s a lamp", "It's a lamp") in examples
    # What a terminal would obey, or not show, is spelt out.
    dropped = next(row for row in examples if row[0] == "empty side")
    assert dropped == ("empty side", "3", "A [bold]lamp[/bold]<U+001B>[31m. | ", "")


def test_long_examples_are_cut() -> None:
    frame = pd.DataFrame(
        {"line": [1, 2], "first": ["x" * 10_000, "a"], "second": ["य", "ब"]},
    )
    (example,) = records(rule_examples(clean(frame)))
    assert len(str(example[2])) == 121


def parts_of(pairs: pd.DataFrame) -> Parts:
    return Parts(train=pairs[:2], valid=pairs[2:3], test=pairs[3:4], leaked=pairs[:0])


def test_part_sizes() -> None:
    assert records(part_sizes(parts_of(clean(corpus()).pairs))) == [
        ("train", 1, 2, 50.0),
        ("valid", 1, 1, 25.0),
        ("test", 1, 1, 25.0),
        ("left out", 0, 0, 0.0),
    ]


def test_overview(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("\n".join("\t".join(row) for row in ROWS), encoding="utf-8")
    cleaned = clean(read_corpus(path))
    values = dict(records(overview(path, cleaned, parts_of(cleaned.pairs))))
    assert values["file"] == str(path)
    assert values["pairs read"] == "5"
    assert values["pairs dropped in cleaning"] == "1"
    assert values["pairs kept"] == "4"


def test_report_lists_every_pair_left_out_by_line(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("an older report")
    cleaned = clean(corpus())
    assert write_report(cleaned, cleaned.pairs[:1], path) == 2
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "reason", "first", "second"],
            ["1", "target occurs in valid or test", "A kettle sings.", "किटली गाते."],
            ["3", "empty side", ROWS[2][0], ""],
        ]
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.csv"]


def test_no_text_tears_a_row_of_the_report(tmp_path: Path) -> None:
    texts = ['"', 'a "b", c', "one\rtwo", "one\x85two", "\u2028", "=1+1", ",", "'"]
    lines = range(1, len(texts) + 1)
    rows = pd.DataFrame({"line": lines, "first": texts, "second": texts[::-1]})
    path = tmp_path / "report.csv"
    assert write_report(clean(corpus()), rows, path) == len(texts) + 1
    with path.open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.reader(file) if row[1].startswith("target")]
    assert [row[2:] for row in found] == [
        list(pair) for pair in zip(texts, texts[::-1], strict=True)
    ]


def test_unwritable_report_is_one_clear_line_and_leaves_nothing(tmp_path: Path) -> None:
    cleaned = clean(corpus())
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    for name in ("missing/report.csv", "file/report.csv", "folder", "x" * 300):
        with pytest.raises(InputError, match="cannot be written"):
            write_report(cleaned, cleaned.pairs, tmp_path / name)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


def test_full_disk_keeps_the_older_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.csv"
    path.write_text("an older report")
    cleaned = clean(corpus())

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(WorkError, match="No space left on device"):
        write_report(cleaned, cleaned.pairs, path)
    assert path.read_text() == "an older report"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.csv"]


def test_table_shows_every_character(capsys: pytest.CaptureFixture[str]) -> None:
    text = "किटली " * 40 + "[bold]शेवट[/bold]"
    print_table(pd.DataFrame({"rule": [text], "rows": [41028], "share": [91.94]}), "Rules [x]")
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "Rules [x]" in printed.out
    assert printed.out.count("किटली") == 40
    assert "[bold]शेवट[/bold]" in printed.out
    assert "41,028" in printed.out
    assert "91.9" in printed.out
    assert "\x1b" not in printed.out


def test_table_fits_eighty_columns_and_has_no_colour_when_piped() -> None:
    code = (
        "import pandas as pd; from nmt.tables import print_table;"
        "print_table(pd.DataFrame({'words': ['kettle ' * 40, 'x' * 200], 'n': [1, 2]}), 'Words')"
    )
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stdout.count("kettle") == 40
    assert done.stdout.count("x") == 200
    assert "\x1b" not in done.stdout


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    message("[bold] once")
    assert capsys.readouterr() == ("", "[bold] once\n")


def test_real_corpus_has_the_known_figures(
    real_corpus: pd.DataFrame, real_corpus_path: Path
) -> None:
    cleaned = clean(real_corpus)
    counts = dict(records(references(cleaned.pairs)))
    assert [counts[n] for n in (1, 2, 3, 4)] == [15_817, 8_601, 1_052, 933]
    table = vocabulary(cleaned.pairs, LANGS).set_index("language")
    assert table["mean"].round(1).tolist() == [5.2, 4.7]
    assert table.loc["eng", "longest"] == 35
    sizes = part_sizes(split(cleaned.pairs))
    assert sizes["pairs"].sum() == 41_028
    values = dict(records(overview(real_corpus_path, cleaned, split(cleaned.pairs))))
    assert values["pairs left out of training"] == "154"
