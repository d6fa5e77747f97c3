"""The measures of what must hold beyond BLEU, and the inputs they are taken on."""

import re
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.config import Config
from nmt.translator import Translator

TOP = Path(__file__).parents[1]
INPUTS = TOP / "tests" / "behaviour"
behaviour = SimpleNamespace(**runpy.run_path(str(TOP / "scripts" / "behaviour")))


def says(*hyps: str) -> Callable[[Sequence[str]], list[str]]:
    """A translator that gives these outputs in turn."""
    return lambda srcs: list(hyps[: len(srcs)])


@given(st.lists(st.integers(0, 2), max_size=9))
def test_a_loop_is_a_sequence_three_times_in_a_row(ids: list[int]) -> None:
    text = "".join(map(str, ids))
    assert behaviour.has_loop(ids) == bool(re.search(r"(.+)\1\1", text))


@pytest.mark.parametrize(
    ("hyp", "right"),
    [
        ("बस ४१ ही १०:२५ ला येते.", True),
        ("१०:२५ ला बस ४१ येते.", True),
        ("बस ४१ ही १०:३५ ला येते.", False),
        ("बस ४१ येते.", False),
        ("बस ४१ ही ४१ ला १०:२५ ला येते.", False),
        ("बस 41 ही 10:25 ला येते.", False),
    ],
)
def test_numbers_arrive_as_they_are(hyp: str, right: bool) -> None:
    rate = behaviour.numbers(
        says(hyp), [("Bus 41 comes at 10:25.", "41|10:25")], re.compile("[0-9]")
    )
    assert (rate.share, rate.met) == (float(right), right)


@pytest.mark.parametrize(
    ("hyp", "right"),
    [
        ("{name}, a.b@c.in बघ", True),
        ("{name}, a.b@C.in बघ", False),
        ("{name} {name} a.b@c.in", False),
    ],
)
def test_what_passes_through_arrives_once(hyp: str, right: bool) -> None:
    rate = behaviour.passed_through(says(hyp), [("{name}, see a.b@c.in", "{name}|a.b@c.in")])
    assert rate.share == float(right)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("मी प्रियाला भेटलो.", 0),
        ("काल प्रीया आली.", 0),
        ("प्रिआ आली.", 0.2),
        ("टॉम आला.", 1),
        ("", 1),
    ],
)
def test_a_name_is_found_with_its_case_ending(text: str, error: float) -> None:
    found = behaviour.name_error(text, ["प्रिया"])
    assert (found == pytest.approx(error, abs=0.15)) if error < 1 else found > 0.34


def test_paragraphs_keep_their_blanks() -> None:
    def shout(texts: Sequence[str]) -> list[str]:
        return [text.upper() for text in texts]

    def one_line(texts: Sequence[str]) -> list[str]:
        return [" ".join(text.upper().split()) for text in texts]

    text = "Go now.  It rains.\n\nRun!"
    assert behaviour.paragraphs(shout, [text], "eng").met
    assert not behaviour.paragraphs(one_line, [text], "eng").met


def test_typing_is_measured_against_clean_input() -> None:
    def case_matters(srcs: Sequence[str]) -> list[str]:
        return ["मी आज घरी आहे" if "I" in src else "तो उद्या तिथे जाईल" for src in srcs]

    losses = behaviour.as_typed(case_matters, ["I'm at home today."], [["मी आज घरी आहे.", "घरी."]])
    met = {loss.requirement: loss.met for loss in losses}
    assert [name for name, right in met.items() if not right] == [
        "typed: lower case",
        "typed: all of these",
    ]


def test_only_a_sign_that_the_output_adds_is_unknown() -> None:
    rate = behaviour.without_unknown({"a": "अ ⁇", "b": "ब", "⁇ c": "⁇ क", "<unk>": "<unk> ⁇"})
    assert rate.share == 0.5


class Fake:
    """Stands in for a translator: its pieces are letters, its translations marked or empty."""

    def __init__(self, says: str) -> None:
        letters = SimpleNamespace(encode=lambda texts: [list(map(ord, text)) for text in texts])
        self.bundle = SimpleNamespace(config=Config(), src_subword=letters, trg_subword=letters)
        self.says = says

    def translate(self, texts: Sequence[str], beam_size: int) -> list[str]:
        return [self.says.format(beam_size=beam_size, text=text) for text in texts]


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first inputs of each kind in a folder that the script reads in place of its own."""
    (tmp_path / "eng").mkdir()
    for path in (INPUTS / "eng").iterdir():
        lines = path.read_text("utf-8").splitlines(keepends=True)
        (tmp_path / "eng" / path.name).write_text("".join(lines[:2]), "utf-8")
    # The globals that the script's functions see, not a copy of them.
    monkeypatch.setitem(behaviour.main.__globals__, "INPUTS", tmp_path)
    return tmp_path


def test_the_script_says_which_rates_are_missed(
    inputs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Translator, "load", lambda folder: Fake(""))
    monkeypatch.setattr(sys, "argv", ["behaviour", "--model", "any", "--verbose"])
    with pytest.raises(SystemExit) as end:
        behaviour.main()
    out = capsys.readouterr().out
    assert end.value.code == 1
    assert re.search(r"numbers +1 +0\.0% +100% +NO", out)
    assert re.search(r"no loops +2 +100\.0% +100% +yes", out)
    assert "built in 1886. → " in out


def test_a_missing_model_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["behaviour", "--model", "nowhere"])
    with pytest.raises(SystemExit) as end:
        behaviour.main()
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_gallery_is_a_markdown_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Translator, "load", lambda folder: Fake("{beam_size}|{text}"))
    monkeypatch.setattr(sys, "argv", ["gallery", "--model", "any"])
    runpy.run_path(str(TOP / "scripts" / "gallery"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 30
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 4 for line in lines)
    assert re.fullmatch(r"\| (.*) \| 1\\\|\1 \| 5\\\|\1 \|", lines[2])


@pytest.mark.parametrize(
    "path", sorted(INPUTS.glob("*/*.tsv")), ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_every_row_has_what_its_header_names(path: Path) -> None:
    header, *rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    assert {len(row) for row in rows} == {len(header)}
    assert len({row[0] for row in rows}) == len(rows)
    digits = str.maketrans("०१२३४५६७८९", "0123456789")
    if header[1] in ("numbers", "through"):
        missing = [
            row for row in rows if any(x not in row[0].translate(digits) for x in row[1].split("|"))
        ]
        assert missing == []


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("names.tsv", 201),
        ("numbers.tsv", 201),
        ("through.tsv", 61),
        ("typed.tsv", 61),
        ("odd.txt", 500),
    ],
)
def test_the_sets_are_as_large_as_they_claim(name: str, least: int) -> None:
    assert len((INPUTS / "eng" / name).read_text("utf-8").splitlines()) >= least


def test_no_input_is_a_sentence_of_the_corpus(real_corpus: pd.DataFrame) -> None:
    def folded(text: str) -> str:
        return text.lower().strip(" .!?।\"'")

    columns = (real_corpus[name].tolist() for name in ("first", "second"))
    known = {folded(text) for column in columns for text in column} - {""}
    found = [
        text
        for path in INPUTS.glob("*/*")
        for line in path.read_text("utf-8").splitlines()
        for text in [*line.split("\t"), *re.split(r"(?<=[.!?।])\s+", line)]
        if folded(text) in known
    ]
    assert found == []
