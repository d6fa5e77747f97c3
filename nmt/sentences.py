"""Cutting a text into sentences, because the model was trained on one at a time."""

import re
import unicodedata
from functools import cache

# Most texts are one sentence; only what ends in the middle needs the segmenter.
_END_INSIDE = re.compile(r"[.!?।॥…][^\w\s]*\s+\S")
# What ends in a full stop without ending a Marathi sentence, and initials (पु. ल. देशपांडे). A word
# like ये or जा is as short but a whole sentence.
_MARATHI_ABBREVIATION = re.compile(
    "(?:^|[^\u0900-\u097f])"
    "(?:डॉ|श्री|श्रीमती|सौ|कु|प्रा|पं|चि|ॲड|ऍड|अ‍ॅड|रु|उदा|इ|क्र|पृ|मा|ता|जि|वि|पु|मि|से|कि|ग्रॅ|[क-ह])"
    r"\.\s+$"
)
_ASCII = {"।": ".", "॥": ".", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": ","}


def split_sentences(text: str, lang: str) -> list[tuple[str, str]]:
    r"""Return the sentences of a text, each with the blanks and line breaks that follow it.

    "Go. Run!\n" gives [("Go.", " "), ("Run!", "\n")]. Joined again they are the text, byte for
    byte; blanks before the first sentence follow an empty one. A line break always ends a
    sentence. `lang` is an ISO 639-3 code.
    """
    pairs: list[tuple[str, str]] = []
    for line in text.splitlines(keepends=True):
        for part in _cut(line, lang):
            sentence = part.strip()
            start = part.find(sentence) if sentence else len(part)
            if start:
                last, blanks = pairs.pop() if pairs else ("", "")
                pairs.append((last, blanks + part[:start]))
            if sentence:
                pairs.append((sentence, part[start + len(sentence) :]))
    return pairs


def _cut(line: str, lang: str) -> list[str]:
    """Return the parts of a line, each with the blanks behind it."""
    if not _END_INSIDE.search(line):
        return [line]
    from sentencex import segment  # a text of one sentence does without

    parts: list[str] = []
    start, open_part = 0, False
    for segmented in segment("en", _shadow(line)):
        part = line[start : start + len(segmented)]
        start += len(segmented)
        if open_part:
            parts[-1] += part
        else:
            parts.append(part)
        # A sentence is over where a blank follows: 3.5 and main.py are not cut.
        open_part = not part[-1:].isspace() or _is_abbreviation(part, lang)
    return parts


def _is_abbreviation(part: str, lang: str) -> bool:
    return lang == "mar" and _MARATHI_ABBREVIATION.search(part) is not None


def _shadow(line: str) -> str:
    """Return the line in ASCII, one character for one.

    The segmenter fails on some characters beyond ASCII; and with digits and letters in place of
    Devanagari ones the rules of English hold for Marathi, which has the same punctuation.
    """
    return line if line.isascii() else "".join(map(_ascii, line))


@cache
def _ascii(char: str) -> str:
    if char.isascii():
        return char
    if char in _ASCII:
        return _ASCII[char]
    if char.isspace():
        return " "
    if char.isdigit():
        return "1"
    if unicodedata.category(char)[0] in "PS":
        return "*"
    return "A" if char.isupper() else "a"
