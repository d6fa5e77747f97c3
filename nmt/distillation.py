"""Distillation: a corpus in which translations by models stand beside the references."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from nmt.config import LanguageOptions
from nmt.dataset import cleaned_corpus
from nmt.errors import InputError
from nmt.files import check_new, replacing
from nmt.split import part_of, split
from nmt.translator import Translator

CHUNK = 512
Pair = tuple[str, str]
Progress = Callable[[str, int, int], None]


def distil(
    corpus: Path,
    teacher: Translator,
    output: Path,
    *,
    reverse: Translator | None = None,
    references: bool = True,
    beam_size: int = 5,
    overwrite: bool = False,
    progress: Progress = lambda task, done, total: None,
) -> int:
    """Write a corpus that teaches a student what the teacher knows; return the pairs added.

    It has the pairs of `corpus`, cleaned, and for every source of its training part the teacher's
    best translation (sequence-level distillation, Kim & Rush 2016, section 3.2): simpler and more
    regular than references, so that a single model, even a greedy one, comes closer to an
    ensemble. Those sources are the ones that the teacher learnt, many of them by heart. `reverse`,
    a model of the other direction, makes new ones of their targets: each stands beside the target
    it was made of (back-translation, Sennrich et al. 2016, section 3) and what the teacher makes
    of it. Without `references` a source of the training part has the teacher's translation only.
    Valid and test part stay what they are. `progress` is told a task, sentences done and in all.
    Raises `InputError` as reading a corpus does, or if `reverse` is of another direction.
    """
    languages = teacher.bundle.config.languages
    check_new(output, overwrite)
    _check_reverse(teacher, reverse)
    rows = cleaned_corpus(corpus, languages).pairs
    train = _pairs(split(rows).train, languages)
    if not train:
        raise InputError(f"{corpus} has no training part to translate")
    found = []
    if reverse:
        srcs = _translations(reverse, (trg for _, trg in train), beam_size, progress)
        found = [(srcs[trg], trg) for _, trg in train if srcs[trg]]
    trgs = _translations(teacher, (src for src, _ in [*train, *found]), beam_size, progress)
    taught = [(src, trg) for src, trg in trgs.items() if trg]
    found = [*found, *taught] if references else taught

    ours = _rows(_pairs(rows, languages), languages)
    known = dict.fromkeys(row for row in ours if references or part_of(row[0]) != "train")
    added = [row for row in _rows(found, languages) if part_of(row[0]) == "train"]
    everything = dict.fromkeys([*known, *added])
    with replacing(output) as path:
        text = "".join(f"{first}\t{second}\n" for first, second in everything)
        path.write_text(text, encoding="utf-8")
    return len(everything) - len(known)


def _pairs(rows: pd.DataFrame, languages: LanguageOptions) -> list[Pair]:
    """Return sources and targets of the rows of a corpus."""
    return _rows(zip(map(str, rows["first"]), map(str, rows["second"]), strict=True), languages)


def _rows(pairs: Iterable[Pair], languages: LanguageOptions) -> list[Pair]:
    """Return the pairs the other way round if the second column is the source."""
    forwards = languages.src == languages.first
    return [pair if forwards else (pair[1], pair[0]) for pair in pairs]


def _translations(
    translator: Translator, texts: Iterable[str], beam_size: int, progress: Progress
) -> dict[str, str]:
    """Return the translation of each text."""
    languages, found = translator.bundle.config.languages, dict[str, str]()
    task, distinct = f"{languages.src} → {languages.trg}", list(dict.fromkeys(texts))
    for start in range(0, len(distinct), CHUNK):
        part = distinct[start : start + CHUNK]
        found |= zip(part, translator.translate(part, beam_size=beam_size), strict=True)
        progress(task, len(found), len(distinct))
    return found


def _check_reverse(teacher: Translator, reverse: Translator | None) -> None:
    """Raise `InputError` unless `reverse` translates what `teacher` writes back."""
    if not reverse:
        return
    ours, theirs = (each.bundle.config.languages for each in (teacher, reverse))
    if (ours.src, ours.trg) != (theirs.trg, theirs.src):
        raise InputError(
            f"--reverse translates {theirs.src} → {theirs.trg}; "
            f"it must translate {ours.trg} → {ours.src}"
        )
