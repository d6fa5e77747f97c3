"""`nmt.fetch` against a site of its own that breaks, lies and changes its mind."""

import io
import json
import random
import resource
import socket
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.errors import InputError, WorkError
from nmt.fetch import fetch

SENTENCES = (
    "The tin goat hums.\tपत्र्याची शेळी गुणगुणते.\tx\nTwo kites sneeze.\tदोन पतंग शिंकतात.\tx\n".encode()
)
LICENCE = b"These lines were made up for a test.\n"
# Noise that does not compress, so that the archive is long enough to break in several places.
NOISE = random.Random(1).randbytes(150_000)


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return buffer.getvalue()


GOOD = archive({"_about.txt": LICENCE, "mar.txt": SENTENCES, "noise.bin": NOISE})


@dataclass
class Site:
    """What the server does next and what it was asked for."""

    url: str
    content: bytes = GOOD
    etag: str | None = '"one"'
    date: str | None = None
    ranges: bool = True
    shift: int = 0  # how far the part it sends lies from the part it was asked for
    lengths: bool = True
    cuts: list[int] = field(default_factory=list)  # bytes of the body before each answer breaks off
    status: list[int] = field(default_factory=list)  # answers to give before any file
    asked: list[dict[str, str]] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)  # body bytes of each answer that had the file


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        site, asked = self.site, {k.lower(): v for k, v in self.headers.items()}
        site.asked.append(asked)
        if not asked.get("user-agent", "").startswith("Mozilla/5.0 ("):
            return self.refuse(406)
        if site.status:
            return self.refuse(site.status.pop(0))
        same = asked.get("if-range") in {site.etag, site.date} - {None}
        start = int(asked["range"][6:-1]) if site.ranges and same and "range" in asked else 0
        start += site.shift if start else 0
        if start and start >= len(site.content):
            return self.refuse(416)
        self.send_response(206 if start else 200)
        if start:
            end = len(site.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{end}/{end + 1}")
        for name, value in (("ETag", site.etag), ("Last-Modified", site.date)):
            if value:
                self.send_header(name, value)
        self.body(site.content[start:])
        return None

    def body(self, data: bytes) -> None:
        cut = self.site.cuts.pop(0) if self.site.cuts else len(data)
        # Noted before it is sent: the client may be done, and the test over, before this thread.
        self.site.sent.append(len(data[:cut]))
        if self.site.lengths:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[:cut])
        self.close_connection = True

    def refuse(self, code: int) -> None:
        self.send_error(code)
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    class Own(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def open_site(server: ThreadingHTTPServer, **options: Any) -> Site:
    site = Site(f"http://127.0.0.1:{server.server_port}/anki/mar-eng.zip", **options)
    server.RequestHandlerClass.site = site  # type: ignore[attr-defined]
    return site


@pytest.fixture
def site(server: ThreadingHTTPServer) -> Site:
    return open_site(server)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def get(folder: Path, site: Site, **options: Any) -> Path:
    return fetch(folder, site.url, pause=0, progress=False, **options)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def assert_whole(folder: Path, corpus: Path) -> None:
    assert corpus == folder / "mar.txt"
    assert corpus.read_bytes() == SENTENCES
    assert (folder / "mar_about.txt").read_bytes() == LICENCE
    assert names(folder) == {"mar.txt", "mar_about.txt"}


def failure(folder: Path, site: Site) -> str:
    """The message of a download that must fail, after the promises that hold for every failure."""
    with pytest.raises(WorkError) as caught:
        get(folder, site)
    message = str(caught.value)
    assert "\n" not in message
    assert "by hand" in message
    assert site.url in message
    assert "nmt train --corpus mar.txt" in message
    assert not (folder / "mar.txt").exists()
    assert not (folder / "mar_about.txt").exists()
    return message


def test_gives_the_corpus_and_its_licence(site: Site, tmp_path: Path) -> None:
    assert_whole(tmp_path / "new", fetch(tmp_path / "new", site.url))
    assert len(site.asked) == 1
    assert "range" not in site.asked[0]


def test_other_languages(site: Site, tmp_path: Path) -> None:
    site.content = archive({"_about.txt": LICENCE, "fra.txt": b"Moo.\tMeuh.\n"})
    site.url = site.url.replace("mar-eng", "fra-eng")
    assert get(tmp_path, site) == tmp_path / "fra.txt"
    assert names(tmp_path) == {"fra.txt", "fra_about.txt"}


def test_address_without_a_file_name(site: Site, tmp_path: Path) -> None:
    site.url = site.url.replace("mar-eng.zip", "download?id=7")
    assert_whole(tmp_path, get(tmp_path, site))


@pytest.mark.parametrize("marks", [{"etag": '"one"'}, {"etag": None, "date": "Fri, 02 Jan 2026"}])
def test_cut_connection_is_resumed(
    server: ThreadingHTTPServer, tmp_path: Path, marks: dict[str, str | None]
) -> None:
    half = len(GOOD) // 2
    site = open_site(server, cuts=[half], **marks)
    assert_whole(tmp_path, get(tmp_path, site))
    assert site.asked[1]["range"] == f"bytes={half}-"
    assert site.asked[1]["if-range"] == (marks["etag"] or marks["date"])
    assert site.sent == [half, len(GOOD) - half]


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, len(GOOD) // 4), max_size=4))
def test_wherever_it_breaks_no_byte_comes_twice(
    server: ThreadingHTTPServer, cuts: list[int]
) -> None:
    site = open_site(server, cuts=cuts.copy())
    with tempfile.TemporaryDirectory() as folder:
        assert_whole(Path(folder), get(Path(folder), site))
    assert sum(site.sent) == len(GOOD)
    assert len(site.sent) == len(cuts) + 1


def test_next_call_continues_where_this_one_gave_up(site: Site, tmp_path: Path) -> None:
    site.cuts = [1000] * 5
    assert "5,000 bytes are kept" in failure(tmp_path, site)
    assert_whole(tmp_path, get(tmp_path, site))
    assert site.asked[5]["range"] == "bytes=5000-"
    assert sum(site.sent) == len(GOOD)


def test_server_that_ignores_range(site: Site, tmp_path: Path) -> None:
    site.cuts, site.ranges = [1000], False
    assert_whole(tmp_path, get(tmp_path, site))
    assert site.asked[1]["range"] == "bytes=1000-"
    assert site.sent == [1000, len(GOOD)]


def test_server_that_sends_another_part(site: Site, tmp_path: Path) -> None:
    site.cuts, site.shift = [1000], 7
    assert_whole(tmp_path, get(tmp_path, site))
    assert [("range" in asked) for asked in site.asked] == [False, True, False]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_version_that_cannot_be_named_is_not_resumed(
    server: ThreadingHTTPServer, tmp_path: Path, etag: str | None
) -> None:
    site = open_site(server, etag=etag, cuts=[1000])
    assert_whole(tmp_path, get(tmp_path, site))
    assert "range" not in site.asked[1]


def test_file_that_changed_between_attempts(site: Site, tmp_path: Path) -> None:
    site.content = archive({"_about.txt": b"old", "mar.txt": b"old\told\n", "noise.bin": NOISE})
    site.cuts = [70_000] + [0] * 4
    failure(tmp_path, site)
    site.content, site.etag = GOOD, '"two"'
    assert_whole(tmp_path, get(tmp_path, site))
    assert site.asked[-1]["if-range"] == '"one"'
    assert site.sent[-1] == len(GOOD)


def test_part_of_another_address_is_not_continued(site: Site, tmp_path: Path) -> None:
    site.cuts = [1000] * 5
    failure(tmp_path, site)
    site.url = site.url.replace("/anki/", "/mirror/")
    assert_whole(tmp_path, get(tmp_path, site))
    assert "range" not in site.asked[-1]


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"url": 1', "\x00"])
def test_damaged_note_starts_again(site: Site, tmp_path: Path, note: str) -> None:
    (tmp_path / "mar-eng.zip.part").write_bytes(b"stale")
    (tmp_path / "mar-eng.zip.part.json").write_text(note, encoding="utf-8")
    assert_whole(tmp_path, get(tmp_path, site))
    assert "range" not in site.asked[0]


def test_range_that_cannot_be_satisfied_starts_again(site: Site, tmp_path: Path) -> None:
    (tmp_path / "mar-eng.zip.part").write_bytes(GOOD + b"too much")
    note = json.dumps({"url": site.url, "version": site.etag})
    (tmp_path / "mar-eng.zip.part.json").write_text(note, encoding="utf-8")
    assert_whole(tmp_path, get(tmp_path, site))
    assert [("range" in asked) for asked in site.asked] == [True, False]


def test_busy_server_is_asked_again(site: Site, tmp_path: Path) -> None:
    site.status = [503, 429]
    assert_whole(tmp_path, get(tmp_path, site))
    assert len(site.asked) == 3


@pytest.mark.parametrize("code", [403, 404, 406, 410])
def test_refusal_is_final(site: Site, tmp_path: Path, code: int) -> None:
    site.status = [code]
    assert f"answered {code} " in failure(tmp_path, site)
    assert len(site.asked) == 1
    assert names(tmp_path) == set()


def test_nobody_listens(site: Site, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # a port that is taken, but where nobody listens
        site.url = f"http://127.0.0.1:{silent.getsockname()[1]}/mar-eng.zip"
        assert "Connection refused" in failure(tmp_path, site)


BAD_CHECKSUM = bytearray(archive({"_about.txt": LICENCE, "mar.txt": NOISE}))
BAD_CHECKSUM[70_000] ^= 1
BOMB = archive({"_about.txt": LICENCE, "mar.txt": SENTENCES})
# The directory at the end declares each member's unpacked size: make the sentences 4 GB.
BOMB = BOMB.replace(len(SENTENCES).to_bytes(4, "little"), (0xFFFFFFF0).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"<!DOCTYPE html><title>Not here</title>", "a web page"),
        (b"", "not a whole zip"),
        (GOOD[:-100], "not a whole zip"),
        (bytes(BAD_CHECKSUM), "not a whole zip"),
        (BOMB, "would unpack to more than"),
        (archive({"_about.txt": LICENCE}), "one sentence file"),
        (archive({"mar.txt": SENTENCES}), "one sentence file"),
        (archive({"_about.txt": LICENCE, "mar.txt": b"", "hin.txt": b""}), "one sentence file"),
        (archive({"_about.txt": LICENCE, "../mar.txt": SENTENCES}), "not a plain file name"),
        (archive({"_about.txt": LICENCE, "/tmp/mar.txt": SENTENCES}), "not a plain file name"),
        (archive({"_about.txt": LICENCE, "a\\..\\mar.txt": SENTENCES}), "not a plain file name"),
        (archive({"_about.txt": LICENCE, "c:mar.txt": SENTENCES}), "not a plain file name"),
        (archive({"_about.txt": LICENCE, "m\nar.txt": SENTENCES}), "not a plain file name"),
    ],
)
def test_what_is_not_the_corpus_is_refused(
    site: Site, tmp_path: Path, content: bytes, expected: str
) -> None:
    folder = tmp_path / "here"
    site.content = content
    assert expected in failure(folder, site)
    assert names(folder) == set(), "a bad file must not be resumed by the next call"
    assert names(tmp_path) == {"here"}


def test_truncated_file_of_unknown_length(site: Site, tmp_path: Path) -> None:
    site.lengths, site.cuts = False, [1000]
    assert "not a whole zip" in failure(tmp_path, site)
    assert names(tmp_path) == set()


def test_existing_corpus_is_kept(site: Site, tmp_path: Path) -> None:
    (tmp_path / "mar.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="--overwrite"):
        get(tmp_path, site)
    assert site.asked == []
    assert (tmp_path / "mar.txt").read_text(encoding="utf-8") == "mine"
    assert_whole(tmp_path, get(tmp_path, site, overwrite=True))


def test_existing_corpus_that_only_the_zip_names(site: Site, tmp_path: Path) -> None:
    (tmp_path / "mar.txt").write_text("mine", encoding="utf-8")
    site.url = site.url.replace("mar-eng.zip", "latest")
    with pytest.raises(InputError, match="exists"):
        get(tmp_path, site)
    assert (tmp_path / "mar.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mar-eng.zip",
        "ftp://a/mar-eng.zip",
        "file:///mar-eng.zip",
        "http://",
        "http://[::1/a.zip",
        "http://a:b/c.zip",
        "http://a/b c.zip",
        "http://a/b.zip\nX: y",
        "http://" + "a" * 70 + "/b.zip",
    ],
)
def test_malformed_address(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="not an address") as caught:
        fetch(tmp_path, url, pause=0, progress=False)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_folder_that_cannot_be_written(site: Site, tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot write in the folder"):
        get(tmp_path / folder, site)
    assert site.asked == []


def test_disk_that_fills_up(site: Site, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        message = failure(tmp_path, site)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "cannot write" in message
    assert_whole(tmp_path, get(tmp_path, site))
