"""`nmt translate`: text in, text out."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterable
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nmt.cli.options import BeamSize, Digits, Direction, LengthPenalty, ModelFolders, Overwrite
from nmt.errors import InputError
from nmt.files import check_picture

if TYPE_CHECKING:
    from nmt.hypothesis import Hypothesis
    from nmt.search import SearchOptions
    from nmt.translator import Translator


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
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an --output that was interrupted, if any.")
    ] = False,
    jobs: Annotated[
        int,
        typer.Option(min=1, max=256, help="Processes; more than one for files, a core each."),
    ] = 1,
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
    if resume and not output_path:
        raise InputError("--resume needs the --output to go on with")
    if n_best > beam_size:
        raise InputError(f"--n-best {n_best} needs a --beam-size of {n_best} or more")
    if attention:
        _check_picture(attention, texts, overwrite)

    from nmt.output import open_output
    from nmt.search import SearchOptions
    from nmt.shipped import load_translator

    options = SearchOptions(beam_size, length_penalty, n_best, attention=attention is not None)
    show = partial(_shown, scores=scores, as_json=as_json, numbered=n_best > 1)
    translator = load_translator(models or (), direction, digits=digits)
    made_by = _made_by(translator, digits, options, show.keywords) if output_path else ""
    if not texts and not input_path and sys.stdin.isatty():
        print("type sentences, one a line; Ctrl-D ends", file=sys.stderr)
    with open_output(output_path, overwrite=overwrite, resume=resume, made_by=made_by) as output:
        numbers = count(output.kept.lines)
        left = output.unanswered(_chunks(texts, input_path), str(input_path or "the input"))
        if texts:
            answers = ((chunk, translator.hypotheses(chunk, options)) for chunk in left)
        else:
            answers = _answers(left, translator, options, jobs, input_path, output.kept.lines)
        with closing(answers):
            for chunk, found in answers:
                for text, hyps in zip(chunk, found, strict=True):
                    output.stream.write(show(next(numbers), text, hyps))
                output.keep(chunk)
    if attention:
        _draw(hyps[0], attention)


def _check_picture(path: Path, texts: list[str] | None, overwrite: bool) -> None:
    if not texts or len(texts) != 1 or not texts[0].strip():
        raise InputError('--attention draws one sentence: nmt translate --attention FILE.png "…"')
    check_picture(path, overwrite)


def _chunks(texts: list[str] | None, path: Path | None) -> Iterable[list[str]]:
    from nmt.streaming import chunks, open_input

    return [texts] if texts else chunks(open_input(path), str(path or "stdin"))


def _answers(
    chunks: Iterable[list[str]],
    translator: Translator,
    options: SearchOptions,
    jobs: int,
    path: Path | None,
    done: int,
) -> Generator[tuple[list[str], list[list[Hypothesis]]]]:
    """Yield chunks with what was found for them, under a bar of the lines, rate and time left."""
    from tqdm import tqdm

    from nmt.parallel import translated
    from nmt.streaming import count_lines

    total = count_lines(path) if path else None
    disable = None if path else True
    with (
        tqdm(total=total, initial=done, unit=" lines", leave=False, disable=disable) as bar,
        closing(translated(chunks, translator, options, jobs)) as answers,
    ):
        for chunk, found in answers:
            yield chunk, found
            bar.update(len(chunk))


def _made_by(translator: Translator, *options: object) -> str:
    """Return what results depend on besides the input."""
    from nmt.start import weights_sha256

    return repr([*(weights_sha256(each) for each in translator.bundles), *options])


def _shown(
    number: int, text: str, hyps: list[Hypothesis], *, scores: bool, as_json: bool, numbered: bool
) -> str:
    """Return the lines that show what was found for a text."""
    if as_json:
        found = [{"text": hyp.text, "score": round(hyp.score, 6)} for hyp in hyps]
        return json.dumps({"src": text, "hyps": found}, ensure_ascii=False) + "\n"
    lines = [f"{hyp.score:.4f}\t{hyp.text}\n" if scores else f"{hyp.text}\n" for hyp in hyps]
    return "".join(f"{number}\t{line}" if numbered else line for line in lines)


def _draw(hyp: Hypothesis, path: Path) -> None:
    from nmt.plots import draw_attention
    from nmt.tables import message

    if hyp.attention is None:
        raise InputError("--attention needs a sentence that is not empty")
    draw_attention(hyp.attention, hyp.src_pieces, hyp.trg_pieces, path)
    message(f"the attention is drawn in {path}")
