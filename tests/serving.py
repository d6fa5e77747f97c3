"""Running `nmt serve` as a process, and asking it."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.command_line import PROCESS


@dataclass(frozen=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def post(self, path: str, json: Any = None, **options: Any) -> requests.Response:
        return requests.post(self.url + path, json=json, timeout=300, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return requests.get(self.url + path, timeout=300, **options)

    def translate(self, q: str | list[str], **parameters: Any) -> Any:
        """Return the answer to a translation that must succeed; English to Marathi unless told."""
        answer = self.post("/translate", {"q": q, "source": "en", "target": "mr"} | parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def counter(self, name: str) -> float:
        """Return the sum of a counter over its labels."""
        lines = self.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
        return sum(float(line.rpartition(" ")[2]) for line in found)


def error_of(answer: requests.Response) -> tuple[int, str]:
    """Return the status and reason of a refusal, which must be JSON and nothing else."""
    body = answer.json()
    assert set(body) == {"error"}
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, body["error"]


@contextmanager
def serving(folder: Path, *models: Path, options: tuple[str, ...] = ()) -> Iterator[Server]:
    """Run a server on a free port until the block ends; its messages go to a file in `folder`."""
    log = folder / "server.log"
    named = [word for model in models for word in ("--model", str(model))]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [*PROCESS, "serve", "--port", "0", *named, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stream,
            text=True,
        )
    try:
        yield Server(_address(process, log), process, log)
    finally:
        process.terminate()
        process.wait(300)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    while process.poll() is None:
        # The whole log each time: what was written of a line may not be all of it.
        found = re.search(r"^serving at (\S+)\n", log.read_text(encoding="utf-8"), re.M)
        if found:
            return found[1]
        time.sleep(0.01)
    raise AssertionError(f"the server ended: {log.read_text(encoding='utf-8')}")
