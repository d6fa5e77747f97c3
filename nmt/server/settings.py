"""What a server allows, and how it searches: one frozen dataclass, checked where it is made."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nmt.errors import InputError

MAX_ALTERNATIVES = 10
"""Each needs a hypothesis more in the beam, so their number is what a request may cost."""
MAX_ATTENTION_CHARACTERS = 1000
"""The weights grow with the square of the length: a megabyte of JSON at this one."""
MAX_PARAMETERS = 1000
"""of a form, whose parts are otherwise small enough to be millions in a body"""


@dataclass(frozen=True)
class Settings:
    """Limits of one server; a request beyond them is refused before it costs anything."""

    api_key: str | None = None
    """without one, nobody needs it"""
    beam_size: int = 5
    batch_size: int = 64
    """texts in one search; 1 translates one by one"""
    window: float = 0.003
    """seconds a text waits for others to join its batch"""
    max_characters: int = 5000
    """of one text (413)"""
    max_waiting: int = 512
    """texts in the queue (429)"""
    max_bytes: int = 1_000_000
    """of a request's body (413)"""
    timeout: float = 30.0
    """seconds a request may take, its body's arrival (408) and its translation (503) each"""
    log_text: bool = False

    def __post_init__(self) -> None:
        """Raise `InputError` for values no request could be answered with."""
        for name in ("beam_size", "batch_size", "max_characters", "max_waiting", "max_bytes"):
            _at_least(name, getattr(self, name), 1)
        _at_least("window", self.window, 0)
        if not 0 < self.timeout < math.inf:
            raise InputError(f"--timeout is {self.timeout}; it must be more than 0 seconds")
        if self.api_key == "":
            raise InputError("the --api-key is empty; leave it out for a server without")

    @property
    def max_texts(self) -> int:
        """The texts of one request, in a list or between the tags of HTML: a part of the queue."""
        return max(1, self.max_waiting // 4)


def _at_least(name: str, value: float, least: float) -> None:
    if not least <= value < math.inf:
        option = name.replace("_", "-")
        raise InputError(f"--{option} is {value}; it must be at least {least}")
