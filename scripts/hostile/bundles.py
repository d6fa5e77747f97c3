"""Bundles as bad disks leave them, and as strangers make them to do harm."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from safetensors.numpy import load, save

from nmt.bundle import MOST_BYTES
from nmt.config import Config
from nmt.subword import Subword
from nmt.weights import weight_shapes

CONFIG, WEIGHTS = "config.json", "weights.safetensors"
SUBWORDS = ("src.model", "trg.model")
NEEDED = (CONFIG, *SUBWORDS, WEIGHTS)

Files = Mapping[str, bytes]
"""The files of a bundle by name."""


@dataclass(frozen=True)
class Case:
    """A bundle in which files were replaced by others; None: taken away."""

    kind: str
    name: str
    files: Mapping[str, bytes | None]


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a bundle."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def place(case: Case, files: Files, folder: Path) -> None:
    """Make `folder` the bundle of a case; it may hold that of another case."""
    for name, content in {**files, **case.files}.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        elif not (folder / name).exists() or (folder / name).read_bytes() != content:
            (folder / name).write_bytes(content)


# Bad disks: the checksums are those of the whole files --------------------------------------


def flipped(files: Files, rng: Random, name: str, count: int | None = None) -> Iterator[Case]:
    """Yield cases with one changed byte: each byte of the file in turn, or `count` of them."""
    data = files[name]
    places = range(len(data)) if count is None else rng.choices(range(len(data)), k=count)
    for place in places:
        changed = bytearray(data)
        changed[place] ^= rng.randrange(1, 256)
        yield Case("flipped bytes", f"{name}, byte {place}", {name: bytes(changed)})


def truncated(files: Files, rng: Random, count: int = 50) -> Iterator[Case]:
    """Yield cases with one file cut short, or gone."""
    for name, data in files.items():
        yield Case("truncated files", f"{name} gone", {name: None})
        for size in [0, *rng.choices(range(len(data)), k=count - 1)]:
            yield Case("truncated files", f"{name} at {size}", {name: data[:size]})


def swapped(files: Files, others: Files) -> Iterator[Case]:
    """Yield cases with one file of another bundle, or two of the same bundle exchanged."""
    for name in NEEDED:
        if files[name] != others[name]:
            yield Case("swapped files", f"{name} of another", {name: others[name]})
    for first in NEEDED:
        for second in NEEDED:
            if first != second:
                name = f"{second} as {first}"
                yield Case("swapped files", name, {first: files[second]})


def other_bundle(files: Files) -> dict[str, bytes]:
    """Return the files of a bundle that differs from the given one in every file."""
    config = json.loads(files[CONFIG])
    config["config"]["training"]["seed"] += 1
    weights = {name: 1.01 * weight for name, weight in load(files[WEIGHTS]).items()}
    others = dict(zip(SUBWORDS, (files[name] for name in SUBWORDS[::-1]), strict=True))
    return signed({**files, **others, WEIGHTS: save(weights)}, config)


# Strangers: all checksums are right ---------------------------------------------------------


def signed(files: Files, config: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    """Return the files with all checksums made anew, as anyone can."""
    made = dict(json.loads(files[CONFIG]) if config is None else config)
    if isinstance(made.get("files"), dict):
        known = {name: files[name] for name in made["files"] if name in files}
        made["files"] |= {name: hashlib.sha256(data).hexdigest() for name, data in known.items()}
    made.pop("sha256", None)
    own = json.dumps(made, sort_keys=True).encode()
    made["sha256"] = hashlib.sha256(own).hexdigest()
    return {**files, CONFIG: json.dumps(made).encode()}


VALUES: tuple[Any, ...] = (
    0, -1, 1, 2, 10**6, 10**9, 2**63, 10**400, 0.5, -0.5, 1e308, float("nan"), float("inf"),
    True, None, "", "lstm", "../../etc/passwd", "\ud800", "x" * 10**6, [], {}, [[1]], {"a": {}},
)  # fmt: skip
"""What may stand in a config in place of what should."""


def strange_configs(files: Files) -> Iterator[Case]:
    """Yield cases with one value of the config replaced, any by any of `VALUES`."""
    whole = json.loads(files[CONFIG])
    for path in _paths(whole):
        for value in VALUES:
            config = json.loads(files[CONFIG])
            _put(config, path, value)
            name = f"{'.'.join(path)} = {value!r}"[:80]
            yield Case("signed configs", name, signed(files, config))
        config = json.loads(files[CONFIG])
        _put(config, path, None, gone=True)
        yield Case("signed configs", f"{'.'.join(path)} gone", signed(files, config))


def _paths(values: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in values.items():
        if key != "sha256":
            yield (*above, key)
        if isinstance(value, dict):
            yield from _paths(value, (*above, key))


def _put(values: dict[str, Any], path: tuple[str, ...], value: Any, gone: bool = False) -> None:
    for key in path[:-1]:
        values = values[key]
    if gone:
        del values[path[-1]]
    else:
        values[path[-1]] = value


def strange_weights(files: Files) -> Iterator[Case]:
    """Yield cases whose weights are no weights of this model, or no numbers."""
    whole = load(files[WEIGHTS])
    first = next(iter(whole))

    def case(name: str, data: bytes) -> Case:
        return Case("signed weights", name, signed({**files, WEIGHTS: data}))

    for value in (0, np.nan, np.inf, -np.inf, 1e38, -1e38, 1e-45):
        yield case(f"all {value}", save({n: np.full_like(w, value) for n, w in whole.items()}))
    rng = np.random.default_rng(1)
    noise = {n: 1e3 * rng.normal(size=w.shape).astype(np.float32) for n, w in whole.items()}
    yield case("noise", save(noise))
    for dtype in (np.float64, np.float16, np.int32, np.bool_):
        yield case(f"{dtype.__name__}", save({n: w.astype(dtype) for n, w in whole.items()}))
    changes: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "flat": np.ravel, "empty": lambda w: w[:0], "transposed": lambda w: w.T.copy(),
        "doubled": lambda w: np.concatenate([w, w]), "scalar": lambda w: np.array(w.ravel()[0]),
    }  # fmt: skip
    for name, change in changes.items():
        yield case(f"{first} {name}", save({**whole, first: change(whole[first])}))
        yield case(f"all {name}", save({n: change(w) for n, w in whole.items()}))
    yield case("none", save({}))
    yield case("one more", save({**whole, "../evil": np.zeros(1, np.float32)}))
    yield case("one gone", save({n: w for n, w in whole.items() if n != first}))


def strange_headers(files: Files) -> Iterator[Case]:
    """Yield cases whose weights' header lies about what follows."""
    data = files[WEIGHTS]
    (size,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + size]), data[8 + size :]
    first = next(name for name in header if name != "__metadata__")

    def case(name: str, text: bytes, length: int | None = None) -> Case:
        whole = struct.pack("<Q", len(text) if length is None else length) + text + body
        return Case("signed weights", f"header: {name}", signed({**files, WEIGHTS: whole}))

    plain = json.dumps(header).encode()
    for length in (0, 1, size + 1, 10**8, 2**63, 2**64 - 1):
        yield case(f"length {length}", plain, length)
    for shape in ([2**62, 4], [10**9, 10**9], [0, 10**12], [-1], [1.5], ["a"], [[1]], [1] * 5000):
        text = json.dumps({**header, first: {**header[first], "shape": shape}}).encode()
        yield case(f"shape {str(shape)[:30]}", text)
    for offsets in ([0, 2**63], [2**40, 2**41], [100, 0], [-8, 8], [0, 0]):
        text = json.dumps({**header, first: {**header[first], "data_offsets": offsets}}).encode()
        yield case(f"offsets {offsets}", text)
    yield case("deep", b"[" * 10**6)
    yield case("twice", plain[:-1] + b"," + plain[1:])
    yield case("not UTF-8", b'{"\xff": 1}')


def strange_subwords(files: Files, rng: Random, count: int) -> Iterator[Case]:
    """Yield cases whose subword models are damaged, cut short or somebody else's."""
    for number in range(count):
        name = SUBWORDS[number % 2]
        data = bytearray(files[name])
        place = rng.randrange(len(data))
        if number % 10 == 9:
            del data[place:]
        else:
            data[place] ^= rng.randrange(1, 256)
        case = f"{name}, byte {place}"
        yield Case("signed subword models", case, signed({**files, name: bytes(data)}))


def largest(files: Files) -> Iterator[Case]:
    """Yield cases whose files are as large as they may be, of what takes most memory when read."""
    config = json.loads(files[CONFIG])
    options = Config.from_json(config["config"]).override(
        embedding=256, encoder_units=900, decoder_units=1300
    )
    sizes = [Subword(files[name]).vocab_size for name in SUBWORDS]
    shapes = weight_shapes(options.model, *sizes)
    rng = np.random.default_rng(1)
    random = {name: rng.uniform(-0.1, 0.1, shape) for name, shape in shapes.items()}
    weights = save({name: values.astype(np.float32) for name, values in random.items()})
    words = b"".join(b"%x\n" % number for number in range(MOST_BYTES // 7))
    # Appended to a serialised model: pieces of six bytes, each with a score.
    pieces = b"".join(
        b"\x0a\x0d\x0a\x06%06x\x15\x00\x00\x80\xbf" % n for n in range(MOST_BYTES // 16)
    )
    empty = {**config, "config": options.to_json(), "scores": [[]] * (MOST_BYTES // 5)}
    parts = {"words": {"words.txt": words}, "weights": {WEIGHTS: weights}} | {
        name: {name: files[name] + pieces} for name in SUBWORDS
    }
    every = {name: data for part in parts.values() for name, data in part.items()}
    for name, part in (*parts.items(), ("all", every)):
        yield Case("signed sizes", name, signed({**files, **part}, empty))


# What is no file at all ---------------------------------------------------------------------


def strange_entries(folder: Path, files: Files) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield names and what puts something that is no file in the place of one in `folder`."""
    ways: dict[str, Callable[[Path], object]] = {
        "a folder": Path.mkdir,
        "a pipe": os.mkfifo,
        "a device without end": lambda path: path.symlink_to("/dev/zero"),
        "a link to itself": lambda path: path.symlink_to(path.name),
        "a link to nothing": lambda path: path.symlink_to("nothing"),
        "a hundred gigabytes": lambda path: os.truncate(_created(path), 100 << 30),
    }
    for name in NEEDED:
        for what, make in ways.items():

            def change(name: str = name, make: Callable[[Path], object] = make) -> None:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                for other, data in files.items():
                    if other != name:
                        (folder / other).write_bytes(data)
                make(folder / name)

            yield f"{name} is {what}", change


def _created(path: Path) -> Path:
    path.touch()
    return path
