"""Reverse: the first integers of a sequence backwards, beside a plain Keras model."""

from __future__ import annotations

import numpy as np

from nmt.tasks.options import SequenceOptions, is_quick, is_standard
from nmt.tasks.plain_keras import learn_plainly
from nmt.tasks.result import Check, ModelResult, TaskResult
from nmt.tasks.sequences import Sequences, attention_checks, examples, heat_map, learn

PUBLISHED = 1.0


def run(options: SequenceOptions, repeats: int) -> TaskResult:
    """Train ours and, once, the tutorial's model, which sees every pair the tutorial showed it."""
    draw = sequences(options)
    seeds = range(options.seed, options.seed + repeats)
    ours = [learn(options, draw, options.attention, seed) for seed in seeds]
    models = [
        ModelResult(
            "with attention", PUBLISHED, ours[0].parameters, tuple(each.trial for each in ours)
        )
    ]
    if options.tutorial_pairs:
        trial, parameters = learn_plainly(options, draw)
        models.insert(0, ModelResult("tutorial in Keras", PUBLISHED, parameters, (trial,)))
    standard = is_standard("reverse", options)
    checks = attention_checks(ours, np.arange(options.output)[::-1], standard)
    if standard:
        least = 0.95 if is_quick("reverse", options) else 1.0
        exact = float(models[-1].scores.mean())
        checks.insert(0, Check("exact match", exact, at_least=least))
    if standard and not is_quick("reverse", options):
        ratio = models[1].seconds / models[0].seconds
        checks.insert(1, Check("seconds, times the tutorial's", ratio, at_most=1.0))
    return TaskResult(
        "reverse", "exact match", tuple(models), tuple(checks), examples(ours[0]), heat_map(ours[0])
    )


def sequences(options: SequenceOptions) -> Sequences:
    """Return what draws integers from 1 to `cardinality` and the first `output`, reversed."""

    def draw(rng: np.random.Generator, pairs: int) -> tuple[np.ndarray, np.ndarray]:
        source = rng.integers(1, options.cardinality + 1, (pairs, options.length))
        return source, source[:, : options.output][:, ::-1]

    return draw
