"""What stands between the network and the API: sizes, deadlines, headers, and no tracebacks."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nmt.server.metrics import Metrics
from nmt.server.settings import Settings

log = logging.getLogger(__name__)

HEADERS = {
    # The page's own files and nothing else, no script or style in the page itself.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
DRAINED = 64
"""Times the largest body that is still read, and thrown away, so that its sender gets an answer:
one who is cut off while sending sees a broken connection in its place."""


class _TooLargeError(Exception):
    """The body is larger than allowed."""


class _TooSlowError(Exception):
    """The body did not arrive in time."""


@dataclass
class _Exchange:
    """One request and what is known of its answer."""

    scope: Scope
    receive: Receive
    send: Send
    begun: float = field(default_factory=time.perf_counter)
    status: int = 0
    """of the answer, once it has begun"""
    body_ended: bool = False


class Guard:
    """ASGI middleware around the whole application."""

    def __init__(
        self, app: ASGIApp, settings: Settings, metrics: Metrics, closing: asyncio.Event
    ) -> None:
        """Stand before `app`; once `closing` is set, every answer ends its connection."""
        self._app, self._settings, self._metrics = app, settings, metrics
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        try:
            await self._answer(exchange)
        finally:
            # The route's own path: what a client makes up would be a new counter each time.
            path = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(path, exchange.status).inc()
            self._metrics.seconds.labels(path).observe(time.perf_counter() - exchange.begun)

    async def _answer(self, exchange: _Exchange) -> None:
        limit, received = self._settings.max_bytes, 0
        deadline = asyncio.get_running_loop().time() + self._settings.timeout

        async def receive() -> Message:
            nonlocal received
            message = await self._receive(exchange, deadline)
            received += len(message.get("body", b""))
            if received > limit:
                raise _TooLargeError
            return message

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                self._add_headers(message)
            await exchange.send(message)

        try:
            if _declared_length(exchange.scope) > limit:
                raise _TooLargeError
            await self._app(exchange.scope, receive, send)
        except _TooLargeError:
            reason = f"Invalid request: body exceeds limit ({limit} bytes)"
            await self._refuse(send, 413, reason, exchange)
        except _TooSlowError:
            await self._refuse(send, 408, "the request did not arrive in time")
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except Exception as error:
            # Neither the message nor the values of variables: they could hold what is translated.
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s\n%s", type(error).__qualname__, frames.rstrip())
            if not exchange.status:
                await self._refuse(send, 500, "Cannot translate text")

    async def _receive(self, exchange: _Exchange, deadline: float) -> Message:
        """Return the next part of the body; after its end, there is no deadline."""
        if exchange.body_ended:
            return await exchange.receive()
        try:
            async with asyncio.timeout_at(deadline):
                message = await exchange.receive()
        except TimeoutError:
            raise _TooSlowError from None
        exchange.body_ended = not message.get("more_body", False)
        return message

    async def _refuse(
        self, send: Send, status: int, reason: str, undrained: _Exchange | None = None
    ) -> None:
        body = json.dumps({"error": reason}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": True})
        if undrained:
            await self._drain(undrained)
        await send({"type": "http.response.body"})

    async def _drain(self, exchange: _Exchange) -> None:
        """Read what is left of a body that was refused."""
        deadline = asyncio.get_running_loop().time() + self._settings.timeout
        left = DRAINED * self._settings.max_bytes
        while not exchange.body_ended and left > 0:
            try:
                left -= len((await self._receive(exchange, deadline)).get("body", b""))
            except _TooSlowError:
                return

    def _add_headers(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers[name] = value
        # Files may be kept if their server is asked first; what was translated is nobody else's.
        headers.setdefault("Cache-Control", "no-cache" if "etag" in headers else "no-store")
        if self._closing.is_set():
            headers["Connection"] = "close"


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
