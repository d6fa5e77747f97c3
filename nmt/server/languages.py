"""The languages a server knows, by any of their codes, and who translates between which two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nmt.errors import InputError
from nmt.languages import english_name, shortest_code
from nmt.translator import Translator


@dataclass(frozen=True)
class Language:
    """One language: `code` is what the API calls it (`mr`), `iso639_3` what bundles do (`mar`)."""

    code: str
    iso639_3: str
    name: str


class Languages:
    """The languages of some translators, in the order in which they first occur."""

    def __init__(self, translators: Sequence[Translator]) -> None:
        """Raise `InputError` when two translators go the same way."""
        self._translators: dict[tuple[str, str], Translator] = {}
        for translator in translators:
            direction = translator.bundle.config.languages
            pair = direction.src, direction.trg
            if pair in self._translators:
                raise InputError(f"two models translate {pair[0]} → {pair[1]}; give one of them")
            self._translators[pair] = translator
        codes = dict.fromkeys(code for pair in self._translators for code in pair)
        self.all = tuple(Language(shortest_code(c), c, english_name(c)) for c in codes)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that names a language here: `en`, `eng`, `mr`, `mar`."""
        return tuple(
            dict.fromkeys(code for each in self.all for code in (each.code, each.iso639_3))
        )

    def find(self, code: str) -> Language | None:
        """Return the language a code names, in either form; None if no model knows it."""
        return next((each for each in self.all if code in (each.code, each.iso639_3)), None)

    def targets(self, source: Language) -> tuple[Language, ...]:
        """Return what can be translated into from `source`: at least itself, which is a copy."""
        return tuple(
            each for each in self.all if each == source or self.translator(source, each) is not None
        )

    def translator(self, source: Language, target: Language) -> Translator | None:
        """Return the translator of a direction; None if there is none."""
        return self._translators.get((source.iso639_3, target.iso639_3))
