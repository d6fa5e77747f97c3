"""HTML with its tags kept: the text between them is taken out, translated, and put back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate, pairwise

UNTRANSLATED = frozenset({"code", "kbd", "math", "samp", "script", "style", "svg", "var"})
"""Elements whose content is no prose; besides them, every element with `translate="no"`."""
# https://html.spec.whatwg.org/multipage/syntax.html#void-elements
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)
_UNFINISHED = re.compile("<[a-zA-Z/!?]")
_BLANK_ENTITIES = ("&nbsp;", "&#160;", "&#xa0;", "&#xA0;")


class Markup:
    """A piece of HTML: `texts` are what is to be translated, `fill` puts the translations back.

    Nothing need be closed, nested or valid: what is not text stays as it was, to the character.
    """

    def __init__(self, html: str) -> None:
        """Find the texts."""
        self.texts: list[str] = []
        self._parts: list[str] = []
        """the HTML in pieces; those at `_places` are the texts"""
        self._places: list[int] = []
        for part, is_text in _parts(html):
            before, text, after = _without_blanks(part) if is_text else (part, "", "")
            content = unescape(text)
            if not any(map(str.isalnum, content)):
                self._parts.append(part)
                continue
            self._places.append(len(self._parts) + 1)
            self._parts += [before, text, after]
            self.texts.append(content)

    def fill(self, translations: Sequence[str]) -> str:
        """Return the HTML with the translation of each text in its place."""
        parts = list(self._parts)
        for place, translation in zip(self._places, translations, strict=True):
            parts[place] = escape(translation, quote=False)
        return "".join(parts)


class _Events(HTMLParser):
    """Notes where a text, a tag or a comment begins; the parser says nothing of where one ends."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self.starts: list[tuple[int, bool]] = []
        """(index in the HTML, whether text to be translated begins there)"""
        self._html = html
        self._lines = list(accumulate((len(line) + 1 for line in html.split("\n")), initial=0))
        self._unfinished = False
        self._skipped, self._depth = "", 0
        self.feed(html)
        self.close()

    def _note(self, is_text: bool = False) -> None:
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        # A tag or comment that never ends comes as data; a lone `<` is prose.
        self._unfinished = is_text and (
            self._unfinished or bool(_UNFINISHED.match(self._html, start))
        )
        self.starts.append((start, is_text and not self._skipped and not self._unfinished))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note()
        if tag in VOID:
            return
        if tag == self._skipped:
            self._depth += 1
        elif not self._skipped and (tag in UNTRANSLATED or ("translate", "no") in attrs):
            self._skipped, self._depth = tag, 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note()

    def handle_endtag(self, tag: str) -> None:
        self._note()
        if tag == self._skipped:
            self._depth -= 1
            self._skipped = self._skipped if self._depth else ""

    def handle_data(self, data: str) -> None:
        self._note(is_text=True)

    def handle_entityref(self, name: str) -> None:
        self._note(is_text=True)

    def handle_charref(self, name: str) -> None:
        self._note(is_text=True)

    def handle_comment(self, data: str) -> None:
        self._note()

    def handle_decl(self, decl: str) -> None:
        self._note()

    def handle_pi(self, data: str) -> None:
        self._note()

    def unknown_decl(self, data: str) -> None:
        self._note()


def _parts(html: str) -> list[tuple[str, bool]]:
    """Return the HTML in parts, texts whole, with whether each is one; joined they are the HTML."""
    starts = [(0, False), *_Events(html).starts, (len(html), False)]
    parts: list[tuple[str, bool]] = []
    for (start, is_text), (end, _) in pairwise(starts):
        if parts and parts[-1][1] == is_text:
            parts[-1] = parts[-1][0] + html[start:end], is_text
        else:
            parts.append((html[start:end], is_text))
    return parts


def _without_blanks(text: str) -> tuple[str, str, str]:
    """Return the blanks before a text, the text, and the blanks after it, as HTML writes them."""
    start, end = 0, len(text)
    while start < end and (length := _blank(text, start)):
        start += length
    while end > start and (text[end - 1].isspace() or text[:end].endswith(_BLANK_ENTITIES)):
        end -= 1 if text[end - 1].isspace() else 6
    return text[:start], text[start:end], text[end:]


def _blank(text: str, start: int) -> int:
    """Return the length of the blank at `start`; 0 if there is none."""
    if text[start].isspace():
        return 1
    return 6 if text.startswith(_BLANK_ENTITIES, start) else 0
