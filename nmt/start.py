"""What a training run must share with the model that it begins with."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from safetensors.numpy import save

from nmt.bundle import Bundle
from nmt.config import Config
from nmt.errors import InputError
from nmt.weights import check_weights

FREE = {
    "dropout",
    "sampling",
    "trg_sampling",
    "trg_sampling_until",
    "profile",
}
"""Options that may differ between a model and the one that it started from."""


def check_start(start: Bundle, config: Config) -> None:
    """Raise `InputError` unless a run with these options can go on from the model `start`."""
    differing = []
    for part in ("languages", "subword", "model"):
        theirs, ours = asdict(getattr(start.config, part)), asdict(getattr(config, part))
        differing += [
            f"{name} is {theirs[name]} there, {ours[name]} here"
            for name in theirs
            if name not in FREE and theirs[name] != ours[name]
        ]
    if differing:
        raise InputError(
            f"cannot start from that model: {', '.join(differing)}; give the options it has"
        )
    sizes = start.src_subword.vocab_size, start.trg_subword.vocab_size
    if sizes != 2 * (config.subword.vocab_size,):
        raise InputError(f"cannot start from that model: it has {sizes} pieces, not as it says")
    check_weights(start.weights, config.model, *sizes)


def with_start(config: Config, start: Bundle | None) -> Config:
    """Return the options of a run that begins with this model, or none; raise as `check_start`."""
    if start:
        check_start(start, config)
    # What the options say already may be of another run.
    return config.override(started_from=weights_sha256(start) if start else "")


def weights_sha256(bundle: Bundle) -> str:
    """Return the SHA-256 of the weights as float32, which no other model has.

    Unless they were stored in int8 it is that of the bundle's file of weights.
    """
    return hashlib.sha256(save(dict(bundle.weights))).hexdigest()
