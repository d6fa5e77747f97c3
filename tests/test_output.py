"""Lines out: a file that appears whole, has one writer, and can be gone on with."""

from __future__ import annotations

import itertools
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmt.errors import InputError, WorkError
from nmt.output import open_output


def test_output_appears_whole_when_all_went_well(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    with open_output(path) as output:
        output.stream.write("एक\n\ud800\n")
        output.stream.flush()
        assert not path.exists()
    assert path.read_bytes() == "एक\n?\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def raise_after(written: int, error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "raised"),
    [(InputError("wrong"), InputError("wrong")), (KeyboardInterrupt(), WorkError("interrupted"))],
    ids=str,
)
def test_an_error_leaves_what_was_there(
    tmp_path: Path, error: BaseException, raised: Exception
) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")
    with (
        pytest.raises(type(raised), match=f"^{raised}$"),
        open_output(path, overwrite=True) as output,
    ):
        raise_after(output.stream.write("half"), error)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupt_while_lines_are_noted_counts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def interrupted(path: Path, target: Path) -> Path:
        replaced = replace(path, target)
        signal.raise_signal(signal.SIGINT)
        return replaced

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(WorkError) as raised, open_output(tmp_path / "out.txt") as output:
        output.keep(["one"])
    assert str(raised.value).startswith("interrupted; 1 lines are kept")


def test_existing_output_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path, link = tmp_path / "out.txt", tmp_path / "link.txt"
    path.write_text("before")
    link.symlink_to(path)
    with pytest.raises(InputError, match="--overwrite"), open_output(path):
        pass
    assert path.read_text() == "before"
    with open_output(link, overwrite=True) as output:
        output.stream.write("after")
    assert link.is_symlink()
    assert path.read_text() == "after"


def test_outputs_that_are_no_files_stay(tmp_path: Path) -> None:
    folder, fifo = tmp_path / "folder", tmp_path / "fifo"
    folder.mkdir()
    os.mkfifo(fifo)
    for path in (folder, fifo, Path()):
        with pytest.raises(InputError, match="not a file"), open_output(path, overwrite=True):
            pass
    assert fifo.is_fifo()
    for path in (tmp_path / "absent" / "x", tmp_path / ("x" * 300)):
        with pytest.raises(InputError, match="cannot be written"), open_output(path):
            pass
    assert sorted(tmp_path.iterdir()) == [fifo, folder]


def run(path: Path, chunks: list[list[str]], stop: int | None = None, **options: Any) -> list[str]:
    """Write the lines in capitals, stop in the middle of a chunk; return the lines worked on."""
    worked: list[str] = []
    with open_output(path, **options) as output:
        for number, texts in enumerate(output.unanswered(iter(chunks), "in.txt")):
            worked += texts
            for text in texts[: len(texts) // 2 if number == stop else None]:
                output.stream.write(f"{text.upper()}\n")
            if number == stop:
                output.stream.flush()
                raise KeyboardInterrupt
            output.keep(texts)
    return worked


def cut(lines: list[str], sizes: list[int]) -> list[list[str]]:
    """Return the lines in chunks of these sizes, over and over."""
    places = [0, *itertools.takewhile(len(lines).__gt__, itertools.accumulate(sizes * len(lines)))]
    return [lines[a:b] for a, b in itertools.pairwise([*places, len(lines)]) if a < b]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r")), max_size=20),
    st.lists(st.tuples(st.lists(st.integers(1, 5), min_size=1), st.integers(0, 3)), max_size=4),
)
def test_however_often_stopped_no_line_is_lost_or_done_twice(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], runs: list[tuple[list[int], int]]
) -> None:
    path = tmp_path_factory.mktemp("stopped") / "out.txt"
    for sizes, stop in [*runs, ([3], -1)]:
        if path.exists():
            break
        with suppress(WorkError):
            run(path, cut(lines, sizes), stop, resume=True)
    assert path.read_text("utf-8") == "".join(f"{line.upper()}\n" for line in lines)
    assert list(path.parent.iterdir()) == [path]


def stopped(path: Path, made_by: str = "me") -> Path:
    """Leave an unfinished output of two lines; return the file that notes it."""
    with pytest.raises(WorkError, match=r"^interrupted; 2 lines are kept: to go on, add --resume"):
        run(path, [["a", "b"], ["c", "d"]], 1, made_by=made_by)
    return path.with_name("out.txt.unfinished.json")


def test_what_was_kept_is_not_done_again(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    stopped(path)
    assert run(path, [["a"], ["b", "c"], ["d"]], resume=True, made_by="me") == ["c", "d"]
    assert path.read_text() == "A\nB\nC\nD\n"


def test_an_unfinished_output_is_neither_mixed_nor_lost(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    journal = stopped(path)
    for chunks, options, message in (
        ([["a", "b"]], {}, "holds the results of 2 lines; add --resume to go on, or --overwrite"),
        ([["a", "x"]], {"resume": True}, "in.txt has other first 2 lines"),
        ([["a"]], {"resume": True}, "in.txt has other first 2 lines"),
        ([["a", "b"]], {"resume": True, "made_by": "you"}, "or the model or options differ"),
    ):
        with pytest.raises(InputError, match=message):
            run(path, chunks, **{"made_by": "me"} | options)
        assert journal.exists()
    assert run(path, [["a", "b"]], resume=True, made_by="me") == []
    assert path.read_text() == "A\nB\n"


def test_beginning_anew(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    stopped(path)
    run(path, [["x"]], overwrite=True)
    assert path.read_text() == "X\n"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("damage", ["", "{}", '{"lines": 2, "size": 99, "sha256": ""}', "\xff"])
def test_a_damaged_note_is_not_believed(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "out.txt"
    stopped(path).write_text(damage)
    with pytest.raises(InputError, match="is damaged; add --overwrite to begin anew"):
        run(path, [["a"]], resume=True)


def test_one_writer(tmp_path: Path) -> None:
    path, link = tmp_path / "out.txt", tmp_path / "link"
    link.symlink_to(path)
    with open_output(path) as output:
        output.stream.write("mine\n")
        for name in (path, link):
            with (
                pytest.raises(InputError, match="is being written by another process"),
                open_output(name, overwrite=True),
            ):
                pass
    assert path.read_text() == "mine\n"


def test_without_a_path_it_is_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    with open_output(None) as output:
        print("line", file=output.stream)
    assert capsys.readouterr().out == "line\n"
