"""The corpus from manythings.org: download its zip, resume when it breaks, check, extract."""

import json
import lzma
import os
import re
import sys
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses
from pathlib import Path
from urllib.parse import urlsplit

import requests
from tqdm import tqdm

from nmt import __version__
from nmt.errors import InputError, WorkError

URL = "https://www.manythings.org/anki/mar-eng.zip"

# The site answers 406 to clients that do not call themselves a browser.
_AGENT = f"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 nmt/{__version__}"
_TIMEOUT = (10, 30)  # seconds to connect, seconds of silence
_TRIES = 5
_CHUNK = 1 << 14  # bytes
_MAX_ZIP = 200 << 20  # bytes, far above what sentence pairs of two languages take
_MAX_TEXT = 1 << 30  # bytes, all members of the zip together
_LICENCE = "_about.txt"
_PLAIN_NAME = re.compile(r"\w[\w.-]*", re.ASCII)
# What zipfile raises for bytes damaged at random.
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError)
_BUSY = {408, 425, 429, 500, 502, 503, 504}


class _BrokenError(Exception):
    """The connection failed in a way that another try may mend."""


@dataclass(frozen=True)
class _Partial:
    """The bytes that have arrived, and beside them a note that says which version they are of."""

    url: str
    data: Path
    note: Path

    @property
    def size(self) -> int:
        """Bytes that can be kept: none unless the note gives a version to ask for."""
        return self.data.stat().st_size if self.version and self.data.is_file() else 0

    @property
    def version(self) -> str:
        """ETag or Last-Modified of the bytes, empty when unknown or of another address."""
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
            return str(note["version"]) if note["url"] == self.url else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def begin(self, version: str) -> None:
        """Drop what is there and note the version of the bytes that will come."""
        self.forget()
        self.note.write_text(json.dumps({"url": self.url, "version": version}), encoding="utf-8")

    def forget(self) -> None:
        """Remove both files, the bytes first: they are worthless without the note."""
        self.data.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def fetch(
    folder: Path,
    url: str = URL,
    *,
    overwrite: bool = False,
    progress: bool = True,
    pause: float = 1.0,
) -> Path:
    """Download a zip of manythings.org (or a mirror) and return the path of the corpus in it.

    ``mar-eng.zip`` gives ``folder/mar.txt`` and its licence text ``folder/mar_about.txt``; the
    folder is made if missing. A connection that breaks is taken up again ``pause`` seconds
    later, then after twice that and so on, five tries in all; what arrived stays in
    ``mar-eng.zip.part``, where the next call continues. ``progress`` shows a bar on stderr when
    that is a terminal.

    Raises ``InputError`` for a malformed url, a folder that cannot be written and, unless
    ``overwrite``, a corpus that is already there; ``WorkError`` when the file cannot be had or
    is not what it should be, with the way to get it by hand.
    """
    archive = _archive_name(url)
    corpus = archive.removesuffix(".zip").partition("-")[0] + ".txt"
    _check_folder(folder)
    _refuse_existing(folder / corpus, overwrite)
    partial = _Partial(url, folder / f"{archive}.part", folder / f"{archive}.part.json")
    try:
        _download(partial, progress, pause)
        try:
            return _extract(partial.data, folder, overwrite)
        finally:
            partial.forget()
    except WorkError as error:
        raise WorkError(f"{error}. {_by_hand(url, corpus)}") from error
    except OSError as error:
        reason = error.strerror or error
        raise WorkError(f"cannot write in {folder}: {reason}. {_by_hand(url, corpus)}") from error


def _by_hand(url: str, corpus: str) -> str:
    return (
        f"To get it by hand: open {url} in a browser, unzip the file, "
        f"then `nmt train --corpus {corpus}`"
    )


def _archive_name(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna")
        good = parts.scheme in {"http", "https"} and bool(host) and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"\s|[\x00-\x1f]", url):
        raise InputError(f"not an address to download from: {url!r}; give one like {URL}")
    name = parts.path.rpartition("/")[2]
    return name if name.endswith(".zip") and _PLAIN_NAME.fullmatch(name) else "corpus.zip"


def _refuse_existing(corpus: Path, overwrite: bool) -> None:
    if corpus.is_dir():
        raise InputError(f"{corpus} is a folder: the corpus would stand there; move it away")
    if corpus.exists() and not overwrite:
        raise InputError(f"{corpus} exists; give --overwrite to replace it")


def _check_folder(folder: Path) -> None:
    probe = folder / f".nmt-fetch-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputError(
            f"cannot write in the folder {folder}: {error.strerror}; choose another"
        ) from error


def _download(partial: _Partial, progress: bool, pause: float) -> None:
    for number in range(1, _TRIES + 1):
        try:
            return _receive(partial, progress)
        except _BrokenError as error:
            reason = str(error)
        except requests.RequestException as error:
            _refuse_hopeless(error, partial.url)
            reason = _reason(error)
        if number < _TRIES:
            if progress:
                tqdm.write(f"{reason}; trying again ({number + 1} of {_TRIES})", file=sys.stderr)
            time.sleep(pause * 2 ** (number - 1))
    kept = partial.size
    then = f"; {kept:,} bytes are kept and the same command continues from there" if kept else ""
    raise WorkError(f"no complete file from {partial.url} in {_TRIES} tries: {reason}{then}")


def _receive(partial: _Partial, progress: bool) -> None:
    """Ask once for the bytes still missing and append them; return when the file is complete."""
    have = partial.size
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity", "Accept": "*/*"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": partial.version}
    with requests.get(partial.url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
        start, total = _extent(response, partial, have)
        if start == 0:
            partial.begin(_version(response.headers))
        size = start
        # Else urllib3 throws away the last bytes before a break; the length is checked below.
        response.raw.enforce_content_length = False
        hidden = None if progress else True  # None: the bar hides itself when stderr is no terminal
        bar = tqdm(initial=start, total=total, unit="B", unit_scale=True, disable=hidden)
        with partial.data.open("ab") as file, bar:
            for chunk in response.iter_content(_CHUNK):
                size += len(chunk)
                if size > _MAX_ZIP:
                    break
                file.write(chunk)
                bar.update(len(chunk))
    if size > _MAX_ZIP:
        partial.forget()
        raise WorkError(f"{partial.url} is larger than {_MAX_ZIP >> 20} MB")
    if total is not None and size < total:
        raise _BrokenError(f"connection lost after {size:,} of {total:,} bytes")


def _extent(response: requests.Response, partial: _Partial, have: int) -> tuple[int, int | None]:
    """First byte that the response brings and the size of the whole file, None if not told."""
    code = response.status_code
    if code == 206:
        told = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
        if have and told and int(told[1]) == have:
            return have, None if told[2] == "*" else int(told[2])
    if code == 200:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdecimal() else None
    answer = f"{partial.url} answered {code} {responses.get(code, '')}".rstrip()
    if have and code in {206, 416}:
        partial.forget()
        raise _BrokenError(f"{answer} to the request for the rest, so from the beginning")
    if code in _BUSY:
        raise _BrokenError(answer)
    raise WorkError(answer)


def _version(headers: Mapping[str, str]) -> str:
    """What If-Range may name: a strong ETag (RFC 9110, 13.1.5), else the date, else nothing."""
    etag = headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else headers.get("Last-Modified", "")


def _refuse_hopeless(error: requests.RequestException, url: str) -> None:
    if isinstance(error, requests.exceptions.InvalidURL):
        raise InputError(
            f"not an address to download from: {url!r}; give one like {URL}"
        ) from error
    passing = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    if isinstance(error, requests.exceptions.SSLError) or not isinstance(error, passing):
        raise WorkError(f"cannot download {url}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """The innermost cause in one line: requests wraps it three deep in names of objects."""
    if isinstance(error, requests.Timeout):
        return f"no answer within {_TIMEOUT[1]} seconds"
    while inner := error.__cause__ or error.__context__:
        error = inner
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split()) or type(error).__name__


def _extract(archive: Path, folder: Path, overwrite: bool) -> Path:
    member, sentences, licence = _read(archive)
    corpus = folder / member
    _refuse_existing(corpus, overwrite)
    _write({corpus.with_stem(f"{corpus.stem}_about"): licence, corpus: sentences})
    return corpus


def _read(archive: Path) -> tuple[str, bytes, bytes]:
    """Name of the sentence file, its bytes and the licence's; reading compares the checksums."""
    try:
        with zipfile.ZipFile(archive) as opened:
            member = _sentence_file(opened)
            return member, opened.read(member), opened.read(_LICENCE)
    except (*_DAMAGE, NotImplementedError, ValueError) as error:
        with archive.open("rb") as file:
            page = file.read(1000).lstrip().startswith(b"<")
        what = "a web page, not a zip" if page else f"not a whole zip: {_reason(error)}"
        raise WorkError(f"what arrived is {what}") from error


def _sentence_file(opened: zipfile.ZipFile) -> str:
    """Name of the one member with sentences; nothing has been unpacked yet."""
    names = opened.namelist()
    if strange := [name for name in names if not _PLAIN_NAME.fullmatch(name)]:
        raise WorkError(f"the zip holds {strange[0]!r}, which is not a plain file name")
    if sum(member.file_size for member in opened.infolist()) > _MAX_TEXT:
        raise WorkError(f"the zip would unpack to more than {_MAX_TEXT >> 20} MB")
    if any(member.flag_bits & 1 for member in opened.infolist()):
        raise WorkError("the zip asks for a password")
    sentences = [n for n in names if n.endswith(".txt") and not n.endswith(_LICENCE)]
    if len(sentences) != 1 or _LICENCE not in names:
        found = ", ".join(names[:5]) or "nothing"
        raise WorkError(f"the zip should hold one sentence file and {_LICENCE}, but holds {found}")
    return sentences[0]


def _write(texts: Mapping[Path, bytes]) -> None:
    """Write every file under another name, then give all of them their own."""
    waiting = {path: path.with_name(f"{path.name}.part") for path in texts}
    try:
        for path, part in waiting.items():
            part.write_bytes(texts[path])
        for path, part in waiting.items():
            part.replace(path)
    finally:
        for part in waiting.values():
            part.unlink(missing_ok=True)
