"""A model to pass on: its weights in eight bits, and no path of the machine that trained it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nmt.bundle import Bundle, check_output, present, read_file, write_bundle
from nmt.card import INT8_SCORES, model_card, score_rows
from nmt.evaluation import evaluate
from nmt.search import SearchOptions
from nmt.translator import Translator
from nmt.weights import dequantised, quantised

HISTORY = ("history.csv", "curve.png")
SEARCHES = {"greedy": SearchOptions(beam_size=1), "beam 5": SearchOptions()}


def export_int8(
    model: Path, output: Path, corpus: Path | None = None, *, overwrite: bool = False
) -> Bundle:
    """Write the bundle in `model` to `output` with int8 weights, and return what was written.

    Of the corpus's path only the file's name is kept. With `corpus`, the scores become those of the
    int8 weights on its test part. Raises `InputError` for a bundle or a corpus that cannot be used,
    and as `write_bundle` does.
    """
    check_output(output, overwrite)
    trained = Translator.load(model).bundle
    bundle = replace(
        trained,
        weights=dequantised(quantised(trained.weights)),
        corpus=replace(trained.corpus, path=Path(trained.corpus.path).name),
        int8=True,
    )
    if corpus:
        bundle = replace(bundle, scores={**bundle.scores, **_scores(bundle, corpus)})
    files = {"README.md": model_card(bundle).encode("utf-8", "replace")}
    files |= {name: read_file(model, name) for name in HISTORY if (present(model) / name).exists()}
    write_bundle(bundle, output, files, overwrite=overwrite)
    return bundle


def _scores(bundle: Bundle, corpus: Path) -> dict[str, object]:
    translator = Translator(bundle)
    rows = [
        row
        for name, options in SEARCHES.items()
        for row in score_rows("test", name, evaluate(translator, corpus, options))
    ]
    return {"table": rows, **INT8_SCORES}
