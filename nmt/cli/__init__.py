"""The command line: each command parses, calls and prints; heavy modules load when it runs."""

from __future__ import annotations

import os
import re
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from nmt import __version__
from nmt.cli.options import examples
from nmt.errors import InputError, WorkError

INTERRUPTED = 130
"""The exit code Typer makes of Ctrl-C."""
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What breaks a line, moves a terminal's cursor or turns the direction of what follows."""
LONGEST = 2000
"""Characters of a message."""


COMMANDS = {
    # name: module, function, examples
    "fetch": ("data", "fetch", ("nmt fetch --folder data",)),
    "data": ("data", "data", ("nmt data mar.txt --report dropped.csv",)),
    "train": (
        "train",
        "train",
        (
            "nmt train --corpus mar.txt",
            "nmt train --corpus mar.txt --direction mar-eng --minutes 30",
            "nmt train --corpus mar.txt --ensemble 3",
        ),
    ),
    "translate": (
        "translate",
        "translate",
        (
            'nmt translate "good morning"',
            "nmt translate <in.txt >out.txt",
            'nmt translate --attention drink.png "i want something to drink"',
            'nmt translate --direction mar-eng "शुभ प्रभात"',
            'nmt translate --model models/a --model models/b "good morning"',
        ),
    ),
    "eval": (
        "evaluate",
        "evaluate",
        (
            "nmt eval --bleu",
            "nmt eval --bleu --direction mar-eng --corpus mar.txt",
            "nmt eval --against models/other",
            "nmt eval --hyps out.txt --refs ref.txt",
        ),
    ),
    "models": ("models", "models", ("nmt models", "nmt models --json")),
    "export": (
        "export",
        "export",
        ("nmt export --format int8 --model models/eng-mar --output eng-mar-int8",),
    ),
    "serve": (
        "serve",
        "serve",
        ("nmt serve", "nmt serve --model models/eng-mar --model models/mar-eng --port 8080"),
    ),
    "tasks": ("tasks", "tasks", ()),
}


def application(asked: str = "") -> typer.Typer:
    """Return the command line, of the one command asked for where there is one of that name.

    To prepare the options of all would be a fifth of the time a sentence takes.
    """
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog=examples(
            "nmt fetch",
            "nmt train --corpus mar.txt",
            'nmt translate "i want something to drink"',
            "nmt eval --bleu",
        ),
    )
    app.callback()(_app)
    for name in [asked] if asked in COMMANDS else COMMANDS:
        module, function, lines = COMMANDS[name]
        command = getattr(import_module(f"nmt.cli.{module}"), function)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, epilog=examples(*lines))(command)
    return app


def main() -> None:
    """Run the command line; errors become one line on stderr and exit code 1 or 2."""
    # A polite kill and a terminal that closes end as Ctrl-C does: what can be kept is kept.
    for number in (signal.SIGTERM, signal.SIGHUP):
        # What `nohup` ignores stays ignored.
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)
    _prepare_streams()
    try:
        _run()
    except InputError as error:
        _fail(error, 2)
    except WorkError as error:
        _fail(error, 1)
    except MemoryError:
        _fail("the memory of this machine, or what it allows, is not enough", 1)
    except OSError as error:
        # What could not be written is dropped; Python would try again, and complain, as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        # A reader who has had enough (`| head`) needs no message.
        if isinstance(error, BrokenPipeError):
            sys.exit(1)
        what = f"{error.filename}" if error.filename else "stdout cannot be written"
        _fail(f"{what}: {error.strerror or error}", 1)


def _prepare_streams() -> None:
    # Python gives None for a stream that was closed (`<&-`), and the next file its descriptor.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _run() -> None:
    try:
        application(*sys.argv[1:2])(prog_name="nmt")
    except SystemExit as end:
        # Here, not as Python ends, so that a full disk is noticed.
        sys.stdout.flush()
        if end.code == INTERRUPTED:
            raise WorkError("interrupted") from None
        raise


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(reason: Exception | str, code: int) -> NoReturn:
    # It may quote what a stranger wrote.
    line = UNPRINTABLE.sub(" ", str(reason))
    shown = line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
    print("nmt:", shown, file=sys.stderr)
    sys.exit(code)


def _version(asked: bool) -> None:
    if asked:
        print(f"nmt {__version__}")
        raise typer.Exit


def _app(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Train, measure and use a neural translator from one small tab-separated corpus."""
