"""TensorFlow where it is loaded: its messages, its threads, and its memory within limits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

M_ARENA_MAX = -8
"""glibc's malloc.h"""


@contextmanager
def quiet_tensorflow() -> Iterator[None]:
    """Import TensorFlow inside this: what its C++ part writes to stderr meanwhile is dropped.

    Python's own messages, errors among them, come through when the block ends. Unless
    `TF_NUM_INTRAOP_THREADS` is set, an operation has half as many threads as there are processors.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # A step's two halves keep two cores busy; more threads each would get in each other's way.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(max(1, (os.cpu_count() or 1) // 2)))
    _share_heap()
    # Some lines are written before TensorFlow reads that setting; only the descriptor stops them.
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _share_heap() -> None:
    """Where addresses are limited (`ulimit -v`), let all threads take memory from one heap.

    glibc gives each its own; a thread that cannot have one asks again each time it needs memory,
    and TensorFlow's then compute without end.
    """
    # Every start of nmt reads this module.
    import ctypes
    import resource

    if resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY:
        return
    # Other C libraries have no such choice, nor the fault.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_ARENA_MAX, 1)
