"""Ctrl-C, a polite kill and a closed terminal: they wait until what must not be cut is done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def deferred_interrupts() -> Iterator[Callable[[], None]]:
    """Hold SIGINT, SIGTERM, SIGHUP back; yield a check that raises `KeyboardInterrupt` if one came.

    Python drops an exception that a signal raises inside a destructor, and TensorFlow runs many.
    A second signal is not held back. A signal without a Python handler keeps its effect.
    """
    came: list[int] = []
    before: dict[int, Callable[..., Any]] = {}

    def hold(number: int, frame: Any) -> None:
        came.append(number)
        if len(came) > 1:
            before[number](number, frame)

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            handler = signal.getsignal(number)
            if callable(handler):
                before[number] = handler
                signal.signal(number, hold)
    try:
        yield check
    finally:
        for held, handler in before.items():
            signal.signal(held, handler)
    check()
