"""Names in Devanagari by sound."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.listed_names import NAMES as LISTED
from nmt.listed_names import listed_names
from nmt.pronunciation import _dictionary
from nmt.transliteration import (
    character_error_rate,
    devanagari,
    similarity,
    without_length,
)

NAMES = Path(__file__).parent / "behaviour" / "eng" / "names.tsv"
CASES = [line.split("\t") for line in NAMES.read_text("utf-8").splitlines()[1:]]
MAX_ERROR = 0.34

# Two signs for one vowel, a sign or a nasal without a letter, a virama that joins nothing.
ILL_FORMED = re.compile("[\u093e-\u094c]{2}|\u094d(?![\u0915-\u0939])|(?<![\u0915-\u0939])[ा-्]")


def error(rendering: str, accepted: str) -> float:
    """The error against the nearest accepted rendering, all lengths of i and u being one."""
    refs = map(without_length, accepted.split("|"))
    return min(character_error_rate(without_length(rendering), ref) for ref in refs)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jennifer", "जेनिफर"),
        ("Wi-Fi", "वाय-फाय"),
        ("PhD", "पीएचडी"),
        ("StudyGPT", "स्टडीजीपीटी"),
        ("McDONALD", "मॅकडॉनल्ड"),
        ("Michael", "मायकल"),
        ("Priya", "प्रिया"),
        ("Chicago", "शिकागो"),
        ("Deshpande", "देशपांडे"),
        ("Victoria", "व्हिक्टोरिया"),
        ("Manchester", "मँचेस्टर"),
        ("Colombo", "कोलंबो"),
        ("Anderson", "अँडरसन"),
        ("Nashik", "नाशिक"),
        ("Zürich", "झ्युरिच"),
        ("Jean-Paul O'Neil", "जीन-पॉल ओ'नील"),
        ("A. B. Joshi", "ए. बी. जोशी"),
        ("Mr. Rahul Patil", "श्री. राहुल पाटील"),
        ("Mrs Joshi", "श्रीमती जोशी"),
        ("Mr. and Mrs. Joshi", "श्री. आणि श्रीमती जोशी"),
        ("dr. A. B. Joshi", "डॉ. ए. बी. जोशी"),
        ("IBM", "आयबीएम"),
        ("Pune", "पुणे"),
        ("Rahul Patil", "राहुल पाटील"),
        ("Marathi", "मराठी"),
        ("Sri Lanka", "श्री लंका"),
        ("मुंबई 42!", "मुंबई 42!"),
        ("", ""),
    ],
)
def test_names_read_as_in_a_newspaper(name: str, expected: str) -> None:
    assert devanagari(name) == expected


def test_a_listed_spelling_is_one_that_is_accepted() -> None:
    listed = [(name, accepted) for name, accepted, _ in CASES if name.lower() in listed_names()]
    assert len(listed) > 30
    assert [name for name, accepted in listed if error(devanagari(name), accepted) > 0.25] == []


# The rules were made with every other name's rendering in view; of the rest only the rate was
# seen, and five of them (Jennifer, Michael, Nguyen, Sachin, Satara) as examples.
@pytest.mark.parametrize("half", [0, 1], ids=["in view", "held out"])
def test_nine_of_ten_names_sound_as_marathi_readers_write_them(half: int) -> None:
    cases = CASES[half::2]
    errors = [error(devanagari(name, listed=False), accepted) for name, accepted, _ in cases]
    assert sum(error <= MAX_ERROR for error in errors) / len(cases) >= 0.9


def test_what_is_accepted_for_one_name_is_not_for_another() -> None:
    # Else a rendering could pass that a reader takes for someone else.
    renderings = [devanagari(name, listed=False) for name, *_ in CASES[::4]]
    confused = sum(
        error(rendering, accepted) <= MAX_ERROR
        for i, rendering in enumerate(renderings)
        for j, (_, accepted, _) in enumerate(CASES[::4])
        if i != j
    )
    assert confused / len(renderings) ** 2 < 0.001
    assert not any(error("टॉम", accepted) <= MAX_ERROR for _, accepted, _ in CASES)


def test_established_spellings_are_well_formed() -> None:
    rows = [line.split("\t") for line in LISTED.read_text("utf-8").splitlines()]
    words = [word for word, _ in rows]
    assert words == sorted(set(words))
    assert [word for word, _ in rows if not re.fullmatch("[a-z]+", word)] == []
    assert [spelt for _, spelt in rows if ILL_FORMED.search(spelt)] == []
    assert all(re.fullmatch("[\u0900-\u097f]+", spelt) for _, spelt in rows)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "M", "N", "P", "Z", "S"])))
def test_any_text_comes_back_without_latin_letters(text: str) -> None:
    assert not re.search("[A-Za-z]", devanagari(text))


@given(st.text("अआइकखगंािी ०.!日本"))
def test_what_is_not_latin_stays(text: str) -> None:
    assert devanagari(text) == text


@given(st.from_regex("[A-Z][a-z]{1,14}", fullmatch=True))
def test_any_word_gives_a_well_formed_one(word: str) -> None:
    rendering = devanagari(word)
    assert re.fullmatch("[\u0900-\u097f]+", rendering)
    assert not ILL_FORMED.search(rendering), rendering


def test_the_dictionary_gives_well_formed_words() -> None:
    words = [line.split()[0].decode() for line in _dictionary().splitlines()[::400]]
    assert len(words) > 200
    assert [word for word in words if ILL_FORMED.search(devanagari(word.capitalize()))] == []


@given(st.text("abc", max_size=5), st.text("abc", min_size=1, max_size=5))
def test_error_rate_is_the_fewest_edits(hyp: str, ref: str) -> None:
    def edits(left: str, right: str) -> int:
        if not left or not right:
            return len(left) + len(right)
        return min(
            edits(left[1:], right) + 1,
            edits(left, right[1:]) + 1,
            edits(left[1:], right[1:]) + (left[0] != right[0]),
        )

    assert character_error_rate(hyp, ref) == min(1, edits(hyp, ref) / len(ref))


def test_similar_is_what_sounds_so() -> None:
    assert similarity("Boston", "बॉस्टन") == similarity("Alice", "आलिस") == 1
    assert (
        similarity("Mary", "मेरी") > 0.7 > similarity("Jackson", "जॉनसन") > similarity("Tom", "मेरी")
    )


def test_the_dictionary_waits_for_the_first_name() -> None:
    code = (
        "import sys; from nmt.pronunciation import _dictionary; import nmt.transliteration as t; "
        "t.devanagari('मुंबई, 3'); assert not _dictionary.cache_info().currsize; "
        "t.devanagari('Adamson'); assert _dictionary.cache_info().currsize; "
        "assert not {'numpy', 'pandas', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
