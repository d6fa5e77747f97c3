"""Text of every kind that a keyboard, a file, a web form or an attacker may bring."""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from random import Random

Kind = Callable[[Random, int], str]
"""Makes a text from chance and the number of texts of its kind before it."""

WORDS = ["the", "boat", "is", "late", "we", "wait", "for", "friends", "near", "a", "green", "house"]
MARATHI = ["होडी", "उशिरा", "येते", "आणि", "आम्ही", "घराजवळ", "मित्रांची", "वाट", "बघतो", "आज"]
ZWJ, ZWNJ = "\u200d", "\u200c"
BLANKS = " \t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2009\u2028\u2029\u202f\u205f\u3000\ufeff\u200b"
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
CONTROLS = "".join(map(chr, [*range(32), *range(127, 160)]))
SIGNS = ["<unk>", "<s>", "</s>", "<pad>", "<0xE0>", "<0x0A>", "▁", "▁▁ ▁", "⁇", " ⁇ "]
"""What subword models write for themselves."""
CODE = [
    "<script>alert('boat')</script>",
    "<img src=x onerror=go()>",
    "&lt;b&gt; &amp; &#x202e;",
    "'; DROP TABLE boats; --",
    '" OR ""="',
    "$(rm -rf /nothing) `id` ; reboot |& cat",
    "../../../../etc/passwd",
    "C:\\boats\\con.txt \\\\server\\share",
    "%s%s%n%x %d {0} {name} {{7*7}} ${env} #{x}",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J",
    "null NaN undefined None true -0 1e309 0x7f 1/0",
    "{'a': [1, 2, {]}} \\u0000 \\x00 \\n",
    "=SUM(A1:A9) +1 @cmd -2",
    "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\n",
    "https://example.org/a?b=c&d=%20#e mail@example.org #tag @handle",
    'boat.txt; boat\'s "boat" `boat` ‘boat’ “boat” «boat»',
    "def f(x): return [y for y in x if y]",
    "\\(x^2\\) $$\\frac{a}{b}$$ _em_ **strong** ~~gone~~",
]
EMOJI = [
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f44d\U0001f3fd",
    "\U0001f1ee\U0001f1f3\U0001f1eb",
    "1\ufe0f\u20e3",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u2764\ufe0e\u2764\ufe0f",
    "\U0001f600" * 20,
]


@cache
def scripts() -> dict[str, list[str]]:
    """Return the letters, marks and digits of each script, by the first word of their names."""
    found: dict[str, list[str]] = defaultdict(list)
    for char in map(chr, range(sys.maxunicode + 1)):
        if unicodedata.category(char)[0] in "LMN":
            found[unicodedata.name(char, "NAMELESS").split()[0].split("-")[0]].append(char)
    return dict(found)


@cache
def marks() -> list[str]:
    """Return all characters that are put on or around another one."""
    return [char for chars in scripts().values() for char in chars if unicodedata.combining(char)]


def any_characters(rng: Random, number: int) -> str:
    """Return characters from all of Unicode, assigned or not, lone surrogates among them."""
    return "".join(chr(rng.randrange(sys.maxunicode + 1)) for _ in range(rng.randint(1, 60)))


def one_script(rng: Random, number: int) -> str:
    """Return words of one script, each script in its turn."""
    letters = list(scripts().values())[number % len(scripts())]
    return " ".join("".join(rng.choices(letters, k=rng.randint(1, 9))) for _ in range(5))


def mixed_scripts(rng: Random, number: int) -> str:
    """Return words of which each may be of another script."""
    found = [rng.choice(list(scripts().values())) for _ in range(6)]
    return " ".join("".join(rng.choices(letters, k=rng.randint(1, 6))) for letters in found)


def marks_alone(rng: Random, number: int) -> str:
    """Return combining marks without a letter to combine with."""
    return "".join(rng.choices(marks(), k=rng.randint(1, 12))) + rng.choice(["", " ", " boat"])


def many_marks(rng: Random, number: int) -> str:
    """Return a word that disappears under its marks."""
    word = rng.choice(WORDS + MARATHI)
    return "".join(char + "".join(rng.choices(marks(), k=rng.randint(5, 40))) for char in word)


def joiners(rng: Random, number: int) -> str:
    """Return joiners and selectors alone, and in and around words."""
    signs = [ZWJ, ZWNJ, "\ufe0f", "\u034f", "\u2060", "\u094d"]
    pieces = rng.choices([*signs, *MARATHI, *WORDS, " ", ""], k=rng.randint(1, 10))
    return "".join(pieces)


def directions(rng: Random, number: int) -> str:
    """Return words of both directions among marks that turn the direction and never turn back."""
    words = rng.choices([*WORDS, "שלום", "مرحبا", *MARATHI], k=6)
    return "".join(rng.choice(DIRECTIONS) + word for word in words)


def controls(rng: Random, number: int) -> str:
    """Return words with control characters in and between them, line ends among them."""
    return "".join(rng.choice([*WORDS, *MARATHI, *CONTROLS, *CONTROLS]) for _ in range(12))


def blanks(rng: Random, number: int) -> str:
    """Return blanks of all kinds, with or without words."""
    pieces = rng.choices([*BLANKS, rng.choice(["", "boat"])], k=rng.randint(1, 10))
    return "".join(pieces)


def emoji(rng: Random, number: int) -> str:
    """Return emoji sequences, whole and torn."""
    text = "".join(rng.choices([*EMOJI, " ", "boat "], k=rng.randint(1, 6)))
    return text[rng.randrange(len(text)) :] if rng.random() < 0.5 else text


def code(rng: Random, number: int) -> str:
    """Return what another program would take for an instruction."""
    return CODE[number % len(CODE)] + rng.choice(["", " boat", "\u0000", "'"])


def own_signs(rng: Random, number: int) -> str:
    """Return the signs that subword models use themselves, alone and in a sentence."""
    return rng.choice(["", "the boat "]) + rng.choice(SIGNS) + rng.choice(["", " is late."])


def mojibake(rng: Random, number: int) -> str:
    """Return Marathi read in a wrong encoding, or with bytes missing."""
    data = " ".join(rng.choices(MARATHI, k=4)).encode()
    if number % 2:
        return data.decode("latin-1")
    return data[rng.randrange(3) :: rng.randint(1, 3)].decode(errors="surrogateescape")


def repeated(rng: Random, number: int) -> str:
    """Return one word or sign again and again."""
    what = rng.choice([*WORDS, *MARATHI, "no. ", "!", "?", "-", "0", " ha", ". ", "अ"])
    return what * rng.choice([2, 5, 30, 100])


def long_words(rng: Random, number: int) -> str:
    """Return a word without an end, or a sentence longer than any that was trained on."""
    if number % 2:
        return "".join(rng.choices(WORDS + MARATHI, k=rng.randint(20, 60)))
    return " ".join(rng.choices(WORDS + MARATHI, k=rng.randint(100, 200)))


def sentences(rng: Random, number: int) -> str:
    """Return ordinary words in odd spelling: capitals, no full stop, doubled blanks, numbers."""
    text = rng.choice([" ", "  "]).join(rng.choices([*WORDS, "231", "9.30", "२०२४"], k=7))
    return rng.choice([text, text.upper(), text.title(), f"{text}.", f"{text} ?!", text[::-1]])


def decompositions(rng: Random, number: int) -> str:
    """Return characters that normalisation takes apart, puts together or puts in order."""
    odd = "\u1e9b\u0323\ufb03\ufdfa\u0344\u0958\u09dc\u1100\u1161\u11a8\uac00\u0f77\u2126\u0345"
    return "".join(rng.choices(odd + "aक़़", k=rng.randint(1, 15)))


KINDS: dict[str, Kind] = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        any_characters, one_script, mixed_scripts, marks_alone, many_marks, joiners, directions,
        controls, blanks, emoji, code, own_signs, mojibake, repeated, long_words, sentences,
        decompositions,
    )
}  # fmt: skip


def texts(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield kinds and texts, all kinds in turn; the same seed gives the same texts."""
    rng = Random(seed)
    for number in range(count):
        name, make = list(KINDS.items())[number % len(KINDS)]
        yield name, make(rng, number // len(KINDS))


def long_lines(size: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield kinds and texts of at most `size` bytes each, and hardly less."""
    rng = Random(seed)
    longer = {
        "words": " ".join(rng.choices(WORDS, k=size)),
        "one word": "boat" * size,
        "Marathi": " ".join(rng.choices(MARATHI, k=size)),
        "blanks": " " * size,
        "marks": "क" + "\u093c" * size,
        "joiners": ZWJ * size,
        "emoji": EMOJI[0] * size,
        "characters": "".join(map(chr, rng.choices(range(0x20, 0xD800), k=size))),
    }
    for kind, text in longer.items():
        yield kind, text.encode()[:size].decode(errors="ignore")
