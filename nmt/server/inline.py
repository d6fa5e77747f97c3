"""A sentence with tags inside it: translated whole, and the tags put around what they were around.

Which words of the translation a tag belongs to is read from the attention. Where that gives no
answer, what stands between the tags is translated part by part.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from nmt.hypothesis import Hypothesis

_WORD = re.compile(r"\S+")
_END = re.compile(r"[.,:;!?।]+$")
_BLANK_ENTITIES = ("&nbsp;", "&#160;", "&#xa0;", "&#xA0;")


@dataclass(frozen=True)
class Part:
    """A text or an inline tag as the HTML writes it; `tag` is its name, `/name` where it closes."""

    raw: str
    tag: str = ""

    @property
    def text(self) -> str:
        """What a reader sees of it."""
        return "" if self.tag else unescape(self.raw)


@dataclass(frozen=True)
class _Element:
    """The tags of an inline element, and the place and end of the words between them."""

    opening: str
    closing: str
    words: range
    ends_in_punctuation: bool


class Sentence:
    """Texts and inline tags up to the next block: `texts` are what is to be translated."""

    def __init__(self, parts: Sequence[Part]) -> None:
        """Find the texts: one, or the whole sentence and then each part between its tags."""
        self._parts = parts
        self._worded = [i for i, part in enumerate(parts) if any(map(str.isalnum, part.text))]
        self._elements, self._tags = _elements(parts, self._worded)
        whole = "".join(part.text for part in parts)
        self._src_len = len(whole.split())
        self.texts = [unescape(_without_blanks(parts[i].raw)[1]) for i in self._worded]
        if self._elements:
            self.texts.insert(0, whole.strip())

    def fill(self, hyps: Sequence[Hypothesis]) -> str:
        """Return the HTML with the translation of each text in its place."""
        if not self._elements:
            return self._in_parts(hyps)
        whole, *parts = hyps
        tagged = _tagged(whole, self._elements, self._src_len)
        if tagged is None:
            return self._in_parts(parts)
        first, last = self._worded[0], self._worded[-1]
        before, after = (
            "".join(self._outside(i) for i in around if i not in self._tags)
            for around in (range(first), range(last + 1, len(self._parts)))
        )
        start, _, _ = _without_blanks(self._parts[first].raw)
        _, _, end = _without_blanks(self._parts[last].raw)
        return before + start + tagged + end + after

    def _outside(self, place: int) -> str:
        """Return what stays of a part around the words: tags and blanks; signs are translated."""
        part = self._parts[place]
        start, text, end = _without_blanks(part.raw)
        return part.raw if part.tag or not text else start + end

    def _in_parts(self, hyps: Sequence[Hypothesis]) -> str:
        parts = [part.raw for part in self._parts]
        for place, hyp in zip(self._worded, hyps, strict=True):
            start, _, end = _without_blanks(parts[place])
            parts[place] = start + escape(hyp.text, quote=False) + end
        return "".join(parts)


def _elements(
    parts: Sequence[Part], worded: Sequence[int]
) -> tuple[list[_Element], frozenset[int]]:
    """Return the elements around some, but not all of the words, outer ones first, and their tags.

    None of either when tags inside the sentence do not nest, enclose no word or divide one.
    """
    nothing: tuple[list[_Element], frozenset[int]] = [], frozenset()
    if not worded:
        return nothing
    first, last = worded[0], worded[-1]
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for place, part in enumerate(parts):
        if part.tag and not part.tag.startswith("/"):
            opened.append(place)
        elif opened and part.tag == f"/{parts[opened[-1]].tag}":
            pairs.append((opened.pop(), place))
        elif part.tag and first < place < last:
            return nothing
    if any(first < place < last for place in opened):
        return nothing
    inner = [(o, c) for o, c in sorted(pairs) if o < last and c > first and (o > first or c < last)]
    words = _Words([part.text for part in parts])
    elements = [_element(parts, words, opening, closing) for opening, closing in inner]
    edges = [place for pair in inner for place in pair]
    if any(words.divided_by(edge) for edge in edges) or not all(e.words for e in elements):
        return nothing
    return elements, frozenset(edges)


class _Words:
    """The words of a sentence, and where its parts lie among them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = "".join(texts)
        self.offsets = [0, *accumulate(map(len, texts))]
        words = list(_WORD.finditer(self.text))
        self._starts, self._ends = ([word.span()[i] for word in words] for i in (0, 1))

    def between(self, opening: int, closing: int) -> tuple[str, range]:
        """Return the text of the parts from one to another, and the places of its words."""
        start, end = self.offsets[opening], self.offsets[closing]
        inside = self.text[start:end].rstrip()
        first = bisect_right(self._ends, start)
        stop = bisect_left(self._starts, start + len(inside))
        return inside, range(first, stop) if inside else range(0)

    def divided_by(self, tag: int) -> bool:
        """Return whether a tag has letters or digits of one word on either side."""
        offset = self.offsets[tag]
        place = bisect_right(self._ends, offset)
        if place == len(self._starts) or self._starts[place] >= offset:
            return False
        sides = self.text[self._starts[place] : offset], self.text[offset : self._ends[place]]
        return all(any(map(str.isalnum, side)) for side in sides)


def _element(parts: Sequence[Part], words: _Words, opening: int, closing: int) -> _Element:
    inside, places = words.between(opening, closing)
    ends = bool(_END.search(inside))
    return _Element(parts[opening].raw, parts[closing].raw, places, ends)


def _tagged(hyp: Hypothesis, elements: Sequence[_Element], src_len: int) -> str | None:
    """Return the translation with the tags in it; None where they have no place."""
    words = list(_WORD.finditer(hyp.text))
    attention = _between_words(hyp, src_len, len(words))
    if attention is None:
        return None
    spans = [_span(attention[:, list(element.words)].sum(1)) for element in elements]
    if not _nest(elements, spans):
        return None
    written, place = [], 0
    for number, word in enumerate(words):
        written.append(escape(hyp.text[place : word.start()], quote=False))
        written += [e.opening for e, span in zip(elements, spans, strict=True) if span[0] == number]
        ending = [e for e, span in zip(elements, spans, strict=True) if span[-1] == number]
        written.append(_closed(word.group(), reversed(ending)))
        place = word.end()
    return "".join(written) + escape(hyp.text[place:], quote=False)


def _closed(word: str, ending: Iterable[_Element]) -> str:
    """Return a word and the closing tags after it; its full stop is inside only if it was."""
    mark = _END.search(word)
    stem, end = (word[: mark.start()], mark.group()) if mark else (word, "")
    written = [escape(stem, quote=False)]
    for element in ending:
        if element.ends_in_punctuation:
            written.append(end)
            end = ""
        written.append(element.closing)
    return "".join(written) + end


def _between_words(hyp: Hypothesis, src_len: int, trg_len: int) -> NDArray[np.float32] | None:
    """Return how much each target word looked at each source word, `[trg_len, src_len]`.

    Rows sum to one. None when the pieces do not spell as many words as the texts have.
    """
    rows, columns = _by_word(hyp.trg_pieces), _by_word(hyp.src_pieces)
    if hyp.attention is None or (len(rows), len(columns)) != (trg_len, src_len):
        return None
    by_row = np.stack([hyp.attention[places].mean(0) for places in rows])  # [trg_len, pieces]
    by_word = np.stack([by_row[:, places].sum(1) for places in columns], 1)  # [trg_len, src_len]
    sums = by_word.sum(1, keepdims=True)
    return by_word / sums if sums.all() else None


def _by_word(pieces: Sequence[str]) -> list[list[int]]:
    """Return the places of each word's pieces; the end of a sentence belongs to none."""
    words: list[list[int]] = []
    for place, piece in enumerate(pieces):
        if piece == "</s>":
            continue
        if piece.startswith("▁") or not words:
            words.append([])
        words[-1].append(place)
    return words


def _span(shares: NDArray[np.float32]) -> range:
    """Return the consecutive words that look at an element the most, at least one.

    The largest sum of what each word's share `[trg_len]` exceeds a half by (Kadane's algorithm).
    """
    best, found, running, start = -np.inf, range(0), 0.0, 0
    for place, share in enumerate(shares.tolist()):
        if running <= 0:
            running, start = 0.0, place
        running += share - 0.5
        if running > best:
            best, found = running, range(start, place + 1)
    return found


def _nest(elements: Sequence[_Element], spans: list[range]) -> bool:
    """Widen spans to hold those of elements inside; return whether the others stay apart."""
    apart = True
    for inner in reversed(range(len(elements))):
        for outer in range(inner):
            one, other = spans[outer], spans[inner]
            if _holds(elements[outer].words, elements[inner].words):
                spans[outer] = range(min(one.start, other.start), max(one.stop, other.stop))
    for first in range(len(elements)):
        for second in range(first + 1, len(elements)):
            one, other = spans[first], spans[second]
            apart &= (
                _holds(elements[first].words, elements[second].words)
                or one.stop <= other.start
                or other.stop <= one.start
            )
    return apart


def _holds(outer: range, inner: range) -> bool:
    return outer.start <= inner.start and inner.stop <= outer.stop


def _without_blanks(raw: str) -> tuple[str, str, str]:
    """Return the blanks before a text, the text, and the blanks after it, as HTML writes them."""
    start, end = 0, len(raw)
    while start < end and (length := _blank(raw, start)):
        start += length
    while end > start and (raw[end - 1].isspace() or raw.endswith(_BLANK_ENTITIES, start, end)):
        end -= 1 if raw[end - 1].isspace() else len("&nbsp;")
    return raw[:start], raw[start:end], raw[end:]


def _blank(raw: str, start: int) -> int:
    """Return the length of the blank at `start`; 0 if there is none."""
    if raw[start].isspace():
        return 1
    return len("&nbsp;") if raw.startswith(_BLANK_ENTITIES, start) else 0
