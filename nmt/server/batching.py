"""One search for the texts of many requests: a bounded queue, a short window, a worker thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from nmt.hypothesis import Hypothesis
from nmt.search import SearchOptions
from nmt.server.metrics import Metrics
from nmt.server.settings import Settings
from nmt.translator import Translator

BATCH_CHARACTERS = 8000
"""A batch ends here too, so that short texts need not wait for many long ones."""


class QueueFullError(Exception):
    """There is no room for a request's texts; its sender should come again later."""


@dataclass(frozen=True)
class Work:
    """A text and how it is to be translated."""

    text: str
    translator: Translator = field(repr=False)
    options: SearchOptions

    def joins(self, other: Work) -> bool:
        """Return whether one search can do both."""
        return self.translator is other.translator and self.options == other.options


@dataclass(frozen=True)
class _Waiting:
    work: Work
    answer: asyncio.Future[list[Hypothesis]]


class Batcher:
    """Translates what many coroutines ask for, together. Belongs to one event loop."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        """Make an empty queue; `start` begins to empty it."""
        self._settings, self._metrics = settings, metrics
        self._queue: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="translator")
        self._worker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to translate what is in the queue, in the running event loop."""
        self._worker = asyncio.create_task(self._work())

    async def close(self) -> None:
        """Return when all that was accepted is answered."""
        self._closing = True
        self._arrived.set()
        if self._worker:
            await self._worker
        self._thread.shutdown()

    async def hypotheses(self, works: Sequence[Work]) -> list[list[Hypothesis]]:
        """Return the translations of each text, best first.

        Raises `QueueFullError` if there is no room, and then translates none. When the caller is
        cancelled, what has not begun is never translated.
        """
        if len(self._queue) + len(works) > self._settings.max_waiting:
            # What nobody waits for any more takes no room.
            self._queue = deque(each for each in self._queue if not each.answer.done())
            if len(self._queue) + len(works) > self._settings.max_waiting:
                raise QueueFullError
        loop = asyncio.get_running_loop()
        waiting = [_Waiting(work, loop.create_future()) for work in works]
        self._queue.extend(waiting)
        self._metrics.waiting.set(len(self._queue))
        self._arrived.set()
        try:
            return list(await asyncio.gather(*(each.answer for each in waiting)))
        finally:
            for each in waiting:
                each.answer.cancel()

    async def _work(self) -> None:
        while self._queue or not self._closing:
            await self._arrived.wait()
            if len(self._queue) < self._settings.batch_size > 1:
                await asyncio.sleep(self._settings.window)
            if batch := self._take():
                await self._translate(batch)
            if not self._queue and not self._closing:
                self._arrived.clear()

    def _take(self) -> list[_Waiting]:
        """Take the oldest text off the queue, and others in order that one search can do with it.

        What nobody waits for any more goes too.
        """
        batch: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        room = BATCH_CHARACTERS
        for each in self._queue:
            if each.answer.done():
                continue
            fits = not batch or (
                each.work.joins(batch[0].work)
                and len(batch) < self._settings.batch_size
                and len(each.work.text) <= room
            )
            if fits:
                room -= len(each.work.text)
            (batch if fits else left).append(each)
        self._queue = left
        self._metrics.waiting.set(len(left))
        return batch

    async def _translate(self, batch: Sequence[_Waiting]) -> None:
        """Answer a batch; when it fails, one by one, so that only the text at fault does."""
        self._metrics.batch_texts.observe(len(batch))
        first = batch[0].work
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                self._thread,
                first.translator.hypotheses,
                [each.work.text for each in batch],
                first.options,
            )
        except Exception as error:
            if len(batch) > 1:
                for each in batch:
                    await self._translate([each])
            elif not batch[0].answer.done():
                batch[0].answer.set_exception(error)
            return
        for each, hyps in zip(batch, found, strict=True):
            if not each.answer.done():
                each.answer.set_result(hyps)
