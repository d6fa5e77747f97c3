"""The queue: what comes together is translated together, and nothing is lost or mixed up."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.hypothesis import Hypothesis
from nmt.search import SearchOptions
from nmt.server.batching import BATCH_CHARACTERS, Batcher, QueueFullError, Work
from nmt.server.metrics import Metrics
from nmt.server.settings import Settings
from nmt.translator import Translator


class Upper:
    """A translator that notes what it was asked together; it can be held up."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go_on = threading.Event()
        self.go_on.set()

    def hypotheses(self, texts: Sequence[str], options: SearchOptions) -> list[list[Hypothesis]]:
        self.batches.append(list(texts))
        assert self.go_on.wait(10)
        if "fail" in texts:
            raise ValueError("a text that cannot be translated")
        return [[Hypothesis(text.upper(), float(options.beam_size))] for text in texts]


def work(text: str, translator: Upper, beam_size: int = 5) -> Work:
    return Work(text, cast(Translator, translator), SearchOptions(beam_size))


def run(scene: Callable[[Batcher], Awaitable[Any]], **options: Any) -> Any:
    """Play a scene with a batcher that is started before and closed after it."""

    async def play() -> Any:
        batcher = Batcher(Settings(**options), Metrics())
        batcher.start()
        try:
            return await scene(batcher)
        finally:
            await asyncio.wait_for(batcher.close(), 10)

    return asyncio.run(play())


def test_requests_within_the_window_share_a_batch() -> None:
    upper = Upper()

    async def scene(batcher: Batcher) -> list[str]:
        asked = [batcher.hypotheses([work(text, upper)]) for text in "abc"]
        return [hyps[0][0].text for hyps in await asyncio.gather(*asked)]

    assert run(scene, window=0.05) == ["A", "B", "C"]
    assert upper.batches == [["a", "b", "c"]]


def test_a_batch_of_one_waits_for_nobody() -> None:
    upper = Upper()

    async def scene(batcher: Batcher) -> Any:
        return await asyncio.wait_for(batcher.hypotheses([work(t, upper) for t in "abc"]), 5)

    assert len(run(scene, window=60, batch_size=1)) == 3
    assert upper.batches == [["a"], ["b"], ["c"]]


@settings(max_examples=50)
@given(
    st.lists(
        st.lists(st.tuples(st.text("abc", max_size=3), st.booleans(), st.sampled_from([4, 5]))),
        max_size=8,
    ),
    st.integers(1, 5),
)
def test_everyone_gets_their_own(
    requests: list[list[tuple[str, bool, int]]], batch_size: int
) -> None:
    uppers = Upper(), Upper()

    async def scene(batcher: Batcher) -> Any:
        asked = [
            batcher.hypotheses([work(text, uppers[other], beam) for text, other, beam in request])
            for request in requests
        ]
        return await asyncio.gather(*asked)

    answers = run(scene, window=0.0, batch_size=batch_size)
    found = [[(hyps[0].text, hyps[0].score) for hyps in answer] for answer in answers]
    assert found == [[(text.upper(), beam) for text, _, beam in r] for r in requests]
    # Each translator got its own texts, once each, in batches of the size allowed.
    for other, upper in enumerate(uppers):
        asked = [text for request in requests for text, to, _ in request if to == other]
        assert sorted(text for batch in upper.batches for text in batch) == sorted(asked)
        assert all(1 <= len(batch) <= batch_size for batch in upper.batches)


def test_long_texts_do_not_share() -> None:
    upper = Upper()
    long, short = "a" * BATCH_CHARACTERS, "b"

    async def scene(batcher: Batcher) -> Any:
        return await batcher.hypotheses([work(text, upper) for text in (long, short, long, short)])

    run(scene)
    assert [list(map(len, batch)) for batch in upper.batches] == [[len(long)], [1, 1], [len(long)]]


def test_only_the_text_at_fault_fails() -> None:
    upper = Upper()

    async def scene(batcher: Batcher) -> Any:
        asked = [batcher.hypotheses([work(text, upper)]) for text in ("a", "fail", "b")]
        return await asyncio.gather(*asked, return_exceptions=True)

    first, second, third = run(scene, window=0.05)
    assert (first[0][0].text, third[0][0].text) == ("A", "B")
    assert isinstance(second, ValueError)


def test_a_full_queue_takes_nothing_and_forgets_nothing() -> None:
    upper = Upper()
    upper.go_on.clear()

    async def scene(batcher: Batcher) -> Any:
        running = asyncio.create_task(batcher.hypotheses([work("a", upper)]))
        while not upper.batches:
            await asyncio.sleep(0.001)
        waiting = asyncio.create_task(batcher.hypotheses([work("b", upper)] * 3))
        await asyncio.sleep(0)
        with pytest.raises(QueueFullError):
            await batcher.hypotheses([work("c", upper)] * 2)
        last = asyncio.create_task(batcher.hypotheses([work("d", upper)]))
        await asyncio.sleep(0)
        upper.go_on.set()
        return [[hyps[0].text for hyps in await task] for task in (running, waiting, last)]

    assert run(scene, max_waiting=4) == [["A"], ["B"] * 3, ["D"]]


def test_what_nobody_waits_for_is_not_translated() -> None:
    upper = Upper()
    upper.go_on.clear()

    async def scene(batcher: Batcher) -> Any:
        running = asyncio.create_task(batcher.hypotheses([work("a", upper)]))
        while not upper.batches:
            await asyncio.sleep(0.001)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(batcher.hypotheses([work("b", upper)]), 0.01)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(running, 0.01)
        last = asyncio.create_task(batcher.hypotheses([work("c", upper)]))  # there is room again
        await asyncio.sleep(0)
        upper.go_on.set()
        return await last

    assert run(scene, max_waiting=1)[0][0].text == "C"
    assert upper.batches == [["a"], ["c"]]


def test_closing_answers_what_was_accepted() -> None:
    upper = Upper()

    async def play() -> Any:
        batcher = Batcher(Settings(window=0.01, batch_size=2), Metrics())
        batcher.start()
        asked = asyncio.create_task(batcher.hypotheses([work(text, upper) for text in "abcde"]))
        await asyncio.sleep(0)
        await batcher.close()
        return await asyncio.wait_for(asked, 1)

    assert [hyps[0].text for hyps in asyncio.run(play())] == list("ABCDE")
