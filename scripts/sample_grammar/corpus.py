"""The sample corpus: a share of the sentences of each template, then the phrases, then variants."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import chain

from . import clauses, scenes, wants
from .clauses import Pair
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
    (clauses.habit, 230),
    (clauses.habit_not, 90),
    (clauses.habit_question, 90),
    (clauses.progressive, 220),
    (clauses.progressive_question, 70),
    (clauses.past, 230),
    (clauses.past_not, 80),
    (clauses.past_question, 90),
    (clauses.future, 160),
    (clauses.going_to, 100),
    (clauses.future_not, 70),
    (clauses.ability, 130),
    (clauses.ability_question, 60),
    (clauses.wish, 150),
    (clauses.duty, 80),
    (clauses.orders, 110),
    (clauses.buying, 220),
    (clauses.buying_many, 80),
    (clauses.what, 60),
    (clauses.who, 50),
    (wants.want, 180),
    (wants.want_something, 150),
    (wants.want_quality, 100),
    (wants.like, 150),
    (wants.liked, 40),
    (wants.like_doing, 130),
    (wants.have, 120),
    (wants.have_many, 110),
    (wants.give, 130),
    (wants.give_please, 80),
    (scenes.quality, 120),
    (scenes.taste, 60),
    (scenes.belonging, 130),
    (scenes.lying, 220),
    (scenes.being, 110),
    (scenes.going, 180),
    (scenes.wanting_to_go, 90),
    (scenes.going_when, 60),
    (scenes.together, 70),
    (scenes.living, 80),
    (scenes.speaking, 60),
    (scenes.mood, 90),
    (scenes.feeling, 80),
)
"""The templates, each with the number of its sentences that the corpus has at most."""

BARE_PERCENT = 15
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


def as_tsv(pairs: list[Pair] | tuple[Pair, ...]) -> str:
    """Return the pairs as lines of two tab-separated columns, in NFC."""
    text = "".join(f"{eng}\t{mar}\n" for eng, mar in pairs)
    return unicodedata.normalize("NFC", text)
