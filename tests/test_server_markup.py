"""HTML: tags stay as they were, whatever they are; what stands between them is translated."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmt.server.markup import Markup

UPPER = [
    ("", ""),
    ("kite", "KITE"),
    ("<p>kite</p>", "<p>KITE</p>"),
    ("  <p>\n kite \t</p> ", "  <p>\n KITE \t</p> "),
    ("<p title='a kite > 2' hidden>kite</p>", "<p title='a kite > 2' hidden>KITE</p>"),
    ("one<br>two<br/>three<hr />", "ONE<br>TWO<br/>THREE<hr />"),
    ("<!-- kite --><!DOCTYPE kite>kite<?kite ?>", "<!-- kite --><!DOCTYPE kite>KITE<?kite ?>"),
    ("<script>if (a<b) kite()</script>kite", "<script>if (a<b) kite()</script>KITE"),
    ("<code>kite <b>kite</b></code>kite", "<code>kite <b>kite</b></code>KITE"),
    ("<i translate=no>a <i>b</i> c</i>kite", "<i translate=no>a <i>b</i> c</i>KITE"),
    ("<img translate=no>kite", "<img translate=no>KITE"),
    ("kite &amp; thread &lt;b&gt; caf&eacute;", "KITE &amp; THREAD &lt;B&gt; CAFÉ"),
    ("&nbsp;kite&#160;&#xA0;", "&nbsp;KITE&#160;&#xA0;"),
    ("<p>&nbsp;</p>&copy; — !", "<p>&nbsp;</p>&copy; — !"),
    ("a < b and a<3", "A &lt; B AND A&lt;3"),
    # Nothing of this closes.
    ("<p>kite", "<p>KITE"),
    ("kite</p></div>", "KITE</p></div>"),
    ("<b><i>kite</b></i>", "<b><i>KITE</b></i>"),
    ("kite <a href='kite", "KITE <a href='kite"),
    ("kite <!-- kite", "KITE <!-- kite"),
    ("<script>kite", "<script>kite"),
    ("<code>kite", "<code>kite"),
]


@pytest.mark.parametrize(("html", "expected"), UPPER)
def test_only_text_is_translated(html: str, expected: str) -> None:
    markup = Markup(html)
    assert markup.fill([text.upper() for text in markup.texts]) == expected


class Events(HTMLParser):
    """What a browser would see: tags, comments and text, however they were written."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[object] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.seen.append(f"!{data}")

    def handle_data(self, data: str) -> None:
        # A text may come in parts.
        if self.seen and isinstance(self.seen[-1], list):
            self.seen[-1].append(data)
        else:
            self.seen.append([data])

    def all(self) -> list[object]:
        return ["".join(each) if isinstance(each, list) else each for each in self.seen]


words = st.text("ab<>&;#'\" \n/!-=pé", max_size=12)
tags = st.builds(
    "<{}{}{}>".format,
    st.sampled_from(["", "/"]),
    st.sampled_from(["p", "b", "br", "script", "code", "a", "P"]),
    st.sampled_from(["", " x='>'", "/"]),
)
others = st.sampled_from(["<!-- a -->", "<!--", "-->", "&amp;", "&nbsp;", "&lt;", "<!x>"])
pages = st.lists(words | tags | others).map("".join)


@given(pages)
def test_a_translation_that_changes_nothing_changes_nothing(html: str) -> None:
    markup = Markup(html)
    assert Events(markup.fill(markup.texts)).all() == Events(html).all()


@given(st.text(min_size=1))
def test_a_translation_cannot_add_markup(text: str) -> None:
    filled = Markup("<p>kite</p>").fill([text])
    assert filled == f"<p>{escape(text, quote=False)}</p>"


@given(st.lists(tags | others.filter(lambda tag: tag.endswith("->") and tag[0] == "<")))
def test_tags_alone_have_no_text(parts: list[str]) -> None:
    html = "".join(parts)
    markup = Markup(html)
    assert markup.fill(["a"] * len(markup.texts)) == html
    assert markup.texts == []
