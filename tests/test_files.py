"""Files appear whole or not at all, and what cannot be written is said before the work."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from nmt.errors import InputError, WorkError
from nmt.files import check_new, check_picture, replacing


def test_a_name_is_free_or_a_file_to_overwrite(tmp_path: Path) -> None:
    file, fifo = tmp_path / "file", tmp_path / "fifo"
    file.touch()
    os.mkfifo(fifo)
    check_new(tmp_path / "new", overwrite=False)
    check_new(file, overwrite=True)
    with pytest.raises(InputError, match="file exists; add --overwrite"):
        check_new(file, overwrite=False)
    for path in (tmp_path, fifo):
        with pytest.raises(InputError, match="is not a file; choose another name"):
            check_new(path, overwrite=True)
    with pytest.raises(InputError, match="cannot be written: File name too long"):
        check_new(tmp_path / ("x" * 300), overwrite=True)


def test_a_picture_needs_its_suffix_its_folder_and_a_free_name(tmp_path: Path) -> None:
    (tmp_path / "there.PNG").touch()
    check_picture(tmp_path / "new.PNG", overwrite=False)
    for name, message in {
        "there.svg": r"there\.svg: pictures are written as PNG",
        "no/a.png": "no/a.png: there is no folder .*no",
        "there.PNG": r"there\.PNG exists; add --overwrite",
    }.items():
        with pytest.raises(InputError, match=message):
            check_picture(tmp_path / name, overwrite=False)


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left"), WorkError),
        (OSError(errno.EDQUOT, "Quota exceeded"), WorkError),
        (OSError(errno.EACCES, "Permission denied"), InputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_what_stops_half_way_leaves_what_was_there(
    stop: BaseException, expected: type[BaseException], tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def write_half(part: Path) -> None:
        part.write_text("ne")
        raise stop

    with pytest.raises(expected), replacing(path) as part:
        write_half(part)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_ends_well_replaces_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with replacing(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]
