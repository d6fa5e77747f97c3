"""The figures of a corpus that `nmt data` prints: what was read, cleaned, split and left out."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from nmt.cleaning import Cleaned
from nmt.corpus import fingerprint
from nmt.files import replacing
from nmt.split import Parts

# Sentence lengths in words, both ends included; half of Tatoeba's sentences have 4 to 7.
LENGTHS: tuple[tuple[int, int | None], ...] = (
    *((words, words) for words in range(1, 11)),
    (11, 15),
    (16, 20),
    (21, 30),
    (31, None),
)
# A report shows enough of a row to find it, also when the row is a whole book.
SHOWN_CHARACTERS = 120
LEAKED = "target occurs in valid or test"


def overview(path: Path, cleaned: Cleaned, parts: Parts) -> pd.DataFrame:
    """Return what was read and what became of it: DataFrame[what, value], the values as text.

    Raises `InputError` when the file can no longer be read.
    """
    kept, dropped = len(cleaned.pairs), len(cleaned.dropped)
    values = {
        "file": str(path),
        "SHA-256": fingerprint(path)[:16],
        "pairs read": f"{kept + dropped:,}",
        "pairs dropped in cleaning": f"{dropped:,}",
        "pairs kept": f"{kept:,}",
        "pairs left out of training": f"{len(parts.leaked):,}",
    }
    return pd.DataFrame({"what": list(values), "value": list(values.values())})


def rule_counts(cleaned: Cleaned) -> pd.DataFrame:
    """Return how many rows each rule changed or dropped: DataFrame[rule, effect, rows]."""
    rows = [(rule.name, rule.effect, rule.rows) for rule in cleaned.rules]
    return pd.DataFrame(rows, columns=["rule", "effect", "rows"])


def rule_examples(cleaned: Cleaned) -> pd.DataFrame:
    """Return the first rows each rule changed or dropped: DataFrame[rule, line, before, after].

    All values are text. Characters that cannot be seen are shown as <U+200D>; `after` is empty for
    a dropped row.
    """
    rows = [
        (rule.name, str(example.line), _visible(example.before), _visible(example.after))
        for rule in cleaned.rules
        for example in rule.examples
    ]
    return pd.DataFrame(rows, columns=["rule", "line", "before", "after"])


def part_sizes(parts: Parts) -> pd.DataFrame:
    """Return the parts' sizes: DataFrame[part, sentences, pairs, share], the share in percent.

    `sentences` are the distinct ones of the first column, each with one translation or more.
    """
    frames = {
        "train": parts.train,
        "valid": parts.valid,
        "test": parts.test,
        "left out": parts.leaked,
    }
    total = sum(map(len, frames.values()))
    rows = [
        (name, frame["first"].nunique(), len(frame), 100 * len(frame) / total)
        for name, frame in frames.items()
    ]
    return pd.DataFrame(rows, columns=["part", "sentences", "pairs", "share"])


def length_histogram(pairs: pd.DataFrame, langs: tuple[str, str]) -> pd.DataFrame:
    """Return the number of rows by length in words: DataFrame[words, one column a language].

    One row for each range of `LENGTHS`; words are what blanks separate.
    """
    counts = {lang: _lengths(pairs[side]) for lang, side in _sides(langs)}
    rows = [
        (_span(low, high), *(int(n.between(low, high or n.max()).sum()) for n in counts.values()))
        for low, high in LENGTHS
    ]
    return pd.DataFrame(rows, columns=["words", *counts])


def vocabulary(pairs: pd.DataFrame, langs: tuple[str, str]) -> pd.DataFrame:
    """Return word counts by language: DataFrame[language, words, types, once, mean, longest].

    `types` are distinct words and `once` those that occur once; `mean` and `longest` are words a
    sentence. Words are what blanks separate, so "so" and "so." are two.
    """
    rows = []
    for lang, side in _sides(langs):
        counts = pairs[side].str.split().explode().value_counts()
        lengths = _lengths(pairs[side])
        once = int((counts == 1).sum())
        rows.append(
            (lang, int(counts.sum()), len(counts), once, float(lengths.mean()), int(lengths.max()))
        )
    return pd.DataFrame(rows, columns=["language", "words", "types", "once", "mean", "longest"])


def references(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return how many sentences have how many translations: DataFrame[references, sentences]."""
    counts = pairs["first"].value_counts().value_counts().sort_index()
    return pd.DataFrame({"references": counts.index.tolist(), "sentences": counts.tolist()})


def write_report(cleaned: Cleaned, leaked: pd.DataFrame, path: Path) -> int:
    """Write every pair left out as CSV (line, reason, first, second) and return their number.

    Sorted by the line in the corpus; UTF-8. An existing file is replaced, and only once the new
    one is complete. Raises `InputError` when it cannot be written, `WorkError` when the disk is
    full.
    """
    rows = pd.concat([cleaned.dropped, leaked.assign(reason=LEAKED)], ignore_index=True)
    rows = rows.sort_values("line", kind="stable")[["line", "reason", "first", "second"]]
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        # Quoted whether it seems needed or not: it is, also for a lone carriage return in a text.
        rows.to_csv(file, index=False, quoting=csv.QUOTE_NONNUMERIC)
    return len(rows)


def _sides(langs: tuple[str, str]) -> Iterator[tuple[str, str]]:
    return zip(langs, ("first", "second"), strict=True)


def _lengths(texts: pd.Series[str]) -> pd.Series[int]:
    return texts.map(lambda text: len(text.split()))


def _span(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _visible(text: str) -> str:
    """Return at most `SHOWN_CHARACTERS` of the text, controls and odd blanks as <U+200D>."""
    shown = "".join(
        char if char == " " or unicodedata.category(char)[0] not in "CZ" else f"<U+{ord(char):04X}>"
        for char in text[:SHOWN_CHARACTERS]
    )
    return shown if len(text) <= SHOWN_CHARACTERS else f"{shown}…"
