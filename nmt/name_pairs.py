"""Names and their renderings, found in the training pairs by counting and by their sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from nmt.config import LanguageOptions
from nmt.dataset import Pairs
from nmt.marathi_names import WORD as MARATHI_WORD
from nmt.marathi_names import beginnings, beginnings_in
from nmt.names import WORD, bare, rows_of_names
from nmt.spelling import DEVANAGARI_LANGUAGES
from nmt.transliteration import similarity

MIN_PAIRS = 2
MIN_DICE = 0.4
"""A rendering occurs mostly where its name does: Dice's coefficient of the pairs that have them."""
MIN_SIMILARITY = 0.5
"""Monday always comes with सोमवार, but is not its sound."""

Span = tuple[int, int]


def name_pairs(pairs: Pairs, languages: LanguageOptions) -> Iterator[tuple[int, Span, Span]]:
    """Yield row, place in the source and place in the target of each name and its rendering.

    Case endings do not belong to it. Only English has names that can be told, and only
    Devanagari is compared by sound: without both nothing is found.
    """
    turned = languages.trg == "eng"
    if {languages.src in DEVANAGARI_LANGUAGES, languages.trg in DEVANAGARI_LANGUAGES} != {
        True,
        False,
    } or "eng" not in (languages.src, languages.trg):
        return
    latin, indic = (pairs.trgs, pairs.srcs) if turned else (pairs.srcs, pairs.trgs)
    rows = {name: of for name, of in rows_of_names(latin).items() if len(of) >= MIN_PAIRS}
    for name, stem in _renderings(rows, indic).items():
        for row in rows[name]:
            ours = [m.span() for m in WORD.finditer(latin[row]) if bare(m[0]) == name]
            ours = [(start, start + len(name)) for start, _ in ours]
            theirs = [
                (m.start(), m.start() + len(stem))
                for m in MARATHI_WORD.finditer(indic[row])
                if stem in beginnings(m[0])
            ]
            if len(ours) == len(theirs):
                for one, other in zip(ours, theirs, strict=True):
                    yield (row, other, one) if turned else (row, one, other)


def _renderings(rows: dict[str, list[int]], texts: Sequence[str]) -> dict[str, str]:
    """Return, for each name that has one, what the words for it begin with."""
    starts = [beginnings_in(text) for text in texts]
    everywhere = Counter(start for of_row in starts for start in of_row)
    found = {}
    for name, of_name in rows.items():
        together = Counter(start for row in of_name for start in starts[row])
        dice = {
            start: 2 * count / (len(of_name) + everywhere[start])
            for start, count in together.items()
        }
        best = max(dice.values(), default=0.0)
        likely = [start for start, value in dice.items() if value >= max(MIN_DICE, 0.8 * best)]
        alike = max(((similarity(name, start), start) for start in likely), default=(0.0, ""))
        if alike[0] >= MIN_SIMILARITY:
            found[name] = alike[1]
    return found
