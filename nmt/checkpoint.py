"""Where a training run stands, on disk: what it needs to go on as if never interrupted."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from nmt.errors import InputError, WorkError


@dataclass(frozen=True)
class Checkpoint:
    """The state after an epoch."""

    variables: Mapping[str, NDArray[Any]]
    """weights, their averages, the optimizer's and the random generators' state, by name"""
    progress: Mapping[str, Any]
    """history, plan and what determines the run; plain values"""


def checkpoint_path(folder: Path) -> Path:
    """Return where the run that writes the bundle `folder` keeps its checkpoint: beside it."""
    return folder.with_name(f"{folder.name}.checkpoint")


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write under another name, then rename; raise `WorkError` when the disk refuses."""
    content = save(
        {name: np.ascontiguousarray(value) for name, value in checkpoint.variables.items()},
        metadata={"progress": json.dumps(checkpoint.progress)},
    )
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise WorkError(f"{path} cannot be written: {error.strerror or error}") from error


def read_checkpoint(path: Path) -> Checkpoint:
    """Return what `write_checkpoint` wrote; raise `InputError` if it is missing or damaged."""
    if not path.is_file():
        raise InputError(f"nothing to resume: there is no {path}; leave out --resume")
    try:
        with safe_open(path, framework="numpy") as file:
            variables = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            progress = json.loads((file.metadata() or {})["progress"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise InputError(f"{path} is damaged; leave out --resume to start anew") from error
    return Checkpoint(variables, progress)
