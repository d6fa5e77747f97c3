"""BLEU, chrF2, TER and their significance: strings in, every number from sacreBLEU.

A score never travels without its signature (Post 2018, "A Call for Clarity in Reporting BLEU
Scores", arXiv 1804.08771). All metrics run at sacreBLEU's own defaults (BLEU with the 13a
tokeniser, case kept), so each value equals what the `sacrebleu` command prints for the same files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest, Result

from nmt.errors import InputError
from nmt.files import check_lines, line_at

MetricName = Literal["BLEU", "chrF2", "TER"]
METRICS: tuple[MetricName, ...] = ("BLEU", "chrF2", "TER")

# Source lengths in words, both ends included; half of Tatoeba's sentences have 4 to 7.
LENGTHS: tuple[tuple[int, int | None], ...] = ((1, 3), (4, 5), (6, 7), (8, 10), (11, None))

# One list of references a sentence; sentences may have different numbers of them.
References = Sequence[Sequence[str]]
# sacreBLEU's way round: stream k holds the k-th reference of every sentence, or None (which its
# type hints do not know, hence Any).
Streams = list[list[Any]]


@dataclass(frozen=True)
class Score:
    """One metric on one corpus, on a scale of 0 to 100, with all that determined it.

    `mean` and `confidence` (half the width of the 95 % interval around the mean) come from
    bootstrap resampling and are None when no resampling was asked for.
    """

    metric: MetricName
    value: float
    signature: str
    mean: float | None = None
    confidence: float | None = None


def corpus_scores(hyps: Sequence[str], refs: References, *, resamples: int = 0) -> list[Score]:
    """Return BLEU, chrF2 and TER of `hyps`, where `refs[i]` are all references of sentence i.

    `resamples` above 1 adds 95 % confidence intervals from that many bootstrap resamples
    (Koehn 2004, W04-3250). Raises `InputError` when the lengths differ, when there is nothing
    to score, or when a sentence has no reference.
    """
    streams = _streams(refs, {"hypotheses": hyps})
    return [_score(name, hyps, streams, resamples) for name in METRICS]


def bleu_chrf(hyps: Sequence[str], refs: References) -> tuple[float, float]:
    """Return (BLEU, chrF2) of `hyps`, the numbers training looks at after each epoch.

    Raises `InputError` as `corpus_scores` does.
    """
    streams = _streams(refs, {"hypotheses": hyps})
    bleu, chrf = (_score(name, hyps, streams).value for name in ("BLEU", "chrF2"))
    return bleu, chrf


def sentence_cost(hyp: str, refs: Sequence[str]) -> float:
    """Return how far a sentence is from its references: from 0, the same, to 1.

    One less the mean of sentence BLEU (of as many orders as it has n-grams) and chrF2. Both see
    what the other does not: whole words in order, and parts of words.
    """
    metrics = BLEU(effective_order=True), CHRF()
    return 1 - sum(metric.sentence_score(hyp, refs).score for metric in metrics) / 200


def by_length(srcs: Sequence[str], hyps: Sequence[str], refs: References) -> pd.DataFrame:
    """Return BLEU and chrF2 by source length: DataFrame[words, sentences, bleu, chrf].

    One row for each range of `LENGTHS` (in blank-separated words); the scores of a range without
    sentences are NaN. Raises `InputError` as `corpus_scores` does.
    """
    _streams(refs, {"sources": srcs, "hypotheses": hyps})
    # An empty source has no word; it is counted with the shortest so that no sentence is lost.
    words = [max(1, len(src.split())) for src in srcs]
    rows = []
    for low, high in LENGTHS:
        inside = [i for i, n in enumerate(words) if low <= n and (high is None or n <= high)]
        bleu, chrf = float("nan"), float("nan")
        if inside:
            bleu, chrf = bleu_chrf([hyps[i] for i in inside], [refs[i] for i in inside])
        name = f"{low}+" if high is None else f"{low}–{high}"
        rows.append((name, len(inside), bleu, chrf))
    return pd.DataFrame(rows, columns=["words", "sentences", "bleu", "chrf"])


def paired_bootstrap(
    hyps: Sequence[str],
    baseline_hyps: Sequence[str],
    refs: References,
    metrics: Sequence[MetricName] = METRICS,
    *,
    resamples: int = 1000,
) -> pd.DataFrame:
    """Return how far `hyps` and `baseline_hyps` differ and how surely (Koehn 2004, W04-3250).

    DataFrame[metric, ours, theirs, difference, p_value, signature], one row a metric; `difference`
    is ours − theirs, so for TER a negative one is better. The resamples are the same each time
    (seed 12345, or `$SACREBLEU_SEED`). Equal outputs have p = 1; sacreBLEU, which counts only
    resamples that differ by more than 0, would give them its smallest p. Raises `InputError` as
    `corpus_scores` does.
    """
    streams = _streams(refs, {"hypotheses": hyps, "baseline hypotheses": baseline_hyps})
    systems: list[tuple[str, Sequence[str]]] = [
        ("theirs", baseline_hyps),
        ("ours", hyps),
    ]
    test = PairedTest(
        systems, {name: _metric(name) for name in metrics}, streams, "bs", n_samples=resamples
    )
    signatures, results = test()
    rows = []
    for name in metrics:
        theirs, ours = (result for result in results[name] if isinstance(result, Result))
        difference = ours.score - theirs.score
        p_value = 1.0 if list(hyps) == list(baseline_hyps) else ours.p_value
        signature = signatures[name].format()
        rows.append((name, ours.score, theirs.score, difference, p_value, signature))
    columns = ["metric", "ours", "theirs", "difference", "p_value", "signature"]
    return pd.DataFrame(rows, columns=columns)


def read_lines(path: Path) -> list[str]:
    r"""Return the lines of a UTF-8 file, one a sentence, without their ends; a BOM is dropped.

    Only "\n" ends a line, as in sacreBLEU: U+2028 or a form feed inside a sentence does not shift
    those that follow. Raises `InputError` when the file is missing, a folder, unreadable, empty,
    not UTF-8 or has a line of more than a megabyte (with the line).
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if not data:
        raise InputError(f"{path}: the file is empty; it must hold one sentence a line")
    check_lines(data, path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = line_at(data, error.start)
        raise InputError(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from error
    return [line.rstrip() for line in text.removesuffix("\n").split("\n")]


def read_references(paths: Sequence[Path]) -> list[list[str]]:
    """Return the references of each sentence from one or more files with parallel lines.

    An empty line is an empty reference, as for the `sacrebleu` command, so numbers agree with it.
    Raises `InputError` as `read_lines` does, and when the files have different numbers of lines.
    """
    files = [read_lines(path) for path in paths]
    for path, lines in zip(paths[1:], files[1:], strict=True):
        if len(lines) != len(files[0]):
            raise InputError(
                f"{paths[0]} has {len(files[0])} lines but {path} has {len(lines)}; "
                "reference files must be parallel"
            )
    return [list(line) for line in zip(*files, strict=True)]


def _metric(name: MetricName) -> Metric:
    match name:
        case "BLEU":
            # force only silences the warning about tokenised full stops; the score is the same
            return BLEU(force=True)
        case "chrF2":
            return CHRF()
        case "TER":
            return TER()


def _score(name: MetricName, hyps: Sequence[str], streams: Streams, resamples: int = 0) -> Score:
    metric = _metric(name)
    result = metric.corpus_score(hyps, streams, n_bootstrap=max(1, resamples))
    mean, confidence = (float(result._mean), float(result._ci)) if resamples > 1 else (None, None)
    return Score(name, result.score, metric.get_signature().format(), mean, confidence)


def _streams(refs: References, sides: dict[str, Sequence[str]]) -> Streams:
    """Check that each side has a line for each sentence of `refs`; return sacreBLEU's streams."""
    for side, lines in sides.items():
        if len(lines) != len(refs):
            raise InputError(
                f"{len(lines)} {side} but {len(refs)} references; "
                "there must be one line for each sentence"
            )
    if not refs:
        raise InputError("there is no sentence to score")
    for number, of_sentence in enumerate(refs, 1):
        if not of_sentence:
            raise InputError(f"sentence {number} has no reference to score against")
    return [list(stream) for stream in zip_longest(*refs)]
