"""Synthetic sequence tasks: proof, in seconds, that encoder, decoder and attention work.

Each task trains on made-up data through the translator's own layers and compares itself with the
tutorial it is taken from. Importing this package does not import TensorFlow; `run_task` does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from nmt.errors import InputError
from nmt.quiet import quiet_tensorflow
from nmt.tasks.options import TaskOptions, check_task

if TYPE_CHECKING:
    from nmt.tasks.result import TaskResult


def run_task(name: str, options: TaskOptions, repeats: int = 1) -> TaskResult:
    """Train and measure `repeats` times, with seeds that count up from `options.seed`.

    Raises `InputError` for a task there is not, and for no repeats.
    """
    check_task(name)
    if repeats < 1:
        raise InputError(f"--repeats is {repeats}; it must be at least 1")
    with quiet_tensorflow():
        task = import_module(f"nmt.tasks.{name}")
    return task.run(options, repeats)
