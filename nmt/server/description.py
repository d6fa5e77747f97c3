"""The OpenAPI document: what FastAPI cannot see because a body may come in several forms."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from nmt.server.parameters import AttentionRequest, DetectRequest, TranslateRequest
from nmt.server.settings import MAX_ATTENTION_CHARACTERS
from nmt.server.translation import Service

ABOUT = """\
LibreTranslate's API. A body may be JSON or a form, and the parameters of a form may also stand in
the query. Every refusal is `{"error": "the reason"}`.
"""
_BODIES: dict[str, type[BaseModel]] = {
    "/translate": TranslateRequest,
    "/detect": DetectRequest,
    "/attention": AttentionRequest,
}


def describe(app: FastAPI, service: Service) -> None:
    """Complete the document that `app` serves with the bodies of requests."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if not app.openapi_schema:
            document = plain()
            document["info"]["description"] = ABOUT
            for path, kind in _BODIES.items():
                schema, name = _schema(kind, service), kind.__name__
                schemas = {name: schema, f"{name}Form": _form(schema)}
                document["components"]["schemas"] |= schemas
                document["paths"][path]["post"]["requestBody"] = _body(name)
        assert app.openapi_schema
        return app.openapi_schema

    # FastAPI's own way to extend the document.
    app.openapi = complete  # type: ignore[method-assign]


def _body(name: str) -> dict[str, Any]:
    kinds = {"application/json": name, "application/x-www-form-urlencoded": f"{name}Form"}
    content = {
        kind: {"schema": {"$ref": f"#/components/schemas/{of}"}} for kind, of in kinds.items()
    }
    return {"required": True, "content": content}


def _form(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema for what a form can say: it has no null, and lists only by repetition."""
    form = deepcopy(schema)
    for each in form["properties"].values():
        if "anyOf" in each:
            each["anyOf"] = [k for k in each["anyOf"] if k.get("type") not in ("null", "array")]
    return form


def _schema(kind: type[BaseModel], service: Service) -> dict[str, Any]:
    """Return a request's schema with the limits and languages of this server in it."""
    schema = kind.model_json_schema()
    properties = schema["properties"]
    settings, codes = service.settings, list(service.languages.codes)
    length = settings.max_characters
    if kind is AttentionRequest:
        length = min(length, MAX_ATTENTION_CHARACTERS)
    for each in properties["q"].get("anyOf", [properties["q"]]):
        if each["type"] == "array":
            each["maxItems"] = settings.max_texts
            each["items"]["maxLength"] = length
        else:
            each["maxLength"] = length
    if "source" in properties:
        properties["source"]["enum"] = ["auto", *codes]
        properties["target"]["enum"] = codes
    return schema
