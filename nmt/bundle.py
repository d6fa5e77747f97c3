"""A trained model on disk: a folder of config, subword models, weights, history, curve and card."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from errno import EFBIG, EINVAL
from pathlib import Path
from stat import S_ISREG
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from nmt.config import Config
from nmt.errors import InputError, WorkError
from nmt.files import write_files
from nmt.subword import Subword
from nmt.weights import dequantised, quantised

MOST_BYTES, MOST_WEIGHTS = 6 << 20, 200 << 20
"""Of a file, and of one with weights: ten times a large model's; no bundle can take a gigabyte."""
FORMAT, INT8_FORMAT = 1, 2
"""Raised when an older version could no longer read what this one writes: 1 cannot hold int8."""

CONFIG, WEIGHTS, WORDS = "config.json", "weights.safetensors", "words.txt"
SRC, TRG = "src.model", "trg.model"
HEAVY = (WEIGHTS, ".onnx", ".tflite", ".data-00000-of-00001")


@dataclass(frozen=True)
class CorpusRecord:
    """The file a model was trained on: where it lay, its SHA-256 and the sizes of its parts."""

    path: str
    sha256: str
    train_pairs: int
    valid_pairs: int
    test_pairs: int


@dataclass(frozen=True)
class Bundle:
    """Everything a translator needs, and where it came from."""

    config: Config
    src_subword: Subword
    trg_subword: Subword
    weights: Mapping[str, NDArray[np.float32]]
    corpus: CorpusRecord
    scores: Mapping[str, Any] = field(default_factory=dict)
    """what was measured: `epoch`, `valid`, `test`, signatures"""
    versions: Mapping[str, str] = field(default_factory=dict)
    """the versions of the packages that made it"""
    words: frozenset[str] = frozenset()
    """the words of the training sources, where others may be names; see `nmt.names`"""
    int8: bool = False
    """whether the file of weights holds them in eight bits; in memory they are float32"""


def write_bundle(
    bundle: Bundle, folder: Path, files: Mapping[str, bytes], *, overwrite: bool = False
) -> None:
    """Write the bundle, and `files` beside it (card, history, curve), whole or not at all.

    It is written under another name and renamed; a bundle that is replaced stays until then, and
    what else lay in its folder is kept. Raises `InputError` as `check_output` does, `WorkError`
    when the disk refuses.
    """
    check_output(folder, overwrite)
    tensors = quantised(bundle.weights) if bundle.int8 else bundle.weights
    contents = {
        SRC: bundle.src_subword.model,
        TRG: bundle.trg_subword.model,
        WEIGHTS: save({name: np.asarray(tensor) for name, tensor in tensors.items()}),
        WORDS: "".join(f"{word}\n" for word in sorted(bundle.words)).encode(),
        **files,
    }
    config = {
        "format": INT8_FORMAT if bundle.int8 else FORMAT,
        "config": bundle.config.to_json(),
        "corpus": asdict(bundle.corpus),
        "scores": dict(bundle.scores),
        "versions": dict(bundle.versions),
        "files": {name: _sha256(content) for name, content in contents.items()},
    }
    config["sha256"] = _own_sha256(config)
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    # The corpus's path may hold bytes that are not UTF-8; `json.loads` reads them like this, too.
    contents[CONFIG] = text.encode("utf-8", "surrogatepass")
    real = _real(folder)
    fresh = real.with_name(f".{real.name}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        for name, content in contents.items():
            _check_size(name, len(content))
        write_files(fresh, contents)
        _replace(fresh, real)
    except OSError as error:
        raise WorkError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        _recover(folder)


def check_output(folder: Path, overwrite: bool) -> None:
    """Raise `InputError` unless a bundle may be written to `folder`.

    A folder that is no bundle is never replaced unless it is empty, a bundle only with
    `overwrite`, and never the folder the program was started in.
    """
    try:
        _recover(folder)
        if folder.exists() or folder.is_symlink():
            _check_replaceable(folder, overwrite)
        else:
            above = next(p for p in folder.absolute().parents if p.exists())
            if not (above.is_dir() and os.access(above, os.W_OK)):
                raise InputError(
                    f"{folder} cannot be made: {above} is not a folder you can write to"
                )
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}") from error


def _check_replaceable(folder: Path, overwrite: bool) -> None:
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; choose another --output")
    if any(folder.iterdir()) and not _manifest(folder):
        raise InputError(f"{folder} holds other files; choose another --output")
    if not overwrite:
        raise InputError(f"{folder} exists; add --overwrite to replace it, or choose an --output")
    if Path.cwd().is_relative_to(_real(folder)):
        raise InputError(f"{folder} is the folder you are in; go out of it to replace it")
    if not os.access(_real(folder).parent, os.W_OK):
        raise InputError(f"{folder} cannot be replaced: its parent folder is not writable")


def _manifest(folder: Path) -> set[str]:
    """Return the names of a bundle's files, whole or damaged; none if it is no bundle."""
    try:
        config = json.loads((folder / CONFIG).read_bytes())
        return {CONFIG, *config["files"]} if isinstance(config["format"], int) else set()
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return set()


def read_bundle(folder: Path) -> Bundle:
    """Return the bundle in `folder`, every file checked against its SHA-256.

    Raises `InputError` when it is missing, incomplete, damaged or from a newer version.
    """
    folder = present(folder)
    config = _read_config(folder)
    int8 = config["format"] == INT8_FORMAT
    contents = {name: _read_checked(folder, name, config["files"]) for name in (SRC, TRG, WEIGHTS)}
    # Bundles without the file are older than names.
    words = _read_checked(folder, WORDS, config["files"]) if WORDS in config["files"] else b""
    try:
        return Bundle(
            config=Config.from_json(config["config"]),
            src_subword=Subword(contents[SRC]),
            trg_subword=Subword(contents[TRG]),
            weights=_weights(contents[WEIGHTS], int8),
            corpus=CorpusRecord(**config["corpus"]),
            scores=config["scores"],
            versions=config["versions"],
            words=frozenset(words.decode().split()),
            int8=int8,
        )
    # Of a subword model whose pieces are not UTF-8, its library tells by `UnicodeDecodeError`.
    except (KeyError, TypeError, ValueError, SafetensorError) as error:
        raise InputError(f"{folder} is not a bundle this version can use: {error}") from error


def _weights(content: bytes, int8: bool) -> dict[str, NDArray[Any]]:
    weights = load(content)
    if int8:
        if 4 * len(content) > MOST_WEIGHTS:
            raise InputError(f"its {WEIGHTS} are more than any model of this kind has")
        weights = dequantised(weights)
    if not all(np.isfinite(weight).all() for weight in weights.values()):
        raise InputError(f"some of its {WEIGHTS} are no numbers")
    return weights


def read_file(folder: Path, name: str) -> bytes:
    """Return one of the files beside the model (`history.csv`, …), checked; raise `InputError`."""
    folder = present(folder)
    return _read_checked(folder, name, _read_config(folder)["files"])


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        there = folder.is_dir()
        content = _content(folder / CONFIG) if there else b""
    except FileNotFoundError as error:
        raise InputError(f"{folder} is not a bundle: it has no {CONFIG}") from error
    except OSError as error:
        raise InputError(f"{folder / CONFIG} cannot be read: {error.strerror}") from error
    if not there:
        raise InputError(
            f"there is no model in {folder}; train one with: nmt train --corpus FILE "
            f"--output {folder}"
        )
    try:
        config = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{folder / CONFIG} is damaged; copy or train the model anew") from error
    if not isinstance(config, dict) or not isinstance(config.get("format"), int):
        raise InputError(f"{folder / CONFIG} is not the config of a bundle")
    if config["format"] > INT8_FORMAT:
        raise InputError(
            f"{folder} has format {config['format']}, newer than this nmt reads ({INT8_FORMAT}); "
            "update it with: pip install --upgrade nmt"
        )
    if config.get("sha256") != _own_sha256(config) or not isinstance(config.get("files"), dict):
        raise InputError(f"{folder / CONFIG} is damaged; copy or train the model anew")
    return config


def _read_checked(folder: Path, name: str, sums: Mapping[str, str]) -> bytes:
    try:
        content = _content(folder / name)
    except FileNotFoundError as error:
        raise InputError(f"{folder} is incomplete: it has no {name}") from error
    except OSError as error:
        raise InputError(f"{folder / name} cannot be read: {error.strerror}") from error
    if sums.get(name) != _sha256(content):
        raise InputError(f"{folder / name} is damaged; copy or train the model anew")
    return content


def _content(path: Path) -> bytes:
    """Return what is in a file that a stranger may have made; raise `OSError` if it is none."""
    status = path.stat()
    if not S_ISREG(status.st_mode):
        raise OSError(EINVAL, "it is not a file")
    _check_size(path.name, status.st_size)
    return path.read_bytes()


def _check_size(name: str, size: int) -> None:
    if size > (MOST_WEIGHTS if name.endswith(HEAVY) else MOST_BYTES):
        raise OSError(EFBIG, f"{size >> 20:,} MB are more than any model of this kind has")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _own_sha256(config: Mapping[str, Any]) -> str:
    others = {key: value for key, value in config.items() if key != "sha256"}
    return _sha256(json.dumps(others, sort_keys=True).encode())


def _real(folder: Path) -> Path:
    """Return the folder a link leads to, with a name even for `.` and `..`."""
    return Path(os.path.realpath(folder))


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def _replace(fresh: Path, folder: Path) -> None:
    # A folder cannot be renamed onto another. Between the two renames only the old one is whole;
    # `_recover` puts it back if we are stopped there.
    old = _old(folder)
    if not folder.exists():
        fresh.rename(folder)
        return
    shutil.rmtree(old, ignore_errors=True)
    written = {str(f).split("/")[0] for f in _manifest(folder)} | {f.name for f in fresh.iterdir()}
    folder.rename(old)
    fresh.rename(folder)
    for path in [path for path in old.iterdir() if path.name not in written]:
        path.rename(folder / path.name)
    shutil.rmtree(old, ignore_errors=True)


def present(folder: Path) -> Path:
    """Return where the bundle is: itself, or what a writer that was killed renamed it to."""
    with suppress(OSError):
        if not folder.exists() and (_old(_real(folder)) / CONFIG).is_file():
            return _old(_real(folder))
    return folder


def _recover(folder: Path) -> None:
    # Readers leave this to writers: one that is at work just now must not be disturbed.
    if (found := present(folder)) != folder:
        found.rename(_real(folder))
