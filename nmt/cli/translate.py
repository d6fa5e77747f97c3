"""`nmt translate`: text in, text out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nmt.cli.options import BeamSize, Digits, Direction, LengthPenalty, ModelFolders, Overwrite
from nmt.errors import InputError
from nmt.files import check_picture

if TYPE_CHECKING:
    from nmt.search import SearchOptions
    from nmt.translator import Hypothesis, Translator


def translate(
    texts: Annotated[
        list[str] | None, typer.Argument(help="Sentences; without any, lines are read from stdin.")
    ] = None,
    models: ModelFolders = None,
    direction: Direction = None,
    input_path: Annotated[
        Path | None, typer.Option("--input", help="Translate the lines of this file.")
    ] = None,
    output_path: Annotated[
        Path | None, typer.Option("--output", help="Write to this file in place of stdout.")
    ] = None,
    overwrite: Overwrite = False,
    beam_size: BeamSize = 5,
    length_penalty: LengthPenalty = 1.0,
    digits: Digits = None,
    n_best: Annotated[
        int, typer.Option(min=1, help="Hypotheses a sentence, as: number, tab, hypothesis.")
    ] = 1,
    scores: Annotated[
        bool, typer.Option("--scores", help="The score and a tab before each hypothesis.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a sentence, with scores.")
    ] = False,
    attention: Annotated[
        Path | None, typer.Option(help="Draw what the decoder looked at (one sentence), as PNG.")
    ] = None,
) -> None:
    """Translate sentences, stdin or a file: one line out for every line in, in order."""
    if texts and input_path:
        raise InputError("sentences and --input were given; choose one")
    if n_best > beam_size:
        raise InputError(f"--n-best {n_best} needs a --beam-size of {n_best} or more")
    if attention:
        _check_picture(attention, texts, overwrite)

    from nmt.search import SearchOptions
    from nmt.shipped import load_translator
    from nmt.streaming import open_output

    options = SearchOptions(beam_size, length_penalty, n_best, attention=attention is not None)
    translator = load_translator(models or (), direction, digits=digits)
    if not texts and not input_path and sys.stdin.isatty():
        print("type sentences, one a line; Ctrl-D ends", file=sys.stderr)
    with open_output(output_path, overwrite=overwrite) as stream:
        translated = _translated(translator, options, texts, input_path)
        for number, (text, hyps) in enumerate(translated):
            if as_json:
                print(_json(text, hyps), file=stream, flush=True)
            else:
                prefix = f"{number}\t" if n_best > 1 else ""
                for hyp in hyps:
                    score = f"{hyp.score:.4f}\t" if scores else ""
                    print(f"{prefix}{score}{hyp.text}", file=stream)
        stream.flush()
    if attention:
        _draw(hyps[0], attention)


def _check_picture(path: Path, texts: list[str] | None, overwrite: bool) -> None:
    if not texts or len(texts) != 1 or not texts[0].strip():
        raise InputError('--attention draws one sentence: nmt translate --attention FILE.png "…"')
    check_picture(path, overwrite)


def _translated(
    translator: Translator, options: SearchOptions, texts: list[str] | None, path: Path | None
) -> Iterator[tuple[str, list[Hypothesis]]]:
    if texts:
        yield from zip(texts, translator.hypotheses(texts, options), strict=True)
        return
    from tqdm import tqdm

    from nmt.streaming import chunks, open_input

    with tqdm(unit=" lines", leave=False, disable=None if path else True) as bar:
        for part in chunks(open_input(path), str(path or "stdin")):
            yield from zip(part, translator.hypotheses(part, options), strict=True)
            bar.update(len(part))


def _json(text: str, hyps: list[Hypothesis]) -> str:
    found = [{"text": hyp.text, "score": round(hyp.score, 6)} for hyp in hyps]
    return json.dumps({"src": text, "hyps": found}, ensure_ascii=False)


def _draw(hyp: Hypothesis, path: Path) -> None:
    from nmt.plots import draw_attention
    from nmt.tables import message

    if hyp.attention is None:
        raise InputError("--attention needs a sentence that is not empty")
    draw_attention(hyp.attention, hyp.src_pieces, hyp.trg_pieces, path)
    message(f"the attention is drawn in {path}")
