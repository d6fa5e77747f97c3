"""The machine's own faults: full disks, read-only folders, little memory, closed streams."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nmt.errors import InputError
from nmt.translator import Translator

from .process import COMMAND, TOO_LONG, Ended, problems_of
from .small import train_command

PRIVILEGES = (1, 2, 3)
"""CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER: with them root may do anything to files."""
PR_CAPBSET_DROP = 24
BACKWARDS = "import time; now = time.time; time.time = lambda: 4e9 - now(); "
"""A clock that runs backwards, for Python."""
TRAINED = ["boat"] * 99


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong while a command runs in a folder."""

    name: str
    command: Sequence[str]
    codes: tuple[int, ...] = ()
    """the exit codes that are right; without, the process may end in any way"""
    before: Callable[[], object] | None = None
    """what makes it go wrong, called in the process before it becomes the command"""
    full: bool = False
    """whether nothing can be written to stdout"""
    written: tuple[str, ...] = ()
    """files that may be there afterwards"""
    mode: int = 0o755
    """of the folder"""


def nmt(*words: object) -> list[str]:
    """Return a command as a process takes it."""
    return [*COMMAND, *map(str, words)]


def quick_faults(model: Path, corpus: Path) -> Iterator[Fault]:
    """Yield what can go wrong with the commands that take a second."""
    translate = partial(nmt, "translate", "--model", model)
    writing = [
        translate("--output", "out", *TRAINED),
        translate("--attention", "a.png", "boat"),
        nmt("data", corpus, "--report", "report.csv"),
    ]
    for command in writing:
        for size in (0, 10):
            yield Fault(f"no file of over {size} bytes", command, (1,), limit_files(size))
        yield Fault("closed stdin", command, (0,), partial(os.close, 0), written=WRITTEN)
        for megabytes in (300, 600, 1200):
            name = f"{megabytes} MB of memory"
            yield Fault(name, command, (), limit_memory(megabytes), written=WRITTEN)
    for command in (translate(*TRAINED), nmt("data", corpus), nmt("--help"), nmt("--version")):
        yield Fault("full stdout", command, (1,), full=True)
        yield Fault("closed stdout", command, (0,), partial(os.close, 1))
    new = nmt("train", "--corpus", corpus, "--output", "new")
    over = nmt("train", "--corpus", corpus, "--output", model, "--overwrite")
    for command in (*writing, new, over):
        yield Fault("a read-only folder", command, (2,), drop_privileges, mode=0o555)
    # The corpus is elsewhere, the model is not.
    for command, code in (
        (nmt("data", corpus), 0),
        (nmt("translate", "--model", model, "boat"), 2),
    ):
        yield Fault("a folder one must not enter", command, (code,), drop_privileges, mode=0o000)


WRITTEN = ("out", "a.png", "report.csv")
LONGEST = 300
"""Seconds a command may take; the longest trains for one."""


def training_faults(model: Path, corpus: Path) -> Iterator[Fault]:
    """Yield what can go wrong with training."""
    command = train_command(corpus, model, "--epochs", 1, "--overwrite")
    # By the sizes of the files: of the card, of the weights, of the checkpoint.
    for size in (1000, 100_000, 300_000):
        yield Fault(f"no file of over {size} bytes", command, (1,), limit_files(size))
    for megabytes, codes in ((600, ()), (2000, (0,))):
        yield Fault(f"{megabytes} MB of memory", command, codes, limit_memory(megabytes))
    yield Fault("closed stdout", command, (0,), partial(os.close, 1))
    yield Fault("closed stderr", command, (0,), partial(os.close, 2))
    backwards = [sys.executable, "-c", BACKWARDS + COMMAND[2], *command[3:]]
    yield Fault("a clock that runs backwards", backwards, (0,))


def limit_files(size: int) -> Callable[[], object]:
    """Return what makes the disk of a process full: no file may have more than `size` bytes."""
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))


def limit_memory(megabytes: int) -> Callable[[], object]:
    """Return what takes memory from a process: it may address that much."""
    size = megabytes << 20
    return partial(resource.setrlimit, resource.RLIMIT_AS, (size, size))


def drop_privileges() -> None:
    """Make root a user like any other, whom the modes of files hold back."""
    library = ctypes.CDLL(None)
    for privilege in PRIVILEGES:
        library.prctl(PR_CAPBSET_DROP, privilege, 0, 0, 0)


def happen(fault: Fault, folder: Path, model: Path) -> list[str]:
    """Run a fault's command in a folder; return what is wrong with how it ended or what it left."""
    names = {path.name for path in folder.iterdir()}
    ended = _end(fault, folder)
    judged = fault.codes or ended.code == TOO_LONG
    problems = problems_of(ended, *fault.codes) if judged else []
    for name in sorted({path.name for path in folder.iterdir()} - names):
        if name not in fault.written or ended.code:
            problems.append(f"it ended with {ended.code} and left {name}")
        (folder / name).unlink()
    try:
        Translator.load(model).translate(["boat"])
    except InputError as error:
        problems.append(f"the model is lost: {error}")
    return problems


def _end(fault: Fault, folder: Path) -> Ended:
    """Run a fault's command in a folder; return how it ended, with `TOO_LONG` if it did not."""
    folder.chmod(fault.mode)
    try:
        with Path("/dev/full" if fault.full else os.devnull).open("wb") as out:
            process = subprocess.run(
                fault.command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                preexec_fn=fault.before,
                timeout=LONGEST,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return Ended(TOO_LONG, b"", "")
    finally:
        folder.chmod(0o755)
    return Ended(process.returncode, b"", process.stderr.decode(errors="replace"))
