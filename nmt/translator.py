"""Text in, text out: a bundle's subword models, runtime and search as one object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmt.bundle import Bundle, read_bundle
from nmt.cleaning import normalise
from nmt.runtime import Runtime
from nmt.search import Found, SearchOptions, search
from nmt.subword import BOS, EOS, PAD

BATCH_SIZE = 64


@dataclass(frozen=True)
class Hypothesis:
    """One translation of a sentence, and how the model came to it."""

    text: str
    score: float
    """log-probability in nats divided by the length penalty"""
    src_pieces: tuple[str, ...] = ()
    """the source as the model read it, its end as `</s>`"""
    trg_pieces: tuple[str, ...] = ()
    attention: NDArray[np.float32] | None = field(default=None, compare=False)
    """`[len(trg_pieces), len(src_pieces)]`; None unless asked for"""


class Translator:
    """A trained model, ready to translate. It holds no state between calls."""

    def __init__(self, bundle: Bundle) -> None:
        """Prepare the model of a bundle that is already in memory."""
        self.bundle = bundle
        self._runtime = Runtime(bundle.config.model, bundle.weights)
        # Never seen in training, so their probabilities mean nothing.
        self._forbidden = (PAD, BOS, *bundle.trg_subword.unseen_ids())

    @classmethod
    def load(cls, folder: Path | str) -> Translator:
        """Return the translator of a bundle on disk; raise `InputError` if it is not whole."""
        return cls(read_bundle(Path(folder)))

    def translate(
        self, texts: Sequence[str], *, beam_size: int = 5, length_penalty: float = 1.0
    ) -> list[str]:
        """Return the best translation of each text, in order; blank texts give empty ones."""
        options = SearchOptions(beam_size=beam_size, length_penalty=length_penalty)
        return [hyps[0].text for hyps in self.hypotheses(texts, options)]

    def hypotheses(
        self, texts: Sequence[str], options: SearchOptions, batch_size: int = BATCH_SIZE
    ) -> list[list[Hypothesis]]:
        """Return up to `n_best` translations of each text, best first, at least one.

        Texts of like length are computed together, `batch_size` at a time; how they are grouped
        changes no result.
        """
        languages, subword = self.bundle.config.languages, self.bundle.src_subword
        options = SearchOptions(
            **{**vars(options), "forbidden": (*self._forbidden, *options.forbidden)}
        )
        srcs = subword.encode([normalise(t, languages.src, languages.profile) for t in texts])
        results: list[list[Hypothesis]] = [[Hypothesis("", 0.0)] for _ in texts]
        for rows in _grouped([len(src) for src in srcs], batch_size):
            found = search(self._runtime, [srcs[row] for row in rows], options)
            for row, hyps in zip(rows, found, strict=True):
                results[row] = [self._hypothesis(srcs[row], hyp) for hyp in hyps]
        return results

    def _hypothesis(self, src: Sequence[int], found: Found) -> Hypothesis:
        trg_subword = self.bundle.trg_subword
        text = trg_subword.decode(found.ids)
        if found.attention is None:
            return Hypothesis(text, found.score)
        return Hypothesis(
            text,
            found.score,
            tuple(self.bundle.src_subword.pieces([*src, EOS])),
            tuple(trg_subword.pieces([*found.ids, EOS])),
            found.attention[:, : len(src) + 1],
        )


def _grouped(lengths: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """Yield the places of sentences that are not empty, batch by batch, the shortest first."""
    order = sorted((i for i, length in enumerate(lengths) if length), key=lengths.__getitem__)
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]
