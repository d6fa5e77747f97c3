"""The bodies of answers, as the OpenAPI document describes them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

Confidence = Annotated[float, Field(ge=0, le=100)]


class Error(BaseModel):
    """Why there is no answer."""

    error: str


class Detected(BaseModel):
    """A language that a text may be in."""

    confidence: Confidence
    language: str


class Translation(BaseModel):
    """Lists where `q` was a list."""

    translatedText: str | list[str]  # noqa: N815 - LibreTranslate's name
    detectedLanguage: Annotated[  # noqa: N815
        Detected | list[Detected] | None, Field(description="When `source` was `auto`.")
    ] = None
    alternatives: Annotated[
        list[str] | list[list[str]] | None, Field(description="When they were asked for.")
    ] = None


class Attention(BaseModel):
    """What the decoder looked at: of each target piece, how much at each source piece.

    The lists are empty where nothing was translated: a blank text, or one that is in the target's
    language already.
    """

    translatedText: str  # noqa: N815
    source: Annotated[list[str], Field(description="Pieces; `▁` begins a word, `</s>` ends all.")]
    target: list[str]
    weights: Annotated[
        list[list[Annotated[float, Field(ge=0, le=1)]]],
        Field(description="A row for each target piece, a column for each source piece."),
    ]


class LanguageEntry(BaseModel):
    """A language and what it can be translated into."""

    code: str
    name: str
    targets: list[str]


class Health(BaseModel):
    """The server is up."""

    status: str


class NamedLanguage(BaseModel):
    """A language in the settings of a page."""

    code: str
    name: str


class FrontendLanguages(BaseModel):
    """What a page first shows."""

    source: NamedLanguage
    target: NamedLanguage


class FrontendSettings(BaseModel):
    """What a page needs to know."""

    charLimit: int  # noqa: N815
    frontendTimeout: Annotated[  # noqa: N815
        int, Field(description="Milliseconds of rest before what was typed is translated.")
    ]
    apiKeys: bool  # noqa: N815
    keyRequired: bool  # noqa: N815
    suggestions: bool
    filesTranslation: bool  # noqa: N815
    supportedFilesFormat: list[str]  # noqa: N815
    language: FrontendLanguages


_REFUSALS = {
    400: "The request cannot be understood, or names a language that is not there.",
    403: "The API key is wrong.",
    408: "The request did not arrive in time.",
    413: "The request is too large, or a text too long.",
    429: "The queue is full; Retry-After says when to come again.",
    500: "The text cannot be translated.",
    503: "The translation took too long.",
}
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Error, "description": text} for status, text in _REFUSALS.items()
}
"""Of every POST."""
