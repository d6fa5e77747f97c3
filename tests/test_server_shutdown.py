"""How a server starts and ends: what it accepted is answered, what is wrong is said in one line."""

from __future__ import annotations

import builtins
import signal
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from nmt.server.serving import begin_none
from tests.command_line import nmt
from tests.serving import Server, serving

TEXTS = ["The kite of my sister is under the chair.", "Where is my red kite?"]


def _is_refused(error: requests.ConnectionError) -> bool:
    """Return whether nobody accepted the connection, rather than accepted and broke it."""
    return "Connection refused" in str(error)


def _ask_until_closed(server: Server, answers: list[Any], *, keep_alive: bool) -> None:
    """Ask again and again; an accepted question without an answer raises."""
    with requests.Session() as session:
        while True:
            question = {"q": TEXTS, "source": "en", "target": "mr"}
            headers = {} if keep_alive else {"Connection": "close"}
            try:
                answer = session.post(
                    f"{server.url}/translate", json=question, headers=headers, timeout=300
                )
            except requests.ConnectionError as error:
                if not _is_refused(error):
                    raise
                return
            answers.append(answer)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("keep_alive", [True, False])
def test_what_was_accepted_is_answered(
    bundle_folder: Path, tmp_path: Path, number: signal.Signals, keep_alive: bool
) -> None:
    answers: list[requests.Response] = []
    with serving(tmp_path, bundle_folder) as server, ThreadPoolExecutor(12) as clients:
        asking = [
            clients.submit(_ask_until_closed, server, answers, keep_alive=keep_alive)
            for _ in range(12)
        ]
        while len(answers) < 30:
            time.sleep(0.01)
        server.process.send_signal(number)
        for each in asking:
            each.result(timeout=300)  # raises what the client met
        assert server.process.wait(300) == 0
    assert {answer.status_code for answer in answers} == {200}
    assert len({tuple(answer.json()["translatedText"]) for answer in answers}) == 1
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="no other system has this")
def test_only_connections_that_were_begun_are_made() -> None:
    with _taken() as listener:
        before = socket.create_connection(listener.getsockname())
        assert begin_none(listener)
        with pytest.raises(TimeoutError):
            socket.create_connection(listener.getsockname(), timeout=0.2)
        accepted, _ = listener.accept()
        with before, accepted:
            before.sendall(b"a question")
            assert accepted.recv(100) == b"a question"
            accepted.sendall(b"an answer")
            assert before.recv(100) == b"an answer"
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_an_idle_connection_does_not_hold_it(bundle_folder: Path, tmp_path: Path) -> None:
    # Until which it would hold, with some seconds more.
    slow = ("--timeout", "300")
    with serving(tmp_path, bundle_folder, options=slow) as server, requests.Session() as session:
        session.get(f"{server.url}/health")
        begun = time.monotonic()
        server.process.terminate()
        assert server.process.wait(600) == 0
        assert time.monotonic() - begun < 200


def test_no_framework_is_loaded(bundle_folder: Path, tmp_path: Path) -> None:
    with serving(tmp_path, bundle_folder) as server:
        server.translate(TEXTS)
        mapped = Path(f"/proc/{server.process.pid}/maps").read_text(encoding="utf-8")
    assert "numpy" in mapped
    assert "tensorflow" not in mapped


def _taken() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--host", "no.such.host.invalid"], "cannot listen at no.such.host.invalid:5000"),
        (["--timeout", "0"], "--timeout is 0.0; it must be more than 0 seconds"),
        (["--timeout", "nan"], "--timeout is nan"),
        (["--api-key", ""], "the --api-key is empty"),
        (["--model", "nowhere"], "there is no model in nowhere"),
    ],
)
def test_wrong_options(bundle_folder: Path, options: list[str], message: str) -> None:
    model = [] if "--model" in options else ["--model", str(bundle_folder)]
    result = nmt("serve", *model, *options)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("nmt: ")
    assert result.err.count("\n") == 1
    assert message in result.err


def test_a_port_that_is_taken(bundle_folder: Path) -> None:
    with _taken() as listener:
        port = listener.getsockname()[1]
        result = nmt("serve", "--model", bundle_folder, "--port", port)
    assert result.code == 2
    assert f"cannot listen at 127.0.0.1:{port}: Address already in use" in result.err


def test_two_models_of_one_direction(bundle_folder: Path) -> None:
    result = nmt("serve", "--model", bundle_folder, "--model", bundle_folder, "--port", 0)
    assert result.code == 2
    assert "two models translate eng → mar; give one of them" in result.err


@pytest.mark.parametrize("missing", ["fastapi", "uvicorn", "prometheus_client"])
def test_without_the_extra(
    missing: str, bundle_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: Callable[..., Any] = builtins.__import__

    def find(name: str, *args: Any) -> Any:
        if name.partition(".")[0] == missing:
            raise ModuleNotFoundError(f"No module named '{name}'", name=missing)
        return found(name, *args)

    for name in [each for each in sys.modules if each.startswith("nmt.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", find)
    result = nmt("serve", "--model", bundle_folder)
    assert result.code == 2
    assert result.err.endswith("; pip install 'nmt[serve]'\n")
    assert missing in result.err
