"""Several models of one direction as one, for search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmt.search import SearchModel

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Memories:
    """The memories of the members, in their order."""

    members: tuple[Any, ...]

    def select(self, hyps: Ints) -> Memories:
        """Return what every member selects."""
        return Memories(tuple(memory.select(hyps) for memory in self.members))


@dataclass(frozen=True)
class Ensemble:
    """Models over the same pieces whose probabilities are averaged (Sutskever et al. 2014).

    It is to search what each member is.
    """

    members: tuple[SearchModel, ...]

    def encode(self, srcs: Sequence[Sequence[int]]) -> Memories:
        """Return the memories of a batch of sources."""
        return Memories(tuple(member.encode(srcs) for member in self.members))

    def step(self, memory: Memories, ids: Ints) -> tuple[Floats, Floats, Memories]:
        """Return mean log-probabilities, mean attention and the next memories.

        The first are `[hyps, vocab_size]`, attention is `[hyps, src_len]`.
        """
        steps = [
            member.step(part, ids)
            for member, part in zip(self.members, memory.members, strict=True)
        ]
        log_probs, attentions, memories = zip(*steps, strict=True)
        mean = reduce(np.logaddexp, log_probs) - np.float32(np.log(len(steps)))
        return mean, np.mean(attentions, axis=0), Memories(memories)
