"""Scoring a translator on the test part of its corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nmt.dataset import load_dataset
from nmt.errors import InputError
from nmt.scoring import Score, by_length, corpus_scores
from nmt.search import SearchOptions
from nmt.translator import Translator


@dataclass(frozen=True)
class TestPart:
    """The sources a translator is scored on, with all their references."""

    __test__ = False

    srcs: list[str]
    refs: list[list[str]]
    sha256: str
    """of the corpus file"""


@dataclass(frozen=True)
class Evaluation:
    """Scores of one set of hypotheses, each with its sacreBLEU signature."""

    first_reference: list[Score]
    all_references: list[Score]
    by_length: pd.DataFrame
    """scores by source length in words, against all references"""


def load_test_part(translator: Translator, corpus: Path | None = None) -> TestPart:
    """Return the test part of `corpus`, or of the file the model was trained on.

    Raises `InputError` if that file is gone, or has no test part.
    """
    record = translator.bundle.corpus
    path = corpus or Path(record.path)
    if corpus is None and not path.exists():
        raise InputError(f"the model's corpus {path} is gone; name one with --corpus FILE")
    dataset = load_dataset(path, translator.bundle.config.languages)
    srcs, refs = dataset.test.grouped()
    return TestPart(srcs, refs, dataset.sha256)


def evaluate(
    translator: Translator,
    corpus: Path | str | None = None,
    options: SearchOptions = SearchOptions(),  # noqa: B008 - frozen
) -> Evaluation:
    """Return the scores of a translator on the test part of a corpus, by default its own."""
    part = load_test_part(translator, Path(corpus) if corpus else None)
    hyps = [found[0].text for found in translator.hypotheses(part.srcs, options)]
    return score(part.srcs, hyps, part.refs)


def score(
    srcs: Sequence[str], hyps: Sequence[str], refs: Sequence[Sequence[str]]
) -> Evaluation:
    """Return all scores of `hyps`; `refs[i]` holds every reference of `srcs[i]`."""
    return Evaluation(
        corpus_scores(hyps, [known[:1] for known in refs]),
        corpus_scores(hyps, refs),
        by_length(srcs, hyps, refs),
    )
