"""HTML with its tags kept: the text between them is taken out, translated, and put back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import accumulate, groupby, islice, pairwise

from nmt.hypothesis import Hypothesis
from nmt.server.inline import Part, Sentence

UNTRANSLATED = frozenset({"code", "kbd", "math", "samp", "script", "style", "svg", "var"})
"""Elements whose content is no prose; besides them, every element with `translate="no"`."""
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "del", "dfn", "em", "font", "i", "ins", "label"}
    | {"mark", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u"}
)
"""Elements that may stand inside a sentence; all others end it."""
# https://html.spec.whatwg.org/multipage/syntax.html#void-elements
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)
_UNFINISHED = re.compile("<[a-zA-Z/!?]")
_TEXT, _OTHER = "#text", "#other"


class Markup:
    """A piece of HTML: `texts` are what is to be translated, `fill` puts the translations back.

    Nothing need be closed, nested or valid: what is not text stays as it was, to the character.
    """

    def __init__(self, html: str) -> None:
        """Find the texts."""
        self._parts: list[str | Sentence] = []
        for is_prose, parts in groupby(_parts(html), lambda part: part[1] != _OTHER):
            if is_prose:
                prose = [Part(raw, "" if kind == _TEXT else kind) for raw, kind in parts]
                self._parts.append(Sentence(prose))
            else:
                self._parts += [raw for raw, _ in parts]
        sentences = (part for part in self._parts if isinstance(part, Sentence))
        self.texts = [text for sentence in sentences for text in sentence.texts]

    def fill(self, hyps: Sequence[Hypothesis]) -> str:
        """Return the HTML with the translation of each text in its place."""
        left = iter(hyps)
        return "".join(
            part if isinstance(part, str) else part.fill(list(islice(left, len(part.texts))))
            for part in self._parts
        )


def _parts(html: str) -> Iterator[tuple[str, str]]:
    """Yield the HTML in parts, each with its kind: text, other, or the name of an inline tag."""
    starts = [(0, _OTHER), *_Events(html).starts, (len(html), _OTHER)]
    parts = ((html[start:end], kind) for (start, kind), (end, _) in pairwise(starts) if start < end)
    # A text may come in parts.
    for kind, same in groupby(parts, lambda part: part[1]):
        if kind == _TEXT:
            yield "".join(raw for raw, _ in same), kind
        else:
            yield from same


class _Events(HTMLParser):
    """Notes where a text, a tag or a comment begins; the parser says nothing of where one ends."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.starts: list[tuple[int, str]] = []
        """(index in the HTML, kind of the part that begins there)"""
        self._html = html
        self._lines = list(accumulate((len(line) + 1 for line in html.split("\n")), initial=0))
        self._unfinished = False
        self._skipped, self._depth = "", 0
        self.feed(html)
        self.close()

    def _note(self, kind: str = _OTHER) -> None:
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        # A tag or comment that never ends comes as data; a lone `<` is prose.
        self._unfinished = kind == _TEXT and (
            self._unfinished or bool(_UNFINISHED.match(self._html, start))
        )
        self.starts.append((start, _OTHER if self._skipped or self._unfinished else kind))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        untranslated = tag not in VOID and (tag in UNTRANSLATED or ("translate", "no") in attrs)
        self._note(tag if tag in INLINE and not untranslated else _OTHER)
        if self._skipped and tag == self._skipped:
            self._depth += 1
        elif untranslated and not self._skipped:
            self._skipped, self._depth = tag, 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note()

    def handle_endtag(self, tag: str) -> None:
        self._note(f"/{tag}" if tag in INLINE else _OTHER)
        if tag == self._skipped:
            self._depth -= 1
            self._skipped = self._skipped if self._depth else ""

    def parse_endtag(self, i: int) -> int:
        """Note an end tag without a name, too, which the parser passes over in silence."""
        if self.rawdata.startswith("</>", i):
            self._note()
        return super().parse_endtag(i)

    def handle_data(self, data: str) -> None:
        self._note(_TEXT)

    def handle_comment(self, data: str) -> None:
        self._note()

    def handle_decl(self, decl: str) -> None:
        self._note()

    def handle_pi(self, data: str) -> None:
        self._note()

    def unknown_decl(self, data: str) -> None:
        self._note()
