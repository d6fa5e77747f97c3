"""Text in, text out: a bundle's subword models, runtime and search as one object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nmt.bundle import Bundle, read_bundle
from nmt.cleaning import normalise
from nmt.errors import InputError
from nmt.runtime import Runtime, check_weights
from nmt.search import Found, SearchOptions, search
from nmt.subword import BOS, EOS, PAD

BATCH_SIZE = 64
MAX_PIECES = 200
"""Source pieces read at once; training drops sentences of more than 100 words. Time and memory grow
with the square of the length, so a longer text is cut before a word, and its parts translated."""


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
        """Prepare the model of a bundle in memory; raise `InputError` if its parts do not fit."""
        self.bundle = bundle
        sizes = bundle.src_subword.vocab_size, bundle.trg_subword.vocab_size
        check_weights(bundle.weights, bundle.config.model, *sizes)
        self._runtime = Runtime(bundle.config.model, bundle.weights)
        # Never seen in training, so their probabilities mean nothing.
        self._forbidden = (PAD, BOS, *bundle.trg_subword.unseen_ids())

    @classmethod
    def load(cls, folder: Path | str) -> Translator:
        """Return the translator of a bundle on disk; raise `InputError` if it is not whole."""
        bundle = read_bundle(Path(folder))
        try:
            return cls(bundle)
        except InputError as error:
            raise InputError(f"{folder} is not a bundle this version can use: {error}") from error

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

        The translations of a text differ; there are fewer when the beam holds fewer. Texts of like
        length are computed together, `batch_size` at a time; how they are grouped changes no
        result. Of a text of more than `MAX_PIECES` pieces the score is the mean over its parts.
        Raises `InputError` for a string in place of a list of them.
        """
        if isinstance(texts, str):
            raise InputError("translate takes a list of texts; put the text in brackets: [text]")
        languages, subword = self.bundle.config.languages, self.bundle.src_subword
        srcs = subword.encode([normalise(t, languages.src, languages.profile) for t in texts])
        parts = [(row, part) for row, src in enumerate(srcs) for part in self._parts(src)]
        wider = replace(
            options,
            n_best=max(options.n_best, options.beam_size),
            forbidden=(*self._forbidden, *options.forbidden),
        )
        found: list[list[Found]] = [[] for _ in parts]
        for places in _grouped([len(part) for _, part in parts], batch_size):
            batch = search(self._runtime, [parts[place][1] for place in places], wider)
            for place, hyps in zip(places, batch, strict=True):
                found[place] = hyps
        results: list[list[list[Hypothesis]]] = [[] for _ in texts]
        for (row, part), hyps in zip(parts, found, strict=True):
            results[row].append(self._different(part, hyps)[: options.n_best])
        # Of several parts' hypotheses the first join the first, as far as all have them.
        joined = ([_joined(hyps) for hyps in zip(*of, strict=False)] for of in results)
        return [hyps or [Hypothesis("", 0.0)] for hyps in joined]

    def _parts(self, src: Sequence[int]) -> Iterator[Sequence[int]]:
        """Yield a source in parts of at most `MAX_PIECES`, cut before words where there are any."""
        pieces, start = self.bundle.src_subword.pieces(src), 0
        while start < len(src):
            end = latest = start + MAX_PIECES
            if end < len(src):
                words = (i for i in range(latest, start, -1) if pieces[i].startswith("▁"))
                end = next(words, latest)
            yield src[start:end]
            start = end

    def _different(self, src: Sequence[int], found: Sequence[Found]) -> list[Hypothesis]:
        """Return what the ids spell, best first; of several spellings of a text the best."""
        texts: dict[str, Hypothesis] = {}
        for hyp in found:
            hypothesis = self._hypothesis(src, hyp)
            texts.setdefault(hypothesis.text, hypothesis)
        return list(texts.values())

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


def _joined(parts: Sequence[Hypothesis]) -> Hypothesis:
    """Return the translation of a text from those of its parts, in order."""
    if len(parts) == 1:
        return parts[0]
    return Hypothesis(
        " ".join(part.text for part in parts if part.text),
        sum(part.score for part in parts) / len(parts),
        tuple(piece for part in parts for piece in part.src_pieces),
        tuple(piece for part in parts for piece in part.trg_pieces),
        _diagonal([part.attention for part in parts if part.attention is not None]),
    )


def _diagonal(blocks: Sequence[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """Return a matrix with the blocks along its diagonal, zero elsewhere; None without blocks."""
    if not blocks:
        return None
    matrix = np.zeros(np.sum([block.shape for block in blocks], axis=0), np.float32)
    row = column = 0
    for block in blocks:
        height, width = block.shape
        matrix[row : row + height, column : column + width] = block
        row, column = row + height, column + width
    return matrix


def _grouped(lengths: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """Yield the places of the sentences, batch by batch, the shortest first."""
    order = sorted(range(len(lengths)), key=lengths.__getitem__)
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]
