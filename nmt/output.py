"""Lines out: a file that appears whole, has one writer, and can be gone on with after a crash.

Results go to `out.txt.unfinished`; `out.txt.unfinished.json` notes how many of them are safe, and
what they answer. The last step renames the former to `out.txt`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from nmt.errors import InputError, WorkError
from nmt.files import check_new, write_synced
from nmt.interrupts import deferred_interrupts


@dataclass(frozen=True)
class Kept:
    """What an unfinished output holds for certain."""

    lines: int = 0
    """of the input, from its first"""
    size: int = 0
    """bytes of their results"""
    sha256: str = ""
    """of what made the results (model, options) and those lines"""


class Output:
    """A stream of results that knows how much of the input they answer."""

    def __init__(self, stream: TextIO, made_by: str = "", journal: Path | None = None) -> None:
        """Begin with nothing kept; without a journal nothing outlives the process."""
        self.stream, self.kept = stream, Kept()
        self._journal = journal
        self._answered = hashlib.sha256(made_by.encode())

    def unanswered(self, chunks: Iterable[list[str]], name: str) -> Iterator[list[str]]:
        """Yield the lines of input that have no kept results.

        Raises `InputError` when the lines that have are not those of the first run, or what makes
        the results is not.
        """
        left = self.kept.lines
        for texts in chunks:
            if left:
                self._add(texts[:left])
                left, texts = max(left - len(texts), 0), texts[left:]
                if not left and self._answered.hexdigest() != self.kept.sha256:
                    raise self._other(name)
            if texts:
                yield texts
        if left:
            raise self._other(name)

    def keep(self, texts: Sequence[str]) -> None:
        """Make what was written, the results of these next lines, outlive a crash."""
        self.stream.flush()
        if self._journal:
            self._add(texts)
            os.fsync(self.stream.fileno())
            size = os.fstat(self.stream.fileno()).st_size
            kept = Kept(self.kept.lines + len(texts), size, self._answered.hexdigest())
            fresh = self._journal.with_suffix(".new")
            write_synced(fresh, json.dumps(asdict(kept)).encode())
            # Between the two an interrupt would report fewer lines than are kept.
            with deferred_interrupts():
                fresh.replace(self._journal)
                self.kept = kept

    def _add(self, texts: Iterable[str]) -> None:
        # What is not Unicode can be an argument of the command line.
        answered = "".join(f"{text}\n" for text in texts)
        self._answered.update(answered.encode(errors="surrogatepass"))

    def _other(self, name: str) -> InputError:
        return InputError(
            f"{name} has other first {self.kept.lines:,} lines than the run to go on with, or the "
            "model or options differ; use the same, or --overwrite in place of --resume"
        )


@contextmanager
def open_output(
    path: Path | None, *, overwrite: bool = False, resume: bool = False, made_by: str = ""
) -> Iterator[Output]:
    """Give an output that becomes the file when all went well, or stdout for None.

    If not all went well, what was kept stays for `resume`, and nothing else is left. `made_by` is
    what results depend on besides the input. Raises `InputError` if the file or an unfinished one
    exists (unless `overwrite`), another process is writing it or its folder cannot be written to;
    `WorkError` when the disk refuses or Ctrl-C interrupts.
    """
    if path is None:
        yield Output(sys.stdout)
        return
    check_new(path, overwrite=True)
    # Of a link it is the file it leads to that is replaced.
    target = Path(os.path.realpath(path))
    part = target.with_name(f"{target.name}.unfinished")
    journal = part.with_name(f"{part.name}.json")
    output = Output(_locked(path, part), made_by, journal)
    before = Kept()
    try:
        # All of it happens under the lock, which closing the stream gives up.
        with output.stream as stream, _swept(part, journal):
            check_new(path, overwrite)
            before = output.kept = _taken_up(part, journal, overwrite, resume)
            stream.truncate(output.kept.size)
            yield output
            stream.flush()
            part.replace(target)
            journal.unlink(missing_ok=True)
    except (OSError, InputError, WorkError, KeyboardInterrupt) as error:
        raise _explained(error, path, output.kept.lines if output.kept != before else 0) from error


@contextmanager
def _swept(part: Path, journal: Path) -> Iterator[None]:
    """Leave no part behind of which nothing is kept."""
    try:
        yield
    except BaseException:
        journal.with_suffix(".new").unlink(missing_ok=True)
        if not journal.exists():
            part.unlink(missing_ok=True)
        raise


def _locked(path: Path, part: Path) -> TextIO:
    """Return the part opened for this process alone."""
    try:
        stream = part.open("a", encoding="utf-8", errors="replace", newline="\n")
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking it may have become the file of the one that wrote it.
            if not os.path.samestat(os.fstat(stream.fileno()), part.stat()):
                raise BlockingIOError
        except OSError:
            stream.close()
            raise
    except (BlockingIOError, FileNotFoundError) as error:
        if isinstance(error, BlockingIOError) or part.parent.is_dir():
            raise InputError(f"{path} is being written by another process") from None
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error
    return stream


def _taken_up(part: Path, journal: Path, overwrite: bool, resume: bool) -> Kept:
    """Return what is gone on with of an unfinished output; nothing is to begin anew."""
    size = part.stat().st_size
    if not size or not journal.exists() or (overwrite and not resume):
        journal.unlink(missing_ok=True)
        return Kept()
    try:
        kept = Kept(**json.loads(journal.read_bytes()))
        if not 0 < kept.size <= size:
            raise ValueError
    except (ValueError, TypeError):
        raise InputError(f"{part} is damaged; add --overwrite to begin anew") from None
    if not resume:
        raise InputError(
            f"{part} holds the results of {kept.lines:,} lines; add --resume to go on, or "
            "--overwrite to begin anew"
        )
    return kept


def _explained(error: BaseException, path: Path, kept: int) -> Exception:
    """Return the error with what is kept, if anything was in this run, in one line."""
    hint = f"; {kept:,} lines are kept: to go on, add --resume to the same command" if kept else ""
    if isinstance(error, OSError):
        return WorkError(f"{path} cannot be written: {error.strerror or error}{hint}")
    if isinstance(error, KeyboardInterrupt):
        return WorkError(f"interrupted{hint}")
    return type(error)(f"{error}{hint}")  # type: ignore[return-value]
