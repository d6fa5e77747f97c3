"""Which of the server's languages a text is in: decided by its script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nmt.cleaning import script_share
from nmt.server.languages import Language


@dataclass(frozen=True)
class Detection:
    """A language and how sure that is, from 0 to 100."""

    language: Language
    confidence: float

    def to_json(self) -> dict[str, object]:
        """Return it as the API writes it."""
        return {"confidence": self.confidence, "language": self.language.code}


def detect(text: str, languages: Sequence[Language]) -> list[Detection]:
    """Return the languages the text may be in, the most likely first; at least one.

    The confidence is the share of the text's letters that are of the language's script, shared
    between languages of one script: those cannot be told apart, and the first stands first. A
    text without letters is in the first language with confidence 0.
    """
    shares = [script_share(text, language.iso639_3) for language in languages]
    total = max(1.0, sum(shares))
    found = [
        Detection(language, round(100 * share / total, 1))
        for language, share in zip(languages, shares, strict=True)
    ]
    # A stable sort: of equals the first stays first.
    found.sort(key=lambda detection: -detection.confidence)
    return [found[0], *(detection for detection in found[1:] if detection.confidence > 0)]
