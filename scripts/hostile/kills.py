"""Training that is killed at any moment, and what comes of it when it goes on."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from nmt.checkpoint import checkpoint_path, read_checkpoint
from nmt.errors import InputError
from nmt.translator import Translator

from .bundles import NEEDED
from .small import train_command

WRITING = 0.02
"""Seconds from the beginning of a write to the kill, at most; then it has ended."""
POLL = 0.0002


@dataclass(frozen=True)
class Moment:
    """When to kill: so many seconds after the start, or at the next write after them."""

    seconds: float
    part: str = ""
    """the name that unfinished files have, `MODEL` standing for the model's; empty: at once"""
    delay: float = 0.0
    """seconds since the write began"""

    def __str__(self) -> str:
        """Say it."""
        at_once = f"after {self.seconds:.2f} s"
        return f"{at_once}, {1000 * self.delay:.1f} ms into {self.part}" if self.part else at_once


@dataclass(frozen=True)
class Whole:
    """A run that nobody interrupted."""

    corpus: Path
    epochs: int
    digest: str
    """of what came of it"""
    seconds: float = 0.0


def moments(seconds: float, seed: int) -> Iterator[Moment]:
    """Yield random moments of a run of so many seconds without end; every other in a write."""
    rng = Random(seed)
    while True:
        yield Moment(rng.uniform(0, seconds))
        part = rng.choice([".MODEL.checkpoint.new", ".MODEL.checkpoint.new", ".MODEL.new"])
        yield Moment(rng.uniform(0, seconds), part, rng.uniform(0, WRITING))


def train_whole(corpus: Path, model: Path, epochs: int = 3, **environment: str) -> Whole:
    """Train without a break."""
    started = time.monotonic()
    command = train_command(corpus, model, "--epochs", epochs)
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return Whole(corpus, epochs, digest(model), time.monotonic() - started)


def digest(model: Path) -> str:
    """Return the SHA-256 of a model's weights and subword models."""
    names = [name for name in NEEDED if name != "config.json"]
    return hashlib.sha256(b"".join((model / name).read_bytes() for name in names)).hexdigest()


def killed(
    whole: Whole, model: Path, moment: Moment, number: signal.Signals, older: Path | None
) -> list[str] | None:
    """Send a run a signal and let it go on; return what is wrong, None if it came too late.

    `older` is a bundle that stood at `model` before; it or the new one must be there throughout.
    """
    shutil.rmtree(model.parent, ignore_errors=True)
    model.parent.mkdir()
    if older:
        shutil.copytree(older, model)
    command = train_command(whole.corpus, model, "--epochs", whole.epochs)
    code = _killed_at(moment, [*command, "--overwrite"], model, number)
    if code == 0:
        return None
    problems = _lost(model, older is not None)
    going_on = "--resume" if checkpoint_path(model).exists() else "--overwrite"
    ended = subprocess.run([*command, going_on], capture_output=True, text=True, check=False)
    if ended.returncode:
        return [*problems, f"{going_on} ended with {ended.returncode}: {ended.stderr[-300:]}"]
    if digest(model) != whole.digest:
        problems.append(f"after {going_on} the weights are others")
    if strange := {path.name for path in model.parent.iterdir()} - {model.name}:
        problems.append(f"left behind: {', '.join(sorted(strange))}")
    return problems


def _killed_at(moment: Moment, command: list[str], model: Path, number: signal.Signals) -> int:
    """Start the command and send it a signal at that moment; return its exit code."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=_heed_signals,
    )
    started = time.monotonic()
    part = model.parent / moment.part.replace("MODEL", model.name)
    while process.poll() is None and time.monotonic() < started + moment.seconds:
        time.sleep(POLL)
    while process.poll() is None and moment.part and not part.exists():
        time.sleep(POLL)
    time.sleep(moment.delay)
    process.send_signal(number)
    return process.wait()


def _heed_signals() -> None:
    # What this process ignores, perhaps because of `nohup`, the one it starts would ignore, too.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _lost(model: Path, existed: bool) -> list[str]:
    """Return what a kill has destroyed."""
    problems = []
    try:
        Translator.load(model).translate(["boat"])
    except InputError as error:
        if existed or model.exists():
            problems.append(f"no model is left: {error}")
    if checkpoint_path(model).exists():
        try:
            read_checkpoint(checkpoint_path(model))
        except InputError as error:
            problems.append(str(error))
    return problems
