"""`nmt distill`: what several models know, as a corpus for one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nmt.cli.options import BeamSize, ModelFolders, Overwrite


def distill(
    corpus: Annotated[Path, typer.Option(help="The corpus that the models were trained on.")],
    output: Annotated[Path, typer.Option(help="The corpus for the student.")],
    models: ModelFolders = None,
    reverse: Annotated[
        Path | None,
        typer.Option(help="A model of the other direction; it makes new sources of the targets."),
    ] = None,
    references: Annotated[
        bool, typer.Option(help="Keep the corpus's own translations of the training part.")
    ] = True,
    beam_size: BeamSize = 5,
    overwrite: Overwrite = False,
) -> None:
    """Translate the training part with a teacher; the result is a corpus to train a student on."""
    from tqdm import tqdm

    from nmt.distillation import distil
    from nmt.shipped import load_translator
    from nmt.tables import message

    teacher = load_translator(models or ())
    other = load_translator([reverse]) if reverse else None
    with tqdm(unit=" sentences", leave=False, disable=None) as bar:

        def progress(task: str, done: int, total: int) -> None:
            if done < bar.n or not bar.total:  # the next task
                bar.reset(total)
                bar.set_description_str(task, refresh=False)
            bar.update(done - bar.n)

        added = distil(
            corpus,
            teacher,
            output,
            reverse=other,
            references=references,
            beam_size=beam_size,
            overwrite=overwrite,
            progress=progress,
        )
    message(f"{added:,} pairs are added; train the student with:")
    message(f"nmt train --corpus {output} --output models/student")
    print(output)
