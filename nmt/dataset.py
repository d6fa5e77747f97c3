"""A corpus file as the parts of one translation direction: read, cleaned, split, turned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nmt.cleaning import Cleaned, clean
from nmt.config import LanguageOptions
from nmt.corpus import fingerprint, read_corpus
from nmt.errors import InputError
from nmt.split import fold_target, part_of, split


@dataclass(frozen=True)
class Pairs:
    """Sentence pairs in the order of the file."""

    srcs: list[str]
    trgs: list[str]

    def grouped(self) -> tuple[list[str], list[list[str]]]:
        """Return each distinct source once, and all its references in the order of the file.

        Sources that differ in case and punctuation only, which the split keeps together, count as
        one: the first.
        """
        groups: dict[str, tuple[str, list[str]]] = {}
        for src, trg in zip(self.srcs, self.trgs, strict=True):
            _, refs = groups.setdefault(fold_target(src), (src, []))
            if trg not in refs:
                refs.append(trg)
        return [src for src, _ in groups.values()], [refs for _, refs in groups.values()]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.srcs)


@dataclass(frozen=True)
class Dataset:
    """The three parts of a corpus in one direction, and the SHA-256 of the file."""

    train: Pairs
    valid: Pairs
    test: Pairs
    sha256: str


def load_dataset(path: Path, languages: LanguageOptions) -> Dataset:
    """Return the parts of the corpus at `path`; raise `InputError` as its steps do."""
    parts = split(cleaned_corpus(path, languages).pairs)
    train, valid, test = (
        _turned(part, languages) for part in (parts.train, parts.valid, parts.test)
    )
    return Dataset(train, valid, test, fingerprint(path))


def load_test_part(path: Path, languages: LanguageOptions) -> tuple[Pairs, str]:
    """Return the test part of the corpus at `path` and the file's SHA-256.

    Unlike `load_dataset` it asks for nothing to train on. Raises `InputError` without a test part.
    """
    pairs = cleaned_corpus(path, languages).pairs
    test = pairs[[part_of(str(first)) == "test" for first in pairs["first"]]]
    if test.empty:
        raise InputError(
            f"{path} has no test part: the {languages.first} sentence decides, about 4 in 100 are "
            "test; use a larger file, or score files with --hyps and --refs"
        )
    return _turned(test, languages), fingerprint(path)


def cleaned_corpus(path: Path, languages: LanguageOptions) -> Cleaned:
    """Return the corpus at `path`, cleaned by the profile of `languages`."""
    return clean(read_corpus(path), (languages.first, languages.second), languages.profile)


def _turned(part: pd.DataFrame, languages: LanguageOptions) -> Pairs:
    first, second = (_texts(part[column]) for column in ("first", "second"))
    return Pairs(first, second) if languages.src == languages.first else Pairs(second, first)


def _texts(column: Iterable[object]) -> list[str]:
    return [str(text) for text in column]
