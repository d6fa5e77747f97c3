"""The models that came with the package, and the one rule by which commands find a model."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nmt.bundle import CONFIG, Bundle, present, read_bundle
from nmt.errors import InputError
from nmt.languages import language_options
from nmt.translator import Translator

BUNDLES = Path(__file__).parent / "bundles"
TRAINED = Path("models")
"""Where `nmt train` writes, in the current folder."""


@dataclass(frozen=True)
class Model:
    """A bundle that is there, and its folder."""

    folder: Path
    bundle: Bundle

    @property
    def shipped(self) -> bool:
        """Whether it came with the package."""
        return self.folder.parent == BUNDLES

    @property
    def size(self) -> int:
        """The bytes of its files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def bleu(self, search: str) -> float | None:
        """Return what the bundle has as BLEU (0 to 100, first reference) of its test part.

        `search` is `greedy` or `beam 5`; None if the training was stopped before it was scored.
        """
        wanted = {"part": "test", "search": search, "references": "first", "metric": "BLEU"}
        for row in self.bundle.scores.get("table") or ():
            if wanted.items() <= row.items():
                return float(row["value"])
        return None


def find_model(direction: str | None = None) -> Path:
    """Return the folder of the model of a direction (`mar-eng`; codes in any form).

    That is `models/SRC-TRG` below the current folder, else the shipped one. Raises `InputError`,
    which says how to train one, if neither is there.
    """
    languages = language_options(direction=direction)
    name = f"{languages.src}-{languages.trg}"
    for folder in (TRAINED / name, BUNDLES / name):
        if present(folder).exists():
            return folder
    raise InputError(
        f"there is no model in {TRAINED / name}, and none of that direction came with nmt; train "
        f"one with: nmt train --corpus FILE --direction {name}"
    )


def find_models() -> list[Path]:
    """Return the folders of `find_model` for English→Marathi and back, where there are any.

    Raises `InputError` if there is none at all.
    """
    found = []
    for direction in ("eng-mar", "mar-eng"):
        with suppress(InputError):
            found.append(find_model(direction))
    return found or [find_model()]


def load_translator(
    models: Sequence[Path] = (), direction: str | None = None, *, digits: str | None = None
) -> Translator:
    """Return the translator of the folders, an ensemble if several, else of `find_model`.

    Raises `InputError` if a model is not whole, does not fit the others or `direction`, or if there
    is none.
    """
    folders = list(models) or [find_model(direction)]
    translator = Translator.load(*folders, digits=digits)
    has, wanted = translator.bundle.config.languages, language_options(direction=direction)
    if direction and (has.src, has.trg) != (wanted.src, wanted.trg):
        raise InputError(
            f"{folders[0]} translates {has.src} → {has.trg}, not {wanted.src} → {wanted.trg}; "
            "leave out --direction, or name another --model"
        )
    return translator


def all_folders() -> list[Path]:
    """Return the folders of all bundles, whole or damaged: the shipped ones, then `models/*`."""
    found = []
    for top in (BUNDLES, TRAINED):
        folders = sorted(top.iterdir()) if top.is_dir() else []
        # Hidden ones are being written.
        visible = [each for each in folders if not each.name.startswith(".")]
        found += [each for each in visible if (each / CONFIG).exists()]
    return found


def read_model(folder: Path) -> Model:
    """Return the model in a folder; raise `InputError` as `read_bundle` does."""
    return Model(folder, read_bundle(folder))
