"""Running the application: its socket, its signals, and an end that answers what was accepted."""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import socket
import struct
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from nmt.errors import InputError
from nmt.server.app import create_app
from nmt.server.settings import Settings
from nmt.translator import Translator

BACKLOG = 1024
"""Connections the system holds until they are accepted."""
HEADERS = 10.0
"""Seconds from the first to the last byte of a request's headers."""
FAREWELL = 1.0
"""Seconds an idle connection is kept when the server ends: a request may be on its way."""
HANDSHAKE = 0.2
"""Seconds in which connections that were begun when the server ends are made."""

# An option of Linux, and its program (BSD Packet Filter, McCanne & Jacobson 1993): of the flags of
# TCP keep SYN and ACK, and drop what has SYN alone.
_SO_ATTACH_FILTER = 26
_DROP_SYN = [
    (0x30, 0, 0, 13),
    (0x54, 0, 0, 0x12),
    (0x15, 0, 1, 0x02),
    (0x06, 0, 0, 0),
    (0x06, 0, 0, 0xFFFFFFFF),
]


def serve(
    translators: Sequence[Translator],
    settings: Settings,
    host: str,
    port: int,
    ready: Callable[[str], None],
) -> None:
    """Answer requests until SIGINT or SIGTERM, then those that were accepted, and return.

    `ready` gets the address as soon as it answers. Raises `InputError` for an address that cannot
    be listened at.
    """
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(message)s"
    )
    if settings.log_text:
        logging.getLogger("nmt.server").setLevel(logging.INFO)
    closing = asyncio.Event()
    listener = _listen(host, port)
    config = uvicorn.Config(
        create_app(translators, settings, closing),
        # A line for each request would hold its text where that is in the query.
        access_log=False,
        http=_Protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=int(settings.timeout) + 5,
    )
    name, actual_port = listener.getsockname()[:2]
    shown = f"[{name}]" if ":" in name else name
    server = _Server(config, closing, lambda: ready(f"http://{shown}:{actual_port}"))
    # Uvicorn raises the signal it ended by once more.
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"cannot listen at {host}:{port}: {reason}; choose another --host or --port"
        ) from error
    return listener


def begin_none(listener: socket.socket) -> bool:
    """Let no new connection begin, and return whether the system can.

    Between the last accept and the end of listening it would make some, which that end breaks.
    """
    if sys.platform != "linux":
        return False
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *it) for it in _DROP_SYN))
    described = struct.pack("HP", len(_DROP_SYN), ctypes.addressof(program))
    with suppress(OSError):  # where only some of Linux is there, as in a sandbox
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, described)
        return True
    return False


class _Server(uvicorn.Server):
    """Uvicorn, but no request is lost when it ends."""

    def __init__(
        self, config: uvicorn.Config, closing: asyncio.Event, ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._closing, self._ready = closing, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept what waits, close the door, and let those inside finish.

        Uvicorn would break idle connections at once, though a client may just be writing to one.
        """
        for listener in sockets or []:
            if begin_none(listener):
                await asyncio.sleep(HANDSHAKE)
            await self._accept_waiting(listener)
        for server in self.servers:
            server.close()
        self._closing.set()
        until = time.monotonic() + FAREWELL
        while self.server_state.connections and time.monotonic() < until:
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)

    async def _accept_waiting(self, listener: socket.socket) -> None:
        """Take over the connections the system has made but nobody has accepted yet."""
        loop = asyncio.get_running_loop()
        listener.setblocking(False)
        while True:
            try:
                connection, _ = listener.accept()
            except BlockingIOError:
                return
            await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        return _Protocol(self.config, self.server_state, self.lifespan.state)


class _Protocol(H11Protocol):
    """Uvicorn's, but the headers of a request must arrive in time."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._too_late: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unwatch()

    def send_400_response(self, msg: str) -> None:
        self._refuse(400, msg)
        self.transport.close()

    def _refuse(self, status: int, reason: str) -> None:
        body = json.dumps({"error": reason}).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
        ]
        phrase = HTTPStatus(status).phrase
        for event in (
            h11.Response(status_code=status, headers=headers, reason=phrase.encode()),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")

    def _watch(self) -> None:
        # A request that has begun is the application's, which has its own deadline.
        if self.cycle and not self.cycle.response_complete:
            self._unwatch()
        elif not self._too_late:
            self._too_late = self.loop.call_later(HEADERS, self._end)

    def _end(self) -> None:
        if self.conn.trailing_data[0]:
            self._refuse(408, "the request did not arrive in time")
        self.transport.close()

    def _unwatch(self) -> None:
        if self._too_late:
            self._too_late.cancel()
            self._too_late = None
