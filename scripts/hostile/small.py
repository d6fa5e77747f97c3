"""A model small enough to be made in seconds, and the corpus it is made from."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .process import COMMAND

SAMPLE = Path(__file__).parents[2] / "data" / "sample.tsv"
SIZES = {
    "--vocab-size": 400,
    "--embedding": 16,
    "--encoder-units": 12,
    "--decoder-units": 24,
    "--batch-tokens": 1000,
    "--warmup": 5,
    "--dropout-epochs": 1,
    "--averaging": 0.5,
}
"""Sizes with which an epoch over the corpus takes a second."""


def small_corpus(folder: Path) -> Path:
    """Write a tenth of the sample corpus to `folder`; return its path."""
    path = folder / "small.tsv"
    path.write_bytes(b"".join(SAMPLE.read_bytes().splitlines(keepends=True)[::10]))
    return path


def train_command(corpus: Path, output: Path, *options: object) -> list[str]:
    """Return the command that trains the small model."""
    sizes = [word for option in SIZES.items() for word in option]
    words = ("train", "--corpus", corpus, "--output", output, *sizes, *options)
    return [*COMMAND, *map(str, words)]


def small_model(folder: Path) -> Path:
    """Train the small model into `folder` in a process of its own; return its path."""
    model = folder / "small"
    command = train_command(small_corpus(folder), model, "--epochs", 2)
    subprocess.run(command, check=True, capture_output=True)
    return model
