"""Where a training run stands, on disk: what it needs to go on as if never interrupted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from errno import EIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from nmt.card import versions
from nmt.config import Config
from nmt.errors import InputError, WorkError
from nmt.files import write_synced


@dataclass(frozen=True)
class Checkpoint:
    """The state after an epoch."""

    variables: Mapping[str, NDArray[Any]]
    """weights, their averages, the optimizer's and the random generators' state, by name"""
    best: Mapping[str, NDArray[np.float32]]
    """the best weights so far, as a bundle holds them"""
    progress: Mapping[str, Any]
    """history, plan and what determines the run; plain values"""


_GROUPS = ("variables", "best")


def checkpoint_path(folder: Path) -> Path:
    """Return where the run that writes the bundle `folder` keeps its checkpoint: beside it."""
    return folder.with_name(f"{folder.name}.checkpoint")


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write under another name, read it back, then rename.

    Until the new one is known to be readable the one before stays. Raises `WorkError` when the
    disk refuses.
    """
    tensors = {
        f"{group}/{name}": np.asarray(value, order="C")
        for group in _GROUPS
        for name, value in getattr(checkpoint, group).items()
    }
    content = save(tensors, metadata={"progress": json.dumps(checkpoint.progress)})
    fresh = path.with_name(f".{path.name}.new")
    try:
        write_synced(fresh, content)
        if fresh.read_bytes() != content:
            raise OSError(EIO, "the disk does not return what was written")
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
            groups: dict[str, dict[str, NDArray[Any]]] = {group: {} for group in _GROUPS}
            for key in file.keys():  # noqa: SIM118
                group, name = key.split("/", 1)
                groups[group][name] = file.get_tensor(key)
            progress = json.loads((file.metadata() or {})["progress"])
    except (SafetensorError, OSError, KeyError, ValueError) as error:
        raise InputError(f"{path} is damaged; leave out --resume to start anew") from error
    return Checkpoint(groups["variables"], groups["best"], progress)


def identity(config: Config, corpus_sha256: str) -> dict[str, Any]:
    """Return what must not change between a run and its resumption, by name.

    All options but the time allowed, the corpus, the model to start from, and the packages that
    compute.
    """
    options = config.to_json()
    del options["training"]["minutes"]
    start = options["training"].pop("started_from")
    named = {f"{part} {k}": v for part, group in options.items() for k, v in group.items()}
    packages = {name: version for name, version in versions().items() if name != "python"}
    files = {"the corpus": corpus_sha256[:12], "the model to start from": start[:12] or "none"}
    return named | packages | files


def check_same(before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise `InputError` saying what is not as it was when the checkpoint was written."""
    changed = [
        f"{name} was {before.get(name)}, is {now.get(name)}"
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    ]
    if changed:
        raise InputError(
            f"cannot resume: {'; '.join(changed)}; change it back, or leave out --resume"
        )
