"""The paths of the API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from nmt.server.answers import (
    REFUSALS,
    Attention,
    Detected,
    FrontendSettings,
    Health,
    LanguageEntry,
    Translation,
)
from nmt.server.detection import detect
from nmt.server.parameters import AttentionRequest, DetectRequest, TranslateRequest, read, texts_of
from nmt.server.settings import MAX_ATTENTION_CHARACTERS
from nmt.server.translation import Service, attend, translate

REST = 400
"""Milliseconds without a key pressed after which a page should ask for a translation."""

router = APIRouter()


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


@router.post("/translate", response_model=Translation, responses=REFUSALS)
async def post_translate(request: Request) -> Response:
    """Translate a text, or several, plain or HTML."""
    service = _service(request)
    asked = await read(request, TranslateRequest, service.settings)
    return JSONResponse(await translate(service, asked))


@router.post("/detect", response_model=list[Detected], responses=REFUSALS)
async def post_detect(request: Request) -> Response:
    """Say which language a text is in."""
    service = _service(request)
    asked = await read(request, DetectRequest, service.settings)
    found = detect("\n".join(texts_of(asked)), service.languages.all)
    return JSONResponse([each.to_json() for each in found])


@router.post("/attention", response_model=Attention, responses=REFUSALS)
async def post_attention(request: Request) -> Response:
    """Translate a sentence and show what the decoder looked at."""
    service = _service(request)
    asked = await read(request, AttentionRequest, service.settings)
    if len(asked.q) > MAX_ATTENTION_CHARACTERS:
        raise HTTPException(
            413,
            f"Invalid request: request ({len(asked.q)}) exceeds text limit "
            f"({MAX_ATTENTION_CHARACTERS})",
        )
    return JSONResponse(await attend(service, asked))


@router.get("/languages", response_model=list[LanguageEntry])
async def get_languages(request: Request) -> Response:
    """List the languages and what each can be translated into."""
    languages = _service(request).languages
    return JSONResponse(
        [
            {
                "code": each.code,
                "name": each.name,
                "targets": [target.code for target in languages.targets(each)],
            }
            for each in languages.all
        ]
    )


@router.get("/health", response_model=Health)
async def get_health() -> dict[str, str]:
    """Say that the server is up."""
    return {"status": "ok"}


@router.get("/frontend/settings", response_model=FrontendSettings)
async def get_frontend_settings(request: Request) -> dict[str, Any]:
    """Say what a page needs to know."""
    service = _service(request)
    first = next(each for each in service.languages.all if len(service.languages.targets(each)) > 1)
    target = next(each for each in service.languages.targets(first) if each != first)
    return {
        "charLimit": service.settings.max_characters,
        "frontendTimeout": REST,
        "apiKeys": service.settings.api_key is not None,
        "keyRequired": service.settings.api_key is not None,
        "suggestions": False,
        "filesTranslation": False,
        "supportedFilesFormat": [],
        "language": {
            "source": {"code": first.code, "name": first.name},
            "target": {"code": target.code, "name": target.name},
        },
    }


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def get_metrics(request: Request) -> Response:
    """Count requests, texts and batches for Prometheus."""
    return Response(_service(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)
