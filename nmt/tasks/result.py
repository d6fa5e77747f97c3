"""What a synthetic task returns: models with their runs, checks, examples, attention."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Trial:
    """One training of one model."""

    score: float
    """exact match as a share of one, or mean squared error"""
    seconds: float
    """from the first weight to the last prediction"""
    seen: tuple[int, ...] = ()
    """training sequences seen when each loss was measured"""
    losses: tuple[float, ...] = ()


@dataclass(frozen=True)
class ModelResult:
    """One model of a task, trained once a repeat."""

    name: str
    published: float | None
    """the tutorial's score; None if it has none"""
    parameters: int
    trials: tuple[Trial, ...]

    @property
    def scores(self) -> np.ndarray:
        """The score of each repeat."""
        return np.array([trial.score for trial in self.trials])

    @property
    def seconds(self) -> float:
        """The mean time of a repeat."""
        return float(np.mean([trial.seconds for trial in self.trials]))


@dataclass(frozen=True)
class Check:
    """A number that shows whether attention works, and where it must lie."""

    what: str
    value: float
    at_least: float = -np.inf
    at_most: float = np.inf

    @property
    def met(self) -> bool:
        """Whether the value lies there; a value that is no number does not."""
        return bool(self.at_least <= self.value <= self.at_most)

    @property
    def bound(self) -> str:
        """The bound in words."""
        if np.isfinite(self.at_least):
            return f"at least {self.at_least:.3g}"
        return f"at most {self.at_most:.3g}"


@dataclass(frozen=True)
class Example:
    """A spot check, as texts."""

    source: str
    expected: str
    predicted: str


@dataclass(frozen=True)
class HeatMap:
    """Attention of one decoded sequence."""

    weights: np.ndarray
    """`[trg_len, src_len]`"""
    source: tuple[str, ...]
    target: tuple[str, ...]


@dataclass(frozen=True)
class Bars:
    """Mean attention a source position over all new sequences and repeats."""

    title: str
    weights: np.ndarray
    """`[src_len]`, sums to one"""
    informative: tuple[int, ...]
    """the positions that decide the answer"""

    @property
    def share(self) -> float:
        """The share of attention that the informative positions get."""
        return float(self.weights[list(self.informative)].sum())

    @property
    def uniform(self) -> float:
        """The share they would get if attention looked everywhere alike."""
        return len(self.informative) / len(self.weights)


@dataclass(frozen=True)
class TaskResult:
    """All that a task found."""

    name: str
    metric: str
    """`exact match` (more is better) or `MSE` (less is better)"""
    models: tuple[ModelResult, ...]
    checks: tuple[Check, ...]
    examples: tuple[Example, ...]
    heat_map: HeatMap | None = None
    bars: tuple[Bars, ...] = field(default=())
