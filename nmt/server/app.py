"""The application: the API, its description, the page, and the guard before all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from nmt import __version__
from nmt.errors import InputError
from nmt.server.batching import Batcher
from nmt.server.description import describe
from nmt.server.guard import Guard
from nmt.server.languages import Languages
from nmt.server.metrics import Metrics
from nmt.server.routes import router
from nmt.server.settings import Settings
from nmt.server.translation import Service
from nmt.translator import Translator

PAGE = Path(__file__).parent / "page"
FONTS = Path(__file__).parents[1] / "fonts"


def create_app(
    translators: Sequence[Translator], settings: Settings, closing: asyncio.Event | None = None
) -> FastAPI:
    """Return the ASGI application that serves some translators.

    Once `closing` is set, every answer ends its connection. Raises `InputError` without a
    translator, and when two go the same way.
    """
    if not translators:
        raise InputError("a server needs a model; name one with --model")
    metrics = Metrics()
    batcher = Batcher(settings, metrics)
    service = Service(settings, Languages(translators), batcher, metrics)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        batcher.start()
        yield
        await batcher.close()

    app = FastAPI(
        title="nmt",
        version=__version__,
        openapi_url="/spec",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.add_middleware(
        Guard, settings=settings, metrics=metrics, closing=closing or asyncio.Event()
    )
    app.add_exception_handler(HTTPException, _refusal)
    app.include_router(router)
    describe(app, service)
    for path, name in (("/", "index.html"), ("/docs", "docs.html")):
        app.add_api_route(path, _file(PAGE / name), include_in_schema=False)
    app.mount("/page", StaticFiles(directory=PAGE))
    app.mount("/fonts", StaticFiles(directory=FONTS))
    return app


async def _refusal(_: Request, error: Exception) -> Response:
    """Return any refusal, a path that is not there too, in LibreTranslate's form."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


def _file(path: Path) -> Callable[[], Awaitable[FileResponse]]:
    async def get_file() -> FileResponse:
        return FileResponse(path)

    return get_file
