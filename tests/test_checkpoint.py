"""Checkpoints: read as they were written, and never replaced by one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nmt import checkpoint as checkpoints
from nmt.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from nmt.errors import WorkError
from nmt.files import write_synced

WEIGHTS = {"a/b": np.arange(6, dtype=np.float32).reshape(2, 3)}
SEED = {"seed": np.array([1, 2], np.int64), "step": np.array(3, np.int64)}


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    write_checkpoint(Checkpoint(SEED | WEIGHTS, WEIGHTS, {"history": [{"bleu": 0.1}]}), path)
    again = read_checkpoint(path)
    assert again.progress == {"history": [{"bleu": 0.1}]}
    for read, written in ((again.variables, SEED | WEIGHTS), (again.best, WEIGHTS)):
        assert read.keys() == written.keys()
        for name, values in written.items():
            np.testing.assert_array_equal(read[name], values)
            assert (read[name].dtype, read[name].shape) == (values.dtype, values.shape)
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint"]


def test_what_the_disk_garbles_does_not_replace_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoint"
    write_checkpoint(Checkpoint(SEED, WEIGHTS, {"epoch": 1}), path)

    def garble(fresh: Path, content: bytes) -> None:
        write_synced(fresh, content[:-1] + b"?")

    monkeypatch.setattr(checkpoints, "write_synced", garble)
    with pytest.raises(WorkError, match="does not return what was written"):
        write_checkpoint(Checkpoint(SEED, WEIGHTS, {"epoch": 2}), path)
    assert read_checkpoint(path).progress == {"epoch": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint"]
