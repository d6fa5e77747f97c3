"""Counting what passed and what failed, until the time is over."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Case = TypeVar("Case")


class Tally:
    """How many cases of each kind passed; the others are told on stderr as they come."""

    def __init__(self, seconds: float) -> None:
        """Start the clock; `cases` ends after that many seconds."""
        self._end = time.monotonic() + seconds
        self._passed: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    def cases(self, kind: str, cases: Sequence[Case]) -> Iterator[Case]:
        """Yield the cases while there is time, at least one; what is left out is counted."""
        for number, case in enumerate(cases):
            if number and time.monotonic() > self._end:
                self._left_out[kind] += len(cases) - number
                return
            yield case

    def record(self, kind: str, name: str, problems: Iterable[str]) -> None:
        """Count a case: passed if there is no problem."""
        found = [problem.replace("\n", "\\n") for problem in problems]
        (self._failed if found else self._passed)[kind] += 1
        if sys.stderr.isatty():
            print(f"{kind}: {self._passed[kind]} passed", end="\r", file=sys.stderr)
        for problem in found:
            print(f"FAILED {kind}: {name}: {problem[:1000]}", file=sys.stderr, flush=True)

    def attempt(self, kind: str, name: str, work: Callable[[], Iterable[str]]) -> None:
        """Count a case that returns its problems; an exception is one."""
        try:
            problems = list(work())
        except Exception as error:
            problems = [f"{type(error).__name__}: {error}"]
        self.record(kind, name, problems)

    def finish(self) -> int:
        """Print a line a kind and the sums; return the exit code, 1 if anything failed."""
        for kind in {**self._passed, **self._failed}:
            left_out = f", {self._left_out[kind]} left out" if self._left_out[kind] else ""
            print(f"{kind}: {self._passed[kind]} passed, {self._failed[kind]} failed{left_out}")
        passed, failed = self._passed.total(), self._failed.total()
        print(f"{passed} passed, {failed} failed")
        return 1 if failed or not passed else 0
