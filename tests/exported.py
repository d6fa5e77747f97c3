"""What an export is compared with: sentences, and what our own search makes of them in float32."""

from __future__ import annotations

from pathlib import Path

from nmt.constraints import without_loops
from nmt.runtime import Runtime
from nmt.search import SearchOptions, search
from nmt.translator import Translator

SAMPLE = Path(__file__).parent.parent / "data" / "sample.tsv"
MOST = 50
"""Ids of a translation, at most."""


def plain_sentences() -> list[str]:
    """100 of the project's own, in which nothing stands for itself: no names, no numbers."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    of_people = (line.split("\t")[0] for line in lines if line.startswith(("He ", "She ", "We ")))
    texts = {text for text in of_people if text[1:].islower()}
    return sorted(texts)[:: max(1, len(texts) // 100)][:100]


def beside_ours(
    folder: Path, srcs: list[list[int]], found: list[list[int]]
) -> list[tuple[list[int], list[int]]]:
    """Return what was found for each source, and beside it what greedy search finds.

    Without the translations that repeat themselves: a plain loop knows nothing of what search
    forbids, that a sequence comes three times.
    """
    translator = Translator.load(folder)
    runtime = Runtime(translator.bundle.config.model, translator.bundle.weights, int8=False)
    options = SearchOptions(beam_size=1, forbidden=translator.forbidden)
    ours = [list(hyps[0].ids) for hyps in search(runtime, srcs, options)]
    pairs = zip(found, ours, strict=True)
    return [(ids, hyp) for ids, hyp in pairs if without_loops(ids) == ids]
