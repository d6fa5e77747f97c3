"""Bundles on disk: read as they were written, or refused in one line; never lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from nmt import bundle as bundles
from nmt.bundle import Bundle, read_bundle, read_file, write_bundle
from nmt.errors import InputError, WorkError
from nmt.translator import Translator

NAMES = ("config.json", "src.model", "trg.model", "weights.safetensors", "words.txt")


@pytest.fixture(scope="module")
def bundle(bundle_folder: Path) -> Bundle:
    return read_bundle(bundle_folder)


@pytest.fixture
def copy(bundle_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundle_folder, tmp_path / "models" / "copy"))


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        Translator.load(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 500
    return message


def resign(folder: Path, **changes: Any) -> None:
    """Change the config as a stranger would, checksums included."""
    config = json.loads((folder / "config.json").read_bytes()) | changes
    config["files"] = {n: bundles._sha256((folder / n).read_bytes()) for n in NAMES[1:]}
    config["sha256"] = bundles._own_sha256(config)
    (folder / "config.json").write_text(json.dumps(config))


def names_beside(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir()}


def test_what_is_read_is_what_was_written(bundle: Bundle, tmp_path: Path) -> None:
    corpus = replace(bundle.corpus, path="/tmp/\udcff.txt")
    write_bundle(replace(bundle, corpus=corpus), tmp_path / "a" / "b", {"README.md": b"card"})
    again = read_bundle(tmp_path / "a" / "b")
    assert again.weights.keys() == bundle.weights.keys()
    for name, weight in bundle.weights.items():
        np.testing.assert_array_equal(again.weights[name], weight)
        assert again.weights[name].dtype == weight.dtype == np.float32
    assert (again.config, again.corpus) == (bundle.config, corpus)
    assert (again.scores, again.versions) == (bundle.scores, bundle.versions)
    assert again.src_subword.model == bundle.src_subword.model
    assert again.trg_subword.model == bundle.trg_subword.model
    assert read_file(tmp_path / "a" / "b", "README.md") == b"card"
    assert names_beside(tmp_path / "a" / "b") == {"b"}
    for path in (tmp_path / "a" / "b").iterdir():
        assert not path.read_bytes().startswith(b"\x80"), "a pickle"


def test_every_flipped_byte_of_the_config_is_noticed(copy: Path) -> None:
    path = copy / "config.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        for flip in (0x01, 0x80):
            damaged = bytearray(whole)
            damaged[place] ^= flip
            path.write_bytes(damaged)
            if json_of(damaged) != json_of(whole):
                refused(copy)


def json_of(data: bytes | bytearray) -> object:
    # Another blank between two values is no damage.
    try:
        return json.loads(data)
    except ValueError:
        return None


@pytest.mark.parametrize("name", NAMES)
def test_files_cut_short_changed_or_gone_are_noticed(copy: Path, name: str) -> None:
    path = copy / name
    whole = path.read_bytes()
    for size in {0, 1, 8, len(whole) // 2, len(whole) - 2}:
        path.write_bytes(whole[:size])
        assert name in refused(copy)
    for place in np.random.default_rng(1).integers(0, len(whole) - 1, 5):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        refused(copy)
    path.unlink()
    assert f"has no {name}" in refused(copy)
    path.mkdir()
    assert "cannot be read" in refused(copy)


def test_bundles_that_are_not_ours_to_read(copy: Path, tmp_path: Path) -> None:
    assert "nmt train" in refused(tmp_path / "absent")
    assert "nmt train" in refused(copy / "README.md")
    assert "cannot be read" in refused(tmp_path / ("x" * 300))
    assert "no config.json" in refused(tmp_path)
    (copy / "config.json").write_text("[" * 100_000)
    assert "damaged" in refused(copy)
    (copy / "config.json").write_text("[]")
    assert "not the config" in refused(copy)


def test_signed_bundles_that_do_not_fit_are_refused(copy: Path, bundle: Bundle) -> None:
    resign(copy, format=3)
    assert "newer" in refused(copy)
    config = bundle.config.to_json()
    for change in ({"sparkle": 1}, {"cell": "rnn"}, {"embedding": "big"}, {"cell": "gru"}):
        resign(copy, format=1, config=config | {"model": config["model"] | change})
        assert "can use" in refused(copy)
    resign(copy, config=config, corpus={"path": 1})
    assert "can use" in refused(copy)
    resign(copy, corpus=vars(bundle.corpus))
    Translator.load(copy)
    shutil.copy(copy / "src.model", copy / "weights.safetensors")
    resign(copy)
    assert "can use" in refused(copy)
    (copy / "src.model").write_bytes(b"no model")
    resign(copy)
    assert "can use" in refused(copy)


def test_signed_bundles_that_want_to_harm_are_refused(copy: Path, bundle: Bundle) -> None:
    config = bundle.config.to_json()
    for option in ("encoder_layers", "decoder_layers", "window", "embedding"):
        resign(copy, config=config | {"model": config["model"] | {option: 10**9}})
        assert "it must be at most" in refused(copy)
    for value in (np.nan, np.inf):
        save_file({n: np.full_like(w, value) for n, w in bundle.weights.items()}, copy / NAMES[3])
        resign(copy, config=config)
        assert "no numbers" in refused(copy)
    # A piece of the subword model that is no UTF-8.
    pieces = bundle.src_subword.model
    place = pieces.index("▁".encode())
    (copy / "src.model").write_bytes(pieces[:place] + b"\xff" + pieces[place + 1 :])
    resign(copy, config=config)
    assert "can use" in refused(copy)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_file_is_not_waited_for(copy: Path, name: str) -> None:
    path = copy / name
    path.unlink()
    os.mkfifo(path)
    assert f"{name} cannot be read: it is not a file" in refused(copy)
    path.unlink()
    path.symlink_to("/dev/zero")
    assert f"{name} cannot be read: it is not a file" in refused(copy)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(100 << 30)
    assert f"{name} cannot be read: 102,400 MB are more" in refused(copy)


def test_what_could_not_be_read_again_is_not_written(
    copy: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = replace(bundle, words=frozenset(map(str, range(2000))))
    monkeypatch.setattr(bundles, "MOST_BYTES", len(bundle.src_subword.model))
    with pytest.raises(WorkError, match="cannot be written: 0 MB are more"):
        write_bundle(
            replace(many, scores={"new": "x" * bundles.MOST_BYTES}), copy, {}, overwrite=True
        )
    monkeypatch.undo()
    assert names_beside(copy) == {"copy"}
    assert read_bundle(copy).scores == bundle.scores


def test_a_file_that_would_take_the_memory_is_refused(copy: Path) -> None:
    for name, most in (
        ("weights.safetensors", bundles.MOST_WEIGHTS),
        ("words.txt", bundles.MOST_BYTES),
    ):
        whole = (copy / name).read_bytes()
        with (copy / name).open("ab") as file:
            file.truncate(most + 1)
        resign(copy)
        assert f"{name} cannot be read: {most >> 20} MB are more than any" in refused(copy)
        (copy / name).write_bytes(whole)


def test_names_in_the_config_lead_nowhere(copy: Path, bundle: Bundle) -> None:
    config = json.loads((copy / "config.json").read_bytes())
    config["files"]["../../etc/passwd"] = "0"
    config["sha256"] = bundles._own_sha256(config)
    (copy / "config.json").write_text(json.dumps(config))
    (copy.parent / "kept").write_text("kept")
    Translator.load(copy)
    write_bundle(bundle, copy, {}, overwrite=True)
    assert names_beside(copy) == {"copy", "kept"}


def test_existing_bundles_are_replaced_only_when_asked(copy: Path, bundle: Bundle) -> None:
    before = (copy / "config.json").read_bytes()
    with pytest.raises(InputError, match="--overwrite"):
        write_bundle(bundle, copy, {})
    assert (copy / "config.json").read_bytes() == before
    (copy / "notes.txt").write_text("mine")
    write_bundle(replace(bundle, scores={"new": 1}), copy, {}, overwrite=True)
    assert read_bundle(copy).scores == {"new": 1}
    assert {path.name for path in copy.iterdir()} == {*NAMES, "notes.txt"}
    assert names_beside(copy) == {"copy"}


def test_a_folder_that_is_no_bundle_is_never_replaced(tmp_path: Path, bundle: Bundle) -> None:
    for name, content in (("thesis.tex", "text"), ("config.json", '{"port": 80}')):
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_text(content)
        with pytest.raises(InputError, match="holds other files"):
            write_bundle(bundle, folder, {}, overwrite=True)
        assert (folder / name).read_text() == content
        with pytest.raises(InputError, match="not a folder"):
            write_bundle(bundle, folder / name, {}, overwrite=True)
        with pytest.raises(InputError, match="not a folder you can write to"):
            write_bundle(bundle, folder / name / "below", {}, overwrite=True)
    (tmp_path / "empty").mkdir()
    write_bundle(bundle, tmp_path / "empty", {}, overwrite=True)
    read_bundle(tmp_path / "empty")


def test_folders_that_cannot_be_written(
    copy: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="too long"):
        write_bundle(bundle, copy.parent / ("x" * 300), {})
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="write to"):
        write_bundle(bundle, copy.parent / "new", {})
    with pytest.raises(InputError, match="not writable"):
        write_bundle(bundle, copy, {}, overwrite=True)
    assert names_beside(copy) == {"copy"}


def test_paths_as_people_write_them(
    copy: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy.parent)
    for path in (Path("new/"), Path("./new/../new2"), copy.parent / "new3" / "."):
        write_bundle(bundle, path, {})
        read_bundle(path)
    Path("link").symlink_to("copy")
    write_bundle(replace(bundle, scores={"new": 1}), Path("link"), {}, overwrite=True)
    assert Path("link").is_symlink()
    assert read_bundle(copy).scores == {"new": 1}
    assert names_beside(copy) == {"copy", "link", "new", "new2", "new3"}
    monkeypatch.chdir(copy)
    read_bundle(Path())
    read_bundle(Path("../copy"))
    for path in (Path(), Path(".."), copy):
        with pytest.raises(InputError, match=r"folder you are in|other files"):
            write_bundle(bundle, path, {}, overwrite=True)


def test_a_crash_between_the_renames_loses_nothing(copy: Path, bundle: Bundle) -> None:
    old = copy.with_name(".copy.old")
    copy.rename(old)
    assert read_bundle(copy).corpus == bundle.corpus
    assert read_file(copy, "README.md")
    with pytest.raises(InputError, match="--overwrite"):
        write_bundle(bundle, copy, {})
    assert copy.is_dir()
    copy.rename(old)
    write_bundle(replace(bundle, scores={"new": 1}), copy, {}, overwrite=True)
    assert read_bundle(copy).scores == {"new": 1}
    assert names_beside(copy) == {"copy"}


@pytest.mark.parametrize("step", ["fsync", "first rename", "second rename"])
@pytest.mark.parametrize("stop", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_writing_that_stops_leaves_the_old_bundle(
    copy: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch, step: str, stop: BaseException
) -> None:
    def stopped(*_: object) -> None:
        raise stop

    rename = Path.rename
    if step == "fsync":
        monkeypatch.setattr(os, "fsync", stopped)
    else:
        which = copy.name if step == "first rename" else ".copy.new"
        monkeypatch.setattr(
            Path, "rename", lambda p, to: stopped() if p.name == which else rename(p, to)
        )
    expected = WorkError if isinstance(stop, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write_bundle(replace(bundle, scores={"new": 1}), copy, {}, overwrite=True)
    monkeypatch.undo()
    assert names_beside(copy) == {"copy"}
    assert read_bundle(copy).scores == bundle.scores
