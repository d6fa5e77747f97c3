"""What a client asks for: read from JSON, a form or the query, checked, or refused in one line."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import chain
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

from fastapi import HTTPException, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, ValidationError

from nmt.server.settings import MAX_ALTERNATIVES, MAX_PARAMETERS, Settings


def _is_unicode(text: str) -> str:
    text.encode()  # half a character, which JSON can spell, has no bytes: a ValueError
    return text


AnyText = Annotated[str, AfterValidator(_is_unicode)]
Text = Annotated[AnyText, Field(min_length=1)]
Texts = Annotated[list[AnyText], Field(min_length=1)]
# As a form has them.
Digits = Annotated[str, Field(pattern="^([0-9]|10)?$")]
Alternatives = Annotated[StrictInt, Field(ge=0, le=MAX_ALTERNATIVES)]


class _Asked(BaseModel):
    """What every question has."""

    model_config = ConfigDict(strict=True)

    api_key: Annotated[str | None, Field(description="Needed where the server asks for one.")] = (
        None
    )


class TranslateRequest(_Asked):
    """The parameters of `POST /translate`."""

    q: Annotated[Text | Texts, Field(description="The text, or several.")]
    source: Annotated[Text, Field(description="Its language; `auto`: find out.")]
    target: Annotated[Text, Field(description="The language to translate into.")]
    format: Annotated[
        Literal["text", "html", ""] | None, Field(description="`html` keeps the tags.")
    ] = "text"
    alternatives: Annotated[
        Alternatives | Digits | None, Field(description="Further translations, at most.")
    ] = 0


class DetectRequest(_Asked):
    """The parameters of `POST /detect`."""

    q: Annotated[Text | Texts, Field(description="The text; of several, all together.")]


class AttentionRequest(_Asked):
    """The parameters of `POST /attention`."""

    q: Annotated[Text, Field(description="One sentence.")]
    source: Annotated[Text, Field(description="Its language; `auto`: find out.")]
    target: Annotated[Text, Field(description="The language to translate into.")]


Asked = TypeVar("Asked", bound=_Asked)

_WRONG = {
    "q": "q must be a text or a list of texts, in valid Unicode",
    "alternatives": f"alternatives parameter is not a number from 0 to {MAX_ALTERNATIVES}",
}


async def read(request: Request, kind: type[Asked], settings: Settings) -> Asked:
    """Return what a request asks for.

    Raises `HTTPException`: 400 for what cannot be understood, 403 for a wrong key, 413 for texts
    that are too long or too many.
    """
    given = await _given(request)
    _check_key(given.get("api_key"), settings)
    try:
        # As LibreTranslate has it, what is empty is not there.
        asked = kind.model_validate({k: v for k, v in given.items() if v not in (None, "", [])})
    except ValidationError as error:
        raise HTTPException(400, _message(error)) from None
    check_sizes(texts_of(asked), settings)
    return asked


def texts_of(asked: Any) -> list[str]:
    """Return the texts of a question, one or several, as a list."""
    return asked.q if isinstance(asked.q, list) else [asked.q]


def check_sizes(texts: Sequence[str], settings: Settings) -> None:
    """Raise `HTTPException` (413) for too many texts, or one that is too long."""
    for size, limit in (
        (len(texts), settings.max_texts),
        (max(map(len, texts), default=0), settings.max_characters),
    ):
        if size > limit:
            raise HTTPException(
                413, f"Invalid request: request ({size}) exceeds text limit ({limit})"
            )


async def _given(request: Request) -> dict[str, Any]:
    """Return the parameters by name as they came, unchecked."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        try:
            given = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise HTTPException(400, "Invalid JSON format") from None
        if not isinstance(given, dict):
            raise HTTPException(400, "Invalid JSON format")
        return given
    if kind == "multipart/form-data":
        # Starlette itself refuses, with 400, a form that is none.
        form: Iterable[tuple[str, object]] = (
            await request.form(max_files=0, max_fields=MAX_PARAMETERS)
        ).multi_items()
    else:
        form = _fields(await request.body())
    return _by_name(chain(form, request.query_params.multi_items()))


def _fields(body: bytes) -> list[tuple[str, str]]:
    # Not with Starlette, which takes bytes that nobody has escaped for Latin-1: curl sends UTF-8.
    try:
        return parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise HTTPException(400, f"Invalid request: over {MAX_PARAMETERS} parameters") from None


def _by_name(fields: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Return each field's value, or the list of them when it came several times."""
    named: dict[str, list[object]] = {}
    for name, value in fields:
        named.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in named.items()}


def _check_key(given: object, settings: Settings) -> None:
    if settings.api_key is None:
        return
    if not given:
        raise HTTPException(400, "Please contact the server operator to get an API key")
    # Hashes, so that not even the key's length can be told from the time this takes.
    if not hmac.compare_digest(_hash(given), _hash(settings.api_key)):
        raise HTTPException(403, "Invalid API key")


def _hash(key: object) -> bytes:
    return sha256(str(key).encode("utf-8", "surrogatepass")).digest()


def _message(error: ValidationError) -> str:
    """Return what is wrong with the first wrong parameter, as LibreTranslate says it."""
    first = error.errors(include_url=False, include_context=False)[0]
    name = str(first["loc"][0])
    if first["type"] == "missing":
        return f"Invalid request: missing {name} parameter"
    if name == "format" and isinstance(first["input"], str):
        return f"{printable(first['input'])} format is not supported"
    return f"Invalid request: {_WRONG.get(name, f'{name} must be a text, in valid Unicode')}"


def printable(text: str) -> str:
    """Return the text as a message may quote it: short, and of whole characters."""
    return text[:40].encode("utf-8", "replace").decode("utf-8")
