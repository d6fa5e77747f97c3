"""Training pairs as an epoch sees them: with symbols for numbers and names, some of them joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from nmt.config import LanguageOptions
from nmt.dataset import Pairs
from nmt.masking import ITEMS, NUMBERS, item_spans
from nmt.name_pairs import name_pairs

NAME_SHARE = 0.15
"""Of the pairs with names, the share whose names are symbols in an epoch."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Slot:
    """Where a pair has the same thing on both sides, and the symbols that may stand for it."""

    src: Span
    trg: Span
    symbols: str


@dataclass(frozen=True)
class Augmentation:
    """Pairs, and by row the slots of their numbers and literals and those of their names."""

    pairs: Pairs
    items: Mapping[int, Sequence[Slot]]
    names: Mapping[int, Sequence[Slot]]

    def plain(self) -> Pairs:
        """Return the pairs with symbols for the numbers and literals, always the same ones."""
        return _masked(self.pairs, self.items, np.random.default_rng(0))

    def epoch(self, seed: int, epoch: int) -> Pairs:
        """Return the pairs as `plain` does, but with symbols for `NAME_SHARE` of the names, too.

        Which pairs have them, and which symbol stands for what, is a function of seed and epoch.
        """
        draws = np.random.default_rng((seed, epoch, 1))
        drawn = zip(self.names.items(), draws.random(len(self.names)), strict=True)
        names = {row: slots for (row, slots), draw in drawn if draw < NAME_SHARE}
        rows = sorted({*self.items, *names})
        slots = {row: [*self.items.get(row, ()), *names.get(row, ())] for row in rows}
        return _masked(self.pairs, slots, draws)


def find_slots(pairs: Pairs, languages: LanguageOptions) -> Augmentation:
    """Return the pairs with the places of what may be masked in them."""
    items = {}
    for row, (src, trg) in enumerate(zip(pairs.srcs, pairs.trgs, strict=True)):
        sides = _by_value(src, languages.src), _by_value(trg, languages.trg)
        found = [
            Slot(src_span, trg_span, symbols)
            for (symbols, value), src_spans in sides[0].items()
            if len(src_spans) == len(sides[1].get((symbols, value), ()))
            for src_span, trg_span in zip(src_spans, sides[1][symbols, value], strict=True)
        ]
        if found:
            items[row] = found
    names: dict[int, list[Slot]] = defaultdict(list)
    for row, src_span, trg_span in name_pairs(pairs, languages):
        slot, others = Slot(src_span, trg_span, ITEMS), [*items.get(row, ()), *names[row]]
        if not any(_overlap(slot, other) for other in others):
            names[row].append(slot)
    return Augmentation(pairs, items, {row: slots for row, slots in names.items() if slots})


def joined(pairs: Pairs, share: float, seed: int, epoch: int) -> Pairs:
    """Return the pairs, the given share of them in twos: one sentence, a blank, and another.

    So a model that was given short sentences also sees long ones (Kondo et al. 2021, section 3).
    Which ones are joined is a function of the arguments; every pair occurs once.
    """
    order = np.random.default_rng((seed, epoch, 4)).permutation(len(pairs))
    couples = int(share * len(pairs) / 2)
    twos = order[: 2 * couples].reshape(couples, 2).tolist()
    alone = sorted(order[2 * couples :])
    srcs, trgs = (
        [texts[row] for row in alone] + [f"{texts[one]} {texts[other]}" for one, other in twos]
        for texts in (pairs.srcs, pairs.trgs)
    )
    return Pairs(srcs, trgs)


def _by_value(text: str, lang: str) -> dict[tuple[str, str], list[Span]]:
    """Return the spans of each number, by its digits alone, and of each literal."""
    found: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for start, end, kind in item_spans(text, lang):
        if kind == "literal":
            found[ITEMS, text[start:end]].append((start, end))
        elif digits := "".join(str(int(c)) for c in text[start:end] if c.isdecimal()):
            found[NUMBERS, digits].append((start, end))
    return found


def _overlap(one: Slot, other: Slot) -> bool:
    return any(
        ours[0] < theirs[1] and theirs[0] < ours[1]
        for ours, theirs in ((one.src, other.src), (one.trg, other.trg))
    )


def _masked(pairs: Pairs, slots: Mapping[int, Sequence[Slot]], draws: np.random.Generator) -> Pairs:
    srcs, trgs = list(pairs.srcs), list(pairs.trgs)
    for row, of_row in slots.items():
        drawn = {group: cycle(draws.permutation(list(group))) for group in (NUMBERS, ITEMS)}
        symbols = [str(next(drawn[slot.symbols])) for slot in of_row]
        srcs[row] = _replaced(srcs[row], [slot.src for slot in of_row], symbols)
        trgs[row] = _replaced(trgs[row], [slot.trg for slot in of_row], symbols)
    return Pairs(srcs, trgs)


def _replaced(text: str, spans: Sequence[Span], symbols: Sequence[str]) -> str:
    for (start, end), symbol in sorted(zip(spans, symbols, strict=True), reverse=True):
        text = text[:start] + symbol + text[end:]
    return text
