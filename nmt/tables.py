"""Results as tables on stdout, messages as lines on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    import pandas as pd


def print_table(frame: pd.DataFrame, title: str) -> None:
    """Print the frame to stdout under its title: numbers to the right, texts whole.

    A cell too long for the terminal goes on in the next line; nothing is cut off. Integers have
    thousands separators and floats one decimal. Colours only for a terminal, and not with
    `NO_COLOR`.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in frame.columns:
        numeric = frame[name].dtype.kind in "iuf"
        table.add_column(
            Text(str(name)),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=numeric,
        )
    for row in frame.itertuples(index=False):
        # As `Text`, so that brackets in a sentence are not taken for markup.
        table.add_row(*(Text(_formatted(value)) for value in row))
    # The title is not the table's, which would break it to the table's width.
    console = Console(file=sys.stdout, highlight=False)
    console.print(Text(title, style="bold"))
    console.print(table, "")


def print_lines(lines: Iterable[str], title: str) -> None:
    """Print lines to stdout under a title, each whole, however long, so that it can be copied."""
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    console.print(Text("\n").join([Text(title, style="bold"), *map(Text, lines), Text()]))


def message(text: str) -> None:
    """Print one line for the reader, not for the next program, to stderr."""
    print(text, file=sys.stderr, flush=True)


def _formatted(value: object) -> str:
    if isinstance(value, float):
        return "–" if value != value else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
