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
from functools import cache
from itertools import chain, cycle
from typing import Literal

from nmt.cleaning import normalise, script_of
from nmt.config import LanguageOptions
from nmt.errors import InputError
from nmt.names import name_spans

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

_CURRENCY = "[\u00a2-\u00a5\u20a0-\u20cf]"
_NUMBER = (
    f"(?:{_CURRENCY} ?)?(?:(?<![^ (])[-+]?\\.?)?[0-9०-९]+(?:[.,:/-][0-9०-९]+)*(?: ?{_CURRENCY})?"
    f"|{_CURRENCY}"
)

# What a literal never has: blanks, controls and other characters that normalisation takes away.
_NO = "\\s\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
_NAME = "[A-Za-z0-9_]"
_EXTENSIONS = (
    "7z|apk|avi|bak|bat|bin|bmp|c|cfg|conf|cpp|css|csv|dat|db|deb|dll|docx?|epub|exe|flac|gif|go|gz|"
    "h|html?|ico|ini|ipynb|iso|jar|java|jpe?g|js|json|log|md|mkv|mov|mp[34]|od[pst]|ogg|pdf|php|"
    "png|pptx?|py|rar|rb|rpm|rst?|rtf|sh|sql|srt|svg|tar|tex|tgz|tiff?|toml|[ct]sv|tsx?|ttf|txt|"
    "wav|web[mp]|xlsx?|xml|ya?ml|zip"
)
_DOMAINS = "com|org|net|edu|gov|info|io|ai|app|dev|co|in|uk|us|de|fr|eu|jp"
_URL = f'(?:\\([^{_NO}()<>"]*\\)|[^{_NO}()<>"])'
_LAST = f'(?:\\([^{_NO}()<>"]*\\)|[^{_NO}()<>"\'.,;:!?\\]}}।])'
_SIGNS = "\u203c\u2049©®±×÷§¶¬¯·¦¨²³¹¼½¾°"
_PATTERNS = (
    f"(?<![A-Za-z0-9+.-])(?:[A-Za-z][A-Za-z0-9+.-]*://|www\\.){_URL}*{_LAST}",
    # E-mail address
    f"(?<![\\w.+%-])[\\w.+%-]+@{_NAME}(?:[\\w-]*\\w)?(?:\\.\\w(?:[\\w-]*\\w)?)+",
    # Templates: {name}, {{ name }}, ${name}, $name, %s, %(name)d, %1$s, tags, entities, `code`
    "\\{\\{[^{}\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,60}\\}\\}",
    f"\\$?\\{{[^{_NO}{{}}]{{0,60}}\\}}",
    f"(?<!\\w)\\$[A-Za-z_]{_NAME}*",
    "(?<![0-9०-९])%(?:\\(\\w{1,60}\\)|\\d\\$)?[-+#0]?\\d{0,3}(?:\\.\\d{1,3})?[sdiufgxXeEcr@](?!\\w)",
    "</?[A-Za-z](?:[A-Za-z0-9 =\"'/:;.,#_-]{0,80}[A-Za-z0-9\"'/ ])?>",
    "&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});",
    f"`[^{_NO}`](?:[^`\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{{0,80}}[^{_NO}`])?`",
    # @handle, #tag, file names, paths, domains, snake_case, MP3 and COVID-19
    "(?<![\\w@])@\\w+(?:[.-]\\w+)*",
    "(?<![\\w#&])#(?:\\w|[\u0900-\u097f])+",
    f"(?<![\\w.-])[\\w-]+(?:\\.[\\w-]+)*\\.(?:{_EXTENSIONS})(?!\\w)",
    f"(?<![^\\s(\"'])(?:[A-Za-z]:\\\\|~/|\\.{{1,2}}/|/(?=\\w+[/.])){_URL}*{_LAST}",
    f"(?<![\\w.-])(?:[A-Za-z][\\w-]*\\.)+(?:{_DOMAINS})(?!\\w)(?:/(?:{_URL}*{_LAST})?)?",
    f"(?<![A-Za-z0-9_])[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+(?!{_NAME})",
    "(?<!\\w)[A-Za-z]+-?\\d[A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*(?!\\w)",
    # Smileys, signs of degrees, keycaps
    "(?<!\\S)(?:[:;=]-?[()DPpO/|*]|<3)(?!\\S)",
    "°[CF]?(?!\\w)",
    "[0-9#*]\ufe0f?\u20e3",
    f"[{_SIGNS}]\ufe0f?",
)
# No script's own: blanks, ASCII but for its letters, punctuation, combining marks, currencies,
# danda and Devanagari digits, and what normalisation takes away.
_COMMON = (
    "\\s\x00-@\\[-`{-\x7f-\u00a1\u00a2-\u00a5\u00ab\u00ad\u00bb\u00bf\u0300-\u036f\u061c\u0964-\u096f"
    "\u180e\u2000-\u206f\u20a0-\u20cf\u2212\u2581\ud800-\udfff\ufeff\ufff9-\ufffd"
)


@dataclass(frozen=True)
class Item:
    """One thing a symbol stands for: as it was typed, and as the translation has it."""

    kind: Kind
    symbol: str
    src: str
    trg: str


@dataclass(frozen=True)
class Masked:
    """A normalised sentence with symbols for its items, which are in the order of the text.

    `before` and `after` are emoji at its edges with their blanks, which the model need not see.
    """

    text: str
    items: tuple[Item, ...] = ()
    before: str = ""
    after: str = ""

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate: a letter that is in no item."""
        return any(map(str.isalpha, self.text))

    def copied(self) -> str:
        """Return the sentence as it is, with what the translation has for its items."""
        items = iter(self.items)
        inner = "".join(next(items).trg if char in SYMBOLS else char for char in self.text)
        return self.before + inner + self.after


@dataclass(frozen=True)
class Masking:
    """How the sentences of one direction are masked.

    `digits` is how numbers are written in the translation: in `devanagari`, in `ascii` or as in
    the `source`. `known` are the words of training; others with a capital are names, and `render`
    writes them in the target's script. Without `render` names are not masked.
    """

    languages: LanguageOptions
    digits: str = "source"
    known: frozenset[str] = frozenset()
    render: Callable[[str], str] | None = None

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
            text = _literal_pattern(langs.src).sub(ITEMS[0], text)
        text = normalise(text, langs.src, langs.profile)
        before, text, after = _without_edges(text, literals)
        items, parts, end = list[Item](), list[str](), 0
        rest, numbers, others = iter(literals), cycle(NUMBERS), cycle(ITEMS)
        for start, stop, kind in self._spans(text):
            symbol = next(numbers if kind == "number" else others)
            src = next(rest) if kind == "literal" else text[start:stop]
            item = Item(kind, symbol, src, self._target(kind, src))
            items.append(item)
            parts += text[end:start], item.symbol
            end = stop
        return Masked("".join(parts) + text[end:], tuple(items), before, after)

    def _spans(self, text: str) -> list[tuple[int, int, Kind]]:
        spans: list[tuple[int, int, Kind]] = [
            (match.start(), match.end(), "literal" if match[0] == ITEMS[0] else "number")
            for match in _LITERAL_OR_NUMBER.finditer(text)
        ]
        if self.render:
            spans += [(start, end, "name") for start, end in name_spans(text, self.known)]
        return sorted(spans)

    def _target(self, kind: Kind, src: str) -> str:
        if kind == "number":
            return src.translate(_DIGITS[self.digits])
        return self.render(src) if kind == "name" and self.render else src

    def unmask(self, text: str, items: Sequence[Item]) -> str:
        """Return a translation with the items in the places of their symbols.

        Those of one symbol keep their order. Symbols without an item are dropped, items without a
        symbol come last: nothing is lost even if the translation is not what search promises.
        """
        waiting, written = _waiting(items), _Written()
        for part in _SYMBOL.split(_TOUCHING.sub(r"\1 ", text.translate(_DIGITS[self.digits]))):
            if part not in waiting:
                written.add(part, None)
            elif waiting[part]:
                item = waiting[part].popleft()
                written.add(item.trg, item.kind)
        for item in chain.from_iterable(waiting.values()):
            written.add(item.trg, item.kind)
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


def literal_spans(text: str, lang: str) -> list[tuple[int, int]]:
    """Return start and end of each literal of a text in a language, as it was typed.

    URLs, e-mail addresses, @handles, #tags, file names, templates like `{name}` and `%s`, tags,
    code, emoji, words with digits inside, and all that is written in another script.
    """
    # Most sentences have none, which one class of characters tells sooner than all the patterns.
    if not _hint(lang).search(text):
        return []
    return [match.span() for match in _literal_pattern(lang).finditer(text)]


def item_spans(text: str, lang: str) -> list[tuple[int, int, Kind]]:
    """Return start, end and kind of each literal and number of a normalised text, in order."""
    literals = literal_spans(text, lang)
    for start, end in literals:
        text = text[:start] + ITEMS[0] * (end - start) + text[end:]
    spans: list[tuple[int, int, Kind]] = [(start, end, "literal") for start, end in literals]
    spans += [(*match.span(), "number") for match in re.finditer(_NUMBER, text)]
    return sorted(spans)


@cache
def _literal_pattern(lang: str) -> re.Pattern[str]:
    other = _other_script(lang)
    foreign = f"{other}+(?:(?:\\. |[ .'&\u200d-]){other}+)*"
    return re.compile("|".join([*_PATTERNS, foreign]))


@cache
def _hint(lang: str) -> re.Pattern[str]:
    return re.compile(f"[@#$%&{{}}<>`_/\\\\:;=0-9{_SIGNS}]|\\.\\w|www|{_other_script(lang)}")


def _other_script(lang: str) -> str:
    """Return what matches a character of another script than the language's."""
    script = script_of(lang)
    return f"[^{_COMMON}{script}]" if script else f"[^\\w{_COMMON}]"


_LITERAL_OR_NUMBER = re.compile(f"{ITEMS[0]}|{_NUMBER}")
_SYMBOL = re.compile(f"([{SYMBOLS}])")
_TOUCHING = re.compile(f"(?<=[{NUMBERS}])([.,:/-])(?=[{NUMBERS}])")


def _without_edges(text: str, literals: list[str]) -> tuple[str, str, str]:
    """Return emoji at the left, the rest and emoji at the right, taken out of `literals`."""
    before = after = ""
    while text.startswith(ITEMS[0]) and _is_emoji(literals[0]):
        rest = text[1:].lstrip()
        before += literals.pop(0) + " " * (len(text) - 1 - len(rest))
        text = rest
    while text.endswith(ITEMS[0]) and _is_emoji(literals[-1]):
        rest = text[:-1].rstrip()
        after = " " * (len(text) - 1 - len(rest)) + literals.pop() + after
        text = rest
    return before, text, after


def _is_emoji(literal: str) -> bool:
    return "\u20e3" in literal or not (literal.isascii() or any(map(str.isalnum, literal)))


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
        self.text, self.kind = self.text + part, kind


def _in_word(char: str) -> bool:
    return char == "_" or (char != "" and unicodedata.category(char)[0] in "LNM")
