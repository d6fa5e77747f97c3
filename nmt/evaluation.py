"""Scoring a translator on the test part of a corpus, or any system's output against references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nmt.dataset import load_test_part
from nmt.errors import InputError
from nmt.scoring import (
    Score,
    by_length,
    corpus_scores,
    paired_bootstrap,
    read_lines,
    read_references,
)
from nmt.search import SearchOptions
from nmt.translator import Translator


@dataclass(frozen=True)
class Evaluation:
    """Scores of one set of hypotheses, each with its sacreBLEU signature."""

    name: str
    """what was scored, on what"""
    hyps: list[str]
    refs: list[list[str]]
    """`refs[i]`: every reference of sentence i"""
    first_reference: list[Score]
    all_references: list[Score]
    by_length: pd.DataFrame | None
    """scores by source length in words, against all references; None without sources"""


def score(
    name: str, srcs: Sequence[str] | None, hyps: Sequence[str], refs: Sequence[Sequence[str]]
) -> Evaluation:
    """Return all scores of `hyps`; raise `InputError` if they and `refs` differ in number."""
    return Evaluation(
        name,
        list(hyps),
        [list(known) for known in refs],
        corpus_scores(hyps, [known[:1] for known in refs]),
        corpus_scores(hyps, refs),
        by_length(srcs, hyps, refs) if srcs is not None else None,
    )


def evaluate(
    translator: Translator,
    corpus: Path | str | None = None,
    options: SearchOptions = SearchOptions(),  # noqa: B008 - frozen
) -> Evaluation:
    """Return the scores of a translator on the test part of a corpus, by default its own.

    The split is a function of each sentence, so it can be recomputed from any file. Raises
    `InputError` if the file is gone or has no test part.
    """
    record, languages = translator.bundle.corpus, translator.bundle.config.languages
    if corpus is None and not Path(record.path).exists():
        raise InputError(
            f"the model's corpus {record.path} is not there; name one with --corpus FILE"
        )
    path = Path(corpus or record.path)
    test, sha256 = load_test_part(path, languages)
    srcs, refs = test.grouped()
    hyps = [found[0].text for found in translator.hypotheses(srcs, options)]
    changed = "" if sha256 == record.sha256 else " (not the file the model was trained on)"
    return score(
        f"{languages.src} → {languages.trg}, test part of {path}{changed}", srcs, hyps, refs
    )


def evaluate_files(hyps: Path, refs: Sequence[Path]) -> Evaluation:
    """Return the scores of a file of hypotheses against one or more parallel reference files."""
    return score(str(hyps), None, read_lines(hyps), read_references(list(refs)))


def significance(ours: Evaluation, theirs: Evaluation) -> pd.DataFrame:
    """Return paired bootstrap resampling (Koehn 2004) of two evaluations of the same sentences.

    DataFrame[metric, ours, theirs, difference, p_value, signature]. Raises `InputError` if their
    references differ.
    """
    if ours.refs != theirs.refs:
        raise InputError(
            f"{ours.name} and {theirs.name} have different test sentences; name one --corpus FILE"
        )
    return paired_bootstrap(ours.hyps, theirs.hyps, ours.refs)
