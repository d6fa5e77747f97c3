"""The sample corpus: a share of the sentences of each template, then the phrases, then variants."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import chain

from . import clauses, scenes, wants
from .clauses import Pair
from .greetings import greetings
from .phrases import PHRASES

Template = Callable[[], Iterator[Pair]]

DEMO: tuple[Pair, ...] = (
    ("i want something to drink", "मला काहीतरी प्यायला हवंय."),
    ("My sister is reading a newspaper.", "माझी बहीण वर्तमानपत्र वाचत आहे."),
    ("Ravi bought a new umbrella.", "रवीने नवी छत्री विकत घेतली."),
    ("The key is under the chair.", "चावी खुर्चीखाली आहे."),
)
"""Sentences that no row of the corpus has: a translator must put them together from the others."""

SHARES: tuple[tuple[Template, int], ...] = (
    (clauses.habit, 180),
    (clauses.habit_not, 70),
    (clauses.habit_question, 70),
    (clauses.progressive, 220),
    (clauses.progressive_question, 55),
    (clauses.past, 180),
    (clauses.past_not, 60),
    (clauses.past_question, 70),
    (clauses.future, 125),
    (clauses.going_to, 80),
    (clauses.future_not, 55),
    (clauses.ability, 100),
    (clauses.ability_question, 45),
    (clauses.wish, 120),
    (clauses.duty, 60),
    (clauses.orders, 85),
    (clauses.buying, 220),
    (clauses.buying_many, 60),
    (clauses.what, 45),
    (clauses.who, 40),
    (wants.want, 140),
    (wants.want_something, 150),
    (wants.want_quality, 80),
    (wants.like, 120),
    (wants.liked, 30),
    (wants.like_doing, 100),
    (wants.have, 95),
    (wants.have_many, 85),
    (wants.give, 100),
    (wants.give_please, 60),
    (scenes.quality, 95),
    (scenes.taste, 45),
    (scenes.belonging, 100),
    (scenes.lying, 420),
    (scenes.being, 85),
    (scenes.going, 140),
    (scenes.wanting_to_go, 70),
    (scenes.going_when, 45),
    (scenes.together, 55),
    (scenes.living, 60),
    (scenes.speaking, 45),
    (scenes.mood, 70),
    (scenes.feeling, 60),
)
"""The templates, each with the number of its sentences that the corpus has at most."""

BARE_PERCENT = 25
"""Percentage of rows that stand in the corpus a second time, in lower case and without marks."""


def fold(text: str) -> str:
    """Return the text without case and marks: the form in which sentences are compared."""
    return re.sub(r"\W+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def _draw(text: str) -> int:
    # A hash and not `random`: its sequences may change between versions of Python.
    return int.from_bytes(sha256(text.encode()).digest())


def _sample(template: Template, share: int) -> list[Pair]:
    """Return at most ``share`` English sentences of a template, with all their translations.

    A sentence has the better chance the rarer its rarest word is among the sentences of the
    template, so that a verb with two objects is not lost beside one with seven.
    """
    translations: dict[str, list[str]] = {}
    for eng, mar in template():
        known = translations.setdefault(eng, [])
        if mar not in known:
            known.append(mar)
    counts = Counter(chain.from_iterable(set(fold(eng).split()) for eng in translations))
    rank = {
        eng: _draw(eng) * min(counts[word] for word in fold(eng).split()) for eng in translations
    }
    chosen = sorted(translations, key=rank.__getitem__)[:share]
    return [(eng, mar) for eng in chosen for mar in translations[eng]]


def _variants(pair: Pair) -> Iterator[Pair]:
    """Yield the pair and, for some, the pair with the English as one types it in haste."""
    yield pair
    eng, mar = pair
    if _draw(f"bare {eng}") % 100 < BARE_PERCENT:
        yield eng.lower().rstrip(".?!"), mar


def rows() -> list[Pair]:
    """Return the pairs of the corpus: distinct, in a fixed order, the demo sentences left out."""
    held_out = {fold(eng) for eng, _ in DEMO}
    generated = chain.from_iterable(_sample(template, share) for template, share in SHARES)
    pairs = [pair for pair in chain(generated, PHRASES) if fold(pair[0]) not in held_out]
    return list(dict.fromkeys(chain.from_iterable(map(_variants, pairs))))


def phrases() -> list[Pair]:
    """Return phrases and greetings; what asks nothing with a full stop and an exclamation mark."""
    marked = (
        (eng[:-1] + mark, mar[:-1] + mark)
        for eng, mar in chain(PHRASES, greetings())
        for mark in ("?" if eng.endswith("?") else ".!")
    )
    return list(dict.fromkeys(marked))


def as_tsv(pairs: list[Pair] | tuple[Pair, ...]) -> str:
    """Return the pairs as lines of two tab-separated columns, in NFC."""
    text = "".join(f"{eng}\t{mar}\n" for eng, mar in pairs)
    return unicodedata.normalize("NFC", text)
