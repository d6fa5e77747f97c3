"""Distillation: a corpus in which a teacher's own translations stand beside the references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nmt.config import LanguageOptions
from nmt.dataset import cleaned_corpus
from nmt.errors import InputError
from nmt.files import check_new, replacing
from nmt.split import part_of, split
from nmt.translator import Translator

CHUNK = 512
Row = tuple[str, str]


def distil(
    corpus: Path,
    teacher: Translator,
    output: Path,
    *,
    beam_size: int = 5,
    overwrite: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Write a corpus that teaches a student what the teacher knows; return the pairs added.

    It has the pairs of `corpus`, cleaned, and for every source of its training part the teacher's
    best translation (sequence-level distillation, Kim & Rush 2016, section 3.2): simpler and more
    regular than references, so that a single model, even a greedy one, comes closer to an
    ensemble. Valid and test part stay what they are. `progress` is told sentences done and in all.
    Raises `InputError` as reading a corpus does.
    """
    languages = teacher.bundle.config.languages
    check_new(output, overwrite)
    pairs = cleaned_corpus(corpus, languages).pairs
    known = [(str(a), str(b)) for a, b in zip(pairs["first"], pairs["second"], strict=True)]
    train = split(pairs).train
    side = "first" if languages.src == languages.first else "second"
    srcs = list(dict.fromkeys(str(text) for text in train[side]))
    if not srcs:
        raise InputError(f"{corpus} has no training part to translate")
    found, seen = list[Row](), set(known)
    for row in _taught(teacher, srcs, beam_size, languages, progress):
        if row not in seen and part_of(row[0]) == "train":
            found.append(row)
            seen.add(row)
    with replacing(output) as path:
        text = "".join(f"{first}\t{second}\n" for first, second in known + found)
        path.write_text(text, encoding="utf-8")
    return len(found)


def _taught(
    teacher: Translator,
    srcs: Sequence[str],
    beam_size: int,
    languages: LanguageOptions,
    progress: Callable[[int, int], None],
) -> Iterator[Row]:
    """Yield each source with the teacher's translation, as rows of the corpus."""
    for start in range(0, len(srcs), CHUNK):
        part = srcs[start : start + CHUNK]
        for src, hyp in zip(part, teacher.translate(part, beam_size=beam_size), strict=True):
            if hyp:
                yield (src, hyp) if languages.src == languages.first else (hyp, src)
        progress(start + len(part), len(srcs))
