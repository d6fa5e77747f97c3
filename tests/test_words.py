"""The sentences for what the corpus lacks: their form, and that they are nowhere else."""

import re
import unicodedata
from pathlib import Path

import pandas as pd
import pytest

from nmt.split import fold, fold_target

FIGURES = str.maketrans("०१२३४५६७८९", "0123456789")
ROOT = Path(__file__).resolve().parent.parent
WORDS = ROOT / "data" / "words.tsv"


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    text = WORDS.read_bytes().decode("utf-8")
    assert text.endswith("\n")
    rows = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
    assert {len(row) for row in rows} == {2}
    return [(eng, mar) for eng, mar in rows]


def test_each_line_has_an_english_and_a_marathi_sentence(pairs: list[tuple[str, str]]) -> None:
    for eng, mar in pairs:
        assert re.fullmatch(r"[A-Za-z0-9 ,.?!\"':;%$/+-]+", eng), eng
        assert re.fullmatch(r"[\u0900-\u0963\u0966-\u097f ,.?!\"':;%/+-]+", mar), mar
        assert eng[-1] == mar[-1], (eng, mar)
        assert eng[-1] in '.?!"', eng
        assert all(text == " ".join(text.split()) for text in (eng, mar)), (eng, mar)
        assert all(unicodedata.is_normalized("NFC", text) for text in (eng, mar)), (eng, mar)


def test_figures_are_the_same_on_both_sides(pairs: list[tuple[str, str]]) -> None:
    for eng, mar in pairs:
        translated = re.findall(r"[0-9]+", mar.translate(FIGURES))
        assert sorted(translated) == sorted(re.findall(r"[0-9]+", eng)), (eng, mar)


def test_no_sentence_stands_twice_and_the_lines_are_sorted(pairs: list[tuple[str, str]]) -> None:
    assert len({fold(eng) for eng, _ in pairs}) == len(pairs)
    assert pairs == sorted(pairs, key=lambda pair: (pair[0].casefold(), pair))


def test_what_is_measured_with_other_sentences_is_not_learnt(pairs: list[tuple[str, str]]) -> None:
    files = [*(ROOT / "tests" / "behaviour").glob("*/*"), ROOT / "README.md"]
    measured = {
        fold(text)
        for file in files
        for line in file.read_text("utf-8").splitlines()
        for text in re.split(r'[\t|"]', line)
    }
    assert [eng for eng, _ in pairs if fold(eng) in measured] == []


def test_no_sentence_is_of_the_corpus(
    pairs: list[tuple[str, str]], real_corpus: pd.DataFrame
) -> None:
    srcs, trgs = set(map(fold, real_corpus["first"])), set(map(fold_target, real_corpus["second"]))
    assert [eng for eng, mar in pairs if fold(eng) in srcs or fold_target(mar) in trgs] == []


def test_the_readme_states_the_number_of_pairs(pairs: list[tuple[str, str]]) -> None:
    assert f"{len(pairs):,} pairs" in (WORDS.parent / "README.md").read_text("utf-8")
