"""`nmt` as a process of its own: what it printed, how it ended, what it took."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any

import nmt.cli

COMMAND = [sys.executable, "-c", "from nmt.cli import main; main()"]
"""`nmt` of the Python that runs this, wherever it is installed."""
LOADED = ("nmt.cli", "nmt.translator", "nmt.streaming", "nmt.statistics", "nmt.dataset",
          "nmt.tables", "nmt.evaluation")  # fmt: skip
"""What the commands import when they run: once here, not in every copy."""
MOST_MEMORY = 1 << 30
"""Bytes a command may take for input that is no larger."""
LIBRARIES = 100 << 20
"""Bytes of it that Python and the libraries take, which a copy of a process shares with it."""


TOO_LONG = -signal.SIGALRM
"""The exit code of what did not end in time."""


@dataclass(frozen=True)
class Ended:
    """A process that has ended."""

    code: int
    """the exit code; negative: the signal that ended it"""
    out: bytes
    err: str
    memory: int = 0
    """bytes it had in memory, at most; of a copy of a process, beyond those of the process"""

    @property
    def last_line(self) -> str:
        """What it said last."""
        return (self.err.strip().splitlines() or [""])[-1]


def forked(
    *arguments: object, stdin: bytes = b"", seconds: int = 60, memory: int = MOST_MEMORY
) -> Ended:
    """Run `nmt` in a copy of this process, which has loaded it: a hundredth of a second.

    It may take `memory` bytes more than this process has. TensorFlow must not be loaded here: its
    threads do not come along.
    """
    for module in LOADED:
        import_module(module)

    def run() -> None:
        sys.argv = ["nmt", *map(str, arguments)]
        nmt.cli.main()

    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(stdin)
        given.seek(0)
        with warnings.catch_warnings():
            # Python warns of threads; those of NumPy's libraries are prepared for it.
            warnings.simplefilter("ignore", DeprecationWarning)
            shared = _pages(RESIDENT)
            child = os.fork()
        if not child:
            os._exit(_in_child(run, (given, out, err), seconds, memory))
        _, status, usage = os.wait4(child, 0)
        texts = [_content(file) for file in (out, err)]
    return Ended(
        os.waitstatus_to_exitcode(status),
        texts[0],
        texts[1].decode(errors="replace"),
        usage.ru_maxrss * 1024 - shared,
    )


def _in_child(
    run: Callable[[], None], files: tuple[IO[Any], ...], seconds: int, memory: int
) -> int:
    code: object = 0
    try:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, closefd=False)  # noqa: SIM115 - a descriptor
            for number, mode in enumerate("rww")
        )
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        limit = _pages(VIRTUAL) + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        run()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 1


VIRTUAL, RESIDENT = 0, 1


def _pages(kind: int) -> int:
    """Return the bytes of memory that this process has, of a kind."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no path of ours
        return int(file.read().split()[kind]) * resource.getpagesize()


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def problems_of(ended: Ended, *codes: int) -> list[str]:
    """Return what is wrong with how a command ended, whatever it was given.

    `codes` are the exit codes that are right. With another than 0 it must have said why in its
    last line, and have said nothing else if the input was refused (2).
    """
    found = []
    if "Traceback" in ended.err:
        found.append(f"a traceback: {ended.last_line}")
    if ended.code not in codes:
        how = "after too long a time" if ended.code == TOO_LONG else f"with {ended.code}"
        found.append(f"it ended {how}: {ended.last_line}")
    elif ended.code and not ended.last_line.startswith("nmt: "):
        found.append(f"it ended with {ended.code} and did not say why: {ended.last_line}")
    elif ended.code == 2 and ended.err.count("\n") != 1:
        found.append(f"it was refused in more than a line: {ended.err!r}")
    return found
