"""The command line: each command parses, calls and prints; heavy modules load when it runs."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from nmt import __version__
from nmt.cli.data import data, fetch
from nmt.cli.evaluate import evaluate
from nmt.cli.train import train
from nmt.cli.translate import translate
from nmt.errors import InputError, WorkError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="A first translator: `nmt fetch`, then `nmt train --corpus mar.txt`, then "
    '`nmt translate "i want something to drink"` and `nmt eval --bleu`.',
)
app.command(epilog="Example: `nmt fetch --folder data`")(fetch)
app.command(epilog="Example: `nmt data mar.txt --report dropped.csv`")(data)
app.command(
    epilog="Examples: `nmt train --corpus mar.txt`, or the other way in half an hour: "
    "`nmt train --corpus mar.txt --direction mar-eng --minutes 30`"
)(train)
app.command(
    epilog='Examples: `nmt translate "good morning"`, `nmt translate <in.txt >out.txt`, '
    '`nmt translate --attention drink.png "i want something to drink"`'
)(translate)
app.command(
    "eval",
    epilog="Examples: `nmt eval --bleu`, `nmt eval --against models/other`, "
    "`nmt eval --hyps out.txt --refs ref.txt`",
)(evaluate)


def main() -> None:
    """Run the command line; errors become one line on stderr and exit code 1 or 2."""
    # A polite kill ends as Ctrl-C does: what can be kept is kept.
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except InputError as error:
        _fail(error, 2)
    except WorkError as error:
        _fail(error, 1)
    except BrokenPipeError:
        # The reader has had enough; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(error: Exception, code: int) -> NoReturn:
    print(f"nmt: {error}", file=sys.stderr)
    sys.exit(code)


def _version(asked: bool) -> None:
    if asked:
        print(f"nmt {__version__}")
        raise typer.Exit


@app.callback()
def _app(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Train, measure and use a neural translator from one small tab-separated corpus."""
