r"""What must arrive unchanged, as placeholder symbols: numbers, items like URLs, unknown names.

Before a sentence is segmented each of its items becomes one symbol, which the model only has to
put in its place; after decoding the item, or its rendering, is put back for the symbol.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Literal

from nmt.cleaning import normalise
from nmt.config import LanguageOptions
from nmt.errors import InputError
from nmt.literals import is_emoji, literal_pattern, literal_spans
from nmt.marathi_names import with_ending
from nmt.quantities import (
    NUMBER,
    QUANTITY,
    in_language,
    seen,
    with_half_of_day,
    without_name,
    without_part_of_day,
    without_signs,
)
from nmt.spelling import with_apostrophes

NUMBERS = "\ue000\ue001\ue002\ue003"
ITEMS = "\ue010\ue011\ue012\ue013"
"""For what is copied (URLs, file names, emoji, …) and for names, which teach the model where."""
SYMBOLS = NUMBERS + ITEMS
"""All placeholders, each a piece of both subword models. With more items than symbols in a sentence
they come round again."""

Kind = Literal["number", "literal", "name"]

_DEVANAGARI_DIGITS, _ASCII_DIGITS = "०१२३४५६७८९", "0123456789"
_DIGITS = {
    "devanagari": str.maketrans(_ASCII_DIGITS, _DEVANAGARI_DIGITS),
    "ascii": str.maketrans(_DEVANAGARI_DIGITS, _ASCII_DIGITS),
    "source": {},
}
DIGITS = tuple(_DIGITS)


@dataclass(frozen=True)
class Item:
    """One thing a symbol stands for: as it was typed, and as the translation has it."""

    kind: Kind
    symbol: str
    src: str
    trg: str

    @property
    def seen(self) -> str:
        """What the model reads for it."""
        return seen(self.src, self.symbol) if self.kind == "number" else self.symbol


@dataclass(frozen=True)
class Masked:
    """A normalised sentence with symbols for its items, which are in the order of the text.

    `before` and `after` are emoji at its edges with their blanks, which the model need not see;
    `end` is the punctuation of the text that stood behind those of `after`.
    """

    text: str
    items: tuple[Item, ...] = ()
    before: str = ""
    after: str = ""
    end: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate: a letter that is in no item."""
        return any(map(str.isalpha, self.text))

    def copied(self) -> str:
        """Return the sentence as it is, with what the translation has for its items."""
        text, parts = self.text.removesuffix(self.end), list[str]()
        for item in self.items:
            before, _, text = text.partition(item.seen)
            parts += before, item.trg
        return self.before + "".join(parts) + text + self.after + self.end


@dataclass(frozen=True)
class Names:
    """How the names of one direction are found in a normalised sentence, and how each is written.

    `spans` gives start and end of each, in order.
    """

    spans: Callable[[str], list[tuple[int, int]]]
    written: Callable[[str], str]


@dataclass(frozen=True)
class Masking:
    """How the sentences of one direction are masked.

    `digits` is how numbers are written in the translation: in `devanagari` or `ascii`, with units
    in the target's words, or as in the `source`. Without `names` none are masked.
    """

    languages: LanguageOptions
    digits: str = "source"
    names: Names | None = None

    def __post_init__(self) -> None:
        """Raise `InputError` for digits there are not."""
        if self.digits not in DIGITS:
            raise InputError(f"--digits is '{self.digits}'; choose one of {', '.join(DIGITS)}")

    def mask(self, text: str) -> Masked:
        """Return any text normalised and masked."""
        langs = self.languages
        # Before anything is normalised, so that a literal stays byte for byte what it was.
        literals = [text[start:end] for start, end in literal_spans(text, langs.src)]
        if literals:
            text = literal_pattern(langs.src).sub(ITEMS[0], text)
        text = normalise(text, langs.src, langs.profile)
        if (langs.src, langs.profile) == ("eng", "standard"):
            text = with_apostrophes(text)
        before, text, after, final = _without_edges(text, literals)
        items, parts, end = list[Item](), list[str](), 0
        rest, numbers, others = iter(literals), cycle(NUMBERS), cycle(ITEMS)
        for start, stop, kind in self._spans(text):
            symbol = next(numbers if kind == "number" else others)
            src = text[start:stop]
            if kind == "literal":
                src = " ".join(islice(rest, src.count(ITEMS[0])))
            item = Item(kind, symbol, src, self._target(kind, src))
            items.append(item)
            parts += text[end:start], item.seen
            end = stop
        return Masked("".join(parts) + text[end:], tuple(items), before, after, final)

    def _spans(self, text: str) -> list[tuple[int, int, Kind]]:
        spans: list[tuple[int, int, Kind]] = []
        for match in _LITERAL_OR_NUMBER.finditer(text):
            start, end = match.span()
            if text[start] == ITEMS[0]:
                spans.append((start, end, "literal"))
            else:
                spans.append((start, with_half_of_day(text, start, end, self.languages), "number"))
        if self.names:
            names = self.names.spans(text)
            # Rs. 500 and 3 MB have no names.
            spans += [
                (*name, "name") for name in names if not any(_overlap(name, s) for s in spans)
            ]
        return sorted(spans)

    def _target(self, kind: Kind, src: str) -> str:
        if kind == "number" and self.digits != "source":
            return in_language(src, self.languages).translate(_DIGITS[self.digits])
        return self.names.written(src) if kind == "name" and self.names else src

    def unmask(self, text: str, items: Sequence[Item]) -> str:
        """Return a translation with the items in the places of their symbols.

        Those of one symbol keep their order. Symbols without an item are dropped, items without a
        symbol come last: nothing is lost even if the translation is not what search promises.
        """
        waiting, written, number = _waiting(items), _Written(), ""
        text = without_signs(text, [item.src for item in items if item.kind == "number"])
        lost = [s for s in SYMBOLS for _ in range(len(waiting[s]) - text.count(s))]
        for part in _SYMBOL.split(_placed(text.translate(_DIGITS[self.digits]) + "".join(lost))):
            if part not in waiting:
                written.add(without_name(number, part), None)
                number = ""
            elif waiting[part]:
                item = waiting[part].popleft()
                if item.kind == "number":
                    written.text = without_part_of_day(item.trg, written.text)
                written.add(item.trg, item.kind)
                number = item.trg if item.kind == "number" else ""
        return written.text


def shown(pieces: Sequence[str], items: Sequence[Item], *, in_translation: bool) -> tuple[str, ...]:
    """Return pieces with what the symbols among them stand for, in the source or translation."""
    waiting, texts = _waiting(items), []
    for piece in pieces:
        item = waiting[piece].popleft() if waiting.get(piece) else None
        texts.append((item.trg if in_translation else item.src) if item else piece)
    return tuple(texts)


def _waiting(items: Sequence[Item]) -> dict[str, deque[Item]]:
    """Return the items of each symbol, in order."""
    return {symbol: deque(i for i in items if i.symbol == symbol) for symbol in SYMBOLS}


def item_spans(text: str, lang: str) -> list[tuple[int, int, Kind]]:
    """Return start, end and kind of each literal and number of a normalised text, in order."""
    literals = literal_spans(text, lang)
    for start, end in literals:
        text = text[:start] + ITEMS[0] * (end - start) + text[end:]
    spans: list[tuple[int, int, Kind]] = [(start, end, "literal") for start, end in literals]
    spans += [(*match.span(), "number") for match in NUMBER.finditer(text)]
    return sorted(spans)


_LITERAL_OR_NUMBER = re.compile(f"{ITEMS[0]}(?: {ITEMS[0]})*|{QUANTITY.pattern}")
_SYMBOL = re.compile(f"([{SYMBOLS}])")
_TOUCHING = re.compile(f"(?<=[{NUMBERS}])([.,:/-])(?=[{NUMBERS}])")
# Search writes symbols behind the end of a sentence when the model knows no place for them.
_BEHIND = re.compile(f"(?<=[^\\s{NUMBERS}])([.?!।]+)([{SYMBOLS}](?:[.?!।]* ?[{SYMBOLS}])*)")
# It is looked for where a run of literals begins only: from each of them takes too long.
_FINAL = re.compile(f"(?<!{ITEMS[0]})(?<!{ITEMS[0]} )({ITEMS[0]}(?: ?{ITEMS[0]})*)([.?!।]+)$")


def _placed(text: str) -> str:
    """Return a translation with its symbols apart, and before the end of a sentence.

    "पाठव.S" becomes "पाठव S."; where the sentence goes on, "आला.S झाला.", it has no end there.
    """
    return _BEHIND.sub(_before_end, _TOUCHING.sub(r"\1 ", text))


def _before_end(match: re.Match[str]) -> str:
    symbols = " ".join(_SYMBOL.findall(match[2]))
    is_last = match.end() == len(match.string)
    return f" {symbols}{match[1] if is_last else ''}"


def _overlap(one: tuple[int, int], other: tuple[int, int, Kind]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _without_edges(text: str, literals: list[str]) -> tuple[str, str, str, str]:
    """Return emoji at the left, the rest and emoji at the right, taken out of `literals`.

    The last is the punctuation that stood behind those at the right, which the rest now ends in.
    """
    before = after = end = ""
    while text.startswith(ITEMS[0]) and is_emoji(literals[0]):
        rest = text[1:].lstrip()
        before += literals.pop(0) + " " * (len(text) - 1 - len(rest))
        text = rest
    final = _FINAL.search(text)
    # "🇯🇵 and 🇫🇷." is about them.
    if final and text.count(ITEMS[0]) == final[1].count(ITEMS[0]) and is_emoji(literals[-1]):
        text, end = text[: final.start(2)], final[2]
    while text.endswith(ITEMS[0]) and is_emoji(literals[-1]):
        rest = text[:-1].rstrip()
        after = " " * (len(text) - 1 - len(rest)) + literals.pop() + after
        text = rest
    return before, text + end, after, end


@dataclass
class _Written:
    """A text that grows by plain parts (kind None) and items, with blanks where two must not touch.

    Case endings may follow numbers and names, not literals, and nothing runs into an item from the
    left: two numbers would become one.
    """

    text: str = ""
    kind: Kind | None = None

    def add(self, part: str, kind: Kind | None) -> None:
        """Append a part."""
        if not part:
            return
        before, after = self.text[-1:], part[:1]
        glued = kind and (self.kind or _in_word(before))
        if glued or (self.kind == "literal" and _in_word(after)):
            self.text += " "
        ending = self.kind == "name" and kind is None
        self.text = with_ending(self.text, part) if ending else self.text + part
        self.kind = kind


def _in_word(char: str) -> bool:
    return char == "_" or (char != "" and unicodedata.category(char)[0] in "LNM")
