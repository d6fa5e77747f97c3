"""Echo: repeat the first integers of a sequence, then fall silent."""

from __future__ import annotations

import numpy as np

from nmt.tasks.options import SequenceOptions, is_standard
from nmt.tasks.result import Check, ModelResult, TaskResult
from nmt.tasks.sequences import Sequences, attention_checks, examples, heat_map, learn

PUBLISHED = {"without attention": 0.231, "with attention": 0.957}


def run(options: SequenceOptions, repeats: int) -> TaskResult:
    """Train with and without attention on the same pairs, compare what they can repeat."""
    draw = sequences(options)
    seeds = range(options.seed, options.seed + repeats)
    without = [learn(options, draw, "none", seed) for seed in seeds]
    attending = [learn(options, draw, options.attention, seed) for seed in seeds]
    models = tuple(
        ModelResult(name, PUBLISHED[name], each[0].parameters, tuple(one.trial for one in each))
        for name, each in zip(PUBLISHED, (without, attending), strict=True)
    )
    standard = is_standard("echo", options)
    checks = attention_checks(attending, np.arange(options.output), standard)
    if standard:
        exact = float(models[1].scores.mean())
        checks.insert(0, Check("exact match with attention", exact, at_least=0.99))
    shown = attending[0]
    return TaskResult(
        "echo", "exact match", models, tuple(checks), examples(shown), heat_map(shown)
    )


def sequences(options: SequenceOptions) -> Sequences:
    """Return what draws integers below `cardinality` and the first `output` of them, then zeros."""

    def draw(rng: np.random.Generator, pairs: int) -> tuple[np.ndarray, np.ndarray]:
        source = rng.integers(0, options.cardinality, (pairs, options.length))
        return source, np.where(np.arange(options.length) < options.output, source, 0)

    return draw
