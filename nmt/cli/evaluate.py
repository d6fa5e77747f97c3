"""`nmt eval`: how good a translator is, or any system's output."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nmt.cli.options import BeamSize, Direction, LengthPenalty, ModelFolders
from nmt.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from nmt.evaluation import Evaluation


def evaluate(
    bleu: Annotated[
        bool,
        typer.Option(
            "--bleu", help="BLEU, chrF2, TER of the test part: the default.", show_default=False
        ),
    ] = True,
    models: ModelFolders = None,
    direction: Direction = None,
    corpus: Annotated[
        Path | None, typer.Option(help="Take the test part of this file, not of the model's own.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Another model: is the difference significant?")
    ] = None,
    hyps: Annotated[
        Path | None, typer.Option(help="Score this file, one sentence a line, not a model.")
    ] = None,
    refs: Annotated[
        list[Path] | None, typer.Option(help="With --hyps: the references; repeat for several.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON in place of tables.")] = False,
    beam_size: BeamSize = 5,
    length_penalty: LengthPenalty = 1.0,
) -> None:
    """Score a model on its test part, or a file against references, with sacreBLEU."""
    if bool(hyps) != bool(refs):
        raise InputError("--hyps and --refs go together")
    if hyps and (against or corpus):
        raise InputError("--hyps scores a file: leave out --against and --corpus")

    from nmt import evaluation as scoring
    from nmt.search import SearchOptions
    from nmt.shipped import load_translator
    from nmt.translator import Translator

    compared = None
    if hyps and refs:
        evaluation = scoring.evaluate_files(hyps, refs)
    else:
        options = SearchOptions(beam_size, length_penalty)
        # Both are loaded first: who mistypes the second does not wait for the first.
        ours = load_translator(models or (), direction)
        theirs = against and Translator.load(against)
        evaluation = scoring.evaluate(ours, corpus, options)
        if theirs:
            compared = scoring.significance(evaluation, scoring.evaluate(theirs, corpus, options))
    if as_json:
        print(json.dumps(_plain(evaluation, compared), ensure_ascii=False, indent=2))
    else:
        _print(evaluation, compared)


def _print(evaluation: Evaluation, compared: pd.DataFrame | None) -> None:
    import pandas as pd

    from nmt.tables import print_lines, print_table

    first, every = evaluation.first_reference, evaluation.all_references
    rows = [(a.metric, a.value, b.value) for a, b in zip(first, every, strict=True)]
    scores = pd.DataFrame(rows, columns=["metric", "first reference", "all references"])
    print_table(scores, f"{evaluation.name}: {len(evaluation.hyps):,} sentences")
    for references, group in (("first reference", first), ("all references", every)):
        signatures = [f"{score.metric}|{score.signature}" for score in group]
        print_lines(signatures, f"sacreBLEU signatures, {references}")
    if evaluation.by_length is not None:
        print_table(evaluation.by_length, "By source length in words, all references")
    if compared is not None:
        p_values = compared["p_value"].map("{:.4f}".format)
        table = compared.assign(p_value=p_values).drop(columns="signature")
        print_table(table, "Paired bootstrap against the other model, all references")
        signatures = (compared["metric"] + "|" + compared["signature"]).tolist()
        print_lines(signatures, "sacreBLEU signatures, paired bootstrap")


def _plain(evaluation: Evaluation, compared: pd.DataFrame | None) -> dict[str, Any]:
    def rows(frame: pd.DataFrame | None) -> list[dict[str, Any]] | None:
        return None if frame is None else json.loads(frame.to_json(orient="records"))

    def scores(group: Sequence[Any]) -> list[dict[str, Any]]:
        return [asdict(score) for score in group]

    return {
        "name": evaluation.name,
        "sentences": len(evaluation.hyps),
        "first_reference": scores(evaluation.first_reference),
        "all_references": scores(evaluation.all_references),
        "by_length": rows(evaluation.by_length),
        "against": rows(compared),
    }
