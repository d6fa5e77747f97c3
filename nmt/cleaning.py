"""Cleaning a corpus: every sentence normalised, and the pairs not worth training on dropped.

The translator, too, normalises what it is given, so pandas is imported only to clean a corpus.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from nmt.errors import InputError
from nmt.spelling import DEVANAGARI_LANGUAGES, Rule, rules_for

if TYPE_CHECKING:
    import pandas as pd

# Moses' clean-corpus-n.perl is customarily run with 100 words; half as much again as a Tatoeba
# corpus ever needs. Six characters a word carry the limit to languages that write without blanks.
MAX_WORDS = 100
MAX_CHARACTERS = 600
# In mar.txt no pair with a side of 30 characters is further apart than 2.7; Chinese and English
# differ by 3 to 4. Shorter sentences vary freely ("Why?", "What is the reason?").
MAX_RATIO = 5.0
RATIO_FROM_CHARACTERS = 30

# The letters a sentence is mostly written in; a language that is not here may use any.
_SCRIPTS = {
    "Arabic": ("ara fas urd pus snd uig", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"),
    "Bengali": ("ben asm", "\u0980-\u09ff"),
    "Cyrillic": ("rus ukr bel bul mkd", "\u0400-\u052f"),
    "Devanagari": (" ".join(sorted(DEVANAGARI_LANGUAGES)), "\u0900-\u097f\ua8e0-\ua8ff"),
    "Greek": ("ell grc", "\u0370-\u03ff\u1f00-\u1fff"),
    "Gujarati": ("guj", "\u0a80-\u0aff"),
    "Gurmukhi": ("pan", "\u0a00-\u0a7f"),
    "Hebrew": ("heb yid", "\u0590-\u05ff\ufb1d-\ufb4f"),
    "Japanese": ("jpn", "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f"),
    "Kannada": ("kan", "\u0c80-\u0cff"),
    "Korean": ("kor", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3\u4e00-\u9fff"),
    "Latin": ("eng", "A-Za-z\u00aa-\u024f\u1e00-\u1eff"),
    "Malayalam": ("mal", "\u0d00-\u0d7f"),
    "Oriya": ("ori ory", "\u0b00-\u0b7f"),
    "Tamil": ("tam", "\u0b80-\u0bff"),
    "Telugu": ("tel", "\u0c00-\u0c7f"),
    "Thai": ("tha", "\u0e00-\u0e7f"),
}
# The filters in the order they are asked; a row is dropped by the first.
DROP_RULES = ("empty side", "over-long", "length ratio", "wrong script", "duplicate")
EXAMPLES = 2


@dataclass(frozen=True)
class Example:
    """What a rule did to one row: the line in the file, the text before and the text after."""

    line: int
    before: str
    after: str


@dataclass(frozen=True)
class RuleCount:
    """How many rows a rule changed or dropped (`effect`), and the first two of them."""

    name: str
    effect: str
    rows: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Cleaned:
    """A corpus after the rules.

    `pairs` is a DataFrame[line, first, second], normalised; `dropped` a DataFrame[line, first,
    second, reason] with the texts as they were read; `rules` one count a rule, in their order.
    """

    pairs: pd.DataFrame
    dropped: pd.DataFrame
    rules: tuple[RuleCount, ...]


def normalise(text: str, lang: str, profile: str = "standard") -> str:
    """Return the text in the one spelling that models are trained on and given.

    `standard` keeps case, punctuation and digits; `article` lower-cases and drops ASCII
    punctuation, apostrophes, and ASCII and Devanagari digits. `lang` is an ISO 639-3 code. A second
    application changes nothing. Raises `InputError` for an unknown profile.
    """
    for _, rule in rules_for(lang, profile):
        text = rule(text)
    return text


def is_over_long(text: str, max_words: int = MAX_WORDS) -> bool:
    """Return whether a sentence has more words than `max_words` or too many characters."""
    return len(text) > MAX_CHARACTERS or len(text.split()) > max_words


def is_unbalanced(first: str, second: str, max_ratio: float = MAX_RATIO) -> bool:
    """Return whether one side, unless both are short, is over `max_ratio` times the other."""
    shorter, longer = sorted((len(first), len(second)))
    return longer >= RATIO_FROM_CHARACTERS and longer > max_ratio * shorter


def is_wrong_script(text: str, lang: str) -> bool:
    """Return whether less than half of the letters are of the language's script, if it is known."""
    return script_share(text, lang) < 0.5 and bool(_letters(text))


def script_share(text: str, lang: str) -> float:
    """Return the share of a text's letters that are of the language's script.

    All of them where the language may use any script, none of a text without letters.
    """
    letters, script = _letters(text), script_of(lang)
    if script is None or not letters:
        return float(bool(letters))
    return len(re.findall(f"[{script}]", letters)) / len(letters)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


@cache
def script_of(lang: str) -> str | None:
    """Return the letters of a language's script as ranges for a regular expression, if known."""
    return next((letters for langs, letters in _SCRIPTS.values() if lang in langs.split()), None)


def clean(
    corpus: pd.DataFrame,
    langs: tuple[str, str] = ("eng", "mar"),
    profile: str = "standard",
    max_words: int = MAX_WORDS,
    max_ratio: float = MAX_RATIO,
) -> Cleaned:
    """Return DataFrame[line, first, second] normalised, without pairs not worth training on.

    `langs` are the ISO 639-3 codes of the two columns. Of exact duplicates (after normalisation)
    the first stays. Raises `InputError` for an unknown profile and when no pair is left.
    """
    lines: list[int] = corpus["line"].tolist()
    firsts, changed_first = _normalised(corpus["first"].tolist(), rules_for(langs[0], profile))
    seconds, changed_second = _normalised(corpus["second"].tolist(), rules_for(langs[1], profile))
    reasons = _reasons(firsts, seconds, langs, max_words, max_ratio)
    kept = [not reason for reason in reasons]
    dropped = corpus.loc[[not keep for keep in kept], ["line", "first", "second"]]
    dropped = dropped.assign(reason=[reason for reason in reasons if reason])
    pairs = corpus[["line"]].assign(first=firsts, second=seconds)[kept]
    if pairs.empty:
        raise InputError(_all_dropped(reasons, langs))
    return Cleaned(
        pairs=pairs.reset_index(drop=True),
        dropped=dropped.reset_index(drop=True),
        rules=(
            *_changed_counts(lines, changed_first, changed_second),
            *_dropped_counts(dropped),
        ),
    )


def _normalised(
    texts: Sequence[str], rules: Sequence[tuple[str, Rule]]
) -> tuple[list[str], dict[str, dict[int, tuple[str, str]]]]:
    """Return the texts after the rules, and by rule {index: (before, after)} of those changed."""
    after, changed = list(texts), {}
    for name, rule in rules:
        before, after = after, [rule(text) for text in after]
        changed[name] = {
            index: (old, new)
            for index, (old, new) in enumerate(zip(before, after, strict=True))
            if old != new
        }
    return after, changed


def _reasons(
    firsts: Sequence[str],
    seconds: Sequence[str],
    langs: tuple[str, str],
    max_words: int,
    max_ratio: float,
) -> list[str]:
    """Return why each pair is dropped, one of `DROP_RULES`, or "" where it is kept."""
    reasons, seen = [], set()
    for first, second in zip(firsts, seconds, strict=True):
        if not first or not second:
            reason = "empty side"
        elif is_over_long(first, max_words) or is_over_long(second, max_words):
            reason = "over-long"
        elif is_unbalanced(first, second, max_ratio):
            reason = "length ratio"
        elif is_wrong_script(first, langs[0]) or is_wrong_script(second, langs[1]):
            reason = "wrong script"
        else:
            reason = "duplicate" if (first, second) in seen else ""
            seen.add((first, second))
        reasons.append(reason)
    return reasons


def _changed_counts(
    lines: Sequence[int], *sides: dict[str, dict[int, tuple[str, str]]]
) -> Iterator[RuleCount]:
    """Yield one count a spelling rule, over the rows that either side was changed in."""
    # The side with more rules has all of them, in their order.
    names = max(sides, key=len)
    for name in names:
        changed: dict[int, tuple[str, str]] = {}
        for side in reversed(sides):
            changed |= side.get(name, {})
        examples = [Example(lines[i], *changed[i]) for i in sorted(changed)[:EXAMPLES]]
        yield RuleCount(name, "changed", len(changed), tuple(examples))


def _dropped_counts(dropped: pd.DataFrame) -> Iterator[RuleCount]:
    for name in DROP_RULES:
        rows = dropped[dropped["reason"] == name]
        columns = (rows[column].tolist() for column in ("line", "first", "second"))
        examples = [
            Example(line, f"{first} | {second}", "")
            for line, first, second in zip(*columns, strict=True)
        ][:EXAMPLES]
        yield RuleCount(name, "dropped", len(rows), tuple(examples))


def _all_dropped(reasons: Sequence[str], langs: tuple[str, str]) -> str:
    counts = ", ".join(f"{name}: {rows}" for name, rows in Counter(reasons).most_common())
    return (
        f"all {len(reasons)} rows were dropped in cleaning ({counts}); "
        f"is the first column '{langs[0]}' and the second '{langs[1]}'?"
    )
