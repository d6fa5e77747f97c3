"""Running `nmt`: inside this process where that is enough, as its own where it is not."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest

from nmt.cli import main

PROCESS = [sys.executable, "-c", "from nmt.cli import main; main()"]


@dataclass(frozen=True)
class Result:
    code: int | str | None
    out: str
    err: str


def nmt(*args: object, stdin: bytes = b"") -> Result:
    """Run the command line in this process."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("out", "err")}
    with (
        patch.object(sys, "argv", ["nmt", *map(str, args)]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin))),
        patch.object(sys, "stdout", streams["out"]),
        patch.object(sys, "stderr", streams["err"]),
        pytest.raises(SystemExit) as end,
    ):
        main()
    texts = {}
    for name, stream in streams.items():
        stream.seek(0)
        texts[name] = stream.read()
    return Result(end.value.code, **texts)


def nmt_process(*args: object, **options: Any) -> Result:
    """Run the command line as a process; `options` are those of `subprocess.run`."""
    done = subprocess.run(
        [*PROCESS, *map(str, args)],
        **{"stdin": subprocess.DEVNULL, "capture_output": True, "timeout": 300, **options},
    )
    out, err = ((stream or b"").decode() for stream in (done.stdout, done.stderr))
    return Result(done.returncode, out, err)
