"""Answers in LibreTranslate's form: languages found or detected, tags kept, one text or many."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from fastapi import HTTPException
from numpy.typing import NDArray

from nmt.hypothesis import Hypothesis
from nmt.search import PRUNE, SearchOptions
from nmt.server.batching import Batcher, QueueFullError, Work
from nmt.server.detection import Detection, detect
from nmt.server.languages import Language, Languages
from nmt.server.markup import Markup
from nmt.server.metrics import Metrics
from nmt.server.parameters import (
    AttentionRequest,
    TranslateRequest,
    check_sizes,
    printable,
    texts_of,
)
from nmt.server.settings import Settings
from nmt.translator import Translator

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """What the answers of one server are made with."""

    settings: Settings
    languages: Languages
    batcher: Batcher
    metrics: Metrics


@dataclass(frozen=True)
class _Piece:
    """One of a request's texts: its language, and what of it is to be translated."""

    source: Detection
    translator: Translator | None = field(repr=False)
    """None from a language to itself: a copy"""
    markup: Markup | None
    texts: list[str]

    def finish(self, found: list[list[Hypothesis]]) -> tuple[str, list[str]]:
        """Return the translation and the alternatives, from the hypotheses of each text."""
        if self.markup:
            # What alternatives its texts have could be combined in any way: there are none.
            return self.markup.fill([hyps[0] for hyps in found]), []
        first, *others = found[0]
        return first.text, [hyp.text for hyp in others]


async def translate(service: Service, asked: TranslateRequest) -> dict[str, Any]:
    """Return the answer to `POST /translate`; raise `HTTPException` with the reason for none."""
    wanted = int(asked.alternatives or 0)
    target = _known(service, asked.target)
    pieces = [_piece(service, asked, text, target) for text in texts_of(asked)]
    # Tags inside a sentence find their words by what these looked at.
    html = asked.format == "html"
    found = iter(await _hypotheses(service, pieces, target, wanted + 1, attention=html))
    finished = [piece.finish(list(islice(found, len(piece.texts)))) for piece in pieces]
    columns: dict[str, list[Any]] = {"translatedText": [text for text, _ in finished]}
    if asked.source == "auto":
        columns["detectedLanguage"] = [piece.source.to_json() for piece in pieces]
    if wanted:
        columns["alternatives"] = [others for _, others in finished]
    if isinstance(asked.q, list):
        return columns
    return {name: values[0] for name, values in columns.items()}


async def attend(service: Service, asked: AttentionRequest) -> dict[str, Any]:
    """Return the answer to `POST /attention`; raise `HTTPException` with the reason for none."""
    target = _known(service, asked.target)
    piece = _piece(service, asked, asked.q, target)
    ((hyp, *_),) = await _hypotheses(service, [piece], target, 1, attention=True)
    weights = [] if hyp.attention is None else _rounded(hyp.attention)
    return {
        "translatedText": hyp.text,
        "source": hyp.src_pieces,
        "target": hyp.trg_pieces,
        "weights": weights,
    }


def _rounded(attention: NDArray[np.float32]) -> list[list[float]]:
    # As doubles: a float32 of four digits has more when JSON writes it.
    rounded: list[list[float]] = attention.astype(np.float64).clip(0, 1).round(4).tolist()
    return rounded


def _known(service: Service, code: str) -> Language:
    """Return the language a client names; raise `HTTPException` (400) if no model knows it."""
    if language := service.languages.find(code):
        return language
    raise HTTPException(400, f"{printable(code)} is not supported")


def _piece(
    service: Service, asked: TranslateRequest | AttentionRequest, text: str, target: Language
) -> _Piece:
    markup = (
        Markup(text) if isinstance(asked, TranslateRequest) and asked.format == "html" else None
    )
    texts = markup.texts if markup else [text]
    if asked.source == "auto":
        source = detect("\n".join(texts), service.languages.all)[0]
    else:
        source = Detection(_known(service, asked.source), 100.0)
    language = source.language
    translator = service.languages.translator(language, target)
    if translator is None and language != target:
        raise HTTPException(
            400,
            f"{target.name} ({target.code}) is not available as a target language "
            f"from {language.name} ({language.code})",
        )
    return _Piece(source, translator, markup, texts)


async def _hypotheses(
    service: Service,
    pieces: Sequence[_Piece],
    target: Language,
    n_best: int,
    attention: bool = False,
) -> Iterator[list[Hypothesis]]:
    """Yield the `n_best` hypotheses of each text of each piece, in order.

    Raises `HTTPException`: 413 for too many texts, 429 when the queue is full, 503 after too long,
    500 for a text that cannot be translated.
    """
    settings = service.settings
    todo = [(piece, text) for piece in pieces for text in piece.texts]
    check_sizes([text for _, text in todo], settings)
    beam_size = max(settings.beam_size, n_best)
    # Of hypotheses that are not asked for the first are the same, and requests can share a search.
    prune = PRUNE if n_best == 1 else None
    options = SearchOptions(beam_size, n_best=beam_size, attention=attention, prune=prune)
    works = [Work(text, piece.translator, options) for piece, text in todo if piece.translator]
    try:
        async with asyncio.timeout(settings.timeout):
            found = iter(await service.batcher.hypotheses(works))
    except QueueFullError:
        reason = "Slowdown: too many texts are waiting; try again in a second"
        raise HTTPException(429, reason, {"Retry-After": "1"}) from None
    except TimeoutError:
        reason = f"the translation took more than {settings.timeout:g} seconds"
        raise HTTPException(503, reason, {"Retry-After": "5"}) from None
    _count(service, todo, target)
    return iter(
        next(found)[:n_best] if piece.translator else [Hypothesis(text, 0.0)]
        for piece, text in todo
    )


def _count(service: Service, todo: Sequence[tuple[_Piece, str]], target: Language) -> None:
    for piece, text in todo:
        labels = piece.source.language.code, target.code
        service.metrics.texts.labels(*labels).inc()
        service.metrics.characters.labels(*labels).inc(len(text))
        if service.settings.log_text:
            log.info("%s → %s: %r", *labels, text)
