"""`nmt export`: a model in another form, to pass on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nmt.cli.options import Overwrite
from nmt.errors import InputError


class Format(StrEnum):
    """What a model can be exported as."""

    INT8 = "int8"
    ONNX = "onnx"
    SAVEDMODEL = "savedmodel"
    LITERT = "litert"


def export(
    model: Annotated[Path, typer.Option(help="The folder of a trained model.")],
    output: Annotated[Path, typer.Option(help="The folder to write.")],
    kind: Annotated[
        Format,
        typer.Option(
            "--format",
            help="int8: a model like any other, a quarter of the size. onnx, savedmodel "
            "(TensorFlow), litert: with it, graphs of the encoder and of a decoder step that need "
            "no nmt.",
        ),
    ] = Format.INT8,
    corpus: Annotated[
        Path | None,
        typer.Option(
            help="Score what was exported on the test part of this file. "
            "[default: keep the scores of the float32 weights]"
        ),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a model in another form, to pass on: without the paths of the machine it is from."""
    if corpus and kind is not Format.INT8:
        raise InputError("--corpus is for int8; with other formats leave it out")

    from nmt.export import export_graphs, export_int8
    from nmt.shipped import read_model
    from nmt.tables import message

    if kind is Format.INT8:
        export_int8(model, output, corpus, overwrite=overwrite)
    else:
        export_graphs(model, output, kind, overwrite=overwrite)
    message(f"{read_model(output).size / 1e6:.1f} MB; its card is {output / 'README.md'}")
    print(output)
