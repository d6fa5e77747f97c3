"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nmt.config import PROFILES

LANGUAGES, MODEL, TRAINING, SEARCH = "Languages", "Model", "Training", "Search"

Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]
Src = Annotated[str, typer.Option(help="Source language: eng, en, …", rich_help_panel=LANGUAGES)]
Trg = Annotated[str, typer.Option(help="Target language: mar, mr, …", rich_help_panel=LANGUAGES)]
Columns = Annotated[
    str | None,
    typer.Option(
        help="Languages of the file's first two columns, as in eng-mar. "
        "[default: English first; without English, the source]",
        rich_help_panel=LANGUAGES,
    ),
]
Profile = Annotated[
    str, typer.Option(help=f"Cleaning: {' or '.join(PROFILES)}.", rich_help_panel=LANGUAGES)
]
ModelFolders = Annotated[
    list[Path] | None,
    typer.Option(
        "--model",
        envvar="NMT_MODEL",
        help="The folder of a trained model; several decode together, as an ensemble. "
        "[default: models/SRC-TRG, else the one that came with nmt]",
    ),
]
Direction = Annotated[
    str | None,
    typer.Option(help="What is translated: eng-mar, mr-en, … [default: eng-mar, or --model's]"),
]
BeamSize = Annotated[
    int,
    typer.Option(min=1, max=100, help="Hypotheses kept; 1 is greedy.", rich_help_panel=SEARCH),
]
LengthPenalty = Annotated[
    float,
    typer.Option(
        min=0,
        max=5,
        help="GNMT's alpha: 0 compares plain log-probabilities, more favours longer sentences.",
        rich_help_panel=SEARCH,
    ),
]
Digits = Annotated[
    str | None,
    typer.Option(
        help="How numbers are written: devanagari, ascii or source, as they were typed. "
        "[default: as the target language writes them]",
        show_default=False,
    ),
]


def examples(*commands: str) -> str:
    """Return a command's epilog in Markdown: a command a line, whole, so that it can be copied."""
    return "\n\n".join(["Examples:", *(f"- `{command}`" for command in commands)])
