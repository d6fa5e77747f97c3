"""Names in both directions: how they are found, and written in the other script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.config import LanguageOptions
from nmt.listed_names import SURNAMES, latin, latin_names, listed_names
from nmt.marathi_names import (
    MOST_LETTERS,
    OBLIQUE,
    beginnings,
    frequent_names,
    marathi_name_spans,
    with_ending,
)
from nmt.masking import Masking
from nmt.names import KNOWN_FROM
from nmt.naming import learnt_words, names_of

FORWARD, BACKWARD = LanguageOptions(), LanguageOptions("mar", "eng")


def found(text: str, learnt: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    items = Masking(BACKWARD, "ascii", names_of(BACKWARD, learnt)).mask(text).items
    return [(item.src, item.trg) for item in items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("माझं नाव राहुल आहे.", [("राहुल", "Rahul")]),
        (
            "सचिन आणि अमितला नागपूरमध्ये भेटलो.",
            [("सचिन", "Sachin"), ("अमित", "Amit"), ("नागपूर", "Nagpur")],
        ),
        ("मी पुण्याला गेलो.", [("पुण्या", "Pune")]),
        ("राहुल पाटीलचं घर", [("राहुल पाटील", "Rahul Patil")]),
        ("श्री. जोशींना आणि डॉ नेहाला", [("डॉ नेहा", "Dr. Neha")]),
        ("श्रीमती प्रिया पाटीलचं घर", [("श्रीमती प्रिया पाटील", "Mrs. Priya Patil")]),
        ("अमित नागपूरला गेला", [("अमित", "Amit"), ("नागपूर", "Nagpur")]),
        ("अमेरिकेतही पाऊस पडला", [("अमेरिके", "America")]),
        ("सुंदर फुले आणि काळे आकाश", []),
        ("राहुलगांधीवाद", []),
        ("मला ५ रुपये दे", [("५", "5")]),
    ],
)
def test_listed_names_of_marathi_are_found_and_written_in_latin(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(text) == expected


def test_names_that_training_saw_often_are_the_models() -> None:
    often = ["राहुलला बोलाव."] * (KNOWN_FROM - 1) + ["मी राहुलगृहात जातो."]
    assert learnt_words(often, "mar") == {"राहुल"}
    assert learnt_words(often[1:], "mar") == frozenset()
    assert found("राहुल आणि सचिन", learnt_words(often, "mar")) == [("सचिन", "Sachin")]


def test_surnames_are_listed() -> None:
    assert latin_names().keys() >= SURNAMES


def test_no_name_is_too_long_to_be_found() -> None:
    assert max(map(len, latin_names())) <= MOST_LETTERS
    assert found("राहुल" * 100_000) == []


def test_other_directions_have_no_names() -> None:
    assert names_of(LanguageOptions("fra", "eng", "fra", "eng"), frozenset()) is None
    assert names_of(LanguageOptions(profile="article"), frozenset()) is None


def test_each_name_of_the_list_comes_back_as_one_that_is_spelt_so() -> None:
    spelt = listed_names()
    for marathi, name in latin_names().items():
        direct = {form: name for name, form in OBLIQUE.items()}.get(marathi, marathi)
        assert spelt[name.lower()] == direct
        assert latin(marathi) == name


@pytest.mark.parametrize(
    ("text", "rest", "expected"),
    [
        ("मी गुरुवार", "वर येईन.", "मी गुरुवारी येईन."),
        ("गुरुवार", "वरून", "गुरुवारवरून"),
        ("गुरुवार", "पासून", "गुरुवारपासून"),
        ("मी पुणे", "ला गेलो", "मी पुण्याला गेलो"),
        ("पुणे", " आणि", "पुणे आणि"),
        ("शिंदे", "ला", "शिंदेला"),
        ("", "ला", "ला"),
    ],
)
def test_endings_change_names_where_marathi_does(text: str, rest: str, expected: str) -> None:
    assert with_ending(text, rest) == expected


def test_listed_names_need_no_capital_in_english() -> None:
    masking = Masking(FORWARD, "devanagari", names_of(FORWARD, frozenset({"hello", "in", "it"})))
    items = masking.mask("hello rahul, harsh it in pune in Harsh").items
    assert [item.trg for item in items] == ["राहुल", "हार्श", "पुणे", "हर्ष"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we saw a penguin", ["पेंग्विन"]),
        ("we saw the penguin-house", []),  # of no dictionary
        ("we saws it", []),  # saw is known
        ("we recieve it", []),  # of no dictionary: the model may know better
        ("penguin penguin penguin", []),  # a loop, if it were copied
        ("we saw penguin penguin", ["पेंग्विन पेंग्विन"]),
    ],
)
def test_words_that_training_never_saw_are_written_by_their_sound(
    text: str, expected: list[str]
) -> None:
    learnt = learnt_words(["We saw it.", "We saw a house.", "it, a the", "we saw, it"], "eng") | {
        "a",
        "the",
    }
    items = Masking(FORWARD, "devanagari", names_of(FORWARD, learnt)).mask(text).items
    assert [item.trg for item in items] == expected


MARATHI = st.text("रामुलपणेसच िा्ी्याला", max_size=30)


@given(MARATHI)
def test_spans_are_in_order_and_begin_words(text: str) -> None:
    end = -1
    for start, stop in marathi_name_spans(text, (), latin_names(), SURNAMES):
        assert start > end
        assert not text[:start] or text[start - 1] == " "
        assert all(word in latin_names() for word in text[start:stop].split())
        end = stop


@given(MARATHI.filter(lambda text: " " not in text))
def test_beginnings_of_a_word_end_with_syllables(word: str) -> None:
    for start in beginnings(word):
        assert word.startswith(start)
        assert not any(word[len(start) :].startswith(sign) for sign in "ािीु्")


@given(st.lists(MARATHI, max_size=20))
def test_frequent_names_are_listed_ones(texts: list[str]) -> None:
    often = frequent_names(texts * KNOWN_FROM, {"राम", "पुणे"})
    assert often == {
        name
        for name in ("राम", "पुणे")
        if any(name in beginnings(word) for text in texts for word in text.split())
    }
