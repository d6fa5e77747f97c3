"""Bad requests: the documented refusal, and a server that goes on answering."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.serving import Server, error_of, serving

GOOD = {"q": "The kite is red.", "source": "en", "target": "mr"}
LIMIT = 60


@pytest.fixture(scope="module")
def server(
    bundle_folder: Path, turned_bundle_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    limits = ("--max-characters", str(LIMIT), "--max-waiting", "40")
    with serving(folder, bundle_folder, turned_bundle_folder, options=limits) as running:
        yield running
        # Whatever was asked: no traceback in the log, and the process that was started.
        assert running.process.poll() is None
        assert "Traceback" not in running.log.read_text(encoding="utf-8")
        assert "ERROR" not in running.log.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _still_up(server: Server) -> Iterator[None]:
    yield
    assert server.translate("The kite is red.")["translatedText"]


NOT_Q = "Invalid request: q must be a text or a list of texts, in valid Unicode"
NOT_ALTERNATIVES = "Invalid request: alternatives parameter is not a number from 0 to 10"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no q": ({"q": None}, "Invalid request: missing q parameter"),
    "empty q": ({"q": ""}, "Invalid request: missing q parameter"),
    "empty list": ({"q": []}, "Invalid request: missing q parameter"),
    "no source": ({"source": None}, "Invalid request: missing source parameter"),
    "no target": ({"target": ""}, "Invalid request: missing target parameter"),
    "q a number": ({"q": 5}, NOT_Q),
    "q true": ({"q": True}, NOT_Q),
    "q an object": ({"q": {"a": 1}}, NOT_Q),
    "q of numbers": ({"q": ["a", 1]}, NOT_Q),
    "q of lists": ({"q": [["a"]]}, NOT_Q),
    "lone surrogate": ({"q": "a \ud83d b"}, NOT_Q),
    "lone surrogate in a list": ({"q": ["a", "\udfff"]}, NOT_Q),
    "source a number": (
        {"source": 1},
        "Invalid request: source must be a text, in valid Unicode",
    ),
    "source a surrogate": (
        {"source": "\ud800"},
        "Invalid request: source must be a text, in valid Unicode",
    ),
    "unknown source": ({"source": "zz"}, "zz is not supported"),
    "unknown target": ({"target": "fr"}, "fr is not supported"),
    "auto as target": ({"target": "auto"}, "auto is not supported"),
    "upper case": ({"source": "EN"}, "EN is not supported"),
    "endless code": ({"source": "e" * 500}, f"{'e' * 40} is not supported"),
    "unknown format": ({"format": "xml"}, "xml format is not supported"),
    "format a list": ({"format": ["html"]}, "format must be a text"),
    "alternatives a word": ({"alternatives": "two"}, NOT_ALTERNATIVES),
    "alternatives a fraction": ({"alternatives": 1.5}, NOT_ALTERNATIVES),
    "alternatives true": ({"alternatives": True}, NOT_ALTERNATIVES),
    "negative alternatives": ({"alternatives": -1}, NOT_ALTERNATIVES),
    "many alternatives": ({"alternatives": 11}, NOT_ALTERNATIVES),
    "many, as a form has them": ({"alternatives": "11"}, NOT_ALTERNATIVES),
    "key a number": ({"api_key": 5}, "Invalid request: api_key must be a text, in valid Unicode"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_parameters(server: Server, name: str) -> None:
    change, reason = REFUSED[name]
    body = json.dumps(GOOD | change)
    answer = server.post("/translate", data=body, headers={"Content-Type": "application/json"})
    status, said = error_of(answer)
    assert status == 400
    assert reason in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b"{'q': 1}", b"[" * 100_000),
        *(b'{"q": 1' + b"0" * 5000 + b"}", b"\0", b'{"q": NaN}', b'{"q": "\\ud800"}'),
    ],
    ids=repr,
)
def test_wrong_json(server: Server, body: bytes) -> None:
    answer = server.post("/translate", data=body, headers={"Content-Type": "application/json"})
    assert error_of(answer)[0] == 400


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"q=%ff%fe&=&&&;source"),
        ("application/x-www-form-urlencoded", b"q=a&" * 2000),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nno end"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="q"; filename="a"\r\n\r\na\r\n--x--\r\n',
        ),
        ("text/plain", b'{"q": "a"}'),
        ("", b"\x80\x81"),
        ("application/json; charset=utf-7", b"+AHsAfQ-"),
    ],
)
def test_wrong_forms(server: Server, kind: str, body: bytes) -> None:
    answer = server.post("/translate", data=body, headers={"Content-Type": kind})
    assert error_of(answer)[0] == 400


def test_too_long_and_too_many(server: Server) -> None:
    exact = server.translate("a" * LIMIT)
    assert exact["translatedText"]
    reason = f"Invalid request: request ({LIMIT + 1}) exceeds text limit ({LIMIT})"
    for path in ("/translate", "/detect", "/attention"):
        answer = server.post(path, GOOD | {"q": "a" * (LIMIT + 1)})
        assert error_of(answer) == (413, reason)
    assert error_of(server.post("/translate", GOOD | {"q": ["a"] * 11}))[0] == 413
    html = GOOD | {"q": "<b>a</b>" * 11, "format": "html"}
    assert error_of(server.post("/translate", html))[0] == 413


def test_ten_megabytes_are_refused_before_they_are_read(server: Server) -> None:
    body = json.dumps(GOOD | {"q": "a" * 10_000_000}).encode()
    kind = {"Content-Type": "application/json"}
    assert error_of(server.post("/translate", data=body, headers=kind))[0] == 413
    # Without a declared length, in chunks.
    chunks = (body[start : start + 65536] for start in range(0, len(body), 65536))
    answer = server.post("/translate", data=chunks, headers=kind)
    assert error_of(answer)[0] == 413
    assert "body exceeds limit" in answer.text


ODD = {
    "null byte": "a\0b",
    "only a null byte": "\0",
    "blank": " ",
    "line ends": "\n\r\n",
    "emoji": "kite 🙂 👩‍👩‍👧‍👦 🇮🇳",
    "bidi": "\u202ekite\u202c \u2067kite\u2069",
    "joiner alone": "\u200d",
    "marks": "e" + "\u0301" * 30,
    "mark without a letter": "\u093f\u0650",
    "byte order mark": "\ufeff",
    "no characters": "\ufffe\U0010ffff",
    "special pieces": "<unk> </s> ▁",
}


@pytest.mark.parametrize("form", ["text", "html"])
@pytest.mark.parametrize("name", ODD)
def test_any_text_is_translated(server: Server, name: str, form: str) -> None:
    text = ODD[name]
    for source, target in (("en", "mr"), ("mr", "en"), ("auto", "mr"), ("en", "en")):
        answer = server.translate(text, source=source, target=target, format=form)
        assert isinstance(answer["translatedText"], str)
    parameters = {"q": text, "source": "en", "target": "mr"}
    assert server.post("/attention", parameters).status_code == 200
    assert server.post("/detect", parameters).status_code == 200


@pytest.mark.parametrize(
    "html",
    ["<p>kite", "<b><i>kite</b>", "<a href='", "<!-- kite", "</p>kite<", "<script>kite", "&#"],
)
def test_html_that_does_not_close(server: Server, html: str) -> None:
    answer = server.translate(html, format="html")
    tag = html.partition("kite")[0]
    assert answer["translatedText"].startswith(tag)


def _connect(server: Server) -> socket.socket:
    address = urlsplit(server.url)
    assert address.hostname
    return socket.create_connection((address.hostname, address.port or 80), timeout=300)


def test_a_body_that_never_ends(bundle_folder: Path, tmp_path: Path) -> None:
    hasty = serving(tmp_path, bundle_folder, options=("--timeout", "1"))
    with hasty as server, _connect(server) as slow:
        begun = time.monotonic()
        slow.sendall(b"POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nq=")
        answer = _answer(slow)
        waited = time.monotonic() - begun
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert answer.endswith(b'{"error": "the request did not arrive in time"}')
    # Not at once, nor after the 30 seconds of a server that was not told.
    assert 0.9 < waited < 25


def test_slow_clients_do_not_keep_others_waiting(server: Server) -> None:
    slow = [_connect(server) for _ in range(100)]
    for each in slow[::2]:
        each.sendall(b"POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nq")
    for each in slow[1::2]:
        each.sendall(b"GET /health HT")
    begun = time.monotonic()
    assert server.translate("The kite is red.")
    # They are given 30 seconds.
    assert time.monotonic() - begun < 20
    for each in slow:
        each.close()


def test_clients_that_go_away(server: Server) -> None:
    body = json.dumps(GOOD).encode()
    head = (
        "POST /translate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    whole = head.encode() + body
    for sent in (whole, whole[:-5], b"\x16\x03\x01", b"GET / HTTP/9\r\n\r\n"):
        for _ in range(5):
            with _connect(server) as client:
                client.sendall(sent)


def _answer(client: socket.socket) -> bytes:
    """Return head and body, which may come in two parts."""
    answer = b""
    while not answer.endswith(b"}") and (part := client.recv(65536)):
        answer += part
    return answer


def test_what_is_not_http(server: Server) -> None:
    with _connect(server) as client:
        client.sendall(b"kite kite kite\r\n\r\n")
        answer = _answer(client)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'{"error": ' in answer


def test_a_full_queue_says_when_to_come_again(bundle_folder: Path, tmp_path: Path) -> None:
    with serving(tmp_path, bundle_folder, options=("--max-waiting", "8")) as server:

        def ask(number: int) -> int:
            texts = [f"The kite number {number} is under the chair.", "So it is."]
            answer = server.post("/translate", GOOD | {"q": texts, "alternatives": 10})
            if answer.status_code == 429:
                assert int(answer.headers["retry-after"]) > 0
                assert error_of(answer)[1].startswith("Slowdown")
            return answer.status_code

        with ThreadPoolExecutor(40) as clients:
            assert set(clients.map(ask, range(40))) == {200, 429}
        assert server.translate("The kite is red.")


def test_a_translation_that_takes_too_long(bundle_folder: Path, tmp_path: Path) -> None:
    with serving(tmp_path, bundle_folder, options=("--timeout", "0.001")) as server:
        answer = server.post("/translate", GOOD)
        # So short a time may already be over when the body arrives.
        assert error_of(answer) in (
            (503, "the translation took more than 0.001 seconds"),
            (408, "the request did not arrive in time"),
        )
        assert server.get("/health").status_code == 200
