"""Text in, text out: a bundle's subword models, runtime and search as one object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from nmt.bundle import Bundle, read_bundle
from nmt.cleaning import normalise
from nmt.constraints import Owed, without_loops
from nmt.ensemble import Ensemble
from nmt.errors import InputError
from nmt.hypothesis import Hypothesis, joined
from nmt.masking import Item, Masked, Masking, shown
from nmt.naming import names_of
from nmt.runtime import Runtime
from nmt.search import Found, SearchModel, SearchOptions, search
from nmt.sentences import split_sentences
from nmt.spelling import DEVANAGARI_LANGUAGES
from nmt.subword import BOS, EOS, PAD
from nmt.weights import check_weights

BATCH_SIZE, HYPS = 128, 640
"""Sentences, and hypotheses, that are computed together at most: more gain nothing but padding."""
BATCH_PIECES = 4096
"""Source pieces, padding among them, that are computed together at most: they take memory."""
MAX_PIECES = 200
"""Source pieces read at once; training drops sentences of more than 100 words. Time and memory grow
with the square of the length, so a longer text is cut before a word, and its parts translated."""


@dataclass(frozen=True)
class _Part:
    """What is translated at once: ids, what symbols stand for, the place of their sentence."""

    sentence: int
    ids: Sequence[int]
    items: Sequence[Item]


class Translator:
    """A trained model, ready to translate. It holds no state between calls."""

    def __init__(self, bundle: Bundle, *others: Bundle, digits: str | None = None) -> None:
        """Prepare a model in memory; with `others`, all of them as an ensemble.

        `digits` is how numbers are written, one of `nmt.masking.DIGITS`; by default `devanagari`
        in languages written in that script, else `ascii`. Raises `InputError` if the parts of a
        bundle, or the bundles, do not fit each other.
        """
        self.bundle = bundle
        for each in (bundle, *others):
            _check(each)
            if _pieces(each) != _pieces(bundle):
                raise InputError(
                    "models decode together if their pieces are the same; train them with: "
                    "nmt train --ensemble"
                )
        self.bundles, self._digits = (bundle, *others), digits
        runtimes = [Runtime(each.config.model, each.weights) for each in self.bundles]
        self._model: SearchModel = Ensemble(tuple(runtimes)) if others else runtimes[0]
        languages = bundle.config.languages
        digits = digits or ("devanagari" if languages.trg in DEVANAGARI_LANGUAGES else "ascii")
        self._masking = Masking(languages, digits, names_of(languages, bundle.words))
        # A model from before there were symbols translates texts as they are.
        src_symbols, trg_symbols = (
            subword.symbol_ids() for subword in (bundle.src_subword, bundle.trg_subword)
        )
        self._src_symbols = src_symbols if trg_symbols else ()
        self._trg_symbols = trg_symbols if src_symbols else ()
        # Never seen in training, so their probabilities mean nothing; and the digits of a
        # translation are those of its source, which stand for themselves.
        self.forbidden = (PAD, BOS, *bundle.trg_subword.unseen_ids())
        if self._src_symbols:
            self.forbidden += (*bundle.trg_subword.digit_ids(),)

    def __reduce__(self) -> tuple[Callable[..., Translator], tuple[Bundle, ...]]:
        """Return what another process makes the same translator of."""
        return partial(Translator, digits=self._digits), self.bundles

    @classmethod
    def load(cls, folder: Path | str, *others: Path | str, digits: str | None = None) -> Translator:
        """Return the translator of one or more bundles on disk.

        Raises `InputError` if one is not whole, or if they do not fit each other.
        """
        return cls(*(_read(Path(each)) for each in (folder, *others)), digits=digits)

    def translate(
        self, texts: Sequence[str], *, beam_size: int = 5, length_penalty: float = 1.0
    ) -> list[str]:
        """Return the best translation of each text, in order; blank texts give empty ones."""
        options = SearchOptions(beam_size=beam_size, length_penalty=length_penalty)
        return [hyps[0].text for hyps in self.hypotheses(texts, options)]

    def hypotheses(
        self, texts: Sequence[str], options: SearchOptions, batch_size: int | None = None
    ) -> list[list[Hypothesis]]:
        """Return up to `n_best` translations of each text, best first, at least one.

        The translations of a text differ; there are fewer when the beam holds fewer. Texts of like
        length are computed together, `batch_size` at a time (or as many as fill `HYPS`); how
        they are grouped changes no result. Of a sentence of more than `MAX_PIECES` pieces the score
        is the mean over its parts. A text is translated sentence by sentence, and what blanks and
        line breaks it has are kept; its score is their mean, too. Numbers, literals and unknown
        names of a text are in each of its translations; a text of nothing else is its own. Raises
        `InputError` for a string in place of a list of them.
        """
        if isinstance(texts, str):
            raise InputError("translate takes a list of texts; put the text in brackets: [text]")
        batch_size = batch_size or max(1, min(BATCH_SIZE, HYPS // options.beam_size))
        lang = self.bundle.config.languages.src
        cut = [split_sentences(text.lstrip(), lang) for text in texts]
        found = iter(self._sentences([pair[0] for of in cut for pair in of], options, batch_size))
        whole = [joined(list(islice(found, len(of))), [blanks for _, blanks in of]) for of in cut]
        # A blank text is an empty one; the blanks before others are kept as those in them are.
        return [
            [replace(hyp, text=_before(text) + hyp.text) for hyp in hyps] if of else hyps
            for text, of, hyps in zip(texts, cut, whole, strict=True)
        ]

    def _sentences(
        self, sentences: Sequence[str], options: SearchOptions, batch_size: int
    ) -> list[list[Hypothesis]]:
        """Return up to `n_best` translations of each sentence, best first, at least one."""
        masked = [self._mask(sentence) for sentence in sentences]
        parts = self._parts(masked)
        wider = replace(
            options,
            n_best=max(options.n_best, options.beam_size),
            prune=options.threshold,
        )
        found = self.found([part.ids for part in parts], wider, batch_size)
        results: list[list[list[Hypothesis]]] = [[] for _ in sentences]
        for part, hyps in zip(parts, found, strict=True):
            results[part.sentence].append(self._different(part, hyps, options.n_best))
        return [
            [
                replace(hyp, text=src.before + hyp.text + src.after)
                for hyp in joined(of, [" "] * (len(of) - 1) + [""])
            ]
            if of
            else [Hypothesis("" if src.has_words else src.copied(), 0.0)]
            for src, of in zip(masked, results, strict=True)
        ]

    def found(
        self, srcs: Sequence[Sequence[int]], options: SearchOptions, batch_size: int = BATCH_SIZE
    ) -> list[list[Found]]:
        """Return what search finds for sources given as ids without `EOS`, `batch_size` at a time.

        Each has the symbols of its source, and no id that the model never learnt to write.
        """
        options = replace(options, forbidden=(*self.forbidden, *options.forbidden))
        found: list[list[Found]] = [[] for _ in srcs]
        for places in _grouped([len(ids) for ids in srcs], batch_size):
            batch = [srcs[place] for place in places]
            # Huge weights end in no number, which search knows; the user need not read of it.
            with np.errstate(over="ignore", invalid="ignore"):
                searched = search(self._model, batch, options, self._owed(batch))
            for place, hyps in zip(places, searched, strict=True):
                found[place] = hyps
        return found

    def _mask(self, text: str) -> Masked:
        if self._src_symbols:
            return self._masking.mask(text)
        languages = self.bundle.config.languages
        return Masked(normalise(text, languages.src, languages.profile))

    def _parts(self, masked: Sequence[Masked]) -> list[_Part]:
        """Return sentences in parts of at most `MAX_PIECES`, cut before words where possible."""
        places = [place for place, each in enumerate(masked) if each.has_words]
        parts = []
        subword = self.bundle.src_subword
        encoded = subword.encode([masked[place].text for place in places])
        for place, src in zip(places, encoded, strict=True):
            items = iter(masked[place].items)
            pieces, start = subword.pieces(src), 0
            while start < len(src):
                end = latest = start + MAX_PIECES
                if end < len(src):
                    words = (i for i in range(latest, start, -1) if pieces[i].startswith("▁"))
                    end = next(words, latest)
                ids = src[start:end]
                number = sum(i in self._src_symbols for i in ids)
                parts.append(_Part(place, ids, tuple(islice(items, number))))
                start = end
        return parts

    def _owed(self, srcs: Sequence[Sequence[int]]) -> Owed:
        counts = [[src.count(symbol) for symbol in self._src_symbols] for src in srcs]
        return Owed(self._trg_symbols, np.asarray(counts, np.int64))

    def _different(self, part: _Part, found: Sequence[Found], n_best: int) -> list[Hypothesis]:
        """Return what the ids spell, best first; of several spellings of a text the best."""
        texts: dict[str, Hypothesis] = {}
        for hyp in found:
            text = self._masking.unmask(self._spelt(hyp.ids), part.items)
            if text not in texts:
                texts[text] = self._hypothesis(text, part, hyp)
            if len(texts) == n_best:
                break
        return list(texts.values())

    def _spelt(self, ids: Sequence[int]) -> str:
        """Return the text of ids, with single blanks, without loops that ids spell differently."""
        subword = self.bundle.trg_subword
        text = subword.decode(ids)
        [usual] = subword.encode([text])
        # What is left may be spelt otherwise, and repeat itself then.
        while len(once := without_loops(usual, self._trg_symbols)) < len(usual):
            text = subword.decode(once)
            [usual] = subword.encode([text])
        return " ".join(text.split())

    def _hypothesis(self, text: str, part: _Part, found: Found) -> Hypothesis:
        if found.attention is None:
            return Hypothesis(text, found.score)
        src_pieces = self.bundle.src_subword.pieces([*part.ids, EOS])
        trg_pieces = self.bundle.trg_subword.pieces([*found.ids, EOS])
        return Hypothesis(
            text,
            found.score,
            shown(src_pieces, part.items, in_translation=False),
            shown(trg_pieces, part.items, in_translation=True),
            found.attention[:, : len(part.ids) + 1],
        )


def _read(folder: Path) -> Bundle:
    bundle = read_bundle(folder)
    try:
        _check(bundle)
    except InputError as error:
        raise InputError(f"{folder} is not a bundle this version can use: {error}") from error
    return bundle


def _check(bundle: Bundle) -> None:
    sizes = bundle.src_subword.vocab_size, bundle.trg_subword.vocab_size
    check_weights(bundle.weights, bundle.config.model, *sizes)


def _pieces(bundle: Bundle) -> tuple[bytes, bytes]:
    return bundle.src_subword.model, bundle.trg_subword.model


def _before(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _grouped(lengths: Sequence[int], batch_size: int) -> Iterator[list[int]]:
    """Yield the places of the sentences, batch by batch, the shortest first."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        full = len(batch) == batch_size or (len(batch) + 1) * lengths[place] > BATCH_PIECES
        if batch and full:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
