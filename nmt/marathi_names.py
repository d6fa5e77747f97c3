"""Names in Marathi text: where it has listed ones, and the forms that case endings ask for."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache

from nmt.names import KNOWN_FROM

WORD = re.compile("[\u0900-\u097f\u200d]+")
MOST_LETTERS = 20
"""No name of the list is longer, so that no word, however long, has many beginnings to look up."""
_JOINS = "\u094d\u200d"

OBLIQUE = {
    "अमेरिका": "अमेरिके",
    "आग्रा": "आग्र्या",
    "आफ्रिका": "आफ्रिके",
    "गोवा": "गोव्या",
    "ठाणे": "ठाण्या",
    "धुळे": "धुळ्या",
    "पुणे": "पुण्या",
    "यमुना": "यमुने",
    "लंका": "लंके",
    "वांद्रे": "वांद्र्या",
    "गंगा": "गंगे",
}
"""Names that have another form before a case ending: पुण्याला, not पुणेला."""

TITLES = {
    "श्री": "Mr.",
    "श्रीमती": "Mrs.",
    "सौ": "Mrs.",
    "कुमारी": "Miss",
    "डॉ": "Dr.",
    "प्रा": "Prof.",
}
"""What stands before a name and is written with it: in Marathi and in English."""
_TITLE = re.compile(rf"(?<![\u0900-\u097f])(?:{'|'.join(TITLES)})\.? $")

_ENDING = (
    "(?:ला|ना|नी|ने|नं|शी|त|हून|तील|च(?:ा|ी|े|ं|्या)|मध(?:्ये|े|ून|ील|ल[ाीे])|वर(?:ून|च[ाीे])?|क(?:डे|डून)|"
    "साठी|बरोबर|सोबत|पासून|पर्यंत|बद्दल|विषयी|सारख[ाीे]|पेक्षा|प्रमाणे|मुळे|शिवाय|समोर|जवळ)"
)
_ENDINGS = re.compile(f"{_ENDING}?(?:ही|च|सुद्धा|देखील)?")
_LAST_ENDING = re.compile(f"{_ENDING}(?![\u0900-\u097f])")
_ON = re.compile("वर(?![\u0900-\u097f])")


def with_ending(text: str, rest: str) -> str:
    """Return a text that ends in a name and what follows, in the forms that endings ask for.

    A model puts a name and its ending side by side: गुरुवार-वर, on Thursday, becomes गुरुवारी.
    """
    if text.endswith("वार") and _ON.match(rest):
        return f"{text}ी{rest[2:]}"
    [name] = WORD.findall(text[-MOST_LETTERS:])[-1:] or [""]
    if text.endswith(name) and name in OBLIQUE and _LAST_ENDING.match(rest):
        text = text.removesuffix(name) + OBLIQUE[name]
    return text + rest


def frequent_names(sentences: Iterable[str], names: Collection[str]) -> frozenset[str]:
    """Return which of the names begin words of `KNOWN_FROM` or more of the sentences."""
    counts = Counter(start for text in sentences for start in beginnings_in(text))
    return frozenset(name for name in names if counts[name] >= KNOWN_FROM)


def marathi_name_spans(
    text: str, known: Collection[str], names: Collection[str], surnames: Collection[str]
) -> list[tuple[int, int]]:
    """Return where a text has `names` that are not `known`: with titles, without case endings.

    A surname makes one with the name before it; else names side by side are several: who goes, and
    where.
    """
    spans: list[tuple[int, int]] = []
    for word in WORD.finditer(text):
        if length := _name_length(word[0], known, names):
            start, end = word.start(), word.start() + length
            if spans and text[spans[-1][1] : start] == " " and word[0][:length] in surnames:
                start, _ = spans.pop()
            elif title := _TITLE.search(text, max(0, start - 10), start):
                start = title.start()
            spans.append((start, end))
    return spans


def _name_length(word: str, known: Collection[str], names: Collection[str]) -> int:
    """Return how long the name is that a word begins with, 0 if it does with none."""
    for end in range(min(len(word), MOST_LETTERS), 1, -1):
        name = word[:end]
        if name in names and name not in known and _ENDINGS.fullmatch(word, end):
            return end
    return 0


@cache
def beginnings(word: str) -> frozenset[str]:
    """Return the beginnings of a word that end with a syllable, the word itself among them."""
    return frozenset(
        word[:end]
        for end in range(2, len(word) + 1)
        if end == len(word)
        or (unicodedata.category(word[end])[0] == "L" and word[end - 1] not in _JOINS)
    )


def beginnings_in(text: str) -> set[str]:
    """Return the beginnings of all words of a text."""
    return {start for word in WORD.findall(text) for start in beginnings(word)}
