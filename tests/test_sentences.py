"""Cutting a text into sentences."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nmt.sentences import split_sentences

# Joined again with "|" in place of the blanks, so that a case is one line.
ENGLISH = (
    "Mr. Rao paid $3.50 for it.|Dr. Smith left.",
    "It is warm, e.g. in Pune.|The U.S. is far.|No. 5 is mine.",
    "Is it far?|Yes!|What?!|Really...",
    '"Come in. Sit down."|Then she left.',
    "“Why?” she asked.|‘No.’|José left.",
    "Open main.py now.|Write to a.b@example.com.|Version 2.0.1 is out.",
    "i was late.|then it rained.|i went home",
    "It costs 3.5 euros.|That is cheap.",
    "It was fun 😀.|👨‍👩‍👧 came too.|🎉",
)
MARATHI = (
    "ये.|जा!|तू कुठे आहेस?|घरी आहे।|बरं.",
    "डॉ. जोशी आले.|पु. ल. देशपांडे लेखक होते.|रु. ५०० दिले.",
    "किंमत ३.५ रुपये आहे.|वेळ १०.३० आहे.",
    "इ.स. १९५० मध्ये.|उदा. आंबा.",
)
TEXTS = st.one_of(
    st.text(),
    st.lists(
        st.sampled_from([*" \t\n\r.!?।…\"'“”()aA१é😀\u200d\u2028\xa0\ud800", "Mr.", "डॉ. ", ". "])
    ).map("".join),
)


@pytest.mark.parametrize(
    ("lang", "case"),
    [("eng", case) for case in ENGLISH] + [("mar", case) for case in MARATHI],
)
def test_sentences_end_where_a_reader_sees_an_end(lang: str, case: str) -> None:
    text = case.replace("|", " ")
    assert [sentence for sentence, _ in split_sentences(text, lang)] == case.split("|")


def test_blanks_and_line_breaks_come_with_the_sentence_before() -> None:
    text = "\n  First one.  Second one.\n\n\tno stop here\r\nLast!\u2028"
    assert split_sentences(text, "eng") == [
        ("", "\n  "),
        ("First one.", "  "),
        ("Second one.", "\n\n\t"),
        ("no stop here", "\r\n"),
        ("Last!", "\u2028"),
    ]


@given(TEXTS, st.sampled_from(["eng", "mar", "jpn"]))
@example("A\u2028a. A", "eng")
@example("", "mar")
def test_joined_again_they_are_the_text(text: str, lang: str) -> None:
    pairs = split_sentences(text, lang)
    assert "".join(sentence + blanks for sentence, blanks in pairs) == text
    assert not any(blanks.strip() for _, blanks in pairs)
    assert all(sentence == sentence.strip() for sentence, _ in pairs)
    assert all(sentence for sentence, _ in pairs[1:])


def test_one_sentence_needs_no_segmenter() -> None:
    code = (
        "import sys; from nmt.sentences import split_sentences as split; "
        "split('I paid $3.50 to Mr.Rao.', 'eng'); assert 'sentencex' not in sys.modules; "
        "split('Go. Run!', 'eng'); assert 'sentencex' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
