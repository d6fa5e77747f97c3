"""Chunks of lines translated by several processes, given back in order."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue

from nmt.errors import WorkError
from nmt.hypothesis import Hypothesis
from nmt.search import SearchOptions
from nmt.translator import Translator

Answer = tuple[list[str], list[list[Hypothesis]]]
AHEAD = 3
"""Chunks a process that may wait to be given back: enough for it never to wait, and bounded."""

ENDED = "a process that translates has ended; with too little memory use fewer --jobs"


def translated(
    chunks: Iterable[list[str]], translator: Translator, options: SearchOptions, jobs: int = 1
) -> Generator[Answer]:
    """Yield each chunk of texts with its hypotheses, in order, computed by `jobs` processes.

    One job is done here; more have processes of their own, and chunks are read before their turn.
    Raises `WorkError` when one of them dies.
    """
    if jobs == 1:
        for texts in chunks:
            yield texts, translator.hypotheses(texts, options)
        return
    idle: SimpleQueue[Connection] = SimpleQueue()

    def answer(texts: list[str]) -> Answer:
        worker = idle.get()
        try:
            worker.send(texts)
            return texts, worker.recv()
        except (EOFError, OSError):
            raise WorkError(ENDED) from None
        finally:
            idle.put(worker)

    # A thread waits for each process. Processes end first, so that no thread waits for ever.
    with ThreadPoolExecutor(jobs) as threads, ExitStack() as processes:
        for _ in range(jobs):
            idle.put(processes.enter_context(_worker(translator, options)))
        asked: deque[Future[Answer]] = deque()
        for texts in chunks:
            asked.append(threads.submit(answer, texts))
            while asked and (asked[0].done() or len(asked) > AHEAD * jobs):
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()


@contextmanager
def _worker(translator: Translator, options: SearchOptions) -> Iterator[Connection]:
    """Give the connection to a new process that answers texts with their hypotheses."""
    # A forked process would share the locks of threads that it does not have.
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs,), daemon=True)
    # Ctrl-C reaches every process of a terminal; the first one decides what it means.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, before)
    theirs.close()
    try:
        # Not as an argument: to write that much to a process that dies at once would never end.
        ours.send((translator, options))
        yield ours
    except OSError:
        raise WorkError(ENDED) from None
    finally:
        process.terminate()
        process.join()


def _work(connection: Connection) -> None:
    try:
        translator, options = connection.recv()
        while True:
            connection.send(translator.hypotheses(connection.recv(), options))
    except (EOFError, OSError):  # the process that asks is gone
        return
