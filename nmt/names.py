"""Names that training hardly saw: words with a capital that are not among the known ones."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

SEEN_FROM = 3
"""A word in fewer sentences is not learnt at all."""
KNOWN_FROM = 13
"""A name in fewer sentences is not learnt well: it is better treated as one never seen."""

# Letters with the marks that stand on them; apostrophes and hyphens inside (O'Brien, Jean-Luc).
_LETTERS = "(?:[^\\W\\d_][\u0300-\u036f]*)+"
WORD = re.compile(f"{_LETTERS}(?:['-]{_LETTERS})*")
_PART = re.compile("['-]")
# What English glues to a word without making it another: possessive and contractions.
_GLUED = re.compile("'(?:s|d|ll|re|ve|m|t)$", re.IGNORECASE)
TITLES = {
    "Mr": "श्री.",
    "Mrs": "श्रीमती",
    "Ms": "श्रीमती",
    "Miss": "कुमारी",
    "Dr": "डॉ.",
    "Prof": "प्रा.",
    "Professor": "प्रा.",
}
"""What stands before a name and is written with it: in English and in Marathi."""
_SMALL_TITLES = ("mr", "mrs", "ms", "dr", "prof")
_ANY = rf"(?:{'|'.join([*TITLES, *_SMALL_TITLES])})\.?"
_TITLE = re.compile(rf"\b(?:{_ANY} and )?{_ANY} (?:[A-Z]\.? ?)*$")
_ABBREVIATED = frozenset({*_SMALL_TITLES, "st", "jr", "sr"})
_INITIALS = re.compile(r"(?:\b[A-Z](?:\. ?| ))+$")
_STARTS = re.compile('(?:^|[.?!:;…] ?)["\'(\\[-]*$|["(\\[]$')
# What inflected words end in; with "", "e" or "y" in its place they may be known.
_ENDING = re.compile("(?:i?e[sdr]|i?est|s|i?ly|ing|ness|less|ful|able)$")

# Blah blah blah: copied, it would be a loop.
_REPEATED = re.compile(r"\b(\w+)(?: \1){2}\b")
# What follows a verb that tells someone to do something, or an adverb, but hardly ever a name:
# Unplug the lamp, Squeeze it, Hopefully she knows.
_NO_NAME_BEFORE = re.compile(
    " (?:a|an|the|my|your|his|her|its|our|their|this|that|these|those|some|any|every|all|both|"
    "me|you|him|it|us|them|i|he|she|we|they|up|down|off|out|there|here)(?![\\w'-])",
    re.IGNORECASE,
)


def known_words(sentences: Iterable[str]) -> frozenset[str]:
    """Return the words of `SEEN_FROM` or more of the sentences, in lower case.

    Words with apostrophes and hyphens count in parts, as `name_spans` looks them up.
    """
    counts = Counter(
        part
        for text in sentences
        for part in {part for word in WORD.findall(text.lower()) for part in _PART.split(word)}
    )
    return frozenset(part for part, count in counts.items() if count >= SEEN_FROM)


def rare_names(sentences: Sequence[str]) -> frozenset[str]:
    """Return, in lower case, the names that occur in fewer than `KNOWN_FROM` of the sentences."""
    rows = rows_of_names(sentences)
    return frozenset(name.lower() for name, found in rows.items() if len(found) < KNOWN_FROM)


def bare(word: str) -> str:
    """Return a word without the possessive."""
    return word.removesuffix("'s")


def rows_of_names(texts: Sequence[str]) -> dict[str, list[int]]:
    """Return the rows of each word that is never written small, and not only begins sentences."""
    rows: dict[str, list[int]] = defaultdict(list)
    inside, small = set[str](), set[str]()
    for row, text in enumerate(texts):
        for match in WORD.finditer(text):
            word = bare(match[0])
            if not word[0].isupper():
                small.add(word)
            elif len(word) > 1 and "'" not in word:
                if not rows[word] or rows[word][-1] != row:
                    rows[word].append(row)
                if not starts_sentence(text, match.start()):
                    inside.add(word)
    return {
        word: found for word, found in rows.items() if word in inside and word.lower() not in small
    }


def name_spans(
    text: str, known: frozenset[str], strange: Callable[[str], bool]
) -> list[tuple[int, int]]:
    """Return where a text has names: words that are not `known`, with a capital or `strange`.

    Names that follow each other are one, with the title and the initials before them; possessive 's
    and the like do not belong to it. After a title every capital begins a name. A text of several
    words all in capitals has no names, and where nothing is known none can be told. Nor is a word
    one that begins a sentence and stands before "the", "it" and the like.
    """
    if not known or (" " in text.strip() and not any(map(str.islower, text))):
        return []
    spans: list[tuple[int, int]] = []
    for start, end in _unknown(text, known, strange):
        left = max(spans[-1][1] if spans else 0, start - 20)
        if initials := _INITIALS.search(text, left, start):
            start = initials.start()
        if title := _title_before(text, start):
            start = title.start()
        if spans and text[spans[-1][1] : start] == " ":
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _title_before(text: str, place: int) -> re.Match[str] | None:
    return _TITLE.search(text, max(0, place - 30), place)


def starts_sentence(text: str, place: int) -> bool:
    """Return whether a word at `place` has its capital because a sentence or quotation begins."""
    return bool(_STARTS.search(text, max(0, place - 6), place))


def _unknown(
    text: str, known: frozenset[str], strange: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    if repeated := _REPEATED.findall(text):
        known |= set(repeated)
    for match in WORD.finditer(text):
        word = _GLUED.sub("", match[0])
        if not any(map(str.isupper, word)):
            if word not in known and strange(word):
                yield match.start(), match.start() + len(word)
            continue
        parts = [part.lower() for part in _PART.split(word) if len(part) > 1]
        unknown = [part for part in parts if part not in known and part not in _ABBREVIATED]
        if unknown and starts_sentence(text, match.start()):
            # The capital says nothing there.
            verb = word == match[0] and _NO_NAME_BEFORE.match(text, match.end())
            unknown = [part for part in unknown if not (verb or is_inflected(part, known))]
        if unknown or (len(word) > 1 and _title_before(text, match.start())):
            yield match.start(), match.start() + len(word)


def is_inflected(word: str, known: frozenset[str]) -> bool:
    """Return whether a word is an inflected form of a known one."""
    stem = _ENDING.sub("", word)
    if stem == word or len(stem) < 3:
        return False
    # Rewinding, making, stories: what is left is known itself, with e, or with y; bigger: halved.
    halved = stem[-2] == stem[-1] and stem[:-1] in known
    return halved or not known.isdisjoint({stem, f"{stem}e", f"{stem}y"})
