"""The options of a translator: frozen dataclasses, checked where they are made, JSON both ways."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nmt.errors import InputError

ATTENTIONS = ("additive", "dot", "general", "local", "none")
CELLS = ("lstm", "gru")
PROFILES = ("standard", "article")
MOST_LAYERS, MOST_UNITS = 64, 65_536
"""Far above what can be trained; a bundle that claims more wants the memory, not the model."""


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise InputError(message)


def _one_of(name: str, value: str, allowed: Iterable[str]) -> None:
    allowed = tuple(allowed)
    _require(value in allowed, f"{name} is '{value}'; choose one of {', '.join(allowed)}")


def _typed(options: Any) -> None:
    """Raise `InputError` for the first value of another type than its default."""
    for each in dataclasses.fields(options):
        value, default = getattr(options, each.name), each.default
        if isinstance(default, float | None):
            fits = isinstance(value, int | float) and not isinstance(value, bool)
            kind, fits = "a number", fits or (default is None and value is None)
        else:
            kind = {bool: "true or false", int: "a whole number", str: "text"}[type(default)]
            fits = type(value) is type(default)
        _require(fits, f"{each.name} is {value!r}; it must be {kind}")


def at_least(options: Any, least: float, *names: str) -> None:
    """Raise `InputError` for the first of the options named that is less."""
    for name in names:
        value, option = getattr(options, name), name.replace("_", "-")
        _require(value >= least, f"--{option} is {value}; it must be at least {least}")


def at_most(options: Any, most: float, *names: str) -> None:
    """Raise `InputError` for the first of the options named that is more."""
    for name in names:
        value, option = getattr(options, name), name.replace("_", "-")
        _require(value <= most, f"--{option} is {value}; it must be at most {most}")


def check_learning_rate(rate: float) -> None:
    """Raise `InputError` for a rate that nothing can be trained with."""
    _require(0 < rate < 1, f"--learning-rate is {rate}; it must lie between 0 and 1")


def _share(name: str, value: float) -> None:
    _require(0 <= value < 1, f"{name} is {value}; it must be from 0 up to, but not including, 1")


@dataclass(frozen=True)
class LanguageOptions:
    """What is translated, and where the corpus file keeps it (ISO 639-3 codes).

    `first` and `second` name the first two columns; the first decides the split, whichever way
    the translation goes.
    """

    src: str = "eng"
    trg: str = "mar"
    first: str = "eng"
    second: str = "mar"
    profile: str = "standard"

    def __post_init__(self) -> None:
        """Raise `InputError` unless the columns hold exactly the two languages."""
        _typed(self)
        _require(self.src != self.trg, f"source and target are both '{self.src}'")
        _require(
            {self.src, self.trg} == {self.first, self.second},
            f"the columns hold {self.first} and {self.second}, not {self.src} and {self.trg}",
        )
        _one_of("the cleaning profile", self.profile, PROFILES)


@dataclass(frozen=True)
class SubwordOptions:
    """SentencePiece unigram models: the pieces a side, and how they are sampled in training.

    `sampling` is the alpha of subword regularisation (Kudo 2018, section 3.1): smaller is wilder,
    0 turns it off. A target that can be cut in many ways shares its probability among them, so the
    last epochs see it cut as it will be written.
    """

    vocab_size: int = 3000
    sampling: float = 0.3
    trg_sampling: float = 0.3
    trg_sampling_until: float = 0.7
    """the share of the planned epochs in which target pieces are sampled"""

    def __post_init__(self) -> None:
        """Raise `InputError` for sizes nothing can be trained with."""
        _typed(self)
        at_least(self, 32, "vocab_size")
        at_least(self, 0, "sampling", "trg_sampling", "trg_sampling_until")
        at_most(self, 1, "trg_sampling_until")

    def alphas(self, progress: float) -> tuple[float, float]:
        """Return the alphas of both sides for an epoch before which `progress` of all are over."""
        return self.sampling, self.trg_sampling if progress < self.trg_sampling_until else 0.0


@dataclass(frozen=True)
class ModelOptions:
    """Sizes of the encoder, the attention and the decoder (units are floats per position)."""

    attention: str = "additive"
    cell: str = "lstm"
    embedding: int = 256
    encoder_layers: int = 1
    encoder_units: int = 192
    decoder_layers: int = 2
    decoder_units: int = 384
    dropout: float = 0.2
    tied: bool = True
    window: int = 5
    """how far `local` attention sees from its centre, in positions"""

    def __post_init__(self) -> None:
        """Raise `InputError` for unknown names and sizes below one."""
        _typed(self)
        _one_of("--attention", self.attention, ATTENTIONS)
        _one_of("--cell", self.cell, CELLS)
        at_least(self, 1, "embedding", "encoder_layers", "encoder_units")
        at_least(self, 1, "decoder_layers", "decoder_units", "window")
        at_most(self, MOST_LAYERS, "encoder_layers", "decoder_layers")
        at_most(self, MOST_UNITS, "embedding", "encoder_units", "decoder_units", "window")
        _share("--dropout", self.dropout)


@dataclass(frozen=True)
class TrainingOptions:
    """How the weights are found.

    `epochs` is the plan the learning rate decays over; with `minutes` it is as many as there is
    time for, judged anew after each. Batches hold about `batch_tokens` target pieces, padding
    included.
    """

    seed: int = 1
    epochs: int = 40
    minutes: float | None = None
    patience: int = 15
    batch_tokens: int = 1600
    learning_rate: float = 2.5e-3
    warmup: int = 250
    clip_norm: float = 1.0
    label_smoothing: float = 0.1
    averaging: float = 0.997
    dropout_epochs: int = 30
    """the plan from which dropout is full; a shorter one, which underfits, has its share of it"""
    unpunctuated: float = 0.15
    """the share of sources read without their final punctuation, drawn anew each epoch"""
    joined: float = 0.0
    """the share of pairs read together with another one, as one long pair, drawn anew each epoch"""
    risk_from: float = 0.85
    """the share of the planned epochs after which they minimise the risk (`nmt.risk`); 1: none"""
    started_from: str = ""
    """the SHA-256 of the weights that it goes on from; empty: from the seed"""

    def __post_init__(self) -> None:
        """Raise `InputError` for values that cannot train."""
        _typed(self)
        at_least(self, 0, "seed")
        at_least(self, 1, "epochs", "patience", "batch_tokens", "warmup", "dropout_epochs")
        _require(
            self.minutes is None or self.minutes > 0,
            f"--minutes is {self.minutes}; it must be more than 0",
        )
        check_learning_rate(self.learning_rate)
        _require(self.clip_norm > 0, f"--clip-norm is {self.clip_norm}; it must be more than 0")
        _share("--label-smoothing", self.label_smoothing)
        _share("--averaging", self.averaging)
        _share("--unpunctuated", self.unpunctuated)
        at_least(self, 0, "risk_from", "joined")
        at_most(self, 1, "risk_from", "joined")

    def dropout_share(self, epochs: float) -> float:
        """Return the share of the dropout that a plan of so many epochs has."""
        return min(1.0, epochs / self.dropout_epochs)


@dataclass(frozen=True)
class Config:
    """Everything that determines a trained model besides the corpus itself."""

    languages: LanguageOptions = field(default_factory=LanguageOptions)
    subword: SubwordOptions = field(default_factory=SubwordOptions)
    model: ModelOptions = field(default_factory=ModelOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)

    def to_json(self) -> dict[str, Any]:
        """Return the options as nested plain values, ready for `json.dumps`."""
        return dataclasses.asdict(self)

    def override(self, **values: Any) -> Config:
        """Return the options with those replaced that are named and not None, whichever part's.

        Raises `InputError` for values out of range.
        """
        parts = {}
        for name in ("subword", "model", "training"):
            part = getattr(self, name)
            known = {f.name for f in dataclasses.fields(part)}
            new = {k: v for k, v in values.items() if k in known and v is not None}
            parts[name] = dataclasses.replace(part, **new)
        return dataclasses.replace(self, **parts)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Config:
        """Return the options `to_json` wrote; raise `InputError` for unknown or wrong values."""
        parts = {
            "languages": LanguageOptions,
            "subword": SubwordOptions,
            "model": ModelOptions,
            "training": TrainingOptions,
        }
        for name, part in parts.items():
            given = values.get(name) if isinstance(values, dict) else None
            if not isinstance(given, dict):
                raise InputError(f"the options lack the part '{name}'")
            unknown = sorted(set(given) - {each.name for each in dataclasses.fields(part)})
            _require(not unknown, f"this version has no option {', '.join(unknown)}")
        return cls(**{name: part(**values[name]) for name, part in parts.items()})


PRESETS: dict[str, Config] = {
    "tiny": Config(
        subword=SubwordOptions(vocab_size=600),
        model=ModelOptions(embedding=128, encoder_units=96, decoder_units=192, dropout=0.2),
        training=TrainingOptions(
            epochs=60, batch_tokens=1000, learning_rate=5e-3, warmup=100, averaging=0.98
        ),
    ),
    "small": Config(
        subword=SubwordOptions(vocab_size=2000),
        model=ModelOptions(embedding=192, encoder_units=128, decoder_units=256),
    ),
    "base": Config(),
}


def preset(name: str) -> Config:
    """Return the preset of that name; raise `InputError` naming the ones there are."""
    _one_of("--preset", name, PRESETS)
    return PRESETS[name]
