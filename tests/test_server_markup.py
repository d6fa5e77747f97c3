"""HTML: tags stay as they were, whatever they are; what stands between them is translated."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nmt.hypothesis import Hypothesis
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


def filled(html: str, translate: Callable[[str], str] = str) -> str:
    """Return the HTML translated word by word, with attention to the word each comes from."""
    markup = Markup(html)
    return markup.fill([_diagonal(text, translate(text)) for text in markup.texts])


def _diagonal(src: str, trg: str) -> Hypothesis:
    src_pieces, trg_pieces = (
        (*(f"▁{word}" for word in text.split()), "</s>") for text in (src, trg)
    )
    attention = np.eye(len(trg_pieces), len(src_pieces), dtype=np.float32)
    return Hypothesis(trg, 0.0, src_pieces, trg_pieces, attention)


@pytest.mark.parametrize(("html", "expected"), UPPER)
def test_only_text_is_translated(html: str, expected: str) -> None:
    assert filled(html, str.upper) == expected


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
        self.seen.append(("/", tag))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("!", data))

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


@given(pages.filter(lambda html: not re.search("<[ab][ />]", html)))
@example("b</>")
def test_a_translation_that_changes_nothing_changes_nothing(html: str) -> None:
    assert Events(filled(html)).all() == Events(html).all()


@given(pages)
@example("a <b>b&nbsp;</b>")
@example("'<b>a</b>' b")
def test_inline_tags_may_move_to_the_ends_of_a_word_but_nothing_is_lost(html: str) -> None:
    assert letters_and_tags(filled(html)) == letters_and_tags(html)


@pytest.mark.parametrize("html", ["b<b>b</b>", "un<b>believ</b>able kite", "a;<b>b</b>"])
def test_tags_inside_a_word_stay_there(html: str) -> None:
    assert filled(html) == html


def letters_and_tags(html: str) -> tuple[str, list[str]]:
    seen = Events(html).all()
    text = "".join(each for each in seen if isinstance(each, str))
    return re.sub(r"\W", "", text), sorted(repr(e) for e in seen if not isinstance(e, str))


@given(st.text(min_size=1))
def test_a_translation_cannot_add_markup(text: str) -> None:
    assert filled("<p>kite</p>", lambda _: text) == f"<p>{escape(text, quote=False)}</p>"


@given(st.lists(tags | others.filter(lambda tag: tag.endswith("->") and tag[0] == "<")))
def test_tags_alone_have_no_text(parts: list[str]) -> None:
    html = "".join(parts)
    assert filled(html, lambda _: "a") == html
    assert Markup(html).texts == []


# What the model is told to look at: for each word of the translation, the source words.
SENTENCES = [
    ("Ravi <b>drinks</b> tea.", "रवी चहा पितो.", [0, 2, 1], "रवी चहा <b>पितो</b>."),
    ("<b>Ravi</b> drinks <i>tea.</i>", "रवी चहा पितो.", [0, 2, 1], "<b>रवी</b> <i>चहा</i> पितो."),
    ("Ravi <b>drinks tea</b>", "रवी चहा पितो", [0, 2, 1], "रवी <b>चहा पितो</b>"),
    (
        "Ravi <a href='/'>drinks <b>tea</b></a>",
        "रवी चहा पितो",
        [0, 2, 1],
        "रवी <a href='/'><b>चहा</b> पितो</a>",
    ),
    # Around everything, and around nothing.
    ("<i>Ravi drinks</i>", "रवी पितो", [1, 1], "<i>रवी पितो</i>"),
    ("<i></i>Ravi <b>drinks</b> <u></u>", "रवी पितो", [0, 1], "<i></i>रवी <b>पितो</b> <u></u>"),
    ("“<b>Ravi</b> drinks</p>", "“रवी पितो", [0, 1], "<b>“रवी</b> पितो</p>"),
    ("Ravi <b>drinks</b>.&nbsp;", "रवी पितो.", [0, 1], "रवी <b>पितो</b>.&nbsp;"),
    # A word that looks elsewhere does not tear its element apart.
    ("<b>Ravi Joshi</b> drinks tea", "a b c d", [0, 3, 1, 3], "<b>a</b> b c d"),
    ("Ravi <b>Joshi drinks</b> tea", "a b c d", [1, 2, 1, 3], "<b>a b c</b> d"),
]


def _looking(trg: str, looked: list[int], src: str) -> Hypothesis:
    src_pieces = (*(f"▁{word}" for word in src.split()), "</s>")
    trg_pieces = (*(f"▁{word}" for word in trg.split()), "</s>")
    attention = np.eye(len(src_pieces), dtype=np.float32)[[*looked, -1]]
    return Hypothesis(trg, 0.0, src_pieces, trg_pieces, attention)


@pytest.mark.parametrize(("html", "trg", "looked", "expected"), SENTENCES)
def test_tags_follow_their_words(html: str, trg: str, looked: list[int], expected: str) -> None:
    markup = Markup(html)
    whole, *parts = markup.texts
    hyps = [_looking(trg, looked, whole), *(Hypothesis("?", 0.0) for _ in parts)]
    assert markup.fill(hyps) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>one <i>two</b> three</i>", "<b>ONE <i>TWO</b> THREE</i>"),
        ("one <b></b> two", "ONE <b></b> TWO"),
        ("one</b> two", "ONE</b> TWO"),
        ("one <b>two", "ONE <b>TWO"),
        ("one <img> <b>two</b>", "ONE <img> <b>TWO</b>"),
    ],
)
def test_what_does_not_nest_is_translated_in_parts(html: str, expected: str) -> None:
    assert filled(html, str.upper) == expected


@given(pages, st.integers(0, 2**32 - 1))
def test_no_tag_is_lost_wherever_the_words_look(html: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    markup = Markup(html)
    hyps = []
    for text in markup.texts:
        count = len(text.split())
        looked = random.integers(0, count, random.integers(1, 6)).tolist()
        hyps.append(_looking(" ".join("w" for _ in looked), looked, text))
    before, after = (
        sorted(map(str, (each for each in Events(page).all() if not isinstance(each, str))))
        for page in (html, markup.fill(hyps))
    )
    assert after == before
